package workflows

import (
	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// Interview is a talk to which the head of a unit is summoned (约见约谈): proposed, approved by the vice-chair, notified, held, put into
// minutes that both sides sign, and followed until every promise in them is kept or disposed of (spec 2f; H09, G05).
func Interview(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		i := interview{d, d.Facts["proposed"].Target}
		d.Beside(ctx, i.withdrawal, i.instructions, i.raising)
		approved, err := i.approval(ctx)
		if err != nil || i.Outcome != "" {
			return err
		}
		held, err := i.meeting(ctx, approved)
		if err != nil {
			return err
		}
		i.Drop(held.At, "withdraw")
		minutes, err := i.minutes(ctx, held)
		if err != nil {
			return err
		}
		if err := i.promises(ctx, minutes); err != nil {
			return err
		}
		i.Close("concluded")
		return nil
	})
}

// interview is the docket of one unit's interview.
type interview struct {
	*docket
	unit string
}

// approval is the vice-chair's; what a deputy asks for, the committee takes up first or does not.
func (i interview) approval(ctx workflow.Context) (approved schemas.Act, err error) {
	proposed := i.Facts["proposed"]
	if proposed.Role == schemas.Deputy {
		if proposed, err = i.Await(ctx, schemas.Stage{Key: "endorse", Unit: i.Policy.Committee, Clocks: clock("endorse", "proposed")}); err != nil {
			return approved, err
		}
		if proposed.Verdict == "decline" {
			i.Close("declined")
			return approved, nil
		}
	}
	approved, err = i.Await(ctx, schemas.Stage{Key: "approve", For: i.unit, Clocks: clock("approve", proposed.Key)})
	if err == nil && approved.Verdict == "refuse" {
		i.Close("refused")
	}
	return approved, err
}

// meeting goes from the notice to the day itself. What was not held is notified anew.
func (i interview) meeting(ctx workflow.Context, after schemas.Act) (held schemas.Act, err error) {
	for n := 1; ; n++ {
		notice, err := i.Await(ctx, schemas.Stage{Key: round("notify", n), Unit: i.Policy.Committee, For: i.unit, Clocks: clock("notify", after.Key)})
		if err != nil {
			return held, err
		}
		hold := schemas.Stage{Key: round("hold", n), Unit: i.Policy.Committee, For: i.unit, Clocks: clock("hold", notice.Key), Until: notice.Until}
		i.Open(hold, schemas.Stage{Key: round("sign/"+i.unit, n), Unit: i.unit, Clocks: clock("sign", notice.Key)})
		i.Beside(ctx,
			func(ctx workflow.Context) error { return i.proxy(ctx, n, notice) },
			func(ctx workflow.Context) error { return i.postponement(ctx, n, notice) },
		)
		if held, err = i.Await(ctx, hold); err != nil {
			return held, err
		}
		i.DropKinds(held.At, "", "sign", "proxy-request", "proxy", "postpone-request", "postpone")
		if held.Verdict != "unheld" {
			return held, nil
		}
		after = held
	}
}

// proxy lets the unit send a deputy head instead, with the committee's consent, if the rules let it ask at all.
func (i interview) proxy(ctx workflow.Context, n int, notice schemas.Act) error {
	if !i.Policy.Proxy {
		return nil
	}
	asked, err := i.Await(ctx, schemas.Stage{Key: round("proxy-request/"+i.unit, n), Unit: i.unit, Until: notice.Until})
	if err != nil || asked.Verdict == schemas.Lapsed {
		return err
	}
	_, err = i.Await(ctx, schemas.Stage{Key: round("proxy/"+i.unit, n), Unit: i.Policy.Committee, For: i.unit, Clocks: clock("proxy", asked.Key)})
	return err
}

// postponement lets the unit ask once for another day, whichever notice it got by then.
func (i interview) postponement(ctx workflow.Context, n int, notice schemas.Act) error {
	key := round("postpone-request/"+i.unit, n)
	if _, told := i.Told(key); !told && i.Postponed() {
		return nil
	}
	asked, err := i.Await(ctx, schemas.Stage{Key: key, Unit: i.unit, Until: notice.Until})
	if err != nil || asked.Verdict == schemas.Lapsed {
		return err
	}
	word, err := i.Await(ctx, schemas.Stage{Key: round("postpone/"+i.unit, n), Unit: i.Policy.Committee, For: i.unit, Clocks: clock("postpone", asked.Key)})
	if err == nil && word.Verdict == "accept" {
		i.Decree("postponed", word.At, func() {
			i.Extend(round("hold", n), word.Until)
			i.Extend(round("proxy-request/"+i.unit, n), word.Until)
		})
	}
	return err
}

// minutes are signed by the committee, then by the unit. A unit that objects gets them amended; the vice-chair rules on what it objects
// to after that.
func (i interview) minutes(ctx workflow.Context, held schemas.Act) (minutes schemas.Act, err error) {
	from := held.Key
	for n := 1; ; n++ {
		if minutes, err = i.Await(ctx, schemas.Stage{Key: round("minutes", n), Unit: i.Policy.Committee, For: i.unit, Clocks: clock("minutes", from)}); err != nil {
			return minutes, err
		}
		word, err := i.Await(ctx, schemas.Stage{Key: round("countersign/"+i.unit, n), Unit: i.unit, Clocks: clock("countersign", minutes.Key)})
		if err == nil && word.Verdict == "object" && n > i.Policy.Rework {
			word, err = i.Await(ctx, schemas.Stage{Key: round("minutes-ruling", n), For: i.unit, Clocks: clock("minutes-ruling", word.Key)})
		}
		if err != nil {
			return minutes, err
		}
		if word.Verdict == "signed" || word.Verdict == "accept" {
			i.Decree("agreed", word.At, nil)
			return minutes, nil
		}
		from = word.Key
	}
}

// promises run side by side, each with the day that the minutes name.
func (i interview) promises(ctx workflow.Context, minutes schemas.Act) error {
	parts := make([]func(workflow.Context) error, len(minutes.Items))
	for n, p := range minutes.Items {
		parts[n] = func(ctx workflow.Context) error { return i.promise(ctx, p) }
	}
	return i.together(ctx, parts...)
}

// promise is one of them until it is found kept. Found broken it is due again, at the later of its day and the new term; found broken
// once more the chairpersons' meeting disposes of it.
func (i interview) promise(ctx workflow.Context, p schemas.Finding) error {
	st := schemas.Stage{Key: round("promise/"+p.Item, 1), Unit: i.unit, Clocks: clock("promise", "agreed"), Until: p.Until}
	for n := 1; ; n++ {
		done, err := i.Await(ctx, st)
		if err != nil {
			return err
		}
		found, err := i.Await(ctx, schemas.Stage{Key: round("promise-check/"+p.Item, n), Unit: i.Policy.Committee, For: i.unit, Clocks: clock("promise-check", done.Key)})
		if err != nil || found.Verdict == "kept" {
			return err
		}
		if n > i.Policy.Rework {
			_, err = i.Await(ctx, schemas.Stage{Key: "dispose/" + p.Item, For: i.unit, Clocks: clock("dispose", found.Key)})
			return err
		}
		st = schemas.Stage{Key: round("promise/"+p.Item, n+1), Unit: i.unit, Clocks: clock("promise-again", found.Key), Until: done.Due}
	}
}
