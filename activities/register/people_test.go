package register_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

func TestPeople(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	congress := must[string](t)(r.AddCongress(ctx, register.Congress{Name: "示例区人大常委会"}))
	education := must[string](t)(r.AddUnit(ctx, congress, register.Unit{Name: "区教育局", Kind: "department", Sort: 2}))
	finance := must[string](t)(r.AddUnit(ctx, congress, register.Unit{Name: "区财政局", Kind: "department", Sort: 1}))
	account := must[string](t)(r.AddAccount(ctx, register.Account{Congress: congress, Login: "wangmin", Name: "王敏", Active: true}))
	for _, p := range []register.Post{{Role: schemas.ViceMayor, Unit: education}, {Role: schemas.ViceMayor, Unit: finance}, {Role: schemas.Chair}} {
		if err := r.AddPost(ctx, congress, account, p); err != nil {
			t.Fatal(err)
		}
	}
	p := must[register.Person](t)(r.Person(ctx, account))
	if !p.Holds(schemas.Chair) || p.Holds(schemas.Office) || !p.HoldsFor(schemas.Chair, education) ||
		!p.HoldsFor(schemas.ViceMayor, finance) || p.HoldsFor(schemas.ViceMayor, account) {
		t.Errorf("posts %v", p.Posts)
	}
	if !slices.Equal(p.Units(), []string{finance, education}) || p.CongressName != "示例区人大常委会" || time.Since(p.Now) > time.Minute {
		t.Errorf("%+v", p)
	}
	if us := must[[]register.Unit](t)(r.Units(ctx, congress)); len(us) != 2 || us[0].Name != "区财政局" {
		t.Errorf("units %v", us)
	}
	if found := must[[]register.Account](t)(r.AccountByLogin(ctx, "wangmin")); len(found) != 1 || found[0].ID != account {
		t.Errorf("accounts %v", found)
	}
}

func TestPeopleRefused(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	congress := must[string](t)(r.AddCongress(ctx, register.Congress{Name: "示例区人大常委会"}))
	other := must[string](t)(r.AddCongress(ctx, register.Congress{Name: "邻区人大常委会"}))
	unit := must[string](t)(r.AddUnit(ctx, congress, register.Unit{Name: "区教育局", Kind: "department"}))
	account := must[string](t)(r.AddAccount(ctx, register.Account{Congress: other, Login: "wangmin", Active: true}))
	closed := must[string](t)(r.AddAccount(ctx, register.Account{Congress: congress, Login: "wangmin"}))
	pace := schemas.Pace{Real: time.Now(), Virtual: time.Now(), Rate: 60}
	for want, err := range map[string]error{
		"Duplicate":    last(r.AddUnit(ctx, congress, register.Unit{Name: "区教育局", Kind: "department"})),
		"NotFound":     r.AddPost(ctx, other, account, register.Post{Role: schemas.Liaison, Unit: unit}),
		"NotRehearsal": r.SetPace(ctx, congress, pace),
	} {
		refused(t, want, err)
	}
	refused(t, "Duplicate", last(r.AddAccount(ctx, register.Account{Congress: other, Login: "wangmin"})))
	refused(t, "NotRehearsal", last(r.AddCongress(ctx, register.Congress{Name: "甲", Pace: pace})))
	refused(t, "NotFound", r.SetPace(ctx, account, pace))
	refused(t, "NotFound", last(r.Person(ctx, closed)))
}

func TestPaceOfARehearsal(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	congress := must[string](t)(r.AddCongress(ctx, register.Congress{Name: "演练区人大常委会", Rehearsal: true}))
	held := schemas.Pace{Real: time.Unix(1e9, 0).UTC(), Virtual: time.Unix(1.1e9, 0).UTC(), Rate: 60, Held: true}
	if err := r.SetPace(ctx, congress, held); err != nil {
		t.Fatal(err)
	}
	if now := must[time.Time](t)(r.Now(ctx, congress)); !now.Equal(held.Virtual) {
		t.Errorf("its clock shows %v", now)
	}
	if cs := must[[]register.Congress](t)(r.Congresses(ctx)); len(cs) != 1 || cs[0].Pace != held || cs[0].Edition != "" {
		t.Errorf("%+v", cs)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func last[T any](_ T, err error) error { return err }

func refused(t *testing.T, code string, err error) {
	t.Helper()
	var e *schemas.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("%v, want code %s", err, code)
	}
}
