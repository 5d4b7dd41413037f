package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	evaluationsPage struct {
		filtered
		Rows  []evaluationRow
		Files bool // the person may propose one
	}
	evaluationRow struct {
		register.EvaluationRow
		PhaseName, Turn, DueAt, Index string
		Lamp                          lamp
	}
	// evaluationForm proposes an evaluation as it is typed.
	evaluationForm struct {
		Token      string  `field:"main" label:"表单凭据" validate:"required,min=8,max=64"`
		About      *matter // the closed matter; nil: one from before this register
		Unit       string  `field:"unit" label:"被评估单位" validate:"required,uuid"`
		Committee  string  `field:"committee" label:"牵头委室" validate:"required,uuid"`
		Title      string  `field:"title" label:"标题" validate:"required,min=4,max=60"`
		Body       string  `field:"body" label:"评估什么、为什么现在评估" validate:"required,min=4,max=4000"`
		Units      []register.Unit
		Committees []register.Unit // those for which the person proposes
		Problems   problems
	}
	// evaluationView is what the page of an evaluation shows besides what every case shows, the last round first.
	evaluationView struct {
		register.Evaluation
		Rounds []roundView
	}
	roundView struct {
		N                int
		Rows             []register.Indicator
		SelfIndex, Index string // of a hundred; empty: not everything is read
	}
	// ratingRow is one indicator in the form that gives it points.
	ratingRow struct {
		register.Indicator
		Reads, Given string // as typed
	}
)

// Area is the part of the navigation that the page belongs to.
func (evaluationForm) Area() string { return "/evaluations" }

var evaluations = []string{"evaluation"}

// evaluationTabs sort evaluations by how they stand.
var evaluationTabs = []listTab{
	{"", "全部", register.Tab{Procedures: evaluations}},
	{"open", "在办", register.Tab{Procedures: evaluations, Stands: openStands("evaluation")}},
	{"late", "逾期", register.Tab{Procedures: evaluations, Marked: "late"}},
	{"closed", "已了结", register.Tab{Procedures: evaluations, Stands: []string{"ended"}}},
}

// evaluationSteps are those of an evaluation, with the states of spec 2e.
var evaluationSteps = []stretch{{"立项", []string{"E1"}}, {"指标体系", []string{"E2"}}, {"数据采集", []string{"E3"}}, {"专家评审", []string{"E4"}}, {"评估报告", []string{"E5"}}, {"听取报告", []string{"E6"}}}

func (s *Server) evaluationRoutes(r chi.Router) {
	r.With(s.asks("read", "evaluation")).Get("/evaluations", s.evaluations)
	r.With(s.asks("create", "evaluation")).Get("/evaluations/new", s.showEvaluate)
	r.With(s.asks("create", "evaluation")).Post("/evaluations/new", s.doEvaluate)
}

func (s *Server) evaluations(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page := evaluationsPage{Files: grantedSome(p, "create", "evaluation")}
	var ids []string
	var rows []register.EvaluationRow
	var calendar schemas.Calendar
	var err error
	if page.filtered, ids, err = s.filtered(r, evaluationTabs, evaluations...); err == nil {
		rows, err = s.Register.EvaluationRows(ctx, p.Congress, ids)
	}
	if err == nil {
		calendar, err = s.Register.CurrentCalendar(ctx, p.Congress)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for _, row := range rows {
		st := register.Stage{Kind: row.StageKind, UnitName: row.StageUnit, Roles: row.StageRoles, NPC: row.NPC, Due: instantOf(row.Due), Yellow: instantOf(row.Yellow),
			Level: row.Level, Held: row.Held, Paused: row.Paused}
		v := evaluationRow{EvaluationRow: row, PhaseName: schemas.PhaseName(row.Phase), DueAt: "—", Index: "—"}
		if !st.Due.IsZero() {
			v.DueAt = zhDue(st.Due)
		}
		if row.Points != nil {
			v.Index = zhPoints(*row.Points) + "/100"
		}
		v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, p.Now)
		page.Rows = append(page.Rows, v)
	}
	s.render(w, r, http.StatusOK, "evaluations", page)
}

