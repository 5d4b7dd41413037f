package chaos

import (
	"context"
	"sync"
	"testing"
	"time"
)

// The shape of more than one machine: two processes for the pages, three workers, Temporal's four services apart. One of each is
// killed under load, and nothing is lost.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	st := startStack(t, shape{pages: 2, workers: 3, apart: true})
	o := openOffice(st, 6000)
	measure := o.calm(t)
	ctx, stop := context.WithCancel(context.Background())
	var playing sync.WaitGroup
	for i, v := range []string{"plain", "rework", "several", "by-office", "again", "interrupted"} {
		playing.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				o.begin(v, number(100*(i+1)+n), uint64(i+n)).run(ctx, 300*time.Millisecond)
			}
		})
	}
	for _, p := range append([]*process{st.pages[0], st.workers[0]}, st.temporal...) {
		acked := o.acked.Load()
		p.kill()
		time.Sleep(time.Second)
		p.start(t)
		begun := time.Now()
		st.until("life goes on without "+p.name, 2*time.Minute, func() bool { return o.acked.Load() > acked+20 })
		t.Logf("%s killed; twenty acts later after %s", p.name, time.Since(begun).Round(100*time.Millisecond))
	}
	stop()
	playing.Wait()
	o.settle(t)
	o.inspect(t, measure)
}
