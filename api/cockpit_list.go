package api

import (
	"net/http"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	// cockpitListPage is the list behind a figure of the cockpit: duties, or matters.
	cockpitListPage struct {
		cockpitFilter
		Title, Back string
		Duties      []worstRow
		Matters     []caseRow
		OfMatters   bool
		pager
	}
)

// Area keeps the mark on the navigation.
func (cockpitListPage) Area() string { return "/cockpit" }

func (s *Server) cockpitList(w http.ResponseWriter, r *http.Request) {
	page, err := s.cockpitListPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "cockpit_list", page)
}

// cockpitListPage finds what the figure counts. Code: NotFound.
func (s *Server) cockpitListPage(r *http.Request) (page cockpitListPage, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	asked := r
	ofNone := q.Get("unit") == unitless
	if ofNone { // of no unit, which is no filter of the page
		plain := q
		plain.Del("unit")
		asked = r.Clone(ctx)
		asked.URL.RawQuery = plain.Encode()
	}
	if page.cockpitFilter, err = s.cockpitFilterOf(asked); err != nil {
		return page, err
	}
	page.pager = pagerOf(r)
	page.Back = "/cockpit?" + page.Query
	of, month := q.Get("of"), page.month
	if text := q.Get("month"); text != "" {
		if month, err = time.ParseInLocation("2006-01", text, schemas.Shanghai); err != nil || month.Year() < 2000 || month.Year() > 2100 {
			return page, schemas.Refuse("NotFound", "没有这个月份")
		}
	}
	d := register.DutyFilter{NPC: []bool{false, true}, Until: page.now, Month: month, Unitless: ofNone}
	side := ""
	switch q.Get("side") {
	case "unit":
		d.NPC, side = []bool{false}, "单位"
	case "npc":
		d.NPC, side = []bool{true}, "人大内部"
	}
	in := month.Format("2006年1月")
	switch of {
	case "late":
		page.Title, d.Stands = side+"逾期的环节", "late"
		switch level := q.Get("level"); {
		case level == "none":
			page.Title, d.Levels = "刚刚逾期、未到0级的环节", []string{""}
		case slices.Contains(levels, level) && level != "":
			page.Title, d.Levels = schemas.LevelName(level)+"的环节", []string{level}
		case level != "":
			return page, schemas.Refuse("NotFound", "没有这一级")
		}
	case "today":
		page.Title, d.Stands, d.Until = "今日到期的环节", "ahead", page.today
	case "soon":
		page.Title, d.Stands, d.Until = "三个工作日内到期的环节", "ahead", page.soon
	case "held":
		page.Title, d.Stands = "待人大审核、不计逾期的环节", "held"
	case "paused":
		page.Title, d.Stands = "中止的环节", "paused"
	case "due", "opened", "closed":
		page.Title, d.Event = in+map[string]string{"due": "到期的环节", "opened": "交给单位的环节", "closed": "单位办结的环节"}[of], of
	case "missed":
		page.Title, d.Event, d.Missed = in+"到期而逾期的环节", "due", true
	case "open", "step", "ended":
		page.OfMatters = true
		return page, s.cockpitMatters(r, &page, of)
	default:
		return page, schemas.Refuse("NotFound", "没有这个清单，请从驾驶舱上的数字进入")
	}
	duties, next, err := s.Register.DutiesWatched(ctx, p.Congress, page.watch, d, page.now, page.after(), page.rows)
	if err != nil {
		return page, err
	}
	page.turn(next, -1)
	page.Duties, err = s.answerable(ctx, p, duties)
	return page, err
}

// cockpitMatters finds the matters of a page.
func (s *Server) cockpitMatters(r *http.Request, page *cockpitListPage, of string) (err error) {
	ctx, p := r.Context(), person(r.Context())
	var found register.Listed
	switch of {
	case "ended":
		page.Title = page.month.Format("2006年1月") + "办结的事项"
		found, err = s.Register.EndedPage(ctx, p.Congress, page.watch, page.month, page.next, schemas.Handled, page.after(), page.rows)
	case "step":
		i := slices.IndexFunc(schemas.Steps, func(step schemas.Step) bool { return step.Code == r.URL.Query().Get("step") })
		if i < 0 {
			return schemas.Refuse("NotFound", "没有这个阶段")
		}
		page.Title = "在办事项：" + schemas.Steps[i].Title
		found, err = s.Register.MattersAt(ctx, p.Congress, page.watch, schemas.Steps[i].States, page.after(), page.rows)
	default:
		page.Title = "在办事项"
		found, err = s.Register.MattersAt(ctx, p.Congress, page.watch, nil, page.after(), page.rows)
	}
	if err != nil {
		return err
	}
	page.turn(found.Next, -1)
	rows, err := s.Register.CaseRows(ctx, p.Congress, found.IDs)
	if err != nil {
		return err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	for _, row := range rows {
		page.Matters = append(page.Matters, caseRowOf(calendar, row, p.Now))
	}
	return err
}
