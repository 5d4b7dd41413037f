package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// role makes the test binary play another program: standalone itself, or the
// command that runs on the stack.
const role = "STANDALONE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "standalone":
		main()
	case "visitor":
		if err := visit(context.Background()); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(7)
	}
	os.Exit(m.Run())
}

// visit uses what the variables point at as the product would, and prints how
// often the database has been visited.
func visit(ctx context.Context) error {
	db, err := pgx.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	if _, err := db.Exec(ctx, "create table if not exists visit (at timestamptz not null default now()); insert into visit default values"); err != nil {
		return err
	}
	for _, statement := range []string{"drop database if exists scratch", "create database scratch"} {
		if _, err := db.Exec(ctx, statement); err != nil {
			return err
		}
	}
	var visits int
	var user, zone, encoding, connections string
	row := db.QueryRow(ctx, "select count(*), current_user, current_setting('timezone'), current_setting('server_encoding'), current_setting('max_connections') from visit")
	if err := row.Scan(&visits, &user, &zone, &encoding, &connections); err != nil {
		return err
	}
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Logger: silent{}})
	if err != nil {
		return err
	}
	defer c.Close()
	ns, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: "default"})
	if err != nil {
		return err
	}
	id := fmt.Sprintf("visit-%d", visits)
	if _, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: "visits"}, "Visit"); err != nil {
		return err
	}
	// workflows started by earlier visits are there too
	for i := 1; i <= visits; i++ {
		if _, err := c.DescribeWorkflowExecution(ctx, fmt.Sprintf("visit-%d", i), ""); err != nil {
			return err
		}
	}
	fmt.Println("visits", visits, user, zone, encoding, connections, ns.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
	return nil
}

// visitor is the command line that visits.
func visitor(t *testing.T) []string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{"env", role + "=visitor", self}
}

// program is a running standalone.
type program struct {
	*exec.Cmd
	out, err transcript
	ended    chan struct{}
}

// transcript is output that can be read while it is written.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// launch starts standalone; the test's end kills it if it still runs.
func launch(t *testing.T, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{Cmd: exec.Command(self, args...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), role+"=standalone")
	p.Stdout, p.Stderr = &p.out, &p.err
	// a command that survives keeps the pipes open: do not wait for it
	p.WaitDelay = time.Second
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended
	})
	return p
}

// status waits for the end and fails the test unless the status is as wanted.
func (p *program) status(t *testing.T, want int) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(40 * time.Second):
		t.Fatalf("still running")
	}
	if got := p.ProcessState.ExitCode(); got != want {
		t.Fatalf("status %d, want %d\n%s\n%s", got, want, p.out.String(), p.err.String())
	}
}

// await waits for a file that the command makes to say that it runs.
func await(t *testing.T, path string) {
	t.Helper()
	for range 1500 {
		if exists(path) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s never came", path)
}

// numberIn reads a file that holds one number.
func numberIn(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// settled waits for all servers on the cluster to be gone.
func settled(t *testing.T, cluster string) {
	t.Helper()
	for range 500 {
		if len(serverProcesses(cluster)) == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("processes %v stay on %s", serverProcesses(cluster), cluster)
}

// contains fails the test unless text has the part.
func contains(t *testing.T, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Fatalf("no %q in:\n%s", part, text)
	}
}

// openTempDir is a temporary folder that every user can enter, which those of
// the testing package are not.
func openTempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "standalone-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestExec(t *testing.T) {
	tmp := openTempDir(t)
	t.Setenv("TMPDIR", tmp)
	p := launch(t, append([]string{"exec", "--"}, visitor(t)...)...)
	p.status(t, 7)
	contains(t, p.out.String(), "visits 1 bihuan UTC UTF8 200 720h0m0s")
	if text := p.err.String(); text != "" {
		t.Errorf("exec speaks: %s", text)
	}
	left, err := os.ReadDir(tmp)
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v %v", left, err)
	}
}

