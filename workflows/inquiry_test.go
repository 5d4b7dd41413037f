package workflows

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// newInquiry is a special inquiry whose topic was proposed on Monday 2 March 2026 in skipped time.
func newInquiry(t *testing.T) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	w := (&world{t: t, reg: reg, d: d}).fresh(t0)
	var err error
	if w.s, err = reg.FileInquiry(context.Background(), register.NewInquiry{Token: "topic-form", Congress: d.Congress, Title: "优化营商环境",
		Body: "企业反映集中。", Committee: d.Committee, Owner: d.People["cmt"], Role: schemas.Clerk}); err != nil {
		t.Fatal(err)
	}
	return w
}

// hall is the morning of a day of June 2026.
func hall(day int) time.Time { return time.Date(2026, 6, day, 9, 0, 0, 0, schemas.Shanghai).UTC() }

// since is how long after the beginning a morning in 2026 is.
func since(m time.Month, day, hour int) time.Duration {
	return time.Date(2026, m, day, hour, 0, 0, 0, schemas.Shanghai).Sub(t0)
}

// listed chooses, plans for Friday 12 June, surveys, lists so many problems of 甲局 and hands them over by 1 April.
func (w *world) listed(problems int) []*reply {
	rs := w.does(time.Hour, "ofc", "topic", "accept")
	rs = append(rs, w.does(2*time.Hour, "cmh", "inquiry-plan", "", func(a *schemas.Act) { a.Until = hall(12) })...)
	w.RegisterDelayedCallback(func() {
		ps := make([]register.NewProblem, problems)
		for i := range ps {
			ps[i] = register.NewProblem{Title: fmt.Sprintf("问题%d", i+1), Body: "事实", Class: "项目审批", Unit: w.d.Units[0]}
		}
		if _, err := w.reg.FileProblems(context.Background(), w.s, "专询〔2026〕1号", w.d.People["cmt"], ps); err != nil {
			w.t.Error(err)
		}
	}, 3*day)
	rs = append(rs, w.does(20*day, "cmh", "survey", "")...)
	rs = append(rs, w.does(22*day, "cmh", "problem-list", "")...)
	rs = append(rs, w.does(28*day, "ofc", "problem-handover", "")...)
	return append(rs, w.does(30*day, "gov", "problem-distribute", "", func(a *schemas.Act) {
		a.Parties = []schemas.Party{{Unit: w.d.Units[0], Capacity: "several"}}
	})...)
}

// closed has so many of the problems closed from an instant on.
func (w *world) closed(after time.Duration, n int) {
	w.RegisterDelayedCallback(func() {
		if _, err := w.reg.Pool().Exec(context.Background(), `update cases c set phase = case when p.n <= $2 then 'P4' else 'P2' end from problems p where p.case_id = c.id and p.inquiry = $1`, w.s.Case, n); err != nil {
			w.t.Error(err)
		}
	}, after)
}

// finished does B8 to B12 from the meeting on.
func (w *world) finished(meeting time.Duration) []*reply {
	rs := w.does(meeting, "ofc", "meeting", "")
	rs = append(rs, w.does(meeting+time.Hour, "ofc", "inquiry-ballot", "satisfied")...)
	rs = append(rs, w.does(meeting+3*day, "cmh", "rectification", "")...)
	rs = append(rs, w.does(meeting+120*day, "ofc", "promise-ballot", "satisfied")...)
	rs = append(rs, w.does(meeting+121*day, "ofc", "present", "")...)
	rs = append(rs, w.does(meeting+122*day, "ofc", "publish", "public")...)
	return append(rs, w.does(meeting+123*day, "ofc", "archive", "")...)
}

