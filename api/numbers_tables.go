package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	// tablesPage are tables of numbers by unit, committee or leader.
	tablesPage struct {
		counting
		Title  string
		Path   string // of the page itself, for its filters
		Ofs    []tab  // opinions or suggestions
		League []leagueTable
		Tables []numberTable
	}
	numberTable struct {
		Title   string
		Columns []string
		Rows    []numberRow
	}
	numberRow struct {
		Name  string
		Cells []opened
	}
	// monthsPage is one indicator by unit and month.
	monthsPage struct {
		counting
		Year  int
		Years []option
		Code  string
		Codes []option
		Ofs   []tab
		Rows  []numberRow
	}
)

// Area is the part of the navigation that the page belongs to.
func (counting) Area() string { return "/numbers" }

// numberTabs are the pages of numbers.
func numberTabs(p *register.Person, path string) (tabs []tab) {
	for _, t := range []struct{ path, title string }{{"/numbers", "代表建议"}, {"/numbers/opinions", "监督意见"}, {"/numbers/units", "单位"}, {"/numbers/committees", "委室"},
		{"/numbers/leaders", "领导"}, {"/numbers/months", "月份"}, {"/numbers/bulletins", "通报"}} {
		if t.path != "/numbers/bulletins" || grantedSome(p, "read", "bulletin") {
			tabs = append(tabs, tab{Title: t.title, Href: t.path, Current: path == t.path || t.path != "/numbers" && strings.HasPrefix(path, t.path+"/")})
		}
	}
	return tabs
}

// ofs lead from a table of opinions to that of suggestions and back, with the period.
func (c counting) ofs(path string) (tabs []tab) {
	for _, of := range []option{{"opinion", "监督意见"}, {"suggestion", "代表建议"}} {
		q := url.Values{"of": {of.Value}}
		for _, f := range []struct{ name, value string }{{"from", c.From}, {"to", c.To}} {
			if f.value != "" {
				q.Set(f.name, f.value)
			}
		}
		tabs = append(tabs, tab{Title: of.Text, Href: path + "?" + q.Encode(), Current: c.Of == of.Value})
	}
	return tabs
}

// counted is counting for pages on which the person chooses what is counted.
func (s *Server) counted(r *http.Request) (counting, error) {
	of := "opinion"
	if r.URL.Query().Get("of") == "suggestion" {
		of = "suggestion"
	}
	return s.counting(r, of)
}

// unitColumns are the numbers of the tables by unit, committee and leader.
var unitColumns = map[string][]string{
	"opinion":    {"tasks", "open", "signed", "plan", "report", "timely", "strictly", "overdue", "overdue-days", "extended", "returned", "reworked", "closed", "days-mean", "satisfied", "items", "urgings"},
	"suggestion": {"tasks", "signed", "answered", "timely", "strictly", "overdue", "extended", "returned", "redone", "closed", "days-mean", "satisfied", "basically", "done", "met", "urge", "supervise"},
}

var loadColumns = map[string][]string{
	"opinion":    {"matters", "handed", "tasks", "open", "timely", "overdue", "reworked", "satisfied", "closed", "items", "urge", "supervise", "interview"},
	"suggestion": {"tasks", "answered", "timely", "overdue", "satisfied", "basically", "done", "met", "closed", "urge", "supervise"},
}

