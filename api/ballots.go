package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	ballotsPage struct {
		Rows       []ballotRow
		Configures bool
	}
	ballotRow struct {
		register.Ballot
		State string
		Turn  string // what the person who looks is to do; empty: nothing
		Says  string // the result, where he may know it
	}
	// ballotForm is the configuration as it is typed.
	ballotForm struct {
		ID, CaseID, First string
		CaseTitle         string // number and title
		FirstTitle        string
		Title             string `field:"title" label:"表决、测评的对象" validate:"required,min=2,max=120"`
		Restricted        bool
		Consent           string `field:"consent" label:"党委同意的文号" validate:"max=60"`
		Scale             string `field:"scale" label:"选项" validate:"required"`
		Abstain           bool
		Share             string
		Quorum            bool
		Groups            []groupForm
		Decides           string
		Sheet, Vetoes     string
		Scrutineer        string `field:"scrutineer" label:"监票人" validate:"required,uuid"`
		Officials         bool   // the person may configure an appraisal of officials
		People            []option
		Units             []unitForm // each is judged by a ballot of its own; none: the whole is
		Unit, UnitName    string     // of one that is being changed, or voted on a second time
		Problems          problems
	}
	unitForm struct {
		ID, Name string
		In       bool
	}
	groupForm struct {
		Who, Name, Slip string
		In              bool
		Weight, Size    string
		Base            string
	}
)

// Area is the part of the navigation that the page belongs to.
func (ballotForm) Area() string { return "/ballots" }

func (s *Server) ballotRoutes(r chi.Router) {
	r.With(s.asks("read", "ballot")).Get("/ballots", s.ballots)
	r.With(s.asks("configure", "ballot")).Get("/ballots/new", s.showConfigure)
	r.With(s.asks("configure", "ballot")).Post("/ballots/new", s.configure)
	r.With(s.asks("read", "ballot")).Get("/ballots/{id}", s.showBallot)
	r.With(s.asks("read", "ballot")).Get("/ballots/{id}/screen", s.showScreen)
	r.With(s.asks("configure", "ballot")).Get("/ballots/{id}/configure", s.showConfigure)
	r.With(s.asks("configure", "ballot")).Post("/ballots/{id}/configure", s.configure)
	r.With(s.asks("vote", "ballot")).Get("/ballots/{id}/vote", s.showDraw)
	r.With(s.asks("vote", "ballot")).Post("/ballots/{id}/draw", s.drawSlip)
	r.With(s.asks("conduct", "ballot")).Post("/ballots/{id}/slips", s.printSlips)
	for _, d := range ballotDeeds {
		r.With(s.asks(d.action, "ballot")).Post("/ballots/{id}/"+d.name, s.doing(d))
	}
}

// ballotDeed is an act on a ballot that needs no page of its own.
type ballotDeed struct {
	name, action string
	do           func(s *Server, r *http.Request, b register.Ballot) error
}

var ballotDeeds = []ballotDeed{
	{"approve", "approve", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.Approve(r.Context(), b.Congress, b.ID, person(r.Context()).ID)
	}},
	{"open", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.OpenBallot(r.Context(), b.Congress, b.ID, person(r.Context()).ID, newSlipKeys)
	}},
	{"present", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		if slices.ContainsFunc(r.PostForm["present"], func(id string) bool { return !uuidForm.MatchString(id) }) {
			return schemas.Refuse("Invalid", "名册上没有这个人")
		}
		return s.Register.MarkPresent(r.Context(), b.Congress, b.ID, person(r.Context()).ID, append([]string{}, r.PostForm["present"]...))
	}},
	{"close", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.CloseBallot(r.Context(), b.Congress, b.ID, person(r.Context()).ID)
	}},
	{"paper", "paper", func(s *Server, r *http.Request, b register.Ballot) error {
		n, err := strconv.Atoi(r.PostForm.Get("n"))
		if err != nil {
			return schemas.Refuse("Invalid", "请选择是哪一组的票")
		}
		c, refusal := paperCount(b.Plan, r)
		if refusal != nil {
			return refusal
		}
		return s.Register.EnterPaper(r.Context(), b.Congress, b.ID, person(r.Context()).ID, n, c)
	}},
	{"count", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.Count(r.Context(), b.Congress, b.ID, person(r.Context()).ID)
	}},
	{"confirm", "confirm", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.Confirm(r.Context(), b.Congress, b.ID, person(r.Context()).ID)
	}},
	{"announce", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.Announce(r.Context(), b.Congress, b.ID, person(r.Context()).ID, r.PostForm.Get("publish") != "")
	}},
	{"seal", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		return s.Register.SealBallot(r.Context(), b.Congress, b.ID, person(r.Context()).ID)
	}},
	{"void", "conduct", func(s *Server, r *http.Request, b register.Ballot) error {
		reason := trimmed(r.PostForm, "reason")
		if reason == "" || len([]rune(reason)) > 500 {
			return schemas.Refuse("ReasonMissing", "请写明作废的理由，不超过500个字")
		}
		return s.Register.VoidBallot(r.Context(), b.Congress, b.ID, person(r.Context()).ID, reason)
	}},
	{"take", "conduct", (*Server).takeOver},
}

