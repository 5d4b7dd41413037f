package main

import (
	"context"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// demoTalk is one interview of the demo, out of an opinion that was late. Days of 2023, 01-02T15:04; empty: not yet.
type demoTalk struct {
	opinion                                                            int // which course
	title, body                                                        string
	proposed, approved, notified, meets, signed, held, minuted, agreed string
	situation                                                          string
	promises                                                           []schemas.PromiseIn
	kept                                                               []string // when the first promises were reported; two working days later they are found kept
}

// demoTalks are two interviews: one that stands before its day, out of the report that is overdue, and one whose promises are followed.
var demoTalks = []demoTalk{
	{opinion: 7, title: "关于缓解停车难办理方案逾期未报的约谈", body: "办理方案应于4月24日前报送，至今没有报送。请说明逾期的原因、已经开展的工作和补报的时间，并就审议意见中的重点问题明确办理期限。",
		proposed: "04-25T15:00", approved: "04-26T09:00", notified: "04-26T11:00", meets: "05-05T09:30", signed: "04-27T10:00", held: "05-05T11:30", minuted: "05-06T16:00", agreed: "05-08T10:00",
		situation: "单位说明：方案涉及三个科室，泊位数据反复核对，报送迟于期限。人大指出：不能按期的应提前说明，审议意见要逐条落实到人。单位承诺如下。",
		promises: []schemas.PromiseIn{{What: "核清中心城区公共泊位底数，公布收费标准和监督电话", Who: "停车管理科科长", By: "2023-05-31"},
			{What: "建成三处错时共享停车场并对外开放", Who: "分管副局长", By: "2023-07-31"}},
		kept: []string{"05-29T10:00"}},
	{opinion: 5, title: "关于河湖水质提升正式回告逾期未报的约谈", body: "正式回告应于6月20日前报送，逾期至今，经办人和负责人均已收到催办。请说明没有按期回告的原因、各条意见的办理情况和回告的时间。",
		proposed: "06-27T15:00", approved: "06-28T10:00", notified: "06-28T15:00", meets: "07-05T09:30", signed: "06-29T10:00"},
}

// interview lays out an interview out of the script's opinion.
func (s *script) interview(t demoTalk) {
	unit, clerk, head := s.units(false)[0], s.committee("cmt"), s.committee("cmh")
	var id string
	do := func(when string, login string, in func() schemas.ActIn) {
		if when == "" {
			return
		}
		s.cues = append(s.cues, cue{at: onDay(when), do: func(ctx context.Context) error { return s.p.act(ctx, id, s.d.people[login], in()) }})
	}
	said := func(in schemas.ActIn) func() schemas.ActIn { return func() schemas.ActIn { return in } }
	s.cues = append(s.cues, cue{at: onDay(t.proposed), do: func(ctx context.Context) error {
		st, err := s.p.desk.Propose(ctx, register.NewInterview{Token: register.NewID(), Congress: s.d.congress, Source: "委室提出", Title: t.title, Body: t.body, Unit: unit,
			Post: "主要负责人", Committee: s.d.committees[s.o.Committee], Owner: s.d.people[clerk].ID, About: s.caseID, Role: schemas.Clerk})
		if err != nil {
			return err
		}
		id = st.Case
		return s.p.started(ctx, id)
	}})
	do(t.approved, s.vice(), said(schemas.ActIn{Stage: "approve", Verdict: "accept"}))
	do(t.notified, head, said(schemas.ActIn{Stage: "notify#1", Meets: "2023-" + t.meets, Place: "区人大常委会三楼会议室", Present: "分管副主任、委室主任、有关常委会组成人员",
		Text: "请准备书面情况说明，逐条写明办理进展、没有完成的原因和完成的期限。"}))
	do(t.signed, s.d.liaison[unit], said(schemas.ActIn{Stage: "sign/" + unit + "#1"}))
	do(t.held, clerk, said(schemas.ActIn{Stage: "hold#1", Verdict: "held", Present: "单位主要负责人；分管副主任、委室主任和两名常委会组成人员"}))
	do(t.minuted, head, said(schemas.ActIn{Stage: "minutes#1", Text: t.situation, Promises: t.promises}))
	do(t.agreed, s.d.head[unit], said(schemas.ActIn{Stage: "countersign/" + unit + "#1", Verdict: "signed"}))
	for n, when := range t.kept {
		promise := func(kind string, in schemas.ActIn) func() schemas.ActIn {
			return func() schemas.ActIn {
				st, _ := s.p.reg.State(context.Background(), id) // that it is not there, the act will say
				in.Stage = kind + "/" + st.Facts["minutes#1"].Items[n].Item + "#1"
				return in
			}
		}
		do(when, s.d.head[unit], promise("promise", schemas.ActIn{Text: "泊位底数已经核清并在门户网站公布，收费标准和监督电话同时公布，材料已送委室。"}))
		checked := s.on(onDay(when), 2, 15).In(schemas.Shanghai).Format("01-02T15:04")
		do(checked, head, promise("promise-check", schemas.ActIn{Verdict: "kept"}))
	}
}

// onDay is an instant of 2023.
func onDay(when string) time.Time {
	t, _ := time.ParseInLocation("2006-01-02T15:04", "2023-"+when, schemas.Shanghai) // literals above
	return t
}
