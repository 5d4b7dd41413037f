package register_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

func off(dates ...string) map[string]schemas.Exception {
	days := map[string]schemas.Exception{}
	for _, d := range dates {
		days[d] = schemas.Exception{Kind: schemas.Rest}
	}
	return days
}

func TestEditionsAddUp(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	congress := must[string](t)(r.AddCongress(ctx, register.Congress{Name: "示例区人大常委会"}))
	first := schemas.Year{Year: 2027, Days: off("2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-04")}
	before := must[schemas.Calendar](t)(r.CurrentCalendar(ctx, congress))
	if before.PublishedYear(2027) {
		t.Fatal("2027 is published in the built-in calendar: the test needs another year")
	}
	if err := r.AddCalendar(ctx, congress, "2027", "国办发明电〔2026〕1号", first); err != nil {
		t.Fatal(err)
	}
	second := schemas.Year{Year: 2027, Days: off("2027-07-05")}
	if err := r.AddCalendar(ctx, congress, "2027更正", "防汛停工", second); err != nil {
		t.Fatal(err)
	}
	c := must[schemas.Calendar](t)(r.CurrentCalendar(ctx, congress))
	day := func(m time.Month, d int) time.Time { return time.Date(2027, m, d, 0, 0, 0, 0, schemas.Shanghai) }
	if c.Edition != "2027更正" || !c.PublishedYear(2027) || c.PublishedYear(2028) || c.Works(day(10, 4)) || c.Works(day(7, 5)) {
		t.Errorf("%s through %d", c.Edition, c.Through)
	}
	if old := must[schemas.Calendar](t)(r.Calendar(ctx, congress, "2027")); !old.Works(day(7, 5)) {
		t.Error("an edition has changed")
	}
	if err := r.AddCalendar(ctx, congress, "2027更正", "防汛停工", second); err != nil {
		t.Error("the same import again:", err)
	}
	var nameless *schemas.Error
	if err := r.AddCalendar(ctx, congress, " ", "x", second); !errors.As(err, &nameless) || nameless.Code != "BadCalendar" {
		t.Error("an edition without a name:", err)
	}
	for name, y := range map[string]schemas.Year{"2027": second, "2027更正": {Year: 2027, Days: off("2027-07-06")}} {
		var refusal *schemas.Error
		if err := r.AddCalendar(ctx, congress, name, "x", y); !errors.As(err, &refusal) || refusal.Code != "Duplicate" {
			t.Errorf("%s is taken twice: %v", name, err)
		}
	}
}

func TestRoll(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	d := registertest.Found(t, r, schemas.Pace{}, "")
	lone := must[string](t)(r.AddAccount(ctx, register.Account{Congress: d.Congress, Login: "lone", Name: "新来的", Active: false}))
	posts := map[string]int{}
	for _, m := range must[[]register.Member](t)(r.Roll(ctx, d.Congress)) {
		if m.ID == lone && (m.Role != "" || m.Active) {
			t.Errorf("%+v", m)
		}
		posts[m.Login]++
	}
	if posts["vm"] != 3 || posts["ofc"] != 1 || posts["lone"] != 1 || len(posts) != len(d.People)+1 {
		t.Error(posts)
	}
}

