package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

// call is one operation of the JSON API; routes and document are both made from the table of calls.
type call struct {
	method, path, summary string
	action, object        string     // the question to the table of permissions; empty: the matter asks it
	in                    func() any // a fresh body; nil: none
	out                   any        // the answer's shape; nil: none
	status                int        // of success
	also                  int        // another status of success; 0: none
	do                    func(s *Server, w http.ResponseWriter, r *http.Request, in any) (any, int, error)
}

func body[T any]() any { return new(T) }

// calls are twins of the pages: they take the same path to the register and the cases.
var calls = []call{
	{"POST", "/api/login", "登录", "", "", body[schemas.LoginIn], nil, http.StatusNoContent, 0, (*Server).jsonLogin},
	{"GET", "/api/me", "我是谁", "read", "desk", nil, schemas.MeOut{}, http.StatusOK, 0, (*Server).jsonMe},
	{"GET", "/api/work", "我的待办", "read", "desk", nil, []schemas.StageOut{}, http.StatusOK, 0, (*Server).jsonWork},
	{"GET", "/api/cases", "监督事项", "read", "opinion", nil, []schemas.CaseOut{}, http.StatusOK, 0, (*Server).jsonCases},
	{"POST", "/api/cases", "登记事项", "create", "opinion", body[schemas.FileIn], schemas.FiledOut{}, http.StatusCreated, 0, (*Server).jsonFile},
	{"POST", "/api/cases/forecast", "登记前推算各项期限", "create", "opinion", body[schemas.FileIn], []schemas.ForecastOut{}, http.StatusOK, 0, (*Server).jsonForecast},
	{"GET", "/api/cases/{id}", "一件事项", "", "", nil, schemas.CaseFullOut{}, http.StatusOK, 0, (*Server).jsonCase},
	{"POST", "/api/cases/{id}/acts", "办理一个环节", "", "", body[schemas.ActIn], schemas.ActOut{}, http.StatusOK, http.StatusAccepted, (*Server).jsonAct},
	{"POST", "/api/cases/{id}/corrections", "更正录错的内容", "", "", body[schemas.CorrectionIn], schemas.CorrectionOut{}, http.StatusOK, http.StatusAccepted, (*Server).jsonCorrect},
	{"POST", "/api/cases/{id}/corrections/word", "对结论的更正表示意见", "", "", body[schemas.ConsentIn], schemas.CorrectionOut{}, http.StatusOK, http.StatusAccepted, (*Server).jsonConsent},
	{"GET", "/api/interviews", "约见约谈", "read", "interview", nil, []schemas.CaseOut{}, http.StatusOK, 0, (*Server).jsonInterviews},
	{"POST", "/api/interviews", "提出约见约谈", "create", "interview", body[schemas.InterviewCall], schemas.FiledOut{}, http.StatusCreated, 0, (*Server).jsonPropose},
	{"GET", "/api/search", "查找", "read", "search", nil, []schemas.FoundOut{}, http.StatusOK, 0, (*Server).jsonSearch},
	{"GET", "/api/rules", "现行规则（procedure 指明程序）", "read", "rules", nil, schemas.RulesOut{}, http.StatusOK, 0, (*Server).jsonRules},
	{"GET", "/api/calendar", "一年的放假、调休和停办日（year 指明年份）", "read", "calendar", nil, schemas.CalendarOut{}, http.StatusOK, 0, (*Server).jsonCalendar},
	{"GET", "/api/notices", "我的消息", "read", "notice", nil, []schemas.MessageOut{}, http.StatusOK, 0, (*Server).jsonNotices},
	{"POST", "/api/notices/read", "全部标为已读", "read", "notice", nil, nil, http.StatusNoContent, 0, (*Server).jsonRead},
}

