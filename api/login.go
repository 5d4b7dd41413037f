package api

import (
	"context"
	"math"
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

// Attempts at the login page: failures with one login, and posts from one address, which may be a whole
// office behind one router.
const (
	failuresAllowed = 10
	failuresWithin  = 10 * time.Minute
	postsAllowed    = 120
	postsWithin     = time.Minute
)

type loginPage struct {
	Login, Congress, Next string
	Congresses            []register.Congress // only where the login is not enough to tell
	Kept                  *kept
	Problems              problems
}

type loginForm struct {
	Login    string `field:"login" label:"账号" validate:"required,max=64"`
	Password string `field:"password" label:"密码" validate:"required,max=256"`
}

func (s *Server) limitLogin() {
	quiet := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	s.failures = httprate.NewRateLimiter(failuresAllowed, failuresWithin, quiet)
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
	s.render(w, r, http.StatusUnauthorized, "login", loginPage{Next: "/", Kept: &k})
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	if person(r.Context()) != nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.render(w, r, http.StatusOK, "login", loginPage{Next: next})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	page := postedLogin(r.PostForm)
	form := loginForm{page.Login, r.PostForm.Get("password")}
	if page.Problems = check(form); len(page.Problems) > 0 {
		s.render(w, r, http.StatusUnprocessableEntity, "login", page)
		return
	}
	if s.tooManyFailures(page.Login) {
		if err := s.recordFailure(r, page.Login, "失败次数过多"); err != nil {
			s.fail(w, r, err)
			return
		}
		s.refuseFailures(w, r, page)
		return
	}
	accounts, err := s.verify(r.Context(), form, page.Congress)
	if err == nil && len(accounts) == 0 {
		s.failures.OnLimit(w, r, page.Login)
		err = s.recordFailure(r, page.Login, "账号或密码不正确")
	}
	switch {
	case err != nil:
		s.fail(w, r, err)
	case len(accounts) == 0:
		page.Problems = problems{{"login", "账号或密码不正确"}}
		s.render(w, r, http.StatusUnprocessableEntity, "login", page)
	case len(accounts) > 1:
		s.askCongress(w, r, page, accounts)
	default:
		s.admit(w, r, page, accounts[0].ID)
	}
}

func postedLogin(form url.Values) loginPage {
	page := loginPage{Login: strings.TrimSpace(form.Get("login")), Congress: form.Get("congress"), Next: local(form.Get("next"))}
	if k, is := unkeep(form); is {
		page.Kept = &k
	}
	return page
}

// verify returns the accounts of that login whose password it is: none, or one for each congress that has it.
func (s *Server) verify(ctx context.Context, form loginForm, congress string) ([]register.Account, error) {
	accounts, err := s.Register.AccountByLogin(ctx, form.Login)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		matches(decoy(), form.Password)
	}
	return slices.DeleteFunc(accounts, func(a register.Account) bool {
		return congress != "" && a.Congress != congress || !matches(a.Password, form.Password)
	}), nil
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
	s.render(w, r, http.StatusUnprocessableEntity, "login", page)
}

func (s *Server) admit(w http.ResponseWriter, r *http.Request, page loginPage, account string) {
	p, err := s.signIn(r, account)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if page.Kept == nil {
		http.Redirect(w, r, page.Next, http.StatusSeeOther)
		return
	}
	s.render(w, withPerson(r, p), http.StatusOK, "kept", page.Kept)
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.fail(w, r, register.Away(err))
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// tooManyFailures asks without counting: somebody who knows his password is not to be shut out by logging in.
func (s *Server) tooManyFailures(login string) bool {
	_, rate, err := s.failures.Status(login)
	return err == nil && math.Round(rate) >= failuresAllowed
}

func (s *Server) refuseFailures(w http.ResponseWriter, r *http.Request, page loginPage) {
	page.Problems = problems{{"login", "此账号登录失败次数过多，请10分钟后再试，或请系统管理员重置密码"}}
	s.render(w, r, http.StatusTooManyRequests, "login", page)
}

func (s *Server) refuseCrowd(w http.ResponseWriter, r *http.Request) {
	page := loginPage{Next: "/"}
	if r.ParseForm() == nil {
		page = postedLogin(r.PostForm)
	}
	page.Problems = problems{{"login", "登录过于频繁，请一分钟后再试"}}
	s.render(w, r, http.StatusTooManyRequests, "login", page)
}
