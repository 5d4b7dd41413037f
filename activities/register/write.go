package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var errAhead = errors.New("the register holds another stimulus under this number")

// Write puts one stimulus of a case on record in one transaction: the case with its state, its stages,
// their rungs, the notices that have come, the outcome of the intake, a line of the journal and those of the
// audit log. It computes the dates that the state asks for. A repeat of the stimulus returns the first receipt; a
// different one under the same number returns the register's state (Receipt.Ahead).
func (r *Register) Write(ctx context.Context, e schemas.Entry) (schemas.Receipt, error) {
	var s schemas.State
	if err := json.Unmarshal(e.State, &s); err != nil {
		return schemas.Receipt{}, fmt.Errorf("state of a case: %w", err)
	}
	c, err := r.congress(ctx, r.pool, s.Congress)
	if err != nil {
		return schemas.Receipt{}, err
	}
	now := instant(c.Pace, r.now(), e)
	receipt := schemas.Receipt{Now: now, Pace: c.Pace}
	if len(e.Acts) == 0 && e.Woke.After(now) && !s.Undated() {
		return r.early(ctx, s, e, receipt)
	}
	rules, err := r.Rules(ctx, s.Rules)
	if err != nil {
		return schemas.Receipt{}, err
	}
	calendar, err := r.Calendar(ctx, s.Congress, c.Edition)
	if err != nil {
		return schemas.Receipt{}, err
	}
	news := s.News()
	for _, o := range s.Open {
		if o.Dated {
			continue
		}
		d, err := rules.Date(calendar, &s, o, now)
		if err != nil { // a date that cannot be had must not hold up the case: it is shown as such
			d.Due, d.Rungs, d.Working = time.Time{}, nil, []string{"无法推算期限：" + err.Error()}
		}
		receipt.Datings = append(receipt.Datings, d)
		news = append(news, o)
	}
	if receipt.Tally, err = r.tally(ctx, s); err != nil {
		return schemas.Receipt{}, err
	}
	w := writing{r: r, s: &s, e: e, rules: rules, calendar: calendar, overlay: c.Edition, now: now, news: news, receipt: receipt}
	w.askSettled()
	receipt = w.receipt
	w.climbed = s.Apply(receipt)
	err = pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error { return w.all(ctx, tx) })
	if !errors.Is(err, errAhead) {
		return receipt.Bare(), Away(err)
	}
	return r.repeat(ctx, s, e)
}

// early sends a case that woke before its time back to sleep, if it is where the register left it.
func (r *Register) early(ctx context.Context, s schemas.State, e schemas.Entry, receipt schemas.Receipt) (schemas.Receipt, error) {
	var seq int
	if err := r.pool.QueryRow(ctx, statement("case_seq"), s.Case).Scan(&seq); err != nil {
		return receipt, Away(err)
	}
	if seq != s.Seq-1 {
		return r.repeat(ctx, s, e)
	}
	receipt.Early = true
	return receipt, nil
}

// repeat answers a stimulus whose number is taken: by itself, just before, or by another that Temporal forgot. A case whose number
// the register has not come to, or is past, is of another backup than the register: it starts again from the register's state.
func (r *Register) repeat(ctx context.Context, s schemas.State, e schemas.Entry) (out schemas.Receipt, err error) {
	var seq int
	var state, mark, stored string
	if err := r.pool.QueryRow(ctx, statement("repeated"), s.Case, s.Seq).Scan(&seq, &state, &mark, &stored); err != nil {
		return out, Away(err)
	}
	if seq == s.Seq && mark == e.Mark() {
		return out, json.Unmarshal([]byte(stored), &out)
	}
	out.Ahead = []byte(state)
	return out, nil
}

// instant is the congress's now for a stimulus. On the world's own clock the timer's word goes, for
// clocks of two hosts may differ; an act's receipt is never after now.
func instant(p schemas.Pace, real time.Time, e schemas.Entry) time.Time {
	now := p.At(real)
	if p.Rate == 0 && e.Woke.After(now) {
		now = e.Woke
	}
	for _, a := range e.Acts {
		if a.At.After(now) {
			now = a.At
		}
	}
	return now.Truncate(time.Microsecond)
}

