package workflows

import (
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// DeputySuggestion is a deputy's suggestion, criticism or opinion (代表建议、批评和意见): vetted, handed over, answered within
// three months or six, judged by its deputy, handled once more where it dissatisfies, and followed until what was promised is done
// (spec 2c, C1–C18).
func DeputySuggestion(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		g := suggestion{d}
		d.Beside(ctx, g.withdrawal, g.instructions, g.raising, g.notes)
		if err := g.admission(ctx); err != nil || g.Outcome != "" {
			return err
		}
		handed, err := g.handOver(ctx)
		if err != nil {
			return err
		}
		leads := g.split(ctx, handed.Parties)
		d.Beside(ctx,
			func(ctx workflow.Context) error { return g.publication(ctx, leads) },
			func(ctx workflow.Context) error { return g.keySupervision(ctx, leads) },
		)
		if err := d.Each(ctx, leads, g.handle); err != nil {
			return err
		}
		return g.conclusion(ctx, leads)
	})
}

type suggestion struct{ *docket }

// admission is C1 and C2: the co-signers confirm, then the deputies' office vets. What is sent back for revision may be filed again.
func (g suggestion) admission(ctx workflow.Context) error {
	filed := g.Facts["filed"]
	complete := filed.At
	for _, p := range filed.People {
		g.Open(schemas.Stage{Key: "cosign/" + p, Person: p, Clocks: clock("cosign", "filed")})
	}
	for _, p := range filed.People {
		word, err := g.Await(ctx, schemas.Stage{Key: "cosign/" + p, Person: p})
		if err != nil {
			return err
		}
		if word.At.After(complete) {
			complete = word.At
		}
	}
	g.Decree("complete", complete, nil)
	from := "complete"
	for n := 1; ; n++ {
		vetted, err := g.Await(ctx, schemas.Stage{Key: round("vet", n), Unit: g.Policy.Committee, Clocks: clock("vet", from)})
		if err != nil {
			return err
		}
		switch vetted.Verdict {
		case "accept":
			g.Decree("accepted", vetted.At, nil)
			return nil
		case "merge":
			g.Close("merged")
			return nil
		case "letter":
			g.Close("letter")
			return nil
		}
		revised, err := g.Await(ctx, schemas.Stage{Key: round("revise", n), Person: g.Policy.Owner, Clocks: clock("revise", vetted.Key)})
		if err != nil {
			return err
		}
		from = revised.Key
	}
}

// handOver is C3 and C4: the deputies' office hands over to the units; the terms run from that day (交办之日).
func (g suggestion) handOver(ctx workflow.Context) (schemas.Act, error) {
	by := clock("handover-recess", "accepted")
	if g.Policy.Session {
		by = clock("handover-session", "T0")
	}
	return g.Await(ctx, schemas.Stage{Key: "handover", Unit: g.Policy.Committee, By: schemas.Deputies, Clocks: by})
}

// handle is C5 to C15 for one unit: signed for, the deputy contacted, answered, judged, and followed.
func (g suggestion) handle(ctx workflow.Context, p schemas.Party) error {
	u := p.Unit
	reply := schemas.Stage{Key: "reply/" + u, Unit: u, After: "contact/" + u, Clocks: clock("reply", g.term(u))}
	longer := schemas.Clock{Rule: "reply-extended", Anchor: g.term(u)} // from the hand-over: never three months and three more
	if g.Facts["handover"].Verdict == "complex" {
		reply.Clocks = []schemas.Clock{longer}
	}
	g.Open(schemas.Stage{Key: "contact/" + u, Unit: u, After: "sign/" + u, Clocks: clock("contact", g.inner(u))}, reply)
	g.Beside(ctx,
		func(ctx workflow.Context) error { return g.returns(ctx, u) },
		func(ctx workflow.Context) error { return g.talks(ctx, u) },
		func(ctx workflow.Context) error { return g.disputes(ctx, u) },
	)
	if g.Facts["handover"].Verdict != "complex" {
		g.Beside(ctx, func(ctx workflow.Context) error {
			return g.extension(ctx, reply.Key, u, schemas.Clock{Rule: "reply-extension-window", Anchor: g.term(u)}, schemas.Deputies,
				func(time.Time) { g.Prolong(reply.Key, longer) })
		})
	}
	if err := g.sign(ctx, u); err != nil {
		return err
	}
	answer, err := g.Await(ctx, reply)
	if err != nil {
		return err
	}
	g.Drop(answer.At, "extension-request/"+reply.Key, "extension/"+reply.Key)
	g.DropKinds(answer.At, u, "return-request", "late-return", "return", "joint-return", "joint-assent", "dispute", "coordinate")
	g.classify(u, answer)
	mark, err := g.Await(ctx, schemas.Stage{Key: "feedback/" + u, Person: g.Policy.Owner, For: u, Clocks: clock("feedback", answer.Key)})
	if err != nil {
		return err
	}
	if mark.Verdict == "dissatisfied" {
		if err := g.again(ctx, u, mark); err != nil {
			return err
		}
	}
	if err := g.together(ctx,
		func(ctx workflow.Context) error { return g.pursue(ctx, u) },
		func(ctx workflow.Context) error { return g.scoring(ctx, u) },
	); err != nil {
		return err
	}
	return g.pursue(ctx, u) // a second handling out of the later score may have opened it again
}

