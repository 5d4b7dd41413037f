package api

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
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

const (
	cockpitMonths = 12 // months of the matrix and the trend, this one the last; the matrix shows the next one too
	cockpitWorst  = 10 // of what is late longest
	cockpitSoon   = 3  // working days of 三日内到期
	cockpitMine   = 6  // of what waits for the person's own word, on the page
)

type (
	// cockpitFigures are the numbers of the cockpit (驾驶舱) as they stood at one instant.
	cockpitFigures struct {
		cockpitFilter
		At      time.Time
		Late    tile
		Tiles   []tile
		Worst   []worstRow
		Months  []cockpitMonth // of the matrix
		Rows    []matrixRow
		Idle    int // units without any duty in these months
		Earlier int // late duties that were due before these months
		Trend   []trendMonth
		Kinds   []option // procedures that the funnel has something of
		Funnel  []funnelStep
		Until   time.Time // when the login ends, whatever happens; of the world's clock
	}
	// cockpitFilter is what the address asks for.
	cockpitFilter struct {
		Kind, Committee, Unit              string
		KindOptions                        []option
		Committees, Units                  []option
		Set                                []option // what is set, each with the address without it
		Query                              string   // the filters again
		watch                              register.Watch
		names                              map[string]string
		order                              []register.Unit
		now, today, soon, month, next, old time.Time // old: the first month; today and soon are exclusive ends
	}
	// tile is one figure with the list behind it.
	tile struct {
		Title, Of, Href string
		N               int
		Late            bool
		Note            string
		Parts           []tilePart
	}
	tilePart struct {
		Text, Href string
		N          int
	}
	cockpitMonth struct {
		At          time.Time
		Code, Title string
		Year        string // where another begins
		This, Next  bool
	}
	matrixRow struct {
		Unit, Name    string
		Cells         []matrixCell
		Timely, Ended int // of what was due and is settled or late
		red           int
	}
	// matrixCell is what of a unit was or is due in a month.
	matrixCell struct {
		Href                                                 string
		Timely, WasLate, Red, Yellow, Green, Blue, Held, All int
		Title                                                string
	}
	trendMonth struct {
		cockpitMonth
		Opened, Closed, Late int
		Links                [3]string
	}
	funnelStep struct {
		schemas.Step
		N     int
		Href  string
		Cells []funnelCell // in the order of Kinds
	}
	funnelCell struct {
		N    int
		Href string
	}
	worstRow struct {
		stageView
		Days     int // working days late
		Handlers string
		Heads    string
		Said     string
		SaidAt   time.Time
		By       string // who gave an instruction
		ByAt     time.Time
	}
	cockpitPage struct {
		cockpitFigures
		Mine     []mineRow // what needs the person's word
		MoreMine bool
		Climbed  int    // of it, what climbed to him
		Overdue  bool   // some of that is late
		Paper    string // of the print view: a3 or a4; empty: the page itself
	}
	mineRow struct {
		Title, CaseID, What, Unit, Href, Verb string
		Due                                   time.Time
		Lamp                                  lamp
	}
)

// printed is the cockpit on paper, with nothing around it.
type printed struct{ cockpitPage }

// Bare marks it.
func (printed) Bare() {}

// Area keeps the mark on the navigation.
func (cockpitPage) Area() string { return "/cockpit" }

func (s *Server) cockpitRoutes(r chi.Router) {
	r.With(s.asks("read", "cockpit")).Get("/cockpit", s.cockpit)
	r.With(s.asks("read", "cockpit")).Get("/cockpit/print", s.cockpitPrint)
	r.With(s.asks("read", "cockpit")).Get("/cockpit/screen", s.cockpitScreen)
	r.With(s.asks("read", "cockpit")).Get("/cockpit/list", s.cockpitList)
}

