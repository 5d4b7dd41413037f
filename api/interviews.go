package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	interviewsPage struct {
		filtered
		Rows       []interviewRow
		MayPropose bool
	}
	interviewRow struct {
		register.InterviewRow
		Turn, PhaseName string
		DueAt           string
		Lamp            lamp
	}
	proposePage struct {
		In         schemas.InterviewIn
		Token      string
		Problems   problems
		Units      []register.Unit
		Committees []register.Unit // those for which the person proposes
		Deputy     bool            // the person asks as a deputy: a committee takes it up first
		About      *matter
		Others     []register.Related // interviews that came out of the same matter
	}
)

var interviews = []string{"interview"}

// interviewTabs sort interviews by how they stand.
var interviewTabs = []listTab{
	{"", "全部", register.Tab{Procedures: interviews}},
	{"open", "在办", register.Tab{Procedures: interviews, Stands: openStands("interview")}},
	{"coming", "待约谈", register.Tab{Procedures: interviews, Stands: []string{"Y4", "Y5"}}},
	{"near", "临期", register.Tab{Procedures: interviews, Marked: "near"}},
	{"late", "逾期", register.Tab{Procedures: interviews, Marked: "late"}},
	{"closed", "已了结", register.Tab{Procedures: interviews, Stands: []string{"ended"}}},
}

func (s *Server) interviews(w http.ResponseWriter, r *http.Request) {
	page, err := s.interviewsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "interviews", page)
}

func (s *Server) interviewsPage(r *http.Request) (page interviewsPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	var ids []string
	if page.filtered, ids, err = s.filtered(r, interviewTabs, interviews...); err != nil {
		return page, err
	}
	page.MayPropose = grantedSome(p, "create", "interview")
	rows, err := s.Register.InterviewRows(ctx, p.Congress, ids)
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
		v := interviewRow{InterviewRow: row, PhaseName: schemas.PhaseName(row.Phase), DueAt: "—"}
		if !st.Due.IsZero() {
			v.DueAt = zhDue(st.Due)
		}
		v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, p.Now)
		page.Rows = append(page.Rows, v)
	}
	return page, nil
}

func (s *Server) showPropose(w http.ResponseWriter, r *http.Request) {
	page, err := s.proposePage(r, schemas.InterviewIn{About: r.URL.Query().Get("about"), Post: "主要负责人"})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Token = rand.Text()
	if err := s.prefill(r, &page); err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "interview_new", page)
}

// proposePage is the form with what it chooses from. Code: NotFound, for a matter that the person may not see.
func (s *Server) proposePage(r *http.Request, in schemas.InterviewIn) (page proposePage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.In = in
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	for _, u := range page.Units {
		if role := proposesAs(p, u.ID); u.Kind == "committee" && role != "" && role != schemas.Deputy {
			page.Committees = append(page.Committees, u)
		}
	}
	page.Deputy = len(page.Committees) == 0
	if in.About == "" {
		return page, nil
	}
	m, err := s.matter(ctx, p, in.About)
	if err != nil {
		return page, err
	}
	page.About = &m
	page.Others, err = s.interviewsAbout(ctx, p, m.ID)
	return page, err
}

// interviewsAbout are those interviews out of a matter that the person may see.
func (s *Server) interviewsAbout(ctx context.Context, p *register.Person, id string) ([]register.Related, error) {
	all, err := s.Register.InterviewsAbout(ctx, p.Congress, id)
	if err != nil {
		return nil, err
	}
	return s.seen(ctx, p, all)
}

// seen are those of the matters that came out of another which the person may see.
func (s *Server) seen(ctx context.Context, p *register.Person, all []register.Related) (_ []register.Related, err error) {
	seen := slices.DeleteFunc(all, func(x register.Related) bool {
		_, hidden := s.matter(ctx, p, x.ID)
		if hidden != nil && !isRefusal(hidden, "NotFound") {
			err = hidden
		}
		return hidden != nil
	})
	return seen, err
}

