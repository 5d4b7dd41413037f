package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// A new year's notice moves the one date that falls into its break, tells those concerned, and does so once.
func TestNewYearMovesOpenDates(t *testing.T) {
	e := newEngine(t)
	ctx := t.Context()
	now := time.Date(2026, 11, 9, 10, 0, 0, 0, schemas.Shanghai)
	d := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	s, err := e.desk.File(ctx, d.Filing("测审〔2026〕1号", schemas.DayOf(now)))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	act := func(key, login, verdict string, role schemas.Role, unit string, parties ...schemas.Party) {
		t.Helper()
		a := schemas.Act{ID: "token:" + key, Key: key, Role: role, Unit: unit, Person: d.People[login], Verdict: verdict, Parties: parties}
		if err := e.desk.Submit(ctx, d.Congress, s.Case, a); err != nil {
			t.Fatal(key, err)
		}
	}
	act("draft#1", "cmt", "", schemas.Clerk, d.Committee)
	act("review#1", "cmh", "accept", schemas.Head, d.Committee)
	act("issue#1", "vc", "accept", schemas.ViceChair, "")
	act("handover", "ofc", "", schemas.Office, "", schemas.Party{Unit: d.Units[0], Capacity: "sole"})
	dues := func() map[string]string {
		stages, err := e.reg.Stages(ctx, s.Case)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, st := range stages {
			if st.ClosedAt.IsZero() && !st.Due.IsZero() {
				out[st.Kind] = schemas.LastDay(st.Due).Format(time.DateOnly)
				if st.Provisional {
					out[st.Kind] += " 暂定"
				}
			}
		}
		return out
	}
	before := dues()
	if before["report"] != "2027-02-09 暂定" {
		t.Fatalf("before the notice the report is due %s", before["report"])
	}
	year, err := schemas.ReadYear(strings.NewReader(registertest.Notice2027))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // once more changes nothing
		if _, err := e.desk.Publish(ctx, d.Congress, "2027", "试验用通知", year); err != nil {
			t.Fatal(err)
		}
	}
	after := dues()
	if after["report"] != "2027-02-12" || after["plan"] != before["plan"] || after["progress"] != before["progress"] {
		t.Errorf("before %v\nafter %v", before, after)
	}
	said, err := e.reg.Said(ctx, s.Case)
	moved := map[string]int{}
	for _, n := range said {
		if n.Level == schemas.LevelShifted {
			moved[schemas.Kind(n.Stage)]++
		}
	}
	if err != nil || moved["report"] == 0 || len(moved) != 1 {
		t.Errorf("who was told of a move: %v, %v", moved, err)
	}
}

