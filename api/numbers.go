package api

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	numbersPage struct {
		Unit, From, To, How, Q string // filters; Q is the query that keeps them
		Units                  []register.Unit
		Lines                  int
		Groups                 []numberGroup
		League                 []schemas.Ranked
	}
	numberGroup struct {
		Title string
		Rows  []schemas.Number
	}
	// behindPage is the list behind a number.
	behindPage struct {
		Number schemas.Number
		Back   string
		Rows   []behindRow
		Parted bool // some lines count in the numerator, others do not
	}
	behindRow struct {
		schemas.Line
		Hit bool
	}
)

// numberGroups say under which heading a number stands.
var numberGroups = []struct {
	title string
	codes []string
}{
	{"办理进度", []string{"signed", "answered", "timely", "strictly", "overdue", "closed", "extended", "returned", "joint-timely"}},
	{"办理质量", []string{"class-a", "class-b", "class-c", "class-d", "adopted", "done", "stable", "met"}},
	{"代表评价", []string{"feedback", "satisfied", "basically", "redone", "redone-satisfied", "final-satisfied", "final-dissatisfied"}},
	{"办理时间", []string{"days-mean", "days-median", "days-p90", "days-open"}},
}

// leagueFloor is how many lines a unit must have to be ranked (spec 6).
const leagueFloor = 3

func (s *Server) numbers(w http.ResponseWriter, r *http.Request) {
	page, lines, err := s.numbersPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p := person(r.Context())
	numbers := schemas.Numbers(lines, p.Now)
	for _, g := range numberGroups {
		group := numberGroup{Title: g.title}
		for _, code := range g.codes {
			i := slices.IndexFunc(numbers, func(n schemas.Number) bool { return n.Code == code })
			group.Rows = append(group.Rows, numbers[i])
		}
		page.Groups = append(page.Groups, group)
	}
	s.render(w, r, http.StatusOK, "numbers", page)
}

// behind lists the lines that a number counts.
func (s *Server) behind(w http.ResponseWriter, r *http.Request) {
	page, lines, err := s.numbersPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	numbers := schemas.Numbers(lines, person(r.Context()).Now)
	i := slices.IndexFunc(numbers, func(n schemas.Number) bool { return n.Code == chi.URLParam(r, "code") })
	if i < 0 {
		s.fail(w, r, schemas.Refuse("NotFound", "没有这个指标"))
		return
	}
	out := behindPage{Number: numbers[i], Back: "/numbers?" + page.Q}
	for _, l := range lines {
		if out.Number.In(l) {
			out.Rows = append(out.Rows, behindRow{l, out.Number.Hit != nil && out.Number.Hit(l)})
		}
	}
	out.Parted = out.Number.Hit != nil
	slices.SortStableFunc(out.Rows, func(a, b behindRow) int {
		switch {
		case a.Hit == b.Hit:
			return 0
		case a.Hit:
			return 1
		}
		return -1
	})
	s.render(w, r, http.StatusOK, "behind", out)
}

// numbersPage reads the filters and the lines that they leave of what the person may count: the congress's side and the
// government office all, a unit its own and its own rank (spec 7.2).
func (s *Server) numbersPage(r *http.Request) (page numbersPage, lines []schemas.Line, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	page = numbersPage{Unit: q.Get("unit"), From: q.Get("from"), To: q.Get("to"), How: q.Get("how")}
	from, to, err := period(page.From, page.To)
	if err != nil {
		return page, nil, err
	}
	kept := url.Values{}
	for _, f := range []string{"unit", "from", "to", "how"} {
		if v := q.Get(f); v != "" {
			kept.Set(f, v)
		}
	}
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, nil, err
	}
	if page.From == "" && page.To == "" {
		_, last, long, err := s.Register.LedgerSpan(ctx, p.Congress)
		if err != nil {
			return page, nil, err
		}
		if long { // nobody asked for more than a year
			from = schemas.DayOf(last).AddDate(-1, 0, 1)
			page.From = from.Format(time.DateOnly)
			kept.Set("from", page.From)
		}
	}
	page.Q = kept.Encode()
	ledger, err := s.Register.Ledger(ctx, p.Congress, from, to)
	if err != nil {
		return page, nil, err
	}
	counts := func(unit string) bool { return granted(p, "read", subject{object: "statistics", unit: unit}) }
	ledger = slices.DeleteFunc(ledger, func(l schemas.Line) bool {
		return page.How == "session" && !l.Session || page.How == "recess" && l.Session
	})
	for _, ranked := range schemas.League(ledger, p.Now, leagueFloor) {
		if counts(ranked.Unit) {
			page.League = append(page.League, ranked)
		}
	}
	for _, l := range ledger {
		if counts(l.Unit) && (page.Unit == "" || l.Unit == page.Unit) {
			lines = append(lines, l)
		}
	}
	page.Lines = len(lines)
	return page, lines, nil
}

// period reads the days of a filter; to is exclusive, zero when open. Code: BadDate.
func period(first, last string) (from, to time.Time, err error) {
	if first != "" {
		if from, err = day(first); err != nil {
			return from, to, err
		}
	}
	if last != "" {
		if to, err = day(last); err != nil {
			return from, to, err
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// Words are a feedback in words.
func (behindPage) Words(code string) string { return schemas.Duties["feedback"].Says(code) }

// Late is by how many days the answer came late; zero: in time, or not come.
func (b behindRow) Late() int {
	if b.AnsweredAt.IsZero() || b.Due.IsZero() || b.AnsweredAt.Before(b.Due) {
		return 0
	}
	return int(schemas.DayOf(b.AnsweredAt).Sub(schemas.LastDay(b.Due)) / (24 * time.Hour))
}
