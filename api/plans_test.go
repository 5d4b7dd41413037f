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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// large is from how many rows on a table must not be read whole (settled 24 says 10,000; at a hundredth of the size half of that).
const large = 5000

// reckoned is in the statements of the ledger and of the public list, which read a year: a fifth of the seed, for which no index is due.
const reckoned = "from parts p\njoin cases c"

// seen collects the statements that pages send.
type seen struct {
	mu   sync.Mutex
	page string
	all  map[string]request // by page and text
}

type request struct {
	page, text string
	args       []any
}

// turn goes on to another page; none: what is sent meanwhile is nobody's.
func (s *seen) turn(page string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = page
}

func (s *seen) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if verb, _, _ := strings.Cut(q.SQL, " "); s.page != "" && !slices.Contains([]string{"set", "begin", "commit", "rollback"}, verb) {
		s.all[s.page+"\n"+q.SQL] = request{s.page, q.SQL, q.Args}
	}
	return ctx
}

func (s *seen) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// node is a step of a plan.
type node struct {
	Type      string `json:"Node Type"`
	Relation  string `json:"Relation Name"`
	Condition string `json:"Index Cond"`
	Index     string `json:"Index Name"`
	Plans     []node
}

// whole are the tables that a plan must read from end to end, or by an index from end to end without knowing where to stop.
// What waits in the intake is never much.
func (n node) whole(limited bool) (tables []string) {
	limited = limited || n.Type == "Limit"
	if n.Type == "Seq Scan" || strings.HasPrefix(n.Type, "Index") && n.Condition == "" && !limited && n.Index != "intake_waiting" {
		tables = append(tables, n.Relation)
	}
	for _, below := range n.Plans {
		tables = append(tables, below.whole(limited)...)
	}
	return tables
}

