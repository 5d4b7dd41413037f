package workflows

import (
	"context"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// newSuggestion is a suggestion of 2 March 2026 in skipped time.
func newSuggestion(t *testing.T, change ...func(*register.NewSuggestion, registertest.District)) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	f := d.Suggestion()
	for _, c := range change {
		c(&f, d)
	}
	w := (&world{t: t, reg: reg, d: d}).fresh(t0)
	states, err := reg.FileSuggestions(context.Background(), d.Congress, d.Deputies, []register.NewSuggestion{f})
	if err != nil {
		t.Fatal(err)
	}
	w.s = states[0]
	return w
}

// does is an act at an instant after the filing.
func (w *world) does(after time.Duration, login, key, verdict string, change ...func(*schemas.Act)) []*reply {
	a := w.act(login, key, verdict)
	for _, c := range change {
		c(&a)
	}
	return w.at(after, a)
}

// handed vets and hands over to units, the first leading, within the first day. Handed over on Monday 2 March 2026.
func (w *world) handed(verdict string, parties ...schemas.Party) []*reply {
	if len(parties) == 0 {
		parties = []schemas.Party{{Unit: w.d.Units[0], Capacity: "sole"}}
	}
	rs := w.does(time.Hour, "dep", "vet#1", "accept")
	return append(rs, w.does(2*time.Hour, "dep", "handover", verdict, func(a *schemas.Act) { a.Parties = parties })...)
}

// replied signs, contacts and answers for 甲局 by a day after the filing.
func (w *world) replied(at time.Duration, class string, until time.Time) []*reply {
	u := w.d.Units[0]
	rs := w.does(at-2*day, "unt-jia", "sign/"+u, "")
	rs = append(rs, w.does(at-day, "unt-jia", "contact/"+u, "visit")...)
	return append(rs, w.does(at, "unh-jia", "reply/"+u, class, func(a *schemas.Act) { a.Until = until })...)
}

func (w *world) concluded(at time.Duration, n string) []*reply {
	rs := w.does(at, "dep", "conclude#"+n, "")
	rs = append(rs, w.does(at+day, "dep", "publish", "public")...)
	return append(rs, w.does(at+2*day, "dep", "archive", "")...)
}

// due is what a stage's due day is at an instant; empty when it is not open.
func (w *world) due(at time.Duration, key string, to *string) {
	w.RegisterDelayedCallback(func() {
		s := w.state()
		if o := s.Find(key); o != nil && !o.Due.IsZero() {
			*to = schemas.LastDay(o.Due).Format("2006-01-02")
		}
	}, at)
}

func (w *world) archived() schemas.State {
	w.t.Helper()
	w.run()
	if err := w.GetWorkflowError(); err != nil {
		w.t.Fatal(err)
	}
	s := w.state()
	if s.Outcome != "archived" || len(s.Open) != 0 {
		var open []string
		for _, o := range s.Open {
			open = append(open, o.Key)
		}
		w.t.Fatalf("ended %q with %v open", s.Outcome, open)
	}
	return s
}

func TestSuggestionAnsweredSatisfiedClosed(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	var reply, contact, sign, feedback string
	rs := w.handed("")
	w.due(3*time.Hour, "reply/"+u, &reply)
	w.due(3*time.Hour, "contact/"+u, &contact)
	w.due(3*time.Hour, "sign/"+u, &sign)
	early := w.does(4*day, "unh-jia", "reply/"+u, "A", func(a *schemas.Act) { a.ID = "early" })
	rs = append(rs, w.replied(8*day, "A", time.Time{})...)
	w.due(10*day+time.Hour, "feedback/"+u, &feedback)
	stranger := w.does(11*day, "dpt2", "feedback/"+u, "satisfied", func(a *schemas.Act) { a.ID = "stranger" })
	rs = append(rs, w.does(12*day, "dpt1", "feedback/"+u, "satisfied")...)
	rs = append(rs, w.does(14*day, "dep", "verification/"+u+"#1", "confirmed")...)
	rs = append(rs, w.does(16*day, "dpt1", "score/"+u, "satisfied")...)
	rs = append(rs, w.concluded(18*day, "1")...)
	s := w.archived()
	w.ok(rs)
	for _, c := range [][3]string{{"reply", reply, "2026-06-02"}, {"contact", contact, "2026-04-01"}, {"sign", sign, "2026-03-09"}, {"feedback", feedback, "2026-03-31"}} {
		if c[1] != c[2] {
			t.Errorf("%s is due %s, not %s", c[0], c[1], c[2])
		}
	}
	if early[0].refused == nil || !strings.Contains(early[0].refused.Error(), "首次联系代表") {
		t.Errorf("answered before the deputy was contacted: %v", early[0].refused)
	}
	if stranger[0].refused == nil {
		t.Error("another deputy judged the reply")
	}
	p := s.Parts()[0]
	if p.Class != "A" || p.Now != "A" || p.Verified.IsZero() || !p.Met || p.First != "satisfied" || p.Score != "satisfied" {
		t.Errorf("the ledger's line: %+v", p)
	}
	lines, err := w.reg.Ledger(context.Background(), w.d.Congress, time.Time{}, time.Time{})
	if err != nil || len(lines) != 1 || !lines[0].AnsweredAt.Equal(p.AnsweredAt) || lines[0].First != "satisfied" || lines[0].UnitName != "甲局" ||
		schemas.LastDay(lines[0].FirstDue).Format("2006-01-02") != "2026-06-02" {
		t.Errorf("the register's ledger: %+v %v", lines, err)
	}
}

