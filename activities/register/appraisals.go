package register

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// NewAppraisal is the appraisal of a unit's work (工作评议), or of an appointed official (履职评价), as it is proposed.
	NewAppraisal struct {
		Token                  string // the form's: the same token is the same appraisal
		Congress, Title, Body  string
		Committee, Owner, Unit string // unit id, account id, unit id
		Role                   schemas.Role
		Criteria               string // of a unit: codes with commas
		Official, Post         string // of an official: his name and post
		Judicial               bool   // of an official: a judge or prosecutor
	}
	// Appraisal is what the register knows of one besides its case.
	Appraisal struct {
		Unit, UnitName string
		Criteria       string
		Official, Post string // personal data
		Judicial       bool
		Consent        string    // number of the party committee's document; empty: not recorded
		Meets          time.Time // zero: not fixed
		Place          string
	}
	// AppraisalRow is an appraisal in a list, with the duty that is due next. Due is exclusive.
	AppraisalRow struct {
		ID, Procedure, Number, Title, Phase, Outcome string
		FiledAt                                      time.Time
		Committee, Unit                              string
		Official, Post                               string
		Meets                                        time.Time
		StageKind, StageUnit                         string
		StageRoles                                   []string
		Due, Yellow                                  *time.Time
		Level                                        string
		NPC, Held, Paused                            bool
	}
)

// FileAppraisal enters an appraisal under the next number of the year, and its first state, in one transaction; its workflow is started
// afterwards. With an official's name it is his, and its title tells nobody whose. The same form sent again returns the first. Codes:
// NotFound (no rules), BadToken.
func (r *Register) FileAppraisal(ctx context.Context, f NewAppraisal) (schemas.State, error) {
	now, err := r.Now(ctx, f.Congress)
	if err != nil {
		return schemas.State{}, err
	}
	now = now.Truncate(time.Microsecond)
	procedure, series, source := schemas.WorkAppraisal, "评议", "工作评议"
	if f.Official != "" {
		procedure, series, source, f.Title = schemas.OfficialAppraisal, "履评", "任后监督", "任命干部履职评价"
	}
	rulesID, rules, err := r.CurrentRules(ctx, f.Congress, procedure)
	if err != nil {
		return schemas.State{}, err
	}
	s := schemas.State{Congress: f.Congress, Case: NewID(), Procedure: procedure, Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
		"raised": {ID: "raised", Key: "raised", Role: f.Role, Person: f.Owner, Target: f.Unit, At: now}}}
	s.Policy.Committee, s.Policy.Owner = f.Committee, f.Owner
	state, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		number, err := nextNumber(ctx, tx, f.Congress, fmt.Sprintf("%s〔%d〕", series, now.In(schemas.Shanghai).Year()))
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(statement("file_case"), s.Case, f.Congress, number, procedure, source, f.Title, f.Body, now, f.Committee, f.Owner,
			rulesID, true, nil, now, string(state), procedure)
		b.Queue(statement("file_appraisal"), s.Case, f.Congress, null(f.Token), f.Unit, f.Criteria, f.Official, f.Post, f.Judicial)
		b.Queue(statement("write_party"), f.Congress, s.Case, f.Unit, "sole")
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "appraisals_token_key") {
		return r.filedBefore(ctx, "appraisal_filed", f.Congress, f.Token, f.Owner)
	}
	return s, err
}

// Appraisal reads what is known of an appraisal besides its case. Code: NotFound.
func (r *Register) Appraisal(ctx context.Context, congress, caseID string) (Appraisal, error) {
	return one[Appraisal](ctx, r.pool, "appraisal", congress, caseID)
}

// AppraisalRows are those appraisals as a list shows them, in the order of the ids.
func (r *Register) AppraisalRows(ctx context.Context, congress string, ids []string) ([]AppraisalRow, error) {
	return many[AppraisalRow](ctx, r.pool, "appraisal_rows", congress, ids)
}

// appraisal enters what an act changes of an appraisal besides its stages.
func (w writing) appraisal(b *pgx.Batch, a schemas.Act, paper schemas.ActIn) {
	switch schemas.Kind(a.Key) {
	case "appraisal-plan":
		b.Queue(statement("appraisal_meets"), w.s.Case, a.Until, paper.Place)
	case "party-consent":
		b.Queue(statement("appraisal_consent"), w.s.Case, paper.Title)
	}
}
