package api

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
)

// lines are all lines of a congress, newest first.
func (s *site) lines(congress string) []register.Line {
	s.t.Helper()
	return must(s.register.Lines(context.Background(), congress, register.LineFilter{}, 1000))
}

// last is the newest line; it must be of that action and result.
func (s *site) last(action, result string) register.Line {
	s.t.Helper()
	ls := s.lines(s.congress)
	if len(ls) == 0 || ls[0].Action != action || ls[0].Result != result {
		s.t.Fatalf("the last line is not %s %s: %+v", action, result, ls)
	}
	return ls[0]
}

func TestLoginsLeaveLines(t *testing.T) {
	s := newSite(t)
	other := must(s.register.AddCongress(context.Background(), register.Congress{Name: "邻区人大常委会"}))
	b := s.browser()
	b.post("/login", url.Values{"login": {"wangmin"}, "password": {"wrong-Password-1"}})
	l := s.last("POST /login", "denied")
	if l.Account != "" || l.ObjectID != s.account || !strings.Contains(l.Reason, "wangmin") || l.Address != "127.0.0.1" || !strings.Contains(l.Terminal, "Go-http-client") {
		t.Errorf("%+v", l)
	}
	if len(s.lines(other)) > 0 {
		t.Error("another congress learns of a failure that is none of its own")
	}
	b.post("/login", url.Values{"login": {"nobody"}, "password": {"wrong-Password-1"}})
	if l = s.last("POST /login", "denied"); l.ObjectID != "" || !strings.Contains(l.Reason, "nobody") || len(s.lines(other)) != 1 {
		t.Errorf("%+v", l)
	}
	b.login("wangmin")
	if l = s.last("POST /login", "done"); l.Account != s.account || l.Name != "王敏" || l.Role != "UNT" || l.Unit != "区教育局" {
		t.Errorf("%+v", l)
	}
	b.post("/logout", nil)
	if l = s.last("POST /logout", "done"); l.Account != s.account {
		t.Errorf("%+v", l)
	}
	for _, l := range s.lines(s.congress) {
		if strings.Contains(l.Reason+l.ObjectID, "wrong-Password-1") || strings.Contains(l.Reason+l.ObjectID, password) {
			t.Errorf("a password in the log: %+v", l)
		}
	}
}

func TestDeedsLeaveLines(t *testing.T) {
	s := newSite(t)
	s.add(s.congress, "adm", "系统管理员", register.Post{Role: schemas.Admin})
	b := s.browser()
	b.login("wangmin")
	for _, c := range []struct {
		method, path, action, result, object string
	}{
		{"POST", "/notices/read", "POST /notices/read", "done", ""},
		{"POST", "/cases/new", "POST /cases/new", "denied", ""},
		{"POST", "/cases/0197c0de-0000-7000-8000-000000000000/act", "POST /cases/{id}/act", "denied", "0197c0de-0000-7000-8000-000000000000"},
		{"POST", "/nowhere", "POST /nowhere", "denied", ""},
		{"GET", "/people", "GET /people", "denied", ""},
		{"GET", "/cases/x/files/y", "GET /cases/{id}/files/{file}", "denied", "x"},
	} {
		if c.method == "POST" {
			b.post(c.path, url.Values{"a": {"b"}})
		} else {
			b.get(c.path)
		}
		if l := s.last(c.action, c.result); l.ObjectID != c.object || l.Account != s.account {
			t.Errorf("%s: %+v", c.path, l)
		}
	}
	if l := s.lines(s.congress)[1]; !strings.Contains(l.Reason, "组织与人员由办公室和管理员查看") {
		t.Errorf("why it was denied: %+v", l)
	}
	n := len(s.lines(s.congress))
	for _, path := range []string{"/", "/cases", "/rules", "/calendar", "/notices", "/static/app.css", "/login"} {
		b.get(path)
	}
	if got := len(s.lines(s.congress)); got != n {
		t.Errorf("ordinary pages left %d lines", got-n)
	}
	b.login("adm")
	b.get("/people")
	s.last("GET /people", "read")
}

