package api

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

var parameter = regexp.MustCompile(`\{[^}]*\}`)

func TestEveryOtherRouteAsksForTheLogin(t *testing.T) {
	s := newSite(t)
	seen := map[string]bool{}
	err := chi.Walk(s.server.router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		seen[method+" "+route] = true
		if open[method+" "+route] {
			return nil
		}
		path := strings.ReplaceAll(parameter.ReplaceAllString(route, "x"), "*", "x")
		if strings.HasPrefix(route, "/api/") {
			r, body := s.browser().post(path, nil)
			if method == http.MethodGet {
				r, body = s.browser().get(path)
			}
			expect(t, r, http.StatusUnauthorized, body, "NotLoggedIn")
			return nil
		}
		if method == http.MethodGet {
			r, body := s.browser().get(path)
			expect(t, r, http.StatusSeeOther, body)
			if !strings.HasPrefix(r.Header.Get("Location"), "/login?next=") {
				t.Errorf("GET %s leads to %q", route, r.Header.Get("Location"))
			}
			return nil
		}
		r, body := s.browser().post(path, url.Values{"text": {"x"}})
		expect(t, r, http.StatusUnauthorized, body, "登录已过期")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for route := range open {
		if !seen[route] {
			t.Errorf("%s is open but does not exist", route)
		}
	}
}

func TestOpenRoutes(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/healthz", "/readyz", "/login", "/static/app.css", "/static/app.js", "/static/icon.svg"} {
		r, body := s.browser().get(path)
		expect(t, r, http.StatusOK, body)
	}
	r, body := s.browser().get("/nowhere")
	expect(t, r, http.StatusSeeOther, body)
}
