package register

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// NewInquiry is a special inquiry (专题询问) as its topic is proposed.
	NewInquiry struct {
		Token                 string // the form's: the same token is the same inquiry
		Congress, Title, Body string
		Committee, Owner      string // unit id, account id
		Role                  schemas.Role
	}
	// NewProblem is one line of an inquiry's list of problems (问题清单).
	NewProblem struct {
		Title, Body, Class string
		Unit               string // unit id
		Site, Basis        string
	}
	// Inquiry is what the register knows of one besides its case.
	Inquiry struct {
		Meets                  time.Time // zero: not fixed
		Place                  string
		Shown                  string // case id of the question that the hall sees
		ShownAt                time.Time
		Opinion, OpinionNumber string // the 整改意见书 that came of it
	}
	// Asked is what the hall says of a problem that became a question (考题). Question is its place, 0: it is none.
	Asked struct {
		Question                                            int
		Asker, Answerer, Answer, Promise, FollowUp, Comment string
	}
	// Problem is what the register knows of a problem besides its case.
	Problem struct {
		Inquiry, InquiryNumber, InquiryTitle string
		N                                    int
		Class, Unit, UnitName, Site, Basis   string
		Asked
	}
	// ProblemRow is a problem in its inquiry's list, with the duty that is due next. Due is exclusive.
	ProblemRow struct {
		ID, Number, Title, Body, Phase, Outcome string
		N                                       int
		Class, Unit, UnitName, Site, Basis      string
		Asked
		Due, Yellow       *time.Time
		Level             string
		Paused, Held, NPC bool
	}
	// InquiryRow is an inquiry in a list, with the duty that is due next. Due is exclusive.
	InquiryRow struct {
		ID, Number, Title, Phase, Outcome string
		FiledAt                           time.Time
		Committee                         string
		Meets                             time.Time
		Total, Closed, Asked              int
		StageKind, StageUnit              string
		StageRoles                        []string
		Due, Yellow                       *time.Time
		Level                             string
		NPC, Held, Paused                 bool
	}
	// Visit is a place that a team of the survey went to (调研点位). Day is a midnight in Shanghai.
	Visit struct {
		ID         string
		Team       int
		Site, Kind string // talk, visit, sample, film
		Day        time.Time
		Note, By   string
	}
)

// Closed reports whether the problem counts as closed (已销号).
func (p ProblemRow) Closed() bool { return p.Phase == "P4" || p.Outcome == "closed" }

// FileInquiry enters an inquiry under the next number of the year, and its first state, in one transaction; its workflow is started
// afterwards. The same form sent again returns the first. Codes: NotFound (no rules), BadToken.
func (r *Register) FileInquiry(ctx context.Context, f NewInquiry) (schemas.State, error) {
	now, err := r.Now(ctx, f.Congress)
	if err != nil {
		return schemas.State{}, err
	}
	now = now.Truncate(time.Microsecond)
	rulesID, rules, err := r.CurrentRules(ctx, f.Congress, "inquiry")
	if err != nil {
		return schemas.State{}, err
	}
	s := schemas.State{Congress: f.Congress, Case: NewID(), Procedure: "inquiry", Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
		"raised-topic": {ID: "raised-topic", Key: "raised-topic", Role: f.Role, Person: f.Owner, At: now}}}
	s.Policy.Committee, s.Policy.Owner = f.Committee, f.Owner
	state, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		number, err := nextNumber(ctx, tx, f.Congress, fmt.Sprintf("专询〔%d〕", now.In(schemas.Shanghai).Year()))
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(statement("file_case"), s.Case, f.Congress, number, "inquiry", "专题询问", f.Title, f.Body, now, f.Committee, f.Owner,
			rulesID, true, nil, now, string(state), "inquiry")
		b.Queue(statement("file_inquiry"), s.Case, f.Congress, null(f.Token))
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "inquiries_token_key") {
		return r.filedBefore(ctx, "inquiry_filed", f.Congress, f.Token, f.Owner)
	}
	return s, err
}

