package register_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// audited is a register with a congress, and a connection of its own as the owner of the tables, who could damage it.
type audited struct {
	*register.Register
	t        *testing.T
	congress string
	owner    *pgx.Conn
}

func newAudited(t *testing.T) audited {
	t.Helper()
	url := registertest.URL(t)
	r, err := register.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	owner, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	return audited{r, t, must[string](t)(r.AddCongress(t.Context(), register.Congress{Name: "示例区人大常委会"})), owner}
}

// damage runs as the owner, with the triggers off.
func (a audited) damage(statements ...string) {
	a.t.Helper()
	for _, s := range slices.Concat([]string{"alter table audit disable trigger user", "alter table audit_chain disable trigger user"}, statements,
		[]string{"alter table audit enable trigger user", "alter table audit_chain enable trigger user"}) {
		if _, err := a.owner.Exec(a.t.Context(), s); err != nil {
			a.t.Fatal(s, err)
		}
	}
}

// write adds lines, each as old as said, and links them.
func (a audited) write(ages ...time.Duration) {
	a.t.Helper()
	for i, age := range ages {
		err := a.Audit(a.t.Context(), register.Line{Congress: a.congress, Name: "王敏", Action: "POST /x", Object: "case", ObjectID: fmt.Sprint(i), Result: "done"})
		if err != nil {
			a.t.Fatal(err)
		}
		if age > 0 {
			a.damage(fmt.Sprintf("update audit set at = clock_timestamp() - interval '%d minutes' where object_id = '%d'", int(age.Minutes()), i))
		}
	}
	must[int](a.t)(a.Link(a.t.Context()))
}

func (a audited) verify() register.Verification {
	a.t.Helper()
	return must[register.Verification](a.t)(a.Verify(a.t.Context(), a.congress, time.Time{}, time.Time{}))
}

func TestLinesAreLinkedDayByDay(t *testing.T) {
	a := newAudited(t)
	a.write(72*time.Hour, 49*time.Hour, 48*time.Hour, 0, 0)
	v := a.verify()
	if len(v.Damage) > 0 || v.Links != 5 || v.Days < 3 || len(v.Last) != 64 {
		t.Errorf("%+v", v)
	}
	ls := must[[]register.Line](t)(a.Lines(t.Context(), a.congress, register.LineFilter{}, 10))
	slices.Reverse(ls)
	var n int
	var day time.Time
	if err := a.owner.QueryRow(t.Context(), "select day, n from audit_chain where audit = $1", ls[2].ID).Scan(&day, &n); err != nil {
		t.Fatal(err)
	}
	if want := ls[2].At.In(schemas.Shanghai).Format(time.DateOnly); day.Format(time.DateOnly) != want || n < 1 || n > 2 {
		t.Errorf("the third line is link %d of %s, want %s", n, day.Format(time.DateOnly), want)
	}
	var first string
	if err := a.owner.QueryRow(t.Context(), "select hash from audit_chain order by day, n limit 1").Scan(&first); err != nil {
		t.Fatal(err)
	}
	// As an auditor with other means would reckon it.
	sum := sm3.Sum(fmt.Appendf(nil, "36:%s,36:%s,16:%d,0:,6:王敏,0:,0:,0:,0:,7:POST /x,4:case,1:0,0:,0:,0:,4:done,", a.congress, ls[0].ID, ls[0].At.UnixMicro()))
	if first != hex.EncodeToString(sum[:]) {
		t.Errorf("the first link is %s", first)
	}
	if n := must[int](t)(a.Link(t.Context())); n != 0 {
		t.Errorf("%d lines linked twice", n)
	}
	part := must[register.Verification](t)(a.Verify(t.Context(), a.congress, ls[2].At, ls[2].At))
	if part.Days != 1 || len(part.Damage) > 0 {
		t.Errorf("one day: %+v", part)
	}
}

