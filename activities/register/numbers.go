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

// layParts lays the ledger's lines of a matter out anew as the facts now are, and who answers for its items.
func layParts(b *pgx.Batch, s *schemas.State) {
	procedure := s.Procedure
	if procedure == "" {
		procedure = "opinion"
	}
	for _, p := range s.Parts() {
		b.Queue(statement("write_part"), s.Congress, s.Case, p.Unit, p.Capacity, p.Gone, p.HandedAt, moment(p.SignedAt), moment(p.SignDue), p.SignedAuto,
			p.Asked, p.Complex, p.Extended, moment(p.Due), moment(p.AnsweredAt), p.Class, p.Now, moment(p.TurnedA), moment(p.Verified), p.Met, p.First,
			moment(p.FirstAt), p.Attitude, p.Result, p.Reply, moment(p.RedoDue), moment(p.RedoneAt), p.Final, p.Score, p.Done, moment(p.Promised), moment(p.ClosedAt),
			procedure, moment(p.PlanDue), moment(p.PlanAt), p.Reworked, p.Refused, p.Paused, moment(p.Stopped), p.Held, moment(p.LastAt))
	}
	if procedure != "opinion" {
		return
	}
	for _, given := range []string{"handover", "distribute"} {
		for _, i := range s.Facts[given].Items {
			if unit := s.Answers(i.Item); unit != "" {
				b.Queue(statement("answer_item"), s.Case, i.Item, unit)
			}
		}
	}
}

// LayBehind lays out the lines of matters whose last record an older program made, some at a time, and returns how many it found. One that it
// cannot does not keep it from the others.
func (r *Register) LayBehind(ctx context.Context) (n int, err error) {
	rows, err := many[struct{ ID string }](ctx, r.pool, "unlaid", 200)
	for _, row := range rows {
		err = errors.Join(err, r.within(ctx, func(tx pgx.Tx) error { return layCase(ctx, tx, row.ID) }))
	}
	return len(rows), err
}

func layCase(ctx context.Context, tx pgx.Tx, id string) error {
	row, err := one[struct{ Congress, State string }](ctx, tx, "lock_state", id)
	if err != nil {
		return err
	}
	var s schemas.State
	if err := json.Unmarshal([]byte(row.State), &s); err != nil {
		return err
	}
	b := &pgx.Batch{}
	layParts(b, &s)
	b.Queue(statement("lay_case"), id)
	return tx.SendBatch(ctx, b).Close()
}

type supervisedRow struct {
	Case, Unit, Capacity                         string
	Gone                                         bool
	HandedAt                                     time.Time
	SignedAt, SignDue                            *time.Time
	SignedAuto                                   bool
	Asked, Refused                               int
	Extended                                     bool
	Due, AnsweredAt                              *time.Time
	First                                        string
	FirstAt                                      *time.Time
	Final                                        string
	RedoDue, RedoneAt, ClosedAt, PlanDue, PlanAt *time.Time
	Reworked, Paused                             int
	Stopped                                      *time.Time
	Held                                         bool
	Number, Title, Outcome, Kind                 string
	Committee, CommitteeName, UnitName, UnitKind string
	FirstDue, PlanFirstDue                       *time.Time
}

func (l supervisedRow) line() schemas.Line {
	return schemas.Line{Part: schemas.Part{Unit: l.Unit, Capacity: l.Capacity, Gone: l.Gone, HandedAt: l.HandedAt.UTC(), SignedAt: when(l.SignedAt), SignDue: when(l.SignDue),
		SignedAuto: l.SignedAuto, Asked: l.Asked, Refused: l.Refused, Extended: l.Extended, Due: when(l.Due), AnsweredAt: when(l.AnsweredAt), First: l.First, FirstAt: when(l.FirstAt),
		Final: l.Final, RedoDue: when(l.RedoDue), RedoneAt: when(l.RedoneAt), ClosedAt: when(l.ClosedAt), PlanDue: when(l.PlanDue), PlanAt: when(l.PlanAt), Reworked: l.Reworked,
		Paused: l.Paused, Stopped: when(l.Stopped), Held: l.Held},
		Case: l.Case, Number: l.Number, Title: l.Title, UnitName: l.UnitName, UnitKind: l.UnitKind, FirstDue: when(l.FirstDue), PlanFirstDue: when(l.PlanFirstDue), Outcome: l.Outcome,
		Procedure: "opinion", Kind: l.Kind, Committee: l.Committee, CommitteeName: l.CommitteeName}
}

