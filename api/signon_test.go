package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"golang.org/x/oauth2"
)

// provided is a site whose accounts also come in through a real provider that runs beside it.
type provided struct {
	*site
	provider *httptest.Server
}

func newProvided(t *testing.T) provided {
	s := newSite(t)
	var handler http.Handler
	p := provided{s, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))}
	t.Cleanup(p.provider.Close)
	users := map[string]storage.User{}
	for i, name := range []string{"wangmin", "stranger", "shut"} {
		id := string(rune('a' + i))
		users[id] = storage.User{ID: id, Username: name, Password: password}
	}
	file := filepath.Join(t.TempDir(), "users.json")
	if err := os.WriteFile(file, must(json.Marshal(users)), 0o600); err != nil {
		t.Fatal(err)
	}
	back := s.url + "/login/oidc/callback"
	kept := storage.NewStorageWithClients(must(storage.StoreFromFile(file)), map[string]*storage.Client{
		"bihuan": storage.WebClient("bihuan", "for bihuan", back), "other": storage.WebClient("other", "for other", back)})
	handler = exampleop.SetupServer(p.provider.URL, kept, nil, false)
	s.server.SignOn = &SignOn{Issuer: p.provider.URL, Client: "bihuan", Secret: "for bihuan", Congress: "示例区人大常委会", Claim: "preferred_username", Redirect: back}
	return p
}

