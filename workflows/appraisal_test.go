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

// newAppraisal is the appraisal of 甲局, or of its head, proposed on Monday 2 March 2026 in skipped time.
func newAppraisal(t *testing.T, official string) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	w := (&world{t: t, reg: reg, d: d}).fresh(t0)
	f := register.NewAppraisal{Token: "form", Congress: d.Congress, Title: "甲局2026年工作评议", Body: "建议办理任务重。", Committee: d.Committee, Owner: d.People["ofc"], Unit: d.Units[0], Role: schemas.Office}
	if official != "" {
		f.Official, f.Post = official, "局长"
	}
	var err error
	if w.s, err = reg.FileAppraisal(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	return w
}

// prepared chooses, mobilises, plans for Friday 24 April, surveys and reports.
func (w *world) prepared() []*reply {
	rs := w.does(time.Hour, "ofc", "appraisee", "accept")
	rs = append(rs, w.does(2*day, "ofc", "mobilise", "")...)
	rs = append(rs, w.does(4*day, "cmh", "appraisal-plan", "", func(a *schemas.Act) { a.Until = april(24) })...)
	rs = append(rs, w.does(since(4, 8, 9), "cmh", "appraisal-survey", "")...)
	return append(rs, w.does(since(4, 15, 9), "cmh", "survey-report", "")...)
}

func april(day int) time.Time { return time.Date(2026, 4, day, 9, 0, 0, 0, schemas.Shanghai).UTC() }

// appraised does W7 to W12 from the meeting of 24 April on: the opinion on the 28th, the report in July.
func (w *world) appraised(first string) []*reply {
	rs := w.does(since(4, 24, 15), "ofc", "review-meeting", "")
	rs = append(rs, w.does(since(4, 24, 16), "ofc", "first-ballot", first)...)
	rs = append(rs, w.does(since(4, 28, 9), "cmh", "appraisal-opinion", "")...)
	rs = append(rs, w.does(since(4, 29, 9), "ofc", "publish", "public")...)
	rs = append(rs, w.does(since(4, 29, 10), "ofc", "party-report", "")...)
	rs = append(rs, w.does(since(4, 29, 11), "ofc", "government-circular", "")...)
	rs = append(rs, w.does(since(5, 11, 9), "unh-jia", "rectification-plan", "")...)
	rs = append(rs, w.does(since(6, 1, 9), "cmh", "follow-up#1", "")...)
	return append(rs, w.does(since(7, 20, 9), "unh-jia", "rectification-report", "")...)
}

// shanghai is an instant of 2026.
func shanghai(m time.Month, day, hour int) time.Time {
	return time.Date(2026, m, day, hour, 0, 0, 0, schemas.Shanghai).UTC()
}

func TestWorkAppraisalSatisfies(t *testing.T) {
	w := newAppraisal(t, "")
	rs := w.prepared()
	var dues [10]string
	for i, x := range []struct {
		at  time.Duration
		key string
	}{{time.Minute, "appraisee"}, {day, "mobilise"}, {3 * day, "appraisal-plan"}, {5 * day, "appraisal-survey"}, {5 * day, "self-report"}, {since(4, 9, 9), "survey-report"},
		{since(4, 16, 9), "review-meeting"}, {since(4, 24, 18), "appraisal-opinion"}, {since(4, 28, 18), "rectification-plan"}, {since(7, 20, 18), "second-ballot"}} {
		w.due(x.at, x.key, &dues[i])
	}
	var told, report string
	w.due(since(4, 28, 18), "party-report", &told)
	w.due(since(4, 28, 18), "rectification-report", &report)
	rs = append(rs, w.does(since(4, 14, 9), "unh-jia", "self-report", "")...)
	rs = append(rs, w.appraised("basically")...)
	rs = append(rs, w.does(since(8, 20, 9), "ofc", "second-ballot", "satisfied")...)
	end := w.endsAs("concluded")
	w.ok(rs)
	// 24 April less two weeks is 10 April; less ten days 14 April; less seven 17 April. Five working days from 28 April skip the break of May;
	// Sunday 20 September is worked.
	want := "2026-04-02 2026-03-16 2026-03-18 2026-04-10 2026-04-14 2026-04-17 2026-04-24 2026-05-06 2026-05-12 2026-09-20"
	if got := strings.Join(dues[:], " "); got != want || told != "2026-05-08" || report != "2026-07-28" {
		t.Errorf("due\n got %s\nwant %s\nthe report to the party %s, of the unit %s", got, want, told, report)
	}
	if _, disposed := end.Facts["dispose"]; disposed {
		t.Error("a satisfying unit was disposed of")
	}
}

