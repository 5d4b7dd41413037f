package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// seatEvery is how many deputies of the demo district come to one who sits on the standing committee: 33 members with the chairpersons (演示数据).
const seatEvery = 8

// memberOf reports whether the deputy of that place in the list sits on the standing committee.
func memberOf(i int) bool { return (i+1)%seatEvery == 0 }

// demoBallot is a ballot of three slips that the demo district held: how many of each group chose what.
type demoBallot struct {
	at    time.Time
	votes [3][4]int // 满意, 基本满意, 不满意, invalid
}

// The appraisal of one department and its second ballot after rectification, with 33, 60 and 300 slips (spec part 8, H17). The numbers are 演示数据.
var demoBallots = []demoBallot{
	{time.Date(2023, 3, 30, 15, 0, 0, 0, schemas.Shanghai), [3][4]int{{20, 9, 4, 0}, {33, 18, 8, 1}, {150, 96, 50, 4}}},
	{time.Date(2023, 6, 28, 15, 0, 0, 0, schemas.Shanghai), [3][4]int{{28, 4, 1, 0}, {46, 11, 3, 0}, {231, 52, 15, 2}}},
}

// ballotCues are the ballots of the demo district, those of an appraisal, the second one of the first, and one that is ready to be opened.
func ballotCues(reg *register.Register, d district, appraisal *string) (cues []cue) {
	var first string
	for _, b := range demoBallots {
		cues = append(cues, cue{at: b.at, do: func(ctx context.Context) (err error) {
			first, err = b.hold(ctx, reg, d, *appraisal, first)
			return err
		}})
	}
	last := demoReference.Add(-30 * time.Minute)
	return append(cues, cue{at: last, do: func(ctx context.Context) error {
		in := demoAppraisal(d, "区城市管理执法局2023年工作评议")
		in.Plan.Electorates, in.Plan.Rule.Decides = in.Plan.Electorates[:1], 0
		in.Plan.Electorates[0].Weight, in.Plan.Electorates[0].Slip = 100, "测评表"
		id, err := reg.Configure(ctx, in, d.people["office"].ID)
		if err == nil {
			err = reg.Approve(ctx, d.congress, id, d.people["vc1"].ID)
		}
		return err
	}})
}

// demoAppraisal is a work appraisal (工作评议) by the three groups of voters.
func demoAppraisal(d district, title string) register.Ballot {
	scale, _ := schemas.ScaleOf("satisfaction")
	plan := schemas.BallotPlan{Scale: scale.Code, Form: "options", Options: scale.Options, Rule: scale.Rule}
	for _, k := range schemas.ElectorateKinds {
		plan.Electorates = append(plan.Electorates, schemas.Electorate{Who: k.Who, Name: k.Name, Slip: k.Slip, Weight: k.Weight, Base: "all", Quorum: k.Who == "members"})
	}
	plan.Electorates[2].Size = 300
	return register.Ballot{Congress: d.congress, Title: title, Scrutineer: d.people[deputyLogin(seatEvery-1)].ID, Plan: plan}
}

// hold configures, opens, fills, counts and announces one, and returns its id.
func (b demoBallot) hold(ctx context.Context, reg *register.Register, d district, caseID, first string) (string, error) {
	office := d.people["office"].ID
	in := demoAppraisal(d, "区水务和湖泊局2022年工作评议")
	in.CaseID = caseID
	if first != "" {
		in.First, in.Title = first, in.Title+"（二次票决）"
	}
	id, err := reg.Configure(ctx, in, office)
	if err == nil {
		err = reg.Approve(ctx, d.congress, id, d.people["vc1"].ID)
	}
	if err == nil {
		err = reg.OpenBallot(ctx, d.congress, id, office, func() (string, string, error) { return "", "", nil }) // no slips are signed: the votes go into the urn directly
	}
	if err == nil {
		err = b.fill(ctx, reg, d.congress, id)
	}
	for _, act := range []func() error{
		func() error { return reg.CloseBallot(ctx, d.congress, id, office) },
		func() error { return reg.Count(ctx, d.congress, id, office) },
		func() error { return reg.Confirm(ctx, d.congress, id, in.Scrutineer) },
		func() error { return reg.Announce(ctx, d.congress, id, office, true) },
	} {
		if err == nil {
			err = act()
		}
	}
	return id, err
}

// fill has as many of each group draw and vote as the numbers say.
func (b demoBallot) fill(ctx context.Context, reg *register.Register, congress, id string) error {
	roll, err := reg.BallotRoll(ctx, congress, id)
	if err != nil {
		return err
	}
	es, err := reg.Electorates(ctx, congress, id)
	if err != nil {
		return err
	}
	for n, e := range es {
		urn, err := reg.Urn(ctx, e.ID)
		if err != nil {
			return err
		}
		options := []string{"satisfied", "basically", "dissatisfied", ""}
		var choices []string
		for i, votes := range b.votes[n] {
			for range votes {
				choices = append(choices, options[i])
			}
		}
		if e.Voters == 0 { // the public's slips are printed
			err = reg.Printed(ctx, congress, e.ID, rand.Text())
		}
		drawn := 0
		for _, v := range roll {
			if v.N == n && drawn < len(choices) && err == nil {
				err = reg.Draw(ctx, congress, e.ID, v.Account, rand.Text())
				drawn++
			}
		}
		if e.Voters > 0 && drawn < len(choices) {
			err = errors.Join(err, fmt.Errorf("%d voters for %d votes", drawn, len(choices)))
		}
		for _, choice := range choices {
			if err == nil {
				err = reg.Cast(ctx, urn, rand.Text(), schemas.Choice{Option: choice})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
