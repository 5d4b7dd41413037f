package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	appraisalsPage struct {
		filtered
		Rows      []appraisalRow
		Officials bool // the tab is theirs
		Proposes  bool // may propose one of a unit's work
		Confined  bool // may propose one of an official
	}
	appraisalRow struct {
		register.AppraisalRow
		Turn, PhaseName, DueAt string
		Lamp                   lamp
	}
	// appraisalForm proposes an appraisal as it is typed.
	appraisalForm struct {
		Token      string `field:"main" label:"表单凭据" validate:"required,min=8,max=64"`
		Official   bool   // of an official, not of a unit's work
		Unit       string `field:"unit" label:"单位" validate:"required,uuid"`
		Committee  string `field:"committee" label:"牵头委室" validate:"required,uuid"`
		Title      string `field:"title" label:"标题" validate:"required_without=Name,max=60"`
		Name       string `field:"name" label:"姓名" validate:"max=40"`
		Post       string `field:"post" label:"职务" validate:"required_with=Name,max=60"`
		Judicial   bool
		Conduct    bool // it is said that duty conduct is appraised, never a case
		Criteria   []string
		Body       string `field:"body" label:"理由" validate:"required,min=4,max=4000"`
		Units      []register.Unit
		Committees []register.Unit // those for which the person proposes
		Problems   problems
	}
	// appraisalView is what the page of an appraisal shows besides what every case shows.
	appraisalView struct {
		register.Appraisal
		Judged     []judgedView // side by side
		Voters     []string     // the groups that vote, a line each
		Criteria   []string
		Visits     []register.Visit
		Teams      int
		Surveys    bool // the person may enter visits now
		Configures bool // and ballots
	}
	// judgedView is one of a matter's ballots.
	judgedView struct {
		ID, Title, State, Says, Composite string
		May                               bool // the person may open it
		Cells                             []string
	}
)

// Area is the part of the navigation that the page belongs to.
func (appraisalForm) Area() string { return "/appraisals" }

// criteria are why a unit is chosen: the three of T19, or its turn in a term (G11).
var criteria = []option{{"central", "承担中心工作任务重"}, {"suggestions", "承办代表建议多"}, {"people", "与群众生活关系密切"}, {"cycle", "届内全覆盖，轮到本单位"}}

// appraisalVisits are how an appraisal's teams look: 面对面 and 背靠背, along the arranged way and at places of their own choice (T20).
var appraisalVisits = []option{{"face", "面对面：听汇报、座谈"}, {"arranged", "面对面：看安排的点位"}, {"random", "背靠背：随取点位寻访"}, {"back", "背靠背：问卷、走访群众"}}

// appraisalTabs sort appraisals by kind.
var appraisalTabs = []listTab{
	{"", "工作评议", register.Tab{Procedures: []string{schemas.WorkAppraisal}}},
	{"late", "逾期", register.Tab{Procedures: []string{schemas.WorkAppraisal}, Marked: "late"}},
	{"officials", "任命干部履职评价", register.Tab{Procedures: []string{schemas.OfficialAppraisal}}},
}

// workSteps and officialSteps are those of spec 2e.
var (
	workSteps = []stretch{
		{"选定", []string{"W1"}}, {"动员", []string{"W2"}}, {"方案", []string{"W3"}}, {"调研", []string{"W4"}}, {"调研报告", []string{"W5"}}, {"单位述职", []string{"W6"}},
		{"评议会", []string{"W7", "W8"}}, {"评议意见", []string{"W9", "W10"}}, {"整改方案", []string{"W11"}}, {"整改", []string{"W12"}}, {"二次票决", []string{"W13", "W14"}},
	}
	officialSteps = []stretch{
		{"党委同意", []string{"V1"}}, {"述职", []string{"V2"}}, {"测评", []string{"V3"}}, {"报送结果", []string{"V4"}}, {"整改", []string{"V5"}}, {"再次测评", []string{"V6"}},
	}
)

