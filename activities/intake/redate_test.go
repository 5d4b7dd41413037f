package intake

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

func on(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, schemas.Shanghai)
}

// filed enters a case whose unit owes its plan in two weeks and its report three months from t0.
func filed(t *testing.T, r *register.Register, d registertest.District, number string, t0 time.Time, suspended bool) string {
	t.Helper()
	s, err := r.File(context.Background(), d.Filing(number, t0))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"plan", "report"} {
		s.Begin(schemas.Stage{Key: kind + "/" + d.Units[0], Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: kind, Anchor: "T0"}}})
	}
	write := func() {
		t.Helper()
		s.Seq++
		state, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Write(context.Background(), schemas.Entry{State: state}); err != nil {
			t.Fatal(err)
		}
		if s, err = r.State(context.Background(), s.Case); err != nil {
			t.Fatal(err)
		}
	}
	write()
	if suspended {
		s.Suspend(on(2026, 11, 13).UTC())
		write()
	}
	return s.Case
}

func TestWhatACalendarMoves(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	r.Clock(func() time.Time { return on(2026, 11, 16).UTC() })
	d := registertest.Found(t, r, schemas.Pace{}, "")
	across := filed(t, r, d, "跨年", on(2026, 11, 9), false)   // the report is due on 9 February 2027
	climbing := filed(t, r, d, "年末", on(2026, 9, 25), false) // due on 25 December 2026; its ladder ends in January
	filed(t, r, d, "已逾期", on(2026, 8, 3), false)             // due on 3 November 2026: an expired clock stays
	filed(t, r, d, "中止", on(2026, 11, 9), true)              // its clocks stand still
	within := filed(t, r, d, "年内", on(2026, 8, 24), false)   // due on 24 November 2026, the ladder ends in December
	desk := &Desk{Register: r, Log: slog.New(slog.DiscardHandler)}
	y := schemas.Year{Year: 2027, Days: map[string]schemas.Exception{}}
	for _, date := range []string{"01-01", "01-04", "02-05", "02-08", "02-09", "02-10", "02-11", "04-05", "06-09", "09-15", "10-01"} {
		y.Days["2027-"+date] = schemas.Exception{Kind: schemas.Rest}
	}
	calendar, err := schemas.BuiltinCalendar().Add(y, "2027")
	if err != nil {
		t.Fatal(err)
	}
	before, err := r.State(ctx, across)
	if err != nil {
		t.Fatal(err)
	}
	moves, err := desk.Moves(ctx, d.Congress, calendar)
	if err != nil || len(moves) != 1 {
		t.Fatalf("%v, %v", moves, err)
	}
	if m := moves[0]; m.Case.ID != across || schemas.Kind(m.Stage.Key) != "report" || !m.Was.Equal(on(2027, 2, 10)) || !m.Due.Equal(on(2027, 2, 13)) {
		t.Errorf("%+v", m)
	}
	if now, err := r.State(ctx, across); err != nil || !now.Find(moves[0].Stage.Key).Due.Equal(moves[0].Was) {
		t.Error("the preview has written")
	}
	after := before
	moved := *before.Find(moves[0].Stage.Key)
	moved.Due = moves[0].Due
	after.Open = []*schemas.Open{&moved}
	if n := differing(before, after); n != 1 {
		t.Errorf("%d dates differ", n)
	}

	if err := r.AddCalendar(ctx, d.Congress, "2027", "试验用通知", y); err != nil {
		t.Fatal(err)
	}
	behind, err := r.Behind(ctx, d.Congress, "2027", "", 10)
	if err != nil || len(behind) != 5 {
		t.Fatalf("%d cases are to be looked at, %v", len(behind), err)
	}
	touched := map[string]bool{}
	for _, c := range behind {
		of, err := desk.moves(ctx, d.Congress, c, calendar, on(2026, 11, 16))
		if err != nil {
			t.Fatal(err)
		}
		touched[c.ID] = len(of) > 0
		if c.ID == within {
			if err := r.Follow(ctx, "2027", []register.Reckoned{c}); err != nil {
				t.Fatal(err)
			}
			c.Seq-- // it has recorded something since it was read
			if err := r.Follow(ctx, "", []register.Reckoned{c}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !touched[across] || !touched[climbing] || touched[within] {
		t.Errorf("touched: across %v, climbing %v, within %v", touched[across], touched[climbing], touched[within])
	}
	if n, err := r.CountBehind(ctx, d.Congress, "2027"); err != nil || n != 4 {
		t.Errorf("%d left, %v", n, err)
	}
}

// Only one process has the cases follow a calendar; when it dies the next one may.
func TestAlone(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	first, err := r.Alone(ctx, "x", func(ctx context.Context) error {
		second, err := r.Alone(ctx, "x", func(context.Context) error { return nil })
		if second || err != nil {
			t.Errorf("two at once: %v", err)
		}
		other, err := r.Alone(ctx, "y", func(context.Context) error { return nil })
		if !other || err != nil {
			t.Errorf("another thing waits: %v", err)
		}
		return nil
	})
	again, err2 := r.Alone(ctx, "x", func(context.Context) error { return nil })
	if !first || err != nil || !again || err2 != nil {
		t.Errorf("%v %v, %v %v", first, err, again, err2)
	}
}
