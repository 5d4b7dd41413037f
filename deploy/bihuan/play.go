package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	// player plays a script of acts on a rehearsal congress's own clock, through the real engine.
	player struct {
		reg      *register.Register
		desk     *intake.Desk
		congress string
		rate     float64 // zero: the clock leaps from instant to instant
	}
	// cue is what is done at an instant of the congress's clock.
	cue struct {
		at     time.Time
		do     func(context.Context) error
		beside bool // may be done side by side with others of its instant
	}
)

// settling is how long the engine may take to climb the rungs of one instant.
const settling = 30 * time.Second

// play runs the clock from cue to cue and on to the end. At each cue the clock is held until every rung that has
// come is climbed: what people do finds the case as it would be after days, not milliseconds.
func (p *player) play(ctx context.Context, cues []cue, end time.Time) error {
	slices.SortStableFunc(cues, func(a, b cue) int { return a.at.Compare(b.at) })
	cues = append(cues, cue{at: end, do: func(context.Context) error { return nil }})
	for i := 0; i < len(cues); {
		at := cues[i].at
		if err := p.runTo(ctx, at); err != nil {
			return err
		}
		first := i
		for i < len(cues) && cues[i].at.Equal(at) {
			i++
		}
		if err := atOnce(ctx, cues[first:i]); err != nil {
			return fmt.Errorf("%s：%w", at.In(schemas.Shanghai).Format("2006-01-02 15:04"), err)
		}
	}
	return nil
}

// hands is how many people act at one instant.
const hands = 8

// atOnce does the cues of one instant: first those that come one after the other, then the rest side by side.
func atOnce(ctx context.Context, cues []cue) error {
	var crowd []cue
	for _, c := range cues {
		if c.beside {
			crowd = append(crowd, c)
		} else if err := c.do(ctx); err != nil {
			return err
		}
	}
	queue, wrong := make(chan cue), make(chan error, len(crowd))
	var people sync.WaitGroup
	for range hands {
		people.Go(func() {
			for c := range queue {
				if err := c.do(ctx); err != nil {
					wrong <- err
				}
			}
		})
	}
	for _, c := range crowd {
		queue <- c
	}
	close(queue)
	people.Wait()
	close(wrong)
	return <-wrong
}

// leapTo sets the clock on from instant to instant at which a case must wake, and wakes the cases.
func (p *player) leapTo(ctx context.Context, at time.Time) error {
	for {
		next, ids, err := p.reg.Asleep(ctx, p.congress, at)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			next = at
		}
		if now, err := p.reg.Now(ctx, p.congress); err != nil || next.Before(now) {
			next = now
		}
		if err := p.reg.SetPace(ctx, p.congress, schemas.Pace{Real: time.Now(), Virtual: next, Rate: 1, Held: true}); err != nil || len(ids) == 0 {
			return err
		}
		if err := errors.Join(p.desk.WakeAll(ctx, ids), p.delivered(ctx)); err != nil {
			return err
		}
	}
}

