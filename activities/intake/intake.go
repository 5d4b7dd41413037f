// Package intake carries acts from the register's intake to their cases, and cases to their workflows.
package intake

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// Desk (收文台) sends acts to cases. Safe for concurrent use.
type Desk struct {
	Register *register.Register
	Temporal client.Client
	Log      *slog.Logger
	// Patience is how long a person waits for the engine before the page says 正在登记; zero: 8 s.
	Patience time.Duration
}

func (d *Desk) patience() time.Duration {
	if d.Patience > 0 {
		return d.Patience
	}
	return 8 * time.Second
}

// WorkflowID names the one workflow of a case.
func WorkflowID(caseID string) string { return "case/" + caseID }

// File enters a new matter and starts its workflow. A matter whose workflow could not be started is filed
// all the same: Tend starts it later. Codes as register.File.
func (d *Desk) File(ctx context.Context, f register.Filing) (schemas.State, error) {
	s, err := d.Register.File(ctx, f)
	if err != nil {
		return s, err
	}
	d.startEach(ctx, []schemas.State{s})
	return s, nil
}

// Propose enters an interview and starts its workflow. One whose workflow could not be started is filed all the same: Tend starts it
// later. Codes as register.FileInterview.
func (d *Desk) Propose(ctx context.Context, f register.NewInterview) (schemas.State, error) {
	s, err := d.Register.FileInterview(ctx, f)
	if err != nil {
		return s, err
	}
	d.startEach(ctx, []schemas.State{s})
	return s, nil
}

// Inquire enters an inquiry and starts its workflow; one that could not be started is filed all the same. Codes as register.FileInquiry.
func (d *Desk) Inquire(ctx context.Context, f register.NewInquiry) (schemas.State, error) {
	s, err := d.Register.FileInquiry(ctx, f)
	if err != nil {
		return s, err
	}
	d.startEach(ctx, []schemas.State{s})
	return s, nil
}

// Appraise enters an appraisal and starts its workflow; one that could not be started is filed all the same. Codes as
// register.FileAppraisal.
func (d *Desk) Appraise(ctx context.Context, f register.NewAppraisal) (schemas.State, error) {
	s, err := d.Register.FileAppraisal(ctx, f)
	if err != nil {
		return s, err
	}
	d.startEach(ctx, []schemas.State{s})
	return s, nil
}

// Interpellate enters an interpellation and starts its workflow; one that could not be started is filed all the same. Codes as
// register.FileInterpellation.
func (d *Desk) Interpellate(ctx context.Context, f register.NewInterpellation) (schemas.State, error) {
	s, err := d.Register.FileInterpellation(ctx, f)
	if err != nil {
		return s, err
	}
	d.startEach(ctx, []schemas.State{s})
	return s, nil
}

// Evaluate enters an end-effect evaluation and starts its workflow; one that could not be started is filed all the same. Codes as
// register.FileEvaluation.
func (d *Desk) Evaluate(ctx context.Context, f register.NewEvaluation) (schemas.State, error) {
	s, err := d.Register.FileEvaluation(ctx, f)
	if err != nil {
		return s, err
	}
	d.startEach(ctx, []schemas.State{s})
	return s, nil
}

// List enters problems into the list of an inquiry and starts their workflows; those that could not be started are listed all the same.
// Codes as register.FileProblems.
func (d *Desk) List(ctx context.Context, inquiry schemas.State, number, owner string, ps []register.NewProblem) ([]schemas.State, error) {
	states, err := d.Register.FileProblems(ctx, inquiry, number, owner, ps)
	if err != nil {
		return states, err
	}
	d.startEach(ctx, states)
	return states, nil
}

// startEach starts workflows as long as a person can be kept waiting. The many that are left are started by Tend.
func (d *Desk) startEach(ctx context.Context, states []schemas.State) {
	starting, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	sideBySide(states, func(s schemas.State) {
		if starting.Err() != nil {
			return
		}
		if err := d.Start(starting, s); err != nil {
			d.Log.WarnContext(ctx, "the case's workflow will be started later", "case", s.Case, "error", err)
		}
	})
}

