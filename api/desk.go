package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type deskPage struct {
	Work, Later []stageView
	Count       string            // of what is to be done; on the pages after the first, and where there are more, of all of it
	Climbed     []register.Notice // what climbed to this leader and still waits
	MoreClimbed bool
	Digest      *register.Digest // today's
	Instructs   bool
	pager
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
	page.pager = pagerOf(r)
	work, next, err := s.Register.Work(ctx, p.Congress, p.ID, p.Now, page.after(), page.rows)
	if err != nil {
		return page, err
	}
	if page.Work, page.Later, err = s.owed(ctx, p, work); err != nil {
		return page, err
	}
	page.Count = strconv.Itoa(len(page.Work))
	if next != nil || page.after() != nil {
		n, err := s.Register.WorkCount(ctx, p.Congress, p.ID, p.Now)
		if err != nil {
			return page, err
		}
		page.Count = counted(n)
	}
	page.turn(next, -1)
	if page.after() == nil {
		if page.Digest, err = s.todaysDigest(ctx, p); err != nil {
			return page, err
		}
	}
	if page.after() == nil && granted(p, "read", subject{object: "climbed", account: p.ID}) {
		page.Climbed, err = s.Register.ClimbedTo(ctx, p.ID, p.Now, perPage+1)
		if page.MoreClimbed = len(page.Climbed) > perPage; page.MoreClimbed {
			page.Climbed = page.Climbed[:perPage]
		}
	}
	return page, err
}

// owed are those of some open stages that a person settles or drafts, and those that he will when another is done.
func (s *Server) owed(ctx context.Context, p *register.Person, work []register.Stage) (now, later []stageView, err error) {
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, st := range work {
		ids = append(ids, st.CaseID)
	}
	states, err := s.Register.States(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	left, err := s.left(ctx, slices.Collect(maps.Values(states))...)
	if err != nil {
		return nil, nil, err
	}
	for _, st := range work {
		m := matter{Case: register.Case{Committee: st.Committee}, State: states[st.CaseID], Left: left}
		o := m.State.Find(st.Key)
		if o == nil {
			continue
		}
		v := stageView{Stage: st, Lamp: lampOf(calendar, st, p.Now), Duty: schemas.Duties[st.Kind], Round: whichOf(m.State, st.Key)}
		v.Can = capacity(p, m, o.Stage) != ""
		v.Drafts = !v.Can && mayDraft(p, m, o.Stage)
		if _, told := m.State.Told(o.After); o.After != "" && !told {
			v.After = schemas.Title(o.After)
		}
		switch {
		case !v.Can && !v.Drafts:
		case v.After != "":
			later = append(later, v)
		default:
			now = append(now, v)
		}
	}
	return now, later, nil
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

type noticesPage struct {
	Rows []register.Notice
	pager
}

func (s *Server) notices(w http.ResponseWriter, r *http.Request) {
	page, err := s.noticesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "notices", page)
}

func (s *Server) noticesPage(r *http.Request) (page noticesPage, err error) {
	page.pager = pagerOf(r)
	var next *register.Place
	page.Rows, next, err = s.Register.Inbox(r.Context(), person(r.Context()).ID, page.after(), page.rows)
	page.turn(next, -1)
	return page, err
}

func (s *Server) readNotices(w http.ResponseWriter, r *http.Request) {
	if err := s.Register.Read(r.Context(), person(r.Context()).ID, "", person(r.Context()).Now); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/notices", http.StatusSeeOther)
}