// again is C14 and C15: the unit's head handles the matter anew within two months of receiving the dissatisfied opinion, once
// (G40); a second dissatisfaction is final, made public within the congress and followed (G41, G42).
func (g suggestion) again(ctx workflow.Context, u string, mark schemas.Act) error {
	received, err := g.Await(ctx, schemas.Stage{Key: "receipt/" + u, Unit: u, Clocks: clock("receipt", mark.Key)})
	if err != nil {
		return err
	}
	anew, err := g.Await(ctx, schemas.Stage{Key: "redo/" + u, Unit: u, Clocks: clock("redo", received.Key)})
	if err != nil {
		return err
	}
	g.classify(u, anew)
	final, err := g.Await(ctx, schemas.Stage{Key: "refeedback/" + u, Person: g.Policy.Owner, For: u, Clocks: clock("refeedback", anew.Key)})
	if err != nil || final.Verdict != "dissatisfied" {
		return err
	}
	told, err := g.Await(ctx, schemas.Stage{Key: "circular/" + u, Unit: g.Policy.Committee, For: u, Clocks: clock("circular", final.Key)})
	if err != nil {
		return err
	}
	from := told.Key
	for n := 1; n <= g.Policy.Tracking; n++ {
		seen, err := g.Await(ctx, schemas.Stage{Key: round("follow/"+u, n), Unit: g.Policy.Committee, For: u, Clocks: clock("follow", from)})
		if err != nil || seen.Verdict != "open" {
			return err
		}
		from = seen.Key
	}
	return nil
}

// classify notes a unit's class of reply anew, once for each fact that decides it; what was to be done under the former class
// is not owed any more. Several branches decide it, so the order is kept as facts: class/<unit>#1, #2 …
func (g suggestion) classify(u string, by schemas.Act) {
	n := 1
	for last, told := g.Told(round("class/"+u, n)); told; last, told = g.Told(round("class/"+u, n)) {
		if last.Target == by.Key {
			return
		}
		n++
	}
	g.DropKinds(by.At, u, "fulfil", "verification", "consent", "decide")
	key := round("class/"+u, n)
	g.Put(schemas.Act{ID: "decree/" + key, Key: key, Role: schemas.System, Unit: u, Verdict: classBy(by), Target: by.Key, Until: by.Until, At: by.At})
	g.news()
}

// classBy is the class that a fact gives.
func classBy(by schemas.Act) string {
	switch schemas.Kind(by.Key) {
	case "fulfil": // done
		return "A"
	case "consent":
		return "C"
	case "decide":
		return map[string]string{"lowered": "C", "closed": "ended"}[by.Verdict]
	case "verification", "january", "confront":
		return "B"
	}
	return by.Verdict
}

// pursue is C12 and C17: an A is verified, a B is done by the promised day or taken up again every January, until it is an A, a
// C with the deputy's consent, or decided upon after three years. A superseded class is passed over.
func (g suggestion) pursue(ctx workflow.Context, u string) error {
	for n := 1; ; n++ {
		class, told := g.Told(round("class/"+u, n))
		if !told {
			return nil
		}
		if _, superseded := g.Told(round("class/"+u, n+1)); superseded {
			continue
		}
		var err error
		switch class.Verdict {
		case "A":
			err = g.verify(ctx, u, n, class)
		case "B":
			err = g.fulfil(ctx, u, n, class)
		}
		if err != nil {
			return err
		}
	}
}

