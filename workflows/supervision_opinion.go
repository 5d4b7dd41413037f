package workflows

import (
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// SupervisionOpinion is the 123 cycle (审议意见、调研意见书、整改意见书): one week to hand over, two weeks
// for the plan, three months for the report (J14; spec 2a, A1–A16).
func SupervisionOpinion(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		o := opinion{d}
		d.Beside(ctx, o.withdrawal, o.suspension, o.instructions, o.raising)
		if err := o.drafting(ctx); err != nil {
			return err
		}
		parties, err := o.handOver(ctx)
		if err != nil {
			return err
		}
		leads := o.split(ctx, parties)
		if err := d.Each(ctx, leads, o.handle); err != nil {
			return err
		}
		reported := o.last("report/%s", leads)
		d.Decree("reported", reported, nil)
		d.DropKinds(reported, "", "return-request", "late-return")
		for _, p := range parties {
			d.Drop(reported, "sign/"+p.Unit, "opinion/"+p.Unit) // a late co-handler holds nobody up
		}
		verdict, err := o.examination(ctx, leads)
		if err != nil {
			return err
		}
		settled, err := o.settlement(ctx, verdict)
		if err != nil {
			return err
		}
		return o.publication(ctx, settled)
	})
}

type opinion struct{ *docket }

// drafting is A1 and A2: the clerk drafts, the committee's head reviews, the vice-chair signs. The clock
// of the hand-over runs beside it from the close of the meeting.
func (o opinion) drafting(ctx workflow.Context) error {
	o.Open(schemas.Stage{Key: "handover", Clocks: clock("handover", "T0"), After: "issued"})
	from := "T0"
	for n := 1; ; n++ {
		draft, err := o.Await(ctx, schemas.Stage{Key: round("draft", n), Unit: o.Policy.Committee, Clocks: clock("draft", from)})
		if err != nil {
			return err
		}
		verdict, err := o.Await(ctx, schemas.Stage{Key: round("review", n), Unit: o.Policy.Committee, Clocks: clock("review", draft.Key)})
		if err != nil {
			return err
		}
		if verdict.Verdict == "accept" {
			if verdict, err = o.Await(ctx, schemas.Stage{Key: round("issue", n), Clocks: clock("issue", verdict.Key)}); err != nil {
				return err
			}
		}
		if verdict.Verdict == "accept" {
			o.Decree("issued", verdict.At, nil)
			return nil
		}
		from = verdict.Key
	}
}

// handOver is A3 to A5: the office hands over, directly or through the government office, which signs
// and distributes (分办).
func (o opinion) handOver(ctx workflow.Context) ([]schemas.Party, error) {
	handed, err := o.Await(ctx, schemas.Stage{Key: "handover"})
	if err != nil || o.Policy.Direct {
		return handed.Parties, err
	}
	received, err := o.Await(ctx, schemas.Stage{Key: "receive", Clocks: clock("receive", "handover")})
	if err != nil {
		return nil, err
	}
	o.Drop(received.At, "withdraw")
	distributed, err := o.Await(ctx, schemas.Stage{Key: "distribute", Clocks: clock("distribute", "receive")})
	return distributed.Parties, err
}

