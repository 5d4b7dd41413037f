package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// sayArgs is a scheduled reminder or escalation: the notice it writes.
type sayArgs struct {
	Case string `json:"case"`
	N    int    `json:"n"`
}

func (sayArgs) Kind() string { return "say" }

type sayer struct {
	river.WorkerDefaults[sayArgs]
	pool *pgxpool.Pool
}

// Work writes the notice, one row.
func (s *sayer) Work(ctx context.Context, job *river.Job[sayArgs]) error {
	_, err := s.pool.Exec(ctx, "insert into said (kase, n, due, at) values ($1, $2, $3, clock_timestamp()) on conflict do nothing",
		job.Args.Case, job.Args.N, job.ScheduledAt)
	return err
}

// newRiver starts River with its own settings in this process; stop ends it.
func newRiver(ctx context.Context, pool *pgxpool.Pool) (c *river.Client[pgx.Tx], stop func() error, err error) {
	driver := riverpgxv5.New(pool)
	m, err := rivermigrate.New(driver, nil)
	if err != nil {
		return nil, nil, err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, nil, err
	}
	if _, err := pool.Exec(ctx, "create table said (kase text, n int, due timestamptz, at timestamptz, primary key (kase, n))"); err != nil {
		return nil, nil, err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &sayer{pool: pool})
	c, err = river.NewClient(driver, &river.Config{Logger: slog.New(slog.DiscardHandler), Workers: workers,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 100}}})
	if err != nil {
		return nil, nil, err
	}
	if err := c.Start(ctx); err != nil {
		return nil, nil, err
	}
	return c, func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return c.Stop(ctx)
	}, nil
}

// riverCycle enters the acts as inserts and every reminder and escalation as a job that comes some seconds later, and
// waits until all have been said.
func riverCycle(ctx context.Context, pool *pgxpool.Pool, c *river.Client[pgx.Tx], cases [][]deed) error {
	jobs := 0
	for _, ds := range cases {
		for _, d := range ds {
			for _, in := range d {
				if in.table == "rungs" {
					jobs++
				}
			}
		}
	}
	if err := eachCase(cases, func(d deed) error {
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			b := &pgx.Batch{}
			var say []river.InsertManyParams
			for _, in := range d {
				switch in.table {
				case "rungs":
					say = append(say, river.InsertManyParams{Args: sayArgs{Case: fmt.Sprint(in.row[1:5]), N: len(say)},
						InsertOpts: &river.InsertOpts{ScheduledAt: time.Now().Add(2 * time.Second)}})
				case "notices", "outbox": // the jobs write them
				default:
					b.Queue(in.sql, in.row...)
				}
			}
			if err := tx.SendBatch(ctx, b).Close(); err != nil || len(say) == 0 {
				return err
			}
			_, err := c.InsertManyFastTx(ctx, tx, say)
			return err
		})
	}); err != nil {
		return err
	}
	return saidAll(ctx, pool, jobs, nil)
}

// saidAll waits until River has said everything. seen is told what is visible, ten times a second.
func saidAll(ctx context.Context, pool *pgxpool.Pool, jobs int, seen func(int)) error {
	for begun := time.Now(); time.Since(begun) < 3*time.Minute; {
		var n int
		if err := pool.QueryRow(ctx, "select count(*) from said").Scan(&n); err != nil {
			return err
		}
		if seen != nil {
			seen(n)
		}
		if n >= jobs {
			return nil
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("River 没有执行完%d个任务", jobs)
}
