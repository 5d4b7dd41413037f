// Package api is everything that answers over HTTP: the pages, and what checks a request before a page does.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const (
	formLimit   = 1 << 20   // bytes of a form without files
	uploadLimit = 256 << 20 // bytes of one with files: a film and what goes with it
)

// Config is what the pages need.
type Config struct {
	Register *register.Register
	Desk     *intake.Desk
	Files    *Files
	Log      *slog.Logger
	TLS      bool                 // people reach the pages over https, here or at a proxy
	Origins  []string             // scheme and host by which browsers know the site, where a proxy changes Host
	SignOn   *SignOn              // nil: passwords alone
	Proxies  []string             // networks whose X-Forwarded-For is believed, as 10.0.0.0/8
	Meters   metric.MeterProvider // nil: nothing is measured
	Tracers  trace.TracerProvider // nil: nothing is traced
}

// Server answers all requests. Safe for concurrent use.
type Server struct {
	Config
	sessions *scs.SessionManager
	stop     context.CancelFunc
	pages    pages
	assets   assets
	posts    func(http.Handler) http.Handler
	router   chi.Router
	exports  chan struct{} // one for each export under way
}

// New makes the server; it fails when a template does not parse or the configuration makes no sense.
func New(cfg Config) (*Server, error) {
	s := &Server{Config: cfg, exports: make(chan struct{}, exportsAtOne)}
	var err error
	if s.assets, s.pages, err = embedded(); err != nil {
		return nil, err
	}
	if s.router, err = s.route(); err != nil {
		return nil, err
	}
	var sweeping context.Context
	sweeping, s.stop = context.WithCancel(context.Background())
	go s.sweepSessions(sweeping)
	if !cfg.TLS {
		cfg.Log.Warn("pages are served over plain http: the session cookie can be read on the way")
	}
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// Close ends what runs in the background.
func (s *Server) Close() { s.stop() }

func (s *Server) route() (chi.Router, error) {
	guard, err := s.sameOrigin()
	if err != nil {
		return nil, err
	}
	watched, err := s.watched()
	if err != nil {
		return nil, err
	}
	s.openSessions()
	s.limitLogin()
	r := chi.NewRouter()
	r.Use(flowing(stalled), numbered, s.clientIP(), watched, s.recovered, s.secured, guard, limited, middleware.GetHead)
	s.routes(r)
	return r, nil
}

type requestKey struct{}

// numbered gives each request the number that a person reads on an error page and finds in the log.
func numbered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:10]
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

func (s *Server) clientIP() func(http.Handler) http.Handler {
	if len(s.Proxies) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	return middleware.ClientIPFromXFF(s.Proxies...)
}

func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause)
			default:
				s.fail(w, r, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		if s.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) sameOrigin() (func(http.Handler) http.Handler, error) {
	c := http.NewCrossOriginProtection()
	for _, o := range s.Origins {
		if err := c.AddTrustedOrigin(o); err != nil {
			return nil, err
		}
	}
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, schemas.Refuse("CrossOrigin", "这个请求来自别的网站，已被拒绝"))
	}))
	return c.Handler, nil
}

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(formLimit)
		if isMultipart(r) {
			limit = uploadLimit
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// stalled is how long one piece of an answer may wait for whoever reads it.
const stalled = 2 * time.Minute

// flowing ends a connection whose reader has stopped reading. Each piece of an answer has its own time, however long the whole takes: a film
// over a slow line goes on.
func flowing(each time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f := flow{w, http.NewResponseController(w), each}
			_ = f.line.SetWriteDeadline(time.Time{}) // that of the connection's answer before
			defer f.more()                           // for what is still to be sent when the answer is complete
			next.ServeHTTP(f, r)
		})
	}
}

type flow struct {
	http.ResponseWriter
	line *http.ResponseController
	each time.Duration
}

func (f flow) more() { _ = f.line.SetWriteDeadline(time.Now().Add(f.each)) }

func (f flow) Write(b []byte) (n int, err error) {
	const piece = 32 << 10
	for err == nil && n < len(b) {
		f.more()
		var m int
		m, err = f.ResponseWriter.Write(b[n:min(n+piece, len(b))])
		n += m
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (f flow) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// alive answers as long as the process does.
func alive(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") }

// ready answers 503 while the register is away or older than this program.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	err := s.Register.Ready(ctx)
	if err == nil {
		answer(w, http.StatusOK, "ok")
		return
	}
	s.Log.Warn("not ready", "err", err)
	var known *schemas.Error
	if errors.As(err, &known) {
		answer(w, http.StatusServiceUnavailable, known.Code)
		return
	}
	answer(w, http.StatusServiceUnavailable, "not ready")
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}