func (s *Server) appraisalRoutes(r chi.Router) {
	r.With(s.asks("read", "appraisal-work")).Get("/appraisals", s.appraisals)
	r.With(s.asks("create", "appraisal-work")).Get("/appraisals/new", s.showAppraise)
	r.With(s.asks("create", "appraisal-work")).Post("/appraisals/new", s.doAppraise)
	r.With(s.asks("survey", "appraisal-work")).Post("/appraisals/{id}/visits", s.addAppraisalVisit)
}

func (s *Server) appraisals(w http.ResponseWriter, r *http.Request) {
	page, err := s.appraisalsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "appraisals", page)
}

func (s *Server) appraisalsPage(r *http.Request) (page appraisalsPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	tabs, procedures := appraisalTabs, []string{schemas.WorkAppraisal, schemas.OfficialAppraisal}
	if !sights(p, schemas.OfficialAppraisal)[schemas.OfficialAppraisal].All {
		tabs, procedures = tabs[:len(tabs)-1], procedures[:1]
	}
	var ids []string
	if page.filtered, ids, err = s.filtered(r, tabs, procedures...); err != nil {
		return page, err
	}
	page.Officials = page.Tab == "officials" && len(procedures) > 1
	page.Proposes, page.Confined = grantedSome(p, "create", "appraisal-work"), grantedSome(p, "create", "appraisal")
	rows, err := s.Register.AppraisalRows(ctx, p.Congress, ids)
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
		v := appraisalRow{AppraisalRow: row, PhaseName: schemas.PhaseName(row.Phase), DueAt: "—"}
		if !st.Due.IsZero() {
			v.DueAt = zhDue(st.Due)
		}
		v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, p.Now)
		page.Rows = append(page.Rows, v)
	}
	return page, nil
}

func (s *Server) appraisalForm(r *http.Request) (f appraisalForm, err error) {
	p := person(r.Context())
	f = appraisalForm{Token: rand.Text(), Official: r.FormValue("kind") == "official"}
	object := "appraisal-work"
	if f.Official {
		object = "appraisal"
	}
	if !grantedSome(p, "create", object) {
		return f, schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("create", object).Refusal)
	}
	units, err := s.Register.Units(r.Context(), p.Congress)
	for _, u := range units {
		switch {
		case handles(u.Kind):
			f.Units = append(f.Units, u)
		case u.Kind == "committee" && granted(p, "create", subject{object: object, unit: u.ID}):
			f.Committees = append(f.Committees, u)
		}
	}
	if len(f.Committees) == 1 {
		f.Committee = f.Committees[0].ID
	}
	return f, err
}

func (s *Server) showAppraise(w http.ResponseWriter, r *http.Request) {
	f, err := s.appraisalForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "appraisal_new", f)
}

// doAppraise proposes an appraisal, once for each form. Codes: NotEntitled, BadToken, Secret, NamesACase.
func (s *Server) doAppraise(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	f, err := s.appraisalForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ctx, p, v := r.Context(), person(r.Context()), r.PostForm
	f.Token, f.Unit, f.Committee, f.Body = v.Get("token"), v.Get("unit"), v.Get("committee"), trimmed(v, "body")
	if f.Official {
		f.Name, f.Post, f.Judicial, f.Conduct = trimmed(v, "name"), trimmed(v, "post"), v.Get("judicial") != "", v.Get("conduct") != ""
	} else {
		f.Title, f.Criteria = trimmed(v, "title"), v["criteria"]
	}
	f.judge()
	if len(f.Problems) == 0 {
		role := schemas.Office
		if !f.Official {
			role = schemas.Clerk
		}
		var st schemas.State
		st, err = s.Desk.Appraise(ctx, register.NewAppraisal{Token: f.Token, Congress: p.Congress, Title: f.Title, Body: f.Body, Committee: f.Committee, Owner: p.ID, Unit: f.Unit,
			Role: role, Criteria: strings.Join(f.Criteria, ","), Official: f.Name, Post: f.Post, Judicial: f.Judicial})
		if err == nil {
			http.Redirect(w, r, "/cases/"+st.Case, http.StatusSeeOther)
			return
		}
		if f.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "appraisal_new", f)
}