// Several processes write and link at once; every line has one link.
func TestManyLink(t *testing.T) {
	a := newAudited(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				if err := a.Audit(t.Context(), register.Line{Congress: a.congress, Result: "read"}, register.Line{Congress: a.congress, Result: "done"}); err != nil {
					t.Error(err)
				}
				if _, err := a.Link(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	must[int](t)(a.Link(t.Context()))
	if v := a.verify(); v.Links != 800 || len(v.Damage) > 0 {
		t.Errorf("%d links, %+v", v.Links, v.Damage)
	}
}

// Every kind of damage that the owner of the tables can do is found and named.
func TestDamageIsNamed(t *testing.T) {
	noon := time.Since(schemas.DayOf(time.Now())) + 12*time.Hour // since yesterday's: all on one day
	old := []time.Duration{noon, noon - 10*time.Minute, noon - 20*time.Minute, noon - 30*time.Minute, noon - 40*time.Minute}
	first := "(select audit from audit_chain where hash = (select hash from audit_chain order by day, n limit 1 offset %d))"
	at := func(n int) string { return fmt.Sprintf(first, n-1) }
	for _, c := range []struct {
		name, what string
		n          int // of all links
		statements []string
	}{
		{"changed row", "changed", 2, []string{"update audit set name = '李强' where id = " + at(2)}},
		{"changed instant", "changed", 3, []string{"update audit set at = at + interval '1 microsecond' where id = " + at(3)}},
		{"deleted link", "link missing", 3, []string{"delete from audit_chain where audit = " + at(3)}},
		{"deleted row", "row missing", 4, []string{"delete from audit where id = " + at(4)}},
		{"deleted row and link", "link missing", 4, []string{"delete from audit where id = " + at(4), "delete from audit_chain where audit not in (select id from audit)"}},
		{"inserted row", "row not linked", 0, []string{`insert into audit select congress, gen_random_uuid(), at + interval '1 minute', account, name, role, unit, address,
			terminal, action, object, object_id, before_hash, after_hash, reason, result from audit where id = ` + at(2)}},
		{"re-ordered", "changed", 2, []string{`alter table audit_chain drop constraint audit_chain_audit_key`,
			"create temporary table was as select * from audit_chain order by day, n limit 2 offset 1",
			"update audit_chain l set audit = (select w.audit from was w where w.audit <> l.audit) where audit in (select audit from was)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newAudited(t)
			a.write(old...)
			if v := a.verify(); len(v.Damage) > 0 {
				t.Fatalf("before the damage: %+v", v)
			}
			var day time.Time
			var n int
			if c.n > 0 {
				if err := a.owner.QueryRow(t.Context(), "select day, n from audit_chain order by day, n limit 1 offset $1", c.n-1).Scan(&day, &n); err != nil {
					t.Fatal(err)
				}
			}
			a.damage(c.statements...)
			must[int](t)(a.Link(t.Context())) // the worker goes on meanwhile
			v := a.verify()
			if len(v.Damage) == 0 || v.Damage[0].What != c.what || v.Damage[0].N != n || c.n > 0 && !v.Damage[0].Day.Equal(day) {
				t.Fatalf("%+v, want %s at %s/%d", v, c.what, day.Format(time.DateOnly), n)
			}
			if c.what != "link missing" && v.Damage[0].Line == "" {
				t.Errorf("the line is not named: %+v", v.Damage[0])
			}
			t.Log(v.Damage[0].Says(), v.Damage[0].Line)
		})
	}
}

// The service can add lines and read them, nothing else; nor can it take the trigger off or say when a line was written.
func TestServiceCannotTouchTheLog(t *testing.T) {
	a := newAudited(t)
	a.write(0)
	for statement, want := range map[string]string{
		"update audit set name = 'x'": "permission denied for table audit",
		"delete from audit":           "permission denied for table audit",
		"truncate audit":              "permission denied for table audit",
		"insert into audit (congress, at) values (null, now())":                "permission denied for table audit",
		"update audit_chain set hash = 'x'":                                    "permission denied for table audit_chain",
		"delete from audit_chain":                                              "permission denied for table audit_chain",
		"truncate audit_chain":                                                 "permission denied for table audit_chain",
		"update journal set acts = 'x'":                                        "permission denied for table journal",
		"delete from journal":                                                  "permission denied for table journal",
		"truncate journal":                                                     "permission denied for table journal",
		"alter table audit disable trigger all":                                "must be owner of table audit",
		"alter table audit_chain disable trigger audit_chain_only_grows":       "must be owner of table audit_chain",
		"drop trigger audit_only_grows on audit":                               "must be owner of relation audit",
		"set session_replication_role = replica":                               "permission denied to set parameter",
		"create or replace function only_grows() returns trigger language sql": "permission denied for schema public",
		"update goose_db_version set version_id = 1":                           "permission denied for table goose_db_version",
	} {
		_, err := a.Pool().Exec(t.Context(), statement)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || !strings.Contains(refused.Message, want) {
			t.Errorf("%s: %v, want %s", statement, err, want)
		}
	}
	for _, statement := range []string{"update audit set name = 'x'", "delete from audit where false", "truncate audit", "delete from audit_chain", "truncate journal"} {
		if _, err := a.owner.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "only grows") {
			t.Errorf("the owner: %s: %v", statement, err)
		}
	}
}

// underWay is a matter filed on 2 March 2026, the clock that the register goes by, its state, and what writes an entry with that.
func underWay(t *testing.T) (context.Context, *register.Register, registertest.District, *time.Time, *schemas.State, func(schemas.Entry) schemas.Receipt) {
	t.Helper()
	ctx, r := t.Context(), registertest.New(t)
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, schemas.Shanghai)
	r.Clock(func() time.Time { return now })
	d := registertest.Found(t, r, schemas.Pace{}, "")
	s := must[schemas.State](t)(r.File(ctx, d.Filing("测审〔2026〕1号", schemas.DayOf(now))))
	return ctx, r, d, &now, &s, func(e schemas.Entry) schemas.Receipt {
		t.Helper()
		e.State = must[[]byte](t)(json.Marshal(s))
		return must[schemas.Receipt](t)(r.Write(ctx, e))
	}
}

