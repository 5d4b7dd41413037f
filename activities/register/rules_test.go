package register_test

import (
	"context"
	"errors"
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
