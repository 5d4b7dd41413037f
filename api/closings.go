package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	closingsPage struct {
		Rows     []closingView
		In       closingIn
		Said     string
		Preview  *calendarPreview
		Words    string // the days looked at
		Year     int
		Past     bool // they have begun already
		Problems problems
	}
	closingView struct {
		register.Closing
		MayWithdraw bool
		Wrong       string
	}
	// closingIn is an entry of closing days.
	closingIn struct {
		Token  string
		First  string `field:"first" label:"第一天" validate:"required,max=10"`
		Last   string `field:"last" label:"最后一天" validate:"required,max=10"`
		Name   string `field:"name" label:"事由" validate:"required,max=20"`
		Source string `field:"source" label:"依据" validate:"required,max=120"`
	}
)

// closingsShown is how many entries of closing days a page lists: a place has some in a year.
const closingsShown = 100

// furthestBack is how many days ago a closing entered afterwards may have begun.
const furthestBack = 60

// Area is the part of the navigation that the page belongs to.
func (closingsPage) Area() string { return "/calendar" }

func (s *Server) closingRoutes(r chi.Router) {
	r.With(s.asks("read", "calendar")).Get("/calendar/print", s.printCalendar)
	r.Group(func(r chi.Router) {
		r.Use(s.asks("close", "calendar"))
		r.Get("/calendar/closings", s.showClosings)
		r.Post("/calendar/closings", s.doClosings)
		r.Post("/calendar/closings/withdraw", s.withdrawClosing)
	})
}

func (s *Server) closingsPage(ctx context.Context, p *register.Person) (page closingsPage, err error) {
	rows, err := s.Register.Closings(ctx, p.Congress, closingsShown)
	today := p.Now.In(schemas.Shanghai).Format(time.DateOnly)
	for _, c := range rows {
		page.Rows = append(page.Rows, closingView{Closing: c, MayWithdraw: c.WithdrawnAt.IsZero() && c.FirstDay > today})
	}
	return page, err
}

func (s *Server) showClosings(w http.ResponseWriter, r *http.Request) {
	page, err := s.closingsPage(r.Context(), person(r.Context()))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In.Token, page.Said = register.NewID(), s.sessions.PopString(r.Context(), importedKey)
	s.render(w, r, http.StatusOK, "closings", page)
}

// doClosings shows what closing days would move, or enters them. Codes: those of register.AddClosing.
func (s *Server) doClosings(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.closingsPage(ctx, p)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	_ = r.ParseForm() // refused above if it cannot be read
	in := closingIn{Token: r.PostFormValue("token"), First: trimmed(r.PostForm, "first"), Last: trimmed(r.PostForm, "last"), Name: trimmed(r.PostForm, "name"), Source: trimmed(r.PostForm, "source")}
	page.In, page.Problems = in, check(in)
	c := register.Closing{ID: in.Token, FirstDay: in.First, LastDay: in.Last, Name: in.Name, Source: in.Source}
	if len(page.Problems) == 0 {
		if page.Problems, err = closable(in, p.Now); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if len(page.Problems) == 0 && r.PostFormValue("do") == "enter" {
		// Once begun it goes on without the browser, as an import does.
		moved, err := s.Desk.CloseDays(context.WithoutCancel(ctx), p.Congress, p.ID, c)
		if err == nil {
			s.sessions.Put(ctx, importedKey, "已登记"+c.Words()+"停办（"+c.Name+"）："+movedWords(moved))
			http.Redirect(w, r, "/calendar/closings", http.StatusSeeOther)
			return
		}
		if page.Problems, err = under("first", err); err != nil {
			s.fail(w, r, err)
			return
		}
	} else if len(page.Problems) == 0 {
		calendar, err := s.Register.Closed(ctx, p.Congress, c)
		if page.Problems, err = under("first", err); err != nil {
			s.fail(w, r, err)
			return
		}
		if len(page.Problems) == 0 {
			if page.Preview, err = s.previewCalendar(r, p, calendar); err != nil {
				s.fail(w, r, err)
				return
			}
			page.Words, page.Past = c.Words(), in.First <= p.Now.In(schemas.Shanghai).Format(time.DateOnly)
			s.render(w, r, http.StatusOK, "closings", page)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "closings", page)
}

// closable tells what is wrong with an entry besides its fields.
func closable(in closingIn, now time.Time) (problems, error) {
	if len(in.Token) != 36 {
		return nil, schemas.Refuse("BadToken", "表单凭据不对，请重新打开页面再提交")
	}
	for _, text := range []struct{ field, label, text string }{{"name", "事由", in.Name}, {"source", "依据", in.Source}} {
		if _, err := plainText(text.label, text.text); err != nil {
			return problems{{text.field, err.Error()}}, nil //nolint:nilerr // said at the field
		}
	}
	first, err := day(in.First)
	if err != nil {
		return problems{{"first", err.Error()}}, nil //nolint:nilerr // said at the field
	}
	if _, err := day(in.Last); err != nil {
		return problems{{"last", err.Error()}}, nil //nolint:nilerr // said at the field
	}
	today := schemas.DayOf(now)
	if first.Before(today.AddDate(0, 0, -furthestBack)) || first.After(today.AddDate(2, 0, 0)) {
		return problems{{"first", fmt.Sprintf("停办的第一天须在%d天前到两年以后之间，请核对年份", furthestBack)}}, nil
	}
	return nil, nil
}

// movedWords tell what a new edition of the calendar did.
func movedWords(moved intake.Moved) string {
	said := fmt.Sprintf("%d件在办事项重新推算了期限，%d个期限有变动。", moved.Cases, moved.Dates)
	if moved.Left > 0 {
		said += fmt.Sprintf("还有%d件正在逐件核对，不必等候；期限变动的会通知责任人。", moved.Left)
	}
	return said
}

// withdrawClosing takes back an entry that has not begun. Codes: ReasonMissing, TooLate.
func (s *Server) withdrawClosing(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	id := r.PostFormValue("id")
	reason, err := plainText("撤销的原因", r.PostFormValue("reason"))
	if err == nil && len(id) != 36 {
		err = schemas.Refuse("NotFound", "没有找到这几天的登记")
	}
	var moved intake.Moved
	if err == nil {
		moved, err = s.Desk.OpenDays(context.WithoutCancel(ctx), p.Congress, p.ID, id, reason)
	}
	ps, other := under("closing-"+id, err)
	if other != nil {
		s.fail(w, r, other)
		return
	}
	if len(ps) == 0 {
		said := "已撤销，今后的期限不再扣除这几天。"
		if moved.Dates > 0 {
			said += movedWords(moved)
		}
		s.sessions.Put(ctx, importedKey, said+"已经顺延的期限不缩回。")
		http.Redirect(w, r, "/calendar/closings", http.StatusSeeOther)
		return
	}
	page, err := s.closingsPage(ctx, p)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for i, row := range page.Rows {
		if row.ID == id {
			page.Rows[i].Wrong = ps[0].Text
		}
	}
	page.In.Token, page.Problems = register.NewID(), ps
	s.render(w, r, http.StatusUnprocessableEntity, "closings", page)
}

// calendarPrint is a year on one sheet.
type calendarPrint struct{ calendarPage }

// Bare keeps the navigation off the sheet.
func (calendarPrint) Bare() {}

func (s *Server) printCalendar(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	calendar, err := s.Register.CurrentCalendar(r.Context(), p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "calendar_print", calendarPrint{calendarYear(calendar, shownYear(r, p.Now), p.Now)})
}