// judge notes what is wrong with the form.
func (f *appraisalForm) judge() {
	f.Problems = check(*f)
	among := func(units []register.Unit, id string) bool {
		return slices.ContainsFunc(units, func(u register.Unit) bool { return u.ID == id })
	}
	wrong := func(field, text string) {
		if f.Problems.For(field) == "" {
			f.Problems = append(f.Problems, problem{field, text})
		}
	}
	if !among(f.Units, f.Unit) {
		wrong("unit", "请在名单里选择单位")
	}
	if !among(f.Committees, f.Committee) {
		wrong("committee", "请在名单里选择委室")
	}
	if f.Official && f.Name == "" {
		wrong("name", "请填写姓名")
	}
	for _, u := range f.Units {
		f.Judicial = f.Judicial || f.Official && u.ID == f.Unit && u.Kind == "judicial"
	}
	if f.Judicial && !f.Conduct {
		wrong("conduct", "评价法官、检察官，请确认只评价履职行为，不评价个案")
	}
	if !f.Official && (len(f.Criteria) == 0 || slices.ContainsFunc(f.Criteria, func(c string) bool {
		return !slices.ContainsFunc(criteria, func(o option) bool { return o.Value == c })
	})) {
		wrong("criteria", "请选择选为评议对象的标准")
	}
	text := saidIn([]string{f.Title, f.Name, f.Post, f.Body})
	if err := notSecret("填写的内容", text); err != nil {
		wrong("main", err.Error())
	}
	if refusal := namesACase(text); f.Judicial && refusal != nil {
		wrong("body", refusal.Text)
	}
}

// caseNumber is how courts number their cases: （2026）鄂0105民初123号.
var caseNumber = regexp.MustCompile(`[（(]\d{4}[）)]\s*\p{Han}\d*[\p{Han}\d]*号`)

// namesACase refuses the number of a court's case: of a judge or prosecutor duty conduct is appraised, never a case. Code: NamesACase.
func namesACase(text string) *schemas.Error {
	if number := caseNumber.FindString(text); number != "" {
		return schemas.Refuse("NamesACase", "写到了案件“%s”：只评价履职行为，不评价个案", number)
	}
	return nil
}

// examineAppraisal checks what an act on an appraisal says besides what every act must, and fills in its instants. Codes: BadDate, BadDue,
// NotYet, TextMissing, NumberMissing, NamesACase and those of CheckBallot.
func (s *Server) examineAppraisal(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	if refusal := namesACase(saidIn(in)); m.Appraisal.Judicial && refusal != nil {
		return refusal
	}
	kind := schemas.Kind(in.Stage)
	switch kind {
	case "party-consent":
		if in.Verdict == "accept" && strings.TrimSpace(in.Title) == "" {
			return schemas.Refuse("NumberMissing", "请填写党委同意的文号")
		}
	case "appraisal-plan":
		meets, err := s.meeting(ctx, m, in.Meets)
		if err != nil {
			return err
		}
		if earliest := schemas.DayOf(p.Now).AddDate(0, 0, 28); meets.Before(earliest) {
			return schemas.Refuse("BadDue", "评议会最早可定于%s：会前要调研、述职、向主任会议报告", schemas.ZhDate(earliest))
		}
		a.Until = meets.UTC()
	case "review-meeting":
		if p.Now.Before(m.Appraisal.Meets) {
			return schemas.Refuse("NotYet", "评议会定于%s，还没有到时间", zhInstant(m.Appraisal.Meets))
		}
	}
	switch paper := schemas.Duties[kind].Paper; {
	case paper == "ballot":
		if refusal := schemas.CheckBallot(ballotOf(in.Ballot)); refusal != nil {
			return refusal
		}
	case paper != "" && kind != "party-consent" && kind != "instruction" && strings.TrimSpace(in.Text) == "":
		return schemas.Refuse("TextMissing", "请填写%s", textLabel(kind))
	}
	return nil
}

