package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// idleCommand lets many open cases lie. With --cases the same is measured with fewer, where the machine's time is short; bytes
// are per case, so that they can be multiplied, and the table says how many there were.
type idleCommand struct {
	Cases int           `default:"100000" help:"在办事项数"`
	Rest  time.Duration `default:"1m" help:"静置多久"`
}

// rest is what open cases use while nothing happens.
type rest struct {
	temporal, register float64 // bytes of a case
	cpu                usage   // ms per second of rest
	worker, server     float64 // MiB
	restart            float64 // ms from the worker's start until the first act has been done
}

func (c *idleCommand) Run(ctx context.Context, s *stack) error {
	r := newResult("idle", "程序", "在办", "引擎字节/件", "登记簿字节/件", "静置 CPU 毫秒/秒", "其中引擎", "工作进程 MiB", "流程引擎 MiB", "重启到首次办理 毫秒", "空栈重启 毫秒")
	cases := max(100, int(float64(c.Cases)*s.Size))
	pause := max(5*time.Second, time.Duration(float64(c.Rest)*min(1, s.Size*20)))
	product, empty, err := s.productRest(ctx, r, cases, pause)
	if err != nil {
		return err
	}
	progress("产品：%+v，空栈重启%.0f毫秒", product, empty) // the bare program takes as long again
	bare, err := s.bareRest(ctx, cases, pause)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		name, key string
		rest
		empty float64
	}{{"产品", "product", product, empty}, {"裸 Temporal", "bare_temporal", bare, 0}} {
		r.row(x.name, float64(cases), x.temporal, x.register, x.cpu.engine(), x.cpu.Server, x.worker, x.server, x.restart, x.empty)
		for name, v := range map[string]float64{"cases": float64(cases), "temporal_bytes": x.temporal, "register_bytes": x.register, "rest_cpu_ms_per_s": x.cpu.engine(),
			"worker_mib": x.worker, "server_mib": x.server, "restart_ms": x.restart} {
			r.Metrics[x.key+"_"+name] = v
		}
	}
	r.Metrics["product_empty_restart_ms"] = empty
	r.Ratios["temporal_bytes/bare_temporal"] = product.temporal / bare.temporal
	r.Ratios["rest_cpu/bare_temporal"] = product.cpu.engine() / bare.cpu.engine()
	r.Ratios["restart/empty"] = product.restart / empty
	return s.show(r)
}

