package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

const toldKey = "told" // in the session: what a form did, told on the next page

type (
	// mePage is a person's own account (我的账号).
	mePage struct {
		Told         string
		Email        string
		Expires      time.Time // the day from which the password must be changed; zero: never
		Factor       *register.Factor
		Recovery     int // recovery codes left
		FactorNeeded bool
		Logins       []loginView
		standInPage
	}
	loginView struct {
		register.Login
		Browser string
		Here    bool // this one
	}
	passwordPage struct {
		errand
		Issued   bool // somebody else knows the present one
		Expired  bool
		Problems problems
	}
	passwordForm struct {
		Old   string `field:"old_password" label:"现在的密码" validate:"required,max=256"`
		New   string `field:"new_password" label:"新密码" validate:"required,max=256"`
		Again string `field:"again_password" label:"再次填写新密码" validate:"required,max=256"`
	}
)

// me shows the account of whoever asks.
func (s *Server) me(w http.ResponseWriter, r *http.Request) {
	page, err := s.mePage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Told = s.sessions.PopString(r.Context(), toldKey)
	s.render(w, r, http.StatusOK, "me", page)
}

func (s *Server) mePage(r *http.Request) (page mePage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Email = p.Email
	if !p.Rehearsal {
		page.Expires = p.PasswordAt.Add(register.PasswordAge)
	}
	page.FactorNeeded = slices.ContainsFunc(p.Posts, func(o register.Post) bool { return o.Guarded })
	if p.Factor {
		f, err := s.Register.Factor(ctx, p.ID)
		if err != nil {
			return page, err
		}
		page.Factor = &f
		if page.Recovery, err = s.Register.RecoveryLeft(ctx, p.ID); err != nil {
			return page, err
		}
	}
	if page.Logins, err = s.logins(ctx, p.ID, p.Entry); err != nil {
		return page, err
	}
	page.standInPage, err = s.standInPage(ctx, p)
	return page, err
}

// logins are where an account is logged in; here is the entry of the one who asks.
func (s *Server) logins(ctx context.Context, account, here string) (views []loginView, err error) {
	all, err := s.Register.Logins(ctx, account, sessionIdle, sessionLife)
	for _, l := range all {
		views = append(views, loginView{l, browserOf(l.Terminal), l.ID == here})
	}
	return views, err
}

// browserOf tells a person which of his browsers it is, from what it calls itself.
func browserOf(agent string) string {
	find := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := find([2]string{"MicroMessenger", "微信"}, [2]string{"DingTalk", "钉钉"}, [2]string{"QAX", "奇安信"}, [2]string{"QIHU", "360"}, [2]string{"360SE", "360"},
		[2]string{"Edg", "Edge"}, [2]string{"Firefox", "Firefox"}, [2]string{"Chrome", "Chrome"}, [2]string{"Safari", "Safari"})
	system := find([2]string{"Android", "安卓"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Windows", "Windows"}, [2]string{"UOS", "统信"},
		[2]string{"Kylin", "麒麟"}, [2]string{"Mac OS", "macOS"}, [2]string{"Linux", "Linux"})
	if said := strings.TrimSpace(browser + " " + system); said != "" {
		return said
	}
	return "其他程序"
}

// endLogins ends one of one's own logins or, for none, all but this one.
func (s *Server) endLogins(w http.ResponseWriter, r *http.Request) {
	p, id := person(r.Context()), r.PostFormValue("id")
	if err := s.Register.EndLogins(r.Context(), p.Congress, p.ID, id, p.Entry); err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(r.Context(), toldKey, "已退出所选的登录。")
	http.Redirect(w, r, "/me", http.StatusSeeOther)
}

func (s *Server) showPassword(w http.ResponseWriter, r *http.Request) {
	s.renderOwed(w, r, http.StatusOK, "password", errand{Next: local(r.URL.Query().Get("next"))})
}

// renderOwed shows the page on which a person settles what he owes, or sets it anew.
func (s *Server) renderOwed(w http.ResponseWriter, r *http.Request, status int, owed string, e errand) {
	if owed == "password" {
		s.render(w, r, status, "password", newPasswordPage(person(r.Context()), e))
		return
	}
	s.renderFactor(w, r, status, e, nil)
}

func newPasswordPage(p *register.Person, e errand) passwordPage {
	return passwordPage{errand: e, Issued: p.MustChange, Expired: !p.MustChange && p.Owes() == "password"}
}

// changePassword sets one's own password; the other logins end.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	form := passwordForm{r.PostForm.Get("old_password"), r.PostForm.Get("new_password"), r.PostForm.Get("again_password")}
	page := newPasswordPage(p, postedErrand(r.PostForm))
	var err error
	if page.Problems, err = s.newPassword(ctx, p, form); err != nil {
		s.fail(w, r, err)
		return
	}
	if len(page.Problems) > 0 {
		s.render(w, r, http.StatusUnprocessableEntity, "password", page)
		return
	}
	if err := s.Register.SetPassword(ctx, p.Congress, p.ID, Hash(form.New), false, p.Entry); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		s.fail(w, r, register.Away(err))
		return
	}
	s.sessions.Put(ctx, toldKey, "密码已修改；您在别处的登录已全部退出。")
	s.goOn(w, r, page.errand)
}

// newPassword checks a new password against the rule and the passwords before it, after the present one was given right.
func (s *Server) newPassword(ctx context.Context, p *register.Person, form passwordForm) (problems, error) {
	if ps := check(form); len(ps) > 0 {
		return ps, nil
	}
	if _, err := s.judgeLogin(ctx, loginForm{p.Login, form.Old}, p.Congress); err != nil {
		if isRefusal(err, "BadLogin") {
			err = schemas.Refuse("BadLogin", "现在的密码不正确")
		}
		return under("old_password", err)
	}
	if said := weakness(form.New, p.Login); said != "" {
		return problems{{"new_password", said}}, nil
	}
	if form.New != form.Again {
		return problems{{"again_password", "两次填写的新密码不一样"}}, nil
	}
	past, err := s.Register.PastPasswords(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(append(past, p.Password), func(phc string) bool { return matches(phc, form.New) }) {
		return problems{{"new_password", "最近五次用过的密码不能再用"}}, nil
	}
	return nil, nil
}
