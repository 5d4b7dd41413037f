package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	// trackingPage is how the congress followed every department through a year (全过程跟踪, G12): a visit each month, a question each
	// quarter, a report each half-year, an appraisal at the end.
	trackingPage struct {
		Year  int
		Years []tab
		Rows  []trackedUnit
		Lacks int // boxes that stayed empty
	}
	trackedUnit struct {
		ID, Name, Follower string
		Visits             []trackedBox // months
		Asks               []trackedBox // quarters
		Reports            []trackedBox // half-years
		Appraisals         []trackedBox // the year
		Lacks              int
	}
	// trackedBox is one period of one kind.
	trackedBox struct {
		Period string
		Count  int
		State  string // done, missed, ahead
	}
	// trackingUnitPage is one department's year, occasion by occasion.
	trackingUnitPage struct {
		Year      int
		Unit      trackedUnit
		Occasions []register.Occasion
		Enters    bool
		Names     bool // may name who follows
		People    []option
		In        occasionIn
		Problems  problems
	}
	occasionIn struct {
		Token string
		Kind  string `field:"kind" label:"方式" validate:"oneof=visit ask report appraisal"`
		Day   string `field:"day" label:"日期" validate:"required,max=10"`
		Note  string `field:"note" label:"内容" validate:"required,min=2,max=200"`
	}
)

// Area is the part of the navigation that the page belongs to.
func (trackingPage) Area() string { return "/appraisals" }

// Area is the part of the navigation that the page belongs to.
func (trackingUnitPage) Area() string { return "/appraisals" }

// occasionKinds are the four kinds of G12, each with how many months one of them serves.
var occasionKinds = []struct {
	Code, Text string
	Months     int
}{{"visit", "调研视察", 1}, {"ask", "询问约见", 3}, {"report", "专题报告", 6}, {"appraisal", "工作评议", 12}}

func occasionKind(code string) string {
	for _, k := range occasionKinds {
		if k.Code == code {
			return k.Text
		}
	}
	return code
}

func (s *Server) trackingRoutes(r chi.Router) {
	r.With(s.asks("read", "tracking")).Get("/tracking", s.tracking)
	r.With(s.asks("read", "tracking")).Get("/tracking/{unit}", s.trackingUnit)
	r.With(s.asks("enter", "tracking")).Post("/tracking/{unit}", s.addOccasion)
	r.With(s.asks("enter", "tracking")).Post("/tracking/{unit}/void", s.voidOccasion)
	r.With(s.asks("name", "tracking")).Post("/tracking/{unit}/follower", s.nameFollower)
}

// yearOf is the year that a page is about; this year unless the address names another from 2000 on.
func yearOf(r *http.Request, now time.Time) int {
	this := now.In(schemas.Shanghai).Year()
	if y, err := strconv.Atoi(r.FormValue("year")); err == nil && y >= 2000 && y <= this {
		return y
	}
	return this
}

// boxes puts a department's occasions into the periods of a year.
func (u *trackedUnit) boxes(year int, occasions []register.Occasion, now time.Time) {
	for i, k := range occasionKinds {
		var boxes []trackedBox
		for from := 1; from <= 12; from += k.Months {
			end := time.Date(year, time.Month(from+k.Months), 1, 0, 0, 0, 0, schemas.Shanghai)
			b := trackedBox{Period: strconv.Itoa(from) + "月", State: "missed"}
			if k.Months > 1 {
				b.Period = strconv.Itoa(from) + "—" + strconv.Itoa(from+k.Months-1) + "月"
			}
			for _, o := range occasions {
				if o.Unit == u.ID && o.Kind == k.Code && o.Void == "" && (int(o.Day.Month())-1)/k.Months == (from-1)/k.Months {
					b.Count++
				}
			}
			switch {
			case b.Count > 0:
				b.State = "done"
			case now.Before(end):
				b.State = "ahead"
			default:
				u.Lacks++
			}
			boxes = append(boxes, b)
		}
		*[]*[]trackedBox{&u.Visits, &u.Asks, &u.Reports, &u.Appraisals}[i] = boxes
	}
}

// tracked are the departments that a person may see, each with its year.
func (s *Server) tracked(ctx context.Context, p *register.Person, year int, only string) (us []trackedUnit, occasions []register.Occasion, err error) {
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		return nil, nil, err
	}
	if occasions, err = s.Register.Occasions(ctx, p.Congress, year, only); err != nil {
		return nil, nil, err
	}
	followers, err := s.Register.Followers(ctx, p.Congress, year)
	for _, unit := range units {
		if unit.Kind != "department" || only != "" && unit.ID != only || !granted(p, "read", subject{object: "tracking", unit: unit.ID}) {
			continue
		}
		u := trackedUnit{ID: unit.ID, Name: unit.Name}
		for _, f := range followers {
			if f.Unit == unit.ID {
				u.Follower = f.Name
			}
		}
		u.boxes(year, occasions, p.Now)
		us = append(us, u)
	}
	return us, occasions, err
}