// told counts what waits in the intake for the problems of an inquiry.
func (w *world) told(stage string) (n int) {
	w.t.Helper()
	if err := w.reg.Pool().QueryRow(context.Background(), "select count(*) from intake i join problems p on p.case_id = i.case_id where p.inquiry = $1 and i.stage = $2", w.s.Case, stage).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// Two checks fall short and climb to the vice-chair and the chair; three of five, exactly the share, reach the gate on the last.
func TestInquiryReachesItsGate(t *testing.T) {
	w := newInquiry(t)
	rs := w.listed(5)
	var handover, first, last, meeting string
	w.due(25*day, "problem-handover", &handover)
	w.due(31*day, "gate-check/gate-10#1", &first)
	w.due(since(6, 9, 10), "gate-check/gate-3#1", &last)
	w.due(since(6, 11, 10), "meeting", &meeting)
	w.closed(since(5, 20, 9), 2)
	w.closed(since(6, 9, 9), 3)
	rs = append(rs, w.does(since(6, 3, 10), "ofc", "documents#1", "")...)
	inquiry, err := w.reg.Case(context.Background(), w.d.Congress, w.s.Case)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reg.File(context.Background(), w.d.Filing(inquiry.Number+"整改", t0)); err != nil { // a clerk has the number that the system would give
		t.Fatal(err)
	}
	s := append(rs, w.finished(since(6, 12, 17))...)
	end := w.endsAs("archived")
	w.ok(s)
	if handover != "2026-05-15" || first != "2026-05-29" || last != "2026-06-09" || meeting != "2026-06-12" {
		t.Errorf("due: hand-over %s, checks %s and %s, meeting %s", handover, first, last, meeting)
	}
	var found []string
	for _, term := range []string{"gate-10", "gate-5", "gate-3"} {
		f := end.Facts["gate-check/"+term+"#1"]
		found = append(found, fmt.Sprintf("%s %d/%d %s", f.Verdict, f.Tally.Closed, f.Tally.Total, f.At.In(schemas.Shanghai).Format("01-02 15:04")))
	}
	if got, want := strings.Join(found, ", "), "short 2/5 06-01 09:00, short 2/5 06-08 09:00, reached 3/5 06-10 09:00"; got != want {
		t.Errorf("checks\n got %s\nwant %s", got, want)
	}
	if got, want := strings.Join(w.notices("gate#1"), ", "), "L4 06-01 09:00, L5 06-08 09:00"; got != want {
		t.Errorf("said of the gate\n got %s\nwant %s", got, want)
	}
	if given, questioned := w.told("given"), w.told("questioned"); given != 5 || questioned != 2 {
		t.Errorf("%d were given to the unit, %d became questions", given, questioned)
	}
	if _, decided := end.Facts["gate-decision#1"]; decided {
		t.Error("a decision was asked for")
	}
}

// Short of the gate, the meeting is postponed once; short again, it can only go on, with all that is open as questions.
func TestInquiryIsPostponedOnce(t *testing.T) {
	w := newInquiry(t)
	rs := w.listed(5)
	w.closed(since(5, 20, 9), 2)
	rs = append(rs, w.does(since(6, 10, 10), "ofc", "gate-decision#1", "postpone", func(a *schemas.Act) { a.Until = hall(26) })...)
	twice := w.does(since(6, 24, 10), "ofc", "gate-decision#2", "postpone", func(a *schemas.Act) { a.ID, a.Until = "twice", hall(30) })
	rs = append(rs, w.does(since(6, 24, 11), "ofc", "gate-decision#2", "proceed")...)
	var meeting string
	w.due(since(6, 25, 9), "meeting", &meeting)
	s := append(rs, w.finished(since(6, 26, 17))...)
	end := w.endsAs("archived")
	w.ok(s)
	if twice[0].refused == nil || !strings.Contains(twice[0].refused.Error(), "只能推迟一次") {
		t.Errorf("postponed a second time: %v", twice[0].refused)
	}
	if meeting != "2026-06-26" || w.told("questioned") != 3 || end.Facts["gate-check/gate-3#2"].Verdict != schemas.Short {
		t.Errorf("the meeting is due on %s, %d became questions, the last check was %q", meeting, w.told("questioned"), end.Facts["gate-check/gate-3#2"].Verdict)
	}
}

// Who was asked and did not answer answers in writing within five working days; who was not asked owes nothing more.
func TestInquiryWrittenAnswers(t *testing.T) {
	w := newInquiry(t)
	rs := w.listed(2)
	w.closed(since(5, 20, 9), 2)
	var due string
	rs = append(rs, w.does(since(6, 12, 17), "ofc", "meeting", "", func(a *schemas.Act) {
		a.Items = []schemas.Finding{{Item: "q1", Result: "written", Unit: w.d.Units[0]}, {Item: "q2", Result: "answered", Unit: w.d.Units[0]}, {Item: "q3", Result: "unasked", Unit: w.d.Units[0]}}
	})...)
	w.due(since(6, 13, 9), "written-answer/q1", &due)
	rs = append(rs, w.does(since(6, 15, 9), "unh-jia", "written-answer/q1", "")...)
	rs = append(rs, w.does(since(6, 16, 9), "vc", "terminate", "")...)
	end := w.endsAs("terminated")
	w.ok(rs)
	if due != "2026-06-22" {
		t.Errorf("the written answer is due on %s", due)
	}
	for _, q := range []string{"q2", "q3"} {
		if _, told := end.Facts["written-answer/"+q]; told {
			t.Errorf("%s owes an answer", q)
		}
	}
}

func TestInquiryNotChosen(t *testing.T) {
	w := newInquiry(t)
	rs := w.does(time.Hour, "ofc", "topic", "decline")
	w.endsAs("unchosen")
	w.ok(rs)
}

// newProblem is the one problem of an inquiry, of 甲局, given to it on the first day with the gate of 9 June.
func newProblem(t *testing.T) (*world, []*reply) {
	w := newInquiry(t)
	if _, err := w.reg.Pool().Exec(context.Background(), `update cases set state = jsonb_set(state::jsonb, '{open}', '[{"key":"survey"}]')::text where id = $1`, w.s.Case); err != nil {
		t.Fatal(err)
	}
	states, err := w.reg.FileProblems(context.Background(), w.s, "专询〔2026〕1号", w.d.People["cmt"], []register.NewProblem{{Title: "审批超时", Body: "事实", Class: "项目审批", Unit: w.d.Units[0]}})
	if err != nil {
		t.Fatal(err)
	}
	w.s = states[0]
	return w, w.at(time.Hour, schemas.Act{ID: "given", Key: "given", Role: schemas.System, Until: time.Date(2026, 6, 10, 0, 0, 0, 0, schemas.Shanghai).UTC()})
}

// looks is the verification of the n-th closing by the committee and a deputy.
func (w *world) looks(after time.Duration, n int, committee, deputy string) []*reply {
	rs := w.does(after, "cmh", round("closing-check", n), committee)
	return append(rs, w.does(after+time.Hour, "dpt1", round("deputy-check", n), deputy)...)
}

func TestProblemIsClosedByTwoAndWatched(t *testing.T) {
	w, rs := newProblem(t)
	var fix string
	w.due(2*day, "fix#1", &fix)
	rs = append(rs, w.does(10*day, "unh-jia", "fix#1", "")...)
	rs = append(rs, w.looks(11*day, 1, "closed", "open")...) // the deputy sends it back
	rs = append(rs, w.does(20*day, "unh-jia", "fix#2", "")...)
	rs = append(rs, w.looks(21*day, 2, "closed", "closed")...)
	rs = append(rs, w.does(60*day, "dpt1", "rebound#2", "")...)
	rs = append(rs, w.does(65*day, "unh-jia", "fix#3", "")...)
	rs = append(rs, w.looks(66*day, 3, "closed", "closed")...)
	end := w.endsAs("closed")
	w.ok(rs)
	if fix != "2026-06-09" {
		t.Errorf("due on %s", fix)
	}
	if f := end.Facts["watch#2"]; f.Verdict != schemas.Lapsed {
		t.Errorf("the watch that the rebound ended: %q", f.Verdict)
	}
}

func TestProblemBecomesAQuestion(t *testing.T) {
	w, rs := newProblem(t)
	rs = append(rs, w.at(since(6, 10, 9), schemas.Act{ID: "questioned", Key: "questioned", Role: schemas.System, On: time.Date(2026, 6, 12, 0, 0, 0, 0, schemas.Shanghai).UTC()})...)
	var due string
	w.due(since(6, 11, 9), "fix#1", &due)
	rs = append(rs, w.does(since(8, 3, 9), "unh-jia", "fix#1", "")...)
	rs = append(rs, w.looks(since(8, 4, 9), 1, "closed", "closed")...)
	w.endsAs("closed")
	w.ok(rs)
	if due != "2026-09-14" { // three months from the meeting end on a Saturday
		t.Errorf("due on %s", due)
	}
}

func TestProblemIsDeferredWithMilestones(t *testing.T) {
	w, rs := newProblem(t)
	rs = append(rs, w.does(2*day, "ofc", "long-term", "")...)
	var first string
	w.due(3*day, "milestone#1", &first)
	rs = append(rs, w.does(300*day, "unh-jia", "milestone#1", "ongoing")...)
	rs = append(rs, w.does(500*day, "unh-jia", "milestone#2", "done")...)
	rs = append(rs, w.looks(501*day, 1, "closed", "closed")...)
	w.endsAs("closed")
	w.ok(rs)
	if first != "2027-03-04" {
		t.Errorf("the first milestone is due on %s", first)
	}
}

// Each unit that was asked is judged by itself, in the hall and on what it delivered; one that was not asked is not, and the inquiry goes on
// when all are judged.
func TestEachUnitAskedIsJudged(t *testing.T) {
	w := newInquiry(t)
	jia, yi, bing := w.d.Units[0], w.d.Units[1], w.d.Units[2]
	rs := w.listed(5)
	w.closed(since(5, 20, 9), 5)
	rs = append(rs, w.does(since(6, 3, 10), "ofc", "documents#1", "")...)
	meeting := since(6, 12, 17)
	rs = append(rs, w.does(meeting, "ofc", "meeting", "", func(a *schemas.Act) {
		a.Items = []schemas.Finding{{Item: "q1", Result: "answered", Unit: yi}, {Item: "q2", Result: "unasked", Unit: bing}, {Item: "q3", Result: "answered", Unit: jia}, {Item: "q4", Result: "answered", Unit: yi}}
	})...)
	var hall, early, delivered string
	w.due(meeting+time.Minute, "inquiry-ballot/"+yi, &hall)
	rs = append(rs, w.does(meeting+time.Hour, "ofc", "inquiry-ballot/"+yi, "dissatisfied")...)
	w.due(meeting+2*time.Hour, "rectification", &early)
	rs = append(rs, w.does(meeting+3*time.Hour, "ofc", "inquiry-ballot/"+jia, "satisfied")...)
	rs = append(rs, w.does(meeting+3*day, "cmh", "rectification", "")...)
	w.due(meeting+4*day, "promise-ballot/"+jia, &delivered)
	rs = append(rs, w.does(meeting+120*day, "ofc", "promise-ballot/"+jia, "satisfied")...)
	rs = append(rs, w.does(meeting+120*day+time.Hour, "ofc", "promise-ballot/"+yi, "basically")...)
	rs = append(rs, w.does(meeting+121*day, "ofc", "present", "")...)
	rs = append(rs, w.does(meeting+122*day, "ofc", "publish", "public")...)
	rs = append(rs, w.does(meeting+123*day, "ofc", "archive", "")...)
	end := w.endsAs("archived")
	w.ok(rs)
	if hall != "2026-06-12" || early != "" || delivered != "2026-11-12" {
		t.Errorf("due: in the hall %q, the opinion before all are judged %q, on what was delivered %q", hall, early, delivered)
	}
	for _, key := range []string{"inquiry-ballot", "inquiry-ballot/" + bing, "promise-ballot", "promise-ballot/" + bing} {
		if _, told := end.Told(key); told {
			t.Errorf("%s is a fact", key)
		}
	}
}

// A problem given to the wrong unit goes to another one, which has the same day; where it was asked about meanwhile, the three months of that.
func TestProblemIsGivenToAnother(t *testing.T) {
	for name, asked := range map[string]bool{"before the meeting": false, "asked about": true} {
		t.Run(name, func(t *testing.T) {
			w, rs := newProblem(t)
			jia, yi := w.d.Units[0], w.d.Units[1]
			var window, ruling, fix string
			w.due(2*time.Hour, "return-request/"+jia+"#1", &window)
			rs = append(rs, w.does(day, "unh-jia", "return-request/"+jia+"#1", "")...)
			w.due(day+time.Hour, "return/"+jia+"#1", &ruling)
			if asked {
				rs = append(rs, w.at(day+2*time.Hour, schemas.Act{ID: "questioned", Key: "questioned", Role: schemas.System, On: hall(12)})...)
			}
			rs = append(rs, w.does(2*day, "gov", "return/"+jia+"#1", "accept")...)
			itself := w.does(2*day+time.Hour, "gov", "reassign/"+jia+"#1", "", func(a *schemas.Act) { a.ID, a.Target = "itself", jia })
			rs = append(rs, w.does(2*day+2*time.Hour, "gov", "reassign/"+jia+"#1", "", func(a *schemas.Act) { a.Target = yi })...)
			w.due(3*day, "fix#1", &fix)
			before := w.does(4*day, "unh-jia", "fix#1", "", func(a *schemas.Act) { a.ID = "before" })
			rs = append(rs, w.does(4*day, "unh-yi", "return-request/"+yi+"#1", "")...) // and thinks better of it
			rs = append(rs, w.does(5*day, "unh-yi", "fix#1", "")...)
			rs = append(rs, w.looks(6*day, 1, "closed", "closed")...)
			end := w.endsAs("closed")
			w.ok(rs)
			for says, r := range map[string]*reply{"请选择一个尚未参与本事项的单位改派": itself[0], "您无权办理此环节": before[0]} {
				if r.refused == nil || !strings.Contains(r.refused.Error(), says) {
					t.Errorf("%s by %s: %v, not “%s”", r.act.Key, r.act.Role, r.refused, says)
				}
			}
			if want := map[bool]string{false: "2026-06-09", true: "2026-09-14"}[asked]; fix != want || window != "2026-03-05" || ruling != "2026-03-05" {
				t.Errorf("asked for by %s, ruled by %s, rectified by %s", window, ruling, fix)
			}
			if f := end.Facts["joint-return/"+yi+"#1"]; f.Verdict != schemas.Lapsed {
				t.Errorf("what was asked for before the rectification is still to be ruled: %q", f.Verdict)
			}
			var unit string
			var party bool
			if err := w.reg.Pool().QueryRow(context.Background(), `select p.unit, exists (select from parties x where x.case_id = p.inquiry and x.unit = p.unit) from problems p where p.case_id = $1`, w.s.Case).Scan(&unit, &party); err != nil || unit != yi || !party {
				t.Errorf("the list names %s, party of the inquiry: %v, %v", unit, party, err)
			}
		})
	}
}
