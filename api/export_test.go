package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
)

// seenTable is a table as a browser has it, read by another parser than the one that exports.
type seenTable struct {
	rows [][]string
	head int
}

// tablesSeen are the tables of a page that lead to an export, and the address of what comes after each.
func tablesSeen(t *testing.T, page string) (tables []seenTable, nexts []string) {
	t.Helper()
	root := must(html.Parse(strings.NewReader(page)))
	var last int
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "table" {
			last = -1
			if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == still }) {
				tables, nexts = append(tables, seen1(n)), append(nexts, "")
				last = len(tables) - 1
			}
			return
		}
		if n.Type == html.ElementNode && n.Data == "a" && last >= 0 && valueOf(n, "rel") == "next" {
			nexts[last] = valueOf(n, "href")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	last = -1
	visit(root)
	return tables, nexts
}

func valueOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// seen1 lays a table out on its grid: a cell that spans several stands in the first.
func seen1(n *html.Node) (s seenTable) {
	grid := map[[2]int]string{}
	taken := map[[2]int]bool{}
	row, wide := 0, 0
	var visit func(n *html.Node, head bool)
	visit = func(n *html.Node, head bool) {
		if n.Type == html.ElementNode && n.Data == "tr" {
			column := 0
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type != html.ElementNode {
					continue
				}
				for taken[[2]int{row, column}] {
					column++
				}
				grid[[2]int{row, column}] = textSeen(c)
				for y := range max(number(valueOf(c, "rowspan")), 1) {
					for x := range max(number(valueOf(c, "colspan")), 1) {
						taken[[2]int{row + y, column + x}] = true
						wide = max(wide, column+x+1)
					}
				}
				column += max(number(valueOf(c, "colspan")), 1)
			}
			if row++; head {
				s.head++
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c, head || n.Data == "thead")
		}
	}
	visit(n, false)
	for y := range row {
		line := make([]string, wide)
		for x := range wide {
			line[x] = grid[[2]int{y, x}]
		}
		s.rows = append(s.rows, line)
	}
	return s
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// textSeen is what a cell says to a reader, without what he presses.
func textSeen(n *html.Node) string {
	var b strings.Builder
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(strings.Map(func(c rune) rune {
				if strings.ContainsRune("\t\r\n\f", c) {
					return ' '
				}
				if c < ' ' || c == 0x7f {
					return -1
				}
				return c
			}, n.Data))
			return
		}
		if n.Type == html.ElementNode {
			if slices.Contains([]string{"button", "select", "textarea", "form", "svg"}, n.Data) || slices.Contains(strings.Fields(valueOf(n, "class")), "button") {
				return
			}
		}
		block := slices.Contains([]string{"br", "p", "div", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary"}, n.Data) && n.Type == html.ElementNode
		if block {
			b.WriteByte('\n')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
		if block {
			b.WriteByte('\n')
		}
	}
	visit(n)
	var lines []string
	for _, line := range strings.Split(b.String(), "\n") {
		if line = strings.Join(strings.FieldsFunc(line, func(c rune) bool { return c == ' ' }), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// shownWhole is a table of a page with the rows of all pages that follow, as somebody sees who turns them.
func (b browser) shownWhole(address string, n int) seenTable {
	b.s.t.Helper()
	var whole seenTable
	for pages := 0; address != ""; pages++ {
		r, body := b.get(address)
		tables, nexts := tablesSeen(b.s.t, body)
		if r.StatusCode != http.StatusOK || n > len(tables) {
			b.s.t.Fatalf("%s: %d, %d tables", address, r.StatusCode, len(tables))
		}
		t := tables[n-1]
		if pages == 0 {
			whole = t
		} else {
			whole.rows = append(whole.rows, t.rows[t.head:]...)
		}
		address = nexts[n-1]
	}
	// A column without a heading and without a word is one of buttons.
	if whole.head == 1 {
		for column := len(whole.rows[0]) - 1; column >= 0; column-- {
			if !slices.ContainsFunc(whole.rows, func(row []string) bool { return row[column] != "" }) {
				for i := range whole.rows {
					whole.rows[i] = slices.Delete(slices.Clone(whole.rows[i]), column, column+1)
				}
			}
		}
	}
	return whole
}

func exporting(address string, n int) string {
	u := must(url.Parse(address))
	q := u.Query()
	q.Set("export", strconv.Itoa(n))
	u.RawQuery = q.Encode()
	return u.String()
}

// sheetOf opens an export as a spreadsheet shows it.
func (b browser) sheetOf(address string, n int) [][]string {
	b.s.t.Helper()
	r, body := b.get(exporting(address, n))
	if r.StatusCode != http.StatusOK || !strings.HasSuffix(r.Header.Get("Content-Type"), "spreadsheetml.sheet") {
		b.s.t.Fatalf("export of %s: %d %s\n%.500s", address, r.StatusCode, r.Header, body)
	}
	book := must(excelize.OpenReader(strings.NewReader(body)))
	defer func() { _ = book.Close() }()
	return must(book.GetRows(sheetRows))
}

func (b browser) compare(address string, n int) int {
	b.s.t.Helper()
	want, got := b.shownWhole(address, n).rows, b.sheetOf(address, n)
	if len(got) > len(want) {
		b.s.t.Errorf("%s, table %d: %d rows of %d", address, n, len(got), len(want))
	}
	wrong := 0
	for y, row := range want {
		for x, cell := range row {
			has := ""
			if y < len(got) && x < len(got[y]) {
				has = got[y][x]
			}
			if has != cell && wrong < 5 {
				wrong++
				b.s.t.Errorf("%s, table %d, row %d, column %d:\n%q, want\n%q", address, n, y+1, x+1, has, cell)
			}
		}
	}
	return len(want)
}

// Every table of every page that somebody may open can be exported, and the export says what the page says.
func TestExportsEqualTheirPages(t *testing.T) {
	o := newOpenDistrict(t)
	ctx := context.Background()
	for login, posts := range map[string][]register.Post{"scm": {{Role: schemas.Member}}, "aud": {{Role: schemas.Auditor}}} {
		o.People[login] = o.add(o.Congress, login, login, posts...)
	}
	var cases []string
	opinion := must(o.register.File(ctx, o.Filing("测审〔2026〕1号", at(2026, 3, 1, 0, 0)))).Case
	for i := range 120 {
		f := o.Filing(fmt.Sprintf("测审〔2026〕%d号", i+2), at(2026, 3, 1, 0, 0))
		f.Title = odd[i%len(odd)]
		cases = append(cases, must(o.register.File(ctx, f)).Case)
	}
	suggestion := o.file(o.Suggestion())[0]
	interview := must(o.register.FileInterview(ctx, register.NewInterview{Congress: o.Congress, Source: "委室提出", Title: "=约谈()", Body: "方案逾期未报。",
		Unit: o.Units[0], Post: "主要负责人", Committee: o.Committee, Owner: o.People["cmt"], About: opinion, Role: schemas.Clerk})).Case
	surveyed := must(o.register.FileInquiry(ctx, register.NewInquiry{Congress: o.Congress, Title: "优化营商环境", Body: "企业反映集中。", Committee: o.Committee, Owner: o.People["cmt"], Role: schemas.Clerk}))
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{open}', '[{"key": "survey"}]')::text where id = $1`, surveyed.Case)
	must(o.register.FileProblems(ctx, surveyed, "专询〔2026〕1号", o.People["cmt"], []register.NewProblem{{Title: "审批超时", Body: "@事实", Class: "项目审批", Unit: o.Units[0], Site: "-1号点"}}))
	must(o.register.FileAppraisal(ctx, register.NewAppraisal{Congress: o.Congress, Title: "甲局2026年工作评议", Body: "任务重。", Unit: o.Units[0], Committee: o.Committee,
		Owner: o.People["cmt"], Role: schemas.Clerk}))
	plan := schemas.BallotPlan{Form: "options", Options: schemas.BallotScales[0].Options, Rule: schemas.BallotScales[0].Rule, Electorates: []schemas.Electorate{{Who: "members", Base: "all", Weight: 100}}}
	ballot := must(o.register.Configure(ctx, register.Ballot{Congress: o.Congress, Title: "+区水务局工作评议", Scrutineer: o.People["scm"], Plan: plan}, o.People["ofc"]))
	must(o.register.DrawLetter(ctx, o.Congress, "export-letter", register.Letter{CaseID: opinion, Kind: "handover", Title: "=HYPERLINK(\"x\")", Body: "请办理。", Author: o.People["ofc"], DrawnAt: at(2026, 3, 2, 9, 0)}))
	o.sql(`insert into stages (congress, case_id, key, kind, unit, roles, npc, rev, due, opened_at, level) select $1, id, 'plan/' || $2::uuid, 'plan', $2::uuid, '{UNH}', false, 0, '2026-01-01', '2025-12-01', 'L1' from cases
		where congress = $1 and procedure = 'opinion' on conflict do nothing`, o.Congress, o.Units[0])
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{open}', '[{"key": "handover"}]')::text where id = $1`, opinion)
	o.sql(`insert into stages (congress, case_id, key, kind, roles, npc, rev, due, opened_at) values ($1, $2, 'handover', 'handover', '{OFC}', true, 0, '2026-03-09', '2026-03-02')`, o.Congress, opinion)
	for _, who := range []string{"ofc", "gov"} {
		o.sql(`insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at) values ($1, $2, $3, 'handover', 0, 'L1', $4, '2026-03-02', '2026-03-01', '2026-03-02')`, register.NewID(), o.Congress, opinion, o.People[who])
	}
	pages := []string{"/cases/" + opinion, "/cases/" + suggestion, "/cases/" + interview, "/cases/" + surveyed.Case, "/cases/" + cases[1], "/ballots/" + ballot, "/cases?q=" + url.QueryEscape("=1"), "/cases?tab=open",
		"/audit?action=" + url.QueryEscape("登录"), "/lateness?side=unit", "/tracking/" + o.Units[0], "/cases?cols=" + url.QueryEscape("编号") + "&cols=" + url.QueryEscape("状态")}
	err := chi.Walk(o.server.router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodGet && !open[method+" "+route] && !strings.Contains(route, "{") && !strings.HasPrefix(route, "/api/") && path.Ext(route) == "" && route != "/audit" { // to look at the audit log writes it
			pages = append(pages, route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tables, rows, exported := 0, 0, map[string]bool{}
	for _, login := range []string{"ofc", "cmh", "unt-jia", "dpt1", "adm", "aud", "scm", "gov", "dep"} {
		b := o.browser()
		b.login(login)
		for _, page := range pages {
			r, body := b.get(page)
			if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				continue
			}
			if !strings.Contains(body, `<header class="top">`) { // a sheet to print, or a screen to look at
				continue
			}
			seen, _ := tablesSeen(t, body)
			for n := range seen {
				if len(seen[n].rows) == seen[n].head {
					continue
				}
				if door := "export=" + strconv.Itoa(n+1); !strings.Contains(body, door+"\"") && !strings.Contains(body, door+"&amp;") {
					t.Errorf("%s: table %d has no door to its export", page, n+1)
				}
				tables, exported[page] = tables+1, true
				rows += b.compare(page, n+1)
			}
		}
	}
	for _, page := range []string{"/", "/cases", "/suggestions", "/inquiries", "/interviews", "/appraisals", "/ballots", "/letters", "/lateness", "/notices", "/rules", "/permissions", "/people", "/people/accounts", "/people/units", "/audit?action=" + url.QueryEscape("登录"), "/me", "/tracking"} {
		if !exported[page] {
			t.Errorf("no table of %s was compared", page)
		}
	}
	t.Logf("%d pages, %d tables, %d rows", len(exported), tables, rows)
}

// odd are titles that a spreadsheet might take for something else, or cannot hold.
var odd = []string{"=1+1", "+86 13900000000", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "\tTab", "普通的标题", "2026年3月2日", "2026年13月2日", "0012", "12.50", "1e5", "TRUE", "_x0041_", "𠮷野家👨‍👩‍👧🏗️", "<b>粗</b>&amp;",
	"'单引号", "\"双引号\"", " 前后空格 ", "１２３", "2026-03-02", "3/5", "\u200b零宽", strings.Repeat("长", 200), "a_x005F_b", "#REF!", "₂½", "=SUM(1,2)*cmd", "－1", "2026年3月2日（周一）"}

// newExportSite is a district with enough opinions for several pages of an export.
func newExportSite(t *testing.T, opinions int) openDistrict {
	t.Helper()
	o := newOpenDistrict(t)
	for i := range opinions {
		f := o.Filing(fmt.Sprintf("测审〔2026〕%d号", i+1), at(2026, 3, 1, 0, 0))
		f.Title = odd[i%len(odd)]
		must(o.register.File(context.Background(), f))
	}
	return o
}

func exportLines(o openDistrict) (lines []string) {
	rows := must(o.register.Pool().Query(context.Background(), "select name || ' ' || result || ' ' || reason from audit where action = $1 order by id", exportDeed))
	return must(pgx.CollectRows(rows, pgx.RowTo[string]))
}

// Who may not see a page gets no export of it; who sees less of it exports less; each leaves a line.
func TestExportBelongsToWhoAsks(t *testing.T) {
	o := newExportSite(t, 3)
	stranger := o.browser()
	if r, _ := stranger.get("/cases?export=1"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("nobody exports: %d", r.StatusCode)
	}
	office, unit := o.browser(), o.browser()
	office.login("ofc")
	unit.login("unt-jia")
	if rows := office.sheetOf("/cases", 1); len(rows) != 4 {
		t.Errorf("the office exports %d rows", len(rows)-1)
	}
	r, body := unit.get("/cases?export=1")
	expect(t, r, http.StatusUnprocessableEntity, body, "没有内容可以导出")
	for _, page := range []string{"/audit", "/people/accounts", "/mail", "/cases/" + register.NewID()} {
		r, body := unit.get(page + "?export=1")
		if r.StatusCode != http.StatusForbidden && r.StatusCode != http.StatusNotFound || strings.HasPrefix(body, "PK") || !strings.Contains(body, "<h1>") {
			t.Errorf("%s is exported to who may not see it: %d", page, r.StatusCode)
		}
	}
	for query, says := range map[string]string{"export=9": "没有这张表", "export=0": "没有写清楚", "export=x": "没有写清楚", "export=": "没有写清楚", "export=-1": "没有写清楚", "export=1&after=nonsense": ""} {
		r, body := office.get("/cases?" + query)
		if says != "" {
			expect(t, r, http.StatusUnprocessableEntity, body, says)
		} else if !strings.HasPrefix(body, "PK") {
			t.Errorf("%s: %d", query, r.StatusCode)
		}
	}
	if r, body := office.get("/people/units/import/template.xlsx?export=1"); r.StatusCode != http.StatusForbidden {
		t.Errorf("%d %.80q", r.StatusCode, body)
	}
	if r, body := office.get("/api/cases?export=1"); r.StatusCode != http.StatusOK || !strings.HasPrefix(body, "{") && !strings.HasPrefix(body, "[") {
		t.Errorf("a program gets %d %.80q", r.StatusCode, body)
	}
	id := must(o.register.Cases(t.Context(), o.Congress, "opinion"))[0].ID
	o.sql(`insert into stages (congress, case_id, key, kind, roles, npc, rev, due, opened_at) values ($1, $2, 'handover', 'handover', '{OFC}', true, 0, '2026-03-09', '2026-03-02')`, o.Congress, id)
	for _, page := range []string{"/cases?q=13900000000&tab=open", "/cases/" + id} {
		if rows := office.sheetOf(page, 1); len(rows) != 2 {
			t.Errorf("%s: %q", page, rows)
		}
	}
	got := exportLines(o)
	for _, secret := range odd[:3] { // the auditor reads no business
		if strings.Contains(strings.Join(got, "\n"), strings.TrimPrefix(secret, "+86 ")) {
			t.Errorf("the audit log knows %q", secret)
		}
	}
	for _, want := range []string{"监督事项，3行，/cases", "监督事项，1行，/cases q=（略）&tab=open", "1行，/cases/" + id, "denied", "failed"} {
		if !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, want) }) {
			t.Errorf("no line says %q:\n%s", want, strings.Join(got, "\n"))
		}
	}
}

// A file that is asked for as a table is a file: it is given away, and stands in the log as what it is.
func TestAFileIsNoExport(t *testing.T) {
	o := newExportSite(t, 1)
	id := must(o.register.Cases(t.Context(), o.Congress, "opinion"))[0].ID
	o.add(o.Congress, "aud", "审计员", register.Post{Role: schemas.Auditor})
	file := "/cases/" + id + "/files/" + register.NewID()
	actions := func() []string {
		return must(pgx.CollectRows(must(o.register.Pool().Query(t.Context(), "select action from audit order by id")), pgx.RowTo[string]))
	}
	for _, x := range []struct {
		login, address, action, kind string
		status                       int
	}{
		{"aud", "/audit.csv?export=1", "GET /audit.csv", "text/csv", http.StatusOK},
		{"ofc", file + "?export=1", fileDeed, "text/html", http.StatusNotFound},
		{"ofc", "/cases/" + id + "/archive.zip?export=1", "GET /cases/{id}/archive.zip", "", 0},
		{"ofc", "/cases/import/template.xlsx?export=1", "", "application/vnd.", http.StatusOK},
	} {
		b := o.browser()
		b.login(x.login)
		before := len(actions())
		r, body := b.get(x.address)
		if x.status != 0 && r.StatusCode != x.status || !strings.HasPrefix(r.Header.Get("Content-Type"), x.kind) {
			t.Errorf("%s: %d %s %.80q", x.address, r.StatusCode, r.Header.Get("Content-Type"), body)
		}
		if got := strings.Join(actions()[before:], " "); got != x.action {
			t.Errorf("%s stands in the log as %q, want %q", x.address, got, x.action)
		}
	}
}

// reader looks at what is held while it is answered.
type reader struct {
	*httptest.ResponseRecorder
	look func()
}

func (r reader) Write(b []byte) (int, error) {
	r.look()
	return r.ResponseRecorder.Write(b)
}

// Whoever reads an export slowly holds up nobody: no place among those at once, and no connection.
func TestASlowReaderHoldsNothing(t *testing.T) {
	s, d := newDistrict(t)
	router := chi.NewRouter()
	router.Use(s.server.exported)
	router.Get("/table", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<h1>表</h1><table><thead><tr><th>甲</th></tr></thead><tr><td>一</td></tr></table>`)
	})
	router.Get("/refused", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "不行")
	})
	for page, want := range map[string]struct {
		status int
		begins string
	}{"/table?export=1": {http.StatusOK, "PK"}, "/refused?export=1": {http.StatusForbidden, "不行"}} {
		looked := false
		w := reader{httptest.NewRecorder(), func() {
			looked = true
			if len(s.server.exports) > 0 || s.register.Pool().Stat().AcquiredConns() > 0 {
				t.Errorf("%s: %d places, %d connections are held", page, len(s.server.exports), s.register.Pool().Stat().AcquiredConns())
			}
		}}
		router.ServeHTTP(w, withPerson(httptest.NewRequest(http.MethodGet, page, nil), register.Person{Account: register.Account{Congress: d.Congress}}))
		if !looked || w.Code != want.status || !strings.HasPrefix(w.Body.String(), want.begins) {
			t.Errorf("%s: %d %.20q", page, w.Code, w.Body.String())
		}
	}
}

// Two people export at once, several times each, and a third breaks off: nobody is in another's way, and nothing is left behind.
func TestExportsAtOnce(t *testing.T) {
	o := newExportSite(t, 1200) // two pages
	people := map[string]browser{}
	for _, login := range []string{"ofc", "cmh"} {
		b := o.browser()
		b.login(login)
		people[login] = b
	}
	var all sync.WaitGroup
	for _, b := range people {
		for range 4 {
			all.Go(func() {
				r, body := b.get("/cases?export=1")
				if rows := must(must(excelize.OpenReader(strings.NewReader(body))).GetRows(sheetRows)); r.StatusCode != http.StatusOK || len(rows) != 1201 {
					t.Errorf("%d, %d rows", r.StatusCode, len(rows))
				}
			})
			all.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
				defer cancel()
				if r, err := b.Do(must(http.NewRequestWithContext(ctx, http.MethodGet, o.url+"/cases?export=1", nil))); err == nil {
					_ = r.Body.Close()
				}
			})
		}
	}
	all.Wait()
	for begun := time.Now(); len(o.server.exports) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("an export that was broken off goes on for ever")
		}
	}
	if rows := people["ofc"].compare("/cases", 1); rows != 1201 {
		t.Errorf("%d rows", rows)
	}
	if used := o.register.Pool().Stat().AcquiredConns(); used > 1 {
		t.Errorf("%d connections are held", used)
	}
}

// No cell of an export is a formula, none can become one when it is edited, and days and numbers are what they look like.
func TestCellsOfAnExport(t *testing.T) {
	o := newExportSite(t, len(odd))
	b := o.browser()
	b.login("ofc")
	_, body := b.get("/ledgers/opinions?export=1")
	book := must(excelize.OpenReader(strings.NewReader(body)))
	defer func() { _ = book.Close() }()
	rows := must(book.GetRows(sheetRows))
	if len(rows) != len(odd)+1 || !slices.Equal(rows[0], ledgers[0].heads) {
		t.Fatalf("%d rows, %q", len(rows), rows[0])
	}
	for y, row := range rows {
		for x, cell := range row {
			name := must(excelize.CoordinatesToCellName(x+1, y+1))
			if f := must(book.GetCellFormula(sheetRows, name)); f != "" {
				t.Errorf("%s is the formula %q", name, f)
			}
			kind := must(book.GetCellType(sheetRows, name))
			_, _, isDay := dayIn(cell)
			_, _, isNumber := numberIn(newCell(cell, x == 0 || x > 13 && x < 19))
			style := must(book.GetStyle(must(book.GetCellStyle(sheetRows, name))))
			switch {
			case y == 0:
			case (isDay || isNumber) && kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber:
				t.Errorf("%s %q is text", name, cell)
			case !isDay && !isNumber && (kind != excelize.CellTypeInlineString || style.NumFmt != 49):
				t.Errorf("%s %q is of type %v and format %d", name, cell, kind, style.NumFmt)
			}
		}
	}
	for text, want := range map[string]bool{"2026年3月2日": true, "2026年3月2日（周一）": true, "2026年3月2日 09:05": true, "2026年12月31日 23:59:59": true, "2026年2月30日": false, "2026年03月02日": false, "1899年1月1日": false,
		"2026年3月2日前": false, "年": false, "": false} {
		if _, _, is := dayIn(text); is != want {
			t.Errorf("%q is a day: %v", text, is)
		}
	}
	for text, want := range map[string]bool{"0": true, "12": true, "-5": true, "12.50": true, "-0": false, "012": false, "1e5": false, "1,000": false, "+5": false, "13900000000": false, "１": false, ".5": false, "5.": false, "--5": false, "0x1": false, "Inf": false} {
		if _, _, is := numberIn(newCell(text, false)); is != want {
			t.Errorf("%q is a number: %v", text, is)
		}
	}
	var e export
	for _, c := range []struct{ text, want string }{{strings.Repeat("长", cellMost), strings.Repeat("长", cellMost)}, {strings.Repeat("a", 40000), strings.Repeat("a", cellMost-len([]rune(cellCut))) + cellCut},
		{strings.Repeat("🏗", 20000), strings.Repeat("🏗", (cellMost-len([]rune(cellCut)))/2) + cellCut}} {
		if got := e.fitted(c.text); got != c.want {
			t.Errorf("%.10s… of %d is cut to %d, want %d", c.text, len(c.text), len(got), len(c.want))
		}
	}
}

func newCell(text string, number bool) cell {
	return cell{text: text, number: number, wide: 1, high: 1}
}

// A table longer than the limit is refused with a plain sentence; one just as long is exported.
func TestTheLongestExport(t *testing.T) {
	t.Parallel()
	page := func(rows int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from := number(r.URL.Query().Get("after"))
			upto := min(from+10000, rows)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, `<h1>长表</h1><table><thead><tr><th>甲</th></tr></thead><tbody>`)
			for n := from; n < upto; n++ {
				fmt.Fprintf(w, "<tr><td>第%d行</td></tr>", n+1)
			}
			fmt.Fprint(w, `</tbody></table>`)
			if upto < rows {
				fmt.Fprintf(w, `<p class="paging"><a rel="next" href="/long?after=%d">下一页</a></p>`, upto)
			}
		})
	}
	for rows, want := range map[int]string{exportMost: "", exportMost + 1: "TooManyRows"} {
		e := export{r: httptest.NewRequest(http.MethodGet, "/long?export=1", nil), next: page(rows)}
		err := e.read()
		if (err == nil) != (want == "") || want != "" && !isRefusal(err, want) || want == "" && e.rows != rows {
			t.Errorf("%d rows: %d, %v", rows, e.rows, err)
		}
		e.close()
	}
}

// What the page's buttons say is not exported; and should a column that seemed to be of buttons say something later, the export fails rather
// than lose it.
func TestNothingOfATableIsLost(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Query().Get("after") == "" {
			fmt.Fprint(w, `<table data-still><tr><td>画</td></tr></table><div class="scroll"><table><thead><tr><th>甲</th><th></th></tr></thead><tr><td>一<button>按</button></td><td><a class="button" href="/">办</a></td></tr></table></div><p class="paging"><a rel="next" href="/x?after=1">下一页</a></p>`)
		} else {
			fmt.Fprint(w, `<table><thead><tr><th>甲</th><th></th></tr></thead><tr><td>二</td><td>有话</td></tr></table>`)
		}
	})
	e := export{r: httptest.NewRequest(http.MethodGet, "/x?export=1", nil), next: page}
	defer e.close()
	if err := e.read(); err == nil || !strings.Contains(err.Error(), "有话") {
		t.Errorf("%v", err)
	}
	html := []byte(`<p>一页没有表的<b>页面</b>，<input value="<table>"><!-- <table> --></p>`)
	if got := dressed(nil, httptest.NewRequest(http.MethodGet, "/x", nil), html, true); string(got) != string(html) {
		t.Errorf("%s", got)
	}
}
