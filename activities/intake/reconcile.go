package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"bihuan/activities/register"
	"bihuan/schemas"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/temporal"
)

// Reconciled says what Reconcile found and mended.
type Reconciled struct {
	Open     int // open cases of the register
	Started  int // of them had no workflow and have one now
	Restored int // of them had a workflow of another backup, which went on from the register's state
	Strays   int // workflows ended whose case the register does not know
}

// Reconcile makes the engine agree with the register after either was restored from a backup, or lost. The register is the record:
// a case without a workflow gets one, a workflow that knows more or less than the register goes on from the register's state, a
// workflow without a case is ended. It may be repeated and broken off at any point, and disturbs nobody at work. What it could not
// mend is in the error.
func (d *Desk) Reconcile(ctx context.Context) (r Reconciled, err error) {
	open, err := d.Register.OpenCases(ctx)
	if err != nil {
		return r, err
	}
	r.Open = len(open)
	var mu sync.Mutex
	failed := func(id string, e error) { err = errors.Join(err, fmt.Errorf("事项 %s：%w", id, e)) }
	sideBySide(open, func(id string) {
		started, restored, e := d.agree(ctx, id)
		mu.Lock()
		defer mu.Unlock()
		if started {
			r.Started++
		}
		if restored {
			r.Restored++
		}
		if e != nil {
			failed(id, e)
		}
	})
	running, e := d.running(ctx)
	if e != nil {
		return r, errors.Join(err, e)
	}
	known := map[string]bool{}
	for _, id := range open {
		known[id] = true
	}
	for _, id := range running {
		if known[id] {
			continue
		}
		ended, e := d.endStray(ctx, id)
		if ended {
			r.Strays++
		}
		if e != nil {
			failed(id, e)
		}
	}
	return r, err
}

// agree has a case's workflow look at the clock, by which it meets the register; one that has none is started.
func (d *Desk) agree(ctx context.Context, id string) (started, restored bool, err error) {
	err = d.wake(ctx, id, register.NewID())
	var app *temporal.ApplicationError
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &app) && app.Type() == schemas.CodeAgain:
		return false, true, nil
	case errors.As(err, &missing):
		return true, false, d.begin(ctx, id)
	}
	return false, false, err
}

// running are the cases that the engine's list says have a live workflow.
func (d *Desk) running(ctx context.Context) (ids []string, err error) {
	for page := []byte(nil); ; {
		got, err := d.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{PageSize: 1000, NextPageToken: page,
			Query: "ExecutionStatus = 'Running'"})
		if err != nil {
			return ids, err
		}
		for _, w := range got.GetExecutions() {
			if id, is := strings.CutPrefix(w.GetExecution().GetWorkflowId(), WorkflowID("")); is {
				ids = append(ids, id)
			}
		}
		if page = got.GetNextPageToken(); len(page) == 0 {
			return ids, nil
		}
	}
}

// endStray ends a workflow whose case the register has not, or has as settled: one filed or settled between the two backups.
func (d *Desk) endStray(ctx context.Context, id string) (ended bool, err error) {
	s, err := d.Register.State(ctx, id)
	var refusal *schemas.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == "NotFound":
	case err != nil || s.Outcome == "": // filed since the open cases were listed
		return false, err
	}
	err = d.Temporal.TerminateWorkflow(ctx, WorkflowID(id), "", "the register has no open case of this id")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return false, nil
	}
	return err == nil, err
}
