package api

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type filePage struct {
	In         schemas.FileIn
	Problems   problems
	Units      []register.Unit
	Committees []register.Unit // those for which the person drafts
	Sources    []string
	Preview    []schemas.Forecast
	Assumed    time.Time // the day of hand-over that the preview rests on
}

// sources are where a matter comes from (spec 2a).
var sources = []string{"专项工作报告审议", "财经报告审议", "执法检查", "专题询问", "视察调研", "跟踪监督"}

func (s *Server) showFile(w http.ResponseWriter, r *http.Request) {
	page, err := s.filePage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p := person(r.Context())
	page.In.T0 = p.Now.In(schemas.Shanghai).Format(time.DateOnly)
	page.In.Kind, page.In.Source = "deliberation", sources[0]
	page.In.Items, page.In.Parties = make([]schemas.ItemIn, 3), make([]schemas.PartyIn, 3)
	if id := r.URL.Query().Get("reopens"); id != "" {
		if err := s.reopen(r, id, &page.In); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusOK, "file", page)
}

// reopen fills the form from a settled matter that came back within a year (重开).
func (s *Server) reopen(r *http.Request, id string, in *schemas.FileIn) error {
	p := person(r.Context())
	m, err := s.matter(r.Context(), p, id)
	if err != nil {
		return err
	}
	if err := mayReopen(p, m); err != nil {
		return err
	}
	in.Reopens, in.Kind, in.Source, in.Direct, in.Committee = m.ID, m.Kind, "跟踪监督", m.Direct, m.Committee
	in.Number, in.Title = m.Number+"重1", "（重开）"+m.Title
	in.Items, in.Parties = nil, nil
	for _, i := range m.Items {
		in.Items = append(in.Items, schemas.ItemIn{Problem: i.Problem, Demand: i.Demand, Lead: m.State.Answers(i.ID)})
	}
	for _, x := range m.Parties {
		if !x.Gone {
			in.Parties = append(in.Parties, schemas.PartyIn{Unit: x.Unit, Capacity: x.Capacity})
		}
	}
	return nil
}

func mayReopen(p *register.Person, m matter) error {
	settled, told := m.State.Told("settle")
	switch {
	case !granted(p, "reopen", subject{object: "opinion", unit: m.Committee}):
		return schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("reopen", "opinion").Refusal)
	case !told:
		return schemas.Refuse("NotYet", "事项还没有办结，不需要重开")
	case p.Now.After(settled.At.AddDate(1, 0, 0)):
		return schemas.Refuse("OutOfTime", "办结已超过一年，不能重开，请另立事项")
	}
	return nil
}

func (s *Server) filePage(r *http.Request) (page filePage, err error) {
	ctx, p := r.Context(), person(r.Context())
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	for _, u := range page.Units {
		if u.Kind == "committee" && granted(p, "create", subject{object: "opinion", unit: u.ID}) {
			page.Committees = append(page.Committees, u)
		}
	}
	page.Sources = sources
	return page, nil
}

func (s *Server) doFile(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	page, err := s.filePage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In = readFile(r.PostForm)
	filing, err := s.filing(r, page.In)
	var refusal *schemas.Error
	if err == nil && r.PostFormValue("do") == "file" {
		var st schemas.State
		if st, err = s.Desk.File(r.Context(), filing); err == nil {
			http.Redirect(w, r, "/cases/"+st.Case, http.StatusSeeOther)
			return
		}
	} else if err == nil {
		page.Preview, err = s.forecast(r, filing)
		page.Assumed = person(r.Context()).Now
		if filing.T0.After(page.Assumed) {
			page.Assumed = filing.T0
		}
	}
	switch {
	case err == nil:
		page.pad(r.PostFormValue("do") == "more")
		s.render(w, r, http.StatusOK, "file", page)
	case r.PostFormValue("do") == "more":
		page.pad(true)
		s.render(w, r, http.StatusOK, "file", page)
	case errors.As(err, &refusal) && statusOf(refusal.Code) != http.StatusServiceUnavailable:
		page.pad(false)
		page.Problems = problems{{"main", refusal.Text}}
		if wrong := check(page.In); len(wrong) > 0 {
			page.Problems = wrong
		}
		s.render(w, r, statusOf(refusal.Code), "file", page)
	default:
		s.fail(w, r, err)
	}
}

