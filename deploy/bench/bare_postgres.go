package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type (
	// insert is one row for a table.
	insert struct {
		table string
		sql   string
		row   []any
	}
	// deed is what one stimulus leaves behind: the rows of one transaction.
	deed []insert
)

// caseTables are what the product writes of a case, parents first. Each is ordered so that a notice and its mail fall into one deed.
var caseTables = []struct{ name, of string }{
	{"cases", "id = $1 order by id"},
	{"items", "case_id = $1 order by n"},
	{"parties", "case_id = $1 order by unit"},
	{"stages", "case_id = $1 order by opened_at, key"},
	{"rungs", "case_id = $1 order by at, stage, rev, level"},
	{"papers", "case_id = $1 order by written_at"},
	{"intake", "case_id = $1 order by received_at, token"},
	{"journal", "case_id = $1 order by seq"},
	{"notices", "case_id = $1 order by written_at, id"},
	{"outbox", "notice in (select id from notices where case_id = $1) order by (select written_at from notices n where n.id = notice), notice"},
	{"audit", "object_id = $1::text order by at"},
}

// common are the rows that cases refer to.
var common = []string{"congresses", "units", "accounts", "posts", "rules", "digests"}

// rows reads a table's rows as inserts of the same rows.
func rows(ctx context.Context, c *pgx.Conn, table, where string, args ...any) (ins []insert, err error) {
	rs, err := c.Query(ctx, "select * from "+table+" where "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rs.Close()
	var names, marks []string
	for i, f := range rs.FieldDescriptions() {
		names, marks = append(names, f.Name), append(marks, fmt.Sprintf("$%d", i+1))
	}
	sql := "insert into " + table + " (" + strings.Join(names, ", ") + ") values (" + strings.Join(marks, ", ") + ")"
	for rs.Next() {
		row, err := rs.Values()
		if err != nil {
			return nil, err
		}
		ins = append(ins, insert{table, sql, row})
	}
	return ins, rs.Err()
}

// deeds reads what the product wrote of a case, spread over as many deeds as it made transactions.
func deeds(ctx context.Context, c *pgx.Conn, caseID string) ([]deed, error) {
	var n int
	if err := c.QueryRow(ctx, "select count(*) from journal where case_id = $1", caseID).Scan(&n); err != nil || n == 0 {
		return nil, err
	}
	ds := make([]deed, n)
	for _, t := range caseTables {
		ins, err := rows(ctx, c, t.name, t.of, caseID)
		if err != nil {
			return nil, err
		}
		for i, in := range ins {
			at := i * n / len(ins)
			if t.name == "items" || t.name == "parties" {
				at = 0
			}
			ds[at] = append(ds[at], in)
		}
	}
	return ds, nil
}

// barePostgres inserts the deeds of every case, one transaction each, eight cases at a time.
func barePostgres(ctx context.Context, pool *pgxpool.Pool, cases [][]deed) error {
	return eachCase(cases, func(d deed) error {
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			b := &pgx.Batch{}
			for _, in := range d {
				b.Queue(in.sql, in.row...)
			}
			return tx.SendBatch(ctx, b).Close()
		})
	})
}

// eachCase does every deed of every case in its order, eight cases at a time.
func eachCase(cases [][]deed, do func(deed) error) (failed error) {
	var hands sync.WaitGroup
	var mu sync.Mutex
	queue := make(chan []deed)
	for range 8 {
		hands.Go(func() {
			for ds := range queue {
				for _, d := range ds {
					if err := do(d); err != nil {
						mu.Lock()
						failed = err
						mu.Unlock()
						break
					}
				}
			}
		})
	}
	for _, ds := range cases {
		queue <- ds
	}
	close(queue)
	hands.Wait()
	return failed
}
