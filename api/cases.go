package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	casesPage struct {
		Tab, Q, Unit, Committee string
		Tabs                    []tab
		Set                     []option // filters that are set, each with the address without it
		Units                   []register.Unit
		Rows                    []caseRow
		MayFile                 bool
	}
	tab struct {
		Title, Href   string
		N             int
		Current, Late bool
	}
	caseRow struct {
		register.Case
		Turn                  string
		Due                   time.Time
		Lamp                  lamp
		UnitNames             string
		ClosedItems, AllItems int
		units                 []string
	}
)

// caseTabs sort matters by how they stand.
var caseTabs = []struct {
	code, title string
	holds       func(caseRow) bool
}{
	{"", "全部", func(caseRow) bool { return true }},
	{"open", "在办", func(c caseRow) bool { return c.Outcome == "" }},
	{"near", "临期", func(c caseRow) bool { return c.Lamp.Colour == "yellow" }},
	{"late", "逾期", func(c caseRow) bool { return c.Lamp.Colour == "red" }},
	{"closed", "已了结", func(c caseRow) bool { return c.Outcome != "" }},
}

func (s *Server) cases(w http.ResponseWriter, r *http.Request) {
	page, err := s.casesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "cases", page)
}

// casesPage is the list that the query's filters leave of what the person may see.
func (s *Server) casesPage(r *http.Request) (page casesPage, err error) {
	p := person(r.Context())
	rows, err := s.caseRows(r)
	if err != nil {
		return page, err
	}
	q := r.URL.Query()
	page = casesPage{Tab: q.Get("tab"), Q: q.Get("q"), Unit: q.Get("unit"), Committee: q.Get("committee"), MayFile: grantedSome(p, "create", "opinion")}
	if page.Units, err = s.Register.Units(r.Context(), p.Congress); err != nil {
		return page, err
	}
	rows = slices.DeleteFunc(rows, func(c caseRow) bool {
		return page.Q != "" && !strings.Contains(c.Title+c.Number, page.Q) || page.Unit != "" && !slices.Contains(c.units, page.Unit) ||
			page.Committee != "" && c.Committee != page.Committee
	})
	for _, t := range caseTabs {
		v := tab{Title: t.title, Href: "/cases?" + without(q, "tab", t.code), Current: t.code == page.Tab, Late: t.code == "late"}
		for _, c := range rows {
			if t.holds(c) {
				v.N++
				if v.Current {
					page.Rows = append(page.Rows, c)
				}
			}
		}
		v.Late = v.Late && v.N > 0
		page.Tabs = append(page.Tabs, v)
	}
	names := map[string]string{"q": "含“" + page.Q + "”"}
	for _, u := range page.Units {
		names[u.ID] = u.Name
	}
	for _, f := range []string{"q", "unit", "committee"} {
		if v := q.Get(f); v != "" {
			text := names[v]
			if f == "q" {
				text = names["q"]
			}
			page.Set = append(page.Set, option{"/cases?" + without(q, f, ""), text})
		}
	}
	return page, nil
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

// caseRows are the matters that the person may see, each with whose turn it is.
func (s *Server) caseRows(r *http.Request) ([]caseRow, error) {
	ctx, p := r.Context(), person(r.Context())
	cases, err := s.Register.Cases(ctx, p.Congress, "opinion")
	if err != nil {
		return nil, err
	}
	owed, err := s.Register.Owed(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	parts, err := s.Register.AllParties(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	counts, err := s.Register.ItemCounts(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	var rows []caseRow
	for _, c := range cases {
		row := caseRow{Case: c, Turn: outcomes[c.Outcome], Lamp: lamp{"grey", outcomes[c.Outcome]}}
		m := matter{Case: c}
		for _, part := range parts {
			if part.CaseID != c.ID {
				continue
			}
			m.Parties = append(m.Parties, part.Party)
			if !part.Gone && part.Capacity != "joint" {
				row.UnitNames = strings.TrimPrefix(row.UnitNames+"、"+part.Name, "、")
				row.units = append(row.units, part.Unit)
			}
		}
		if m.State, err = stateOf(c); err != nil {
			return nil, err
		}
		if !mayRead(p, m) {
			continue
		}
		for _, n := range counts {
			if n.CaseID == c.ID {
				row.AllItems, row.ClosedItems = n.Total, n.Closed
			}
		}
		if c.Outcome == "" {
			row.Lamp = lamp{"green", "在办"}
			for _, st := range owed {
				o := m.State.Find(st.Key)
				if st.CaseID != c.ID || o == nil {
					continue
				}
				if _, told := m.State.Told(o.After); o.After != "" && !told {
					continue
				}
				row.Turn, row.Due, row.Lamp = whose(st)+" · "+schemas.Duties[st.Kind].Title, st.Due, lampOf(calendar, st, p.Now)
				break
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func stateOf(c register.Case) (s schemas.State, err error) {
	return s, json.Unmarshal([]byte(c.State), &s)
}

type latenessPage struct {
	Side  string
	Cards []latenessCard
	Rows  []stageView
	Names map[string]string
}

type latenessCard struct {
	Title, Href string
	N           int
	Late        bool
}

// lateness lists what is overdue, by level: the units' side, and the congress's own, of which no unit is blamed.
func (s *Server) lateness(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	owed, err := s.Register.Owed(ctx, p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := latenessPage{Side: r.URL.Query().Get("side")}
	if page.Names, err = s.Register.Names(ctx, p.Congress); err != nil {
		s.fail(w, r, err)
		return
	}
	level := map[string]int{}
	for _, st := range owed {
		v := stageView{Stage: st, Lamp: lampOf(calendar, st, p.Now), Duty: schemas.Duties[st.Kind], Round: roundOf(st.Key), WhoseAct: whose(st)}
		if v.Lamp.Colour != "red" || !granted(p, "read", escalationOf(st)) {
			continue
		}
		side := "unit"
		if st.NPC {
			side = "npc"
		} else if st.Level >= "L" {
			level[st.Level]++
		}
		level[side]++
		if page.Side == "" || page.Side == side || page.Side == st.Level {
			page.Rows = append(page.Rows, v)
		}
	}
	page.Cards = []latenessCard{{"单位逾期", "/lateness?side=unit", level["unit"], level["unit"] > 0}, {"人大内部逾期", "/lateness?side=npc", level["npc"], level["npc"] > 0}}
	for _, l := range []string{"L0", "L1", "L2", "L3", "L4", "L5"} {
		page.Cards = append(page.Cards, latenessCard{schemas.LevelName(l), "/lateness?side=" + l, level[l], level[l] > 0})
	}
	s.render(w, r, http.StatusOK, "lateness", page)
}

// escalationOf is a late duty as the table of permissions sees it.
func escalationOf(st register.Stage) subject {
	return subject{object: "escalation", unit: st.Unit, npc: st.NPC, matter: &matter{Case: register.Case{Committee: st.Committee}}}
}