// sizes are the bytes on disk of the product's register and of Temporal's databases, which its own user alone may enter.
func (g *ground) sizes(ctx context.Context, m meter) (own, temporal float64, err error) {
	rows, err := g.admin.Query(ctx, "select oid::bigint, datname::text from pg_database where datname = any ($1)", []string{g.database, "temporal", "temporal_visibility"})
	if err != nil {
		return 0, 0, err
	}
	type database struct {
		OID     int64
		Datname string
	}
	dbs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[database])
	for _, db := range dbs {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/cwd/base/%d/*", m.postmaster, db.OID))
		if err != nil {
			return 0, 0, err
		}
		for _, f := range files {
			info, err := os.Stat(f)
			if err != nil {
				continue // a file that is gone since
			}
			if db.Datname == g.database {
				own += float64(info.Size())
			} else {
				temporal += float64(info.Size())
			}
		}
	}
	return own, temporal, err
}

func (s *stack) productRest(ctx context.Context, r *result, cases int, pause time.Duration) (x rest, empty float64, err error) {
	p, err := s.newProduct(ctx, schemas.Pace{Real: time.Now(), Virtual: cycleBegins, Rate: 1, Held: true})
	if err != nil {
		return x, 0, err
	}
	defer func() { err = errors.Join(err, p.close(ctx)) }()
	id, next, err := p.template(ctx)
	if err != nil {
		return x, 0, err
	}
	pace := schemas.Pace{Real: time.Now(), Virtual: next.Add(-24 * time.Hour), Rate: 1}
	if err := p.reg.SetPace(ctx, p.d.congress, pace); err != nil {
		return x, 0, err
	}
	first, err := p.clone(ctx, id, 0, 2, pace, true)
	if err != nil {
		return x, 0, err
	}
	if err := drained(ctx, p.engine, schemas.TaskQueue); err != nil {
		return x, 0, err
	}
	if empty, err = p.restart(ctx, first[0]); err != nil {
		return x, 0, err
	}
	own, temporal, err := p.sizes(ctx, p.meter)
	if err != nil {
		return x, 0, err
	}
	for done := 0; done < cases; {
		n := min(5000, cases-done)
		if _, err := p.clone(ctx, id, 10+done, n, pace, true); err != nil {
			return x, 0, err
		}
		done += n
		progress("产品：已有%d件在办", done)
	}
	if err := drained(ctx, p.engine, schemas.TaskQueue); err != nil {
		return x, 0, err
	}
	ownNow, temporalNow, err := p.sizes(ctx, p.meter)
	if err != nil {
		return x, 0, err
	}
	x.register, x.temporal = (ownNow-own)/float64(cases), (temporalNow-temporal)/float64(cases)
	if x.cpu, err = p.lie(ctx, p.meter, pause); err != nil {
		return x, 0, err
	}
	x.worker, x.server = resident(p.meter.worker), resident(p.meter.server)
	if x.restart, err = p.restart(ctx, first[1]); err != nil {
		return x, 0, err
	}
	var open int
	if err := p.reg.Pool().QueryRow(ctx, "select count(*) from cases where outcome = '' and started").Scan(&open); err != nil {
		return x, 0, err
	}
	r.check(open == cases+3, "应有%d件在办，实有%d件", cases+3, open)
	return x, empty, nil
}

// restart stops the worker, starts it again and does one act.
func (p *product) restart(ctx context.Context, id string) (float64, error) {
	if err := p.worker.stop(); err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := p.work(); err != nil {
		return 0, err
	}
	_, err := p.plans(ctx, []string{id}, 1, 0)
	return float64(time.Since(begun)) / 1e6, err
}

// drained waits until no workflow task has waited for a worker for three seconds: what was started has come to rest.
func drained(ctx context.Context, engine client.Client, queue string) error {
	begun := time.Now()
	for quiet := 0; quiet < 3; quiet++ {
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
		told, err := engine.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{Namespace: client.DefaultNamespace,
			TaskQueue: &taskqueue.TaskQueue{Name: queue}, TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW, ReportStats: true})
		if err != nil {
			return err
		}
		if told.GetStats().GetApproximateBacklogCount() > 0 {
			quiet = -1
		}
	}
	progress("%v后没有等着的任务", time.Since(begun).Round(time.Second))
	return nil
}

// lie waits and tells the processor time of each second of rest.
func (g *ground) lie(ctx context.Context, m meter, pause time.Duration) (u usage, err error) {
	if err := sleep(ctx, pause/6); err != nil { // what the starts have left to do
		return u, err
	}
	before, err := g.sample(ctx, m)
	if err != nil {
		return u, err
	}
	if err := sleep(ctx, pause); err != nil {
		return u, err
	}
	after, err := g.sample(ctx, m)
	u, n := after.minus(before), pause.Seconds()
	return usage{Server: u.Server / n, Postgres: u.Postgres / n, Worker: u.Worker / n, Desk: u.Desk / n}, err
}

// bareRest lets as many bare workflows sleep; the bare row of a case is what bare Postgres would keep of it.
func (s *stack) bareRest(ctx context.Context, cases int, pause time.Duration) (x rest, err error) {
	b, err := s.newBare(ctx)
	if err != nil {
		return x, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	_, temporal, err := b.sizes(ctx, b.meter)
	if err != nil {
		return x, err
	}
	ids := make([]string, cases)
	for i := range ids {
		ids[i] = "bare/" + register.NewID()
	}
	if err := inParallel(ids, func(id string) error {
		return startBare(ctx, b.engine, id, bareCase{Row: true, Arms: []bareArm{{For: 24 * time.Hour}}})
	}); err != nil {
		return x, err
	}
	progress("裸 Temporal：已有%d个流程", cases)
	if err := drained(ctx, b.engine, bareQueue); err != nil {
		return x, err
	}
	_, temporalNow, err := b.sizes(ctx, b.meter)
	if err != nil {
		return x, err
	}
	x.temporal = (temporalNow - temporal) / float64(cases)
	if x.cpu, err = b.lie(ctx, b.meter, pause); err != nil {
		return x, err
	}
	x.worker, x.server = resident(b.meter.worker), resident(b.meter.server)
	address, err := b.address("bench-worker")
	if err != nil {
		return x, err
	}
	if err := b.worker.stop(); err != nil {
		return x, err
	}
	begun := time.Now()
	if b.worker, err = spawn("bare", address); err != nil {
		return x, err
	}
	go b.follow()
	err = actBare(ctx, b.engine, ids[0], bareAction{ID: register.NewID()})
	x.restart = float64(time.Since(begun)) / 1e6
	return x, err
}
