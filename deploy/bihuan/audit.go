package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"bihuan/activities/register"
	"bihuan/api"
	"bihuan/schemas"
)

type (
	auditCommand struct {
		Verify auditVerify `cmd:"" help:"核对审计记录的哈希链"`
		Export auditExport `cmd:"" help:"导出审计记录（CSV，写到标准输出）"`
	}
	auditVerify struct {
		Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
		Congress string `placeholder:"NAME" help:"只核对这个人大；不写则全部"`
	}
	auditExport struct {
		Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
		Congress string `required:"" placeholder:"NAME" help:"哪个人大"`
		From     string `placeholder:"2026-03-02" help:"从这一天起"`
		To       string `placeholder:"2026-03-31" help:"到这一天止"`
	}
)

// Run prints what it looked at and every damage, the first one first. It fails when there is any.
func (c *auditVerify) Run(ctx context.Context) error {
	reg, err := register.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer reg.Close()
	return c.verify(ctx, reg, os.Stdout)
}

func (c *auditVerify) verify(ctx context.Context, reg *register.Register, out io.Writer) error {
	cs, err := reg.Congresses(ctx)
	if c.Congress != "" {
		var one register.Congress
		one, err = congressNamed(ctx, reg, c.Congress)
		cs = []register.Congress{one}
	}
	if err != nil {
		return err
	}
	damage := 0
	for _, congress := range cs {
		v, err := reg.Verify(ctx, congress.ID, time.Time{}, time.Time{})
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s：核对%d天，%d环，末环哈希 %s\n", congress.Name, v.Days, v.Links, v.Last)
		for i, d := range v.Damage {
			first := ""
			if i == 0 {
				first = "第一处损坏："
			}
			fmt.Fprintf(out, "  %s%s；记录 %s（%s）\n", first, d.Says(), d.Line, d.What)
		}
		damage += len(v.Damage)
	}
	if damage > 0 {
		return fmt.Errorf("审计记录有损坏，见上")
	}
	return nil
}

// Run writes the lines of the days, newest first; that it was done is on record before the first of them.
func (c *auditExport) Run(ctx context.Context) error {
	reg, err := register.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer reg.Close()
	return c.export(ctx, reg, os.Stdout)
}

func (c *auditExport) export(ctx context.Context, reg *register.Register, out io.Writer) error {
	congress, err := congressNamed(ctx, reg, c.Congress)
	if err != nil {
		return err
	}
	var f register.LineFilter
	if c.From != "" {
		if f.From, err = time.ParseInLocation(time.DateOnly, c.From, schemas.Shanghai); err != nil {
			return fmt.Errorf("日期“%s”无法识别，请按2026-03-02填写", c.From)
		}
	}
	if c.To != "" {
		if f.To, err = time.ParseInLocation(time.DateOnly, c.To, schemas.Shanghai); err != nil {
			return fmt.Errorf("日期“%s”无法识别，请按2026-03-02填写", c.To)
		}
		f.To = f.To.AddDate(0, 0, 1)
	}
	if err := reg.Audit(ctx, operated(congress.ID, "audit export", "audit", c.From+" "+c.To)); err != nil {
		return err
	}
	return api.WriteAudit(ctx, out, reg, congress.ID, f)
}

// operated is the line of what an operator did with this command.
func operated(congress, command, object, what string) register.Line {
	host, _ := os.Hostname()
	return register.Line{Congress: congress, Name: "运维命令", Address: host, Action: "bihuan " + command, Object: object, Reason: what, Result: "done"}
}
