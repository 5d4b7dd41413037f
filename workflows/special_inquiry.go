package workflows

import (
	"slices"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// SpecialInquiry is the special inquiry (专题询问): one topic a year is chosen, surveyed and taken apart into problems, which are handed
// over and closed before the units are asked; what is still open by then is what they are asked (spec 2b, B1–B12; 监督法46至50;
// H03–H09, J09–J13, T21). Each problem is a case of its own, InquiryProblem.
func SpecialInquiry(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		q := inquiry{d}
		d.Beside(ctx, q.withdrawal)
		day, err := q.preparation(ctx)
		if err != nil || q.Outcome != "" {
			return err
		}
		if day, err = q.closing(ctx, day); err != nil {
			return err
		}
		held, err := q.meeting(ctx, day)
		if err != nil {
			return err
		}
		return q.consequences(ctx, held)
	})
}

// inquiry is the docket of one special inquiry.
type inquiry struct{ *docket }

// preparation is B1 to B5: the chairpersons' meeting chooses the topic, the committee plans, surveys and lists the problems, the meeting of
// hand-over passes them to the government, whose office distributes them. It returns the day of the meeting, which the plan names.
func (q inquiry) preparation(ctx workflow.Context) (day schemas.Act, err error) {
	chosen, err := q.Await(ctx, schemas.Stage{Key: "topic", Clocks: clock("topic", "raised-topic")})
	if err != nil {
		return day, err
	}
	if chosen.Verdict == "decline" {
		q.Close("unchosen")
		return day, nil
	}
	plan, err := q.Await(ctx, schemas.Stage{Key: "inquiry-plan", Unit: q.Policy.Committee, Clocks: clock("inquiry-plan", chosen.Key)})
	if err != nil {
		return day, err
	}
	day = q.fix(1, plan)
	surveyed, err := q.Await(ctx, schemas.Stage{Key: "survey", Unit: q.Policy.Committee, Clocks: clock("survey", plan.Key)})
	if err != nil {
		return day, err
	}
	listed, err := q.Await(ctx, schemas.Stage{Key: "problem-list", Unit: q.Policy.Committee, Clocks: clock("problem-list", surveyed.Key)})
	if err != nil {
		return day, err
	}
	q.Drop(listed.At, "withdraw")
	handed, err := q.Await(ctx, schemas.Stage{Key: "problem-handover", Clocks: clock("problem-handover", day.Key)})
	if err != nil {
		return day, err
	}
	_, err = q.Await(ctx, schemas.Stage{Key: "problem-distribute", Clocks: clock("problem-distribute", handed.Key)})
	return day, err
}

// fix makes the day of the meeting that an act names a fact, from which others count back.
func (q inquiry) fix(n int, named schemas.Act) schemas.Act {
	key := round("meeting-day", n)
	q.Decree(key, named.Until, nil)
	return q.Facts[key]
}

// closing is B6, 未询先改: the problems are closed before the meeting. Short of the share at the last check the chairpersons' meeting
// postpones once, or goes on. It returns the day on which the meeting is.
func (q inquiry) closing(ctx workflow.Context, day schemas.Act) (schemas.Act, error) {
	for n := 1; ; n++ {
		q.Open(schemas.Stage{Key: round("documents", n), Clocks: clock("documents", day.Key)})
		last, err := q.checks(ctx, n, day)
		if err != nil {
			return day, err
		}
		if last.Verdict == schemas.Reached {
			q.Decree("questions", last.At, nil)
			return day, nil
		}
		decided, err := q.Await(ctx, schemas.Stage{Key: round("gate-decision", n), Clocks: clock("gate-decision", last.Key)})
		if err != nil {
			return day, err
		}
		if decided.Verdict == "proceed" {
			q.Decree("questions", decided.At, nil)
			return day, nil
		}
		q.Drop(decided.At, round("documents", n))
		day = q.fix(n+1, decided)
	}
}

