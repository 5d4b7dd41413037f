package api

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

const (
	foundPerPage = 20  // matters of a page
	foundPerCall = 100 // of an answer to a program
	shownPerCase = 3   // lines of a matter
	around       = 36  // characters before the first that is marked
	excerpt      = 110 // characters of a line
	searchYears  = 10  // to choose from
)

type (
	// searchPage is what was found of what a person may read (检索).
	searchPage struct {
		Q, Kind, State, Unit string
		Year                 int
		Years                []int
		Said                 string // why nothing was looked for
		Tabs                 []tab
		Rows                 []foundRow
		Units                []foundUnit
		People               []foundPerson
		Notices              []register.NoticeFound
		AllUnits             []register.Unit
		Set                  []option  // filters that are set, each with the address without it
		Until                time.Time // older matters were not looked at
		pager
	}
	foundRow struct {
		CaseID, KindName, Where string
		Number, Title           template.HTML
		FiledAt                 time.Time
		Lines                   []foundLine
		text                    register.TextFound
	}
	// foundLine is a line in which a word was found, and where.
	foundLine struct {
		Where string
		Text  template.HTML
		plain string
	}
	foundUnit struct {
		Name, Kind string
		Links      []option
	}
	foundPerson struct {
		Name, Says, Href string
		Shut             bool
	}
)

// searchKinds are the procedures as the tabs above what was found call them.
var searchKinds = []option{
	{"opinion", "监督意见"}, {"suggestion", "代表建议"}, {"motion", "议案"}, {"interview", "约见约谈"}, {"inquiry", "专题询问"}, {"problem", "询问问题"},
	{"interpellation", "质询"}, {schemas.WorkAppraisal, "工作评议"}, {schemas.OfficialAppraisal, "履职评价"}, {"evaluation", "末端评估"},
}

func (s *Server) searchRoutes(r chi.Router) {
	r.With(s.asks("read", "search")).Get("/search", s.search)
	r.With(s.asks("read", "search")).Get("/search/units.json", s.unitInitials)
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	page, err := s.searchPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "search", page)
}

func (s *Server) searchPage(r *http.Request) (page searchPage, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	page = searchPage{Q: strings.TrimSpace(strings.Map(visible, strings.ToValidUTF8(q.Get("q"), ""))), Kind: q.Get("kind"), State: q.Get("state"), Unit: q.Get("unit"), pager: pagerOf(r)}
	page.rows = min(page.rows, foundPerCall)
	if page.rows == perPage {
		page.rows = foundPerPage
	}
	for n := range searchYears {
		page.Years = append(page.Years, p.Now.In(schemas.Shanghai).Year()-n)
	}
	if page.AllUnits, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	page.Year, _ = strconv.Atoi(q.Get("year"))
	names := map[string]string{}
	for _, k := range searchKinds {
		names["kind/"+k.Value] = k.Text
	}
	for _, u := range page.AllUnits {
		names["unit/"+u.ID] = u.Name
	}
	names["state/open"], names["state/ended"] = "在办", "已了结"
	for _, f := range []struct{ name, value string }{{"kind", page.Kind}, {"unit", page.Unit}, {"state", page.State}, {"year", q.Get("year")}} {
		text := names[f.name+"/"+f.value]
		if f.name == "year" && page.Year > 1900 && page.Year < 3000 {
			text = strconv.Itoa(page.Year) + "年"
		}
		if f.value != "" && text == "" { // nothing is of a kind, unit, state or year that is none
			page.Said = "筛选条件无法识别，请重新选择"
			return page, nil
		}
		if f.value != "" && f.name != "kind" {
			page.Set = append(page.Set, option{r.URL.Path + "?" + without(withoutPlace(q), f.name, ""), text})
		}
	}
	if page.Q == "" {
		return page, nil
	}
	words, refused := register.Sought(page.Q)
	if refused != nil {
		page.Said = refused.Text
	}
	if utf8.RuneCountInString(page.Q) <= 40 && page.after() == nil {
		if err := s.named(r, &page); err != nil {
			return page, err
		}
	}
	if page.Said != "" {
		return page, nil
	}
	look := register.Search{Words: words, Sights: sights(p, schemas.Procedures...), Reading: reading(p), Procedure: page.Kind, Unit: page.Unit, Ended: page.State}
	if page.Year > 0 {
		look.From = time.Date(page.Year, 1, 1, 0, 0, 0, 0, schemas.Shanghai)
		look.To = look.From.AddDate(1, 0, 0)
	}
	found, err := s.Register.Search(ctx, p.Congress, look, page.after(), page.rows)
	if err != nil {
		return page, err
	}
	texts, err := s.Register.Texts(ctx, p.Congress, look, found.IDs)
	if err != nil {
		return page, err
	}
	page.Rows = foundRows(texts, words)
	page.turn(found.Next, -1)
	if found.Partial {
		page.Until = found.Next.At
	}
	page.tabs(r, found)
	if page.after() == nil && page.Kind == "" {
		page.Notices, err = s.Register.NoticesFound(ctx, p.Congress, p.ID, words)
	}
	return page, err
}

