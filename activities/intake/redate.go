package intake

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
)

type (
	// Moved says what a new edition of the calendar did.
	Moved struct {
		Cases int // open cases that it touched and that have their dates anew
		Dates int // dates that are others now
		Left  int // open cases that are still to be looked at
	}
	// Move is the date of one open stage that a calendar moves.
	Move struct {
		Case     register.Reckoned
		Stage    schemas.Stage
		Was, Due time.Time // UTC, exclusive
	}
)

// follows is how many cases are looked at between two looks at the clock of the caller.
const follows = 200

// Publish stores what a notice says of a year as a new edition of a congress's calendar, and has the open cases that it touches
// reckon their dates again, as long as a person can be kept waiting. What is left the workers do. Codes: those of
// register.AddCalendar.
func (d *Desk) Publish(ctx context.Context, congress, edition, source string, year schemas.Year) (Moved, error) {
	if err := d.Register.AddCalendar(ctx, congress, edition, source, year); err != nil {
		return Moved{}, err
	}
	return d.followed(ctx, congress, edition)
}

// CloseDays enters closing days (停办日) and has the open cases that they touch reckon their dates again, as Publish does. Codes: those of
// register.AddClosing.
func (d *Desk) CloseDays(ctx context.Context, congress, account string, c register.Closing) (Moved, error) {
	edition, err := d.Register.AddClosing(ctx, congress, account, c)
	if err != nil {
		return Moved{}, err
	}
	return d.followed(ctx, congress, edition)
}

// OpenDays withdraws an entry of closing days that has not begun. Dates that it moved stay where they are, for they never come earlier by
// themselves. Codes: those of register.WithdrawClosing.
func (d *Desk) OpenDays(ctx context.Context, congress, account, id, reason string) (Moved, error) {
	edition, err := d.Register.WithdrawClosing(ctx, congress, account, id, reason)
	if err != nil {
		return Moved{}, err
	}
	return d.followed(ctx, congress, edition)
}

// followed has cases follow a new edition as long as a person can be kept waiting.
func (d *Desk) followed(ctx context.Context, congress, edition string) (Moved, error) {
	waiting, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	moved, err := d.Follow(waiting, congress, edition)
	if err != nil {
		d.Log.WarnContext(ctx, "cases will follow the calendar later", "congress", congress, "edition", edition, "error", err)
	}
	left, err := d.Register.CountBehind(ctx, congress, edition)
	moved.Left = left
	return moved, err
}

// Follow has the open cases of a congress follow an edition of its calendar: those with a date, a reminder or a rung that it moves
// reckon again, the others are left alone. Broken off anywhere it goes on there; only one process does it at a time. An error
// says that the engine or the register is away.
func (d *Desk) Follow(ctx context.Context, congress, edition string) (moved Moved, err error) {
	if moved.Left, err = d.Register.CountBehind(ctx, congress, edition); err != nil || moved.Left == 0 {
		return moved, err
	}
	now, err := d.Register.Now(ctx, congress)
	if err != nil {
		return moved, err
	}
	calendar, err := d.Register.Calendar(ctx, congress, edition)
	if err != nil {
		return moved, err
	}
	_, err = d.Register.Alone(ctx, "calendar/"+congress, func(ctx context.Context) error {
		for after := ""; ; {
			cases, err := d.Register.Behind(ctx, congress, edition, after, follows)
			if err != nil || len(cases) == 0 {
				return err
			}
			after = cases[len(cases)-1].ID
			if err := d.follow(ctx, congress, edition, calendar, now, cases, &moved); err != nil {
				return err
			}
		}
	})
	return moved, err
}

// follow looks at some cases, and has those that are touched reckon again.
func (d *Desk) follow(ctx context.Context, congress, edition string, calendar schemas.Calendar, now time.Time, cases []register.Reckoned, moved *Moved) error {
	var untouched, touched []register.Reckoned
	for _, c := range cases {
		moves, err := d.moves(ctx, congress, c, calendar, now)
		if err != nil {
			return err
		}
		if len(moves) == 0 {
			untouched = append(untouched, c)
		} else {
			touched = append(touched, c)
		}
	}
	if err := d.Register.Follow(ctx, edition, untouched); err != nil {
		return err
	}
	var mu sync.Mutex
	var away error
	sideBySide(touched, func(c register.Reckoned) {
		mu.Lock()
		broken := away != nil
		mu.Unlock()
		if broken {
			return
		}
		dates, err := d.redate(ctx, edition, c, now)
		var refused *temporal.ApplicationError
		own := err != nil && (errors.As(err, &refused) || !d.away(ctx))
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			moved.Cases, moved.Dates = moved.Cases+1, moved.Dates+dates
		case own: // its own trouble does not hold up the others
			d.Log.WarnContext(ctx, "a case does not follow the calendar yet", "case", c.ID, "error", err)
		default:
			away = err
		}
	})
	return away
}

