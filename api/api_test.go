package api

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

const password = "闭环-2026-test"

var hashed = Hash(password) // one hash for all tests: hashing is slow on purpose

// site is a server with one congress, one clerk of an office of it, and a browser.
type site struct {
	t        *testing.T
	register *register.Register
	server   *Server
	congress string
	unit     string
	account  string
	url      string
	log      *bytes.Buffer
}

func newSite(t *testing.T) *site {
	t.Parallel()
	s := &site{t: t, register: registertest.New(t), log: &bytes.Buffer{}}
	ctx := context.Background()
	s.congress = must(s.register.AddCongress(ctx, register.Congress{Name: "示例区人大常委会"}))
	s.unit = must(s.register.AddUnit(ctx, s.congress, register.Unit{Name: "区教育局", Kind: "department", Sort: 1}))
	s.account = s.add(s.congress, "wangmin", "王敏", register.Post{Role: schemas.Liaison, Unit: s.unit})
	s.server = must(New(Config{Register: s.register, Log: slog.New(slog.NewTextHandler(s.log, nil))}))
	h := httptest.NewServer(s.server)
	t.Cleanup(func() { h.Close(); s.server.Close() })
	s.url = h.URL
	return s
}

// siteAt serves the pages of a register that is filled already.
func siteAt(t *testing.T, address string) *site {
	s := &site{t: t, register: must(register.Open(context.Background(), address)), log: &bytes.Buffer{}}
	t.Cleanup(s.register.Close)
	s.server = must(New(Config{Register: s.register, Files: must(OpenFiles(t.TempDir())), Log: slog.New(slog.NewTextHandler(s.log, nil))}))
	h := httptest.NewServer(s.server)
	t.Cleanup(func() { h.Close(); s.server.Close() })
	s.url = h.URL
	return s
}

func (s *site) add(congress, login, name string, posts ...register.Post) string {
	ctx := context.Background()
	id := must(s.register.AddAccount(ctx, register.Account{Congress: congress, Login: login, Name: name, Password: hashed, Active: true}))
	for _, p := range posts {
		if err := s.register.AddPost(ctx, congress, id, p); err != nil {
			s.t.Fatal(err)
		}
	}
	return id
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type browser struct {
	*http.Client
	s *site
}

func (s *site) browser() browser {
	jar := must(cookiejar.New(nil))
	return browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s}
}

func (b browser) get(path string) (*http.Response, string) {
	b.s.t.Helper()
	return b.read(b.Get(b.s.url + path))
}

func (b browser) post(path string, form url.Values) (*http.Response, string) {
	b.s.t.Helper()
	return b.read(b.PostForm(b.s.url+path, form))
}

func (b browser) read(r *http.Response, err error) (*http.Response, string) {
	b.s.t.Helper()
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	return r, string(must(io.ReadAll(r.Body)))
}

func (b browser) login(login string) {
	b.s.t.Helper()
	if r, body := b.post("/login", url.Values{"login": {login}, "password": {password}}); r.StatusCode != http.StatusSeeOther {
		b.s.t.Fatalf("login: %d\n%s", r.StatusCode, body)
	}
}

func expect(t *testing.T, r *http.Response, status int, body string, parts ...string) {
	t.Helper()
	if r.StatusCode != status {
		t.Errorf("status %d, want %d\n%s", r.StatusCode, status, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("%q is missing in\n%s", p, body)
		}
	}
}

func at(y int, m time.Month, d, h, min int) time.Time {
	return time.Date(y, m, d, h, min, 0, 0, schemas.Shanghai).UTC()
}
