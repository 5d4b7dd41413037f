package workflows

import (
	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// WorkAppraisal is the appraisal of a unit's work (工作评议): chosen by the chairpersons' meeting, surveyed face to face and behind its back,
// voted on in the meeting, rectified, and voted on again (spec 2e, W1–W14; H17, G11–G15, T19, T20).
func WorkAppraisal(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		a := appraisal{d, d.Facts["raised"].Target}
		d.Beside(ctx, a.withdrawal)
		day, err := a.preparation(ctx)
		if err != nil || a.Outcome != "" {
			return err
		}
		held, err := a.meeting(ctx, day)
		if err != nil {
			return err
		}
		return a.consequences(ctx, held)
	})
}

// appraisal is the docket of one appraisal and the unit that it is about, or whose head it is about.
type appraisal struct {
	*docket
	unit string
}

// preparation is W1 to W5: the chairpersons' meeting chooses, the unit learns of it in the meeting of mobilisation, the plan names the day of
// the appraisal, and the survey's report goes to the chairpersons' meeting before it. It returns that day.
func (a appraisal) preparation(ctx workflow.Context) (day schemas.Act, err error) {
	chosen, err := a.Await(ctx, schemas.Stage{Key: "appraisee", Clocks: clock("appraisee", "raised")})
	if err != nil {
		return day, err
	}
	if chosen.Verdict == "decline" {
		a.Close("unlisted")
		return day, nil
	}
	mobilised, err := a.Await(ctx, schemas.Stage{Key: "mobilise", Clocks: clock("mobilise", chosen.Key)})
	if err != nil {
		return day, err
	}
	a.Decree("given", mobilised.At, nil)
	a.Drop(mobilised.At, "withdraw")
	a.Beside(ctx, a.instructions, a.raising)
	plan, err := a.Await(ctx, schemas.Stage{Key: "appraisal-plan", Unit: a.Policy.Committee, Clocks: clock("appraisal-plan", mobilised.Key)})
	if err != nil {
		return day, err
	}
	a.Decree("review-day", plan.Until, nil)
	day = a.Facts["review-day"]
	a.Open(schemas.Stage{Key: "self-report", Unit: a.unit, Clocks: clock("self-report", day.Key)})
	if _, err := a.Await(ctx, schemas.Stage{Key: "appraisal-survey", Unit: a.Policy.Committee, Clocks: clock("appraisal-survey", day.Key)}); err != nil {
		return day, err
	}
	_, err = a.Await(ctx, schemas.Stage{Key: "survey-report", Unit: a.Policy.Committee, Clocks: clock("survey-report", day.Key)})
	return day, err
}

// meeting is W6 to W8: the unit's report, which is not owed any more once the meeting is over, and the ballot, announced on the spot.
func (a appraisal) meeting(ctx workflow.Context, day schemas.Act) (held schemas.Act, err error) {
	if held, err = a.Await(ctx, schemas.Stage{Key: "review-meeting", Until: day.At}); err != nil {
		return held, err
	}
	a.Drop(held.At, "self-report")
	_, err = a.Await(ctx, schemas.Stage{Key: "first-ballot", Clocks: clock("first-ballot", held.Key)})
	return held, err
}

// consequences are W9 to W14: the opinion, told to party, government and public while the unit rectifies, the second ballot, and what the
// chairpersons' meeting does about a unit that still does not satisfy.
func (a appraisal) consequences(ctx workflow.Context, held schemas.Act) error {
	said, err := a.Await(ctx, schemas.Stage{Key: "appraisal-opinion", Unit: a.Policy.Committee, Clocks: clock("appraisal-opinion", held.Key)})
	if err != nil {
		return err
	}
	parts := []func(workflow.Context) error{a.rectification}
	for _, to := range []string{"party-report", "government-circular", "publish"} {
		parts = append(parts, func(ctx workflow.Context) error {
			_, err := a.Await(ctx, schemas.Stage{Key: to, Clocks: clock(to, said.Key)})
			return err
		})
	}
	a.Beside(ctx, a.followUps)
	if err := a.together(ctx, parts...); err != nil {
		return err
	}
	again, err := a.Await(ctx, schemas.Stage{Key: "second-ballot", Clocks: clock("second-ballot", "rectification-report")})
	if err != nil {
		return err
	}
	if again.Verdict == "dissatisfied" {
		if _, err := a.Await(ctx, schemas.Stage{Key: "dispose", Clocks: clock("dispose", again.Key)}); err != nil {
			return err
		}
	}
	a.Close("concluded")
	return nil
}

// rectification is the unit's: a plan within two weeks of the opinion, the report within three months of it.
func (a appraisal) rectification(ctx workflow.Context) error {
	a.Open(schemas.Stage{Key: "rectification-report", Unit: a.unit, Clocks: clock("rectification-report", "appraisal-opinion"), After: "rectification-plan"})
	if _, err := a.Await(ctx, schemas.Stage{Key: "rectification-plan", Unit: a.unit, Clocks: clock("rectification-plan", "appraisal-opinion")}); err != nil {
		return err
	}
	_, err := a.Await(ctx, schemas.Stage{Key: "rectification-report", Unit: a.unit})
	return err
}

// followUps are 跟踪督查, as often as the committee looks.
func (a appraisal) followUps(ctx workflow.Context) error {
	for n := 1; ; n++ {
		if _, err := a.Await(ctx, schemas.Stage{Key: round("follow-up", n), Unit: a.Policy.Committee, For: a.unit}); err != nil {
			return err
		}
	}
}
