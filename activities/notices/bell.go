// Package notices brings what the register says to people: the bell writes the notices that have come, the
// sender carries them out by mail.
package notices

import (
	"context"
	"log/slog"
	"time"

	"bihuan/activities/register"
)

// Bell (晨钟) writes the notices of every rung that has come, whether or not the cases themselves are awake. It
// needs no Temporal and is safe in several processes.
type Bell struct {
	Register *register.Register
	Log      *slog.Logger
}

// Run rings until ctx ends.
func (b Bell) Run(ctx context.Context) {
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		for {
			n, err := b.Register.Ring(ctx)
			if err != nil && ctx.Err() == nil {
				b.Log.WarnContext(ctx, "the bell waits for the register", "error", err)
			}
			if err != nil || n == 0 {
				break
			}
		}
	}
}
