package api

import (
	"context"
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
	casesPage struct {
		filtered
		Rows      []caseRow
		MayFile   bool
		MayImport bool // from the office's ledger
	}
	// filtered are the tabs and filters above a list.
	filtered struct {
		Tab, Q, Unit, Committee string
		Tabs                    []tab
		Set                     []option // filters that are set, each with the address without it
		Units                   []register.Unit
		pager
	}
	tab struct {
		Title, Href   string
		N             int
		Count         string // how many, or more than how many; empty: nobody counted
		Current, Late bool
	}
	caseRow struct {
		register.CaseRow
		Turn string
		Due  time.Time
		Lamp lamp
	}
)

// caseTabs sort matters by how they stand.
var caseTabs = []listTab{
	{"", "全部", register.Tab{Procedures: opinions}},
	{"open", "在办", register.Tab{Procedures: opinions, Stands: openStands("opinion")}},
	{"near", "临期", register.Tab{Procedures: opinions, Marked: "near"}},
	{"late", "逾期", register.Tab{Procedures: opinions, Marked: "late"}},
	{"closed", "已了结", register.Tab{Procedures: opinions, Stands: []string{"ended"}}},
}

var opinions = []string{"opinion"}

// openStands are where a matter of the procedure stands that has no outcome.
func openStands(procedure string) []string {
	return slices.DeleteFunc(schemas.Stands(procedure), func(stand string) bool { return stand == "ended" })
}

func (s *Server) cases(w http.ResponseWriter, r *http.Request) {
	page, err := s.casesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "cases", page)
}

// casesPage is the page of the list that the query's filters leave of what the person may see.
func (s *Server) casesPage(r *http.Request) (page casesPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	var ids []string
	if page.filtered, ids, err = s.filtered(r, caseTabs, opinions...); err != nil {
		return page, err
	}
	page.MayFile, page.MayImport = grantedSome(p, "create", "opinion"), grantedSome(p, "import", "opinion")
	page.Rows, err = s.caseRows(ctx, p, ids)
	return page, err
}

// caseRows are matters as a list shows them.
func (s *Server) caseRows(ctx context.Context, p *register.Person, ids []string) (views []caseRow, err error) {
	rows, err := s.Register.CaseRows(ctx, p.Congress, ids)
	if err != nil {
		return nil, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		views = append(views, caseRowOf(calendar, row, p.Now))
	}
	return views, nil
}

// caseRowOf is a matter as a list shows it: whose turn it is, with the light.
func caseRowOf(calendar schemas.Calendar, row register.CaseRow, now time.Time) caseRow {
	v := caseRow{CaseRow: row, Due: instantOf(row.Due)}
	st := register.Stage{Kind: row.StageKind, UnitName: row.StageUnit, Roles: row.StageRoles, NPC: row.NPC, Due: v.Due, Yellow: instantOf(row.Yellow), Level: row.Level, Held: row.Held, Paused: row.Paused}
	v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, now)
	return v
}

// filtered is what the query says of a list of matters by unit and committee, and which matters are on the page.
func (s *Server) filtered(r *http.Request, tabs []listTab, procedures ...string) (page filtered, ids []string, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	page = filtered{Tab: q.Get("tab"), Q: q.Get("q"), Unit: q.Get("unit"), Committee: q.Get("committee"), pager: pagerOf(r)}
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, nil, err
	}
	known := func(id string) bool {
		return slices.ContainsFunc(page.Units, func(u register.Unit) bool { return u.ID == id })
	}
	if page.Unit != "" && !known(page.Unit) || page.Committee != "" && !known(page.Committee) { // nothing is of a unit that is none
		return page, nil, nil
	}
	current := tabNamed(tabs, page.Tab)
	list := register.Listing{Sights: sights(p, procedures...), Committee: page.Committee, Unit: page.Unit, Words: strings.TrimSpace(page.Q)}
	found, err := s.Register.Listed(ctx, p.Congress, list, plainTabs(tabs), current, p.Now, page.after(), page.rows)
	if err != nil {
		return page, nil, err
	}
	page.Tabs = tabsOf(r, tabs, current, found.Counts)
	page.turn(found.Next, countOf(found, current))
	names := map[string]string{}
	for _, u := range page.Units {
		names[u.ID] = u.Name
	}
	q.Del("after")
	for _, f := range []string{"q", "unit", "committee"} {
		if v := q.Get(f); v != "" {
			text := names[v]
			if f == "q" {
				text = "含“" + page.Q + "”"
			}
			page.Set = append(page.Set, option{r.URL.Path + "?" + without(q, f, ""), text})
		}
	}
	return page, found.IDs, nil
}

func without(q url.Values, field, value string) string {
	c := url.Values{}
	for k, v := range q {
		c[k] = v
	}
	c.Set(field, value)
	if value == "" {
		c.Del(field)
	}
	return c.Encode()
}

type latenessPage struct {
	Side  string
	Cards []latenessCard
	Rows  []stageView
	Names map[string]string
	pager
}

type latenessCard struct {
	Title, Href, N string
	Late           bool
}

// levels are the rungs that a late duty may have climbed last; before the first it has none.
var levels = func() (codes []string) {
	codes = []string{""}
	for _, ladder := range []string{"L", "N", "G"} {
		for n := range 10 {
			codes = append(codes, ladder+strconv.Itoa(n))
		}
	}
	return codes
}()

// lateness lists what is overdue, by level: the units' side, and the congress's own, of which no unit is blamed.
func (s *Server) lateness(w http.ResponseWriter, r *http.Request) {
	page, err := s.latenessPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "lateness", page)
}

func (s *Server) latenessPage(r *http.Request) (page latenessPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Side, page.pager = r.URL.Query().Get("side"), pagerOf(r)
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	if page.Names, err = s.Register.Names(ctx, p.Congress); err != nil {
		return page, err
	}
	all := escalations(p)
	all.NPC, all.Levels = []bool{false, true}, levels
	counts, err := s.Register.LateCounts(ctx, p.Congress, all, p.Now)
	if err != nil {
		return page, err
	}
	sides := map[string]int{}
	for _, c := range counts {
		side := "unit"
		if c.NPC {
			side = "npc"
		} else if c.Level >= "L" {
			sides[c.Level] += c.N
		}
		sides[side] += c.N
	}
	card := func(title, side string) {
		n := strconv.Itoa(sides[side])
		if sides[side] > register.Counted {
			n = strconv.Itoa(register.Counted) + "+"
		}
		page.Cards = append(page.Cards, latenessCard{title, "/lateness?side=" + side, n, sides[side] > 0})
	}
	card("单位逾期", "unit")
	card("人大内部逾期", "npc")
	for _, l := range []string{"L0", "L1", "L2", "L3", "L4", "L5"} {
		card(schemas.LevelName(l), l)
	}
	shown := all
	switch page.Side {
	case "":
	case "unit":
		shown.NPC = []bool{false}
	case "npc":
		shown.NPC = []bool{true}
	default:
		shown.Levels = []string{page.Side}
	}
	rows, next, err := s.Register.Late(ctx, p.Congress, shown, p.Now, page.after(), page.rows)
	for _, st := range rows {
		page.Rows = append(page.Rows, stageView{Stage: st, Lamp: lampOf(calendar, st, p.Now), Duty: schemas.Duties[st.Kind], Round: roundOf(st.Key), WhoseAct: whose(st)})
	}
	page.turn(next, -1)
	return page, err
}
