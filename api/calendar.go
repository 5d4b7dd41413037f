package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"
)

const (
	calendarBytes = 64 << 10   // of a year's notice as CSV: some thousand lines, a year has forty
	importedKey   = "imported" // in the session: what an import did, told on the next page
)

type (
	calendarPage struct {
		Year, Before, After int
		Edition             string
		Provisional         bool
		Months              []monthView
		Lines               []string // the year's breaks and make-up days in words
		Said                string   // what an import did
		MayImport, MayClose bool
		Closed              bool // there are closing days in the year
		In                  calendarIn
		Problems            problems
		Preview             *calendarPreview
	}
	monthView struct {
		Title string
		Weeks [][7]dayView
	}
	dayView struct {
		N     int // 0: the day is of another month
		Class string
		Word  string // 休, 班, 停; empty: its weekday alone decides
		Name  string
		Today bool
	}
	// calendarIn is a notice to import.
	calendarIn struct {
		Edition string `field:"edition" label:"日历名称" validate:"required,max=40"`
		Source  string `field:"source" label:"依据" validate:"required,max=120"`
		Days    string `field:"days" label:"放假和调休日" validate:"required"`
	}
	calendarPreview struct {
		Year  int
		All   int        // dates that move
		Moves []moveView // a page of them
		Page  int
		Last  int
	}
	// moveView is one of the dates that move.
	moveView struct {
		intake.Move
		Unit    string
		MayRead bool // an administrator learns the number of a matter and nothing of its business
	}
)

