package worker

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

type (
	// Observer (观察) tells what should have happened and has not: of the register by plain SQL, which needs no Temporal, and of the
	// engine by its public interfaces. It changes nothing; any number may look.
	Observer struct {
		Register  *register.Register
		Temporal  client.Client
		Namespace string // empty: default
	}
	// Observation is one look. The part of whoever is away is missing.
	Observation struct {
		Register    []register.Health // the formal congresses, the rehearsals; nil: the register is away
		RegisterErr error
		Engine      *Engine // nil: the engine is away
		EngineErr   error
	}
	// Engine is what Temporal says of our work.
	Engine struct {
		Running    int64 // workflows, as its visibility has them: some seconds behind
		Workflow   Queue // tasks of workflows, without those kept for a certain worker (sticky)
		Activity   Queue
		RunningErr error // its visibility does not answer: Running is missing
		QueueErr   error // its queues are not known: Workflow and Activity are missing
	}
	// Queue is what waits for a worker, approximately.
	Queue struct {
		Backlog int64
		Age     time.Duration // of the oldest that waits
		Pollers int
	}
)

// glance is how long the engine may take to answer.
const glance = 5 * time.Second

// Observe looks once. Back is how far from its last link the audit log is looked at.
func (o Observer) Observe(ctx context.Context, back time.Duration) (seen Observation) {
	var both sync.WaitGroup
	both.Go(func() { seen.Register, seen.RegisterErr = o.Register.Health(ctx, back) })
	both.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, glance)
		defer cancel()
		seen.Engine, seen.EngineErr = o.engine(ctx)
	})
	both.Wait()
	return seen
}

// Err is what kept the observer from seeing everything.
func (s Observation) Err() error {
	if s.Engine == nil {
		return errors.Join(s.RegisterErr, s.EngineErr)
	}
	return errors.Join(s.RegisterErr, s.Engine.RunningErr, s.Engine.QueueErr)
}

func (o Observer) engine(ctx context.Context) (*Engine, error) {
	if _, err := o.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return nil, err
	}
	e := &Engine{}
	var count *workflowservice.CountWorkflowExecutionsResponse
	count, e.RunningErr = o.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: `ExecutionStatus = "Running"`})
	e.Running = count.GetCount()
	e.Workflow, e.QueueErr = o.queue(ctx, enums.TASK_QUEUE_TYPE_WORKFLOW)
	if e.QueueErr == nil {
		e.Activity, e.QueueErr = o.queue(ctx, enums.TASK_QUEUE_TYPE_ACTIVITY)
	}
	return e, nil
}

func (o Observer) queue(ctx context.Context, kind enums.TaskQueueType) (Queue, error) {
	told, err := o.describe(ctx, kind)
	return Queue{Backlog: told.GetStats().GetApproximateBacklogCount(), Age: told.GetStats().GetApproximateBacklogAge().AsDuration(), Pollers: len(told.GetPollers())}, err
}

func (o Observer) describe(ctx context.Context, kind enums.TaskQueueType) (*workflowservice.DescribeTaskQueueResponse, error) {
	return o.Temporal.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: cmp.Or(o.Namespace, client.DefaultNamespace), TaskQueue: &taskqueue.TaskQueue{Name: schemas.TaskQueue}, TaskQueueType: kind, ReportStats: true})
}

// lately is a little more than a worker waits for work before it asks again.
const lately = 75 * time.Second

// Polls is nil when the worker of that identity has lately asked for tasks of workflows. Code: NoWork; else the engine is away.
func (o Observer) Polls(ctx context.Context, identity string) error {
	told, err := o.describe(ctx, enums.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return err
	}
	for _, p := range told.GetPollers() {
		if p.GetIdentity() == identity && time.Since(p.GetLastAccessTime().AsTime()) < lately {
			return nil
		}
	}
	return schemas.Refuse("NoWork", "工作进程还没有向流程引擎要过任务")
}

// Lost are the ids of the open cases without a live workflow, and how many cases are open. It asks the engine for each of them, and
// ends at the first that it gives no answer for.
func (o Observer) Lost(ctx context.Context) (lost []string, open int, err error) {
	ids, err := o.Register.OpenCases(ctx)
	if err != nil {
		return nil, 0, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var mu sync.Mutex
	var hands sync.WaitGroup
	queue := make(chan string)
	for range askers {
		hands.Go(func() {
			for id := range queue {
				gone, err := o.lost(ctx, id)
				if err != nil {
					stop(err)
				}
				if gone {
					mu.Lock()
					lost = append(lost, id)
					mu.Unlock()
				}
			}
		})
	}
	for _, id := range ids {
		queue <- id
	}
	close(queue)
	hands.Wait()
	slices.Sort(lost) // ids are in the order of making
	return lost, len(ids), context.Cause(ctx)
}

// askers is how many cases are asked for side by side.
const askers = 32

func (o Observer) lost(ctx context.Context, id string) (bool, error) {
	told, err := o.Temporal.DescribeWorkflowExecution(ctx, intake.WorkflowID(id), "")
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &missing):
	case err != nil:
		return false, err
	case told.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return false, nil
	}
	s, err := o.Register.State(ctx, id) // it may have ended meanwhile
	return err == nil && s.Outcome == "", err
}
