package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// patience is how long the command may take to end after SIGTERM.
const patience = 20 * time.Second

// command is the program that runs on the stack, in a process group of its
// own. It reads nothing: its standard input is empty.
type command struct {
	process *exec.Cmd
	ended   chan struct{} // closed once the process has ended; status is set then
	status  int
}

// startCommand starts argv with the given variables added to the environment.
// Its process gets SIGTERM when the thread that calls this ends; main sees to
// it that it never does.
func startCommand(argv, variables []string) (*command, error) {
	c := &command{process: exec.Command(argv[0], argv[1:]...), ended: make(chan struct{})}
	c.process.Env = append(os.Environ(), variables...)
	c.process.Stdout, c.process.Stderr = os.Stdout, os.Stderr
	c.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := c.process.Start(); err != nil {
		return nil, fmt.Errorf("无法运行 %s：%w", argv[0], err)
	}
	go func() {
		c.status = exitStatus(c.process.Wait())
		close(c.ended)
	}()
	return c, nil
}

// exitStatus turns the outcome of a process into the status that a shell
// would show: 128 and the signal's number for a process that was killed.
func exitStatus(err error) int {
	var exit *exec.ExitError
	if err == nil {
		return 0
	}
	if !errors.As(err, &exit) {
		return 1
	}
	if w, ok := exit.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return exit.ExitCode()
}

// stop ends the command and whatever it has left in its process group, and
// returns its status. What has not ended in time, or when hurry receives
// another signal, is killed.
func (c *command) stop(hurry <-chan os.Signal) int {
	group := -c.process.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	late := time.After(patience)
	// the leader may end before its children do, so the group is what counts
	for c.running() || syscall.Kill(group, 0) == nil {
		select {
		case <-late:
			progress("命令在 %.0f 秒内没有结束，强行结束", patience.Seconds())
		case <-hurry:
		case <-time.After(20 * time.Millisecond):
			continue
		}
		_ = syscall.Kill(group, syscall.SIGKILL)
		break
	}
	<-c.ended
	return c.status
}

// running tells whether the command's own process has not ended yet.
func (c *command) running() bool {
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}
