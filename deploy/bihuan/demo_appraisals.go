package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// appraisalCues are the work appraisal to which the demo's two ballots belong, from its proposal to the end (演示数据). The ballots are held
// within it, and their results taken over an hour later.
func appraisalCues(p *player, d district) (cues []cue, caseID *string) {
	caseID = new(string)
	unit := d.units["水务和湖泊局"]
	do := func(when, login string, in schemas.ActIn) {
		cues = append(cues, cue{at: on(when), do: func(ctx context.Context) error { return p.act(ctx, *caseID, d.people[login], in) }})
	}
	cues = append(cues, cue{at: on("2023-01-10T10:00"), do: func(ctx context.Context) error {
		st, err := p.desk.Appraise(ctx, register.NewAppraisal{Token: register.NewID(), Congress: d.congress, Title: "区水务和湖泊局2022年工作评议",
			Body: "承担流域治理的中心工作，承办代表建议多，积水、供水与群众生活关系密切。", Committee: d.committees[0], Owner: d.people["cmt1"].ID, Unit: unit,
			Role: schemas.Clerk, Criteria: "central,suggestions,people"})
		if err != nil {
			return err
		}
		*caseID = st.Case
		return p.started(ctx, st.Case)
	}})
	do("2023-01-17T10:00", "office", schemas.ActIn{Stage: "appraisee", Verdict: "accept", Reason: "主任会议纪要〔2023〕2号：列为本年度评议对象"})
	do("2023-02-02T10:00", "office", schemas.ActIn{Stage: "mobilise", Text: "在区人大常委会二楼会议室召开，单位班子成员和六个评议组参加，明确评议内容、方法和纪律。"})
	do("2023-02-09T15:00", "cmh1", schemas.ActIn{Stage: "appraisal-plan", Meets: "2023-03-30T14:30", Place: "区人大常委会二楼会议室",
		Text: "评议法律法规执行、中心工作、代表建议办理、群众反映的问题。设六个评议组，面对面听取汇报，背靠背走访，点位一半安排、一半随取。"})
	for i, x := range demoVisits {
		cues = append(cues, cue{at: on(x.day + "T17:00"), do: func(ctx context.Context) error {
			v := register.Visit{Team: i + 1, Site: x.site, Kind: x.kind, Day: schemas.DayOf(on(x.day + "T17:00")), Note: x.note}
			return p.reg.AddVisit(ctx, d.congress, *caseID, d.people["cmt1"].ID, v)
		}})
	}
	do("2023-03-14T16:00", "cmh1", schemas.ActIn{Stage: "appraisal-survey", Text: "面对面听取汇报和座谈，背靠背走访社区、企业，发放问卷300份。"})
	do("2023-03-17T15:00", d.head[unit], schemas.ActIn{Stage: "self-report", Text: "2022年完成排水管网改造26公里，办理代表建议31件；渍水点销号进度慢于计划。"})
	do("2023-03-21T16:00", "cmh1", schemas.ActIn{Stage: "survey-report", Text: "肯定管网改造和湖泊水质提升；指出渍水点销号慢、二次供水投诉多、建议答复后落实不够三个问题。"})
	do("2023-03-30T16:00", "office", schemas.ActIn{Stage: "review-meeting", Text: "单位述职，评议组报告，六名组成人员和代表发言，当场票决、当场宣布。"})
	do("2023-03-30T16:30", "office", demoBallots[0].minutes("first-ballot"))
	do("2023-04-04T10:00", "cmh1", schemas.ActIn{Stage: "appraisal-opinion", Text: "两周内报送整改方案，三个月内整改：渍水点逐处销号，二次供水投诉限时办结，代表建议逐件回访。"})
	do("2023-04-07T10:00", "office", schemas.ActIn{Stage: "party-report", Text: "区人大常办〔2023〕9号：评议情况和票决结果。"})
	do("2023-04-07T11:00", "office", schemas.ActIn{Stage: "government-circular", Text: "区人大常办〔2023〕10号：通报区政府。"})
	do("2023-04-10T10:00", "office", schemas.ActIn{Stage: "publish", Verdict: "public"})
	do("2023-04-14T15:00", d.head[unit], schemas.ActIn{Stage: "rectification-plan", Text: "渍水点14处，责任到人，6月中旬前销号；投诉三日内上门；建议逐件回访。"})
	do("2023-05-18T15:00", "cmh1", schemas.ActIn{Stage: "follow-up#1", Text: "抽查渍水点8处，已销号6处；回访投诉20件，18件满意。"})
	do("2023-06-16T15:00", d.head[unit], schemas.ActIn{Stage: "rectification-report", Text: "渍水点14处销号13处，余1处随轨道交通工程改造；二次供水投诉下降六成；31件建议全部回访。"})
	do("2023-06-28T16:30", "office", demoBallots[1].minutes("second-ballot"))
	return cues, caseID
}

