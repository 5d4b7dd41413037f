package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	inquiriesPage struct {
		filtered
		Rows       []inquiryRow
		MayPropose bool
	}
	inquiryRow struct {
		register.InquiryRow
		Turn, PhaseName, DueAt string
		Lamp                   lamp
	}
	topicPage struct {
		In         schemas.InquiryIn
		Token      string
		Problems   problems
		Committees []register.Unit // those for which the person proposes
	}
	// inquiryView is what the page of an inquiry shows besides what every case shows.
	inquiryView struct {
		register.Inquiry
		Problems  []problemView
		Classes   []boardRow
		Units     []boardRow
		Tally     schemas.Tally
		Gate      schemas.Gate
		Needed    int // the fewest closed problems that reach the gate
		Questions []problemView
		Visits    []register.Visit
		Teams     int
		Judged    []judgedView
		Lists     bool // the person may enter problems and visits now
		Conducts  bool // the person leads the hall
		Votes     bool // and configures ballots
	}
	problemView struct {
		register.ProblemRow
		PhaseName string
		Lamp      lamp
	}
	// boardRow are the problems of one class or unit, by how they stand.
	boardRow struct {
		Name                                             string
		Total, Given, Fixing, Checking, Closed, Deferred int
	}
	problemsPage struct {
		M        matter
		Problems problems
		Columns  []sheetColumn[problemRow]
		Sheet    *sheet[problemRow] // nil: none has been read
		Stored   string             // the hash under which the checked file is kept; empty: it may not be imported
	}
	// problemRow is one problem as it is written; the fields are named as their columns.
	problemRow struct {
		Line  int
		Class string `field:"类别" label:"类别" validate:"required,max=20"`
		Title string `field:"问题" label:"问题" validate:"required,min=4,max=80"`
		Body  string `field:"事实" label:"事实" validate:"required,max=2000"`
		Unit  string `field:"责任单位" label:"责任单位" validate:"required,max=60"`
		Site  string `field:"点位" label:"点位" validate:"max=60"`
		Basis string `field:"依据" label:"依据" validate:"max=500"`
	}
)

// Area is the part of the navigation that the page belongs to.
func (topicPage) Area() string { return "/inquiries" }

// Area is the part of the navigation that the page belongs to.
func (problemsPage) Area() string { return "/inquiries" }

// problemSheet is how problems stand in a sheet.
var problemSheet = sheetForm[problemRow]{Name: "问题清单", Aside: "责任单位", Unit: "条", What: "问题", Key: "问题", Most: 500,
	row: func(line int) problemRow { return problemRow{Line: line} },
	Columns: []sheetColumn[problemRow]{
		{"类别", true, false, 14, "如 项目审批、用地保障", func(r *problemRow) *string { return &r.Class }},
		{"问题", true, false, 40, "一句话", func(r *problemRow) *string { return &r.Title }},
		{"事实", true, true, 60, "何时何地查到什么，有什么证据", func(r *problemRow) *string { return &r.Body }},
		{"责任单位", true, false, 24, "系统里已有单位的全称", func(r *problemRow) *string { return &r.Unit }},
		{"点位", false, false, 24, "项目、企业或地点", func(r *problemRow) *string { return &r.Site }},
		{"依据", false, false, 40, "违反的法律、政策或承诺", func(r *problemRow) *string { return &r.Basis }},
	}}

// VisitKinds are the four ways of a survey (spec 2b).
var visitKinds = []option{{"talk", "座谈问卷"}, {"visit", "明查暗访"}, {"sample", "抽样检测"}, {"film", "视频取证"}}

var inquiries = []string{"inquiry"}

// inquiryTabs sort inquiries by how they stand.
var inquiryTabs = []listTab{
	{"", "全部", register.Tab{Procedures: inquiries}},
	{"open", "在办", register.Tab{Procedures: inquiries, Stands: openStands("inquiry")}},
	{"late", "逾期", register.Tab{Procedures: inquiries, Marked: "late"}},
	{"closed", "已了结", register.Tab{Procedures: inquiries, Stands: []string{"ended"}}},
}

