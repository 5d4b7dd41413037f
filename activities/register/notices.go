package register

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

type (
	// Notice is a message to one person about one rung.
	Notice struct {
		ID, CaseID, Stage, Level    string
		Rev                         int
		Account, AccountName, Email string
		At, Due, WrittenAt, ReadAt  time.Time
		Number, Title, UnitName     string
		Note                        string // of an urge: its sentence
		Open                        bool   // the stage still waits
	}
	// Rung is what will be or was said about a stage, and to how many.
	Rung struct {
		CaseID, Stage, Level, UnitName string
		At, Due, RungAt                time.Time
		Effect                         string
		Roles                          []string
		People                         string // names, by commas
	}
)

// Ring writes the notices of all rungs that have come in every congress, some hundreds at a time, for a Record that meets one waits, and
// returns how many rungs it took. Stages with an act waiting in the intake are passed over (settled 11).
func (r *Register) Ring(ctx context.Context) (taken int, err error) {
	at, err := r.clocks(ctx)
	if err != nil {
		return 0, err
	}
	due, err := many[struct{ Congress string }](ctx, r.pool, "bells", at.ids, at.now) // most seconds nothing has come anywhere
	if err != nil {
		return 0, err
	}
	for _, c := range due {
		err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
			var n int
			b := &pgx.Batch{}
			b.Queue(statement("by_key")) // as in Write
			b.Queue(statement("ring_bell"), c.Congress, at.congresses[c.Congress].Pace.At(at.real)).QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
			if err := tx.SendBatch(ctx, b).Close(); err != nil {
				return err
			}
			taken += n
			return nil
		})
		if err != nil {
			return taken, Away(err)
		}
	}
	return taken, nil
}

// Inbox is the page of a person's notices after a place, newest first; and where the next begins.
func (r *Register) Inbox(ctx context.Context, account string, after *Place, limit int) ([]Notice, *Place, error) {
	var place Place
	if after != nil {
		place = *after
	}
	rows, err := many[Notice](ctx, r.pool, "inbox", planned, account, moment(place.At), null(place.ID), limit+1)
	if err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	last := rows[limit-1]
	return rows[:limit], &Place{last.At, last.ID}, nil
}

// Read marks a person's notices as read at an instant, or one of them.
func (r *Register) Read(ctx context.Context, account, id string, at time.Time) error {
	_, err := r.do(ctx, "read_notice", account, null(id), at)
	return err
}

// ReadCase marks a person's notices of a matter as read: he has opened it.
func (r *Register) ReadCase(ctx context.Context, account, caseID string, at time.Time) error {
	_, err := r.do(ctx, "read_case", account, caseID, at)
	return err
}

// Unread counts a person's unread notices.
func (r *Register) Unread(ctx context.Context, account string) (n int, err error) {
	row, err := one[struct{ N int }](ctx, r.pool, "unread", account)
	return row.N, err
}

// Rungs are all messages of a matter, those to come included, in their order.
func (r *Register) Rungs(ctx context.Context, caseID string) ([]Rung, error) {
	return many[Rung](ctx, r.pool, "rungs", caseID)
}

// Meeting is an open stage that a person was told of and attends on its day.
type Meeting struct {
	Case, Procedure, Number, Title, Stage, Unit string
	Due, OpenedAt                               time.Time
}

// Meetings are those of a person that are still to come, of kinds of stages.
func (r *Register) Meetings(ctx context.Context, account string, kinds []string) ([]Meeting, error) {
	return many[Meeting](ctx, r.pool, "meetings", account, kinds)
}

// Revs are how often the dates of stages have changed, by case and key.
func (r *Register) Revs(ctx context.Context, cases, keys []string) (map[string]int, error) {
	rows, err := many[struct {
		Case, Key string
		Rev       int
	}](ctx, r.pool, "revs", cases, keys)
	revs := make(map[string]int, len(rows))
	for _, row := range rows {
		revs[row.Case+"/"+row.Key] = row.Rev
	}
	return revs, err
}

// ClimbedTo are the rungs after the due day that reached a person and whose stage still waits, the highest of each stage, the latest
// first, up to a limit; as long as he holds the post in which he was told, or stands in for who does, at an instant.
func (r *Register) ClimbedTo(ctx context.Context, account string, at time.Time, limit int) ([]Notice, error) {
	return many[Notice](ctx, r.pool, "climbed_to", planned, account, at, limit)
}

// Unclimbed counts the rungs of a congress that have come by an instant and that their cases have not passed yet.
func (r *Register) Unclimbed(ctx context.Context, congress string, at time.Time) (int, error) {
	row, err := one[struct{ N int }](ctx, r.pool, "unclimbed", congress, at)
	return row.N, err
}

// Said are all notices of a matter, in the order of their instants.
func (r *Register) Said(ctx context.Context, caseID string) ([]Notice, error) {
	return many[Notice](ctx, r.pool, "said", caseID)
}
