package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"bihuan/worker"

	"github.com/jackc/pgx/v5/pgxpool"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

const (
	bareQueue = "bihuan-bench-bare"
	bareAct   = "act"
)

type (
	// bareCase is what the bare workflow is told: when to hold which timer. It knows nothing of its matter.
	bareCase struct {
		Arms []bareArm `json:"arms"`
		Row  bool      `json:"row"` // each stimulus writes one row; otherwise its activity is empty
	}
	// bareArm is a timer held from when so many stimuli have been recorded until it fires or another takes its place.
	bareArm struct {
		After int           `json:"after"`
		For   time.Duration `json:"for"`
	}
	// bareAction is an act; the last one ends the case.
	bareAction struct {
		ID   string `json:"id"`
		Last bool   `json:"last,omitempty"`
	}
)

// bareWorkflow is the least that a durable case must do: updates that return once recorded, one timer, one local
// activity for each stimulus.
func bareWorkflow(ctx workflow.Context, in bareCase) error {
	asked, done, next, last := 0, 0, 0, false
	if err := workflow.SetUpdateHandler(ctx, bareAct, func(ctx workflow.Context, a bareAction) error {
		asked++
		mine := asked
		last = last || a.Last
		return workflow.Await(ctx, func() bool { return done >= mine })
	}); err != nil {
		return err
	}
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: 5 * time.Second, StartToCloseTimeout: 3 * time.Second})
	var rung workflow.Future
	var stop workflow.CancelFunc
	for stimuli := 0; ; {
		for ; next < len(in.Arms) && in.Arms[next].After <= stimuli; next++ {
			if stop != nil {
				stop()
			}
			var timed workflow.Context
			timed, stop = workflow.WithCancel(ctx)
			rung = workflow.NewTimer(timed, in.Arms[next].For)
		}
		if err := workflow.Await(ctx, func() bool { return asked > done || rung != nil && rung.IsReady() }); err != nil {
			return err
		}
		rang := rung != nil && rung.IsReady()
		if rang {
			rung, stop = nil, nil
		}
		acts := asked - done
		if err := workflow.ExecuteLocalActivity(local, "Bare", in.Row).Get(ctx, nil); err != nil {
			return err
		}
		stimuli, done = stimuli+acts, done+acts
		if rang {
			stimuli++
		}
		if last && asked == done {
			return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
		}
	}
}

// workBare is the bare worker, polling as the product's does. It says ten times a second how many activities it has run.
func workBare(ctx context.Context, engine client.Client, database string) error {
	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	var ran atomic.Int64
	w := sdk.New(engine, bareQueue, worker.Options())
	w.RegisterWorkflowWithOptions(bareWorkflow, workflow.RegisterOptions{Name: "Bare"})
	w.RegisterActivityWithOptions(func(ctx context.Context, row bool) error {
		defer ran.Add(1)
		if !row {
			return nil
		}
		_, err := pool.Exec(ctx, "insert into bare (at) values (now())")
		return err
	}, activity.RegisterOptions{Name: "Bare"})
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	for {
		if _, err := fmt.Fprintln(os.Stdout, ran.Load()); err != nil {
			return err
		}
		if sleep(ctx, 100*time.Millisecond) != nil {
			return nil
		}
	}
}

func startBare(ctx context.Context, engine client.Client, id string, in bareCase) error {
	_, err := engine.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: bareQueue, WorkflowTaskTimeout: 10 * time.Second,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL, WorkflowExecutionErrorWhenAlreadyStarted: true}, "Bare", in)
	return err
}

// actBare sends an act; one that met a failed workflow task is sent again under its id, as the desk does.
func actBare(ctx context.Context, engine client.Client, id string, a bareAction) (err error) {
	for range 4 {
		var h client.WorkflowUpdateHandle
		if h, err = engine.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: id, UpdateName: bareAct, UpdateID: a.ID, Args: []any{a},
			WaitForStage: client.WorkflowUpdateStageCompleted}); err == nil {
			err = h.Get(ctx, nil)
		}
		var gone *serviceerror.NotFound
		if err == nil || a.Last && errors.As(err, &gone) {
			return nil
		}
	}
	return err
}