// Closing days lie over notices, whichever comes first, and leave no trace when they are withdrawn.
func TestClosingsAndNoticesAddUp(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	now := time.Date(2026, 11, 9, 10, 0, 0, 0, schemas.Shanghai)
	r.Clock(func() time.Time { return now })
	d := registertest.Found(t, r, schemas.Pace{}, "")
	day := func(m time.Month, d int) time.Time { return time.Date(2027, m, d, 0, 0, 0, 0, schemas.Shanghai) }
	flood := register.Closing{ID: register.NewID(), FirstDay: "2027-07-05", LastDay: "2027-07-06", Name: "防汛停工", Source: "区防指1号"}
	name := must[string](t)(r.AddClosing(ctx, d.Congress, d.People["ofc"], flood))
	if again := must[string](t)(r.AddClosing(ctx, d.Congress, d.People["ofc"], flood)); again != name {
		t.Errorf("the same entry again makes %s", again)
	}
	notice := schemas.Year{Year: 2027, Days: off("2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-04")}
	if err := r.AddCalendar(ctx, d.Congress, "2027", "国办发明电〔2026〕1号", notice); err != nil {
		t.Fatal(err)
	}
	fair := register.Closing{ID: register.NewID(), FirstDay: "2027-08-02", LastDay: "2027-08-02", Name: "庙会", Source: "区办2号"}
	second := must[string](t)(r.AddClosing(ctx, d.Congress, d.People["ofc"], fair))
	c := must[schemas.Calendar](t)(r.CurrentCalendar(ctx, d.Congress))
	if c.Edition != second || c.Works(day(7, 5)) || c.Works(day(8, 2)) || c.Works(day(10, 4)) || !c.PublishedYear(2027) || !c.Day(day(7, 5)).Local || c.Day(day(10, 4)).Local {
		t.Errorf("%s: %+v", c.Edition, c.Day(day(7, 5)))
	}
	for name, wrong := range map[string]register.Closing{
		"over another":    {FirstDay: "2027-07-06", LastDay: "2027-07-09", Name: "x"},
		"a Saturday":      {FirstDay: "2027-07-10", LastDay: "2027-07-11", Name: "x"},
		"backwards":       {FirstDay: "2027-08-05", LastDay: "2027-08-04", Name: "x"},
		"a quarter":       {FirstDay: "2027-08-05", LastDay: "2027-11-04", Name: "x"},
		"no day":          {FirstDay: "2027-02-30", LastDay: "2027-03-04", Name: "x"},
		"an injected one": {FirstDay: "'; drop table closings --", LastDay: "2027-03-04", Name: "x"},
	} {
		wrong.ID = register.NewID()
		var refusal *schemas.Error
		if _, err := r.AddClosing(ctx, d.Congress, d.People["ofc"], wrong); !errors.As(err, &refusal) || refusal.Code != "BadClosing" {
			t.Errorf("%s: %v", name, err)
		}
	}
	must[string](t)(r.WithdrawClosing(ctx, d.Congress, d.People["ofc"], flood.ID, "改期"))
	if c = must[schemas.Calendar](t)(r.CurrentCalendar(ctx, d.Congress)); !c.Works(day(7, 5)) || c.Works(day(8, 2)) || c.Works(day(10, 4)) {
		t.Error("the withdrawal took more or less than its own days")
	}
	must[string](t)(r.WithdrawClosing(ctx, d.Congress, d.People["ofc"], fair.ID, "改期"))
	if c = must[schemas.Calendar](t)(r.CurrentCalendar(ctx, d.Congress)); !c.Works(day(8, 2)) || c.Works(day(10, 4)) || !c.PublishedYear(2027) {
		t.Error("after both are withdrawn the notice does not stand as it was")
	}
	begun := register.Closing{ID: register.NewID(), FirstDay: "2026-11-09", LastDay: "2026-11-10", Name: "停电", Source: "x"}
	must[string](t)(r.AddClosing(ctx, d.Congress, d.People["ofc"], begun))
	var late *schemas.Error
	if _, err := r.WithdrawClosing(ctx, d.Congress, d.People["ofc"], begun.ID, "x"); !errors.As(err, &late) || late.Code != "TooLate" {
		t.Error("withdrawn on the day:", err)
	}
	if cs := must[[]register.Closing](t)(r.Closings(ctx, d.Congress, 10)); len(cs) != 3 || cs[2].ID != begun.ID || cs[0].WithdrawnFor != "改期" {
		t.Errorf("%+v", cs)
	}
}

