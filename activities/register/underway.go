package register

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// LedgerImport is one taking over of matters that are underway (导入在办事项) from the office's own ledger.
	LedgerImport struct {
		ID, Account, AccountName string
		File, Sha256             string
		At                       time.Time
		Matters, Waiting         int // Waiting: of how many the workflow is not known to run
	}
	// NewUnderway is a matter of it, with where it comes in. Its items have their ids, for the facts name them.
	NewUnderway struct {
		Filing
		Line     int // of the sheet
		Entrance schemas.Entrance
	}
)

// FileUnderway enters matters that are underway with all that the ledger tells of their past, in one transaction, all or none; their
// workflows are started afterwards. Code: Duplicate (a number is taken).
func (r *Register) FileUnderway(ctx context.Context, congress string, in LedgerImport, fs []NewUnderway) (states []schemas.State, err error) {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return nil, err
	}
	now = now.Truncate(time.Microsecond)
	err = r.within(ctx, func(tx pgx.Tx) error {
		states = nil
		b := &pgx.Batch{}
		b.Queue(statement("add_ledger_import"), in.ID, congress, in.Account, in.File, in.Sha256, now, len(fs))
		for _, f := range fs {
			s := f.Entrance.State
			s.Entered = now
			states = append(states, s)
			if err := f.queue(b, s, now); err != nil {
				return err
			}
			b.Queue(statement("add_ledger_matter"), s.Case, congress, in.ID, f.Line)
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "cases_congress_number_key") {
		return nil, schemas.Refuse("Duplicate", "有的编号登记簿里已经有了，没有再次导入")
	}
	return states, err
}

// queue enters the matter, its past stages and the line of the journal that says what the ledger told.
func (f NewUnderway) queue(b *pgx.Batch, s schemas.State, now time.Time) error {
	state, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b.Queue(statement("file_underway"), s.Case, f.Congress, f.Number, f.Kind, f.Source, f.Title, f.Body, f.T0, f.Committee, f.Owner,
		s.Rules, f.Direct, now, string(state), f.Entrance.Phase)
	for i, it := range f.Items {
		b.Queue(statement("file_past_item"), it.ID, f.Congress, s.Case, i+1, it.Problem, it.Demand, null(it.Lead), moment(it.ClosedAt))
	}
	for _, p := range f.Parties {
		b.Queue(statement("write_party"), f.Congress, s.Case, p.Unit, p.Capacity)
	}
	var told []schemas.Act
	for _, p := range f.Entrance.Past {
		told = append(told, p.Act)
		duty := schemas.Duties[schemas.Kind(p.Key)]
		opened := p.Dating.From
		if opened.IsZero() || opened.After(p.Act.At) {
			opened = p.Act.At
		}
		b.Queue(statement("file_past_stage"), f.Congress, s.Case, p.Key, schemas.Kind(p.Key), null(p.Unit), null(p.For), list(p.Roles()), duty.NPC,
			moment(p.Dating.From), moment(p.Dating.Due), moment(p.Yellow), p.Dating.Provisional, p.Dating.Edition, lines(p.Dating.Working), opened, p.Act.At, p.Act.Verdict, moment(p.First))
	}
	slices.SortStableFunc(told, func(a, b schemas.Act) int { return a.At.Compare(b.At) })
	acts, err := json.Marshal(told)
	if err != nil {
		return err
	}
	b.Queue(statement("write_journal"), f.Congress, s.Case, 0, "ledger", now, string(acts), "[]", "{}", f.Entrance.Phase)
	return nil
}

// LedgerImport reads one taking over. Code: NotFound.
func (r *Register) LedgerImport(ctx context.Context, congress, id string) (LedgerImport, error) {
	return one[LedgerImport](ctx, r.pool, "ledger_import", congress, id)
}

// LedgerImports are the latest of a congress.
func (r *Register) LedgerImports(ctx context.Context, congress string, limit int) ([]LedgerImport, error) {
	return many[LedgerImport](ctx, r.pool, "ledger_imports", congress, limit)
}

// LedgerMatters is the page of an import's matters after a place, in the order of the sheet; and where the next begins.
func (r *Register) LedgerMatters(ctx context.Context, congress, id string, after *Place, limit int) (ids []string, next *Place, err error) {
	var last *string
	if after != nil {
		last = &after.ID
	}
	rows, err := many[struct{ ID string }](ctx, r.pool, "ledger_matters", congress, id, last, limit+1)
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	if len(ids) > limit {
		ids = ids[:limit]
		next = &Place{ID: ids[limit-1]}
	}
	return ids, next, err
}

// TakenOver is the import by which a matter came into the register; false: it was filed here.
func (r *Register) TakenOver(ctx context.Context, caseID string) (LedgerImport, bool, error) {
	in, err := one[LedgerImport](ctx, r.pool, "taken_over", caseID)
	var none *schemas.Error
	if errors.As(err, &none) && none.Code == "NotFound" {
		return in, false, nil
	}
	return in, err == nil, err
}
