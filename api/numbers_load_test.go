package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Three thousand opinions are read and counted within seconds, for every table, on a machine that does other things.
func TestNumbersOfThreeThousandOpinions(t *testing.T) {
	ctx := context.Background()
	address := registertest.URL(t)
	owner := must(pgxpool.New(ctx, address))
	t.Cleanup(owner.Close)
	d := must(registertest.Seed(ctx, owner, 10000, hashed)) // three tenths are opinions
	reg := must(register.Open(ctx, address))
	t.Cleanup(reg.Close)
	now := time.Now()
	year := schemas.Span{From: now.AddDate(-6, 0, 0), To: now}
	took := func(begun time.Time) string { return fmt.Sprint(time.Since(begun).Round(time.Millisecond)) }
	must(reg.Supervision(ctx, d.Congress, year, now)) // once, for the plans
	begun := time.Now()
	lines := must(reg.Supervision(ctx, d.Congress, year, now))
	read := took(begun)
	c := counting{Of: "opinion", period: year, now: now}
	c.whole = c.kept(lines)
	c.lines = c.whole
	matters := schemas.NumberOf(c.numbers(c.lines), "matters").D
	counted := time.Now()
	c.numbers(c.lines)
	whole := took(counted)
	counted = time.Now()
	c.table("", "unit", unitColumns["opinion"], schemas.ByUnit, byKey)
	units := took(counted)
	counted = time.Now()
	snapshot := schemas.Freeze("opinion", year, now, []string{"department", "street"}, c.whole)
	t.Logf("%d opinions, %d lines: read in %s, counted in %s, by unit in %s, frozen in %s (%d lines)", matters, len(lines), read, whole, units, took(counted), len(snapshot.Lines))
	if all := time.Since(begun); matters < 2900 || all > 4*time.Second {
		t.Errorf("%d opinions in %s", matters, all)
	}
}