// Submit receives an act and sends it on. It returns nil when the register shows it. Codes: those of
// schemas.State.May; Pending when the act is safe in the intake but the engine is away.
func (d *Desk) Submit(ctx context.Context, congress, caseID string, a schemas.Act) error {
	got, err := d.Register.Receive(ctx, congress, caseID, a)
	if err != nil {
		return err
	}
	if got.CaseID != caseID || got.Stage != a.Key || got.Account != a.Person {
		return schemas.Refuse("BadToken", "表单凭据与本环节不符，请重新打开页面再提交")
	}
	switch got.Outcome {
	case "accepted":
		return nil
	case "refused":
		return schemas.Refuse(got.Code, "%s", got.Answer)
	}
	ctx, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	return d.send(ctx, got, false)
}

// Suggest enters suggestions and starts their workflows. Those that could not be started are filed all the same: Tend starts them
// later. Codes as register.FileSuggestions.
func (d *Desk) Suggest(ctx context.Context, congress, committee string, fs []register.NewSuggestion) ([]schemas.State, error) {
	states, err := d.Register.FileSuggestions(ctx, congress, committee, fs)
	if err != nil {
		return states, err
	}
	d.startEach(ctx, states)
	return states, nil
}

// TakeOver enters matters that are underway and starts their workflows. Those that could not be started are entered all the same: Tend starts
// them later. Codes as register.FileUnderway.
func (d *Desk) TakeOver(ctx context.Context, congress string, in register.LedgerImport, fs []register.NewUnderway) ([]schemas.State, error) {
	states, err := d.Register.FileUnderway(ctx, congress, in, fs)
	if err != nil {
		return states, err
	}
	d.startEach(ctx, states)
	return states, nil
}

// sideBySide does a thing for each of many, some at a time.
func sideBySide[T any](all []T, do func(T)) {
	queue := make(chan T)
	var hands sync.WaitGroup
	for range atOnce {
		hands.Go(func() {
			for one := range queue {
				do(one)
			}
		})
	}
	for _, one := range all {
		queue <- one
	}
	close(queue)
	hands.Wait()
}

// atOnce is how many cases are served side by side.
const atOnce = 8

// Carry carries out what waits of a batch. What is left when the process dies, Tend does.
func (d *Desk) Carry(ctx context.Context, batch string) error {
	rows, err := d.Register.BatchRows(ctx, batch)
	if err != nil {
		return err
	}
	sideBySide(rows, func(row register.BatchRow) {
		if row.Outcome != "" || ctx.Err() != nil {
			return
		}
		one, cancel := context.WithTimeout(ctx, d.patience())
		defer cancel()
		var known *schemas.Error
		if err := d.send(one, row.Received, false); err != nil && !errors.As(err, &known) {
			d.Log.WarnContext(ctx, "an act of a batch waits", "case", row.CaseID, "error", err)
		}
	})
	return ctx.Err()
}

// send delivers a received act and enters a refusal, of which a sender who is late has a notice; acceptance is entered by Record itself.
func (d *Desk) send(ctx context.Context, got register.Received, late bool) error {
	var a schemas.Act
	if err := json.Unmarshal([]byte(got.Act), &a); err != nil {
		return err
	}
	err := d.deliver(ctx, got.CaseID, a)
	var refusal *schemas.Error
	if errors.As(err, &refusal) && refusal.Code != "Pending" {
		return errors.Join(refusal, d.Register.Refused(context.WithoutCancel(ctx), a.ID, refusal, late))
	}
	return err
}

