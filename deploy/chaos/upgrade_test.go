package chaos

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// From the commit before to this one without a pause: the gate of replay, the migration, then one process after the other, while
// everybody goes on working.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	before := buildBefore(t)
	st := startStack(t, shape{pages: 2, workers: 2, binary: before})
	this := filepath.Join(st.root, "bin/bihuan")
	o := openOffice(st, 6000)
	measure := o.calm(t)
	ctx, stop := context.WithCancel(context.Background())
	var playing sync.WaitGroup
	for i, v := range []string{"plain", "rework", "several", "by-office", "again", "interrupted"} {
		playing.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				o.begin(v, number(100*(i+1)+n), uint64(i+n)).run(ctx, 300*time.Millisecond)
			}
		})
	}
	st.until("work is under way", time.Minute, func() bool { return o.acked.Load() > 150 })
	st.binary = this
	if out, err := st.run("replay"); err != nil {
		t.Fatalf("the new program does not replay what is open: %v\n%s", err, out)
	}
	st.migrate()
	for i, p := range append(st.workers[:2:2], st.pages...) {
		acked := o.acked.Load()
		p.stop()
		p.args[0] = this
		p.start(t)
		if i >= len(st.workers) {
			st.until("the new pages answer", time.Minute, func() bool { return st.pagesAnswer(i - len(st.workers)) })
		}
		st.until("work goes on", time.Minute, func() bool { return o.acked.Load() > acked+20 })
	}
	stop()
	playing.Wait()
	t.Logf("%d acts acknowledged through the upgrade, %d sendings repeated", o.acked.Load(), o.again.Load())
	o.settle(t)
	o.inspect(t, measure)
}

// buildBefore builds the product as it was a commit ago; at the first commit of all, as it is.
func buildBefore(t testing.TB) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	commit := "HEAD~1"
	if exec.Command("git", "-C", root, "rev-parse", "--verify", "-q", commit).Run() != nil {
		commit = "HEAD"
	}
	source, binary := t.TempDir(), filepath.Join(t.TempDir(), "before")
	for _, line := range []string{
		"git -C " + root + " archive " + commit + " | tar -x -C " + source,
		"cd " + source + " && go build -o " + binary + " ./deploy/bihuan",
	} {
		if out, err := exec.Command("bash", "-o", "pipefail", "-c", line).CombinedOutput(); err != nil {
			t.Fatalf("building %s: %v\n%s", commit, err, out)
		}
	}
	name, _ := exec.Command("git", "-C", root, "log", "-1", "--format=%h %s", commit).Output()
	t.Log("before: " + strings.TrimSpace(string(name)))
	return binary
}
