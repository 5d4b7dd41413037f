package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// actCommand has clients hand in plans, each for another case, as fast as they are taken.
type actCommand struct{}

var clients = []int{1, 8, 32}

func (c *actCommand) Run(ctx context.Context, s *stack) (err error) {
	r := newResult("act", "同时办理", "次数", "产品 p50 毫秒", "产品 p99", "裸 Temporal p50", "裸 Temporal p99", "p50 比值")
	p, err := s.newProduct(ctx, schemas.Pace{Real: time.Now(), Virtual: cycleBegins, Rate: 1, Held: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close(ctx)) }()
	b, err := s.newBare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	id, next, err := p.template(ctx)
	if err != nil {
		return err
	}
	// an hour before the next reminder: nothing else happens to these cases
	pace := schemas.Pace{Real: time.Now(), Virtual: next.Add(-time.Hour), Rate: 1}
	if err := p.reg.SetPace(ctx, p.d.congress, pace); err != nil {
		return err
	}
	each := s.sized(320, 32)
	ratios, values := map[int][]float64{}, map[int][][]float64{}
	for run := range s.Runs {
		for _, n := range clients {
			ids, err := p.clone(ctx, id, (run*100+n)*(each+warmth), each+warmth, pace, false)
			if err != nil {
				return err
			}
			if _, err := p.plans(ctx, ids[:warmth], 32, 0); err != nil {
				return err
			}
			took, err := p.plans(ctx, ids[warmth:], n, 0)
			if err != nil {
				return err
			}
			r.check(len(took) == each, "%d个并发时只有%d次办成", n, len(took))
			if _, err := b.acts(ctx, warmth, 32); err != nil {
				return err
			}
			bareTook, err := b.acts(ctx, each, n)
			if err != nil {
				return err
			}
			v := []float64{percentile(took, .5), percentile(took, .99), percentile(bareTook, .5), percentile(bareTook, .99)}
			values[n] = append(values[n], v)
			ratios[n] = append(ratios[n], v[0]/v[2])
			progress("第%d次，%d个并发：产品 p50 %.1f毫秒，裸 Temporal %.1f", run+1, n, v[0], v[2])
		}
	}
	var waiting int
	if err := p.reg.Pool().QueryRow(ctx, "select count(*) from intake where outcome <> 'accepted'").Scan(&waiting); err != nil {
		return err
	}
	r.check(waiting == 0, "%d次办理没有登记", waiting)
	for _, n := range clients {
		var line []float64
		for i, name := range []string{"product_p50_ms", "product_p99_ms", "bare_temporal_p50_ms", "bare_temporal_p99_ms"} {
			var vs []float64
			for _, v := range values[n] {
				vs = append(vs, v[i])
			}
			line = append(line, median(vs))
			r.Metrics[fmt.Sprintf("%s_%d", name, n)] = median(vs)
		}
		r.Ratios[fmt.Sprintf("p50/bare_temporal_%d", n)] = median(ratios[n])
		r.row(fmt.Sprint(n), append(append([]float64{float64(each * s.Runs)}, line...), median(ratios[n]))...)
	}
	return s.show(r)
}

// warmth is how many acts go before each measurement, by 32 clients: they make the worker's connections, and have them plan their statements
// anew, for the copies were followed by an ANALYZE.
const warmth = 160

func (p *product) warm(ctx context.Context, id string, pace schemas.Pace) error {
	ids, err := p.clone(ctx, id, 1_000_000, warmth, pace, false)
	if err == nil {
		_, err = p.plans(ctx, ids, 32, 0)
	}
	return err
}

// plans hands in 甲局's plan for each case, n clients at a time, each pausing between two, and returns how long each took from its submission until
// the register showed it.
func (p *product) plans(ctx context.Context, ids []string, n int, pause time.Duration) ([]time.Duration, error) {
	key := "plan/" + p.d.units[0] + "#1"
	return clocked(ids, n, func(id string) (time.Duration, error) {
		if err := sleep(ctx, pause); err != nil {
			return 0, err
		}
		o, err := p.stage(ctx, id, key)
		if err != nil {
			return 0, err
		}
		at, err := p.reg.Now(ctx, p.d.congress)
		if err != nil {
			return 0, err
		}
		a, err := p.prepare(ctx, id, o, schemas.ActIn{Text: "方案：倒排工期，逐项销号。"}, at)
		if err != nil {
			return 0, err
		}
		begun := time.Now()
		err = p.desk.Submit(ctx, p.d.congress, id, a)
		return time.Since(begun), err
	})
}

// acts sends one update that writes one row to each of as many bare workflows.
func (b *bare) acts(ctx context.Context, count, n int) ([]time.Duration, error) {
	ids := make([]string, count)
	for i := range ids {
		ids[i] = "bare/" + register.NewID()
	}
	if err := inParallel(ids, func(id string) error {
		return startBare(ctx, b.engine, id, bareCase{Row: true, Arms: []bareArm{{For: time.Hour}}})
	}); err != nil {
		return nil, err
	}
	return clocked(ids, n, func(id string) (time.Duration, error) {
		begun := time.Now()
		err := actBare(ctx, b.engine, id, bareAction{ID: register.NewID()})
		return time.Since(begun), err
	})
}

// clocked does a thing for each case, n at a time, and returns the time each took.
func clocked(ids []string, n int, do func(string) (time.Duration, error)) (took []time.Duration, failed error) {
	queue := make(chan string)
	var mu sync.Mutex
	var hands sync.WaitGroup
	for range n {
		hands.Go(func() {
			for id := range queue {
				d, err := do(id)
				mu.Lock()
				if err != nil {
					failed = err
				} else {
					took = append(took, d)
				}
				mu.Unlock()
			}
		})
	}
	for _, id := range ids {
		queue <- id
	}
	close(queue)
	hands.Wait()
	return took, failed
}
