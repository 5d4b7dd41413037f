package workflows

import (
	"context"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// newEvaluation is one of what 甲局 brought about, proposed on Monday 2 March 2026 in skipped time.
func newEvaluation(t *testing.T) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	w := (&world{t: t, reg: reg, d: d}).fresh(t0)
	var err error
	if w.s, err = reg.FileEvaluation(context.Background(), register.NewEvaluation{Token: "a-form", Congress: d.Congress, Title: "湖泊治理决议末端评估", Body: "办结一年，看水质。",
		Unit: d.Units[0], Committee: d.Committee, Owner: d.People["cmt"], Role: schemas.Clerk}); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestEvaluationIsReviewedUntilItHolds(t *testing.T) {
	w := newEvaluation(t)
	var taken, drawn, self, collected, reviewed, again, report, heard string
	w.due(time.Minute, "take-up", &taken)
	rs := w.does(day, "ofc", "take-up", "accept")
	w.due(day+time.Hour, "indicators#1", &drawn)
	rs = append(rs, w.does(4*day, "cmh", "indicators#1", "")...)
	w.due(4*day+time.Hour, "self-rating#1", &self)
	w.due(4*day+time.Hour, "collect#1", &collected)
	rs = append(rs, w.does(10*day, "unh-jia", "self-rating#1", "")...)
	early := w.does(11*day, "ofc", "expert-review#1", "accept", func(a *schemas.Act) { a.ID = "early" })
	rs = append(rs, w.does(20*day, "cmh", "collect#1", "")...)
	w.due(20*day+time.Hour, "expert-review#1", &reviewed)
	rs = append(rs, w.does(25*day, "ofc", "expert-review#1", "rework")...)
	w.due(25*day+time.Hour, "indicators#2", &again)
	rs = append(rs, w.does(30*day, "cmh", "indicators#2", "")...)
	rs = append(rs, w.does(35*day, "cmh", "collect#2", "")...)
	rs = append(rs, w.does(36*day, "unh-jia", "self-rating#2", "")...)
	rs = append(rs, w.does(40*day, "ofc", "expert-review#2", "accept")...)
	w.due(40*day+time.Hour, "evaluation-report", &report)
	rs = append(rs, w.does(45*day, "cmh", "evaluation-report", "")...)
	w.due(45*day+time.Hour, "hear-evaluation", &heard)
	rs = append(rs, w.does(50*day, "ofc", "hear-evaluation", "supervise")...)
	end := w.endsAs("evaluated")
	w.ok(rs)
	if early[0].refused == nil && early[0].done {
		t.Error("experts reviewed what was not yet gathered")
	}
	for what, x := range map[string][2]string{"take-up": {taken, "2026-04-02"}, "indicators": {drawn, "2026-04-03"}, "self-rating": {self, "2026-04-07"}, "collect": {collected, "2026-05-06"},
		"expert-review": {reviewed, "2026-04-13"}, "indicators again": {again, "2026-04-27"}, "report": {report, "2026-05-06"}, "hearing": {heard, "2026-06-16"}} {
		if x[0] != x[1] {
			t.Errorf("%s is due on %s, not %s", what, x[0], x[1])
		}
	}
	if given := end.Facts["given"].At; !given.Equal(end.Facts["indicators#1"].At) {
		t.Errorf("the unit learned of it at %v", given)
	}
}

func TestEvaluationIsNotTakenUp(t *testing.T) {
	w := newEvaluation(t)
	rs := w.does(day, "ofc", "take-up", "decline")
	end := w.endsAs("untaken")
	w.ok(rs)
	if _, given := end.Told("given"); given {
		t.Error("the unit is told of what is not evaluated")
	}
}

// Until its unit knows of it the committee may withdraw it; afterwards only the vice-chair ends it.
func TestEvaluationIsWithdrawnOrEnded(t *testing.T) {
	w := newEvaluation(t)
	rs := append(w.does(day, "ofc", "take-up", "accept"), w.does(2*day, "cmh", "withdraw", "")...)
	w.endsAs("withdrawn")
	w.ok(rs)
	w = newEvaluation(t)
	rs = append(w.does(day, "ofc", "take-up", "accept"), w.does(2*day, "cmh", "indicators#1", "")...)
	late := w.does(3*day, "cmh", "withdraw", "", func(a *schemas.Act) { a.ID = "late" })
	rs = append(rs, w.does(4*day, "vc", "terminate", "")...)
	w.endsAs("terminated")
	w.ok(rs)
	if late[0].done {
		t.Error("it was withdrawn although the unit knew of it")
	}
}
