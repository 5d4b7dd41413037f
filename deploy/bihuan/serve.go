package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/api"
	"bihuan/worker"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
)

type (
	// stack is where the register and the engine are.
	stack struct {
		Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
		Temporal string `name:"temporal" env:"TEMPORAL_ADDRESS" default:"127.0.0.1:7233" help:"Temporal 的地址"`
		Keys     string `env:"BIHUAN_KEYS" help:"加密流程历史的密钥文件；不填则不加密"`
		journal
	}
	pages struct {
		Listen string `env:"BIHUAN_LISTEN" default:"127.0.0.1:8080" help:"页面监听的地址"`
		Files  string `env:"BIHUAN_FILES" default:".data/files" help:"附件存放的目录"`
		TLS    bool   `name:"tls" env:"BIHUAN_TLS" help:"前面的代理提供 https"`
		Cert   string `env:"BIHUAN_CERT" and:"tls" help:"证书文件；与密钥一同填写时自己提供 https"`
		Key    string `env:"BIHUAN_KEY" and:"tls" help:"证书的密钥文件"`

		SignOnIssuer   string `name:"oidc-issuer" env:"BIHUAN_OIDC_ISSUER" and:"oidc" help:"统一登录（OpenID Connect）的地址"`
		SignOnClient   string `name:"oidc-client" env:"BIHUAN_OIDC_CLIENT" and:"oidc" help:"本系统在统一登录处的编号"`
		SignOnSecret   string `name:"oidc-secret-file" env:"BIHUAN_OIDC_SECRET_FILE" and:"oidc" help:"其密钥的文件"`
		SignOnCongress string `name:"oidc-congress" env:"BIHUAN_OIDC_CONGRESS" and:"oidc" help:"它管哪个人大的账号"`
		SignOnClaim    string `name:"oidc-claim" env:"BIHUAN_OIDC_CLAIM" default:"preferred_username" help:"其中哪一项是账号"`
		SignOnLink     string `name:"oidc-link" env:"BIHUAN_OIDC_LINK" and:"oidc" help:"浏览器所见的本系统地址，如 https://bihuan.example"`

		Origins []string `env:"BIHUAN_ORIGINS" help:"代理改写 Host 时，浏览器所见的地址，如 https://bihuan.example"`
		Proxies []string `env:"BIHUAN_PROXIES" help:"可信代理的网段，如 10.0.0.0/8"`
	}
	post struct {
		SMTP string `name:"smtp" env:"BIHUAN_SMTP" help:"邮件服务器，主机:端口；不填则只在页面里通知"`
		From string `env:"BIHUAN_FROM" default:"bihuan@localhost" help:"发件人"`
		Link string `env:"BIHUAN_LINK" default:"http://127.0.0.1:8080" help:"邮件里页面的地址"`

		WeCom    string `name:"wecom" env:"BIHUAN_WECOM" help:"企业微信群机器人的地址，不带 key，如 https://qyapi.weixin.qq.com/cgi-bin/webhook/send；不填则不用"`
		DingTalk string `name:"dingtalk" env:"BIHUAN_DINGTALK" help:"钉钉群机器人的地址，不带 access_token，如 https://oapi.dingtalk.com/robot/send；不填则不用"`

		SMS        string `name:"sms" env:"BIHUAN_SMS" and:"sms" help:"短信网关的地址；不填则不用"`
		SMSBody    string `name:"sms-body-file" env:"BIHUAN_SMS_BODY_FILE" and:"sms" help:"发给短信网关的内容（JSON 或表单），里面的 {phone}、{text} 换成号码和文字"`
		SMSMethod  string `name:"sms-method" env:"BIHUAN_SMS_METHOD" default:"POST" enum:"GET,POST,PUT" help:"短信网关的请求方法"`
		SMSHeaders string `name:"sms-headers-file" env:"BIHUAN_SMS_HEADERS_FILE" help:"短信网关的请求头，每行“名称: 值”；口令放在这里"`
		SMSOK      string `name:"sms-ok" env:"BIHUAN_SMS_OK" help:"短信网关的答复里有这段文字才算接受；不填则看状态码"`
		SMSLength  int    `name:"sms-length" env:"BIHUAN_SMS_LENGTH" default:"300" help:"一条短信最多多少个字"`
	}
	apiCommand struct {
		stack
		pages
		watch
	}
	workerCommand struct {
		stack
		post
		watch
	}
	serveCommand struct {
		stack
		pages
		post
		watch
	}
	migrateCommand struct {
		Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
	}
)

// Run brings the schema up to this program's, and every congress's rules.
func (c *migrateCommand) Run(ctx context.Context) error { return migrate(ctx, c.Database) }

// migrate changes the schema, then lays down the rules of procedures that a congress does not have yet, and the ledger's lines of matters
// that an older program recorded.
func migrate(ctx context.Context, url string) error {
	if err := register.Migrate(ctx, url); err != nil {
		return err
	}
	reg, err := register.Open(ctx, url)
	if err != nil {
		return err
	}
	defer reg.Close()
	cs, err := reg.Congresses(ctx)
	for _, c := range cs {
		if err == nil {
			err = layDownRules(ctx, reg, c.ID)
		}
	}
	for n := 1; n > 0 && err == nil; {
		n, err = reg.LayBehind(ctx)
	}
	return err
}

