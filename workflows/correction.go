// Corrections of what was entered wrong (更正).

package workflows

import (
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// righting is a correction that waits for the case to be at rest, or, on trial, the question what it would bring about.
type righting struct {
	act     schemas.Act
	trial   bool
	seen    bool
	refusal *schemas.Error
	state   schemas.State // on trial: the case as it would be
}

// try answers what a correction would bring about.
func (d *docket) try(ctx workflow.Context, in schemas.Act) (schemas.Trial, error) {
	return d.correct(ctx, in, true)
}

// correct hands a correction to the loop, which walks the procedure again when nothing else is under way, and holds the caller until the
// register shows what became of it.
func (d *docket) correct(ctx workflow.Context, in schemas.Act, trial bool) (t schemas.Trial, err error) {
	if f, known := d.Told(in.Key); known && f.ID == in.ID && !trial {
		return t, d.shown(ctx)
	}
	c := &righting{act: in, trial: trial}
	d.corrections = append(d.corrections, c)
	if err := workflow.Await(ctx, func() bool { return c.seen || d.ahead != nil }); err != nil {
		return t, err
	}
	switch {
	case !c.seen:
		return t, temporal.NewApplicationError("登记簿有更新，请重试", schemas.CodeAgain)
	case c.refusal != nil:
		return t, temporal.NewApplicationError(c.refusal.Text, c.refusal.Code)
	case trial:
		return schemas.Trial{State: c.state}, nil
	}
	return t, d.shown(ctx)
}

// putRight does the next correction that waits, or walks again what followed from dates that a correction has changed since.
func (d *docket) putRight(ctx workflow.Context) {
	if d.Unwalked {
		d.Unwalked = false
		if before := d.State.Copy(); d.Outcome == "" {
			d.walkAgain(ctx, before, schemas.Act{}, nil)
		}
		d.news()
		return
	}
	c := d.corrections[0]
	d.corrections = d.corrections[1:]
	before := d.State.Copy()
	if f, known := d.Told(c.act.Key); known && f.ID == c.act.ID && !c.trial { // sent twice in one breath
		c.seen = true
		return
	}
	defer func() { c.seen, d.steps = true, d.steps+1 }() // at last: the walks let others go on
	if c.refusal = d.May(c.act); c.refusal != nil {
		return
	}
	if c.refusal = d.righted(ctx, before, c.act); c.refusal != nil || c.trial {
		c.state = d.State.Copy()
		d.halt(ctx)
		d.State, d.fresh = before, false
		d.begin(ctx)
		return
	}
	d.acts = append(d.acts, c.act)
	d.news()
}

// righted makes the state what it would have been had the fact been entered as it should. A unit in the wrong place leaves it to another,
// as after a return; whatever else was wrong, the procedure is walked again from the top over the facts as they are now.
func (d *docket) righted(ctx workflow.Context, before schemas.State, by schemas.Act) *schemas.Error {
	if schemas.Kind(by.Target) == "gone" {
		d.Amend(by)
		d.calm(ctx)
		return nil
	}
	base := d.walkAgain(ctx, before, schemas.Act{}, nil) // what a walk over the facts as they were comes by
	d.State = before.Copy()
	d.Amend(by)
	next := d.walkAgain(ctx, before, by, base)
	return next.Against(&d.State, base, by)
}

// walkAgain stops the walk of the procedure and begins another one; stages that wait are found again with their clocks, rungs and levels.
func (d *docket) walkAgain(ctx workflow.Context, before schemas.State, by schemas.Act, base *schemas.Aside) *schemas.Aside {
	d.halt(ctx)
	d.aside = d.SetAside(before, by)
	d.begin(ctx)
	d.calm(ctx)
	walked := d.aside
	d.aside = nil
	walked.Merge(&d.State, base, by)
	return walked
}

// halt stops the walk: its coroutines end without another word.
func (d *docket) halt(ctx workflow.Context) {
	d.walk++
	d.stop()
	d.calm(ctx)
	d.walked, d.ended = nil, false
}

// Extend gives a stage a new due instant, in a walk from the top one that is settled too.
func (d *docket) Extend(key string, until time.Time) {
	d.State.Extend(key, until)
	if d.aside != nil {
		d.aside.Later(key, func(o *schemas.Open) { o.Until = until })
	}
}

// Prolong gives a stage one more clock, in a walk from the top one that is settled too.
func (d *docket) Prolong(key string, c schemas.Clock) {
	d.State.Prolong(key, c)
	if d.aside != nil {
		d.aside.Later(key, func(o *schemas.Open) { o.Clocks = append(o.Clocks, c) })
	}
}