// doing does a deed and shows the ballot again, with what was wrong if it was refused.
func (s *Server) doing(d ballotDeed) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			s.fail(w, r, badForm(err))
			return
		}
		b, err := s.ballotFor(r, d.action)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if err = d.do(s, r, b); err == nil {
			http.Redirect(w, r, "/ballots/"+b.ID, http.StatusSeeOther)
			return
		}
		wrong, err := under("main", err)
		page, again := s.ballotPage(r, b.ID)
		if err != nil || again != nil {
			s.fail(w, r, cmp.Or(err, again))
			return
		}
		page.Problems = wrong
		s.render(w, r, http.StatusUnprocessableEntity, "ballot", page)
	}
}

// ballot finds one that the person may see. Code: NotFound, also for those who may not.
func (s *Server) ballot(ctx context.Context, p *register.Person, id string) (b register.Ballot, err error) {
	if !uuidForm.MatchString(id) {
		return b, schemas.Refuse("NotFound", "没有找到这次投票，或者您无权查看")
	}
	if b, err = s.Register.Ballot(ctx, p.Congress, id, p.ID); err == nil && !mayBallot(p, "read", b) {
		err = schemas.Refuse("NotFound", "没有找到这次投票，或者您无权查看")
	}
	return b, err
}

// ballotFor finds the ballot of the address for somebody who may do so with it. Codes: NotFound, NotEntitled.
func (s *Server) ballotFor(r *http.Request, action string) (register.Ballot, error) {
	p := person(r.Context())
	b, err := s.ballot(r.Context(), p, chi.URLParam(r, "id"))
	if err == nil && !mayBallot(p, action, b) {
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo(action, "ballot").Refusal)
	}
	return b, err
}

func (s *Server) ballots(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	bs, err := s.Register.Ballots(r.Context(), p.Congress, p.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := ballotsPage{Configures: grantedSome(p, "configure", "ballot")}
	for _, b := range bs {
		if mayBallot(p, "read", b) {
			page.Rows = append(page.Rows, rowOf(p, b))
		}
	}
	s.render(w, r, http.StatusOK, "ballots", page)
}

func rowOf(p *register.Person, b register.Ballot) ballotRow {
	row := ballotRow{Ballot: b, State: schemas.BallotState(b.Status)}
	if knowsResult(p, b) {
		row.Says = b.Result.Text
		if b.Result.Void != "" {
			row.Says = "没有结论"
		}
	}
	for _, t := range []struct{ status, action, word string }{
		{"open", "vote", "投票"}, {"draft", "approve", "核准"}, {"approved", "conduct", "开放"}, {"closed", "conduct", "计票"}, {"counted", "confirm", "监票"}, {"confirmed", "conduct", "宣布"},
	} {
		if t.status == b.Status && mayBallot(p, t.action, b) && (t.action != "vote" || b.Mine) {
			row.Turn = t.word
		}
	}
	return row
}

// knowsResult reports whether the person may know what came of the ballot: nobody before the closing, some before the announcement.
func knowsResult(p *register.Person, b register.Ballot) bool {
	switch b.Status {
	case "announced", "sealed":
		return true
	case "counted", "confirmed":
		return mayBallot(p, "foresee", b)
	}
	return false
}

// showConfigure shows the form of a new ballot, of one that is not open yet, or of a second ballot like the first.
func (s *Server) showConfigure(w http.ResponseWriter, r *http.Request) {
	f, err := s.ballotForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "ballot_form", f)
}

