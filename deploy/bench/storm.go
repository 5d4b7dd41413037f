package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// stormCommand lets the deadlines of many cases come at one instant.
type stormCommand struct {
	AtOnce bool `help:"流程不错开，同时走"`
}

// rate is that of the congress's clock: one that runs ever so little faster than the world's has no spread.
func (c *stormCommand) rate() float64 {
	if c.AtOnce {
		return 1.0001
	}
	return 1
}

// gust is what one storm was like.
type gust struct {
	p50, p99, most float64 // ms from the instant until the notices could be read
	drained        float64 // cases a second
	quiet, acting  float64 // p99 of acts in ms, before and during the storm
}

func (c *stormCommand) Run(ctx context.Context, s *stack) error {
	r := newResult("storm", "程序", "期限", "通知迟到 p50 毫秒", "p99", "最大", "事项/秒", "平时办理 p99", "风暴中办理 p99")
	cases := s.sized(10_000, 100)
	names := []string{"产品", "产品（有人办理）", "River", "裸 Temporal"}
	keys := []string{"product", "product_acting", "river", "bare_temporal"}
	got := make([][]gust, len(names))
	for run := range s.Runs {
		for i, storm := range []func() (gust, error){
			func() (gust, error) { return s.productStorm(ctx, r, c.rate(), cases, 0) },
			func() (gust, error) { return s.productStorm(ctx, r, c.rate(), cases, s.sized(400, 50)) },
			func() (gust, error) { return s.riverStorm(ctx, cases) },
			func() (gust, error) { return s.bareStorm(ctx, cases) },
		} {
			g, err := storm()
			if err != nil {
				return fmt.Errorf("%s：%w", names[i], err)
			}
			got[i] = append(got[i], g)
			progress("第%d次，%s：通知 p99 %.0f毫秒，%.0f件/秒，办理 p99 平时%.0f、风暴中%.0f毫秒", run+1, names[i], g.p99, g.drained, g.quiet, g.acting)
		}
	}
	fields := []struct {
		name string
		of   func(gust) float64
	}{
		{"late_p50_ms", func(g gust) float64 { return g.p50 }}, {"late_p99_ms", func(g gust) float64 { return g.p99 }},
		{"late_max_ms", func(g gust) float64 { return g.most }}, {"cases_per_second", func(g gust) float64 { return g.drained }},
		{"act_quiet_p99_ms", func(g gust) float64 { return g.quiet }}, {"act_storm_p99_ms", func(g gust) float64 { return g.acting }},
	}
	for i, gs := range got {
		line := []float64{float64(cases)}
		for _, f := range fields {
			v := medianOf(gs, f.of)
			line = append(line, v)
			if v > 0 {
				r.Metrics[keys[i]+"_"+f.name] = v
			}
		}
		r.row(names[i], line...)
	}
	ratio := func(name string, of func(run int) float64) {
		var vs []float64
		for run := range s.Runs {
			vs = append(vs, of(run))
		}
		r.Ratios[name] = median(vs)
	}
	ratio("notices_p99/river", func(n int) float64 { return got[0][n].p99 / got[2][n].p99 })
	ratio("drain/bare_temporal", func(n int) float64 { return got[0][n].drained / got[3][n].drained })
	ratio("act_p99_storm/quiet", func(n int) float64 { return got[1][n].acting / got[1][n].quiet })
	ratio("drain_acting/bare_temporal", func(n int) float64 { return got[1][n].drained / got[3][n].drained })
	return s.show(r)
}

func medianOf(gs []gust, of func(gust) float64) float64 {
	var vs []float64
	for _, g := range gs {
		vs = append(vs, of(g))
	}
	return median(vs)
}

// lead is the time left to start so many workflows before the instant comes.
func lead(cases int) time.Duration {
	return 15*time.Second + time.Duration(cases)*time.Second/25
}

// lateness collects what has become visible when.
type lateness struct {
	due  time.Time
	seen []struct {
		n    int
		late time.Duration
	}
}

func (l *lateness) look(n int) {
	l.seen = append(l.seen, struct {
		n    int
		late time.Duration
	}{n, time.Since(l.due)})
}

