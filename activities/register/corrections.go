package register

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// askSettled dates the settled stages that a correction has given another anchor; what has no date now keeps the one it had.
func (w *writing) askSettled() {
	w.first = map[string]schemas.Dating{}
	for _, o := range w.s.Open {
		if !o.Dated && (o.Amended || w.s.Entering() && w.prolonged(o)) {
			w.first[o.Key] = w.atFirst(o)
		}
	}
	for _, o := range w.s.Settled {
		d, err := w.rules.Date(w.calendar, w.s, o, w.now)
		if err != nil {
			d.Due = w.s.Facts[o.Key].Due
		}
		d.Rungs = nil
		w.settled = append(w.settled, d)
		w.first[o.Key] = w.atFirst(o)
	}
	w.receipt.Datings = append(w.receipt.Datings, w.settled...)
}

// prolonged reports whether a stage that is dated for the first time has more than its own term: a matter begun on paper comes in with the
// extensions that it was granted there. The day of a 决议 and the first date of a paper that is done again are no extensions.
func (w *writing) prolonged(o *schemas.Open) bool {
	granted, told := w.s.Told("extension/" + o.Key)
	return o.Until.IsZero() || told && granted.Verdict == "accept"
}

// atFirst is when a stage would have been due before any extension.
func (w *writing) atFirst(o *schemas.Open) schemas.Dating {
	d, err := w.rules.Date(w.calendar, w.s, o.AtFirst(), w.now)
	if err != nil {
		d.Due = o.Due
	}
	return d
}

// resettle shows the dates that settled stages should have had.
func (w writing) resettle(b *pgx.Batch) {
	for _, d := range w.settled {
		b.Queue(statement("redate_settled"), w.s.Case, d.Key, moment(d.From), moment(d.Due), moment(w.first[d.Key].Due), d.Provisional, d.Edition, lines(d.Working))
	}
}

// righted shows what a correction has made of a fact, and tells those concerned.
func (w writing) righted(ctx context.Context, tx pgx.Tx, b *pgx.Batch, a schemas.Act) error {
	_, number, _ := strings.Cut(a.Key, "#")
	n, _ := strconv.Atoi(number)
	now := w.s.Facts[a.Target]
	var concerned []string
	for _, unit := range []string{now.Unit, unitIn(now.Key)} {
		if unit != "" {
			concerned = append(concerned, unit)
		}
	}
	switch kind := schemas.Kind(a.Target); {
	case kind == "gone":
		concerned = []string{now.Unit, now.Target}
		b.Queue(statement("replace_party"), w.s.Congress, w.s.Case, now.Unit, now.Target)
	case kind == "T0":
		b.Queue(statement("correct_anchor"), w.s.Case, now.When())
	case kind == "handover" || kind == "distribute":
		concerned = w.s.Handling()
	}
	b.Queue(statement("say_correction"), w.s.Case, a.Target, n, w.now, null(a.Person), null(now.Person), concerned)
	if _, stage := schemas.Duties[schemas.Kind(a.Target)]; !stage {
		return nil
	}
	b.Queue(statement("settle_stage"), w.s.Case, now.Key, now.When(), now.Verdict, null(now.Person), null(now.Ref))
	if w.s.Procedure == "" {
		was := w.s.Was(n)
		for _, i := range now.Items {
			if i.Result != "" && a.On.IsZero() && w.lastWord(now, i.Item) && !slices.Contains(was.Items, i) {
				b.Queue(statement("correct_item"), w.s.Case, i.Item, i.Result, i.Result, now.At)
			}
		}
		if item := itemOf(a.Target); schemas.Kind(a.Target) == "verify" && a.Verdict != "" {
			result := now.Verdict
			if !w.lastWord(now, item) { // what a later report says of it stands, whether it is struck off or not
				result = ""
			}
			b.Queue(statement("correct_item"), w.s.Case, item, result, now.Verdict, now.At)
		}
	}
	if w.s.Procedure != "suggestion" {
		return nil
	}
	paper, err := paperOf(ctx, tx, now)
	if err != nil {
		return err
	}
	return w.suggestion(ctx, tx, b, now, paper.In())
}

// lastWord reports whether no later fact says what became of an item.
func (w writing) lastWord(f schemas.Act, item string) bool {
	for _, later := range w.s.Facts {
		closed := schemas.Kind(later.Key) == "verify" && itemOf(later.Key) == item && later.Verdict == "closed"
		if later.At.After(f.At) && (closed || slices.ContainsFunc(later.Judged(), func(i schemas.Finding) bool { return i.Item == item })) {
			return false
		}
	}
	return true
}

// unitIn is the unit that a stage's key names: plan/<unit>#2; empty: none.
func unitIn(key string) string {
	if id := itemOf(key); len(id) == 36 {
		return id
	}
	return ""
}

type (
	// Correction is one, as it was entered (更正). One that the case takes part in holds once the case has it.
	Correction struct {
		Token                string
		At                   time.Time
		Account, AccountName string
		Kind, Part           string // text, day, verdict, unit; what was wrong
		Was, Becomes, Reason string
		Paper                string // what proves it; empty: nothing
		Act                  string // JSON; empty: of the words only
		Word, WordName       string // what was said to a verdict's, and by whom
		WordReason           string
		WordAt               time.Time
		Outcome, Answer      string // of the intake
	}
	// NewCorrection is one to be entered.
	NewCorrection struct {
		Congress, Case, Account string
		At                      time.Time
		Correction
	}
)

// Waits reports whether the correction waits for consent, or for what was agreed to to reach the case: saying so again sends it on.
func (c Correction) Waits() bool {
	return c.Kind == "verdict" && c.Word != "decline" && c.Outcome == "" && c.Act != ""
}

