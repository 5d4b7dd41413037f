// Command standalone gives the whole ground that the product stands on from
// one binary: a private Postgres cluster and a Temporal server with its web
// UI. "run" keeps its data; "exec" throws everything away afterwards;
// "postgres" and "temporal" run one of the two alone.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/alecthomas/kong"
	"go.temporal.io/server/common/primitives"
)

type arguments struct {
	Run  runArguments  `cmd:"" help:"启动并保持数据库和 Temporal，数据留在 --data 目录；给出命令则在其上运行，命令结束即全部停止。"`
	Exec execArguments `cmd:"" help:"在用后即弃的数据库和 Temporal 上运行命令，端口自动选取，结束后全部清除。"`

	Postgres postgresArguments `cmd:"" help:"只启动数据库，数据留在 --data 目录；Temporal 用另一个进程。"`
	Temporal temporalArguments `cmd:"" help:"只启动 Temporal（或其中几个服务），用已在运行的数据库。"`
}

type runArguments struct {
	Data         string   `help:"数据目录。" default:".data" type:"path"`
	PostgresPort int      `help:"数据库端口。" default:"15432"`
	TemporalPort int      `help:"Temporal 端口；其后四个端口也归它用。" default:"7233"`
	UIPort       int      `name:"ui-port" help:"Temporal 界面端口。" default:"8233"`
	Command      []string `arg:"" optional:"" help:"要运行的命令，写在 -- 之后。"`
}

type execArguments struct {
	UI      bool     `help:"同时启动 Temporal 界面。"`
	Command []string `arg:"" help:"要运行的命令，写在 -- 之后。"`
}

type postgresArguments struct {
	Data string `help:"数据目录。" default:".data" type:"path"`
	Port int    `help:"数据库端口。" default:"15432"`
}

type temporalArguments struct {
	Database string   `help:"数据库的地址。超级用户的：由它建立角色 temporal 和两个库；别的用户的：temporal、temporal_visibility 两个库须已建好，归它所有。" env:"TEMPORAL_DATABASE_URL" required:""`
	Services []string `help:"在这个进程里运行的服务。四个服务分在几个进程时，各进程的 --port 相同。" enum:"frontend,history,matching,worker" default:"frontend,history,matching,worker"`
	Port     int      `help:"起始端口：frontend、history、matching、worker 依次各用一个，frontend 另用第五个。" default:"7233"`
	UIPort   int      `name:"ui-port" help:"Temporal 界面端口，没有登录；0 是不启动。" default:"0"`
}

func main() {
	// the server and the command are told of the death of the thread that
	// started them; the main thread lives as long as the process
	runtime.LockOSThread()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)

	var args arguments
	parsed := kong.Parse(&args, kong.Name("standalone"), kong.Description("闭环的单机底座：自带数据库和 Temporal。"), kong.UsageOnError())
	var status int
	var err error
	switch parsed.Selected().Name {
	case "exec":
		status, err = args.Exec.execute(signals)
	case "postgres":
		status, err = args.Postgres.execute(signals)
	case "temporal":
		status, err = args.Temporal.execute(signals)
	default:
		status, err = args.Run.execute(signals)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "standalone:", err)
	}
	os.Exit(status)
}

// execute keeps a persistent stack until the command ends or a signal comes,
// and returns the status to exit with.
func (a runArguments) execute(signals chan os.Signal) (int, error) {
	return keepStack(a.Data, ports{postgres: a.PostgresPort, temporal: a.TemporalPort, services: allServices, ui: a.UIPort}, a.Command, signals)
}

// execute keeps the database server alone until a signal comes.
func (a postgresArguments) execute(signals chan os.Signal) (int, error) {
	return keepStack(a.Data, ports{postgres: a.Port}, nil, signals)
}

// keepStack runs what has a port on the data folder, which nobody else may
// use at the same time.
func keepStack(folder string, at ports, argv []string, signals chan os.Signal) (int, error) {
	as, err := serverAccount()
	if err != nil {
		return 1, err
	}
	data, err := openFolder(folder)
	if err != nil {
		return 1, err
	}
	lock, err := lockFolder(data)
	if err != nil {
		return 1, err
	}
	defer lock.Close()
	return onStack(func(ctx context.Context) (*stack, error) {
		s, err := startStack(ctx, data, at, as, true)
		if err != nil {
			return nil, err
		}
		if err := s.writeVariables(data); err != nil {
			s.stop()
			return nil, err
		}
		return s, nil
	}, argv, signals)
}

// execute keeps Temporal on somebody else's database server until a signal
// comes. That the database goes away for a time does not end it.
func (a temporalArguments) execute(signals chan os.Signal) (int, error) {
	database, err := parseLogin(a.Database)
	if err != nil {
		return 1, err
	}
	at := ports{temporal: a.Port, ui: a.UIPort}
	for _, name := range a.Services {
		at.services = append(at.services, primitives.ServiceName(name))
	}
	return onStack(func(ctx context.Context) (*stack, error) {
		return startTemporalOn(ctx, database, at)
	}, nil, signals)
}

// execute runs the command on a stack of its own and returns its status.
func (a execArguments) execute(signals chan os.Signal) (int, error) {
	quiet = true
	as, err := serverAccount()
	if err != nil {
		return 1, err
	}
	data, err := temporaryFolder(as)
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(data)
	at, err := freePorts(a.UI)
	if err != nil {
		return 1, err
	}
	return onStack(func(ctx context.Context) (*stack, error) {
		return startStack(ctx, data, at, as, false)
	}, a.Command, signals)
}

var errSignal = errors.New("启动被中断")

// onStack brings a stack up, runs the command on it if there is one, waits
// for the command, a signal or the end of the database, takes everything down
// and returns the status to exit with.
func onStack(start func(context.Context) (*stack, error), argv []string, signals chan os.Signal) (int, error) {
	s, status, err := interruptible(signals, start)
	if err != nil {
		return status, err
	}
	defer s.stop()
	progress("已就绪：%s", s.summary())
	if len(argv) == 0 {
		select {
		case <-signals:
			return 0, nil
		case <-s.databaseEnded():
			return 1, s.postgres.unexpectedEnd()
		}
	}
	c, err := startCommand(argv, s.variables())
	if err != nil {
		return 127, err
	}
	select {
	case <-c.ended:
	case <-signals:
		progress("正在停止命令…")
	case <-s.databaseEnded():
		c.stop(signals)
		return 1, s.postgres.unexpectedEnd()
	}
	return c.stop(signals), nil
}

// interruptible runs do with a context that ends at a signal, and turns a
// start cut short by a signal into the status that a shell gives for it.
func interruptible(signals <-chan os.Signal, do func(context.Context) (*stack, error)) (*stack, int, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	received := make(chan syscall.Signal, 1)
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case s := <-signals:
			if s, ok := s.(syscall.Signal); ok {
				received <- s
			}
			cancel(errSignal)
		case <-done:
		}
	}()
	s, err := do(ctx)
	close(done)
	<-watched
	select {
	case sig := <-received:
		if err == nil {
			s.stop()
		}
		return nil, 128 + int(sig), errSignal
	default:
	}
	if err != nil {
		return nil, 1, err
	}
	return s, 0, nil
}
