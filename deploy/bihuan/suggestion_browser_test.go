package main

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"

	"github.com/chromedp/chromedp"
)

// A suggestion goes by clicks alone from a deputy's telephone without script through the bulk hand-over at a desk, the reply, the
// dissatisfaction and the one re-handling to the final mark, and everybody can follow it.
func TestSuggestionByBrowser(t *testing.T) {
	e := newEngine(t)
	ctx := context.Background()
	pace := schemas.Pace{Real: time.Now(), Virtual: time.Date(2023, 3, 6, 9, 0, 0, 0, schemas.Shanghai), Rate: 1}
	d := registertest.Found(t, e.reg, pace, api.Hash(registertest.Password))
	files, err := api.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server, err := api.New(api.Config{Register: e.reg, Desk: e.desk, Files: files, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	phone, desk := newBrowser(t, web.URL, 390, 844, false), newBrowser(t, web.URL, 1366, 768, true)
	jia := d.Units[0]
	state := func(id string) *schemas.State {
		s, err := e.reg.State(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return &s
	}

	id := phone.propose()
	eventually(t, "the co-signer is asked", func() bool { return state(id).Find("cosign/"+d.People["dpt2"]) != nil })
	phone.sign(id, "dpt2", "cosign/"+d.People["dpt2"], "agree")
	others, err := e.desk.Suggest(ctx, d.Congress, d.Deputies, []register.NewSuggestion{other(d, "关于增设公交站的建议"), other(d, "关于修缮文化站的建议")})
	if err != nil {
		t.Fatal(err)
	}
	all := []string{id, others[0].Case, others[1].Case}

	for _, id := range all {
		eventually(t, "it waits to be vetted", func() bool { return state(id).Find("vet#1") != nil })
	}
	desk.login("dep")
	desk.open("/suggestions/bulk/vet")
	desk.press("input[data-all=case]")
	desk.press("button[name=do][value=hand]")
	for _, id := range all {
		eventually(t, "it waits to be handed over", func() bool { return state(id).Find("handover") != nil })
	}
	desk.open("/suggestions/bulk/handover")
	desk.press("input[data-all=case]")
	for _, id := range all {
		desk.write(`[id="lead-`+id+`"]`, "甲局")
	}
	desk.noSideways("/suggestions/bulk/handover")
	desk.press("button[name=do][value=hand]")
	for _, id := range all {
		eventually(t, "it is handed over once", func() bool { s := state(id); return s.Find("sign/"+jia) != nil && s.Find("reply/"+jia) != nil })
	}
	desk.sees("main")
	eventually(t, "the batch page says so", func() bool {
		return strings.Contains(desk.text("main"), "3") && !strings.Contains(desk.text("main"), "没有通过的原因")
	})

	desk.sign(id, "unt-jia", "sign/"+jia, "")
	desk.act(id, "unt-jia", "contact/"+jia, "visit", map[string]string{"#reason": "到小区与代表面商"})
	desk.act(id, "unh-jia", "reply/"+jia, "B", map[string]string{"#until": "2023-10-20", "#text": "已勘查，十月前改造排水管网。"})
	phone.act(id, "dpt1", "feedback/"+jia, "dissatisfied", map[string]string{"#reason": "没有说明何时动工",
		"#points-contact": "4", "#points-attitude": "5", "#points-substance": "3.5"}, "input[name=mark-attitude][value=basically]", "input[name=mark-outcome][value=dissatisfied]")
	eventually(t, "the one re-handling begins", func() bool { return state(id).Find("receipt/"+jia) != nil })
	if f := state(id).Facts["feedback/"+jia]; f.Verdict != "dissatisfied" {
		t.Errorf("the mark is %q", f.Verdict)
	}
	everybody := newBrowser(t, web.URL, 390, 844, true)
	public := "/public/" + d.Congress + "/suggestions/" + id
	for _, path := range []string{"/public/" + d.Congress, public} {
		everybody.open(path)
		everybody.noSideways(path)
		if said := everybody.text("main"); strings.Contains(said, "不满意") || strings.Contains(said, "代表一") || strings.Contains(said, "代表二") || strings.Contains(said, "example.gov.cn") {
			t.Errorf("%s tells everybody: %s", path, said)
		}
	}
	if said := everybody.text("main"); !strings.Contains(said, "重新办理中") || !strings.Contains(said, "应于2023年6月6日前答复") || !strings.Contains(said, "代表法第51条") {
		t.Errorf("everybody reads %s", said)
	}
	desk.sign(id, "unt-jia", "receipt/"+jia, "")
	desk.act(id, "unh-jia", "redo/"+jia, "B", map[string]string{"#until": "2023-10-20", "#text": "主要负责人到场，四月动工。"})
	phone.act(id, "dpt1", "refeedback/"+jia, "basically", map[string]string{"#points-contact": "8", "#points-attitude": "8", "#points-substance": "7"},
		"input[name=mark-attitude][value=satisfied]", "input[name=mark-outcome][value=basically]")
	eventually(t, "the final mark stands", func() bool {
		parts := state(id).Parts()
		return len(parts) == 1 && parts[0].First == "dissatisfied" && parts[0].Final == "basically"
	})
	everybody.login("dpt1")
	for _, path := range []string{"/", "/suggestions", "/suggestions/new", "/cases/" + id} {
		everybody.open(path)
		everybody.noSideways(path)
	}
}

func other(d registertest.District, title string) register.NewSuggestion {
	s := d.Suggestion()
	s.Title = title
	return s
}

// propose files a suggestion with a co-signer, with every check of its quality.
func (b browser) propose() (id string) {
	b.t.Helper()
	b.login("dpt1")
	b.open("/suggestions/new")
	b.write("#title", "关于改善幸福小区排水的建议")
	b.write("#body", "幸福小区每逢大雨积水，居民出行困难。")
	b.write("#demand", "改造排水管网，汛前完成。")
	b.write("#cosigners", "代表二")
	b.press("button[value=check]")
	b.sees(".problems") // nothing has been checked yet
	for _, q := range []string{"deep", "real", "detailed", "accurate", "effective", "one", "allowed"} {
		b.press("input[name=checks][value=" + q + "]")
	}
	b.press("button[value=check]")
	b.sees("#preview")
	b.press("button[value=file]")
	b.sees(".case-head")
	where, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		b.t.Fatal(err)
	}
	return where[strings.LastIndex(where, "/")+1:]
}

// act fills in a stage's form from the case's page and sends it.
func (b browser) act(id, login, stage, verdict string, fields map[string]string, marks ...string) {
	b.t.Helper()
	b.login(login)
	b.open("/cases/" + id)
	b.press(`a.button[href$="stage=` + strings.NewReplacer("#", "%23", "/", "%2f").Replace(stage) + `"]`)
	b.sees("#main")
	for field, text := range fields {
		b.write(field, text)
	}
	for _, mark := range append(marks, "input[name=verdict][value="+verdict+"]") {
		b.press(mark)
	}
	b.enter("#main .act button")
	b.sees(".case-head")
}