// handle is A5 to A11 for one unit. From T1 on the clocks of plan, half time, draft and report stand
// open side by side; a check that lies with the congress hides none of them.
func (o opinion) handle(ctx workflow.Context, p schemas.Party) error {
	u, plan := p.Unit, round("plan/"+p.Unit, 1)
	report := schemas.Stage{Key: "report/" + u, Unit: u, After: "draft-accepted/" + u,
		Clocks: append(clock("report", o.term(u)), clock("after-check", "draft-timely/"+u)...)}
	resolution, fixed := o.Told("resolution")
	if fixed { // 决议 names the day: it wins, and nobody below the standing committee extends it
		report.Clocks, report.Until = nil, resolution.Until
	}
	o.Open(
		schemas.Stage{Key: plan, Unit: u, Clocks: clock("plan", o.inner(u)), After: "sign/" + u},
		schemas.Stage{Key: "progress/" + u, Unit: u, After: "plan-accepted/" + u,
			Clocks: append(clock("progress", o.term(u)), clock("after-check", "plan-timely/"+u)...)},
		schemas.Stage{Key: round("draft-report/"+u, 1), Unit: u, After: "plan-accepted/" + u,
			Clocks: append(clock("draft-report", o.term(u)), clock("after-check", "plan-timely/"+u)...)},
		report,
	)
	o.Beside(ctx,
		func(ctx workflow.Context) error { return o.returns(ctx, u) },
		func(ctx workflow.Context) error {
			return o.extension(ctx, plan, u, schemas.Clock{Rule: "plan-extension-window", Anchor: o.inner(u)}, schemas.ViceChair,
				func(until time.Time) { o.Extend(plan, until) })
		},
		func(ctx workflow.Context) error { return o.closings(ctx, u) },
	)
	if !fixed {
		o.Beside(ctx, func(ctx workflow.Context) error {
			return o.extension(ctx, report.Key, u, schemas.Clock{Rule: "report-extension-window", Anchor: o.term(u)}, schemas.ViceChair,
				func(until time.Time) { o.Extend(report.Key, until) })
		})
	}
	if err := o.sign(ctx, u); err != nil {
		return err
	}
	planned, err := o.untilAccepted(ctx, u, work{"plan", "plan-forward", "plan-check", "plan-ruling", "plan-rework"},
		"progress/"+u, round("draft-report/"+u, 1), report.Key)
	if err != nil {
		return err
	}
	o.accepted("plan", u, planned.At)
	o.DropKinds(planned.At, u, "return-request", "late-return") // who has planned has taken the matter on
	draft, err := o.untilAccepted(ctx, u, work{"draft-report", "draft-forward", "draft-check", "draft-ruling", "draft-rework"}, report.Key)
	if err != nil {
		return err
	}
	o.accepted("draft", u, draft.At)
	done, err := o.Await(ctx, report)
	if err != nil {
		return err
	}
	o.Drop(done.At, "progress/"+u, "extension-request/"+report.Key, "extension/"+report.Key)
	return nil
}

// accepted opens what comes after a paper. When its first hand-in was in time, what comes after is due at the earliest
// three working days later: the congress's delay never hurts a department (settled 6).
func (o opinion) accepted(paper, u string, at time.Time) {
	first := round(map[string]string{"plan": "plan/", "draft": "draft-report/"}[paper]+u, 1)
	if !o.Facts[first].Late() {
		o.Decree(paper+"-timely/"+u, at, nil)
	}
	o.Decree(paper+"-accepted/"+u, at, nil)
}

// work names the stages of a paper that is handed in, checked and, if need be, handed in again.
type work struct{ paper, forward, check, ruling, rework string }

// untilAccepted returns the verdict that accepted the paper. What is not accepted is done again, due at
// the later of its first date and the rework term; past the limit the vice-chair rules. From a first hand-in in time
// until the acceptance nothing is said of the lateness of what waits for it.
func (o opinion) untilAccepted(ctx workflow.Context, u string, w work, waiting ...string) (verdict schemas.Act, err error) {
	st := schemas.Stage{Key: round(w.paper+"/"+u, 1), Unit: u}
	for n := 1; ; n++ {
		paper, err := o.Await(ctx, st)
		if err != nil {
			return verdict, err
		}
		o.Drop(paper.At, "extension-request/"+st.Key, "extension/"+st.Key)
		if n == 1 && !paper.Late() {
			o.Decree("held/"+st.Key, paper.At, func() { o.Hold(true, waiting...) })
		}
		from := paper.Key
		if !o.Policy.Direct {
			forwarded, err := o.Await(ctx, schemas.Stage{Key: round(w.forward+"/"+u, n), For: u, Clocks: clock("forward", from)})
			if err != nil {
				return verdict, err
			}
			from = forwarded.Key
		}
		verdict, err = o.Await(ctx, schemas.Stage{Key: round(w.check+"/"+u, n), Unit: o.Policy.Committee, For: u, Clocks: clock("check", from)})
		if err == nil && verdict.Verdict == "rework" && n > o.Policy.Rework {
			verdict, err = o.Await(ctx, schemas.Stage{Key: round(w.ruling+"/"+u, n), For: u, Clocks: clock("ruling", verdict.Key)})
		}
		if err != nil {
			return verdict, err
		}
		if verdict.Verdict == "accept" {
			o.Decree("released/"+st.Key, verdict.At, func() { o.Hold(false, waiting...) })
			return verdict, nil
		}
		st = schemas.Stage{Key: round(w.paper+"/"+u, n+1), Unit: u, Clocks: clock(w.rework, verdict.Key), Until: paper.Due}
	}
}

