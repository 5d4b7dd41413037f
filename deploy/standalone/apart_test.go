package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// apart is the stack in processes of its own: the database and each of
// Temporal's services.
type apart struct {
	t         *testing.T // all of it ends with this test, whichever part of it starts a process
	data      string
	at        ports
	processes map[string]*program
	variables []string // of the database's environment file
}

// start starts one of the processes and returns once it is ready.
func (a *apart) start(part string) {
	a.t.Helper()
	a.launch(part)
	a.ready(part)
}

func (a *apart) launch(part string) {
	a.t.Helper()
	if part == "postgres" {
		a.processes[part] = launch(a.t, "postgres", "--data", a.data, "--port", strconv.Itoa(a.at.postgres))
		return
	}
	for _, v := range a.variables {
		name, value, _ := strings.Cut(v, "=")
		a.t.Setenv(name, value)
	}
	a.processes[part] = launch(a.t, "temporal", "--services", part, "--port", strconv.Itoa(a.at.temporal))
}

// ready waits until the process says so.
func (a *apart) ready(part string) {
	a.t.Helper()
	p := a.processes[part]
	for range 3000 {
		if strings.Contains(p.err.String(), "已就绪") {
			break
		}
		select {
		case <-p.ended:
			a.t.Fatalf("%s ended (%s):\n%s", part, p.ProcessState, p.err.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	contains(a.t, p.err.String(), "已就绪")
	if part != "postgres" {
		return
	}
	text, err := os.ReadFile(filepath.Join(a.data, "environment"))
	if err != nil {
		a.t.Fatal(err)
	}
	a.variables = strings.Fields(string(text))
}

// kill ends a process as a crash would.
func (a *apart) kill(part string) {
	a.t.Helper()
	p := a.processes[part]
	if err := p.Process.Kill(); err != nil {
		a.t.Fatal(err)
	}
	<-p.ended
}

// visit uses the stack as the product would and returns what it saw. What is
// coming back after a crash may refuse for a while.
func (a *apart) visit(patience time.Duration) string {
	a.t.Helper()
	argv := visitor(a.t)
	ctx, cancel := context.WithTimeout(a.t.Context(), patience)
	defer cancel()
	var said []byte
	for ctx.Err() == nil {
		c := exec.CommandContext(ctx, argv[0], argv[1:]...)
		c.Env = append(append(os.Environ(), a.variables...), "TEMPORAL_ADDRESS="+address(a.at.temporal))
		out, _ := c.CombinedOutput()
		if c.ProcessState.ExitCode() == 7 {
			return string(out)
		}
		if len(out) > 0 {
			said = out
		}
	}
	a.t.Fatalf("no visit within %s; the last one said: %s", patience, said)
	return ""
}

// TestApart runs the database and Temporal's four services in five processes,
// all started at the same moment on an empty database server, and kills each.
func TestApart(t *testing.T) {
	at, err := freePorts(false)
	if err != nil {
		t.Fatal(err)
	}
	a := &apart{t: t, data: filepath.Join(openTempDir(t), "data"), at: at, processes: map[string]*program{}}
	a.start("postgres")
	admin := adminOf(t, a)
	// what a Temporal that was killed in its first set-up leaves behind
	execute(t, admin, "create database temporal_new")
	execute(t, admin.into("temporal_new"), "create table schema_version (broken int)")

	for _, name := range allServices {
		a.launch(string(name))
	}
	for _, name := range allServices {
		a.ready(string(name))
	}
	contains(t, a.visit(20*time.Second), "visits 1 bihuan UTC UTF8 200 720h0m0s")

	for _, name := range allServices {
		a.kill(string(name))
		a.start(string(name))
		a.visit(30 * time.Second)
	}

	t.Run("database killed under Temporal", func(t *testing.T) {
		pid, _ := postmaster(filepath.Join(a.data, "postgres"))
		a.kill("postgres")
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		a.start("postgres")
		a.visit(40 * time.Second)
	})

	t.Run("second frontend", func(t *testing.T) {
		p := launch(t, "temporal", "--services", "frontend", "--port", strconv.Itoa(at.temporal), "--database", admin.url())
		p.status(t, 1)
		contains(t, p.err.String(), "--port")
	})

	t.Run("owner, not superuser", func(t *testing.T) {
		for _, name := range allServices {
			a.kill(string(name))
		}
		p := launch(t, "temporal", "--port", strconv.Itoa(at.temporal), "--database", admin.as(productRole).into(productDatabase).url())
		p.status(t, 1)
		contains(t, p.err.String(), "temporal")

		a.processes["all"] = launch(t, "temporal", "--port", strconv.Itoa(at.temporal), "--database", admin.as(temporalRole).into(mainDatabase).url())
		a.ready("all")
		a.visit(30 * time.Second)
	})

	t.Run("no password in what is said", func(t *testing.T) {
		for part, p := range a.processes {
			for _, secret := range []string{admin.password, admin.as(temporalRole).password, admin.as(productRole).password} {
				if strings.Contains(p.err.String(), secret) {
					t.Errorf("%s says a password:\n%s", part, p.err.String())
				}
			}
		}
	})
}

// adminOf is the superuser's login of a running database.
func adminOf(t *testing.T, a *apart) login {
	t.Helper()
	for _, v := range a.variables {
		if url, ok := strings.CutPrefix(v, "TEMPORAL_DATABASE_URL="); ok {
			admin, err := parseLogin(url)
			if err != nil {
				t.Fatal(err)
			}
			return admin
		}
	}
	t.Fatalf("the superuser's address is missing")
	return login{}
}

// execute runs one statement.
func execute(t *testing.T, as login, statement string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), as.url())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// What the database's address lacks is said without its password.
func TestParseLogin(t *testing.T) {
	for _, text := range []string{"postgres://u:geheim@h:notaport/d", "host=/run/postgresql user=u password=geheim", "postgres://u@h/d"} {
		if _, err := parseLogin(text); err == nil {
			t.Errorf("%s is taken", text)
		} else if strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s is repeated: %v", text, err)
		}
	}
	got, err := parseLogin("postgres://u:p%40@db.example:5433/d?sslmode=disable")
	if want := (login{address: "db.example:5433", role: "u", password: "p@", database: "d"}); err != nil || got != want {
		t.Errorf("%v %v", got, err)
	}
}