func (g suggestion) verify(ctx workflow.Context, u string, n int, class schemas.Act) error {
	found, err := g.Await(ctx, schemas.Stage{Key: round("verification/"+u, n), Unit: g.Policy.Committee, For: u, Clocks: clock("verification", class.Key)})
	switch {
	case err != nil:
	case found.Verdict == "confirmed":
		g.Decree("verified/"+u, found.At, nil)
	case found.Verdict == "lowered":
		g.classify(u, found)
	}
	return err
}

// fulfil waits for what a B promised. What is not done by the turn of the year is taken up again in January.
func (g suggestion) fulfil(ctx workflow.Context, u string, n int, class schemas.Act) error {
	st := schemas.Stage{Key: round("fulfil/"+u, n), Unit: u, Until: class.Until, Clocks: clock("fulfil-amend", class.Key)}
	switch {
	case !class.Until.IsZero():
		st.Clocks = nil
	case schemas.Kind(class.Target) == "january":
		st.Clocks = clock("fulfil-half-year", class.Key)
	}
	year, from := g.year(u, n)
	january := schemas.Stage{Key: round("january/"+u, year), For: u, Clocks: clock("january", from)}
	g.Open(january, schemas.Stage{Key: "autumn/" + u, For: u, Clocks: clock("autumn", "reply/"+u)})
	done, err := g.Await(ctx, st)
	if err != nil || done.Verdict == schemas.Lapsed {
		return err
	}
	switch done.Verdict {
	case "done":
		g.Drop(done.At, january.Key)
		g.classify(u, done)
		return nil
	case "unable":
		word, err := g.Await(ctx, schemas.Stage{Key: round("consent/"+u, n), Person: g.Policy.Owner, For: u, Clocks: clock("consent", done.Key)})
		if err != nil || word.Verdict == schemas.Lapsed {
			return err
		}
		if word.Verdict == "agree" {
			g.Drop(word.At, january.Key)
			g.classify(u, word)
			return nil
		}
	}
	turned, err := g.Await(ctx, january)
	if err != nil {
		return err
	}
	if year < g.Policy.Years {
		turned.At = later(turned.At, done.At) // answered late: the next half-year begins with the answer
		g.classify(u, turned)
		return nil
	}
	decided, err := g.Await(ctx, schemas.Stage{Key: "decide/" + u, For: u, Clocks: clock("decide", turned.Key)})
	if err == nil && decided.Verdict != schemas.Lapsed {
		g.classify(u, decided)
	}
	return err
}

// year is which January comes next for the n-th class of a unit's reply, and the fact it is counted from.
func (g suggestion) year(u string, n int) (year int, from string) {
	year, from = 1, "reply/"+u
	for i := 1; i <= n; i++ {
		if by := g.Facts[round("class/"+u, i)].Target; schemas.Kind(by) == "january" {
			year, from = year+1, by
		}
	}
	return year, from
}

// scoring is C13: the deputy scores the implementation when it is verified, or from 30 November. Under sixty per cent it
// dissatisfies, and is handled once more if it has not been (G39, G40).
func (g suggestion) scoring(ctx workflow.Context, u string) error {
	ripe := ""
	if err := g.until(ctx, func() bool {
		for _, k := range []string{"verified/" + u, "autumn/" + u} {
			if f, told := g.Told(k); told && f.Verdict != schemas.Lapsed {
				ripe = k
				return true
			}
		}
		return g.Gone(u) || !g.pursued(u)
	}); err != nil || ripe == "" {
		return err
	}
	mark, err := g.Await(ctx, schemas.Stage{Key: "score/" + u, Person: g.Policy.Owner, For: u, Clocks: clock("score", ripe)})
	if err != nil || mark.Verdict != "dissatisfied" {
		return err
	}
	if _, redone := g.Told("redo/" + u); redone {
		return nil
	}
	return g.again(ctx, u, mark)
}

// pursued reports whether something promised or claimed by a unit is still to be seen.
func (g suggestion) pursued(u string) bool {
	for n := 1; ; n++ {
		class, told := g.Told(round("class/"+u, n))
		if !told {
			return true
		}
		if _, superseded := g.Told(round("class/"+u, n+1)); !superseded {
			return class.Verdict == "A" || class.Verdict == "B"
		}
	}
}