// appraisalView collects what the page of an appraisal shows.
func (s *Server) appraisalView(ctx context.Context, p *register.Person, m matter) (v appraisalView, err error) {
	v = appraisalView{Appraisal: m.Appraisal}
	for _, c := range criteria {
		if slices.Contains(strings.Split(m.Appraisal.Criteria, ","), c.Value) {
			v.Criteria = append(v.Criteria, c.Text)
		}
	}
	if !mayReadWhole(p, m) {
		v.Consent = ""
		return v, nil
	}
	ballots, err := s.Register.BallotsOf(ctx, p.Congress, m.ID, p.ID)
	if err != nil {
		return v, err
	}
	v.judged(p, ballots)
	if v.Visits, err = s.Register.Visits(ctx, p.Congress, m.ID); err != nil {
		return v, err
	}
	for _, x := range v.Visits {
		v.Teams = max(v.Teams, x.Team)
	}
	v.Surveys = m.State.Find("appraisal-survey") != nil && granted(p, "survey", subject{object: "appraisal-work", matter: &m, unit: m.Committee})
	_, consented := m.State.Told("party-consent")
	v.Configures = m.Outcome == "" && (consented || !m.IsOfficial()) && grantedSome(p, "configure", ballotObject(m.IsOfficial()))
	return v, nil
}

// judged lays the ballots side by side, the first first; of one that is not announced only how far it has come.
func (v *appraisalView) judged(p *register.Person, ballots []register.Ballot) {
	for _, b := range ballots {
		if b.Status == "void" {
			continue
		}
		title := "第一次票决"
		if n := len(v.Judged); n == 1 {
			title = "二次票决"
		} else if n > 1 {
			title = "第" + strconv.Itoa(n+1) + "次票决"
		}
		one := judgedOf(p, b, title)
		for i := range one.Cells {
			if i == len(v.Voters) {
				v.Voters = append(v.Voters, b.Plan.Electorates[i].Name)
			}
		}
		v.Judged = append(v.Judged, one)
	}
}

// judgedOf is what may be known of a ballot on the page of its matter.
func judgedOf(p *register.Person, b register.Ballot, title string) judgedView {
	one := judgedView{ID: b.ID, Title: title, State: schemas.BallotState(b.Status), May: mayBallot(p, "read", b)}
	if b.Status == "announced" || b.Status == "sealed" {
		one.Says, one.Composite = cmp.Or(b.Result.Text, b.Result.Void), schemas.Points(b.Result.Composite)
		for _, e := range resultsOf(b).Results {
			one.Cells = append(one.Cells, e.Says)
		}
	}
	return one
}

// Cell is what the i-th group of voters said in the ballot; empty: it did not vote, or its votes are not known yet.
func (j judgedView) Cell(i int) string {
	if i < len(j.Cells) {
		return j.Cells[i]
	}
	return ""
}

// addAppraisalVisit enters a place that a team went to. Codes: NotFound, NotEntitled, Invalid, ListClosed.
func (s *Server) addAppraisalVisit(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	m, err := s.matter(ctx, p, chi.URLParam(r, "id"))
	if err == nil && m.Procedure != schemas.WorkAppraisal {
		err = schemas.Refuse("NotFound", "没有找到这次工作评议，或者您无权查看")
	}
	if err == nil && !granted(p, "survey", subject{object: "appraisal-work", matter: &m, unit: m.Committee}) {
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("survey", "appraisal-work").Refusal)
	}
	if err == nil && m.State.Find("appraisal-survey") == nil {
		err = schemas.Refuse("ListClosed", "现在不是评议调研期间，不能登记调研点位")
	}
	if err == nil {
		err = r.ParseForm()
	}
	var v register.Visit
	if err == nil {
		v, err = readVisit(r, p.Now, appraisalVisits)
	}
	if err == nil {
		err = s.Register.AddVisit(ctx, m.Congress, m.ID, p.ID, v)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+m.ID+"#visits", http.StatusSeeOther)
}
