package registertest

import (
	"context"
	_ "embed" // the rows
	"encoding/json"
	"fmt"
	"strings"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed seed.sql
var seedSQL string

// Seeded is a congress full of made-up matters (演示数据), for pages that must hold however many there are.
type Seeded struct {
	Congress string
	Logins   []string // an account of each kind, all with the password whose hash was given
	Case     string   // an opinion that is open
	Public   string   // a suggestion that everybody may see
}

// Seed fills a migrated, empty database with a congress of that many matters, seven tenths of them suggestions, filed evenly over the
// last five years, the last fifth still open; and with five notices for each. It goes round the program: rows of a plausible shape, by
// arithmetic, in seconds for each hundred thousand; no workflow knows of them. The pool must be its owner's. hash is everybody's password.
func Seed(ctx context.Context, pool *pgxpool.Pool, cases int, hash string) (Seeded, error) {
	out := Seeded{Congress: "00000001-0000-7000-8000-000000000000", Logins: []string{"ofc", "cmt1", "cmh1", "vc1", "ch", "dep", "gov", "vm1", "scm", "str1", "pfo", "unt1", "unh2", "dpt1", "adm", "sec", "aud"},
		Case: fmt.Sprintf("00000003-0000-7000-8000-%012x", cases/10*10), Public: fmt.Sprintf("00000003-0000-7000-8000-%012x", 16)}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return out, err
	}
	defer conn.Release()
	restore, err := unindexed(ctx, conn.Conn())
	if err != nil {
		return out, err
	}
	rules := map[string]string{}
	for _, procedure := range []string{"opinion", "suggestion", "motion"} {
		r, err := schemas.BuiltinRules(procedure)
		if err != nil {
			return out, err
		}
		body, err := json.Marshal(r)
		if err != nil {
			return out, err
		}
		rules[procedure] = string(body)
	}
	for _, statement := range strings.Split(seedSQL, ";\n\n") {
		statement = strings.NewReplacer("$cases", fmt.Sprint(cases), "$hash", quote(hash), "$opinion", quote(rules["opinion"]), "$suggestion", quote(rules["suggestion"]),
			"$motion", quote(rules["motion"])).Replace(statement)
		if _, err := conn.Exec(ctx, statement); err != nil {
			return out, fmt.Errorf("%.80s: %w", statement, err)
		}
	}
	for _, statement := range append(restore, "analyze") {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return out, fmt.Errorf("%.80s: %w", statement, err)
		}
	}
	return out, nil
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// unindexed takes foreign keys, secondary indexes and our triggers off the tables, and returns what puts them back as they were: rows are checked
// and indexed many times faster together than one by one.
func unindexed(ctx context.Context, conn *pgx.Conn) (restore []string, err error) {
	rows, err := conn.Query(ctx, `
		select format('alter table %s drop constraint %I', conrelid::regclass, conname),
			format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), 3 as place
		from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace
		union all
		select format('drop index %I', i.indexname), i.indexdef, 1
		from pg_indexes i where i.schemaname = current_schema() and not exists (select from pg_constraint c where c.conname = i.indexname)
			and i.tablename not like 'goose%'
		union all
		select '', format('alter index %s alter column %s set statistics %s', attrelid::regclass, attnum, attstattarget), 2
		from pg_attribute join pg_class c on c.oid = attrelid where c.relkind = 'i' and c.relnamespace = current_schema()::regnamespace and attstattarget >= 0
		union all
		select format('alter table %s disable trigger user', tgrelid::regclass), format('alter table %s enable trigger user', tgrelid::regclass), 4
		from pg_trigger where not tgisinternal group by tgrelid
		order by 3`)
	if err != nil {
		return nil, err
	}
	type pair struct {
		Off, On string
		Place   int
	}
	pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pair])
	for i := len(pairs) - 1; i >= 0 && err == nil; i-- {
		_, err = conn.Exec(ctx, pairs[i].Off)
	}
	for _, p := range pairs {
		restore = append(restore, p.On)
	}
	return restore, err
}

//go:embed texts.sql
var textsSQL string

// SeedTexts adds eight texts for each matter of a seeded database, for the search.
func SeedTexts(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	for _, statement := range strings.Split(textsSQL, ";\n\n") {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%.80s: %w", statement, err)
		}
	}
	return nil
}
