package main

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/schemas"
	"bihuan/worker"
)

// takeover makes matters of a congress's ledger, each late by so many working days with its plan or with its report.
type takeover struct {
	t        *testing.T
	o        *office
	now      time.Time
	rulesID  string
	rules    schemas.Rules
	calendar schemas.Calendar
	n        int
}

func newTakeover(t *testing.T, o *office) *takeover {
	t.Helper()
	ctx := context.Background()
	k := &takeover{t: t, o: o}
	var err error
	if k.rulesID, k.rules, err = o.h.reg.CurrentRules(ctx, o.Congress, "opinion"); err != nil {
		t.Fatal(err)
	}
	if k.calendar, err = o.h.reg.CurrentCalendar(ctx, o.Congress); err != nil {
		t.Fatal(err)
	}
	if k.now, err = o.h.reg.Now(ctx, o.Congress); err != nil {
		t.Fatal(err)
	}
	return k
}

// handed is the day on which an opinion was handed over whose plan or report is due so many working days ago; ahead, where negative.
func (k *takeover) handed(term string, late int) time.Time {
	k.t.Helper()
	due, err := k.calendar.Workday(schemas.DayOf(k.now), -late)
	if err != nil {
		k.t.Fatal(err)
	}
	for days := range 140 {
		on := due.AddDate(0, 0, -days)
		if end, err := k.rules.Span(k.calendar, term, on); err == nil && end.Equal(due.AddDate(0, 0, 1)) && !on.After(k.now) {
			return on
		}
	}
	k.t.Fatalf("no hand-over makes a %s due on %v", term, due)
	return time.Time{}
}

func (k *takeover) matter(term string, late int) register.NewUnderway {
	k.n++
	unit := k.o.Units[k.n%3]
	on := k.handed(term, late)
	p := schemas.UnderwayParty{Party: schemas.Party{Unit: unit, Capacity: "sole"}, Signed: on}
	if term == "report" {
		p.Planned, p.PlanChecked, p.Progress = on.AddDate(0, 0, 5), on.AddDate(0, 0, 8), on.AddDate(0, 0, 40)
		p.Drafted, p.DraftChecked = on.AddDate(0, 0, 60), on.AddDate(0, 0, 63)
	}
	item := register.Item{ID: register.NewID(), Problem: "改造进度滞后", Demand: "年内完成", Lead: unit}
	u := schemas.Underway{T0: on.AddDate(0, 0, -4), Handed: on, Parties: []schemas.UnderwayParty{p}, Items: []schemas.UnderwayItem{{ID: item.ID, Unit: unit}}}
	s := schemas.State{Congress: k.o.Congress, Case: register.NewID(), Rules: k.rulesID, Policy: k.rules.Policy}
	s.Policy.Direct, s.Policy.Committee = true, k.o.Committee
	f := k.o.Filing(fmt.Sprintf("旧〔2023〕%d号", k.n), u.T0)
	f.Owner, f.Items, f.Parties = k.o.People["ofc"], []register.Item{item}, []register.Party{{Unit: unit, Capacity: "sole"}}
	return register.NewUnderway{Filing: f, Line: k.n + 1, Entrance: u.Enter(k.rules, k.calendar, s, k.now)}
}

func (k *takeover) in() register.LedgerImport {
	return register.LedgerImport{ID: register.NewID(), Account: k.o.People["ofc"], File: "台账.xlsx"}
}

// told counts the notices about matters at an instant or after it, and the most that one person had of one matter.
func (k *takeover) told(ids []string, since time.Time) (all, most int) {
	k.t.Helper()
	err := k.o.h.reg.Pool().QueryRow(context.Background(), `select coalesce(sum(n), 0)::int, coalesce(max(n), 0)::int from (
		select count(*) as n from notices where case_id = any ($1::uuid[]) and written_at >= $2 group by case_id, account) x`, ids, since).Scan(&all, &most)
	if err != nil {
		k.t.Fatal(err)
	}
	return all, most
}

