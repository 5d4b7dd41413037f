package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// script writes the cues of one opinion in a district.
type script struct {
	p        *player
	d        district
	calendar schemas.Calendar
	o        demoOpinion
	caseID   string // once filed
	items    []register.Item
	cues     []cue
}

// on is an hour of the n-th working day after a day.
func (s *script) on(day time.Time, n, hour int) time.Time {
	at := schemas.DayOf(day)
	if n > 0 {
		at, _ = s.calendar.Workday(at, n) // the demo's years are published
	} else {
		at, _ = s.calendar.NextWorkday(at)
	}
	return at.Add(time.Duration(hour) * time.Hour)
}

func (s *script) at(when time.Time, login string, in schemas.ActIn) {
	s.when(when, login, func() schemas.ActIn { return in })
}

// when does what is only known once the case is filed.
func (s *script) when(when time.Time, login string, in func() schemas.ActIn) {
	s.cues = append(s.cues, cue{at: when, do: func(ctx context.Context) error {
		return s.p.act(ctx, s.caseID, s.d.people[login], in())
	}})
}

// leads are the units that answer, joint those that give an opinion to the lead.
func (s *script) units(joint bool) (ids []string) {
	for _, p := range s.o.Parties {
		if (p.Capacity == "joint") == joint {
			ids = append(ids, s.d.units[p.Unit])
		}
	}
	return ids
}

func (s *script) committee(role string) string { return fmt.Sprintf("%s%d", role, s.o.Committee+1) }

// vice is the vice-chair in whose line the committee lies.
func (s *script) vice() string {
	for login, p := range s.d.people {
		if strings.HasPrefix(login, "vc") && p.HoldsFor(schemas.ViceChair, s.d.committees[s.o.Committee]) {
			return login
		}
	}
	return "vc1"
}

// file enters the opinion at the close of the meeting, and drafts, reviews and signs it in the two working days that follow.
func (s *script) file(t0 time.Time) {
	s.cues = append(s.cues, cue{at: s.on(t0, 0, 16), do: func(ctx context.Context) error {
		f := register.Filing{Congress: s.d.congress, Number: s.o.Number, Kind: s.o.Kind, Source: s.o.Source, Title: s.o.Title, Body: s.o.Body,
			Committee: s.d.committees[s.o.Committee], Owner: s.d.people[s.committee("cmt")].ID, Direct: s.o.Direct, T0: t0}
		for _, i := range s.o.Items {
			f.Items = append(f.Items, register.Item{Problem: i.Problem, Demand: i.Demand, Lead: s.leadOf(i)})
		}
		for _, p := range s.o.Parties {
			f.Parties = append(f.Parties, register.Party{Unit: s.d.units[p.Unit], Capacity: p.Capacity})
		}
		st, err := s.p.desk.File(ctx, f)
		if err != nil {
			return err
		}
		s.caseID = st.Case
		if s.items, err = s.p.reg.Items(ctx, st.Case); err != nil {
			return err
		}
		return s.p.started(ctx, st.Case)
	}})
	s.at(s.on(t0, 1, 10), s.committee("cmt"), schemas.ActIn{Stage: "draft#1"})
	s.at(s.on(t0, 1, 15), s.committee("cmh"), schemas.ActIn{Stage: "review#1", Verdict: "accept"})
	s.at(s.on(t0, 2, 11), s.vice(), schemas.ActIn{Stage: "issue#1", Verdict: "accept"})
}

func (s *script) leadOf(i demoItem) string {
	if i.Unit != "" {
		return s.d.units[i.Unit]
	}
	return s.units(false)[0]
}