// conclusion is C16 and C18: the deputies' office closes the suggestion, unless a three-party check sends it back once more.
func (g suggestion) conclusion(ctx workflow.Context, leads []schemas.Party) error {
	for n := 1; ; n++ {
		supervised, err := g.supervised(ctx)
		if err != nil {
			return err
		}
		if err := g.Each(ctx, leads, g.pursueHeir); err != nil {
			return err
		}
		g.Decree(round("settled", n), later(supervised, g.settled(leads)), nil)
		closed, err := g.Await(ctx, schemas.Stage{Key: round("conclude", n), Unit: g.Policy.Committee, Clocks: clock("conclude", round("settled", n))})
		if err != nil {
			return err
		}
		if closed.Verdict == schemas.Lapsed {
			continue
		}
		g.DropKinds(closed.At, "", "choose-key", "confront", "visit", "deputy-note", "withdraw-request", "talk")
		if _, err := g.Await(ctx, schemas.Stage{Key: "publish"}); err != nil {
			return err
		}
		if _, err := g.Await(ctx, schemas.Stage{Key: "archive", By: schemas.Deputies, Unit: g.Policy.Committee, Clocks: clock("archive", closed.Key)}); err != nil {
			return err
		}
		g.Close("archived")
		return nil
	}
}

func (g suggestion) pursueHeir(ctx workflow.Context, p schemas.Party) error {
	return g.pursue(ctx, g.heir(p.Unit))
}

