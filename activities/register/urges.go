package register

import (
	"context"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// Urge (人工催办) is a sentence that somebody had said to those who have an open stage.
type Urge struct {
	Stage         string
	N             int // which one of the stage
	Account, Name string
	Role          schemas.Role
	At            time.Time
	Text          string
	To            string // names
}

// Urges are those of a matter, in their order.
func (r *Register) Urges(ctx context.Context, caseID string) ([]Urge, error) {
	return many[Urge](ctx, r.pool, "urges", caseID)
}

// Urge says a sentence to those who have an open stage, in the name of an account: once by one person on a working day, and so often on
// a stage as the limits have it. Codes: UrgedToday, UrgedEnough, StageClosed, NobodyToTell.
func (r *Register) Urge(ctx context.Context, congress, caseID string, u Urge) error {
	limits := schemas.Urging()
	return r.within(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statement("lock_stage"), congress, caseID, u.Stage); err != nil { // of two at once the second counts the first
			return err
		}
		state, err := one[struct{ All, Mine int }](ctx, tx, "urged", caseID, u.Stage, u.Account, u.At.In(schemas.Shanghai).Format(time.DateOnly))
		switch {
		case err != nil:
			return err
		case state.Mine >= limits.PersonDay:
			return schemas.Refuse("UrgedToday", "您今天已经催办过这个环节，催办每人每个环节一天只能一次")
		case state.All >= limits.Stage:
			return schemas.Refuse("UrgedEnough", "这个环节已经催办%d次，不能再催；逾期由系统逐级上报", state.All)
		}
		n := state.All + 1
		tag, err := tx.Exec(ctx, statement("add_urge"), congress, caseID, u.Stage, n, u.Account, string(u.Role), u.At.In(schemas.Shanghai).Format(time.DateOnly), u.At, u.Text)
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("StageClosed", "此环节已经办结，不需要再催")
		}
		if err != nil {
			return err
		}
		tag, err = tx.Exec(ctx, statement("say_urge"), congress, caseID, u.Stage, schemas.UrgeLevel(n), u.At)
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("NobodyToTell", "这个环节目前没有可以通知的人，请联系系统管理员")
		}
		return err
	})
}
