package api

import (
	"cmp"
	"slices"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// matter is a case with all that a decision about it needs.
type matter struct {
	register.Case
	State   schemas.State
	Parties []register.Party
	Items   []register.Item

	Suggestion register.Suggestion // of a suggestion only
	Proposers  []register.Proposer

	Left []string // those of the persons named in open stages whose accounts are shut
}

// IsSuggestion tells what deputies propose, a suggestion or a motion, from an opinion; for templates too.
func (m matter) IsSuggestion() bool { return m.Procedure == "suggestion" || m.Procedure == "motion" }

// proposed reports whether a person leads or co-signs the suggestion, or one merged into it.
func (m matter) proposed(account string) bool {
	return slices.ContainsFunc(m.Proposers, func(x register.Proposer) bool {
		return x.Account == account && x.Word != "decline" && x.Word != "silent"
	})
}

var congressSide = []schemas.Role{schemas.Office, schemas.Clerk, schemas.Head, schemas.ViceChair, schemas.Chair}

// mayRead is who may see a matter (spec 7.2): the congress's own side always; the others once it is handed over,
// and units only where they take part.
func mayRead(p *register.Person, m matter) bool {
	if slices.ContainsFunc(congressSide, p.Holds) || m.IsSuggestion() && (p.Holds(schemas.Deputies) || m.proposed(p.ID)) {
		return true
	}
	_, handed := m.State.Told("handover")
	if vote, voted := m.State.Told("motion-vote"); !handed && !(voted && vote.Verdict == "passed") {
		return false
	}
	if p.Holds(schemas.GovOffice) {
		return true
	}
	return slices.ContainsFunc(m.Parties, func(party register.Party) bool {
		return p.HoldsFor(schemas.Liaison, party.Unit) || p.HoldsFor(schemas.UnitHead, party.Unit) || p.HoldsFor(schemas.ViceMayor, party.Unit)
	})
}

// capacity is in which role a person may settle a stage of a matter; empty: in none.
func capacity(p *register.Person, m matter, st schemas.Stage) schemas.Role {
	for _, role := range st.Roles() {
		if slices.ContainsFunc(p.Posts, func(o register.Post) bool { return o.Role == role && enables(o, p, m, st) }) {
			return role
		}
	}
	return ""
}

// enables reports whether a post of the person lets him settle a stage, should its role be one of the stage's. A stage that is one
// person's is his and his stand-in's; once he has left it is anybody's of that role, except a deputy's.
func enables(o register.Post, p *register.Person, m matter, st schemas.Stage) bool {
	if st.Person != "" && (o.Role == schemas.Deputy || !slices.Contains(m.Left, st.Person)) {
		return cmp.Or(o.For, p.ID) == st.Person
	}
	return o.Unit == "" || slices.Contains(places(m, st, o.Role), o.Unit)
}

// mayDraft reports whether a person prepares the paper of a stage that another signs.
func mayDraft(p *register.Person, m matter, st schemas.Stage) bool {
	role := schemas.Duties[schemas.Kind(st.Key)].Drafter
	return role != "" && slices.ContainsFunc(places(m, st, role), func(unit string) bool { return p.HoldsFor(role, unit) })
}

// places are the units in which a role must be held to act on a stage.
func places(m matter, st schemas.Stage, role schemas.Role) (units []string) {
	if st.Unit != "" {
		return []string{st.Unit}
	}
	if role != schemas.ViceMayor {
		return []string{m.Committee}
	}
	for _, p := range m.Parties {
		units = append(units, p.Unit)
	}
	return units
}
