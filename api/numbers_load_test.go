package api

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
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

// A list behind a number is paged, however long it is; a sheet has all of it.
func TestListBehindANumberIsPaged(t *testing.T) {
	ctx := context.Background()
	address := registertest.URL(t)
	owner := must(pgxpool.New(ctx, address))
	t.Cleanup(owner.Close)
	must(registertest.Seed(ctx, owner, 2000, hashed))
	b := siteAt(t, address).browser()
	b.login("ofc")
	get := func(path string) string {
		r, body := b.get(path)
		expect(t, r, http.StatusOK, body)
		return body
	}
	const list = "/numbers/answered?from=2000-01-01&to=2100-01-01"
	first := get(list)
	count := must(strconv.Atoi(listRows.FindStringSubmatch(first)[1]))
	last := (count + perPage - 1) / perPage
	seen := map[string]bool{}
	for n := 1; n <= last; n++ {
		page := get(list + "&page=" + strconv.Itoa(n))
		rows := regexp.MustCompile(`<tr[^>]*><td class="nowrap">([^<]*)</td><td><a [^>]*>[^<]*</a></td><td>([^<]*)<`).FindAllStringSubmatch(page, -1)
		if want := min(perPage, count-(n-1)*perPage); len(rows) != want || strings.Contains(page, "下一页") != (n < last) {
			t.Fatalf("page %d of %d has %d rows, want %d", n, last, len(rows), want)
		}
		for _, row := range rows {
			seen[row[1]+row[2]] = true
		}
	}
	if last < 10 || len(seen) != count {
		t.Errorf("%d lines on %d pages, %d in all", len(seen), last, count)
	}
	for _, beyond := range []string{"&page=0", "&page=-1", "&page=x", "&page=99999999999999999999", "&page=" + strconv.Itoa(last+1)} {
		if page := get(list + beyond); !strings.Contains(page, "演建") {
			t.Errorf("%s shows nothing", beyond)
		}
	}
	if rows := b.sheetOf(list, 1); len(rows) != count+1 {
		t.Errorf("the sheet has %d lines, a head and the list %d", len(rows), count)
	}
}