// Supervision is what the statistics count of a congress's supervision in a period, or more: the parts of opinions, the opinions
// themselves, the items of opinions and problems of inquiries, and all urgings of every matter. Of which the indicators count each
// in the period, schemas.OpinionNumbers decides.
func (r *Register) Supervision(ctx context.Context, congress string, period schemas.Span, now time.Time) (lines []schemas.Line, err error) {
	from, to := moment(period.From), moment(period.To)
	calendar, err := r.congressCalendar(ctx, congress)
	if err != nil {
		return nil, err
	}
	parts, err := many[supervisedRow](ctx, r.pool, "supervised_parts", planned, congress, from, to)
	for _, p := range parts {
		l := p.line()
		l.LateWorkdays = l.WorkdaysLate(calendar, now)
		lines = append(lines, l)
	}
	if err != nil {
		return nil, err
	}
	matters, err := many[struct {
		Case, Number, Title, Outcome, Kind, Committee, CommitteeName string
		Begun                                                        time.Time
		Due, AnsweredAt                                              *time.Time
	}](ctx, r.pool, "supervised_matters", planned, congress, from, to)
	for _, m := range matters {
		lines = append(lines, schemas.Line{Of: schemas.OfMatter, Part: schemas.Part{Due: when(m.Due), AnsweredAt: when(m.AnsweredAt)}, Case: m.Case, Number: m.Number,
			Title: m.Title, Outcome: m.Outcome, Procedure: "opinion", Kind: m.Kind, Committee: m.Committee, CommitteeName: m.CommitteeName, Begun: m.Begun.UTC()})
	}
	if err != nil {
		return nil, err
	}
	items, err := many[struct {
		Case, Procedure, Unit, Text                                                string
		N                                                                          int
		ClosedAt, Due                                                              *time.Time
		Number, Title, Outcome, Kind, Committee, CommitteeName, UnitName, UnitKind string
	}](ctx, r.pool, "supervised_items", planned, congress, from, to)
	for _, i := range items {
		lines = append(lines, schemas.Line{Of: schemas.OfItem, Part: schemas.Part{Unit: i.Unit, Due: when(i.Due), ClosedAt: when(i.ClosedAt)}, Case: i.Case, Number: i.Number, Title: i.Title,
			Outcome: i.Outcome, Procedure: i.Procedure, Kind: i.Kind, Committee: i.Committee, CommitteeName: i.CommitteeName, UnitName: i.UnitName, UnitKind: i.UnitKind, N: i.N, Text: i.Text})
	}
	if err != nil {
		return nil, err
	}
	urgings, err := r.Urgings(ctx, congress, period)
	if err != nil {
		return nil, err
	}
	return r.led(ctx, congress, append(lines, urgings...), now)
}

// Urgings are the letters, interviews and visits by which the congress urged units in a period (督办).
func (r *Register) Urgings(ctx context.Context, congress string, period schemas.Span) (lines []schemas.Line, err error) {
	calendar, err := r.congressCalendar(ctx, congress)
	if err != nil {
		return nil, err
	}
	rows, err := many[struct {
		Case, Procedure, Unit, Urging, Text                         string
		HandedAt                                                    time.Time
		AnsweredAt                                                  *time.Time
		Number, Title, Committee, CommitteeName, UnitName, UnitKind string
	}](ctx, r.pool, "urgings", planned, congress, moment(period.From), moment(period.To), submissions())
	for _, u := range rows {
		l := schemas.Line{Of: schemas.OfUrging, Part: schemas.Part{Unit: u.Unit, HandedAt: u.HandedAt.UTC(), AnsweredAt: when(u.AnsweredAt)}, Case: u.Case, Number: u.Number, Title: u.Title,
			Procedure: u.Procedure, Committee: u.Committee, CommitteeName: u.CommitteeName, UnitName: u.UnitName, UnitKind: u.UnitKind, Urging: u.Urging, Text: u.Text}
		if u.Urging == "urge" || u.Urging == "supervise" {
			fifth, err := calendar.Workday(u.HandedAt, 5)
			if err != nil {
				return nil, err
			}
			l.Due = fifth.AddDate(0, 0, 1).UTC()
		}
		lines = append(lines, l)
	}
	return lines, err
}

// submissions are the kinds of stages in which a unit hands something in.
func submissions() (kinds []string) {
	for kind, d := range schemas.Duties {
		if d.Paper != "" && !d.NPC && !d.Door {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func (r *Register) congressCalendar(ctx context.Context, congress string) (schemas.Calendar, error) {
	c, err := r.congress(ctx, r.pool, congress)
	if err != nil {
		return schemas.Calendar{}, err
	}
	return r.Calendar(ctx, congress, c.Edition)
}

// led tells each line its leaders: the vice-chairs of its committee and the vice-mayors of its unit.
func (r *Register) led(ctx context.Context, congress string, lines []schemas.Line, now time.Time) ([]schemas.Line, error) {
	posts, err := many[struct {
		Role                schemas.Role
		Unit, Account, Name string
	}](ctx, r.pool, "leading_posts", congress, now)
	leads := map[string][]schemas.Leading{}
	for _, p := range posts {
		leads[p.Unit] = append(leads[p.Unit], schemas.Leading{Account: p.Account, Name: p.Name, Role: p.Role})
	}
	for i, l := range lines {
		lines[i].Leads = slices.Concat(l.Leads, leads[l.Committee], leads[l.Unit])
	}
	return lines, err
}

// OpinionSpan is the day of a congress's last opinion, zero: there is none; and whether there are more than fit on a page of
// numbers.
func (r *Register) OpinionSpan(ctx context.Context, congress string) (last time.Time, long bool, err error) {
	const fit = 2000
	row, err := one[struct {
		Last *time.Time
		N    int
	}](ctx, r.pool, "opinion_span", congress, fit+1)
	return when(row.Last), row.N > fit, err
}

// Suggested is what the statistics count of a congress's suggestions: the ledger's lines handed over in a period, or, if due, those that bear an
// instant of it; told their leaders; and the urgings in suggestions.
func (r *Register) Suggested(ctx context.Context, congress string, period schemas.Span, due bool, now time.Time) ([]schemas.Line, error) {
	ledger, err := r.ledger(ctx, congress, period.From, period.To, due)
	if err != nil {
		return nil, err
	}
	urgings, err := r.Urgings(ctx, congress, period)
	if err != nil {
		return nil, err
	}
	urgings = slices.DeleteFunc(urgings, func(l schemas.Line) bool { return l.Procedure != "suggestion" })
	return r.led(ctx, congress, append(ledger, urgings...), now)
}
