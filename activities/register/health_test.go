package register_test

import (
	"context"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// What is owed is told in the world's time, whatever the clock of the congress: an hour on a clock that runs sixty times as fast is a
// minute. A clock that is held owes nothing, and rehearsals are told apart.
func TestHealthIsToldInTheWorldsTime(t *testing.T) {
	reg := registertest.New(t)
	ctx := context.Background()
	now := time.Now()
	day := time.Date(2023, 6, 30, 9, 0, 0, 0, schemas.Shanghai)
	for _, c := range []struct {
		name string
		pace schemas.Pace
		at   time.Time
	}{
		{"甲", schemas.Pace{}, now.Add(-10 * time.Minute)},
		{"乙", schemas.Pace{}, now.Add(-20 * time.Second)}, // has come, but not a minute ago
		{"丙", schemas.Pace{Real: now.Add(-time.Hour), Virtual: day, Rate: 60}, day.Add(58 * time.Hour)},
		{"丁", schemas.Pace{Real: now.Add(-time.Hour), Virtual: day, Rate: 60, Held: true}, day.Add(-time.Hour)},
		{"戊", schemas.Pace{}, now.Add(time.Hour)},
	} {
		d := registertest.Found(t, reg, c.pace, "")
		s, err := reg.File(ctx, d.Filing(c.name, now.Add(-time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reg.Pool().Exec(ctx, "insert into rungs (congress, case_id, stage, rev, level, at, roles) values ($1, $2, 'draft#1', 0, 'L0', $3, '{}')", d.Congress, s.Case, c.at); err != nil {
			t.Fatal(err)
		}
	}
	h, err := reg.Health(ctx, register.Everything)
	if err != nil || len(h) != 2 || h[0].Rehearsal || !h[1].Rehearsal {
		t.Fatal(h, err)
	}
	near := func(what string, got, want time.Duration) {
		if got < want-time.Second || got > want+30*time.Second {
			t.Errorf("%s is %s, not %s", what, got, want)
		}
	}
	if h[0].Open != 3 || h[0].Unsaid != 1 || h[1].Open != 2 || h[1].Unsaid != 1 {
		t.Errorf("%+v", h)
	}
	near("the age of 甲", h[0].UnsaidAge, 10*time.Minute)
	near("the age of 丙", h[1].UnsaidAge, 2*time.Minute)
	late, err := reg.Unsaid(ctx, 5)
	if err != nil || len(late) != 2 || late[0].Number != "甲" || late[1].Number != "丙" {
		t.Errorf("%+v, %v", late, err)
	}
	near("the age of 丙", late[1].Age, 2*time.Minute)
	if late, err := reg.Unsaid(ctx, 1); err != nil || len(late) != 1 || late[0].Number != "甲" {
		t.Errorf("%+v, %v", late, err)
	}
}
