package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// upCommand is what `make run` runs on a stack of its own: everything in one process, with the demo district when the
// register is empty.
type upCommand struct{ serveCommand }

// Run migrates, plays the demo into an empty register, and serves until ctx ends. The clocks of rehearsals stand still
// while nothing runs.
func (c *upCommand) Run(ctx context.Context) error {
	if err := migrate(ctx, c.Database); err != nil {
		return err
	}
	if l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen); err != nil {
		return fmt.Errorf("页面的端口 %s 已被占用，请关闭占用它的程序，或用 BIHUAN_LISTEN 换一个：%w", c.Listen, err)
	} else {
		_ = l.Close()
	}
	return c.watched(ctx, c.working(), func(ctx context.Context, h base) error {
		return c.withWorker(ctx, h, func(ctx context.Context) error { return c.open(ctx, h) })
	})
}

// open opens the house to its users, with the demo district if it stands empty.
func (c *upCommand) open(ctx context.Context, h base) error {
	cs, err := h.reg.Congresses(ctx)
	if err != nil {
		return err
	}
	if len(cs) == 0 {
		if err := playDemo(ctx, h.reg, h.desk()); err != nil {
			return err
		}
	}
	if err := hold(ctx, h.reg, false); err != nil {
		return err
	}
	defer func() { _ = hold(context.WithoutCancel(ctx), h.reg, true) }()
	c.greet()
	return c.serve(ctx, h)
}

// withWorker runs a worker beside what is done, and stops it last. Without a worker nothing is done either: nobody would be reminded, and
// what is received would stay where it is.
func (c *post) withWorker(ctx context.Context, h base, do func(context.Context) error) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	doing, end := context.WithCancel(ctx)
	defer end()
	done := make(chan error, 1)
	go func() {
		done <- c.work(working, h)
		end()
	}()
	err := do(doing)
	stop()
	return errors.Join(err, <-done)
}

// hold stops the clocks of rehearsal congresses where they stand, or lets them go on from there.
func hold(ctx context.Context, reg *register.Register, held bool) error {
	cs, err := reg.Congresses(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if c.Pace.Rate == 0 || c.Pace.Held == held {
			continue
		}
		p := schemas.Pace{Real: time.Now(), Virtual: c.Pace.At(time.Now()), Rate: c.Pace.Rate, Held: held}
		if err := reg.SetPace(ctx, c.ID, p); err != nil {
			return err
		}
	}
	return nil
}

// greet says where to go and as whom; the accounts are those of the demo district.
func (c *upCommand) greet() {
	fmt.Fprintf(os.Stderr, `
闭环已经启动：http://%s
流程引擎界面：%s
演示账号（密码都是 %s，演示数据）：
  办公室 office   委室经办 cmt1   委室主任 cmh1   分管副主任 vc1   主任 chair
  政府办 gov      分管副区长 vm2   单位经办 d15    单位负责人 d15h  系统管理员 admin
  代表工委 dep    代表 p001        安全管理员 security   审计管理员 audit
公众看的页面：http://%s/public
按 Ctrl-C 停止，下次从停下的地方继续。
`, c.Listen, os.Getenv("TEMPORAL_UI"), demoPassword, c.Listen)
}