// prefill proposes what follows from the matter's lateness: the unit that is late, the committee in charge, and the words for it.
func (s *Server) prefill(r *http.Request, page *proposePage) error {
	m := page.About
	if m == nil {
		return nil
	}
	page.In.Committee = m.Committee
	for _, x := range m.Parties {
		if page.In.Unit == "" && !x.Gone {
			page.In.Unit = x.Unit
		}
	}
	title := []rune(strings.TrimSuffix(strings.TrimPrefix(m.Title, "关于"), "的约谈"))
	page.In.Title = "关于" + string(title[:min(len(title), 50)]) + "的约谈"
	stages, err := s.Register.Stages(r.Context(), m.ID)
	if err != nil {
		return err
	}
	calendar, err := s.Register.CurrentCalendar(r.Context(), m.Congress)
	if err != nil {
		return err
	}
	now := person(r.Context()).Now
	for _, st := range stages {
		if st.NPC || lampOf(calendar, st, now).Colour != "red" {
			continue
		}
		page.In.Unit = st.Unit
		page.In.Body += fmt.Sprintf("%s承办的“%s”（%s），“%s”应于%s前完成，至今没有完成，已逾期%d个工作日。\n", st.UnitName, m.Title, m.Number,
			schemas.Duties[st.Kind].Title, schemas.ZhDate(schemas.LastDay(st.Due)), calendar.Between(schemas.LastDay(st.Due), now))
	}
	if page.In.Body != "" {
		page.In.Body += "请说明逾期的原因、已经采取的措施和完成的期限。"
	}
	return nil
}

func (s *Server) doPropose(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	in := readInterview(r.PostForm)
	id, err := s.propose(r, in, r.PostFormValue("token"))
	var refusal *schemas.Error
	switch {
	case err == nil:
		http.Redirect(w, r, "/cases/"+id, http.StatusSeeOther)
	case errors.As(err, &refusal) && statusOf(refusal.Code) == http.StatusUnprocessableEntity:
		page, e := s.proposePage(r, in)
		if e != nil {
			s.fail(w, r, e)
			return
		}
		page.Token = rand.Text()
		page.Problems = problems{{"main", refusal.Text}}
		if wrong := check(in); len(wrong) > 0 {
			page.Problems = wrong
		}
		s.render(w, r, http.StatusUnprocessableEntity, "interview_new", page)
	default:
		s.fail(w, r, err)
	}
}

func readInterview(f url.Values) schemas.InterviewIn {
	return schemas.InterviewIn{Title: strings.TrimSpace(f.Get("title")), Body: strings.TrimSpace(f.Get("body")), Unit: f.Get("unit"),
		Post: strings.TrimSpace(f.Get("post")), Committee: f.Get("committee"), About: f.Get("about")}
}

