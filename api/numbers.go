package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	// counting is what a page of numbers counts: suggestions or opinions, in a period, of some units.
	counting struct {
		Of                      string // suggestion, opinion
		Unit, Committee, Leader string // filters
		From, To, How, By, Kind string
		Q                       string // the query that keeps them
		Units                   []register.Unit
		Tabs                    []tab
		period                  schemas.Span
		now                     time.Time
		whole                   []schemas.Line // of all units, for ranks
		lines                   []schemas.Line // that the person may count
	}
	numbersPage struct {
		counting
		Lines  int
		Groups []numberGroup
		League []leagueTable
	}
	numberGroup struct {
		Title string
		Rows  []opened
	}
	// leagueTable is one kind of units, ranked among themselves.
	leagueTable struct {
		Title   string
		Columns []string
		Rows    []leagueRow
	}
	leagueRow struct {
		schemas.Ranked
		Cells []opened
	}
	// opened is a number in a table, with the address of the list behind it; empty: there is none.
	opened struct{ Label, Text, Part, Href string } // Part is n/d, where the text is a rate
	// behindPage is the list behind a number.
	behindPage struct {
		Number schemas.Number
		Of     string // suggestion, opinion
		What   string // "", matter, item, urging: what the lines are
		Back   string
		Note   string // of what the list is, where it is not the whole
		Rows   []behindRow
		Count  string // of all pages, in words
		Parted bool   // some lines count in the numerator, others do not
		pager
	}
	behindRow struct {
		schemas.Line
		Hit bool
	}
)

// numberGroups say under which heading a number stands.
var numberGroups = map[string][]struct {
	title string
	codes []string
}{
	"suggestion": {
		{"办理进度", []string{"tasks", "signed", "answered", "timely", "strictly", "overdue", "closed", "extended", "returned", "joint-timely"}},
		{"办理质量", []string{"class-a", "class-b", "class-c", "class-d", "adopted", "done", "stable", "met", "quality"}},
		{"代表评价", []string{"feedback", "satisfied", "basically", "redone", "redone-satisfied", "final-satisfied", "final-dissatisfied"}},
		{"办理时间和督办", []string{"days-mean", "days-median", "days-p90", "days-open", "urge", "supervise"}},
	},
	"opinion": {
		{"交办和办理", []string{"matters", "handed", "tasks", "open", "signed", "plan", "report", "answered", "closed", "joint-timely"}},
		{"期限", []string{"timely", "strictly", "overdue", "overdue-days", "overdue-workdays", "extended", "days-mean", "days-median", "days-p90", "days-open"}},
		{"质量和结果", []string{"reworked", "quality", "returned", "return-refused", "satisfied", "basically", "final-satisfied", "final-dissatisfied", "items", "problems", "struck"}},
		{"督办（全部监督事项）", []string{"urgings", "urge", "supervise", "interview", "visit", "urged-well"}},
	},
}

// unitKinds are the kinds of units that are ranked among themselves.
var rankedKinds = []struct{ kind, title string }{{"department", "部门排名"}, {"street", "街道排名"}, {"judicial", "监察、司法机关排名"}}

func (s *Server) numberRoutes(r chi.Router) {
	read := s.asks("read", "statistics")
	r.With(read).Get("/numbers", s.numbers("suggestion"))
	r.With(read).Get("/numbers/opinions", s.numbers("opinion"))
	r.With(read).Get("/numbers/report", s.report)
	r.With(read).Get("/numbers/units", s.unitNumbers)
	r.With(read).Get("/numbers/committees", s.committeeNumbers)
	r.With(read).Get("/numbers/leaders", s.leaderNumbers)
	r.With(read).Get("/numbers/months", s.monthNumbers)
	r.With(read).Get("/numbers/{code}", s.behind("suggestion"))
	r.With(read).Get("/numbers/opinions/{code}", s.behind("opinion"))
}

// path is where the numbers of what is counted stand.
func (c counting) path() string { return numbersPath(c.Of) }

func numbersPath(of string) string {
	if of == "opinion" {
		return "/numbers/opinions"
	}
	return "/numbers"
}

func (s *Server) numbers(of string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := s.counting(r, of)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page := numbersPage{counting: c, Lines: len(c.lines)}
		numbers := c.numbers(c.lines)
		for _, g := range numberGroups[of] {
			group := numberGroup{Title: g.title}
			for _, code := range g.codes {
				group.Rows = append(group.Rows, c.opened(schemas.NumberOf(numbers, code), "", ""))
			}
			page.Groups = append(page.Groups, group)
		}
		page.League = c.league(person(r.Context()))
		s.render(w, r, http.StatusOK, "numbers", page)
	}
}