// table is a table of numbers by a key.
func (c counting) table(title, field string, columns []string, keys func(schemas.Line) []schemas.Grouped, value func(schemas.Grouped) string) numberTable {
	t := numberTable{Title: title}
	all := c.numbers(nil)
	for _, code := range columns {
		t.Columns = append(t.Columns, schemas.NumberOf(all, code).Name)
	}
	rows := schemas.Group(c.lines, keys, c.numbers)
	place := func(g schemas.Grouped) int {
		return slices.IndexFunc(c.Units, func(u register.Unit) bool { return u.ID == g.Key })
	}
	slices.SortStableFunc(rows, func(a, b schemas.Grouped) int { return place(a) - place(b) })
	for _, g := range rows {
		if !slices.ContainsFunc(columns, func(code string) bool { return code != "urgings" && schemas.NumberOf(g.Numbers, code).D > 0 }) {
			continue // it was only visited
		}
		row := numberRow{Name: g.Name}
		for _, code := range columns {
			row.Cells = append(row.Cells, c.opened(schemas.NumberOf(g.Numbers, code), field, value(g)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func byKey(g schemas.Grouped) string { return g.Key }

func (s *Server) unitNumbers(w http.ResponseWriter, r *http.Request) {
	c, err := s.counted(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := tablesPage{counting: c, Title: "按单位", Path: "/numbers/units", Ofs: c.ofs("/numbers/units"), League: c.league(person(r.Context()))}
	for _, k := range rankedKinds {
		of := func(l schemas.Line) []schemas.Grouped {
			if l.UnitKind != k.kind {
				return nil
			}
			return schemas.ByUnit(l)
		}
		if t := c.table(strings.TrimSuffix(k.title, "排名")+"指标", "unit", unitColumns[c.Of], of, byKey); len(t.Rows) > 0 {
			page.Tables = append(page.Tables, t)
		}
	}
	s.render(w, r, http.StatusOK, "number_tables", page)
}

func (s *Server) committeeNumbers(w http.ResponseWriter, r *http.Request) {
	c, err := s.counted(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := tablesPage{counting: c, Title: "按督办委室", Path: "/numbers/committees", Ofs: c.ofs("/numbers/committees")}
	page.Tables = append(page.Tables, c.table("督办委室", "committee", loadColumns[c.Of], schemas.ByCommittee, byKey))
	s.render(w, r, http.StatusOK, "number_tables", page)
}

func (s *Server) leaderNumbers(w http.ResponseWriter, r *http.Request) {
	c, err := s.counted(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := tablesPage{counting: c, Title: "按领导", Path: "/numbers/leaders", Ofs: c.ofs("/numbers/leaders")}
	for _, l := range []struct {
		role  schemas.Role
		title string
	}{{schemas.ViceChair, "常委会领导（分管委室的事项）"}, {schemas.ViceMayor, "政府领导（分管单位的任务）"}, {schemas.Chair, "领衔督办的重点建议"}} {
		value := func(g schemas.Grouped) string { return string(l.role) + "-" + g.Key }
		if t := c.table(l.title, "leader", loadColumns[c.Of], schemas.ByLeader(l.role), value); len(t.Rows) > 0 {
			page.Tables = append(page.Tables, t)
		}
	}
	s.render(w, r, http.StatusOK, "number_tables", page)
}

// monthNumbers shows one indicator by unit and month; what places a line into a month is what places it into any period.
func (s *Server) monthNumbers(w http.ResponseWriter, r *http.Request) {
	p, q := person(r.Context()), r.URL.Query()
	year := yearOf(r, p.Now)
	q.Set("from", time.Date(year, 1, 1, 0, 0, 0, 0, schemas.Shanghai).Format(time.DateOnly))
	q.Set("to", time.Date(year, 12, 31, 0, 0, 0, 0, schemas.Shanghai).Format(time.DateOnly))
	q.Set("by", "due")
	asked := r.Clone(r.Context())
	asked.URL.RawQuery = q.Encode()
	c, err := s.counted(asked)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := monthsPage{counting: c, Year: year, Code: q.Get("code"), Ofs: c.ofs("/numbers/months")}
	for i := range page.Ofs {
		page.Ofs[i].Href += "&year=" + strconv.Itoa(year)
	}
	for y := p.Now.In(schemas.Shanghai).Year(); len(page.Years) < 6; y-- {
		page.Years = append(page.Years, option{strconv.Itoa(y), strconv.Itoa(y) + "年"})
	}
	whole := c.numbers(nil)
	if schemas.NumberOf(whole, page.Code).Code == "" {
		page.Code = "timely"
	}
	for _, n := range whole {
		page.Codes = append(page.Codes, option{n.Code, n.Name})
	}
	var months []schemas.Number
	var days [][2]string
	for m := range 12 {
		of := schemas.Span{From: time.Date(year, time.Month(m+1), 1, 0, 0, 0, 0, schemas.Shanghai), To: time.Date(year, time.Month(m+2), 1, 0, 0, 0, 0, schemas.Shanghai)}
		months = append(months, schemas.NumberOf(numbersOf(c.Of, "due", of, p.Now, nil), page.Code))
		days = append(days, [2]string{of.From.Format(time.DateOnly), of.To.AddDate(0, 0, -1).Format(time.DateOnly)})
	}
	months, days = append(months, schemas.NumberOf(whole, page.Code)), append(days, [2]string{c.From, c.To})
	row := func(name, unit string, lines []schemas.Line) (row numberRow, any bool) {
		row.Name = name
		for i, n := range months {
			said := c.opened(n.Over(lines), "unit", unit, "from", days[i][0], "to", days[i][1])
			any = any || said.Href != ""
			row.Cells = append(row.Cells, said)
		}
		return row, any
	}
	all, _ := row("合计", "", c.lines)
	own := map[string][]schemas.Line{}
	for _, l := range c.lines {
		own[l.Unit] = append(own[l.Unit], l)
	}
	for _, u := range c.Units {
		if one, any := row(u.Name, u.ID, own[u.ID]); any {
			page.Rows = append(page.Rows, one)
		}
	}
	page.Rows = slices.Insert(page.Rows, 0, all)
	s.render(w, r, http.StatusOK, "months", page)
}
