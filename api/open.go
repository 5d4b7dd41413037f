package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// open lists every route that answers somebody who is not logged in (settled 16). A route that is not
// here asks for the login first.
var open = map[string]bool{
	"GET /healthz":             true,
	"GET /readyz":              true,
	"GET /static/*":            true,
	"GET /login":               true,
	"POST /login":              true,
	"GET /login/code":          true,
	"POST /login/code":         true,
	"GET /login/oidc":          true,
	"GET /login/oidc/callback": true,
	"POST /logout":             true,
	"POST /preferences":        true,

	"GET /public":                             true,
	"GET /public/{congress}":                  true,
	"GET /public/{congress}/suggestions/{id}": true,

	"GET /l/{token}":  true,
	"POST /l/{token}": true,

	"GET /ics/{token}.ics": true,

	"GET /v/{electorate}/{slip}": true,
	"POST /v/{electorate}":       true,

	"GET /public/{congress}/ballots/{id}": true,

	"POST /api/login":       true,
	"GET /api/openapi.json": true,
}

func isOpen(r *http.Request) bool {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return open[method+" "+chi.RouteContext(r.Context()).RoutePattern()]
}
