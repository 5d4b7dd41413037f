package registertest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

func TestSeed(t *testing.T) {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	begun := time.Now()
	s, err := Seed(ctx, pool, 10000, "x")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v in %v", s, time.Since(begun))
	for table, least := range map[string]int{"cases": 10000, "notices": 50000, "listing": 20000, "case_words": 10000, "texts": 15000, "parts": 6000, "stages": 40000, "audit": 10000} {
		var n int
		if err := pool.QueryRow(ctx, "select count(*) from "+table).Scan(&n); err != nil || n < least {
			t.Errorf("%s: %d rows, %v", table, n, err)
		}
	}
	var other int
	if err := pool.QueryRow(ctx, `
		with sides as (
			select 'table' as side, t.* from texts t
			union all
			select 'view', congress, case_id, source, class, stage, unit, author, at, labels, body, words from texts_now)
		select count(*) from (select from sides group by case_id, source, class, stage, unit, author, at, labels, body, words having count(*) <> 2) x`).Scan(&other); err != nil || other != 0 {
		t.Errorf("%d texts are not as the view has them, %v", other, err)
	}
}