// visible leaves out what no text shows.
func visible(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

func withoutPlace(q url.Values) url.Values {
	c := url.Values{}
	for k, v := range q {
		if k != "after" {
			c[k] = v
		}
	}
	return c
}

// tabs say how much of each kind was found; of what is in too many texts, how much at least.
func (page *searchPage) tabs(r *http.Request, found register.Found) {
	q := withoutPlace(r.URL.Query())
	all := 0
	for _, k := range searchKinds {
		n := found.Counts[k.Value]
		all += n
		if n > 0 || k.Value == page.Kind {
			page.Tabs = append(page.Tabs, tab{Title: k.Text, Href: "/search?" + without(q, "kind", k.Value), N: n, Count: atLeast(n, found.Least), Current: k.Value == page.Kind})
		}
	}
	page.Tabs = append([]tab{{Title: "全部", Href: "/search?" + without(q, "kind", ""), N: all, Count: atLeast(all, found.Least), Current: page.Kind == ""}}, page.Tabs...)
}

func atLeast(n int, least bool) string {
	if n > register.Counted {
		return strconv.Itoa(register.Counted) + "+"
	}
	if least {
		return strconv.Itoa(n) + "+"
	}
	return strconv.Itoa(n)
}

// named looks for units and people by name and by the first letters of its syllables.
func (s *Server) named(r *http.Request, page *searchPage) error {
	ctx, p := r.Context(), person(r.Context())
	text := strings.Join(strings.Fields(page.Q), "")
	readings, err := s.Register.UnitReadings(ctx, p.Congress)
	if err != nil {
		return err
	}
	readings = slices.DeleteFunc(readings, func(u register.Read) bool { return u.ReadsAs(text) == 0 })
	slices.SortStableFunc(readings, func(a, b register.Read) int { return a.ReadsAs(text) - b.ReadsAs(text) })
	for _, u := range readings {
		i := slices.IndexFunc(page.AllUnits, func(x register.Unit) bool { return x.ID == u.ID })
		v := foundUnit{Name: u.Name, Kind: unitKindName(page.AllUnits[i].Kind)}
		for _, l := range []struct{ object, path, field, text string }{{"opinion", "/cases", "unit", "监督事项"}, {"suggestion", "/suggestions", "unit", "代表建议"}} {
			if handles(page.AllUnits[i].Kind) && grantedSome(p, "read", l.object) {
				v.Links = append(v.Links, option{l.path + "?unit=" + u.ID, l.text})
			}
		}
		page.Units = append(page.Units, v)
	}
	all, deputies := grantedSome(p, "read", "account"), sights(p, "suggestion")["suggestion"]
	if !all && !deputies.All && !deputies.Handed {
		return nil
	}
	people, err := s.Register.PeopleFound(ctx, p.Congress, all, text)
	for _, f := range people {
		v := foundPerson{Name: f.Name, Shut: !f.Active}
		var says []string
		for _, line := range strings.Split(f.Posts, "\n") {
			role, unit, _ := strings.Cut(line, " ")
			if role != "" && (all || role == string(schemas.Deputy)) {
				says = append(says, unit+schemas.RoleNames[schemas.Role(role)])
			}
		}
		for _, more := range []string{f.Delegation, f.Occupation} {
			if more != "" {
				says = append(says, more)
			}
		}
		v.Says = strings.Join(says, " · ")
		switch {
		case grantedSome(p, "open", "account"):
			v.Href = "/people/accounts/" + f.ID
		case f.Delegation != "" && (deputies.All || deputies.Handed):
			v.Href = "/search?kind=suggestion&q=" + url.QueryEscape(f.Name)
		}
		page.People = append(page.People, v)
	}
	return err
}

// foundRows puts the texts under their matters, with the lines in which the words are.
func foundRows(texts []register.TextFound, words []string) (rows []foundRow) {
	for _, t := range texts {
		if n := len(rows); n == 0 || rows[n-1].CaseID != t.CaseID {
			state := schemas.PhaseName(t.Phase)
			if t.Outcome != "" {
				state = schemas.PhaseName(t.Outcome)
			}
			rows = append(rows, foundRow{CaseID: t.CaseID, KindName: schemas.CaseKinds[t.Kind], Where: state, Number: marked(t.Number, words, 0), Title: marked(t.Title, words, 0), FiledAt: t.FiledAt, text: t})
		}
		row := &rows[len(rows)-1]
		where := ""
		switch letter, is := strings.CutPrefix(t.Class, "letter:"); {
		case is:
			k, _ := schemas.LetterKindOf(letter)
			where = "公文《" + k.Name + "》"
		case t.Class != "":
			where = t.UnitName + schemas.Title(t.Stage) + roundOf(t.Stage)
		}
		for i, line := range strings.Split(t.Body, "\n") {
			label := t.Labels[min(i, len(t.Labels)-1)]
			if len(row.Lines) == shownPerCase || t.Class == "" && (label == "编号" || label == "标题") || !holds(line, words) {
				continue
			}
			at := where
			if label != "正文" || where == "" {
				at = strings.TrimPrefix(where+" · "+label, " · ")
			}
			row.Lines = append(row.Lines, foundLine{at, marked(line, words, excerpt), line})
		}
	}
	return rows
}

// holds reports whether one of the words is in the line.
func holds(line string, words []string) bool {
	folded, _ := register.Folded(line)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(string(folded), w) })
}