// writing is one transaction of Write.
type writing struct {
	r        *Register
	s        *schemas.State
	e        schemas.Entry
	rules    schemas.Rules
	calendar schemas.Calendar
	overlay  string // the congress's edition of it
	now      time.Time
	news     []*schemas.Open
	climbed  []schemas.Climbed
	said     []schemas.Climbed // rungs that the bell has said, or this stimulus says, of stages that it ends before the case woke for them
	receipt  schemas.Receipt
	settled  []schemas.Dating          // of stages that are settled, after a correction
	first    map[string]schemas.Dating // of stages that a correction dates anew, or that come in from paper, as before any extension
}

// all sends the whole transaction in one round trip; the first statement decides whether it stands.
func (w writing) all(ctx context.Context, tx pgx.Tx) error {
	state, err := json.Marshal(w.s)
	if err != nil {
		return err
	}
	var next, ended *time.Time
	if at := w.s.Nearest(); !at.IsZero() {
		next = &at
	}
	if w.s.Outcome != "" {
		ended = &w.now
	}
	b := &pgx.Batch{}
	b.Queue(statement("by_key")) // plans are kept from when the tables were empty; all that is read here is found by its key
	b.Queue(statement("write_case"), w.s.Case, w.s.Seq, w.s.Outcome, ended, next, w.s.Phase(), string(state), w.edition(), w.whole()).
		Exec(func(t pgconn.CommandTag) error {
			if t.RowsAffected() == 0 {
				return errAhead
			}
			return nil
		})
	keys, revs := w.left()
	if w.said, err = w.unclimbed(ctx, tx, keys, revs); err != nil {
		return err
	}
	if w.tells() {
		// before the acts change anything: what came while nobody could ring, unless an act that waits may yet make it moot
		b.Queue(statement("say_come"), w.s.Case, w.stimulus(), w.now, keys, revs)
	}
	w.stages(b)
	w.resettle(b)
	w.rungs(b)
	if err := w.acts(ctx, tx, b); err != nil {
		return err
	}
	if err := w.journal(b); err != nil {
		return err
	}
	w.notices(b)
	if err := w.audit(ctx, tx, b, string(state)); err != nil {
		return err
	}
	b.Queue(statement("void_rungs"), w.s.Case, keys, revs) // last, for what has come with the end of a stage is still said
	return tx.SendBatch(ctx, b).Close()
}

// passed are the rungs that this stimulus puts on record.
func (w writing) passed() []schemas.Climbed { return slices.Concat(w.said, w.climbed) }

// tells reports whether a rung may have come, before the acts, for which the case has not woken.
func (w writing) tells() bool { return len(w.e.Acts) > 0 && !w.stimulus().Before(w.e.Quiet) }

// unclimbed are the rungs that are said of stages, or of dates, which end with this stimulus, though the case never woke for them.
func (w writing) unclimbed(ctx context.Context, tx pgx.Tx, keys []string, revs []int32) (said []schemas.Climbed, err error) {
	effect := slices.ContainsFunc(w.climbed, func(c schemas.Climbed) bool { return c.Effect != "" })
	var come time.Time
	switch {
	case w.tells():
		come = w.stimulus() // what has come by then this stimulus says itself
	case !effect:
		return nil, nil
	}
	rows, err := many[struct {
		Key   string
		Rev   int
		Level string
		At    time.Time
	}](ctx, tx, "said_unclimbed", planned, w.s.Case, come, keys, revs)
	for _, g := range rows {
		c := schemas.Climbed{Key: g.Key, Rev: g.Rev, Rung: schemas.Rung{At: g.At.UTC(), Level: g.Level}}
		if !slices.ContainsFunc(w.climbed, func(x schemas.Climbed) bool { return x.Key == c.Key && x.Rev == c.Rev && x.Level == c.Level }) {
			said = append(said, c)
		}
	}
	return said, err
}

// stimulus is the instant of the earliest act, or now when there is none.
func (w writing) stimulus() time.Time {
	at := w.now
	for _, a := range w.e.Acts {
		if a.At.Before(at) {
			at = a.At
		}
	}
	return at
}

// edition is that of the calendar by which this stimulus reckoned dates; nil: it reckoned none.
func (w writing) edition() *string {
	if len(w.receipt.Datings) == 0 {
		return nil
	}
	return &w.overlay
}

// whole reports whether every clock of the case that runs was reckoned.
func (w writing) whole() bool {
	return !slices.ContainsFunc(w.s.Open, func(o *schemas.Open) bool {
		return o.Runs(w.now) && !slices.ContainsFunc(w.receipt.Datings, func(d schemas.Dating) bool { return d.Key == o.Key })
	})
}