// FileProblems enters problems into the list of an inquiry, all or none, and returns their first states; their workflows are started
// afterwards. Codes: NotFound (no rules), ListClosed when the list has been handed in.
func (r *Register) FileProblems(ctx context.Context, inquiry schemas.State, number, owner string, ps []NewProblem) (states []schemas.State, err error) {
	now, err := r.Now(ctx, inquiry.Congress)
	if err != nil {
		return nil, err
	}
	now = now.Truncate(time.Microsecond)
	rulesID, rules, err := r.CurrentRules(ctx, inquiry.Congress, "problem")
	if err != nil {
		return nil, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		states = nil
		if _, err := tx.Exec(ctx, statement("lock_congress"), inquiry.Congress); err != nil {
			return err
		}
		row, err := one[struct{ State string }](ctx, tx, "case_state", inquiry.Case)
		if err != nil {
			return err
		}
		var then schemas.State
		if err := json.Unmarshal([]byte(row.State), &then); err != nil {
			return err
		}
		if then.Find("survey") == nil && then.Find("problem-list") == nil {
			return schemas.Refuse("ListClosed", "问题清单只能在调研、梳理期间增加：现在还没有开始调研，或者清单已经提交")
		}
		last, err := one[struct{ N int }](ctx, tx, "last_problem", inquiry.Congress, inquiry.Case)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		for i, p := range ps {
			n := last.N + i + 1
			s := schemas.State{Congress: inquiry.Congress, Case: NewID(), Procedure: "problem", Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
				"listed": {ID: "listed", Key: "listed", Role: schemas.Clerk, Person: owner, Target: p.Unit, At: now}}}
			s.Policy.Committee, s.Policy.Owner = inquiry.Policy.Committee, owner
			state, err := json.Marshal(s)
			if err != nil {
				return err
			}
			b.Queue(statement("file_case"), s.Case, inquiry.Congress, number+"第"+strconv.Itoa(n)+"题", "problem", p.Class, p.Title, p.Body, now, s.Policy.Committee, owner,
				rulesID, true, nil, now, string(state), "problem")
			b.Queue(statement("file_problem"), s.Case, inquiry.Congress, inquiry.Case, n, p.Class, p.Unit, p.Site, p.Basis)
			b.Queue(statement("write_party"), inquiry.Congress, s.Case, p.Unit, "sole")
			states = append(states, s)
		}
		return tx.SendBatch(ctx, b).Close()
	})
	return states, err
}

// nextNumber gives out the next number of a series in a congress; until the transaction ends nobody else gets one: no gaps.
func nextNumber(ctx context.Context, tx pgx.Tx, congress, series string) (string, error) {
	if _, err := tx.Exec(ctx, statement("lock_congress"), congress); err != nil {
		return "", err
	}
	row, err := one[struct{ N int }](ctx, tx, "next_number", congress, series)
	return series + strconv.Itoa(row.N) + "号", err
}

// Inquiry reads what is known of an inquiry besides its case. Code: NotFound.
func (r *Register) Inquiry(ctx context.Context, congress, caseID string) (Inquiry, error) {
	return one[Inquiry](ctx, r.pool, "inquiry", congress, caseID)
}

// InquiryRows are those inquiries as a list shows them, in the order of the ids.
func (r *Register) InquiryRows(ctx context.Context, congress string, ids []string) ([]InquiryRow, error) {
	return many[InquiryRow](ctx, r.pool, "inquiry_rows", congress, ids)
}

// Problem reads what is known of a problem besides its case. Code: NotFound.
func (r *Register) Problem(ctx context.Context, congress, caseID string) (Problem, error) {
	return one[Problem](ctx, r.pool, "problem", congress, caseID)
}

// Problems are the list of an inquiry, in its order.
func (r *Register) Problems(ctx context.Context, congress, inquiry string) ([]ProblemRow, error) {
	return many[ProblemRow](ctx, r.pool, "problems", congress, inquiry)
}

// Questions are those of an inquiry's problems that are asked in the meeting, in the order of asking.
func Questions(ps []ProblemRow) []ProblemRow {
	qs := slices.DeleteFunc(slices.Clone(ps), func(p ProblemRow) bool { return p.Question == 0 })
	slices.SortFunc(qs, func(a, b ProblemRow) int { return a.Question - b.Question })
	return qs
}

// Show puts a question on the screen of the hall; an empty id clears it.
func (r *Register) Show(ctx context.Context, congress, inquiry, problem string) error {
	now, err := r.Now(ctx, congress)
	if err == nil {
		_, err = r.do(ctx, "show_question", congress, inquiry, null(problem), now)
	}
	return err
}

// Say enters what the hall said of a question. Answer: answered, written, or nothing yet.
func (r *Register) Say(ctx context.Context, congress, inquiry, problem string, a Asked) error {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return err
	}
	n, err := r.do(ctx, "say_question", congress, inquiry, problem, a.Asker, a.Answerer, a.Answer, a.FollowUp, a.Comment, now, a.Promise)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有这道考题")
	}
	return err
}

