package api

import (
	"bytes"
	"context"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"
)

func TestLogin(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	r, body := b.get("/")
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.post("/login", url.Values{"login": {" wangmin "}, "password": {password}, "next": {"/cases?tab=late"}})
	expect(t, r, http.StatusSeeOther, body)
	if to := r.Header.Get("Location"); to != "/cases?tab=late" {
		t.Errorf("goes on to %q", to)
	}
	r, body = b.get("/")
	expect(t, r, http.StatusOK, body, "王敏", "区教育局 单位经办人", "示例区人大常委会", "监督事项")
	if strings.Contains(body, "组织与人员") || strings.Contains(body, "rehearsal") {
		t.Errorf("shown to a liaison of a real congress:\n%s", body)
	}
	r, body = b.post("/logout", nil)
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.get("/")
	expect(t, r, http.StatusSeeOther, body)
}

func TestLoginRefused(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		login, password string
		says            []string
	}{
		"nothing":        {"", "", []string{`href="#login"`, "请填写账号", "请填写密码"}},
		"wrong password": {"wangmin", "no", []string{"账号或密码不正确", `value="wangmin"`}},
		"unknown login":  {"nobody", password, []string{"账号或密码不正确"}},
		"too long":       {strings.Repeat("长", 65), password, []string{"账号长度不能超过64个字符"}},
	} {
		r, body := s.browser().post("/login", url.Values{"login": {c.login}, "password": {c.password}})
		expect(t, r, http.StatusUnprocessableEntity, body, c.says...)
		if strings.Contains(body, password) {
			t.Errorf("%s: the password came back", name)
		}
	}
}

func TestClosedAccount(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	if _, err := s.register.Pool().Exec(context.Background(), "update accounts set active = false"); err != nil {
		t.Fatal(err)
	}
	r, body := b.get("/")
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.post("/login", url.Values{"login": {"wangmin"}, "password": {password}})
	expect(t, r, http.StatusUnprocessableEntity, body, "账号或密码不正确")
}

func TestFailuresAreLimited(t *testing.T) {
	s := newSite(t)
	wrong := url.Values{"login": {"wangmin"}, "password": {"no"}}
	for range register.FailuresAllowed {
		r, body := s.browser().post("/login", wrong)
		expect(t, r, http.StatusUnprocessableEntity, body)
	}
	r, body := s.browser().post("/login", url.Values{"login": {"wangmin"}, "password": {password}})
	expect(t, r, http.StatusTooManyRequests, body, "登录失败次数过多")
	s.add(s.congress, "lijun", "李军")
	s.browser().login("lijun")
}

func TestPostsFromOneAddressAreLimited(t *testing.T) {
	s := newSite(t)
	var r *http.Response
	var body string
	for range postsAllowed + 1 {
		r, body = s.browser().post("/login", url.Values{"login": {"wangmin"}})
	}
	expect(t, r, http.StatusTooManyRequests, body, "登录过于频繁", `value="wangmin"`)
}

func TestOneLoginInSeveralCongresses(t *testing.T) {
	s := newSite(t)
	other := must(s.register.AddCongress(context.Background(), register.Congress{Name: "演练区人大常委会", Rehearsal: true}))
	s.add(other, "wangmin", "王敏二", register.Post{Role: schemas.Admin})
	b := s.browser()
	r, body := b.post("/login", url.Values{"login": {"wangmin"}, "password": {"no"}})
	expect(t, r, http.StatusUnprocessableEntity, body)
	if strings.Contains(body, "演练区") {
		t.Error("the choice of congresses tells a stranger where a login exists")
	}
	form := url.Values{"login": {"wangmin"}, "password": {password}}
	r, body = b.post("/login", form)
	expect(t, r, http.StatusUnprocessableEntity, body, "演练区人大常委会", "示例区人大常委会", "此账号在多个人大使用")
	form.Set("congress", other)
	r, body = b.post("/login", form)
	expect(t, r, http.StatusSeeOther, body)
	_, body = b.get("/")
	expect(t, r, http.StatusSeeOther, body, "王敏二", "演示数据", "组织与人员")
}