// at is when a share of all could be read, in ms after the instant.
func (l *lateness) at(share float64) float64 {
	total := l.seen[len(l.seen)-1].n
	for _, s := range l.seen {
		if float64(s.n) >= share*float64(total) {
			return float64(s.late) / 1e6
		}
	}
	return 0
}

// productStorm clones cases whose next reminders come together. With people, so many hand in plans before, and go on during it.
func (s *stack) productStorm(ctx context.Context, r *result, rate float64, cases, people int) (g gust, err error) {
	p, err := s.newProduct(ctx, schemas.Pace{Real: time.Now(), Virtual: cycleBegins, Rate: 1, Held: true})
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, p.close(ctx)) }()
	id, next, err := p.template(ctx)
	if err != nil {
		return g, err
	}
	head := lead(cases + 2*people)
	pace := schemas.Pace{Real: time.Now(), Virtual: next.Add(-head), Rate: rate}
	if err := p.reg.SetPace(ctx, p.d.congress, pace); err != nil {
		return g, err
	}
	due := pace.Real.Add(head)
	if err := p.desk.WakeAll(ctx, []string{id}); err != nil { // its timer was set by the clock that stood still
		return g, err
	}
	ids, err := p.clone(ctx, id, 0, cases, pace, false)
	if err != nil {
		return g, err
	}
	if err := p.settled(ctx, ids); err != nil {
		return g, err
	}
	if people > 0 {
		if err := p.warm(ctx, id, pace); err != nil {
			return g, err
		}
		before, err := p.clone(ctx, id, cases, people, pace, false)
		if err != nil {
			return g, err
		}
		took, err := p.plans(ctx, before, actors, pause)
		if err != nil {
			return g, err
		}
		g.quiet = percentile(took, .99)
	}
	var recipients int
	if err := p.reg.Pool().QueryRow(ctx, `select count(*) from rungs g join rung_audience a using (case_id, stage, rev, level)
		where g.case_id = $1 and g.at = $2 and g.effect = ''`, ids[0], next).Scan(&recipients); err != nil {
		return g, err
	}
	if time.Until(due) < 0 {
		return g, fmt.Errorf("开始%d件事项用的时间超过了%v", cases, head)
	}
	if err := sleep(ctx, time.Until(due)); err != nil {
		return g, err
	}
	acting := make(chan error, 1)
	var took []time.Duration
	go func() {
		var err error
		if people > 0 { // those whose turn comes last: they stand at the end of the queue
			took, err = p.plans(ctx, ids[len(ids)-min(people, len(ids)):], actors, pause)
		}
		acting <- err
	}()
	late := &lateness{due: due}
	reading, stop := context.WithCancel(ctx)
	read := make(chan error, 1)
	go func() { read <- p.readNotices(reading, next, late) }()
	for {
		n, err := p.reg.Unclimbed(ctx, p.d.congress, next)
		if err == nil && n == 0 {
			break
		}
		if err == nil && time.Since(due) > 5*time.Minute {
			err = fmt.Errorf("还有%d个时点没有执行", n)
		}
		if err == nil {
			err = sleep(ctx, min(time.Second, time.Duration(cases)*time.Millisecond/4))
		}
		if err != nil {
			stop()
			return g, err
		}
	}
	g.drained = float64(cases) / time.Since(due).Seconds()
	if err := <-acting; err != nil {
		stop()
		return g, err
	}
	stop()
	if err := <-read; err != nil {
		return g, err
	}
	late.look(late.seen[len(late.seen)-1].n)
	g.p50, g.p99, g.most = late.at(.5), late.at(.99), late.at(1)
	g.acting = percentile(took, .99)
	return g, p.checkStorm(ctx, r, ids, next, recipients, people)
}

