package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	socketPrefix = "bihuan-socket-"

	// longestSocket is the longest path of a Unix socket on Linux, in bytes.
	longestSocket = 107
)

// postgres is the private database server.
type postgres struct {
	login          // the superuser's
	cluster string // absolute path of its files
	port    int
	process *exec.Cmd
	sockets string        // folder of its Unix socket
	ended   chan struct{} // closed once the process has ended
	durable bool
}

// startPostgres starts the server on the cluster under home, which it makes
// if there is none, and returns once the server takes connections. Orphans of
// the cluster must have been stopped before. The server is asked to stop when
// the thread that calls this ends; main sees to it that it never does.
func startPostgres(ctx context.Context, home string, port int, as account, durable bool) (*postgres, error) {
	p := &postgres{cluster: filepath.Join(home, "postgres"), port: port, ended: make(chan struct{}), durable: durable}
	bin, err := findBinaries(p.cluster)
	if err != nil {
		return nil, err
	}
	if !exists(p.cluster) {
		progress("第一次使用，正在建立数据库…")
		if err := newCluster(home, bin, as, durable); err != nil {
			return nil, err
		}
	}
	password, err := readPassword(home)
	if err != nil {
		return nil, err
	}
	p.login = superuserLogin(port, password)
	if p.sockets, err = socketFolder(home, port, as); err != nil {
		return nil, err
	}
	output, err := os.OpenFile(p.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	began, err := output.Seek(0, 2)
	if err != nil {
		return nil, err
	}
	p.process = serverProgram(bin, "postgres", as, p.arguments()...)
	p.process.Stdout, p.process.Stderr = output, output
	p.process.SysProcAttr.Pdeathsig = syscall.SIGINT // fast shutdown should standalone be killed
	if err := p.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.process.Wait()
		close(p.ended)
	}()
	if err := p.awaitConnections(ctx); err != nil {
		p.stop()
		if text, readErr := os.ReadFile(p.logPath()); readErr == nil && int64(len(text)) > began && ctx.Err() == nil {
			err = fmt.Errorf("%w\n%s", err, text[began:])
		}
		return nil, err
	}
	return p, nil
}

// unexpectedEnd is the error for a server that has ended without being asked.
func (p *postgres) unexpectedEnd() error {
	if !p.durable {
		return fmt.Errorf("数据库意外停止（%s）", p.process.ProcessState)
	}
	return fmt.Errorf("数据库意外停止（%s），原因见 %s；再次启动时会自行恢复", p.process.ProcessState, p.logPath())
}

// logPath is where the server writes its log.
func (p *postgres) logPath() string {
	return filepath.Join(filepath.Dir(p.cluster), "postgres.log")
}

// arguments are the server's settings. They are given at every start rather
// than written into the cluster, so that an old cluster follows a new program.
func (p *postgres) arguments() []string {
	args := []string{"-D", p.cluster}
	settings := []string{
		"port=" + strconv.Itoa(p.port),
		"listen_addresses=" + host,
		"unix_socket_directories=" + p.sockets,
		"password_encryption=scram-sha-256",
		"max_connections=200",
		"timezone=UTC",
		"log_timezone=UTC",
	}
	if p.durable {
		// Temporal rewrites its rows without end: fewer checkpoints and packed
		// page images keep the disk quiet
		settings = append(settings, "shared_buffers=512MB", "max_wal_size=2GB", "checkpoint_timeout=15min", "wal_compression=on")
	} else {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
			"autovacuum=off") // its workers belong to nobody who may drop a database under them
	}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

// socketFolder makes the folder of the server's Unix socket: in home, or
// where that makes too long a path, in the system's folder for passing things.
func socketFolder(home string, port int, as account) (string, error) {
	dir := filepath.Join(home, "socket")
	if len(filepath.Join(dir, ".s.PGSQL."+strconv.Itoa(port)+".lock")) <= longestSocket {
		return dir, as.ownedFolder(dir)
	}
	dir, err := os.MkdirTemp("/tmp", socketPrefix)
	if err != nil {
		return "", err
	}
	return dir, as.own(dir)
}

// awaitConnections returns once the server takes connections. Recovery after
// a crash may take minutes, so the wait ends only with ctx, with the server's
// process, or when the server refuses the password.
func (p *postgres) awaitConnections(ctx context.Context) error {
	for {
		c, err := pgx.Connect(ctx, p.url())
		if err == nil {
			return c.Close(ctx)
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && strings.HasPrefix(refused.Code, "28") {
			return fmt.Errorf("数据库不认口令文件中的口令：%w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.ended:
			return fmt.Errorf("数据库没有启动成功（%s）", p.process.ProcessState)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the server in order, rolling open transactions back, and returns
// once it has ended. One that does not end within 30 seconds is made to quit
// at once; its next start recovers.
func (p *postgres) stop() {
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL}
	if !p.durable {
		signals = signals[1:] // its files are thrown away: no final checkpoint
	}
	for _, s := range signals {
		_ = p.process.Process.Signal(s)
		select {
		case <-p.ended:
			if strings.HasPrefix(filepath.Base(p.sockets), socketPrefix) {
				_ = os.RemoveAll(p.sockets)
			}
			return
		case <-time.After(30 * time.Second):
		}
	}
}
