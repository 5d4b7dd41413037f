package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	interpellationsPage struct {
		filtered
		Rows  []interpellationView
		Files bool // the person may file one
	}
	interpellationView struct {
		register.InterpellationRow
		PhaseName, Turn, DueAt string
		Lamp                   lamp
	}
	// interpellationForm is an interpellation as it is typed.
	interpellationForm struct {
		Token    string
		Title    string `field:"title" label:"案由" validate:"required,min=4,max=60"`
		Body     string `field:"body" label:"质询的问题和内容" validate:"required,max=4000"`
		Unit     string `field:"unit" label:"受质询机关" validate:"required,uuid"`
		Signers  []string
		Units    []register.Unit
		Members  []option
		Needs    int // how many must put it, its leader included
		Problems problems
	}
)

// Area is the part of the navigation that the page belongs to.
func (interpellationForm) Area() string { return "/interpellations" }

var interpellations = []string{"interpellation"}

// interpellationTabs sort interpellations by how they stand.
var interpellationTabs = []listTab{
	{"", "全部", register.Tab{Procedures: interpellations}},
	{"open", "在办", register.Tab{Procedures: interpellations, Stands: openStands("interpellation")}},
	{"late", "逾期", register.Tab{Procedures: interpellations, Marked: "late"}},
	{"closed", "已了结", register.Tab{Procedures: interpellations, Stands: []string{"ended"}}},
}

// interpellationSteps are those of an interpellation, with the states of spec 2b.
var interpellationSteps = []stretch{{"联名", []string{"Z1"}}, {"主任会议", []string{"Z2"}}, {"答复", []string{"Z3"}}, {"提案人评价", []string{"Z4"}}}

func (s *Server) interpellationRoutes(r chi.Router) {
	r.With(s.asks("read", "interpellation")).Get("/interpellations", s.interpellations)
	r.With(s.asks("create", "interpellation")).Get("/interpellations/new", s.showInterpellate)
	r.With(s.asks("create", "interpellation")).Post("/interpellations/new", s.doInterpellate)
}

func (s *Server) interpellations(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page := interpellationsPage{Files: grantedSome(p, "create", "interpellation")}
	var ids []string
	var rows []register.InterpellationRow
	var calendar schemas.Calendar
	var err error
	if page.filtered, ids, err = s.filtered(r, interpellationTabs, interpellations...); err == nil {
		rows, err = s.Register.InterpellationRows(ctx, p.Congress, ids)
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
		v := interpellationView{InterpellationRow: row, PhaseName: schemas.PhaseName(row.Phase), DueAt: "—"}
		if !st.Due.IsZero() {
			v.DueAt = zhDue(st.Due)
		}
		v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, p.Now)
		page.Rows = append(page.Rows, v)
	}
	s.render(w, r, http.StatusOK, "interpellations", page)
}

// questionable reports whether an interpellation can be put to a unit of that kind: to the government, its departments, the supervisory
// commission, court and procuratorate (监督法51).
func questionable(kind string) bool {
	return kind == "government" || kind == "department" || kind == "judicial"
}

func (s *Server) interpellationForm(r *http.Request) (f interpellationForm, err error) {
	ctx, p := r.Context(), person(r.Context())
	f.Token = rand.Text()
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		return f, err
	}
	for _, u := range units {
		if questionable(u.Kind) {
			f.Units = append(f.Units, u)
		}
	}
	_, rules, err := s.Register.CurrentRules(ctx, p.Congress, "interpellation")
	if err != nil {
		return f, err
	}
	f.Needs = rules.Policy.Signers
	order, posts, err := s.colleagues(ctx, p.Congress)
	for _, c := range order {
		if c.ID != p.ID && slices.ContainsFunc(posts[c.ID], func(o register.Post) bool { return o.Role == schemas.Member }) {
			f.Members = append(f.Members, option{c.ID, c.Name})
		}
	}
	return f, err
}

func (s *Server) showInterpellate(w http.ResponseWriter, r *http.Request) {
	f, err := s.interpellationForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "interpellation_new", f)
}

// doInterpellate files an interpellation, once for each form. Codes: BadToken, TooFew, Conflict, Secret, NamesACase.
func (s *Server) doInterpellate(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	f, err := s.interpellationForm(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := r.PostForm
	f.Token, f.Title, f.Body, f.Unit, f.Signers = v.Get("token"), trimmed(v, "title"), trimmed(v, "body"), v.Get("unit"), v["signer"]
	f.judge()
	if len(f.Problems) == 0 {
		id, err := s.interpellate(r.Context(), f)
		if err == nil {
			http.Redirect(w, r, "/cases/"+id, http.StatusSeeOther)
			return
		}
		if f.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "interpellation_new", f)
}

// judge finds what is wrong with what was typed.
func (f *interpellationForm) judge() {
	f.Problems = check(*f)
	wrong := func(field, text string) { f.Problems = append(f.Problems, problem{field, text}) }
	i := slices.IndexFunc(f.Units, func(u register.Unit) bool { return u.ID == f.Unit })
	if i < 0 && f.Problems.For("unit") == "" {
		wrong("unit", "质询案只能对政府及其部门、监委、法院、检察院提出")
	}
	for _, signer := range f.Signers {
		if !slices.ContainsFunc(f.Members, func(o option) bool { return o.Value == signer }) {
			wrong("signer", "请在名单里选择联名的组成人员")
			break
		}
	}
	if err := notSecret("填写的内容", f.Title+" "+f.Body); err != nil {
		wrong("main", err.Error())
	}
	if number := caseNumber.FindString(f.Title + " " + f.Body); number != "" && i >= 0 && f.Units[i].Kind == "judicial" {
		wrong("body", "写到了案件“"+number+"”：质询不涉及具体案件")
	}
}

func (s *Server) interpellate(ctx context.Context, f interpellationForm) (string, error) {
	p := person(ctx)
	if len(f.Token) < 8 || len(f.Token) > 64 {
		return "", schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	committee, err := s.deputiesOffice(ctx, p.Congress)
	if err != nil {
		return "", err
	}
	signers := slices.Compact(slices.Sorted(slices.Values(f.Signers)))
	st, err := s.Desk.Interpellate(ctx, register.NewInterpellation{Token: f.Token, Congress: p.Congress, Title: f.Title, Body: f.Body, Unit: f.Unit, Committee: committee,
		Leader: p.ID, Signers: signers})
	return st.Case, err
}

// examineInterpellation checks what an act on an interpellation says besides what every act must, and fills in when the answer is heard.
// Codes: BadDate, BadDue, NotYet, TextMissing.
func (s *Server) examineInterpellation(ctx context.Context, p *register.Person, m matter, in schemas.ActIn, a *schemas.Act) error {
	switch schemas.Kind(in.Stage) {
	case "put":
		if in.Verdict != "plenary" && in.Verdict != "committee" {
			return nil
		}
		meets, err := s.meeting(ctx, m, in.Meets)
		if err != nil {
			return err
		}
		if !meets.After(p.Now) {
			return schemas.Refuse("BadDue", "答复会议的时间应在现在以后")
		}
		a.Until = meets.UTC()
	case "oral-answer":
		if p.Now.Before(m.Interpellation.Meets) {
			return schemas.Refuse("NotYet", "答复会议定于%s，还没有到时间", zhInstant(m.Interpellation.Meets))
		}
		fallthrough
	case "signed-answer":
		if strings.TrimSpace(in.Text) == "" {
			return schemas.Refuse("TextMissing", "请填写答复的内容")
		}
	}
	return nil
}
