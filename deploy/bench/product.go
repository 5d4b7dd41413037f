package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/schemas"
	"bihuan/worker"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// deskName is the name of the desk's connections to Postgres, so that their work can be told from the worker's.
const deskName = "bench-desk"

var quiet = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))

func (s *stack) dial() (client.Client, error) {
	return client.Dial(client.Options{HostPort: s.Temporal, Logger: sdklog.NewStructuredLogger(quiet)})
}

// at is the stack's database address with another database and name of the application.
func (s *stack) at(database, application string) (string, error) {
	u, err := url.Parse(s.Database)
	if err != nil {
		return "", err
	}
	u.Path = "/" + database
	q := u.Query()
	q.Set("application_name", application)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// ground is a migrated register in a database of its own, and the connection that makes and drops it.
type ground struct {
	*stack
	admin    *pgx.Conn
	database string
}

func (s *stack) newGround(ctx context.Context) (*ground, error) {
	admin, err := pgx.Connect(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	g := &ground{stack: s, admin: admin, database: "bihuan_bench_" + strings.ToLower(rand.Text())}
	if _, err := admin.Exec(ctx, "create database "+g.database); err != nil {
		return nil, errors.Join(err, admin.Close(ctx))
	}
	address, err := g.address("bench")
	if err == nil {
		err = register.Migrate(ctx, address)
	}
	if err != nil {
		return nil, errors.Join(err, g.drop(ctx))
	}
	return g, nil
}

func (g *ground) address(application string) (string, error) { return g.at(g.database, application) }

func (g *ground) drop(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	_, err := g.admin.Exec(ctx, "drop database if exists "+g.database+" with (force)")
	return errors.Join(err, g.admin.Close(ctx))
}

// sample reads the meter, the desk's connections apart.
func (g *ground) sample(ctx context.Context, m meter) (usage, error) {
	desk, err := backends(ctx, g.admin, deskName)
	return m.read(desk), err
}

// product is the real thing on ground of its own: the desk in this process, the worker in a child.
type product struct {
	*ground
	meter  meter
	reg    *register.Register
	desk   *intake.Desk
	engine client.Client
	worker *child
	d      district
}

// newProduct founds a congress whose clock is pace.
func (s *stack) newProduct(ctx context.Context, pace schemas.Pace) (p *product, err error) {
	p = &product{}
	if p.ground, err = s.newGround(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close(ctx))
		}
	}()
	address, err := p.address(deskName)
	if err != nil {
		return p, err
	}
	if p.reg, err = register.Open(ctx, address); err != nil {
		return p, err
	}
	if p.engine, err = s.dial(); err != nil {
		return p, err
	}
	p.desk = &intake.Desk{Register: p.reg, Temporal: p.engine, Log: quiet, Patience: time.Minute}
	if p.d, err = found(ctx, p.reg, pace); err != nil {
		return p, err
	}
	if p.meter, err = newMeter(s.Temporal, s.Database); err != nil {
		return p, err
	}
	return p, p.work()
}

// work starts the worker.
func (p *product) work() (err error) {
	address, err := p.address("bench-worker")
	if err != nil {
		return err
	}
	if p.worker, err = spawn("product", address); err == nil {
		p.meter.worker = p.worker.Process.Pid
	}
	return err
}

func (p *product) close(ctx context.Context) error {
	var err error
	if p.worker != nil {
		err = p.worker.stop()
	}
	if p.engine != nil {
		p.engine.Close()
	}
	if p.reg != nil {
		p.reg.Close()
	}
	return errors.Join(err, p.drop(ctx))
}

// child is a worker in a process of its own, so that its processor time stands apart.
type child struct {
	*exec.Cmd
	Out io.ReadCloser
}

func spawn(kind, database string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{Cmd: exec.Command(self, "work", kind)} // #nosec G204 -- this very program
	c.Env = append(os.Environ(), "DATABASE_URL="+database)
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if c.Out, err = c.StdoutPipe(); err != nil {
		return nil, err
	}
	return c, c.Start()
}

func (c *child) stop() error {
	_ = c.Process.Signal(syscall.SIGTERM)
	return c.Wait()
}

// workCommand is the child.
type workCommand struct {
	Kind string `arg:"" enum:"product,bare"`
}

func (c *workCommand) Run(ctx context.Context, s *stack) error {
	engine, err := s.dial()
	if err != nil {
		return err
	}
	defer engine.Close()
	if c.Kind == "bare" {
		return workBare(ctx, engine, s.Database)
	}
	reg, err := register.Open(ctx, s.Database)
	if err != nil {
		return err
	}
	defer reg.Close()
	w := worker.Worker{Register: reg, Temporal: engine, Log: quiet, Sender: &notices.Sender{Register: reg, Log: quiet}}
	return w.Run(ctx)
}

// district is a congress with two departments and one person (演示数据) for each post.
type district struct {
	congress, committee string
	units               []string
	people              map[string]string // role, or role/unit → account id
}

