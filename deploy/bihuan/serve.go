package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/api"
	"bihuan/worker"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

type (
	// stack is where the register and the engine are.
	stack struct {
		Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
		Temporal string `name:"temporal" env:"TEMPORAL_ADDRESS" default:"127.0.0.1:7233" help:"Temporal 的地址"`
	}
	pages struct {
		Listen string `env:"BIHUAN_LISTEN" default:"127.0.0.1:8080" help:"页面监听的地址"`
		Files  string `env:"BIHUAN_FILES" default:".data/files" help:"附件存放的目录"`
		TLS    bool   `name:"tls" env:"BIHUAN_TLS" help:"经由 https 提供页面"`

		Origins []string `env:"BIHUAN_ORIGINS" help:"代理改写 Host 时，浏览器所见的地址，如 https://bihuan.example"`
		Proxies []string `env:"BIHUAN_PROXIES" help:"可信代理的网段，如 10.0.0.0/8"`
	}
	post struct {
		SMTP string `name:"smtp" env:"BIHUAN_SMTP" help:"邮件服务器，主机:端口；不填则只在页面里通知"`
		From string `env:"BIHUAN_FROM" default:"bihuan@localhost" help:"发件人"`
		Link string `env:"BIHUAN_LINK" default:"http://127.0.0.1:8080" help:"邮件里页面的地址"`
	}
	apiCommand struct {
		stack
		pages
	}
	workerCommand struct {
		stack
		post
	}
	serveCommand struct {
		stack
		pages
		post
	}
	migrateCommand struct {
		Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
	}
)

// Run brings the schema up to this program's.
func (c *migrateCommand) Run(ctx context.Context) error { return register.Migrate(ctx, c.Database) }

// Run serves the pages until ctx ends.
func (c *apiCommand) Run(ctx context.Context) error {
	reg, engine, log, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer reg.Close()
	defer engine.Close()
	return c.serve(ctx, reg, engine, log)
}

// Run works until ctx ends.
func (c *workerCommand) Run(ctx context.Context) error {
	reg, engine, log, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer reg.Close()
	defer engine.Close()
	return c.work(ctx, reg, engine, log)
}

// Run does both in one process: pages first to stop, work last.
func (c *serveCommand) Run(ctx context.Context) error {
	reg, engine, log, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer reg.Close()
	defer engine.Close()
	return c.withWorker(ctx, reg, engine, log, func(ctx context.Context) error { return c.serve(ctx, reg, engine, log) })
}

func (s *stack) open(ctx context.Context) (*register.Register, client.Client, *slog.Logger, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	reg, err := register.Open(ctx, s.Database)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := reg.Ready(ctx); err != nil {
		reg.Close()
		return nil, nil, nil, err
	}
	engine, err := client.NewLazyClient(client.Options{HostPort: s.Temporal, Logger: sdklog.NewStructuredLogger(log)})
	return reg, engine, log, err
}

func (p *pages) serve(ctx context.Context, reg *register.Register, engine client.Client, log *slog.Logger) error {
	files, err := api.OpenFiles(p.Files)
	if err != nil {
		return fmt.Errorf("附件目录 %s：%w", p.Files, err)
	}
	server, err := api.New(api.Config{Register: reg, Desk: &intake.Desk{Register: reg, Temporal: engine, Log: log}, Files: files, Log: log, TLS: p.TLS,
		Origins: p.Origins, Proxies: p.Proxies})
	if err != nil {
		return err
	}
	defer server.Close()
	h := &http.Server{Addr: p.Listen, Handler: server, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- h.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		return h.Shutdown(last)
	}
}

func (p *post) work(ctx context.Context, reg *register.Register, engine client.Client, log *slog.Logger) error {
	w := worker.Worker{Register: reg, Temporal: engine, Log: log,
		Sender: &notices.Sender{Register: reg, Log: log, SMTP: p.SMTP, From: p.From, Link: p.Link}}
	return w.Run(ctx)
}