func (s *Server) calendar(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	calendar, err := s.Register.CurrentCalendar(r.Context(), p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := calendarYear(calendar, shownYear(r, p.Now), p.Now)
	page.MayImport, page.MayClose = granted(p, "import", subject{object: "calendar"}), granted(p, "close", subject{object: "calendar"})
	page.Said = s.sessions.PopString(r.Context(), importedKey)
	s.render(w, r, http.StatusOK, "calendar", page)
}

// Before and After are the neighbours of a page of dates that move.
func (p calendarPreview) Before() int { return p.Page - 1 }

// After is the next page.
func (p calendarPreview) After() int { return p.Page + 1 }

// shownYear is the year that an address asks for; the present one, when it asks for none that is known.
func shownYear(r *http.Request, now time.Time) int {
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || year < 2004 || year > 2100 {
		return now.In(schemas.Shanghai).Year()
	}
	return year
}

// calendarYear lays a year out as months of weeks that begin on Monday.
func calendarYear(c schemas.Calendar, year int, now time.Time) calendarPage {
	page := calendarPage{Year: year, Before: year - 1, After: year + 1, Edition: c.Edition,
		Provisional: !c.PublishedYear(year), Lines: c.Arrangement(year)}
	today := schemas.DayOf(now)
	for m := time.January; m <= time.December; m++ {
		view := monthView{Title: strconv.Itoa(int(m)) + "月"}
		said := ""
		for day := time.Date(year, m, 1, 0, 0, 0, 0, schemas.Shanghai); day.Month() == m; day = day.AddDate(0, 0, 1) {
			column := (int(day.Weekday()) + 6) % 7
			if day.Day() == 1 || column == 0 {
				view.Weeks = append(view.Weeks, [7]dayView{})
			}
			d := showDay(c.Day(day))
			d.Today = day.Equal(today)
			page.Closed = page.Closed || d.Word == "停"
			if d.Name == said { // a break bears its name on its first day
				d.Name = ""
			} else {
				said = d.Name
			}
			view.Weeks[len(view.Weeks)-1][column] = d
		}
		page.Months = append(page.Months, view)
	}
	return page
}

func showDay(d schemas.Day) dayView {
	v := dayView{N: d.Date.Day()}
	switch {
	case d.Local:
		v.Class, v.Word, v.Name = "closed", "停", d.Name
	case d.Named && d.Works:
		v.Class, v.Word = "makeup", "班"
	case d.Named:
		v.Class, v.Word, v.Name = "rest", "休", d.Name
	case !d.Works:
		v.Class = "weekend"
	}
	return v
}

// importCalendar shows what a notice would move, or imports it. Codes: those of intake.Desk.Publish.
func (s *Server) importCalendar(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	calendar, err := s.Register.CurrentCalendar(r.Context(), p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := calendarYear(calendar, p.Now.In(schemas.Shanghai).Year(), p.Now)
	in, wrong := readCalendarForm(r)
	var year schemas.Year
	if len(wrong) == 0 {
		if year, err = schemas.ReadYear(strings.NewReader(in.Days)); err == nil {
			calendar, err = calendar.Add(year, in.Edition)
		}
		if wrong, err = calendarProblems("days", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if len(wrong) == 0 && r.PostFormValue("do") == "import" {
		// Once begun it goes on without the browser: what is half done would have to be repeated.
		moved, err := s.Desk.Publish(context.WithoutCancel(r.Context()), p.Congress, in.Edition, in.Source, year)
		if err == nil {
			s.sessions.Put(r.Context(), importedKey, fmt.Sprintf("已导入%d年的放假安排：", year.Year)+movedWords(moved))
			http.Redirect(w, r, "/calendar?year="+strconv.Itoa(year.Year), http.StatusSeeOther)
			return
		}
		if wrong, err = calendarProblems("edition", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	status := http.StatusUnprocessableEntity
	if len(wrong) == 0 {
		status = http.StatusOK
		page = calendarYear(calendar, year.Year, p.Now)
		if page.Preview, err = s.previewCalendar(r, p, calendar); err != nil {
			s.fail(w, r, err)
			return
		}
		page.Preview.Year = year.Year
	}
	page.MayImport, page.In, page.Problems = true, in, wrong
	s.render(w, r, status, "calendar", page)
}

// calendarProblems tells what the person can put right, under the field it belongs to, from an error of another kind.
func calendarProblems(field string, err error) (problems, error) {
	var known *schemas.Error
	if errors.As(err, &known) && (known.Code == "BadCalendar" || known.Code == "Duplicate") {
		return problems{{field, known.Text}}, nil
	}
	return nil, err
}

// readCalendarForm reads the notice; a file goes before what stands in the text field, and is shown there afterwards.
func readCalendarForm(r *http.Request) (calendarIn, problems) {
	in := calendarIn{Edition: trimmed(r.PostForm, "edition"), Source: trimmed(r.PostForm, "source"), Days: r.PostForm.Get("days")}
	if file, _, err := r.FormFile("file"); err == nil {
		text, err := io.ReadAll(io.LimitReader(file, calendarBytes+1))
		_ = file.Close()
		if err != nil || !utf8.Valid(text) {
			return in, problems{{"file", "文件不是 UTF-8 编码的文本：请在表格软件里另存为“CSV UTF-8”，或者把内容粘贴到下面"}}
		}
		in.Days = string(text)
	}
	if len(in.Days) > calendarBytes {
		in.Days = ""
		return in, problems{{"file", "内容过大，不像是一年的放假安排，请检查选择的文件"}}
	}
	return in, check(in)
}

func trimmed(form url.Values, name string) string { return strings.TrimSpace(form.Get(name)) }

// previewCalendar is the page that a form asks for of the dates that a calendar would move.
func (s *Server) previewCalendar(r *http.Request, p *register.Person, c schemas.Calendar) (*calendarPreview, error) {
	moves, err := s.Desk.Moves(r.Context(), p.Congress, c)
	if err != nil {
		return nil, err
	}
	names, err := s.Register.Names(r.Context(), p.Congress)
	if err != nil {
		return nil, err
	}
	preview := &calendarPreview{All: len(moves), Last: max((len(moves)+perPage-1)/perPage, 1)}
	preview.Page, _ = strconv.Atoi(r.PostFormValue("page"))
	preview.Page = min(max(preview.Page, 1), preview.Last)
	for _, m := range moves[(preview.Page-1)*perPage : min(preview.Page*perPage, len(moves))] {
		preview.Moves = append(preview.Moves, moveView{m, names[m.Stage.Unit], granted(p, "read", subject{object: "opinion"})})
	}
	return preview, nil
}
