// Command bench measures the product against the least that any durable program must do, on the stack that
// TEMPORAL_ADDRESS and DATABASE_URL name. The stack should be a throw-away one: open cases are left behind in it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

type (
	// stack is what every scenario is given.
	stack struct {
		Temporal string  `env:"TEMPORAL_ADDRESS" required:"" help:"流程引擎的地址"`
		Database string  `env:"DATABASE_URL" required:"" help:"数据库的地址，用户须能建库"`
		Runs     int     `default:"5" help:"交替运行的次数，比值取中位数"`
		Size     float64 `default:"1" help:"规模，1 为全量"`
		JSON     bool    `name:"json" help:"输出 JSON"`
	}
	commands struct {
		stack
		Cycle cycleCommand `cmd:"" help:"“123”机制全程的开销"`
		Act   actCommand   `cmd:"" help:"报送方案的时延"`
		Storm stormCommand `cmd:"" help:"众多期限同一时刻到期"`
		Idle  idleCommand  `cmd:"" help:"大量在办事项静置时的占用"`
		Pages pagesCommand `cmd:"" help:"百万件事项时的列表和统计页"`
		Work  workCommand  `cmd:"" hidden:""`
	}
	// result is what a scenario found out.
	result struct {
		Scenario string             `json:"scenario"`
		OK       bool               `json:"ok"`
		Metrics  map[string]float64 `json:"metrics"`
		Ratios   map[string]float64 `json:"ratios"`
		rows     [][]string         // the table, its head first
		wrong    []string           // outcomes that are not what they must be
	}
)

func newResult(scenario string, head ...string) *result {
	return &result{Scenario: scenario, Metrics: map[string]float64{}, Ratios: map[string]float64{}, rows: [][]string{head}}
}

// check notes an outcome that is wrong.
func (r *result) check(right bool, format string, args ...any) {
	if !right {
		r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
	}
}

// row adds a line to the table.
func (r *result) row(name string, values ...float64) {
	line := []string{name}
	for _, v := range values {
		line = append(line, number(v))
	}
	r.rows = append(r.rows, line)
}

func number(v float64) string {
	switch {
	case v == 0:
		return "–"
	case v < 100:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// show prints the table or the JSON; an outcome that is wrong is an error.
func (s *stack) show(r *result) error {
	r.OK = len(r.wrong) == 0
	if s.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	} else {
		r.print()
	}
	if !r.OK {
		return fmt.Errorf("结果不对：%s", strings.Join(r.wrong, "；"))
	}
	return nil
}

func (r *result) print() {
	for i, line := range r.rows {
		fmt.Println("| " + strings.Join(line, " | ") + " |")
		if i == 0 {
			fmt.Println(strings.Repeat("|---", len(line)) + "|")
		}
	}
	var names []string
	for name := range r.Ratios {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Printf("%s：%.2f\n", name, r.Ratios[name])
	}
}

// sized is a full size scaled down, at least least.
func (s *stack) sized(full, least int) int { return max(least, int(float64(full)*s.Size)) }

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

func main() {
	var cli commands
	k := kong.Parse(&cli, kong.Name("bench"), kong.Description("闭环的测速：与裸 Temporal、裸 Postgres、River 在同一次运行中比较"))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	k.BindTo(ctx, (*context.Context)(nil))
	err := k.Run(&cli.stack)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