// inquirySteps are those of an inquiry, with the states of spec 2b.
var inquirySteps = []stretch{
	{"选题", []string{"B1"}}, {"方案", []string{"B2"}}, {"询前调研", []string{"B3"}}, {"梳理问题", []string{"B4"}}, {"交办会", []string{"B5"}}, {"会前整改", []string{"B6"}},
	{"会议筹备", []string{"B7"}}, {"询问会", []string{"B8"}}, {"测评", []string{"B9"}}, {"整改意见书", []string{"B10"}}, {"效果测评", []string{"B11"}}, {"公开归档", []string{"B12"}},
}

// problemSteps are those of a problem.
var problemSteps = []stretch{
	{"登记", []string{"P1"}}, {"整改", []string{"P2", "P5"}}, {"核查", []string{"P3"}}, {"销号", []string{"P4"}},
}

func (s *Server) inquiryRoutes(r chi.Router) {
	r.With(s.asks("read", "inquiry")).Get("/inquiries", s.inquiries)
	r.With(s.asks("create", "inquiry")).Get("/inquiries/new", s.showTopic)
	r.With(s.asks("create", "inquiry")).Post("/inquiries/new", s.doTopic)
	r.With(s.asks("list", "inquiry")).Get("/inquiries/{id}/problems", s.showProblems)
	r.With(s.asks("list", "inquiry")).Post("/inquiries/{id}/problems", s.doProblems)
	r.With(s.asks("list", "inquiry")).Get("/inquiries/problems.xlsx", s.problemsTemplate)
	r.With(s.asks("list", "inquiry")).Post("/inquiries/{id}/visits", s.addVisit)
	r.With(s.asks("conduct", "inquiry")).Get("/inquiries/{id}/hall", s.showHall)
	r.With(s.asks("conduct", "inquiry")).Post("/inquiries/{id}/hall", s.doHall)
	r.With(s.asks("read", "inquiry")).Get("/inquiries/{id}/screen", s.hallScreen)
}

func (s *Server) inquiries(w http.ResponseWriter, r *http.Request) {
	page, err := s.inquiriesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "inquiries", page)
}

func (s *Server) inquiriesPage(r *http.Request) (page inquiriesPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	var ids []string
	if page.filtered, ids, err = s.filtered(r, inquiryTabs, inquiries...); err != nil {
		return page, err
	}
	page.MayPropose = grantedSome(p, "create", "inquiry")
	rows, err := s.Register.InquiryRows(ctx, p.Congress, ids)
	if err != nil {
		return page, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	for _, row := range rows {
		st := register.Stage{Kind: row.StageKind, UnitName: row.StageUnit, Roles: row.StageRoles, NPC: row.NPC, Due: instantOf(row.Due), Yellow: instantOf(row.Yellow),
			Level: row.Level, Held: row.Held, Paused: row.Paused}
		v := inquiryRow{InquiryRow: row, PhaseName: schemas.PhaseName(row.Phase), DueAt: "—"}
		if !st.Due.IsZero() {
			v.DueAt = zhDue(st.Due)
		}
		v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, p.Now)
		page.Rows = append(page.Rows, v)
	}
	return page, nil
}

func (s *Server) showTopic(w http.ResponseWriter, r *http.Request) {
	page, err := s.topicPage(r, schemas.InquiryIn{})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "inquiry_new", page)
}

func (s *Server) topicPage(r *http.Request, in schemas.InquiryIn) (page topicPage, err error) {
	p := person(r.Context())
	units, err := s.Register.Units(r.Context(), p.Congress)
	page = topicPage{In: in, Token: rand.Text()}
	for _, u := range units {
		if u.Kind == "committee" && granted(p, "create", subject{object: "inquiry", unit: u.ID}) {
			page.Committees = append(page.Committees, u)
		}
	}
	if in.Committee == "" && len(page.Committees) == 1 {
		page.In.Committee = page.Committees[0].ID
	}
	return page, err
}

