package main

import (
	"context"
	"fmt"

	"bihuan/activities/intake"

	enums "go.temporal.io/api/enums/v1"
)

type doctorCommand struct{ stack }

// Run compares the register with the engine: every open case has one live workflow, nothing overdue is unsaid,
// nothing waits in the intake or the outbox, every line of the audit log has its link. It fails when something is wrong.
func (c *doctorCommand) Run(ctx context.Context) error { return c.with(ctx, examined) }

func examined(ctx context.Context, h base) error {
	open, err := h.reg.OpenCases(ctx)
	if err != nil {
		return err
	}
	dead := 0
	for _, id := range open {
		d, err := h.engine.DescribeWorkflowExecution(ctx, intake.WorkflowID(id), "")
		if err != nil || d.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
			fmt.Printf("没有运行中的流程：%s\n", id)
			dead++
		}
	}
	fmt.Printf("在办事项 %d 件，运行中的流程 %d 个\n", len(open), len(open)-dead)
	health, err := h.reg.Health(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("到点未发的提醒 %d 条，滞留的收件 %d 件，滞留的邮件 %d 封，未入链的审计记录 %d 条\n", health.Unsaid, health.Intake, health.Outbox, health.Audit)
	if dead+health.Unsaid+health.Intake+health.Audit > 0 {
		return fmt.Errorf("核对发现问题，见上")
	}
	return nil
}
