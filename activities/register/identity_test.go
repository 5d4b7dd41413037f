package register_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// reporting is a district on the 20th of November 2026 in which 甲局 owes a report, due on 9 February 2027.
func reporting(t *testing.T) (*register.Register, registertest.District, string) {
	t.Helper()
	r := registertest.New(t)
	r.Clock(func() time.Time { return time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC) })
	d := registertest.Found(t, r, schemas.Pace{}, "")
	st := must[schemas.State](t)(r.File(context.Background(), d.Filing("测人常审〔2026〕9号", time.Date(2026, 11, 8, 16, 0, 0, 0, time.UTC))))
	st.Seq = 1
	st.Begin(schemas.Stage{Key: "report/" + d.Units[0], Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: "report", Anchor: "T0"}}})
	state := must[[]byte](t)(json.Marshal(st))
	must[schemas.Receipt](t)(r.Write(context.Background(), schemas.Entry{State: state}))
	return r, d, st.Case
}

// told are those whom the first message about a matter from an instant on reaches.
func told(t *testing.T, r *register.Register, caseID string, from time.Time) string {
	t.Helper()
	for _, g := range must[[]register.Rung](t)(r.Rungs(context.Background(), caseID)) {
		if !g.At.Before(from) && slices.Contains(g.Roles, string(schemas.Liaison)) {
			return g.People
		}
	}
	t.Fatal("no message comes")
	return ""
}

func TestAMatterFallsToTheUnitWhenItsHandlerLeaves(t *testing.T) {
	ctx := context.Background()
	r, d, id := reporting(t)
	second := must[string](t)(r.AddAccount(ctx, register.Account{Congress: d.Congress, Login: "unt-jia2", Name: "甲二", Active: true}))
	post := register.Post{Role: schemas.Liaison, Unit: d.Units[0]}
	if err := r.AddPost(ctx, d.Congress, second, post); err != nil {
		t.Fatal(err)
	}
	first := d.People["unt-jia"]
	handler := func() string { return must[[]register.Party](t)(r.Parties(ctx, id))[0].Handler }
	if err := r.Handler(ctx, id, d.Units[0], first); err != nil {
		t.Fatal(err)
	}
	if people := told(t, r, id, time.Time{}); !strings.Contains(people, "jia经办") || strings.Contains(people, "甲二") || handler() != first {
		t.Errorf("with a handler %q are told", people)
	}
	shut := register.Account{ID: first, Congress: d.Congress, Login: "unt-jia", Name: "jia经办"}
	if err := r.ChangeAccount(ctx, shut); err != nil {
		t.Fatal(err)
	}
	if people := told(t, r, id, time.Time{}); !strings.Contains(people, "甲二") || strings.Contains(people, "jia经办") || handler() != "" {
		t.Errorf("when the handler's account is shut %q are told, handler %q", people, handler())
	}
	shut.Active = true
	if err := r.ChangeAccount(ctx, shut); err != nil {
		t.Fatal(err)
	}
	if err := r.RemovePost(ctx, d.Congress, first, post); err != nil {
		t.Fatal(err)
	}
	if people := told(t, r, id, time.Time{}); !strings.Contains(people, "甲二") {
		t.Errorf("when the handler has lost his post %q are told", people)
	}
}