// checks are those of the gate before a meeting; one that falls short raises it at once. The last decides.
func (q inquiry) checks(ctx workflow.Context, n int, day schemas.Act) (last schemas.Act, err error) {
	gate := round("gate", n)
	q.Open(schemas.Stage{Key: gate, Clocks: clock("gate", day.Key)})
	for i, term := range q.Policy.Gate.Checks {
		if last, err = q.Await(ctx, schemas.Stage{Key: round("gate-check/"+term, n), Clocks: clock(term, day.Key)}); err != nil {
			return last, err
		}
		if level := q.Policy.Gate.Raises[i]; level != "" && last.Verdict == schemas.Short {
			q.Decree(round("raised/"+term, n), last.At, func() { q.Raise(gate, level, last.At) })
		}
	}
	q.Drop(last.At, gate)
	return last, nil
}

// meeting is B7 and B8: what is still open is asked. Who does not answer there answers in writing.
func (q inquiry) meeting(ctx workflow.Context, day schemas.Act) (held schemas.Act, err error) {
	if held, err = q.Await(ctx, schemas.Stage{Key: "meeting", Until: day.At}); err != nil {
		return held, err
	}
	q.DropKinds(held.At, "", "documents")
	var answers []func(workflow.Context) error
	for _, asked := range held.Items {
		if asked.Result == "written" {
			answers = append(answers, func(ctx workflow.Context) error {
				_, err := q.Await(ctx, schemas.Stage{Key: "written-answer/" + asked.Item, Unit: asked.Unit, Clocks: clock("written-answer", held.Key)})
				return err
			})
		}
	}
	q.Beside(ctx, func(ctx workflow.Context) error { return q.together(ctx, answers...) })
	return held, nil
}

// consequences are B9 to B12: the ballot in the hall, the opinion that has the promises kept within 一周、两周、三个月, the second ballot
// on what was delivered, and the report that the standing committee considers.
func (q inquiry) consequences(ctx workflow.Context, held schemas.Act) error {
	if _, err := q.judged(ctx, "inquiry-ballot", held); err != nil {
		return err
	}
	if _, err := q.Await(ctx, schemas.Stage{Key: "rectification", Unit: q.Policy.Committee, Clocks: clock("rectification", held.Key)}); err != nil {
		return err
	}
	delivered, err := q.judged(ctx, "promise-ballot", held)
	if err != nil {
		return err
	}
	presented, err := q.Await(ctx, schemas.Stage{Key: "present", Clocks: clock("present", delivered.Key)})
	if err != nil {
		return err
	}
	if _, err := q.Await(ctx, schemas.Stage{Key: "publish", Clocks: clock("publish", presented.Key)}); err != nil {
		return err
	}
	if _, err := q.Await(ctx, schemas.Stage{Key: "archive", Clocks: clock("archive", presented.Key)}); err != nil {
		return err
	}
	q.Close("archived")
	return nil
}

// judged is a ballot (测评) on each unit that was asked, or one on the whole. It returns the last word.
func (q inquiry) judged(ctx workflow.Context, ballot string, held schemas.Act) (last schemas.Act, err error) {
	units := asked(held)
	if !q.Policy.Each || len(units) == 0 {
		return q.Await(ctx, schemas.Stage{Key: ballot, Clocks: clock(ballot, held.Key)})
	}
	ballots := make([]func(workflow.Context) error, len(units))
	for i, unit := range units {
		ballots[i] = func(ctx workflow.Context) error {
			said, err := q.Await(ctx, schemas.Stage{Key: ballot + "/" + unit, For: unit, Clocks: clock(ballot, held.Key)})
			if said.At.After(last.At) {
				last = said
			}
			return err
		}
	}
	err = q.together(ctx, ballots...)
	return last, err
}

// asked are the units that a question was put to, in the order of the questions.
func asked(held schemas.Act) (units []string) {
	for _, question := range held.Items {
		if question.Result != "unasked" && !slices.Contains(units, question.Unit) {
			units = append(units, question.Unit)
		}
	}
	return units
}
