package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

// matter is a case with all that a decision about it needs.
type matter struct {
	register.Case
	State   schemas.State
	Parties []register.Party
	Items   []register.Item

	Suggestion register.Suggestion // of a suggestion only
	Proposers  []register.Proposer // of an interview: the deputy who asked for it
	Interview  register.Interview  // of an interview only
	Inquiry    register.Inquiry    // of an inquiry only
	Problem    register.Problem    // of an inquiry's problem only
	Appraisal  register.Appraisal  // of an appraisal only

	Interpellation register.Interpellation // of an interpellation only
	Evaluation     register.Evaluation     // of an end-effect evaluation only

	Votes bool // of an official's appraisal: the person who looks is on the roll of one of its ballots

	Left []string // those of the persons named in open stages whose accounts are shut
}

// IsSuggestion tells what deputies propose, a suggestion or a motion, from an opinion; for templates too.
func (m matter) IsSuggestion() bool { return m.Procedure == "suggestion" || m.Procedure == "motion" }

// IsInterview tells 约见约谈 from the other procedures; for templates too.
func (m matter) IsInterview() bool { return m.Procedure == "interview" }

// IsInquiry tells 专题询问 from the other procedures; for templates too.
func (m matter) IsInquiry() bool { return m.Procedure == "inquiry" }

// IsProblem tells a problem that an inquiry found from the other procedures; for templates too.
func (m matter) IsProblem() bool { return m.Procedure == "problem" }

// IsAppraisal tells 工作评议 and 履职评价 from the other procedures; for templates too.
func (m matter) IsAppraisal() bool { return m.Procedure == schemas.WorkAppraisal || m.IsOfficial() }

// IsOfficial tells the appraisal of an appointed official from the other procedures; for templates too.
func (m matter) IsOfficial() bool { return m.Procedure == schemas.OfficialAppraisal }

// IsInterpellation tells 质询 from the other procedures; for templates too.
func (m matter) IsInterpellation() bool { return m.Procedure == "interpellation" }

// IsEvaluation tells 末端效应评估 from the other procedures; for templates too.
func (m matter) IsEvaluation() bool { return m.Procedure == "evaluation" }

// area is the part of the navigation that the matter belongs to.
func (m matter) area() string {
	if m.IsSuggestion() {
		return "/suggestions"
	}
	if m.IsInterview() {
		return "/interviews"
	}
	if m.IsInquiry() || m.IsProblem() {
		return "/inquiries"
	}
	if m.IsAppraisal() {
		return "/appraisals"
	}
	if m.IsInterpellation() {
		return "/interpellations"
	}
	if m.IsEvaluation() {
		return "/evaluations"
	}
	return "/cases"
}

// proposed reports whether a person leads or co-signs the suggestion, or one merged into it.
func (m matter) proposed(account string) bool {
	return slices.ContainsFunc(m.Proposers, func(x register.Proposer) bool {
		return x.Account == account && x.Word != "decline" && x.Word != "silent"
	})
}

// subject is what a decision is about: a kind of object, and of one of them what its scope turns on.
type subject struct {
	object  string
	matter  *matter
	fact    schemas.Act      // the fact that a paper belongs to
	unit    string           // whose it is; empty: no unit's
	account string           // whose alone
	ballot  *register.Ballot // whose voters
	npc     bool             // the congress's own side
}

// granted is the one decision about what a person may do, beside capacity, which decides about the acts on a stage.
func granted(p *register.Person, action string, on subject) bool {
	for role, scope := range schemas.PermissionTo(action, on.object).Grants {
		if (role == schemas.Anyone || p.Holds(role)) && on.within(p, role, scope) {
			return true
		}
	}
	return false
}

// grantedSome reports whether there can be an object of that kind with which the person may do so.
func grantedSome(p *register.Person, action, object string) bool {
	for role := range schemas.PermissionTo(action, object).Grants {
		if role == schemas.Anyone || p.Holds(role) {
			return true
		}
	}
	return false
}

