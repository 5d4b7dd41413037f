package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// demoClasses are the classes of the list of 89 problems (spec part 8), and how a problem of each reads. The texts are 演示数据.
var demoClasses = []struct {
	name     string
	n        int
	unit     string
	problem  string
	findings string
}{
	{"项目审批", 18, "行政审批局", "%s施工许可办理超过承诺时限", "查阅%s的办件记录，从受理到发证超过承诺时限，企业补正三次。"},
	{"用地保障", 16, "自然资源和规划分局", "%s净地交付滞后", "到%s现场查看，地上构筑物没有拆除完毕，开工顺延。"},
	{"水电气路", 15, "水务和湖泊局", "%s外部配套接入迟缓", "在%s随机询问施工方，接水接电的申请提出后三个月没有通水通电。"},
	{"政策兑现", 12, "科学技术和经济信息化局", "%s奖补资金没有按期兑现", "核对%s的申报材料，符合条件，资金半年没有拨付。"},
	{"企业融资", 11, "投资促进局", "%s续贷手续反复", "座谈中%s反映续贷材料重复提交，周期超过两个月。"},
	{"政务服务", 9, "发展和改革局", "%s事项一次办结率不高", "在窗口以%s名义办理，需要往返三次。"},
	{"执法监管", 8, "市场监督管理局", "%s重复检查", "%s一年接受同类检查七次，检查记录没有共享。"},
}

// demoInquiry is how one inquiry goes: its days, and when how many problems are closed.
type demoInquiry struct {
	title, body, chooses, plans, meets, surveyed, listed, handed, distributed, sent string // days, 2006-01-02T15:04; empty: not yet
	closed                                                                          []demoClosing
	decided                                                                         string // 主任会议决定照常举行
	held, rectified, judged, presented, published, archived                         string
	asked, written                                                                  int    // asked in the hall, of these answered in writing
	deferred                                                                        string // when what is left is put off (列入长期)
}

// demoClosing is a day on which the problems up to that number are closed.
type demoClosing struct {
	day  string
	upTo int
}

// demoInquiries are the inquiry of 2022, followed to its end, and that of 2023, which is stuck at 53 of 89 before its meeting (spec part 8).
var demoInquiries = []demoInquiry{
	{title: "优化营商环境", body: "企业和代表反映集中：项目落地慢、配套不到位、政策兑现不及时。", chooses: "2022-03-08T10:00", plans: "2022-03-16T10:00", meets: "2022-08-25T09:00",
		surveyed: "2022-05-16T16:00", listed: "2022-05-27T16:00", handed: "2022-06-02T09:30", distributed: "2022-06-06T15:00", sent: "2022-08-17T10:00",
		closed: []demoClosing{{"2022-07-05T10:00", 20}, {"2022-08-08T10:00", 50}, {"2022-08-19T10:00", 56}, {"2022-11-15T10:00", 83}},
		held:   "2022-08-25T17:30", asked: 12, written: 2, rectified: "2022-08-30T16:00", deferred: "2022-11-22T10:00", judged: "2022-12-22T11:00", presented: "2023-01-06T10:00",
		published: "2023-01-16T10:00", archived: "2023-03-15T10:00"},
	{title: "城市内涝防治", body: "连续两年汛期积水点反弹，居民和代表反映强烈。", chooses: "2022-12-20T10:00", plans: "2023-01-09T10:00", meets: "2023-07-05T09:00",
		surveyed: "2023-03-08T16:00", listed: "2023-03-20T16:00", handed: "2023-05-30T09:30", distributed: "2023-06-02T15:00", sent: "2023-06-26T10:00",
		closed: []demoClosing{{"2023-06-15T10:00", 40}, {"2023-06-27T10:00", 53}}},
}

// gathering is one inquiry as it is played.
type gathering struct {
	p        *player
	d        district
	in       demoInquiry
	id       string
	problems []schemas.State
	cues     []cue
}

func when(text string) time.Time {
	t, _ := time.ParseInLocation("2006-01-02T15:04", text, schemas.Shanghai) // literals above
	return t
}

