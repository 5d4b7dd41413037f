package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	// Touched is an open case that a version of the rules would touch, if it were put on it.
	Touched struct {
		ID, Number, Title string
		Rules             string // id of the version that it is on
		Version           string
		Shifts            []schemas.Shift
		Seen              string // stands for all of this: what was shown is what is done
	}
	// Choice is a case that the office puts on another version, and what it saw of it.
	Choice struct{ Case, Seen string }
)

// Past reports whether one of its dates would have run out already, or could not be reckoned any more.
func (t Touched) Past() bool {
	return slices.ContainsFunc(t.Shifts, func(f schemas.Shift) bool { return f.Past || f.Lost })
}

// Shorter reports whether one of its dates comes earlier.
func (t Touched) Shorter() bool { return slices.ContainsFunc(t.Shifts, schemas.Shift.Shorter) }

// Touched are the open cases of a procedure that a version would touch, in the order of their filing, and how many are open that are
// not on it. Nothing is written. No id: the version is none yet.
func (d *Desk) Touched(ctx context.Context, congress, procedure, id string, next schemas.Rules) (open int, touched []Touched, err error) {
	now, err := d.Register.Now(ctx, congress)
	if err != nil {
		return 0, nil, err
	}
	calendar, err := d.Register.CurrentCalendar(ctx, congress)
	if err != nil {
		return 0, nil, err
	}
	for after := ""; ; {
		cases, err := d.Register.Ruled(ctx, congress, procedure, after, follows)
		if err != nil || len(cases) == 0 {
			return open, touched, err
		}
		after = cases[len(cases)-1].ID
		found, err := each(cases, func(c register.Reckoned) (Touched, error) { return d.touched(ctx, c, id, next, calendar, now) })
		if err != nil {
			return 0, nil, err
		}
		for _, t := range found {
			if t.Rules != id {
				open++
			}
			if len(t.Shifts) > 0 {
				touched = append(touched, t)
			}
		}
	}
}

func (d *Desk) touched(ctx context.Context, c register.Reckoned, id string, next schemas.Rules, calendar schemas.Calendar, now time.Time) (Touched, error) {
	s, err := stateOf(c)
	if err != nil {
		return Touched{}, err
	}
	t := Touched{ID: c.ID, Number: c.Number, Title: c.Title, Rules: s.Rules}
	if s.Rules == id {
		return t, nil
	}
	rules, err := d.Register.Rules(ctx, s.Rules)
	if err != nil {
		return t, err
	}
	t.Version = rules.Version
	t.Shifts = rules.Shifts(next, calendar, &s, now)
	seen, err := json.Marshal(t.Shifts)
	t.Seen = fmt.Sprintf("%d-%08x", c.Seq, crc32.ChecksumIEEE(seen))
	return t, err
}

// Adopt puts chosen open cases on a version of their procedure's rules (改用新版规则): each case's dates move in one transaction of its own, and
// those concerned are told. What was shown must still hold of every case, or none is put on it. The same batch again changes nothing; what
// is left when the process dies, Tend does. Codes: NoChoice, Stale, BadDue (a date would have run out already), MustConfirm (a date would
// come earlier, and nobody said so).
func (d *Desk) Adopt(ctx context.Context, congress, account, batch, procedure, reason string, shorten bool, choices []Choice) error {
	rows, err := d.Register.BatchRows(ctx, batch)
	if err != nil {
		return err
	}
	if len(rows) == 0 { // otherwise sent twice: the first has been received
		id, next, err := d.Register.CurrentRules(ctx, congress, procedure)
		if err != nil {
			return err
		}
		moves, acts, err := d.moving(ctx, congress, procedure, id, next, reason, shorten, choices)
		if err != nil {
			return err
		}
		if err := d.Register.ReceiveMoves(ctx, congress, batch, account, moves, acts); err != nil {
			return err
		}
	}
	waiting, cancel := context.WithTimeout(ctx, d.patience())
	defer cancel()
	if err := d.Carry(waiting, batch); err != nil {
		d.Log.WarnContext(ctx, "cases will be put on other rules later", "batch", batch, "error", err)
	}
	return nil
}

func (d *Desk) moving(ctx context.Context, congress, procedure, id string, next schemas.Rules, reason string, shorten bool, choices []Choice) (moves []register.RuleMove, acts []schemas.Act, err error) {
	if len(choices) == 0 {
		return nil, nil, schemas.Refuse("NoChoice", "请选择要改用新版规则的事项")
	}
	now, err := d.Register.Now(ctx, congress)
	if err != nil {
		return nil, nil, err
	}
	calendar, err := d.Register.CurrentCalendar(ctx, congress)
	if err != nil {
		return nil, nil, err
	}
	for _, choice := range choices {
		c, err := d.Register.OneReckoned(ctx, congress, procedure, choice.Case)
		if err != nil {
			return nil, nil, err
		}
		t, err := d.touched(ctx, c, id, next, calendar, now)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case t.Seen != choice.Seen || len(t.Shifts) == 0:
			return nil, nil, schemas.Refuse("Stale", "%s刚刚有变化，与您看到的不同，请重新核对", t.Number)
		case t.Past():
			return nil, nil, schemas.Refuse("BadDue", "%s改用后有期限已经过去或推算不出，不能改用：不能使已经按期的变成逾期", t.Number)
		case t.Shorter() && !shorten:
			return nil, nil, schemas.Refuse("MustConfirm", "%s改用后有期限提前，请先勾选“确认期限提前”", t.Number)
		}
		s, err := stateOf(c)
		if err != nil {
			return nil, nil, err
		}
		a := schemas.Act{Key: s.NextAdoption(), Role: schemas.Office, Target: id, Verdict: schemas.Longer}
		if t.Shorter() {
			a.Verdict = schemas.Shortened
		}
		moves = append(moves, register.RuleMove{CaseID: c.ID, Was: t.Rules, Rules: id, Reason: reason, Shifts: t.Shifts})
		acts = append(acts, a)
	}
	return moves, acts, nil
}
