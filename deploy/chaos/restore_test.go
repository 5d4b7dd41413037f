package chaos

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"

	"github.com/jackc/pgx/v5"
)

// A backup of each database is of its own instant, and then all is lost. Whichever is the newer, and even with nothing left of the
// engine, every case goes on from where the register was.
func TestRestore(t *testing.T) {
	t.Parallel()
	st := startStack(t, shape{pages: 1, workers: 1})
	o := openOffice(st, 6000)
	measure := o.calm(t)
	ctx, stop := context.WithCancel(context.Background())
	var playing sync.WaitGroup
	for i, v := range []string{"plain", "rework", "several", "by-office", "again", "interrupted", "plain", "several"} {
		playing.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				o.begin(v, number(100*(i+1)+n), uint64(100*i+n)).run(ctx, 600*time.Millisecond)
			}
		})
	}
	apart := 5 * time.Second // between the backups, at work
	time.Sleep(apart)
	older := st.dump("older", "temporal", "temporal_visibility")
	time.Sleep(apart)
	backedUp := time.Now()
	record := st.dump("record", "bihuan")
	time.Sleep(apart)
	newer := st.dump("newer", "temporal", "temporal_visibility")
	time.Sleep(time.Second)
	stop()
	playing.Wait()
	lost := o.plays
	for _, drill := range []struct {
		name  string
		files []string
	}{
		{"the engine is older than the register", older},
		{"the engine is newer than the register", newer},
		{"the engine is gone altogether", nil},
	} {
		begun := time.Now()
		st.lose()
		st.restore(append(drill.files, record...))
		for _, p := range st.temporal {
			p.start(t)
		}
		st.until("Temporal answers", time.Minute, st.temporalAnswers)
		for _, p := range append(st.pages, st.workers...) {
			p.start(t)
		}
		open := o.count("select count(*) from cases where outcome = ''")
		out, err := st.run("reconcile")
		if err != nil {
			t.Fatalf("%s: %v\n%s", drill.name, err, out)
		}
		t.Logf("%s: %d open cases, back after %s; %s", drill.name, open, time.Since(begun).Round(time.Second), strings.TrimSpace(out))
		o.plays = nil
		o.playOn(lost)
		o.settle(t)
		o.inspect(t, measure)
		o.inspectOld(t, lost, backedUp)
	}
}

// playOn goes on with what was under way, where the register has it.
func (o *office) playOn(lost []*play) {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	var playing sync.WaitGroup
	for i, p := range lost {
		q := o.begin(p.variant, p.number, uint64(i))
		playing.Go(func() { q.run(ctx, 0) })
	}
	playing.Wait()
	for _, p := range o.plays {
		if p.done < len(p.steps) {
			o.t.Errorf("%s (%s) does not go on after %d steps of %d, at %s", p.number, p.variant, p.done, len(p.steps), p.general(p.steps[p.done].in(p).Stage))
		}
	}
}

// inspectOld: what was acknowledged before the register was backed up is there.
func (o *office) inspectOld(t testing.TB, lost []*play, until time.Time) {
	t.Helper()
	n := 0
	for _, p := range lost {
		for token, a := range p.acks {
			if a.at.Add(impatience).After(until) && a.at.Add(time.Second).After(until) {
				continue
			}
			n++
			if o.count("select count(*) from intake where token = $1 and outcome <> ''", token) != 1 {
				t.Errorf("%s: the act on %s was acknowledged before the backup and is lost", p.number, p.general(a.key))
			}
		}
	}
	t.Logf("%d acts acknowledged before the backup are there", n)
}

// dump backs databases up while everything works.
func (st *stack) dump(name string, databases ...string) (files []string) {
	st.t.Helper()
	for _, d := range databases {
		file := filepath.Join(st.folder, name+"-"+d+".dump")
		if out, err := exec.Command(postgresProgram("pg_dump"), "-Fc", "-f", file, "-d", st.superuserOf(d)).CombinedOutput(); err != nil {
			st.t.Fatalf("pg_dump %s: %v\n%s", d, err, out)
		}
		files = append(files, file)
	}
	return files
}

// lose ends everything at once and leaves an empty cluster.
func (st *stack) lose() {
	st.t.Helper()
	for _, p := range append(append(st.workers[:len(st.workers):len(st.workers)], st.pages...), st.temporal...) {
		p.kill()
	}
	st.register.Close()
	st.crash()
	if err := os.RemoveAll(filepath.Join(st.folder, "database")); err != nil {
		st.t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Dir(st.cluster)); err != nil {
		st.t.Fatal(err)
	}
	st.database.start(st.t)
	st.readEnvironment()
	for _, p := range st.temporal { // on an empty cluster it makes its roles and databases
		for i, a := range p.args {
			if a == "--database" {
				p.args[i+1] = st.environment["TEMPORAL_DATABASE_URL"]
			}
		}
		p.start(st.t)
	}
	st.until("Temporal answers on an empty cluster", time.Minute, st.temporalAnswers)
	for _, p := range st.temporal {
		p.stop()
	}
}

// restore fills the databases of an empty cluster from backups.
func (st *stack) restore(files []string) {
	st.t.Helper()
	c, err := pgx.Connect(context.Background(), st.superuserOf("postgres"))
	if err != nil {
		st.t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	for _, f := range files {
		name := strings.TrimSuffix(f[strings.LastIndex(f, "-")+1:], ".dump")
		var owner string
		if err := c.QueryRow(context.Background(), "select pg_get_userbyid(datdba) from pg_database where datname = $1", name).Scan(&owner); err != nil {
			st.t.Fatal(err)
		}
		for _, sql := range []string{"drop database " + name + " with (force)", "create database " + name + " owner " + owner} {
			if _, err := c.Exec(context.Background(), sql); err != nil {
				st.t.Fatal(err)
			}
		}
		if out, err := exec.Command(postgresProgram("pg_restore"), "--exit-on-error", "-d", st.superuserOf(name), f).CombinedOutput(); err != nil {
			st.t.Fatalf("pg_restore %s: %v\n%s", name, err, out)
		}
	}
	if st.register, err = register.Open(context.Background(), st.environment["DATABASE_URL"]); err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(st.register.Close)
	for _, p := range append(st.pages[:len(st.pages):len(st.pages)], st.workers...) {
		p.env = append(p.env, "DATABASE_URL="+st.behindLine())
	}
}
