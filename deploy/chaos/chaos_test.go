// Package chaos breaks the whole system, real processes on a real database and a real engine, and checks what became of every
// act, notice and timer. It holds nothing but tests: make chaos runs them at full size.
package chaos

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// blow is one way in which machines fail. It returns once everything runs again.
type blow struct {
	name string
	hit  func(st *office, r *rand.Rand)
}

var blows = []blow{
	{"worker", func(st *office, r *rand.Rand) { st.strike(r, st.workers) }},
	{"pages", func(st *office, r *rand.Rand) { st.strike(r, st.pages) }},
	{"temporal", func(st *office, r *rand.Rand) { st.strike(r, st.temporal) }},
	{"postgres", func(st *office, r *rand.Rand) {
		st.crash()
		breathe(r, 1500)
		st.database.start(st.t)
	}},
	{"all", func(st *office, r *rand.Rand) {
		for _, p := range slices.Concat(st.workers, st.pages, st.temporal) {
			p.signalKill()
		}
		st.crash()
		breathe(r, 1500)
		for _, p := range st.everything() {
			p.start(st.t)
			if p == st.database {
				st.databaseAnswers()
			}
		}
	}},
	{"pause", func(st *office, r *rand.Rand) {
		all := slices.Concat(st.temporal, st.pages, st.workers)
		p := all[r.IntN(len(all))]
		p.pause()
		breathe(r, 8000)
		p.resume()
	}},
	{"full", func(st *office, r *rand.Rand) {
		refused := st.full.Load()
		st.fillStore()
		st.until("somebody is refused by the full store", time.Minute, func() bool { return st.full.Load() > refused })
		breathe(r, 3000)
		st.emptyStore()
	}},
	{"cut", func(st *office, r *rand.Rand) {
		n := []*line{st.toDatabase, st.toTemporal}[r.IntN(2)]
		n.cut()
		breathe(r, 4000)
		n.mend()
	}},
}

// strike kills one of some processes and starts it again after a while.
func (st *stack) strike(r *rand.Rand, ps []*process) {
	p := ps[r.IntN(len(ps))]
	p.kill()
	breathe(r, 1500)
	p.start(st.t)
}

func breathe(r *rand.Rand, most int) { time.Sleep(time.Duration(r.IntN(most)) * time.Millisecond) }

// plan is the seeded order of the blows: each kind equally often.
func plan(n int, r *rand.Rand) (order []blow) {
	for len(order) < n {
		order = append(order, blows...)
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

// setting reads a number from the environment.
func setting(t testing.TB, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s is no number", name, text)
	}
	return n
}

// Whatever dies, and in whatever order, every acknowledged act is there once, every notice once, every timer is set, and each
// matter is where the same acts bring it in calm.
func TestChaos(t *testing.T) {
	t.Parallel()
	kills := setting(t, "CHAOS_KILLS", len(blows))
	seed := setting(t, "CHAOS_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("CHAOS_SEED=%d CHAOS_KILLS=%d", seed, kills)
	st := startStack(t, shape{pages: 1, workers: 1})
	storm(t, st, kills, uint64(seed), 12)
}

// storm plays opinions through a number of blows and then looks at everything.
func storm(t *testing.T, st *stack, kills int, seed uint64, players int) {
	t.Helper()
	o := openOffice(st, 6000) // a day in a quarter of a minute
	measure := o.calm(t)
	r := rand.New(rand.NewPCG(seed, 1))
	ctx, stop := context.WithCancel(context.Background())
	var playing sync.WaitGroup
	for i := range players {
		playing.Go(func() {
			names := []string{"plain", "rework", "several", "by-office", "again", "interrupted"}
			for n := 0; ctx.Err() == nil; n++ {
				p := o.begin(names[(i+n)%len(names)], number(1000*(i+1)+n), seed+uint64(1000*i+n))
				p.run(ctx, 700*time.Millisecond)
			}
		})
	}
	struck := map[string]int{}
	begun := time.Now()
	order := plan(kills, r)
	for i, b := range order {
		before := o.acked.Load()
		b.hit(o, r)
		struck[b.name]++
		// what was struck must come back to life before it is struck again
		st.until(fmt.Sprintf("life goes on after blow %d, %s", i+1, b.name), 3*time.Minute, func() bool {
			st.supervise()
			return o.acked.Load() > before+2
		})
		breathe(r, 1500)
		if (i+1)%20 == 0 {
			t.Logf("%d blows in %s, %d acts acknowledged", i+1, time.Since(begun).Round(time.Second), o.acked.Load())
		}
	}
	stop()
	playing.Wait()
	t.Logf("struck %v in %s; %d matters, %d acts acknowledged (%d as 正在登记), %d sendings repeated, %d files, %d refused by a full store",
		struck, time.Since(begun).Round(time.Second), len(o.plays), o.acked.Load(), o.pending.Load(), o.again.Load(), o.files.Load(), o.full.Load())
	o.settle(t)
	o.inspect(t, measure)
}

// databaseAnswers waits for the database, without which nothing else starts.
func (st *stack) databaseAnswers() {
	st.until("the database answers", time.Minute, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		return st.register.Ready(ctx) == nil
	})
}

// settle stops the congress's clock and waits until all that had come by then is done.
func (o *office) settle(t testing.TB) {
	t.Helper()
	o.supervise()
	o.databaseAnswers()
	o.hold(t)
	o.until("all is at rest", 4*time.Minute, func() bool { return o.restless() == "" })
	time.Sleep(3 * time.Second) // and stays so
	if what := o.restless(); what != "" {
		t.Errorf("after all had come to rest: %s", strings.TrimSpace(what))
	}
}
