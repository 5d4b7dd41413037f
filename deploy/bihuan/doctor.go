package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
	"bihuan/worker"
)

type doctorCommand struct{ stack }

// Run compares the register with the engine: every open case has one live workflow, nothing overdue is unsaid,
// no case has overslept, nothing waits in the intake or the outbox, every line of the audit log has its link. It fails when something is wrong.
func (c *doctorCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, h base) error { return diagnose(ctx, h.observer(), os.Stdout) })
}

// shown is how many of what is wrong are named.
const shown = 5

func diagnose(ctx context.Context, o worker.Observer, out io.Writer) error {
	seen := o.Observe(ctx, register.Everything)
	if seen.RegisterErr != nil {
		return seen.RegisterErr
	}
	wrong, err := diagnoseCases(ctx, o, seen, out)
	if err != nil {
		return err
	}
	var all register.Health
	for _, h := range seen.Register {
		all.Unsaid, all.Intake, all.Outbox, all.Audit = all.Unsaid+h.Unsaid, all.Intake+h.Intake, all.Outbox+h.Outbox, all.Audit+h.Audit
		all.Digests, all.Overslept = all.Digests+h.Digests, all.Overslept+h.Overslept
	}
	fmt.Fprintf(out, "到点未发的提醒 %d 条，滞留的收件 %d 件，滞留的消息 %d 封，未入链的审计记录 %d 条，当天晨报没有写完的人大 %d 个\n", all.Unsaid, all.Intake, all.Outbox, all.Audit, all.Digests)
	for _, h := range seen.Register {
		who := "正式的人大"
		if h.Rehearsal {
			who = "演练的人大"
		}
		fmt.Fprintf(out, "%s：在办 %d 件，睡过时点 %d 件；等候最久的：提醒 %s，时点 %s，收件 %s，消息 %s\n", who, h.Open, h.Overslept,
			wait(h.UnsaidAge), wait(h.OversleptAge), wait(h.IntakeAge), wait(h.OutboxAge))
		for _, channel := range register.Channels {
			if n := h.OutboxBy[channel]; n > 0 {
				fmt.Fprintf(out, "%s滞留的消息，渠道 %s：%d 封\n", who, channel, n)
			}
		}
	}
	unsaid, err := o.Register.Unsaid(ctx, shown)
	if err != nil {
		return err
	}
	for _, u := range unsaid {
		fmt.Fprintf(out, "到点未发：%s，环节 %s，等级 %s，已过 %s\n", u.Number, u.Stage, u.Level, wait(u.Age))
	}
	if wrong || all.Unsaid+all.Intake+all.Audit+all.Overslept > 0 {
		return fmt.Errorf("核对发现问题，见上")
	}
	return nil
}

// diagnoseCases says which open cases have no live workflow, and what the engine says of itself.
func diagnoseCases(ctx context.Context, o worker.Observer, seen worker.Observation, out io.Writer) (wrong bool, err error) {
	e := seen.Engine
	if e == nil {
		fmt.Fprintf(out, "流程引擎没有应答，没有核对流程：%v\n", seen.EngineErr)
		return true, nil
	}
	lost, open, err := o.Lost(ctx)
	if err != nil {
		return false, &schemas.Error{Code: "EngineAway", Text: "逐件核对流程时，流程引擎没有应答", Cause: err}
	}
	for _, id := range lost {
		fmt.Fprintf(out, "没有运行中的流程：%s\n", id)
	}
	fmt.Fprintf(out, "在办事项 %d 件，运行中的流程 %d 个\n", open, open-len(lost))
	if err := errors.Join(e.RunningErr, e.QueueErr); err != nil {
		fmt.Fprintf(out, "流程引擎的统计没有应答：%v\n", err)
		return len(lost) > 0, nil
	}
	fmt.Fprintf(out, "流程引擎统计：运行中 %d 个；待派的流程任务 %d 个，最久 %s；待派的活动 %d 个，最久 %s；领取任务的工作进程 %d 个\n",
		e.Running, e.Workflow.Backlog, wait(e.Workflow.Age), e.Activity.Backlog, wait(e.Activity.Age), e.Workflow.Pollers)
	return len(lost) > 0, nil
}

// wait writes how long something waits, to the second.
func wait(d time.Duration) string {
	d = d.Round(time.Second)
	days, hours, minutes, seconds := d/(24*time.Hour), d/time.Hour%24, d/time.Minute%60, d/time.Second%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d天%d小时", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d小时%d分", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d分%d秒", minutes, seconds)
	}
	return fmt.Sprintf("%d秒", seconds)
}
