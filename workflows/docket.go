// Package workflows holds one function per procedure; this file is the machinery they share.
package workflows

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bihuan/activities"
	"bihuan/schemas"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// docket is one case: its facts, its open stages, one timer, one writer.
type docket struct {
	schemas.State
	acts  []schemas.Act // news since the last Record
	woke  time.Time     // the rung that rang since the last Record
	quiet time.Time     // until then no rung comes; zero: not known
	fresh bool          // something is to be recorded
	woken bool          // from outside, because the clock was hastened: the timer is set anew
	steps int           // grows whenever a coroutine has moved
	sent  int           // Records asked for in this run
	shows int           // the last of them that the register shows
	ahead []byte        // the register knows better: start again from this

	procedure   func(workflow.Context, *docket) error
	walk        int                 // which walk of the procedure goes on
	stop        workflow.CancelFunc // ends it
	walked      error               // how it ended by itself
	ended       bool
	aside       *schemas.Aside // while the procedure is walked again from the top
	corrections []*righting    // that wait for the case to be at rest

	alarm struct {
		at   time.Time
		rung workflow.Future
		stop workflow.CancelFunc
	}
}

// Procedures are the workflows by the names that histories carry.
var Procedures = map[string]func(workflow.Context, schemas.State) error{
	schemas.Opinion:     SupervisionOpinion,
	schemas.Suggestion:  DeputySuggestion,
	schemas.Motion:      DeputyMotion,
	schemas.Inquiry:     SpecialInquiry,
	schemas.InquiryItem: InquiryProblem,
	schemas.Interview:   Interview,

	schemas.WorkReview:     WorkAppraisal,
	schemas.Interpellation: Interpellation,
	schemas.Evaluation:     EffectEvaluation,
	schemas.OfficialReview: OfficialAppraisal,
}

var (
	errGone = errors.New("the unit has left the matter")
	writer  *activities.Writer
)

// conduct runs a procedure over its docket. Coroutines and handlers only change the state; this
// loop alone records it, sets the timer and ends the run.
func conduct(ctx workflow.Context, s schemas.State, procedure func(workflow.Context, *docket) error) error {
	if s.Facts == nil {
		s.Facts = map[string]schemas.Act{}
	}
	d := &docket{State: s, procedure: procedure}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, schemas.UpdateAct, d.act, workflow.UpdateHandlerOptions{Validator: d.mayAct}); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandler(ctx, schemas.UpdateCalendar, d.calendar); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandler(ctx, schemas.UpdateWake, d.wake); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, schemas.UpdateTry, d.try, workflow.UpdateHandlerOptions{Validator: d.mayAct}); err != nil {
		return err
	}
	d.begin(ctx)
	for {
		d.calm(ctx)
		d.ended = d.ended || d.Outcome != ""
		if d.fresh && d.ahead == nil {
			if err := d.record(ctx); err != nil {
				return err
			}
			continue // what came meanwhile is recorded before anything else
		}
		if d.ahead == nil && (len(d.corrections) > 0 || d.Unwalked) {
			d.putRight(ctx)
			continue
		}
		if d.ended || d.ahead != nil || stale(ctx) {
			d.arm(ctx, time.Time{})
			_ = workflow.Await(ctx, func() bool {
				return workflow.AllHandlersFinished(ctx) || (d.fresh || len(d.corrections) > 0) && d.ahead == nil
			})
			if !workflow.AllHandlersFinished(ctx) {
				continue
			}
			if d.ended && d.ahead == nil {
				return d.walked
			}
			return d.again(ctx)
		}
		at := d.Nearest()
		if d.woken {
			d.woken = false
			d.arm(ctx, time.Time{})
		}
		d.arm(ctx, at)
		if err := workflow.Await(ctx, func() bool {
			return d.fresh || len(d.corrections) > 0 || d.alarm.rung != nil && d.alarm.rung.IsReady()
		}); err != nil {
			return err
		}
		if !d.fresh && len(d.corrections) == 0 {
			d.woke = at
			d.arm(ctx, time.Time{})
			d.news()
		}
	}
}

// begin walks the procedure from the top, as far as the facts go.
func (d *docket) begin(ctx workflow.Context) {
	d.walk++
	mine := d.walk
	walking, stop := workflow.WithCancel(ctx)
	d.stop = stop
	workflow.Go(walking, func(ctx workflow.Context) {
		err := d.procedure(ctx, d)
		if mine == d.walk { // not one that was stopped
			d.walked, d.ended = err, true
			d.news()
		}
	})
}

// Open begins stages whose clocks run side by side; what is open or settled already stays as it is.
func (d *docket) Open(stages ...schemas.Stage) {
	for _, st := range stages {
		if d.aside != nil && d.aside.Come(&d.State, st) || d.aside == nil && d.Begin(st) {
			d.news()
		}
	}
}