// withdrawn has the deputy withdraw, which ends the case.
func (w *world) withdrawn(at time.Duration) schemas.State {
	w.t.Helper()
	w.ok(nil)
	rs := w.does(at, "dpt1", "withdraw-request#1", "")
	rs = append(rs, w.does(at+day, "dep", "withdraw-confirm#1", "accept")...)
	w.run()
	w.ok(rs)
	s := w.state()
	if s.Outcome != "withdrawn" || len(s.Open) != 0 {
		w.t.Fatalf("ended %q with %d open", s.Outcome, len(s.Open))
	}
	return s
}

// Six months count from the hand-over: from 31 December three months and three more would end on another day.
func TestExtensionToSixMonthsFromHandOver(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.does(day, "unt-jia", "sign/"+u, "")...)
	rs = append(rs, w.does(30*day, "unh-jia", "extension-request/reply/"+u, "")...)
	rs = append(rs, w.does(31*day, "dep", "extension/reply/"+u, "accept")...)
	var is string
	w.due(32*day, "reply/"+u, &is)
	s := w.withdrawn(33 * day)
	w.ok(rs)
	if is != "2026-09-02" {
		t.Errorf("extended to six months from 2 March, due %s", is)
	}
	if p := s.Parts()[0]; !p.Extended || p.Complex {
		t.Errorf("the ledger's line: %+v", p)
	}
	inbox, _, err := w.reg.Inbox(context.Background(), w.d.People["dpt1"], nil, 100)
	told := false
	for _, n := range inbox {
		told = told || n.Stage == "reply/"+u && n.Level == schemas.LevelMoved
	}
	if err != nil || !told {
		t.Errorf("the deputy was not told of the extension: %v %v", inbox, err)
	}
}

func TestExtensionAskedTooLateIsRefused(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	ask := w.does(88*day, "unh-jia", "extension-request/reply/"+u, "")
	w.withdrawn(89 * day)
	w.ok(rs)
	if ask[0].refused == nil {
		t.Error("an extension was asked for within the last five working days")
	}
}

func TestComplexFromTheBeginning(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("complex")
	var due string
	w.due(day, "reply/"+u, &due)
	ask := w.does(2*day, "unh-jia", "extension-request/reply/"+u, "")
	s := w.withdrawn(3 * day)
	w.ok(rs)
	if due != "2026-09-02" || !s.Parts()[0].Complex || ask[0].refused == nil {
		t.Errorf("due %s, line %+v, extension %v", due, s.Parts()[0], ask[0].refused)
	}
}

// Silence is never satisfaction: reminded twice, then 未反馈.
func TestSilenceIsNotSatisfaction(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.replied(8*day, "C", time.Time{})...)
	rs = append(rs, w.concluded(40*day, "1")...)
	s := w.archived()
	w.ok(rs)
	f := s.Facts["feedback/"+u]
	if f.Verdict != schemas.Unanswered || f.Role != schemas.System {
		t.Errorf("silence ended as %q by %s", f.Verdict, f.Role)
	}
	if p := s.Parts()[0]; p.First != schemas.Unanswered {
		t.Errorf("the ledger says %q", p.First)
	}
	if got := w.notices("feedback/" + u); len(got) != 3 || !strings.HasPrefix(got[0], "new") {
		t.Errorf("told of the reply and reminded twice: %v", got)
	}
}

