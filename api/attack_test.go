package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// evil is what must never reach a browser as it is.
const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'};alert(1)//`

// Whatever people write, pages show it and browsers do not run it: names, titles, texts, reasons, on pages of the business, of the
// administrators and of the public, in lists, forms and errors.
func TestNothingWrittenRuns(t *testing.T) {
	o := newOpenDistrict(t)
	g := o.Suggestion()
	g.Title, g.Body, g.Demand = "关于"+evil, evil, evil
	id := o.file(g)[0]
	o.hand(id, o.Units[0], "sole", "")
	o.publish(id, evil)
	o.sql("update accounts set name = name || $1 where congress = $2", evil, o.Congress)
	o.sql("update units set name = name || $1 where congress = $2", evil, o.Congress)
	o.sql("update deputies set delegation = delegation || $1, occupation = $1", evil)
	o.sql("update congresses set name = name || $1", evil)
	o.sql(`insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at) values ($1, $2, $3, 'reply/x', 0, 'L1', $4, now(), now())`,
		register.NewID(), o.Congress, id, o.People["dep"])
	o.sql(`insert into outbox (notice, channel, congress, after) select id, 'mail', congress, now() from notices`)
	q := "?q=" + url.QueryEscape(evil) + "&unit=" + url.QueryEscape(evil) + "&from=" + url.QueryEscape(evil)
	pages := 0
	for login, paths := range map[string][]string{
		"dep": {"/", "/suggestions", "/suggestions" + q, "/cases" + q, "/cases/" + id, "/cases/" + id + "/disclosure", "/cases/" + id + "/act?stage=" + url.QueryEscape(evil),
			"/suggestions/bulk/vet", "/suggestions/import", "/numbers", "/numbers" + q, "/numbers/answered", "/numbers/report", "/notices", "/lateness?side=" + url.QueryEscape(evil), "/rules?procedure=" + url.QueryEscape(evil), "/me"},
		"ofc": {"/cockpit", "/cockpit" + q, "/cockpit/list?of=" + url.QueryEscape(evil), "/cockpit/list?of=open", "/cockpit/screen?view=" + url.QueryEscape(evil), "/cockpit/print?paper=" + url.QueryEscape(evil), "/people", "/mail", "/permissions", "/calendar?year=" + url.QueryEscape(evil), "/rules?set=" + url.QueryEscape(evil),
			"/rules/edit/term?name=" + url.QueryEscape(evil), "/rules/edit/ladder?profile=" + url.QueryEscape(evil),
			"/rules/versions?version=" + url.QueryEscape(evil) + "&with=" + url.QueryEscape(evil), "/rules/moves/batch?id=" + url.QueryEscape(evil), "/calendar/print?year=" + url.QueryEscape(evil)},
		"adm":  {"/people/accounts" + q, "/people/accounts/" + o.People["dpt1"], "/people/units", "/people/import"},
		"sec":  {"/people/accounts/" + o.People["dpt1"], "/people/demands"},
		"cmt":  {"/cases/new"},
		"dpt1": {"/suggestions/new", "/cases/" + id},
	} {
		b := o.browser()
		b.login(login)
		for _, path := range paths {
			pages++
			_, body := b.get(path)
			harmless(t, login+" "+path, body)
		}
	}
	anyone := o.browser()
	for _, path := range []string{"/public", "/public/" + o.Congress + q, "/public/" + o.Congress + "/suggestions/" + id, "/login?next=" + url.QueryEscape(evil), "/" + url.PathEscape(evil), "/l/" + url.PathEscape(evil)} {
		pages++
		_, body := anyone.get(path)
		harmless(t, path, body)
	}
	r, body := anyone.post("/login", url.Values{"login": {evil}, "password": {evil}, "next": {evil}, "congress": {evil}})
	expect(t, r, http.StatusUnprocessableEntity, body)
	harmless(t, "the login page", body)
	b := o.browser()
	b.login("dpt1")
	r, body = b.post("/suggestions/new", url.Values{"do": {"check"}, "title": {evil}, "body": {evil}, "demand": {evil}, "cosigners": {evil}, "category": {evil}})
	expect(t, r, http.StatusUnprocessableEntity, body)
	harmless(t, "a form that comes back", body)
	t.Logf("%d pages", pages+2)
}