// passes goes through the provider's own login, from its authorization address to the address it sends the browser back to.
func (p provided) passes(authorize, username string) *url.URL {
	p.t.Helper()
	c := &http.Client{Jar: must(cookiejar.New(nil)), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	step := func(r *http.Response, err error) *url.URL {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
		_ = r.Body.Close()
		to, err := r.Location()
		if err != nil {
			p.t.Fatalf("%d without a way on: %v", r.StatusCode, err)
		}
		return to
	}
	form := step(c.Get(authorize))
	to := step(c.PostForm(p.provider.URL+"/login/username", url.Values{"username": {username}, "password": {password}, "id": {form.Query().Get("authRequestID")}}))
	return step(c.Get(to.String()))
}

// begins starts a sign-on in a browser and returns where it is sent.
func (p provided) begins(b browser, next string) string {
	p.t.Helper()
	r, body := b.get("/login/oidc?next=" + url.QueryEscape(next))
	expect(p.t, r, http.StatusSeeOther, body)
	return r.Header.Get("Location")
}

func TestSignOn(t *testing.T) {
	p := newProvided(t)
	b := p.browser()
	r, body := b.get("/login")
	expect(t, r, http.StatusOK, body, "统一登录")
	back := p.passes(p.begins(b, "/cases?tab=late"), "wangmin")
	r, body = b.get(back.RequestURI())
	expect(t, r, http.StatusSeeOther, body)
	if to := r.Header.Get("Location"); to != "/cases?tab=late" {
		t.Errorf("goes on to %q", to)
	}
	r, body = b.get("/cases")
	expect(t, r, http.StatusOK, body, "王敏")
	r, body = b.get(back.RequestURI())
	expect(t, r, http.StatusBadRequest, body, "请从登录页重新开始")
	entered := false
	for _, l := range p.lines(p.congress) {
		entered = entered || l.Action == "GET /login/oidc/callback" && l.Account == p.account && l.Result == "done"
	}
	if !entered {
		t.Error("the login left no line")
	}
	// One whose password here must be changed needs none: the provider vouches for him.
	if _, err := p.register.Pool().Exec(context.Background(), "update accounts set must_change = true where id = $1", p.account); err != nil {
		t.Fatal(err)
	}
	again := p.browser()
	r, body = again.get(p.passes(p.begins(again, "https://elsewhere.example/"), "wangmin").RequestURI())
	expect(t, r, http.StatusSeeOther, body)
	if to := r.Header.Get("Location"); to != "/" {
		t.Errorf("sent away to %q", to)
	}
	r, body = again.get("/")
	expect(t, r, http.StatusOK, body, "王敏")
}

func TestSignOnRefused(t *testing.T) {
	p := newProvided(t)
	ctx := context.Background()
	shut := p.add(p.congress, "shut", "离任", register.Post{Role: schemas.Liaison, Unit: p.unit})
	if _, err := p.register.Pool().Exec(ctx, "update accounts set active = false where id = $1", shut); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"stranger", "shut"} {
		b := p.browser()
		r, body := b.get(p.passes(p.begins(b, "/"), name).RequestURI())
		expect(t, r, http.StatusForbidden, body, "还没有账号")
		r, _ = b.get("/cases")
		if r.StatusCode != http.StatusSeeOther {
			t.Errorf("%s is let in", name)
		}
	}
	b, other := p.browser(), p.browser()
	back := p.passes(p.begins(b, "/"), "wangmin")
	p.begins(other, "/")
	r, body := other.get(back.RequestURI())
	expect(t, r, http.StatusBadRequest, body, "请从登录页重新开始") // another browser's answer
	r, body = p.browser().get("/login/oidc/callback?code=x&state=")
	expect(t, r, http.StatusBadRequest, body, "请从登录页重新开始")
	denied := p.browser()
	state := must(url.Parse(p.begins(denied, "/"))).Query().Get("state")
	r, body = denied.get("/login/oidc/callback?error=" + url.QueryEscape("<script>alert(1)</script>") + "&state=" + state)
	expect(t, r, http.StatusBadRequest, body, "（unknown）")
	if strings.Contains(body, "alert(1)") {
		t.Error("what the provider says is shown")
	}

	on := p.server.SignOn
	code := func(o *SignOn, nonce, verifier string) string {
		client := o.client(must(o.found(ctx)))
		return p.passes(client.AuthCodeURL("s", oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), "wangmin").Query().Get("code")
	}
	verifier := oauth2.GenerateVerifier()
	if login, err := on.who(ctx, code(on, "right", verifier), "right", verifier); err != nil || login != "wangmin" {
		t.Fatalf("%q, %v", login, err)
	}
	used := code(on, "right", verifier)
	_, _ = on.who(ctx, used, "right", verifier)
	elsewhere := &SignOn{Issuer: on.Issuer, Client: "other", Secret: "for other", Claim: on.Claim, Redirect: on.Redirect}
	for name, got := range map[string]func() (string, error){
		"a code used before": func() (string, error) { return on.who(ctx, used, "right", verifier) },
		"another nonce":      func() (string, error) { return on.who(ctx, code(on, "right", verifier), "wrong", verifier) },
		"no nonce":           func() (string, error) { return on.who(ctx, code(on, "", verifier), "", verifier) },
		"another verifier": func() (string, error) {
			return on.who(ctx, code(on, "right", verifier), "right", oauth2.GenerateVerifier())
		},
		"another audience": func() (string, error) { return on.who(ctx, code(elsewhere, "right", verifier), "right", verifier) },
		"a claim that is not there": func() (string, error) {
			c := &SignOn{Issuer: on.Issuer, Client: on.Client, Secret: on.Secret, Claim: "badge", Redirect: on.Redirect}
			return c.who(ctx, code(c, "right", verifier), "right", verifier)
		},
	} {
		if login, err := got(); !isRefusal(err, "SignOnFailed") {
			t.Errorf("%s: %q, %v", name, login, err)
		}
	}
	if strings.Contains(p.log.String(), "for bihuan") {
		t.Error("the secret stands in the log")
	}
}

// With the provider away passwords still open the door; when it is back it is asked again.
func TestSignOnAway(t *testing.T) {
	p := newProvided(t)
	issuer := p.server.SignOn.Issuer
	p.server.SignOn.Issuer = "http://127.0.0.1:1"
	b := p.browser()
	r, body := b.get("/login/oidc")
	expect(t, r, http.StatusServiceUnavailable, body, "统一登录暂时连不上")
	b.login("wangmin")
	p.server.SignOn.Issuer = issuer
	p.begins(p.browser(), "/")
	p.server.SignOn = nil
	r, body = p.browser().get("/login/oidc")
	expect(t, r, http.StatusNotFound, body)
	r, body = p.browser().get("/login")
	expect(t, r, http.StatusOK, body)
	if strings.Contains(body, "统一登录") {
		t.Error("a way in is shown that is none")
	}
}