// Await opens a stage and returns its answer. A settled stage returns at once: a run continued as new,
// or restored from the register, walks from the top back to the stages it left open.
func (d *docket) Await(ctx workflow.Context, st schemas.Stage) (schemas.Act, error) {
	if err := ctx.Err(); err != nil {
		return schemas.Act{}, err
	}
	d.Open(st)
	if err := d.until(ctx, func() bool {
		_, told := d.Told(st.Key)
		return told || d.Gone(st.Unit) || d.Gone(st.For)
	}); err != nil {
		return schemas.Act{}, err
	}
	if fact, told := d.Told(st.Key); told {
		return fact, nil
	}
	return schemas.Act{}, errGone
}

// until waits for a condition, unless the walk is stopped: then what it waited for is none of its business any more.
func (d *docket) until(ctx workflow.Context, condition func() bool) error {
	if err := workflow.Await(ctx, func() bool { return ctx.Err() != nil || condition() }); err != nil {
		return err
	}
	return ctx.Err()
}

// Decree makes a consequence of facts a fact itself, once: walking over it again changes nothing.
func (d *docket) Decree(key string, at time.Time, change func()) {
	if _, told := d.Told(key); told {
		return
	}
	d.Put(schemas.Act{ID: "decree/" + key, Key: key, Role: schemas.System, At: at})
	if change != nil {
		change()
	}
	d.news()
}

// Drop lapses those of the stages that are still open.
func (d *docket) Drop(at time.Time, keys ...string) {
	for _, k := range keys {
		if d.Find(k) != nil {
			d.Lapse(k, at)
			d.news()
		} else if d.aside != nil {
			d.aside.Moot(&d.State, k, at)
		}
	}
}

// DropKinds lapses whatever is open of these kinds for a unit; no unit: for any.
func (d *docket) DropKinds(at time.Time, unit string, kinds ...string) {
	for _, o := range slices.Clone(d.State.Open) {
		if slices.Contains(kinds, schemas.Kind(o.Key)) && (unit == "" || o.Unit == unit || o.For == unit) {
			d.Drop(at, o.Key)
		}
	}
	if d.aside != nil {
		d.Drop(at, d.aside.Waited(unit, kinds)...)
	}
}

// dropOnce lapses whatever is open of these kinds when the procedure first comes by a fact: walking over it again leaves alone what has
// opened since. That it was done is no news by itself, so that a run begun by an older program walks over it without another Record.
func (d *docket) dropOnce(by schemas.Act, kinds ...string) {
	key := "dropped/" + by.Key
	if _, told := d.Told(key); told {
		return
	}
	d.DropKinds(by.At, "", kinds...)
	d.Put(schemas.Act{ID: "decree/" + key, Key: key, Role: schemas.System, At: by.At})
}

// Close ends the case with its outcome.
func (d *docket) Close(outcome string) {
	d.End(outcome)
	d.news()
}

// Each runs one duty per unit side by side. A unit that leaves without an heir drops out; one that is
// replaced hands over to its heir, who begins afresh.
func (d *docket) Each(ctx workflow.Context, parties []schemas.Party, duty func(workflow.Context, schemas.Party) error) error {
	parts := make([]func(workflow.Context) error, len(parties))
	for i, p := range parties {
		parts[i] = func(ctx workflow.Context) error {
			e := duty(ctx, p)
			for ; errors.Is(e, errGone); e = duty(ctx, p) {
				if p.Unit = d.Facts["gone/"+p.Unit].Target; p.Unit == "" {
					return nil
				}
			}
			return e
		}
	}
	return d.together(ctx, parts...)
}

// together runs parts of a procedure side by side and waits for all of them.
func (d *docket) together(ctx workflow.Context, parts ...func(workflow.Context) error) (err error) {
	left := len(parts)
	for _, part := range parts {
		workflow.Go(ctx, func(ctx workflow.Context) {
			if e := part(ctx); err == nil {
				err = e
			}
			left, d.steps = left-1, d.steps+1
		})
	}
	if e := d.until(ctx, func() bool { return left == 0 }); e != nil {
		return e
	}
	return err
}

// Beside runs side procedures that last as long as the case and do not hold it up.
func (d *docket) Beside(ctx workflow.Context, procedures ...func(workflow.Context) error) {
	for _, p := range procedures {
		workflow.Go(ctx, func(ctx workflow.Context) { _ = p(ctx) })
	}
}

// calm lets every coroutine walk as far as it can, so that one stimulus makes one Record. A
// coroutine just born runs last in the dispatcher's round: when it has run, all others have.
func (d *docket) calm(ctx workflow.Context) {
	for seen := -1; seen != d.steps; {
		seen = d.steps
		round := false
		workflow.Go(ctx, func(workflow.Context) { round = true })
		_ = workflow.Await(ctx, func() bool { return round })
	}
}

func (d *docket) news() {
	d.fresh, d.steps = true, d.steps+1
}

