package main

import (
	"context"
	"errors"
	"fmt"
)

type reconcileCommand struct{ stack }

// Run starts the workflow of every open case that has none, from its state in the register; running ones are left alone.
// After the loss of Temporal's database this brings all cases back.
func (c *reconcileCommand) Run(ctx context.Context) error { return c.with(ctx, restart) }

func restart(ctx context.Context, h base) error {
	open, err := h.reg.OpenCases(ctx)
	if err != nil {
		return err
	}
	for _, id := range open {
		s, e := h.reg.State(ctx, id)
		if e == nil {
			e = h.desk().Start(ctx, s)
		}
		if e != nil {
			err = errors.Join(err, fmt.Errorf("事项 %s：%w", id, e))
		}
	}
	fmt.Printf("在办事项 %d 件，已逐件核对流程\n", len(open))
	return err
}