// One re-handling, two months from the receipt of the dissatisfied opinion; a second dissatisfaction is final.
func TestSecondDissatisfactionIsFinal(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.replied(8*day, "A", time.Time{})...)
	rs = append(rs, w.does(12*day, "dpt1", "feedback/"+u, "dissatisfied")...) // Saturday 14 March
	var receipt, redo, again string
	w.due(12*day+time.Hour, "receipt/"+u, &receipt)
	rs = append(rs, w.does(15*day, "unt-jia", "receipt/"+u, "")...) // Tuesday 17 March
	w.due(15*day+time.Hour, "redo/"+u, &redo)
	drafter := w.does(16*day, "unt-jia", "redo/"+u, "A", func(a *schemas.Act) { a.ID = "drafter" })
	rs = append(rs, w.does(30*day, "unh-jia", "redo/"+u, "A")...)
	w.due(30*day+time.Hour, "refeedback/"+u, &again)
	rs = append(rs, w.does(32*day, "dpt1", "refeedback/"+u, "dissatisfied")...)
	rs = append(rs, w.does(34*day, "dep", "circular/"+u, "")...)
	rs = append(rs, w.does(60*day, "dep", "follow/"+u+"#1", "open")...)
	rs = append(rs, w.does(90*day, "dep", "follow/"+u+"#2", "closed")...)
	rs = append(rs, w.does(91*day, "dep", "verification/"+u+"#2", "confirmed")...)
	rs = append(rs, w.does(92*day, "dpt1", "score/"+u, "dissatisfied")...)
	rs = append(rs, w.concluded(94*day, "1")...)
	s := w.archived()
	w.ok(rs)
	if receipt != "2026-03-17" || redo != "2026-05-18" || again != "2026-04-16" { // 17 May 2026 is a Sunday
		t.Errorf("receipt due %s, re-handling %s, second feedback %s", receipt, redo, again)
	}
	if drafter[0].refused == nil {
		t.Error("the re-handling is the head's own")
	}
	if _, third := s.Told("redo/" + u + "#2"); third || s.Parts()[0].Final != "dissatisfied" {
		t.Errorf("the ledger's line: %+v", s.Parts()[0])
	}
}

// Points under sixty per cent of the second stage are dissatisfaction with it; the one re-handling follows, and what it promises.
func TestDissatisfiedWithTheImplementation(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.replied(8*day, "A", time.Time{})...)
	rs = append(rs, w.does(12*day, "dpt1", "feedback/"+u, "satisfied")...)
	rs = append(rs, w.does(13*day, "dep", "verification/"+u+"#1", "confirmed")...)
	rs = append(rs, w.does(15*day, "dpt1", "score/"+u, "dissatisfied")...)
	rs = append(rs, w.does(40*day, "unh-jia", "redo/"+u, "B", func(a *schemas.Act) { a.Until = time.Date(2026, 7, 1, 0, 0, 0, 0, schemas.Shanghai) })...)
	rs = append(rs, w.does(42*day, "dpt1", "refeedback/"+u, "basically")...)
	var promised string
	w.due(43*day, "fulfil/"+u+"#2", &promised)
	rs = append(rs, w.does(100*day, "unh-jia", "fulfil/"+u+"#2", "done")...)
	rs = append(rs, w.does(101*day, "dep", "verification/"+u+"#3", "confirmed")...)
	rs = append(rs, w.concluded(110*day, "1")...)
	s := w.archived()
	w.ok(rs)
	if f := s.Facts["receipt/"+u]; f.Verdict != schemas.Auto {
		t.Errorf("an opinion not signed for counts as received: %+v", f)
	}
	if promised != "2026-06-30" {
		t.Errorf("the promise of the second reply is due %s", promised)
	}
	if p := s.Parts()[0]; p.Now != "A" || p.TurnedA.IsZero() || p.Final != "basically" {
		t.Errorf("the ledger's line: %+v", p)
	}
}

