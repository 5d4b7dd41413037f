package workflows

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// newInterview is an interview of the head of 甲局, proposed on Monday 2 March 2026 in skipped time.
func newInterview(t *testing.T, change ...func(*register.NewInterview, registertest.District)) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	f := register.NewInterview{Token: "interview-form", Congress: d.Congress, Source: "委室提出", Title: "关于老旧小区改造进度滞后的约谈", Body: "方案逾期未报，请说明原因。",
		Unit: d.Units[0], Post: "主要负责人", Committee: d.Committee, Owner: d.People["cmt"], Role: schemas.Clerk}
	for _, c := range change {
		c(&f, d)
	}
	w := (&world{t: t, reg: reg, d: d}).fresh(t0)
	var err error
	if w.s, err = reg.FileInterview(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	return w
}

// meets is the afternoon of a day of March 2026.
func meets(day int) time.Time { return time.Date(2026, 3, day, 15, 0, 0, 0, schemas.Shanghai).UTC() }

// summoned approves and notifies within the first day, for the afternoon of Monday 9 March; the unit signs the day after.
func (w *world) summoned() []*reply {
	rs := w.does(time.Hour, "vc", "approve", "accept")
	rs = append(rs, w.does(2*time.Hour, "cmh", "notify#1", "", func(a *schemas.Act) { a.Until = meets(9) })...)
	return append(rs, w.does(day, "unt-jia", "sign/"+w.d.Units[0]+"#1", "")...)
}

// minuted holds the interview on the day and puts promises into the minutes a day later, due by days of March.
func (w *world) minuted(promised ...int) []*reply {
	rs := append(w.summoned(), w.does(7*day+7*time.Hour, "cmt", "hold#1", "held")...)
	return append(rs, w.does(8*day, "cmh", "minutes#1", "", func(a *schemas.Act) {
		for i, d := range promised {
			until := time.Date(2026, 3, d+1, 0, 0, 0, 0, schemas.Shanghai).UTC()
			a.Items = append(a.Items, schemas.Finding{Item: register.PromiseID("t", i), Unit: w.d.Units[0], Until: until})
		}
	})...)
}

func (w *world) agreed(promised ...int) []*reply {
	return append(w.minuted(promised...), w.does(9*day, "unh-jia", "countersign/"+w.d.Units[0]+"#1", "signed")...)
}

func promise(kind string, i int, n string) string {
	return kind + "/" + register.PromiseID("t", i) + "#" + n
}

func (w *world) endsAs(outcome string) schemas.State {
	w.t.Helper()
	w.run()
	if err := w.GetWorkflowError(); err != nil {
		w.t.Fatal(err)
	}
	s := w.state()
	if s.Outcome != outcome || len(s.Open) != 0 {
		w.t.Fatalf("ended %q with %d open, not %q", s.Outcome, len(s.Open), outcome)
	}
	return s
}

func TestInterviewKeptOneRecordPerStimulus(t *testing.T) {
	w := newInterview(t)
	var hold, sign, first, second string
	w.due(3*time.Hour, "hold#1", &hold)
	w.due(3*time.Hour, "sign/"+w.d.Units[0]+"#1", &sign)
	rs := w.agreed(20, 31)
	w.due(10*day, promise("promise", 0, "1"), &first)
	w.due(10*day, promise("promise", 1, "1"), &second)
	for i := range 2 {
		rs = append(rs, w.does(time.Duration(11+2*i)*day, "unh-jia", promise("promise", i, "1"), "")...)
		rs = append(rs, w.does(time.Duration(12+2*i)*day, "cmh", promise("promise-check", i, "1"), "kept")...)
	}
	w.endsAs("concluded")
	w.ok(rs)
	if hold != "2026-03-09" || sign != "2026-03-04" || first != "2026-03-20" || second != "2026-03-31" {
		t.Errorf("due: hold %s, sign %s, promises %s and %s", hold, sign, first, second)
	}
	if got, want := int(w.flaky.wrote.Load()), 1+len(rs)+w.rung(); got > want {
		t.Errorf("%d Records for %d stimuli", got, want)
	}
	said := strings.Join(w.notices("hold#1"), ", ")
	if want := "new 03-02 11:00, T-3wd 03-04 09:00, T-1wd 03-06 09:00, T 03-09 09:00"; said != want {
		t.Errorf("said of the day itself\n got %s\nwant %s", said, want)
	}
}

