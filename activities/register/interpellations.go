package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// NewInterpellation is an interpellation (质询案) as it is filed.
	NewInterpellation struct {
		Token                       string // the form's: the same token is the same interpellation
		Congress, Title, Body, Unit string
		Committee, Leader           string   // unit id of the committee office that serves it; account id
		Signers                     []string // account ids of the others, who confirm
	}
	// Interpellation is what the register knows of one besides its case.
	Interpellation struct {
		Unit, UnitName string
		Meets          time.Time // zero: nothing is answered by word of mouth
		Place          string
	}
	// InterpellationRow is one in a list, with the duty that is due next. Due is exclusive.
	InterpellationRow struct {
		ID, Number, Title, Phase, Outcome string
		FiledAt                           time.Time
		Unit, Leader                      string
		Signers                           int // those who have signed so far
		StageKind, StageUnit              string
		StageRoles                        []string
		Due, Yellow                       *time.Time
		Level                             string
		NPC, Held, Paused                 bool
	}
)

// FileInterpellation enters an interpellation under the next number of the year, and its first state, in one transaction; its workflow is
// started afterwards. The same form sent again returns the first. Codes: NotFound (no rules), BadToken, TooFew, Conflict.
func (r *Register) FileInterpellation(ctx context.Context, f NewInterpellation) (schemas.State, error) {
	now, err := r.Now(ctx, f.Congress)
	if err != nil {
		return schemas.State{}, err
	}
	now = now.Truncate(time.Microsecond)
	rulesID, rules, err := r.CurrentRules(ctx, f.Congress, "interpellation")
	if err != nil {
		return schemas.State{}, err
	}
	if n := len(f.Signers) + 1; n < rules.Policy.Signers {
		return schemas.State{}, schemas.Refuse("TooFew", "质询案须由常委会组成人员%d人以上联名提出，现在连同领衔人共%d人", rules.Policy.Signers, n)
	}
	concerned, err := many[struct{ Name string }](ctx, r.pool, "works_in", f.Congress, f.Unit, append(slices.Clone(f.Signers), f.Leader))
	if err != nil {
		return schemas.State{}, err
	}
	if len(concerned) > 0 {
		var names []string
		for _, c := range concerned {
			names = append(names, c.Name)
		}
		return schemas.State{}, schemas.Refuse("Conflict", "%s在受质询机关任职，按回避规定不能联名", strings.Join(names, "、"))
	}
	s := schemas.State{Congress: f.Congress, Case: NewID(), Procedure: "interpellation", Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
		"filed": {ID: "filed", Key: "filed", Role: schemas.Member, Person: f.Leader, People: f.Signers, Target: f.Unit, At: now}}}
	s.Policy.Committee, s.Policy.Owner = f.Committee, f.Leader
	state, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		number, err := nextNumber(ctx, tx, f.Congress, fmt.Sprintf("质询〔%d〕", now.In(schemas.Shanghai).Year()))
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(statement("file_case"), s.Case, f.Congress, number, "interpellation", "质询案", f.Title, f.Body, now, f.Committee, f.Leader,
			rulesID, true, nil, now, string(state), "interpellation")
		b.Queue(statement("file_interpellation"), s.Case, f.Congress, null(f.Token), f.Unit)
		b.Queue(statement("write_party"), f.Congress, s.Case, f.Unit, "sole")
		b.Queue(statement("write_proposer"), f.Congress, s.Case, f.Leader, 0, "agree")
		for n, p := range f.Signers {
			b.Queue(statement("write_proposer"), f.Congress, s.Case, p, n+1, "")
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "interpellations_token_key") {
		return r.filedBefore(ctx, "interpellation_filed", f.Congress, f.Token, f.Leader)
	}
	return s, err
}

// Interpellation reads what is known of an interpellation besides its case. Code: NotFound.
func (r *Register) Interpellation(ctx context.Context, congress, caseID string) (Interpellation, error) {
	return one[Interpellation](ctx, r.pool, "interpellation", congress, caseID)
}

// InterpellationRows are those interpellations as a list shows them, in the order of the ids.
func (r *Register) InterpellationRows(ctx context.Context, congress string, ids []string) ([]InterpellationRow, error) {
	return many[InterpellationRow](ctx, r.pool, "interpellation_rows", congress, ids)
}

// interpellation enters what an act changes of an interpellation besides its stages.
func (w writing) interpellation(b *pgx.Batch, a schemas.Act, paper schemas.ActIn) {
	switch schemas.Kind(a.Key) {
	case "join":
		b.Queue(statement("proposer_word"), w.s.Case, strings.TrimPrefix(a.Key, "join/"), a.Verdict)
	case "put":
		if !a.Until.IsZero() {
			b.Queue(statement("interpellation_meets"), w.s.Case, a.Until, paper.Place)
		}
	}
}