// cockpitFilterOf reads the filters; what is none of what the person may see leaves nothing.
func (s *Server) cockpitFilterOf(r *http.Request) (f cockpitFilter, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	f = cockpitFilter{Kind: q.Get("kind"), Committee: q.Get("committee"), Unit: q.Get("unit"), watch: watches(p), names: map[string]string{}, now: p.Now}
	if f.order, err = s.Register.Units(ctx, p.Congress); err != nil {
		return f, err
	}
	all := f.watch
	for _, u := range f.order {
		f.names[u.ID] = u.Name
		switch {
		case u.Kind == "committee" && (all.All || all.Government || len(all.Units) > 0 || slices.Contains(all.Committees, u.ID)):
			f.Committees = append(f.Committees, option{u.ID, u.Name})
		case handles(u.Kind) && (all.All || all.Government || len(all.Committees) > 0 || slices.Contains(all.Units, u.ID)):
			f.Units = append(f.Units, option{u.ID, u.Name})
		}
	}
	for _, o := range procedures {
		if slices.Contains(all.Procedures, o.Value) {
			f.KindOptions = append(f.KindOptions, o)
		}
	}
	among := func(os []option, v string) bool {
		return v == "" || slices.ContainsFunc(os, func(o option) bool { return o.Value == v })
	}
	if !among(f.KindOptions, f.Kind) || !among(f.Committees, f.Committee) || !among(f.Units, f.Unit) {
		return f, schemas.Refuse("NotFound", "没有这一类事项、这个委室或者这个单位，或者您无权查看")
	}
	if f.Kind != "" {
		f.watch.Procedures = []string{f.Kind}
	}
	f.watch.Committee, f.watch.Unit = f.Committee, f.Unit
	kept := url.Values{}
	for name, v := range map[string]string{"kind": f.Kind, "committee": f.Committee, "unit": f.Unit} {
		if v != "" {
			kept.Set(name, v)
		}
	}
	f.Query = kept.Encode()
	for _, name := range []string{"kind", "committee", "unit"} {
		v := kept.Get(name)
		text := f.names[v]
		if i := slices.IndexFunc(procedures, func(o option) bool { return o.Value == v }); i >= 0 {
			text = procedures[i].Text
		}
		if v != "" {
			f.Set = append(f.Set, option{"/cockpit?" + without(kept, name, ""), text})
		}
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return f, err
	}
	third, err := calendar.Workday(schemas.DayOf(p.Now), cockpitSoon)
	if err != nil {
		return f, err
	}
	f.today, f.soon = schemas.DayOf(p.Now).AddDate(0, 0, 1), third.AddDate(0, 0, 1)
	y, m, _ := p.Now.In(schemas.Shanghai).Date()
	f.month = time.Date(y, m, 1, 0, 0, 0, 0, schemas.Shanghai)
	f.next, f.old = f.month.AddDate(0, 1, 0), f.month.AddDate(0, 1-cockpitMonths, 0)
	return f, nil
}

// list is the address of the list behind a figure: the filters, and what pairs of names and values add.
func (f cockpitFilter) list(pairs ...string) string {
	q := url.Values{}
	for name, v := range map[string]string{"kind": f.Kind, "committee": f.Committee, "unit": f.Unit} {
		if v != "" {
			q.Set(name, v)
		}
	}
	for pair := range slices.Chunk(pairs, 2) {
		q.Set(pair[0], pair[1])
	}
	return "/cockpit/list?" + q.Encode()
}

// cockpitFigures counts everything that the cockpit shows.
func (s *Server) cockpitFigures(r *http.Request) (c cockpitFigures, err error) {
	ctx, p := r.Context(), person(r.Context())
	if c.cockpitFilter, err = s.cockpitFilterOf(r); err != nil {
		return c, err
	}
	c.At, c.Until = p.Now, s.sessions.Deadline(ctx)
	running, err := s.Register.Running(ctx, p.Congress, c.watch, c.now, c.today, c.soon)
	if err != nil {
		return c, err
	}
	monthly, err := s.Register.Monthly(ctx, p.Congress, c.watch, c.old, c.next.AddDate(0, 1, 0))
	if err != nil {
		return c, err
	}
	open, err := s.Register.OpenMatters(ctx, p.Congress, c.watch)
	if err != nil {
		return c, err
	}
	ended, err := s.Register.Ended(ctx, p.Congress, c.watch, c.month, c.next, schemas.Handled)
	if err != nil {
		return c, err
	}
	c.tiles(running, open, ended)
	c.matrix(running, monthly)
	c.trend(running, monthly)
	c.funnel(open)
	c.Worst, err = s.worst(ctx, p, c.cockpitFilter)
	return c, err
}