// doTopic proposes a topic, once for each form. Codes: Invalid, BadToken, NotEntitled, Secret.
func (s *Server) doTopic(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	in := schemas.InquiryIn{Token: r.PostForm.Get("token"), Title: trimmed(r.PostForm, "title"), Body: trimmed(r.PostForm, "body"), Committee: r.PostForm.Get("committee")}
	page, err := s.topicPage(r, in)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ctx, p := r.Context(), person(r.Context())
	page.Problems = check(in)
	if !slices.ContainsFunc(page.Committees, func(u register.Unit) bool { return u.ID == in.Committee }) && page.Problems.For("committee") == "" {
		page.Problems = append(page.Problems, problem{"committee", "请选择本委室为牵头委室"})
	}
	if err := notSecret("填写的内容", saidIn(in)); err != nil {
		page.Problems, _ = under("main", err)
	}
	if len(page.Problems) == 0 {
		var st schemas.State
		st, err = s.Desk.Inquire(ctx, register.NewInquiry{Token: in.Token, Congress: p.Congress, Title: in.Title, Body: in.Body, Committee: in.Committee, Owner: p.ID, Role: schemas.Clerk})
		if err == nil {
			http.Redirect(w, r, "/cases/"+st.Case, http.StatusSeeOther)
			return
		}
		if page.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "inquiry_new", page)
}

// inquiryOf finds the inquiry of the address for somebody who may do so with it. Codes: NotFound, NotEntitled.
func (s *Server) inquiryOf(r *http.Request, action string) (m matter, err error) {
	p := person(r.Context())
	if m, err = s.matter(r.Context(), p, chi.URLParam(r, "id")); err != nil {
		return m, err
	}
	if m.Procedure != "inquiry" {
		return m, schemas.Refuse("NotFound", "没有找到这次专题询问，或者您无权查看")
	}
	if !granted(p, action, subject{object: "inquiry", matter: &m, unit: m.Committee}) {
		return m, schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo(action, "inquiry").Refusal)
	}
	return m, nil
}

// surveying reports whether problems and visits are entered: from the plan to the handing in of the list.
func (m matter) surveying() bool {
	return m.State.Find("survey") != nil || m.State.Find("problem-list") != nil
}

// inquiryView collects what the page of an inquiry shows.
func (s *Server) inquiryView(ctx context.Context, p *register.Person, calendar schemas.Calendar, m matter) (v inquiryView, err error) {
	v = inquiryView{Inquiry: m.Inquiry, Gate: *cmp.Or(m.State.Policy.Gate, &schemas.Gate{})}
	rows, err := s.Register.Problems(ctx, p.Congress, m.ID)
	if err != nil {
		return v, err
	}
	rows = slices.DeleteFunc(rows, func(x register.ProblemRow) bool { return !granted(p, "see", subject{object: "inquiry", unit: x.Unit}) })
	for _, x := range rows {
		one := problemView{ProblemRow: x, PhaseName: schemas.PhaseName(cmp.Or(x.Outcome, x.Phase))}
		_, one.Lamp = lampOfTurn(calendar, x.Outcome, register.Stage{Kind: "fix", Due: instantOf(x.Due), Yellow: instantOf(x.Yellow), Level: x.Level, Held: x.Held, Paused: x.Paused}, p.Now)
		if x.Closed() {
			one.Lamp = lamp{"grey", "已销号"}
		}
		v.Problems = append(v.Problems, one)
		if x.Outcome == "" || x.Closed() {
			v.Tally.Total++
			if x.Closed() {
				v.Tally.Closed++
			}
			v.Classes, v.Units = onBoard(v.Classes, x.Class, x), onBoard(v.Units, x.UnitName, x)
		}
		if x.Question > 0 {
			v.Questions = append(v.Questions, one)
		}
	}
	slices.SortStableFunc(v.Questions, func(a, b problemView) int { return a.Question - b.Question })
	slices.SortStableFunc(v.Units, func(a, b boardRow) int { return b.Total - a.Total })
	v.Needed = (v.Gate.Share*v.Tally.Total + 99) / 100
	if granted(p, "see", subject{object: "inquiry"}) { // not what a unit sees of its own
		if v.Visits, err = s.Register.Visits(ctx, p.Congress, m.ID); err != nil {
			return v, err
		}
	}
	teams := map[int]bool{}
	for _, x := range v.Visits {
		teams[x.Team] = true
	}
	v.Teams = len(teams)
	ballots, err := s.Register.BallotsOf(ctx, p.Congress, m.ID, p.ID)
	for _, b := range ballots {
		if b.Status != "void" && granted(p, "see", subject{object: "inquiry", unit: b.Unit}) {
			v.Judged = append(v.Judged, judgedOf(p, b, b.Title))
		}
	}
	v.Votes = m.Outcome == "" && len(v.Questions) > 0 && grantedSome(p, "configure", "ballot")
	v.Lists = m.surveying() && granted(p, "list", subject{object: "inquiry", matter: &m, unit: m.Committee})
	v.Conducts = granted(p, "conduct", subject{object: "inquiry", matter: &m, unit: m.Committee})
	return v, err
}