// A class B is taken up again every January, until it is an A.
func TestClassBTurnsAInTheSecondYear(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.replied(8*day, "B", time.Date(2026, 12, 1, 0, 0, 0, 0, schemas.Shanghai))...)
	rs = append(rs, w.does(12*day, "dpt1", "feedback/"+u, "satisfied")...)
	var first, second string
	w.due(13*day, "fulfil/"+u+"#1", &first)
	rs = append(rs, w.does(270*day, "unh-jia", "fulfil/"+u+"#1", "ongoing")...) // 27 November
	rs = append(rs, w.does(280*day, "dpt1", "score/"+u, "basically")...)        // 7 December: asked since 30 November
	w.due(320*day, "fulfil/"+u+"#2", &second)                                   // mid-January
	rs = append(rs, w.does(400*day, "unh-jia", "fulfil/"+u+"#2", "done")...)
	rs = append(rs, w.does(402*day, "dep", "verification/"+u+"#3", "confirmed")...)
	rs = append(rs, w.concluded(404*day, "1")...)
	s := w.archived()
	w.ok(rs)
	if first != "2026-11-30" || second != "2027-07-05" && second != "2027-07-04" && second != "2027-07-02" {
		t.Errorf("the promise is due %s, the half-year report %s", first, second)
	}
	if f := s.Facts["january/"+u+"#1"]; f.Verdict != schemas.Auto || f.At.In(schemas.Shanghai).Year() != 2027 {
		t.Errorf("January: %+v", f)
	}
	if p := s.Parts()[0]; p.Class != "B" || p.Now != "A" || p.TurnedA.IsZero() {
		t.Errorf("the ledger's line: %+v", p)
	}
}

// After three years without result the chairpersons' meeting decides; the deputy may agree to a C before.
func TestClassBEndsByConsentOrDecision(t *testing.T) {
	for _, c := range []struct{ consent, decision, class string }{{"agree", "", "C"}, {"refuse", "closed", "ended"}, {"", "lowered", "C"}} {
		w := newSuggestion(t)
		u := w.d.Units[0]
		rs := w.handed("")
		rs = append(rs, w.replied(8*day, "B", time.Date(2026, 10, 1, 0, 0, 0, 0, schemas.Shanghai))...)
		rs = append(rs, w.does(12*day, "dpt1", "feedback/"+u, "satisfied")...)
		rs = append(rs, w.does(200*day, "unh-jia", "fulfil/"+u+"#1", "unable")...)
		end := 290 * day
		if c.consent != "" {
			rs = append(rs, w.does(202*day, "dpt1", "consent/"+u+"#1", c.consent)...)
		}
		if c.decision != "" {
			rs = append(rs, w.does(400*day, "unh-jia", "fulfil/"+u+"#2", "ongoing")...)
			rs = append(rs, w.does(760*day, "unh-jia", "fulfil/"+u+"#3", "ongoing")...)
			rs = append(rs, w.does(1045*day, "ofc", "decide/"+u, c.decision)...)
			end = 1060 * day
		}
		rs = append(rs, w.concluded(end, "1")...)
		s := w.archived()
		w.ok(rs)
		if p := s.Parts()[0]; p.Now != c.class {
			t.Errorf("%+v: class %q", c, p.Now)
		}
	}
}

// A late co-handler holds nobody up.
func TestLateCoHandlerDoesNotBlock(t *testing.T) {
	w := newSuggestion(t)
	u, joint := w.d.Units[0], w.d.Units[1]
	rs := w.handed("", schemas.Party{Unit: u, Capacity: "lead"}, schemas.Party{Unit: joint, Capacity: "joint"})
	var opinion string
	w.due(day, "opinion/"+joint, &opinion)
	rs = append(rs, w.does(3*day, "unt-jia", "sign/"+u, "")...)
	rs = append(rs, w.does(4*day, "unt-jia", "contact/"+u, "phone")...)
	rs = append(rs, w.does(60*day, "unh-jia", "reply/"+u, "C")...)
	rs = append(rs, w.does(61*day, "dpt1", "feedback/"+u, "satisfied")...)
	rs = append(rs, w.concluded(65*day, "1")...)
	s := w.archived()
	w.ok(rs)
	if opinion != "2026-04-02" || s.Facts["opinion/"+joint].Verdict != schemas.Lapsed {
		t.Errorf("the opinion was due %s and ended %q", opinion, s.Facts["opinion/"+joint].Verdict)
	}
	if said := w.notices("opinion/" + joint); len(said) < 7 {
		t.Errorf("the co-handler has a ladder of its own: %v", said)
	}
}

