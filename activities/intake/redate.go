package intake

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
)

type (
	// Moved says what a new edition of the calendar did.
	Moved struct {
		Cases int // open cases that were asked for their dates anew
		Dates int // dates that are others now
		Left  int // cases that could not be asked and have their old dates still
	}
	// Move is the date of one open stage that a new edition moves.
	Move struct {
		Case     register.Case
		Stage    schemas.Stage
		Was, Due time.Time // UTC, exclusive
	}
	// live is an open case with its state read.
	live struct {
		register.Case
		state schemas.State
	}
)

// Publish stores what a notice says of a year as a new edition of a congress's calendar, and has every open case that
// it touches reckon its dates again. It may be repeated with the same words, which goes on where it was broken off and
// changes nothing that is done. Codes: those of register.AddCalendar; EngineAway, when the edition is stored but cases
// are left with their old dates.
func (d *Desk) Publish(ctx context.Context, congress, edition, source string, year schemas.Year) (moved Moved, err error) {
	if err := d.Register.AddCalendar(ctx, congress, edition, source, year); err != nil {
		return moved, err
	}
	now, err := d.Register.Now(ctx, congress)
	if err != nil {
		return moved, err
	}
	cases, err := d.touched(ctx, congress, year.First(), now)
	if err != nil {
		return moved, err
	}
	var broken error
	for i, c := range cases {
		err := d.redate(ctx, c.ID, schemas.Redating{Edition: edition, Now: now})
		var refused *temporal.ApplicationError
		switch {
		case err == nil:
			after, err := d.Register.State(ctx, c.ID)
			if err != nil {
				return moved, err
			}
			moved.Cases++
			moved.Dates += differing(c.state, after)
		case errors.As(err, &refused): // this case's own trouble does not hold up the others
			moved.Left, broken = moved.Left+1, err
		default:
			moved.Left += len(cases) - i
			return moved, unfinished(moved, err)
		}
	}
	if moved.Left > 0 {
		return moved, unfinished(moved, broken)
	}
	return moved, nil
}

func unfinished(m Moved, cause error) error {
	refusal := schemas.Refuse("EngineAway", "日历已经导入，%d件事项已重新推算期限，还有%d件没有；请稍后用同样的内容再次导入，接着完成", m.Cases, m.Left)
	refusal.Cause = cause
	return refusal
}

// redate asks one case, starting its workflow where that was lost.
func (d *Desk) redate(ctx context.Context, caseID string, in schemas.Redating) (err error) {
	for range 4 {
		one, cancel := context.WithTimeout(ctx, d.patience())
		err = d.Redate(one, caseID, in)
		cancel()
		var app *temporal.ApplicationError
		var missing *serviceerror.NotFound
		switch {
		case err == nil:
			return nil
		case errors.As(err, &app) && app.Type() == schemas.CodeAgain:
			time.Sleep(100 * time.Millisecond)
		case errors.As(err, &missing):
			s, serr := d.Register.State(ctx, caseID)
			if serr != nil {
				return serr
			}
			if s.Outcome != "" {
				return nil // it was settled meanwhile
			}
			if serr := d.Start(ctx, s); serr != nil {
				return serr
			}
		default:
			return err
		}
	}
	return err
}

// Moves are the dates that a calendar would move from a day on, the earliest first; nothing is written. A date that
// cannot be reckoned is left out, as it is left alone.
func (d *Desk) Moves(ctx context.Context, congress string, calendar schemas.Calendar, from time.Time) (moves []Move, err error) {
	now, err := d.Register.Now(ctx, congress)
	if err != nil {
		return nil, err
	}
	cases, err := d.touched(ctx, congress, from, now)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		rules, err := d.Register.Rules(ctx, c.state.Rules)
		if err != nil {
			return nil, err
		}
		for _, o := range c.state.Open {
			if !running(o, now) {
				continue
			}
			if dating, err := rules.Date(calendar, &c.state, o, now); err == nil && !dating.Due.Equal(o.Due) {
				moves = append(moves, Move{Case: c.Case, Stage: o.Stage, Was: o.Due, Due: dating.Due})
			}
		}
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return a.Was.Compare(b.Was) })
	return moves, nil
}

// touched are the open cases of a congress with a running clock that is due, or whose ladder ends, on or after a day.
func (d *Desk) touched(ctx context.Context, congress string, from, now time.Time) (ls []live, err error) {
	cases, err := d.Register.Cases(ctx, congress, "")
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if c.Outcome != "" {
			continue
		}
		l := live{Case: c}
		if err := json.Unmarshal([]byte(c.State), &l.state); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(l.state.Open, func(o *schemas.Open) bool { return running(o, now) && reach(o).After(from) }) {
			ls = append(ls, l)
		}
	}
	return ls, nil
}

// running reports whether schemas.State.Redate asks a stage for a new date.
func running(o *schemas.Open, now time.Time) bool {
	return len(o.Clocks) > 0 && !o.Paused() && o.Due.After(now)
}

// reach is the last instant that hangs on the calendar for a stage: its due instant, or its last rung.
func reach(o *schemas.Open) time.Time {
	if n := len(o.Rungs); n > 0 && o.Rungs[n-1].At.After(o.Due) {
		return o.Rungs[n-1].At
	}
	return o.Due
}

// differing counts the stages that are open still and due at another instant.
func differing(before, after schemas.State) (n int) {
	for _, o := range after.Open {
		if b := before.Find(o.Key); b != nil && !b.Due.Equal(o.Due) {
			n++
		}
	}
	return n
}
