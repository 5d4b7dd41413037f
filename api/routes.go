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
