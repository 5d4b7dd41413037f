package api

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

const accountsShown = 200

type (
	accountsPage struct {
		Query     string
		Rows      []accountView
		More      int // left out
		Maintains bool
	}
	accountView struct {
		register.AccountRow
		Posts []register.Member
	}
	accountPage struct {
		register.AccountRow
		In        accountIn
		Posts     []register.Post
		Units     []register.Unit
		Read      register.Read
		Logins    []loginView
		Self      bool
		Maintains bool // keeps accounts and posts
		Secures   bool // keeps passwords and sessions
		Issued    string
		Told      string
		Problems  problems
	}
	accountIn struct {
		Name  string `field:"name" label:"姓名" validate:"required,max=40"`
		Login string `field:"login" label:"账号" validate:"required,max=64"`
		Email string `field:"email" label:"邮箱" validate:"omitempty,email,max=120"`
	}
	unitsPage struct {
		Units    []register.Unit
		Readings map[string]register.Read // by id
		In       unitIn
		Told     string
		Problems problems
	}
	unitIn struct {
		Name string `field:"name" label:"名称" validate:"required,max=60"`
		Kind string `field:"kind" label:"类别" validate:"required"`
		Sort string `field:"sort" label:"排序" validate:"required,number,max=6"`
	}
	demandsPage struct {
		Roles []demandView
		Told  string
	}
	demandView struct {
		Role  schemas.Role
		Asked bool
	}
	// seat says in which kinds of units a role is held; none: in the whole congress.
	seat struct {
		Role     schemas.Role
		Kinds    []string
		Optional bool // or in the whole congress
	}
)

// seats are the roles that can be given, in the order of the congress's and then the government's side.
var seats = []seat{
	{Role: schemas.Office}, {Role: schemas.Clerk, Kinds: []string{"committee"}}, {Role: schemas.Head, Kinds: []string{"committee"}},
	{Role: schemas.ViceChair, Kinds: []string{"committee"}, Optional: true}, {Role: schemas.Chair},
	{Role: schemas.Deputies, Kinds: []string{"committee"}}, {Role: schemas.Deputy}, {Role: schemas.GovOffice},
	{Role: schemas.ViceMayor, Kinds: []string{"department", "street"}},
	{Role: schemas.Liaison, Kinds: []string{"department", "street", "judicial"}}, {Role: schemas.UnitHead, Kinds: []string{"department", "street", "judicial"}},
	{Role: schemas.Member}, {Role: schemas.Street, Kinds: []string{"street"}}, {Role: schemas.Station, Kinds: []string{"street"}}, {Role: schemas.Performance},
	{Role: schemas.Admin}, {Role: schemas.Security}, {Role: schemas.Auditor},
}

