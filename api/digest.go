package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	digestPage struct {
		Day       time.Time
		Content   schemas.Digest
		WrittenAt time.Time
		Whose     string // of a digest that is foreseen: another's
		Off       bool   // he wants none
		None      bool   // there was nothing to say on that day
	}
	foreseenPage struct {
		Nine  time.Time
		Rows  []register.Foreseen
		Count int // of all pages
		Off   int // of them want none
		pager
	}
)

// Area is the part of the navigation that the page belongs to.
func (page digestPage) Area() string {
	if page.Whose != "" {
		return "/mail"
	}
	return "/"
}

func (s *Server) carriageRoutes(r chi.Router) {
	r.With(s.asks("read", "digest")).Get("/digest", s.latestDigest)
	r.With(s.asks("read", "digest")).Get("/digest/{day}", s.digest)
	r.With(s.asks("read", "mail")).Get("/mail", s.mail)
	r.With(s.asks("foresee", "digest")).Get("/mail/tomorrow", s.foreseen)
	r.With(s.asks("choose", "carriage")).Get("/mail/ways", s.carriages)
	r.With(s.asks("choose", "carriage")).Post("/mail/ways", s.chooseCarriage)
	r.With(s.asks("keep", "bot")).Get("/bots", s.bots)
	r.With(s.asks("keep", "bot")).Post("/bots", s.addBot)
	r.With(s.asks("keep", "bot")).Post("/bots/{id}/remove", s.removeBot)
	r.With(s.asks("press", "urge")).Post("/cases/{id}/urge", s.urge)
	r.Group(func(r chi.Router) {
		r.Use(s.asks("keep", "me"))
		r.Get("/me/notices", s.noticeSettings)
		r.Post("/me/notices", s.setNotices)
		r.Post("/me/notices/phone", s.setPhone)
		r.Post("/me/notices/feed", s.setFeed)
	})
}

// todaysDigest is a person's digest of this day; nil: there is none.
func (s *Server) todaysDigest(ctx context.Context, p *register.Person) (*register.Digest, error) {
	d, err := s.Register.DigestOf(ctx, p.Congress, p.ID, p.Now)
	if isRefusal(err, "NotFound") {
		return nil, nil
	}
	return &d, err
}

// latestDigest leads to the newest digest.
func (s *Server) latestDigest(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	d, err := s.Register.DigestOf(r.Context(), p.Congress, p.ID, time.Time{})
	if isRefusal(err, "NotFound") {
		s.render(w, r, http.StatusOK, "digest", digestPage{Day: p.Now, None: true})
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/digest/"+d.Content.Day.In(schemas.Shanghai).Format(time.DateOnly), http.StatusSeeOther)
}

// digest shows one's digest of a day as it was written; what it says is read with it.
func (s *Server) digest(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	on, err := time.ParseInLocation(time.DateOnly, chi.URLParam(r, "day"), schemas.Shanghai)
	if err != nil {
		s.fail(w, r, schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更"))
		return
	}
	d, err := s.Register.DigestOf(ctx, p.Congress, p.ID, on)
	if isRefusal(err, "NotFound") {
		s.render(w, r, http.StatusOK, "digest", digestPage{Day: on, None: true})
		return
	}
	if err == nil {
		err = s.Register.ReadDigest(ctx, d.ID, p.Now)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "digest", digestPage{Day: d.Content.Day, Content: d.Content, WrittenAt: d.WrittenAt})
}

// foreseen shows what digests the next morning would bring, or one of them. It writes nothing.
func (s *Server) foreseen(w http.ResponseWriter, r *http.Request) {
	p, account := person(r.Context()), r.URL.Query().Get("account")
	if account != "" && !uuidForm.MatchString(account) {
		s.fail(w, r, schemas.Refuse("NotFound", "没有找到这个人"))
		return
	}
	nine, rows, err := s.Register.Foresee(r.Context(), p.Congress, p.Now, account)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if account != "" {
		if len(rows) == 0 {
			s.fail(w, r, schemas.Refuse("NotFound", "这个人那一天没有晨报"))
			return
		}
		s.render(w, r, http.StatusOK, "digest", digestPage{Day: nine, Content: rows[0].Content, Whose: rows[0].Name, Off: !rows[0].Wants})
		return
	}
	page := foreseenPage{Nine: nine, Count: len(rows)}
	from, to, pages := partOf(r, len(rows), fmt.Sprintf("%d人", len(rows)))
	page.Rows, page.pager = rows[from:to], pages
	for _, f := range rows {
		if !f.Wants {
			page.Off++
		}
	}
	s.render(w, r, http.StatusOK, "digests", page)
}