// settled waits until the engine has walked the cases just started: then the last of them answers.
func (p *product) settled(ctx context.Context, ids []string) (err error) {
	for range 10 {
		if err = p.desk.WakeAll(ctx, ids[len(ids)-1:]); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// actors is how many people act at a time; each pauses between two acts.
const (
	actors = 8
	pause  = 100 * time.Millisecond
)

// readNotices looks ten times a second at how many notices of the instant can be read.
func (p *product) readNotices(ctx context.Context, at time.Time, l *lateness) error {
	for ctx.Err() == nil {
		var n int
		if err := p.reg.Pool().QueryRow(ctx, "select count(*) from notices where at = $1", at).Scan(&n); err != nil && ctx.Err() == nil {
			return err
		} else if err == nil {
			l.look(n)
		}
		_ = sleep(ctx, 100*time.Millisecond) // the loop asks whether it is over
	}
	return nil
}

// checkStorm sees that each case moved past the instant and each recipient was told once. Of a case acted on, a plan handed in just
// before its reminder silences it.
func (p *product) checkStorm(ctx context.Context, r *result, ids []string, at time.Time, recipients, people int) error {
	var told, distinct, behind int
	if err := p.reg.Pool().QueryRow(ctx, `select count(*), count(distinct (case_id, stage, rev, level, account)) from notices where at = $1 and case_id::text = any ($2)`,
		at, ids).Scan(&told, &distinct); err != nil {
		return err
	}
	if err := p.reg.Pool().QueryRow(ctx, `select count(*) from cases where id::text = any ($1) and next <= $2`, ids, at).Scan(&behind); err != nil {
		return err
	}
	r.check(told == distinct, "有%d条通知重复", told-distinct)
	r.check(behind == 0, "有%d件事项没有越过该时点", behind)
	if people == 0 {
		r.check(told == recipients*len(ids), "应有%d条通知，实有%d条", recipients*len(ids), told)
	} else {
		r.check(told <= recipients*len(ids) && told >= recipients*(len(ids)-people), "通知%d条，不在%d件事项应有的范围内", told, len(ids))
	}
	return nil
}

// riverStorm schedules as many jobs for one instant, each writing one row.
func (s *stack) riverStorm(ctx context.Context, jobs int) (g gust, err error) {
	ground, err := s.newGround(ctx)
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, ground.drop(ctx)) }()
	address, err := ground.address("bench-river")
	if err != nil {
		return g, err
	}
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return g, err
	}
	defer pool.Close()
	queue, stop, err := newRiver(ctx, pool)
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	due := time.Now().Add(15 * time.Second)
	var all []river.InsertManyParams
	for i := range jobs {
		all = append(all, river.InsertManyParams{Args: sayArgs{Case: register.NewID(), N: i}, InsertOpts: &river.InsertOpts{ScheduledAt: due}})
	}
	if _, err := queue.InsertManyFast(ctx, all); err != nil {
		return g, err
	}
	if err := sleep(ctx, time.Until(due)); err != nil {
		return g, err
	}
	late := &lateness{due: due}
	if err := saidAll(ctx, pool, jobs, late.look); err != nil {
		return g, err
	}
	g.p50, g.p99, g.most = late.at(.5), late.at(.99), late.at(1)
	g.drained = float64(jobs) / time.Since(due).Seconds()
	return g, nil
}

// bareStorm has as many bare workflows wait for one instant; afterwards each holds its next timer, as a case does.
func (s *stack) bareStorm(ctx context.Context, cases int) (g gust, err error) {
	b, err := s.newBare(ctx)
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	due := time.Now().Add(lead(cases))
	if err := inParallel(make([]struct{}, cases), func(struct{}) error {
		return startBare(ctx, b.engine, "bare/"+register.NewID(), bareCase{Arms: []bareArm{{For: time.Until(due)}, {After: 1, For: 24 * time.Hour}}})
	}); err != nil {
		return g, err
	}
	if time.Until(due) < 0 {
		return g, fmt.Errorf("开始%d个流程用的时间超过了%v", cases, lead(cases))
	}
	if err := sleep(ctx, time.Until(due)); err != nil {
		return g, err
	}
	for b.ran.Load() < int64(cases)+1 { // and the one that warmed the worker
		if time.Since(due) > 5*time.Minute {
			return g, fmt.Errorf("只执行了%d个", b.ran.Load())
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return g, err
		}
	}
	g.drained = float64(cases) / time.Since(due).Seconds()
	return g, nil
}

// follow keeps what the bare worker says of its activities.
func (b *bare) follow() {
	for lines := bufio.NewScanner(b.worker.Out); lines.Scan(); {
		if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
			b.ran.Store(n)
		}
	}
}