func found(ctx context.Context, reg *register.Register, pace schemas.Pace) (district, error) {
	d := district{people: map[string]string{}}
	var err error
	if d.congress, err = reg.AddCongress(ctx, register.Congress{Name: "测速区人大常委会", Rehearsal: true, Pace: pace}); err != nil {
		return d, err
	}
	unit := func(name, kind string) (id string) {
		if err == nil {
			id, err = reg.AddUnit(ctx, d.congress, register.Unit{Name: name, Kind: kind})
		}
		return id
	}
	d.committee = unit("城建工委", "committee")
	unit("区政府办公室", "government")
	d.units = []string{unit("甲局", "department"), unit("乙局", "department")}
	post := func(role schemas.Role, units ...string) {
		if err != nil {
			return
		}
		var id string
		n := len(d.people)
		id, err = reg.AddAccount(ctx, register.Account{Congress: d.congress, Login: fmt.Sprintf("p%02d", n), Name: fmt.Sprintf("测速人员%d", n),
			Email: fmt.Sprintf("p%02d@example.gov.cn", n), Active: true})
		for _, u := range units {
			if err == nil {
				err = reg.AddPost(ctx, d.congress, id, register.Post{Role: role, Unit: u})
			}
			d.people[string(role)+"/"+u] = id
		}
	}
	for _, role := range []schemas.Role{schemas.Office, schemas.Chair, schemas.GovOffice} {
		post(role, "")
	}
	for _, role := range []schemas.Role{schemas.Clerk, schemas.Head, schemas.ViceChair} {
		post(role, d.committee)
	}
	post(schemas.ViceMayor, d.units...)
	for _, u := range d.units {
		post(schemas.Liaison, u)
		post(schemas.UnitHead, u)
	}
	if err != nil {
		return d, err
	}
	rules, err := schemas.BuiltinRules("opinion")
	if err != nil {
		return d, err
	}
	_, err = reg.AddRules(ctx, d.congress, rules)
	return d, err
}

// who is the person who settles a stage, and the role.
func (d district) who(o *schemas.Open) (string, schemas.Role) {
	for _, role := range o.Roles() {
		for _, unit := range []string{o.Unit, o.For, d.committee, ""} {
			if id := d.people[string(role)+"/"+unit]; id != "" {
				return id, role
			}
		}
	}
	return "", ""
}

// prepare writes the paper of an act on an open stage, and returns the act, ready to be submitted.
func (p *product) prepare(ctx context.Context, caseID string, o *schemas.Open, in schemas.ActIn, at time.Time) (schemas.Act, error) {
	in.Stage, in.Token = o.Key, register.NewID()
	a := schemas.Act{ID: in.Token, Key: o.Key, Unit: o.Unit, Verdict: in.Verdict, At: at.UTC().Truncate(time.Microsecond)}
	a.Person, a.Role = p.d.who(o)
	for _, x := range in.Parties {
		a.Parties = append(a.Parties, schemas.Party(x))
	}
	for _, i := range in.Items {
		if i.Lead != "" || i.Result != "" {
			a.Items = append(a.Items, schemas.Finding{Item: i.Item, Unit: i.Lead, Result: i.Result})
		}
	}
	kind := schemas.Duties[schemas.Kind(o.Key)].Paper
	if kind == "" {
		kind = "act"
	}
	var err error
	a.Ref, err = p.reg.WritePaper(ctx, p.d.congress, register.Paper{CaseID: caseID, Stage: o.Key, Kind: kind, Unit: o.Unit, Author: a.Person,
		Status: "draft", WrittenAt: at}, in, nil)
	return a, err
}

// stage waits until a stage is open, as a person does who looks at the page.
func (p *product) stage(ctx context.Context, caseID, key string) (*schemas.Open, error) {
	for begun := time.Now(); ; {
		s, err := p.reg.State(ctx, caseID)
		if err != nil {
			return nil, err
		}
		if o := s.Find(key); o != nil {
			return o, nil
		}
		if _, settled := s.Told(key); settled {
			return nil, errSettled
		}
		if time.Since(begun) > 30*time.Second {
			return nil, fmt.Errorf("环节 %s 没有开启", key)
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// errSettled says that time has done what a person was about to do: a signature that was due.
var errSettled = errors.New("the stage is settled")

// act does one act at an instant of the congress's clock.
func (p *product) act(ctx context.Context, caseID, key string, in schemas.ActIn, at time.Time) error {
	o, err := p.stage(ctx, caseID, key)
	if errors.Is(err, errSettled) {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := p.prepare(ctx, caseID, o, in, at)
	if err == nil {
		err = p.desk.Submit(ctx, p.d.congress, caseID, a)
	}
	var refused *schemas.Error
	if errors.As(err, &refused) && refused.Code == "StageClosed" {
		return nil // settled meanwhile
	}
	if err != nil {
		return fmt.Errorf("办理 %s：%w", key, err)
	}
	return nil
}