// record writes the stimulus to the register and brings back the dates. Local first, for seconds
// only; a register that stays away is waited for by the server, not by this history.
func (d *docket) record(ctx workflow.Context) error {
	d.Seq++
	state, err := json.Marshal(d.State)
	if err != nil {
		return err
	}
	d.State.News() // what is sent is what the register will show
	d.sent++
	sent, e := d.sent, schemas.Entry{State: state, Acts: d.acts, Woke: d.woke, Quiet: d.quiet}
	d.acts, d.woke, d.fresh = nil, time.Time{}, false // before the wait: what comes now belongs to the next Record
	var r schemas.Receipt
	if err = workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, brief), writer.Record, e).Get(ctx, &r); err != nil {
		err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, patient), writer.Record, e).Get(ctx, &r)
	}
	if err != nil {
		return err
	}
	if d.ahead = r.Ahead; d.ahead != nil {
		return nil
	}
	d.shows = sent
	if r.Early {
		d.Seq, d.Pace = d.Seq-1, r.Pace
		return nil
	}
	for _, c := range d.Apply(r) {
		if c.Effect != "" {
			d.news()
		}
	}
	if d.Nearest().Before(d.quiet) {
		d.quiet = d.Nearest()
	}
	return nil
}

// brief ends before the workflow task needs a heartbeat (8 s of 10); patient never ends.
var (
	brief = workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: 5 * time.Second,
		StartToCloseTimeout:    3 * time.Second,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, MaximumAttempts: 3},
	}
	patient = workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: time.Minute},
	}
)

// arm keeps the one timer at the nearest rung; a timer that stands right is left alone.
func (d *docket) arm(ctx workflow.Context, at time.Time) {
	if d.alarm.at.Equal(at) {
		return
	}
	if d.alarm.stop != nil {
		d.alarm.stop()
	}
	d.alarm.at, d.alarm.rung, d.alarm.stop = at, nil, nil
	d.quiet = at
	if !at.IsZero() {
		timed, stop := workflow.WithCancel(ctx)
		d.alarm.rung, d.alarm.stop = workflow.NewTimer(timed, d.Pace.Until(at, workflow.Now(ctx))+d.Lag()), stop
	}
}

// mayAct runs before history is written and never on replay: its rules may change freely.
func (d *docket) mayAct(_ workflow.Context, in schemas.Act) error {
	if refusal := d.May(in); refusal != nil {
		return temporal.NewApplicationError(refusal.Text, refusal.Code)
	}
	return nil
}

// act makes the fact, then holds the caller until the register shows it: the clerk reads what she wrote.
func (d *docket) act(ctx workflow.Context, in schemas.Act) error {
	if schemas.Kind(in.Key) == schemas.Correct {
		_, err := d.correct(ctx, in, false)
		return err
	}
	if f, known := d.Told(in.Key); !known || f.ID != in.ID {
		switch {
		case schemas.Kind(in.Key) == schemas.Adoption:
			if known { // two admitted in one breath
				return temporal.NewApplicationError("此事项刚刚改用过规则，请重新核对后再办", "Stale")
			}
			d.Adopt(in)
		case d.Find(in.Key) == nil: // two admitted in one breath: the second finds the stage closed
			return temporal.NewApplicationError("此环节刚刚由他人办结", "StageClosed")
		default:
			d.Take(in)
		}
		d.acts = append(d.acts, in)
		d.news()
	}
	return d.shown(ctx)
}

// calendar asks for the dates of all unexpired clocks anew, by a new edition or a new pace.
func (d *docket) calendar(ctx workflow.Context, in schemas.Redating) error {
	d.Redate(in.Now)
	d.news()
	return d.shown(ctx)
}

// wake looks at the clock, which may have been hastened: what has come is climbed, and the timer is set anew.
func (d *docket) wake(ctx workflow.Context) error {
	d.woke, d.woken = d.Nearest(), true
	d.news()
	return d.shown(ctx)
}

// shown waits until a Record that holds all that is known now has been written.
func (d *docket) shown(ctx workflow.Context) error {
	mine := d.sent
	if d.fresh { // not in a Record yet, new or repeated
		mine++
	}
	if err := workflow.Await(ctx, func() bool { return d.shows >= mine || d.ahead != nil }); err != nil {
		return err
	}
	if d.shows < mine {
		return temporal.NewApplicationError("登记簿有更新，请重试", schemas.CodeAgain)
	}
	return nil
}

func stale(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() || info.GetTargetWorkerDeploymentVersionChanged()
}

// again continues as new from the state recorded, or from the register's own when that is ahead.
func (d *docket) again(ctx workflow.Context) error {
	s := d.State
	if d.ahead != nil {
		s = schemas.State{}
		if err := json.Unmarshal(d.ahead, &s); err != nil {
			return err
		}
	}
	return workflow.NewContinueAsNewErrorWithOptions(ctx, workflow.ContinueAsNewErrorOptions{
		InitialVersioningBehavior: workflow.ContinueAsNewVersioningBehaviorAutoUpgrade,
	}, workflow.GetInfo(ctx).WorkflowType.Name, s)
}