func TestRun(t *testing.T) {
	data := filepath.Join(openTempDir(t), "data")
	cluster := filepath.Join(data, "postgres")
	at, err := freePorts(true)
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, argv ...string) *program {
		t.Helper()
		return launch(t, append([]string{"run", "--data", data, "--postgres-port", strconv.Itoa(at.postgres),
			"--temporal-port", strconv.Itoa(at.temporal), "--ui-port", strconv.Itoa(at.ui), "--"}, argv...)...)
	}
	visits := 0
	visitAgain := func(t *testing.T) *program {
		t.Helper()
		visits++
		p := run(t, visitor(t)...)
		p.status(t, 7)
		contains(t, p.out.String(), fmt.Sprintf("visits %d bihuan", visits))
		return p
	}
	started := filepath.Join(t.TempDir(), "started")
	sleeper := []string{"sh", "-c", `trap "exit 5" TERM; sleep 300 & echo $! >"$0.new"; mv "$0.new" "$0"; wait`, started}

	t.Run("taken port", func(t *testing.T) {
		l, err := net.Listen("tcp", address(at.ui))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		p := run(t, "true")
		p.status(t, 1)
		contains(t, p.err.String(), "--ui-port")
		contains(t, p.err.String(), strconv.Itoa(at.ui))
	})

	t.Run("half-made cluster", func(t *testing.T) {
		half := filepath.Join(data, "postgres.new")
		if err := os.MkdirAll(half, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		visitAgain(t)
		if exists(half) {
			t.Error("postgres.new is still there")
		}
	})

	t.Run("lock, password, interrupt", func(t *testing.T) {
		p := run(t, sleeper...)
		await(t, started)
		second := run(t, "true")
		second.status(t, 1)
		contains(t, second.err.String(), "正由另一个 standalone 使用")
		checkPassword(t, data, at.postgres)

		child := numberIn(t, started)
		if err := p.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		p.status(t, 5)
		if err := syscall.Kill(child, 0); err == nil {
			t.Error("the command's child lives on")
		}
		if pids := serverProcesses(cluster); len(pids) > 0 {
			t.Errorf("database processes live on: %v", pids)
		}
		if err := at.check(); err != nil {
			t.Error(err)
		}
	})

	t.Run("killed", func(t *testing.T) {
		if err := os.Remove(started); err != nil {
			t.Fatal(err)
		}
		p := run(t, sleeper...)
		await(t, started)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-p.ended
		visitAgain(t)
		// the dead could only tell the command itself, not its child
		_ = syscall.Kill(numberIn(t, started), syscall.SIGKILL)
	})

	t.Run("database killed", func(t *testing.T) {
		if err := os.Remove(started); err != nil {
			t.Fatal(err)
		}
		p := run(t, sleeper...)
		await(t, started)
		pid, _ := postmaster(cluster)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		p.status(t, 1)
		contains(t, p.err.String(), "数据库意外停止")
		if err := syscall.Kill(numberIn(t, started), 0); err == nil {
			t.Error("the command's child lives on")
		}
		visitAgain(t)
	})

	t.Run("orphaned server", func(t *testing.T) {
		orphan := startOrphan(t, cluster, data, at.postgres)
		p := visitAgain(t)
		contains(t, p.err.String(), "遗留的数据库进程")
		select {
		case <-orphan:
		default:
			t.Error("the orphan lives on")
		}
	})

	t.Run("stale postmaster.pid of a stranger", func(t *testing.T) {
		settled(t, cluster)
		text := fmt.Sprintf("%d\n%s\n", os.Getpid(), cluster)
		if err := os.WriteFile(filepath.Join(cluster, "postmaster.pid"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		visitAgain(t)
	})
}

// checkPassword fails the test if anybody gets into the database without the
// right password, by either door, or if the password's file is not private.
func checkPassword(t *testing.T, data string, port int) {
	t.Helper()
	info, err := os.Stat(filepath.Join(data, "password"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("password file has mode %o", info.Mode().Perm())
	}
	for _, door := range []string{host, filepath.Join(data, "socket")} {
		for _, user := range []string{superuser, productRole, temporalRole} {
			c, err := pgx.Connect(t.Context(), fmt.Sprintf("host=%s port=%d user=%s password=wrong dbname=postgres sslmode=disable", door, port, user))
			if err == nil {
				_ = c.Close(t.Context())
				t.Errorf("%s got in through %s", user, door)
				continue
			}
			if refused := new(pgconn.PgError); !errors.As(err, &refused) || refused.Code != "28P01" {
				t.Errorf("%s at %s: %v", user, door, err)
			}
		}
	}
}

// startOrphan starts a server on the cluster that nothing takes down, and
// returns a channel that closes when it ends.
func startOrphan(t *testing.T, cluster, data string, port int) <-chan struct{} {
	t.Helper()
	as, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	bin, err := findBinaries(cluster)
	if err != nil {
		t.Fatal(err)
	}
	settled(t, cluster)
	password, err := readPassword(data)
	if err != nil {
		t.Fatal(err)
	}
	p := &postgres{login: superuserLogin(port, password), cluster: cluster, port: port, sockets: filepath.Join(data, "socket"), ended: make(chan struct{}), durable: true}
	p.process = serverProgram(bin, "postgres", as, p.arguments()...)
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.process.Wait()
		close(p.ended)
	}()
	t.Cleanup(p.stop)
	if err := p.awaitConnections(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p.ended
}

// A folder under a private parent cannot hold the cluster of another user.
func TestPrivateParent(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "private")
	if err := os.Mkdir(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	as, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	data, err := openFolder(filepath.Join(parent, "data"))
	if err != nil {
		t.Fatal(err)
	}
	home, err := clusterHome(data, as)
	if err != nil {
		t.Fatal(err)
	}
	if as.other != (filepath.Dir(home) == sharedHomes) {
		t.Fatalf("cluster goes to %s", home)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	at, err := freePorts(true)
	if err != nil {
		t.Fatal(err)
	}
	for visit := 1; visit <= 2; visit++ {
		p := launch(t, append([]string{"run", "--data", data, "--postgres-port", strconv.Itoa(at.postgres),
			"--temporal-port", strconv.Itoa(at.temporal), "--ui-port", strconv.Itoa(at.ui), "--"}, visitor(t)...)...)
		p.status(t, 7)
		contains(t, p.out.String(), fmt.Sprintf("visits %d bihuan", visit))
		if as.other {
			contains(t, p.err.String(), home)
		}
	}
}

func TestNoPostgres(t *testing.T) {
	packaged := packagedPostgres
	packagedPostgres = filepath.Join(t.TempDir(), "*", "bin")
	t.Cleanup(func() { packagedPostgres = packaged })
	t.Setenv("PATH", t.TempDir())
	_, err := findBinaries(filepath.Join(t.TempDir(), "postgres"))
	if err == nil {
		t.Fatal("found binaries where there are none")
	}
	contains(t, err.Error(), "apt-get install postgresql")
}