func (s *Server) jsonRoutes(r chi.Router) {
	for _, c := range calls {
		if c.object == "" {
			r.MethodFunc(c.method, c.path, s.answering(c))
			continue
		}
		r.With(s.asks(c.action, c.object)).MethodFunc(c.method, c.path, s.answering(c))
	}
	r.Get("/api/openapi.json", s.showDocument)
}

// answering reads the body, checks it, does the call and writes the answer.
func (s *Server) answering(c call) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in any
		if c.in != nil {
			in = c.in()
			if err := readJSON(r, in); err != nil {
				s.problem(w, r, err)
				return
			}
		}
		out, status, err := c.do(s, w, r, in)
		if err != nil {
			s.problem(w, r, err)
			return
		}
		writeJSON(w, status, out)
	}
}

// readJSON refuses what it does not know, and what breaks the rules of the shape. Codes: BadForm, Invalid.
func readJSON(r *http.Request, in any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(in); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return err
		}
		return badForm(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badForm(errors.New("more than one value"))
	}
	if wrong := check(in); len(wrong) > 0 {
		return schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	return nil
}

func writeJSON(w http.ResponseWriter, status int, out any) {
	w.Header().Set("Cache-Control", "no-store")
	if out == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out)
}

// problem answers with the same code, sentence and status that the error page has.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, err error) {
	page, status := s.judge(r, err)
	writeJSON(w, status, schemas.Problem{Code: page.Code, Text: page.Text})
}

func (s *Server) jsonLogin(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	l := in.(*schemas.LoginIn)
	accounts, err := s.verify(r, loginForm{l.Login, l.Password}, l.Congress)
	if err == nil && len(accounts) > 1 {
		err = schemas.Refuse("WhichCongress", "此账号在多个人大使用，请注明 congress")
	}
	if err != nil {
		return nil, 0, err
	}
	if _, err = s.Register.Factor(r.Context(), accounts[0].ID); err == nil {
		if err = s.secondFactor(r.Context(), accounts[0].ID, l.Code); err != nil {
			err = cmp.Or(s.recordFailure(r, l.Login, "二次验证没有通过"), err)
		}
	} else if isRefusal(err, "NotFound") {
		err = nil
	}
	if err == nil {
		err = s.signIn(r, accounts[0].ID, false)
	}
	return nil, http.StatusNoContent, err
}

func (s *Server) jsonMe(_ http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	p := person(r.Context())
	out := schemas.MeOut{ID: p.ID, Name: p.Name, Congress: p.CongressName, Now: p.Now, Posts: []schemas.PostOut{}}
	for _, o := range p.Posts {
		out.Posts = append(out.Posts, schemas.PostOut{Role: string(o.Role), Unit: o.UnitName})
	}
	return out, http.StatusOK, nil
}

func (s *Server) jsonWork(w http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	page, err := s.work(r)
	page.linkTo(w)
	return stagesOut(append(page.Work, page.Later...)), http.StatusOK, err
}

func (s *Server) jsonCases(w http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	page, err := s.casesPage(r)
	page.linkTo(w)
	out := []schemas.CaseOut{}
	for _, c := range page.Rows {
		out = append(out, schemas.CaseOut{ID: c.ID, Number: c.Number, Title: c.Title, Kind: c.Kind, Phase: c.Phase, Turn: c.Turn, Due: moment(c.Due),
			Light: c.Lamp.Colour, LightText: c.Lamp.Words, Units: c.UnitNames, Items: c.AllItems, Closed: c.ClosedItems})
	}
	return out, http.StatusOK, err
}

func (s *Server) jsonFile(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	f, err := s.filing(r, *in.(*schemas.FileIn))
	if err != nil {
		return nil, 0, err
	}
	st, err := s.Desk.File(r.Context(), f)
	return schemas.FiledOut{ID: st.Case}, http.StatusCreated, err
}