func (g *gathering) at(text string, do func(ctx context.Context) error) {
	if text != "" {
		g.cues = append(g.cues, cue{at: when(text), do: do})
	}
}

func (g *gathering) act(text, login string, in schemas.ActIn) {
	g.at(text, func(ctx context.Context) error { return g.p.act(ctx, g.id, g.d.people[login], in) })
}

// lay writes the cues of the inquiry.
func (g *gathering) lay() []cue {
	in := g.in
	g.at(when(in.chooses).AddDate(0, 0, -5).Format("2006-01-02T15:04"), func(ctx context.Context) error {
		st, err := g.p.desk.Inquire(ctx, register.NewInquiry{Token: register.NewID(), Congress: g.d.congress, Title: in.title, Body: in.body, Committee: g.d.committees[0],
			Owner: g.d.people["cmt1"].ID, Role: schemas.Clerk})
		g.id = st.Case
		return errors.Join(err, g.p.started(ctx, st.Case))
	})
	g.act(in.chooses, "office", schemas.ActIn{Stage: "topic", Verdict: "accept", Reason: "主任会议纪要〔演示〕"})
	g.act(in.plans, "cmh1", schemas.ActIn{Stage: "inquiry-plan", Meets: in.meets, Place: "区人大常委会会议厅", Text: "七个调研组，八十三个点位；应询单位为清单所列责任单位。"})
	g.at(in.surveyed, g.survey)
	g.act(in.surveyed, "cmh1", schemas.ActIn{Stage: "survey", Text: "七个调研组到八十三个点位，座谈问卷、明查暗访、抽样检测、视频取证并用。"})
	g.act(in.listed, "cmh1", schemas.ActIn{Stage: "problem-list", Text: "梳理出七类八十九条问题，逐条附事实和依据。"})
	g.act(in.handed, "office", schemas.ActIn{Stage: "problem-handover", Text: "向区政府交办八十九条问题。"})
	g.at(in.distributed, func(ctx context.Context) error {
		var parties []schemas.PartyIn
		for _, p := range g.problems {
			if u := p.Facts["listed"].Target; !slices.ContainsFunc(parties, func(x schemas.PartyIn) bool { return x.Unit == u }) {
				parties = append(parties, schemas.PartyIn{Unit: u, Capacity: "several"})
			}
		}
		return g.p.act(ctx, g.id, g.d.people["gov"], schemas.ActIn{Stage: "problem-distribute", Parties: parties, Text: "按责任单位分办。"})
	})
	g.act(in.sent, "office", schemas.ActIn{Stage: "documents#1", Text: "问题清单、调研报告、视频资料送组成人员和应询单位。"})
	from := 0
	for _, c := range in.closed {
		g.closing(c.day, from, c.upTo)
		from = c.upTo
	}
	g.act(in.decided, "office", schemas.ActIn{Stage: "gate-decision#1", Verdict: "proceed", Reason: "主任会议决定照常举行"})
	g.at(in.held, g.hold)
	g.judge(in.held, "inquiry-ballot", "演示〔2022〕8号", 18)
	g.act(in.rectified, "cmh1", schemas.ActIn{Stage: "rectification", Text: "对照询问会上的承诺逐条整改，三个月内回告。"})
	if in.deferred != "" {
		for n := from; n < 89; n++ {
			g.at(in.deferred, func(ctx context.Context) error {
				return g.p.act(ctx, g.problems[shuffled(n)].Case, g.d.people["office"], schemas.ActIn{Stage: "long-term", Reason: "涉及上级规划，主任会议决定列入长期"})
			})
		}
	}
	g.judge(in.judged, "promise-ballot", "演示〔2022〕12号", 27)
	g.act(in.presented, "office", schemas.ActIn{Stage: "present", Reason: "常委会会议审议研究处理情况报告"})
	g.act(in.published, "office", schemas.ActIn{Stage: "publish", Verdict: "public"})
	g.act(in.archived, "office", schemas.ActIn{Stage: "archive"})
	if in.archived != "" {
		g.followed()
	}
	return g.cues
}

