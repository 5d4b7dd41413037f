package register_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// A reminder that the bell has rung is not said again when its stage is dated anew in the same minute; and what nobody rang is said
// by whatever changes the stage next.
func TestRemindersThroughANewDate(t *testing.T) {
	for _, rings := range []bool{true, false} {
		ctx := context.Background()
		r, d, id := reporting(t)
		st := must[schemas.State](t)(r.State(ctx, id))
		report := st.Find("report/" + d.Units[0])
		next := report.Rungs[report.Next]
		r.Clock(func() time.Time { return next.At.Add(2 * time.Second) })
		if rings {
			must[int](t)(r.Ring(ctx))
		}
		st.Hold(true, report.Key)
		st.Seq++
		state := must[[]byte](t)(json.Marshal(st))
		must[schemas.Receipt](t)(r.Write(ctx, schemas.Entry{State: state, Acts: []schemas.Act{{ID: "held", Key: "held/" + report.Key, Role: schemas.System, At: next.At.Add(time.Second)}}}))
		must[int](t)(r.Ring(ctx))
		said := reminders(t, r, d.People["unh-jia"], report.Key, next)
		if said != 1 {
			t.Errorf("rung by the bell %v: said %d times", rings, said)
		}
	}
}

// A reminder waits for an act handed in before it; when the stage ends by something else, the reminder is said after all.
func TestReminderOfAnActThatCameTooLate(t *testing.T) {
	ctx := context.Background()
	r, d, id := reporting(t)
	st := must[schemas.State](t)(r.State(ctx, id))
	report := *st.Find("report/" + d.Units[0])
	next := report.Rungs[report.Next]
	a := schemas.Act{ID: register.NewID(), Key: report.Key, Person: d.People["unh-jia"], Role: "UNH"}
	r.Clock(func() time.Time { return next.At.Add(-time.Hour) })
	must[register.Received](t)(r.Receive(ctx, d.Congress, id, a))
	r.Clock(func() time.Time { return next.At.Add(2 * time.Second) })
	said := func() int {
		must[int](t)(r.Ring(ctx))
		return reminders(t, r, d.People["unh-jia"], report.Key, next)
	}
	if n := said(); n != 0 {
		t.Errorf("with the act waiting, said %d times", n)
	}
	st.Lapse(report.Key, next.At.Add(time.Second))
	st.Seq++
	state := must[[]byte](t)(json.Marshal(st))
	must[schemas.Receipt](t)(r.Write(ctx, schemas.Entry{State: state, Acts: []schemas.Act{{ID: "lapse", Key: "other/x", Role: schemas.System, At: next.At.Add(time.Second)}}}))
	if n := said(); n != 1 {
		t.Errorf("after the stage's end, said %d times", n)
	}
}

// reminders counts a person's notices of a rung.
func reminders(t *testing.T, r *register.Register, account, stage string, g schemas.Rung) (n int) {
	t.Helper()
	inbox, _, err := r.Inbox(context.Background(), account, nil, 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range inbox {
		if in.Stage == stage && in.Level == g.Level && in.At.Equal(g.At) {
			n++
		}
	}
	return n
}
