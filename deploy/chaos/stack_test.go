package chaos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bihuan/activities/register"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

type (
	// stack is the whole system on processes of its own: a database, Temporal, pages and workers. What the product's processes
	// reach of the first two lies behind lines that can be cut.
	stack struct {
		t        testing.TB
		root     string // of the sources
		folder   string
		files    string // the attachment store, which can be full
		binary   string // the product
		database *process
		temporal []*process
		pages    []*process
		workers  []*process

		postgresPort, temporalPort int
		toDatabase, toTemporal     *line
		environment                map[string]string // what the database's process says of itself
		cluster                    string            // the database's files

		register *register.Register // the witness's own view, past the lines
		engine   client.Client
	}
	// shape is how many processes there are of each kind.
	shape struct {
		pages, workers int
		apart          bool   // Temporal's four services in processes of their own
		binary         string // the product; empty: as it is now
	}
	// process is one program that is killed, paused and started again.
	process struct {
		name string
		args []string
		env  []string
		log  string

		mu    sync.Mutex
		cmd   *exec.Cmd
		ended chan struct{}
	}
)

// services are Temporal's, in the order of their ports.
var services = []string{"frontend", "history", "matching", "worker"}

// startStack brings a stack up, which goes when the test ends.
func startStack(t testing.TB, s shape) *stack {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	st := &stack{t: t, root: root, folder: t.TempDir(), binary: cmp.Or(s.binary, filepath.Join(root, "bin/bihuan"))}
	openToAll(t, st.folder)
	st.files = filepath.Join(st.folder, "files")
	st.fitStore()
	ports := freePorts(t, 1+5+s.pages)
	st.postgresPort, st.temporalPort = ports[0], ports[1]
	standalone := filepath.Join(root, "bin/standalone")
	st.database = st.process("postgres", standalone, "postgres", "--data", filepath.Join(st.folder, "database"), "--port", strconv.Itoa(st.postgresPort))
	st.database.start(t)
	st.readEnvironment()
	superuser := st.environment["TEMPORAL_DATABASE_URL"]
	if s.apart {
		for _, name := range services {
			st.temporal = append(st.temporal, st.process("temporal-"+name, standalone, "temporal", "--database", superuser,
				"--port", strconv.Itoa(st.temporalPort), "--services", name))
		}
	} else {
		st.temporal = []*process{st.process("temporal", standalone, "temporal", "--database", superuser, "--port", strconv.Itoa(st.temporalPort))}
	}
	st.toDatabase = newLine(t, st.postgresPort)
	st.toTemporal = newLine(t, st.temporalPort)
	for _, p := range st.temporal {
		p.start(t)
	}
	if st.engine, err = client.NewLazyClient(client.Options{HostPort: address(st.temporalPort), Logger: sdklog.NewStructuredLogger(quiet)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.engine.Close)
	st.until("Temporal answers", time.Minute, st.temporalAnswers)
	st.migrate()
	if st.register, err = register.Open(context.Background(), st.environment["DATABASE_URL"]); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.register.Close)
	for i := range s.pages {
		p := st.product(fmt.Sprint("api-", i), "api")
		p.env = append(p.env, "BIHUAN_LISTEN="+address(ports[6+i]), "BIHUAN_FILES="+st.files)
		st.pages = append(st.pages, p)
	}
	for i := range s.workers {
		st.workers = append(st.workers, st.product(fmt.Sprint("worker-", i), "worker"))
	}
	for _, p := range append(st.pages, st.workers...) {
		p.start(t)
	}
	for i := range st.pages {
		st.until("the pages answer", time.Minute, func() bool { return st.pagesAnswer(i) })
	}
	return st
}

// process is one of the stack's, stopped when the test ends.
func (st *stack) process(name string, args ...string) *process {
	p := &process{name: name, args: args, env: os.Environ(), log: filepath.Join(st.folder, name+".log")}
	st.t.Cleanup(func() {
		p.resume()
		p.kill()
		if st.t.Failed() {
			st.t.Logf("%s ended with\n%s", name, p.tail(15))
		}
	})
	return p
}

// product is a process of the product, behind the lines.
func (st *stack) product(name string, args ...string) *process {
	p := st.process(name, append([]string{st.binary}, args...)...)
	p.env = append(p.env, "DATABASE_URL="+st.behindLine(), "TEMPORAL_ADDRESS="+st.toTemporal.address())
	return p
}

func (st *stack) behindLine() string {
	return strings.Replace(st.environment["DATABASE_URL"], address(st.postgresPort), st.toDatabase.address(), 1)
}

