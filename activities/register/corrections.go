package register

import (
	"context"
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
		if o.Amended && !o.Dated {
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

// atFirst is when a stage would have been due before any extension.
func (w *writing) atFirst(o *schemas.Open) schemas.Dating {
	plain := &schemas.Open{Stage: o.Stage, Pauses: o.Pauses}
	if len(plain.Clocks) > 0 {
		plain.Clocks, plain.Until = plain.Clocks[:1], time.Time{}
	}
	d, err := w.rules.Date(w.calendar, w.s, plain, w.now)
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
		for _, i := range now.Items {
			if i.Result != "" && a.Verdict != "" {
				b.Queue(statement("correct_item"), w.s.Case, i.Item, i.Result, now.At)
			}
		}
		if schemas.Kind(a.Target) == "verify" && a.Verdict != "" {
			b.Queue(statement("correct_item"), w.s.Case, itemOf(a.Target), now.Verdict, now.At)
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

// unitIn is the unit that a stage's key names: plan/<unit>#2; empty: none.
func unitIn(key string) string {
	if id := itemOf(key); len(id) == 36 {
		return id
	}
	return ""
}
