// Package register is the record of everything that happened (台账), on Postgres, and the only SQL.
package register

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"bihuan/schemas"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed queries/*.sql
var statements embed.FS

// Register reads and writes the record. Safe for concurrent use.
type Register struct {
	pool  *pgxpool.Pool
	now   func() time.Time // the world's clock
	rules sync.Map         // rule id → schemas.Rules: versions never change
	years sync.Map         // congress/edition → schemas.Calendar
}

// Open connects to the register, as the role that the migrations made for the service; each query is shown to the watchers. It does
// not migrate; Ready tells whether the schema is new enough.
func Open(ctx context.Context, url string, watchers ...pgx.QueryTracer) (*Register, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if len(watchers) > 0 {
		cfg.ConnConfig.Tracer = multitracer.New(watchers...)
	}
	cfg.MaxConns = max(cfg.MaxConns, 16)
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "set role bihuan_service; set jit = off") // to compile a page's statement takes longer than to run it
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Register{pool: pool, now: time.Now}, nil
}

// Close gives the connections back.
func (r *Register) Close() { r.pool.Close() }

// Pool is for the session store, which keeps its own table.
func (r *Register) Pool() *pgxpool.Pool { return r.pool }

// Migrate brings the schema up to this program's, under an advisory lock.
func Migrate(ctx context.Context, url string) error {
	p, done, err := migrator(url)
	if err != nil {
		return err
	}
	defer done()
	if _, err = p.Up(ctx); err != nil {
		return err
	}
	return catchUp(ctx, url)
}

// catchUp writes what matters and names that are older than the search lack: a matter at a time, so that nobody who works meanwhile waits,
// the newest first. Broken off, it goes on where it stopped.
func catchUp(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "set enable_hashjoin = off; set enable_mergejoin = off; set jit = off"); err != nil { // a few matters at a time
		return err
	}
	if err := respell(ctx, conn); err != nil {
		return err
	}
	before := "ffffffff-ffff-ffff-ffff-ffffffffffff"
	for {
		rows, err := many[struct{ ID string }](ctx, conn, "texts_missing", before, textsAtOnce)
		if err != nil || len(rows) == 0 {
			return err
		}
		before = rows[len(rows)-1].ID
	}
}

// textsAtOnce bounds how many matters' texts are written in a transaction.
const textsAtOnce = 50

// Ready reports whether the database answers and its schema is at least this program's. Code: SchemaOld, RegisterAway.
func (r *Register) Ready(ctx context.Context) error {
	var have int64
	err := r.pool.QueryRow(ctx, statement("schema_version")).Scan(&have)
	var refused *pgconn.PgError
	if errors.As(err, &refused) { // no such role, no such table, or neither is ours
		return &schemas.Error{Code: "SchemaOld", Text: "数据库里没有本程序的表或角色：请先运行 bihuan migrate", Cause: err}
	}
	if err != nil {
		return Away(err)
	}
	if want := newest(); have < want {
		return schemas.Refuse("SchemaOld", "数据库结构为第%d版，程序需要第%d版：请先运行 bihuan migrate", have, want)
	}
	return nil
}

// newest is the number of the last migration; some before it may be missing.
func newest() (version int64) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		n, err := goose.NumericComponent(file)
		if err != nil {
			panic(err)
		}
		version = max(version, n)
	}
	return version
}

func migrator(url string) (*goose.Provider, func(), error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, nil, err
	}
	db := stdlib.OpenDB(*cfg)
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, nil, err
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, sub, goose.WithSessionLocker(locker))
	return p, func() { _ = db.Close() }, err
}

// StatementName is the name of the query that a text is, for whoever watches the database; the first word of a text that is none
// of ours.
func StatementName(sql string) string {
	if name, ours := statementNames()[sql]; ours {
		return name
	}
	verb, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return strings.ToLower(verb)
}

var statementNames = sync.OnceValue(func() map[string]string {
	files, err := statements.ReadDir("queries")
	if err != nil {
		panic(err)
	}
	names := make(map[string]string, len(files))
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".sql")
		names[statement(name)] = name
	}
	return names
})

// statement is the text of queries/NAME.sql; a missing one is a mistake of the programmer.
func statement(name string) string {
	b, err := statements.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Away wraps a failure of the database for people. Codes: RegisterAway, and BadText for bytes that no text has.
func Away(err error) error {
	if err == nil {
		return nil
	}
	var known *schemas.Error
	if errors.As(err, &known) {
		return err
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "22021" { // character_not_in_repertoire
		return &schemas.Error{Code: "BadText", Text: "填写的内容里有无法识别的字符，请删去后再试", Cause: err}
	}
	return &schemas.Error{Code: "RegisterAway", Text: "登记簿暂时无法访问，请稍后再试；您填写的内容没有丢失", Cause: err}
}

// NewID is a UUIDv7: in the order of making.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Now is what the clock of a congress shows. UTC.
func (r *Register) Now(ctx context.Context, congress string) (time.Time, error) {
	c, err := r.congress(ctx, r.pool, congress)
	return c.Pace.At(r.now()), err
}

// many reads rows of queries/NAME.sql into structs by column name.
func many[T any](ctx context.Context, q querier, name string, args ...any) ([]T, error) {
	if shot, is := ctx.Value(snapshotKey{}).(pgx.Tx); is {
		if _, pooled := q.(*pgxpool.Pool); pooled {
			q = shot
		}
	}
	rows, err := q.Query(ctx, statement(name), args...)
	if err != nil {
		return nil, Away(err)
	}
	ts, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return ts, Away(err)
}

// one reads one row; none is an error with code NotFound.
func one[T any](ctx context.Context, q querier, name string, args ...any) (T, error) {
	ts, err := many[T](ctx, q, name, args...)
	if err == nil && len(ts) == 0 {
		err = schemas.Refuse("NotFound", "没有找到您要的内容，或者您无权查看")
	}
	if err != nil {
		var none T
		return none, err
	}
	return ts[0], nil
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// do runs queries/NAME.sql for its effect.
func (r *Register) do(ctx context.Context, name string, args ...any) (int64, error) {
	tag, err := r.pool.Exec(ctx, statement(name), args...)
	return tag.RowsAffected(), Away(err)
}

func (r *Register) within(ctx context.Context, what func(pgx.Tx) error) error {
	return Away(pgx.BeginFunc(ctx, r.pool, what))
}

func list[T ~string](ts []T) []string {
	ss := make([]string, len(ts))
	for i, t := range ts {
		ss[i] = string(t)
	}
	return ss
}

func lines(ss []string) string { return strings.Join(ss, "\n") }

func violates(err error, constraint string) bool {
	return err != nil && strings.Contains(fmt.Sprint(err), constraint)
}

// Clock makes the register take now for the world's clock; for tests that skip time.
func (r *Register) Clock(now func() time.Time) { r.now = now }