func (d *Desk) deliver(ctx context.Context, caseID string, a schemas.Act) error {
	var err error
	for range 4 {
		if err = d.update(ctx, caseID, schemas.UpdateAct, a.ID, a); err == nil {
			return nil
		}
		var app *temporal.ApplicationError
		var missing *serviceerror.NotFound
		switch {
		case errors.As(err, &app) && app.Type() == schemas.CodeAgain:
			time.Sleep(100 * time.Millisecond)
		case errors.As(err, &app):
			s, serr := d.Register.State(ctx, caseID)
			if serr != nil {
				return serr
			}
			if s.May(a) != nil {
				return schemas.Refuse(app.Type(), "%s", app.Message())
			}
			// the engine forgot what the register knows: a crash came between the two. Awake, the case meets the register.
			if _, _, serr := d.agree(ctx, caseID); serr != nil {
				return pending(serr)
			}
			time.Sleep(100 * time.Millisecond)
		case errors.As(err, &missing):
			s, serr := d.Register.State(ctx, caseID)
			if serr != nil {
				return serr
			}
			if s.Outcome != "" {
				return schemas.Refuse("StageClosed", "此事项已经了结，不能再办理")
			}
			if serr := d.Start(ctx, s); serr != nil {
				return pending(serr)
			}
		default:
			return pending(err)
		}
	}
	var app *temporal.ApplicationError
	if errors.As(err, &app) && app.Type() != schemas.CodeAgain {
		return schemas.Refuse(app.Type(), "%s", app.Message())
	}
	return pending(err)
}

// Try asks a case what a correction would bring about; nothing is changed and nothing kept. Codes: those of the correction; Away.
func (d *Desk) Try(ctx context.Context, caseID string, a schemas.Act) (t schemas.Trial, err error) {
	ctx, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	for range 4 {
		var h client.WorkflowUpdateHandle
		h, err = d.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{WorkflowID: WorkflowID(caseID), UpdateName: schemas.UpdateTry,
			UpdateID: register.NewID(), Args: []any{a}, WaitForStage: client.WorkflowUpdateStageCompleted})
		if err == nil {
			err = h.Get(ctx, &t)
		}
		var app *temporal.ApplicationError
		var missing *serviceerror.NotFound
		switch {
		case err == nil:
			return t, nil
		case errors.As(err, &app) && app.Type() == schemas.CodeAgain:
			time.Sleep(100 * time.Millisecond)
		case errors.As(err, &app):
			return t, schemas.Refuse(app.Type(), "%s", app.Message())
		case errors.As(err, &missing):
			if serr := d.begin(ctx, caseID); serr != nil {
				err = serr
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	return t, &schemas.Error{Code: "Away", Text: "现在推算不出更正会带来什么，系统正在恢复，请稍后再试；还没有作任何更正", Cause: err}
}

func pending(err error) error {
	return &schemas.Error{Code: "Pending", Text: "已经收到，正在登记；系统恢复后会自动完成，结果会通知您", Cause: err}
}

// update sends an update and waits until the case has done it.
func (d *Desk) update(ctx context.Context, caseID, name, id string, args ...any) error {
	h, err := d.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: WorkflowID(caseID), UpdateName: name, UpdateID: id, Args: args,
		WaitForStage: client.WorkflowUpdateStageCompleted})
	if err != nil {
		return err
	}
	return h.Get(ctx, nil)
}

// Start begins a case's workflow from its state in the register; one that runs is left alone.
func (d *Desk) Start(ctx context.Context, s schemas.State) error {
	ctx, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	_, err := d.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: WorkflowID(s.Case), TaskQueue: schemas.TaskQueue,
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		WorkflowTaskTimeout:                      10 * time.Second,
	}, s.WorkflowType(), s)
	var running *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &running) {
		return nil
	}
	return err
}

// Tend runs until ctx ends: it starts cases whose start was lost and delivers acts that wait in the intake. What it does for one case
// holds up neither the other cases nor anything else that it does. Safe in several processes: starts and deliveries are idempotent.
func (d *Desk) Tend(ctx context.Context) {
	var hands sync.WaitGroup
	for _, do := range []func(context.Context) error{d.startLost, d.rouseOverslept, d.deliverWaiting, d.followCalendars} {
		hands.Go(func() { d.tend(ctx, do) })
	}
	hands.Wait()
}

func (d *Desk) tend(ctx context.Context, do func(context.Context) error) {
	for tick := time.NewTicker(2 * time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "intake is waiting", "error", err)
		}
	}
}

// WakeAll has cases look at the clock, because it was hastened; those that have lost their workflows are started.
func (d *Desk) WakeAll(ctx context.Context, ids []string) error {
	return eachOf(ctx, d, ids, func(ctx context.Context, id string) error { return d.rouse(ctx, id, register.NewID()) })
}

