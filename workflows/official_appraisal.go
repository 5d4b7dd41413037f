package workflows

import (
	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// OfficialAppraisal is the appraisal of an official whom the standing committee appointed (任命干部履职评价): nothing goes on without the party
// committee's consent (党管干部), and nothing of it is ever published. Who it is stands in the register alone (spec 2e, V1–V6; J05).
func OfficialAppraisal(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		a := appraisal{d, d.Facts["raised"].Target}
		d.Beside(ctx, a.termination)
		consent, err := a.Await(ctx, schemas.Stage{Key: "party-consent", Clocks: clock("party-consent", "raised")})
		if err != nil {
			return err
		}
		if consent.Verdict == "decline" {
			a.Close("unconsented")
			return nil
		}
		report, err := a.Await(ctx, schemas.Stage{Key: "duty-report", Unit: a.unit, Clocks: clock("duty-report", consent.Key)})
		if err != nil {
			return err
		}
		found, err := a.Await(ctx, schemas.Stage{Key: "official-ballot", Clocks: clock("official-ballot", report.Key)})
		if err != nil {
			return err
		}
		told, err := a.result(ctx, 1, found)
		if err != nil {
			return err
		}
		if found.Verdict == "dissatisfied" {
			if err := a.oncemore(ctx, found, told); err != nil {
				return err
			}
		}
		a.Close("concluded")
		return nil
	})
}

// result is what a ballot found, told to the party committee and its organisation department, whose decision about the person it is.
func (a appraisal) result(ctx workflow.Context, n int, found schemas.Act) (schemas.Act, error) {
	return a.Await(ctx, schemas.Stage{Key: round("official-report", n), Clocks: clock("official-report", found.Key)})
}

// oncemore is what follows 不满意, 不称职: rectification in writing within a month of the word, a second ballot within half a year of the first.
func (a appraisal) oncemore(ctx workflow.Context, found, told schemas.Act) error {
	if _, err := a.Await(ctx, schemas.Stage{Key: "official-rectify", Unit: a.unit, Clocks: clock("official-rectify", told.Key)}); err != nil {
		return err
	}
	again, err := a.Await(ctx, schemas.Stage{Key: "official-second-ballot", Clocks: clock("official-second-ballot", found.Key)})
	if err != nil {
		return err
	}
	_, err = a.result(ctx, 2, again)
	return err
}

// termination is the vice-chair's word that the appraisal ends.
func (a appraisal) termination(ctx workflow.Context) error {
	if _, err := a.Await(ctx, schemas.Stage{Key: "terminate"}); err != nil {
		return err
	}
	a.Close("terminated")
	return nil
}