// judge enters what 31 of 33 members thought of each unit that was asked: of the first so many are satisfied, of each next one eight more.
func (g *gathering) judge(text, kind, minutes string, satisfied int) {
	g.at(text, func(ctx context.Context) error {
		st, err := g.p.reg.State(ctx, g.id)
		if err != nil {
			return err
		}
		for i, o := range slices.DeleteFunc(st.Open, func(o *schemas.Open) bool { return schemas.Kind(o.Key) != kind }) {
			good := min(satisfied+8*i, 30)
			in := schemas.ActIn{Stage: o.Key, Verdict: "basically", Ballot: &schemas.BallotIn{Minutes: minutes, Expected: 33, Present: 31, Issued: 31, Returned: 31, Valid: 31,
				Satisfied: good, Basically: 30 - good, Dissatisfied: 1}}
			if 100*good >= 80*in.Ballot.Valid {
				in.Verdict = "satisfied"
			}
			if err := g.p.act(ctx, g.id, g.d.people["office"], in); err != nil {
				return err
			}
		}
		return nil
	})
}

// followed plays the 整改意见书 that came of the meeting through its cycle (一周、两周、三个月), up to its archive.
func (g *gathering) followed() {
	s := &script{p: g.p, d: g.d, calendar: schemas.BuiltinCalendar()}
	last := g.in.closed[len(g.in.closed)-2].upTo // what was closed before the meeting is no part of it
	var left []int
	for n := last; n < 89; n++ {
		left = append(left, shuffled(n))
	}
	slices.Sort(left)
	for _, i := range left {
		c := demoClasses[classOf(i)]
		s.o.Items = append(s.o.Items, demoItem{Unit: c.unit, Demand: "兑现承诺", Measure: "明确责任人，倒排工期", Person: "分管负责人", Process: "已按承诺整改，材料附后。"})
		if !slices.ContainsFunc(s.o.Parties, func(p struct{ Unit, Capacity string }) bool { return p.Unit == c.unit }) {
			s.o.Parties = append(s.o.Parties, struct{ Unit, Capacity string }{c.unit, "several"})
		}
	}
	g.at(g.in.rectified, func(ctx context.Context) error {
		in, err := g.p.reg.Inquiry(ctx, g.d.congress, g.id)
		if err != nil {
			return err
		}
		s.caseID = in.Opinion
		if s.items, err = g.p.reg.Items(ctx, s.caseID); err != nil {
			return err
		}
		return g.p.started(ctx, s.caseID)
	})
	filed := when(g.in.rectified)
	s.at(s.on(filed, 1, 9), "cmt1", schemas.ActIn{Stage: "draft#1"})
	s.at(s.on(filed, 1, 11), "cmh1", schemas.ActIn{Stage: "review#1", Verdict: "accept"})
	s.at(s.on(filed, 1, 16), s.vice(), schemas.ActIn{Stage: "issue#1", Verdict: "accept"})
	hand := s.on(filed, 2, 0)
	s.hand(hand)
	for _, u := range s.units(false) {
		s.paper("plan", u, 1, s.on(hand, 7, 10), "accept")
		s.when(s.on(hand.AddDate(0, 0, 38), 0, 15), s.d.head[u], func() schemas.ActIn { return s.answered("progress/"+u, u) })
		s.paper("draft-report", u, 1, s.on(hand.AddDate(0, 0, 70), 0, 11), "accept")
		s.when(s.on(hand.AddDate(0, 0, 85), 0, 14), s.d.head[u], func() schemas.ActIn { return s.answered("report/"+u, u) })
	}
	s.judge(s.on(hand.AddDate(0, 0, 85), 0, 0), "satisfied")
	s.at(when(g.in.archived), "office", schemas.ActIn{Stage: "archive"})
	g.cues = append(g.cues, s.cues...)
}

// classOf is the class of a problem by its place in the list.
func classOf(i int) (class int) {
	for ; i >= demoClasses[class].n; class++ {
		i -= demoClasses[class].n
	}
	return class
}

