package register

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Reckoned is an open case with what its dates were reckoned by.
type Reckoned struct {
	ID, Number, Title string
	State             string   // JSON: schemas.State
	Edition           string   // of the calendar; empty: the built-in one, or not known
	Seq               int      // of its last Record
	Provisional       []string // keys of the open stages that are due past the last published year (暂定)
}

// firstID comes before every id.
const firstID = "00000000-0000-0000-0000-000000000000"

// Behind are open cases of a congress whose dates are not known to agree with an edition of its calendar, in the order of their ids
// from after one on (empty: from the first), a limited number.
func (r *Register) Behind(ctx context.Context, congress, edition, after string, limit int) ([]Reckoned, error) {
	return r.reckoned(ctx, congress, edition, after, limit, false)
}

// Reckoned are all open cases of a congress in the same way, whatever their dates agree with.
func (r *Register) Reckoned(ctx context.Context, congress, after string, limit int) ([]Reckoned, error) {
	return r.reckoned(ctx, congress, "", after, limit, true)
}

func (r *Register) reckoned(ctx context.Context, congress, edition, after string, limit int, all bool) ([]Reckoned, error) {
	if after == "" {
		after = firstID
	}
	return many[Reckoned](ctx, r.pool, "behind", congress, edition, after, limit, all)
}

// CountBehind is how many open cases are not known to agree with an edition.
func (r *Register) CountBehind(ctx context.Context, congress, edition string) (n int, err error) {
	row, err := one[struct{ N int }](ctx, r.pool, "count_behind", congress, edition)
	return row.N, err
}

// Follow enters that the dates of cases agree with an edition; one that has recorded something since it was read is left behind.
func (r *Register) Follow(ctx context.Context, edition string, cs []Reckoned) error {
	ids, seqs := make([]string, len(cs)), make([]int32, len(cs))
	for i, c := range cs {
		ids[i], seqs[i] = c.ID, int32(c.Seq) //nolint:gosec // a case's Records are counted in thousands
	}
	_, err := r.do(ctx, "follow_edition", ids, edition, seqs)
	return err
}

// Alone does a thing unless another process does the thing of that name; it reports whether it did.
func (r *Register) Alone(ctx context.Context, name string, do func(context.Context) error) (bool, error) {
	var did bool
	err := r.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		if err := c.QueryRow(ctx, statement("try_lock"), name).Scan(&did); err != nil || !did {
			return err
		}
		defer func() { _, _ = c.Exec(context.WithoutCancel(ctx), statement("unlock"), name) }()
		return do(ctx)
	})
	return did, Away(err)
}
