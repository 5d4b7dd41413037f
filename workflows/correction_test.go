package workflows

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// right is a correction of a fact by the office.
func (w *world) right(n, target string) schemas.Act {
	a := w.act("ofc", "correct#"+n, "")
	a.ID, a.Target = "right:"+n+target, target
	return a
}

// seen is the state of the case at an instant.
func (w *world) seen(at time.Duration) *schemas.State {
	s := new(schemas.State)
	w.RegisterDelayedCallback(func() { *s = w.state() }, at)
	return s
}

// alike reports whether two states say the same.
func alike(a, b *schemas.State) bool {
	x, err := json.Marshal(a)
	y, wrong := json.Marshal(b)
	return err == nil && wrong == nil && string(x) == string(y)
}

func date(t time.Time) string { return t.In(schemas.Shanghai).Format("01-02") }

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, schemas.Shanghai).UTC()
}

// A day that is out of its order is refused, and leaves no mark.
func TestHandoverAfterItsSigning(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.signed("unt-jia") // on 3 March
	rs = append(rs, w.at(17*day, w.act("unh-jia", "plan/"+u+"#1", ""))...)
	before := w.seen(18*day + time.Hour)
	late, early, same, future, system := w.right("1", "handover"), w.right("1", "handover"), w.right("1", "handover"), w.right("1", "handover"), w.right("1", "issued")
	late.On, early.On, same.On, future.On, system.On = on(3, 5), on(3, 1), on(3, 2), on(4, 5), on(3, 5)
	late.ID, early.ID, same.ID, future.ID, system.ID = "late", "early", "same", "future", "system"
	verdict, lapsed, stranger := w.right("1", "handover"), w.right("1", "withdraw"), w.right("1", "handover")
	verdict.ID, verdict.Verdict, lapsed.ID, lapsed.On, stranger.ID, stranger.On, stranger.Role = "verdict", "accept", "lapsed", on(3, 5), "stranger", on(3, 5), schemas.Head
	no := w.at(18*day+2*time.Hour, late, early, same, future, system, verdict, lapsed, stranger)
	after := w.seen(18*day + 3*time.Hour)
	w.at(20*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	for i, says := range []string{"晚于2026年3月3日的签收", "早于2026年3月2日的闭会", "与原来相同", "不能晚于今天", "请选择要更正的事项", "结论", "请选择要更正的事项", "更正由人大办公室"} {
		err := no[i].err
		if err == nil {
			err = no[i].refused
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", no[i].act.ID, err)
		}
	}
	if !alike(after, before) {
		t.Errorf("a refused correction left its mark: %d %d", before.Seq, after.Seq)
	}
}

// The hand-over was entered as of Monday 2 March and was on Tuesday 3 March in truth: what runs from it moves, what was done already is
// late no longer, with all that follows from that, and what was said is not said again; and back again.
func TestHandoverDayMovesEveryClock(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.issued()
	rs = append(rs, w.at(15*day, w.act("unh-jia", "plan/"+u+"#1", ""))...) // 17 March, due on the 16th
	before := w.seen(16 * day)
	fix := w.right("1", "handover")
	fix.On = on(3, 3)
	rs = append(rs, w.at(16*day+time.Hour, fix)...)
	after := w.seen(16*day + 2*time.Hour)
	back := w.right("2", "handover")
	back.On = on(3, 2)
	rs = append(rs, w.at(17*day+time.Hour, back)...)
	last := w.seen(17*day + 2*time.Hour)
	w.at(20*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	for i, s := range []*schemas.State{before, after, last} {
		late := i != 1
		want := map[bool]string{true: "06-03 03-17 03-05", false: "06-04 03-18 03-06"}[late]
		if got := date(s.Find("report/"+u).Due) + " " + date(s.Facts["plan/"+u+"#1"].Due) + " " + date(s.Facts["sign/"+u].Due); got != want {
			t.Errorf("%d: %s, not %s", i, got, want)
		}
		_, held := s.Told("held/plan/" + u + "#1")
		if got := s.Facts["plan/"+u+"#1"].Late(); got != late || held == late || s.Find("report/"+u).Held == late {
			t.Errorf("%d: late %v, held %v %v", i, got, held, s.Find("report/"+u).Held)
		}
		if len(s.Settled) > 0 || s.Unwalked {
			t.Errorf("%d: something is left to be dated", i)
		}
	}
	if !after.Was(1).On.IsZero() || after.Was(1).Key != "handover" || !last.Was(2).On.Equal(on(3, 3)) || !last.Facts["handover"].On.IsZero() {
		t.Errorf("what was: %+v %+v", last.Was(1), last.Was(2))
	}
	for _, lvl := range []string{"new ", "moved "} {
		said := slices.DeleteFunc(w.notices("report/"+u), func(s string) bool { return !strings.HasPrefix(s, lvl) })
		if want := map[string]int{"new ": 1, "moved ": 2}[lvl]; len(said) != want {
			t.Errorf("%s%v", lvl, said)
		}
	}
}

// A plan was passed that should have been returned: the unit owes another one, the check is as it should have been, and what follows
// from the passing does not follow any more; and back again.
func TestPlanShouldHaveBeenReturned(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.signed("unt-jia")
	rs = append(rs, w.at(2*day, w.act("unh-jia", "plan/"+u+"#1", ""))...)
	rs = append(rs, w.at(3*day, w.act("cmh", "plan-check/"+u+"#1", "accept"))...)
	before := w.seen(4 * day)
	fix := w.right("1", "plan-check/"+u+"#1")
	fix.Verdict = "rework"
	rs = append(rs, w.at(4*day+time.Hour, fix)...)
	after := w.seen(4*day + 2*time.Hour)
	back := w.right("2", "plan-check/"+u+"#1")
	back.Verdict = "accept"
	rs = append(rs, w.at(5*day, back)...)
	again := w.seen(5*day + time.Hour)
	third := w.right("3", "plan-check/"+u+"#1")
	third.Verdict = "rework"
	rs = append(rs, w.at(6*day, third)...)
	rs = append(rs, w.at(7*day, w.act("unh-jia", "plan/"+u+"#2", ""))...)
	stands := w.right("4", "plan-check/"+u+"#1")
	stands.Verdict = "accept"
	late := w.at(8*day, stands)
	rs = append(rs, w.at(9*day, w.act("cmh", "plan-check/"+u+"#2", "accept"))...)
	rs = append(rs, w.at(10*day, w.act("unh-jia", "draft-report/"+u+"#1", ""))...)
	rs = append(rs, w.at(11*day, w.act("cmh", "draft-check/"+u+"#1", "accept"))...)
	rs = append(rs, w.at(12*day, w.act("unh-jia", "report/"+u, ""))...)
	rs = append(rs, w.judged(13*day)...)
	w.run()
	w.ok(rs)
	if err := w.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if before.Find("plan/"+u+"#2") != nil || after.Find("plan/"+u+"#2") == nil {
		t.Error("the plan is not owed anew")
	}
	if o := after.Find("plan/" + u + "#2"); o == nil || date(o.Due) != "03-17" { // the first date; from the correction on 6 March five working days
		t.Errorf("the plan owed anew: %+v", o)
	}
	if _, told := after.Told("plan-accepted/" + u); told {
		t.Error("the plan still counts as passed")
	}
	if _, told := after.Told("return-request/" + u + "#1"); told || after.Find("return-request/"+u+"#1") == nil {
		t.Error("the door that the passing had shut is not open again")
	}
	for _, key := range []string{"progress/" + u, "draft-report/" + u + "#1", "report/" + u} {
		was, is := before.Find(key), after.Find(key)
		if is == nil || !is.Due.Equal(was.Due) && key == "report/"+u {
			t.Errorf("%s: %+v %+v", key, was, is)
		}
		if is != nil && !is.Held {
			t.Errorf("%s: the congress has the ball again", key)
		}
	}
	if again.Find("plan/"+u+"#2") != nil {
		t.Error("the plan is still owed")
	}
	if _, told := again.Told("return-request/" + u + "#1"); !told {
		t.Error("the door is open again")
	}
	for _, o := range before.Open {
		is := again.Find(o.Key)
		if is == nil || !is.Due.Equal(o.Due) || is.Held != o.Held {
			t.Errorf("there and back: %+v %+v", o, is)
		}
	}
	if len(again.Open) != len(before.Open) {
		t.Errorf("there and back: %d open, then %d", len(before.Open), len(again.Open))
	}
	if late[0].err == nil || !strings.Contains(late[0].err.Error(), "报送方案”已经于2026年3月9日办理") {
		t.Errorf("somebody has acted on it: %v", late[0].err)
	}
	if said := w.notices("plan/" + u + "#1"); len(said) != 1 {
		t.Errorf("said again: %v", said)
	}
	if w.state().Outcome != "archived" {
		t.Error(w.state().Outcome)
	}
}

// What a correction opens runs from the day of the correction, however long ago the fact was, and an act that had to wait for what is not
// the case any more stands in its way.
func TestWhatACorrectionOpensRunsFromIt(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.signed("unt-jia")
	rs = append(rs, w.at(2*day, w.act("unh-jia", "plan/"+u+"#1", ""))...)
	rs = append(rs, w.at(3*day, w.act("cmh", "plan-check/"+u+"#1", "accept"))...)
	fix := w.right("1", "plan-check/"+u+"#1")
	fix.Verdict = "rework"
	rs = append(rs, w.at(28*day, fix)...) // Monday 30 March
	again := w.right("2", "handover")
	again.On = on(3, 3)
	rs = append(rs, w.at(29*day, again)...)
	after, later := w.seen(28*day+time.Hour), w.seen(29*day+time.Hour)
	rs = append(rs, w.at(30*day, w.act("unh-jia", "plan/"+u+"#2", ""))...)
	rs = append(rs, w.at(31*day, w.act("cmh", "plan-check/"+u+"#2", "accept"))...)
	rs = append(rs, w.at(32*day, w.act("unh-jia", "progress/"+u, ""))...)
	fix.ID, fix.Key, fix.Target = "stands", "correct#3", "plan-check/"+u+"#2"
	no := w.at(33*day, fix)
	earlier := w.right("3", "plan-check/"+u+"#1") // the plan that it asked for was handed in since, by a term that ran from the correction
	earlier.On = on(3, 4)
	rs = append(rs, w.at(34*day, earlier)...)
	settled := w.seen(34*day + time.Hour)
	w.at(40*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	if f := settled.Facts["plan/"+u+"#2"]; date(f.Due) != "04-08" || f.Late() {
		t.Errorf("settled, it is due by another term: %+v", f)
	}
	for i, s := range []*schemas.State{after, later} {
		if o := s.Find("plan/" + u + "#2"); o == nil || date(o.Due) != "04-08" { // five working days, less 清明节
			t.Errorf("%d: %+v", i, o)
		}
	}
	if said := strings.Join(w.notices("plan/"+u+"#2"), ", "); strings.Contains(said, "L") {
		t.Error(said)
	}
	if no[0].err == nil || !strings.Contains(no[0].err.Error(), "“办理进展”已经于2026年4月3日办理") {
		t.Errorf("%v", no[0].err)
	}
}

// A trial says what would come, and nothing has come of it.
func TestTrialChangesNothing(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.signed("unt-jia")
	rs = append(rs, w.at(2*day, w.act("unh-jia", "plan/"+u+"#1", ""))...)
	rs = append(rs, w.at(3*day, w.act("cmh", "plan-check/"+u+"#1", "accept"))...)
	before := w.seen(4 * day)
	var trial schemas.Trial
	w.RegisterDelayedCallback(func() {
		a := w.right("1", "plan-check/"+u+"#1")
		a.Verdict, a.At = "rework", w.Now().UTC()
		w.UpdateWorkflow(schemas.UpdateTry, "try", &tried{t, &trial}, a)
	}, 4*day+time.Hour)
	after := w.seen(4*day + 2*time.Hour)
	rs = append(rs, w.at(5*day, w.act("unh-jia", "progress/"+u, ""))...)
	rs = append(rs, w.at(6*day, w.act("unh-jia", "draft-report/"+u+"#1", ""))...)
	w.at(20*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	c := schemas.Compare(*before, trial.State)
	if !slices.ContainsFunc(c.Opened, func(x schemas.Change) bool { return x.Key == "plan/"+u+"#2" }) {
		t.Errorf("%+v", c)
	}
	if !alike(after, before) {
		t.Error("the trial left its mark")
	}
}

type tried struct {
	t   *testing.T
	out *schemas.Trial
}

func (x *tried) Accept()          {}
func (x *tried) Reject(err error) { x.t.Error(err) }
func (x *tried) Complete(v any, err error) {
	if err != nil {
		x.t.Error(err)
		return
	}
	*x.out = v.(schemas.Trial)
}

// The matter went to the wrong unit: another takes its place, with the first hand-over's terms or with new ones.
func TestAnotherUnitTakesItsPlace(t *testing.T) {
	for _, terms := range []string{schemas.TermsKept, schemas.TermsRestart} {
		w := newWorld(t)
		u, heir := w.d.Units[0], w.d.Units[2]
		rs := w.signed("unt-jia")
		fix := w.right("1", "gone/"+u)
		fix.Verdict, fix.Parties = terms, []schemas.Party{{Unit: heir}}
		engaged := fix
		engaged.ID, engaged.Parties = "engaged", []schemas.Party{{Unit: u}}
		no := w.at(2*day, engaged)
		rs = append(rs, w.at(4*day, fix)...)
		s := w.seen(4*day + time.Hour)
		late := w.at(5*day, w.act("unh-jia", "plan/"+u+"#1", ""))
		rs = append(rs, w.at(6*day, w.act("unt-bing", "sign/"+heir, ""))...)
		rs = append(rs, w.answered(7*day, "bing")...)
		rs = append(rs, w.judged(20*day)...)
		w.run()
		w.ok(rs)
		if no[0].refused == nil || late[0].refused == nil {
			t.Errorf("%s: %v %v", terms, no[0].refused, late[0].refused)
		}
		want := map[string]string{schemas.TermsKept: "03-2106-03", schemas.TermsRestart: "03-2106-09"}[terms]
		if got := date(s.Find("plan/"+heir+"#1").Due) + date(s.Find("report/"+heir).Due); got != want {
			t.Errorf("%s: %s", terms, got)
		}
		if s.Find("return-request/"+heir+"#1") == nil || !slices.Equal(s.Handling(), []string{heir}) {
			t.Errorf("%s: %v", terms, s.Handling())
		}
		ps, err := w.reg.Parties(context.Background(), w.s.Case)
		if err != nil || len(ps) != 2 || !ps[0].Gone && !ps[1].Gone {
			t.Errorf("%v %+v", err, ps)
		}
		if w.state().Outcome != "archived" {
			t.Error(w.state().Outcome)
		}
	}
}

// A corrected case continues as new, restarts from the register, and finds itself where it was; of two corrections at once one holds.
func TestCorrectedCaseWalksBack(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.signed("unt-jia")
	rs = append(rs, w.at(2*day, w.act("unh-jia", "plan/"+u+"#1", ""))...)
	rs = append(rs, w.at(3*day, w.act("cmh", "plan-check/"+u+"#1", "accept"))...)
	fix := w.right("1", "plan-check/"+u+"#1")
	fix.Verdict = "rework"
	other := fix
	other.ID = "other"
	two := w.at(4*day, fix, other)
	w.RegisterDelayedCallback(func() { w.SetContinueAsNewSuggested(true) }, 4*day+time.Minute)
	last := w.right("2", "handover")
	last.On = on(3, 3)
	more := w.at(4*day+time.Hour, last) // continues as new from inside of it
	w.run()
	if !workflow.IsContinueAsNewError(w.GetWorkflowError()) {
		t.Fatal(w.GetWorkflowError())
	}
	w.ok(rs, more)
	held := func(r *reply) bool { return r.refused == nil && r.err == nil && r.done }
	if held(two[0]) == held(two[1]) {
		t.Errorf("of two first corrections one holds: %+v %+v", two[0], two[1])
	}
	if held(two[1]) {
		fix = other
	}
	n := w.fresh(t0.Add(5 * day))
	n.s = w.state()
	twice := n.at(time.Minute, fix, last)
	after := n.seen(2 * time.Minute)
	rest := n.at(day, n.act("unh-jia", "plan/"+u+"#2", ""))
	n.at(2*day, n.act("vc", "terminate", ""))
	n.run()
	n.ok(twice, rest)
	if !alike(after, &n.s) {
		t.Errorf("walking back is not where it was: seq %d %d, open %d %d", n.s.Seq, after.Seq, len(n.s.Open), len(after.Open))
	}
}

// A reply was entered as an A and was a B: what is owed after it is another thing, and the ledger's line and the numbers follow. The day
// on which it really came makes it timely. Whoever has done something about the wrong class stands in the way.
func TestReplyWasOfAnotherClass(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := append(w.handed(""), w.does(day, "unt-jia", "sign/"+u, "")...)
	rs = append(rs, w.does(2*day, "unt-jia", "contact/"+u, "visit")...)
	rs = append(rs, w.does(95*day, "unh-jia", "reply/"+u, "A")...) // 5 June; due 2 June
	rs = append(rs, w.does(96*day, "dpt1", "feedback/"+u, "satisfied")...)
	before := w.seen(97 * day)
	dep := func(n, target string, change func(*schemas.Act)) []*reply {
		after := map[string]time.Duration{"1": 98 * day, "2": 99 * day, "3": 102 * day, "4": 103 * day}[n]
		return w.does(after, "dep", "correct#"+n, "", func(a *schemas.Act) {
			a.ID, a.Unit, a.Target = "right"+n, "", target
			change(a)
		})
	}
	rs = append(rs, dep("1", "reply/"+u, func(a *schemas.Act) {
		a.Verdict, a.Until = "B", time.Date(2026, 9, 30, 0, 0, 0, 0, schemas.Shanghai)
	})...)
	turned := w.seen(98*day + time.Hour)
	rs = append(rs, dep("2", "reply/"+u, func(a *schemas.Act) { a.On = on(6, 1) })...)
	dated := w.seen(99*day + time.Hour)
	lines := func() schemas.Line {
		ls, err := w.reg.Ledger(context.Background(), w.d.Congress, time.Time{}, time.Time{})
		if err != nil || len(ls) != 1 {
			t.Fatal(ls, err)
		}
		return ls[0]
	}
	var first, second schemas.Line
	w.RegisterDelayedCallback(func() { first = lines() }, 97*day)
	w.RegisterDelayedCallback(func() { second = lines() }, 99*day+time.Hour)
	rs = append(rs, w.does(100*day, "unh-jia", "fulfil/"+u+"#1", "done")...)
	stands := dep("3", "reply/"+u, func(a *schemas.Act) { a.Verdict = "A" })
	rs = append(rs, w.does(104*day, "dep", "verification/"+u+"#2", "confirmed")...)
	rs = append(rs, w.does(106*day, "dpt1", "score/"+u, "satisfied")...)
	rs = append(rs, w.concluded(108*day, "1")...)
	w.run()
	w.ok(rs)
	s := w.state()
	if s.Outcome != "archived" {
		t.Fatal(s.Outcome)
	}
	if before.Find("verification/"+u+"#1") == nil || turned.Find("verification/"+u+"#1") != nil || turned.Find("fulfil/"+u+"#1") == nil {
		t.Error("what an A owes is not what a B owes")
	}
	if o := turned.Find("fulfil/" + u + "#1"); o != nil && date(o.Due) != "09-30" {
		t.Errorf("promised: %+v", o)
	}
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, schemas.Shanghai)
	said := func(l schemas.Line, code string) string {
		for _, n := range schemas.Numbers([]schemas.Line{l}, now) {
			if n.Code == code {
				return n.Text
			}
		}
		return ""
	}
	for _, c := range [][3]string{{"timely", "0.00%（0/1）", "100.00%（1/1）"}, {"strictly", "0.00%（0/1）", "100.00%（1/1）"}, {"class-a", "100.00%（1/1）", "0.00%（0/1）"}, {"class-b", "0.00%（0/1）", "100.00%（1/1）"}, {"satisfied", "100.00%（1/1）", "100.00%（1/1）"}} {
		if a, b := said(first, c[0]), said(second, c[0]); a != c[1] || b != c[2] {
			t.Errorf("%s: %s, then %s", c[0], a, b)
		}
	}
	if !dated.Facts["reply/"+u].On.Equal(on(6, 1)) || dated.Facts["reply/"+u].Late() || !turned.Facts["reply/"+u].Late() {
		t.Errorf("%+v", dated.Facts["reply/"+u])
	}
	if stands[0].err == nil || !strings.Contains(stands[0].err.Error(), "接着这一项办的") {
		t.Errorf("the promise was kept already: %v %v", stands[0].err, stands[0].refused)
	}
	if p := s.Parts()[0]; p.Class != "B" || p.Now != "A" || p.TurnedA.IsZero() {
		t.Errorf("%+v", p)
	}
}

// A unit's plan is late by the day of the hand-over as it was entered, by the day that was put in its place, and by the one put in the place
// of that: each level is said once.
func TestLateByEachDaySaidOnce(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.issued()
	before := w.seen(22 * day)
	for i, n := range []string{"1", "2"} {
		fix := w.right(n, "handover")
		fix.On = on(3, 3+i)
		rs = append(rs, w.at(time.Duration(22+i)*day+time.Hour, fix)...)
	}
	after := w.seen(23*day + 2*time.Hour)
	w.at(30*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	if a, b := date(before.Find("plan/"+u+"#1").Due), date(after.Find("plan/"+u+"#1").Due); a != "03-17" || b != "03-19" {
		t.Errorf("due before %s, then before %s", a, b)
	}
	said := map[string]int{}
	for _, n := range w.notices("plan/" + u + "#1") {
		level, _, _ := strings.Cut(n, " ")
		said[level]++
	}
	if said["L0"] != 1 || said["L1"] != 1 || said["L2"] > 1 || said["L3"] > 1 || said[schemas.LevelMoved] != 2 {
		t.Errorf("said: %v", said)
	}
}

// What is owed because a correction brought about what nobody could have known of runs from the correction, too: here the suggestion is
// settled by a reply that has been a C all along.
func TestSettledByACorrection(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.replied(8*day, "B", time.Date(2026, 12, 1, 0, 0, 0, 0, schemas.Shanghai))...)
	rs = append(rs, w.does(10*day, "dpt1", "feedback/"+u, "satisfied")...)
	rs = append(rs, w.does(60*day, "dep", "correct#1", "", func(a *schemas.Act) { // 1 May
		a.Unit, a.Target, a.Verdict = "", "reply/"+u, "C"
	})...)
	s := w.seen(60*day + time.Hour)
	rs = append(rs, w.concluded(70*day, "1")...)
	w.archived()
	w.ok(rs)
	if o := s.Find("conclude#1"); o == nil || !o.Due.After(t0.Add(62*day)) {
		t.Errorf("it is due at birth: %+v", o)
	}
	if said := strings.Join(w.notices("conclude#1"), ", "); strings.Contains(said, "L") || strings.Contains(said, "N") {
		t.Error(said)
	}
}

// A key suggestion has all its records and waits to be closed, late. To look at a correction, to be refused one, and to continue as new leave
// that as it is.
func TestClosingOutlastsOtherWalks(t *testing.T) {
	w := newSuggestion(t)
	u := w.d.Units[0]
	rs := w.handed("")
	rs = append(rs, w.does(day, "ofc", "choose-key", "", func(a *schemas.Act) {
		a.People, a.Parties = []string{w.d.People["vc"]}, []schemas.Party{{Unit: w.d.Committee, Capacity: "supervise"}}
	})...)
	rs = append(rs, w.replied(8*day, "A", time.Time{})...)
	rs = append(rs, w.does(22*day, "dpt1", "feedback/"+u, "satisfied")...)
	for i, key := range []string{"key-plan", "inspection"} {
		rs = append(rs, w.does(time.Duration(23+i)*day, "cmh", key, "")...)
	}
	for i, key := range []string{"bimonthly#1", "bimonthly#2", "bimonthly#3"} {
		rs = append(rs, w.does(time.Duration(25+i)*day, "vc", key, "")...)
	}
	rs = append(rs, w.does(28*day, "vc", "year-score", "good")...)
	rs = append(rs, w.does(29*day, "dep", "verification/"+u+"#1", "confirmed")...)
	rs = append(rs, w.does(30*day, "cmh", "confront#1", "false")...)
	rs = append(rs, w.does(31*day, "unh-jia", "fulfil/"+u+"#2", "done")...)
	rs = append(rs, w.does(32*day, "dep", "verification/"+u+"#3", "confirmed")...)
	rs = append(rs, w.does(33*day, "dpt1", "score/"+u, "satisfied")...)
	before := w.seen(150 * day)
	var trial schemas.Trial
	w.RegisterDelayedCallback(func() {
		a := w.act("dep", "correct#1", "")
		a.ID, a.Unit, a.Target, a.On, a.At = "looks", "", "reply/"+u, on(3, 11), w.Now().UTC()
		w.UpdateWorkflow(schemas.UpdateTry, "try", &tried{t, &trial}, a)
	}, 150*day+time.Hour)
	late := w.act("dep", "correct#1", "")
	late.Unit, late.Target, late.On = "", "reply/"+u, on(5, 1) // after the deputy's word on it
	no := w.at(151*day, late)
	after := w.seen(152 * day)
	w.RegisterDelayedCallback(func() { w.SetContinueAsNewSuggested(true) }, 153*day)
	rs = append(rs, w.does(153*day+time.Hour, "dpt1", "deputy-note#1", "visit")...)
	w.run()
	if !workflow.IsContinueAsNewError(w.GetWorkflowError()) {
		t.Fatal(w.GetWorkflowError())
	}
	w.ok(rs)
	if no[0].err == nil || !strings.Contains(no[0].err.Error(), "请先更正那一项") {
		t.Errorf("out of its order: %+v", no[0])
	}
	if before.Find("conclude#1") == nil || !alike(before, after) || trial.State.Find("conclude#1") == nil {
		t.Errorf("looked at, it is not as it was: %+v", after.Facts["conclude#1"])
	}
	n := w.fresh(t0.Add(154 * day))
	n.s = w.state()
	rest := n.concluded(day, "1")
	n.archived()
	n.ok(rest)
	if said := n.notices("conclude#2"); len(said) > 0 {
		t.Errorf("said again: %v", said)
	}
}