func (d *Desk) wake(ctx context.Context, id, update string) error {
	one, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	return d.update(one, id, schemas.UpdateWake, update)
}

// rouse wakes a case, and starts it where its workflow is lost.
func (d *Desk) rouse(ctx context.Context, id, update string) error {
	err := d.wake(ctx, id, update)
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return d.begin(ctx, id)
	}
	return err
}

func (d *Desk) begin(ctx context.Context, id string) error {
	s, err := d.Register.State(ctx, id)
	if err != nil || s.Outcome != "" {
		return err
	}
	return d.Start(ctx, s)
}

// eachOf does a thing for each of many cases. One that fails is that one's trouble, unless the engine is away: then the rest waits.
func eachOf[T any](ctx context.Context, d *Desk, all []T, do func(context.Context, T) error) error {
	var mu sync.Mutex
	var failed error
	away := false
	sideBySide(all, func(one T) {
		mu.Lock()
		broken := away
		mu.Unlock()
		if broken {
			return
		}
		if err := do(ctx, one); err != nil {
			gone := d.away(ctx)
			mu.Lock()
			failed, away = errors.Join(failed, err), away || gone
			mu.Unlock()
		}
	})
	return failed
}

// away reports whether the engine does not answer, or the caller is not waiting any more.
func (d *Desk) away(ctx context.Context) bool {
	asking, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	_, err := d.Temporal.CheckHealth(asking, &client.CheckHealthRequest{})
	return err != nil
}

// startLost starts the workflows of cases as the register has them; those that run are left alone.
func (d *Desk) startLost(ctx context.Context) error {
	if _, err := d.Register.LayBehind(ctx); err != nil { // records of an older program that is still at work; statistics hold up nothing
		d.Log.ErrorContext(ctx, "the ledger's lines are behind", "error", err)
	}
	orphans, err := d.Register.Orphans(ctx)
	if err != nil {
		return err
	}
	return eachOf(ctx, d, orphans, d.begin)
}

// rouseOverslept wakes cases whose timers should have rung: they have lost their workflows, or their clock was hastened.
func (d *Desk) rouseOverslept(ctx context.Context) error {
	overslept, err := d.Register.Overslept(ctx)
	if err != nil {
		return err
	}
	return eachOf(ctx, d, overslept, func(ctx context.Context, s register.Sleeper) error {
		// one that does not answer is asked no second time for the same instant: of what is asked of a case only so much can be under way
		return d.rouse(ctx, s.ID, "wake/"+strconv.FormatInt(s.Next.UnixMicro(), 36))
	})
}

// deliverWaiting delivers the acts that wait, those of one case one after the other.
func (d *Desk) deliverWaiting(ctx context.Context) error {
	waiting, err := d.Register.Waiting(ctx)
	if err != nil {
		return err
	}
	var cases [][]register.Received
	place := map[string]int{}
	for _, got := range waiting {
		i, known := place[got.CaseID]
		if !known {
			i, cases = len(cases), append(cases, nil)
			place[got.CaseID] = i
		}
		cases[i] = append(cases[i], got)
	}
	return eachOf(ctx, d, cases, d.deliverLate)
}

// deliverLate delivers acts of one case whose senders have left the page, the oldest first: behind one that waits on, the others wait too.
func (d *Desk) deliverLate(ctx context.Context, acts []register.Received) error {
	for _, got := range acts {
		one, cancel := context.WithTimeout(ctx, d.patience())
		err := d.send(one, got, true)
		cancel()
		var known *schemas.Error
		if err != nil && (!errors.As(err, &known) || known.Code == "Pending") {
			return err
		}
	}
	return nil
}

// followCalendars goes on, for a moment, with what new editions of calendars have left to do.
func (d *Desk) followCalendars(ctx context.Context) error {
	congresses, err := d.Register.Congresses(ctx)
	for _, c := range congresses {
		if ctx.Err() != nil {
			break
		}
		following, cancel := context.WithTimeout(ctx, 5*time.Second)
		if _, e := d.Follow(following, c.ID, c.Edition); e != nil && following.Err() == nil {
			err = errors.Join(err, e)
		}
		cancel()
	}
	return err
}
