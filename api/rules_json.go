package api

import (
	"net/http"
	"time"

	"bihuan/schemas"
)

func (s *Server) jsonRules(_ http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	o := procedureOf(r.URL.Query().Get("procedure"))
	_, rules, err := s.Register.CurrentRules(r.Context(), person(r.Context()).Congress, o.Value)
	if err != nil {
		return nil, 0, err
	}
	out := schemas.RulesOut{Procedure: rules.Procedure, Name: rules.Name, Version: rules.Version, Terms: []schemas.TermOut{}}
	for _, v := range showTerms(rules) {
		t := rules.Terms[v.Key]
		out.Terms = append(out.Terms, schemas.TermOut{Key: v.Key, Name: v.Name, Rule: t.Rule, Mode: t.Mode, Words: v.lasts(), Ladder: t.Ladder, Source: t.Source})
	}
	return out, http.StatusOK, nil
}

func (s *Server) jsonCalendar(_ http.ResponseWriter, r *http.Request, _ any) (any, int, error) {
	p := person(r.Context())
	c, err := s.Register.CurrentCalendar(r.Context(), p.Congress)
	if err != nil {
		return nil, 0, err
	}
	year := shownYear(r, p.Now)
	out := schemas.CalendarOut{Year: year, Edition: c.Edition, Provisional: !c.PublishedYear(year), Days: []schemas.DayOut{}}
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, schemas.Shanghai); day.Year() == year; day = day.AddDate(0, 0, 1) {
		if d := c.Day(day); d.Named {
			out.Days = append(out.Days, schemas.DayOut{Date: day.Format(time.DateOnly), Works: d.Works, Name: d.Name, Local: d.Local})
		}
	}
	return out, http.StatusOK, nil
}
