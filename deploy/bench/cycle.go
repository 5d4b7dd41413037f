package main

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"
	"bihuan/worker"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// cycleCommand runs whole cycles of several cases that begin two a day, on a clock that never stands still.
type cycleCommand struct{}

// cost is what a program used for a script.
type cost struct {
	usage
	stimuli, events, tasks, records int
	commits                         int64
}

// arms and acts are the timeline of one case as the product lived it: what the bare program repeats.
type timeline struct {
	filed time.Duration // since the clock's beginning, as are the acts
	acts  []time.Duration
	in    bareCase
}

var cycleBegins = time.Date(2023, 1, 9, 9, 0, 0, 0, schemas.Shanghai)

func (c *cycleCommand) Run(ctx context.Context, s *stack) error {
	r := newResult("cycle", "程序", "触发", "毫秒/触发", "引擎", "数据库", "工作进程", "事件/触发", "流程任务/触发", "登记事务/触发", "数据库事务/触发", "收文毫秒/触发")
	cases, rate := s.sized(48, 1), 200_000.0
	if s.Size < 0.1 {
		rate = 1_000_000 // a machine that falls behind here finds signatures given by the passing of time
	}
	var costs [4][]cost
	for run := range s.Runs {
		var got [4]cost
		var lines []timeline
		var rows [][]deed
		var err error
		if got[0], lines, rows, err = s.productCycle(ctx, r, cases, rate); err == nil {
			got[1], err = s.bareCycle(ctx, r, lines)
		}
		if err == nil {
			got[2], err = s.rowsCycle(ctx, r, rows, false)
		}
		if err == nil {
			got[3], err = s.rowsCycle(ctx, r, rows, true)
		}
		if err != nil {
			return err
		}
		got[2].stimuli, got[3].stimuli = got[0].stimuli, got[0].stimuli
		for i := range got {
			costs[i] = append(costs[i], got[i])
		}
		progress("第%d次：产品%.1f毫秒/触发，裸 Temporal %.1f，比值%.2f", run+1, got[0].engine()/float64(got[0].stimuli), got[1].engine()/float64(got[1].stimuli),
			got[0].engine()/got[1].engine())
	}
	names := [4]string{"产品", "裸 Temporal", "裸 Postgres", "River"}
	keys := [4]string{"product", "bare_temporal", "bare_postgres", "river"}
	for i, cs := range costs {
		per := func(of func(cost) float64) float64 {
			var vs []float64
			for _, c := range cs {
				vs = append(vs, of(c)/float64(c.stimuli))
			}
			return median(vs)
		}
		values := []float64{per(func(c cost) float64 { return c.engine() }), per(func(c cost) float64 { return c.Server }),
			per(func(c cost) float64 { return c.Postgres }), per(func(c cost) float64 { return c.Worker }),
			per(func(c cost) float64 { return float64(c.events) }), per(func(c cost) float64 { return float64(c.tasks) }),
			per(func(c cost) float64 { return float64(c.records) }), per(func(c cost) float64 { return float64(c.commits) }), per(func(c cost) float64 { return c.Desk })}
		r.row(names[i], append([]float64{float64(cs[0].stimuli)}, values...)...)
		r.Metrics[keys[i]+"_stimuli"] = float64(cs[0].stimuli)
		for n, name := range []string{"cpu_ms", "server_ms", "postgres_ms", "worker_ms", "events", "workflow_tasks", "records", "commits", "desk_ms"} {
			r.Metrics[keys[i]+"_"+name] = values[n]
		}
	}
	for i, name := range map[int]string{1: "cpu/bare_temporal", 2: "cpu/bare_postgres", 3: "cpu/river"} {
		var vs []float64
		for n, c := range costs[0] {
			vs = append(vs, c.engine()/costs[i][n].total(i))
		}
		r.Ratios[name] = median(vs)
	}
	return s.show(r)
}

// total is what a program is compared by: Postgres and River run in this process, so there it counts too.
func (c cost) total(program int) float64 {
	if program > 1 {
		return c.engine() + c.Desk
	}
	return c.engine()
}

