// Command bihuan is the product: the pages, the worker and what an operator needs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Up        upCommand        `cmd:"" help:"升级、准备演示数据并运行（make run 用）"`
	Serve     serveCommand     `cmd:"" help:"在一个进程里运行页面和工作进程"`
	API       apiCommand       `cmd:"" name:"api" help:"只运行页面和接口"`
	Worker    workerCommand    `cmd:"" help:"只运行工作进程"`
	Found     foundCommand     `cmd:"" help:"建立一个人大和它的三名管理员"`
	Migrate   migrateCommand   `cmd:"" help:"升级数据库结构"`
	Doctor    doctorCommand    `cmd:"" help:"核对登记簿与流程引擎"`
	Reconcile reconcileCommand `cmd:"" help:"恢复备份以后，使流程与登记簿一致"`
	Replay    replayCommand    `cmd:"" help:"用本程序重放所有在办事项的历史"`
	Rehearse  rehearseCommand  `cmd:"" help:"在演练时钟上走完一个程序"`
	Due       dueCommand       `cmd:"" help:"按规则推算期限"`
	Digest    digestCommand    `cmd:"" help:"预演下一个早上的晨报，不写出；或数一个月的晨报"`
	Calendar  calendarCommand  `cmd:"" help:"查看和导入放假安排"`
	Audit     auditCommand     `cmd:"" help:"核对和导出审计记录"`
}

func main() {
	var cli commands
	k := kong.Parse(&cli, kong.Name("bihuan"), kong.Description("闭环：人大监督事项的交办、督办与销号"))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}
