package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
)

// Posts to the login page from one address, which may be a whole office behind one router. Failures with one login are counted in
// the register, for all processes together.
const (
	postsAllowed = 120
	postsWithin  = time.Minute
)

type (
	// errand is what somebody was about to do when the login, or what a login asks besides, came between.
	errand struct {
		Next string
		Kept *kept
	}
	loginPage struct {
		errand
		Login, Congress string
		SignOn          bool                // there is another way in
		Congresses      []register.Congress // only where the login is not enough to tell
		Problems        problems
	}
	loginForm struct {
		Login    string `field:"login" label:"账号" validate:"required,max=64"`
		Password string `field:"password" label:"密码" validate:"required,max=256"`
	}
)

func postedErrand(form url.Values) errand {
	e := errand{Next: local(form.Get("next"))}
	if k, is := unkeep(form); is {
		e.Kept = &k
	}
	return e
}

func (s *Server) limitLogin() {
	quiet := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	s.posts = httprate.LimitBy(postsAllowed, postsWithin, func(r *http.Request) (string, error) {
		return httprate.CanonicalizeIP(middleware.GetClientIP(r.Context())), nil
	}, quiet, httprate.WithLimitHandler(s.refuseCrowd))
}

// askLogin sends somebody without a session to the login page; a form comes along.
func (s *Server) askLogin(w http.ResponseWriter, r *http.Request) {
	if wantsJSON(r) {
		s.problem(w, r, schemas.Refuse("NotLoggedIn", "请先登录"))
		return
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(local(r.URL.RequestURI())), http.StatusSeeOther)
		return
	}
	k := keepForm(r)
	s.renderLogin(w, r, http.StatusUnauthorized, loginPage{errand: errand{Next: "/", Kept: &k}})
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	if person(r.Context()) != nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.renderLogin(w, r, http.StatusOK, loginPage{errand: errand{Next: next}})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	page := postedLogin(r.PostForm)
	form := loginForm{page.Login, r.PostForm.Get("password")}
	if page.Problems = check(form); len(page.Problems) > 0 {
		s.renderLogin(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	accounts, err := s.verify(r, form, page.Congress)
	var refusal *schemas.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == "TooManyFailures":
		page.Problems = problems{{"login", refusal.Text}}
		s.renderLogin(w, r, http.StatusTooManyRequests, page)
	case errors.As(err, &refusal) && refusal.Code == "BadLogin":
		page.Problems = problems{{"login", refusal.Text}}
		s.renderLogin(w, r, http.StatusUnprocessableEntity, page)
	case err != nil:
		s.fail(w, r, err)
	case len(accounts) > 1:
		s.askCongress(w, r, page, accounts)
	default:
		s.admit(w, r, page.errand, accounts[0].ID, false)
	}
}

func (s *Server) renderLogin(w http.ResponseWriter, r *http.Request, status int, page loginPage) {
	page.SignOn = s.SignOn != nil
	s.render(w, r, status, "login", page)
}

func postedLogin(form url.Values) loginPage {
	return loginPage{errand: postedErrand(form), Login: strings.TrimSpace(form.Get("login")), Congress: form.Get("congress")}
}

// verify returns the accounts of that login whose password it is: one, or one for each congress that has it. It counts failures,
// records them, and takes the same time and words for logins that nobody has. Codes: TooManyFailures, BadLogin.
func (s *Server) verify(r *http.Request, form loginForm, congress string) ([]register.Account, error) {
	accounts, err := s.judgeLogin(r.Context(), form, congress)
	var refusal *schemas.Error
	if errors.As(err, &refusal) && (refusal.Code == "TooManyFailures" || refusal.Code == "BadLogin") {
		return nil, cmp.Or(s.recordFailure(r, form.Login, refusal.Text), err)
	}
	return accounts, err
}

func (s *Server) judgeLogin(ctx context.Context, form loginForm, congress string) ([]register.Account, error) {
	if err := s.unlocked(ctx, form.Login); err != nil {
		return nil, err
	}
	accounts, err := s.Register.AccountByLogin(ctx, form.Login)
	if err != nil {
		return nil, err
	}
	if congress != "" {
		accounts = slices.DeleteFunc(accounts, func(a register.Account) bool { return a.Congress != congress })
	}
	if len(accounts) == 0 {
		matches(decoy(), form.Password)
	}
	accounts = slices.DeleteFunc(accounts, func(a register.Account) bool { return !matches(a.Password, form.Password) })
	if len(accounts) == 0 {
		if _, err := s.Register.Fail(ctx, form.Login); err != nil {
			return nil, err
		}
		return nil, schemas.Refuse("BadLogin", "账号或密码不正确")
	}
	// Asked again, for others may have been guessing at the same time: the right guess after five wrong ones is refused too.
	if err := s.unlocked(ctx, form.Login); err != nil {
		return nil, err
	}
	return accounts, s.Register.Forgive(ctx, form.Login)
}

// unlocked refuses a login that has failed too often of late. Code: TooManyFailures.
func (s *Server) unlocked(ctx context.Context, login string) error {
	locked, err := s.Register.Locked(ctx, login)
	if err == nil && locked {
		err = schemas.Refuse("TooManyFailures", "登录失败次数过多，请15分钟后再试，或请安全管理员解锁")
	}
	return err
}

// askCongress shows the choice of congresses, after the password was right: it tells nothing to others.
func (s *Server) askCongress(w http.ResponseWriter, r *http.Request, page loginPage, accounts []register.Account) {
	all, err := s.Register.Congresses(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Congresses = slices.DeleteFunc(all, func(c register.Congress) bool {
		return !slices.ContainsFunc(accounts, func(a register.Account) bool { return a.Congress == c.ID })
	})
	page.Problems = problems{{"congress", "此账号在多个人大使用，请选择要进入的一个，并再次填写密码"}}
	s.renderLogin(w, r, http.StatusUnprocessableEntity, page)
}

// admit lets somebody in who has proved who he is, by his password or through the provider; one who has a second factor is asked for it first.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, e errand, account string, signedOn bool) {
	_, err := s.Register.Factor(r.Context(), account)
	if err != nil && !isRefusal(err, "NotFound") {
		s.fail(w, r, err)
		return
	}
	half := err == nil
	if err := s.signIn(r, account, half); err != nil {
		s.fail(w, r, err)
		return
	}
	if signedOn {
		s.sessions.Put(r.Context(), signedOnKey, true)
	}
	if half {
		s.render(w, r, http.StatusOK, "code", codePage{errand: e})
		return
	}
	s.goOn(w, r, e)
}

// goOn takes up again what somebody was about to do, when nothing stands between any more.
func (s *Server) goOn(w http.ResponseWriter, r *http.Request, e errand) {
	p, err := s.signedIn(r.Context())
	switch {
	case err != nil:
		s.fail(w, r, err)
	case p == nil:
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	case p.Owes() != "":
		s.renderOwed(w, withPerson(r, *p), http.StatusOK, p.Owes(), e)
	case e.Kept == nil:
		http.Redirect(w, r, e.Next, http.StatusSeeOther)
	default:
		s.render(w, withPerson(r, *p), http.StatusOK, "kept", e.Kept)
	}
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.endHere(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.fail(w, r, register.Away(err))
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (s *Server) refuseCrowd(w http.ResponseWriter, r *http.Request) {
	page := loginPage{errand: errand{Next: "/"}}
	if r.ParseForm() == nil {
		page = postedLogin(r.PostForm)
	}
	page.Problems = problems{{"login", "登录过于频繁，请一分钟后再试"}}
	s.renderLogin(w, r, http.StatusTooManyRequests, page)
}
