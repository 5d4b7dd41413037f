package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// usage is processor time since the processes began, in milliseconds.
type usage struct {
	Server   float64 // the Temporal server
	Postgres float64 // postmaster and all its children, the desk's connections left out
	Worker   float64 // the child process that works
	Desk     float64 // this process (the desk, or what plays its part) and its connections' share of Postgres
}

func (u usage) minus(v usage) usage {
	return usage{u.Server - v.Server, u.Postgres - v.Postgres, u.Worker - v.Worker, u.Desk - v.Desk}
}

// engine is what the ratios compare: all but the desk.
func (u usage) engine() float64 { return u.Server + u.Postgres + u.Worker }

// meter reads the processor time of a stack on this machine from /proc. The processes are those that listen at the
// addresses given.
type meter struct {
	server, postmaster int
	worker             int // 0: none
}

func newMeter(temporal, database string) (m meter, err error) {
	_, port, err := net.SplitHostPort(temporal)
	if err != nil {
		return m, err
	}
	if m.server, err = listener(port); err != nil {
		return m, err
	}
	u, err := url.Parse(database)
	if err != nil {
		return m, err
	}
	m.postmaster, err = listener(u.Port())
	return m, err
}

// listener is the process that listens at a TCP port of this machine.
func listener(port string) (int, error) {
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0, err
	}
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		b, err := os.ReadFile(table) // #nosec G304 -- one of two constants
		if err != nil {
			continue
		}
		for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
			f := strings.Fields(s.Text())
			if len(f) > 9 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", n)) && f[3] == "0A" {
				sockets["socket:["+f[9]+"]"] = true
			}
		}
	}
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return 0, err
	}
	found := 0
	for _, link := range links {
		if to, err := os.Readlink(link); err != nil || !sockets[to] {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		if err == nil && (found == 0 || pid < found) { // a parent came before the children that inherited the socket
			found = pid
		}
	}
	if found == 0 {
		return 0, fmt.Errorf("端口 %s 的进程不在本机，或者无权查看：测量处理器时间须与数据库、流程引擎在同一台机器上", port)
	}
	return found, nil
}

// read takes a sample. desk names the database backends whose work is the desk's.
func (m meter) read(desk map[int]bool) (u usage) {
	u.Server, _ = spent(m.server)
	if m.worker != 0 {
		u.Worker, _ = spent(m.worker)
	}
	own, ended := spent(m.postmaster)
	u.Postgres = own + ended
	for _, pid := range children(m.postmaster) {
		ms, _ := spent(pid)
		if desk[pid] {
			u.Desk += ms
		} else {
			u.Postgres += ms
		}
	}
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err == nil {
		u.Desk += float64(self.Utime.Nano()+self.Stime.Nano()) / 1e6
	}
	return u
}

// tick is the kernel's unit of processor time in /proc: 1/100 s on every Linux that Go runs on.
const tick = 10

// spent is the processor time of a process and of its children that have ended, in milliseconds.
func spent(pid int) (own, ended float64) {
	f := stat(pid)
	if len(f) < 17 {
		return 0, 0
	}
	n := func(i int) float64 { v, _ := strconv.ParseFloat(f[i], 64); return v * tick }
	return n(11) + n(12), n(13) + n(14)
}

// stat are the fields of /proc/PID/stat after the command's name.
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // #nosec G304 -- a process id
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
}

func children(parent int) (pids []int) {
	all, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range all {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if f := stat(pid); len(f) > 1 && f[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// resident is the memory of a process in MiB.
func resident(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // #nosec G304 -- a process id
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1024
}

// backends are the server processes behind the connections of an application.
func backends(ctx context.Context, c *pgx.Conn, application string) (map[int]bool, error) {
	rows, err := c.Query(ctx, "select pid from pg_stat_activity where application_name = $1", application)
	if err != nil {
		return nil, err
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	set := map[int]bool{}
	for _, p := range pids {
		set[int(p)] = true
	}
	return set, err
}

// commits are the transactions that a database has committed since its making.
func commits(ctx context.Context, c *pgx.Conn, database string) (n int64, err error) {
	return n, c.QueryRow(ctx, "select xact_commit from pg_stat_database where datname = $1", database).Scan(&n)
}

// percentile of durations in milliseconds; p from 0 to 1.
func percentile(ds []time.Duration, p float64) float64 {
	if len(ds) == 0 {
		return 0
	}
	ds = slices.Clone(ds)
	slices.Sort(ds)
	return float64(ds[min(len(ds)-1, int(p*float64(len(ds))))]) / 1e6
}

func median(vs []float64) float64 {
	if len(vs) == 0 {
		return 0
	}
	vs = slices.Clone(vs)
	slices.Sort(vs)
	if n := len(vs); n%2 == 0 {
		return (vs[n/2-1] + vs[n/2]) / 2
	}
	return vs[len(vs)/2]
}