// delivered waits until what cases pass on to each other has arrived.
func (p *player) delivered(ctx context.Context) error {
	for begun := time.Now(); time.Since(begun) < settling; {
		n, err := p.reg.InTransit(ctx, p.congress)
		if err != nil || n == 0 {
			return err
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("有的行为没有送到它的事项")
}

// runTo lets the clock run to an instant, holds it there, and waits until the cases have caught up.
func (p *player) runTo(ctx context.Context, at time.Time) error {
	if p.rate == 0 {
		return p.leapTo(ctx, at)
	}
	now, err := p.reg.Now(ctx, p.congress)
	if err != nil {
		return err
	}
	if now.Before(at) {
		real := time.Now()
		if err := p.reg.SetPace(ctx, p.congress, schemas.Pace{Real: real, Virtual: now, Rate: p.rate, Stop: at}); err != nil {
			return err
		}
		if err := sleep(ctx, time.Duration(float64(at.Sub(now))/p.rate)); err != nil {
			return err
		}
	}
	if err := p.reg.SetPace(ctx, p.congress, schemas.Pace{Real: time.Now(), Virtual: at, Rate: p.rate, Held: true}); err != nil {
		return err
	}
	for begun := time.Now(); ; {
		n, err := p.reg.Unclimbed(ctx, p.congress, at)
		if err != nil {
			return err
		}
		if n == 0 {
			return p.delivered(ctx)
		}
		if time.Since(begun) > settling {
			return fmt.Errorf("到%s有%d个时点还没有执行", at.In(schemas.Shanghai).Format("2006-01-02 15:04"), n)
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// stage waits for a stage: what an effect opens is recorded a moment after it.
func (p *player) stage(ctx context.Context, caseID, key string) (*schemas.Open, error) {
	for begun := time.Now(); ; {
		s, err := p.reg.State(ctx, caseID)
		if err != nil {
			return nil, err
		}
		if o := s.Find(key); o != nil {
			return o, nil
		}
		if time.Since(begun) > 3*time.Second {
			return nil, fmt.Errorf("环节 %s 没有开启", key)
		}
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// act does one act with its paper, at the instant the clock is held at.
func (p *player) act(ctx context.Context, caseID string, who register.Person, in schemas.ActIn) error {
	o, err := p.stage(ctx, caseID, in.Stage)
	if err != nil {
		return fmt.Errorf("%s（%s）：%w", who.Name, who.Login, err)
	}
	now, err := p.reg.Now(ctx, p.congress)
	if err != nil {
		return err
	}
	in.Token = register.NewID()
	a := schemas.Act{ID: in.Token, Key: in.Stage, Unit: o.Unit, Person: who.ID, Verdict: in.Verdict, Target: in.Target, Level: in.Level, At: now}
	for _, role := range o.Roles() {
		if who.Holds(role) {
			a.Role = role
		}
	}
	for _, x := range in.Parties {
		a.Parties = append(a.Parties, schemas.Party(x))
	}
	for _, m := range in.Marks {
		a.Items = append(a.Items, schemas.Finding{Item: m.Item, Result: m.Mark, Points: m.Points})
	}
	a.People = in.People
	for _, i := range in.Items {
		if i.Lead != "" || i.Result != "" && i.Result != "answered" && i.Result != "missed" {
			a.Items = append(a.Items, schemas.Finding{Item: i.Item, Unit: i.Lead, Result: i.Result, Reasoned: i.Reason != ""})
		}
	}
	if in.Until != "" {
		last, err := time.ParseInLocation(time.DateOnly, in.Until, schemas.Shanghai)
		if err != nil {
			return err
		}
		a.Until = last.AddDate(0, 0, 1).UTC()
	}
	if in.Meets != "" {
		meets, err := time.ParseInLocation("2006-01-02T15:04", in.Meets, schemas.Shanghai)
		if err != nil {
			return err
		}
		a.Until = meets.UTC()
	}
	for n, x := range in.Promises {
		by, err := time.ParseInLocation(time.DateOnly, x.By, schemas.Shanghai)
		if err != nil {
			return err
		}
		a.Items = append(a.Items, schemas.Finding{Item: register.PromiseID(in.Token, n), Unit: o.For, Until: by.AddDate(0, 0, 1).UTC()})
	}
	kind := schemas.Duties[schemas.Kind(in.Stage)].Paper
	if kind == "" {
		kind = "act"
	}
	if a.Ref, err = p.reg.WritePaper(ctx, p.congress, register.Paper{CaseID: caseID, Stage: in.Stage, Kind: kind, Unit: o.Unit, Author: who.ID,
		Status: "draft", WrittenAt: now}, in, nil); err != nil {
		return err
	}
	if err := p.desk.Submit(ctx, p.congress, caseID, a); err != nil {
		return fmt.Errorf("%s（%s）办理 %s：%w", who.Name, who.Login, in.Stage, err)
	}
	return p.delivered(ctx)
}

// started waits until a case just filed has its first stages on record.
func (p *player) started(ctx context.Context, caseID string) error {
	for begun := time.Now(); time.Since(begun) < settling; {
		s, err := p.reg.State(ctx, caseID)
		if err != nil || s.Seq > 0 {
			return err
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("事项 %s 的流程没有启动", caseID)
}
