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
	// NewSuggestion is a suggestion (代表建议) as its deputy or an import files it.
	NewSuggestion struct {
		Token                         string    // the form's: the same token is the same suggestion; empty: none
		Number                        string    // empty: the next of the year is given
		Kind                          string    // suggestion, contact-letter (代表联系函, G43), or motion (议案)
		Session                       string    // 届次; empty: in recess
		T0                            time.Time // the day that the session closed; only in session
		Category, Title, Body, Demand string
		Basis                         string // 案据, of a motion
		Origin                        string // the motion that it is turned from
		Wish, Proposed                string // unit ids
		Consents, Surveyed, Face      bool
		Leader                        string   // account id
		Cosigners                     []string // account ids
		Signed                        bool     // the co-signers have signed on paper
	}
	// Suggestion is what the register knows of one besides its case.
	Suggestion struct {
		Session, Category, Demand, Basis string
		Wish, WishName                   string
		Consents, Surveyed, Face         bool
		Proposed, ProposedName           string
		AnsweredOpenly, Published        bool
		MergedInto, MergedNumber         string
		Origin, OriginNumber             string
		KeyLeader, KeyLeaderName         string
		KeyCommitteeName                 string
	}
	// Proposer is a deputy who leads or co-signs a suggestion. Position 0 leads; from 100 on they come from merged ones.
	Proposer struct {
		Account, Name, Delegation, Occupation string
		Employer                              string // the unit that the deputy works in
		Position                              int
		Word                                  string // agree, decline, silent; empty: asked
	}
	// DeputyRow is one deputy of the roll (代表名册).
	DeputyRow struct{ Account, Name, Delegation, Occupation, Employer string }
	// SuggestionRow is a suggestion in a list, with the duty that is due next. Due is exclusive.
	SuggestionRow struct {
		ID, Procedure, Kind, Number           string
		Title, Phase, Outcome                 string
		FiledAt                               time.Time
		Session, Category, Leader, Delegation string
		Proposed, ProposedName, UnitNames     string
		Key                                   bool
		Stage, StageKind, StageUnit           string
		StageRoles                            []string
		Due, Yellow                           *time.Time
		Level                                 string
		NPC, Held, Paused                     bool
	}
)

// FileSuggestions enters suggestions with their first states in one transaction, all or none; their workflows are started
// afterwards. Codes: Duplicate (a number is taken), NotFound (no rules).
func (r *Register) FileSuggestions(ctx context.Context, congress, committee string, fs []NewSuggestion) (states []schemas.State, err error) {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return nil, err
	}
	now = now.Truncate(time.Microsecond)
	ids, rules := map[string]string{}, map[string]schemas.Rules{}
	for _, f := range fs {
		procedure := f.procedure()
		if ids[procedure] == "" {
			if ids[procedure], rules[procedure], err = r.CurrentRules(ctx, congress, procedure); err != nil {
				return nil, err
			}
		}
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		states = nil
		next := map[string]int{}
		b := &pgx.Batch{}
		for _, f := range fs {
			if f.Number == "" {
				if f.Number, err = f.numbered(ctx, tx, congress, now, next); err != nil {
					return err
				}
			}
			s := f.first(congress, committee, ids[f.procedure()], rules[f.procedure()], now)
			states = append(states, s)
			state, err := json.Marshal(s)
			if err != nil {
				return err
			}
			f.queue(b, s, now, string(state))
		}
		return tx.SendBatch(ctx, b).Close()
	})
	switch {
	case violates(err, "suggestions_token_key"): // the form was sent before
		row, err := one[struct{ State string }](ctx, r.pool, "filed_before", fs[0].Token)
		if err != nil {
			return nil, err
		}
		states = make([]schemas.State, 1)
		return states, json.Unmarshal([]byte(row.State), &states[0])
	case violates(err, "cases_congress_number_key"):
		return nil, schemas.Refuse("Duplicate", "建议编号已经用过，请检查")
	}
	return states, err
}