func (s *stack) productCycle(ctx context.Context, r *result, cases int, rate float64) (c cost, lines []timeline, rows [][]deed, err error) {
	pace := schemas.Pace{Real: time.Now(), Virtual: cycleBegins, Rate: rate, Held: true}
	p, err := s.newProduct(ctx, pace)
	if err != nil {
		return c, nil, nil, err
	}
	defer func() { err = errors.Join(err, p.close(ctx)) }()
	// the worker's connections, pollers and plans are made before the measurement begins
	warm := &matter{p: p, n: 0, t0: schemas.DayOf(cycleBegins)}
	if err := warm.file(ctx, cycleBegins); err != nil {
		return c, nil, nil, err
	}
	if err := p.act(ctx, warm.id, "draft#1", schemas.ActIn{}, cycleBegins); err != nil {
		return c, nil, nil, err
	}
	if err := p.engine.TerminateWorkflow(ctx, intake.WorkflowID(warm.id), "", "warm"); err != nil {
		return c, nil, nil, err
	}
	if _, err := p.reg.Pool().Exec(ctx, "update cases set outcome = 'warm' where id = $1", warm.id); err != nil {
		return c, nil, nil, err
	}
	pace.Real, pace.Held = time.Now(), false
	if err := p.reg.SetPace(ctx, p.d.congress, pace); err != nil {
		return c, nil, nil, err
	}
	before, err := p.sample(ctx, p.meter)
	if err != nil {
		return c, nil, nil, err
	}
	transactions, err := commits(ctx, p.admin, p.database)
	if err != nil {
		return c, nil, nil, err
	}
	matters := make([]*matter, cases)
	for i := range matters {
		matters[i] = &matter{p: p, n: i + 1, t0: schemas.DayOf(cycleBegins).AddDate(0, 0, i/2)}
		matters[i].script()
	}
	if err := together(matters, func(m *matter) error { return m.play(ctx, pace) }); err != nil {
		return c, nil, nil, err
	}
	after, err := p.sample(ctx, p.meter)
	if err != nil {
		return c, nil, nil, err
	}
	c.usage = after.minus(before)
	err = p.worker.stop()
	p.worker = nil
	if err != nil {
		return c, nil, nil, err
	}
	p.reg.Pool().Reset()
	if err := sleep(ctx, time.Second); err != nil { // the backends hand in their counts as they end
		return c, nil, nil, err
	}
	now, err := commits(ctx, p.admin, p.database)
	if err != nil {
		return c, nil, nil, err
	}
	c.commits = now - transactions
	address, err := p.address(deskName)
	if err != nil {
		return c, nil, nil, err
	}
	reader, err := pgxpool.New(ctx, address)
	if err != nil {
		return c, nil, nil, err
	}
	defer reader.Close()
	conn, err := reader.Acquire(ctx)
	if err != nil {
		return c, nil, nil, err
	}
	defer conn.Release()
	for _, m := range matters {
		st, err := p.reg.State(ctx, m.id)
		if err != nil {
			return c, nil, nil, err
		}
		r.check(st.Outcome == "archived", "第%d件的结果是“%s”", m.n, st.Outcome)
		line, err := p.account(ctx, m, pace, &c)
		if err != nil {
			return c, nil, nil, err
		}
		ds, err := deeds(ctx, conn.Conn(), m.id)
		if err != nil {
			return c, nil, nil, err
		}
		lines, rows = append(lines, line), append(rows, ds)
	}
	var base deed
	for _, table := range common {
		ins, err := rowsOf(ctx, conn, table)
		if err != nil {
			return c, nil, nil, err
		}
		base = append(base, ins...)
	}
	return c, lines, append([][]deed{{base}}, rows...), nil
}

func rowsOf(ctx context.Context, c *pgxpool.Conn, table string) ([]insert, error) {
	return rows(ctx, c.Conn(), table, "true")
}

// account counts what a case cost besides processor time, and draws its timeline.
func (p *product) account(ctx context.Context, m *matter, pace schemas.Pace, c *cost) (l timeline, err error) {
	since := func(at time.Time) time.Duration { return time.Duration(float64(at.Sub(pace.Virtual)) / pace.Rate) }
	l.filed = since(m.cues[0].at)
	journal, err := p.reg.Journal(ctx, m.id)
	if err != nil {
		return l, err
	}
	c.records += len(journal)
	for _, j := range journal {
		var acts []schemas.Act
		if err := json.Unmarshal([]byte(j.Acts), &acts); err != nil {
			return l, err
		}
		for _, a := range acts {
			l.acts = append(l.acts, since(a.At))
		}
	}
	h, err := worker.History(ctx, p.engine, m.id)
	if err != nil {
		return l, err
	}
	l.in.Arms = count(h, c)
	return l, nil
}

// count adds a history's events, tasks and stimuli (updates accepted, timers fired), and returns its timers, each with the stimuli
// before it.
func count(h *history.History, c *cost) (arms []bareArm) {
	c.events += len(h.Events)
	n := 0
	for _, ev := range h.Events {
		switch {
		case ev.GetWorkflowTaskCompletedEventAttributes() != nil:
			c.tasks++
		case ev.GetWorkflowExecutionUpdateAcceptedEventAttributes() != nil, ev.GetTimerFiredEventAttributes() != nil:
			n++
		case ev.GetTimerStartedEventAttributes() != nil:
			arms = append(arms, bareArm{After: n, For: ev.GetTimerStartedEventAttributes().GetStartToFireTimeout().AsDuration()})
		}
	}
	c.stimuli += n
	return arms
}

func together[T any](all []T, do func(T) error) error {
	failed := make(chan error, len(all))
	var hands sync.WaitGroup
	for _, one := range all {
		hands.Go(func() { failed <- do(one) })
	}
	hands.Wait()
	close(failed)
	var err error
	for e := range failed {
		err = errors.Join(err, e)
	}
	return err
}