// The statutory clock keeps the first hand-over through a return.
func TestSuggestionReturnKeepsTheStatutoryClock(t *testing.T) {
	w := newSuggestion(t)
	u, heir := w.d.Units[0], w.d.Units[2]
	rs := w.handed("")
	rs = append(rs, w.does(day, "unt-jia", "sign/"+u, "")...)
	rs = append(rs, w.does(5*day, "unh-jia", "return-request/"+u+"#1", "")...)
	rs = append(rs, w.does(7*day, "dep", "return/"+u+"#1", "accept")...)
	rs = append(rs, w.does(8*day, "dep", "reassign/"+u+"#1", "", func(a *schemas.Act) { a.Target = heir })...)
	var reply, contact, sign string
	w.due(9*day, "reply/"+heir, &reply)
	w.due(9*day, "contact/"+heir, &contact)
	w.due(9*day, "sign/"+heir, &sign)
	s := w.withdrawn(10 * day)
	w.ok(rs)
	if reply != "2026-06-02" || contact != "2026-04-09" || sign != "2026-03-17" {
		t.Errorf("the heir: reply %s, contact %s, signing %s", reply, contact, sign)
	}
	if ps := s.Parts(); len(ps) != 2 || !ps[0].Gone || ps[1].Unit != heir || ps[0].Asked != 1 {
		t.Errorf("the ledger's lines: %+v", ps)
	}
}

// Co-signers confirm before it is vetted; who stays silent does not co-sign.
func TestCosignersConfirm(t *testing.T) {
	w := newSuggestion(t, func(f *register.NewSuggestion, d registertest.District) {
		f.Cosigners = []string{d.People["dpt2"], d.People["dpt3"], d.People["dpt4"]}
	})
	rs := w.does(time.Hour, "dpt2", "cosign/"+w.d.People["dpt2"], "agree")
	rs = append(rs, w.does(2*time.Hour, "dpt3", "cosign/"+w.d.People["dpt3"], "decline")...)
	other := w.does(3*time.Hour, "dpt2", "cosign/"+w.d.People["dpt4"], "agree")
	early := w.does(4*time.Hour, "dep", "vet#1", "accept", func(a *schemas.Act) { a.ID = "early" })
	rs = append(rs, w.does(9*day, "dep", "vet#1", "accept")...)
	w.withdrawn(10 * day)
	w.ok(rs)
	if other[0].refused == nil || early[0].refused == nil {
		t.Errorf("signed for another: %v; vetted before all had answered: %v", other[0].refused, early[0].refused)
	}
	ps, err := w.reg.Proposers(context.Background(), w.s.Case)
	if err != nil || len(ps) != 4 || ps[1].Word != "agree" || ps[2].Word != "decline" || ps[3].Word != "silent" {
		t.Errorf("proposers: %+v %v", ps, err)
	}
}

// What is sent back for revision comes again in its new words; a letter or a merger ends it.
func TestVetting(t *testing.T) {
	w := newSuggestion(t)
	rs := w.does(time.Hour, "dep", "vet#1", "revise")
	rs = append(rs, w.does(day, "dpt1", "revise#1", "")...)
	rs = append(rs, w.does(2*day, "dep", "vet#2", "letter")...)
	w.run()
	w.ok(rs)
	if got := w.state().Outcome; got != "letter" {
		t.Errorf("ended %q", got)
	}

	host := newSuggestion(t)
	other := host.d.Suggestion()
	other.Leader = host.d.People["dpt3"]
	states, err := host.reg.FileSuggestions(context.Background(), host.d.Congress, host.d.Deputies, []register.NewSuggestion{other})
	if err != nil {
		t.Fatal(err)
	}
	merged := host.fresh(t0)
	merged.s = states[0]
	rs = merged.does(time.Hour, "dep", "vet#1", "merge", func(a *schemas.Act) { a.Target = host.s.Case })
	merged.run()
	merged.ok(rs)
	ps, err := host.reg.Proposers(context.Background(), host.s.Case)
	if err != nil || len(ps) != 2 || ps[1].Account != host.d.People["dpt3"] {
		t.Errorf("each is still answered: %+v %v", ps, err)
	}
}