// procedure is how it is handled.
func (f NewSuggestion) procedure() string {
	if f.Kind == "motion" {
		return "motion"
	}
	return "suggestion"
}

// numbered gives the next number of the year, to suggestions in recess (闭会期间) and to motions each their own. The lock holds
// until the transaction ends: no gaps.
func (f NewSuggestion) numbered(ctx context.Context, tx pgx.Tx, congress string, now time.Time, next map[string]int) (string, error) {
	name := "闭建"
	if f.procedure() == "motion" {
		name = "议"
	}
	series := fmt.Sprintf("%s〔%d〕", name, now.In(schemas.Shanghai).Year())
	if next[series] == 0 {
		if _, err := tx.Exec(ctx, statement("lock_congress"), congress); err != nil {
			return "", err
		}
		row, err := one[struct{ N int }](ctx, tx, "next_number", congress, series)
		if err != nil {
			return "", err
		}
		next[series] = row.N
	}
	n := next[series]
	next[series]++
	return fmt.Sprintf("%s%d号", series, n), nil
}

// first is the state that a suggestion begins with.
func (f NewSuggestion) first(congress, committee, rulesID string, rules schemas.Rules, now time.Time) schemas.State {
	s := schemas.State{Congress: congress, Case: NewID(), Procedure: f.procedure(), Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{}}
	s.Policy.Committee, s.Policy.Owner, s.Policy.Session, s.Policy.Direct = committee, f.Leader, f.Session != "", true
	filed := schemas.Act{ID: "filed", Key: "filed", Role: schemas.Deputy, Person: f.Leader, At: now}
	if !f.Signed {
		filed.People = f.Cosigners
	} else {
		for _, c := range f.Cosigners {
			filed.Items = append(filed.Items, schemas.Finding{Item: c})
		}
	}
	s.Facts["filed"] = filed
	if f.Session != "" {
		s.Facts["T0"] = schemas.Act{ID: "T0", Key: "T0", Role: schemas.Deputies, At: now, On: f.T0.UTC()}
	}
	return s
}

func (f NewSuggestion) queue(b *pgx.Batch, s schemas.State, now time.Time, state string) {
	source, anchor := "闭会期间", now
	if f.Session != "" {
		source, anchor = f.Session, f.T0
	}
	b.Queue(statement("file_case"), s.Case, s.Congress, f.Number, f.Kind, source, f.Title, f.Body, anchor, s.Policy.Committee, f.Leader,
		s.Rules, true, nil, now, state, f.procedure())
	b.Queue(statement("file_suggestion"), s.Case, s.Congress, f.Session, f.Category, f.Demand, null(f.Wish), f.Consents, f.Surveyed, f.Face, null(f.Proposed), null(f.Token),
		f.Basis, null(f.Origin))
	b.Queue(statement("write_proposer"), s.Congress, s.Case, f.Leader, 0, "agree")
	for i, c := range f.Cosigners {
		word := ""
		if f.Signed {
			word = "agree"
		}
		b.Queue(statement("write_proposer"), s.Congress, s.Case, c, i+1, word)
	}
}

// Suggestion reads what is known of a suggestion besides its case. Code: NotFound.
func (r *Register) Suggestion(ctx context.Context, caseID string) (Suggestion, error) {
	return one[Suggestion](ctx, r.pool, "suggestion", caseID)
}

// Proposers are a suggestion's leader, its co-signers, and those of suggestions merged into it, in that order.
func (r *Register) Proposers(ctx context.Context, caseID string) ([]Proposer, error) {
	return many[Proposer](ctx, r.pool, "proposers", caseID)
}

// Propose notes which unit the office means to hand a suggestion to (拟办).
func (r *Register) Propose(ctx context.Context, congress, caseID, unit string) error {
	_, err := r.do(ctx, "propose_unit", congress, caseID, null(unit))
	return err
}

