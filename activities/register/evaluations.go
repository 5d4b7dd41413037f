package register

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// NewEvaluation is an end-effect evaluation (末端效应评估) as it is proposed.
	NewEvaluation struct {
		Token                         string // the form's: the same token is the same evaluation
		Congress, Title, Body         string
		Committee, Owner, Unit, About string // unit id, account id, unit id, case id of the closed matter or empty
		Role                          schemas.Role
	}
	// Evaluation is what the register knows of one besides its case.
	Evaluation struct {
		Unit, UnitName                 string
		About, AboutNumber, AboutTitle string // empty: of no matter in this register
	}
	// Indicator is one of an evaluation, with what the unit says of itself and what was gathered. Points are hundredths; nil: not yet.
	Indicator struct {
		Round, N            int
		Name, Way, Standard string
		Weight              int
		SelfReading         string
		SelfPoints          *int
		Reading             string
		Points              *int
	}
	// EvaluationRow is one in a list, with the duty that is due next. Due is exclusive; Points are hundredths, nil until it is evaluated.
	EvaluationRow struct {
		ID, Number, Title, Phase, Outcome string
		FiledAt                           time.Time
		Committee, Unit                   string
		Points                            *int
		StageKind, StageUnit              string
		StageRoles                        []string
		Due, Yellow                       *time.Time
		Level                             string
		NPC, Held, Paused                 bool
	}
)

// FileEvaluation enters an evaluation under the next number of the year, and its first state, in one transaction; its workflow is started
// afterwards. The same form sent again returns the first. Codes: NotFound (no rules), BadToken.
func (r *Register) FileEvaluation(ctx context.Context, f NewEvaluation) (schemas.State, error) {
	now, err := r.Now(ctx, f.Congress)
	if err != nil {
		return schemas.State{}, err
	}
	now = now.Truncate(time.Microsecond)
	rulesID, rules, err := r.CurrentRules(ctx, f.Congress, "evaluation")
	if err != nil {
		return schemas.State{}, err
	}
	s := schemas.State{Congress: f.Congress, Case: NewID(), Procedure: "evaluation", Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
		"evaluation-raised": {ID: "evaluation-raised", Key: "evaluation-raised", Role: f.Role, Person: f.Owner, Target: f.Unit, At: now}}}
	s.Policy.Committee, s.Policy.Owner = f.Committee, f.Owner
	state, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		number, err := nextNumber(ctx, tx, f.Congress, fmt.Sprintf("末评〔%d〕", now.In(schemas.Shanghai).Year()))
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(statement("file_case"), s.Case, f.Congress, number, "evaluation", "末端评估", f.Title, f.Body, now, f.Committee, f.Owner,
			rulesID, true, nil, now, string(state), "evaluation")
		b.Queue(statement("file_evaluation"), s.Case, f.Congress, null(f.Token), f.Unit, null(f.About))
		b.Queue(statement("write_party"), f.Congress, s.Case, f.Unit, "sole")
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "evaluations_token_key") {
		return r.filedBefore(ctx, "evaluation_filed", f.Congress, f.Token, f.Owner)
	}
	return s, err
}

// Evaluation reads what is known of an evaluation besides its case. Code: NotFound.
func (r *Register) Evaluation(ctx context.Context, congress, caseID string) (Evaluation, error) {
	return one[Evaluation](ctx, r.pool, "evaluation", congress, caseID)
}

// EvaluationsAbout are the evaluations of what a closed matter brought about, the newest first.
func (r *Register) EvaluationsAbout(ctx context.Context, congress, caseID string) ([]Related, error) {
	return many[Related](ctx, r.pool, "evaluations_about", congress, caseID)
}

// EvaluationRows are those evaluations as a list shows them, in the order of the ids.
func (r *Register) EvaluationRows(ctx context.Context, congress string, ids []string) ([]EvaluationRow, error) {
	return many[EvaluationRow](ctx, r.pool, "evaluation_rows", congress, ids)
}

// Indicators are those of all rounds of an evaluation, the last round first.
func (r *Register) Indicators(ctx context.Context, caseID string) ([]Indicator, error) {
	return many[Indicator](ctx, r.pool, "indicators", caseID)
}

// evaluation enters the indicators and what they read.
func (w writing) evaluation(b *pgx.Batch, a schemas.Act, paper schemas.ActIn) {
	_, which, _ := strings.Cut(a.Key, "#")
	round, _ := strconv.Atoi(which)
	switch schemas.Kind(a.Key) {
	case "indicators":
		for n, i := range paper.Indicators {
			b.Queue(statement("write_indicator"), w.s.Case, round, n+1, strings.TrimSpace(i.Name), i.Weight, i.Way, i.Standard)
		}
	case "self-rating":
		for _, x := range paper.Readings {
			b.Queue(statement("rate_itself"), w.s.Case, round, x.N, x.Reading, x.Points)
		}
	case "collect":
		for _, x := range paper.Readings {
			b.Queue(statement("rate_indicator"), w.s.Case, round, x.N, x.Reading, x.Points)
		}
	}
}
