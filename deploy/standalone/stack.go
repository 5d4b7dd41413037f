package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// stack is a running database with a Temporal server on it, or one of the two.
type stack struct {
	at       ports
	postgres *postgres // nil where it is somebody else's
	temporal *engine   // nil where there is none
}

// startStack brings the database up in the data folder, which the caller has
// to itself, and Temporal on it if it has a port. On an error everything is
// down again.
func startStack(ctx context.Context, data string, at ports, as account, durable bool) (*stack, error) {
	home, err := clusterHome(data, as)
	if err != nil {
		return nil, err
	}
	if err := stopOrphan(filepath.Join(home, "postgres")); err != nil {
		return nil, err
	}
	if err := at.check(); err != nil {
		return nil, err
	}
	s := &stack{at: at}
	err = timed("正在启动数据库", "数据库已启动", func() (err error) {
		if s.postgres, err = startPostgres(ctx, home, at.postgres, as, durable); err != nil {
			return err
		}
		return prepareProduct(ctx, s.postgres.login)
	})
	if err == nil && at.temporal != 0 {
		err = s.startTemporal(ctx, s.postgres.login, filepath.Join(data, "temporal.log"))
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// startTemporalOn brings Temporal up on the database server that the login
// enters.
func startTemporalOn(ctx context.Context, database login, at ports) (*stack, error) {
	if err := at.check(); err != nil {
		return nil, err
	}
	s := &stack{at: at}
	return s, s.startTemporal(ctx, database, "")
}

func (s *stack) startTemporal(ctx context.Context, database login, logPath string) error {
	return timed("正在启动 Temporal", "Temporal 已启动", func() error {
		lock, err := pgx.Connect(ctx, database.url())
		if err != nil {
			return err
		}
		defer lock.Close(context.WithoutCancel(ctx))
		as, err := prepareTemporal(ctx, lock, database)
		if err != nil {
			return err
		}
		server, err := newServer(as, s.at, logPath)
		if err != nil {
			return err
		}
		// from here on the services wait for each other
		if err := lock.Close(ctx); err != nil {
			return err
		}
		s.temporal, err = startTemporal(ctx, server, s.at)
		return err
	})
}

// databaseEnded is closed once the stack's own database server has ended.
func (s *stack) databaseEnded() <-chan struct{} {
	if s.postgres == nil {
		return nil
	}
	return s.postgres.ended
}

// variables tell the command, or programs that are started elsewhere, where
// the stack is. Only a Temporal that is to run elsewhere is told the
// superuser's password.
func (s *stack) variables() []string {
	if s.temporal == nil {
		return []string{"DATABASE_URL=" + s.postgres.productURL(), "TEMPORAL_DATABASE_URL=" + s.postgres.url()}
	}
	return []string{
		"TEMPORAL_ADDRESS=" + address(s.at.temporal),
		"DATABASE_URL=" + s.postgres.productURL(),
		"TEMPORAL_UI=" + s.uiURL(),
	}
}

// summary says to the person at the terminal what is up and where.
func (s *stack) summary() string {
	var parts []string
	if s.postgres != nil {
		parts = append(parts, "数据库 "+s.postgres.address+"（"+filepath.Dir(s.postgres.cluster)+"）")
	}
	for _, name := range s.at.services {
		parts = append(parts, "Temporal "+string(name)+" "+address(s.at.service(name)))
	}
	if s.at.ui != 0 {
		parts = append(parts, "界面 "+s.uiURL())
	}
	return strings.Join(parts, "，")
}

// uiURL is where the web UI is, empty where there is none; as a variable it
// then hides that of an outer stack.
func (s *stack) uiURL() string {
	if s.at.ui == 0 {
		return ""
	}
	return "http://" + address(s.at.ui)
}

// writeVariables leaves the variables in the data folder for programs that
// are started elsewhere, as lines that a shell and systemd both read.
func (s *stack) writeVariables(data string) error {
	path := filepath.Join(data, "environment")
	if err := os.WriteFile(path, []byte(strings.Join(s.variables(), "\n")+"\n"), 0o600); err != nil {
		return fmt.Errorf("无法写 %s：%w", path, err)
	}
	return nil
}

// stop takes down what is up, Temporal before the database that it writes to.
func (s *stack) stop() {
	if s.temporal != nil {
		progress("正在停止 Temporal…")
		s.temporal.stop()
	}
	if s.postgres != nil {
		progress("正在停止数据库…")
		s.postgres.stop()
	}
}