// AddDeputy enters an account into the roll of deputies.
func (r *Register) AddDeputy(ctx context.Context, congress string, d DeputyRow) error {
	_, err := r.do(ctx, "add_deputy", congress, d.Account, d.Delegation, d.Occupation, null(d.Employer))
	return err
}

// Deputies are the deputies of a congress, by delegation.
func (r *Register) Deputies(ctx context.Context, congress string) ([]DeputyRow, error) {
	return many[DeputyRow](ctx, r.pool, "deputies", congress)
}

// LedgerSpan is when the first and the last line of the ledger were handed over, zero: there is none; and whether there are more than
// fit on a page of numbers.
func (r *Register) LedgerSpan(ctx context.Context, congress string) (first, last time.Time, long bool, err error) {
	const fit = 2000 // an ordinary congress's suggestions of five years
	row, err := one[struct {
		First, Last *time.Time
		N           int
	}](ctx, r.pool, "ledger_span", congress, fit+1)
	return when(row.First), when(row.Last), row.N > fit, err
}

// Ledger is the ledger of a congress's suggestions (建议台账), by number: the lines handed over from an instant on until another,
// exclusive; zero: without end.
func (r *Register) Ledger(ctx context.Context, congress string, from, to time.Time) ([]schemas.Line, error) {
	return r.ledger(ctx, congress, from, to, false)
}

func (r *Register) ledger(ctx context.Context, congress string, from, to time.Time, due bool) ([]schemas.Line, error) {
	rows, err := many[ledgerRow](ctx, r.pool, "ledger", planned, congress, moment(from), moment(to), due)
	lines := make([]schemas.Line, len(rows))
	for i, row := range rows {
		lines[i] = row.line()
	}
	return lines, err
}

type ledgerRow struct {
	Case, Unit, Capacity                                  string
	Gone                                                  bool
	HandedAt                                              time.Time
	SignedAt, SignDue                                     *time.Time
	SignedAuto                                            bool
	Asked                                                 int
	Complex, Extended                                     bool
	Due, AnsweredAt                                       *time.Time
	Class, ClassNow                                       string
	TurnedA, Verified                                     *time.Time
	Met                                                   bool
	First                                                 string
	FirstAt                                               *time.Time
	Attitude, Result                                      string
	ReplyPoints                                           int
	RedoDue, RedoneAt                                     *time.Time
	Final, Score                                          string
	ScorePoints                                           int
	Promised                                              *time.Time
	Number, Title, Category, UnitName, Leader, Delegation string
	Cosigners                                             int
	InSession, Key                                        bool
	FirstDue, ClosedAt, Stopped                           *time.Time
	Refused, Paused                                       int
	Outcome, UnitKind, Committee, CommitteeName           string
	KeyLeader, KeyLeaderName                              string
}

func (l ledgerRow) line() schemas.Line {
	line := schemas.Line{Part: schemas.Part{Unit: l.Unit, Capacity: l.Capacity, Gone: l.Gone, HandedAt: l.HandedAt.UTC(), SignedAt: when(l.SignedAt),
		SignDue: when(l.SignDue), SignedAuto: l.SignedAuto, Asked: l.Asked, Complex: l.Complex, Extended: l.Extended, Due: when(l.Due),
		AnsweredAt: when(l.AnsweredAt), Class: l.Class, Now: l.ClassNow, TurnedA: when(l.TurnedA), Verified: when(l.Verified), Met: l.Met,
		First: l.First, FirstAt: when(l.FirstAt), Attitude: l.Attitude, Result: l.Result, Reply: l.ReplyPoints, RedoDue: when(l.RedoDue),
		RedoneAt: when(l.RedoneAt), Final: l.Final, Score: l.Score, Done: l.ScorePoints, Promised: when(l.Promised), ClosedAt: when(l.ClosedAt),
		Refused: l.Refused, Paused: l.Paused, Stopped: when(l.Stopped)},
		Case: l.Case, Number: l.Number, Title: l.Title, Category: l.Category, UnitName: l.UnitName, Leader: l.Leader, Group: l.Delegation,
		Cosigners: l.Cosigners, Session: l.InSession, Key: l.Key, FirstDue: when(l.FirstDue), Outcome: l.Outcome,
		Procedure: "suggestion", UnitKind: l.UnitKind, Committee: l.Committee, CommitteeName: l.CommitteeName}
	if l.KeyLeader != "" {
		line.Leads = []schemas.Leading{{Account: l.KeyLeader, Name: l.KeyLeaderName, Role: schemas.Chair}}
	}
	return line
}

