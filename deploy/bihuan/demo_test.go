package main

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
	"bihuan/worker"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"
)

// The demo district, played through the real engine, shows the figures of spec part 8 to the second decimal.
func TestDemoShowsTheFiguresOfTheSpecification(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	if err := playDemo(ctx, e.reg, e.desk); err != nil {
		t.Fatal(err)
	}
	cs, err := e.reg.Congresses(ctx)
	if err != nil || len(cs) != 1 {
		t.Fatal(cs, err)
	}
	suggestionFigures(t, e.reg, cs[0].ID)
	opinionFigures(t, e.reg, cs[0].ID)
	if rows := registertest.Suggestions(t, e.reg, cs[0].ID); len(rows) != 204 {
		t.Errorf("%d suggestions", len(rows))
	}
	open, err := e.reg.OpenCases(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range open { // wakes nobody: each has a live workflow
		if err := e.desk.WakeAll(ctx, []string{id}); err != nil {
			t.Errorf("case %s: %v", id, err)
		}
	}
	e.stop()
	namesStayInTheRegister(t, e, cs[0].ID)
}

// namesStayInTheRegister looks for every name, address, title and text of the demo in every history and description that the
// engine keeps of its cases, and in all that worker and desk logged.
func namesStayInTheRegister(t *testing.T, e engine, congress string) {
	t.Helper()
	ctx := context.Background()
	rows, err := e.reg.Pool().Query(ctx, `select name from accounts where congress = $1 union select email from accounts where congress = $1
		union select name from units where congress = $1 union select number from cases where congress = $1 union select title from cases where congress = $1
		union select body from cases where congress = $1 union select problem from items where congress = $1 union select demand from suggestions where congress = $1`, congress)
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(secrets) < 1000 {
		t.Fatal(len(secrets), err)
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	rows, err = e.reg.Pool().Query(ctx, "select id::text from cases where congress = $1", congress)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, id := range cases {
		h, err := worker.History(ctx, e.client, id)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.client.DescribeWorkflowExecution(ctx, intake.WorkflowID(id), "")
		if err != nil {
			t.Fatal(err)
		}
		kept := []byte{}
		for _, m := range []proto.Message{h, d} {
			if kept, err = (proto.MarshalOptions{}).MarshalAppend(kept, m); err != nil {
				t.Fatal(err)
			}
		}
		size += len(kept)
		for _, s := range secrets {
			if bytes.Contains(kept, []byte(s)) {
				t.Errorf("case %s: the engine knows %q", id, s)
			}
		}
	}
	for _, s := range secrets {
		if bytes.Contains(e.logged.Bytes(), []byte(s)) {
			t.Errorf("the log knows %q", s)
		}
	}
	t.Logf("%d personal data and texts looked for in %d histories, %d KB, and %d KB of log", len(secrets), len(cases), size>>10, e.logged.Len()>>10)
}

func suggestionFigures(t *testing.T, reg *register.Register, congress string) {
	t.Helper()
	lines, err := reg.Ledger(context.Background(), congress, time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, n := range schemas.Numbers(lines, demoReference) {
		got[n.Code] = n.Text
	}
	for code, want := range map[string]string{"answered": "100.00%（200/200）", "timely": "98.50%（197/200）", "class-a": "56.00%（112/200）", "class-b": "34.00%（68/200）",
		"class-c": "10.00%（20/200）", "met": "98.00%（196/200）", "satisfied": "91.50%（183/200）", "basically": "98.00%（196/200）", "feedback": "100.00%（200/200）",
		"redone": "2.00%（4/200）", "redone-satisfied": "75.00%（3/4）", "final-dissatisfied": "1件", "extended": "14.50%（29/200）", "returned": "4.31%（9/209）",
		"stable": "66.50%（133/200）"} { // 112 A and 21 of the B
		if got[code] != want {
			t.Errorf("%s is %s, not %s", code, got[code], want)
		}
	}
	asked, joint, key := 0, map[string]bool{}, map[string]bool{}
	turned := 0
	for _, l := range lines {
		asked += l.Asked
		if l.Capacity == "joint" {
			joint[l.Case] = true
		}
		if l.Key {
			key[l.Case] = true
		}
		if !l.TurnedA.IsZero() && l.Class == "B" {
			turned++
		}
	}
	if asked != 14 || len(joint) != 58 || len(key) != 7 || turned != 21 {
		t.Errorf("退办 asked %d, with co-handlers %d, key %d, B turned A %d; want 14, 58, 7, 21", asked, len(joint), len(key), turned)
	}
}

func opinionFigures(t *testing.T, reg *register.Register, congress string) {
	t.Helper()
	cases, err := reg.Cases(context.Background(), congress, "opinion")
	if err != nil {
		t.Fatal(err)
	}
	handedLate, plansLate, items, closed := 0, 0, 0, 0
	for _, c := range cases {
		s, err := reg.State(context.Background(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if s.Facts["handover"].Late() {
			handedLate++
		}
		for key, f := range s.Facts {
			if schemas.Kind(key) == "plan" && key[len(key)-2:] == "#1" && f.Late() {
				plansLate++
			}
		}
		its, err := reg.Items(context.Background(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range its {
			items++
			if !i.ClosedAt.IsZero() {
				closed++
			}
		}
	}
	if len(cases) != 17 || handedLate != 1 || plansLate != 2 || items != 68 || closed != 23 {
		t.Errorf("opinions %d, handed over late %d, plans late %d, items %d, closed %d; want 17, 1, 2, 68, 23", len(cases), handedLate, plansLate, items, closed)
	}
}
