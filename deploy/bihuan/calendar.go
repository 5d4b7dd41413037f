package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	calendarCommand struct {
		Show   calendarShow   `cmd:"" help:"列出一年的放假和调休"`
		Import calendarImport `cmd:"" help:"导入一年的放假安排，并重新推算受影响的期限"`
	}
	calendarShow struct {
		Database string `name:"database" env:"DATABASE_URL" help:"登记簿（PostgreSQL）的地址；指定人大时需要"`
		Congress string `placeholder:"NAME" help:"这个人大的日历；不写则为内置的日历"`
		Year     int    `arg:"" help:"年份"`
	}
	calendarImport struct {
		stack
		Congress string `required:"" placeholder:"NAME" help:"导入到哪个人大"`
		Edition  string `required:"" help:"这一版日历的名称，如 2027"`
		Source   string `required:"" help:"依据，如 国办发明电〔2026〕7号"`
		File     string `arg:"" type:"existingfile" help:"CSV 文件，列 date,kind，可以有 name；kind 为 rest（放假）或 work（调休上班）"`
	}
)

// Run prints the breaks and make-up days of a year.
func (c *calendarShow) Run(ctx context.Context) error {
	calendar := schemas.BuiltinCalendar()
	if c.Congress != "" {
		reg, err := register.Open(ctx, c.Database)
		if err != nil {
			return err
		}
		defer reg.Close()
		congress, err := congressNamed(ctx, reg, c.Congress)
		if err != nil {
			return err
		}
		if calendar, err = reg.Calendar(ctx, congress.ID, congress.Edition); err != nil {
			return err
		}
	}
	fmt.Printf("%d年（日历：%s）\n", c.Year, calendar.Edition)
	if !calendar.PublishedYear(c.Year) {
		fmt.Println("暂定：放假安排尚未公布，按周末和法定节假日推算，不含调休")
	}
	for _, line := range calendar.Arrangement(c.Year) {
		fmt.Println(line)
	}
	return nil
}

// Run imports one year and waits until the open cases follow it. It may be broken off: the workers do what is left.
func (c *calendarImport) Run(ctx context.Context) error {
	file, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("无法打开文件：%w", err)
	}
	defer file.Close()
	year, err := schemas.ReadYear(file)
	if err != nil {
		return err
	}
	return c.with(ctx, func(ctx context.Context, h base) error {
		congress, err := congressNamed(ctx, h.reg, c.Congress)
		if err != nil {
			return err
		}
		moved, err := h.desk().Publish(ctx, congress.ID, c.Edition, c.Source, year)
		if err == nil {
			err = h.reg.Audit(ctx, operated(congress.ID, "calendar import", "calendar", c.Edition+"，"+c.Source))
		}
		if err != nil {
			return err
		}
		for left := moved.Left; left > 0; left = moved.Left {
			fmt.Printf("已导入%d年的放假安排，还有%d件在办事项等待核对\n", year.Year, left)
			more, err := h.desk().Follow(ctx, congress.ID, c.Edition)
			moved.Cases, moved.Dates = moved.Cases+more.Cases, moved.Dates+more.Dates
			if err == nil {
				moved.Left, err = h.reg.CountBehind(ctx, congress.ID, c.Edition)
			}
			if err != nil || more.Cases == 0 && moved.Left == left {
				refusal := schemas.Refuse("EngineAway", "日历已经导入；还有%d件在办事项没有核对，工作进程会接着完成", left)
				refusal.Cause = err
				return refusal
			}
		}
		fmt.Printf("已导入%d年的放假安排，%d件在办事项重新推算了期限，%d个期限有变动\n", year.Year, moved.Cases, moved.Dates)
		return nil
	})
}

// congressNamed finds a congress by its name. Code: NotFound.
func congressNamed(ctx context.Context, reg *register.Register, name string) (register.Congress, error) {
	all, err := reg.Congresses(ctx)
	if err != nil {
		return register.Congress{}, err
	}
	i := slices.IndexFunc(all, func(c register.Congress) bool { return c.Name == name })
	if i < 0 {
		return register.Congress{}, schemas.Refuse("NotFound", "没有名为“%s”的人大", name)
	}
	return all[i], nil
}
