package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
	"bihuan/worker"

	"github.com/jackc/pgx/v5"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
)

// engine is the real one that TEMPORAL_ADDRESS names, with a worker over a register of the test's own. The namespace is its own too: a
// worker takes up whatever waits on the queue, and what another test has left there holds its cases up for half a minute.
type engine struct {
	reg       *register.Register
	desk      *intake.Desk
	client    client.Client
	namespace string
	stop      func()        // its worker
	logged    *bytes.Buffer // what worker and desk said; to be read once the worker has stopped
}

func newEngine(t *testing.T) engine {
	t.Helper()
	namespace := ownNamespace(t)
	logged := &bytes.Buffer{}
	log := slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Namespace: namespace, Logger: sdklog.NewStructuredLogger(log)})
	if err != nil {
		t.Fatal(err)
	}
	reg := registertest.New(t)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	w := worker.Worker{Register: reg, Temporal: c, Log: log, Sender: &notices.Sender{Register: reg, Log: log}}
	go func() { done <- w.Run(ctx) }()
	var once sync.Once
	e := engine{reg: reg, desk: &intake.Desk{Register: reg, Temporal: c, Log: log}, client: c, namespace: namespace, logged: logged}
	e.stop = func() {
		once.Do(func() {
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() {
		e.recordHistories(t)
		e.stop()
		c.Close()
	})
	return e
}

// ownNamespace is one where nobody else's workflows run.
func ownNamespace(t *testing.T) string {
	t.Helper()
	if os.Getenv("TEMPORAL_ADDRESS") == "" {
		t.Fatal("TEMPORAL_ADDRESS is not set: run through make test")
	}
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	name := "test-" + register.NewID()
	_, err = c.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the namespace is known", func() bool {
		_, err := c.WorkflowService().CountWorkflowExecutions(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: name})
		return err == nil
	})
	return name
}

// recordHistories keeps, for make histories, the longest history of each procedure that the test has made, and the shortest of each rare
// thing that befell a case.
func (e engine) recordHistories(t *testing.T) {
	folder := os.Getenv("RECORD_HISTORIES")
	if folder == "" || t.Failed() {
		return
	}
	ctx := context.Background()
	rows, err := e.reg.Pool().Query(ctx, "select id::text, procedure from cases")
	if err != nil {
		t.Fatal(err)
	}
	type made struct{ ID, Procedure string }
	cases, err := pgx.CollectRows(rows, pgx.RowToStructByPos[made])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		state, err := e.reg.State(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		h, err := worker.History(ctx, e.client, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		b, err := protojson.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		keep := func(name string, better func(size int64) bool) {
			file := filepath.Join(folder, name+"-"+time.Now().Format("20060102")+".json")
			if was, err := os.Stat(file); err == nil && !better(was.Size()) {
				return
			}
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		keep(c.Procedure, func(size int64) bool { return int64(len(b)) > size })
		for _, name := range befell(h, &state) {
			keep(name, func(size int64) bool { return int64(len(b)) < size })
		}
	}
}

// befell names the rare things in a history: a correction, a Record that had to be patient, an update that is no act of a person.
func befell(h *history.History, state *schemas.State) (names []string) {
	if state.Corrections() > 0 {
		names = append(names, "corrected")
	}
	for _, ev := range h.Events {
		if ev.GetActivityTaskScheduledEventAttributes() != nil {
			names = append(names, "patient")
		}
		if name := ev.GetWorkflowExecutionUpdateAcceptedEventAttributes().GetAcceptedRequest().GetInput().GetName(); name != "" && name != schemas.UpdateAct {
			names = append(names, name)
		}
	}
	return names
}

// The cycle runs by its own timers, on a clock that lets half a year pass in a quarter of a minute.
const cycleRate = 1_000_000

var cycleBegins = time.Date(2023, 1, 9, 9, 0, 0, 0, schemas.Shanghai)

// A full cycle of one opinion on the real engine costs at most 1.1 workflow tasks and 8 history events a stimulus.
func TestFullCycleCost(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	data, err := readDemo()
	if err != nil {
		t.Fatal(err)
	}
	d, err := data.found(ctx, e.reg, "测算区人大常委会", schemas.Pace{Real: time.Now(), Virtual: cycleBegins, Rate: cycleRate, Held: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{reg: e.reg, desk: e.desk, congress: d.congress, rate: cycleRate}
	s := &script{p: p, d: d, calendar: schemas.BuiltinCalendar(), o: data.Opinions[0]}
	s.course(courses[0])
	last := time.Date(2023, 6, 1, 10, 0, 0, 0, schemas.Shanghai)
	s.at(last, "office", schemas.ActIn{Stage: "archive"})
	if err := p.play(ctx, s.cues, last.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	st, err := e.reg.State(ctx, s.caseID)
	if err != nil || st.Outcome != "archived" {
		t.Fatalf("the case ended %q, %v", st.Outcome, err)
	}
	journal, err := e.reg.Journal(ctx, s.caseID)
	if err != nil {
		t.Fatal(err)
	}
	stimuli := 0
	for _, l := range journal {
		var acts []schemas.Act
		var climbed []schemas.Climbed
		_ = json.Unmarshal([]byte(l.Acts), &acts)
		_ = json.Unmarshal([]byte(l.Climbed), &climbed)
		stimuli += len(acts)
		woke := map[time.Time]bool{}
		for _, c := range climbed {
			if c.Level != schemas.LevelNew && c.Level != schemas.LevelMoved {
				woke[c.At] = true
			}
		}
		stimuli += len(woke)
	}
	h, err := worker.History(ctx, e.client, s.caseID)
	if err != nil {
		t.Fatal(err)
	}
	events, tasks := len(h.Events), 0
	for _, ev := range h.Events {
		if ev.GetEventType() == enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			tasks++
		}
	}
	replayer, err := worker.Replayer(converter.GetDefaultDataConverter())
	if err != nil {
		t.Fatal(err)
	}
	if err := replayer.ReplayWorkflowHistory(nil, h); err != nil {
		t.Error(err)
	}
	perTask, perEvent := float64(tasks)/float64(stimuli), float64(events)/float64(stimuli)
	t.Logf("%d stimuli in %d Records: %d workflow tasks (%.2f each), %d events (%.2f each)", stimuli, len(journal), tasks, perTask, events, perEvent)
	if perTask > 1.1 || perEvent > 8 {
		t.Errorf("%.2f workflow tasks and %.2f events a stimulus; 1.1 and 8 are allowed", perTask, perEvent)
	}
}