// One act is one line, its escalation is the system's, and a stimulus repeated adds nothing.
func TestWriteProvesItself(t *testing.T) {
	ctx, r, d, now, s, write := underWay(t)
	s.Seq, s.Open = 1, []*schemas.Open{{Stage: schemas.Stage{Key: "draft#1", Unit: d.Committee, Clocks: []schemas.Clock{{Rule: "draft", Anchor: "T0"}}}}}
	s.Apply(write(schemas.Entry{}))
	act := schemas.Act{ID: "token-1", Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"], At: *now}
	late := s.Open[0]
	for len(late.Rungs) > 0 && late.Rungs[len(late.Rungs)-1].Level[0] != 'N' {
		late.Rungs = late.Rungs[:len(late.Rungs)-1]
	}
	woke := late.Rungs[len(late.Rungs)-1].At
	*now, s.Seq = woke, 2
	s.Apply(write(schemas.Entry{Woke: woke}))
	s.Seq, s.Open = 3, nil
	s.Facts[act.Key] = act
	for range 2 {
		write(schemas.Entry{Acts: []schemas.Act{act}})
	}
	ls := must[[]register.Line](t)(r.Lines(ctx, d.Congress, register.LineFilter{ObjectID: s.Case}, 100))
	slices.Reverse(ls)
	if len(ls) < 2 {
		t.Fatalf("%+v", ls)
	}
	for _, l := range ls[:len(ls)-1] {
		if l.Name != "系统" || l.Role != "SYS" || l.Account != "" || l.Action != "draft" || !strings.Contains(l.Reason, "人大内部督促") || !strings.Contains(l.Reason, "第1版") {
			t.Errorf("%+v", l)
		}
	}
	l, rung := ls[len(ls)-1], ls[len(ls)-2]
	if l.Name != "委室经办" || l.Account != d.People["cmt"] || l.Role != "CMT" || l.Unit != "城建工委" || l.Action != "draft" || l.Object != "case" || l.Result != "done" {
		t.Errorf("%+v", l)
	}
	if len(l.Before) != 64 || len(l.After) != 64 || l.Before == l.After || l.Before != rung.After {
		t.Errorf("hashes: before %s, after %s; the rung's after %s", l.Before, l.After, rung.After)
	}
	if time.Since(l.At) > time.Minute {
		t.Errorf("the log bears the congress's clock: %s", l.At)
	}
}

// An escalation that the bell has said before the case woke for it is on record too, when an answer comes in between.
func TestWhatTheBellSaidIsProved(t *testing.T) {
	ctx, r, d, now, s, write := underWay(t)
	key := "plan/" + d.Units[0] + "#1"
	s.Seq, s.Open = 1, []*schemas.Open{{Stage: schemas.Stage{Key: key, Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: "plan", Anchor: "T0"}}}}}
	s.Apply(write(schemas.Entry{}))
	i := slices.IndexFunc(s.Open[0].Rungs, func(g schemas.Rung) bool { return g.Level == "L3" })
	before, rung := s.Open[0].Rungs[i-1], s.Open[0].Rungs[i]
	*now, s.Seq = before.At, 2
	s.Apply(write(schemas.Entry{Woke: before.At}))
	*now = rung.At.Add(time.Second)
	must[int](t)(r.Ring(ctx))
	act := schemas.Act{ID: "token-2", Key: key, Role: schemas.UnitHead, Unit: d.Units[0], Person: d.People["unh-jia"], At: rung.At.Add(time.Minute)}
	*now, s.Seq = act.At, 3
	s.Take(act)
	for range 2 {
		write(schemas.Entry{Acts: []schemas.Act{act}, Quiet: rung.At})
	}
	said := 0
	for _, l := range must[[]register.Line](t)(r.Lines(ctx, d.Congress, register.LineFilter{ObjectID: s.Case}, 100)) {
		if l.Name == "系统" && strings.Contains(l.Reason, schemas.LevelName("L3")) {
			said++
		}
	}
	var level, climbed string
	if err := r.Pool().QueryRow(ctx, "select s.level, j.climbed::text from stages s join journal j on j.case_id = s.case_id where s.case_id = $1 and s.key = $2 and j.seq = 3", s.Case, key).Scan(&level, &climbed); err != nil {
		t.Fatal(err)
	}
	if said != 1 || level != "L3" || !strings.Contains(climbed, `"L3"`) {
		t.Errorf("%d lines, level %q, climbed %s", said, level, climbed)
	}
}

func TestTextsFromOutside(t *testing.T) {
	a := newAudited(t)
	long := strings.Repeat("长", 1000)
	if err := a.Audit(t.Context(), register.Line{Congress: a.congress, Terminal: long, ObjectID: "a\x00b\xff", Reason: long, Result: "failed"}); err != nil {
		t.Fatal(err)
	}
	l := must[[]register.Line](t)(a.Lines(t.Context(), a.congress, register.LineFilter{}, 1))[0]
	if len([]rune(l.Terminal)) != 200 || l.ObjectID != "a?b?" || len([]rune(l.Reason)) != 500 {
		t.Errorf("%+v", l)
	}
}

// An older schema, or none, is told from a register that is away.
func TestSchemaOld(t *testing.T) {
	a := newAudited(t)
	if err := a.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := a.owner.Exec(t.Context(), "drop table goose_db_version"); err != nil {
		t.Fatal(err)
	}
	refused(t, "SchemaOld", a.Ready(t.Context()))
}
