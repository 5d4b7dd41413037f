package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"
)

// The demo district's time: from the session of 2022, whose suggestions it follows into their second year, to the reference
// day (spec part 8).
var (
	demoBegins    = time.Date(2022, 2, 28, 8, 0, 0, 0, schemas.Shanghai)
	demoReference = time.Date(2023, 6, 30, 10, 0, 0, 0, schemas.Shanghai)
)

// course is how one of the seventeen opinions goes.
type course struct {
	t0, hand      string // days of 2023
	plan          int    // working days after the hand-over; the term ends with the tenth or so
	rework        bool
	progress      bool
	draft, report string // days; empty: not yet handed in
	judged        string // verdict of the vote; empty: not yet
	closing       int    // items that the unit has struck off ahead of its report
	extension     string // the day to which the report was extended
}

// courses make the figures of spec part 8: of 17 hand-overs one late; of 17 plans two late and one returned; of six
// reports due four in time, one late, one overdue at L3; 68 items, 23 struck off.
var courses = []course{
	{t0: "01-10", hand: "01-13", plan: 5, progress: true, draft: "03-24", report: "04-10", judged: "satisfied"},
	{t0: "02-07", hand: "02-10", plan: 8, progress: true, draft: "04-20", report: "05-05", judged: "satisfied"},
	{t0: "02-21", hand: "02-24", plan: 9, progress: true, draft: "05-04", report: "05-19", judged: "basically"},
	{t0: "03-03", hand: "03-08", plan: 6, progress: true, draft: "05-16", report: "06-01", judged: "satisfied"},
	{t0: "02-14", hand: "02-17", plan: 8, progress: true, draft: "04-27", report: "05-22", judged: "basically"},
	{t0: "03-14", hand: "03-20", plan: 9, progress: true, draft: "05-31"},
	{t0: "03-28", hand: "04-03", plan: 7, progress: true, closing: 3, draft: "06-13"},
	{t0: "04-04", hand: "04-10", plan: 13, progress: true, draft: "06-20"},
	{t0: "04-11", hand: "04-14", plan: 7, rework: true, progress: true},
	{t0: "04-18", hand: "05-05", plan: 8, progress: true},
	{t0: "04-20", hand: "04-25", plan: 7, progress: true, extension: "2023-08-18"},
	{t0: "05-08", hand: "05-11", plan: 9, progress: true},
	{t0: "05-09", hand: "05-15", plan: 13, progress: true},
	{t0: "05-16", hand: "05-19", plan: 8},
	{t0: "05-23", hand: "05-29", plan: 9},
	{t0: "05-30", hand: "06-02", plan: 8},
	{t0: "06-06", hand: "06-09", plan: 9},
}

// playDemo founds the demo district in an empty register and plays it through the engine up to the reference day.
func playDemo(ctx context.Context, reg *register.Register, desk *intake.Desk) error {
	data, err := readDemo()
	if err != nil {
		return err
	}
	d, err := data.found(ctx, reg, data.Congress, schemas.Pace{Real: time.Now(), Virtual: demoBegins, Rate: 1, Held: true})
	if err != nil {
		return err
	}
	p := &player{reg: reg, desk: desk, congress: d.congress}
	var cues []cue
	for i, o := range data.Opinions {
		s := &script{p: p, d: d, calendar: schemas.BuiltinCalendar(), o: o}
		s.course(courses[i])
		for _, t := range demoTalks {
			if t.opinion == i {
				s.interview(t)
			}
		}
		cues = append(cues, s.cues...)
	}
	session, err := readSession()
	if err != nil {
		return err
	}
	reviewed, appraisal := appraisalCues(p, d)
	cues = append(append(cues, reviewed...), ballotCues(reg, d, appraisal)...)
	cues = append(append(append(cues, trackingCue(p, d)), evaluationCues(p, d)...), interpellationCues(p, d)...)
	for _, in := range demoInquiries {
		cues = append(cues, (&gathering{p: p, d: d, in: in}).lay()...)
	}
	cues = until(append(cues, (&demoYear{p: p, d: d, session: session, calendar: schemas.BuiltinCalendar()}).lay()...), demoReference)
	fmt.Fprintf(os.Stderr, "正在演示区走完2022年3月至2023年6月（%d个动作，约需两三分钟）", len(cues))
	for i := range cues {
		if i%100 == 0 {
			do := cues[i].do
			cues[i].do = func(ctx context.Context) error { fmt.Fprint(os.Stderr, "·"); return do(ctx) }
		}
	}
	begun := time.Now()
	if err := p.play(ctx, cues, demoReference); err != nil {
		return fmt.Errorf("演示数据：%w", err)
	}
	fmt.Fprintf(os.Stderr, " 完成，用时%d秒\n", int(time.Since(begun).Seconds()))
	if err := reg.SetPace(ctx, d.congress, schemas.Pace{Real: time.Now(), Virtual: demoReference, Rate: 1}); err != nil {
		return err
	}
	open, err := reg.OpenCases(ctx)
	if err != nil {
		return err
	}
	return desk.WakeAll(ctx, open) // their timers still stand where the clock left them
}

func until(cues []cue, end time.Time) (kept []cue) {
	for _, c := range cues {
		if c.at.Before(end) {
			kept = append(kept, c)
		}
	}
	return kept
}

// course lays out one opinion's half-year.
func (s *script) course(c course) {
	of := func(day string) time.Time {
		t, _ := time.ParseInLocation(time.DateOnly, "2023-"+day, schemas.Shanghai) // literals above
		return t
	}
	hand := of(c.hand)
	s.file(of(c.t0))
	s.hand(hand)
	for _, u := range s.units(false) {
		verdict := "accept"
		if c.rework {
			verdict = "rework"
		}
		accepted := s.paper("plan", u, 1, s.on(hand, c.plan, 10), verdict)
		if c.rework {
			accepted = s.paper("plan", u, 2, s.on(accepted, 3, 11), "accept")
		}
		if c.progress {
			s.when(s.on(hand.AddDate(0, 0, 38), 0, 15), s.d.head[u], func() schemas.ActIn { return s.answered("progress/"+u, u) })
		}
		if c.extension != "" {
			s.at(s.on(accepted, 10, 9), s.d.head[u], schemas.ActIn{Stage: "extension-request/report/" + u, Until: c.extension, Reason: "项目招标周期较长，已完成前期手续，申请延期一次"})
			s.at(s.on(accepted, 12, 9), s.vice(), schemas.ActIn{Stage: "extension/report/" + u, Verdict: "accept", Until: c.extension})
		}
		if c.draft != "" {
			s.paper("draft-report", u, 1, s.on(of(c.draft), 0, 11), "accept")
		}
		if c.report != "" {
			s.when(s.on(of(c.report), 0, 14), s.d.head[u], func() schemas.ActIn { return s.answered("report/"+u, u) })
		}
		s.closings(u, c.closing, accepted)
	}
	if c.judged != "" {
		s.judge(of(c.report), c.judged)
	}
}

// closings strikes the unit's first items off ahead of the report (提前销号).
func (s *script) closings(u string, n int, from time.Time) {
	for i := range n {
		s.when(s.on(from, 15+i, 10), s.d.head[u], func() schemas.ActIn {
			return schemas.ActIn{Stage: "close-request/" + s.items[i].ID + "#1", Text: "该条已经完成，佐证材料随附。"}
		})
		s.when(s.on(from, 18+i, 16), s.committee("cmh"), func() schemas.ActIn {
			return schemas.ActIn{Stage: "verify/" + s.items[i].ID + "#1", Verdict: "closed"}
		})
	}
}