func (c *cockpitFigures) tiles(running []register.Running, open []register.MatterCount, ended int) {
	levels := map[string]int{}
	var units, npc, today, soon, paused, held int
	for _, x := range running {
		switch {
		case x.Light == "red" && x.NPC:
			npc += x.N
		case x.Light == "red":
			units += x.N
			levels[x.Level] += x.N
		case x.Light == "blue":
			paused += x.N
		case x.Light == "held":
			held += x.N
		}
		if x.Today {
			today += x.N
		}
		if x.Soon {
			soon += x.N
		}
	}
	c.Late = tile{Title: "单位逾期", Of: "项", N: units, Late: units > 0, Href: c.list("of", "late", "side", "unit")}
	for _, level := range slices.Sorted(func(yield func(string) bool) {
		for l := range levels {
			if !yield(l) {
				return
			}
		}
	}) {
		text, code := "未到0级", "none"
		if level != "" {
			text, code = strings.TrimPrefix(schemas.LevelName(level), "逾期"), level
		}
		c.Late.Parts = append(c.Late.Parts, tilePart{text, c.list("of", "late", "side", "unit", "level", code), levels[level]})
	}
	if len(c.watch.Committees) > 0 || c.watch.All {
		c.Late.Parts = append(c.Late.Parts, tilePart{"人大内部", c.list("of", "late", "side", "npc"), npc})
	}
	matters, stopped := 0, 0
	for _, x := range open {
		matters += x.N
		if x.Stand == "suspended" {
			stopped += x.N
		}
	}
	work := tile{Title: "在办事项", Of: "件", N: matters, Href: c.list("of", "open")}
	if held > 0 {
		work.Parts = append(work.Parts, tilePart{"待人大审核", c.list("of", "held"), held})
	}
	if paused > 0 {
		work.Parts = append(work.Parts, tilePart{"环节中止", c.list("of", "paused"), paused})
	}
	if stopped > 0 {
		work.Parts = append(work.Parts, tilePart{"事项中止", c.list("of", "step", "step", "suspended"), stopped})
	}
	c.Tiles = []tile{
		{Title: "今日到期", Of: "项", N: today, Href: c.list("of", "today"), Note: "今日24时以前"},
		{Title: "三个工作日内到期", Of: "项", N: soon, Href: c.list("of", "soon"), Note: c.soon.Add(-time.Second).In(schemas.Shanghai).Format("含今日，至1月2日")},
		work,
		{Title: "本月办结", Of: "件", N: ended, Href: c.list("of", "ended"), Note: c.month.Format("2006年1月")},
	}
}

func monthOf(at time.Time, f cockpitFilter) cockpitMonth {
	m := cockpitMonth{At: at, Code: at.Format("2006-01"), Title: at.Format("1月"), This: at.Equal(f.month), Next: at.Equal(f.next)}
	if at.Equal(f.old) || at.Month() == time.January {
		m.Year = at.Format("2006年")
	}
	return m
}

// is reports whether a month of the register, which has no zone, is that one.
func (m cockpitMonth) is(month time.Time) bool { return month.Format("2006-01") == m.Code }

// unitless stands in the address for what belongs to no unit.
const unitless = "none"

func (c *cockpitFigures) matrix(running []register.Running, monthly []register.Monthly) {
	for m := c.old; !m.After(c.next); m = m.AddDate(0, 1, 0) {
		c.Months = append(c.Months, monthOf(m, c.cockpitFilter))
	}
	rows := map[string]*matrixRow{}
	cell := func(unit string, month time.Time) *matrixCell {
		i := slices.IndexFunc(c.Months, func(m cockpitMonth) bool { return m.is(month) })
		if i < 0 {
			return nil
		}
		if rows[unit] == nil {
			rows[unit] = &matrixRow{Unit: unit, Name: cmp.Or(c.names[unit], "区政府办（转报、分办等）"), Cells: make([]matrixCell, len(c.Months))}
		}
		return &rows[unit].Cells[i]
	}
	for _, x := range monthly {
		if x.Event != "due" || x.Mark == "open" {
			continue
		}
		if at := cell(x.Unit, x.Month); x.Mark == "late" {
			at.WasLate += x.N
		} else {
			at.Timely += x.N
		}
	}
	for _, x := range running {
		if x.NPC {
			continue
		}
		at := cell(x.Unit, x.Month)
		if at == nil {
			if x.Light == "red" {
				c.Earlier += x.N
			}
			continue
		}
		*map[string]*int{"red": &at.Red, "yellow": &at.Yellow, "green": &at.Green, "blue": &at.Blue, "held": &at.Held}[x.Light] += x.N
	}
	for _, u := range append(slices.Clone(c.order), register.Unit{}) { // the government office last
		row := rows[u.ID]
		if row == nil {
			if handles(u.Kind) && (c.Unit == "" || c.Unit == u.ID) && slices.ContainsFunc(c.Units, func(o option) bool { return o.Value == u.ID }) {
				c.Idle++
			}
			continue
		}
		for i := range row.Cells {
			at := &row.Cells[i]
			at.All = at.Timely + at.WasLate + at.Red + at.Yellow + at.Green + at.Blue + at.Held
			at.Href = c.list("of", "due", "month", c.Months[i].Code, "unit", cmp.Or(u.ID, unitless))
			at.Title = row.Name + " " + c.Months[i].At.Format("2006年1月") + "到期" + strconv.Itoa(at.All) + "项：" + at.says()
			row.Timely += at.Timely
			row.Ended += at.Timely + at.WasLate + at.Red
			row.red += at.Red
		}
		c.Rows = append(c.Rows, *row)
	}
	slices.SortStableFunc(c.Rows, func(a, b matrixRow) int { return cmp.Compare(b.red, a.red) })
}

