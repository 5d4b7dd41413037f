package chaos

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/schemas"
)

// With the engine stopped for an hour over a 09:00 every reminder still reaches people within five seconds, what they do is
// received and done afterwards, and nothing is doubled when the engine is back.
func TestTemporalAway(t *testing.T) {
	t.Parallel()
	const (
		rate    = 60 // an hour is a minute
		matters = 20
		answers = 5
	)
	st := startStack(t, shape{pages: 1, workers: 1})
	monday := schemas.Pace{Real: time.Now(), Virtual: time.Date(2023, 2, 20, 9, 30, 0, 0, schemas.Shanghai), Rate: rate}
	o := openOfficeAt(st, monday)
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	defer stop()
	var filing sync.WaitGroup
	for i := range matters {
		p := o.begin("plain", number(i+1), uint64(i))
		p.steps = p.steps[:5] // as far as the unit's signing
		filing.Go(func() { p.run(ctx, 0) })
	}
	filing.Wait()

	var nine time.Time
	err := st.register.Pool().QueryRow(ctx, `select at from rungs where rung_at is null and effect = '' and at > $1
		and (at at time zone 'Asia/Shanghai')::time = '09:00' group by at having count(*) >= $2 order by at limit 1`,
		monday.Virtual.Add(12*time.Hour), matters).Scan(&nine)
	if err != nil {
		t.Fatalf("no morning on which all have a reminder: %v", err)
	}
	if err := st.register.SetPace(ctx, o.Congress, schemas.Pace{Real: time.Now(), Virtual: nine.Add(-25 * time.Minute), Rate: rate}); err != nil {
		t.Fatal(err)
	}
	open, err := st.register.OpenCases(ctx)
	if err != nil {
		t.Fatal(err)
	}
	desk := intake.Desk{Register: st.register, Temporal: st.engine, Log: quiet}
	if err := desk.WakeAll(ctx, open); err != nil {
		t.Fatal(err)
	}
	clock := func(at time.Time) {
		o.until("the clock shows "+at.String(), 2*time.Minute, func() bool {
			now, err := st.register.Now(ctx, o.Congress)
			return err == nil && !now.Before(at)
		})
	}
	clock(nine.Add(-15 * time.Minute))
	st.temporal[0].kill()
	clock(nine.Add(10 * time.Minute))
	for _, p := range o.plays[:answers] {
		plan := o.plan(p)
		if !p.send(ctx, plan, plan.in(p)) {
			t.Error("an answer was not taken")
		}
	}
	if n := o.pending.Load(); n != answers {
		t.Errorf("%d of %d answers were received as 正在登记", n, answers)
	}
	clock(nine.Add(45 * time.Minute))
	st.temporal[0].start(t)
	for _, p := range o.plays[:answers] {
		if !p.comes(ctx, "plan/"+p.Units[0]+"#1") {
			t.Errorf("%s: the answer was not registered afterwards", p.number)
		}
	}
	var said int
	var worst float64
	if err := st.register.Pool().QueryRow(ctx, "select count(*), coalesce(max(extract(epoch from written_at - at)), 0) from notices where at = $1", nine).Scan(&said, &worst); err != nil {
		t.Fatal(err)
	}
	late := time.Duration(worst / rate * float64(time.Second))
	t.Logf("%d notices of 09:00, the last %v of real time later", said, late)
	if said < matters || late > 5*time.Second {
		t.Errorf("%d notices, the last %v late", said, late)
	}
	if n := o.count("select count(*) from intake where outcome = 'accepted' and stage like 'plan/%' and received_at > $1 and received_at < $2", nine, nine.Add(45*time.Minute)); n != answers {
		t.Errorf("%d answers bear the instant of their receipt", n)
	}
	o.settle(t)
	o.inspect(t, nil)
}

// plan is the step by which the unit hands in its plan.
func (o *office) plan(p *play) step {
	for _, s := range variants["plain"](p) {
		if s.in(p).Stage == fmt.Sprint("plan/", p.Units[0], "#1") {
			return s
		}
	}
	return step{}
}