// stages shows what is open as it now is and closes what is not open any more.
func (w writing) stages(b *pgx.Batch) {
	dated := map[string]schemas.Dating{}
	for _, d := range w.receipt.Datings {
		dated[d.Key] = d
	}
	for _, o := range w.news {
		duty := schemas.Duties[schemas.Kind(o.Key)]
		if duty.Door {
			continue
		}
		d, fresh := dated[o.Key]
		var yellow *time.Time
		if fresh && !o.Due.IsZero() {
			y := w.rules.Yellow(w.calendar, d)
			yellow = &y
		}
		b.Queue(statement("write_stage"), w.s.Congress, w.s.Case, o.Key, schemas.Kind(o.Key), null(o.Unit), null(o.For),
			list(append(slices.Clone(o.Roles()), drafter(duty)...)), duty.NPC, o.Rev, moment(d.From), moment(o.Due), yellow, d.Provisional, d.Edition,
			lines(d.Working), o.Paused(), fresh, w.now, o.Held, null(o.Person), moment(w.first[o.Key].Due))
	}
	var open []string
	for _, o := range w.s.Open {
		open = append(open, o.Key)
	}
	b.Queue(statement("close_stages"), w.s.Case, open, w.now)
}

// rungs lays out what will be said.
func (w writing) rungs(b *pgx.Batch) {
	var keys, levels, effects, roles []string
	var revs []int32
	var ats []time.Time
	var dues []*time.Time
	for _, o := range w.news {
		for _, g := range w.ahead(o) {
			keys, revs, levels, ats, effects = append(keys, o.Key), append(revs, int32(o.Rev)), append(levels, g.Level), append(ats, g.At), append(effects, g.Effect)
			to := w.rules.Audience(o.Stage, g.Level)
			if w.s.Entering() && !g.At.After(w.now) { // who owes it has not heard of it before, however low the rung
				to = append(to, w.rules.Audience(o.Stage, schemas.LevelNew)...)
			}
			roles, dues = append(roles, strings.Join(list(to), ",")), append(dues, moment(o.Due))
		}
	}
	if len(keys) > 0 {
		b.Queue(statement("write_rungs"), w.s.Congress, w.s.Case, keys, revs, levels, ats, effects, roles, dues)
	}
	for _, c := range w.passed() {
		b.Queue(statement("climb_rung"), w.s.Case, c.Key, c.Rev, c.Level, w.now)
	}
}

// left are the stages, under their dates, whose rungs may still be said after this stimulus.
func (w writing) left() (keys []string, revs []int32) {
	for _, o := range w.s.Open {
		keys, revs = append(keys, o.Key), append(revs, int32(o.Rev))
	}
	return keys, revs
}

// ahead are the rungs that a stage has not climbed before this stimulus.
func (w writing) ahead(o *schemas.Open) []schemas.Rung {
	rs := o.Rungs[o.Next:]
	for _, c := range w.climbed {
		if c.Key == o.Key && c.Rev == o.Rev {
			rs = append([]schemas.Rung{c.Rung}, rs...)
		}
	}
	return rs
}

