package main

import (
	"context"
	"fmt"

	"bihuan/worker"
)

type replayCommand struct{ stack }

// Run replays every open case against this program: the gate of a roll-out.
func (c *replayCommand) Run(ctx context.Context) error {
	reg, engine, _, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer reg.Close()
	defer engine.Close()
	open, err := reg.OpenCases(ctx)
	if err != nil {
		return err
	}
	n, err := worker.Replay(ctx, engine, open)
	fmt.Printf("在办事项 %d 件，重放通过 %d 件\n", len(open), n)
	return err
}