func (st *stack) readEnvironment() {
	st.t.Helper()
	path := filepath.Join(st.folder, "database", "environment")
	st.until("the database is up", time.Minute, func() bool {
		text, err := os.ReadFile(path)
		if err != nil {
			return false
		}
		st.environment = map[string]string{}
		for _, line := range strings.Split(string(text), "\n") {
			if name, value, is := strings.Cut(line, "="); is {
				st.environment[name] = value
			}
		}
		if st.environment["DATABASE_URL"] == "" || st.environment["TEMPORAL_DATABASE_URL"] == "" {
			return false
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		c, err := pgx.Connect(ctx, st.superuserOf("postgres"))
		if err != nil {
			return false
		}
		defer func() { _ = c.Close(ctx) }()
		return c.QueryRow(ctx, "show data_directory").Scan(&st.cluster) == nil
	})
}

func (st *stack) migrate() {
	st.t.Helper()
	if out, err := st.run("migrate"); err != nil {
		st.t.Fatalf("migrate: %v\n%s", err, out)
	}
}

// run is a command of the product that ends by itself, past the lines.
func (st *stack) run(args ...string) (string, error) {
	c := exec.Command(st.binary, args...)
	c.Env = append(os.Environ(), "DATABASE_URL="+st.environment["DATABASE_URL"], "TEMPORAL_ADDRESS="+address(st.temporalPort))
	out, err := c.CombinedOutput()
	return string(out), err
}

func (st *stack) temporalAnswers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, err := st.engine.CountWorkflow(ctx, countAll)
	return err == nil
}

func (st *stack) pagesAnswer(i int) bool {
	r, err := (&http.Client{Timeout: 2 * time.Second}).Get(st.page(i) + "/readyz")
	if err != nil {
		return false
	}
	_ = r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// page is the address of one of the processes that serve the pages.
func (st *stack) page(i int) string {
	for _, v := range st.pages[i].env {
		if at, is := strings.CutPrefix(v, "BIHUAN_LISTEN="); is {
			return "http://" + at
		}
	}
	return ""
}

// until waits for something that must come.
func (st *stack) until(what string, patience time.Duration, is func() bool) {
	st.t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		if is() {
			return
		}
	}
	st.t.Fatalf("not within %v: %s", patience, what)
}

// everything are all processes, in the order in which they need each other.
func (st *stack) everything() []*process {
	all := append([]*process{st.database}, st.temporal...)
	return append(append(all, st.pages...), st.workers...)
}

// crash is an immediate stop of the database: its own process dies of it and is to be started again.
func (st *stack) crash() {
	text, err := os.ReadFile(filepath.Join(st.cluster, "postmaster.pid"))
	first, _, _ := strings.Cut(string(text), "\n")
	if pid, e := strconv.Atoi(first); err == nil && e == nil && pid > 1 {
		_ = syscall.Kill(pid, syscall.SIGQUIT)
		st.database.await(20 * time.Second)
	}
	st.database.kill()
}

// supervise starts what has ended by itself, as the machine's supervisor does.
func (st *stack) supervise() {
	for _, p := range st.everything() {
		p.start(st.t)
	}
}

// start begins the process; one that runs is left alone.
func (p *process) start(t testing.TB) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		select {
		case <-p.ended:
		default:
			return
		}
	}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	p.cmd = exec.Command(p.args[0], p.args[1:]...)
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, out, out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(p.name, err)
	}
	ended := make(chan struct{})
	p.ended = ended
	go func(c *exec.Cmd) {
		_ = c.Wait()
		close(ended)
	}(p.cmd)
}

func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(s)
	}
}

// kill is SIGKILL: nothing is said any more.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	p.await(10 * time.Second)
}

// stop is the orderly way.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	p.await(40 * time.Second)
}

func (p *process) await(patience time.Duration) {
	p.mu.Lock()
	ended := p.ended
	p.mu.Unlock()
	if ended == nil {
		return
	}
	select {
	case <-ended:
	case <-time.After(patience):
	}
}

func (p *process) pause()  { p.signal(syscall.SIGSTOP) }
func (p *process) resume() { p.signal(syscall.SIGCONT) }

// tail are the last lines that the process wrote.
func (p *process) tail(n int) string {
	text, _ := os.ReadFile(p.log)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// freePorts are ports in a row that nobody listens on, below those from which connections go out: a server that is down for a
// moment finds its port again.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	for range 50 {
		first := 20000 + rand.IntN(12000-n)
		var held []net.Listener
		var ports []int
		for i := range n {
			l, err := net.Listen("tcp", address(first+i))
			if err != nil {
				break
			}
			held, ports = append(held, l), append(ports, first+i)
		}
		for _, l := range held {
			_ = l.Close()
		}
		if len(ports) == n {
			return ports
		}
	}
	t.Fatal("no free ports")
	return nil
}

// openToAll lets the database's own account pass through the folders that the test made.
func openToAll(t testing.TB, folder string) {
	t.Helper()
	for range 2 { // the test's folder and the one above it
		if err := os.Chmod(folder, 0o755); err != nil && !errors.Is(err, os.ErrPermission) {
			t.Fatal(err)
		}
		folder = filepath.Dir(folder)
	}
}

// signalKill does not wait for the end.
func (p *process) signalKill() { p.signal(syscall.SIGKILL) }

// superuserOf is the address of a database for the one who may do everything.
func (st *stack) superuserOf(database string) string {
	u, err := url.Parse(st.environment["TEMPORAL_DATABASE_URL"])
	if err != nil {
		st.t.Fatal(err)
	}
	u.Path = "/" + database
	return u.String()
}

// postgresProgram is one of the database's programs, where Debian has it or on the path.
func postgresProgram(name string) string {
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		return found[len(found)-1]
	}
	return name
}