// Two hundred matters come in from the ledger, some in time, some late by days or by weeks: each person concerned hears of each once, at the
// level that it has reached. Then the clock goes on, and the next rung is said once.
func TestTakingOverIsNoStorm(t *testing.T) {
	h := openHouse(t)
	o := h.found(t, 1)
	o.clock.rate = 0 // from instant to instant
	ctx := context.Background()
	if err := o.clock.leapTo(ctx, closing); err != nil { // 2023年3月6日（周一）10:00
		t.Fatal(err)
	}
	k := newTakeover(t, o)
	// The working days that each is late, its level, how many people hear of it, and how many on the two mornings after.
	kinds := []struct {
		term    string
		late    int
		level   string
		people  int
		tuesday int
		thence  int
	}{
		{"plan", -8, "", 2, 0, 0},
		{"plan", 1, "L0", 2, 2, 4}, // L1 to two, L2 to four
		{"plan", 4, "L3", 5, 0, 6}, // L4 on Wednesday
		{"plan", 12, "L5", 7, 0, 0},
		{"plan", 40, "L5", 7, 2, 1}, // its draft of the report is due on Tuesday, and late on Wednesday
		{"report", -8, "", 2, 0, 0},
		{"report", 1, "L0", 2, 2, 0},
		{"report", 4, "L2", 4, 0, 5}, // L3 on Wednesday
		{"report", 12, "L4", 6, 0, 0},
		{"report", 40, "L5", 7, 0, 0},
	}
	const each = 20
	var fs []register.NewUnderway
	var ids []string
	people, tuesday, wednesday := 0, 0, 0
	want := map[string]string{}
	for _, x := range kinds {
		for range each {
			f := k.matter(x.term, x.late)
			fs, ids = append(fs, f), append(ids, f.Entrance.State.Case)
			people, tuesday, wednesday = people+x.people, tuesday+x.tuesday, wednesday+x.thence
			want[f.Entrance.State.Case] = x.level
			turn := f.Entrance.Turns()[0]
			if schemas.Kind(turn.Key) != x.term || f.Entrance.Levels[turn.Key] != x.level {
				t.Fatalf("%s late by %d is foreseen as %s %q", x.term, x.late, turn.Key, f.Entrance.Levels[turn.Key])
			}
		}
	}
	begun := time.Now()
	if _, err := h.desk.TakeOver(ctx, o.Congress, k.in(), fs); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if err := o.clock.started(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d matters entered and started, %s", len(ids), took(begun))
	if all, most := k.told(ids, time.Time{}); all != people || most != 1 {
		t.Errorf("%d notices, not %d; one person has %d of one matter", all, people, most)
	}
	var old, level int
	if err := h.reg.Pool().QueryRow(ctx, "select count(*) filter (where at < $2), count(*) filter (where level !~ '^(L[0-5]|new)$') from notices where case_id = any ($1::uuid[])", ids, k.now).Scan(&old, &level); err != nil || old > 0 || level > 0 {
		t.Errorf("%d notices of the past, %d reminders, %v", old, level, err)
	}
	for i, x := range kinds {
		id := ids[i*each]
		stages, err := h.reg.Stages(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range stages {
			if st.Kind == x.term && st.ClosedAt.IsZero() && st.Level != x.level {
				t.Errorf("%s late by %d stands at %q, not %q", x.term, x.late, st.Level, x.level)
			}
		}
	}
	morning := func(day int) time.Time { return time.Date(2023, 3, day, 9, 0, 0, 0, schemas.Shanghai) }
	for _, next := range []struct{ day, want int }{{7, tuesday}, {8, wednesday}} {
		if err := o.clock.leapTo(ctx, morning(next.day).Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		all, most := k.told(ids, morning(next.day))
		if all != next.want || most > 1 {
			var lines string
			_ = h.reg.Pool().QueryRow(ctx, `select string_agg(x, E'\n') from (select split_part(stage, '/', 1) || ' ' || level || ' ' || number || ' ' || count(*) as x from notices n join cases c on c.id = n.case_id
				where case_id = any ($1::uuid[]) and written_at >= $2 group by split_part(stage, '/', 1), level, number order by 1) x`, ids, morning(next.day)).Scan(&lines)
			t.Errorf("on the %dth of March %d notices, not %d; one person has %d of one matter\n%s", next.day, all, next.want, most, lines)
		}
	}
	var twice int
	if err := h.reg.Pool().QueryRow(ctx, "select count(*) from (select 1 from notices where case_id = any ($1::uuid[]) group by case_id, stage, level, account having count(*) > 1) x", ids).Scan(&twice); err != nil || twice > 0 {
		t.Errorf("%d rungs were said twice, %v", twice, err)
	}
}

// The office confirms while no worker runs, and half of the starts are lost with the process. Two days later a worker comes: each matter
// begins at the level of that day, and nobody hears twice.
func TestTakingOverOutlivesTheWorker(t *testing.T) {
	h := openHouse(t)
	o := h.found(t, 1)
	o.clock.rate = 0
	ctx := context.Background()
	if err := o.clock.leapTo(ctx, closing); err != nil {
		t.Fatal(err)
	}
	h.stop()
	k := newTakeover(t, o)
	var fs []register.NewUnderway
	var ids []string
	for range 20 {
		f := k.matter("plan", 1)
		fs, ids = append(fs, f), append(ids, f.Entrance.State.Case)
	}
	if _, err := h.reg.FileUnderway(ctx, o.Congress, k.in(), fs[:10]); err != nil { // and there the process died
		t.Fatal(err)
	}
	h.desk.Patience = 2 * time.Second
	if _, err := h.desk.TakeOver(ctx, o.Congress, k.in(), fs[10:]); err != nil {
		t.Fatal(err)
	}
	again := k.matter("plan", 4)
	again.Number = fs[0].Number
	if _, err := h.desk.TakeOver(ctx, o.Congress, k.in(), []register.NewUnderway{k.matter("plan", 4), again}); err == nil {
		t.Error("a number was taken twice")
	}
	if all, _ := k.told(ids, time.Time{}); all != 0 {
		t.Errorf("%d notices before anybody could write them", all)
	}
	if err := o.clock.leapTo(ctx, closing.AddDate(0, 0, 2)); err != nil { // Wednesday: from L0 to L2
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	working, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	w := worker.Worker{Register: h.reg, Temporal: h.client, Log: log, Sender: &notices.Sender{Register: h.reg, Log: log}}
	go func() { done <- w.Run(working) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	for _, id := range ids {
		if err := o.clock.started(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if all, most := k.told(ids, time.Time{}); all != 20*4 || most != 1 {
		t.Errorf("%d notices, not %d; one person has %d of one matter", all, 20*4, most)
	}
	if cs, err := h.reg.Cases(ctx, o.Congress, "opinion"); err != nil || len(cs) != 20 {
		t.Errorf("%d matters, not 20: an import that was refused left something; %v", len(cs), err)
	}
}