// A key suggestion: a record every two months from the hand-over, an inspection, a score by 20 December; a three-party check that
// finds it untrue sends it a class down and back.
func TestKeySupervisionAndConfrontation(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.does(day, "ofc", "choose-key", "", func(a *schemas.Act) {
		a.People, a.Parties = []string{w.d.People["vc"]}, []schemas.Party{{Unit: w.d.Committee, Capacity: "supervise"}}
	})...)
	dues := map[string]*string{"key-plan": new(string), "bimonthly#1": new(string), "bimonthly#2": new(string), "bimonthly#3": new(string), "inspection": new(string), "year-score": new(string)}
	for key, to := range dues {
		w.due(2*day, key, to)
	}
	rs = append(rs, w.does(5*day, "cmh", "key-plan", "")...)
	rs = append(rs, w.does(6*day, "cmh", "visit#1", "tracking")...)
	rs = append(rs, w.replied(8*day, "A", time.Time{})...)
	rs = append(rs, w.does(22*day, "dpt1", "feedback/"+u, "satisfied")...)
	rs = append(rs, w.does(24*day, "dep", "verification/"+u+"#1", "confirmed")...)
	rs = append(rs, w.does(26*day, "dpt1", "score/"+u, "satisfied")...)
	rs = append(rs, w.does(70*day, "vc", "bimonthly#1", "")...) // nine days late
	rs = append(rs, w.does(120*day, "vc", "bimonthly#2", "")...)
	rs = append(rs, w.does(150*day, "cmh", "inspection", "")...)
	rs = append(rs, w.does(160*day, "vc", "bimonthly#3", "")...)
	rs = append(rs, w.does(170*day, "cmh", "confront#1", "false")...)
	var amend string
	w.due(170*day+time.Hour, "fulfil/"+u+"#2", &amend)
	rs = append(rs, w.does(180*day, "unh-jia", "fulfil/"+u+"#2", "done")...)
	rs = append(rs, w.does(182*day, "dep", "verification/"+u+"#3", "confirmed")...)
	rs = append(rs, w.does(280*day, "vc", "year-score", "good")...)
	rs = append(rs, w.concluded(282*day, "1")...)
	s := w.archived()
	w.ok(rs)
	want := map[string]string{"key-plan": "2026-03-18", "bimonthly#1": "2026-05-02", "bimonthly#2": "2026-07-02", "bimonthly#3": "2026-09-02",
		"inspection": "2026-09-02", "year-score": "2026-12-21"} // 20 December 2026 is a Sunday
	for key, to := range dues {
		if *to != want[key] {
			t.Errorf("%s is due %s, not %s", key, *to, want[key])
		}
	}
	if amend != "2026-09-08" {
		t.Errorf("what proved untrue is due again %s", amend)
	}
	inbox, _, err := w.reg.Inbox(context.Background(), w.d.People["vc"], nil, 100)
	missing := false
	for _, n := range inbox {
		missing = missing || n.Stage == "bimonthly#1" && n.Level == "N0"
	}
	if err != nil || !missing {
		t.Errorf("the leader was not told of his missing record: %+v %v", inbox, err)
	}
	if p := s.Parts()[0]; p.Class != "A" || p.Now != "A" {
		t.Errorf("the ledger's line: %+v", p)
	}
}

// In session the month counts from the closing of the session.
func TestInSessionHandOverWithinAMonthOfClosing(t *testing.T) {
	w := newSuggestion(t, func(f *register.NewSuggestion, _ registertest.District) {
		f.Session, f.T0, f.Number = "四届二次会议", time.Date(2026, 1, 20, 0, 0, 0, 0, schemas.Shanghai), "第001号"
	})
	var due string
	rs := w.does(time.Hour, "dep", "vet#1", "accept")
	w.due(2*time.Hour, "handover", &due)
	w.withdrawn(day)
	w.ok(rs)
	if due != "2026-02-24" { // 20 February lies in the Spring Festival break
		t.Errorf("in session the hand-over is due %s", due)
	}
}

