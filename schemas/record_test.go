package schemas_test

import (
	"fmt"
	"testing"
	"time"

	"bihuan/schemas"
)

func TestPace(t *testing.T) {
	real, virtual := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), time.Date(2023, 1, 9, 1, 0, 0, 0, time.UTC)
	fast := schemas.Pace{Real: real, Virtual: virtual, Rate: 3600}
	bounded := fast
	bounded.Stop = virtual.Add(90 * time.Minute)
	held := fast
	held.Held = true
	for _, c := range []struct {
		name string
		pace schemas.Pace
		want time.Time
	}{
		{"the world's own", schemas.Pace{}, real.Add(2 * time.Second)},
		{"an hour a second", fast, virtual.Add(2 * time.Hour)},
		{"never past its stop", bounded, virtual.Add(90 * time.Minute)},
		{"held", held, virtual},
	} {
		if got := c.pace.At(real.Add(2 * time.Second)); !got.Equal(c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
	if got := fast.Until(virtual.Add(3*time.Hour), real.Add(time.Second)); got != 2*time.Second {
		t.Errorf("to wait %v, not 2s", got)
	}
	if got := held.Until(virtual.Add(time.Hour), real.Add(time.Hour)); got != time.Second {
		t.Errorf("a held clock answers as if it ran on now: %v", got)
	}
}

// Cases that share an instant wake one after the other within the spread, each always at the same share of it; a rung that settles a
// stage is not waited with, nor is anything on a clock that runs fast.
func TestLag(t *testing.T) {
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	of := func(id string, pace schemas.Pace, effect string) *schemas.State {
		s := &schemas.State{Case: id, Pace: pace}
		s.Begin(schemas.Stage{Key: "plan/u#1"})
		o := s.Find("plan/u#1")
		o.Dated, o.Rungs = true, []schemas.Rung{{Level: "T", At: at, Effect: effect}}
		return s
	}
	head := schemas.Pace{}.Spread() / 6
	thirds := [3]int{}
	for i := range 3000 {
		s := of(fmt.Sprintf("01a207f8-9ee5-799f-8460-%012x", i), schemas.Pace{}, "")
		lag := s.Lag()
		if lag < head || lag >= s.Pace.Spread() || lag != s.Lag() {
			t.Fatalf("case %d waits %v", i, lag)
		}
		thirds[3*(lag-head)/(s.Pace.Spread()-head)]++
	}
	for _, n := range thirds {
		if n < 900 || n > 1100 {
			t.Errorf("uneven: %v", thirds)
		}
	}
	if lag := of("a", schemas.Pace{}, "signed").Lag(); lag != 0 {
		t.Errorf("an effect waits %v", lag)
	}
	if lag := of("a", schemas.Pace{Rate: 3600}, "").Lag(); lag != 0 {
		t.Errorf("a rehearsal waits %v", lag)
	}
}
