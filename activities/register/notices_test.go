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
		said := 0
		for _, n := range must[[]register.Notice](t)(r.Inbox(ctx, d.People["unh-jia"], 99)) {
			if n.Level == next.Level && n.At.Equal(next.At) {
				said++
			}
		}
		if said != 1 {
			t.Errorf("rung by the bell %v: said %d times", rings, said)
		}
	}
}
