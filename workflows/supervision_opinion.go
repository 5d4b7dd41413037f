package workflows

import (
	"fmt"
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

// split sends the co-handlers (会办) on their own way and returns those who answer.
func (o opinion) split(ctx workflow.Context, parties []schemas.Party) (leads []schemas.Party) {
	var joint []schemas.Party
	for _, p := range parties {
		if p.Capacity == "joint" {
			joint = append(joint, p)
		} else {
			leads = append(leads, p)
		}
	}
	o.Beside(ctx, func(ctx workflow.Context) error { return o.Each(ctx, joint, o.assist) })
	return leads
}

// assist is a co-handler's part: an opinion to the lead within a month.
func (o opinion) assist(ctx workflow.Context, p schemas.Party) error {
	o.Beside(ctx, func(ctx workflow.Context) error { return o.returns(ctx, p.Unit) })
	o.Open(schemas.Stage{Key: "opinion/" + p.Unit, Unit: p.Unit, Clocks: clock("opinion", o.term(p.Unit)), After: "sign/" + p.Unit})
	if err := o.sign(ctx, p.Unit); err != nil {
		return err
	}
	given, err := o.Await(ctx, schemas.Stage{Key: "opinion/" + p.Unit, Unit: p.Unit})
	if err == nil {
		o.DropKinds(given.At, p.Unit, "return-request", "late-return")
	}
	return err
}

// handle is A5 to A11 for one unit. From T1 on the clocks of plan, half time, draft and report stand
// open side by side; a check that lies with the congress hides none of them.
func (o opinion) handle(ctx workflow.Context, p schemas.Party) error {
	u := p.Unit
	report := schemas.Stage{Key: "report/" + u, Unit: u, After: "draft-accepted/" + u,
		Clocks: append(clock("report", o.term(u)), clock("after-check", "draft-timely/"+u)...)}
	resolution, fixed := o.Told("resolution")
	if fixed { // 决议 names the day: it wins, and nobody below the standing committee extends it
		report.Clocks, report.Until = nil, resolution.Until
	}
	o.Open(
		schemas.Stage{Key: round("plan/"+u, 1), Unit: u, Clocks: clock("plan", o.fresh(u)), After: "sign/" + u},
		schemas.Stage{Key: "progress/" + u, Unit: u, After: "plan-accepted/" + u,
			Clocks: append(clock("progress", o.term(u)), clock("after-check", "plan-timely/"+u)...)},
		schemas.Stage{Key: round("draft-report/"+u, 1), Unit: u, After: "plan-accepted/" + u,
			Clocks: append(clock("draft-report", o.term(u)), clock("after-check", "plan-timely/"+u)...)},
		report,
	)
	o.Beside(ctx,
		func(ctx workflow.Context) error { return o.returns(ctx, u) },
		func(ctx workflow.Context) error {
			return o.extension(ctx, round("plan/"+u, 1), u, "plan-extension-window", o.fresh(u))
		},
		func(ctx workflow.Context) error { return o.closings(ctx, u) },
	)
	if !fixed {
		o.Beside(ctx, func(ctx workflow.Context) error {
			return o.extension(ctx, report.Key, u, "report-extension-window", o.term(u))
		})
	}
	if err := o.sign(ctx, u); err != nil {
		return err
	}
	plan, err := o.untilAccepted(ctx, u, work{"plan", "plan-forward", "plan-check", "plan-ruling", "plan-rework"},
		"progress/"+u, round("draft-report/"+u, 1), report.Key)
	if err != nil {
		return err
	}
	o.accepted("plan", u, plan.At)
	o.DropKinds(plan.At, u, "return-request", "late-return") // who has planned has taken the matter on
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

// sign is 签收: after two working days the matter counts as signed for, with a mark.
func (o opinion) sign(ctx workflow.Context, u string) error {
	from := "handover"
	if !o.Policy.Direct {
		from = "distribute"
	}
	if _, heir := o.Told("heir/" + u); heir {
		from = "heir/" + u
	}
	signed, err := o.Await(ctx, schemas.Stage{Key: "sign/" + u, Unit: u, Clocks: clock("sign", from)})
	if err == nil {
		o.Drop(signed.At, "withdraw")
	}
	return err
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

// returns is 退办: asked for within the window, decided by who handed over, and at most so often; the
// heir's inner terms begin anew, the statutory one keeps the first hand-over (2.0.5).
func (o opinion) returns(ctx workflow.Context, u string) error {
	by := schemas.GovOffice
	if o.Policy.Direct {
		by = schemas.Office
	}
	for n := 1; o.passed(u)+n <= o.Policy.Returns; n++ {
		door := round("return-request/"+u, n)
		o.Open(schemas.Stage{Key: "late-return/" + u, Unit: o.Policy.Committee, For: u, After: "sign/" + u})
		request, err := o.Await(ctx, schemas.Stage{Key: door, Unit: u,
			Clocks: append(clock("return-window", "sign/"+u), clock("return-window", "late-return/"+u)...)})
		if err != nil || request.Verdict == schemas.Lapsed {
			return err
		}
		ruling, err := o.Await(ctx, schemas.Stage{Key: round("return/"+u, n), For: u, By: by, Clocks: clock("return", request.Key)})
		if err != nil {
			return err
		}
		if ruling.Verdict != "accept" {
			continue
		}
		heir, err := o.Await(ctx, schemas.Stage{Key: round("reassign/"+u, n), For: u, By: by, Clocks: clock("reassign", ruling.Key)})
		if err != nil {
			return err
		}
		o.Decree("left/"+u, heir.At, func() { o.Leave(u, heir.Target, heir.At) })
		return nil
	}
	return nil
}

// extension is 延期: asked for once and in time, granted by the vice-chair; the clock runs on meanwhile.
func (o opinion) extension(ctx workflow.Context, key, u, window, anchor string) error {
	request, err := o.Await(ctx, schemas.Stage{Key: "extension-request/" + key, Unit: u, Clocks: clock(window, anchor)})
	if err != nil || request.Verdict == schemas.Lapsed {
		return err
	}
	ruling, err := o.Await(ctx, schemas.Stage{Key: "extension/" + key, For: u, Clocks: clock("extension", request.Key)})
	if err == nil && ruling.Verdict == "accept" {
		o.Decree("extended/"+key, ruling.At, func() { o.Extend(key, ruling.Until) })
	}
	return err
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

// withdrawal is 撤回 before anybody has signed, and 终止 by the vice-chair afterwards.
func (o opinion) withdrawal(ctx workflow.Context) error {
	act, err := o.Await(ctx, schemas.Stage{Key: "withdraw"})
	if err != nil {
		return err
	}
	if act.Verdict != schemas.Lapsed {
		o.Close("withdrawn")
		return nil
	}
	if _, err := o.Await(ctx, schemas.Stage{Key: "terminate"}); err != nil {
		return err
	}
	o.Close("terminated")
	return nil
}

// suspension is 中止 and 恢复: the units' clocks stand still, ninety days at the most.
func (o opinion) suspension(ctx workflow.Context) error {
	for n := 1; ; n++ {
		stop, err := o.Await(ctx, schemas.Stage{Key: round("suspend", n), After: "handover"})
		if err != nil {
			return err
		}
		o.Decree(round("suspended", n), stop.At, func() { o.Suspend(stop.At) })
		on, err := o.Await(ctx, schemas.Stage{Key: round("suspension", n), Clocks: clock("suspension", stop.Key)})
		if err != nil {
			return err
		}
		o.Decree(round("resumed", n), on.At, func() { o.Resume(on.At) })
	}
}

// instructions turns a leader's 批示 into a duty with a term of its own.
func (o opinion) instructions(ctx workflow.Context) error {
	for n := 1; ; n++ {
		word, err := o.Await(ctx, schemas.Stage{Key: round("instruct", n), After: "handover"})
		if err != nil {
			return err
		}
		o.Open(schemas.Stage{Key: round("instruction/"+word.Target, n), Unit: word.Target, Clocks: clock("instruction", word.Key)})
	}
}

// raising lets a leader skip levels upward (提级督办), never down.
func (o opinion) raising(ctx workflow.Context) error {
	for n := 1; ; n++ {
		act, err := o.Await(ctx, schemas.Stage{Key: round("raise", n), After: "handover"})
		if err != nil {
			return err
		}
		o.Decree(round("raised", n), act.At, func() { o.Raise(act.Target, act.Level, act.At) })
	}
}

// term is the anchor of a unit's statutory clocks, fresh that of its inner ones.
func (o opinion) term(u string) string {
	if o.Policy.Anchor == "sign" {
		return "sign/" + u
	}
	if o.Policy.Restart {
		return o.fresh(u)
	}
	return "handover"
}

func (o opinion) fresh(u string) string {
	if o.Policy.Anchor == "sign" {
		return "sign/" + u
	}
	if _, heir := o.Told("heir/" + u); heir {
		return "heir/" + u
	}
	return "handover"
}

// passed counts the units that had the assignment before u.
func (o opinion) passed(u string) (n int) {
	for before, heir := o.Told("heir/" + u); heir; before, heir = o.Told("heir/" + before.Target) {
		n++
	}
	return n
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

// last is the instant of the latest of the units' facts of that name.
func (o opinion) last(key string, leads []schemas.Party) (at time.Time) {
	for _, p := range leads {
		if f := o.Facts[fmt.Sprintf(key, o.heir(p.Unit))]; f.At.After(at) {
			at = f.At
		}
	}
	return at
}

// heir is who has the assignment of u now.
func (o opinion) heir(u string) string {
	for gone, left := o.Told("gone/" + u); left && gone.Target != ""; gone, left = o.Told("gone/" + u) {
		u = gone.Target
	}
	return u
}

func round(key string, n int) string { return fmt.Sprintf("%s#%d", key, n) }

func clock(rule, anchor string) []schemas.Clock { return []schemas.Clock{{Rule: rule, Anchor: anchor}} }

func open(items []schemas.Finding) bool {
	for _, i := range items {
		if i.Result == "open" {
			return true
		}
	}
	return false
}
