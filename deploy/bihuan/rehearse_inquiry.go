package main

import (
	"context"
	"errors"
	"fmt"

	"bihuan/schemas"
)

// layInquiry: two inquiries of 89 problems each, side by side. One has 54 closed before its meeting, exactly enough for sixty per cent; the
// other stops at 53, climbs to the vice-chair and the chair, and goes on with all that is open as questions.
func layInquiry(p *player, d district, _ demo) (*[]cue, func() string, func(context.Context, []rehearsalEvent) error) {
	way := demoInquiries[0]
	way.deferred, way.judged, way.presented, way.published, way.archived = "", "", "", "", ""
	enough, short := way, way
	enough.closed = []demoClosing{{"2022-07-05T10:00", 20}, {"2022-08-19T10:00", 54}}
	short.title, short.closed, short.decided = "城市内涝防治", []demoClosing{{"2022-07-06T10:00", 20}, {"2022-08-18T10:00", 53}}, "2022-08-24T10:00"
	one, other := &gathering{p: p, d: d, in: enough}, &gathering{p: p, d: d, in: short}
	cues := append(one.lay(), other.lay()...)
	return &cues, func() string { return one.id }, func(ctx context.Context, _ []rehearsalEvent) error {
		return errors.Join(one.proved(ctx, schemas.Reached, 54, 35), other.proved(ctx, schemas.Short, 53, 36))
	}
}

// proved checks the gate, the questions that came of what was open, and that the opinion was filed.
func (g *gathering) proved(ctx context.Context, verdict string, closed, questions int) error {
	s, err := g.p.reg.State(ctx, g.id)
	if err != nil {
		return err
	}
	if last := s.Facts["gate-check/gate-3#1"]; last.Verdict != verdict || last.Tally != (schemas.Tally{Closed: closed, Total: 89}) {
		return fmt.Errorf("%s：销号比例核对的结果是%s %d/%d", g.in.title, last.Verdict, last.Tally.Closed, last.Tally.Total)
	}
	ps, err := g.p.reg.Problems(ctx, g.d.congress, g.id)
	if err != nil {
		return err
	}
	asked := 0
	for _, p := range ps {
		if p.Question > 0 {
			asked++
		}
	}
	known, err := g.p.reg.Inquiry(ctx, g.d.congress, g.id)
	if err == nil && (asked != questions || known.Opinion == "") {
		err = fmt.Errorf("%s：考题%d道，整改意见书“%s”", g.in.title, asked, known.OpinionNumber)
	}
	return err
}
