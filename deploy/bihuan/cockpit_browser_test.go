package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The projector counts by itself, shows one view after the other, says since when its figures are old while the server is away, and that the
// login is over when it is; nobody touches it. Without script it does the same by the page, but for the words; and every page holds
// its tables at the width of a desk, of a phone and in the large type.
func TestCockpitByBrowser(t *testing.T) {
	reg, d, origin := served(t, t.TempDir())
	ctx := context.Background()
	sql := func(statement string, args ...any) {
		t.Helper()
		if _, err := reg.Pool().Exec(ctx, statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	s, err := reg.File(ctx, d.Filing("测审〔2023〕1号", time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	late := func(n int) {
		t.Helper()
		sql(`insert into stages (congress, case_id, key, kind, unit, roles, npc, rev, due, opened_at, level) values ($1, $2, $3, 'plan', $4, '{UNH}', false, 0, '2023-05-08T16:00:00Z', '2023-05-01', 'L1')`,
			d.Congress, s.Case, fmt.Sprintf("plan/%d", n), d.Units[0])
	}
	url, away := hastened(t, origin)
	screen := newBrowser(t, url, 1920, 1080, true)
	screen.login("ch")
	reads := func(b browser, sel string, words ...string) {
		t.Helper()
		eventually(t, "the screen reads "+strings.Join(words, ", "), func() bool {
			said, err := chromedp.Run(b.ctx, chromedp.Text(sel))
			for _, w := range words {
				if err != nil || !strings.Contains(said, w) { // an error: between two looks
					return false
				}
			}
			return true
		})
	}
	screen.open("/cockpit/screen?stay=1")
	reads(screen, ".cockpit", "单位逾期", "没有逾期的单位环节", "停在这一页", "最长到")
	late(1)
	reads(screen, ".tiles", "单位逾期", "1级 1")
	reads(screen, ".view", "甲局", "报送方案", "逾期1级", "jia负责人")
	if !screen.is(`document.documentElement.scrollHeight <= 1080 && document.documentElement.scrollWidth <= 1920`) {
		t.Error("the screen scrolls")
	}

	away.Store(true)
	reads(screen, ".away", "与服务器失去联系，下面是", "以前的情况")
	reads(screen, ".tiles", "单位逾期", "1级 1") // as they were
	late(2)
	away.Store(false)
	reads(screen, ".tiles", "1级 2")
	eventually(t, "nothing is old any more", func() bool { return screen.is(`document.querySelector('.away').hidden`) })

	screen.open("/cockpit/screen")
	reads(screen, ".view", "单位×月份")
	reads(screen, ".view", "逾期最久")
	screen.open("/cockpit")
	screen.press("details:first-of-type summary")
	late(3)
	reads(screen, ".tiles", "1级 3")
	if !screen.is(`document.querySelectorAll('details[open]').length === 1`) {
		t.Error("the table that was unfolded is not, after the figures changed")
	}
	sql(`delete from logins where account = $1`, d.People["ch"])
	reads(screen, ".away", "登录已经到期")

	plain := newBrowser(t, url, 390, 844, false)
	plain.login("ch")
	for _, path := range []string{"/cockpit", "/cockpit?unit=" + d.Units[0], "/cockpit/list?of=late&side=unit", "/cockpit/list?of=open", "/cockpit/print"} {
		plain.open(path)
		plain.noSideways(path)
	}
	plain.open("/cockpit")
	plain.press(".charts section:first-of-type summary")
	plain.sees("#table-trend")
	late(4)
	reads(plain, ".tiles", "1级 4")
	plain.press(".tile.late .parts a")
	reads(plain, "main", "逾期1级的环节", "甲局", "关于老旧小区改造情况的审议意见")
	plain.open("/cockpit/screen")
	reads(plain, ".view", "单位×月份")

	desk := newBrowser(t, url, 1366, 768, true)
	desk.login("ch")
	desk.open("/cockpit")
	desk.noSideways("/cockpit")
	desk.press("button[name=large]")
	desk.sees("html.large .tiles")
	for _, path := range []string{"/cockpit", "/cockpit/list?of=late", "/cockpit/print", "/cockpit/screen"} {
		desk.open(path)
		desk.sees("html.large main")
		desk.noSideways(path + " in the large type")
	}
}

// is asks the page itself.
func (b browser) is(so string) bool {
	b.t.Helper()
	yes, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](so))
	if err != nil {
		b.t.Fatal(err)
	}
	return yes
}

// hastened stands before the pages, so that what they ask for every minute is asked for every second; away: as if nobody were there.
func hastened(t *testing.T, origin string) (string, *atomic.Bool) {
	t.Helper()
	var away atomic.Bool
	to, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	follow, refresh := regexp.MustCompile(`data-follow="\d+"`), regexp.MustCompile(`http-equiv="refresh" content="\d+`)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			_ = r.Body.Close()
			if err != nil {
				return err
			}
			if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				body = follow.ReplaceAll(body, []byte(`data-follow="1"`))
				body = refresh.ReplaceAll(body, []byte(`http-equiv="refresh" content="2`))
			}
			r.Header.Del("Content-Length")
			r.ContentLength, r.Body = int64(len(body)), io.NopCloser(bytes.NewReader(body))
			return nil
		},
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL, &away
}