// hand is the hand-over on a day, with signing the working day after, through the government office where that is the way.
func (s *script) hand(day time.Time) {
	given := func(stage string) func() schemas.ActIn {
		return func() schemas.ActIn {
			in := schemas.ActIn{Stage: stage}
			for _, p := range s.o.Parties {
				in.Parties = append(in.Parties, schemas.PartyIn{Unit: s.d.units[p.Unit], Capacity: p.Capacity})
			}
			for i, it := range s.items {
				in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Lead: s.leadOf(s.o.Items[i])})
			}
			return in
		}
	}
	s.when(s.on(day, 0, 10), "office", given("handover"))
	sign := s.on(day, 1, 10)
	if !s.o.Direct {
		s.at(s.on(day, 0, 15), "gov", schemas.ActIn{Stage: "receive"})
		s.when(s.on(day, 1, 9), "gov", given("distribute"))
		sign = s.on(day, 2, 10)
	}
	for _, u := range append(s.units(false), s.units(true)...) {
		s.at(sign, s.d.liaison[u], schemas.ActIn{Stage: "sign/" + u})
	}
	for _, u := range s.units(true) {
		s.at(s.on(day, 15, 11), s.d.head[u], schemas.ActIn{Stage: "opinion/" + u, Text: "我单位将按职责配合主办单位办理，所需数据和人员随时提供。"})
	}
}

// paper is handed in at an hour of a day by a unit, forwarded where the government office stands between, and judged
// three working days later.
func (s *script) paper(kind string, u string, n int, at time.Time, verdict string) (judged time.Time) {
	stage := fmt.Sprintf("%s/%s#%d", kind, u, n)
	work := strings.TrimSuffix(kind, "-report")
	s.when(at, s.d.head[u], func() schemas.ActIn { return s.answered(stage, u) })
	if !s.o.Direct {
		s.at(s.on(at, 1, 10), "gov", schemas.ActIn{Stage: fmt.Sprintf("%s-forward/%s#%d", work, u, n)})
	}
	judged = s.on(at, 3, 15)
	in := schemas.ActIn{Stage: fmt.Sprintf("%s-check/%s#%d", work, u, n), Verdict: verdict}
	if verdict == "rework" {
		in.Reasons, in.Reason = []string{"无办理时限", "措施不具体"}, "部分条目没有写明完成时限，请逐条补充后重报"
	}
	s.when(judged, s.committee("cmh"), func() schemas.ActIn {
		result := "answered"
		if verdict == "rework" {
			result = "missed"
		}
		for i, it := range s.items {
			if s.leadOf(s.o.Items[i]) == u {
				in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Result: result})
			}
		}
		return in
	})
	return judged
}

// answered is a paper that answers the unit's items one by one.
func (s *script) answered(stage, u string) schemas.ActIn {
	in := schemas.ActIn{Stage: stage, Text: "总体情况：已成立专班，明确分管负责人，逐条办理情况如下。"}
	for i, it := range s.o.Items {
		if s.leadOf(it) != u {
			continue
		}
		a := schemas.ItemAnswer{Item: s.items[i].ID}
		if schemas.Kind(stage) == "plan" {
			a.Measure, a.Person, a.Goal, a.By = it.Measure, it.Person, it.Demand, "2023-12-20"
		} else {
			a.Process, a.Result = it.Process, []string{"done", "done", "mostly", "ongoing"}[i%4]
		}
		in.Items = append(in.Items, a)
	}
	return in
}

// judge is A12 to A16 from a day on: read, voted, struck off, published.
func (s *script) judge(day time.Time, verdict string) {
	s.at(s.on(day, 5, 10), "office", schemas.ActIn{Stage: "examine", Verdict: "ballot", Reason: "主任会议纪要〔2023〕" + fmt.Sprint(day.YearDay()) + "号：提请常委会测评"})
	s.at(s.on(day, 9, 16), "office", schemas.ActIn{Stage: "evaluate#1", Verdict: verdict, Ballot: &schemas.BallotIn{Minutes: "常委会会议纪要",
		Expected: 33, Present: 31, Issued: 31, Returned: 31, Valid: 30, Satisfied: 22, Basically: 6, Dissatisfied: 2}})
	s.when(s.on(day, 11, 10), s.committee("cmh"), func() schemas.ActIn {
		in := schemas.ActIn{Stage: "settle", Text: "经核查，各条已落实，予以销号。"}
		for _, it := range s.items {
			in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Result: "closed"})
		}
		return in
	})
	s.at(s.on(day, 14, 10), "office", schemas.ActIn{Stage: "publish", Verdict: "public"})
}
