package schemas_test

import (
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
