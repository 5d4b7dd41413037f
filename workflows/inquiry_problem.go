package workflows

import (
	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// InquiryProblem is one problem that a special inquiry found (问题清单的一条), from the hand-over to the end of the watch over its closing:
// rectified, verified by two of whom one is a deputy, struck off, and opened again when it comes back (spec 2b; J10, J11).
func InquiryProblem(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		p := problem{d, d.Facts["listed"].Target}
		d.Beside(ctx, p.withdrawal, p.evidence)
		given, err := p.Await(ctx, schemas.Stage{Key: "given"})
		if err != nil {
			return err
		}
		p.Drop(given.At, "withdraw")
		d.Beside(ctx, p.instructions, p.raising, p.questioning, p.deferral)
		return p.Each(ctx, []schemas.Party{{Unit: p.unit}}, func(ctx workflow.Context, answers schemas.Party) error {
			return problem{d, answers.Unit}.handled(ctx, given)
		})
	})
}

// problem is the docket of one problem and the unit that answers for it.
type problem struct {
	*docket
	unit string
}

// handled is what the unit does that answers for the problem, or, where it was given to the wrong one, its heir: the day stays the same.
func (p problem) handled(ctx workflow.Context, given schemas.Act) error {
	from := schemas.Stage{Key: round("fix", 1), Unit: p.unit, Until: given.Until}
	if _, asked := p.Told("question-term"); asked {
		from.Clocks = clock("question", "questioned")
	}
	p.Open(from)
	if p.Policy.Returns > 0 {
		p.Beside(ctx, func(ctx workflow.Context) error { return p.returns(ctx, p.unit) })
	}
	for n := 1; ; n++ {
		closed, err := p.rectified(ctx, n, from)
		if err != nil {
			return err
		}
		again := closed
		if closed.Verdict == "closed" {
			if again, err = p.watched(ctx, n, closed); err != nil || p.Outcome != "" {
				return err
			}
		}
		from = schemas.Stage{Key: round("fix", n+1), Unit: p.unit, Clocks: clock("fix-again", again.Key), Until: p.Facts[round("fix", n)].Due}
	}
}

// evidence (证据) is added as long as the problem lasts.
func (p problem) evidence(ctx workflow.Context) error {
	for n := 1; ; n++ {
		if _, err := p.Await(ctx, schemas.Stage{Key: round("evidence", n)}); err != nil {
			return err
		}
	}
}

// rectified is 整改 and 核查: the unit asks for the closing, two people look. Who finds it open sends it back. It returns the later of the
// two words, or the one that sent it back.
func (p problem) rectified(ctx workflow.Context, n int, fix schemas.Stage) (word schemas.Act, err error) {
	done, err := p.Await(ctx, fix)
	if err != nil {
		return word, err
	}
	p.DropKinds(done.At, p.unit, "return-request", "late-return", "return", "joint-return", "joint-assent", "reassign") // who has rectified has taken it on
	if done.Verdict == schemas.Lapsed {                                                                                 // 列入长期
		if done, err = p.milestones(ctx); err != nil {
			return word, err
		}
	}
	by, deputy := round("closing-check", n), round("deputy-check", n)
	p.Open(
		schemas.Stage{Key: by, Unit: p.Policy.Committee, For: p.unit, Clocks: clock("closing-check", done.Key)},
		schemas.Stage{Key: deputy, For: p.unit, Clocks: clock("deputy-check", done.Key)},
	)
	one, err := p.Await(ctx, schemas.Stage{Key: by})
	if err != nil {
		return word, err
	}
	other, err := p.Await(ctx, schemas.Stage{Key: deputy})
	if err != nil {
		return word, err
	}
	switch {
	case one.Verdict == "open":
		return one, nil
	case other.Verdict == "open" || other.At.After(one.At):
		return other, nil
	}
	return one, nil
}

// watched is the time after the closing (销号): a problem that comes back (反弹) is open again, one that does not stays closed. It returns
// the word that opens it again.
func (p problem) watched(ctx workflow.Context, n int, closed schemas.Act) (schemas.Act, error) {
	watch, back := schemas.Stage{Key: round("watch", n), Clocks: clock("watch", closed.Key)}, schemas.Stage{Key: round("rebound", n)}
	p.Open(watch, back)
	p.Beside(ctx, func(ctx workflow.Context) error {
		again, err := p.Await(ctx, back)
		if err == nil {
			p.Drop(again.At, watch.Key)
		}
		return err
	})
	kept, err := p.Await(ctx, watch)
	if err == nil && kept.Verdict != schemas.Lapsed {
		p.Close("closed")
	}
	return p.Facts[back.Key], err
}

// questioning makes the problem one of those that are asked in the meeting (列为考题): from then on three months count from that day.
func (p problem) questioning(ctx workflow.Context) error {
	if _, err := p.Await(ctx, schemas.Stage{Key: "questioned"}); err != nil {
		return err
	}
	p.Decree("question-term", p.Facts["questioned"].At, func() {
		for n := 1; ; n++ {
			if _, told := p.Told(round("fix", n)); !told {
				p.Prolong(round("fix", n), schemas.Clock{Rule: "question", Anchor: "questioned"})
				return
			}
		}
	})
	return nil
}

// deferral is 列入长期, which the chairpersons' meeting decides: instead of its term the problem has a milestone each year.
func (p problem) deferral(ctx workflow.Context) error {
	decided, err := p.Await(ctx, schemas.Stage{Key: "long-term"})
	if err == nil {
		p.DropKinds(decided.At, "", "fix", "closing-check", "deputy-check")
	}
	return err
}

// milestones are reported each year until the unit says that it is done.
func (p problem) milestones(ctx workflow.Context) (done schemas.Act, err error) {
	from := "long-term"
	for n := 1; ; n++ {
		if done, err = p.Await(ctx, schemas.Stage{Key: round("milestone", n), Unit: p.unit, Clocks: clock("milestone", from)}); err != nil || done.Verdict == "done" {
			return done, err
		}
		from = done.Key
	}
}