func TestAStageOfOnePersonFallsToHisRoleWhenHeLeaves(t *testing.T) {
	ctx := context.Background()
	r, d, id := reporting(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := r.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("update stages set roles = '{VC,CH}', npc = true, unit = $2, person = $3 where case_id = $1", id, d.Committee, d.People["ch"])
	exec("update rungs set roles = '{VC,CH,UNT}' where case_id = $1", id)
	people := told(t, r, id, time.Time{})
	if !strings.Contains(people, "主任") || strings.Contains(people, "分管副主任") {
		t.Errorf("%q are told", people)
	}
	now := must[time.Time](t)(r.Now(ctx, d.Congress))
	if w, _, err := r.Work(ctx, d.Congress, d.People["vc"], now, nil, 100); err != nil || len(w) != 0 {
		t.Errorf("another leader owes it: %v", w)
	}
	exec("update accounts set active = false where id = $1", d.People["ch"])
	if people := told(t, r, id, time.Time{}); !strings.Contains(people, "分管副主任") {
		t.Errorf("afterwards %q are told", people)
	}
	if w, _, err := r.Work(ctx, d.Congress, d.People["vc"], now, nil, 100); err != nil || len(w) != 1 {
		t.Errorf("nobody owes it: %v", w)
	}
	if left := must[[]string](t)(r.Left(ctx, []string{d.People["ch"], d.People["vc"]})); !slices.Equal(left, []string{d.People["ch"]}) {
		t.Errorf("left: %v", left)
	}
}

func TestStandIns(t *testing.T) {
	ctx := context.Background()
	r, d, id := reporting(t)
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, schemas.Shanghai).UTC() }
	name := func(absent, standsIn string, role schemas.Role, from, until time.Time) {
		t.Helper()
		if err := r.NameSubstitute(ctx, d.Congress, register.Substitute{Account: d.People[absent], StandsIn: d.People[standsIn], Role: role,
			From: from, Until: until, Kind: "delegate", NamedBy: d.People[absent]}); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(login string, role schemas.Role) bool {
		t.Helper()
		return must[register.Person](t)(r.Person(ctx, d.People[login])).Holds(role)
	}
	// unh-jia → unh-yi → unh-bing → unt-bing → unt-yi, and back to the first
	name("unh-jia", "unh-yi", "", day(11, 20), day(11, 25))
	name("unh-yi", "unh-bing", schemas.UnitHead, day(11, 20), day(12, 5))
	name("unh-bing", "unt-bing", "", day(11, 1), day(12, 31))
	name("unt-bing", "unt-yi", "", day(11, 1), day(12, 31))
	name("unt-yi", "unh-jia", "", day(11, 1), day(12, 31))
	name("vm", "unh-yi", schemas.Chair, day(11, 1), day(12, 31)) // a role he does not hold
	for _, c := range []struct {
		login, unit string
		holds       bool
	}{{"unh-yi", d.Units[0], true}, {"unh-bing", d.Units[0], true}, {"unt-bing", d.Units[0], true}, {"unt-yi", d.Units[0], false}, {"unt-yi", d.Units[1], true}, {"unt-jia", d.Units[0], false}} {
		if p := must[register.Person](t)(r.Person(ctx, d.People[c.login])); p.HoldsFor(schemas.UnitHead, c.unit) != c.holds {
			t.Errorf("%s for %s: %v", c.login, c.unit, p.Posts)
		}
	}
	p := must[register.Person](t)(r.Person(ctx, d.People["unt-bing"]))
	i := slices.IndexFunc(p.Posts, func(o register.Post) bool { return o.Unit == d.Units[0] })
	if p.Posts[i].For != d.People["unh-jia"] || p.Posts[i].ForName != "jia负责人" || !p.HoldsAs(schemas.UnitHead, d.People["unh-jia"]) || p.HoldsAs(schemas.Chair, d.People["ch"]) {
		t.Errorf("%+v", p.Posts[i])
	}
	if p := must[register.Person](t)(r.Person(ctx, d.People["unh-jia"])); len(p.Posts) < 2 || slices.ContainsFunc(p.Posts, func(o register.Post) bool { return o.For == p.ID }) {
		t.Errorf("one stands in for himself: %v", p.Posts)
	}
	if holds("unh-yi", schemas.Chair) || holds("unh-yi", schemas.ViceMayor) {
		t.Error("a role is passed on that was not meant, or not held")
	}
	// the message of the 24th reaches him, a later one does not
	if at := must[[]register.Rung](t)(r.Rungs(ctx, id)); len(at) == 0 {
		t.Fatal("no rungs")
	}
	pool := func(sql string, args ...any) {
		t.Helper()
		if _, err := r.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	pool("update rungs set at = $2, roles = '{UNT,UNH}' where case_id = $1", id, day(11, 24))
	if people := told(t, r, id, time.Time{}); !strings.Contains(people, "yi负责人") || !strings.Contains(people, "bing负责人") || !strings.Contains(people, "jia负责人") {
		t.Errorf("%q are told", people)
	}
	pool("update rungs set at = $2 where case_id = $1", id, day(11, 26))
	if people := told(t, r, id, time.Time{}); strings.Contains(people, "yi负责人") {
		t.Errorf("after the period %q are told", people)
	}
	now := must[time.Time](t)(r.Now(ctx, d.Congress))
	if w, _, err := r.Work(ctx, d.Congress, d.People["unh-yi"], now, nil, 100); err != nil || len(w) != 1 {
		t.Errorf("the stand-in owes %v", w)
	}
	if w, _, err := r.Work(ctx, d.Congress, d.People["unh-yi"], day(11, 25), nil, 100); err != nil || len(w) != 0 {
		t.Errorf("after the period the stand-in owes %v", w)
	}
	subs := must[[]register.Substitute](t)(r.Substitutes(ctx, d.Congress, d.People["unh-jia"]))
	if len(subs) != 2 {
		t.Fatalf("%+v", subs)
	}
	first := subs[slices.IndexFunc(subs, func(s register.Substitute) bool { return s.Account == d.People["unh-jia"] })]
	refused(t, "NotFound", r.RevokeSubstitute(ctx, d.Congress, first.ID, d.People["unh-yi"], now))
	if err := r.RevokeSubstitute(ctx, d.Congress, first.ID, d.People["unh-jia"], now); err != nil {
		t.Fatal(err)
	}
	refused(t, "NotFound", r.RevokeSubstitute(ctx, d.Congress, first.ID, d.People["unh-jia"], now))
	if p := must[register.Person](t)(r.Person(ctx, d.People["unt-bing"])); p.HoldsFor(schemas.UnitHead, d.Units[0]) || !p.HoldsFor(schemas.UnitHead, d.Units[1]) {
		t.Errorf("after the revocation: %v", p.Posts)
	}
	pool("update accounts set active = false where id = $1", d.People["unh-yi"])
	if p := must[register.Person](t)(r.Person(ctx, d.People["unh-bing"])); p.HoldsFor(schemas.UnitHead, d.Units[1]) {
		t.Error("whoever left is still represented")
	}
}

func TestNobodyStandsInForDeputiesAndAdministrators(t *testing.T) {
	ctx := context.Background()
	r, d, _ := reporting(t)
	for _, absent := range []string{"adm", "sec", "dpt1"} {
		if err := r.NameSubstitute(ctx, d.Congress, register.Substitute{Account: d.People[absent], StandsIn: d.People["ofc"],
			From: time.Unix(0, 0), Until: time.Unix(1e10, 0), Kind: "substitute", NamedBy: d.People["ofc"]}); err != nil {
			t.Fatal(err)
		}
	}
	if p := must[register.Person](t)(r.Person(ctx, d.People["ofc"])); len(p.Posts) != 1 {
		t.Errorf("%v", p.Posts)
	}
}

func TestAdministratorsAreApart(t *testing.T) {
	ctx := context.Background()
	r, d, _ := reporting(t)
	add := func(login string, p register.Post) error { return r.AddPost(ctx, d.Congress, d.People[login], p) }
	refused(t, "Apart", add("adm", register.Post{Role: schemas.Security}))
	refused(t, "Apart", add("sec", register.Post{Role: schemas.Office}))
	refused(t, "Apart", add("ofc", register.Post{Role: schemas.Admin}))
	refused(t, "Duplicate", add("ofc", register.Post{Role: schemas.Office}))
	refused(t, "NotFound", r.RemovePost(ctx, d.Congress, d.People["ofc"], register.Post{Role: schemas.Chair}))
	if err := add("ofc", register.Post{Role: schemas.Deputies, Unit: d.Deputies}); err != nil {
		t.Error(err)
	}
}

func TestFailuresLockALogin(t *testing.T) {
	ctx, r := context.Background(), registertest.New(t)
	now := time.Now()
	r.Clock(func() time.Time { return now })
	var all sync.WaitGroup
	counts := make([]int, 2*register.FailuresAllowed)
	for i := range counts {
		all.Go(func() { counts[i], _ = r.Fail(ctx, "nobody") })
	}
	all.Wait()
	slices.Sort(counts)
	for i, n := range counts {
		if n != i+1 {
			t.Fatalf("failures side by side are counted as %v", counts)
		}
	}
	if !must[bool](t)(r.Locked(ctx, "nobody")) || must[bool](t)(r.Locked(ctx, "somebody")) {
		t.Error("not locked, or another is")
	}
	now = now.Add(register.LockedFor)
	if must[bool](t)(r.Locked(ctx, "nobody")) {
		t.Error("locked for ever")
	}
	if n := must[int](t)(r.Fail(ctx, "nobody")); n != 1 {
		t.Errorf("old failures count: %d", n)
	}
	for range register.FailuresAllowed {
		must[int](t)(r.Fail(ctx, "nobody"))
	}
	if err := r.Forgive(ctx, "nobody"); err != nil || must[bool](t)(r.Locked(ctx, "nobody")) {
		t.Error("not forgiven", err)
	}
}

func TestPeopleAreEnteredAllOrNone(t *testing.T) {
	ctx := context.Background()
	r, d, _ := reporting(t)
	people := []register.NewPerson{
		{Account: register.Account{Login: "new1", Name: "新一"}, Posts: []register.Post{{Role: schemas.Liaison, Unit: d.Units[0]}}},
		{Account: register.Account{Login: "ofc", Name: "新二"}},
	}
	refused(t, "Duplicate", r.AddPeople(ctx, d.Congress, people))
	if found := must[[]register.Account](t)(r.AccountByLogin(ctx, "new1")); len(found) != 0 {
		t.Error("half of the people were entered")
	}
}

func TestTheBellReachesStandInsOnce(t *testing.T) {
	ctx := context.Background()
	r, d, id := reporting(t)
	now := must[time.Time](t)(r.Now(ctx, d.Congress))
	for _, absent := range []string{"unh-jia", "unt-jia"} {
		if err := r.NameSubstitute(ctx, d.Congress, register.Substitute{Account: d.People[absent], StandsIn: d.People["unh-yi"],
			From: now.Add(-time.Hour), Until: now.Add(time.Hour), Kind: "substitute", NamedBy: d.People["unh-jia"]}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Pool().Exec(ctx, "update rungs set at = $2, roles = '{UNT,UNH}', effect = '' where case_id = $1", id, now); err != nil {
		t.Fatal(err)
	}
	rungs := must[int](t)(r.Ring(ctx))
	for login, before := range map[string]int{"unt-jia": 1, "unh-jia": 1, "unh-yi": 0} { // that the stage was opened
		if said, _, err := r.Inbox(ctx, d.People[login], nil, 99); err != nil || rungs == 0 || len(said) != before+rungs {
			t.Errorf("%s has %d messages of %d rungs", login, len(said), rungs)
		}
	}
	if said, _, err := r.Inbox(ctx, d.People["unt-yi"], nil, 99); err != nil || len(said) != 0 {
		t.Errorf("a colleague of the stand-in is told: %v", said)
	}
}

// A post ends with its term, at once for what its holder may do, and stays on record; so does one that is taken away.
func TestPostsEndWithTheirTerms(t *testing.T) {
	r := registertest.New(t)
	ctx := context.Background()
	d := registertest.Found(t, r, schemas.Pace{}, "")
	now := time.Now()
	r.Clock(func() time.Time { return now })
	id := d.People["unt-court"]
	if err := r.AddPost(ctx, d.Congress, id, register.Post{Role: schemas.Liaison, Unit: d.Units[0], Until: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	holds := func() bool {
		p, err := r.Person(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return p.HoldsFor(schemas.Liaison, d.Units[0])
	}
	if !holds() {
		t.Error("the post is not held within its term")
	}
	now = now.Add(time.Hour)
	if holds() {
		t.Error("the post is held after its term")
	}
	if err := r.EndPosts(ctx); err != nil {
		t.Fatal(err)
	}
	if err := r.RemovePost(ctx, d.Congress, id, register.Post{Role: schemas.Liaison, Unit: d.Court}); err != nil {
		t.Fatal(err)
	}
	var term, removed int
	if err := r.Pool().QueryRow(ctx, "select count(*) filter (where why = 'term'), count(*) filter (where why = 'removed') from past_posts where account = $1", id).Scan(&term, &removed); err != nil || term != 1 || removed != 1 {
		t.Errorf("on record: %d ended, %d removed, %v", term, removed, err)
	}
	if _, err := r.Pool().Exec(ctx, "delete from past_posts"); err == nil {
		t.Error("the record can be deleted")
	}
}
