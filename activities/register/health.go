package register

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bihuan/schemas"
)

type (
	// Health is what should have happened and has not, over all formal congresses or over all rehearsals (演练). What depends on a
	// congress's clock is asked by that clock and told in seconds of the world; a clock that is held owes nothing. Ages are those of
	// the oldest, zero for none, and of all that waits, not only of what is counted.
	Health struct {
		Rehearsal    bool
		Open         int            // cases without an outcome
		Unsaid       int            // rungs whose instant passed a minute ago without notice
		UnsaidAge    time.Duration  // since the rung's instant
		Overslept    int            // open cases that should have woken a minute ago
		OversleptAge time.Duration  // since that instant
		Intake       int            // acts without outcome for a minute
		IntakeAge    time.Duration  // since they were entered
		Outbox       int            // messages unsent for an hour
		OutboxAge    time.Duration  // since it was written
		OutboxBy     map[string]int // those of Outbox by their channel
		Digests      int            // congresses whose digests of today were not written at 09:10
		Audit        int            // lines of the audit log without a link for two minutes
	}
	// Unsaid is a rung that should have been said, for whoever looks for the cause.
	Unsaid struct {
		Number, Stage, Level string
		Age                  time.Duration // of the world, since the rung's instant
	}
	// clocks are those of all congresses at one moment of the world, as the queries take them.
	clocks struct {
		congresses map[string]Congress
		ids        []string
		now, late  []*time.Time // what each shows now and showed a minute ago; nil: held
		woken      []*time.Time // what it showed when the cases were to wake that should have done so a minute ago
		real       time.Time
	}
)

// Everything makes Health look at the whole audit log.
const Everything = 100 * 365 * 24 * time.Hour

// Health needs no Temporal and no more than the indexes of what waits, but for the audit log: of that it looks at the time that goes
// back so far from the last link. The formal congresses come first, the rehearsals second; both are there even if there are none.
func (r *Register) Health(ctx context.Context, back time.Duration) ([]Health, error) {
	at, err := r.clocks(ctx)
	if err != nil {
		return nil, err
	}
	mornings, err := r.owedMornings(ctx, at)
	if err != nil {
		return nil, err
	}
	rows, err := many[struct {
		Congress                        string
		Open, Unsaid, Overslept, Intake int
		UnsaidSince, OversleptSince     time.Time
		Outbox, Audit, Digests          int

		OutboxMail, OutboxSMS, OutboxWecom, OutboxDingtalk int

		IntakeAge, OutboxAge float64 // seconds
	}](ctx, r.pool, "health", at.ids, at.now, at.late, back, at.woken, mornings)
	if err != nil {
		return nil, err
	}
	kinds := []Health{{OutboxBy: map[string]int{}}, {Rehearsal: true, OutboxBy: map[string]int{}}}
	for _, row := range rows {
		h := &kinds[0]
		if at.congresses[row.Congress].Rehearsal {
			h = &kinds[1]
		}
		h.Open, h.Audit = h.Open+row.Open, h.Audit+row.Audit
		h.Unsaid, h.UnsaidAge = h.Unsaid+row.Unsaid, max(h.UnsaidAge, at.age(row.Congress, row.UnsaidSince))
		h.Overslept, h.OversleptAge = h.Overslept+row.Overslept, max(h.OversleptAge, at.age(row.Congress, row.OversleptSince))
		h.Intake, h.IntakeAge = h.Intake+row.Intake, max(h.IntakeAge, time.Duration(row.IntakeAge*float64(time.Second)))
		h.Digests += row.Digests
		for channel, n := range map[string]int{Mail: row.OutboxMail, SMS: row.OutboxSMS, WeCom: row.OutboxWecom, DingTalk: row.OutboxDingtalk} {
			h.OutboxBy[channel] += n
		}
		h.Outbox, h.OutboxAge = h.Outbox+row.Outbox, max(h.OutboxAge, time.Duration(row.OutboxAge*float64(time.Second)))
	}
	return kinds, nil
}

// owedMornings are the days whose digests should be there: today, where it is a working day and ten past nine; nil: none.
func (r *Register) owedMornings(ctx context.Context, at clocks) ([]*string, error) {
	days := make([]*string, len(at.ids))
	for i, id := range at.ids {
		if at.now[i] == nil {
			continue
		}
		calendar, err := r.Calendar(ctx, id, at.congresses[id].Edition)
		if err != nil {
			return nil, err
		}
		if now := *at.now[i]; calendar.Works(now) && now.Sub(schemas.DayOf(now)) >= 9*time.Hour+10*time.Minute {
			days[i] = null(now.In(schemas.Shanghai).Format(time.DateOnly))
		}
	}
	return days, nil
}

// Unsaid are the rungs that Health counts as such, the oldest first, up to a limit.
func (r *Register) Unsaid(ctx context.Context, limit int) ([]Unsaid, error) {
	at, err := r.clocks(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := many[struct {
		Number, Congress, Stage, Level string
		At                             time.Time
	}](ctx, r.pool, "unsaid", at.ids, at.late, limit)
	all := make([]Unsaid, len(rows))
	for i, row := range rows {
		all[i] = Unsaid{Number: row.Number, Stage: row.Stage, Level: row.Level, Age: at.age(row.Congress, row.At)}
	}
	slices.SortFunc(all, func(a, b Unsaid) int { return cmp.Compare(b.Age, a.Age) })
	return all[:min(limit, len(all))], err
}

func (r *Register) clocks(ctx context.Context) (clocks, error) {
	cs, err := r.Congresses(ctx)
	at := clocks{congresses: map[string]Congress{}, real: r.now()}
	for _, c := range cs {
		var now, late, woken *time.Time
		if c.Pace.Rate == 0 || !c.Pace.Held {
			now, late = moment(c.Pace.At(at.real)), moment(c.Pace.At(at.real.Add(-time.Minute)))
			woken = moment(c.Pace.At(at.real.Add(-c.Pace.Spread() - time.Minute)))
		}
		at.congresses[c.ID] = c
		at.ids, at.now, at.late = append(at.ids, c.ID), append(at.now, now), append(at.late, late)
		at.woken = append(at.woken, woken)
	}
	return at, err
}

// age is how long ago, in the world, a congress's clock showed an instant; zero for none.
func (at clocks) age(congress string, then time.Time) time.Duration {
	if then.Year() <= 1 {
		return 0
	}
	return max(0, -at.congresses[congress].Pace.Until(then, at.real))
}