// marked is a line with the words marked, shortened around the first of them to so many characters; 0: whole.
func marked(line string, words []string, longest int) template.HTML {
	rs := []rune(line)
	folded, at := register.Folded(line)
	mark := make([]bool, len(rs)+1)
	first := -1
	for _, w := range words {
		sought := []rune(w)
		for i := 0; i+len(sought) <= len(folded); i++ {
			if slices.Equal(folded[i:i+len(sought)], sought) {
				for n := at[i]; n <= at[i+len(sought)-1]; n++ {
					mark[n] = true
				}
				if first < 0 || at[i] < first {
					first = at[i]
				}
			}
		}
	}
	from, to := 0, len(rs)
	if longest > 0 && to > longest {
		from = max(min(first-around, to-longest), 0)
		to = min(from+longest, len(rs))
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	open := false
	for i := from; i < to; i++ {
		if mark[i] != open {
			if open = mark[i]; open {
				b.WriteString("<mark>")
			} else {
				b.WriteString("</mark>")
			}
		}
		b.WriteString(template.HTMLEscapeString(string(rs[i])))
	}
	if open {
		b.WriteString("</mark>")
	}
	if to < len(rs) {
		b.WriteString("…")
	}
	return template.HTML(b.String()) //nolint:gosec // what comes from outside is escaped character by character
}

// unitInitials are the first letters of the units' names, for the choosers in forms.
func (s *Server) unitInitials(w http.ResponseWriter, r *http.Request) {
	readings, err := s.Register.UnitReadings(r.Context(), person(r.Context()).Congress)
	if err != nil {
		s.problem(w, r, err)
		return
	}
	out := map[string]string{}
	for _, u := range readings {
		out[u.Name] = u.Initials
	}
	writeJSON(w, http.StatusOK, out)
}

// jsonSearch answers with the matters that the page shows; the query is the page's.
func (s *Server) jsonSearch(w http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	page, err := s.searchPage(r)
	if err == nil && page.Said != "" {
		err = schemas.Refuse("BadForm", "%s", page.Said)
	}
	page.linkTo(w)
	out := []schemas.FoundOut{}
	for _, row := range page.Rows {
		f := schemas.FoundOut{ID: row.CaseID, Number: row.text.Number, Title: row.text.Title, Kind: row.text.Kind, Phase: row.Where}
		for _, l := range row.Lines {
			f.Lines = append(f.Lines, schemas.FoundLine{Where: l.Where, Text: l.plain})
		}
		out = append(out, f)
	}
	return out, http.StatusOK, err
}