// No page has to read a large table from end to end, whoever asks for it: with no choice but loops and indices, the planner finds
// an index for each. (What it chooses of itself depends on the size: a tenth of a small table is read whole with reason.)
func TestNoPageScansALargeTable(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := registertest.URL(t)
	owner := must(pgxpool.New(ctx, address))
	t.Cleanup(owner.Close)
	d := must(registertest.Seed(ctx, owner, 10000, hashed))
	statements := &seen{all: map[string]request{}}
	reg := must(register.Open(ctx, address, statements))
	t.Cleanup(reg.Close)
	server := must(New(Config{Register: reg, Files: must(OpenFiles(t.TempDir())), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Desk: &intake.Desk{Register: reg}}))
	web := httptest.NewServer(server)
	t.Cleanup(func() { web.Close(); server.Close() })
	imported := register.NewID() // a congress whose every matter came from its ledger
	must(owner.Exec(ctx, "insert into ledger_imports select $1, congress, owner, '台账.xlsx', '', filed_at, 10000 from cases limit 1", imported))
	must(owner.Exec(ctx, "insert into ledger_matters select id, congress, $1, row_number() over (order by filed_at) from cases", imported))
	must(owner.Exec(ctx, "analyze"))
	unit, committee := "00000002-0000-7000-8000-000000000003", "00000002-0000-7000-8000-000000000021"
	lists := []string{"/", "/cases", "/cases?tab=open", "/cases?tab=near", "/cases?tab=late", "/cases?tab=closed", "/cases/import", "/cases/import/" + imported, "/cases/import/" + imported + "?after=-." + d.Case, "/cases?q=排水", "/cases?q=水", "/cases?unit=" + unit, "/cases?committee=" + committee + "&tab=late",
		"/suggestions", "/suggestions?tab=vet", "/suggestions?tab=handling", "/suggestions?tab=key", "/suggestions?tab=late", "/suggestions?tab=motion", "/suggestions?tab=closed", "/suggestions?q=停车",
		"/suggestions?q=审议意见", "/suggestions?unit=" + unit + "&category=法制", "/suggestions/bulk/vet", "/suggestions/bulk/handover", "/lateness", "/lateness?side=unit", "/lateness?side=npc", "/lateness?side=L3",
		"/cockpit", "/cockpit?unit=" + unit + "&kind=suggestion", "/cockpit?committee=" + committee, "/cockpit/print", "/cockpit/screen", "/cockpit/list?of=late&side=unit&level=L3", "/cockpit/list?of=soon", "/cockpit/list?of=held",
		"/cockpit/list?of=due&month=" + time.Now().Format("2006-01") + "&unit=" + unit, "/cockpit/list?of=closed", "/cockpit/list?of=opened", "/cockpit/list?of=missed", "/cockpit/list?of=open", "/cockpit/list?of=step&step=answer", "/cockpit/list?of=ended",
		"/numbers", "/numbers?from=2022-01-01", "/numbers?unit=" + unit, "/numbers/timely", "/numbers/overdue?how=session", "/numbers/report", "/numbers/opinions",
		"/numbers/opinions?from=2023-01-01&to=2023-12-31", "/numbers/opinions/timely?unit=" + unit, "/numbers/opinions/items", "/numbers/opinions/urgings?from=2023-01-01", "/numbers/units", "/numbers/units?of=suggestion",
		"/numbers/committees", "/numbers/leaders", "/numbers/months", "/numbers/months?of=suggestion&code=answered&year=2024", "/numbers/bulletins", "/numbers/bulletins/new", "/notices", "/digest", "/digest/2026-03-02", "/mail", "/mail?channel=mail&waiting=1", "/mail/tomorrow", "/mail/ways", "/bots", "/me/notices", "/people", "/people/accounts", "/people/accounts?q=演示第3局",
		"/people/units", "/audit", "/audit?who=演示unt3", "/audit?action=登录", "/audit?object=" + d.Case, "/audit?result=denied", "/audit?from=2024-01-01&to=2024-02-01", "/rules", "/rules/versions", "/rules/edit", "/rules/preview", "/rules/moves?procedure=suggestion", "/calendar", "/calendar/closings", "/permissions", "/me",
		"/cases/" + d.Case, "/cases/" + d.Public, "/public", "/public/" + d.Congress, "/public/" + d.Congress + "?state=late", "/public/" + d.Congress + "?q=停车&category=法制", "/public/" + d.Congress + "?unit=" + unit,
		"/public/" + d.Congress + "/suggestions/" + d.Public, "/interviews", "/inquiries", "/ballots", "/letters", "/letters?q=办&year=2023", "/search?q=排水", "/search?q=群众反映&year=2024",
		"/search?q=演示&state=open", "/search?q=审议意见&unit=" + unit, "/search?q=cql", "/search/units.json", "/ledgers", "/ledgers/opinions", "/ledgers/opinions?stand=late&year=2024",
		"/ledgers/opinions?q=水&sort=new", "/ledgers/opinions?unit=" + unit, "/ledgers/suggestions", "/ledgers/suggestions?sort=new&stand=open", "/ledgers/suggestions?committee=" + committee,
		"/ledgers/problems", "/ledgers/interviews", "/ledgers/instructions", "/ledgers/instructions?stand=late&unit=" + unit, "/lateness?side=unit&export=1", "/api/work", "/api/cases", "/api/cases?limit=10",
		"/api/notices", "/api/me"}
	shown := map[string]bool{}
	for _, login := range d.Logins {
		jar := must(cookiejar.New(nil))
		who := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		statements.turn("")
		r := must(who.PostForm(web.URL+"/login", url.Values{"login": {login}, "password": {password}}))
		_ = r.Body.Close()
		if r.StatusCode != http.StatusSeeOther {
			t.Fatalf("login of %s: %d", login, r.StatusCode)
		}
		for _, page := range lists {
			statements.turn(page + " for " + login)
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
	statements.turn("")
	tables := map[string]bool{}
	rows := must(owner.Query(ctx, "select relname from pg_class where relkind = 'r' and reltuples >= $1", large))
	for _, name := range must(pgx.CollectRows(rows, pgx.RowTo[string])) {
		tables[name] = true
	}
	if !tables["cases"] || !tables["notices"] || !tables["stages"] || !tables["parts"] {
		t.Fatalf("the tables are not large: %v", tables)
	}
	told, plans := map[string]bool{}, map[string]bool{}
	planner := must(owner.Acquire(ctx))
	defer planner.Release()
	must(planner.Exec(ctx, "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off"))
	for _, q := range statements.all {
		if args := fmt.Sprint(q.text, q.args); plans[args] {
			continue
		} else {
			plans[args] = true
		}
		var plan []struct{ Plan node }
		var raw []byte
		err := planner.QueryRow(ctx, "explain (format json) "+q.text, q.args...).Scan(&raw)
		if err == nil {
			err = json.Unmarshal(raw, &plan)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", q.page, err, q.text)
			continue
		}
		for _, table := range plan[0].Plan.whole(false) {
			if tables[table] && !told[q.text+table] && !strings.Contains(q.text, reckoned) {
				told[q.text+table] = true
				t.Errorf("%s reads all of %s:\n%s", q.page, table, q.text)
			}
		}
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