// within reports whether the subject lies in the scope that the person has by the role.
func (on subject) within(p *register.Person, role schemas.Role, scope schemas.Scope) bool {
	switch scope {
	case schemas.All:
		return true
	case schemas.Own:
		return on.account != "" && on.account == p.ID || on.matter != nil && (on.matter.proposed(p.ID) || on.matter.Votes) || on.ballot != nil && on.ballot.Mine
	case schemas.Given:
		return on.fact.Person != "" && on.fact.Person == p.ID
	case schemas.OfUnit:
		return on.unit != "" && p.HoldsFor(role, on.unit)
	case schemas.InLine:
		return !on.npc && on.unit != "" && p.HoldsFor(role, on.unit)
	case schemas.Government:
		return !on.npc
	}
	if on.matter == nil {
		return false
	}
	switch scope {
	case schemas.InCharge:
		return p.HoldsFor(role, on.matter.Committee)
	case schemas.Handed:
		return on.matter.handed()
	case schemas.Taking:
		return on.matter.handed() && slices.ContainsFunc(on.matter.Parties, func(x register.Party) bool { return p.HoldsFor(role, x.Unit) })
	case schemas.Local:
		return on.matter.handed() && slices.ContainsFunc(streetsOf(p), func(street string) bool {
			return slices.ContainsFunc(on.matter.Proposers, func(d register.Proposer) bool { return strings.HasPrefix(d.Delegation, street) })
		})
	case schemas.Published:
		return on.matter.State.Facts["publish"].Verdict == "public"
	case schemas.Owing:
		return len(on.matter.owed(p, role)) > 0
	case schemas.Concerned:
		return on.concerns(p, role)
	case schemas.Closing:
		return on.concerns(p, role) && (on.fact.Verdict == "dissatisfied" || on.matter.Outcome != "")
	}
	return false
}

// concerns reports whether the fact is of, or about, one of the units in the matter for which the person holds the role.
func (on subject) concerns(p *register.Person, role schemas.Role) bool {
	return on.unit != "" && p.HoldsFor(role, on.unit) || slices.ContainsFunc(on.matter.Parties, func(x register.Party) bool {
		return strings.Contains(on.fact.Key, x.Unit) && p.HoldsFor(role, x.Unit)
	})
}

// handed reports whether others than the congress take part: it was handed over, a motion was passed, an interview notified, or problems distributed.
func (m matter) handed() bool {
	_, handed := m.State.Told("handover")
	for _, given := range []string{"notify#1", "problem-distribute", "given"} { // given: a problem is distributed, a unit mobilised
		_, told := m.State.Told(given)
		handed = handed || told
	}
	return handed || m.State.Facts["motion-vote"].Verdict == "passed"
}

// streetsOf are the streets and towns (街道乡镇) of a person's posts by name: a delegation begins with the name of its own.
func streetsOf(p *register.Person) (names []string) {
	for _, o := range p.Posts {
		if (o.Role == schemas.Street || o.Role == schemas.Station) && o.UnitName != "" {
			names = append(names, o.UnitName)
		}
	}
	return names
}