// on is the instant of a literal in the demo's script.
func on(when string) time.Time {
	t, _ := time.ParseInLocation("2006-01-02T15:04", when, schemas.Shanghai)
	return t
}

// evaluationCues are an end-effect evaluation from its proposal until it was heard (演示数据): it looks at a resolution older than the register.
func evaluationCues(p *player, d district) (cues []cue) {
	caseID, unit := "", d.units["水务和湖泊局"]
	do := func(when, login string, in schemas.ActIn) {
		cues = append(cues, cue{at: on(when), do: func(ctx context.Context) error { return p.act(ctx, caseID, d.people[login], in) }})
	}
	cues = append(cues, cue{at: on("2022-11-10T10:00"), do: func(ctx context.Context) error {
		st, err := p.desk.Evaluate(ctx, register.NewEvaluation{Token: register.NewID(), Congress: d.congress, Title: "湖泊治理决议末端评估",
			Body: "决议作出已经三年，治理项目都已办结。用数据看水质、岸线和周边群众的感受是不是真的变了。", Committee: d.committees[0], Owner: d.people["cmt1"].ID, Unit: unit, Role: schemas.Clerk})
		caseID = st.Case
		if err != nil {
			return err
		}
		return p.started(ctx, caseID)
	}})
	do("2022-11-24T10:00", "office", schemas.ActIn{Stage: "take-up", Verdict: "accept", Reason: "主任会议纪要〔2022〕21号：同意立项"})
	do("2022-12-15T10:00", "cmh1", schemas.ActIn{Stage: "indicators#1", Text: "请高校专家参加，征求了水务、环保、街道和周边居民的意见。", Indicators: []schemas.IndicatorIn{
		{Name: "湖泊水质", Weight: 35, Way: "statistics", Standard: "全年监测均值达到IV类得满分，差一类扣15分"},
		{Name: "截污纳管完成率", Weight: 20, Way: "document", Standard: "按完成率折算"},
		{Name: "岸线整治", Weight: 20, Way: "site", Standard: "随取十个点位，一处不合格扣2分"},
		{Name: "周边群众满意率", Weight: 25, Way: "survey", Standard: "问卷500份，按满意和基本满意的比例折算"}}})
	do("2023-01-10T15:00", d.head[unit], schemas.ActIn{Stage: "self-rating#1", Text: "治理项目全部完工，水质明显好转。", Readings: []schemas.ReadingIn{
		{N: 1, Reading: "年均IV类", Points: 3500}, {N: 2, Reading: "100%", Points: 2000}, {N: 3, Reading: "全线贯通", Points: 2000}, {N: 4, Reading: "自行调查92%", Points: 2300}}})
	do("2023-02-10T16:00", "cmh1", schemas.ActIn{Stage: "collect#1", Text: "调取12个月监测数据，随取点位10处，发放问卷500份、收回478份。", Readings: []schemas.ReadingIn{
		{N: 1, Reading: "年均IV类，8月为V类", Points: 3000}, {N: 2, Reading: "96.4%，余两处排口", Points: 1928}, {N: 3, Reading: "10处中2处不合格", Points: 1600}, {N: 4, Reading: "478份中满意和基本满意397份，83.05%", Points: 2076}}})
	do("2023-03-01T15:00", "office", schemas.ActIn{Stage: "expert-review#1", Verdict: "accept", Text: "专家组五人（演示数据）：指标和数据能够说明效果，通过评审。"})
	do("2023-03-20T15:00", "cmh1", schemas.ActIn{Stage: "evaluation-report", Text: "决议总体见效。差距在夏季水质反复、两处排口没有截污、两处岸线被占用；建议列入下一年度跟踪。"})
	do("2023-04-26T11:00", "office", schemas.ActIn{Stage: "hear-evaluation", Verdict: "heard", Reason: "常委会第十次会议纪要", Text: "会议听取了报告，结果通报区政府和区水务和湖泊局。"})
	return cues
}

