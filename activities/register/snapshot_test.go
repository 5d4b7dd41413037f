package register_test

import (
	"context"
	"testing"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
)

// What is read under a snapshot is of one instant, and nothing can be written under it.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	r := registertest.New(t)
	ctx := context.Background()
	congress, err := r.AddCongress(ctx, register.Congress{Name: "示例区人大常委会"})
	if err != nil {
		t.Fatal(err)
	}
	count := func(ctx context.Context) int {
		us, err := r.Units(ctx, congress)
		if err != nil {
			t.Fatal(err)
		}
		return len(us)
	}
	within, done, err := r.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	before := count(within)
	if _, err := r.AddUnit(ctx, congress, register.Unit{Name: "区教育局", Kind: "department", Sort: 1}); err != nil {
		t.Fatal(err)
	}
	if now, then := count(ctx), count(within); now != before+1 || then != before {
		t.Errorf("%d units now, %d in the snapshot, %d before", now, then, before)
	}
	done()
	done() // harmless
	if used := r.Pool().Stat().AcquiredConns(); used != 0 {
		t.Errorf("%d connections are held", used)
	}
}