// owed are the open stages of the units for which the person holds the role.
func (m matter) owed(p *register.Person, role schemas.Role) (keys []string) {
	for _, o := range m.State.Open {
		if o.Unit != "" && slices.Contains(o.Roles(), role) && p.HoldsFor(role, o.Unit) {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// object is what the table of permissions calls the matter.
func (m matter) object() string { return objectOf(cmp.Or(m.Procedure, "opinion")) }

// objectOf is what the table of permissions calls the matters of a procedure: an official's appraisal is one object with its ballots.
func objectOf(procedure string) string {
	if procedure == schemas.OfficialAppraisal {
		return "appraisal"
	}
	return procedure
}

// mayRead is who may see a matter.
func mayRead(p *register.Person, m matter) bool {
	return granted(p, "read", subject{object: m.object(), matter: &m})
}

// mayReadWhole is who sees more of a matter than what his own unit owes in it.
func mayReadWhole(p *register.Person, m matter) bool {
	on := subject{object: m.object(), matter: &m}
	for role, scope := range schemas.PermissionTo("read", on.object).Grants {
		if scope != schemas.Owing && (role == schemas.Anyone || p.Holds(role)) && on.within(p, role, scope) {
			return true
		}
	}
	return false
}

// proposesAs is in which role a person proposes an interview that a committee leads; empty: in none.
func proposesAs(p *register.Person, committee string) schemas.Role {
	on := subject{object: "interview", unit: committee}
	grants := schemas.PermissionTo("create", "interview").Grants
	for _, role := range []schemas.Role{schemas.Head, schemas.Clerk, schemas.Deputies, schemas.Office, schemas.Deputy} {
		if scope, has := grants[role]; has && p.Holds(role) && on.within(p, role, scope) {
			return role
		}
	}
	return ""
}

// sights are how much of each procedure's matters a person sees: mayRead for lists, which cannot ask about each.
func sights(p *register.Person, procedures ...string) map[string]register.Sight {
	all := map[string]register.Sight{}
	for _, procedure := range procedures {
		var s register.Sight
		for role, scope := range schemas.PermissionTo("read", objectOf(procedure)).Grants {
			if role != schemas.Anyone && !p.Holds(role) {
				continue
			}
			switch scope {
			case schemas.All:
				s.All = true
			case schemas.Handed:
				s.Handed = true
			case schemas.Published:
				s.Published = true
			case schemas.Own:
				s.Deputy = p.ID
			case schemas.Owing: // it stands on the desk, in no list
			case schemas.Taking:
				for _, o := range p.Posts {
					switch {
					case o.Role == role && o.Unit == "": // it covers all units
						s.Handed = true
					case o.Role == role && !slices.Contains(s.Units, o.Unit):
						s.Units = append(s.Units, o.Unit)
					}
				}
			case schemas.Local:
				for _, o := range p.Posts {
					if o.Role == role && o.Unit != "" && !slices.Contains(s.Streets, o.Unit) {
						s.Streets = append(s.Streets, o.Unit)
					}
				}
			default:
				panic("a list does not know the scope " + string(scope))
			}
		}
		all[procedure] = s
	}
	return all
}

// escalations are which overdue duties a person may know of: "read escalation" for lists, which cannot ask about each.
func escalations(p *register.Person) (f register.LateFilter) {
	if !sights(p, schemas.OfficialAppraisal)[schemas.OfficialAppraisal].All {
		f.Hidden = schemas.KindsOf(schemas.OfficialAppraisal)
	}
	d := dutiesOf(p, "escalation")
	f.All, f.Government, f.Units, f.Committees = d.All, d.Government, d.Units, d.Committees
	return f
}

// watches is how far a person's cockpit (驾驶舱) reaches: "read cockpit" for counts and lists, which cannot ask about each.
func watches(p *register.Person) register.Watch {
	w := dutiesOf(p, "cockpit")
	for _, procedure := range schemas.Procedures {
		s := sights(p, procedure)[procedure]
		if s.All || procedure != schemas.OfficialAppraisal && (s.Handed || len(s.Units) > 0) {
			w.Procedures = append(w.Procedures, procedure)
		}
	}
	return w
}

// dutiesOf are whose duties a person may know of by his permission to read that object.
func dutiesOf(p *register.Person, object string) (w register.Watch) {
	for role, scope := range schemas.PermissionTo("read", object).Grants {
		if !p.Holds(role) {
			continue
		}
		switch scope {
		case schemas.All:
			w.All = true
		case schemas.Government:
			w.Government = true
		case schemas.InCharge, schemas.InLine:
			for _, o := range p.Posts {
				switch {
				case o.Role != role:
				case o.Unit == "" && scope == schemas.InCharge: // it covers all committees
					w.All = true
				case o.Unit == "":
					w.Government = true
				case scope == schemas.InCharge:
					w.Committees = append(w.Committees, o.Unit)
				default:
					w.Units = append(w.Units, o.Unit)
				}
			}
		default:
			panic("a list does not know the scope " + string(scope))
		}
	}
	return w
}

// mayReadPaper keeps a unit's drafts inside the unit, a unit's papers from other units, and a deputy's scores from all units
// while they could be held against him.
func mayReadPaper(p *register.Person, m matter, d register.Paper) bool {
	if d.Author == p.ID {
		return true
	}
	if d.Status != "signed" {
		return granted(p, "read", subject{object: "draft", unit: d.Unit})
	}
	on := subject{object: paperObject(familyOf(m.Procedure), schemas.Kind(d.Stage)), matter: &m, unit: d.Unit, fact: m.State.Facts[d.Stage]}
	if on.object == "score" {
		on.unit = ""
	}
	return granted(p, "read", on)
}

// families are the procedures whose papers are read alike.
var families = []string{"suggestion", "interview", "opinion"}

// familyOf is the one that a procedure belongs to.
func familyOf(procedure string) string {
	switch procedure {
	case "suggestion", "motion":
		return "suggestion"
	case "interview":
		return "interview"
	}
	return "opinion"
}

// paperObject is what the table of permissions calls a signed paper, by the kind of its stage.
func paperObject(family, kind string) string {
	switch {
	case kind == "handover", family == "interview" && kind != "endorse" && kind != "approve": // all that one unit and the congress say to each other
		return "letter"
	case family != "suggestion":
		return "paper"
	case kind == "feedback" || kind == "refeedback" || kind == "score":
		return "score"
	}
	return "reply"
}

// reading is which texts of the matters that he sees a person may read: mayReadPaper, and mayReadLetter for those that were issued, for the
// search, which cannot ask about each.
func reading(p *register.Person) register.Reading {
	g := register.Reading{Account: p.ID, Families: map[string]string{}}
	for _, procedure := range schemas.Procedures {
		g.Families[procedure] = familyOf(procedure)
	}
	classes := map[string][]string{} // by object
	for _, family := range families {
		for kind := range schemas.Duties {
			object := paperObject(family, kind)
			classes[object] = append(classes[object], family+"/"+kind)
		}
		for _, k := range schemas.LetterKinds {
			classes[k.Reads] = append(classes[k.Reads], family+"/letter:"+k.Code)
		}
	}
	for object, texts := range classes {
		for role, scope := range schemas.PermissionTo("read", object).Grants {
			if role != schemas.Anyone && !p.Holds(role) {
				continue
			}
			switch scope {
			case schemas.All:
				g.Open = append(g.Open, texts...)
				continue
			case schemas.Own:
				g.Own = append(g.Own, texts...)
				continue
			case schemas.Concerned:
				g.Concerned = append(g.Concerned, texts...)
			case schemas.Closing:
				g.Closing = append(g.Closing, texts...)
			default:
				panic("the search does not know the scope " + string(scope))
			}
			for _, o := range p.Posts { // whoever reads papers so reads replies and scores so: the units are the same
				if o.Role == role && o.Unit == "" {
					g.Everywhere = true
				} else if o.Role == role && !slices.Contains(g.Units, o.Unit) {
					g.Units = append(g.Units, o.Unit)
				}
			}
		}
	}
	return g
}

// mayLetter is the decision about drawing, issuing or voiding a kind of letter from a matter.
func mayLetter(p *register.Person, action string, m matter, k schemas.LetterKind) bool {
	roles := k.Draws
	if action != "draw" {
		roles = k.Issues
	}
	on := subject{object: "letter", matter: &m}
	for role, scope := range schemas.PermissionTo(action, "letter").Grants {
		if slices.Contains(roles, role) && slices.Contains(k.Of, m.Kind) && p.Holds(role) && on.within(p, role, scope) {
			return true
		}
	}
	return false
}

// mayReadLetter is who reads a letter of a matter that he may read: a draft those who draw and issue, what was issued those whom the kind says.
func mayReadLetter(p *register.Person, m matter, l register.Letter) bool {
	k, known := schemas.LetterKindOf(l.Kind)
	switch {
	case !known || !mayReadWhole(p, m):
		return false
	case mayLetter(p, "draw", m, k) || mayLetter(p, "issue", m, k):
		return true
	case l.State == "draft":
		return false
	}
	if granted(p, "read", subject{object: k.Reads, matter: &m}) {
		return true
	}
	return slices.ContainsFunc(m.Parties, func(x register.Party) bool {
		return granted(p, "read", subject{object: k.Reads, matter: &m, unit: x.Unit})
	})
}

// lettersFor are the letters that a person finds in a list: mayReadLetter for lists, which cannot ask about each.
func lettersFor(p *register.Person) (f register.LetterFilter) {
	f.Sights = sights(p, lettered...)
	for _, k := range schemas.LetterKinds {
		if grantedSome(p, "read", k.Reads) {
			f.Kinds = append(f.Kinds, k.Code)
		}
	}
	for role, scope := range schemas.PermissionTo("draw", "letter").Grants {
		for _, o := range p.Posts {
			switch {
			case o.Role != role:
			case scope == schemas.All:
				f.AllDrafts = true
			case scope == schemas.InCharge:
				f.Committees = append(f.Committees, o.Unit)
			}
		}
	}
	return f
}

// lettered are the procedures whose matters letters are drawn from.
var lettered = slices.DeleteFunc(slices.Clone(schemas.Procedures), func(p string) bool { return p == schemas.OfficialAppraisal })

// mayBallot is the decision about a ballot. Own is who stands on its roll, or, for what is the scrutineer's, the scrutineer.
func mayBallot(p *register.Person, action string, b register.Ballot) bool {
	on := subject{object: ballotObject(b.Restricted), account: b.Scrutineer}
	if action == "read" || action == "vote" {
		on.ballot = &b
	}
	return granted(p, action, on)
}

// ballotObject is what the table of permissions calls a ballot: a restricted one is part of an official's appraisal.
func ballotObject(restricted bool) string {
	if restricted {
		return "appraisal"
	}
	return "ballot"
}

type askedKey struct{}

// asks puts the question to each request of a route: may this person do that with anything of the kind? What the route then
// finds is decided one by one. A route of the product that has not asked answers nothing (see decided).
func (s *Server) asks(action, object string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked(r.Context())
			if !grantedSome(person(r.Context()), action, object) {
				s.fail(w, r, schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo(action, object).Refusal))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// asked notes that the request's decision was made.
func asked(ctx context.Context) {
	if was, is := ctx.Value(askedKey{}).(*bool); is {
		*was = true
	}
}

// decided lets no answer out of a route behind the login that did not ask: forgetting to is a mistake that must show.
func (s *Server) decided(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isOpen(r) || person(r.Context()) == nil {
			next.ServeHTTP(w, r)
			return
		}
		was := new(bool)
		next.ServeHTTP(&unasked{ResponseWriter: w, asked: was, forgot: func() {
			s.Log.ErrorContext(r.Context(), "the route did not ask for a permission", "route", chi.RouteContext(r.Context()).RoutePattern())
		}}, r.WithContext(context.WithValue(r.Context(), askedKey{}, was)))
	})
}

// unasked is the answer of a request whose decision may not have been made.
type unasked struct {
	http.ResponseWriter
	asked  *bool
	forgot func()
	began  bool
	shut   bool
}

// WriteHeader turns a success without a decision into an error.
func (w *unasked) WriteHeader(status int) {
	w.began = true
	if status < http.StatusBadRequest && !*w.asked {
		w.shut = true
		w.forgot()
		w.ResponseWriter.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *unasked) Write(b []byte) (int, error) {
	if !w.began {
		w.WriteHeader(http.StatusOK)
	}
	if w.shut {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *unasked) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// capacity is in which role a person may settle a stage of a matter; empty: in none.
func capacity(p *register.Person, m matter, st schemas.Stage) schemas.Role {
	if concernedInIt(p, m, st) {
		return ""
	}
	for _, role := range st.Roles() {
		if slices.ContainsFunc(p.Posts, func(o register.Post) bool { return o.Role == role && enables(o, p, m, st) }) {
			return role
		}
	}
	return ""
}

// concernedInIt reports whether a deputy would judge, or a member question, the unit that he works in (回避).
func concernedInIt(p *register.Person, m matter, st schemas.Stage) bool {
	if m.IsInterpellation() && slices.Contains(st.Roles(), schemas.Member) {
		return slices.ContainsFunc(m.Proposers, func(d register.Proposer) bool { return d.Account == p.ID && d.Employer == m.Interpellation.Unit })
	}
	if !p.Holds(schemas.Deputy) || !slices.Contains(st.Roles(), schemas.Deputy) || schemas.Duties[schemas.Kind(st.Key)].Paper != "feedback" {
		return false
	}
	return slices.ContainsFunc(m.Parties, func(x register.Party) bool {
		return strings.Contains(st.Key, x.Unit) && (p.HoldsFor(schemas.Liaison, x.Unit) || p.HoldsFor(schemas.UnitHead, x.Unit) ||
			slices.ContainsFunc(m.Proposers, func(d register.Proposer) bool { return d.Account == p.ID && d.Employer == x.Unit }))
	})
}

// notEntitled says why a person may not settle a stage. Codes: NotEntitled, Conflict.
func notEntitled(p *register.Person, m matter, st schemas.Stage) error {
	if concernedInIt(p, m, st) {
		return schemas.Refuse("Conflict", "您在承办单位任职，按回避规定不能评价它的办理，请与代表工委联系")
	}
	return schemas.Refuse("NotEntitled", "您无权办理此环节，它由其他岗位或单位负责")
}

// enables reports whether a post of the person lets him settle a stage, should its role be one of the stage's. A stage that is one
// person's is his and his stand-in's; once he has left it is anybody's of that role, except a deputy's or a member's.
func enables(o register.Post, p *register.Person, m matter, st schemas.Stage) bool {
	if st.Person != "" && (o.Role == schemas.Deputy || o.Role == schemas.Member || !slices.Contains(m.Left, st.Person)) {
		return cmp.Or(o.For, p.ID) == st.Person
	}
	return o.Unit == "" || slices.Contains(places(m, st, o.Role), o.Unit)
}

// entersAs is in which role a person enters what a unit answered on paper, by telephone or in person (代录): of what the unit itself does in a
// matter that he may read whole, and never of an official's own report. Empty: in none.
func entersAs(p *register.Person, m matter, st schemas.Stage) schemas.Role {
	if st.Unit == "" || m.IsOfficial() || schemas.Duties[schemas.Kind(st.Key)].NPC || !mayReadWhole(p, m) || !granted(p, "enter", subject{object: "answer", matter: &m}) {
		return ""
	}
	for _, role := range st.Roles() {
		if role == schemas.UnitHead || role == schemas.Liaison {
			return role
		}
	}
	return ""
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

// urgesAs is in which role a person has a matter's stage urged: the first of those that may.
func urgesAs(p *register.Person, m matter) schemas.Role {
	for _, role := range []schemas.Role{schemas.Office, schemas.Clerk, schemas.Head, schemas.Deputies, schemas.GovOffice, schemas.Deputy} {
		scope, may := schemas.PermissionTo("press", "urge").Grants[role]
		if may && p.Holds(role) && (subject{matter: &m}).within(p, role, scope) {
			return role
		}
	}
	return ""
}

// signers let others sign for them (代签); heads name the B岗 of their clerks and liaisons.
var (
	signers = []schemas.Role{schemas.Head, schemas.ViceChair, schemas.Chair, schemas.GovOffice, schemas.ViceMayor, schemas.UnitHead}
	headsOf = map[schemas.Role]schemas.Role{schemas.Liaison: schemas.UnitHead, schemas.Clerk: schemas.Head, schemas.Deputies: schemas.Head}
)

// signs reports whether a person may let another sign for him: one who signs in his own right.
func signs(p *register.Person) bool {
	return slices.ContainsFunc(signers, func(role schemas.Role) bool { return p.HoldsAs(role, p.ID) })
}

// heads reports whether a person names the B岗 for the holder of those posts: he heads the unit of each.
func heads(p *register.Person, passed []register.Post) bool {
	return len(passed) > 0 && !slices.ContainsFunc(passed, func(o register.Post) bool {
		head, has := headsOf[o.Role]
		return !has || o.Unit == "" || !p.HoldsFor(head, o.Unit)
	})
}

// inPlaceOf is for whom a person acts on a stage in that role; empty: in his own post.
func inPlaceOf(p *register.Person, m matter, st schemas.Stage, role schemas.Role) (absent string) {
	for _, o := range p.Posts {
		if o.Role != role || !enables(o, p, m, st) {
			continue
		}
		if o.For == "" {
			return ""
		}
		absent = cmp.Or(absent, o.For)
	}
	return absent
}

// mayReadMarks is who sees in a ledger what a deputy said of a unit's answer: the score's own rule for a line of a list.
func mayReadMarks(p *register.Person, l register.SuggestionLine, unit, kind, verdict string) bool {
	m := matter{Case: register.Case{Procedure: "suggestion", Outcome: l.Outcome}, Parties: []register.Party{{Unit: unit}}}
	for _, account := range l.Proposers {
		m.Proposers = append(m.Proposers, register.Proposer{Account: account, Word: "agree"})
	}
	return granted(p, "read", subject{object: "score", matter: &m, fact: schemas.Act{Key: kind + "/" + unit, Verdict: verdict}})
}

// mayReadInstruction is who reads in a ledger what a leader told a unit to do: who reads papers, and that unit.
func mayReadInstruction(p *register.Person, unit string) bool {
	return granted(p, "read", subject{object: "paper", unit: unit, matter: &matter{}})
}