func onBoard(rows []boardRow, name string, x register.ProblemRow) []boardRow {
	i := slices.IndexFunc(rows, func(r boardRow) bool { return r.Name == name })
	if i < 0 {
		rows, i = append(rows, boardRow{Name: name}), len(rows)
	}
	r := &rows[i]
	r.Total++
	switch {
	case x.Closed():
		r.Closed++
	case x.Phase == "P2":
		r.Fixing++
	case x.Phase == "P3":
		r.Checking++
	case x.Phase == "P5":
		r.Deferred++
	default:
		r.Given++
	}
	return rows
}

// Rate is the share that is closed.
func (r boardRow) Rate() string { return schemas.Rate(r.Closed, r.Total) }

// Rate is the share that is closed.
func (v inquiryView) Rate() string { return schemas.Rate(v.Tally.Closed, v.Tally.Total) }

// Reached reports whether the gate is.
func (v inquiryView) Reached() bool { return v.Gate.Reached(v.Tally) }

// Wide is the share in per cent, for the bar.
func (v inquiryView) Wide() int { return wide(v.Tally.Closed, v.Tally.Total) }

// KindCount is how many visits were of a kind.
func (v inquiryView) KindCount(kind string) (n int) {
	for _, x := range v.Visits {
		if x.Kind == kind {
			n++
		}
	}
	return n
}

func (s *Server) showProblems(w http.ResponseWriter, r *http.Request) {
	m, err := s.inquiryOf(r, "list")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "inquiry_problems", problemsPage{M: m, Columns: problemSheet.Columns})
}

// doProblems checks a sheet of problems and, with do=file, enters them.
func (s *Server) doProblems(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	m, err := s.inquiryOf(r, "list")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := problemsPage{M: m, Columns: problemSheet.Columns}
	entered, err := s.takeProblems(r, &page)
	if err == nil && entered {
		s.sessions.Put(r.Context(), toldKey, "已登记"+strconv.Itoa(len(page.Sheet.Rows))+"条问题。")
		http.Redirect(w, r, "/cases/"+m.ID, http.StatusSeeOther)
		return
	}
	status, ps, err := sheetProblems(page.Problems, page.Sheet != nil, err)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Problems = ps
	s.render(w, r, status, "inquiry_problems", page)
}

// takeProblems reads and checks the sheet, and enters its problems if that is asked and all is right. Codes: Invalid, ListClosed, those of
// importFile and sheetForm.read.
func (s *Server) takeProblems(r *http.Request, page *problemsPage) (entered bool, err error) {
	ctx, p := r.Context(), person(r.Context())
	raw, sum, err := s.importFile(r)
	if err != nil {
		return false, err
	}
	read, err := problemSheet.read(ctx, raw)
	if err != nil {
		return false, err
	}
	found, err := s.judgeProblems(ctx, p, page.M, read)
	if err != nil {
		return false, err
	}
	page.Sheet = read
	switch {
	case read.Taken == len(read.Rows):
		read.Mistakes = nil
		return false, schemas.Refuse("Duplicate", "表中的问题清单里都已经有了，没有再次登记")
	case read.Wrong > 0:
		return false, schemas.Refuse("Invalid", "有%d条需要改正，见下表；改好以前一条都不会登记", read.Wrong)
	}
	if r.PostFormValue("do") != "file" {
		if sum == "" {
			sum, err = s.Files.store(bytes.NewReader(raw))
		}
		page.Stored = sum
		return false, err
	}
	_, err = s.Desk.List(context.WithoutCancel(ctx), page.M.State, page.M.Number, p.ID, found)
	return err == nil, err
}