// survey enters the visits of the seven teams to the 83 places, and the 89 problems that came of them.
func (g *gathering) survey(ctx context.Context) error {
	var found []register.NewProblem
	site := func(i int) string { return fmt.Sprintf("点位%02d", i%83+1) }
	for i := range 83 {
		v := register.Visit{Team: i%7 + 1, Site: site(i), Kind: []string{"talk", "visit", "sample", "film"}[i%4], Day: schemas.DayOf(when(g.in.surveyed)).AddDate(0, 0, -40+i%30), Note: "演示数据"}
		if err := g.p.reg.AddVisit(ctx, g.d.congress, g.id, g.d.people["cmt1"].ID, v); err != nil {
			return err
		}
	}
	for _, c := range demoClasses {
		unit, known := g.d.units[c.unit]
		if !known {
			return fmt.Errorf("没有%s", c.unit)
		}
		for range c.n {
			s := site(len(found))
			found = append(found, register.NewProblem{Title: fmt.Sprintf(c.problem, s), Body: fmt.Sprintf(c.findings, s), Class: c.name, Unit: unit, Site: s, Basis: "优化营商环境条例；区政府公开承诺"})
		}
	}
	st, err := g.p.reg.State(ctx, g.id)
	if err != nil {
		return err
	}
	c, err := g.p.reg.Case(ctx, g.d.congress, g.id)
	if err != nil {
		return err
	}
	if g.problems, err = g.p.desk.List(ctx, st, c.Number, g.d.people["cmt1"].ID, found); err != nil {
		return err
	}
	for _, s := range g.problems {
		if err := g.p.started(ctx, s.Case); err != nil {
			return err
		}
	}
	return nil
}

// closing has the problems from one number up to another rectified, looked at by two, and closed.
func (g *gathering) closing(text string, from, upTo int) {
	for n := from; n < upTo; n++ {
		i := shuffled(n)
		g.cues = append(g.cues, cue{at: when(text), beside: true, do: func(ctx context.Context) error {
			p := g.problems[i]
			unit := p.Facts["listed"].Target
			for _, step := range []struct {
				login string
				in    schemas.ActIn
			}{
				{g.d.head[unit], schemas.ActIn{Stage: "fix#1", Text: "已经整改，材料附后。"}},
				{"cmh1", schemas.ActIn{Stage: "closing-check#1", Verdict: "closed", Text: "到现场核查，属实。"}},
				{deputyLogin(n % 200), schemas.ActIn{Stage: "deputy-check#1", Verdict: "closed", Text: "回访企业，认可。"}},
			} {
				if err := g.p.act(ctx, p.Case, g.d.people[step.login], step.in); err != nil {
					return err
				}
			}
			return nil
		}})
	}
}

// shuffled takes the problems from all classes in turn.
func shuffled(n int) int { return n * 53 % 89 }

// hold is the meeting: some questions are asked, most are answered there.
func (g *gathering) hold(ctx context.Context) error {
	ps, err := g.p.reg.Problems(ctx, g.d.congress, g.id)
	if err != nil {
		return err
	}
	var items []schemas.ItemAnswer
	for i, q := range register.Questions(ps) {
		answer := ""
		if i < g.in.asked {
			answer = "answered"
			if i >= g.in.asked-g.in.written {
				answer = "written"
			}
			if err := g.p.reg.Say(ctx, g.d.congress, g.id, q.ID, register.Asked{Asker: "常委会组成人员", Answerer: q.UnitName + "主要负责人", Answer: answer, Promise: "三个月内整改到位，申请销号", Comment: "请按承诺时限办结。"}); err != nil {
				return err
			}
		}
		items = append(items, schemas.ItemAnswer{Item: q.ID, Result: strings.TrimSpace(answer + map[bool]string{true: "unasked"}[answer == ""]), Lead: q.Unit})
	}
	if err := g.p.act(ctx, g.id, g.d.people["office"], schemas.ActIn{Stage: "meeting", Items: items, Text: "联组会议，提问十二题。"}); err != nil {
		return err
	}
	for _, i := range items {
		if i.Result == "written" {
			if err := g.p.act(ctx, g.id, g.d.people[g.d.head[i.Lead]], schemas.ActIn{Stage: "written-answer/" + i.Item, Text: "书面答复如下。"}); err != nil {
				return err
			}
		}
	}
	return nil
}