// interpellationCues are an interpellation whose first answer three of four did not accept, and which was answered again in writing (演示数据).
func interpellationCues(p *player, d district) (cues []cue) {
	caseID, unit := "", d.units["城市管理执法局"]
	signers := []string{"p008", "p016", "p024", "p032"}
	do := func(when, login string, in schemas.ActIn) {
		cues = append(cues, cue{at: on(when), do: func(ctx context.Context) error { return p.act(ctx, caseID, d.people[login], in) }})
	}
	cues = append(cues, cue{at: on("2023-04-11T10:00"), do: func(ctx context.Context) error {
		f := register.NewInterpellation{Token: register.NewID(), Congress: d.congress, Title: "关于停车收费去向的质询案", Unit: unit, Committee: d.deputies, Leader: d.people[signers[0]].ID,
			Body: "审议意见两次要求公开路内停车收费的去向，至今没有公开。请说明收了多少、交到哪里、用在哪里。"}
		for _, login := range signers[1:] {
			f.Signers = append(f.Signers, d.people[login].ID)
		}
		st, err := p.desk.Interpellate(ctx, f)
		caseID = st.Case
		if err != nil {
			return err
		}
		return p.started(ctx, caseID)
	}})
	for i, login := range signers[1:] {
		do("2023-04-12T0"+strconv.Itoa(8+i%2)+":30", login, schemas.ActIn{Stage: "join/" + d.people[login].ID, Verdict: "agree"})
	}
	do("2023-04-18T10:00", "office", schemas.ActIn{Stage: "put#1", Verdict: "plenary", Reason: "主任会议纪要〔2023〕9号", Meets: "2023-04-26T15:00", Place: "区人大常委会三楼会议室"})
	do("2023-04-26T16:30", "office", schemas.ActIn{Stage: "oral-answer#1", Text: "局长到会答复：上年收费全部上缴财政，明细正在整理。组成人员追问用途，没有答复到位。"})
	for i, login := range signers {
		word := schemas.ActIn{Stage: "signer-word/" + d.people[login].ID, Verdict: "dissatisfied", Reason: "没有说清用在哪里"}
		if i == 0 {
			word.Verdict, word.Reason = "satisfied", ""
		}
		do("2023-04-28T"+strconv.Itoa(10+i)+":00", login, word)
	}
	do("2023-05-10T10:00", "office", schemas.ActIn{Stage: "put#2", Verdict: "written", Reason: "主任会议纪要〔2023〕11号：过半数不满意，再作答复"})
	do("2023-05-22T15:00", d.head[unit], schemas.ActIn{Stage: "signed-answer#2", Text: "2022年路内停车收费的金额、上缴国库的时间和支出项目逐笔列表附后，同日在门户网站公开；今后每季度公开一次。"})
	return cues
}

// trackingCue enters, on one day of June 2023, how the departments were followed through the half-year (G12; 演示数据): here and there a month
// or a quarter is missing.
func trackingCue(p *player, d district) cue {
	return cue{at: time.Date(2023, 6, 20, 16, 0, 0, 0, schemas.Shanghai), do: func(ctx context.Context) error {
		followers := []string{"chair", "vc1", "vc2", "cmh1", "cmh2"}
		for i, name := range slices.Sorted(maps.Keys(d.units)) {
			unit := d.units[name]
			err := p.reg.NameFollower(ctx, d.congress, unit, d.people[followers[i%len(followers)]].ID, d.people["office"].ID, 2023)
			if err != nil {
				return err
			}
			enter := func(kind, note string, month time.Month, day int) {
				o := register.Occasion{Unit: unit, Kind: kind, Day: time.Date(2023, month, day, 0, 0, 0, 0, schemas.Shanghai), Note: note}
				err = errors.Join(err, p.reg.AddOccasion(ctx, d.congress, register.NewID(), d.people["cmt1"].ID, o))
			}
			for month := time.January; month <= time.June; month++ {
				if (i+int(month))%6 != 0 {
					enter("visit", "到"+name+"的项目现场调研", month, 8+i%12)
				}
			}
			for quarter, month := range []time.Month{time.March, time.June} {
				if (i+quarter)%4 != 0 {
					enter("ask", "约"+name+"负责人了解季度进展", month, 15)
				}
			}
			if i%3 != 0 {
				enter("report", name+"上半年专题报告", time.June, 19)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// demoVisits is where the six teams went, each once.
var demoVisits = []struct{ day, site, kind, note string }{
	{"2023-02-16", "区水务和湖泊局", "face", "听取汇报，查阅建议办理台账"},
	{"2023-02-21", "后襄河泵站", "arranged", "排渍泵组两用一备，运行正常"},
	{"2023-02-24", "常青街渍水点", "random", "临时走访，雨后两小时退水"},
	{"2023-03-01", "老旧小区二次供水泵房", "random", "水箱清洗记录缺两次"},
	{"2023-03-03", "北湖社区", "back", "问卷150份，入户12户"},
	{"2023-03-08", "企业座谈", "back", "不请单位参加，反映接水时限"},
}

// minutes is the act by which the office takes over what the members found.
func (b demoBallot) minutes(stage string) schemas.ActIn {
	v := b.votes[0]
	n := v[0] + v[1] + v[2]
	in := schemas.ActIn{Stage: stage, Ballot: &schemas.BallotIn{Minutes: "常会纪要", Expected: n, Present: n, Issued: n, Returned: n, Valid: n, Satisfied: v[0], Basically: v[1], Dissatisfied: v[2]}}
	in.Verdict = schemas.Grade(v[0], v[1], v[2], n, n, 80)
	return in
}