// judgeProblems holds each row against the register and those above it, and notes what is wrong.
func (s *Server) judgeProblems(ctx context.Context, p *register.Person, m matter, read *sheet[problemRow]) (found []register.NewProblem, err error) {
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	byName := map[string]string{}
	for _, u := range units {
		if handles(u.Kind) {
			byName[u.Name] = u.ID
		}
	}
	listed, err := s.Register.Problems(ctx, p.Congress, m.ID)
	if err != nil {
		return nil, err
	}
	taken, above := map[string]bool{}, map[string]bool{}
	for _, x := range listed {
		taken[x.Title] = true
	}
	for _, row := range read.Rows {
		wrong := problemSheet.check(row)
		if err := notSecret("这一行", saidIn(row)); err != nil {
			wrong = append(wrong, problem{"事实", err.Error()})
		}
		if byName[row.Unit] == "" && wrong.For("责任单位") == "" {
			wrong = append(wrong, problem{"责任单位", "没有“" + shortened(row.Unit) + "”这个承办单位"})
		}
		switch {
		case taken[row.Title]:
			read.Taken++
			wrong = append(wrong, problem{"问题", "清单里已有这条问题"})
		case above[row.Title] && row.Title != "":
			wrong = append(wrong, problem{"问题", "与上面一行重复"})
		}
		above[row.Title] = true
		found = append(found, register.NewProblem{Title: row.Title, Body: row.Body, Class: row.Class, Unit: byName[row.Unit], Site: row.Site, Basis: row.Basis})
		read.note(row.Line, row.Title, wrong)
	}
	return found, nil
}

// problemsTemplate gives an empty sheet with the headings, and beside it the units.
func (s *Server) problemsTemplate(w http.ResponseWriter, r *http.Request) {
	units, err := s.Register.Units(r.Context(), person(r.Context()).Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var names []string
	for _, u := range units {
		if handles(u.Kind) {
			names = append(names, u.Name)
		}
	}
	book, err := problemSheet.template([]wordList{{"责任单位", names, []string{"责任单位"}, 36}})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendBook(w, book, "问题清单模板.xlsx")
}

// addVisit enters a place that a team went to. Codes: Invalid, ListClosed.
func (s *Server) addVisit(w http.ResponseWriter, r *http.Request) {
	m, err := s.inquiryOf(r, "list")
	if err == nil {
		err = r.ParseForm()
	}
	if err == nil && !m.surveying() {
		err = schemas.Refuse("ListClosed", "现在不是调研、梳理期间，不能登记调研点位")
	}
	var v register.Visit
	if err == nil {
		v, err = readVisit(r, person(r.Context()).Now, visitKinds)
	}
	if err == nil {
		err = s.Register.AddVisit(r.Context(), m.Congress, m.ID, person(r.Context()).ID, v)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+m.ID+"#visits", http.StatusSeeOther)
}

// visitList are the places that the teams of a survey went to, and the form to enter one more.
type visitList struct {
	Action string
	Kinds  []option
	Visits []register.Visit
	May    bool // the person enters them now
}

func readVisit(r *http.Request, now time.Time, kinds []option) (v register.Visit, err error) {
	f := r.PostForm
	v = register.Visit{Site: trimmed(f, "site"), Kind: f.Get("kind"), Note: trimmed(f, "note")}
	v.Team, err = strconv.Atoi(f.Get("team"))
	switch {
	case err != nil || v.Team < 1 || v.Team > 99:
		return v, schemas.Refuse("Invalid", "请填写第几调研组，1到99")
	case v.Site == "" || len([]rune(v.Site)) > 60 || len([]rune(v.Note)) > 500:
		return v, schemas.Refuse("Invalid", "请填写点位，不超过60个字；情况不超过500个字")
	case !slices.ContainsFunc(kinds, func(k option) bool { return k.Value == v.Kind }):
		return v, schemas.Refuse("Invalid", "请选择调研的方式")
	}
	if v.Day, err = day(f.Get("day")); err != nil {
		return v, err
	}
	if v.Day.After(now) {
		return v, schemas.Refuse("AnchorInFuture", "调研日期不能晚于今天")
	}
	return v, notSecret("填写的内容", v.Site+" "+v.Note)
}

// hallPage is how the office leads the meeting, and what the hall sees.
type hallPage struct {
	M         matter
	Meets     time.Time
	Place     string
	Questions []problemView
	Shown     *problemView
	Next      string // the first question that nobody has answered yet
	Evidence  []register.Attachment
	Used      time.Duration // since the question was shown
	Box       int           // minutes that a question may take
	Asked     int
	Problems  problems
}

// Area is the part of the navigation that the page belongs to.
func (hallPage) Area() string { return "/inquiries" }

// Clock is the time that the question has taken: 3分05秒.
func (page hallPage) Clock() string {
	return fmt.Sprintf("%d分%02d秒", int(page.Used.Minutes()), int(page.Used.Seconds())%60)
}

// Over reports whether it has taken more than its time.
func (page hallPage) Over() bool { return page.Used > time.Duration(page.Box)*time.Minute }

// screenOfHall is the same without anything around it.
type screenOfHall struct{ hallPage }

// Bare tells the layout to leave everything out.
func (screenOfHall) Bare() {}

func (s *Server) hallPage(r *http.Request, action string) (page hallPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	if page.M, err = s.inquiryOf(r, action); err != nil {
		return page, err
	}
	page.Meets, page.Place = page.M.Inquiry.Meets, page.M.Inquiry.Place
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	v, err := s.inquiryView(ctx, p, calendar, page.M)
	if err != nil {
		return page, err
	}
	page.Questions = v.Questions
	for i, q := range page.Questions {
		if q.Answer != "" {
			page.Asked++
		} else if page.Next == "" {
			page.Next = q.ID
		}
		if q.ID == page.M.Inquiry.Shown {
			page.Shown = &page.Questions[i]
		}
	}
	page.Box, page.Used = page.M.State.Policy.Minutes, p.Now.Sub(page.M.Inquiry.ShownAt)
	if page.Shown != nil {
		page.Evidence, err = s.Register.Attachments(ctx, page.Shown.ID)
	}
	return page, err
}

func (s *Server) showHall(w http.ResponseWriter, r *http.Request) {
	page, err := s.hallPage(r, "conduct")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "hall", page)
}

