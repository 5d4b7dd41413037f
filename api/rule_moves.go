package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	ruleVersionsPage struct {
		Procedure, Title string
		Tabs             []tab
		Versions         []register.RuleVersion
		Shown            register.RuleVersion // the one read
		Name             string
		rulesView
		With    string // the version that it is compared with; empty: there is none before it
		Changes []changeView
	}
	ruleMovesPage struct {
		Procedure, Title string
		Tabs             []tab
		Version          string // that the cases would be put on; empty: the draft
		Open             int    // open cases that are not on it
		Count, Past      int    // of them touched; of these with a date that would have run out
		Rows             []touchedView
		Reason           string
		Shorten          bool
		Token            string
		pager
		Problems problems
	}
	touchedView struct {
		intake.Touched
		Chosen bool
		Lines  []shiftView
	}
	shiftView struct {
		schemas.Shift
		Unit string
		Says string // 延长, 提前, 已经过去
	}
	ruleBatchPage struct {
		register.Batch
		Rows             []ruleBatchRow
		Names            map[string]string
		Done, Back, Wait int
	}
	ruleBatchRow struct {
		register.BatchRow
		Move register.RuleMove
	}
)

// Area is the part of the navigation that the page belongs to.
func (ruleBatchPage) Area() string { return "/rules" }

// Here is the address of the form, which keeps its page.
func (p ruleMovesPage) Here() string {
	return "/rules/moves?procedure=" + p.Procedure + "&page=" + strconv.Itoa(p.Page)
}

func procedureTabs(path, current string) (tabs []tab) {
	for _, o := range procedures {
		tabs = append(tabs, tab{Title: o.Text, Href: path + "?procedure=" + o.Value, Current: o.Value == current})
	}
	return tabs
}

// ruleVersions lists the versions of a procedure's rules and shows one, with what it changed.
func (s *Server) ruleVersions(w http.ResponseWriter, r *http.Request) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	o := procedureOf(q.Get("procedure"))
	page := ruleVersionsPage{Procedure: o.Value, Title: o.Text, Tabs: procedureTabs("/rules/versions", o.Value)}
	var err error
	if page.Versions, err = s.Register.RuleVersions(ctx, p.Congress, o.Value); err != nil {
		s.fail(w, r, err)
		return
	}
	find := func(version string) int {
		return slices.IndexFunc(page.Versions, func(v register.RuleVersion) bool { return v.Version == version })
	}
	i := find(q.Get("version"))
	switch {
	case len(page.Versions) == 0, i < 0 && q.Get("version") != "":
		s.fail(w, r, schemas.Refuse("NotFound", "没有这一版规则"))
		return
	case i < 0:
		i = 0
	}
	page.Shown = page.Versions[i]
	rules, err := s.Register.Rules(ctx, page.Shown.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Name, page.rulesView = rules.Name, showRules(rules)
	with := find(q.Get("with"))
	if with < 0 {
		with = i + 1
	}
	if with < len(page.Versions) && with != i {
		before, err := s.Register.Rules(ctx, page.Versions[with].ID)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page.With, page.Changes = page.Versions[with].Version, differences(before, rules)
	}
	s.render(w, r, http.StatusOK, "rule_versions", page)
}

// previewRules shows which open cases the draft would touch, if they were put on it.
func (s *Server) previewRules(w http.ResponseWriter, r *http.Request) {
	d, err := s.ruleDraft(r)
	if err == nil {
		page := ruleMovesPage{Procedure: d.Procedure, Title: d.Title, Tabs: procedureTabs("/rules/preview", d.Procedure)}
		if err = s.touched(r, &page, "", d.Rules); err == nil {
			s.render(w, r, http.StatusOK, "rule_preview", page)
			return
		}
	}
	s.fail(w, r, err)
}

// showRuleMoves shows which open cases the version that counts would touch, for the office to choose from.
func (s *Server) showRuleMoves(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleMovesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Token = register.NewID()
	s.render(w, r, http.StatusOK, "rule_moves", page)
}

func (s *Server) ruleMovesPage(r *http.Request) (page ruleMovesPage, err error) {
	o := procedureOf(r.FormValue("procedure"))
	page.Procedure, page.Title, page.Tabs = o.Value, o.Text, procedureTabs("/rules/moves", o.Value)
	id, rules, err := s.Register.CurrentRules(r.Context(), person(r.Context()).Congress, o.Value)
	if err != nil {
		return page, err
	}
	page.Version = rules.Version
	return page, s.touched(r, &page, id, rules)
}

