package workflows

import (
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// EffectEvaluation (监督末端效应评估) looks, some months after a matter was closed, whether it had the effect that it was closed for: by
// indicators with weights, measured by the unit itself and by the committee, reviewed by experts (spec 2e; H16).
func EffectEvaluation(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		e := evaluation{d, d.Facts["evaluation-raised"].Target}
		d.Beside(ctx, e.withdrawal)
		taken, err := e.Await(ctx, schemas.Stage{Key: "take-up", Clocks: clock("take-up", "evaluation-raised")})
		if err != nil {
			return err
		}
		if taken.Verdict == "decline" {
			e.Close("untaken")
			return nil
		}
		approved, err := e.measured(ctx, taken)
		if err != nil {
			return err
		}
		report, err := e.Await(ctx, schemas.Stage{Key: "evaluation-report", Unit: e.Policy.Committee, Clocks: clock("evaluation-report", approved.Key)})
		if err != nil {
			return err
		}
		if _, err := e.Await(ctx, schemas.Stage{Key: "hear-evaluation", Clocks: clock("hear-evaluation", report.Key)}); err != nil {
			return err
		}
		e.Close("evaluated")
		return nil
	})
}

// evaluation is the docket of one, and the unit whose work it is about.
type evaluation struct {
	*docket
	unit string
}

// measured draws up indicators and gathers what they read until the experts approve. It returns their approval.
func (e evaluation) measured(ctx workflow.Context, taken schemas.Act) (schemas.Act, error) {
	for n, before := 1, taken; ; n++ {
		drawn, err := e.Await(ctx, schemas.Stage{Key: round("indicators", n), Unit: e.Policy.Committee, Clocks: clock("indicators", before.Key)})
		if err != nil {
			return drawn, err
		}
		if n == 1 {
			e.Decree("given", drawn.At, nil)
			e.Drop(drawn.At, "withdraw")
			e.Beside(ctx, e.instructions, e.raising)
		}
		gathered, err := e.gathered(ctx, n, drawn)
		if err != nil {
			return drawn, err
		}
		e.Decree(round("gathered", n), gathered, nil)
		review, err := e.Await(ctx, schemas.Stage{Key: round("expert-review", n), Clocks: clock("expert-review", round("gathered", n))})
		if err != nil || review.Verdict == "accept" {
			return review, err
		}
		before = review
	}
}

// gathered is when both have said what the indicators read: the unit of itself (自评), the committee by survey, statistics and visits.
func (e evaluation) gathered(ctx workflow.Context, n int, drawn schemas.Act) (last time.Time, err error) {
	says := func(kind, unit string) func(workflow.Context) error {
		return func(ctx workflow.Context) error {
			said, err := e.Await(ctx, schemas.Stage{Key: round(kind, n), Unit: unit, Clocks: clock(kind, drawn.Key)})
			last = later(last, said.At)
			return err
		}
	}
	err = e.together(ctx, says("self-rating", e.unit), says("collect", e.Policy.Committee))
	return last, err
}