// says is what a cell holds in words.
func (m matrixCell) says() string {
	var said []string
	for _, x := range []struct {
		n    int
		text string
	}{{m.Red, "逾期未办"}, {m.WasLate, "逾期办结"}, {m.Yellow, "临期"}, {m.Green, "在办"}, {m.Held, "待人大审核"}, {m.Blue, "中止"}, {m.Timely, "按期办结"}} {
		if x.n > 0 {
			said = append(said, fmt.Sprintf("%s%d", x.text, x.n))
		}
	}
	if said == nil {
		return "没有到期的环节"
	}
	return strings.Join(said, "，")
}

// Light is the cell's light: late before near before running before answered in time.
func (m matrixCell) Light() (template.HTML, error) {
	switch {
	case m.Red > 0:
		return light("red", fmt.Sprintf("逾%d", m.Red))
	case m.WasLate > 0:
		return light("was", fmt.Sprintf("曾逾%d", m.WasLate))
	case m.Yellow > 0:
		return light("yellow", fmt.Sprintf("临%d", m.Yellow))
	case m.Green+m.Held > 0:
		return light("running", fmt.Sprintf("办%d", m.Green+m.Held))
	case m.Blue > 0:
		return light("blue", fmt.Sprintf("停%d", m.Blue))
	}
	return light("green", strconv.Itoa(m.Timely))
}

// Rate is how many of what was due in these months were settled in time.
func (m matrixRow) Rate() string {
	if m.Ended == 0 {
		return "—"
	}
	return fmt.Sprintf("%s（%d/%d）", schemas.Rate(m.Timely, m.Ended), m.Timely, m.Ended)
}

func (c *cockpitFigures) trend(running []register.Running, monthly []register.Monthly) {
	for m := c.old; !m.After(c.month); m = m.AddDate(0, 1, 0) {
		t := trendMonth{cockpitMonth: monthOf(m, c.cockpitFilter)}
		t.Links = [3]string{c.list("of", "opened", "month", t.Code), c.list("of", "closed", "month", t.Code), c.list("of", "missed", "month", t.Code)}
		for _, x := range monthly {
			switch {
			case !t.is(x.Month):
			case x.Event == "opened":
				t.Opened += x.N
			case x.Event == "closed":
				t.Closed += x.N
			case x.Mark == "late":
				t.Late += x.N
			}
		}
		for _, x := range running {
			if !x.NPC && x.Light == "red" && t.is(x.Month) {
				t.Late += x.N
			}
		}
		c.Trend = append(c.Trend, t)
	}
}

func (c *cockpitFigures) funnel(open []register.MatterCount) {
	for _, o := range procedures {
		if slices.ContainsFunc(open, func(x register.MatterCount) bool { return x.Procedure == o.Value && x.N > 0 }) {
			c.Kinds = append(c.Kinds, o)
		}
	}
	for _, step := range schemas.Steps {
		f := funnelStep{Step: step, Href: c.list("of", "step", "step", step.Code), Cells: make([]funnelCell, len(c.Kinds))}
		for i, o := range c.Kinds {
			f.Cells[i].Href = c.list("of", "step", "step", step.Code, "kind", o.Value)
			for _, x := range open {
				if x.Procedure == o.Value && slices.Contains(step.States, x.Stand) {
					f.Cells[i].N += x.N
				}
			}
			f.N += f.Cells[i].N
		}
		if f.N > 0 || step.Code != "suspended" && step.Code != "nowhere" {
			c.Funnel = append(c.Funnel, f)
		}
	}
}