// hallScreen is what the hall sees: asked again every three seconds, by the script so that a film goes on, without it by the page.
func (s *Server) hallScreen(w http.ResponseWriter, r *http.Request) {
	page, err := s.hallPage(r, "read")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "hall_screen", screenOfHall{page})
}

// doHall puts a question on the screen, or enters what was said. Codes: NotYet, NotFound, Invalid.
func (s *Server) doHall(w http.ResponseWriter, r *http.Request) {
	m, err := s.inquiryOf(r, "conduct")
	if err == nil {
		err = r.ParseForm()
	}
	if _, listed := m.State.Told("questions"); err == nil && !listed {
		err = schemas.Refuse("NotYet", "考题还没有列出：会前核对销号比例以后，没有销号的问题自动列为考题")
	}
	if err == nil && m.State.Find("meeting") == nil {
		err = schemas.Refuse("StageClosed", "询问会已经登记，不能再改")
	}
	f := r.PostForm
	problem := f.Get("problem")
	if err == nil && !uuidForm.MatchString(problem) && problem != "" {
		err = schemas.Refuse("NotFound", "没有这道考题")
	}
	ctx := r.Context()
	if err == nil && f.Get("do") == "show" {
		err = s.Register.Show(ctx, m.Congress, m.ID, problem)
	} else if err == nil {
		said := register.Asked{Asker: trimmed(f, "asker"), Answerer: trimmed(f, "answerer"), Answer: f.Get("answer"), Promise: trimmed(f, "promise"), FollowUp: trimmed(f, "follow"), Comment: trimmed(f, "comment")}
		switch {
		case said.Answer != "" && said.Answer != "answered" && said.Answer != "written":
			err = schemas.Refuse("Invalid", "请选择当场答复，还是会后书面答复")
		case len([]rune(said.Asker)) > 40 || len([]rune(said.Answerer)) > 40 || len([]rune(said.Promise)) > 500 || len([]rune(said.FollowUp)) > 500 || len([]rune(said.Comment)) > 500:
			err = schemas.Refuse("Invalid", "姓名不超过40个字，承诺、追问和点评各不超过500个字")
		default:
			if err = notSecret("填写的内容", strings.Join([]string{said.Asker, said.Answerer, said.Promise, said.FollowUp, said.Comment}, " ")); err == nil {
				err = s.Register.Say(ctx, m.Congress, m.ID, problem, said)
			}
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/inquiries/"+m.ID+"/hall", http.StatusSeeOther)
}

// examineInquiry checks what an act on an inquiry or a problem says besides what every act must, and fills in its instants, parties and
// findings. Codes: BadDate, BadDue, NoProblem, NotYet, SelfCheck, TextMissing and those of CheckBallot.
func (s *Server) examineInquiry(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	kind := schemas.Kind(in.Stage)
	switch kind {
	case "inquiry-plan", "gate-decision":
		if kind == "gate-decision" && in.Verdict != "postpone" {
			return nil
		}
		return s.convened(ctx, p, m, in, a)
	case "problem-list":
		if ps, err := s.Register.Problems(ctx, m.Congress, m.ID); err != nil || len(ps) == 0 {
			return cmp.Or(err, error(schemas.Refuse("NoProblem", "问题清单还是空的，请先登记问题")))
		}
	case "problem-distribute":
		ps, err := s.Register.Problems(ctx, m.Congress, m.ID)
		if err != nil {
			return err
		}
		for _, x := range ps {
			if !slices.ContainsFunc(a.Parties, func(y schemas.Party) bool { return y.Unit == x.Unit }) {
				a.Parties = append(a.Parties, schemas.Party{Unit: x.Unit, Capacity: "several"})
			}
		}
	case "meeting":
		return s.met(ctx, p, m, a)
	case "inquiry-ballot", "promise-ballot":
		if refusal := schemas.CheckBallot(ballotOf(in.Ballot)); refusal != nil {
			return refusal
		}
	case "fix":
		if strings.TrimSpace(in.Text) == "" {
			return schemas.Refuse("TextMissing", "请写明整改的情况和效果")
		}
	case "closing-check", "deputy-check":
		other := map[string]string{"closing-check": "deputy-check", "deputy-check": "closing-check"}[kind] + strings.TrimPrefix(in.Stage, kind)
		if f, told := m.State.Told(other); told && f.Person == p.ID {
			return schemas.Refuse("SelfCheck", "销号由两个人核查，您已经核查过了")
		}
	}
	return nil
}

// convened takes over when the meeting is: a working day, four weeks and more after today where the plan names it, later than the first
// where it is postponed.
func (s *Server) convened(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	meets, err := s.meeting(ctx, m, in.Meets)
	if err != nil {
		return err
	}
	earliest := schemas.DayOf(p.Now).AddDate(0, 0, 28)
	if schemas.Kind(in.Stage) == "gate-decision" {
		earliest = schemas.DayOf(m.Inquiry.Meets).AddDate(0, 0, 1)
	}
	if meets.Before(earliest) {
		return schemas.Refuse("BadDue", "询问会最早可定于%s：问题要在会议四周以前交办", schemas.ZhDate(earliest))
	}
	a.Until = meets.UTC()
	return nil
}

// met takes over what the hall said: of each question, whether it was answered there, is to be answered in writing, or was not asked.
func (s *Server) met(ctx context.Context, p *register.Person, m matter, a *schemas.Act) error {
	if p.Now.Before(m.Inquiry.Meets) {
		return schemas.Refuse("NotYet", "询问会定于%s，还没有到时间", zhInstant(m.Inquiry.Meets))
	}
	ps, err := s.Register.Problems(ctx, m.Congress, m.ID)
	if err != nil {
		return err
	}
	for _, q := range register.Questions(ps) {
		a.Items = append(a.Items, schemas.Finding{Item: q.ID, Result: cmp.Or(q.Answer, "unasked"), Unit: q.Unit})
	}
	return nil
}
