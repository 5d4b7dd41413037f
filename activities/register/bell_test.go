package register_test

import (
	"context"
	"testing"
	"time"

	"bihuan/schemas"
)

// A bell that began on an empty register rings for ten thousand matters of one instant as if it had known of them: its plan was made
// when there was nothing to read.
func TestBellForAWholeSession(t *testing.T) {
	const matters = 10_000 // each of the few leaders has a notice of each of them at one instant: none of his others may be read for one
	ctx := context.Background()
	r, d, id := reporting(t)
	for range 100 { // on each of the connections the plan settles after six
		must[int](t)(r.Ring(ctx))
	}
	for _, table := range []string{"cases", "parties", "stages", "rungs"} {
		key := map[bool]string{true: "id", false: "case_id"}[table == "cases"]
		if _, err := r.Pool().Exec(ctx, `insert into `+table+` select (jsonb_populate_record(x, jsonb_build_object('`+key+`', md5('copy/' || i)::uuid, 'number', 'x' || i))).*
			from `+table+` x, generate_series(1, $2::int) i where x.`+key+` = $1`, id, matters); err != nil {
			t.Fatal(table, err)
		}
	}
	st := must[schemas.State](t)(r.State(ctx, id))
	report := st.Find("report/" + d.Units[0])
	next := report.Rungs[report.Next]
	before := reminders(t, r, d.People["unh-jia"], report.Key, next)
	r.Clock(func() time.Time { return next.At.Add(time.Second) })
	begun := time.Now()
	for must[int](t)(r.Ring(ctx)) > 0 {
	}
	took := time.Since(begun)
	var told int
	if err := r.Pool().QueryRow(ctx, "select count(distinct case_id) from notices where account = $1 and at = $2 and level = $3", d.People["unh-jia"], next.At, next.Level).Scan(&told); err != nil {
		t.Fatal(err)
	}
	if before != 0 || told != matters+1 {
		t.Errorf("told of %d matters", told)
	}
	t.Logf("%d matters in %v", told, took)
	// A quiet machine takes a quarter of a second; the limit must hold on a busy one under the race detector.
	if limit := 15 * time.Second; took > limit {
		t.Errorf("longer than %v", limit)
	}
}