// Corrections are those of a matter, in order.
func (r *Register) Corrections(ctx context.Context, caseID string) ([]Correction, error) {
	return many[Correction](ctx, r.pool, "corrections", caseID)
}

// NoteCorrection enters one that the case itself takes part in, before the act is sent or its consent is asked for. The same form twice is
// one. Those who are asked for their consent are told.
func (r *Register) NoteCorrection(ctx context.Context, c NewCorrection, giver string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, statement("correct"), c.values()...)
		if err != nil || tag.RowsAffected() == 0 || giver == "" {
			return err
		}
		_, err = tx.Exec(ctx, statement("ask_consent"), c.Case, c.Part, c.At, giver, c.Token)
		return err
	})
}

func (c NewCorrection) values() []any {
	return []any{c.Token, c.Congress, c.Case, c.At, c.Account, c.Kind, c.Part, c.Was, c.Becomes, c.Reason, null(c.Paper), c.Act}
}

// Consent enters what was said to a verdict's correction; what was said first stands. It returns whether this was it.
func (r *Register) Consent(ctx context.Context, token, account, word, reason string, at time.Time) (bool, error) {
	n, err := r.do(ctx, "correction_word", token, at, account, word, reason)
	return n > 0, err
}

// CorrectText puts words right: those of the matter's list and page are new, those that stood there before stand in the correction. Papers
// stay as they are; whoever reads one reads the correction with it. Units are told besides those who wrote it. Codes: Changed (the words are
// not those that the form showed), NotFound.
func (r *Register) CorrectText(ctx context.Context, c NewCorrection, told []string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		if _, err := one[struct{ N int }](ctx, tx, "lock_case", c.Congress, c.Case); err != nil {
			return err
		}
		before, err := many[Correction](ctx, tx, "corrections", c.Case)
		if err != nil {
			return err
		}
		n := 1
		for _, b := range before {
			if b.Token == c.Token {
				return nil
			}
			if b.Kind == "text" {
				n++
			}
		}
		if err := c.reword(ctx, tx, before); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, statement("correct"), c.values()...); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, statement("say_correction"), c.Case, schemas.Correct, n, c.At, c.Account, nil, told)
		return err
	})
}

// reword shows the new words where the old ones stood.
func (c NewCorrection) reword(ctx context.Context, tx pgx.Tx, before []Correction) error {
	changed := schemas.Refuse("Changed", "原来的文字刚刚变了，请重新打开更正页面")
	place := strings.Split(c.Part, "/")
	var set string
	args := []any{c.Case, c.Was, c.Becomes}
	switch {
	case len(place) == 1:
		set = map[string]string{"title": "correct_title", "body": "correct_body", "demand": "correct_demand"}[place[0]]
	case place[0] == "item" && len(place) == 3:
		set = map[string]string{"problem": "correct_problem", "demand": "correct_item_demand", "person": "correct_person"}[place[2]]
		args = append(args, place[1])
	case place[0] == "sender" && len(place) == 2:
		set = "correct_sender"
		args = append(args, place[1])
	case place[0] == "paper":
		papers, err := many[Paper](ctx, tx, "papers", c.Case)
		if err != nil {
			return err
		}
		for _, p := range papers {
			if p.ID == place[1] && p.Status == "signed" {
				p.correct(before)
				if field := strings.Join(place[2:], "/"); slices.Contains(p.Words(), field) && p.Word(field) == c.Was {
					return nil
				}
			}
		}
		return changed
	}
	if set == "" {
		return schemas.Refuse("BadTarget", "请选择要更正的文字")
	}
	tag, err := tx.Exec(ctx, statement(set), args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = changed
	}
	return err
}

// correct reads a paper with the corrections of its words.
func (p *Paper) correct(cs []Correction) {
	in := p.In()
	for _, c := range cs {
		field, of := strings.CutPrefix(c.Part, "paper/"+p.ID+"/")
		if c.Kind != "text" || !of {
			continue
		}
		if at := wordsAt(&in, field); at != nil {
			*at = c.Becomes
			p.Corrected = true
		}
	}
	if p.Corrected {
		body, err := json.Marshal(in)
		if err == nil {
			p.Body = string(body)
		}
	}
}

// wordsAt is where a paper has its words: text, reason, items/<item>/measure …; nil: nowhere.
func wordsAt(in *schemas.ActIn, field string) *string {
	switch field {
	case "text":
		return &in.Text
	case "reason":
		return &in.Reason
	case "place":
		return &in.Place
	case "present":
		return &in.Present
	}
	place := strings.Split(field, "/")
	if len(place) != 3 || place[0] != "items" {
		return nil
	}
	for i := range in.Items {
		if in.Items[i].Item == place[1] {
			return map[string]*string{"measure": &in.Items[i].Measure, "goal": &in.Items[i].Goal, "person": &in.Items[i].Person,
				"process": &in.Items[i].Process, "reason": &in.Items[i].Reason}[place[2]]
		}
	}
	return nil
}

// Words are the words of a paper that can be put right, by their places, in the order of the form.
func (p Paper) Words() (places []string) {
	in := p.In()
	for _, field := range []string{"text", "reason", "place", "present"} {
		if *wordsAt(&in, field) != "" {
			places = append(places, field)
		}
	}
	for _, i := range in.Items {
		for _, field := range []string{"measure", "goal", "person", "process", "reason"} {
			if at := "items/" + i.Item + "/" + field; *wordsAt(&in, at) != "" {
				places = append(places, at)
			}
		}
	}
	return places
}

// Word is what stands at a place of a paper.
func (p Paper) Word(place string) string {
	in := p.In()
	if at := wordsAt(&in, place); at != nil {
		return *at
	}
	return ""
}
