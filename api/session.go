package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
)

const (
	sessionIdle  = 60 * time.Minute
	sessionLife  = 12 * time.Hour // one working day, whatever the activity
	sessionSweep = 5 * time.Minute
	accountKey   = "account"
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
			if err := s.Register.SweepSessions(ctx); err != nil && ctx.Err() == nil {
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
	s.Log.Error("session not saved", "err", err, "request", requestID(r.Context()))
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
	return r.WithContext(context.WithValue(r.Context(), personKey{}, &p))
}

// who finds the person behind the session; without one only the open routes go on.
func (s *Server) who(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.signedIn(r.Context())
		switch {
		case err != nil:
			s.fail(w, r, err)
		case p != nil:
			next.ServeHTTP(w, withPerson(r, *p))
		case isOpen(r):
			next.ServeHTTP(w, r)
		default:
			s.askLogin(w, r)
		}
	})
}

// signedIn reads the person anew for each request, so that a closed account or a lost post counts at once.
func (s *Server) signedIn(ctx context.Context) (*register.Person, error) {
	account := s.sessions.GetString(ctx, accountKey)
	if account == "" {
		return nil, nil
	}
	p, err := s.Register.Person(ctx, account)
	var known *schemas.Error
	if errors.As(err, &known) && known.Code == "NotFound" {
		return nil, s.sessions.Destroy(ctx)
	}
	return &p, err
}

// signIn begins a session for the account under a new token; whatever the old one held is gone. Nobody is let in unrecorded.
func (s *Server) signIn(r *http.Request, account string) (register.Person, error) {
	ctx := r.Context()
	p, err := s.Register.Person(ctx, account)
	if err == nil {
		err = s.recordLogin(r, p)
	}
	if err == nil {
		err = s.sessions.Clear(ctx)
	}
	if err == nil {
		err = register.Away(s.sessions.RenewToken(ctx))
	}
	if err == nil {
		s.sessions.Put(ctx, accountKey, account)
	}
	return p, err
}
