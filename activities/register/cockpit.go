package register

import (
	"context"
	"slices"
	"time"

	"bihuan/schemas"
)

type (
	// Watch is what a cockpit (驾驶舱) covers: how far the person who looks may see, and what of it was asked for. A duty is seen where
	// any of the first four lets it be; the congress's own only by All and Committees.
	Watch struct {
		All, Government   bool
		Committees, Units []string
		Procedures        []string // of the matters: those asked for, of those that may be seen
		Committee, Unit   string   // empty: all
	}
	// Running is how many open duties of a unit, due in a month, show a light: green, yellow, red, blue, or held where the congress has
	// the ball. Today and Soon are those not yet late that are due by the two instants asked about.
	Running struct {
		NPC          bool
		Unit         string // empty: no unit's, such as the government office's
		Month        time.Time
		Light, Level string
		Today, Soon  bool
		N            int
	}
	// Monthly is how many of the units' duties an event happened to in a month. Those that are due say by which unit and how they stand.
	Monthly struct {
		Event      string // due, opened, closed
		Month      time.Time
		Unit, Mark string // open, timely, late
		N          int
	}
	// MatterCount is how many matters of a procedure stand somewhere.
	MatterCount struct {
		Procedure, Stand string
		N                int
	}
	// DutyFilter says which duties of a watch are listed.
	DutyFilter struct {
		NPC      []bool
		Unitless bool   // those of no unit
		Stands   string // late, ahead (not late, due by Until), paused, held, open; empty: settled ones too
		Until    time.Time
		Levels   []string // nil: at any
		Event    string   // due, opened, closed: in Month, the units' only; empty: whenever
		Month    time.Time
		Missed   bool // late or settled late
	}
	// Answerable says who answers for a duty, and what was last said about it.
	Answerable struct {
		CaseID, Key, Handlers, Heads, Said string
		SaidAt                             time.Time
		InstructedBy                       string // who gave the last instruction on the matter (批示); empty: nobody
		InstructedAt                       time.Time
	}
)

// scope are the first arguments of the statements of the cockpit. To compare each row with what is left out is quicker than with all that is not.
func (w Watch) scope(congress string) []any {
	kind, hidden := "", []string{}
	if len(w.Procedures) == 1 {
		kind = w.Procedures[0]
	} else {
		for _, p := range schemas.Procedures {
			if !slices.Contains(w.Procedures, p) {
				hidden = append(hidden, p)
			}
		}
	}
	return []any{planned, congress, hidden, w.All, w.Government, list(w.Committees), list(w.Units), null(w.Committee), null(w.Unit), kind}
}

// Running counts the open duties as they stand at now.
func (r *Register) Running(ctx context.Context, congress string, w Watch, now, today, soon time.Time) ([]Running, error) {
	return many[Running](ctx, r.pool, "cockpit_running", append(w.scope(congress), now, today, soon)...)
}

// Monthly counts the units' duties of the months from one to before another; both are the first day of a month.
func (r *Register) Monthly(ctx context.Context, congress string, w Watch, from, to time.Time) ([]Monthly, error) {
	return many[Monthly](ctx, r.pool, "cockpit_months", append(w.scope(congress), monthDate(from), monthDate(to))...)
}

// monthDate is the first day of a month as the register keeps months.
func monthDate(m time.Time) string { return m.In(schemas.Shanghai).Format(time.DateOnly) }

// DutiesWatched is the page of duties after a place, that due first coming first; and where the next begins.
func (r *Register) DutiesWatched(ctx context.Context, congress string, w Watch, f DutyFilter, now time.Time, after *Place, limit int) ([]Stage, *Place, error) {
	at, id, key := after.parts()
	month := f.Month
	if month.IsZero() {
		month = now
	}
	args := append(w.scope(congress), f.NPC, f.Unitless, f.Stands, now, f.Until, f.Levels, f.Event, monthDate(month), f.Missed, moment(at), id, key, limit+1)
	rows, err := many[Stage](ctx, r.pool, "cockpit_duties", args...)
	return stagePage(rows, err, limit)
}

