package register

import (
	"context"
	"time"

	"bihuan/schemas"
)

// Substitute is a period in which one stands in for another: B岗 (substitute), or 代签 that a leader gave (delegate).
type Substitute struct {
	ID                         string
	Account, AccountName       string // who is absent
	StandsIn, StandsInName     string
	Role                       schemas.Role // empty: all that can be passed on
	From, Until                time.Time    // on the congress's clock; Until exclusive
	Kind, NamedBy, NamedByName string
	Revoked                    bool
}

// NameSubstitute enters a period. Code: NotFound, when one of the two is not of that congress or his account is shut.
func (r *Register) NameSubstitute(ctx context.Context, congress string, s Substitute) error {
	n, err := r.do(ctx, "name_substitute", NewID(), congress, s.Account, s.StandsIn, null(string(s.Role)), s.From, s.Until, s.Kind, s.NamedBy)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有找到这个人")
	}
	return err
}

// Substitutes are the periods in which an account is absent or stands in, and those it named; the latest first.
func (r *Register) Substitutes(ctx context.Context, congress, account string) ([]Substitute, error) {
	return many[Substitute](ctx, r.pool, "substitutes", congress, account)
}

// RevokeSubstitute ends a period at an instant, for the absent one or whoever named it. Code: NotFound.
func (r *Register) RevokeSubstitute(ctx context.Context, congress, id, account string, at time.Time) error {
	n, err := r.do(ctx, "revoke_substitute", congress, id, account, at)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "这项代理已经结束，或者不是您定的")
	}
	return err
}

// ActFor enters, before an act is sent, in whose place its author does it.
func (r *Register) ActFor(ctx context.Context, congress, caseID, token, absent string) error {
	_, err := r.do(ctx, "acted_for", token, congress, caseID, absent)
	return err
}

// ActedFor are the acts of a matter that were done in another's place: the act's id → that other's account.
func (r *Register) ActedFor(ctx context.Context, caseID string) (map[string]string, error) {
	rows, err := many[struct{ Token, Absent string }](ctx, r.pool, "absent_in", caseID)
	absent := make(map[string]string, len(rows))
	for _, row := range rows {
		absent[row.Token] = row.Absent
	}
	return absent, err
}

// EnteredFor is an act that the office entered for a unit, by the act's id.
type EnteredFor struct {
	Token, Unit, Came, Sender string // the act's id, the unit's name, a code of schemas.Arrivals, who brought or said it
}

// EnterFor notes, before an act is sent, that the office enters it for a unit (代录), and how it came.
func (r *Register) EnterFor(ctx context.Context, congress, caseID, unit string, e EnteredFor) error {
	_, err := r.do(ctx, "enter_for", e.Token, congress, caseID, unit, e.Came, e.Sender)
	return err
}

// EnteredFor are the acts of a matter that the office entered for units.
func (r *Register) EnteredFor(ctx context.Context, caseID string) ([]EnteredFor, error) {
	return many[EnteredFor](ctx, r.pool, "entered_for", caseID)
}
