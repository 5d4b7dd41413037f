package api

import (
	"net/http"

	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

func (s *Server) routes(r chi.Router) {
	r.Get("/healthz", alive)
	r.Get("/readyz", s.ready)
	r.Method(http.MethodGet, "/static/*", s.assets)
	r.Group(func(r chi.Router) {
		r.Use(s.session, s.who)
		r.NotFound(s.unknownPage)
		r.MethodNotAllowed(s.unknownAct)
		r.Get("/login", s.showLogin)
		r.With(s.posts).Post("/login", s.login)
		r.Get("/login/code", s.showCode)
		r.With(s.posts).Post("/login/code", s.enterCode)
		r.Post("/logout", s.logout)
		r.Post("/preferences", s.setPreferences)
		r.Get("/public", s.publicCongresses)
		r.Get("/public/{congress}", s.publicList)
		r.Get("/public/{congress}/suggestions/{id}", s.publicSuggestion)
		r.Get("/", s.desk)
		r.Get("/cases", s.cases)
		r.Get("/cases/new", s.showFile)
		r.Post("/cases/new", s.doFile)
		r.Get("/cases/{id}", s.showCase)
		r.Get("/cases/{id}/act", s.showAct)
		r.Post("/cases/{id}/act", s.doAct)
		r.Get("/cases/{id}/instruct", s.toInstruct)
		r.Post("/cases/{id}/handler", s.chooseHandler)
		r.Get("/cases/{id}/files/{file}", s.download)
		r.Get("/suggestions", s.suggestions)
		r.Get("/suggestions/new", s.showSuggest)
		r.Post("/suggestions/new", s.doSuggest)
		r.Get("/suggestions/bulk/{kind}", s.showHand)
		r.Post("/suggestions/bulk/{kind}", s.doHand)
		r.Get("/suggestions/batches/{id}", s.showBatch)
		r.Get("/suggestions/import", s.showImport)
		r.Post("/suggestions/import", s.doImport)
		r.Get("/suggestions/import/template.xlsx", s.importTemplate)
		r.Get("/numbers", s.numbers)
		r.Get("/numbers/{code}", s.behind)
		r.Get("/lateness", s.lateness)
		r.Get("/notices", s.notices)
		r.Post("/notices/read", s.readNotices)
		r.Get("/mail", s.mail)
		s.jsonRoutes(r)
		r.Get("/rules", s.rules)
		r.Post("/rules", s.adoptRules)
		r.Get("/calendar", s.calendar)
		r.Post("/calendar", s.importCalendar)
		r.Get("/people", s.people)
		r.Get("/people/accounts", s.accounts)
		r.Get("/people/accounts/new", s.showNewAccount)
		r.Post("/people/accounts/new", s.newAccount)
		r.Get("/people/accounts/{id}", s.account)
		r.Post("/people/accounts/{id}", s.changeAccount)
		r.Get("/people/units", s.units)
		r.Post("/people/units", s.newUnit)
		r.Get("/people/demands", s.demands)
		r.Post("/people/demands", s.setDemands)
		r.Get("/people/import", s.showPeopleImport)
		r.Post("/people/import", s.doPeopleImport)
		r.Get("/people/import/template.xlsx", s.peopleTemplate)
		r.Get("/me", s.me)
		r.Get("/me/password", s.showPassword)
		r.Post("/me/password", s.changePassword)
		r.Get("/me/factor", s.showFactor)
		r.Post("/me/factor", s.setFactor)
		r.Get("/me/factor/qr.png", s.factorCode)
		r.Post("/me/logins", s.endLogins)
		r.Post("/me/substitutes", s.nameSubstitute)
		r.Post("/me/substitutes/{id}/revoke", s.revokeSubstitute)
	})
}

func (s *Server) unknownPage(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更"))
}

func (s *Server) unknownAct(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, schemas.Refuse("BadMethod", "这个地址不能这样打开，请从页面上的按钮进入"))
}
