// Side procedures that every matter with assignments has (spec 2.0.5).

package workflows

import (
	"fmt"
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// split sends the co-handlers (会办) on their own way and returns those who answer.
func (d *docket) split(ctx workflow.Context, parties []schemas.Party) (leads []schemas.Party) {
	var joint []schemas.Party
	for _, p := range parties {
		if p.Capacity == "joint" {
			joint = append(joint, p)
		} else {
			leads = append(leads, p)
		}
	}
	d.Beside(ctx, func(ctx workflow.Context) error { return d.Each(ctx, joint, d.assist) })
	return leads
}

// assist is a co-handler's part: an opinion to the lead within a month.
func (d *docket) assist(ctx workflow.Context, p schemas.Party) error {
	d.Beside(ctx, func(ctx workflow.Context) error { return d.returns(ctx, p.Unit) })
	d.Open(schemas.Stage{Key: "opinion/" + p.Unit, Unit: p.Unit, Clocks: clock("opinion", d.term(p.Unit)), After: "sign/" + p.Unit})
	if err := d.sign(ctx, p.Unit); err != nil {
		return err
	}
	given, err := d.Await(ctx, schemas.Stage{Key: "opinion/" + p.Unit, Unit: p.Unit})
	if err == nil {
		d.DropKinds(given.At, p.Unit, "return-request", "late-return")
	}
	return err
}

// sign is 签收: after two working days the matter counts as signed for, with a mark.
func (d *docket) sign(ctx workflow.Context, u string) error {
	from := "handover"
	if !d.Policy.Direct {
		from = "distribute"
	}
	if _, heir := d.Told("heir/" + u); heir {
		from = "heir/" + u
	}
	signed, err := d.Await(ctx, schemas.Stage{Key: "sign/" + u, Unit: u, Clocks: clock("sign", from)})
	if err == nil {
		d.Drop(signed.At, "withdraw")
	}
	return err
}

// returns is 退办: asked for within the window and decided by who handed over. Past the limit who handed over decides
// jointly with a second office, and finally. The heir's inner terms begin anew, the statutory one keeps the first
// hand-over (2.0.5).
func (d *docket) returns(ctx workflow.Context, u string) error {
	for n := 1; d.passed(u)+n <= d.Policy.Returns+1; n++ {
		d.Open(schemas.Stage{Key: "late-return/" + u, Unit: d.Policy.Committee, For: u, After: d.taken(u)})
		request, err := d.Await(ctx, schemas.Stage{Key: round("return-request/"+u, n), Unit: u,
			Clocks: append(clock("return-window", d.taken(u)), clock("return-window", "late-return/"+u)...)})
		if err != nil || request.Verdict == schemas.Lapsed {
			return err
		}
		ruling, err := d.ruling(ctx, u, n, request)
		if err != nil {
			return err
		}
		switch ruling.Verdict {
		case schemas.Lapsed:
			return nil
		case "refuse":
			continue
		}
		heir, err := d.Await(ctx, schemas.Stage{Key: round("reassign/"+u, n), For: u, By: d.desk(), Clocks: clock("reassign", ruling.Key)})
		if err != nil || heir.Verdict == schemas.Lapsed {
			return err
		}
		d.Decree("left/"+u, heir.At, func() { d.Leave(u, heir.Target, heir.At) })
		return nil
	}
	return nil
}

// ruling decides a request for return: the desk alone, or, past the limit, together with the committee in charge of an
// opinion, with the government office in the case of a suggestion.
func (d *docket) ruling(ctx workflow.Context, u string, n int, request schemas.Act) (schemas.Act, error) {
	if d.passed(u)+n <= d.Policy.Returns {
		return d.Await(ctx, schemas.Stage{Key: round("return/"+u, n), For: u, By: d.desk(), Clocks: clock("return", request.Key)})
	}
	ruling, err := d.Await(ctx, schemas.Stage{Key: round("joint-return/"+u, n), For: u, By: d.desk(), Clocks: clock("return", request.Key)})
	if err != nil || ruling.Verdict != "accept" {
		return ruling, err
	}
	assent := schemas.Stage{Key: round("joint-assent/"+u, n), For: u, By: schemas.GovOffice, Clocks: clock("return", ruling.Key)}
	if d.desk() != schemas.Deputies {
		assent.Unit, assent.By = d.Policy.Committee, schemas.Head
	}
	return d.Await(ctx, assent)
}

// given is the fact by which the units come to have to do with the matter.
func (d *docket) given() string {
	switch d.Procedure {
	case "interview":
		return "notify#1"
	case "problem", "interpellation", "evaluation", schemas.WorkAppraisal:
		return "given"
	}
	return "handover"
}

// taken is the fact from which a unit may ask to be relieved: its signing, or that it was given a problem, for which nobody signs.
func (d *docket) taken(u string) string {
	if d.Procedure != "problem" {
		return "sign/" + u
	}
	if _, heir := d.Told("heir/" + u); heir {
		return "heir/" + u
	}
	return d.given()
}

// desk is the office that handed the matter over to the units (交办机构).
func (d *docket) desk() schemas.Role {
	switch {
	case d.Procedure == "suggestion":
		return schemas.Deputies
	case d.Procedure == "problem":
		return schemas.GovOffice
	case d.Policy.Direct:
		return schemas.Office
	}
	return schemas.GovOffice
}

// extension is 延期: asked for once and in time, granted by who may; the clock runs on meanwhile.
func (d *docket) extension(ctx workflow.Context, key, u string, window schemas.Clock, by schemas.Role, grant func(until time.Time)) error {
	request, err := d.Await(ctx, schemas.Stage{Key: "extension-request/" + key, Unit: u, Clocks: []schemas.Clock{window}})
	if err != nil || request.Verdict == schemas.Lapsed {
		return err
	}
	ruling, err := d.Await(ctx, schemas.Stage{Key: "extension/" + key, For: u, By: by, Clocks: clock("extension", request.Key)})
	if err == nil && ruling.Verdict == "accept" {
		d.Decree("extended/"+key, ruling.At, func() { grant(ruling.Until) })
	}
	return err
}

// withdrawal is 撤回 until the procedure ends it, and 终止 by the vice-chair afterwards.
func (d *docket) withdrawal(ctx workflow.Context) error {
	act, err := d.Await(ctx, schemas.Stage{Key: "withdraw"})
	if err != nil {
		return err
	}
	if act.Verdict != schemas.Lapsed {
		d.Close("withdrawn")
		return nil
	}
	if _, err := d.Await(ctx, schemas.Stage{Key: "terminate"}); err != nil {
		return err
	}
	d.Close("terminated")
	return nil
}

// suspension is 中止 and 恢复: the units' clocks stand still, ninety days at the most.
func (d *docket) suspension(ctx workflow.Context) error {
	for n := 1; ; n++ {
		stop, err := d.Await(ctx, schemas.Stage{Key: round("suspend", n), After: "handover"})
		if err != nil {
			return err
		}
		d.Decree(round("suspended", n), stop.At, func() { d.Suspend(stop.At) })
		on, err := d.Await(ctx, schemas.Stage{Key: round("suspension", n), Clocks: clock("suspension", stop.Key)})
		if err != nil {
			return err
		}
		d.Decree(round("resumed", n), on.At, func() { d.Resume(on.At) })
	}
}

// instructions turns a leader's 批示 into a duty with a term of its own.
func (d *docket) instructions(ctx workflow.Context) error {
	for n := 1; ; n++ {
		word, err := d.Await(ctx, schemas.Stage{Key: round("instruct", n), After: d.given()})
		if err != nil {
			return err
		}
		d.Open(schemas.Stage{Key: round("instruction/"+word.Target, n), Unit: word.Target, Clocks: clock("instruction", word.Key)})
	}
}

// raising lets a leader skip levels upward (提级督办), never down.
func (d *docket) raising(ctx workflow.Context) error {
	for n := 1; ; n++ {
		act, err := d.Await(ctx, schemas.Stage{Key: round("raise", n), After: d.given()})
		if err != nil {
			return err
		}
		d.Decree(round("raised", n), act.At, func() { d.Raise(act.Target, act.Level, act.At) })
	}
}

// term is the anchor of a unit's statutory clocks, inner that of its inner ones.
func (d *docket) term(u string) string {
	if d.Policy.Anchor == "sign" {
		return "sign/" + u
	}
	if d.Policy.Restart || d.Facts["heir/"+u].Verdict == schemas.TermsRestart {
		return d.inner(u)
	}
	return "handover"
}

func (d *docket) inner(u string) string {
	if d.Policy.Anchor == "sign" {
		return "sign/" + u
	}
	if _, heir := d.Told("heir/" + u); heir {
		return "heir/" + u
	}
	return "handover"
}

// passed counts the units that had the assignment before u; one that had it by mistake (更正) does not count.
func (d *docket) passed(u string) (n int) {
	for before, heir := d.Told("heir/" + u); heir; before, heir = d.Told("heir/" + before.Target) {
		if before.Verdict == "" {
			n++
		}
	}
	return n
}

// heir is who has the assignment of u now.
func (d *docket) heir(u string) string {
	for gone, left := d.Told("gone/" + u); left && gone.Target != ""; gone, left = d.Told("gone/" + u) {
		u = gone.Target
	}
	return u
}

// last is the instant of the latest of the units' facts of that name.
func (d *docket) last(key string, leads []schemas.Party) (at time.Time) {
	for _, p := range leads {
		if f := d.Facts[fmt.Sprintf(key, d.heir(p.Unit))]; f.At.After(at) {
			at = f.At
		}
	}
	return at
}

func round(key string, n int) string { return fmt.Sprintf("%s#%d", key, n) }

func clock(rule, anchor string) []schemas.Clock { return []schemas.Clock{{Rule: rule, Anchor: anchor}} }
