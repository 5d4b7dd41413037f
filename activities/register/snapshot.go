package register

import (
	"context"

	"github.com/jackc/pgx/v5"
)

type snapshotKey struct{}

// Snapshot makes all that is read under the context it returns be of one instant, this one, until done is called. Nothing can be written
// under it, and nothing read by two at once.
func (r *Register) Snapshot(ctx context.Context) (within context.Context, done func(), err error) {
	tx, err := r.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return ctx, nil, Away(err)
	}
	return context.WithValue(ctx, snapshotKey{}, tx), func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }, nil
}
