package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/pquerna/otp/hotp"
	"github.com/xuri/excelize/v2"
)

const fresh = "Hanjiang-2026"

func passwords(old, fresh string) url.Values {
	return url.Values{"old_password": {old}, "new_password": {fresh}, "again_password": {fresh}, "next": {"/cases"}}
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.register.Pool().Exec(context.Background(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

func TestPasswordRule(t *testing.T) {
	for pw, ok := range map[string]bool{
		"Hanjiang-2026": true, "hanjiang2026": false, "Han-2026": false, "河汉江水12ab秋风起时": true, "correcthorsebattery": true, "correcthorseba": false,
		"Wangmin-2026": false, "P@ssw0rd123": false, "Bihuan-2023": false, strings.Repeat("长Aa1", 65): false,
	} {
		if said := weakness(pw, "wangmin"); (said == "") != ok {
			t.Errorf("%q: %q", pw, said)
		}
	}
	if one := Initial(); len(one) != 14 || one == Initial() {
		t.Error(one)
	}
}

func TestChangePassword(t *testing.T) {
	s := newSite(t)
	here, there := s.browser(), s.browser()
	here.login("wangmin")
	there.login("wangmin")
	long := must(http.NewRequest(http.MethodPost, s.url+"/login", strings.NewReader(url.Values{"login": {"wangmin"}, "password": {password}}.Encode())))
	long.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	long.Header.Set("User-Agent", strings.Repeat("长", 200))
	r, body := s.browser().read(s.browser().Do(long))
	expect(t, r, http.StatusSeeOther, body)
	r, body = here.get("/me")
	expect(t, r, http.StatusOK, body, "我的账号", "修改密码", "退出其他登录", "没有绑定动态口令", "当前", "127.0.0.1", "其他程序")
	for want, form := range map[string]url.Values{
		"现在的密码不正确":    passwords("no", fresh),
		"三种":          passwords(password, "short"),
		"最近五次用过":      passwords(password, password),
		"请填写新密码":      {"old_password": {password}},
		"两次填写的新密码不一样": {"old_password": {password}, "new_password": {fresh}, "again_password": {"x"}},
	} {
		r, body = here.post("/me/password", form)
		expect(t, r, http.StatusUnprocessableEntity, body, want)
		if strings.Contains(body, password) || strings.Contains(body, fresh) {
			t.Errorf("%s: a password came back", want)
		}
	}
	r, body = here.post("/me/password", passwords(password, fresh))
	expect(t, r, http.StatusSeeOther, body)
	if to := r.Header.Get("Location"); to != "/cases" {
		t.Errorf("goes on to %q", to)
	}
	r, body = here.get("/me")
	expect(t, r, http.StatusOK, body, "密码已修改")
	r, body = there.get("/me")
	expect(t, r, http.StatusSeeOther, body)
	old := fresh
	for i := range register.PasswordsKept - 1 {
		next := fmt.Sprintf("Hanjiang-2026-%d", i)
		r, body = here.post("/me/password", passwords(old, next))
		expect(t, r, http.StatusSeeOther, body)
		old = next
	}
	r, body = here.post("/me/password", passwords(old, fresh))
	expect(t, r, http.StatusUnprocessableEntity, body, "最近五次用过")
	r, body = here.post("/me/password", passwords(old, password))
	expect(t, r, http.StatusSeeOther, body)
}

func TestBrowserOf(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Safari/537.36":              "Chrome Windows",
		"Mozilla/5.0 (X11; Linux aarch64; rv:78.0) Gecko/20100101 Firefox/78.0":                                                            "Firefox Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0": "微信 iPhone",
		"curl/8": "其他程序",
	} {
		if got := browserOf(agent); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestExpiredPassword(t *testing.T) {
	s := newSite(t)
	other := must(s.register.AddCongress(context.Background(), register.Congress{Name: "演练区人大常委会", Rehearsal: true}))
	s.add(other, "demo", "演练人", register.Post{Role: schemas.Office})
	s.exec("update accounts set password_at = now() - interval '91 days'")
	b := s.browser()
	r, body := b.post("/login", url.Values{"login": {"wangmin"}, "password": {password}, "next": {"/cases"}})
	expect(t, r, http.StatusOK, body, "密码已使用90天", `action="/me/password"`)
	if strings.Contains(body, "监督事项</a>") {
		t.Error("the navigation is open")
	}
	for _, path := range []string{"/", "/cases", "/me", "/me/factor", "/notices"} {
		r, body = b.get(path)
		expect(t, r, http.StatusSeeOther, body)
		if to := r.Header.Get("Location"); !strings.HasPrefix(to, "/me/password") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
	r, body = b.post("/cases/7/acts", url.Values{"body": {"已整改"}})
	expect(t, r, http.StatusForbidden, body, `action="/me/password"`)
	form := hiddenIn(body)
	for name, values := range passwords(password, fresh) {
		if name != "next" {
			form[name] = values
		}
	}
	r, body = b.post("/me/password", form)
	expect(t, r, http.StatusOK, body, "继续提交", "已整改", `action="/cases/7/acts"`)
	r, body = b.get("/cases")
	expect(t, r, http.StatusOK, body)
	demo := s.browser()
	demo.login("demo")
	r, body = demo.get("/")
	expect(t, r, http.StatusOK, body)
}

func TestLockTellsNothing(t *testing.T) {
	s := newSite(t)
	answers := map[string][]string{}
	for _, login := range []string{"wangmin", "nobody"} {
		for range register.FailuresAllowed + 1 {
			r, body := s.browser().post("/login", url.Values{"login": {login}, "password": {"no"}})
			answers[login] = append(answers[login], r.Status+strings.ReplaceAll(body, login, "…"))
		}
	}
	if !slices.Equal(answers["wangmin"], answers["nobody"]) {
		t.Errorf("a login that exists is answered otherwise:\n%v", answers)
	}
	other := must(New(Config{Register: s.register, Log: s.server.Log})) // another process
	defer other.Close()
	if _, err := other.judgeLogin(context.Background(), loginForm{"wangmin", password}, ""); !isRefusal(err, "TooManyFailures") {
		t.Errorf("the lock is this process's alone: %v", err)
	}
	s.exec("update attempts set at = at - interval '15 minutes'")
	s.browser().login("wangmin")
}

func TestRevokeOneself(t *testing.T) {
	s := newSite(t)
	a, b, c := s.browser(), s.browser(), s.browser()
	for _, x := range []browser{a, b, c} {
		x.login("wangmin")
	}
	s.add(s.congress, "lijun", "李军")
	other := s.browser()
	other.login("lijun")
	_, body := a.get("/me")
	ids := regexp.MustCompile(`name="id" value="([^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(ids) != 2 {
		t.Fatalf("%d others are listed", len(ids))
	}
	for _, id := range ids {
		_, _ = other.post("/me/logins", url.Values{"id": {id[1]}})
	}
	r, body := b.get("/")
	expect(t, r, http.StatusOK, body)
	r, body = a.post("/me/logins", url.Values{"id": {ids[0][1]}})
	expect(t, r, http.StatusSeeOther, body)
	if _, body = a.get("/me"); strings.Count(body, `name="id"`) != 1 {
		t.Error("one login was to be ended")
	}
	r, body = a.post("/me/logins", nil)
	expect(t, r, http.StatusSeeOther, body)
	for _, x := range []browser{b, c} {
		r, body = x.get("/")
		expect(t, r, http.StatusSeeOther, body)
	}
	r, body = a.get("/")
	expect(t, r, http.StatusOK, body)
	r, body = other.get("/")
	expect(t, r, http.StatusOK, body)
}

// A request under way when its login is ended saves its session afterwards; that must not bring the login back.
func TestAnEndedLoginStaysEnded(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	s.exec("delete from logins")
	r, body := b.get("/")
	expect(t, r, http.StatusSeeOther, body)
}

var secretShown = regexp.MustCompile(`密钥：<strong class="mono">([A-Z2-7 ]+)</strong>`)

// codeAt is what the telephone shows so many steps from now.
func codeAt(secret string, steps int64) string {
	return must(hotp.GenerateCode(secret, uint64(time.Now().Unix()/factorStep+steps)))
}

func (b browser) enrol(path string) (secret string, recovery []string) {
	b.s.t.Helper()
	_, body := b.get(path)
	shown := secretShown.FindStringSubmatch(body)
	if shown == nil {
		b.s.t.Fatalf("no secret in\n%s", body)
	}
	secret = strings.ReplaceAll(shown[1], " ", "")
	r, body := b.post("/me/factor", url.Values{"code": {codeAt(secret, -1)}, "next": {"/cases"}})
	expect(b.s.t, r, http.StatusOK, body, "动态口令已绑定", `href="/cases"`)
	for _, m := range regexp.MustCompile(`<li>([a-z2-7]{4}-[a-z2-7-]{14})</li>`).FindAllStringSubmatch(body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != recoveryCodes {
		b.s.t.Fatalf("%d recovery codes in\n%s", len(recovery), body)
	}
	return secret, recovery
}

func (s *site) half(login string) (browser, url.Values) {
	s.t.Helper()
	b := s.browser()
	r, body := b.post("/login", url.Values{"login": {login}, "password": {password}, "next": {"/cases"}})
	expect(s.t, r, http.StatusOK, body, "二次验证", `action="/login/code"`)
	return b, hiddenIn(body)
}

func TestSecondFactor(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	r, body := b.post("/me/factor", url.Values{"code": {"000000"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "动态口令不正确")
	secret, recovery := b.enrol("/me/factor")
	r, body = b.get("/me")
	expect(t, r, http.StatusOK, body, "恢复码还有10个")
	var kept string
	if err := s.register.Pool().QueryRow(context.Background(), "select string_agg(hash, ' ') from recovery_codes").Scan(&kept); err != nil ||
		strings.Contains(kept, strings.ReplaceAll(recovery[0], "-", "")) {
		t.Error("recovery codes lie open", err)
	}

	b, form := s.half("wangmin")
	for _, path := range []string{"/", "/cases", "/me", "/me/factor", "/me/password", "/me/factor/qr.png"} {
		r, body = b.get(path)
		expect(t, r, http.StatusSeeOther, body)
		if to := r.Header.Get("Location"); !strings.HasPrefix(to, "/login") {
			t.Errorf("a half-way session reaches %s", path)
		}
	}
	r, body = b.post("/me/logins", nil)
	expect(t, r, http.StatusUnauthorized, body)
	form.Set("code", codeAt(secret, -1))
	r, body = b.post("/login/code", form)
	expect(t, r, http.StatusUnprocessableEntity, body, "已经用过") // by the enrolment
	form.Set("code", " "+codeAt(secret, 0)[:3]+" "+codeAt(secret, 0)[3:])
	r, body = b.post("/login/code", form)
	expect(t, r, http.StatusSeeOther, body)
	if to := r.Header.Get("Location"); to != "/cases" {
		t.Errorf("goes on to %q", to)
	}
	r, body = b.get("/cases")
	expect(t, r, http.StatusOK, body)

	again, form := s.half("wangmin")
	form.Set("code", codeAt(secret, 0))
	r, body = again.post("/login/code", form)
	expect(t, r, http.StatusUnprocessableEntity, body, "已经用过")
	form.Set("code", strings.ToUpper(recovery[3]))
	r, body = again.post("/login/code", form)
	expect(t, r, http.StatusSeeOther, body)
	again, form = s.half("wangmin")
	form.Set("code", recovery[3])
	r, body = again.post("/login/code", form)
	expect(t, r, http.StatusUnprocessableEntity, body)

	r, body = s.browser().post("/login/code", url.Values{"code": {codeAt(secret, 1)}})
	expect(t, r, http.StatusUnauthorized, body, "登录已经失效")

	r, body = b.post("/me/factor", url.Values{"do": {"drop"}, "password": {"no"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "密码不正确")
	r, body = b.post("/me/factor", url.Values{"do": {"drop"}, "password": {password}})
	expect(t, r, http.StatusSeeOther, body)
	s.browser().login("wangmin")
}

func TestSecondFactorTries(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	secret, _ := b.enrol("/me/factor")
	b, form := s.half("wangmin")
	form.Set("code", "000000")
	for range register.FailuresAllowed {
		r, body := b.post("/login/code", form)
		expect(t, r, http.StatusUnprocessableEntity, body)
	}
	form.Set("code", codeAt(secret, 0))
	r, body := b.post("/login/code", form)
	expect(t, r, http.StatusTooManyRequests, body, "错误次数过多", `action="/login"`)
	r, body = b.post("/login/code", form)
	expect(t, r, http.StatusUnauthorized, body)
	again, form := s.half("wangmin") // the password does not give new tries
	form.Set("code", codeAt(secret, 0))
	r, body = again.post("/login/code", form)
	expect(t, r, http.StatusTooManyRequests, body)
}

func TestFormSurvivesTheSecondFactor(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	secret, _ := b.enrol("/me/factor")
	b = s.browser()
	_, body := b.post("/cases/7/acts", url.Values{"body": {"已整改"}})
	form := hiddenIn(body)
	form.Set("login", "wangmin")
	form.Set("password", password)
	r, body := b.post("/login", form)
	expect(t, r, http.StatusOK, body, "二次验证")
	form = hiddenIn(body)
	form.Set("code", codeAt(secret, 0))
	r, body = b.post("/login/code", form)
	expect(t, r, http.StatusOK, body, "继续提交", "已整改")
}

func TestJSONLoginTakesTheSecondFactor(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	secret, _ := b.enrol("/me/factor")
	send := func(code string) *http.Response {
		r, _ := b.read(s.browser().Post(s.url+"/api/login", "application/json",
			bytes.NewReader(must(json.Marshal(schemas.LoginIn{Login: "wangmin", Password: password, Code: code})))))
		return r
	}
	for code, status := range map[string]int{"": http.StatusUnauthorized, "000000": http.StatusUnauthorized, codeAt(secret, 0): http.StatusNoContent} {
		if r := send(code); r.StatusCode != status {
			t.Errorf("code %q: %d", code, r.StatusCode)
		}
	}
}

func TestRolesDemandASecondFactor(t *testing.T) {
	s, _ := newDistrict(t)
	unh := s.as("unh-jia")
	sec := s.as("sec")
	r, body := sec.get("/people/demands")
	expect(t, r, http.StatusOK, body, "单位负责人", "二次验证")
	r, body = sec.post("/people/demands", url.Values{"role": {"UNH", "SEC"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = sec.get("/people/demands")
	expect(t, r, http.StatusSeeOther, body) // of the security administrator too
	r, body = unh.get("/")
	expect(t, r, http.StatusSeeOther, body)
	if to := r.Header.Get("Location"); to != "/me/factor?next=%2F" {
		t.Errorf("led to %q", to)
	}
	r, body = unh.get("/me/factor")
	expect(t, r, http.StatusOK, body, "您的岗位要求二次验证")
	r, body = unh.get("/me/factor/qr.png")
	if drawn, err := png.Decode(strings.NewReader(body)); err != nil || drawn.Bounds().Dx() != qrSide || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", err)
	}
	unh.enrol("/me/factor")
	r, body = unh.get("/")
	expect(t, r, http.StatusOK, body)
	r, body = s.as("unt-jia").get("/")
	expect(t, r, http.StatusOK, body)
	for _, login := range []string{"adm", "ofc", "unt-jia"} {
		for _, try := range []func(browser) (*http.Response, string){
			func(b browser) (*http.Response, string) { return b.get("/people/demands") },
			func(b browser) (*http.Response, string) { return b.post("/people/demands", nil) },
		} {
			r, body = try(s.as(login))
			expect(t, r, http.StatusForbidden, body)
		}
	}
}

var issuedShown = regexp.MustCompile(`初始密码：<strong class="mono">([^<]+)</strong>`)

func TestAccountsPages(t *testing.T) {
	s, d := newDistrict(t)
	s.register.Clock(time.Now)
	adm, sec := s.as("adm"), s.as("sec")
	r, body := adm.post("/people/accounts/new", url.Values{"name": {"新 人"}, "login": {"bad login"}, "email": {"x"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "账号由字母", "邮箱")
	r, body = adm.post("/people/accounts/new", url.Values{"name": {"重名"}, "login": {"ofc"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "已被使用")
	r, body = adm.post("/people/accounts/new", url.Values{"name": {"邵新"}, "login": {"shaoxin"}, "email": {"shaoxin@example.gov.cn"}})
	expect(t, r, http.StatusOK, body, "邵新", "还没有岗位")
	issued := issuedShown.FindStringSubmatch(body)
	id := regexp.MustCompile(`action="/people/accounts/([0-9a-f-]{36})"`).FindStringSubmatch(body)
	if issued == nil || id == nil {
		t.Fatal(body)
	}
	path := "/people/accounts/" + id[1]
	r, body = adm.get(path)
	expect(t, r, http.StatusOK, body)
	if strings.Contains(body, issued[1]) {
		t.Error("the first password is shown again")
	}
	for want, form := range map[string]url.Values{
		"要指定单位":   {"do": {"give"}, "role": {"UNT"}},
		"不能设在这类":  {"do": {"give"}, "role": {"UNT"}, "unit": {d.Committee}},
		"不属于某个单位": {"do": {"give"}, "role": {"OFC"}, "unit": {d.Committee}},
		"代表团":     {"do": {"give"}, "role": {"DPT"}},
		"请选择岗位":   {"do": {"give"}, "role": {"SYS"}},
	} {
		r, body = adm.post(path, form)
		expect(t, r, http.StatusUnprocessableEntity, body, want)
	}
	r, body = adm.post(path, url.Values{"do": {"give"}, "role": {"UNT"}, "unit": {d.Units[0]}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = adm.get("/people/accounts?q=甲局")
	expect(t, r, http.StatusOK, body, "邵新", "甲局 单位经办人", "初始密码")
	if strings.Contains(body, "城建工委") {
		t.Error("the search finds everything")
	}
	b := s.browser()
	r, body = b.post("/login", url.Values{"login": {"shaoxin"}, "password": {issued[1]}})
	expect(t, r, http.StatusOK, body, "这是管理员给您的初始密码")
	r, body = b.post("/me/password", passwords(issued[1], fresh))
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.get("/")
	expect(t, r, http.StatusOK, body, "甲局 单位经办人")

	r, body = sec.get(path)
	expect(t, r, http.StatusOK, body, "重置密码", "127.0.0.1")
	r, body = sec.post(path, url.Values{"do": {"end"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.get("/")
	expect(t, r, http.StatusSeeOther, body)
	for range register.FailuresAllowed {
		_, _ = b.post("/login", url.Values{"login": {"shaoxin"}, "password": {"no"}})
	}
	r, body = sec.get("/people/accounts?q=shaoxin")
	expect(t, r, http.StatusOK, body, "锁定")
	r, body = sec.post(path, url.Values{"do": {"unlock"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.post("/login", url.Values{"login": {"shaoxin"}, "password": {fresh}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = sec.post(path, url.Values{"do": {"reset"}})
	expect(t, r, http.StatusOK, body, "初始密码：")
	issued = issuedShown.FindStringSubmatch(body)
	r, body = b.get("/")
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.post("/login", url.Values{"login": {"shaoxin"}, "password": {fresh}})
	expect(t, r, http.StatusUnprocessableEntity, body)
	r, body = b.post("/login", url.Values{"login": {"shaoxin"}, "password": {issued[1]}})
	expect(t, r, http.StatusOK, body, "这是管理员给您的初始密码")
	r, body = adm.post(path, url.Values{"do": {"save"}, "name": {"邵新新"}, "login": {"shaoxin"}, "email": {""}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = adm.post(path, url.Values{"do": {"shut"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = adm.get(path)
	expect(t, r, http.StatusOK, body, "邵新新", "停用", "恢复账号")
	r, body = adm.post(path, url.Values{"do": {"open"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = adm.post(path, url.Values{"do": {"take"}, "role": {"UNT"}, "unit": {d.Units[0]}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = sec.post(path, url.Values{"do": {"unbind"}})
	expect(t, r, http.StatusNotFound, body)
}

func TestAccountsAreForTheirAdministrators(t *testing.T) {
	s, d := newDistrict(t)
	other := must(s.register.AddCongress(context.Background(), register.Congress{Name: "邻区人大常委会"}))
	s.add(other, "adm2", "邻区管理员", register.Post{Role: schemas.Admin})
	adm, sec := s.as("adm"), s.as("sec")
	of := "/people/accounts/" + d.People["unt-jia"]
	for _, login := range []string{"ofc", "cmt", "unh-jia", "ch", "dpt1"} {
		b := s.as(login)
		for _, path := range []string{"/people/accounts", "/people/accounts/new", of, "/people/units", "/people/import", "/people/import/template.xlsx"} {
			r, body := b.get(path)
			expect(t, r, http.StatusForbidden, body)
		}
		for do := range accountActs {
			r, body := b.post(of, url.Values{"do": {do}})
			expect(t, r, http.StatusForbidden, body)
		}
		for _, path := range []string{"/people/accounts/new", "/people/units", "/people/import"} {
			r, body := b.post(path, nil)
			expect(t, r, http.StatusForbidden, body)
		}
	}
	for do, action := range accountActs {
		wrong := map[string]browser{"maintain": sec, "secure": adm}[action]
		r, body := wrong.post(of, url.Values{"do": {do}})
		expect(t, r, http.StatusForbidden, body)
		own := map[string]browser{"maintain": adm, "secure": sec}[action]
		self := d.People[map[string]string{"maintain": "adm", "secure": "sec"}[action]]
		if do != "save" {
			r, body = own.post("/people/accounts/"+self, url.Values{"do": {do}, "role": {"OFC"}})
			expect(t, r, http.StatusForbidden, body, "另一位管理员")
		}
	}
	for _, path := range []string{"/people/units", "/people/accounts/new", "/people/import"} {
		r, body := sec.get(path)
		expect(t, r, http.StatusForbidden, body)
	}
	r, body := s.as("adm2").get(of)
	expect(t, r, http.StatusNotFound, body)
	r, body = s.as("adm2").post(of, url.Values{"do": {"shut"}})
	expect(t, r, http.StatusNotFound, body)
	r, body = adm.get("/people/accounts/x")
	expect(t, r, http.StatusNotFound, body)
	for _, path := range []string{"/", "/cases", "/suggestions"} {
		r, body = sec.get(path)
		if strings.Contains(body, "老旧小区") {
			t.Errorf("the security administrator reads business on %s", path)
		}
		_ = r
	}
}

func TestUnitsPage(t *testing.T) {
	s, _ := newDistrict(t)
	adm := s.as("adm")
	r, body := adm.post("/people/units", url.Values{"name": {"甲局"}, "kind": {"department"}, "sort": {"9"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "已经有名为")
	r, body = adm.post("/people/units", url.Values{"name": {"丁局"}, "kind": {"x"}, "sort": {"a"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "请选择类别", "排序")
	r, body = adm.post("/people/units", url.Values{"name": {"丁局"}, "kind": {"department"}, "sort": {"9"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = adm.get("/people/units")
	expect(t, r, http.StatusOK, body, "丁局", "政府部门", "已增加单位")
}

func peopleBook(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	var head []string
	for _, c := range peopleSheet.Columns {
		head = append(head, c.Name)
	}
	return bookOf(t, append([][]string{head}, rows...)...)
}

func bookOf(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		if err := book.SetSheetRow(book.GetSheetName(0), fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	return must(book.WriteToBuffer()).Bytes()
}

func (b browser) sendPeople(book []byte, fields url.Values) (*http.Response, string) {
	b.s.t.Helper()
	return b.sendBook("/people/import", book, fields)
}

func (b browser) sendBook(path string, book []byte, fields url.Values) (*http.Response, string) {
	b.s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range fields {
		_ = form.WriteField(name, values[0])
	}
	if book != nil {
		_, _ = must(form.CreateFormFile("file", "人员.xlsx")).Write(book)
	}
	_ = form.Close()
	return b.read(b.Post(b.s.url+path, form.FormDataContentType(), &body))
}

func TestUnitsImport(t *testing.T) {
	s, d := newDistrict(t)
	s.server.Files = must(OpenFiles(t.TempDir()))
	adm := s.as("adm")
	count := func() int { return len(must(s.register.Units(context.Background(), d.Congress))) }
	before := count()
	head := []string{"名称", "类别", "排序"}
	r, body := adm.sendBook("/people/units/import", bookOf(t, head, []string{"丁局", "政府部门", "4"}, []string{"丁局", "政府部门", "5"}, []string{"甲局", "政府部门", "1"},
		[]string{"戊局", "部门", "x"}), nil)
	expect(t, r, http.StatusUnprocessableEntity, body, "有3行需要改正", "与上面一行重复", "系统里已有“甲局”", "没有“部门”这个类别", "排序")
	book := bookOf(t, head, []string{"丁局", "政府部门", "4"}, []string{"长安街道", "街道乡镇", "5"})
	r, body = adm.sendBook("/people/units/import", book, nil)
	expect(t, r, http.StatusOK, body, "共2行", "导入2行")
	if count() != before {
		t.Fatal("something was entered before it was asked")
	}
	r, body = adm.post("/people/units/import", url.Values{"stored": hiddenIn(body)["stored"], "do": {"file"}})
	expect(t, r, http.StatusSeeOther, body)
	if count() != before+2 {
		t.Errorf("%d units, not %d", count(), before+2)
	}
	r, body = adm.sendBook("/people/units/import", book, nil)
	expect(t, r, http.StatusConflict, body, "都已经有了")
	r, body = adm.get("/people/units/import/template.xlsx")
	expect(t, r, http.StatusOK, "")
	if rows := must(must(excelize.OpenReader(strings.NewReader(body))).GetRows("单位")); len(rows) != 1 || rows[0][1] != "类别" {
		t.Error(rows)
	}
}

func TestPeopleImport(t *testing.T) {
	s, d := newDistrict(t)
	s.register.Clock(time.Now)
	s.server.Files = must(OpenFiles(t.TempDir()))
	adm := s.as("adm")
	count := func() int { return len(must(s.register.Accounts(context.Background(), d.Congress, ""))) }
	before := count()
	r, body := adm.sendPeople(peopleBook(t,
		[]string{"邵新", "shaoxin", "x", "单位经办人", "甲局"},
		[]string{"邵新", "shaoxin", "", "单位负责人", "戊局"},
		[]string{"邵兴", "shaoxin", "", "单位经办人", "乙局"},
		[]string{"路远", "bad login", "", "主任", "甲局"},
		[]string{"路远", "luyuan", "", "代表", "", ""},
		[]string{"别人", "ofc", "", "人大办公室", ""},
		[]string{"办公室经办", "ofc", "", "人大办公室", ""},
		[]string{"安全管理员", "sec", "", "人大办公室", ""},
		[]string{"海宽", "haikuan", "", "单位经办人", "城建工委"},
	), nil)
	expect(t, r, http.StatusUnprocessableEntity, body, "有9行需要改正", "邮箱", "没有名为“戊局”的单位", "在上面一行里是“邵新”的", "账号由字母", "没有“主任”这个岗位",
		"代表的要填代表团", "已经是“办公室经办”的", "已有这个账号的这个岗位", "要分开", "不能设在这类单位")
	if count() != before {
		t.Fatal("something of a wrong sheet was entered")
	}
	book := peopleBook(t,
		[]string{"邵新", "shaoxin", "shaoxin@example.gov.cn", "单位经办人", "甲局"},
		[]string{"邵新", "shaoxin", "", "单位经办人", "乙局"},
		[]string{"路远", "luyuan", "", "代表", "", "第二代表团", "村民"},
		[]string{"办公室经办", "ofc", "", "代表工委", "代表工委"},
	)
	r, body = adm.sendPeople(book, nil)
	expect(t, r, http.StatusOK, body, "共4行", "导入4行", "新建2个账号")
	if count() != before {
		t.Fatal("the check has imported")
	}
	r, body = adm.post("/people/import", url.Values{"stored": hiddenIn(body)["stored"], "do": {"file"}})
	expect(t, r, http.StatusOK, body, "新建2个账号", "1个已有账号", "shaoxin", "luyuan", "只显示这一次")
	issued := regexp.MustCompile(`<td class="mono">shaoxin</td><td class="mono">([^<]+)</td>`).FindStringSubmatch(body)
	b := s.browser()
	r, body = b.post("/login", url.Values{"login": {"shaoxin"}, "password": {issued[1]}})
	expect(t, r, http.StatusOK, body, "初始密码", "甲局 单位经办人", "乙局 单位经办人")
	deputies := must(s.register.Deputies(context.Background(), d.Congress))
	if !slices.ContainsFunc(deputies, func(x register.DeputyRow) bool { return x.Name == "路远" && x.Delegation == "第二代表团" }) {
		t.Errorf("%v", deputies)
	}
	r, body = adm.sendPeople(book, nil)
	expect(t, r, http.StatusConflict, body, "都已经有了")
	r, body = adm.get("/people/import/template.xlsx")
	expect(t, r, http.StatusOK, "")
	template := must(excelize.OpenReader(strings.NewReader(body)))
	if rows := must(template.GetRows("人员")); len(rows) != 1 || rows[0][3] != "岗位" {
		t.Errorf("%v", rows)
	}
}

func TestDelegation(t *testing.T) {
	s, d := newDistrict(t)
	head, stand := s.as("unh-jia"), s.as("unt-jia")
	r, body := stand.get("/")
	expect(t, r, http.StatusOK, body, "拟稿")
	r, body = head.get("/me")
	expect(t, r, http.StatusOK, body, "委托别人代签", "jia经办")
	if strings.Contains(body, ">yi经办<") {
		t.Error("people of other units are offered")
	}
	form := url.Values{"kind": {"delegate"}, "stands_in": {d.People["unt-jia"]}, "from": {"2026-11-20"}, "to": {"2026-11-25"}}
	with := func(name, value string) url.Values {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		f.Set(name, value)
		return f
	}
	for want, f := range map[string]url.Values{
		"不能由本人": with("stands_in", d.People["unh-jia"]), "同一单位": with("stands_in", d.People["unt-yi"]), "不能早于今天": with("from", "2026-11-19"),
		"不能早于开始日": with("to", "2026-11-19"), "最长一年": with("to", "2027-12-31"), "没有这个岗位": with("role", "CH"), "请填写由谁代理": with("stands_in", ""), "无法识别": with("from", "x"),
	} {
		r, body = head.post("/me/substitutes", f)
		expect(t, r, http.StatusUnprocessableEntity, body, want)
	}
	r, body = head.post("/me/substitutes", form)
	expect(t, r, http.StatusSeeOther, body)
	r, body = stand.get("/")
	expect(t, r, http.StatusOK, body, "单位负责人（代jia负责人）", ">正式回告</a>")
	r, body = stand.get("/me")
	expect(t, r, http.StatusOK, body, "代签", "jia负责人", "进行中", "2026年11月20日至2026年11月25日")
	id := regexp.MustCompile(`/me/substitutes/([0-9a-f-]{36})/revoke`)
	if id.MatchString(body) {
		t.Error("the stand-in may end it")
	}
	_, body = head.get("/me")
	at := id.FindString(body)
	r, body = stand.post(at, nil)
	expect(t, r, http.StatusNotFound, body)
	r, body = head.post(at, nil)
	expect(t, r, http.StatusSeeOther, body)
	r, body = stand.get("/")
	expect(t, r, http.StatusOK, body, "拟稿")
	if strings.Contains(body, "（代") {
		t.Error("still represented after the revocation")
	}
	for _, login := range []string{"unt-jia", "dpt1", "adm", "sec", "ofc"} {
		b := s.as(login)
		r, body = b.post("/me/substitutes", form)
		expect(t, r, http.StatusForbidden, body)
		r, body = b.post("/me/substitutes", url.Values{"kind": {"substitute"}, "account": {d.People["unt-yi"]}, "stands_in": {d.People["unh-yi"]}, "from": {"2026-11-20"}, "to": {"2026-11-25"}})
		expect(t, r, http.StatusForbidden, body)
	}
}

func TestHeadNamesASubstitute(t *testing.T) {
	s, d := newDistrict(t)
	second := s.add(d.Congress, "unt-jia2", "甲二", register.Post{Role: schemas.Liaison, Unit: d.Units[0]}, register.Post{Role: schemas.Liaison, Unit: d.Units[1]})
	head := s.as("unh-jia")
	form := url.Values{"kind": {"substitute"}, "account": {d.People["unt-jia"]}, "stands_in": {second}, "from": {"2026-11-21"}, "to": {"2026-11-25"}}
	r, body := head.post("/me/substitutes", form)
	expect(t, r, http.StatusSeeOther, body)
	r, body = head.get("/me")
	expect(t, r, http.StatusOK, body, "B岗", "甲二", "尚未开始")
	form.Set("account", second) // he works for another unit too, which has its own head
	form.Set("stands_in", d.People["unt-jia"])
	r, body = head.post("/me/substitutes", form)
	expect(t, r, http.StatusForbidden, body)
	form.Set("account", d.People["unh-jia"])
	r, body = head.post("/me/substitutes", form)
	expect(t, r, http.StatusForbidden, body)
}

func TestTheRecordTellsWhoStoodIn(t *testing.T) {
	s, d := newDistrict(t)
	ctx := context.Background()
	c := must(s.register.Cases(ctx, d.Congress, "opinion"))[0]
	st := must(s.register.State(ctx, c.ID))
	st.Begin(schemas.Stage{Key: "instruct#1"})
	a := schemas.Act{ID: "t-代", Key: "instruct#1", Role: schemas.ViceChair, Person: d.People["cmh"], At: at(2026, 11, 20, 9, 0)}
	if err := s.register.ActFor(ctx, d.Congress, c.ID, a.ID, d.People["vc"]); err != nil {
		t.Fatal(err)
	}
	if refusal := st.May(a); refusal != nil {
		t.Fatal(refusal)
	}
	st.Seq++
	must(s.register.Write(ctx, schemas.Entry{State: must(json.Marshal(st)), Acts: []schemas.Act{a}}))
	r, body := s.as("ofc").get("/cases/" + c.ID)
	expect(t, r, http.StatusOK, body, "委室主任（分管副主任，代分管副主任）作出批示")
}

func TestCapacityOfStandIns(t *testing.T) {
	vc := register.Post{Role: schemas.ViceChair, Unit: "工委"}
	stand := vc
	stand.For = "甲"
	alone := schemas.Stage{Key: "bimonthly#1", Unit: "工委", Person: "甲"}
	shared := schemas.Stage{Key: "suspend#1"}
	m := matter{Case: register.Case{Committee: "工委"}}
	left := m
	left.Left = []string{"甲"}
	for name, c := range map[string]struct {
		id     string
		posts  []register.Post
		m      matter
		st     schemas.Stage
		role   schemas.Role
		absent string
	}{
		"himself":             {"甲", []register.Post{vc}, m, alone, schemas.ViceChair, ""},
		"another leader":      {"乙", []register.Post{vc}, m, alone, "", ""},
		"his stand-in":        {"丙", []register.Post{stand}, m, alone, schemas.ViceChair, "甲"},
		"after he has left":   {"乙", []register.Post{vc}, left, alone, schemas.ViceChair, ""},
		"own post goes first": {"乙", []register.Post{stand, vc}, m, shared, schemas.ViceChair, ""},
		"in his place":        {"丙", []register.Post{stand}, m, shared, schemas.ViceChair, "甲"},
		"no deputy for one":   {"乙", []register.Post{{Role: schemas.Deputy}}, left, schemas.Stage{Key: "feedback/x", Person: "甲"}, "", ""},
	} {
		p := &register.Person{Account: register.Account{ID: c.id}, Posts: c.posts}
		role := capacity(p, c.m, c.st)
		if role != c.role || role != "" && inPlaceOf(p, c.m, c.st, role) != c.absent {
			t.Errorf("%s: %q for %q", name, role, inPlaceOf(p, c.m, c.st, role))
		}
	}
}