// touched fills a page with what a version would touch.
func (s *Server) touched(r *http.Request, page *ruleMovesPage, id string, rules schemas.Rules) error {
	ctx, p := r.Context(), person(r.Context())
	open, all, err := s.Desk.Touched(ctx, p.Congress, page.Procedure, id, rules)
	if err != nil {
		return err
	}
	names, err := s.Register.Names(ctx, p.Congress)
	if err != nil {
		return err
	}
	page.Open, page.Count = open, len(all)
	for _, t := range all {
		if t.Past() {
			page.Past++
		}
	}
	var from, to int
	from, to, page.pager = partOf(r, len(all), fmt.Sprintf("%d件", len(all)))
	for _, t := range all[from:to] {
		v := touchedView{Touched: t}
		for _, f := range t.Shifts {
			v.Lines = append(v.Lines, shiftView{f, names[f.Stage.Unit], saysOf(f)})
		}
		page.Rows = append(page.Rows, v)
	}
	return nil
}

func saysOf(f schemas.Shift) string {
	switch {
	case f.Lost:
		return "推算不出期限"
	case f.Past:
		return "已经过去"
	case f.Shorter():
		return "提前"
	case f.Moved():
		return "延后"
	}
	return "提醒、升级有变"
}

// doRuleMoves puts the chosen cases on the version that counts. Codes: those of intake.Desk.Adopt, ReasonMissing.
func (s *Server) doRuleMoves(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	o := procedureOf(r.PostFormValue("procedure"))
	token := r.PostFormValue("token")
	reason, err := plainText("改用的理由", r.PostFormValue("reason"))
	if err == nil && len(token) != 36 {
		err = schemas.Refuse("BadToken", "表单凭据不对，请重新打开页面再提交")
	}
	var choices []intake.Choice
	for _, id := range r.PostForm["case"] {
		choices = append(choices, intake.Choice{Case: id, Seen: r.PostFormValue("seen-" + id)})
	}
	if err == nil {
		err = s.Desk.Adopt(ctx, p.Congress, p.ID, token, o.Value, reason, r.PostFormValue("shorten") != "", choices)
	}
	ps, other := under("moves", err)
	if other != nil {
		s.fail(w, r, other)
		return
	}
	if len(ps) == 0 {
		http.Redirect(w, r, "/rules/moves/batch?id="+url.QueryEscape(token), http.StatusSeeOther)
		return
	}
	page, err := s.ruleMovesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for i, row := range page.Rows {
		page.Rows[i].Chosen = slices.Contains(r.PostForm["case"], row.ID)
	}
	page.Token, page.Problems, page.Reason, page.Shorten = register.NewID(), ps, r.PostFormValue("reason"), r.PostFormValue("shorten") != ""
	s.render(w, r, http.StatusUnprocessableEntity, "rule_moves", page)
}

// showRuleBatch tells what became of the cases that were put on another version together.
func (s *Server) showRuleBatch(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	id := r.URL.Query().Get("id")
	b, err := s.Register.Batch(ctx, p.Congress, id)
	if err == nil && b.Kind != "rules" {
		err = schemas.Refuse("NotFound", "没有找到您要的内容，或者您无权查看")
	}
	var rows []register.BatchRow
	if err == nil {
		rows, err = s.Register.BatchRows(ctx, b.ID)
	}
	var moves []register.RuleMove
	if err == nil {
		moves, err = s.Register.RuleMovesIn(ctx, p.Congress, b.ID)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	names, err := s.Register.Names(ctx, p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := ruleBatchPage{Batch: b, Names: names}
	for _, row := range rows {
		switch row.Outcome {
		case "accepted":
			page.Done++
		case "refused":
			page.Back++
		default:
			page.Wait++
		}
		v := ruleBatchRow{BatchRow: row}
		if i := slices.IndexFunc(moves, func(m register.RuleMove) bool { return m.Token == row.Token }); i >= 0 {
			v.Move = moves[i]
		}
		page.Rows = append(page.Rows, v)
	}
	if page.Wait > 0 {
		w.Header().Set("Refresh", "2")
	}
	s.render(w, r, http.StatusOK, "rule_batch", page)
}

// ruleMoveWords say in the history of a matter what moved when it was put on another version of its rules.
func ruleMoveWords(m register.RuleMove, names map[string]string) string {
	said := "，第" + m.Was + "版改为第" + m.Rules + "版"
	for _, f := range m.Shifts {
		if f.Moved() {
			said += "；" + names[f.Stage.Unit] + schemas.Title(f.Stage.Key) + "由" + schemas.ZhDate(schemas.LastDay(f.Was)) + "改为" + schemas.ZhDate(schemas.LastDay(f.Due))
		}
	}
	return said
}