// closings lets a unit have its items struck off one by one (销号) as soon as they are done.
func (o opinion) closings(ctx workflow.Context, u string) error {
	for _, item := range o.itemsOf(u) {
		o.Beside(ctx, func(ctx workflow.Context) error {
			for n := 1; ; n++ {
				request, err := o.Await(ctx, schemas.Stage{Key: round("close-request/"+item, n), Unit: u, After: "plan-accepted/" + u})
				if err != nil || request.Verdict == schemas.Lapsed {
					return err
				}
				verdict, err := o.Await(ctx, schemas.Stage{Key: round("verify/"+item, n), Unit: o.Policy.Committee, For: u, Clocks: clock("verify", request.Key)})
				if err != nil {
					return err
				}
				if verdict.Verdict != "open" {
					return nil
				}
			}
		})
	}
	return nil
}

// examination is A12 and A14: the chairpersons' meeting chooses the way, its result is entered; who is
// found dissatisfying rectifies within two months and is judged once more. It returns the last verdict.
func (o opinion) examination(ctx workflow.Context, leads []schemas.Party) (schemas.Act, error) {
	way, err := o.Await(ctx, schemas.Stage{Key: "examine", Clocks: clock("examine", "reported")})
	if err != nil {
		return way, err
	}
	verdict, err := o.Await(ctx, schemas.Stage{Key: round("evaluate", 1), Clocks: clock("evaluate", "examine")})
	if err != nil || verdict.Verdict != "dissatisfied" && !o.unexplained(leads) {
		return verdict, err
	}
	if err := o.Each(ctx, leads, func(ctx workflow.Context, p schemas.Party) error {
		u := o.heir(p.Unit)
		_, err := o.Await(ctx, schemas.Stage{Key: round("rectify/"+u, 1), Unit: u, Clocks: clock("rectify", verdict.Key)})
		return err
	}); err != nil {
		return verdict, err
	}
	o.Decree("rectified", o.last("rectify/%s#1", leads), nil)
	verdict, err = o.Await(ctx, schemas.Stage{Key: round("evaluate", 2), Clocks: clock("evaluate", "rectified")})
	if err != nil || verdict.Verdict != "dissatisfied" {
		return verdict, err
	}
	return o.Await(ctx, schemas.Stage{Key: "dispose", Clocks: clock("dispose", verdict.Key)})
}

// settlement is A13 and A15: every item is struck off or followed half-yearly, two years at the most.
func (o opinion) settlement(ctx workflow.Context, verdict schemas.Act) (schemas.Act, error) {
	settled, err := o.Await(ctx, schemas.Stage{Key: "settle", Unit: o.Policy.Committee, Clocks: clock("settle", verdict.Key)})
	if err != nil {
		return settled, err
	}
	o.DropKinds(settled.At, "", "close-request", "verify")
	o.Open(schemas.Stage{Key: "publish", Clocks: clock("publish", "settle")})
	for n := 1; open(settled.Items) && n <= o.Policy.Tracking; n++ {
		if settled, err = o.Await(ctx, schemas.Stage{Key: round("track", n), Unit: o.Policy.Committee, Clocks: clock("track", settled.Key)}); err != nil {
			return settled, err
		}
	}
	return settled, nil
}

// publication is A16: told to the deputies and the public, then archived by June of the next year.
func (o opinion) publication(ctx workflow.Context, settled schemas.Act) error {
	if _, err := o.Await(ctx, schemas.Stage{Key: "publish"}); err != nil {
		return err
	}
	if _, err := o.Await(ctx, schemas.Stage{Key: "archive", Clocks: clock("archive", settled.Key)}); err != nil {
		return err
	}
	o.Close("archived")
	return nil
}

// itemsOf lists the items a unit answers for, its predecessors' included.
func (o opinion) itemsOf(u string) (items []string) {
	for before, heir := o.Told("heir/" + u); heir; before, heir = o.Told("heir/" + u) {
		u = before.Target
	}
	given := o.Facts["handover"]
	if !o.Policy.Direct {
		given = o.Facts["distribute"]
	}
	for _, i := range given.Items {
		if i.Unit == u {
			items = append(items, i.Item)
		}
	}
	return items
}

// unexplained reports whether a unit left an item undone without a reason.
func (o opinion) unexplained(leads []schemas.Party) bool {
	for _, p := range leads {
		for _, i := range o.Facts["report/"+o.heir(p.Unit)].Items {
			if i.Result == "undone" && !i.Reasoned {
				return true
			}
		}
	}
	return false
}

func open(items []schemas.Finding) bool {
	for _, i := range items {
		if i.Result == "open" {
			return true
		}
	}
	return false
}
