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
		r.Use(s.session, s.who, s.decided, s.audited)
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
		r.With(s.asks("read", "desk")).Get("/", s.desk)
		r.With(s.asks("read", "opinion")).Get("/cases", s.cases)
		r.With(s.asks("create", "opinion")).Get("/cases/new", s.showFile)
		r.With(s.asks("create", "opinion")).Post("/cases/new", s.doFile)
		r.Get("/cases/{id}", s.showCase)
		r.Get("/cases/{id}/act", s.showAct)
		r.Post("/cases/{id}/act", s.doAct)
		r.Get("/cases/{id}/instruct", s.toInstruct)
		r.Post("/cases/{id}/handler", s.chooseHandler)
		r.Get("/cases/{id}/files/{file}", s.download)
		r.With(s.asks("change", "disclosure")).Get("/cases/{id}/disclosure", s.showDisclosure)
		r.With(s.asks("change", "disclosure")).Post("/cases/{id}/disclosure", s.disclose)
		r.With(s.asks("read", "suggestion")).Get("/suggestions", s.suggestions)
		r.With(s.asks("create", "suggestion")).Get("/suggestions/new", s.showSuggest)
		r.With(s.asks("create", "suggestion")).Post("/suggestions/new", s.doSuggest)
		r.With(s.asks("bulk", "suggestion")).Get("/suggestions/bulk/{kind}", s.showHand)
		r.With(s.asks("bulk", "suggestion")).Post("/suggestions/bulk/{kind}", s.doHand)
		r.With(s.asks("bulk", "suggestion")).Get("/suggestions/batches/{id}", s.showBatch)
		r.With(s.asks("import", "suggestion")).Get("/suggestions/import", s.showImport)
		r.With(s.asks("import", "suggestion")).Post("/suggestions/import", s.doImport)
		r.With(s.asks("import", "suggestion")).Get("/suggestions/import/template.xlsx", s.importTemplate)
		r.With(s.asks("read", "statistics")).Get("/numbers", s.numbers)
		r.With(s.asks("read", "statistics")).Get("/numbers/{code}", s.behind)
		r.With(s.asks("read", "statistics")).Get("/numbers/report", s.report)
		r.With(s.asks("read", "escalation")).Get("/lateness", s.lateness)
		r.With(s.asks("read", "notice")).Get("/notices", s.notices)
		r.With(s.asks("read", "notice")).Post("/notices/read", s.readNotices)
		r.With(s.asks("read", "mail")).Get("/mail", s.mail)
		s.jsonRoutes(r)
		r.With(s.asks("read", "rules")).Get("/rules", s.rules)
		r.With(s.asks("adopt", "rules")).Post("/rules", s.adoptRules)
		r.With(s.asks("read", "calendar")).Get("/calendar", s.calendar)
		r.With(s.asks("import", "calendar")).Post("/calendar", s.importCalendar)
		r.With(s.asks("read", "permission")).Get("/permissions", s.permissions)
		r.With(s.asks("read", "account")).Get("/people", s.people)
		r.With(s.asks("open", "account")).Get("/people/accounts", s.accounts)
		r.With(s.asks("maintain", "account")).Get("/people/accounts/new", s.showNewAccount)
		r.With(s.asks("maintain", "account")).Post("/people/accounts/new", s.newAccount)
		r.With(s.asks("open", "account")).Get("/people/accounts/{id}", s.account)
		r.With(s.asks("open", "account")).Post("/people/accounts/{id}", s.changeAccount)
		r.With(s.asks("maintain", "account")).Get("/people/units", s.units)
		r.With(s.asks("maintain", "account")).Post("/people/units", s.newUnit)
		r.With(s.asks("secure", "account")).Get("/people/demands", s.demands)
		r.With(s.asks("secure", "account")).Post("/people/demands", s.setDemands)
		r.With(s.asks("maintain", "account")).Get("/people/import", s.showPeopleImport)
		r.With(s.asks("maintain", "account")).Post("/people/import", s.doPeopleImport)
		r.With(s.asks("maintain", "account")).Get("/people/import/template.xlsx", s.peopleTemplate)
		r.Group(func(r chi.Router) {
			r.Use(s.asks("keep", "me"))
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
		r.With(s.asks("read", "audit")).Get("/audit", s.audit)
		r.With(s.asks("read", "audit")).Post("/audit/verify", s.verifyAudit)
		r.With(s.asks("read", "audit")).Get("/audit.csv", s.exportAudit)
	})
}

func (s *Server) unknownPage(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更"))
}

func (s *Server) unknownAct(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, schemas.Refuse("BadMethod", "这个地址不能这样打开，请从页面上的按钮进入"))
}
