package main

import (
	"context"
	"errors"
	"fmt"

	"bihuan/activities/intake"
)

type reconcileCommand struct{ stack }

// Run starts the workflow of every open case that has none, from its state in the register; running ones are left alone.
// After the loss of Temporal's database this brings all cases back.
func (c *reconcileCommand) Run(ctx context.Context) error {
	reg, engine, log, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer reg.Close()
	defer engine.Close()
	open, err := reg.OpenCases(ctx)
	if err != nil {
		return err
	}
	desk := intake.Desk{Register: reg, Temporal: engine, Log: log}
	for _, id := range open {
		s, e := reg.State(ctx, id)
		if e == nil {
			e = desk.Start(ctx, s)
		}
		if e != nil {
			err = errors.Join(err, fmt.Errorf("事项 %s：%w", id, e))
		}
	}
	fmt.Printf("在办事项 %d 件，已逐件核对流程\n", len(open))
	return err
}
