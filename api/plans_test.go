package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// large is from how many rows on a table must not be read whole (settled 24 says 10,000; at a hundredth of the size half of that).
const large = 5000

// seen collects the statements that pages send.
type seen struct {
	mu   sync.Mutex
	page string
	all  map[string]asked1 // by page and text
}

type asked1 struct {
	page, text string
	args       []any
}

func (s *seen) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page != "" && !strings.HasPrefix(q.SQL, "set ") {
		s.all[s.page+"\n"+q.SQL] = asked1{s.page, q.SQL, q.Args}
	}
	return ctx
}

func (s *seen) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// node is a step of a plan.
type node struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Plans    []node
}

func (n node) walk(visit func(node)) {
	visit(n)
	for _, below := range n.Plans {
		below.walk(visit)
	}
}

// No page reads a large table from end to end, whoever asks for it.
func TestNoPageScansALargeTable(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := registertest.URL(t)
	owner := must(pgxpool.New(ctx, address))
	t.Cleanup(owner.Close)
	d := must(registertest.Seed(ctx, owner, 10000, hashed))
	statements := &seen{all: map[string]asked1{}}
	reg := must(register.Open(ctx, address, func(cfg *pgxpool.Config) { cfg.ConnConfig.Tracer = statements }))
	t.Cleanup(reg.Close)
	server := must(New(Config{Register: reg, Files: must(OpenFiles(t.TempDir())), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}))
	web := httptest.NewServer(server)
	t.Cleanup(func() { web.Close(); server.Close() })
	unit, committee := "00000002-0000-7000-8000-000000000003", "00000002-0000-7000-8000-000000000021"
	lists := []string{"/", "/cases", "/cases?tab=open", "/cases?tab=near", "/cases?tab=late", "/cases?tab=closed", "/cases?q=排水", "/cases?q=水", "/cases?unit=" + unit, "/cases?committee=" + committee + "&tab=late",
		"/suggestions", "/suggestions?tab=vet", "/suggestions?tab=handling", "/suggestions?tab=key", "/suggestions?tab=late", "/suggestions?tab=motion", "/suggestions?tab=closed", "/suggestions?q=停车",
		"/suggestions?q=审议意见", "/suggestions?unit=" + unit + "&category=法制", "/suggestions/bulk/vet", "/suggestions/bulk/handover", "/lateness", "/lateness?side=unit", "/lateness?side=npc", "/lateness?side=L3",
		"/numbers", "/numbers?from=2022-01-01", "/numbers?unit=" + unit, "/numbers/timely", "/numbers/overdue?how=session", "/numbers/report", "/notices", "/mail", "/people", "/people/accounts", "/people/accounts?q=演示第3局",
		"/people/units", "/audit", "/audit?who=演示unt3", "/audit?action=登录", "/audit?object=" + d.Case, "/audit?result=denied", "/audit?from=2024-01-01&to=2024-02-01", "/rules", "/calendar", "/permissions", "/me",
		"/cases/" + d.Case, "/cases/" + d.Public, "/public", "/public/" + d.Congress, "/public/" + d.Congress + "?state=late", "/public/" + d.Congress + "?q=停车&category=法制", "/public/" + d.Congress + "?unit=" + unit,
		"/public/" + d.Congress + "/suggestions/" + d.Public, "/api/work", "/api/cases", "/api/cases?limit=10", "/api/notices", "/api/me"}
	shown := map[string]bool{}
	for _, login := range d.Logins {
		jar := must(cookiejar.New(nil))
		who := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		statements.page = ""
		r := must(who.PostForm(web.URL+"/login", url.Values{"login": {login}, "password": {password}}))
		_ = r.Body.Close()
		if r.StatusCode != http.StatusSeeOther {
			t.Fatalf("login of %s: %d", login, r.StatusCode)
		}
		for _, page := range lists {
			statements.page = page + " for " + login
			r := must(who.Get(web.URL + escaped(page)))
			body := string(must(io.ReadAll(r.Body)))
			_ = r.Body.Close()
			switch {
			case r.StatusCode == http.StatusOK || r.StatusCode == http.StatusSeeOther:
				shown[page] = true
			case r.StatusCode != http.StatusForbidden && r.StatusCode != http.StatusNotFound:
				t.Errorf("%s for %s: %d\n%s", page, login, r.StatusCode, body)
			}
		}
	}
	for _, page := range lists {
		if !shown[page] {
			t.Errorf("nobody saw %s", page)
		}
	}
	statements.page = ""
	tables := map[string]bool{}
	rows := must(owner.Query(ctx, "select relname from pg_class where relkind = 'r' and reltuples >= $1", large))
	for _, name := range must(pgx.CollectRows(rows, pgx.RowTo[string])) {
		tables[name] = true
	}
	if !tables["cases"] || !tables["notices"] || !tables["stages"] || !tables["parts"] {
		t.Fatalf("the tables are not large: %v", tables)
	}
	told, plans := map[string]bool{}, map[string]bool{}
	for _, q := range statements.all {
		if args := fmt.Sprint(q.text, q.args); plans[args] {
			continue
		} else {
			plans[args] = true
		}
		var plan []struct{ Plan node }
		var raw []byte
		err := owner.QueryRow(ctx, "explain (format json) "+q.text, q.args...).Scan(&raw)
		if err == nil {
			err = json.Unmarshal(raw, &plan)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", q.page, err, q.text)
			continue
		}
		plan[0].Plan.walk(func(n node) {
			if n.Type == "Seq Scan" && tables[n.Relation] && !told[q.text+n.Relation] {
				told[q.text+n.Relation] = true
				t.Errorf("%s reads all of %s:\n%s", q.page, n.Relation, q.text)
			}
		})
	}
	t.Logf("%d pages by %d people, %d statements, %d plans", len(shown), len(d.Logins), len(statements.all), len(plans))
}

// escaped is an address as it is written here, as browsers send it.
func escaped(page string) string {
	path, query, asked := strings.Cut(page, "?")
	if !asked {
		return path
	}
	q := url.Values{}
	for _, pair := range strings.Split(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		q.Set(k, v)
	}
	return path + "?" + q.Encode()
}