func harmless(t *testing.T, where, body string) {
	t.Helper()
	for _, bad := range []string{"<script>alert", "<img src=x", "onerror=alert(1)>"} {
		if i := strings.Index(body, bad); i >= 0 {
			t.Errorf("%s runs what was written: …%s…", where, body[max(0, i-80):min(len(body), i+80)])
		}
	}
}

// Quotes, wildcards and bytes that no text has find nothing and break nothing.
func TestQueriesAreQuestionsOnly(t *testing.T) {
	o := newOpenDistrict(t)
	o.file(o.Suggestion())
	dep, adm, aud := o.browser(), o.browser(), o.browser()
	dep.login("dep")
	adm.login("adm")
	o.add(o.Congress, "aud", "审计员", register.Post{Role: schemas.Auditor})
	aud.post("/login", url.Values{"login": {"aud"}, "password": {password}})
	for _, text := range []string{"' or '1'='1", "'; drop table cases; --", `\`, "%", "_", "\x00", "\xff\xfe", "){}(*", strings.Repeat("长", 5000)} {
		q := url.QueryEscape(text)
		for _, path := range []string{"/suggestions?q=" + q, "/suggestions?unit=" + q, "/suggestions?from=" + q, "/suggestions?tab=" + q, "/cases?q=" + q, "/cases?unit=" + q,
			"/numbers?unit=" + q, "/cases/" + url.PathEscape(text), "/public/" + url.PathEscape(text), "/public/" + o.Congress + "?q=" + q + "&unit=" + q} {
			if r, body := dep.get(path); r.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%q: %d\n%s", path, r.StatusCode, body)
			}
		}
		if r, body := adm.get("/people/accounts?q=" + q); r.StatusCode >= http.StatusInternalServerError {
			t.Errorf("accounts %q: %d\n%s", text, r.StatusCode, body)
		}
		if r, body := aud.get("/audit?who=" + q + "&object=" + q + "&action=" + q + "&from=" + q); r.StatusCode >= http.StatusInternalServerError {
			t.Errorf("audit %q: %d\n%s", text, r.StatusCode, body)
		}
	}
	for _, text := range []string{"' or '1'='1", "zzz"} {
		if _, body := dep.get("/suggestions?q=" + url.QueryEscape(text)); strings.Contains(body, o.Suggestion().Title) {
			t.Errorf("%q finds what it does not say", text)
		}
	}
}

// What no record can hold is refused before it is a fact: units that are none, or another congress's, and bytes that no text has.
func TestActsThatNoRecordCanHold(t *testing.T) {
	o := newOpenDistrict(t)
	o.engineAway()
	elsewhere := must(o.register.AddUnit(t.Context(), o.congress, register.Unit{Name: "别区的局", Kind: "department", Sort: 1}))
	none := func(string, string) []schemas.Act { return nil }
	id := o.opinion("测审〔2026〕1号", o.Units[:1], none, &schemas.Open{Stage: schemas.Stage{Key: "handover"}}, &schemas.Open{Stage: schemas.Stage{Key: "reassign#1"}})
	ofc := o.browser()
	ofc.login("ofc")
	for name, c := range map[string]struct {
		fields url.Values
		code   int
	}{
		"a name for a unit":             {url.Values{"stage": {"reassign#1"}, "target": {"区财政局"}}, http.StatusUnprocessableEntity},
		"no unit at all":                {url.Values{"stage": {"reassign#1"}, "target": {register.NewID()}}, http.StatusUnprocessableEntity},
		"another congress's":            {url.Values{"stage": {"reassign#1"}, "target": {elsewhere}}, http.StatusUnprocessableEntity},
		"handed to no unit":             {url.Values{"stage": {"handover"}, "unit-0": {register.NewID()}, "capacity-0": {"sole"}}, http.StatusUnprocessableEntity},
		"handed to another congress's":  {url.Values{"stage": {"handover"}, "unit-0": {elsewhere}, "capacity-0": {"sole"}}, http.StatusUnprocessableEntity},
		"a byte that no text has":       {url.Values{"stage": {"reassign#1"}, "target": {o.Units[1]}, "reason": {"\x00"}}, http.StatusUnprocessableEntity},
		"six letters that look like it": {url.Values{"stage": {"reassign#1"}, "target": {o.Units[1]}, "reason": {`\u0000`}}, http.StatusAccepted},
		"to a unit":                     {url.Values{"stage": {"reassign#1"}, "target": {o.Units[1]}}, http.StatusAccepted},
	} {
		c.fields.Set("token", "token of "+name)
		if r, body := ofc.post("/cases/"+id+"/act", c.fields); r.StatusCode != c.code {
			t.Errorf("%s: %d\n%s", name, r.StatusCode, body)
		}
	}
	if _, err := o.register.Receive(t.Context(), o.Congress, id, schemas.Act{ID: "t", Key: "receive", Person: o.People["ofc"], Level: "\x00"}); !isRefusal(err, "BadText") {
		t.Errorf("the intake takes it: %v", err)
	}
}

// The session's token is a new one after the login, and the one that somebody brought opens nothing.
func TestSessionsAreNotFixed(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	planted := &http.Cookie{Name: s.server.cookieName("session"), Value: "planted-by-another", Path: "/"}
	b.Jar.SetCookies(must(url.Parse(s.url)), []*http.Cookie{planted})
	b.login("wangmin")
	for _, c := range b.Jar.Cookies(must(url.Parse(s.url))) {
		if c.Name == planted.Name && c.Value == planted.Value {
			t.Error("the planted token is the session's now")
		}
	}
	other := s.browser()
	other.Jar.SetCookies(must(url.Parse(s.url)), []*http.Cookie{planted})
	r, body := other.get("/cases")
	expect(t, r, http.StatusSeeOther, body)
}

// A Host that is not ours leads nobody away, and what is too large or too slow is cut off.
func TestRequestsOutOfShape(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.login("wangmin")
	for _, header := range []string{"Host", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"} {
		r := must(http.NewRequest(http.MethodGet, s.url+"/login", nil))
		r.Header.Set(header, "evil.example")
		if header == "Host" {
			r.Host = "evil.example"
		}
		answer, body := b.read(b.Do(r))
		if strings.Contains(body+answer.Header.Get("Location"), "evil.example") {
			t.Errorf("%s is believed", header)
		}
	}
	r := must(http.NewRequest(http.MethodPost, s.url+"/notices/read", nil))
	r.Host = "evil.example"
	r.Header.Set("Origin", "http://evil.example.attacker")
	answer, body := b.read(b.Do(r))
	expect(t, answer, http.StatusForbidden, body, "别的网站")
	answer, body = b.read(b.Post(s.url+"/login", "application/x-www-form-urlencoded", io.LimitReader(zeros{}, 64<<20)))
	expect(t, answer, http.StatusRequestEntityTooLarge, body)
	answer, body = b.read(b.Post(s.url+"/api/cases", "application/json", bytes.NewReader(bytes.Repeat([]byte("["), 100000))))
	expect(t, answer, http.StatusForbidden, body) // refused before it is read
	c := must(net.Dial("tcp", strings.TrimPrefix(s.url, "http://")))
	defer func() { _ = c.Close() }()
	_, _ = fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("a", 2<<20))
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	head := make([]byte, 32)
	n, _ := io.ReadFull(c, head)
	if !strings.Contains(string(head[:n]), "431") {
		t.Errorf("two megabytes of header: %q", head[:n])
	}
	if _, err := s.register.Person(context.Background(), s.account); err != nil {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A reader who stops reading is left; one who reads slowly, but reads, gets the whole.
func TestAReaderWhoStopsIsLeft(t *testing.T) {
	t.Parallel()
	const pieces, piece = 256, 256 << 10 // far more than the buffers between
	ended := make(chan int, 1)
	web := httptest.NewServer(flowing(300 * time.Millisecond)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := 0
		for range pieces {
			n, err := w.Write(make([]byte, piece))
			if sent += n; err != nil {
				break
			}
		}
		ended <- sent
	})))
	t.Cleanup(web.Close)
	stopped := must(http.Get(web.URL))
	select {
	case sent := <-ended:
		if sent == pieces*piece {
			t.Error("all was sent to nobody")
		}
	case <-time.After(20 * time.Second):
		t.Error("the answer waits for ever")
	}
	_ = stopped.Body.Close()
	slow := must(http.Get(web.URL))
	got, buffer, begun := 0, make([]byte, 8<<20), time.Now()
	for {
		n, err := io.ReadFull(slow.Body, buffer)
		if got += n; err != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	_ = slow.Body.Close()
	if got != pieces*piece || time.Since(begun) < 500*time.Millisecond {
		t.Errorf("%d bytes in %v", got, time.Since(begun))
	}
}