// What other deputies proposed is personal; what one proposed oneself is not.
func TestReadingOthersSuggestionsLeavesLines(t *testing.T) {
	s := newSite(t)
	ctx := context.Background()
	d := registertest.Found(t, s.register, schemas.Pace{}, hashed)
	states := must(s.register.FileSuggestions(ctx, d.Congress, d.Deputies, []register.NewSuggestion{d.Suggestion()}))
	path := "/cases/" + states[0].Case
	reads := func() (n int) {
		for _, l := range s.lines(d.Congress) {
			if l.Action == "GET /cases/{id}" && l.Result == "read" && l.ObjectID == states[0].Case {
				n++
			}
		}
		return n
	}
	for login, want := range map[string]int{"dpt1": 0, "dep": 1} {
		b, before := s.browser(), reads()
		b.post("/login", url.Values{"login": {login}, "password": {password}})
		r, body := b.get(path)
		expect(t, r, http.StatusOK, body)
		if got := reads() - before; got != want {
			t.Errorf("%s left %d lines, want %d", login, got, want)
		}
	}
}

// While the log takes no lines nothing is answered, nobody is let in, and the form comes back.
func TestNoAnswerWithoutItsLine(t *testing.T) {
	s := newSite(t)
	owner := must(pgx.Connect(context.Background(), s.register.Pool().Config().ConnString()))
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	b := s.browser()
	b.login("wangmin")
	must(owner.Exec(context.Background(), "revoke insert (congress) on audit from bihuan_service"))
	r, body := b.post("/cases/7/act", url.Values{"body": {"已经写好的方案"}})
	expect(t, r, http.StatusServiceUnavailable, body, "已经写好的方案", "登记簿暂时无法访问")
	r, body = b.get("/people")
	expect(t, r, http.StatusServiceUnavailable, body)
	r, body = b.get("/cases")
	expect(t, r, http.StatusOK, body)
	stranger := s.browser()
	r, body = stranger.post("/login", url.Values{"login": {"wangmin"}, "password": {password}})
	expect(t, r, http.StatusServiceUnavailable, body)
	r, _ = stranger.get("/cases")
	if r.StatusCode != http.StatusSeeOther {
		t.Error("let in unrecorded")
	}
}

