package register

import (
	"context"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Batch is one act done on many matters at once (批量办理).
	Batch struct {
		ID, Account, AccountName, Kind string
		ReceivedAt                     time.Time
	}
	// BatchRow is what became of the act on one of them.
	BatchRow struct {
		Received
		Number, Title string
	}
)

// ReceiveBatch enters acts on many matters into the intake in one transaction, all or none, with one instant. The same batch again
// changes nothing: what is done stays done, what waits goes on waiting. The acts' ids are made from the batch's.
func (r *Register) ReceiveBatch(ctx context.Context, congress, id, account, kind string, acts map[string]schemas.Act) error {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return err
	}
	now = now.Truncate(time.Microsecond)
	return r.within(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		b.Queue(statement("add_batch"), id, congress, account, kind, now)
		for caseID, a := range acts {
			a.ID, a.Person, a.At = id+"/"+caseID, account, now
			body, err := carried(a)
			if err != nil {
				return err
			}
			b.Queue(statement("receive_in_batch"), a.ID, congress, caseID, a.Key, account, body, now, id)
		}
		return tx.SendBatch(ctx, b).Close()
	})
}

// Batch reads a batch of a congress. Code: NotFound.
func (r *Register) Batch(ctx context.Context, congress, id string) (Batch, error) {
	return one[Batch](ctx, r.pool, "batch", congress, id)
}

// BatchRows are the acts of a batch with their outcomes, by the matters' numbers.
func (r *Register) BatchRows(ctx context.Context, id string) ([]BatchRow, error) {
	return many[BatchRow](ctx, r.pool, "batch_rows", id)
}