func TestInterviewPostponedOnce(t *testing.T) {
	w := newInterview(t)
	u := w.d.Units[0]
	rs := w.summoned()
	rs = append(rs, w.does(2*day, "unh-jia", "postpone-request/"+u+"#1", "", func(a *schemas.Act) { a.Until = meets(20) })...)
	rs = append(rs, w.does(3*day, "cmh", "postpone/"+u+"#1", "accept", func(a *schemas.Act) { a.Until = meets(20) })...)
	var moved string
	w.due(4*day, "hold#1", &moved)
	again := w.does(5*day, "unh-jia", "postpone-request/"+u+"#2", "", func(a *schemas.Act) { a.Until = meets(27) })
	rs = append(rs, w.does(18*day+7*time.Hour, "cmh", "hold#1", "unheld")...)
	rs = append(rs, w.does(19*day, "cmh", "notify#2", "", func(a *schemas.Act) { a.Until = meets(30) })...)
	after := w.does(20*day, "unh-jia", "postpone-request/"+u+"#2", "", func(a *schemas.Act) { a.ID, a.Until = "after", meets(31) })
	rs = append(rs, w.does(21*day, "cmh", "withdraw", "")...)
	w.endsAs("withdrawn")
	w.ok(rs)
	if moved != "2026-03-20" {
		t.Errorf("put off to %s", moved)
	}
	for _, r := range append(again, after...) {
		if r.refused == nil || !strings.Contains(r.refused.Error(), "约谈只能延期一次") {
			t.Errorf("asked a second time: %v", r.refused)
		}
	}
	if got := w.notices("hold#1"); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "moved 03-05") }) {
		t.Errorf("the new day was not told: %v", got)
	}
}

// A postponement that is asked for is asked for, granted or not; one that nobody asked for is still there with the next notice.
func TestInterviewPostponementUnused(t *testing.T) {
	w := newInterview(t)
	u := w.d.Units[0]
	rs := w.summoned()
	rs = append(rs, w.does(7*day+7*time.Hour, "cmh", "hold#1", "unheld")...)
	rs = append(rs, w.does(8*day, "cmh", "notify#2", "", func(a *schemas.Act) { a.Until = meets(16) })...)
	rs = append(rs, w.does(9*day, "unh-jia", "postpone-request/"+u+"#2", "", func(a *schemas.Act) { a.Until = meets(23) })...)
	rs = append(rs, w.does(10*day, "cmh", "postpone/"+u+"#2", "refuse")...)
	rs = append(rs, w.does(14*day+7*time.Hour, "cmh", "hold#2", "held")...)
	rs = append(rs, w.does(15*day, "vc", "terminate", "")...)
	w.endsAs("terminated")
	w.ok(rs)
	if f := w.state().Facts["hold#2"]; f.Late() {
		t.Error("a postponement that was refused moved the day")
	}
}

func TestInterviewPromiseOverdueClimbs(t *testing.T) {
	w := newInterview(t)
	rs := w.agreed(20)
	rs = append(rs, w.does(40*day, "unh-jia", promise("promise", 0, "1"), "")...)
	rs = append(rs, w.does(41*day, "cmh", promise("promise-check", 0, "1"), "broken")...)
	var again string
	w.due(41*day+time.Hour, promise("promise", 0, "2"), &again)
	rs = append(rs, w.does(42*day, "unh-jia", promise("promise", 0, "2"), "")...)
	rs = append(rs, w.does(43*day, "cmh", promise("promise-check", 0, "2"), "broken")...)
	rs = append(rs, w.does(44*day, "ofc", "dispose/"+register.PromiseID("t", 0), "circular")...)
	s := w.endsAs("concluded")
	w.ok(rs)
	// signed Wednesday 11 March, due Friday 20 March 24:00: the short ladder
	want := "new 03-11 09:00, T-3wd 03-17 09:00, T-1wd 03-19 09:00, T 03-20 09:00, " +
		"L0 03-23 09:00, L1 03-24 09:00, L2 03-25 09:00, L3 03-26 09:00, L4 03-30 09:00, L5 04-01 09:00"
	if got := strings.Join(w.notices(promise("promise", 0, "1")), ", "); got != want {
		t.Errorf("the ladder of a promise\n got %s\nwant %s", got, want)
	}
	if again != "2026-04-24" { // ten working days after Sunday 12 April
		t.Errorf("due again on %s", again)
	}
	if !s.Facts[promise("promise", 0, "1")].Late() {
		t.Error("a late promise is not marked late")
	}
}

func TestInterviewByProxy(t *testing.T) {
	w := newInterview(t)
	u := w.d.Units[0]
	rs := w.summoned()
	rs = append(rs, w.does(2*day, "unh-jia", "proxy-request/"+u+"#1", "")...)
	rs = append(rs, w.does(3*day, "cmh", "proxy/"+u+"#1", "accept")...)
	rs = append(rs, w.does(7*day+7*time.Hour, "cmh", "hold#1", "proxy")...)
	rs = append(rs, w.does(8*day, "vc", "terminate", "")...)
	s := w.endsAs("terminated")
	w.ok(rs)
	if s.Facts["proxy/"+u+"#1"].Verdict != "accept" || s.Facts["hold#1"].Verdict != "proxy" {
		t.Errorf("%+v", s.Facts)
	}
}

func TestInterviewWithoutProxyWhereTheRulesAllowNone(t *testing.T) {
	w := newInterview(t)
	w.s.Policy.Proxy = false
	rs := w.summoned()
	asked := w.does(2*day, "unh-jia", "proxy-request/"+w.d.Units[0]+"#1", "")
	rs = append(rs, w.does(3*day, "vc", "withdraw", "")...)
	w.endsAs("withdrawn")
	w.ok(rs)
	if r := asked[0]; r.refused == nil || !strings.Contains(r.refused.Error(), "尚未开启") {
		t.Errorf("asked to send a deputy: %v", r.refused)
	}
}