// evaluationForm is what a person may propose; about a matter, with its units. Codes: NotFound, NotClosed.
func (s *Server) evaluationForm(r *http.Request) (f evaluationForm, err error) {
	ctx, p := r.Context(), person(r.Context())
	f.Token = rand.Text()
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		return f, err
	}
	if about := r.FormValue("about"); about != "" {
		m, err := s.matter(ctx, p, about)
		if err != nil {
			return f, err
		}
		if !evaluable(m) {
			return f, schemas.Refuse("NotClosed", "这件事项还没有办结，办结以后才能评估效果")
		}
		f.About, f.Committee, f.Title = &m, m.Committee, strings.TrimPrefix(cut(m.Title, 50), "关于")+"末端评估"
	}
	for _, u := range units {
		switch {
		case handles(u.Kind) && (f.About == nil || slices.ContainsFunc(f.About.Parties, func(x register.Party) bool { return x.Unit == u.ID && !x.Gone })):
			f.Units = append(f.Units, u)
		case u.Kind == "committee" && granted(p, "create", subject{object: "evaluation", unit: u.ID}):
			f.Committees = append(f.Committees, u)
		}
	}
	if len(f.Units) == 1 {
		f.Unit = f.Units[0].ID
	}
	if len(f.Committees) == 1 {
		f.Committee = f.Committees[0].ID
	}
	return f, nil
}

// evaluable reports whether what a matter brought about can be looked at: units handled it to its end, and it is no evaluation itself nor a
// matter of a person.
func evaluable(m matter) bool {
	return m.Outcome != "" && m.handed() && !m.IsEvaluation() && !m.IsOfficial() && !slices.Contains([]string{"withdrawn", "terminated"}, m.Outcome)
}

func (s *Server) showEvaluate(w http.ResponseWriter, r *http.Request) {
	f, err := s.evaluationForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "evaluation_new", f)
}

// doEvaluate proposes an evaluation, once for each form. Codes: BadToken, Secret, NotFound, NotClosed.
func (s *Server) doEvaluate(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	f, err := s.evaluationForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ctx, p, v := r.Context(), person(r.Context()), r.PostForm
	f.Token, f.Unit, f.Committee, f.Title, f.Body = v.Get("token"), v.Get("unit"), v.Get("committee"), trimmed(v, "title"), trimmed(v, "body")
	f.judge()
	if len(f.Problems) == 0 {
		n := register.NewEvaluation{Token: f.Token, Congress: p.Congress, Title: f.Title, Body: f.Body, Committee: f.Committee, Owner: p.ID, Unit: f.Unit, Role: schemas.Clerk}
		if f.About != nil {
			n.About = f.About.ID
		}
		st, err := s.Desk.Evaluate(ctx, n)
		if err == nil {
			http.Redirect(w, r, "/cases/"+st.Case, http.StatusSeeOther)
			return
		}
		if f.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "evaluation_new", f)
}

// judge notes what is wrong with the form.
func (f *evaluationForm) judge() {
	f.Problems = check(*f)
	for _, x := range []struct {
		field, id, says string
		among           []register.Unit
	}{{"unit", f.Unit, "请在名单里选择单位", f.Units}, {"committee", f.Committee, "请在名单里选择委室", f.Committees}} {
		if f.Problems.For(x.field) == "" && !slices.ContainsFunc(x.among, func(u register.Unit) bool { return u.ID == x.id }) {
			f.Problems = append(f.Problems, problem{x.field, x.says})
		}
	}
	if err := notSecret("填写的内容", f.Title+" "+f.Body); err != nil {
		f.Problems = append(f.Problems, problem{"main", err.Error()})
	}
}

// evaluationsAbout are those evaluations of what a closed matter brought about that the person may see.
func (s *Server) evaluationsAbout(ctx context.Context, p *register.Person, m matter) ([]register.Related, error) {
	if m.Outcome == "" {
		return nil, nil
	}
	all, err := s.Register.EvaluationsAbout(ctx, p.Congress, m.ID)
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, p, all)
}

// evaluationView collects what the page of an evaluation shows. What the unit says of itself and what was gathered stand beside each other only
// when both are there, so that neither is written after the other.
func (s *Server) evaluationView(ctx context.Context, m matter) (v evaluationView, err error) {
	v.Evaluation = m.Evaluation
	all, err := s.Register.Indicators(ctx, m.ID)
	if err != nil {
		return v, err
	}
	for _, i := range all {
		if len(v.Rounds) == 0 || v.Rounds[len(v.Rounds)-1].N != i.Round {
			v.Rounds = append(v.Rounds, roundView{N: i.Round})
		}
		last := &v.Rounds[len(v.Rounds)-1]
		last.Rows = append(last.Rows, i)
	}
	for n := range v.Rounds {
		v.Rounds[n].weigh()
	}
	return v, nil
}

// weigh adds up a round's points: Σ weight × score (规格2e), where the points of an indicator go up to its weight. While one of the two still
// gathers, neither is shown.
func (v *roundView) weigh() {
	self, found := 0, 0
	for _, i := range v.Rows {
		if i.SelfPoints == nil || i.Points == nil {
			for n := range v.Rows {
				v.Rows[n].SelfReading, v.Rows[n].SelfPoints, v.Rows[n].Reading, v.Rows[n].Points = "", nil, "", nil
			}
			return
		}
		self, found = self+*i.SelfPoints, found+*i.Points
	}
	v.SelfIndex, v.Index = zhPoints(self)+"/100", zhPoints(found)+"/100"
}

