package register

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"bihuan/schemas"
)

type (
	// PublicSuggestion is what everybody may see of a suggestion whose deputy consents to publication (公开, spec 7.3): its title
	// and how far it is. No person is in it.
	PublicSuggestion struct {
		ID, Number, Title, Outcome string
		FiledAt                    time.Time
		Session, Category          string
		Published                  bool // deputy and unit have both agreed to publish the words as well
		Parts                      []PublicPart
	}
	// PublicPart is one unit's part in it. Due instants exclusive, zero: not yet.
	PublicPart struct {
		Unit, UnitName, Capacity              string
		Sort                                  int // the unit's place in the office's customary order
		Gone, Complex, Extended               bool
		HandedAt, Due, AnsweredAt             time.Time
		Class, ClassNow                       string
		First, Final, Score                   string
		FirstAt, RedoDue, RedoneAt            time.Time
		Promised, TurnedA, Verified, ClosedAt time.Time
	}
	// PublicStep is one stage of it, without whoever acted.
	PublicStep struct {
		Kind, Unit              string
		OpenedAt, ClosedAt, Due time.Time
		Provisional             bool
		Working                 string
		Verdict                 string
	}
	// PublicReply is a unit's reply, or its second one after a re-handling. Text is empty where that unit did not agree.
	PublicReply struct {
		Unit, UnitName string
		Stage          string
		Again          bool
		At             time.Time
		Class, Text    string
		Open           bool
	}
	// PublicWords are the words of a published suggestion: as they were written, with whatever personal data they hold.
	PublicWords struct {
		Body, Demand, Leader, Delegation string
		Cosigners                        int
		Replies                          []PublicReply
		Corrected                        []Disclosure // what was put right since, in order
		Names                            []string     // of its proposers and of the units' people, who may be named in the words
	}
)

// PublicCongress is a congress with what its clock shows. Code: NotFound.
func (r *Register) PublicCongress(ctx context.Context, id string) (Congress, time.Time, error) {
	c, err := r.congress(ctx, r.pool, id)
	return c, c.Pace.At(r.now()), err
}

// PublicSuggestions are the suggestions of a congress that everybody may see, those handed over last first: those with a unit to which
// they were handed over from an instant on until another, exclusive; both zero: all.
func (r *Register) PublicSuggestions(ctx context.Context, congress string, from, to time.Time) ([]PublicSuggestion, error) {
	return r.public(ctx, congress, "", from, to)
}

// PublicSuggestion is one of them with its steps. Code: NotFound.
func (r *Register) PublicSuggestion(ctx context.Context, congress, id string) (PublicSuggestion, []PublicStep, error) {
	gs, err := r.public(ctx, congress, id, time.Time{}, time.Time{})
	if err == nil && len(gs) == 0 {
		err = schemas.Refuse("NotFound", "没有找到这件建议，或者它没有公开")
	}
	if err != nil {
		return PublicSuggestion{}, nil, err
	}
	steps, err := many[PublicStep](ctx, r.pool, "public_steps", congress, id)
	return gs[0], steps, err
}

// PublicWords reads the words of a published suggestion. Code: NotFound, when they are not published.
func (r *Register) PublicWords(ctx context.Context, congress, id string) (w PublicWords, err error) {
	text, err := one[struct {
		Body, Demand, Leader, Delegation string
		Cosigners                        int
	}](ctx, r.pool, "public_text", congress, id)
	if err != nil {
		return w, err
	}
	w = PublicWords{Body: text.Body, Demand: text.Demand, Leader: text.Leader, Delegation: text.Delegation, Cosigners: text.Cosigners}
	names, err := many[struct{ Name string }](ctx, r.pool, "public_names", congress, id)
	if err != nil {
		return w, err
	}
	for _, n := range names {
		w.Names = append(w.Names, n.Name)
	}
	replies, err := many[struct {
		Unit, UnitName, Stage, Body string
		At                          time.Time
	}](ctx, r.pool, "public_replies", congress, id)
	for _, p := range replies {
		var in schemas.ActIn
		if err := json.Unmarshal([]byte(p.Body), &in); err != nil {
			return w, err
		}
		reply := PublicReply{Unit: p.Unit, UnitName: p.UnitName, Stage: p.Stage, Again: strings.HasPrefix(p.Stage, "redo/"), At: p.At, Class: in.Verdict, Open: in.Open}
		if in.Open { // of several units the flag of the suggestion tells only what the last one said
			reply.Text = in.Text
		}
		w.Replies = append(w.Replies, reply)
	}
	if err != nil {
		return w, err
	}
	ds, err := r.Disclosures(ctx, congress, id)
	for _, d := range ds {
		w.correct(d)
	}
	return w, err
}

// correct puts the text of a correction in the place of the one it corrects.
func (w *PublicWords) correct(d Disclosure) {
	if d.Deed != "corrected" {
		return
	}
	w.Corrected = append(w.Corrected, d)
	switch d.Part {
	case "body":
		w.Body = d.Text
	case "demand":
		w.Demand = d.Text
	}
	for i := range w.Replies {
		if w.Replies[i].Stage == d.Part && w.Replies[i].Open {
			w.Replies[i].Text = d.Text
		}
	}
}

// Disclosure is what became of a publication: withdrawn (撤下), restored (恢复), or a part of it corrected (更正).
type Disclosure struct {
	At                       time.Time
	AccountName              string
	Deed, Part, Text, Reason string // Part: body, demand, or the stage of a reply
}

// Disclose enters one; nothing that was published is changed by it.
func (r *Register) Disclose(ctx context.Context, congress, caseID, account string, d Disclosure) error {
	_, err := r.do(ctx, "disclose", NewID(), congress, caseID, d.At, account, d.Deed, d.Part, d.Text, d.Reason)
	return err
}

// Disclosures are those of a case, in order.
func (r *Register) Disclosures(ctx context.Context, congress, caseID string) ([]Disclosure, error) {
	return many[Disclosure](ctx, r.pool, "disclosures", congress, caseID)
}

func (r *Register) public(ctx context.Context, congress, id string, from, to time.Time) (gs []PublicSuggestion, err error) {
	rows, err := many[struct {
		Case, Number, Title, Outcome string
		FiledAt                      time.Time
		Session, Category            string
		Published                    bool
		PublicPart
	}](ctx, r.pool, "public_suggestions", planned, congress, null(id), moment(from), moment(to))
	for _, row := range rows {
		if len(gs) == 0 || gs[len(gs)-1].ID != row.Case {
			gs = append(gs, PublicSuggestion{ID: row.Case, Number: row.Number, Title: row.Title, Outcome: row.Outcome, FiledAt: row.FiledAt,
				Session: row.Session, Category: row.Category, Published: row.Published})
		}
		g := &gs[len(gs)-1]
		g.Parts = append(g.Parts, row.PublicPart)
	}
	return gs, err
}