// bare is the bare program on ground of its own.
type bare struct {
	*ground
	meter  meter
	engine client.Client
	worker *child
	ran    atomic.Int64 // activities
}

func (s *stack) newBare(ctx context.Context) (b *bare, err error) {
	b = &bare{}
	if b.ground, err = s.newGround(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close(ctx))
		}
	}()
	address, err := b.address("bench-worker")
	if err != nil {
		return b, err
	}
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return b, err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "create table bare (id bigint generated always as identity primary key, at timestamptz not null)"); err != nil {
		return b, err
	}
	if b.engine, err = s.dial(); err != nil {
		return b, err
	}
	if b.meter, err = newMeter(s.Temporal, s.Database); err != nil {
		return b, err
	}
	if b.worker, err = spawn("bare", address); err != nil {
		return b, err
	}
	b.meter.worker = b.worker.Process.Pid
	go b.follow()
	warm := register.NewID()
	if err := startBare(ctx, b.engine, "bare/"+warm, bareCase{Row: true}); err != nil {
		return b, err
	}
	return b, actBare(ctx, b.engine, "bare/"+warm, bareAction{ID: warm, Last: true})
}

func (b *bare) close(ctx context.Context) error {
	var err error
	if b.worker != nil {
		err = b.worker.stop()
	}
	if b.engine != nil {
		b.engine.Close()
	}
	return errors.Join(err, b.drop(ctx))
}

// bareCycle repeats the product's timelines.
func (s *stack) bareCycle(ctx context.Context, r *result, lines []timeline) (c cost, err error) {
	b, err := s.newBare(ctx)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	before, err := b.sample(ctx, b.meter)
	if err != nil {
		return c, err
	}
	begun := time.Now()
	ids := make([]string, len(lines))
	for i := range ids {
		ids[i] = "bare/" + register.NewID()
	}
	numbers := make([]int, len(lines))
	for i := range numbers {
		numbers[i] = i
	}
	if err := together(numbers, func(i int) error {
		l := lines[i]
		if err := sleep(ctx, time.Until(begun.Add(l.filed))); err != nil {
			return err
		}
		if err := startBare(ctx, b.engine, ids[i], l.in); err != nil {
			return err
		}
		for n, at := range l.acts {
			if err := sleep(ctx, time.Until(begun.Add(at))); err != nil {
				return err
			}
			if err := actBare(ctx, b.engine, ids[i], bareAction{ID: register.NewID(), Last: n == len(l.acts)-1}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return c, err
	}
	after, err := b.sample(ctx, b.meter)
	if err != nil {
		return c, err
	}
	c.usage = after.minus(before)
	for i, id := range ids {
		h := &history.History{}
		for it := b.engine.GetWorkflowHistory(ctx, id, "", false, 0); it.HasNext(); {
			ev, err := it.Next()
			if err != nil {
				return c, err
			}
			h.Events = append(h.Events, ev)
		}
		count(h, &c)
		acts := 0
		for _, ev := range h.Events {
			if ev.GetWorkflowExecutionUpdateAcceptedEventAttributes() != nil {
				acts++
			}
		}
		r.check(acts == len(lines[i].acts), "裸 Temporal 少了办理")
	}
	return c, nil
}

// rowsCycle inserts the product's rows without an engine, or with River for what comes later. The first deed are the rows
// that cases refer to.
func (s *stack) rowsCycle(ctx context.Context, r *result, cases [][]deed, withRiver bool) (c cost, err error) {
	g, err := s.newGround(ctx)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, g.drop(ctx)) }()
	address, err := g.address("bench-rows")
	if err != nil {
		return c, err
	}
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return c, err
	}
	defer pool.Close()
	if err := barePostgres(ctx, pool, cases[:1]); err != nil {
		return c, err
	}
	m, err := newMeter(s.Temporal, s.Database)
	if err != nil {
		return c, err
	}
	do := func() error { return barePostgres(ctx, pool, cases[1:]) }
	if withRiver {
		queue, stop, err := newRiver(ctx, pool)
		if err != nil {
			return c, err
		}
		defer func() { err = errors.Join(err, stop()) }()
		do = func() error { return riverCycle(ctx, pool, queue, cases[1:]) }
	}
	before := m.read(nil)
	if err := do(); err != nil {
		return c, err
	}
	c.usage = m.read(nil).minus(before)
	c.Server = 0 // it is no part of this program
	var journal int
	if err := pool.QueryRow(ctx, "select count(*) from journal").Scan(&journal); err != nil {
		return c, err
	}
	r.check(journal > 0, "没有写入登记簿的行")
	for _, ds := range cases[1:] {
		c.records += len(ds)
	}
	r.check(journal == c.records, "登记簿应有%d行，实有%d行", c.records, journal)
	return c, nil
}
