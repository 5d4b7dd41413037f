// Package registertest gives each test a register of its own, on a real Postgres.
package registertest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"

	"github.com/jackc/pgx/v5"
)

// New returns an empty, migrated register in a fresh database, which goes when the test ends. The user in
// DATABASE_URL must be able to create databases; without DATABASE_URL the test fails.
func New(t testing.TB) *register.Register {
	t.Helper()
	r, err := register.Open(context.Background(), URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// URL is the address of such a database, for tests that open it themselves.
func URL(t testing.TB) string {
	t.Helper()
	if os.Getenv("DATABASE_URL") == "" {
		t.Fatal("DATABASE_URL is not set: these tests need a Postgres whose user may create databases")
	}
	m, err := template()
	if err != nil {
		t.Fatalf("migrated template: %v", err)
	}
	name := m.prefix + strings.ToLower(rand.Text())
	if err := m.exec("create database " + name + " template " + m.name()); err != nil {
		t.Fatalf("test database: %v", err)
	}
	t.Cleanup(func() {
		if err := m.exec("drop database if exists " + name + " with (force)"); err != nil {
			t.Errorf("test database: %v", err)
		}
	})
	return at(name)
}

// maker makes the databases of one test process. It holds an advisory lock as long as it lives, so that
// a later one knows which databases nobody needs any more.
type maker struct {
	mu     sync.Mutex
	conn   *pgx.Conn
	prefix string
}

func (m *maker) name() string { return m.prefix + "template" }

func (m *maker) exec(sql string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.conn.Exec(context.Background(), sql)
	return err
}

var template = sync.OnceValues(func() (*maker, error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return nil, err
	}
	m := &maker{conn: conn}
	if err := m.sweep(ctx); err != nil {
		return nil, err
	}
	key := time.Now().UnixNano()
	m.prefix = fmt.Sprintf("bihuan_test_%d_", key)
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", key); err != nil {
		return nil, err
	}
	if err := m.exec("create database " + m.name()); err != nil {
		return nil, err
	}
	return m, register.Migrate(ctx, at(m.name()))
})

// sweep drops what processes left behind that have ended.
func (m *maker) sweep(ctx context.Context) error {
	rows, err := m.conn.Query(ctx, `select datname from pg_database where datname ~ '^bihuan_test_\d+_'
		and not exists (select from pg_locks where locktype = 'advisory' and objsubid = 1
			and (classid::bigint << 32 | objid::bigint) = split_part(datname, '_', 3)::bigint)`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		if err == nil {
			err = m.exec("drop database if exists " + name + " with (force)")
		}
	}
	return err
}

// at is DATABASE_URL with another database.
func at(name string) string {
	address := os.Getenv("DATABASE_URL")
	if u, err := url.Parse(address); err == nil && u.Scheme != "" {
		u.Path = "/" + name
		return u.String()
	}
	return address + " dbname=" + name
}
