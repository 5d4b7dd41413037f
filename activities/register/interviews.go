package register

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"bihuan/schemas"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

type (
	// NewInterview is an interview (约见约谈) as it is proposed.
	NewInterview struct {
		Token                   string // the form's: the same token is the same interview
		Congress, Source        string
		Title, Body             string // what about, and why
		Unit, Post              string // unit id of the person to be seen, and the person's post
		Committee, Owner, About string // unit id, account id, case id of the matter out of which it comes; empty: none
		Role                    schemas.Role
	}
	// Interview is what the register knows of one besides its case.
	Interview struct {
		Unit, UnitName, Post, Place    string
		Meets                          time.Time // zero: not yet notified
		About, AboutNumber, AboutTitle string
	}
	// InterviewRow is an interview in a list, with the duty that is due next. Due is exclusive.
	InterviewRow struct {
		ID, Number, Title, Source, Phase, Outcome string
		FiledAt                                   time.Time
		Unit, Post, Committee                     string
		Meets                                     time.Time
		Promises, Kept                            int
		StageKind, StageUnit                      string
		StageRoles                                []string
		Due, Yellow                               *time.Time
		Level                                     string
		NPC, Held, Paused                         bool
	}
	// Related is an interview that came out of a matter.
	Related struct {
		ID, Number, Title, Phase, Outcome string
		FiledAt                           time.Time
	}
)

// FileInterview enters an interview under the next number of the year, and its first state, in one transaction; its workflow is
// started afterwards. The same form sent again returns the first. Codes: NotFound (no rules), BadToken.
func (r *Register) FileInterview(ctx context.Context, f NewInterview) (schemas.State, error) {
	now, err := r.Now(ctx, f.Congress)
	if err != nil {
		return schemas.State{}, err
	}
	now = now.Truncate(time.Microsecond)
	rulesID, rules, err := r.CurrentRules(ctx, f.Congress, "interview")
	if err != nil {
		return schemas.State{}, err
	}
	s := schemas.State{Congress: f.Congress, Case: NewID(), Procedure: "interview", Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
		"proposed": {ID: "proposed", Key: "proposed", Role: f.Role, Person: f.Owner, Target: f.Unit, At: now}}}
	s.Policy.Committee, s.Policy.Owner = f.Committee, f.Owner
	state, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		number, err := nextNumber(ctx, tx, f.Congress, fmt.Sprintf("约谈〔%d〕", now.In(schemas.Shanghai).Year()))
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(statement("file_case"), s.Case, f.Congress, number, "interview", f.Source, f.Title, f.Body, now, f.Committee, f.Owner,
			rulesID, true, nil, now, string(state), "interview")
		b.Queue(statement("file_interview"), s.Case, f.Congress, f.Unit, f.Post, null(f.About), null(f.Token))
		b.Queue(statement("write_party"), f.Congress, s.Case, f.Unit, "sole")
		if f.Role == schemas.Deputy {
			b.Queue(statement("write_proposer"), f.Congress, s.Case, f.Owner, 0, "agree")
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "interviews_token_key") {
		return r.filedBefore(ctx, "interview_filed", f.Congress, f.Token, f.Owner)
	}
	return s, err
}

// filedBefore is what the same form entered before. Code: BadToken, when it was another's.
func (r *Register) filedBefore(ctx context.Context, query, congress, token, owner string) (s schemas.State, err error) {
	rows, err := many[struct{ State, Owner string }](ctx, r.pool, query, congress, token)
	if err == nil && (len(rows) == 0 || rows[0].Owner != owner) {
		err = schemas.Refuse("BadToken", "表单凭据已经用过，请重新打开页面再提交")
	}
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(rows[0].State), &s)
}

// Interview reads what is known of an interview besides its case. Code: NotFound.
func (r *Register) Interview(ctx context.Context, congress, caseID string) (Interview, error) {
	return one[Interview](ctx, r.pool, "interview", congress, caseID)
}

// InterviewsAbout are the interviews that came out of a matter, the newest first.
func (r *Register) InterviewsAbout(ctx context.Context, congress, caseID string) ([]Related, error) {
	return many[Related](ctx, r.pool, "interviews_about", congress, caseID)
}

// InterviewRows are those interviews as a list shows them, in the order of the ids.
func (r *Register) InterviewRows(ctx context.Context, congress string, ids []string) ([]InterviewRow, error) {
	return many[InterviewRow](ctx, r.pool, "interview_rows", congress, ids)
}

// PromiseID is the id of the n-th promise of minutes: the same form makes the same promises.
func PromiseID(token string, n int) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(token+"/"+strconv.Itoa(n))).String()
}

// interview enters what an act changes of an interview besides its stages. The words stand in the act's paper.
func (w writing) interview(b *pgx.Batch, a schemas.Act, paper schemas.ActIn) {
	switch schemas.Kind(a.Key) {
	case "notify":
		b.Queue(statement("set_meeting"), w.s.Case, a.Until, paper.Place)
	case "postpone":
		if a.Verdict == "accept" {
			b.Queue(statement("set_meeting"), w.s.Case, a.Until, paper.Place)
		}
	case "minutes": // those that were objected to are amended whole
		b.Queue(statement("drop_items"), w.s.Case)
		for n, i := range a.Items {
			var p schemas.PromiseIn
			if n < len(paper.Promises) {
				p = paper.Promises[n]
			}
			b.Queue(statement("write_promise"), i.Item, w.s.Congress, w.s.Case, n+1, p.What, null(i.Unit), p.Who, moment(i.Until))
		}
	case "promise-check":
		if item := itemOf(a.Key); a.Verdict == "kept" {
			b.Queue(statement("item_result"), w.s.Case, item, "closed", a.At)
		} else {
			b.Queue(statement("item_result"), w.s.Case, item, "broken", a.At)
		}
	}
}
