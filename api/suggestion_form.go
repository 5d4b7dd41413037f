package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bihuan/schemas"
)

// suggestionForm prepares what the forms of a suggestion's stages ask for besides.
func (s *Server) suggestionForm(r *http.Request, page *actPage) (err error) {
	ctx, p, m := r.Context(), person(r.Context()), page.M
	page.EndOfYear = endOfYear(p.Now)
	page.Reads = page.Kind == "vet" || page.Kind == "cosign" || page.Kind == "handover" || page.Kind == "reply"
	switch page.Kind {
	case "vet":
		if page.Similar, err = s.similar(ctx, p.Congress, m.Title, m.ID); err != nil {
			return err
		}
	case "revise":
		if page.In.Text == "" {
			page.In.Title, page.In.Text, page.In.Demand = m.Title, m.Body, m.Suggestion.Demand
		}
	case "handover":
		if page.Parties[0].Unit == "" {
			page.Parties[0] = partyRow{m.Suggestion.Proposed, "sole"}
		}
	case "choose-key":
		if page.Leaders, err = s.leaders(ctx, p.Congress); err != nil {
			return err
		}
		for _, u := range page.Units {
			if u.Kind == "committee" {
				page.Targets = append(page.Targets, option{u.ID, u.Name})
			}
		}
	case "feedback", "refeedback", "score":
		sheet, err := s.sheet(ctx, m, page.Kind)
		if err != nil {
			return err
		}
		for _, item := range sheet {
			row := sheetRow{Score: item}
			if item.System {
				row.Given = zhPoints(systemPoints(m, page.Stage.Key, item))
			}
			page.Sheet = append(page.Sheet, row)
		}
	}
	return nil
}

// given puts back the points that were typed.
func (page *actPage) given(marks []schemas.MarkIn) {
	for i := range page.Sheet {
		for _, m := range marks {
			if m.Item == "points-"+page.Sheet[i].Code && !page.Sheet[i].System {
				page.Sheet[i].Given = zhPoints(m.Points)
			}
		}
	}
}

// readMarks reads the marks and the points, each as many as a person typed with at most two decimals.
func readMarks(f url.Values) (marks []schemas.MarkIn) {
	for name := range f {
		value := strings.TrimSpace(f.Get(name))
		if value == "" {
			continue
		}
		if item, is := strings.CutPrefix(name, "mark-"); is {
			marks = append(marks, schemas.MarkIn{Item: item, Mark: value})
		}
		if strings.HasPrefix(name, "points-") {
			given := hundredths(value)
			if given < 0 || given > 10000 {
				given = 10100 // beyond every maximum: refused with the item's name
			}
			marks = append(marks, schemas.MarkIn{Item: name, Points: given})
		}
	}
	return marks
}

// zhPoints shows hundredths of a point as people write points: 36, 36.5.
func zhPoints(hundredths int) string {
	return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
}

// MarkOf is the mark given for an item; empty: none yet.
func (page actPage) MarkOf(item string) string {
	for _, m := range page.In.Marks {
		if m.Item == item {
			return m.Mark
		}
	}
	return ""
}
