package workflows

import (
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// DeputyMotion is a motion of ten deputies or more (议案): reviewed, put on the agenda by the presidium or turned into a suggestion,
// voted upon, carried out over one year or several, and closed by a vote of the standing committee (spec 2c, 组织法 22).
func DeputyMotion(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		m := motion{d}
		d.Beside(ctx, m.withdrawal)
		passed, err := m.decision(ctx)
		if err != nil || m.Outcome != "" {
			return err
		}
		closed, err := m.execution(ctx, passed)
		if err != nil {
			return err
		}
		reported, err := m.Await(ctx, schemas.Stage{Key: "congress-report", Clocks: clock("congress-report", closed.Key)})
		if err != nil {
			return err
		}
		if _, err := m.Await(ctx, schemas.Stage{Key: "archive", By: schemas.Office, Clocks: clock("archive", reported.Key)}); err != nil {
			return err
		}
		m.Close("archived")
		return nil
	})
}

type motion struct{ *docket }

// decision goes from the signatures to the vote of the congress.
func (m motion) decision(ctx workflow.Context) (vote schemas.Act, err error) {
	signed, err := m.signed(ctx)
	if err != nil {
		return vote, err
	}
	if signed < m.Policy.Signers {
		m.Close("insufficient")
		return vote, nil
	}
	review, err := m.Await(ctx, schemas.Stage{Key: "motion-review", Unit: m.Policy.Committee, Clocks: clock("motion-review", "complete")})
	if err != nil {
		return vote, err
	}
	decided, err := m.Await(ctx, schemas.Stage{Key: "presidium", Clocks: clock("presidium", review.Key)})
	if err != nil {
		return vote, err
	}
	if decided.Verdict == "suggestion" {
		m.Close("converted")
		return vote, nil
	}
	vote, err = m.Await(ctx, schemas.Stage{Key: "motion-vote", Clocks: clock("motion-vote", decided.Key)})
	if err != nil {
		return vote, err
	}
	if vote.Verdict == "rejected" {
		m.Close("rejected")
		return vote, nil
	}
	m.DropKinds(vote.At, "", "withdraw-request", "withdraw-confirm")
	return vote, nil
}

// signed counts the deputies who have signed, the leader first; silence is no signature.
func (m motion) signed(ctx workflow.Context) (n int, err error) {
	filed := m.Facts["filed"]
	n = 1 + len(filed.Items) // those who signed on paper
	complete := filed.At
	for _, p := range filed.People {
		m.Open(schemas.Stage{Key: "cosign/" + p, Person: p, Clocks: clock("cosign", "filed")})
	}
	for _, p := range filed.People {
		word, err := m.Await(ctx, schemas.Stage{Key: "cosign/" + p, Person: p})
		if err != nil {
			return n, err
		}
		complete = later(complete, word.At)
		if word.Verdict == "agree" {
			n++
		}
	}
	m.Decree("complete", complete, nil)
	return n, nil
}

// execution is what the resolution sets in motion: the government's plan within two months, heard by the standing committee; each
// year two records of tracking, an inspection and a report, until the standing committee's vote closes it.
func (m motion) execution(ctx workflow.Context, passed schemas.Act) (closed schemas.Act, err error) {
	plan, err := m.Await(ctx, schemas.Stage{Key: "implementation", Clocks: clock("implementation", passed.Key)})
	if err != nil {
		return closed, err
	}
	heard, err := m.Await(ctx, schemas.Stage{Key: "hearing", Clocks: clock("hearing", plan.Key)})
	if err != nil {
		return closed, err
	}
	from := heard.Key
	for year := 1; ; year++ {
		report := schemas.Stage{Key: round("annual-report", year), Clocks: clock("annual-report", from)}
		m.Open(
			schemas.Stage{Key: round("motion-track", 2*year-1), Unit: m.Policy.Committee, Clocks: clock("track-1", from)},
			schemas.Stage{Key: round("motion-track", 2*year), Unit: m.Policy.Committee, Clocks: clock("track-2", from)},
			schemas.Stage{Key: round("motion-inspection", year), Unit: m.Policy.Committee, Clocks: clock("motion-inspection", from)},
			report,
		)
		reported, err := m.Await(ctx, report)
		if err != nil {
			return closed, err
		}
		closed, err = m.Await(ctx, schemas.Stage{Key: round("close-vote", year), Clocks: clock("close-vote", reported.Key)})
		if err != nil {
			return closed, err
		}
		m.lapseTracking(year, closed.At)
		if closed.Verdict == "closed" {
			return closed, nil
		}
		from = closed.Key
	}
}

// lapseTracking ends what a year's supervision did not record: the year is voted upon, the gaps stay visible as not done.
func (m motion) lapseTracking(year int, at time.Time) {
	m.Drop(at, round("motion-track", 2*year-1), round("motion-track", 2*year), round("motion-inspection", year))
}

// withdrawal needs the presidium's consent, and comes before the vote.
func (m motion) withdrawal(ctx workflow.Context) error {
	for n := 1; ; n++ {
		asked, err := m.Await(ctx, schemas.Stage{Key: round("withdraw-request", n), Person: m.Policy.Owner})
		if err != nil || asked.Verdict == schemas.Lapsed {
			return err
		}
		word, err := m.Await(ctx, schemas.Stage{Key: round("withdraw-confirm", n), By: schemas.Office, Clocks: clock("withdraw", asked.Key)})
		if err != nil || word.Verdict == schemas.Lapsed {
			return err
		}
		if word.Verdict == "accept" {
			m.Close("withdrawn")
			return nil
		}
	}
}