// acts enters what was done on the stages, and the acceptance into the intake.
func (w writing) acts(ctx context.Context, tx pgx.Tx, b *pgx.Batch) error {
	acts := w.e.Acts
	for _, c := range w.climbed {
		if c.Effect != "" {
			acts = append(acts[:len(acts):len(acts)], w.s.Facts[c.Key])
		}
	}
	for _, a := range acts {
		b.Queue(statement("settle_stage"), w.s.Case, a.Key, a.When(), a.Verdict, null(a.Person), null(a.Ref))
		b.Queue(statement("sign_paper"), w.s.Case, null(a.Ref))
		b.Queue(statement("accept_intake"), a.ID, w.now)
		if schemas.Kind(a.Key) == schemas.Adoption {
			b.Queue(statement("adopt_rules"), w.s.Congress, w.s.Case, a.Target)
			continue
		}
		if schemas.Kind(a.Key) == schemas.Correct {
			if err := w.righted(ctx, tx, b, a); err != nil {
				return err
			}
			continue
		}
		if w.s.Procedure != "" {
			paper, err := paperOf(ctx, tx, a)
			if err != nil {
				return err
			}
			switch w.s.Procedure {
			case "interview":
				w.interview(b, a, paper.In())
				continue
			case "inquiry":
				if err := w.inquiry(ctx, tx, b, a, paper.In()); err != nil {
					return err
				}
				continue
			case "problem":
				w.parties(b, a)
				continue
			case "interpellation":
				w.interpellation(b, a, paper.In())
				continue
			case "evaluation":
				w.evaluation(b, a, paper.In())
				continue
			case schemas.WorkAppraisal, schemas.OfficialAppraisal:
				w.appraisal(b, a, paper.In())
				continue
			}
			if err := w.suggestion(ctx, tx, b, a, paper.In()); err != nil {
				return err
			}
			w.parties(b, a)
			continue
		}
		for _, i := range a.Items {
			b.Queue(statement("item_result"), w.s.Case, i.Item, i.Result, a.At)
		}
		if schemas.Kind(a.Key) == "verify" && a.Verdict == "closed" {
			b.Queue(statement("item_result"), w.s.Case, itemOf(a.Key), "closed", a.At)
		}
		w.parties(b, a)
	}
	switch w.s.Procedure {
	case "inquiry":
		w.questions(b)
	case "", "suggestion", "motion":
		layParts(b, w.s)
	}
	return nil
}

// paperOf is the paper that an act came with, its words alone.
func paperOf(ctx context.Context, tx pgx.Tx, a schemas.Act) (paper Paper, err error) {
	if a.Ref == "" {
		return paper, nil
	}
	if err = tx.QueryRow(ctx, statement("paper_body"), a.Ref).Scan(&paper.Body); errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return paper, err
}

// itemOf is the item that a stage is about: verify/<item>#n.
func itemOf(key string) string {
	item, _, _ := strings.Cut(strings.TrimPrefix(key, schemas.Kind(key)+"/"), "#")
	return item
}

// parties shows who handles the matter after a hand-over, a distribution or a reassignment.
func (w writing) parties(b *pgx.Batch, a schemas.Act) {
	switch schemas.Kind(a.Key) {
	case "handover", "distribute", "problem-distribute":
		b.Queue(statement("keep_parties"), w.s.Case, units(a.Parties))
		for _, p := range a.Parties {
			b.Queue(statement("write_party"), w.s.Congress, w.s.Case, p.Unit, p.Capacity)
		}
	case "reassign":
		b.Queue(statement("replace_party"), w.s.Congress, w.s.Case, w.s.Facts["heir/"+a.Target].Target, a.Target)
		if w.s.Procedure == "problem" {
			b.Queue(statement("replace_problem_unit"), w.s.Congress, w.s.Case, a.Target)
		}
	}
}

func (w writing) journal(b *pgx.Batch) error {
	acts, err := json.Marshal(w.e.Acts)
	if err != nil {
		return err
	}
	climbed, err := json.Marshal(w.passed())
	if err != nil {
		return err
	}
	receipt, err := json.Marshal(w.receipt.Bare())
	if err != nil {
		return err
	}
	b.Queue(statement("write_journal"), w.s.Congress, w.s.Case, w.s.Seq, w.e.Mark(), w.now, string(acts), string(climbed), string(receipt), w.s.Phase())
	return nil
}

// notices writes what the climbed rungs say, under the ids that the bell uses too.
func (w writing) notices(b *pgx.Batch) {
	if w.s.Entering() { // one to each person: of the highest rung that any duty has reached, or of the duty that is due next
		var keys, levels []string
		var revs []int32
		for _, c := range w.climbed {
			if c.Effect == "" {
				keys, revs, levels = append(keys, c.Key), append(revs, int32(c.Rev)), append(levels, c.Level)
			}
		}
		b.Queue(statement("write_entered_notices"), w.s.Case, keys, revs, levels, w.now)
		return
	}
	for _, c := range w.climbed {
		if c.Effect == "" {
			b.Queue(statement("write_notices"), w.s.Case, c.Key, c.Rev, c.Level, w.now)
		}
	}
}

func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func units(ps []schemas.Party) (ids []string) {
	for _, p := range ps {
		ids = append(ids, p.Unit)
	}
	return ids
}

// drafter is the role that prepares the paper of a duty, beside those who settle it.
func drafter(d schemas.Duty) []schemas.Role {
	if d.Drafter == "" {
		return nil
	}
	return []schemas.Role{d.Drafter}
}
