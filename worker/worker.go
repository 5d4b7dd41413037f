// Package worker registers the workflows and activities and runs them, with the loops that need no Temporal:
// the bell, the digests, the outbox, the intake and the links of the audit log.
package worker

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"bihuan/activities"
	"bihuan/activities/intake"
	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/schemas"
	"bihuan/workflows"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Worker is one process's share of the work. Run as many as needed.
type Worker struct {
	Register *register.Register
	Temporal client.Client
	Sender   *notices.Sender
	Log      *slog.Logger
}

// stop is above the longest activity (patient Record: 10 s).
const stop = 15 * time.Second

// Run works until ctx ends, then lets what is under way finish. The loops start and run without Temporal.
func (w *Worker) Run(ctx context.Context) error {
	var loops sync.WaitGroup
	defer loops.Wait()
	bell := notices.Bell{Register: w.Register, Log: w.Log}
	digests := notices.Digests{Register: w.Register, Log: w.Log}
	desk := intake.Desk{Register: w.Register, Temporal: w.Temporal, Log: w.Log}
	loops.Go(func() { bell.Run(ctx) })
	loops.Go(func() { digests.Run(ctx) })
	loops.Go(func() { w.Sender.Run(ctx) })
	loops.Go(func() { desk.Tend(ctx) })
	loops.Go(func() { w.linkAudit(ctx) })
	for {
		err := w.poll(ctx)
		if ctx.Err() != nil {
			return nil
		}
		w.Log.WarnContext(ctx, "waiting for Temporal", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(2 * time.Second):
		}
	}
}

// kept is how many cases a worker keeps in memory between their stimuli, 240 KB each; what it has let go is walked again from its history.
const kept = 2000

// Options are how a worker polls; the bench's bare programs poll the same way.
func Options() worker.Options {
	return worker.Options{
		WorkerStopTimeout:                stop,
		MaxConcurrentWorkflowTaskPollers: 8,
		// as many as the register answers within a second: more would only wait, outlast their terms, and be done twice
		MaxConcurrentWorkflowTaskExecutionSize: 64,
		StickyScheduleToStartTimeout:           time.Minute, // above the longest drain of a deadline storm
	}
}

// linkAudit gives the lines of the audit log their places in its chain, every second.
func (w *Worker) linkAudit(ctx context.Context) {
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		for {
			n, err := w.Register.Link(ctx)
			if err != nil && ctx.Err() == nil {
				w.Log.WarnContext(ctx, "the audit log waits for its links", "error", err)
			}
			if err != nil || n == 0 {
				break
			}
		}
	}
}

func (w *Worker) poll(ctx context.Context) error {
	if _, err := w.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return err
	}
	failed := make(chan error, 1)
	worker.SetStickyWorkflowCacheSize(kept)
	options := Options()
	options.DeploymentOptions = worker.DeploymentOptions{Version: version()}
	options.OnFatalError = func(err error) { failed <- err }
	wk := worker.New(w.Temporal, schemas.TaskQueue, options)
	Enlist(wk, w.Register)
	if err := wk.Start(); err != nil {
		return err
	}
	defer wk.Stop()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// version tells in each history which build has walked it. Workers are not pinned by it: cases last for years, so that every open
// case goes on with whatever build runs, and the gate of replay decides which may.
func version() worker.WorkerDeploymentVersion {
	v := worker.WorkerDeploymentVersion{DeploymentName: schemas.TaskQueue, BuildID: "unknown"}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.BuildID = s.Value
			}
		}
	}
	return v
}

// Enlist registers every workflow and activity by the name that histories carry.
func Enlist(r worker.Registry, reg activities.Register) {
	for name, procedure := range workflows.Procedures {
		r.RegisterWorkflowWithOptions(procedure, workflow.RegisterOptions{Name: name, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	}
	r.RegisterActivityWithOptions((&activities.Writer{Register: reg}).Record, activity.RegisterOptions{Name: "Record"})
}