// PointsOf are points as a table shows them; a dash: not yet.
func (roundView) PointsOf(hundredths *int) string {
	if hundredths == nil {
		return "—"
	}
	return zhPoints(*hundredths)
}

// rates reports whether a stage gives points to indicators.
func rates(kind string) bool { return kind == "self-rating" || kind == "collect" }

// indicatorsAt are the indicators of the round that a stage belongs to.
func (s *Server) indicatorsAt(ctx context.Context, m matter, key string) ([]register.Indicator, error) {
	all, err := s.Register.Indicators(ctx, m.ID)
	_, n, _ := strings.Cut(key, "#")
	return slices.DeleteFunc(all, func(i register.Indicator) bool { return strconv.Itoa(i.Round) != n }), err
}

// examineEvaluation checks what an act on an evaluation says besides what every act must. Codes: TextMissing and those of CheckIndicators and
// CheckReadings.
func (s *Server) examineEvaluation(ctx context.Context, m matter, in schemas.ActIn) error {
	kind := schemas.Kind(in.Stage)
	var refusal *schemas.Error
	switch {
	case kind == "indicators":
		refusal = schemas.CheckIndicators(in.Indicators)
	case rates(kind):
		of, err := s.indicatorsAt(ctx, m, in.Stage)
		if err != nil {
			return err
		}
		var weights []int
		for _, i := range of {
			weights = append(weights, i.Weight)
		}
		refusal = schemas.CheckReadings(weights, in.Readings)
	}
	if refusal != nil {
		return refusal
	}
	if paper := schemas.Duties[kind].Paper; paper != "" && kind != "instruction" && strings.TrimSpace(in.Text) == "" {
		return schemas.Refuse("TextMissing", "请填写%s", textLabel(kind))
	}
	return nil
}

// indicatorRows leaves empty rows to go on with, and puts back the points that were typed.
func (page *actPage) indicatorRows() {
	if page.Kind == "indicators" {
		page.Indicators = append(page.In.Indicators[:len(page.In.Indicators):len(page.In.Indicators)], make([]schemas.IndicatorIn, spareRows)...)
	}
	for n := range page.Ratings {
		for _, x := range page.In.Readings {
			if x.N == page.Ratings[n].N {
				page.Ratings[n].Reads = x.Reading
				if x.Points >= 0 {
					page.Ratings[n].Given = zhPoints(x.Points)
				}
			}
		}
	}
}

// evaluationActForm prepares the rows of indicators: those of the last round to start from, or those that get points.
func (s *Server) evaluationActForm(ctx context.Context, page *actPage) error {
	all, err := s.Register.Indicators(ctx, page.M.ID)
	if err != nil {
		return err
	}
	if page.Kind == "indicators" && len(page.In.Indicators) == 0 {
		for _, i := range all {
			if i.Round == all[0].Round {
				page.In.Indicators = append(page.In.Indicators, schemas.IndicatorIn{Name: i.Name, Weight: i.Weight, Way: i.Way, Standard: i.Standard})
			}
		}
	}
	if rates(page.Kind) {
		of, err := s.indicatorsAt(ctx, page.M, page.Stage.Key)
		if err != nil {
			return err
		}
		for _, i := range of {
			page.Ratings = append(page.Ratings, ratingRow{Indicator: i})
		}
	}
	page.indicatorRows()
	return nil
}

// readIndicators reads the indicators of a form, row by row, and the points that they get.
func readIndicators(f url.Values) (is []schemas.IndicatorIn, rs []schemas.ReadingIn) {
	for n := range 40 {
		row := strconv.Itoa(n)
		weight, _ := strconv.Atoi(trimmed(f, "weight-"+row))
		if i := (schemas.IndicatorIn{Name: trimmed(f, "name-"+row), Weight: weight, Way: f.Get("way-" + row), Standard: trimmed(f, "standard-"+row)}); cmp.Or(i.Name, i.Standard) != "" || weight != 0 {
			is = append(is, i)
		}
		if reading, points := trimmed(f, "reading-"+row), trimmed(f, "rate-"+row); reading != "" || points != "" {
			rs = append(rs, schemas.ReadingIn{N: n + 1, Reading: reading, Points: hundredths(points)})
		}
	}
	return is, rs
}

// points are written with at most two decimals.
var points = regexp.MustCompile(`^\d{1,3}(\.\d{1,2})?$`)

// hundredths reads points; minus one: they are none.
func hundredths(text string) int {
	if !points.MatchString(text) {
		return -1
	}
	whole, part, _ := strings.Cut(text, ".")
	n, _ := strconv.Atoi(whole + (part + "00")[:2])
	return n
}