// behind lists the lines that a number counts.
func (s *Server) behind(of string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := s.counting(r, of)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		number := schemas.NumberOf(c.numbers(c.lines), chi.URLParam(r, "code"))
		if number.Code == "" {
			s.fail(w, r, schemas.Refuse("NotFound", "没有这个指标"))
			return
		}
		var rows []behindRow
		for i := range c.lines {
			if l := &c.lines[i]; number.In(l) {
				rows = append(rows, behindRow{*l, number.Hit != nil && number.Hit(l)})
			}
		}
		s.render(w, r, http.StatusOK, "behind", behindOf(r, of, number, rows, c.path()+"?"+c.Q, number.Hit != nil))
	}
}

// blames are the numbers whose lines that count are those to look at; of the others it is those that do not.
var blames = []string{"overdue", "extended", "returned", "reworked", "redone"}

// behindOf lays out a page of the list behind a number: those to look at first.
func behindOf(r *http.Request, of string, number schemas.Number, rows []behindRow, back string, parted bool) behindPage {
	page := behindPage{Number: number, Of: of, Back: back, Count: fmt.Sprintf("%d行", len(rows)), Parted: parted}
	hits := 0
	for i := range rows {
		page.What = rows[i].Of
		if rows[i].Hit {
			hits++
		}
	}
	if parted {
		page.Count += fmt.Sprintf("，计入%d行", hits)
	}
	slices.SortStableFunc(rows, func(a, b behindRow) int {
		switch {
		case a.Hit == b.Hit:
			return 0
		case a.Hit == slices.Contains(blames, number.Code):
			return -1
		}
		return 1
	})
	var from, to int
	from, to, page.pager = partOf(r, len(rows), page.Count)
	page.Rows = rows[from:to]
	return page
}

// counting reads the filters and the lines that they leave of what the person may count: the congress's side and the
// government office all, a unit its own and its own rank (spec 7.2).
func (s *Server) counting(r *http.Request, of string) (c counting, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	c = counting{Of: of, Unit: q.Get("unit"), Committee: q.Get("committee"), Leader: q.Get("leader"), From: q.Get("from"), To: q.Get("to"), How: q.Get("how"),
		By: q.Get("by"), Kind: q.Get("kind"), now: p.Now}
	if c.period.From, c.period.To, err = period(c.From, c.To); err != nil {
		return c, err
	}
	if c.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return c, err
	}
	if c.From == "" && c.To == "" {
		if err = s.lastYear(r, &c); err != nil {
			return c, err
		}
	}
	kept := url.Values{}
	for _, f := range []struct{ name, value string }{{"unit", c.Unit}, {"committee", c.Committee}, {"leader", c.Leader}, {"from", c.From}, {"to", c.To}, {"how", c.How}, {"by", c.By}, {"kind", c.Kind}} {
		if f.value != "" {
			kept.Set(f.name, f.value)
		}
	}
	c.Q, c.Tabs = kept.Encode(), numberTabs(p, r.URL.Path)
	if of == "opinion" {
		c.whole, err = s.Register.Supervision(ctx, p.Congress, c.period, p.Now)
	} else {
		c.whole, err = s.Register.Suggested(ctx, p.Congress, c.period, c.By == "due", p.Now)
	}
	if err != nil {
		return c, err
	}
	c.whole = c.kept(c.whole)
	for _, l := range c.whole {
		if granted(p, "read", subject{object: "statistics", unit: l.Unit}) && (c.Unit == "" || l.Unit == c.Unit) && (c.Committee == "" || l.Committee == c.Committee) &&
			(c.Leader == "" || slices.ContainsFunc(l.Leads, func(d schemas.Leading) bool { return string(d.Role)+"-"+d.Account == c.Leader })) {
			c.lines = append(c.lines, l)
		}
	}
	return c, nil
}

// lastYear leaves the last year of so many lines that nobody who named no period wants them all.
func (s *Server) lastYear(r *http.Request, c *counting) (err error) {
	var last time.Time
	var long bool
	if congress := person(r.Context()).Congress; c.Of == "opinion" {
		last, long, err = s.Register.OpinionSpan(r.Context(), congress)
	} else {
		_, last, long, err = s.Register.LedgerSpan(r.Context(), congress)
	}
	if err == nil && long {
		c.period.From = schemas.DayOf(last).AddDate(-1, 0, 1)
		c.From = c.period.From.Format(time.DateOnly)
	}
	return err
}

// kept leaves the lines of the kind that was asked for. An inquiry's 整改意见书 counts with its inquiry, unless asked for.
func (c counting) kept(lines []schemas.Line) []schemas.Line {
	if c.Of != "opinion" {
		return slices.DeleteFunc(lines, func(l schemas.Line) bool {
			return l.Of == "" && (c.How == "session" && !l.Session || c.How == "recess" && l.Session)
		})
	}
	of := map[string]bool{}
	for _, l := range lines {
		of[l.Case] = of[l.Case] || c.Kind == "" && l.Kind != "inquiry" || l.Kind != "" && l.Kind == c.Kind
	}
	return slices.DeleteFunc(lines, func(l schemas.Line) bool {
		if l.Of == schemas.OfUrging {
			return c.Kind != "" && !of[l.Case]
		}
		return !of[l.Case]
	})
}

