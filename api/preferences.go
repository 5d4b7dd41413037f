package api

import "net/http"

const largePrint = "large" // the cookie of 大字版

func (s *Server) setPreferences(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	//nolint:gosec // Secure follows the one setting that says how people reach the pages
	c := &http.Cookie{Name: s.cookieName(largePrint), Value: "1", Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: s.TLS, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if r.PostForm.Get("large") == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
	back := r.PostForm.Get("back")
	if !inside(back) {
		back = "/"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

func (s *Server) isLarge(r *http.Request) bool {
	_, err := r.Cookie(s.cookieName(largePrint))
	return err == nil
}
