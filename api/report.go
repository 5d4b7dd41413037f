package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"
)

// reportPage is the draft of the yearly report on the handling of suggestions (办理情况报告, T13): to the standing committee in August
// and to the next congress (代表法 51). Every figure in it is one of the numbers page.
type reportPage struct {
	counting
	Lines       int
	Congress    string
	Now         time.Time
	Cases       int
	Sessions    int // suggestions filed in session
	Recess      int
	Said        map[string]string // a number's text by its code
	Keys        []schemas.Line
	Late        []schemas.Line
	Unsatisfied []schemas.Line // finally
	Promised    []schemas.Line // B, still to be done
}

func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	c, err := s.counting(r, "suggestion")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p := person(r.Context())
	lines := slices.DeleteFunc(slices.Clone(c.lines), func(l schemas.Line) bool { return l.Of != "" })
	page := reportPage{counting: c, Lines: len(lines), Congress: p.CongressName, Now: p.Now, Said: map[string]string{}}
	for _, n := range c.numbers(c.lines) {
		page.Said[n.Code] = n.Text
	}
	cases := map[string]bool{}
	for _, l := range lines {
		if l.Gone || l.Capacity == "joint" {
			continue
		}
		if !cases[l.Case] {
			cases[l.Case] = true
			if l.Session {
				page.Sessions++
			} else {
				page.Recess++
			}
			if l.Key {
				page.Keys = append(page.Keys, l)
			}
		}
		if !l.Due.IsZero() && (l.AnsweredAt.IsZero() && !p.Now.Before(l.Due) || !l.AnsweredAt.IsZero() && !l.AnsweredAt.Before(l.Due)) {
			page.Late = append(page.Late, l)
		}
		if l.Final == "dissatisfied" {
			page.Unsatisfied = append(page.Unsatisfied, l)
		}
		if l.Class == "B" && l.Now == "B" {
			page.Promised = append(page.Promised, l)
		}
	}
	for _, ls := range [][]schemas.Line{page.Keys, page.Late, page.Unsatisfied, page.Promised} {
		slices.SortStableFunc(ls, func(a, b schemas.Line) int { return strings.Compare(a.Number, b.Number) })
	}
	page.Cases = len(cases)
	s.render(w, r, http.StatusOK, "report", page)
}