// pad leaves empty rows to go on with.
func (page *filePage) pad(more bool) {
	n := 0
	if more {
		n = 3
		page.Preview = nil
	}
	for range n {
		page.In.Items = append(page.In.Items, schemas.ItemIn{})
		page.In.Parties = append(page.In.Parties, schemas.PartyIn{})
	}
}

// filing checks what the form says. Codes: Invalid, AnchorInFuture, BadDue, NotEntitled, Secret and those of CheckParties.
func (s *Server) filing(r *http.Request, in schemas.FileIn) (f register.Filing, err error) {
	p := person(r.Context())
	if wrong := check(in); len(wrong) > 0 {
		return f, schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	if !granted(p, "create", subject{object: "opinion", unit: in.Committee}) {
		return f, schemas.Refuse("NotEntitled", "只能登记本委室督办的事项")
	}
	if err := notSecret("填写的内容", saidIn(in)); err != nil {
		return f, err
	}
	if refusal := schemas.CheckParties(in.Parties); refusal != nil {
		return f, refusal
	}
	t0, err := day(in.T0)
	if err != nil {
		return f, err
	}
	if t0.After(p.Now) {
		return f, schemas.Refuse("AnchorInFuture", "闭会（调研、检查结束）日不能晚于今天")
	}
	f = register.Filing{Congress: p.Congress, Number: in.Number, Kind: in.Kind, Source: in.Source, Title: in.Title, Body: in.Body,
		Committee: in.Committee, Owner: p.ID, Direct: in.Direct, T0: t0.UTC(), Reopens: in.Reopens}
	if in.Resolution != "" {
		fixed, err := day(in.Resolution)
		if err != nil {
			return f, err
		}
		if !fixed.After(p.Now) {
			return f, schemas.Refuse("BadDue", "决议确定的回告日必须晚于今天")
		}
		f.Resolution = fixed.AddDate(0, 0, 1).UTC()
	}
	if in.Reopens != "" {
		m, err := s.matter(r.Context(), p, in.Reopens)
		if err == nil {
			err = mayReopen(p, m)
		}
		if err != nil {
			return f, err
		}
	}
	for _, i := range in.Items {
		f.Items = append(f.Items, register.Item{Problem: i.Problem, Demand: i.Demand, Lead: i.Lead})
	}
	for _, x := range in.Parties {
		f.Parties = append(f.Parties, register.Party{Unit: x.Unit, Capacity: x.Capacity})
	}
	return f, nil
}

// forecast says when everything will fall due if the opinion is handed over today.
func (s *Server) forecast(r *http.Request, f register.Filing) ([]schemas.Forecast, error) {
	ctx, p := r.Context(), person(r.Context())
	_, rules, err := s.Register.CurrentRules(ctx, p.Congress, "opinion")
	if err != nil {
		return nil, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return nil, err
	}
	return rules.Forecasts(calendar, f.T0, p.Now, f.Resolution)
}

// readFile reads the form; rows left empty are passed over.
func readFile(f url.Values) schemas.FileIn {
	in := schemas.FileIn{Number: f.Get("number"), Kind: f.Get("kind"), Source: f.Get("source"), Title: f.Get("title"), Body: f.Get("body"),
		Committee: f.Get("committee"), T0: f.Get("t0"), Resolution: f.Get("resolution"), Direct: f.Get("direct") == "1", Reopens: f.Get("reopens")}
	for i := range 60 {
		n := strconv.Itoa(i)
		item := schemas.ItemIn{Problem: f.Get("problem-" + n), Demand: f.Get("demand-" + n), Lead: f.Get("itemlead-" + n)}
		if item.Problem != "" || item.Demand != "" {
			in.Items = append(in.Items, item)
		}
		if unit := f.Get("unit-" + n); unit != "" {
			in.Parties = append(in.Parties, schemas.PartyIn{Unit: unit, Capacity: f.Get("capacity-" + n)})
		}
	}
	return in
}