// numbers are the indicators of some lines.
func (c counting) numbers(lines []schemas.Line) []schemas.Number {
	return numbersOf(c.Of, c.By, c.period, c.now, lines)
}

func numbersOf(of, by string, period schemas.Span, now time.Time, lines []schemas.Line) []schemas.Number {
	switch {
	case of == "opinion":
		return schemas.OpinionNumbers(lines, period, now)
	case by == "due":
		return schemas.SuggestionNumbers(lines, period, now)
	}
	return schemas.Numbers(lines, now)
}

// league ranks the units of each kind among themselves, and leaves those whose rank the person may know.
func (c counting) league(p *register.Person) (tables []leagueTable) {
	scoring := schemas.ScoringOf(c.Of)
	for _, k := range rankedKinds {
		var lines []schemas.Line
		for i := range c.whole {
			if c.whole[i].UnitKind == k.kind {
				lines = append(lines, c.whole[i])
			}
		}
		t := leagueTable{Title: k.title}
		for _, w := range scoring.Weights {
			t.Columns = append(t.Columns, schemas.NumberOf(c.numbers(nil), w.Code).Name)
		}
		for _, ranked := range schemas.Rank(lines, c.numbers, scoring) {
			if !granted(p, "read", subject{object: "statistics", unit: ranked.Unit}) || c.Unit != "" && c.Unit != ranked.Unit {
				continue
			}
			row := leagueRow{Ranked: ranked, Cells: []opened{c.opened(schemas.NumberOf(ranked.Numbers, "tasks"), "unit", ranked.Unit)}}
			row.Cells[0].Text, row.Cells[0].Label = strconv.Itoa(ranked.Lines), "件数"
			for _, w := range scoring.Weights {
				row.Cells = append(row.Cells, c.opened(schemas.NumberOf(ranked.Numbers, w.Code), "unit", ranked.Unit))
			}
			t.Rows = append(t.Rows, row)
		}
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// opened is a number of one unit, committee or leader, with the address of its list: the filters of the page, and one more.
func (c counting) opened(n schemas.Number, field, value string, more ...string) opened {
	found := opened{Label: n.Name, Text: n.Text}
	if rate, part, is := strings.Cut(n.Text, "（"); is {
		found.Text, found.Part = rate, strings.TrimSuffix(part, "）")
	}
	if n.D > 0 {
		q, _ := url.ParseQuery(c.Q) // it is our own
		if value != "" {
			q.Set(field, value)
		}
		for i := 0; i+1 < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		found.Href = c.path() + "/" + n.Code + "?" + q.Encode()
	}
	return found
}

// Href is the address of a page that counts the same.
func (c counting) Href(path string) string { return path + "?" + c.Q }

// Scoring says how the score is made, in words.
func (c counting) Scoring() string {
	scoring, numbers := schemas.ScoringOf(c.Of), c.numbers(nil)
	text := "综合得分＝"
	for i, w := range scoring.Weights {
		if i > 0 {
			text += "＋"
		}
		text += strconv.Itoa(w.Points) + "×" + schemas.NumberOf(numbers, w.Code).Name
	}
	text += "；还评不了的一项不计，其余按比例放大到满分"
	for _, w := range scoring.Less {
		text += "；" + schemas.NumberOf(numbers, w.Code).Name + "每件扣" + strconv.Itoa(w.Points) + "分"
	}
	return text + "。不足" + strconv.Itoa(scoring.Floor) + "件的列在后面，不排名；同分同名次。"
}

// period reads the days of a filter; to is exclusive, zero when open. Code: BadDate.
func period(first, last string) (from, to time.Time, err error) {
	if first != "" {
		if from, err = day(first); err != nil {
			return from, to, err
		}
	}
	if last != "" {
		if to, err = day(last); err != nil {
			return from, to, err
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// By is the day by the end of which something is due.
func (behindPage) By(due time.Time) string {
	if due.IsZero() {
		return "—"
	}
	return schemas.ZhDate(schemas.LastDay(due))
}

// Words are a feedback in words.
func (behindPage) Words(code string) string { return schemas.Duties["feedback"].Says(code) }

// Urged is a way of urging in words.
func (behindPage) Urged(way string) string {
	return map[string]string{"urge": "催办函", "supervise": "督办函", "interview": "约谈", "visit": "现场督办"}[way]
}

// Late is by how many days the answer came late; zero: in time, or not come.
func (b behindRow) Late() int { return lateBy(b.Due, b.AnsweredAt) }

// PlanLate is the same of the plan.
func (b behindRow) PlanLate() int { return lateBy(b.PlanDue, b.PlanAt) }

func lateBy(due, at time.Time) int {
	if at.IsZero() || due.IsZero() || at.Before(due) {
		return 0
	}
	return int(schemas.DayOf(at).Sub(schemas.LastDay(due)) / (24 * time.Hour))
}