func when(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// suggestion enters what an act changes of a suggestion besides its stages. The words stand in the act's paper.
func (w writing) suggestion(ctx context.Context, tx pgx.Tx, b *pgx.Batch, a schemas.Act, paper schemas.ActIn) error {
	switch schemas.Kind(a.Key) {
	case "cosign":
		b.Queue(statement("proposer_word"), w.s.Case, a.Key[len("cosign/"):], a.Verdict)
	case "revise":
		b.Queue(statement("reword_case"), w.s.Case, paper.Title, paper.Text)
		b.Queue(statement("reword_suggestion"), w.s.Case, paper.Demand)
	case "vet":
		if a.Verdict == "merge" {
			b.Queue(statement("merge_suggestion"), w.s.Case, null(a.Target))
			b.Queue(statement("merge_proposers"), w.s.Case, null(a.Target))
		}
	case "choose-key":
		if len(a.People) > 0 && len(a.Parties) > 0 {
			b.Queue(statement("choose_key"), w.s.Case, a.People[0], a.Parties[0].Unit)
		}
	case "reply", "redo":
		b.Queue(statement("reply_openly"), w.s.Case, paper.Open)
	case "presidium":
		if a.Verdict == "suggestion" {
			return w.convert(ctx, tx, b, a)
		}
	case "publish":
		b.Queue(statement("publish_suggestion"), w.s.Case, a.Verdict == "public")
	}
	return nil
}

// free is a number that a matter filed by the system can have: the one given or, where a clerk has used that, with the next （n） behind it.
func free(ctx context.Context, tx pgx.Tx, congress, number string) (string, error) {
	for n, try := 2, number; ; n, try = n+1, fmt.Sprintf("%s（%d）", number, n) {
		taken, err := many[struct{ Number string }](ctx, tx, "numbers_taken", congress, []string{try})
		if err != nil || len(taken) == 0 {
			return try, err
		}
	}
}

// convert files the suggestion that a motion is turned into (转作建议), in the same transaction; the intake starts it.
func (w writing) convert(ctx context.Context, tx pgx.Tx, b *pgx.Batch, a schemas.Act) error {
	was, err := one[struct {
		Number, Title, Body, Session, Category, Demand, Basis string
		Consents                                              bool
		AnchorDay                                             time.Time
	}](ctx, tx, "converted", w.s.Case)
	if err != nil {
		return err
	}
	rulesID, rules, err := w.r.CurrentRules(ctx, w.s.Congress, "suggestion")
	if err != nil {
		return err
	}
	proposers, err := many[Proposer](ctx, tx, "proposers", w.s.Case)
	if err != nil {
		return err
	}
	number, err := free(ctx, tx, w.s.Congress, was.Number+"转")
	if err != nil {
		return err
	}
	f := NewSuggestion{Kind: "suggestion", Number: number, Session: was.Session, T0: was.AnchorDay, Category: was.Category, Title: was.Title,
		Body: was.Body + "\n" + was.Basis, Demand: was.Demand, Origin: w.s.Case, Consents: was.Consents, Leader: w.s.Policy.Owner, Signed: true}
	for _, p := range proposers {
		if p.Position > 0 && p.Word == "agree" {
			f.Cosigners = append(f.Cosigners, p.Account)
		}
	}
	s := f.first(w.s.Congress, w.s.Policy.Committee, rulesID, rules, w.now)
	state, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f.queue(b, s, w.now, string(state))
	return nil
}