func (s *Server) tracking(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	page := trackingPage{Year: yearOf(r, p.Now)}
	this := p.Now.In(schemas.Shanghai).Year()
	for y := this; y > this-3; y-- {
		page.Years = append(page.Years, tab{Title: strconv.Itoa(y) + "年", Href: "/tracking?year=" + strconv.Itoa(y), Current: y == page.Year})
	}
	var err error
	if page.Rows, _, err = s.tracked(r.Context(), p, page.Year, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	for _, u := range page.Rows {
		page.Lacks += u.Lacks
	}
	s.render(w, r, http.StatusOK, "tracking", page)
}

// trackingUnitPage collects one department's year. Code: NotFound.
func (s *Server) trackingUnitPage(r *http.Request) (page trackingUnitPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	unit := chi.URLParam(r, "unit")
	if !uuidForm.MatchString(unit) {
		return page, schemas.Refuse("NotFound", "没有找到这个单位，或者您无权查看")
	}
	page = trackingUnitPage{Year: yearOf(r, p.Now), Enters: grantedSome(p, "enter", "tracking"), Names: grantedSome(p, "name", "tracking"),
		In: occasionIn{Token: rand.Text(), Day: p.Now.In(schemas.Shanghai).Format(time.DateOnly)}}
	us, occasions, err := s.tracked(ctx, p, page.Year, unit)
	if err == nil && len(us) == 0 {
		err = schemas.Refuse("NotFound", "没有找到这个单位，或者您无权查看")
	}
	if err != nil {
		return page, err
	}
	page.Unit, page.Occasions = us[0], occasions
	if page.Names {
		order, posts, err := s.colleagues(ctx, p.Congress)
		if err != nil {
			return page, err
		}
		for _, c := range order {
			if i := slices.IndexFunc(posts[c.ID], func(o register.Post) bool {
				return slices.Contains([]schemas.Role{schemas.Chair, schemas.ViceChair, schemas.Head, schemas.Member}, o.Role)
			}); i >= 0 {
				page.People = append(page.People, option{c.ID, c.Name + "（" + schemas.RoleNames[posts[c.ID][i].Role] + "）"})
			}
		}
	}
	return page, nil
}

func (s *Server) trackingUnit(w http.ResponseWriter, r *http.Request) {
	page, err := s.trackingUnitPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "tracking_unit", page)
}

// addOccasion enters an occasion that no matter tells of. Codes: NotFound, BadToken, BadDate, AnchorInFuture, Secret.
func (s *Server) addOccasion(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	page, err := s.trackingUnitPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ctx, p := r.Context(), person(r.Context())
	in := occasionIn{Token: r.PostForm.Get("token"), Kind: r.PostForm.Get("kind"), Day: r.PostForm.Get("day"), Note: trimmed(r.PostForm, "note")}
	page.In, page.Problems = in, check(in)
	if len(page.Problems) == 0 {
		o := register.Occasion{Unit: page.Unit.ID, Kind: in.Kind, Note: in.Note}
		o.Day, err = day(in.Day)
		switch {
		case err == nil && o.Day.After(p.Now):
			err = schemas.Refuse("AnchorInFuture", "活动日期不能晚于今天")
		case err == nil && len(in.Token) < 16:
			err = schemas.Refuse("BadToken", "表单凭据不对，请重新打开页面再提交")
		case err == nil:
			err = notSecret("填写的内容", in.Note)
		}
		if err == nil {
			err = s.Register.AddOccasion(ctx, p.Congress, in.Token, p.ID, o)
		}
		if err == nil {
			http.Redirect(w, r, s.yearPath(page.Unit.ID, o.Day.Year()), http.StatusSeeOther)
			return
		}
		if page.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "tracking_unit", page)
}

func (s *Server) yearPath(unit string, year int) string {
	return "/tracking/" + unit + "?year=" + strconv.Itoa(year)
}

// voidOccasion has an occasion not count any more. Codes: NotFound, TextMissing.
func (s *Server) voidOccasion(w http.ResponseWriter, r *http.Request) {
	err := r.ParseForm()
	if err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	ctx, p := r.Context(), person(r.Context())
	id, reason := r.PostForm.Get("occasion"), trimmed(r.PostForm, "reason")
	switch {
	case !uuidForm.MatchString(id):
		err = schemas.Refuse("NotFound", "没有找到这次活动，或者已经作废")
	case len([]rune(strings.TrimSpace(reason))) < 2 || len([]rune(reason)) > 200:
		err = schemas.Refuse("TextMissing", "请写明作废的原因，2到200个字")
	default:
		err = s.Register.VoidOccasion(ctx, p.Congress, id, reason)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, s.yearPath(chi.URLParam(r, "unit"), yearOf(r, p.Now)), http.StatusSeeOther)
}

// nameFollower names who follows a department in a year. Codes: NotFound, Invalid.
func (s *Server) nameFollower(w http.ResponseWriter, r *http.Request) {
	page, err := s.trackingUnitPage(r)
	who := r.PostFormValue("account")
	if err == nil && !slices.ContainsFunc(page.People, func(o option) bool { return o.Value == who }) {
		err = schemas.Refuse("Invalid", "请在名单里选择联系人")
	}
	p := person(r.Context())
	if err == nil {
		err = s.Register.NameFollower(r.Context(), p.Congress, page.Unit.ID, who, p.ID, page.Year)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, s.yearPath(page.Unit.ID, page.Year), http.StatusSeeOther)
}
