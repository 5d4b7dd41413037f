package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pagesCommand measures every list and dashboard at a size that no office has.
type pagesCommand struct {
	Times int `default:"200" help:"每页请求几次"`
}

// pageFigure is what one page costs in ms: the request through the real handler, logged in; and its own statements by themselves, with
// the same arguments on the same data.
type pageFigure struct {
	page             string
	p50, p99         float64
	bareP50, bareP99 float64
}

// sent is a statement that a page sent.
type sent struct {
	text string
	args []any
}

// recorder keeps the statements of one request.
type recorder struct {
	mu   sync.Mutex
	on   bool
	seen []sent
}

func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.on {
		r.seen = append(r.seen, sent{q.SQL, q.Args})
	}
	return ctx
}

func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// listen begins or ends the keeping, and returns what was kept.
func (r *recorder) listen(on bool) (seen []sent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen, r.on, r.seen = r.seen, on, nil
	return seen
}

// whoAsks are parts of the statements that find out who asks, which every page sends.
var whoAsks = []string{"from sessions", "from logins", "from congresses", "with gone as", "stand_ins", "from held", "update logins", "insert into sessions", "set role", "insert into audit", "insert into attempts"}

// pageList are the lists and dashboards with those who look at them.
var pageList = []struct {
	path   string
	logins []string
}{
	{"/", []string{"ofc", "unt1", "unh2", "cmt1", "cmh1", "gov", "dep", "dpt1", "ch"}},
	{"/cases", []string{"ofc", "cmt1", "gov", "unt1", "unh2", "vm1", "dpt1"}},
	{"/cases?tab=late", []string{"ofc", "cmt1", "gov", "unt1", "vm1"}},
	{"/cases?tab=near", []string{"ofc", "cmt1", "unt1"}},
	{"/cases?tab=closed&committee=$committee", []string{"ofc", "cmt1"}},
	{"/cases?unit=$unit", []string{"ofc", "gov"}},
	{"/cases?q=$word", []string{"ofc", "unt1"}},
	{"/suggestions", []string{"ofc", "dep", "gov", "unt1", "vm1", "dpt1", "str1"}},
	{"/suggestions?tab=late", []string{"dep", "gov", "unt1"}},
	{"/suggestions?tab=key", []string{"dep", "ofc"}},
	{"/suggestions?q=$word", []string{"dep", "unt1"}},
	{"/suggestions?category=法制&unit=$unit", []string{"dep", "gov"}},
	{"/lateness", []string{"ofc", "ch", "cmh1", "gov", "unt1", "vm1"}},
	{"/lateness?side=L3", []string{"ofc", "gov"}},
	{"/cockpit", []string{"ch", "ofc", "vc1", "cmh1", "gov", "vm1"}},
	{"/cockpit?unit=$unit", []string{"ch", "gov"}},
	{"/cockpit/list?of=late&side=unit", []string{"ch", "gov", "vm1"}},
	{"/cockpit/list?of=open", []string{"ch", "vc1", "vm1"}},
	{"/notices", []string{"ofc", "unt1", "unh2", "dpt1", "cmt1", "ch"}},
	{"/search?q=$word", []string{"ofc", "gov", "unt1", "vm1"}},
	{"/numbers", []string{"ofc", "dep", "unt1", "vm1"}},
	{"/numbers/timely", []string{"ofc", "dep", "unt1"}},
	{"/numbers/report", []string{"ofc", "dep"}},
	{"/mail", []string{"ofc"}},
	{"/people", []string{"ofc", "adm"}},
	{"/people/accounts", []string{"adm", "sec"}},
	{"/audit", []string{"aud"}},
	{"/audit?action=登录", []string{"aud"}},
	{"/public/$congress", []string{""}},
	{"/public/$congress?state=late", []string{""}},
	{"/public/$congress?q=$word", []string{""}},
	{"/cases/$case", []string{"ofc", "cmt1"}},
	{"/api/cases?limit=50", []string{"ofc", "unt1"}},
}

func (c *pagesCommand) Run(ctx context.Context, s *stack) error {
	r := newResult("pages", "页面", "p50 毫秒", "p99", "语句 p50", "语句 p99", "p99 之比")
	g, err := s.newGround(ctx)
	if err != nil {
		return err
	}
	figures, err := g.pages(ctx, s.sized(1_000_000, 10_000), s.sized(c.Times, 20))
	if err := errors.Join(err, g.drop(ctx)); err != nil {
		return err
	}
	worst := 0.0
	for _, f := range figures {
		ratio := f.p99 / f.bareP99
		worst = max(worst, ratio)
		r.row(f.page, f.p50, f.p99, f.bareP50, f.bareP99, ratio)
		r.Metrics[f.page+" p99_ms"], r.Ratios[f.page+" p99/bare"] = f.p99, ratio
	}
	r.Ratios["worst p99/bare"] = worst
	return s.show(r)
}

