package worker

import (
	"context"
	"errors"
	"fmt"

	"bihuan/activities/intake"
	"bihuan/workflows"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Replayer has every workflow under the name that histories carry, and opens what they carry.
func Replayer(sealed converter.DataConverter, between ...interceptor.WorkerInterceptor) (worker.WorkflowReplayer, error) {
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: sealed, Interceptors: between})
	if err != nil {
		return nil, err
	}
	for name, procedure := range workflows.Procedures {
		r.RegisterWorkflowWithOptions(procedure, workflow.RegisterOptions{Name: name})
	}
	return r, nil
}

// History reads the whole history of a case's present run.
func History(ctx context.Context, c client.Client, caseID string) (*history.History, error) {
	h := &history.History{}
	for it := c.GetWorkflowHistory(ctx, intake.WorkflowID(caseID), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		ev, err := it.Next()
		if err != nil {
			return nil, err
		}
		h.Events = append(h.Events, ev)
	}
	return h, nil
}

// Replay replays the cases against this program and returns how many it replayed; a mismatch must stop a roll-out. A case
// without a history is passed over: the intake starts it anew.
func Replay(ctx context.Context, c client.Client, sealed converter.DataConverter, caseIDs []string) (n int, err error) {
	replayer, err := Replayer(sealed)
	if err != nil {
		return 0, err
	}
	for _, id := range caseIDs {
		h, e := History(ctx, c, id)
		var missing *serviceerror.NotFound
		if errors.As(e, &missing) {
			continue
		}
		if e == nil {
			e = replayer.ReplayWorkflowHistory(nil, h)
		}
		if e != nil {
			err = errors.Join(err, fmt.Errorf("事项 %s：%w", id, e))
			continue
		}
		n++
	}
	return n, err
}