// worst are the duties of units that are late longest.
func (s *Server) worst(ctx context.Context, p *register.Person, f cockpitFilter) (rows []worstRow, err error) {
	late, _, err := s.Register.DutiesWatched(ctx, p.Congress, f.watch, register.DutyFilter{NPC: []bool{false}, Stands: "late"}, f.now, nil, cockpitWorst)
	if err != nil {
		return nil, err
	}
	return s.answerable(ctx, p, late)
}

// answerable adds who answers for each duty and what was last said of it.
func (s *Server) answerable(ctx context.Context, p *register.Person, duties []register.Stage) (rows []worstRow, err error) {
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	who, err := s.Register.Answerables(ctx, p.Congress, duties)
	if err != nil {
		return nil, err
	}
	for _, st := range duties {
		row := worstRow{stageView: stageView{Stage: st, Lamp: lampOf(calendar, st, p.Now), Duty: schemas.Duties[st.Kind], Round: roundOf(st.Key), WhoseAct: whose(st)}}
		if i := slices.IndexFunc(who, func(a register.Answerable) bool { return a.CaseID == st.CaseID && a.Key == st.Key }); i >= 0 {
			a := who[i]
			row.Handlers, row.Heads, row.SaidAt, row.By, row.ByAt = a.Handlers, a.Heads, a.SaidAt, a.InstructedBy, a.InstructedAt
			row.Said = schemas.LevelName(a.Said)
		}
		if st.ClosedAt.IsZero() && row.Lamp.Colour == "red" {
			row.Days = calendar.Between(schemas.LastDay(st.Due), p.Now)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// mine is what needs the person's own word: what climbed to him, then what he owes.
func (s *Server) mine(r *http.Request, page *cockpitPage) error {
	desk, err := s.work(r)
	if err != nil {
		return err
	}
	page.Climbed = len(desk.Climbed)
	for _, n := range desk.Climbed {
		row := mineRow{Title: n.Title, CaseID: n.CaseID, What: schemas.Title(n.Stage), Unit: n.UnitName, Due: n.Due, Lamp: lamp{"red", schemas.LevelName(n.Level)}, Href: "/cases/" + n.CaseID, Verb: "查看"}
		if p := person(r.Context()); n.Due.After(p.Now) { // a level that is told ahead, as of the gate before an inquiry
			row.Lamp = lamp{"yellow", strings.TrimPrefix(schemas.LevelName(n.Level), "逾期") + " · " + left(n.Due, p.Now)}
		} else {
			page.Overdue = true
		}
		if desk.Instructs {
			row.Href, row.Verb = "/cases/"+n.CaseID+"/instruct", "批示"
		}
		page.Mine = append(page.Mine, row)
	}
	for _, v := range desk.Work {
		if v.Can {
			page.Mine = append(page.Mine, mineRow{Title: v.Title, CaseID: v.CaseID, What: v.Duty.Title, Unit: v.UnitName, Due: v.Due, Lamp: v.Lamp,
				Href: "/cases/" + v.CaseID + "/act?stage=" + url.QueryEscape(v.Key), Verb: v.Duty.Verb})
		}
	}
	return nil
}

func (s *Server) cockpitPage(r *http.Request) (page cockpitPage, err error) {
	if page.cockpitFigures, err = s.cockpitFigures(r); err == nil {
		err = s.mine(r, &page)
	}
	return page, err
}

func (s *Server) cockpit(w http.ResponseWriter, r *http.Request) {
	page, err := s.cockpitPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if page.MoreMine = len(page.Mine) > cockpitMine; page.MoreMine {
		page.Mine = page.Mine[:cockpitMine]
	}
	s.render(w, r, http.StatusOK, "cockpit", page)
}

// Whole reports whether the page covers the whole congress.
func (f cockpitFilter) Whole() bool { return f.watch.All }

// cockpitPrint is the same on paper, every table open.
func (s *Server) cockpitPrint(w http.ResponseWriter, r *http.Request) {
	page, err := s.cockpitPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Paper = "a4"
	if r.URL.Query().Get("paper") == "a3" {
		page.Paper = "a3"
	}
	s.render(w, r, http.StatusOK, "cockpit_print", printed{page})
}
