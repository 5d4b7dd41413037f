package register

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"bihuan/schemas"
)

// Received is an act in the intake (收件): its receipt is the legal instant, its outcome may still be open.
type Received struct {
	Token, Congress, CaseID, Stage, Account string
	Act                                     string
	ReceivedAt                              time.Time
	Outcome, Code, Answer                   string
}

// Receive enters an act before it is sent to its case. The act's At is set from the congress's clock unless it
// is given. The same token again returns the first entry: a form sent twice is one act. Code: BadText.
func (r *Register) Receive(ctx context.Context, congress, id string, a schemas.Act) (Received, error) {
	if a.At.IsZero() {
		now, err := r.Now(ctx, congress)
		if err != nil {
			return Received{}, err
		}
		a.At = now.Truncate(time.Microsecond)
	}
	body, err := carried(a)
	if err != nil {
		return Received{}, err
	}
	if _, err := r.do(ctx, "receive", a.ID, congress, id, a.Key, a.Person, body, a.At); err != nil {
		return Received{}, err
	}
	return one[Received](ctx, r.pool, "received", a.ID)
}

// Storable refuses JSON that says what Postgres cannot hold: as a fact of its case it would keep every later record of the case from being
// written. Code: BadText.
func Storable(body string) error {
	if strings.Contains(strings.ReplaceAll(body, `\\`, ""), `\u0000`) { // the zero character, not six letters that look like it
		return schemas.Refuse("BadText", "填写的内容里有无法保存的控制字符，请删去后再提交")
	}
	return nil
}

// carried is an act as the intake keeps it. Code: BadText.
func carried(a schemas.Act) (string, error) {
	body, err := json.Marshal(a)
	if err == nil {
		err = Storable(string(body))
	}
	return string(body), err
}

// Refused enters why an act was not taken; an outcome that stands is left. Late: its sender has left the page and is told by a notice
// (settled 10).
func (r *Register) Refused(ctx context.Context, token string, why *schemas.Error, late bool) error {
	_, err := r.do(ctx, "refuse_intake", token, why.Code, why.Text, late)
	return err
}

// Refusals are a person's acts on a case that were refused late, newest first.
func (r *Register) Refusals(ctx context.Context, caseID, account string) ([]Received, error) {
	return many[Received](ctx, r.pool, "refusals", caseID, account)
}

// Waiting are the acts without an outcome that came some seconds ago, oldest first.
func (r *Register) Waiting(ctx context.Context) ([]Received, error) {
	return many[Received](ctx, r.pool, "waiting")
}

// InTransit counts what cases of a congress have passed on to others that have not taken it yet.
func (r *Register) InTransit(ctx context.Context, congress string) (int, error) {
	row, err := one[struct{ N int }](ctx, r.pool, "in_transit", congress)
	return row.N, err
}

// Pending are a case's acts that are still being registered (正在登记).
func (r *Register) Pending(ctx context.Context, id string) ([]Received, error) {
	return many[Received](ctx, r.pool, "pending", id)
}
