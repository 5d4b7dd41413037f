package notices

import (
	"context"
	"log/slog"
	"time"

	"bihuan/activities/register"
)

// Digests decides of each notice how it is carried, and writes everybody's digest (晨报) on the mornings of working days, after the
// bell has written that morning's notices. It needs no Temporal and is safe in several processes.
type Digests struct {
	Register *register.Register
	Log      *slog.Logger
	waited   map[register.Morning]time.Time // since when, in the world, for the bell
}

// waits is how long a morning's digests wait for the bell: what it says later is in the next ones.
const waits = time.Minute

// Run sorts and writes until ctx ends.
func (d *Digests) Run(ctx context.Context) {
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if err := d.Once(ctx); err != nil && ctx.Err() == nil {
			d.Log.WarnContext(ctx, "the digests wait for the register", "error", err)
		}
	}
}

// Once sorts what there is, and writes what is owed.
func (d *Digests) Once(ctx context.Context) error {
	for {
		n, err := d.Register.Sort(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	mornings, err := d.Register.Mornings(ctx)
	if err != nil {
		return err
	}
	for _, m := range mornings {
		if err := d.morning(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (d *Digests) morning(ctx context.Context, m register.Morning) error {
	done, err := d.Register.Wrote(ctx, m)
	if err != nil || done {
		delete(d.waited, m)
		return err
	}
	unready, err := d.Register.Unready(ctx, m)
	if err != nil {
		return err
	}
	if unready {
		if d.waited == nil {
			d.waited = map[register.Morning]time.Time{}
		}
		since, waited := d.waited[m]
		if !waited {
			d.waited[m] = time.Now()
			return nil
		}
		if time.Since(since) < waits {
			return nil
		}
	}
	_, err = d.Register.WriteDigests(ctx, m)
	return err
}
