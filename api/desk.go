package api

import (
	"net/http"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type deskPage struct {
	Work, Later []stageView
	Climbed     []register.Notice // what climbed to this leader and still waits
	Instructs   bool
}

func (s *Server) desk(w http.ResponseWriter, r *http.Request) {
	page, err := s.work(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "desk", page)
}

// work collects what the person owes, may draft, and what climbed to him.
func (s *Server) work(r *http.Request) (page deskPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Instructs = granted(p, "instruct", subject{object: "climbed", account: p.ID})
	work, err := s.Register.Work(ctx, p.Congress, p.ID, p.Now)
	if err != nil {
		return page, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	states := map[string]matter{}
	for _, st := range work {
		m, known := states[st.CaseID]
		if !known {
			if m.State, err = s.Register.State(ctx, st.CaseID); err != nil {
				return page, err
			}
			if m.Left, err = s.left(ctx, m.State); err != nil {
				return page, err
			}
			m.Committee = st.Committee
			states[st.CaseID] = m
		}
		o := m.State.Find(st.Key)
		if o == nil {
			continue
		}
		v := stageView{Stage: st, Lamp: lampOf(calendar, st, p.Now), Duty: schemas.Duties[st.Kind], Round: roundOf(st.Key)}
		v.Can = capacity(p, m, o.Stage) != ""
		v.Drafts = !v.Can && mayDraft(p, m, o.Stage)
		if _, told := m.State.Told(o.After); o.After != "" && !told {
			v.After = schemas.Title(o.After)
		}
		switch {
		case !v.Can && !v.Drafts:
		case v.After != "":
			page.Later = append(page.Later, v)
		default:
			page.Work = append(page.Work, v)
		}
	}
	if granted(p, "read", subject{object: "climbed", account: p.ID}) {
		page.Climbed, err = s.Register.ClimbedTo(ctx, p.ID)
	}
	return page, err
}

// toInstruct leads to the open door for an instruction on a matter.
func (s *Server) toInstruct(w http.ResponseWriter, r *http.Request) {
	m, err := s.matter(r.Context(), person(r.Context()), chi.URLParam(r, "id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	to := "/cases/" + m.ID
	for _, o := range m.State.Open {
		if schemas.Kind(o.Key) == "instruct" {
			to += "/act?stage=" + o.Key
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

type noticesPage struct{ Rows []register.Notice }

func (s *Server) notices(w http.ResponseWriter, r *http.Request) {
	rows, err := s.Register.Inbox(r.Context(), person(r.Context()).ID, 200)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "notices", noticesPage{rows})
}

func (s *Server) readNotices(w http.ResponseWriter, r *http.Request) {
	if err := s.Register.Read(r.Context(), person(r.Context()).ID, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/notices", http.StatusSeeOther)
}

func (s *Server) mail(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	rows, err := s.Register.Posted(r.Context(), p.Congress, 300)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "mail", rows)
}
