package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"
)

// A one-time link does the one act it was made for, once: looking does nothing, of two at once one has it, and whatever is wrong with
// it is said in a sentence.
func TestOneTimeLinks(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	d := registertest.Found(t, e.reg, schemas.Pace{}, api.Hash(registertest.Password))
	files, err := api.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	server, err := api.New(api.Config{Register: e.reg, Desk: e.desk, Files: files, Log: slog.New(slog.NewTextHandler(&logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	states, err := e.desk.Suggest(ctx, d.Congress, d.Deputies, []register.NewSuggestion{d.Suggestion()})
	if err != nil {
		t.Fatal(err)
	}
	id, jia := states[0].Case, d.Units[0]
	waits := func(key string) {
		eventually(t, key, func() bool { s, err := e.reg.State(ctx, id); return err == nil && s.Find(key) != nil })
	}
	submit := func(a schemas.Act) {
		t.Helper()
		if err := e.desk.Submit(ctx, d.Congress, id, a); err != nil {
			t.Fatal(err)
		}
	}
	waits("vet#1")
	submit(schemas.Act{ID: "vet", Key: "vet#1", Role: schemas.Deputies, Unit: d.Deputies, Person: d.People["dep"], Verdict: "accept"})
	waits("handover")
	submit(schemas.Act{ID: "hand", Key: "handover", Role: schemas.Deputies, Unit: d.Deputies, Person: d.People["dep"], Parties: []schemas.Party{{Unit: jia, Capacity: "sole"}}})
	sign := "sign/" + jia
	waits(sign)

	invite := func(stage, who string) string {
		t.Helper()
		token, err := e.reg.Invite(ctx, id, stage, d.People[who])
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	ask := func(token string, form url.Values) (int, string) {
		t.Helper()
		r, err := http.Get(web.URL + "/l/" + token)
		if form != nil {
			r, err = http.PostForm(web.URL+"/l/"+token, form)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Body.Close() }()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(body)
	}
	form := func(token, stage string) url.Values { return url.Values{"stage": {stage}, "token": {token}} }
	expect := func(what string, status, want int, body, says string) {
		t.Helper()
		if status != want || !strings.Contains(body, says) {
			t.Errorf("%s: %d, want %d with %q\n%s", what, status, want, says, body)
		}
	}
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := e.reg.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}

	token := invite(sign, "unt-jia")
	status, body := ask(token, nil)
	expect("looking", status, http.StatusOK, body, "一次性链接")
	if strings.Contains(body, "工作台") || strings.Contains(body, "Set-Cookie") {
		t.Error("the link logs its holder in")
	}
	if s, _ := e.reg.State(ctx, id); s.Find(sign) == nil {
		t.Fatal("looking signed for it")
	}
	status, body = ask(token, form("0123456789abcdef-1", "reply/"+jia))
	expect("another stage", status, http.StatusForbidden, body, "只能办理")
	status, body = ask(invite(sign, "unt-yi"), form("0123456789abcdef-2", sign))
	expect("another unit", status, http.StatusNotFound, body, "无权查看")
	expired := invite(sign, "unt-jia")
	exec("update invitations set expires_at = now() where hash = (select hash from invitations order by expires_at desc limit 1)")
	status, body = ask(expired, form("0123456789abcdef-3", sign))
	expect("too late", status, http.StatusGone, body, "超过三天")
	status, body = ask(strings.Repeat("A", 52), nil)
	expect("a guess", status, http.StatusNotFound, body, "链接无效")
	exec("update accounts set active = false where id = $1", d.People["unh-jia"])
	status, body = ask(invite(sign, "unh-jia"), form("0123456789abcdef-4", sign))
	expect("an account that is shut", status, http.StatusNotFound, body, "链接无效")
	exec("update accounts set active = true where id = $1", d.People["unh-jia"])

	var mu sync.Mutex
	answers := map[int]int{}
	var both sync.WaitGroup
	for _, n := range []string{"a", "b"} {
		both.Go(func() {
			r, err := http.PostForm(web.URL+"/l/"+token, form("0123456789abcdef-"+n, sign))
			if err != nil {
				t.Error(err)
				return
			}
			_ = r.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			answers[r.StatusCode]++
		})
	}
	both.Wait()
	if answers[http.StatusOK] != 1 || answers[http.StatusGone]+answers[http.StatusConflict] != 1 {
		t.Errorf("two at once: %v", answers)
	}
	s, err := e.reg.State(ctx, id)
	if f, told := s.Told(sign); err != nil || !told || f.Person != d.People["unt-jia"] {
		t.Errorf("signed by %+v, %v", f, err)
	}
	status, body = ask(token, nil)
	expect("used", status, http.StatusGone, body, "已经用过")
	relieve := invite("return-request/"+jia, "unh-jia")
	status, body = ask(relieve, url.Values{"stage": {"return-request/" + jia + "#1"}, "token": {"0123456789abcdef-5"}})
	expect("without a reason", status, http.StatusUnprocessableEntity, body, "理由")
	status, body = ask(relieve, url.Values{"stage": {"return-request/" + jia + "#1"}, "token": {"0123456789abcdef-6"}, "reason": {"职责不符"}, "target": {d.Units[1]}, "text": {"申请退办"}})
	expect("asking to be relieved", status, http.StatusOK, body, "已经收到")
	eventually(t, "the request stands", func() bool { s, err := e.reg.State(ctx, id); return err == nil && s.Find("return/"+jia+"#1") != nil })
	if text := logged.String(); strings.Contains(text, token) || strings.Contains(text, relieve) {
		t.Error("a token stands in the log")
	}
	var lines int
	if err := e.reg.Pool().QueryRow(ctx, "select count(*) from audit where action = 'POST /l/{token}' and object_id = $1 and result = 'done'", id).Scan(&lines); err != nil || lines != 2 {
		t.Errorf("%d lines in the audit log, %v", lines, err)
	}
}
