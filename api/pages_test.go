package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		schemas.ZhDate(at(2026, 3, 2, 0, 30)): "2026年3月2日",
		zhInstant(at(2026, 3, 2, 9, 0)):       "2026年3月2日 09:00",
		zhDue(at(2026, 3, 3, 0, 0)):           "2026年3月2日（周一）",
		zhDue(at(2026, 3, 3, 17, 30)):         "2026年3月3日 17:30",
		dated(zhDue)(time.Time{}):             "—",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLights(t *testing.T) {
	for colour, l := range lights {
		html, err := light(colour)
		if err != nil || !strings.Contains(string(html), l.word) || !strings.Contains(string(html), "<svg") {
			t.Errorf("%s: %s, %v", colour, html, err)
		}
	}
	if html, _ := light("red", "逾期2级", "<3>"); !strings.Contains(string(html), "逾期2级 · &lt;3&gt;") {
		t.Error(html)
	}
	if _, err := light("pink"); err == nil {
		t.Error("there is a pink light")
	}
}

func TestEveryPageParses(t *testing.T) {
	as, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	ps, err := parsePages(as)
	if err != nil || ps["login"] == nil || ps["error"] == nil || ps["layout"] != nil {
		t.Errorf("%v, %v", ps, err)
	}
}

func TestErrorPages(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	r, body := b.get("/nowhere")
	expect(t, r, http.StatusNotFound, body, "没有这个页面", "NotFound", "王敏")
	r, body = b.get("/logout")
	expect(t, r, http.StatusMethodNotAllowed, body, "请从工作台重新进入")
	for err, status := range map[error]int{
		schemas.Refuse("NotEntitled", "您无权办理"):                                         403,
		fmt.Errorf("taking: %w", schemas.Refuse("StageClosed", "已经办结")):                409,
		schemas.Refuse("BadVerdict", "请选择办理结论"):                                        422,
		&schemas.Error{Code: "EngineAway", Text: "流程引擎暂时无法访问", Cause: errors.New("x")}: 503,
		&http.MaxBytesError{}: 413,
	} {
		if got := s.failed(http.MethodGet, err); got.Code != status {
			t.Errorf("%v: %d, want %d", err, got.Code, status)
		}
	}
}

func (s *site) failed(method string, err error) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/cases/7/acts", strings.NewReader(url.Values{"body": {"已经写好的方案"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.server.fail(w, r, err)
	return w
}

func TestUnknownErrorsTellOnlyANumber(t *testing.T) {
	s := newSite(t)
	s.server.router.(*chi.Mux).Get("/broken", func(http.ResponseWriter, *http.Request) { panic("secret cause") })
	r, body := s.browser().get("/broken")
	number := r.Header.Get("X-Request-Id")
	expect(t, r, http.StatusInternalServerError, body, number)
	if strings.Contains(body, "secret") || !strings.Contains(s.log.String(), "secret cause") || !strings.Contains(s.log.String(), number) {
		t.Errorf("page and log:\n%s\n%s", body, s.log)
	}
}

func TestFormComesBackWhenTheRegisterIsAway(t *testing.T) {
	s := newSite(t)
	w := s.failed(http.MethodPost, register.Away(errors.New("connection refused")))
	expect(t, w.Result(), http.StatusServiceUnavailable, w.Body.String(), "已经写好的方案", "继续提交", `action="/cases/7/acts"`)
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestRegisterAway(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	s.register.Close()
	r, body := b.get("/")
	expect(t, r, http.StatusServiceUnavailable, body, "登记簿暂时无法访问")
	r, body = b.post("/cases/7/acts", url.Values{"body": {"已经写好的方案"}})
	expect(t, r, http.StatusServiceUnavailable, body, "已经写好的方案")
	r, body = b.get("/readyz")
	expect(t, r, http.StatusServiceUnavailable, body, "RegisterAway")
	r, body = b.get("/healthz")
	expect(t, r, http.StatusOK, body)
	stranger := s.browser()
	r, body = stranger.post("/login", url.Values{"login": {"wangmin"}, "password": {password}, "kept_to": {"/cases/7/acts"}, "_kept_body": {"已经写好的方案"}})
	expect(t, r, http.StatusServiceUnavailable, body, "已经写好的方案")
	if strings.Contains(body, password) {
		t.Error("the password came back")
	}
}

func TestRehearsalShowsItsOwnDay(t *testing.T) {
	s := newSite(t)
	c := must(s.register.AddCongress(context.Background(), register.Congress{Name: "演练区人大常委会", Rehearsal: true}))
	pace := schemas.Pace{Real: time.Now(), Virtual: at(2023, 6, 30, 9, 0), Rate: 1}
	if err := s.register.SetPace(context.Background(), c, pace); err != nil {
		t.Fatal(err)
	}
	s.add(c, "zhaolei", "赵磊", register.Post{Role: schemas.Chair})
	b := s.browser()
	b.login("zhaolei")
	r, body := b.get("/")
	expect(t, r, http.StatusOK, body, "演练", "2023年6月30日（周五）")
}

func TestHeaders(t *testing.T) {
	s := newSite(t)
	r, body := s.browser().get("/login")
	for name, part := range map[string]string{
		"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if !strings.Contains(r.Header.Get(name), part) {
			t.Errorf("%s: %q", name, r.Header.Get(name))
		}
	}
	if strings.Contains(body, " style=") || strings.Contains(body, "<style") || strings.Contains(body, " onclick=") {
		t.Error("the policy forbids what the page does")
	}
	css, _ := s.browser().get(s.server.assets.path("app.css"))
	if !strings.Contains(css.Header.Get("Cache-Control"), "immutable") {
		t.Error(css.Header)
	}
	stale, _ := s.browser().get("/static/app.css?v=old")
	if stale.Header.Get("Cache-Control") != "no-cache" {
		t.Error(stale.Header)
	}
}

func TestOtherSitesMayNotPost(t *testing.T) {
	s := newSite(t)
	r := must(http.NewRequest(http.MethodPost, s.url+"/login", strings.NewReader("login=wangmin")))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	b := s.browser()
	answer, body := b.read(b.Do(r))
	expect(t, answer, http.StatusForbidden, body, "来自别的网站")
}

func TestLargePrint(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	r, body := b.post("/preferences", url.Values{"large": {"1"}, "back": {"/login?next=/cases"}})
	expect(t, r, http.StatusSeeOther, body)
	if r.Header.Get("Location") != "/login?next=/cases" {
		t.Error(r.Header.Get("Location"))
	}
	r, body = b.get("/login")
	expect(t, r, http.StatusOK, body, `<html lang="zh-CN" class="large">`, "标准字号")
	r, _ = b.post("/preferences", url.Values{"back": {"//evil.cn"}})
	if r.Header.Get("Location") != "/" {
		t.Error(r.Header.Get("Location"))
	}
	r, body = b.get("/login")
	expect(t, r, http.StatusOK, body, `<html lang="zh-CN">`, "大字版")
}