// pages fills the register with so many matters and five times as many notices and asks for every list and dashboard, each so many
// times, spread over those who may see it.
func (g *ground) pages(ctx context.Context, cases, times int) ([]pageFigure, error) {
	const password = "演示-Bihuan-2023"
	owned, err := g.address("bench")
	if err != nil {
		return nil, err
	}
	owner, err := pgxpool.New(ctx, owned)
	if err != nil {
		return nil, err
	}
	defer owner.Close()
	begun := time.Now()
	seeded, err := registertest.Seed(ctx, owner, cases, api.Hash(password))
	if err != nil {
		return nil, err
	}
	if _, err := owner.Exec(ctx, "vacuum analyze"); err != nil { // as the autovacuum of a running database has done long ago
		return nil, err
	}
	progress("%d件事项已造好，用时%v", cases, time.Since(begun).Round(time.Second))
	rec := &recorder{}
	reg, err := register.Open(ctx, owned, rec)
	if err != nil {
		return nil, err
	}
	defer reg.Close()
	web, people, stop, err := visitors(reg, seeded, password)
	if err != nil {
		return nil, err
	}
	defer stop()
	service, err := register.Open(ctx, owned)
	if err != nil {
		return nil, err
	}
	defer service.Close()
	var figures []pageFigure
	for _, p := range pageList {
		f := pageFigure{page: p.path}
		var took []time.Duration
		var requests [][]sent
		next := map[string]string{}
		warm := map[string]bool{}
		for i := range times {
			login := p.logins[i%len(p.logins)]
			address := next[login]
			if address == "" || i%3 == 0 {
				address = expand(p.path, seeded, i)
			}
			rec.listen(true)
			begun := time.Now()
			status, body, err := fetch(ctx, people[login], web+address)
			d := time.Since(begun)
			if err != nil || status != http.StatusOK {
				return nil, fmt.Errorf("%s（%s）：%d %w", address, login, status, err)
			}
			if statements := rec.listen(false); warm[login] {
				took, requests = append(took, d), append(requests, statements)
			}
			warm[login] = true
			next[login] = nextPage(body)
		}
		f.p50, f.p99 = percentile(took, 0.5), percentile(took, 0.99)
		alone, err := aloneOf(ctx, service.Pool(), requests)
		if err != nil {
			return nil, err
		}
		f.bareP50, f.bareP99 = percentile(alone, 0.5), percentile(alone, 0.99)
		figures = append(figures, f)
		progress("%s：p50 %.1f，p99 %.1f，语句 %.1f、%.1f毫秒", f.page, f.p50, f.p99, f.bareP50, f.bareP99)
	}
	return figures, nil
}

// visitors serves the pages of a register and logs its people in; "" is the public.
func visitors(reg *register.Register, seeded registertest.Seeded, password string) (address string, people map[string]*http.Client, stop func(), err error) {
	dir, err := os.MkdirTemp("", "pages")
	if err != nil {
		return "", nil, nil, err
	}
	files, err := api.OpenFiles(dir)
	if err != nil {
		return "", nil, nil, err
	}
	server, err := api.New(api.Config{Register: reg, Files: files, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return "", nil, nil, err
	}
	web := httptest.NewServer(server)
	stop = func() {
		web.Close()
		server.Close()
		_ = os.RemoveAll(dir)
	}
	people = map[string]*http.Client{"": {}}
	for _, login := range seeded.Logins {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return "", nil, stop, err
		}
		people[login] = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := people[login].PostForm(web.URL+"/login", url.Values{"login": {login}, "password": {password}})
		if err != nil {
			return "", nil, stop, err
		}
		if err := r.Body.Close(); err != nil || r.StatusCode != http.StatusSeeOther {
			return "", nil, stop, fmt.Errorf("%s 登录：%s %w", login, r.Status, err)
		}
	}
	return web.URL, people, stop, nil
}

// aloneOf sends what each request read by itself, in the request's own transactions, and tells what all of one request took.
func aloneOf(ctx context.Context, pool *pgxpool.Pool, requests [][]sent) (took []time.Duration, err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	for _, statements := range requests {
		var all time.Duration
		for _, st := range statements {
			if !reads(st.text) {
				continue
			}
			begun := time.Now()
			rows, err := conn.Query(ctx, st.text, st.args...)
			if err != nil {
				return nil, err
			}
			for rows.Next() {
				if _, err := rows.Values(); err != nil {
					return nil, err
				}
			}
			if err := rows.Err(); err != nil {
				return nil, err
			}
			all += time.Since(begun)
		}
		took = append(took, all)
	}
	return took, nil
}

var (
	remarks = regexp.MustCompile(`(?m)^\s*--.*$`)
	writes  = regexp.MustCompile(`\b(insert into|update|delete from)\b`)
)

// reads reports whether a statement is one of the page's own that changes nothing, or a bound of a transaction.
func reads(text string) bool {
	text = strings.TrimSpace(remarks.ReplaceAllString(text, ""))
	words := strings.Fields(text)
	return len(words) > 0 && slices.Contains([]string{"select", "with", "begin", "commit", "rollback"}, words[0]) && !writes.MatchString(text) &&
		!slices.ContainsFunc(whoAsks, func(part string) bool { return strings.Contains(text, part) })
}

func fetch(ctx context.Context, who *http.Client, address string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, err
	}
	answer, err := who.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, body, err
}

// expand puts what there is into a page's address; words and units take turns.
func expand(path string, s registertest.Seeded, i int) string {
	words := []string{"农贸市场", "养老", "河道水质环境", "审议", "照明第77"}
	address := strings.NewReplacer("$congress", s.Congress, "$case", s.Case, "$word", words[i%len(words)], "$unit", fmt.Sprintf("00000002-0000-7000-8000-%012x", 1+i%29),
		"$committee", fmt.Sprintf("00000002-0000-7000-8000-%012x", 31+i%8)).Replace(path)
	at, query, has := strings.Cut(address, "?")
	if !has {
		return at
	}
	q := url.Values{}
	for _, pair := range strings.Split(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		q.Set(k, v)
	}
	return at + "?" + q.Encode()
}

// nextPage is where the page's link to the next one leads; empty: there is none.
func nextPage(body []byte) string {
	before, _, found := strings.Cut(string(body), `">下一页</a>`)
	i := strings.LastIndex(before, `href="`)
	if !found || i < 0 {
		return ""
	}
	return strings.ReplaceAll(before[i+len(`href="`):], "&amp;", "&")
}