func TestSessionCookie(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	r, _ := b.post("/login", url.Values{"login": {"wangmin"}, "password": {password}})
	c := r.Cookies()[0]
	if c.Name != "bihuan_session" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 0 {
		t.Errorf("over plain http: %v", c)
	}
	var stored string
	if err := s.register.Pool().QueryRow(context.Background(), "select token from sessions").Scan(&stored); err != nil || stored == c.Value {
		t.Errorf("the token lies open in the table: %q, %v", stored, err)
	}
	again, _ := b.post("/login", url.Values{"login": {"wangmin"}, "password": {password}})
	if again.Cookies()[0].Value == c.Value {
		t.Error("the token outlives a login")
	}
	secure := must(New(Config{Register: s.register, Log: s.server.Log, TLS: true}))
	defer secure.Close()
	if k := secure.sessions.Cookie; k.Name != "__Host-bihuan_session" || !k.Secure || k.Path != "/" || k.Domain != "" {
		t.Errorf("under TLS: %+v", k)
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

func hiddenIn(body string) url.Values {
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		form.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return form
}

func TestFormSurvivesTheSession(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	text := "第一条：已整改；\n\"第二条\"：<推进中> & 12月前完成"
	r, body := b.post("/cases/7/acts?stage=plan", url.Values{"token": {"t-1"}, "body": {text}, "item": {"1", "2"}, "new_password": {"秘密"}})
	expect(t, r, http.StatusUnauthorized, body, "刚才填写的内容已保留")
	form := hiddenIn(body)
	form.Set("login", "wangmin")
	form.Set("password", "no")
	r, body = b.post("/login", form)
	expect(t, r, http.StatusUnprocessableEntity, body, "账号或密码不正确")
	form = hiddenIn(body)
	form.Set("login", "wangmin")
	form.Set("password", password)
	r, body = b.post("/login", form)
	expect(t, r, http.StatusOK, body, "继续提交", `action="/cases/7/acts?stage=plan"`, "王敏")
	back := hiddenIn(body)
	if back.Get("body") != text || len(back["item"]) != 2 || back.Get("token") != "t-1" || back.Has("new_password") {
		t.Errorf("came back as %v", back)
	}
	if strings.Contains(body, "enctype") {
		t.Error("a plain form came back as one with files")
	}
}

func TestFilesMustBeChosenAgain(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	var content bytes.Buffer
	form := multipart.NewWriter(&content)
	_ = form.WriteField("body", "附件请见方案")
	file := must(form.CreateFormFile("paper", "整改方案.docx"))
	_, _ = file.Write(make([]byte, 3*keptBytes))
	_ = form.WriteField("token", "t-2")
	_ = form.Close()
	r, body := b.read(b.Post(s.url+"/cases/7/acts", form.FormDataContentType(), &content))
	expect(t, r, http.StatusUnauthorized, body)
	login := hiddenIn(body)
	login.Set("login", "wangmin")
	login.Set("password", password)
	r, body = b.post("/login", login)
	expect(t, r, http.StatusOK, body, `enctype="multipart/form-data"`, `type="file" name="paper"`, "整改方案.docx", "附件请见方案")
	if back := hiddenIn(body); back.Get("token") != "t-2" {
		t.Errorf("came back as %v", back)
	}
}

func TestTooLongToKeep(t *testing.T) {
	s := newSite(t)
	r, body := s.browser().post("/cases/7/acts", url.Values{"body": {strings.Repeat("长", keptBytes/3+1)}})
	expect(t, r, http.StatusUnauthorized, body, "未能保留")
	if form := hiddenIn(body); form.Has("kept_to") {
		t.Error("half a form was kept")
	}
}

func TestLocal(t *testing.T) {
	for path, want := range map[string]string{
		"/cases?x=1#y": "/cases?x=1#y", "": "/", "//evil.cn": "/", "https://evil.cn/": "/", `/\evil.cn`: "/", `\\evil.cn`: "/",
		"javascript:alert(1)": "/", "cases": "/", "/a\nb": "/", "/login": "/", "/logout": "/", "/%zz": "/",
	} {
		if got := local(path); got != want {
			t.Errorf("local(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestPassword(t *testing.T) {
	if !strings.HasPrefix(hashed, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error(hashed)
	}
	if !matches(hashed, password) || matches(hashed, password+"x") || Hash(password) == hashed {
		t.Error("a password is not told from another")
	}
	for _, phc := range []string{"", "x", "$argon2id$v=19$m=1,t=0,p=0$$", strings.Replace(hashed, "v=19", "v=18", 1), strings.Replace(hashed, "argon2id", "argon2i", 1)} {
		if matches(phc, password) || matches(phc, "") {
			t.Errorf("%q lets somebody in", phc)
		}
	}
}