// propose files an interview once for each form, however often it is sent. Codes: Invalid, BadToken, BadTarget, NotEntitled, Secret, and
// NotFound for a linked matter that the person may not see.
func (s *Server) propose(r *http.Request, in schemas.InterviewIn, token string) (string, error) {
	ctx, p := r.Context(), person(r.Context())
	if wrong := check(in); len(wrong) > 0 {
		return "", schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	if len(token) < 8 || len(token) > 64 {
		return "", schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	if err := notSecret("填写的内容", saidIn(in)); err != nil {
		return "", err
	}
	page, err := s.proposePage(r, in)
	if err != nil {
		return "", err
	}
	f := register.NewInterview{Token: token, Congress: p.Congress, Title: in.Title, Body: in.Body, Unit: in.Unit, Post: in.Post, Committee: in.Committee,
		Owner: p.ID, About: in.About}
	if page.Deputy {
		if f.Committee, err = s.takesUp(ctx, p.Congress, page.About); err != nil {
			return "", err
		}
	} else if !slices.ContainsFunc(page.Committees, func(u register.Unit) bool { return u.ID == in.Committee }) {
		return "", schemas.Refuse("NotEntitled", "请选择本委室为牵头委室")
	}
	if !slices.ContainsFunc(page.Units, func(u register.Unit) bool { return u.ID == in.Unit && handles(u.Kind) }) {
		return "", schemas.Refuse("BadTarget", "请选择被约谈单位")
	}
	f.Role = proposesAs(p, f.Committee)
	f.Source = map[schemas.Role]string{schemas.Deputy: "代表要求", schemas.Office: "办公室提出"}[f.Role]
	if f.Source == "" {
		f.Source = "委室提出"
	}
	st, err := s.Desk.Propose(ctx, f)
	return st.Case, err
}

// takesUp is the committee that decides on a deputy's request: the one in charge of the matter, or the one that serves the deputies.
func (s *Server) takesUp(ctx context.Context, congress string, about *matter) (string, error) {
	if about != nil {
		return about.Committee, nil
	}
	return s.deputiesOffice(ctx, congress)
}

type printPage struct {
	casePage
	Notice, Attendance, Minutes *paperView
	Approved, Noticed           schemas.Act
	Signed, Agreed              schemas.Act // of the minutes
	Postponed                   bool        // from the day that the notice names
}

// printed finds the papers of an interview that are printed: the last of each.
func (s *Server) printed(r *http.Request) (page printPage, err error) {
	if page.casePage, err = s.casePage(r, chi.URLParam(r, "id")); err != nil {
		return page, err
	}
	if !page.M.IsInterview() {
		return page, schemas.Refuse("NotFound", "没有找到您要的文书，或者您无权查看")
	}
	for _, v := range page.Papers {
		switch schemas.Kind(v.Stage) {
		case "notify":
			page.Notice = &v
		case "hold":
			page.Attendance = &v
		case "minutes":
			page.Minutes = &v
		}
	}
	facts := page.M.State.Facts
	page.Approved = facts["approve"]
	if page.Notice != nil {
		_, n, _ := strings.Cut(page.Notice.Stage, "#")
		page.Noticed = facts[page.Notice.Stage]
		page.Postponed = facts["postpone/"+page.M.Interview.Unit+"#"+n].Verdict == "accept"
	}
	if page.Minutes != nil {
		_, n, _ := strings.Cut(page.Minutes.Stage, "#")
		page.Signed, page.Agreed = facts[page.Minutes.Stage], facts["countersign/"+page.M.Interview.Unit+"#"+n]
		if page.Agreed.Verdict == "object" {
			page.Agreed = facts["minutes-ruling#"+n]
		}
	}
	return page, nil
}

func (s *Server) printNotice(w http.ResponseWriter, r *http.Request) {
	s.print(w, r, "print_notice", func(page printPage) bool { return page.Notice != nil })
}

func (s *Server) printMinutes(w http.ResponseWriter, r *http.Request) {
	s.print(w, r, "print_minutes", func(page printPage) bool { return page.Minutes != nil })
}

func (s *Server) print(w http.ResponseWriter, r *http.Request, name string, there func(printPage) bool) {
	page, err := s.printed(r)
	if err == nil && !there(page) {
		err = schemas.Refuse("NotFound", "文书还没有发出，或者您无权查看")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, name, page)
}

func (s *Server) jsonInterviews(w http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	page, err := s.interviewsPage(r)
	page.linkTo(w)
	out := []schemas.CaseOut{}
	for _, c := range page.Rows {
		out = append(out, schemas.CaseOut{ID: c.ID, Number: c.Number, Title: c.Title, Kind: "interview", Phase: c.Phase, Turn: c.Turn, Due: c.Due,
			Light: c.Lamp.Colour, LightText: c.Lamp.Words, Units: c.Unit, Items: c.Promises, Closed: c.Kept})
	}
	return out, http.StatusOK, err
}

func (s *Server) jsonPropose(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	asked := in.(*schemas.InterviewCall)
	id, err := s.propose(r, asked.InterviewIn, asked.Token)
	return schemas.FiledOut{ID: id}, http.StatusCreated, err
}