func TestEveryPostHasAName(t *testing.T) {
	s := newSite(t)
	seen := map[string]bool{}
	err := chi.Walk(s.server.router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		seen[method+" "+route] = true
		if _, named := deeds[method+" "+route]; method == http.MethodPost && !named {
			t.Errorf("POST %s has no name in the audit log", route)
		}
		return nil
	})
	for route := range deeds {
		if !seen[route] && route != exportDeed { // of any page
			t.Errorf("%s is named and does not exist", route)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An auditor opens the log and nothing of the business; nobody else opens the log, whatever his posts.
func TestAuditorApart(t *testing.T) {
	s := newSite(t)
	s.add(s.congress, "audit", "审计员", register.Post{Role: schemas.Auditor})
	s.add(s.congress, "chair", "主任", register.Post{Role: schemas.Chair}, register.Post{Role: schemas.Office})
	b, chair := s.browser(), s.browser()
	b.login("audit")
	chair.login("chair")
	for _, path := range []string{"/cases", "/suggestions", "/numbers", "/lateness", "/people", "/mail", "/suggestions/new", "/api/cases"} {
		r, body := b.get(path)
		expect(t, r, http.StatusForbidden, body)
	}
	for _, path := range []string{"/audit", "/audit.csv"} {
		r, body := b.get(path)
		expect(t, r, http.StatusOK, body)
		r, body = chair.get(path)
		expect(t, r, http.StatusForbidden, body, "审计记录只由审计管理员查看")
	}
	r, body := chair.post("/audit/verify", nil)
	expect(t, r, http.StatusForbidden, body)
	_, body = b.get("/audit")
	for _, path := range []string{"/cases", "/people", "/suggestions"} {
		if strings.Contains(body, `href="`+path+`"`) {
			t.Errorf("the auditor's navigation leads to %s", path)
		}
	}
	if _, body = chair.get("/cases"); strings.Contains(body, `href="/audit"`) {
		t.Error("the chair's navigation leads to the log")
	}
}

func TestAuditPage(t *testing.T) {
	s := newSite(t)
	ctx := context.Background()
	s.add(s.congress, "audit", "审计员", register.Post{Role: schemas.Auditor})
	for range 60 {
		if err := s.register.Audit(ctx, register.Line{Congress: s.congress, Name: "系统", Role: "SYS", Action: "plan", Object: "case", ObjectID: "c1", Reason: "plan：逾期2级",
			Before: "b0", After: "a0", Result: "done"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.register.Audit(ctx, register.Line{Congress: s.congress, Name: "=HYPERLINK(\"http://x\")", Action: "POST /rules/moves", ObjectID: "c2", Reason: "甲,\"乙\"\n丙", Result: "failed"}); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.login("audit")
	r, body := b.get("/audit")
	expect(t, r, http.StatusOK, body, "改用新版规则", "报送方案", "更早的记录", "逾期2级", "系统", time.Now().In(schemas.Shanghai).Format("2006年1月2日"))
	older := body[strings.Index(body, `href="/audit?before=`)+6:]
	r, body = b.get(strings.ReplaceAll(older[:strings.Index(older, `"`)], "&amp;", "&"))
	expect(t, r, http.StatusOK, body, "回到最新", "报送方案")
	today, tomorrow := time.Now().In(schemas.Shanghai).Format(time.DateOnly), time.Now().Add(24*time.Hour).In(schemas.Shanghai).Format(time.DateOnly)
	for query, want := range map[string][2]bool{ // whether the plan's line and the rules' line are shown
		"object=c2":             {false, true},
		"object=c1&result=done": {true, false},
		"action=规则":             {false, true},
		"action=报送方案&from=" + today + "&to=" + today: {true, false},
		"from=" + tomorrow:          {false, false},
		"who=系统":                    {true, false},
		"who=audit&result=failed":   {false, false},
		"result=failed":             {false, true},
		"before=nonsense&object=c2": {false, true},
	} {
		q := must(url.ParseQuery(query)).Encode()
		r, body := b.get("/audit?" + q)
		expect(t, r, http.StatusOK, body)
		if got := [2]bool{strings.Contains(body, "plan：逾期2级"), strings.Contains(body, "HYPERLINK")}; got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	r, body = b.get("/audit.csv?object=c2")
	expect(t, r, http.StatusOK, body)
	sheet := must(csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll())
	if !strings.HasPrefix(body, "\ufeff") || len(sheet) != 2 || sheet[1][1] != `'=HYPERLINK("http://x")` || sheet[1][10] != "甲,\"乙\"\n丙" {
		t.Errorf("%q", sheet)
	}
	s.last("GET /audit.csv", "read")
	for {
		if n := must(s.register.Link(ctx)); n == 0 {
			break
		}
	}
	r, body = b.post("/audit/verify", nil)
	expect(t, r, http.StatusOK, body, "没有发现改动", "末环哈希")
	s.last("POST /audit/verify", "done")
	owner := must(pgx.Connect(ctx, s.register.Pool().Config().ConnString()))
	t.Cleanup(func() { _ = owner.Close(ctx) })
	must(owner.Exec(ctx, "alter table audit disable trigger user"))
	must(owner.Exec(ctx, "update audit set name = '' where object_id = 'c2'"))
	r, body = b.post("/audit/verify", url.Values{"from": {today}, "to": {today}})
	expect(t, r, http.StatusOK, body, "审计记录有损坏", "记录被改动")
}
