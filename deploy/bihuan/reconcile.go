package main

import (
	"context"
	"fmt"
)

type reconcileCommand struct{ stack }

// Run makes the engine agree with the register after a restore: cases without a workflow get one, workflows of another backup go on
// from the register's state, workflows without a case are ended. Running cases are not disturbed.
func (c *reconcileCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, h base) error {
		r, err := h.desk().Reconcile(ctx)
		fmt.Printf("在办事项 %d 件：重新启动流程 %d 件，按登记簿恢复 %d 件；结束没有事项的流程 %d 个\n", r.Open, r.Started, r.Restored, r.Strays)
		return err
	})
}
