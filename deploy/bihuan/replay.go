package main

import (
	"context"
	"fmt"

	"bihuan/worker"
)

type replayCommand struct{ stack }

// Run replays every open case against this program: the gate of a roll-out, which comes before the migration.
func (c *replayCommand) Run(ctx context.Context) error {
	return c.reach(ctx, watch{}, func(ctx context.Context, h base) error {
		open, err := h.reg.OpenCases(ctx)
		if err != nil {
			return err
		}
		n, err := worker.Replay(ctx, h.engine, h.sealed, open)
		fmt.Printf("在办事项 %d 件，重放通过 %d 件\n", len(open), n)
		return err
	})
}
