package workflows

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bihuan/activities"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// world is one case in skipped time over a real register.
type world struct {
	*testsuite.TestWorkflowEnvironment
	t          *testing.T
	reg        *register.Register
	d          registertest.District
	s          schemas.State
	flaky      *flaky
	live, most int // timers
	replies    []*reply
}

type reply struct {
	act          schemas.Act
	refused, err error
	done         bool
	at           time.Time
}

func (r *reply) Accept()                   {}
func (r *reply) Reject(err error)          { r.refused = err }
func (r *reply) Complete(_ any, err error) { r.done, r.err = true, err }

// flaky is the register, away for as many writes as fail says.
type flaky struct {
	*register.Register
	fail  atomic.Int32
	wrote atomic.Int32
}

func (f *flaky) Write(ctx context.Context, e schemas.Entry) (schemas.Receipt, error) {
	if f.fail.Add(-1) >= 0 {
		return schemas.Receipt{}, errors.New("register away")
	}
	f.wrote.Add(1)
	return f.Register.Write(context.WithoutCancel(ctx), e) // the environment's deadlines are in skipped time
}

const day = 24 * time.Hour

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 0, schemas.Shanghai)

func newWorld(t *testing.T, change ...func(*register.Filing)) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	f := d.Filing("测审〔2026〕1号", t0)
	for _, c := range change {
		c(&f)
	}
	w := (&world{t: t, reg: reg, d: d}).fresh(t0.Add(time.Hour))
	s, err := reg.File(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	w.s = s
	return w
}

// fresh is the same register with a new run of the workflow, from an instant on.
func (w *world) fresh(at time.Time) *world {
	var suite testsuite.WorkflowTestSuite
	n := &world{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: w.t, reg: w.reg, d: w.d, s: w.s, flaky: &flaky{Register: w.reg}}
	n.SetStartTime(at)
	n.SetTestTimeout(20 * time.Second)
	n.reg.Clock(n.Now)
	for name, procedure := range Procedures {
		n.RegisterWorkflowWithOptions(procedure, workflow.RegisterOptions{Name: name})
	}
	n.RegisterActivityWithOptions((&activities.Writer{Register: n.flaky}).Record, activity.RegisterOptions{Name: "Record"})
	n.SetOnTimerScheduledListener(func(string, time.Duration) { n.live++ })
	n.SetOnTimerFiredListener(func(string) { n.live-- })
	n.SetOnTimerCanceledListener(func(string) { n.live-- })
	return n
}

// at does acts at an instant after the case began.
func (w *world) at(after time.Duration, acts ...schemas.Act) []*reply {
	var rs []*reply
	for _, a := range acts {
		r := &reply{act: a}
		rs = append(rs, r)
		w.RegisterDelayedCallback(func() {
			w.most = max(w.most, w.live) // between stimuli: within one, the cancelled timer is told of late
			r.at = w.Now()
			if a.At.IsZero() {
				a.At = w.Now().UTC()
			}
			w.UpdateWorkflow(schemas.UpdateAct, a.ID, r, a)
		}, after)
	}
	w.replies = append(w.replies, rs...)
	return rs
}

func (w *world) run() {
	w.t.Helper()
	w.ExecuteWorkflow(w.s.WorkflowType(), w.s)
	if !w.IsWorkflowCompleted() {
		w.t.Fatal("the workflow has not ended")
	}
	if w.most > 1 {
		w.t.Errorf("%d timers lived at once", w.most)
	}
}

func (w *world) ok(rs ...[]*reply) {
	w.t.Helper()
	for _, group := range rs {
		for _, r := range group {
			if r.refused != nil || r.err != nil || !r.done {
				w.t.Errorf("%s by %s: refused %v, failed %v, answered %v", r.act.Key, r.act.Role, r.refused, r.err, r.done)
			}
		}
	}
}