// Two who change the calendar at once both have their days in the newest edition.
func TestTwoChangeTheCalendarAtOnce(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	d := registertest.Found(t, r, schemas.Pace{}, "")
	var both sync.WaitGroup
	for i := range 6 {
		both.Go(func() {
			date := time.Date(2027, 3, 2+7*i, 0, 0, 0, 0, schemas.Shanghai).Format(time.DateOnly)
			if _, err := r.AddClosing(ctx, d.Congress, d.People["ofc"], register.Closing{ID: register.NewID(), FirstDay: date, LastDay: date, Name: "停", Source: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	c := must[schemas.Calendar](t)(r.CurrentCalendar(ctx, d.Congress))
	for i := range 6 {
		if c.Works(time.Date(2027, 3, 2+7*i, 0, 0, 0, 0, schemas.Shanghai)) {
			t.Errorf("the entry %d is lost", i)
		}
	}
}

// Of two who adopt at once one makes the next version, the other keeps the draft and is told; no version can be changed afterwards.
func TestVersionsOfRules(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	d := registertest.Found(t, r, schemas.Pace{}, "")
	id, rules, err := r.CurrentRules(ctx, d.Congress, "opinion")
	if err != nil {
		t.Fatal(err)
	}
	people := []string{"ofc", "ch"}
	for i, login := range people {
		next := rules.Copy()
		plan := next.Terms["plan"]
		plan.Rule = []string{"P3W", "P4W"}[i]
		next.Terms["plan"] = plan
		if err := r.KeepRuleDraft(ctx, d.Congress, d.People[login], register.RuleDraft{Base: id, Rules: next}); err != nil {
			t.Fatal(err)
		}
	}
	made, stale := 0, 0
	var mu sync.Mutex
	var both sync.WaitGroup
	for _, login := range people {
		both.Go(func() {
			draft, err := r.RuleDraft(ctx, d.Congress, "opinion", d.People[login])
			if err != nil {
				t.Error(err)
				return
			}
			version, err := r.AdoptRules(ctx, d.Congress, "opinion", d.People[login], draft, "主任会议决定")
			var refusal *schemas.Error
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && version == "2":
				made++
			case errors.As(err, &refusal) && refusal.Code == "Stale":
				stale++
				if _, err := r.RuleDraft(ctx, d.Congress, "opinion", d.People[login]); err != nil {
					t.Error("the draft is lost:", err)
				}
			default:
				t.Error(version, err)
			}
		})
	}
	both.Wait()
	if made != 1 || stale != 1 {
		t.Errorf("%d made, %d stale", made, stale)
	}
	versions := must[[]register.RuleVersion](t)(r.RuleVersions(ctx, d.Congress, "opinion"))
	if len(versions) != 2 || versions[0].Version != "2" || versions[0].Reason != "主任会议决定" || versions[0].Author == "" || versions[1].Author != "" {
		t.Errorf("%+v", versions)
	}
	for _, sql := range []string{"update rules set body = '{}' where id = $1", "update rules set reason = '' where id = $1", "delete from rules where id = $1"} {
		if _, err := r.Pool().Exec(ctx, sql, versions[0].ID); err == nil {
			t.Errorf("%s: a version can be changed", sql)
		}
	}
}

// While one holds the lock of a congress, numbers are given to nobody else, but all that only names the congress goes on.
func TestTheLockOfACongressHoldsUpNoOther(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	d := registertest.Found(t, r, schemas.Pace{}, "")
	s, err := r.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile("queries/lock_congress.sql")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := r.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, string(lock), d.Congress); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := r.Audit(short, register.Line{Congress: d.Congress, Name: "系统", Action: "login", Result: "done"}); err != nil {
		t.Errorf("a line of the audit log waits for the lock: %v", err)
	}
	if _, err := r.Receive(short, d.Congress, s.Case, schemas.Act{ID: "t", Key: "draft#1", Person: d.People["cmt"]}); err != nil {
		t.Errorf("an act waits for the lock: %v", err)
	}
	blocked, end := context.WithTimeout(ctx, 500*time.Millisecond)
	defer end()
	date := time.Date(2027, 3, 2, 0, 0, 0, 0, schemas.Shanghai).Format(time.DateOnly)
	if _, err := r.AddClosing(blocked, d.Congress, d.People["ofc"], register.Closing{ID: register.NewID(), FirstDay: date, LastDay: date, Name: "停", Source: "x"}); err == nil {
		t.Error("two have the lock at once")
	}
}

// What is adopted is the draft that was checked: one that has been changed since makes no version, and stays.
func TestADraftThatChangedIsNotAdopted(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	d := registertest.Found(t, r, schemas.Pace{}, "")
	id, rules, err := r.CurrentRules(ctx, d.Congress, "opinion")
	if err != nil {
		t.Fatal(err)
	}
	keep := func(rule string) {
		next := rules.Copy()
		plan := next.Terms["plan"]
		plan.Rule = rule
		next.Terms["plan"] = plan
		if err := r.KeepRuleDraft(ctx, d.Congress, d.People["ofc"], register.RuleDraft{Base: id, Rules: next}); err != nil { // at one and the same instant
			t.Fatal(err)
		}
	}
	keep("P3W")
	checked := must[register.RuleDraft](t)(r.RuleDraft(ctx, d.Congress, "opinion", d.People["ofc"]))
	keep("P4W")
	var refusal *schemas.Error
	if _, err := r.AdoptRules(ctx, d.Congress, "opinion", d.People["ofc"], checked, "x"); !errors.As(err, &refusal) || refusal.Code != "Stale" {
		t.Error(err)
	}
	left := must[register.RuleDraft](t)(r.RuleDraft(ctx, d.Congress, "opinion", d.People["ofc"]))
	if vs := must[[]register.RuleVersion](t)(r.RuleVersions(ctx, d.Congress, "opinion")); len(vs) != 1 || left.Rules.Terms["plan"].Rule != "P4W" || left.Mark() == checked.Mark() {
		t.Errorf("%d versions, %+v is left", len(vs), left.Rules.Terms["plan"])
	}
	if _, err := r.AdoptRules(ctx, d.Congress, "opinion", d.People["ofc"], register.RuleDraft{}, "x"); !errors.As(err, &refusal) || refusal.Code != "NoChange" {
		t.Error(err)
	}
	if version, err := r.AdoptRules(ctx, d.Congress, "opinion", d.People["ofc"], left, "x"); err != nil || version != "2" {
		t.Error(version, err)
	}
}
