package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

const (
	sessionIdle  = 60 * time.Minute
	sessionLife  = 12 * time.Hour // one working day, whatever the activity
	sessionSweep = 5 * time.Minute
	agentBytes   = 300     // kept of what a browser calls itself
	loginKey     = "login" // the entry in the register's list of logins, which can be ended there
	halfKey      = "half"  // the same, while the second factor is still asked
)

func (s *Server) openSessions() {
	m := scs.New()
	m.Store = pgxstore.NewWithCleanupInterval(s.Register.Pool(), 0) // its own cleanup cannot be stopped without a race
	m.HashTokenInStore = true
	m.IdleTimeout, m.Lifetime = sessionIdle, sessionLife
	m.Cookie.Name = s.cookieName("session")
	m.Cookie.Secure, m.Cookie.HttpOnly, m.Cookie.SameSite = s.TLS, true, http.SameSiteLaxMode
	m.Cookie.Persist = false
	m.ErrorFunc = s.unsaved
	s.sessions = m
}

// sweepSessions removes what has expired until ctx ends.
func (s *Server) sweepSessions(ctx context.Context) {
	for tick := time.NewTicker(sessionSweep); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
			if err := s.Register.EndPosts(ctx); err != nil && ctx.Err() == nil {
				s.Log.Warn("posts whose terms are over stay for now", "err", err)
			}
			if err := s.Register.SweepInvitations(ctx); err != nil && ctx.Err() == nil {
				s.Log.Warn("expired links stay for now", "err", err)
			}
			if err := s.Register.SweepSessions(ctx, sessionLife); err != nil && ctx.Err() == nil {
				s.Log.Warn("expired sessions stay for now", "err", err)
			}
		}
	}
}

// session loads the session before scs does, so that scs's own errors are those of saving alone.
func (s *Server) session(next http.Handler) http.Handler {
	saving := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var token string
		if c, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
			token = c.Value
		}
		ctx, err := s.sessions.Load(r.Context(), token)
		if err != nil {
			s.fail(w, r, register.Away(err))
			return
		}
		saving.ServeHTTP(w, r.WithContext(ctx))
	})
}

// unsaved does not replace the page: what the request did is done, and the session only ends sooner.
func (s *Server) unsaved(_ http.ResponseWriter, r *http.Request, err error) {
	s.Log.ErrorContext(r.Context(), "session not saved", "err", err, "request", requestID(r.Context()))
}

// cookieName has the prefix that binds a cookie to this host, which browsers accept under TLS only.
func (s *Server) cookieName(name string) string {
	if s.TLS {
		return "__Host-bihuan_" + name
	}
	return "bihuan_" + name
}

type personKey struct{}

// person returns who is logged in; nil on the open routes for somebody who is not.
func person(ctx context.Context) *register.Person {
	p, _ := ctx.Value(personKey{}).(*register.Person)
	return p
}

func withPerson(r *http.Request, p register.Person) *http.Request {
	visitor(r.Context(), p.ID)
	return r.WithContext(context.WithValue(r.Context(), personKey{}, &p))
}

// who finds the person behind the session; without one only the open routes go on, and one who must first set a password or a
// second factor gets no further than that.
func (s *Server) who(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.signedIn(r.Context())
		switch {
		case err != nil:
			s.fail(w, r, err)
		case p != nil && !isOpen(r) && p.Owes() != "" && !settles(r, p.Owes()):
			s.confine(w, withPerson(r, *p), p.Owes())
		case p != nil:
			next.ServeHTTP(w, withPerson(r, *p))
		case isOpen(r):
			next.ServeHTTP(w, r)
		default:
			s.askLogin(w, r)
		}
	})
}

// settles reports whether a request is for the page on which that debt is settled.
func settles(r *http.Request, owed string) bool {
	route := chi.RouteContext(r.Context()).RoutePattern()
	return route == "/me/"+owed || owed == "factor" && route == "/me/factor/qr.png"
}

// confine sends somebody to the page where he settles what he owes; a form comes along.
func (s *Server) confine(w http.ResponseWriter, r *http.Request, owed string) {
	text := map[string]string{"password": "请先在网页上修改密码", "factor": "您的岗位要求二次验证，请先在网页上绑定动态口令"}[owed]
	if wantsJSON(r) {
		s.problem(w, r, schemas.Refuse("Confined", "%s", text))
		return
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, "/me/"+owed+"?next="+url.QueryEscape(local(r.URL.RequestURI())), http.StatusSeeOther)
		return
	}
	k := keepForm(r)
	s.renderOwed(w, r, http.StatusForbidden, owed, errand{Next: "/", Kept: &k})
}

// signedIn reads the person anew for each request, so that a closed account, a lost post or an ended login counts at once.
func (s *Server) signedIn(ctx context.Context) (*register.Person, error) {
	id := s.sessions.GetString(ctx, loginKey)
	if id == "" {
		return nil, nil
	}
	p, err := s.Register.Entered(ctx, id)
	if isRefusal(err, "NotFound") {
		return nil, s.sessions.Destroy(ctx)
	}
	if s.sessions.GetBool(ctx, signedOnKey) { // whom the provider vouches for needs no password here
		p.MustChange, p.PasswordAt = false, p.Now
	}
	return &p, err
}

func isRefusal(err error, code string) bool {
	var known *schemas.Error
	return errors.As(err, &known) && known.Code == code
}

// signIn begins a session for the account under a new token, by half when its second factor is still asked; whatever the old one
// held is gone. Nobody is let in unrecorded.
func (s *Server) signIn(r *http.Request, account string, half bool) error {
	ctx := r.Context()
	if err := s.endHere(ctx); err != nil {
		return err
	}
	if err := s.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return register.Away(err)
	}
	agent := r.UserAgent()
	id, err := s.Register.Begin(ctx, account, half, middleware.GetClientIP(ctx), strings.ToValidUTF8(agent[:min(len(agent), agentBytes)], ""))
	if err != nil {
		return err
	}
	if half {
		s.sessions.Put(ctx, halfKey, id)
		return nil
	}
	return s.enter(r, account, id)
}

// enter puts a login into the session once it is recorded.
func (s *Server) enter(r *http.Request, account, login string) error {
	p, err := s.Register.Person(r.Context(), account)
	if err == nil {
		err = s.recordLogin(r, p)
	}
	if err == nil {
		s.sessions.Put(r.Context(), loginKey, login)
	}
	return err
}

// endHere ends the login that the session has, if any.
func (s *Server) endHere(ctx context.Context) error {
	for _, key := range []string{loginKey, halfKey} {
		if id := s.sessions.GetString(ctx, key); id != "" {
			if err := s.Register.End(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}