// A new year's notice over many open cases, broken off in the midst and carried on by two processes at once: exactly those that it
// touches record one stimulus, dates only lengthen, and who is concerned is told once. CALENDAR_CASES sets how many.
func TestCalendarDay(t *testing.T) {
	n := 60
	if text := os.Getenv("CALENDAR_CASES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	e := newEngine(t)
	ctx := t.Context()
	now := time.Date(2026, 11, 9, 10, 0, 0, 0, schemas.Shanghai)
	d := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	begun := time.Now()
	touched := openMany(t, e, d, n, now)
	t.Logf("%d cases open, %d of them due in the break, after %v", n, len(touched), time.Since(begun).Round(time.Millisecond))
	before := reckonedOf(t, e, d)

	year, err := schemas.ReadYear(strings.NewReader(registertest.Notice2027))
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := schemas.BuiltinCalendar().Add(year, "2027")
	if err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	moves, err := e.desk.Moves(ctx, d.Congress, calendar)
	if err != nil || len(moves) != len(touched) {
		t.Fatalf("the preview shows %d dates, %v", len(moves), err)
	}
	t.Logf("preview %v", time.Since(begun).Round(time.Millisecond))

	begun = time.Now()
	broken, stop := context.WithTimeout(ctx, 40*time.Millisecond)
	_, _ = e.desk.Publish(broken, d.Congress, "2027", "试验用通知", year)
	stop()
	if _, err := e.desk.Publish(ctx, d.Congress, "2027", "试验用通知", year); err != nil {
		t.Fatal(err)
	}
	t.Logf("the import answers after %v", time.Since(begun).Round(time.Millisecond))
	other := *e.desk
	var both sync.WaitGroup
	for _, desk := range []*intake.Desk{e.desk, &other} {
		both.Go(func() {
			for {
				if _, err := desk.Follow(ctx, d.Congress, "2027"); err != nil {
					t.Error(err)
					return
				}
				if left, err := e.reg.CountBehind(ctx, d.Congress, "2027"); err != nil || left == 0 {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	both.Wait()
	took := time.Since(begun)
	t.Logf("all follow after %v, %.0f touched cases a second", took.Round(time.Millisecond), float64(len(touched))/took.Seconds())
	once, err := e.desk.Publish(ctx, d.Congress, "2027", "试验用通知", year)
	if err != nil || once != (intake.Moved{}) {
		t.Errorf("the same words again: %+v, %v", once, err)
	}

	told := 0
	if err := e.reg.Pool().QueryRow(ctx, "select count(*) from (select 1 from rungs where congress = $1 and level = $2 group by case_id having count(*) = 1) x",
		d.Congress, schemas.LevelShifted).Scan(&told); err != nil || told != len(touched) {
		t.Errorf("%d cases tell of one move, %v", told, err)
	}
	for id, is := range reckonedOf(t, e, d) {
		was := before[id]
		report := "report/" + d.Units[0]
		switch {
		case touched[id] && (is.Seq != was.Seq+1 || !is.Find(report).Due.After(was.Find(report).Due)):
			t.Fatalf("a touched case recorded %d stimuli; due %v, was %v", is.Seq-was.Seq, is.Find(report).Due, was.Find(report).Due)
		case !touched[id] && is.Seq != was.Seq:
			t.Fatalf("a case that is not touched recorded %d stimuli", is.Seq-was.Seq)
		}
		for _, o := range is.Open {
			if b := was.Find(o.Key); b != nil && o.Due.Before(b.Due) {
				t.Fatalf("%s is due earlier than it was", o.Key)
			}
		}
	}
}

// openMany enters cases and starts their workflows; of every three, one owes a report within the break of 2027. It returns those.
func openMany(t *testing.T, e engine, d registertest.District, n int, now time.Time) map[string]bool {
	t.Helper()
	touched := map[string]bool{}
	var mu sync.Mutex
	var hands sync.WaitGroup
	queue := make(chan int)
	for range 8 {
		hands.Go(func() {
			for i := range queue {
				t0 := schemas.DayOf(now)
				if i%3 != 0 {
					t0 = t0.AddDate(0, -2, 0) // due in December
				}
				s, err := e.reg.File(t.Context(), d.Filing(fmt.Sprintf("历审〔2026〕%d号", i+1), t0))
				if err != nil {
					t.Error(err)
					return
				}
				s.Begin(schemas.Stage{Key: "report/" + d.Units[0], Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: "report", Anchor: "T0"}}})
				if err := e.desk.Start(t.Context(), s); err != nil {
					t.Error(err)
					return
				}
				if i%3 == 0 {
					mu.Lock()
					touched[s.Case] = true
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	hands.Wait()
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		var waiting int
		err := e.reg.Pool().QueryRow(t.Context(), "select count(*) from cases where congress = $1 and seq = 0", d.Congress).Scan(&waiting)
		if err == nil && waiting == 0 {
			return touched
		}
		if time.Since(begun) > time.Minute+time.Duration(n)*50*time.Millisecond {
			t.Fatalf("%d cases do not run, %v", waiting, err)
		}
	}
}

func reckonedOf(t *testing.T, e engine, d registertest.District) map[string]schemas.State {
	t.Helper()
	all := map[string]schemas.State{}
	for after := ""; ; {
		cs, err := e.reg.Reckoned(t.Context(), d.Congress, after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(cs) == 0 {
			return all
		}
		for _, c := range cs {
			var s schemas.State
			if err := json.Unmarshal([]byte(c.State), &s); err != nil {
				t.Fatal(err)
			}
			all[c.ID], after = s, c.ID
		}
	}
}
