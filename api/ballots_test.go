package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// hall is a district whose standing committee votes: members scm1…, and the deputies of the district.
type hall struct {
	openDistrict
	members []string // logins
}

func newHall(t *testing.T, members int) hall {
	h := hall{openDistrict: newOpenDistrict(t)}
	for i := range members {
		login := fmt.Sprintf("scm%d", i+1)
		h.People[login] = h.add(h.Congress, login, fmt.Sprintf("委员%d", i+1), register.Post{Role: schemas.Member})
		h.members = append(h.members, login)
	}
	return h
}

// as is a browser in which somebody is logged in, without the slow way through the login page.
func (h hall) as(login string) browser {
	h.t.Helper()
	ctx := must(h.server.sessions.Load(context.Background(), ""))
	entry := must(h.register.Begin(ctx, h.People[login], false, "127.0.0.1", "test"))
	h.server.sessions.Put(ctx, loginKey, entry)
	token, _, err := h.server.sessions.Commit(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	b.Jar.SetCookies(must(url.Parse(h.url)), []*http.Cookie{{Name: h.server.cookieName("session"), Value: token, Path: "/"}})
	return b
}

// ballotIn is the form of a satisfaction ballot of the members, watched by the first of them.
func (h hall) ballotIn(changes ...string) url.Values {
	f := url.Values{"title": {"区水务局工作评议"}, "scale": {"satisfaction"}, "share": {"80"}, "in-members": {"1"}, "weight-members": {"100"}, "base-members": {"all"},
		"base-deputies": {"all"}, "base-public": {"all"}, "decides": {"0"}, "quorum": {"1"}, "scrutineer": {h.People["scm1"]}}
	for i := 0; i < len(changes); i += 2 {
		f.Set(changes[i], changes[i+1])
	}
	return f
}

var ballotPath = regexp.MustCompile(`^/ballots/[0-9a-f-]{36}$`)

// configured is a ballot that was configured by the office; its address.
func (h hall) configured(f url.Values) string {
	h.t.Helper()
	r, body := h.as("ofc").post("/ballots/new", f)
	expect(h.t, r, http.StatusSeeOther, body)
	path := r.Header.Get("Location")
	if !ballotPath.MatchString(path) {
		h.t.Fatalf("led to %q", path)
	}
	return path
}

// opened is a ballot that people can vote in.
func (h hall) opened(f url.Values) string {
	h.t.Helper()
	path := h.configured(f)
	h.do("vc", path+"/approve")
	h.do("ofc", path+"/open")
	return path
}

// do is an act on a ballot that succeeds.
func (h hall) do(login, path string, fields ...string) {
	h.t.Helper()
	f := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		f.Add(fields[i], fields[i+1])
	}
	r, body := h.as(login).post(path, f)
	expect(h.t, r, http.StatusSeeOther, body)
}

var (
	slipField = regexp.MustCompile(`name="slip" value="([^"]+)"`)
	slipForm  = regexp.MustCompile(`action="(/v/[0-9a-f-]{36})"`)
)

// slipIn finds the slip on a page, and where its form goes.
func slipIn(t *testing.T, body string) (to, code string) {
	t.Helper()
	a, b := slipForm.FindStringSubmatch(body), slipField.FindStringSubmatch(body)
	if a == nil || b == nil {
		t.Fatalf("there is no slip on\n%s", body)
	}
	return a[1], b[1]
}

// draw takes the slip of somebody.
func (h hall) draw(b browser, path string) (to, code string) {
	h.t.Helper()
	r, body := b.get(path + "/vote")
	expect(h.t, r, http.StatusOK, body, "领票")
	r, body = b.post(path+"/draw", nil)
	expect(h.t, r, http.StatusOK, body)
	return slipIn(h.t, body)
}

// vote draws and casts; empty: invalid.
func (h hall) vote(login, path, option string) {
	h.t.Helper()
	b := h.as(login)
	to, code := h.draw(b, path)
	do := "cast"
	if option == "" {
		do = "spoil"
	}
	r, body := b.post(to, url.Values{"slip": {code}, "option": {option}, "do": {do}})
	expect(h.t, r, http.StatusOK, body, "已投出")
}

func (h hall) id(path string) string { return strings.TrimPrefix(path, "/ballots/") }

func (h hall) result(path string) register.Ballot {
	h.t.Helper()
	return must(h.register.Ballot(context.Background(), h.Congress, h.id(path), h.People["ofc"]))
}

func TestBallotFromConfigurationToSeal(t *testing.T) {
	h := newHall(t, 5)
	path := h.configured(h.ballotIn())
	r, body := h.as("scm1").get(path + "/vote")
	expect(t, r, http.StatusOK, body, "投票还没有开始")
	h.do("vc", path+"/approve")
	h.do("ofc", path+"/open")
	// one votes as a telephone does: choose, check, cast
	b := h.as("scm1")
	to, code := h.draw(b, path)
	phone := h.browser()
	r, body = phone.get(to + "/" + code)
	expect(t, r, http.StatusOK, body, "请选一项", "基本满意")
	r, body = phone.post(to, url.Values{"slip": {code}, "do": {"check"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "您还没有选择", "仍按无效票投出")
	r, body = phone.post(to, url.Values{"slip": {code}, "option": {"satisfied"}, "do": {"check"}})
	expect(t, r, http.StatusOK, body, "请核对", "投出")
	for range 2 {
		r, body = phone.post(to, url.Values{"slip": {code}, "option": {"satisfied"}, "do": {"cast"}})
		expect(t, r, http.StatusOK, body, "已投出")
		if strings.Contains(body, "基本满意") || strings.Contains(body, "满意") {
			t.Error("the receipt says what was voted")
		}
	}
	h.vote("scm2", path, "satisfied")
	h.vote("scm3", path, "basically")
	h.vote("scm4", path, "")
	h.do("ofc", path+"/close")
	h.do("ofc", path+"/count")
	r, body = h.as("ofc").post(path+"/announce", nil)
	expect(t, r, http.StatusUnprocessableEntity, body) // not before the scrutineer's word
	h.do("scm1", path+"/confirm")
	h.do("ofc", path+"/announce", "publish", "1")
	r, body = h.as("scm5").get(path)
	expect(t, r, http.StatusOK, body, "发出测评表4张，收回4张，其中无效1张，满意票2票，满意率66.67%", "不满意", "2/3")
	r, body = h.browser().get("/public/" + h.Congress + path)
	expect(t, r, http.StatusOK, body, "满意率66.67%")
	r, body = h.as("scm5").get(path + "/screen")
	expect(t, r, http.StatusOK, body, "满意率66.67%")
	h.do("ofc", path+"/seal")
	if got := h.result(path); got.Status != "sealed" || got.Result.Electorates[0].Valid != 3 || got.Result.Verdict != "basically" {
		t.Errorf("%s %+v", got.Status, got.Result)
	}
}