// settled is when the last of the units had nothing more to do.
func (g suggestion) settled(leads []schemas.Party) (at time.Time) {
	for _, p := range leads {
		u := g.heir(p.Unit)
		for _, key := range []string{"reply/", "feedback/", "refeedback/", "circular/", "score/"} {
			at = later(at, g.Facts[key+u].At)
		}
		for n := 1; ; n++ {
			class, told := g.Told(round("class/"+u, n))
			follow := g.Facts[round("follow/"+u, n)]
			at = later(at, later(follow.At, later(class.At, g.Facts[round("verification/"+u, n)].At)))
			if !told && follow.ID == "" {
				break
			}
		}
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// publication opens C18 when every unit has answered.
func (g suggestion) publication(ctx workflow.Context, leads []schemas.Party) error {
	if err := g.until(ctx, func() bool {
		for _, p := range leads {
			if _, told := g.Told("reply/" + g.heir(p.Unit)); !told && !(g.Gone(p.Unit) && g.heir(p.Unit) == p.Unit) {
				return false
			}
		}
		return true
	}); err != nil {
		return err
	}
	at := g.last("reply/%s", leads)
	g.Decree("answered", at, nil)
	for _, p := range g.Facts["handover"].Parties {
		if p.Capacity == "joint" { // a late co-handler holds nobody up
			g.Drop(at, "sign/"+g.heir(p.Unit), "opinion/"+g.heir(p.Unit))
		}
	}
	g.Open(schemas.Stage{Key: "publish", Unit: g.Policy.Committee, By: schemas.Deputies, Clocks: clock("publish", "answered")})
	return nil
}

// withdrawal is 撤回: the deputy asks at any time, the deputies' office confirms, and the handling ends (山东 9, 北京 13).
func (g suggestion) withdrawal(ctx workflow.Context) error {
	for n := 1; ; n++ {
		asked, err := g.Await(ctx, schemas.Stage{Key: round("withdraw-request", n), Person: g.Policy.Owner})
		if err != nil || asked.Verdict == schemas.Lapsed {
			return err
		}
		word, err := g.Await(ctx, schemas.Stage{Key: round("withdraw-confirm", n), Unit: g.Policy.Committee, Clocks: clock("withdraw", asked.Key)})
		if err != nil {
			return err
		}
		if word.Verdict == "accept" {
			g.Close("withdrawn")
			return nil
		}
	}
}

// talks are the unit's further contacts with the deputy (E34), as many as there are.
func (g suggestion) talks(ctx workflow.Context, u string) error {
	return g.repeated(ctx, schemas.Stage{Key: "talk/" + u, Unit: u, After: "contact/" + u})
}

// notes are the contacts that the deputy records.
func (g suggestion) notes(ctx workflow.Context) error {
	return g.repeated(ctx, schemas.Stage{Key: "deputy-note", Person: g.Policy.Owner, After: "handover"})
}

// repeated keeps a door open that may be gone through again and again.
func (g suggestion) repeated(ctx workflow.Context, door schemas.Stage) error {
	key := door.Key
	for n := 1; ; n++ {
		door.Key = round(key, n)
		act, err := g.Await(ctx, door)
		if err != nil || act.Verdict == schemas.Lapsed {
			return err
		}
	}
}

// disputes go to the government office when the units cannot agree (2.0.5, 会办).
func (g suggestion) disputes(ctx workflow.Context, u string) error {
	for n := 1; ; n++ {
		asked, err := g.Await(ctx, schemas.Stage{Key: round("dispute/"+u, n), Unit: u, After: "sign/" + u})
		if err != nil || asked.Verdict == schemas.Lapsed {
			return err
		}
		if _, err := g.Await(ctx, schemas.Stage{Key: round("coordinate/"+u, n), For: u, Clocks: clock("coordinate", asked.Key)}); err != nil {
			return err
		}
	}
}

// keySupervision is what a key suggestion (重点建议) gets besides: a plan, a record every two months, an inspection at half a
// year, a score at the year's end, visits, and the three-party check (E29, E31, J17, T14).
func (g suggestion) keySupervision(ctx workflow.Context, leads []schemas.Party) error {
	chosen, err := g.Await(ctx, schemas.Stage{Key: "choose-key", After: "handover"})
	if err != nil || chosen.Verdict == schemas.Lapsed || len(chosen.Parties) == 0 || len(chosen.People) == 0 {
		return err
	}
	committee, leader := chosen.Parties[0].Unit, chosen.People[0]
	g.dropOnce(chosen, "conclude")
	g.Open(
		schemas.Stage{Key: "key-plan", Unit: committee, Clocks: clock("key-plan", chosen.Key)},
		schemas.Stage{Key: "bimonthly#1", Unit: committee, Person: leader, Clocks: clock("bimonthly-1", "handover")},
		schemas.Stage{Key: "bimonthly#2", Unit: committee, Person: leader, Clocks: clock("bimonthly-2", "handover")},
		schemas.Stage{Key: "bimonthly#3", Unit: committee, Person: leader, Clocks: clock("bimonthly-3", "handover")},
		schemas.Stage{Key: "inspection", Unit: committee, Clocks: clock("inspection", "handover")},
		schemas.Stage{Key: "year-score", Unit: committee, Person: leader, Clocks: clock("year-score", chosen.Key)},
	)
	g.Beside(ctx,
		func(ctx workflow.Context) error {
			return g.repeated(ctx, schemas.Stage{Key: "visit", Unit: committee, After: "choose-key"})
		},
		func(ctx workflow.Context) error { return g.confronting(ctx, leads) },
	)
	return nil
}

// supervised waits for the records that a key suggestion owes, and returns when the last of them came.
func (g suggestion) supervised(ctx workflow.Context) (at time.Time, err error) {
	if chosen, told := g.Told("choose-key"); !told || chosen.Verdict == schemas.Lapsed {
		return at, nil
	}
	for _, key := range []string{"key-plan", "bimonthly#1", "bimonthly#2", "bimonthly#3", "inspection", "year-score"} {
		record, err := g.Await(ctx, schemas.Stage{Key: key})
		if err != nil {
			return at, err
		}
		at = later(at, record.At)
	}
	return at, nil
}

// confronting is 三方对质: deputy, unit and congress look together. What proves untrue goes a class down and back to the unit.
func (g suggestion) confronting(ctx workflow.Context, leads []schemas.Party) error {
	for n := 1; ; n++ {
		found, err := g.Await(ctx, schemas.Stage{Key: round("confront", n), After: "answered"})
		if err != nil || found.Verdict == schemas.Lapsed {
			return err
		}
		if found.Verdict != "false" {
			continue
		}
		for _, p := range leads {
			if u := g.heir(p.Unit); g.pursued(u) {
				g.classify(u, found)
			}
		}
		g.dropOnce(found, "conclude")
		g.Beside(ctx, func(ctx workflow.Context) error { return g.Each(ctx, leads, g.pursueHeir) })
	}
}
