package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// browser is one window that drives the pages as a person would.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string
}

func newBrowser(t *testing.T, base string, width, height int64, script bool) browser {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is not installed: run through make test")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-networking", true))
	all, stopAll := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(all)
	t.Cleanup(func() { stop(); stopAll() })
	if err := chromedp.Do(ctx); err != nil { // starts the browser: no deadline on this context
		t.Fatal(err)
	}
	timed, cancel := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	b := browser{t, timed, base}
	b.do(chromedp.EmulateViewport(width, height))
	if !script {
		b.do(chromedp.Func(func(ctx context.Context, page *chromedp.Target) error {
			_, err := cdp.Call(ctx, page, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
	}
	return b
}

func (b browser) do(a chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, a); err != nil {
		where, _ := chromedp.Run(b.ctx, chromedp.Location())
		b.t.Fatalf("at %s: %v", where, err)
	}
}

func (b browser) open(path string)       { b.t.Helper(); b.do(chromedp.Navigate(b.base + path)) }
func (b browser) write(sel, text string) { b.t.Helper(); b.do(chromedp.SetValue(sel, text)) }
func (b browser) press(sel string)       { b.t.Helper(); b.do(chromedp.Click(sel)) }

// enter presses a button by the keyboard: at the foot of a phone's page the navigation may lie over it until one scrolls.
func (b browser) enter(sel string) { b.t.Helper(); b.do(chromedp.SendKeys(sel, "\r")) }
func (b browser) sees(sel string)  { b.t.Helper(); b.do(chromedp.WaitVisible(sel)) }
func (b browser) text(sel string) (s string) {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Text(sel))
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// login enters as somebody, leaving who was there before.
func (b browser) login(name string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, page *chromedp.Target) error {
		_, err := cdp.Call(ctx, page, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
	b.open("/login")
	b.write("#login", name)
	b.write("#password", registertest.Password)
	b.press("form.login button")
	b.sees(".me .who")
}

// An opinion goes from the clerk's form to the unit's signature by clicks alone, with and without script, at the width of
// a desk and of a phone; no page scrolls sideways.
func TestOfficeByBrowser(t *testing.T) {
	e := newEngine(t)
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
	for _, look := range []struct {
		name          string
		width, height int64
		script        bool
	}{{"desk", 1366, 768, true}, {"phone without script", 390, 844, false}} {
		t.Run(look.name, func(t *testing.T) {
			b := newBrowser(t, web.URL, look.width, look.height, look.script)
			id := b.fileOpinion(e.reg, d, "测审〔2023〕"+fmt.Sprint(look.width)+"号")
			b.sign(id, "cmt", "draft#1", "")
			b.sign(id, "cmh", "review#1", "accept")
			b.sign(id, "vc", "issue#1", "accept")
			b.sign(id, "ofc", "handover", "")
			b.sign(id, "unt-jia", "sign/"+d.Units[0], "")
			b.open("/cases/" + id)
			b.sees(".case-head")
			if turn := b.text(".case-head .turn"); !strings.Contains(turn, "报送方案") || !strings.Contains(turn, "2023年3月20日") {
				t.Errorf("whose turn, by when: %q", turn)
			}
			for _, path := range []string{"/", "/cases", "/cases/" + id, "/notices"} {
				b.open(path)
				if look.script {
					b.noSideways(path)
				}
			}
		})
	}
}

// fileOpinion fills in the form, looks at the dates, and files.
func (b browser) fileOpinion(reg *register.Register, d registertest.District, number string) string {
	b.t.Helper()
	b.login("cmt")
	b.open("/cases/new")
	b.write("#number", number)
	b.write("#title", "关于老旧小区改造情况的审议意见")
	b.write("#problem-0", "改造进度滞后")
	b.write("#demand-0", "倒排工期，年内完成")
	b.write("#unit-0", d.Units[0])
	b.write("#capacity-0", "sole")
	b.press("input[name=direct][value='1']")
	b.press("button[value=preview]")
	b.sees("#preview")
	if dates := b.text("#preview"); !strings.Contains(dates, "2023年3月20日") || !strings.Contains(dates, "2023年6月6日") {
		b.t.Errorf("the dates before filing: %s", dates)
	}
	b.press("button[value=file]")
	b.sees(".case-head")
	where, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		b.t.Fatal(err)
	}
	id := where[strings.LastIndex(where, "/")+1:]
	for begun := time.Now(); time.Since(begun) < 10*time.Second; time.Sleep(50 * time.Millisecond) {
		if s, err := reg.State(b.ctx, id); err == nil && s.Seq > 0 {
			return id
		}
	}
	b.t.Fatal("the matter's workflow has not started")
	return ""
}

// sign does one act as somebody, by the button on the case's page.
func (b browser) sign(id, login, stage, verdict string) {
	b.t.Helper()
	b.login(login)
	b.open("/cases/" + id)
	b.press(`a.button[href$="stage=` + strings.NewReplacer("#", "%23", "/", "%2f").Replace(stage) + `"]`)
	b.sees("#main")
	if verdict != "" {
		b.press("input[name=verdict][value=" + verdict + "]")
	}
	b.enter("#main .act button")
	b.sees(".case-head")
}

// noSideways fails when the page is wider than the window.
func (b browser) noSideways(path string) {
	b.t.Helper()
	wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`))
	if err != nil || wide {
		b.t.Errorf("%s scrolls sideways: %v", path, err)
	}
}