// redate asks one case for its dates anew, starting its workflow where that was lost, and counts those that are others now.
func (d *Desk) redate(ctx context.Context, edition string, c register.Reckoned, now time.Time) (dates int, err error) {
	for range 4 {
		one, cancel := context.WithTimeout(ctx, d.patience())
		// asked again before the first answer is on record, it is the same update
		err = d.update(one, c.ID, schemas.UpdateCalendar, edition+"/"+strconv.Itoa(c.Seq), schemas.Redating{Edition: edition, Now: now})
		cancel()
		var app *temporal.ApplicationError
		var missing *serviceerror.NotFound
		switch {
		case err == nil:
			after, err := d.Register.State(ctx, c.ID)
			if err != nil {
				return 0, err
			}
			before, err := stateOf(c)
			if err != nil {
				return 0, err
			}
			return differing(before, after), nil
		case errors.As(err, &app) && app.Type() == schemas.CodeAgain:
			time.Sleep(100 * time.Millisecond)
		case errors.As(err, &missing):
			s, serr := d.Register.State(ctx, c.ID)
			if serr != nil || s.Outcome != "" { // settled meanwhile
				return 0, serr
			}
			if serr := d.Start(ctx, s); serr != nil {
				return 0, serr
			}
		default:
			return 0, err
		}
	}
	return 0, err
}

// Moves are the dates that a calendar would move, the earliest first; nothing is written.
func (d *Desk) Moves(ctx context.Context, congress string, calendar schemas.Calendar) (moves []Move, err error) {
	now, err := d.Register.Now(ctx, congress)
	if err != nil {
		return nil, err
	}
	for after := ""; ; {
		cases, err := d.Register.Reckoned(ctx, congress, after, follows)
		if err != nil {
			return nil, err
		}
		if len(cases) == 0 {
			break
		}
		after = cases[len(cases)-1].ID
		found, err := each(cases, func(c register.Reckoned) ([]Move, error) { return d.moves(ctx, congress, c, calendar, now) })
		if err != nil {
			return nil, err
		}
		for _, m := range slices.Concat(found...) {
			if !m.Due.Equal(m.Was) {
				m.Case.State = "" // many are kept until the last is known
				moves = append(moves, m)
			}
		}
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return a.Was.Compare(b.Was) })
	return moves, nil
}

// each reckons something of each of some cases, side by side, in their order.
func each[T any](cases []register.Reckoned, reckon func(register.Reckoned) (T, error)) ([]T, error) {
	found, failed := make([]T, len(cases)), make([]error, len(cases))
	var hands sync.WaitGroup
	for part := range atOnce {
		hands.Go(func() {
			for i := part; i < len(cases); i += atOnce {
				found[i], failed[i] = reckon(cases[i])
			}
		})
	}
	hands.Wait()
	return found, errors.Join(failed...)
}

// moves are the open stages of a case for which a calendar says something else than the one they were reckoned by: another due
// instant, other reminders or rungs, or that a date is not provisional any more. What cannot be reckoned is left alone.
func (d *Desk) moves(ctx context.Context, congress string, c register.Reckoned, calendar schemas.Calendar, now time.Time) (moves []Move, err error) {
	s, err := stateOf(c)
	if err != nil {
		return nil, err
	}
	rules, err := d.Register.Rules(ctx, s.Rules)
	if err != nil {
		return nil, err
	}
	before, err := d.Register.Calendar(ctx, congress, c.Edition)
	if err != nil {
		return nil, err
	}
	for _, o := range s.Open {
		if !o.Runs(now) {
			continue
		}
		was, err := rules.Date(before, &s, o, now)
		if err != nil {
			continue
		}
		is, err := rules.Date(calendar, &s, o, now)
		if err != nil {
			continue
		}
		stands := is.Due.Equal(o.Due) && slices.Equal(is.Rungs, was.Rungs)
		if !stands || slices.Contains(c.Provisional, o.Key) && !is.Provisional {
			moves = append(moves, Move{Case: c, Stage: o.Stage, Was: o.Due, Due: is.Due})
		}
	}
	return moves, nil
}

func stateOf(c register.Reckoned) (s schemas.State, err error) {
	return s, json.Unmarshal([]byte(c.State), &s)
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
