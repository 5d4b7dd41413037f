package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
	"bihuan/worker"
)

// Each fault that the observer exists for is found on the real stack, by the doctor and by what the metrics are made of, and is gone
// from both once it is mended.
func TestObserverFindsFaults(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	s, err := e.desk.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	o := worker.Observer{Register: e.reg, Temporal: e.client}
	doctor := func() (string, error) {
		var said bytes.Buffer
		err := diagnose(ctx, o, &said)
		return said.String(), err
	}
	healthy := func(when string) {
		t.Helper()
		var said string
		eventually(t, "healthy "+when, func() bool { said, err = doctor(); return err == nil })
		if seen := o.Observe(ctx, time.Hour); seen.Register[0].Unsaid+seen.Register[0].Outbox+seen.Register[0].Intake+seen.Register[0].Audit != 0 || strings.Contains(said, "到点未发：") {
			t.Errorf("%s: %+v\n%s", when, seen.Register[0], said)
		}
	}
	do := func(sql string, args ...any) {
		t.Helper()
		if tag, err := e.reg.Pool().Exec(ctx, sql, args...); err != nil || tag.RowsAffected() == 0 {
			t.Fatal(sql, tag, err)
		}
	}
	healthy("at first")

	e.stop() // the bell would say it at once, and the desk would bring the workflow back
	do(`insert into rungs (congress, case_id, stage, rev, level, at, effect, roles)
		values ($1, $2, 'draft#1', 99, 'L0', now() - interval '3 minutes', '', '{}')`, d.Congress, s.Case)
	said, err := doctor()
	if h := o.Observe(ctx, time.Hour).Register[0]; h.Unsaid != 1 || h.UnsaidAge < 3*time.Minute || h.UnsaidAge > 4*time.Minute {
		t.Errorf("an unsaid rung: %+v", h)
	}
	if err == nil || !strings.Contains(said, "到点未发：测审〔2026〕1号") || !strings.Contains(said, "到点未发的提醒 1 条") {
		t.Errorf("an unsaid rung: %v\n%s", err, said)
	}
	if _, err := e.reg.Ring(ctx); err != nil {
		t.Fatal(err)
	}
	healthy("after the bell")

	do(`update outbox set sent_at = null, entered_at = now() - interval '2 hours', after = now() + interval '30 minutes'`)
	said, err = doctor()
	if h := o.Observe(ctx, time.Hour).Register[0]; h.Outbox == 0 || h.OutboxAge < 2*time.Hour {
		t.Errorf("a stuck mail, though it is tried again and again: %+v", h)
	}
	if err != nil || strings.Contains(said, "滞留的邮件 0 封") || !strings.Contains(said, "邮件 2小时0分") {
		t.Errorf("a stuck mail is told and is no failure: %v\n%s", err, said)
	}
	do(`update outbox set sent_at = now()`)
	healthy("after the mail left")

	if err := e.client.TerminateWorkflow(ctx, intake.WorkflowID(s.Case), "", "a fault for the test"); err != nil {
		t.Fatal(err)
	}
	said, err = doctor()
	if err == nil || !strings.Contains(said, "没有运行中的流程："+s.Case) {
		t.Errorf("a terminated workflow: %v\n%s", err, said)
	}
	if err := restart(ctx, base{reg: e.reg, engine: e.client, log: e.desk.Log}); err != nil {
		t.Fatal(err)
	}
	healthy("after reconciling")
	if said, _ := doctor(); !strings.Contains(said, "在办事项 1 件，运行中的流程 1 个") {
		t.Error(said)
	}
	t.Log(doctor())
}