func (w *world) state() schemas.State {
	w.t.Helper()
	s, err := w.reg.State(context.Background(), w.s.Case)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// notices are the levels said about a stage, in order, each with its day.
func (w *world) notices(stage string) (said []string) {
	w.t.Helper()
	rungs, err := w.reg.Rungs(context.Background(), w.s.Case)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rungs {
		if r.Stage == stage && r.Effect == "" && !r.RungAt.IsZero() {
			said = append(said, r.Level+" "+r.At.In(schemas.Shanghai).Format("01-02 15:04"))
		}
	}
	return said
}

// rung is how many distinct instants the case woke at.
func (w *world) rung() int {
	w.t.Helper()
	rungs, err := w.reg.Rungs(context.Background(), w.s.Case)
	if err != nil {
		w.t.Fatal(err)
	}
	at := map[time.Time]bool{}
	for _, r := range rungs {
		if !r.RungAt.IsZero() && r.Level != schemas.LevelNew && r.Level != schemas.LevelMoved {
			at[r.At] = true
		}
	}
	return len(at)
}

func (w *world) act(login, key, verdict string) schemas.Act {
	a := schemas.Act{ID: "t:" + key, Key: key, Person: w.d.People[login], Verdict: verdict}
	switch {
	case login == "cmt":
		a.Role, a.Unit = schemas.Clerk, w.d.Committee
	case login == "cmh":
		a.Role, a.Unit = schemas.Head, w.d.Committee
	case login == "vc":
		a.Role, a.Unit = schemas.ViceChair, w.d.Committee
	case login == "ofc":
		a.Role = schemas.Office
	case login == "gov":
		a.Role = schemas.GovOffice
	case login == "dep":
		a.Role, a.Unit = schemas.Deputies, w.d.Deputies
	case strings.HasPrefix(login, "dpt"):
		a.Role = schemas.Deputy
	case strings.HasPrefix(login, "scm"):
		a.Role = schemas.Member
	case strings.HasPrefix(login, "unh-"):
		a.Role, a.Unit = schemas.UnitHead, w.unit(login)
	case strings.HasPrefix(login, "unt-"):
		a.Role, a.Unit = schemas.Liaison, w.unit(login)
	}
	return a
}

func (w *world) unit(login string) string {
	_, name, _ := strings.Cut(login, "-")
	return w.d.Units[map[string]int{"jia": 0, "yi": 1, "bing": 2}[name]]
}

// issued does A1 to A4: the opinion is handed over six hours after the case began.
func (w *world) issued() []*reply {
	items, err := w.reg.Items(context.Background(), w.s.Case)
	if err != nil {
		w.t.Fatal(err)
	}
	parties, err := w.reg.Parties(context.Background(), w.s.Case)
	if err != nil {
		w.t.Fatal(err)
	}
	hand := w.act("ofc", "handover", "")
	for _, p := range parties {
		hand.Parties = append(hand.Parties, schemas.Party{Unit: p.Unit, Capacity: p.Capacity})
	}
	for _, i := range items {
		hand.Items = append(hand.Items, schemas.Finding{Item: i.ID, Unit: i.Lead})
	}
	rs := w.at(time.Hour, w.act("cmt", "draft#1", ""))
	rs = append(rs, w.at(2*time.Hour, w.act("cmh", "review#1", "accept"))...)
	rs = append(rs, w.at(3*time.Hour, w.act("vc", "issue#1", "accept"))...)
	return append(rs, w.at(6*time.Hour, hand)...)
}

// signed adds 签收 by the units a day after the hand-over.
func (w *world) signed(logins ...string) []*reply {
	rs := w.issued()
	for _, l := range logins {
		rs = append(rs, w.at(day, w.act(l, "sign/"+w.unit(l), ""))...)
	}
	return rs
}

// answered does A6 to A11 for one unit from an instant on, a day apart.
func (w *world) answered(from time.Duration, name string) []*reply {
	u := w.unit("-" + name)
	head := "unh-" + name
	rs := w.at(from, w.act(head, "plan/"+u+"#1", ""))
	rs = append(rs, w.at(from+day, w.act("cmh", "plan-check/"+u+"#1", "accept"))...)
	rs = append(rs, w.at(from+2*day, w.act(head, "progress/"+u, ""))...)
	rs = append(rs, w.at(from+3*day, w.act(head, "draft-report/"+u+"#1", ""))...)
	rs = append(rs, w.at(from+4*day, w.act("cmh", "draft-check/"+u+"#1", "accept"))...)
	return append(rs, w.at(from+5*day, w.act(head, "report/"+u, ""))...)
}

// judged does A12 to A16, a day apart, satisfied.
func (w *world) judged(from time.Duration) []*reply {
	rs := w.at(from, w.act("ofc", "examine", "ballot"))
	rs = append(rs, w.at(from+day, w.act("ofc", "evaluate#1", "satisfied"))...)
	rs = append(rs, w.at(from+2*day, w.act("cmh", "settle", ""))...)
	rs = append(rs, w.at(from+3*day, w.act("ofc", "publish", "public"))...)
	return append(rs, w.at(from+4*day, w.act("ofc", "archive", ""))...)
}

func TestCycleInTimeOneRecordPerStimulus(t *testing.T) {
	w := newWorld(t)
	rs := [][]*reply{w.signed("unt-jia"), w.answered(2*day, "jia"), w.judged(10 * day)}
	stranger := w.act("unt-yi", "sign/"+w.d.Units[0], "")
	stranger.ID = "stranger"
	wrong := w.at(12*time.Hour, stranger)
	w.run()
	w.ok(rs...)
	if err := w.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if wrong[0].refused == nil || !strings.Contains(wrong[0].refused.Error(), "无权") {
		t.Errorf("another unit signed: %v", wrong[0].refused)
	}
	s := w.state()
	if s.Outcome != "archived" || len(s.Open) != 0 {
		t.Errorf("ended %q with %d open", s.Outcome, len(s.Open))
	}
	if got, want := int(w.flaky.wrote.Load()), 1+17+w.rung(); got > want {
		t.Errorf("%d Records for %d stimuli", got, want)
	}
}

func TestPlanOverdueClimbsToTheChair(t *testing.T) {
	w := newWorld(t)
	rs := w.signed("unt-jia")
	late := w.answered(45*day, "jia")
	w.at(60*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs, late)
	got := strings.Join(w.notices("plan/"+w.d.Units[0]+"#1"), ", ")
	// handed over Monday 2 March 2026, due Monday 16 March 24:00
	want := "new 03-02 16:00, T-3wd 03-11 09:00, T-1wd 03-13 09:00, T 03-16 09:00, " +
		"L0 03-17 09:00, L1 03-18 09:00, L2 03-19 09:00, L3 03-20 09:00, L4 03-24 09:00, L5 03-26 09:00"
	if got != want {
		t.Errorf("the ladder of the plan\n got %s\nwant %s", got, want)
	}
	if !w.state().Facts["plan/"+w.d.Units[0]+"#1"].Late() {
		t.Error("a late plan is not marked late")
	}
	inbox, _, err := w.reg.Inbox(context.Background(), w.d.People["ch"], nil, 100)
	if err != nil || len(inbox) == 0 || inbox[0].Level != "L5" {
		t.Errorf("the chair's inbox: %v %v", inbox, err)
	}
}

func TestNotSignedIsSignedByItself(t *testing.T) {
	w := newWorld(t)
	rs := w.issued()
	w.at(20*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	f := w.state().Facts["sign/"+w.d.Units[0]]
	if f.Role != schemas.System || f.Verdict != schemas.Auto || f.At.In(schemas.Shanghai).Format("01-02 15:04") != "03-05 00:00" {
		t.Errorf("auto-sign: %+v", f)
	}
}

func TestReworkExtensionSuspension(t *testing.T) {
	w := newWorld(t)
	u := w.d.Units[0]
	rs := w.signed("unt-jia")
	ask := w.act("unh-jia", "extension-request/plan/"+u+"#1", "")
	grant := w.act("vc", "extension/plan/"+u+"#1", "accept")
	grant.Until = time.Date(2026, 3, 24, 0, 0, 0, 0, schemas.Shanghai)
	rs = append(rs, w.at(2*day, ask)...)
	rs = append(rs, w.at(3*day, grant)...)
	rs = append(rs, w.at(4*day, w.act("vc", "suspend#1", ""))...)
	rs = append(rs, w.at(14*day, w.act("vc", "suspension#1", ""))...)
	var due time.Time
	w.RegisterDelayedCallback(func() { s := w.state(); due = s.Find("plan/" + u + "#1").Due }, 15*day)
	rs = append(rs, w.at(16*day, w.act("unh-jia", "plan/"+u+"#1", ""))...)
	rs = append(rs, w.at(17*day, w.act("cmh", "plan-check/"+u+"#1", "rework"))...)
	var again time.Time
	w.RegisterDelayedCallback(func() { s := w.state(); again = s.Find("plan/" + u + "#2").Due }, 18*day)
	rs = append(rs, w.at(19*day, w.act("unh-jia", "plan/"+u+"#2", ""))...)
	w.at(20*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs)
	// 23 March + 10 days stood still = 2 April
	if got := due.In(schemas.Shanghai).Format("01-02"); got != "04-03" {
		t.Errorf("after extension and suspension the plan is due before %s, not 04-03", got)
	}
	if !again.Equal(due) {
		t.Errorf("rework is due %v, the later of the first date %v and five working days", again, due)
	}
}

func TestReturnAndReassign(t *testing.T) {
	w := newWorld(t)
	u, heir := w.d.Units[0], w.d.Units[2]
	rs := w.signed("unt-jia")
	give := w.act("ofc", "reassign/"+u+"#1", "")
	give.Target = heir
	rs = append(rs, w.at(2*day, w.act("unh-jia", "return-request/"+u+"#1", ""))...)
	rs = append(rs, w.at(3*day, w.act("ofc", "return/"+u+"#1", "accept"))...)
	rs = append(rs, w.at(4*day, give)...)
	late := w.at(5*day, w.act("unh-jia", "plan/"+u+"#1", ""))
	var plan, report time.Time
	w.RegisterDelayedCallback(func() {
		s := w.state()
		plan, report = s.Find("plan/"+heir+"#1").Due, s.Find("report/"+heir).Due
	}, 5*day)
	rs = append(rs, w.at(6*day, w.act("unt-bing", "sign/"+heir, ""))...)
	rs = append(rs, w.answered(7*day, "bing")...)
	rs = append(rs, w.judged(20*day)...)
	w.run()
	w.ok(rs)
	if late[0].refused == nil {
		t.Error("a unit that has left could still act")
	}
	if got := plan.In(schemas.Shanghai).Format("01-02"); got != "03-21" {
		t.Errorf("the heir's plan runs from the reassignment: due before %s", got)
	}
	if got := report.In(schemas.Shanghai).Format("01-02"); got != "06-03" {
		t.Errorf("the statutory clock keeps the first hand-over: due before %s", got)
	}
}

func TestRegisterAwayFallsOverToPatient(t *testing.T) {
	w := newWorld(t)
	w.RegisterDelayedCallback(func() { w.flaky.fail.Store(9) }, 30*time.Minute)
	rs := [][]*reply{w.signed("unt-jia"), w.answered(2*day, "jia"), w.judged(10 * day)}
	w.run()
	if err := w.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	w.ok(rs...)
}

func TestRestartFromRegisterAfterWeeks(t *testing.T) {
	w := newWorld(t)
	rs := w.signed("unt-jia")
	w.RegisterDelayedCallback(w.CancelWorkflow, 2*day) // Temporal's database is lost here
	w.run()
	w.ok(rs)
	before := w.state().Seq

	n := w.fresh(t0.Add(40 * day))
	n.s = w.state()
	twice := n.at(time.Hour, w.act("unt-jia", "sign/"+w.d.Units[0], ""))
	rest := append(n.answered(2*day, "jia"), n.judged(10*day)...)
	n.run()
	if err := n.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	n.ok(twice, rest)
	said := n.notices("plan/" + w.d.Units[0] + "#1")
	if len(said) != 10 {
		t.Errorf("all rungs missed are said once: %v", said)
	}
	t.Log("records after restart", n.state().Seq-before)
}

func TestContinueAsNewWalksBack(t *testing.T) {
	w := newWorld(t)
	rs := w.signed("unt-jia")
	w.RegisterDelayedCallback(func() { w.SetContinueAsNewSuggested(true) }, 2*day)
	last := w.at(3*day, w.act("unh-jia", "plan/"+w.d.Units[0]+"#1", ""))
	w.run()
	if !workflow.IsContinueAsNewError(w.GetWorkflowError()) {
		t.Fatal(w.GetWorkflowError())
	}
	w.ok(rs, last)
	n := w.fresh(t0.Add(5 * day))
	n.s = w.state()
	seq := n.s.Seq
	u := w.d.Units[0]
	twice := n.at(time.Minute, w.act("unh-jia", "plan/"+u+"#1", ""))
	n.RegisterDelayedCallback(func() {
		if got := n.state().Seq; got > seq {
			t.Errorf("walking back recorded %d times", got-seq)
		}
	}, 30*time.Second)
	n.at(day, w.act("vc", "terminate", ""))
	n.run()
	n.ok(twice)
}

// The register holds an act that Temporal forgot: a local activity committed, then everything died.
func TestRegisterAhead(t *testing.T) {
	w := newWorld(t)
	rs := w.issued()
	w.RegisterDelayedCallback(func() {
		s := w.state()
		lost := w.act("unt-jia", "sign/"+w.d.Units[0], "")
		lost.At = w.Now()
		s.Seq++
		s.Take(lost)
		state, _ := json.Marshal(s)
		if _, err := w.reg.Write(context.Background(), schemas.Entry{State: state, Acts: []schemas.Act{lost}}); err != nil {
			t.Error(err)
		}
	}, day)
	next := w.at(day+time.Hour, w.act("cmh", "late-return/"+w.d.Units[0], ""))
	w.run()
	w.ok(rs)
	if !workflow.IsContinueAsNewError(w.GetWorkflowError()) {
		t.Fatal(w.GetWorkflowError())
	}
	if next[0].err == nil && next[0].refused == nil {
		t.Error("an act on a stale state was taken")
	}
}

// Two people at once: the second finds the stage closed and nothing is written twice.
func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t)
	rs := w.issued()
	a, b := w.act("unt-jia", "sign/"+w.d.Units[0], ""), w.act("unh-jia", "sign/"+w.d.Units[0], "")
	b.ID = "other"
	two := w.at(day, a, b)
	w.at(2*day, w.act("vc", "terminate", ""))
	w.run()
	w.ok(rs, two[:1])
	if two[1].refused == nil && two[1].err == nil {
		t.Error("signed for twice")
	}
}