// Run serves the pages until ctx ends.
func (c *apiCommand) Run(ctx context.Context) error { return c.watched(ctx, c.watch, c.serve) }

// Run works until ctx ends.
func (c *workerCommand) Run(ctx context.Context) error {
	return c.watched(ctx, c.working(), c.work)
}

// Run does both in one process: pages first to stop, work last.
func (c *serveCommand) Run(ctx context.Context) error {
	return c.watched(ctx, c.working(), func(ctx context.Context, h base) error {
		return c.withWorker(ctx, h, func(ctx context.Context) error { return c.serve(ctx, h) })
	})
}

// base is what a command works with.
type base struct {
	reg    *register.Register
	engine client.Client
	sealed converter.DataConverter // what histories carry
	log    *slog.Logger
	// who asks the engine, as its list of pollers has it
	identity string
	instruments
}

// desk carries acts from the register's intake to the cases.
func (h base) desk() *intake.Desk {
	return &intake.Desk{Register: h.reg, Temporal: h.engine, Log: h.log}
}

// observer looks at the register and the engine.
func (h base) observer() worker.Observer {
	return worker.Observer{Register: h.reg, Temporal: h.engine}
}

// with opens the register and the engine for a command, and closes them. The engine may be away.
func (s *stack) with(ctx context.Context, do func(context.Context, base) error) error {
	return s.watched(ctx, watch{}, do)
}

// watched does the same for a service, which tells of itself as long as it runs.
func (s *stack) watched(ctx context.Context, w watch, do func(context.Context, base) error) error {
	return s.reach(ctx, w, func(ctx context.Context, h base) error {
		if err := h.reg.Ready(ctx); err != nil {
			return err
		}
		return do(ctx, h)
	})
}

// reach does not ask whether the schema is this program's.
func (s *stack) reach(ctx context.Context, w watch, do func(context.Context, base) error) error {
	var h base
	var err error
	if h.log, err = s.logger(os.Stderr); err != nil {
		return err
	}
	if h.instruments, err = w.instruments(ctx, h.log); err != nil {
		return err
	}
	defer h.instruments.close(ctx)
	if h.sealed, err = worker.Converter(s.Keys); err != nil {
		return err
	}
	if h.reg, err = register.Open(ctx, s.Database, h.queries()...); err != nil {
		return err
	}
	defer h.reg.Close()
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	h.identity = fmt.Sprintf("%d@%s", os.Getpid(), host)
	options := client.Options{HostPort: s.Temporal, Identity: h.identity, DataConverter: h.sealed, Logger: sdklog.NewStructuredLogger(h.log)}
	if err := h.temporal(&options); err != nil {
		return err
	}
	if h.engine, err = client.NewLazyClient(options); err != nil {
		return err
	}
	defer h.engine.Close()
	stop, err := h.offer(ctx, w, h)
	if err != nil {
		return err
	}
	defer stop()
	return do(ctx, h)
}

func (p *pages) serve(ctx context.Context, h base) error {
	files, err := api.OpenFiles(p.Files)
	if err != nil {
		return fmt.Errorf("附件目录 %s：%w", p.Files, err)
	}
	signOn, err := p.signOn()
	if err != nil {
		return err
	}
	server, err := api.New(api.Config{Register: h.reg, Desk: h.desk(), Files: files, Log: h.log, TLS: p.TLS || p.Cert != "",
		Origins: p.Origins, Proxies: p.Proxies, SignOn: signOn, Meters: h.meters, Tracers: h.tracers})
	if err != nil {
		return err
	}
	defer server.Close()
	web := &http.Server{Addr: p.Listen, Handler: server, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() {
		if p.Cert != "" {
			failed <- web.ListenAndServeTLS(p.Cert, p.Key)
			return
		}
		failed <- web.ListenAndServe()
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		return web.Shutdown(last)
	}
}

// signOn is the provider that the settings name; nil: none.
func (p *pages) signOn() (*api.SignOn, error) {
	if p.SignOnIssuer == "" {
		return nil, nil
	}
	secret, err := os.ReadFile(p.SignOnSecret)
	if err != nil {
		return nil, fmt.Errorf("统一登录的密钥文件：%w", err)
	}
	return &api.SignOn{Issuer: p.SignOnIssuer, Client: p.SignOnClient, Secret: strings.TrimSpace(string(secret)), Congress: p.SignOnCongress,
		Claim: p.SignOnClaim, Redirect: strings.TrimSuffix(p.SignOnLink, "/") + "/login/oidc/callback"}, nil
}

func (p *post) work(ctx context.Context, h base) error {
	channels, err := notices.Settings{SMTP: p.SMTP, From: p.From, WeCom: p.WeCom, DingTalk: p.DingTalk, SMS: p.SMS, SMSMethod: p.SMSMethod,
		SMSHeaders: p.SMSHeaders, SMSBody: p.SMSBody, SMSOK: p.SMSOK, SMSLength: p.SMSLength}.Open()
	if err != nil {
		return err
	}
	w := worker.Worker{Register: h.reg, Temporal: h.engine, Log: h.log,
		Sender: &notices.Sender{Register: h.reg, Log: h.log, Channels: channels, Link: strings.TrimSuffix(p.Link, "/")}}
	return w.Run(ctx)
}