func TestWorkAppraisalStillDissatisfies(t *testing.T) {
	w := newAppraisal(t, "")
	rs := append(w.prepared(), w.does(since(4, 14, 9), "unh-jia", "self-report", "")...)
	rs = append(rs, w.appraised("dissatisfied")...)
	rs = append(rs, w.does(since(8, 20, 9), "ofc", "second-ballot", "dissatisfied")...)
	var due string
	w.due(since(8, 20, 18), "dispose", &due)
	rs = append(rs, w.does(since(9, 1, 9), "ofc", "dispose", "circular")...)
	end := w.endsAs("concluded")
	w.ok(rs)
	if due != "2026-09-20" || end.Facts["dispose"].Verdict != "circular" {
		t.Errorf("the disposal is due on %s, and was %q", due, end.Facts["dispose"].Verdict)
	}
}

// A unit that does not report is late and climbs its ladder; the meeting does not wait for it.
func TestWorkAppraisalWithoutTheUnitsReport(t *testing.T) {
	w := newAppraisal(t, "")
	rs := append(w.prepared(), w.appraised("satisfied")...)
	rs = append(rs, w.does(since(8, 1, 9), "vc", "terminate", "")...)
	end := w.endsAs("terminated")
	w.ok(rs)
	if f := end.Facts["self-report"]; f.Verdict != schemas.Lapsed || !f.At.Equal(shanghai(4, 24, 15)) {
		t.Errorf("the unit's report: %q at %s", f.Verdict, f.At)
	}
	if got, want := late(w.notices("self-report")), "L0 04-15 09:00, L1 04-16 09:00, L2 04-20 09:00, L3 04-22 09:00, L4 04-24 09:00"; got != want {
		t.Errorf("the unit's ladder\n got %s\nwant %s", got, want)
	}
}

// What is handed in exactly at the end of the day is late, one microsecond earlier it is not; the congress's own lateness climbs within it.
func TestWorkAppraisalExactlyAtTheTerm(t *testing.T) {
	for name, x := range map[string]struct {
		early time.Duration
		late  bool
	}{"before": {time.Microsecond, false}, "at": {0, true}} {
		t.Run(name, func(t *testing.T) {
			w := newAppraisal(t, "")
			rs := w.prepared()
			rs = append(rs, w.does(since(4, 15, 0)-x.early, "unh-jia", "self-report", "")...)
			rs = append(rs, w.does(since(4, 24, 15), "ofc", "review-meeting", "")...)
			rs = append(rs, w.does(since(4, 25, 0)-x.early, "ofc", "first-ballot", "satisfied")...)
			rs = append(rs, w.does(since(5, 7, 0)-x.early, "cmh", "appraisal-opinion", "")...)
			rs = append(rs, w.does(since(5, 21, 0)-x.early, "unh-jia", "rectification-plan", "")...)
			rs = append(rs, w.does(since(8, 1, 9), "vc", "terminate", "")...)
			end := w.endsAs("terminated")
			w.ok(rs)
			for _, key := range []string{"self-report", "first-ballot", "appraisal-opinion"} {
				if f := end.Facts[key]; f.Late() != x.late {
					t.Errorf("%s at %s, due %s: late %v", key, f.At.In(schemas.Shanghai), f.Due.In(schemas.Shanghai), f.Late())
				}
			}
			if got := late(w.notices("party-report")); !strings.HasPrefix(got, "N0") || strings.Contains(got, "L") {
				t.Errorf("a report that the congress does not make: %s", got)
			}
		})
	}
}

// late leaves of what was said the ladder.
func late(said []string) string {
	var ladder []string
	for _, s := range said {
		if (s[0] == 'L' || s[0] == 'N') && s[1] >= '0' && s[1] <= '9' {
			ladder = append(ladder, s)
		}
	}
	return strings.Join(ladder, ", ")
}

func TestWorkAppraisalNotChosen(t *testing.T) {
	w := newAppraisal(t, "")
	rs := w.does(time.Hour, "ofc", "appraisee", "decline")
	w.endsAs("unlisted")
	w.ok(rs)
}

