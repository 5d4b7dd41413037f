package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// stack is a running database with a Temporal server on it.
type stack struct {
	at       ports
	postgres *postgres
	temporal *engine
}

// startStack brings a stack up in the data folder, which the caller has to
// itself. On an error everything is down again.
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
		return s.postgres.createDatabases(ctx)
	})
	if err == nil {
		err = timed("正在启动 Temporal", "Temporal 已启动", func() (err error) {
			if err := prepareTemporal(ctx, s.postgres); err != nil {
				return err
			}
			s.temporal, err = startTemporal(ctx, s.postgres, at, filepath.Join(data, "temporal.log"))
			return err
		})
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// variables tell the command where the stack is.
func (s *stack) variables() []string {
	return []string{
		"TEMPORAL_ADDRESS=" + address(s.at.temporal),
		"DATABASE_URL=" + s.postgres.productURL(),
		"TEMPORAL_UI=" + s.uiURL(),
	}
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