var loginForms = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]*$`)

// misplaced says why a role cannot be held in a unit, of that kind; empty: it can. No unit: the whole congress.
func misplaced(role schemas.Role, kind string) string {
	i := slices.IndexFunc(seats, func(s seat) bool { return s.Role == role })
	switch {
	case i < 0:
		return "请选择岗位"
	case kind == "" && len(seats[i].Kinds) > 0 && !seats[i].Optional:
		return "岗位“" + schemas.RoleNames[role] + "”要指定单位"
	case kind != "" && len(seats[i].Kinds) == 0:
		return "岗位“" + schemas.RoleNames[role] + "”不属于某个单位，请不要指定单位"
	case kind != "" && !slices.Contains(seats[i].Kinds, kind):
		return "岗位“" + schemas.RoleNames[role] + "”不能设在这类单位"
	}
	return ""
}

func (in accountIn) problems() problems {
	ps := check(in)
	if ps.For("login") == "" && !loginForms.MatchString(in.Login) {
		ps = append(ps, problem{"login", "账号由字母、数字和 . _ @ - 组成，以字母或数字开头"})
	}
	return ps
}

func readAccount(r *http.Request) accountIn {
	return accountIn{tidy(r.PostFormValue("name"), false), strings.TrimSpace(r.PostFormValue("login")), strings.TrimSpace(r.PostFormValue("email"))}
}

// accounts lists the accounts, with search.
func (s *Server) accounts(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page := accountsPage{Query: strings.TrimSpace(r.URL.Query().Get("q")), Maintains: grantedSome(p, "maintain", "account")}
	var err error
	var rows []register.AccountRow
	if err == nil {
		rows, err = s.Register.Accounts(ctx, p.Congress, page.Query)
	}
	var roll []register.Member
	if err == nil {
		roll, err = s.Register.Roll(ctx, p.Congress)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	units, err := s.Register.Units(ctx, p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	names := map[string]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	posts := map[string][]register.Member{}
	for _, m := range roll {
		if m.Role != "" {
			m.Unit = names[m.Unit]
			posts[m.ID] = append(posts[m.ID], m)
		}
	}
	page.More = max(0, len(rows)-accountsShown)
	for _, row := range rows[:len(rows)-page.More] {
		page.Rows = append(page.Rows, accountView{row, posts[row.ID]})
	}
	s.render(w, r, http.StatusOK, "accounts", page)
}

func (s *Server) showNewAccount(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "account_new", accountPage{})
}

// newAccount enters an account and shows its first password, this once.
func (s *Server) newAccount(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page := accountPage{In: readAccount(r)}
	page.Problems = page.In.problems()
	var id string
	issued := Initial()
	if len(page.Problems) == 0 {
		var err error
		id, err = s.Register.AddAccount(ctx, register.Account{Congress: p.Congress, Login: page.In.Login, Name: page.In.Name, Email: page.In.Email,
			Password: Hash(issued), Active: true, MustChange: true})
		if page.Problems, err = under("login", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if len(page.Problems) > 0 {
		s.render(w, r, http.StatusUnprocessableEntity, "account_new", page)
		return
	}
	s.renderAccount(w, r, http.StatusOK, id, func(page *accountPage) {
		page.Issued, page.Told = issued, "账号已建立，请再给它加上岗位。"
	})
}

func (s *Server) account(w http.ResponseWriter, r *http.Request) {
	s.renderAccount(w, r, http.StatusOK, chi.URLParam(r, "id"), func(page *accountPage) {
		page.Told = s.sessions.PopString(r.Context(), toldKey)
	})
}

// renderAccount shows one account as it is in the register, with what is to be said besides.
func (s *Server) renderAccount(w http.ResponseWriter, r *http.Request, status int, id string, add func(*accountPage)) {
	page, err := s.accountPage(r, id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	add(&page)
	s.render(w, r, status, "account", page)
}

func (s *Server) accountPage(r *http.Request, id string) (page accountPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	if page.AccountRow, err = s.Register.AccountRow(ctx, p.Congress, id); err != nil {
		return page, err
	}
	page.In = accountIn{page.Name, page.Login, page.Email}
	page.Self, page.Maintains, page.Secures = id == p.ID, grantedSome(p, "maintain", "account"), grantedSome(p, "secure", "account")
	if page.Posts, err = s.Register.OwnPosts(ctx, id); err != nil {
		return page, err
	}
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	if page.Read, err = s.Register.AccountReading(ctx, p.Congress, id); err != nil {
		return page, err
	}
	page.Logins, err = s.logins(ctx, id, p.Entry)
	return page, err
}

// accountActs are what can be done to an account, and the permission that each needs.
var accountActs = map[string]string{
	"save": "maintain", "read": "maintain", "shut": "maintain", "open": "maintain", "give": "maintain", "take": "maintain",
	"reset": "secure", "unlock": "secure", "end": "secure", "unbind": "secure",
}

// changeAccount does one thing to an account. Nobody changes his own posts or shuts himself out.
func (s *Server) changeAccount(w http.ResponseWriter, r *http.Request) {
	ctx, p, id, do := r.Context(), person(r.Context()), chi.URLParam(r, "id"), r.PostFormValue("do")
	action, known := accountActs[do]
	if !known {
		s.unknownAct(w, r)
		return
	}
	var err error
	if !grantedSome(p, action, "account") {
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo(action, "account").Refusal)
	}
	if err == nil && id == p.ID && do != "save" {
		err = schemas.Refuse("NotEntitled", "自己的账号请由另一位管理员办理；修改密码、动态口令和退出登录在“我的账号”里")
	}
	var row register.AccountRow
	if err == nil {
		row, err = s.Register.AccountRow(ctx, p.Congress, id)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if do == "reset" {
		issued := Initial()
		if err := s.Register.SetPassword(ctx, p.Congress, id, Hash(issued), true, ""); err != nil {
			s.fail(w, r, err)
			return
		}
		if err := s.Register.Forgive(ctx, row.Login); err != nil {
			s.fail(w, r, err)
			return
		}
		s.renderAccount(w, r, http.StatusOK, id, func(page *accountPage) {
			page.Issued, page.Told = issued, "密码已重置，原来的登录已全部退出。"
		})
		return
	}
	field, said, err := s.doToAccount(r, row, do)
	var ps problems
	if field != "" {
		ps, err = under(field, err)
	}
	switch {
	case err != nil:
		s.fail(w, r, err)
	case len(ps) > 0:
		s.renderAccount(w, r, http.StatusUnprocessableEntity, id, func(page *accountPage) {
			page.Problems = ps
			if do == "save" {
				page.In = readAccount(r)
			}
		})
	default:
		s.sessions.Put(ctx, toldKey, said)
		http.Redirect(w, r, "/people/accounts/"+id, http.StatusSeeOther)
	}
}

// doToAccount returns what to tell afterwards, or the field that a refusal is about.
func (s *Server) doToAccount(r *http.Request, row register.AccountRow, do string) (field, said string, err error) {
	ctx, p := r.Context(), person(r.Context())
	a := register.Account{ID: row.ID, Congress: p.Congress, Login: row.Login, Name: row.Name, Email: row.Email, Active: row.Active}
	switch do {
	case "save":
		in := readAccount(r)
		if ps := in.problems(); len(ps) > 0 {
			return ps[0].Field, "", schemas.Refuse("Invalid", "%s", ps[0].Text)
		}
		a.Name, a.Login, a.Email = in.Name, in.Login, in.Email
		return "login", "已保存。", s.Register.ChangeAccount(ctx, a)
	case "read":
		return "reading", "已保存读音。", s.Register.SayReading(ctx, p.Congress, row.ID, r.PostFormValue("reading"))
	case "shut":
		a.Active = false
		return "", "账号已停用，登录已退出。没有办完的事由本单位其他人员接着办。", s.Register.ChangeAccount(ctx, a)
	case "open":
		a.Active = true
		return "", "账号已恢复。", s.Register.ChangeAccount(ctx, a)
	case "give":
		return "role", "已增加岗位。", s.givePost(r, row.ID)
	case "take":
		return "posts", "已撤去岗位。", s.Register.RemovePost(ctx, p.Congress, row.ID, register.Post{Role: schemas.Role(r.PostFormValue("role")), Unit: r.PostFormValue("unit")})
	case "unlock":
		return "", "已解锁。", s.Register.Forgive(ctx, row.Login, factorLogin(row.ID))
	case "end":
		return "", "已退出。", s.Register.EndLogins(ctx, p.Congress, row.ID, r.PostFormValue("login"), "")
	default: // unbind
		return "", "已解除动态口令。", s.Register.DropFactor(ctx, p.Congress, row.ID)
	}
}

// termOf reads the last day of a term; empty: none. Code: BadTerm.
func termOf(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	last, err := day(text)
	if err != nil || last.Before(schemas.DayOf(now)) {
		return time.Time{}, schemas.Refuse("BadTerm", "任期至请按2027-03-02填写，不能早于今天")
	}
	return last.AddDate(0, 0, 1).UTC(), nil
}

func (s *Server) givePost(r *http.Request, account string) error {
	ctx, p := r.Context(), person(r.Context())
	post := register.Post{Role: schemas.Role(r.PostFormValue("role")), Unit: r.PostFormValue("unit")}
	var err error
	if post.Until, err = termOf(r.PostFormValue("until"), p.Now); err != nil {
		return err
	}
	kind := ""
	if post.Unit != "" {
		units, err := s.Register.Units(ctx, p.Congress)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(units, func(u register.Unit) bool { return u.ID == post.Unit })
		if i < 0 {
			return schemas.Refuse("NotFound", "没有找到这个单位")
		}
		kind = units[i].Kind
	}
	if said := misplaced(post.Role, kind); said != "" {
		return schemas.Refuse("Misplaced", "%s", said)
	}
	delegation := tidy(r.PostFormValue("delegation"), false)
	if post.Role == schemas.Deputy && delegation == "" {
		return schemas.Refuse("Invalid", "代表要填写所在的代表团")
	}
	if err := s.Register.AddPost(ctx, p.Congress, account, post); err != nil || post.Role != schemas.Deputy {
		return err
	}
	return s.Register.AddDeputy(ctx, p.Congress, register.DeputyRow{Account: account, Delegation: delegation, Occupation: tidy(r.PostFormValue("occupation"), false), Employer: r.PostFormValue("employer")})
}

func (s *Server) units(w http.ResponseWriter, r *http.Request) {
	s.renderUnits(w, r, http.StatusOK, unitsPage{Told: s.sessions.PopString(r.Context(), toldKey)})
}

func (s *Server) renderUnits(w http.ResponseWriter, r *http.Request, status int, page unitsPage) {
	p := person(r.Context())
	var err error
	page.Units, err = s.Register.Units(r.Context(), p.Congress)
	var readings []register.Read
	if err == nil {
		readings, err = s.Register.UnitReadings(r.Context(), p.Congress)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Readings = map[string]register.Read{}
	for _, u := range readings {
		page.Readings[u.ID] = u
	}
	s.render(w, r, status, "units", page)
}

func (s *Server) newUnit(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	in := unitIn{tidy(r.PostFormValue("name"), false), r.PostFormValue("kind"), strings.TrimSpace(r.PostFormValue("sort"))}
	ps := check(in)
	if ps.For("kind") == "" && unitKindName(in.Kind) == "" {
		ps = append(ps, problem{"kind", "请选择类别"})
	}
	if len(ps) == 0 {
		sort, err := strconv.Atoi(in.Sort)
		if err == nil {
			_, err = s.Register.AddUnit(r.Context(), p.Congress, register.Unit{Name: in.Name, Kind: in.Kind, Sort: sort})
		}
		if ps, err = under("name", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if len(ps) > 0 {
		s.renderUnits(w, r, http.StatusUnprocessableEntity, unitsPage{In: in, Problems: ps})
		return
	}
	s.sessions.Put(r.Context(), toldKey, "已增加单位“"+in.Name+"”。")
	http.Redirect(w, r, "/people/units", http.StatusSeeOther)
}

// readUnit says how a unit's name is read.
func (s *Server) readUnit(w http.ResponseWriter, r *http.Request) {
	ps, err := under("unit", s.Register.SayReading(r.Context(), person(r.Context()).Congress, r.PostFormValue("unit"), r.PostFormValue("reading")))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case len(ps) > 0:
		s.renderUnits(w, r, http.StatusUnprocessableEntity, unitsPage{Problems: ps})
	default:
		s.sessions.Put(r.Context(), toldKey, "已保存读音。")
		http.Redirect(w, r, "/people/units", http.StatusSeeOther)
	}
}

func unitKindName(code string) string {
	for _, k := range unitKinds {
		if k.code == code {
			return k.name
		}
	}
	return ""
}

// demands shows which roles ask for a second factor.
func (s *Server) demands(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	asked, err := s.Register.Demands(r.Context(), p.Congress)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := demandsPage{Told: s.sessions.PopString(r.Context(), toldKey)}
	for _, x := range seats {
		page.Roles = append(page.Roles, demandView{x.Role, slices.Contains(asked, x.Role)})
	}
	s.render(w, r, http.StatusOK, "demands", page)
}

func (s *Server) setDemands(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	err := r.ParseForm()
	if err != nil {
		err = badForm(err)
	}
	for _, x := range seats {
		if err == nil {
			err = s.Register.Demand(r.Context(), p.Congress, x.Role, slices.Contains(r.PostForm["role"], string(x.Role)))
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(r.Context(), toldKey, "已保存。需要二次验证而尚未绑定的人，下次打开页面时先去绑定。")
	http.Redirect(w, r, "/people/demands", http.StatusSeeOther)
}