// Withdrawn until the unit knows, terminated from then on.
func TestWorkAppraisalWithdrawn(t *testing.T) {
	w := newAppraisal(t, "")
	rs := w.does(time.Hour, "ofc", "appraisee", "accept")
	rs = append(rs, w.does(2*time.Hour, "vc", "withdraw", "")...)
	w.endsAs("withdrawn")
	w.ok(rs)
	w = newAppraisal(t, "")
	rs = w.prepared()
	refused := w.does(since(4, 16, 9), "vc", "withdraw", "")
	rs = append(rs, w.does(since(4, 16, 10), "vc", "terminate", "")...)
	w.endsAs("terminated")
	w.ok(rs)
	if refused[0].refused == nil {
		t.Error("withdrawn after the unit knew")
	}
}

// Nothing goes on without the party committee's consent.
func TestOfficialAppraisalNeedsConsent(t *testing.T) {
	w := newAppraisal(t, "某某")
	before := append(w.does(time.Hour, "unh-jia", "duty-report", ""), w.does(2*time.Hour, "ofc", "official-ballot", "satisfied")...)
	rs := w.does(day, "ofc", "party-consent", "decline")
	w.endsAs("unconsented")
	w.ok(rs)
	for _, r := range before {
		if r.refused == nil {
			t.Errorf("%s went on without consent", r.act.Key)
		}
	}
}

// consented does V1 to V4: consent on 3 March, the report a week later, the ballot and the word to the party committee in April.
func (w *world) consented(verdict string) []*reply {
	rs := w.does(day, "ofc", "party-consent", "accept")
	rs = append(rs, w.does(8*day, "unh-jia", "duty-report", "")...)
	rs = append(rs, w.does(since(4, 24, 16), "ofc", "official-ballot", verdict)...)
	return append(rs, w.does(since(4, 28, 9), "ofc", "official-report#1", "")...)
}

func TestOfficialAppraisalSatisfies(t *testing.T) {
	w := newAppraisal(t, "某某")
	var report, ballot, told string
	w.due(2*day, "duty-report", &report)
	w.due(9*day, "official-ballot", &ballot)
	w.due(since(4, 27, 9), "official-report#1", &told)
	rs := w.consented("basically")
	end := w.endsAs("concluded")
	w.ok(rs)
	if report != "2026-04-03" || ballot != "2026-05-11" || told != "2026-05-06" {
		t.Errorf("due: report %s, ballot %s, result %s", report, ballot, told)
	}
	for key := range end.Facts {
		if key == "publish" {
			t.Error("published")
		}
	}
}

// 不满意 is followed by rectification within a month and a second ballot half a year after the first; whoever is late, it stays confined.
func TestOfficialAppraisalSecondBallot(t *testing.T) {
	w := newAppraisal(t, "某某")
	rs := w.consented("dissatisfied")
	var rectify, ballot, told string
	w.due(since(4, 29, 9), "official-rectify", &rectify)
	w.due(since(6, 16, 9), "official-second-ballot", &ballot)
	w.due(since(10, 24, 9), "official-report#2", &told)
	rs = append(rs, w.does(since(6, 15, 9), "unh-jia", "official-rectify", "")...) // late
	rs = append(rs, w.does(since(10, 23, 9), "ofc", "official-second-ballot", "dissatisfied")...)
	rs = append(rs, w.does(since(10, 26, 9), "ofc", "official-report#2", "")...)
	end := w.endsAs("concluded")
	w.ok(rs)
	if rectify != "2026-05-28" || ballot != "2026-10-26" || told != "2026-10-30" || !end.Facts["official-rectify"].Late() {
		t.Errorf("due: rectification %s, second ballot %s, its result %s", rectify, ballot, told)
	}
	said, err := w.reg.Said(context.Background(), w.s.Case)
	if err != nil || len(said) == 0 {
		t.Fatal(len(said), err)
	}
	for _, n := range said {
		for _, login := range []string{"cmh", "cmt", "gov", "vm", "dep", "dep-head", "unt-jia"} {
			if n.Account == w.d.People[login] {
				t.Errorf("%s was told of %s", login, n.Stage)
			}
		}
	}
}

// The name is the register's alone.
func TestOfficialAppraisalNamesNobody(t *testing.T) {
	w := newAppraisal(t, "欧阳某某")
	rs := w.consented("satisfied")
	w.endsAs("concluded")
	w.ok(rs)
	var state, journal, title string
	if err := w.reg.Pool().QueryRow(context.Background(), "select c.state, c.title, string_agg(j.acts || j.receipt, '') from cases c join journal j on j.case_id = c.id where c.id = $1 group by 1, 2", w.s.Case).Scan(&state, &title, &journal); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"state": state, "journal": journal, "title": title} {
		if strings.Contains(text, "欧阳") || strings.Contains(text, "局长") {
			t.Errorf("the %s names the official", what)
		}
	}
}