// Visits are the places that the teams of an inquiry's survey went to.
func (r *Register) Visits(ctx context.Context, congress, inquiry string) ([]Visit, error) {
	return many[Visit](ctx, r.pool, "visits", congress, inquiry)
}

// AddVisit enters one; the same place by the same team on the same day is entered once.
func (r *Register) AddVisit(ctx context.Context, congress, inquiry, account string, v Visit) error {
	_, err := r.do(ctx, "write_visit", NewID(), congress, inquiry, v.Team, v.Site, v.Kind, v.Day, v.Note, account)
	return err
}

// tally counts an inquiry's problems, when one of its gate's checks has come.
func (r *Register) tally(ctx context.Context, s schemas.State) (schemas.Tally, error) {
	if s.Procedure != "inquiry" || !slices.ContainsFunc(s.Open, func(o *schemas.Open) bool { return schemas.Kind(o.Key) == "gate-check" }) {
		return schemas.Tally{}, nil
	}
	return one[schemas.Tally](ctx, r.pool, "tally", s.Congress, s.Case)
}

// inquiry enters what an act changes of an inquiry besides its stages, and passes on to its problems what concerns them: an act of the
// case itself for each, in the intake.
func (w writing) inquiry(ctx context.Context, tx pgx.Tx, b *pgx.Batch, a schemas.Act, paper schemas.ActIn) error {
	switch schemas.Kind(a.Key) {
	case "inquiry-plan", "gate-decision":
		if !a.Until.IsZero() {
			b.Queue(statement("inquiry_meets"), w.s.Case, a.Until, paper.Place)
		}
	case "problem-distribute":
		w.parties(b, a)
		var due time.Time
		if gate := w.s.Find("gate#1"); gate != nil {
			due = gate.Due
		}
		b.Queue(statement("give_problems"), w.s.Congress, w.s.Case, a.At, moment(due))
	case "rectification":
		return w.rectify(ctx, tx, b, a, paper)
	}
	return nil
}

// questions passes on that what is open now is asked in the meeting, three months counting from its day.
func (w writing) questions(b *pgx.Batch) {
	listed, told := w.s.Told("questions")
	if !told {
		return
	}
	var day time.Time
	for n := 1; ; n++ {
		d, fixed := w.s.Told("meeting-day#" + strconv.Itoa(n))
		if !fixed {
			break
		}
		day = d.At
	}
	b.Queue(statement("question_problems"), w.s.Congress, w.s.Case, listed.At, day)
}

// rectify files the 整改意见书 with the questions still open as its items, each with what was promised, in the same transaction; the intake starts it.
func (w writing) rectify(ctx context.Context, tx pgx.Tx, b *pgx.Batch, a schemas.Act, paper schemas.ActIn) error {
	open, err := many[struct{ ID, Title, Promise, Unit string }](ctx, tx, "open_questions", w.s.Congress, w.s.Case)
	if err != nil || len(open) == 0 {
		return err
	}
	rulesID, rules, err := w.r.CurrentRules(ctx, w.s.Congress, "opinion")
	if err != nil {
		return err
	}
	c, err := one[struct{ Number, Title string }](ctx, tx, "case_title", w.s.Case)
	if err != nil {
		return err
	}
	number, err := free(ctx, tx, w.s.Congress, c.Number+"整改")
	if err != nil {
		return err
	}
	f := Filing{Congress: w.s.Congress, Number: number, Kind: "rectification", Source: "专题询问", Title: c.Title + "整改意见书", Body: paper.Text,
		Committee: w.s.Policy.Committee, Owner: w.s.Policy.Owner, T0: schemas.DayOf(w.s.Facts["meeting"].At)}
	for _, q := range open {
		f.Items = append(f.Items, Item{Problem: q.Title, Demand: cmp.Or(q.Promise, "整改到位，申请销号"), Lead: q.Unit})
		if !slices.ContainsFunc(f.Parties, func(p Party) bool { return p.Unit == q.Unit }) {
			f.Parties = append(f.Parties, Party{Unit: q.Unit, Capacity: "several"})
		}
	}
	if len(f.Parties) == 1 {
		f.Parties[0].Capacity = "sole"
	}
	s := f.first(rulesID, rules, w.now)
	state, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f.queue(b, s, w.now, string(state))
	b.Queue(statement("inquiry_opinion"), w.s.Congress, w.s.Case, s.Case)
	return nil
}