// newMotion is a motion of 代表一 with so many co-signers who signed on paper.
func newMotion(t *testing.T, signed int) *world {
	return newSuggestion(t, func(f *register.NewSuggestion, d registertest.District) {
		f.Kind, f.Session, f.T0, f.Basis, f.Signed = "motion", "四届二次会议", time.Date(2026, 3, 6, 0, 0, 0, 0, schemas.Shanghai), "依据和理由", true
		f.Cosigners = []string{d.People["dpt2"], d.People["dpt3"], d.People["dpt4"]}[:signed]
	})
}

// Ten deputies or more make a motion: nine do not.
func TestMotionNeedsItsSigners(t *testing.T) {
	w := newMotion(t, 1)
	w.run()
	if got := w.state().Outcome; got != "insufficient" {
		t.Errorf("two of three signed: %q", got)
	}
	w = newMotion(t, 3)
	motion, err := w.reg.Case(context.Background(), w.d.Congress, w.s.Case)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reg.File(context.Background(), w.d.Filing(motion.Number+"转", t0)); err != nil { // a clerk has the number that the system would give
		t.Fatal(err)
	}
	rs := w.does(day, "dep", "motion-review", "suggestion")
	rs = append(rs, w.does(2*day, "ofc", "presidium", "suggestion")...)
	w.run()
	w.ok(rs)
	if got := w.state().Outcome; got != "converted" {
		t.Errorf("turned into a suggestion: %q", got)
	}
	rows := registertest.Suggestions(t, w.reg, w.d.Congress)
	if len(rows) != 2 || rows[0].Procedure == rows[1].Procedure {
		t.Fatalf("a suggestion with its origin: %+v", rows)
	}
	for _, row := range rows {
		if row.Procedure == "suggestion" {
			g, err := w.reg.Suggestion(context.Background(), row.ID)
			if err != nil || g.Origin != w.s.Case {
				t.Errorf("origin %q, %v", g.Origin, err)
			}
			s, err := w.reg.State(context.Background(), row.ID)
			if err != nil || len(s.Facts["filed"].Items) != 3 || s.Policy.Owner != w.d.People["dpt1"] {
				t.Errorf("its first state: %+v %v", s, err)
			}
		}
	}
}

// A motion is closed by a vote of the standing committee, if need be after a second year.
func TestMotionOverTwoYears(t *testing.T) {
	w := newMotion(t, 3)
	rs := w.does(day, "dep", "motion-review", "agenda")
	rs = append(rs, w.does(2*day, "ofc", "presidium", "agenda")...)
	rs = append(rs, w.does(3*day, "ofc", "motion-vote", "passed")...)
	late := w.does(4*day, "dpt1", "withdraw-request#1", "")
	var plan, hearing, report string
	w.due(4*day, "implementation", &plan)
	rs = append(rs, w.does(40*day, "gov", "implementation", "")...)
	w.due(41*day, "hearing", &hearing)
	rs = append(rs, w.does(60*day, "ofc", "hearing", "")...)
	w.due(61*day, "annual-report#1", &report)
	head := func(a *schemas.Act) { a.Role, a.Unit, a.Person = schemas.Head, w.d.Deputies, w.d.People["dep-head"] }
	rs = append(rs, w.does(100*day, "dep-head", "motion-track#1", "", head)...)
	rs = append(rs, w.does(150*day, "dep-head", "motion-track#2", "", head)...)
	rs = append(rs, w.does(200*day, "dep-head", "motion-inspection#1", "", head)...)
	rs = append(rs, w.does(280*day, "gov", "annual-report#1", "")...)
	rs = append(rs, w.does(300*day, "ofc", "close-vote#1", "continue")...)
	rs = append(rs, w.does(620*day, "gov", "annual-report#2", "")...)
	rs = append(rs, w.does(640*day, "ofc", "close-vote#2", "closed")...)
	rs = append(rs, w.does(650*day, "ofc", "congress-report", "")...)
	rs = append(rs, w.does(660*day, "ofc", "archive", "")...)
	s := w.archived()
	w.ok(rs)
	if late[0].refused == nil {
		t.Error("withdrawn after the vote")
	}
	if plan != "2026-05-06" || hearing != "2026-06-11" || report != "2026-12-21" {
		t.Errorf("plan due %s, hearing %s, report %s", plan, hearing, report)
	}
	if f := s.Facts["motion-track#3"]; f.Verdict != schemas.Lapsed {
		t.Errorf("what the second year did not record: %+v", f)
	}
}
