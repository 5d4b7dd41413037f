package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postmaster reads the server's process number and socket folder from the
// cluster's postmaster.pid; pid is 0 where there is none.
func postmaster(cluster string) (pid int, sockets string) {
	text, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(text), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	if len(lines) > 4 {
		sockets = lines[4]
	}
	return pid, sockets
}

// serverProcesses lists the Postgres processes that work on the cluster.
// Every one of them, the postmaster and its children, has the cluster as its
// working folder; a process number alone may long belong to somebody else.
func serverProcesses(cluster string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if cwd, err := os.Readlink(filepath.Join("/proc", e.Name(), "cwd")); err != nil || cwd != cluster {
			continue
		}
		exe, err := os.Readlink(filepath.Join("/proc", e.Name(), "exe"))
		// after a package upgrade the link of a running server ends in " (deleted)"
		if err != nil || filepath.Base(strings.TrimSuffix(exe, " (deleted)")) != "postgres" {
			continue
		}
		pids = append(pids, pid)
	}
	return pids
}

// stopOrphan ends a server that an earlier, killed standalone left on the
// cluster, and removes its traces. The caller holds the data folder's lock,
// so any server found is an orphan. It first lets the server shut down in
// order, then at once; if even that fails it returns an error, since a second
// server on the same files would destroy them.
func stopOrphan(cluster string) error {
	pid, sockets := postmaster(cluster)
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		{syscall.SIGINT, 10 * time.Second},
		{syscall.SIGQUIT, 5 * time.Second},
		{syscall.SIGKILL, 2 * time.Second},
	} {
		pids := serverProcesses(cluster)
		if len(pids) == 0 {
			break
		}
		progress("上次没有正常停止，正在停止遗留的数据库进程…")
		for _, p := range pids {
			// a child takes SIGINT for "cancel the query", so only the
			// postmaster gets it; the children of a dead one leave by themselves
			if step.signal != syscall.SIGINT || p == pid {
				_ = syscall.Kill(p, step.signal)
			}
		}
		for end := time.Now().Add(step.wait); time.Now().Before(end) && len(serverProcesses(cluster)) > 0; {
			time.Sleep(20 * time.Millisecond)
		}
	}
	if pids := serverProcesses(cluster); len(pids) > 0 {
		return fmt.Errorf("遗留的数据库进程 %v 仍占用 %s，无法停止：请手工结束后再启动", pids, cluster)
	}
	// with no process left the traces are stale; Postgres itself would trip over
	// them if their number had gone to another process of the same user, or if
	// nobody has reaped the dead server yet
	stale := []string{filepath.Join(filepath.Dir(cluster), "socket")}
	if strings.HasPrefix(filepath.Base(sockets), socketPrefix) {
		stale = append(stale, sockets)
	}
	for _, folder := range stale {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(cluster, "postmaster.pid")); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
