package api

import (
	"net/http"
	"strconv"
)

type (
	// cockpitScreen is the cockpit on a projector: the figures above, and below one view after the other.
	cockpitScreen struct {
		cockpitFigures
		View  int // from 0
		Views []screenView
		Now   screenView
		Next  string // address of what follows
		Stays bool   // on this view
		Every int    // seconds
		Rows  []matrixRow
		Worst []worstRow
		Short bool // so few are late that the charts fit below
	}
	screenView struct {
		Title, Kind string // worst, matrix, charts
		from, to    int
		Href        string
		Current     bool
	}
)

// Bare marks it.
func (cockpitScreen) Bare() {}

const (
	screenEvery  = 20 // seconds of a view, after which the figures are asked for again
	screenUnits  = 13 // rows of the matrix on one view
	screenLarger = 9  // and in the large type
	screenWorst  = 8
	screenFewer  = 6
	screenShort  = 3 // late ones above the charts
)

func (s *Server) cockpitScreen(w http.ResponseWriter, r *http.Request) {
	page := cockpitScreen{Every: screenEvery, Stays: r.URL.Query().Get("stay") != ""}
	var err error
	if page.cockpitFigures, err = s.cockpitFigures(r); err != nil {
		s.fail(w, r, err)
		return
	}
	units, worst := screenUnits, screenWorst
	if s.isLarge(r) {
		units, worst = screenLarger, screenFewer
	}
	page.Worst = page.cockpitFigures.Worst[:min(worst, len(page.cockpitFigures.Worst))]
	page.Views = []screenView{{Title: "逾期最久", Kind: "worst"}}
	for from := 0; from == 0 || from < len(page.cockpitFigures.Rows); from += units {
		v := screenView{Title: "单位×月份", Kind: "matrix", from: from, to: min(from+units, len(page.cockpitFigures.Rows))}
		if from > 0 {
			v.Title += "（续" + strconv.Itoa(from/units) + "）"
		}
		page.Views = append(page.Views, v)
	}
	if page.Short = len(page.Worst) <= screenShort && !s.isLarge(r); !page.Short {
		page.Views = append(page.Views, screenView{Title: "走势和阶段", Kind: "charts"})
	}
	page.View, _ = strconv.Atoi(r.URL.Query().Get("view")) // what is no number begins anew
	if page.View < 0 || page.View >= len(page.Views) {
		page.View = 0
	}
	q := r.URL.Query()
	for i := range page.Views {
		q.Set("stay", "1")
		page.Views[i].Href = "/cockpit/screen?" + without(q, "view", strconv.Itoa(i))
		page.Views[i].Current = i == page.View && page.Stays
	}
	page.Now = page.Views[page.View]
	page.Rows = page.cockpitFigures.Rows[page.Now.from:page.Now.to]
	next := (page.View + 1) % len(page.Views)
	if page.Stays {
		next = page.View
	} else {
		q.Del("stay")
	}
	page.Next = "/cockpit/screen?" + without(q, "view", strconv.Itoa(next))
	s.render(w, r, http.StatusOK, "cockpit_screen", page)
}

// Turns is where the views take turns again.
func (c cockpitScreen) Turns() string {
	if c.Query == "" {
		return "/cockpit/screen"
	}
	return "/cockpit/screen?" + c.Query
}