func TestInterviewRefusedDeclinedWithdrawn(t *testing.T) {
	byDeputy := func(f *register.NewInterview, d registertest.District) {
		f.Owner, f.Role, f.Committee = d.People["dpt1"], schemas.Deputy, d.Deputies
	}
	for _, c := range []struct {
		outcome, login, key, verdict string
		change                       []func(*register.NewInterview, registertest.District)
	}{
		{"refused", "vc", "approve", "refuse", nil},
		{"withdrawn", "cmh", "withdraw", "", nil},
		{"declined", "dep", "endorse", "decline", []func(*register.NewInterview, registertest.District){byDeputy}},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			w := newInterview(t, c.change...)
			rs := w.does(time.Hour, c.login, c.key, c.verdict)
			late := w.does(2*time.Hour, "vc", "approve", "accept", func(a *schemas.Act) { a.ID = "late" })
			w.endsAs(c.outcome)
			w.ok(rs)
			if r := late[0]; r.refused == nil && r.err == nil && r.done {
				t.Error("approved after the end")
			}
		})
	}
}

func TestInterviewMinutesUnsignedClimb(t *testing.T) {
	w := newInterview(t)
	rs := w.minuted(31)
	rs = append(rs, w.does(30*day, "unh-jia", "countersign/"+w.d.Units[0]+"#1", "signed")...)
	var due string
	w.due(30*day+time.Hour, promise("promise", 0, "1"), &due)
	rs = append(rs, w.does(31*day, "vc", "terminate", "")...)
	w.endsAs("terminated")
	w.ok(rs)
	// minutes of Tuesday 10 March, due Friday 13 March 24:00
	want := "new 03-10 09:00, half 03-12 09:00, T 03-13 09:00, L0 03-16 09:00, L1 03-17 09:00, L2 03-18 09:00, L3 03-19 09:00, L4 03-23 09:00, L5 03-25 09:00"
	if got := strings.Join(w.notices("countersign/"+w.d.Units[0]+"#1"), ", "); got != want {
		t.Errorf("the ladder of unsigned minutes\n got %s\nwant %s", got, want)
	}
	if due != "2026-04-07" { // promised by 31 March and signed on 1 April: three working days, over the holiday
		t.Errorf("signed late, the promise is due on %s", due)
	}
}

func TestInterviewNotHeldTellsTheCongress(t *testing.T) {
	w := newInterview(t)
	rs := w.summoned()
	rs = append(rs, w.does(25*day, "cmh", "hold#1", "unheld")...)
	rs = append(rs, w.does(26*day, "vc", "withdraw", "")...)
	w.endsAs("withdrawn")
	w.ok(rs)
	got := w.notices("hold#1")
	want := []string{"N0 03-11 09:00", "N1 03-12 09:00", "N2 03-16 09:00", "N3 03-18 09:00"}
	if !slices.Equal(got[max(len(got)-4, 0):], want) {
		t.Errorf("%v, at the end not %v", got, want)
	}
}

// A run that begins again from the register walks past what is settled, in each phase of the procedure.
func TestInterviewWalksAgain(t *testing.T) {
	w := newInterview(t)
	u := w.d.Units[0]
	rs := w.agreed(20, 31)
	rs = append(rs, w.does(2*day, "unh-jia", "postpone-request/"+u+"#1", "", func(a *schemas.Act) { a.Until = meets(10) })...)
	rs = append(rs, w.does(3*day, "cmh", "postpone/"+u+"#1", "refuse")...)
	rs = append(rs, w.does(11*day, "unh-jia", promise("promise", 0, "1"), "")...)
	rs = append(rs, w.does(12*day, "cmh", promise("promise-check", 0, "1"), "broken")...)
	w.RegisterDelayedCallback(w.CancelWorkflow, 13*day)
	w.run()
	w.ok(rs)
	s := w.state()
	if s.Outcome != "" || s.Find(promise("promise", 0, "2")) == nil {
		t.Fatalf("%q, %d open", s.Outcome, len(s.Open))
	}
	next := &world{t: t, reg: w.reg, d: w.d, s: s}
	next = next.fresh(t0.Add(14 * day))
	before := len(s.Facts)
	var facts int
	next.RegisterDelayedCallback(func() { facts = len(next.state().Facts) }, time.Hour)
	rs = next.does(day, "unh-jia", promise("promise", 0, "2"), "")
	rs = append(rs, next.does(2*day, "cmh", promise("promise-check", 0, "2"), "kept")...)
	rs = append(rs, next.does(3*day, "unh-jia", promise("promise", 1, "1"), "")...)
	rs = append(rs, next.does(4*day, "cmh", promise("promise-check", 1, "1"), "kept")...)
	next.endsAs("concluded")
	next.ok(rs)
	if facts != before {
		t.Errorf("%d facts, after walking again %d", before, facts)
	}
}
