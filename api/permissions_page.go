package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"bihuan/schemas"
)

type (
	permissionsPage struct {
		Permissions []permissionView
		Duties      []dutyView
		Elsewhere   []struct{ Who, How string }
	}
	permissionView struct {
		Says, Source string
		Grants       []grantView
	}
	// grantView are the roles that have a permission in one scope.
	grantView struct{ Scope, Roles string }
	dutyView  struct{ Title, By, Drafter string }
)

// permissions shows the tables by which everything is decided.
func (s *Server) permissions(w http.ResponseWriter, r *http.Request) {
	page := permissionsPage{Elsewhere: schemas.Elsewhere}
	for _, p := range schemas.Permissions() {
		in := map[schemas.Scope][]schemas.Role{}
		for _, role := range slices.Sorted(maps.Keys(p.Grants)) {
			in[p.Grants[role]] = append(in[p.Grants[role]], role)
		}
		v := permissionView{Says: p.Says, Source: p.Source}
		for _, scope := range slices.Sorted(maps.Keys(in)) {
			v.Grants = append(v.Grants, grantView{schemas.ScopeNames[scope], rolesSaid(in[scope])})
		}
		page.Permissions = append(page.Permissions, v)
	}
	for _, kind := range slices.Sorted(maps.Keys(schemas.Duties)) {
		d := schemas.Duties[kind]
		v := dutyView{Title: d.Title, By: rolesSaid(d.By)}
		if d.Drafter != "" {
			v.Drafter = schemas.RoleNames[d.Drafter]
		}
		page.Duties = append(page.Duties, v)
	}
	s.render(w, r, http.StatusOK, "permissions", page)
}

func rolesSaid(roles []schemas.Role) string {
	var said []string
	for _, role := range roles {
		said = append(said, schemas.RoleNames[role])
	}
	return strings.Join(said, "、")
}
