package main

import (
	"context"
	"fmt"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// matter is one opinion with two units (分办), and what is done about it from its filing to the archive.
type matter struct {
	p     *product
	n     int
	t0    time.Time // the close of the meeting
	id    string    // once filed
	items []register.Item
	cues  []cue
}

// cue is what is done at an instant of the congress's clock.
type cue struct {
	at time.Time
	do func(ctx context.Context, now time.Time) error
}

var calendar = schemas.BuiltinCalendar()

// on is an hour of the n-th working day after the close.
func (m *matter) on(n, hour int) time.Time {
	day, _ := calendar.NextWorkday(schemas.DayOf(m.t0))
	if n > 0 {
		day, _ = calendar.Workday(day, n) // the script's year is published
	}
	return day.Add(time.Duration(hour) * time.Hour)
}

func (m *matter) at(when time.Time, key string, in func() schemas.ActIn) {
	m.cues = append(m.cues, cue{when, func(ctx context.Context, now time.Time) error { return m.p.act(ctx, m.id, key, in(), now) }})
}

func given(in schemas.ActIn) func() schemas.ActIn { return func() schemas.ActIn { return in } }

// script lays out the whole cycle: 甲局 is in time throughout, 乙局 is reminded and late with plan, progress and report.
func (m *matter) script() {
	m.cues = append(m.cues, cue{m.on(0, 16), m.file})
	m.at(m.on(1, 10), "draft#1", given(schemas.ActIn{}))
	m.at(m.on(1, 15), "review#1", given(schemas.ActIn{Verdict: "accept"}))
	m.at(m.on(2, 11), "issue#1", given(schemas.ActIn{Verdict: "accept"}))
	m.at(m.on(3, 10), "handover", m.handover)
	for i, u := range m.p.d.units {
		late := 4 * i
		m.at(m.on(4, 10+i), "sign/"+u, given(schemas.ActIn{}))
		m.paper("plan", u, m.on(9+2*late, 10+i), m.on(12+2*late, 15+i))
		m.at(m.on(30+2*late, 15+i), "progress/"+u, m.answers(u))
		m.paper("draft-report", u, m.on(48+late, 11+i), m.on(50+late, 15+i))
		m.at(m.on(56+2*late, 14+i), "report/"+u, m.answers(u))
	}
	m.at(m.on(70, 10), "examine", given(schemas.ActIn{Verdict: "ballot", Reason: "主任会议纪要：提请常委会测评"}))
	m.at(m.on(74, 16), "evaluate#1", given(schemas.ActIn{Verdict: "satisfied", Ballot: &schemas.BallotIn{Minutes: "常委会会议纪要",
		Expected: 33, Present: 31, Issued: 31, Returned: 31, Valid: 30, Satisfied: 22, Basically: 6, Dissatisfied: 2}}))
	m.at(m.on(76, 10), "settle", func() schemas.ActIn {
		in := schemas.ActIn{Text: "经核查，各条已落实，予以销号。"}
		for _, it := range m.items {
			in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Result: "closed"})
		}
		return in
	})
	m.at(m.on(79, 10), "publish", given(schemas.ActIn{Verdict: "public"}))
	m.at(m.on(82, 10), "archive", given(schemas.ActIn{}))
}

func (m *matter) file(ctx context.Context, _ time.Time) error {
	d := m.p.d
	f := register.Filing{Congress: d.congress, Number: fmt.Sprintf("测审〔2023〕%d号", m.n), Kind: "deliberation", Source: "听取专项工作报告",
		Title: "关于老旧小区改造情况的审议意见", Committee: d.committee, Owner: d.people[string(schemas.Clerk)+"/"+d.committee], Direct: true, T0: m.t0}
	for _, u := range d.units {
		f.Items = append(f.Items, register.Item{Problem: "改造进度滞后", Demand: "倒排工期，年内完成", Lead: u})
		f.Parties = append(f.Parties, register.Party{Unit: u, Capacity: "several"})
	}
	s, err := m.p.desk.File(ctx, f)
	if err != nil {
		return err
	}
	m.id = s.Case
	m.items, err = m.p.reg.Items(ctx, m.id)
	return err
}

func (m *matter) handover() (in schemas.ActIn) {
	for i, u := range m.p.d.units {
		in.Parties = append(in.Parties, schemas.PartyIn{Unit: u, Capacity: "several"})
		in.Items = append(in.Items, schemas.ItemAnswer{Item: m.items[i].ID, Lead: u})
	}
	return in
}

// paper is handed in and then found good.
func (m *matter) paper(kind, u string, in, judged time.Time) {
	m.at(in, kind+"/"+u+"#1", m.answers(u))
	check := map[string]string{"plan": "plan-check/", "draft-report": "draft-check/"}[kind] + u + "#1"
	m.at(judged, check, given(schemas.ActIn{Verdict: "accept"}))
}

// answers are a unit's answers to its items.
func (m *matter) answers(u string) func() schemas.ActIn {
	return func() schemas.ActIn {
		in := schemas.ActIn{Text: "总体情况：已成立专班，明确分管负责人，逐条办理情况如下。"}
		for i, it := range m.items {
			if m.p.d.units[i] == u {
				in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Measure: "倒排工期，逐项销号", Person: "演示数据", Goal: "年内完成", By: "2023-12-20"})
			}
		}
		return in
	}
}

// play does the cues one after the other, each when the clock shows its instant. The clock runs on meanwhile.
func (m *matter) play(ctx context.Context, pace schemas.Pace) error {
	for _, c := range m.cues {
		if err := sleep(ctx, pace.Until(c.at, time.Now())); err != nil {
			return err
		}
		if err := c.do(ctx, pace.At(time.Now())); err != nil {
			return fmt.Errorf("第%d件，%s：%w", m.n, c.at.In(schemas.Shanghai).Format("2006-01-02 15:04"), err)
		}
	}
	return nil
}
