package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
	"bihuan/worker"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// Each fault that the observer exists for is found on the real stack, by the doctor and by the metrics, and is gone from both once it
// is mended.
func TestObserverFindsFaults(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, "")
	if err := e.reg.ChooseCarriage(ctx, d.Congress, d.People["ofc"], "duty", true); err != nil { // so that there is a message
		t.Fatal(err)
	}
	s, err := e.desk.File(ctx, d.Filing("测审〔2026〕1号", time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	o := worker.Observer{Register: e.reg, Temporal: e.client, Namespace: e.namespace}
	doctor := func() (string, error) {
		var said bytes.Buffer
		err := diagnose(ctx, o, &said)
		return said.String(), err
	}
	do := func(sql string, args ...any) {
		t.Helper()
		if tag, err := e.reg.Pool().Exec(ctx, sql, args...); err != nil || tag.RowsAffected() == 0 {
			t.Fatal(sql, tag, err)
		}
	}
	faults := []string{"rungs_unsaid", "outbox_stuck", "intake_stuck", "audit_unlinked", "cases_overslept", "cases_without_workflow"}
	healthy := func(when string) {
		t.Helper()
		var said string
		eventually(t, "healthy "+when, func() bool {
			shown := metricsOf(t, o)
			for _, name := range faults {
				if shown[name] != 0 {
					return false
				}
			}
			said, err = doctor()
			return err == nil && shown["register_up"] == 1 && shown["engine_up"] == 1
		})
		if strings.Contains(said, "到点未发：") || !strings.Contains(said, "在办事项 1 件，运行中的流程 1 个") {
			t.Errorf("%s:\n%s", when, said)
		}
	}
	healthy("at first")
	eventually(t, "a message waits", func() bool {
		rows, _, err := e.reg.Posted(ctx, d.Congress, register.Mail, true, nil, 9)
		return err == nil && len(rows) > 0
	})
	e.stop() // the bell would say it at once, and the desk would bring the workflow back

	do(`insert into rungs (congress, case_id, stage, rev, level, at, effect, roles)
		values ($1, $2, 'draft#1', 99, 'L0', now() - interval '3 minutes', '', '{}')`, d.Congress, s.Case)
	said, err := doctor()
	if shown := metricsOf(t, o); shown["rungs_unsaid"] != 1 || shown["rungs_unsaid_oldest_seconds"] < 180 || shown["rungs_unsaid_oldest_seconds"] > 240 {
		t.Errorf("an unsaid rung: %v", shown)
	}
	if err == nil || !strings.Contains(said, "到点未发：测审〔2026〕1号，环节 draft#1，等级 L0，已过 3分") || !strings.Contains(said, "到点未发的提醒 1 条") {
		t.Errorf("an unsaid rung: %v\n%s", err, said)
	}
	if _, err := e.reg.Ring(ctx); err != nil {
		t.Fatal(err)
	}
	healthy("after the bell")

	do(`update dispatches set sent_at = null, entered_at = now() - interval '2 hours', after = now() + interval '30 minutes'`)
	said, err = doctor()
	if shown := metricsOf(t, o); shown["outbox_stuck"] == 0 || shown["outbox_oldest_seconds"] < 7200 {
		t.Errorf("a stuck mail, though it is tried again and again: %v", shown)
	}
	if err != nil || strings.Contains(said, "滞留的消息 0 封") || !strings.Contains(said, "消息 2小时0分") || !strings.Contains(said, "渠道 mail：") {
		t.Errorf("a stuck mail is told and is no failure: %v\n%s", err, said)
	}
	do(`update dispatches set sent_at = now()`)
	healthy("after the mail left")

	do(`insert into intake (token, congress, case_id, stage, account, act, received_at, entered_at) values ('stuck', $1, $2, 'x', $3, '{}', now(), now() - interval '5 minutes')`,
		d.Congress, s.Case, d.People["cmt"])
	if said, err = doctor(); err == nil || metricsOf(t, o)["intake_stuck"] != 1 || metricsOf(t, o)["intake_oldest_seconds"] < 300 {
		t.Errorf("a stuck act: %v\n%s", err, said)
	}
	do(`update intake set outcome = 'refused' where token = 'stuck'`)
	do(`update cases set next = now() - interval '10 minutes'`)
	if shown := metricsOf(t, o); shown["cases_overslept"] != 1 || shown["cases_overslept_oldest_seconds"] < 600 {
		t.Errorf("a case that overslept: %v", shown)
	}
	if said, err = doctor(); err == nil {
		t.Errorf("a case that overslept is healthy:\n%s", said)
	}
	do(`update cases set next = now() + interval '10 days'`)
	healthy("after the act and the timer")

	if err := e.client.TerminateWorkflow(ctx, intake.WorkflowID(s.Case), "", "a fault for the test"); err != nil {
		t.Fatal(err)
	}
	said, err = doctor()
	if err == nil || !strings.Contains(said, "没有运行中的流程："+s.Case) {
		t.Errorf("a terminated workflow: %v\n%s", err, said)
	}
	eventually(t, "the metrics miss the workflow", func() bool { return metricsOf(t, o)["cases_without_workflow"] == 1 })
	if r, err := e.desk.Reconcile(ctx); err != nil || r.Started != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	healthy("after reconciling")
	engineAway(t, o)
	registerAway(t, o)
}

// registerAway looks with a register that does not answer.
func registerAway(t *testing.T, o worker.Observer) {
	t.Helper()
	reg, err := register.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	defer reg.Close()
	o.Register = reg
	shown := metricsOf(t, o)
	_, open := shown["cases_open"]
	_, unattended := shown["cases_without_workflow"]
	if open || unattended || shown["register_up"] != 0 || shown["engine_up"] != 1 || shown["workflows_running"] != 1 {
		t.Errorf("with the register away: %v", shown)
	}
	if err := diagnose(t.Context(), o, io.Discard); err == nil {
		t.Error("the doctor is content without a register")
	}
}

// engineAway looks with an engine that does not answer: its numbers are missing, the register's are there.
func engineAway(t *testing.T, o worker.Observer) {
	t.Helper()
	c, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	o.Temporal = c
	begun, shown := time.Now(), metricsOf(t, o)
	_, counted := shown["workflows_running"]
	if _, queues := shown["task_queue_backlog"]; counted || queues || shown["engine_up"] != 0 || shown["register_up"] != 1 || shown["cases_open"] != 1 || time.Since(begun) > 8*time.Second {
		t.Errorf("with the engine away, after %s: %v", time.Since(begun), shown)
	}
	var said bytes.Buffer
	if err := diagnose(t.Context(), o, &said); err == nil || !strings.Contains(said.String(), "流程引擎没有应答") || !strings.Contains(said.String(), "到点未发的提醒 0 条") {
		t.Errorf("%v\n%s", err, &said)
	}
}

// metricsOf are the values that a scrape shows now, without bihuan_, of the formal congresses and of the workflows' queue.
func metricsOf(t *testing.T, o worker.Observer) map[string]float64 {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(&observed{observer: o, log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			if len(m.Label) == 0 || m.Label[0].GetValue() == "false" || m.Label[0].GetValue() == "workflow" {
				values[strings.TrimPrefix(f.GetName(), "bihuan_")] = m.GetGauge().GetValue()
			}
		}
	}
	return values
}