func (s *Server) ballotForm(r *http.Request) (f ballotForm, err error) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		return f, err
	}
	q := r.Form
	f = ballotForm{Scale: "satisfaction", Share: "80", Quorum: true, Decides: "0", Officials: grantedSome(p, "configure", "appraisal")}
	for i, k := range schemas.ElectorateKinds {
		f.Groups = append(f.Groups, groupForm{Who: k.Who, Name: k.Name, Slip: k.Slip, In: i == 0, Base: "all"})
	}
	f.Groups[0].Weight = "100"
	if f.People, err = s.scrutineers(ctx, p); err != nil {
		return f, err
	}
	if id := chi.URLParam(r, "id"); id != "" {
		b, err := s.ballotFor(r, "configure")
		if err != nil {
			return f, err
		}
		if b.Status != "draft" && b.Status != "approved" {
			return f, schemas.Refuse("BallotState", "这次投票%s，配置不能再改", schemas.BallotState(b.Status))
		}
		f.ID, f.Title, f.Restricted, f.Consent, f.Scrutineer, f.CaseID, f.First, f.FirstTitle = b.ID, b.Title, b.Restricted, b.Consent, b.Scrutineer, b.CaseID, b.First, b.FirstTitle
		f.CaseTitle, f.Unit, f.UnitName = strings.TrimSpace(b.CaseNumber+" "+b.CaseTitle), b.Unit, b.UnitName
		f.fill(b.Plan)
	} else if first := q.Get("first"); first != "" {
		b, err := s.ballot(ctx, p, first)
		if err != nil {
			return f, err
		}
		f.First, f.FirstTitle, f.Title, f.Restricted, f.Consent, f.Scrutineer, f.CaseID = b.ID, b.Title, b.Title+"（二次票决）", b.Restricted, b.Consent, b.Scrutineer, b.CaseID
		f.CaseTitle, f.Unit, f.UnitName = strings.TrimSpace(b.CaseNumber+" "+b.CaseTitle), b.Unit, b.UnitName
		f.fill(b.Plan)
	} else if id := q.Get("case"); id != "" {
		m, err := s.matter(ctx, p, id)
		if err != nil {
			return f, err
		}
		f.CaseID, f.CaseTitle, f.Title = m.ID, m.Number+" "+m.Title, cut(m.Title+"办理情况满意度测评", 120)
		switch {
		case m.IsOfficial():
			f.Title, f.Restricted, f.Consent, f.Scale = cut(m.Appraisal.Official+"履职测评", 120), true, m.Appraisal.Consent, "competence"
		case m.IsAppraisal():
			f.Title = m.Title
		case m.Procedure == "inquiry":
			f.Title = cut(m.Title+"专题询问现场测评", 120)
			if m.State.Facts["rectification"].Key != "" {
				f.Title = cut(m.Title+"专题询问承诺兑现测评", 120)
			}
			if f.Units, err = s.questioned(ctx, m); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// questioned are the units that an inquiry puts questions to, where its rules have each judged by itself: all of them until the meeting is
// on record, then those that were asked.
func (s *Server) questioned(ctx context.Context, m matter) (us []unitForm, err error) {
	if !m.State.Policy.Each {
		return nil, nil
	}
	ps, err := s.Register.Problems(ctx, m.Congress, m.ID)
	_, held := m.State.Told("meeting")
	for _, q := range register.Questions(ps) {
		if (!held || q.Answer != "") && !slices.ContainsFunc(us, func(u unitForm) bool { return u.ID == q.Unit }) {
			us = append(us, unitForm{ID: q.Unit, Name: q.UnitName, In: true})
		}
	}
	return us, err
}

func cut(text string, n int) string {
	if rs := []rune(text); len(rs) > n {
		return string(rs[:n])
	}
	return text
}

// scrutineers are who can be chosen to watch the counting: the voters by post.
func (s *Server) scrutineers(ctx context.Context, p *register.Person) (os []option, err error) {
	roll, err := s.Register.Roll(ctx, p.Congress)
	seen := map[string]bool{}
	for _, role := range []schemas.Role{schemas.Member, schemas.Deputy} {
		for _, m := range roll {
			if m.Role == role && m.Active && !seen[m.ID] {
				seen[m.ID] = true
				os = append(os, option{m.ID, m.Name + "（" + schemas.RoleNames[role] + "）"})
			}
		}
	}
	return os, err
}

// fill shows a plan in the form.
func (f *ballotForm) fill(p schemas.BallotPlan) {
	f.Scale, f.Decides = p.Scale, ""
	f.Share = strconv.Itoa(p.Rule.Share)
	f.Abstain = p.Scale != "decision" && slices.Contains(p.Options, schemas.Abstention)
	f.Quorum = false
	for i := range f.Groups {
		f.Groups[i].In, f.Groups[i].Weight = false, ""
		for n, e := range p.Electorates {
			if e.Who != f.Groups[i].Who {
				continue
			}
			f.Groups[i].In, f.Groups[i].Weight, f.Groups[i].Base = true, strconv.Itoa(e.Weight), e.Base
			if e.Size > 0 {
				f.Groups[i].Size = strconv.Itoa(e.Size)
			}
			f.Quorum = f.Quorum || e.Quorum
			if n == p.Rule.Decides {
				f.Decides = strconv.Itoa(i)
			}
		}
	}
	var sheet, vetoes []string
	for _, item := range p.Sheet {
		sheet = append(sheet, item.Stage+"|"+item.Text+"|"+strconv.Itoa(item.Max))
	}
	for _, v := range p.Vetoes {
		vetoes = append(vetoes, v.Text)
	}
	f.Sheet, f.Vetoes = strings.Join(sheet, "\n"), strings.Join(vetoes, "\n")
}

// read takes the form; what a person may not choose is not read.
func (f *ballotForm) read(r *http.Request) {
	v := r.PostForm
	f.Title, f.Consent, f.Scale, f.Share, f.Decides, f.Scrutineer = trimmed(v, "title"), trimmed(v, "consent"), v.Get("scale"), trimmed(v, "share"), v.Get("decides"), v.Get("scrutineer")
	f.Restricted, f.Abstain, f.Quorum = f.Officials && v.Get("restricted") != "", v.Get("abstain") != "", v.Get("quorum") != ""
	f.Sheet, f.Vetoes, f.CaseID, f.First = v.Get("sheet"), v.Get("vetoes"), v.Get("case"), v.Get("first")
	for i := range f.Units {
		f.Units[i].In = slices.Contains(v["unit"], f.Units[i].ID)
	}
	for i := range f.Groups {
		g := &f.Groups[i]
		g.In, g.Weight, g.Size, g.Base = v.Get("in-"+g.Who) != "", trimmed(v, "weight-"+g.Who), trimmed(v, "size-"+g.Who), v.Get("base-"+g.Who)
	}
}

// plan makes the plan of what was typed. Code: BadBallot.
func (f ballotForm) plan() (p schemas.BallotPlan, refusal *schemas.Error) {
	scale, known := schemas.ScaleOf(f.Scale)
	if !known {
		return p, schemas.Refuse("BadBallot", "请选择选项")
	}
	p = schemas.BallotPlan{Scale: scale.Code, Form: "options", Options: slices.Clone(scale.Options), Rule: scale.Rule}
	if scale.Rule.Kind == "grade" {
		p.Rule.Share, _ = strconv.Atoi(f.Share)
		if f.Abstain {
			p.Options = append(p.Options, schemas.Abstention)
		}
	}
	if scale.Code == "sheet" {
		p.Form = "sheet"
		if p.Sheet, p.Vetoes, refusal = readSheet(f.Sheet, f.Vetoes); refusal != nil {
			return p, refusal
		}
	}
	decides, _ := strconv.Atoi(f.Decides)
	p.Rule.Decides = -1
	chosen := 0
	for _, g := range f.Groups {
		if g.In {
			chosen++
		}
	}
	for i, g := range f.Groups {
		if !g.In {
			continue
		}
		e := schemas.Electorate{Who: g.Who, Name: g.Name, Slip: g.Slip, Base: g.Base, Quorum: g.Who == "members" && f.Quorum}
		if chosen == 1 {
			e.Weight, e.Slip = 100, "测评表"
			if p.Rule.Kind == "majority" {
				e.Slip = "表决票"
			}
		} else {
			e.Weight, _ = strconv.Atoi(g.Weight)
		}
		if g.Who == "public" {
			e.Size, _ = strconv.Atoi(g.Size)
		}
		if i == decides || chosen == 1 {
			p.Rule.Decides = len(p.Electorates)
		}
		p.Electorates = append(p.Electorates, e)
	}
	return p, p.Check()
}

// readSheet reads the items of a hundred-point sheet, one a line: stage|item|points.
func readSheet(sheet, vetoes string) (items []schemas.SheetItem, vs []schemas.VetoItem, refusal *schemas.Error) {
	for _, line := range strings.FieldsFunc(sheet, func(c rune) bool { return c == '\n' || c == '\r' }) {
		parts := strings.Split(strings.ReplaceAll(line, "｜", "|"), "|")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if len(parts) == 2 {
			parts = append([]string{""}, parts...)
		}
		if len(parts) != 3 {
			return nil, nil, schemas.Refuse("BadBallot", "评分项目“%s”看不懂：请按 阶段|项目|满分 填写", brief(line))
		}
		points, err := strconv.Atoi(strings.TrimSpace(parts[2]))
		if err != nil {
			return nil, nil, schemas.Refuse("BadBallot", "评分项目“%s”的满分不是整数", brief(parts[1]))
		}
		items = append(items, schemas.SheetItem{Stage: strings.TrimSpace(parts[0]), Text: strings.TrimSpace(parts[1]), Max: points})
	}
	if len(items) > 30 {
		return nil, nil, schemas.Refuse("BadBallot", "评分项目不能超过30项")
	}
	for _, line := range strings.FieldsFunc(vetoes, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if text := strings.TrimSpace(line); text != "" {
			vs = append(vs, schemas.VetoItem{Code: "v" + strconv.Itoa(len(vs)+1), Text: text})
		}
	}
	return items, vs, nil
}

// configure enters a ballot or changes one that is not open yet.
func (s *Server) configure(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	f, err := s.ballotForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f.read(r)
	plan, refusal := f.plan()
	f.Problems = check(f)
	if refusal != nil {
		f.Problems = append(f.Problems, problem{"main", refusal.Text})
	}
	switch {
	case f.Restricted && f.Consent == "":
		f.Problems = append(f.Problems, problem{"consent", "任命干部的履职评价，请先登记党委同意的文号"})
	case f.Restricted && (len(plan.Electorates) != 1 || plan.Electorates[0].Who != "members"):
		f.Problems = append(f.Problems, problem{"main", "任命干部的履职评价只由常委会组成人员投票"})
	}
	if !slices.ContainsFunc(f.People, func(o option) bool { return o.Value == f.Scrutineer }) {
		f.Problems = append(f.Problems, problem{"scrutineer", "请在名单里选择监票人"})
	}
	b := register.Ballot{ID: f.ID, Congress: p.Congress, Title: f.Title, Restricted: f.Restricted, Consent: f.Consent, CaseID: f.CaseID, Unit: f.Unit, First: f.First, Scrutineer: f.Scrutineer, Plan: plan}
	if len(f.Problems) == 0 {
		err = s.linked(r, b)
		if err == nil {
			err = notSecret("填写的内容", f.Title+" "+f.Sheet+" "+f.Vetoes)
		}
		where := ""
		if err == nil {
			where, err = s.enterBallots(ctx, p, f, b)
		}
		if err == nil {
			http.Redirect(w, r, where, http.StatusSeeOther)
			return
		}
		if f.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "ballot_form", f)
}

// enterBallots puts a ballot into the register, or one for each unit that is judged, and returns where it is to be seen. Codes: Invalid and
// those of Configure.
func (s *Server) enterBallots(ctx context.Context, p *register.Person, f ballotForm, b register.Ballot) (where string, err error) {
	var each []register.Ballot
	for _, u := range f.Units {
		if u.In {
			one := b
			one.Unit, one.Title = u.ID, cut(u.Name+"："+b.Title, 120)
			each = append(each, one)
		}
	}
	switch {
	case len(each) > 0:
		_, err = s.Register.ConfigureEach(ctx, each, p.ID)
		return "/ballots", err
	case len(f.Units) > 0:
		return "", schemas.Refuse("Invalid", "请选择测评哪些单位")
	}
	id, err := s.Register.Configure(ctx, b, p.ID)
	return "/ballots/" + id, err
}

// linked checks that the matter and the first ballot that a form names are there for this person. Code: NotFound.
func (s *Server) linked(r *http.Request, b register.Ballot) error {
	p := person(r.Context())
	if b.CaseID != "" {
		m, err := s.matter(r.Context(), p, b.CaseID)
		if err != nil {
			return err
		}
		if m.IsOfficial() && (!b.Restricted || m.Appraisal.Consent == "") {
			return schemas.Refuse("BadBallot", "任命干部的履职评价：先在事项里登记党委同意的文号，投票不公开")
		}
	}
	if b.First != "" {
		first, err := s.ballot(r.Context(), p, b.First)
		if err != nil {
			return err
		}
		if first.Status != "announced" && first.Status != "sealed" {
			return schemas.Refuse("BallotState", "第一次票决还没有宣布结果")
		}
	}
	return nil
}

// paperCount reads what somebody counted. Code: Invalid.
func paperCount(plan schemas.BallotPlan, r *http.Request) (c schemas.BallotCount, refusal *schemas.Error) {
	number := func(name string) int {
		n, err := strconv.Atoi(trimmed(r.PostForm, name))
		if err != nil || n < 0 || n > 1_000_000 {
			refusal = schemas.Refuse("Invalid", "纸质票的每一项都请填整数，没有的填0")
		}
		return n
	}
	c.Issued, c.Returned, c.Valid, c.Invalid = number("issued"), number("returned"), number("valid"), number("invalid")
	for i := range plan.Options {
		c.Options = append(c.Options, number("option-"+strconv.Itoa(i)))
	}
	for i := range plan.Sheet {
		c.Points = append(c.Points, number("points-"+strconv.Itoa(i)))
	}
	if plan.Form == "sheet" {
		c.Vetoes = []int{}
		for i := range plan.Vetoes {
			c.Vetoes = append(c.Vetoes, number("veto-"+strconv.Itoa(i)))
		}
	}
	return c, refusal
}

// takeOver makes the result of an announced ballot the evaluation of its matter: verdict and counts come from the ballot. Codes: BallotState,
// StageClosed and those of perform.
func (s *Server) takeOver(r *http.Request, b register.Ballot) error {
	p := person(r.Context())
	if b.CaseID == "" || b.Status != "announced" && b.Status != "sealed" {
		return schemas.Refuse("BallotState", "宣布以后才能把结果转入事项")
	}
	m, err := s.matter(r.Context(), p, b.CaseID)
	if err != nil {
		return err
	}
	stage := evaluating(m, b.Unit)
	if stage == "" {
		return schemas.Refuse("StageClosed", "事项现在没有等候测评结果，不能转入")
	}
	in, fits := b.Plan.In(b.Result.Electorates[b.Plan.Rule.Decides].BallotCount, trimmed(r.PostForm, "minutes"))
	if !fits || b.Result.Void != "" {
		return schemas.Refuse("BallotState", "这次投票没有满意、基本满意、不满意的结论，不能转入事项")
	}
	act := schemas.ActIn{Token: "ballot-" + b.ID, Stage: stage, Verdict: b.Result.Verdict, Ballot: &in}
	if b.Result.Verdict == "dissatisfied" {
		act.Reason = "满意度测评结果为不满意：" + b.Plan.Says(b.Plan.Rule.Decides, b.Result.Electorates[b.Plan.Rule.Decides].BallotCount)
	}
	if _, err = s.perform(r.Context(), p, m, act, nil); isPending(err) {
		return nil
	}
	return err
}

// evaluating is the open stage of a matter that waits for the result of a ballot, on one unit where each is judged by itself; empty: none does.
func evaluating(m matter, unit string) string {
	for _, o := range m.State.Open {
		if _, of, _ := strings.Cut(o.Key, "/"); schemas.Duties[schemas.Kind(o.Key)].Paper == "ballot" && of == unit {
			return o.Key
		}
	}
	return ""
}