// lanes are the arguments of the statements about matters that stand somewhere: of a unit that was asked for, of the units that the person
// answers for, or the congress's.
func (w Watch) lanes(congress string, stands func(procedure string) []string) []any {
	ways, inHand := map[string][]string{"congress": {congress}}, false
	whole := w.All || w.Government || len(w.Committees) > 0
	switch {
	case w.Unit != "" && (whole || slices.Contains(w.Units, w.Unit)):
		ways, inHand = map[string][]string{"unit": {w.Unit}}, true
	case w.Unit != "":
		ways = nil
	case !whole:
		ways = map[string][]string{"unit": w.Units}
	}
	var procedures, places, kinds, whos []string
	for way, of := range ways {
		for _, who := range of {
			for _, p := range w.Procedures {
				for _, stand := range stands(p) {
					procedures, places, kinds, whos = append(procedures, p), append(places, stand), append(kinds, way), append(whos, who)
				}
			}
		}
	}
	committees := w.Committees
	if w.All || w.Government {
		committees = nil
	}
	return []any{planned, congress, list(procedures), list(places), list(kinds), list(whos), !w.All && len(w.Committees) == 0, inHand, committees, null(w.Committee)}
}

// OpenMatters counts the open matters of a watch by where they stand.
func (r *Register) OpenMatters(ctx context.Context, congress string, w Watch) ([]MatterCount, error) {
	args := w.lanes(congress, openStands)
	var several []string // a matter of two units that are asked about counts once
	if len(w.Units) > 1 && !w.All && !w.Government && len(w.Committees) == 0 && w.Unit == "" {
		several = w.Units
	}
	return many[MatterCount](ctx, r.pool, "cockpit_matters", append(args, several)...)
}

func openStands(procedure string) []string {
	return slices.DeleteFunc(schemas.Stands(procedure), func(s string) bool { return s == "ended" })
}

// MattersAt is the page of open matters of a watch in some stands, nil: in all, the newest first.
func (r *Register) MattersAt(ctx context.Context, congress string, w Watch, stands []string, after *Place, limit int) (Listed, error) {
	at := func(procedure string) []string {
		return slices.DeleteFunc(openStands(procedure), func(s string) bool { return stands != nil && !slices.Contains(stands, s) })
	}
	return r.matterPage(ctx, "cockpit_matter_page", w.lanes(congress, at), after, limit)
}

// Ended counts the matters of a watch that ended with one of the outcomes from one instant to before another.
func (r *Register) Ended(ctx context.Context, congress string, w Watch, from, to time.Time, outcomes []string) (int, error) {
	row, err := one[struct{ N int }](ctx, r.pool, "cockpit_ended", append(w.scope(congress), from, to, outcomes)...)
	return row.N, err
}

// EndedPage is the page of those matters, the last ended first.
func (r *Register) EndedPage(ctx context.Context, congress string, w Watch, from, to time.Time, outcomes []string, after *Place, limit int) (Listed, error) {
	return r.matterPage(ctx, "cockpit_ended_page", append(w.scope(congress), from, to, outcomes), after, limit)
}

func (r *Register) matterPage(ctx context.Context, query string, args []any, after *Place, limit int) (Listed, error) {
	var place Place
	if after != nil {
		place = *after
	}
	rows, err := many[Place](ctx, r.pool, query, append(args, moment(place.At), null(place.ID), limit+1)...)
	return page(rows, limit), err
}

// Answerables say who answers for those duties.
func (r *Register) Answerables(ctx context.Context, congress string, duties []Stage) ([]Answerable, error) {
	var ids, keys []string
	for _, d := range duties {
		ids, keys = append(ids, d.CaseID), append(keys, d.Key)
	}
	return many[Answerable](ctx, r.pool, "cockpit_answerable", congress, list(ids), list(keys))
}