func (s *Server) jsonForecast(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	f, err := s.filing(r, *in.(*schemas.FileIn))
	if err != nil {
		return nil, 0, err
	}
	fs, err := s.forecast(r, f)
	out := []schemas.ForecastOut{}
	for _, f := range fs {
		out = append(out, schemas.ForecastOut{Stage: f.Key, Name: schemas.Title(f.Key), Due: f.Date.Due, Provisional: f.Date.Provisional, Working: f.Date.Working})
	}
	return out, http.StatusOK, err
}

func (s *Server) jsonCase(_ http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	page, err := s.casePage(r, chi.URLParam(r, "id"))
	if err != nil {
		return nil, 0, err
	}
	m := page.M
	out := schemas.CaseFullOut{ID: m.ID, Number: m.Number, Title: m.Title, Phase: m.Phase, Items: []schemas.ItemOut{}, Parties: []schemas.PartyOut{},
		Open: stagesOut(page.Open), Doors: stagesOut(page.Doors), Closed: stagesOut(page.Closed), Coming: []schemas.MessageOut{}, Events: []schemas.EventOut{}}
	for _, i := range m.Items {
		out.Items = append(out.Items, schemas.ItemOut{ID: i.ID, N: i.N, Problem: i.Problem, Demand: i.Demand, Result: i.Result, ClosedAt: moment(i.ClosedAt)})
	}
	for _, p := range m.Parties {
		out.Parties = append(out.Parties, schemas.PartyOut{Unit: p.Unit, Name: p.Name, Capacity: p.Capacity, Gone: p.Gone})
	}
	for _, g := range page.Coming {
		out.Coming = append(out.Coming, schemas.MessageOut{At: g.At, Case: m.ID, Stage: g.Stage, Level: g.Level,
			Text: schemas.Word(g.Stage, g.Level, g.UnitName, g.Due), To: g.People})
	}
	for _, e := range page.Events {
		out.Events = append(out.Events, schemas.EventOut{At: e.At, Text: e.Text, Late: e.Late})
	}
	return out, http.StatusOK, nil
}

func (s *Server) jsonAct(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	p := person(r.Context())
	m, err := s.matter(r.Context(), p, chi.URLParam(r, "id"))
	if err != nil {
		return nil, 0, err
	}
	proposed, err := s.perform(r.Context(), p, m, *in.(*schemas.ActIn), nil)
	switch {
	case isPending(err):
		return schemas.ActOut{State: "pending"}, http.StatusAccepted, nil
	case proposed:
		return schemas.ActOut{State: "proposed"}, http.StatusOK, err
	}
	return schemas.ActOut{State: "done"}, http.StatusOK, err
}

func (s *Server) jsonNotices(w http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	page, err := s.noticesPage(r)
	page.linkTo(w)
	out := []schemas.MessageOut{}
	for _, n := range page.Rows {
		out = append(out, schemas.MessageOut{At: n.At, Case: n.CaseID, Stage: n.Stage, Level: n.Level,
			Text: schemas.Word(n.Stage, n.Level, n.UnitName, n.Due), Read: !n.ReadAt.IsZero()})
	}
	return out, http.StatusOK, err
}

func (s *Server) jsonRead(_ http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	return nil, http.StatusNoContent, s.Register.Read(r.Context(), person(r.Context()).ID, "", person(r.Context()).Now)
}

func stagesOut(vs []stageView) []schemas.StageOut {
	out := []schemas.StageOut{}
	for _, v := range vs {
		out = append(out, schemas.StageOut{Case: v.CaseID, Number: v.Number, Title: v.Title, Key: v.Key, Name: v.Duty.Title, Unit: v.UnitName,
			Due: moment(v.Due), Provisional: v.Provisional, Working: v.Working, Light: v.Lamp.Colour, LightText: v.Lamp.Words, Level: v.Level,
			After: v.After, Can: v.Can, Drafts: v.Drafts, ClosedAt: moment(v.ClosedAt), Verdict: v.Verdict})
	}
	return out
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// wantsJSON tells calls from pages.
func wantsJSON(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
