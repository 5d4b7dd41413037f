package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	ical "github.com/arran4/golang-ical"
)

// tuesday is a morning on which a plan of 甲局 is late by two working days.
func tuesday(t *testing.T) (s *site, d registertest.District, id string, set func(time.Time), step func(func(*schemas.State))) {
	t.Helper()
	s = newSite(t)
	d = registertest.Found(t, s.register, schemas.Pace{}, hashed)
	ctx := context.Background()
	var mu sync.Mutex
	clock := at(2025, 10, 20, 10, 0)
	s.register.Clock(func() time.Time { mu.Lock(); defer mu.Unlock(); return clock })
	set = func(to time.Time) { mu.Lock(); defer mu.Unlock(); clock = to }
	id = must(s.register.File(ctx, d.Filing("测〔2025〕1号", at(2025, 10, 17, 10, 0)))).Case
	step = func(change func(*schemas.State)) {
		t.Helper()
		st := must(s.register.State(ctx, id))
		change(&st)
		st.Seq++
		now := must(s.register.Now(ctx, d.Congress))
		must(s.register.Write(ctx, schemas.Entry{State: must(json.Marshal(st)), Acts: []schemas.Act{{ID: register.NewID(), Key: "other/x", Role: schemas.System, At: now}}}))
	}
	step(func(st *schemas.State) {
		st.Put(schemas.Act{ID: "h", Key: "handover", Role: schemas.Office, Person: d.People["ofc"], At: at(2025, 10, 20, 10, 0)})
		for key, due := range map[string]time.Time{"plan/" + d.Units[0] + "#1": at(2025, 10, 25, 0, 0), "report/" + d.Units[0]: at(2025, 12, 20, 0, 0)} {
			st.Begin(schemas.Stage{Key: key, Unit: d.Units[0]})
			st.Extend(key, due)
		}
	})
	set(at(2025, 10, 28, 9, 0))
	for must(s.register.Ring(ctx)) > 0 {
	}
	return s, d, id, set, step
}

// People urge within limits: once a day each, three times a stage in all, on working days, what is near or late, and only what is theirs
// to look after. Whoever is urged reads the sentence; who urged sees that he has.
func TestUrges(t *testing.T) {
	s, d, id, set, _ := tuesday(t)
	ctx := context.Background()
	plan, report := "plan/"+d.Units[0]+"#1", "report/"+d.Units[0]
	who := map[string]browser{}
	for _, login := range []string{"ofc", "cmt", "gov", "vm", "unt-jia", "unh-jia", "unt-yi", "dep"} {
		who[login] = s.browser()
		who[login].login(login)
	}
	press := func(login, stage, text string) (int, string) {
		r, body := who[login].post("/cases/"+id+"/urge", url.Values{"stage": {stage}, "text": {text}})
		return r.StatusCode, body
	}
	if _, body := who["ofc"].get("/cases/" + id); strings.Count(body, `action="/cases/`+id+`/urge"`) != 1 {
		t.Errorf("the office is not offered to urge the one late stage:\n%s", body)
	}
	for _, c := range []struct {
		login, stage, text string
		status             int
		says               string
	}{
		{"unt-jia", plan, "请办", 403, ""}, {"vm", plan, "请办", 403, ""}, {"dep", plan, "请办", 403, "催办由"}, {"unt-yi", plan, "请办", 403, ""},
		{"ofc", report, "请办", 422, "还没有临期"}, {"ofc", "plan/x", "请办", 409, "尚未开启"}, {"ofc", "", "请办", 409, ""},
		{"ofc", plan, " ", 422, "一句催办的话"}, {"ofc", plan, strings.Repeat("催", 201), 422, "一句催办的话"}, {"ofc", plan, "坏\x00字", 422, ""},
	} {
		if status, body := press(c.login, c.stage, c.text); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s urges %s with %.10q: %d, not %d", c.login, c.stage, c.text, status, c.status)
		}
	}
	set(at(2025, 10, 26, 10, 0)) // Sunday
	if status, body := press("ofc", plan, "请办"); status != 422 || !strings.Contains(body, "不是工作日") {
		t.Errorf("on a Sunday: %d", status)
	}
	set(at(2025, 10, 28, 10, 0))
	var both sync.WaitGroup
	done := make([]int, 4)
	for i := range done {
		both.Go(func() { done[i], _ = press("ofc", plan, "请于\n今天  下班前报送方案") })
	}
	both.Wait()
	slices.Sort(done)
	if !slices.Equal(done, []int{303, 422, 422, 422}) {
		t.Errorf("four at once: %v", done)
	}
	if status, body := press("cmt", plan, "委室催一次"); status != 303 {
		t.Errorf("the committee: %d\n%s", status, body)
	}
	if _, body := who["ofc"].get("/cases/" + id); !strings.Contains(body, "催办“报送方案”（第1次）：请于 今天 下班前报送方案") || !strings.Contains(body, "您今天已经催过") || !strings.Contains(body, "2人未读") {
		t.Errorf("the office does not see what it did:\n%s", body)
	}
	if _, body := who["unt-jia"].get("/notices"); !strings.Contains(body, "请于 今天 下班前报送方案") || !strings.Contains(body, "（第1次催办）") {
		t.Errorf("the unit does not read the sentence:\n%s", body)
	}
	for must(s.register.Sort(ctx)) > 0 {
	}
	posted, _, err := s.register.Posted(ctx, d.Congress, register.Mail, false, nil, 99)
	urged := 0
	for _, row := range posted {
		if strings.HasPrefix(row.Level, schemas.LevelUrge) {
			urged++
		}
	}
	if err != nil || urged != 4 { // two urges to two persons, at once
		t.Errorf("%d messages, %v", urged, err)
	}
	if r, _ := who["unt-jia"].get("/cases/" + id); r.StatusCode != 200 {
		t.Error(r.Status)
	}
	if _, body := who["ofc"].get("/cases/" + id); !strings.Contains(body, "1人未读") || !strings.Contains(body, "2025年10月28日 10:00已读") {
		t.Errorf("who read is not shown:\n%s", body)
	}
	if _, body := who["unt-jia"].get("/cases/" + id); strings.Contains(body, "已读、未读") {
		t.Error("the unit sees who has read")
	}
	set(at(2025, 10, 29, 10, 0))
	if status, _ := press("gov", plan, "政府办催一次"); status != 303 {
		t.Errorf("the third: %d", status)
	}
	set(at(2025, 10, 30, 10, 0))
	if status, body := press("ofc", plan, "再催"); status != 422 || !strings.Contains(body, "已经催办3次") {
		t.Errorf("the fourth: %d", status)
	}
	if n := len(must(s.register.Urges(ctx, id))); n != 3 {
		t.Errorf("%d urges", n)
	}
}

// A digest is read on its page, with the notices in it; it is nobody else's. What it will say tomorrow can be seen before, and nothing is written.
func TestDigestPages(t *testing.T) {
	s, d, id, set, _ := tuesday(t)
	ctx := context.Background()
	ofc, unt, vm := s.browser(), s.browser(), s.browser()
	ofc.login("ofc")
	unt.login("unt-jia")
	vm.login("vm")
	r, body := unt.get("/digest/2025-10-28")
	expect(t, r, 200, body, "这一天没有晨报")
	set(at(2025, 10, 27, 12, 0))
	r, body = ofc.get("/mail/tomorrow")
	expect(t, r, 200, body, "2025年10月28日（周二）的晨报", "jia经办", "已经逾期1件")
	r, body = ofc.get("/mail/tomorrow?account=" + d.People["unt-jia"])
	expect(t, r, 200, body, "jia经办：", "已逾期2个工作日", "没有写出")
	for _, wrong := range []string{"x", d.People["adm"], "00000000-0000-0000-0000-000000000000", "%00"} {
		r, body = ofc.get("/mail/tomorrow?account=" + wrong)
		expect(t, r, 404, body)
	}
	if n := must(s.register.DigestCounts(ctx, d.Congress, at(2025, 1, 1, 0, 0), at(2026, 1, 1, 0, 0))); len(n) != 0 {
		t.Errorf("looking ahead wrote %v", n)
	}
	set(at(2025, 10, 28, 9, 0))
	for must(s.register.Sort(ctx)) > 0 {
	}
	ms := must(s.register.Mornings(ctx))
	must(s.register.WriteDigests(ctx, ms[0]))
	if n := must(s.register.WriteDigests(ctx, ms[0])); n != 0 {
		t.Errorf("the same morning wrote %d more", n)
	}
	r, body = unt.get("/")
	expect(t, r, 200, body, "今天的晨报：已经逾期1件", `href="/digest/2025-10-28"`)
	set(at(2025, 10, 28, 9, 30))
	r, body = unt.get("/digest")
	expect(t, r, 303, body)
	r, body = unt.get("/digest/2025-10-28")
	expect(t, r, 200, body, "2025年10月28日（周二）晨报", "甲局 · 报送方案", "/cases/"+id, "已逾期2个工作日")
	r, body = vm.get("/digest/2025-10-28")
	expect(t, r, 200, body, "这一天没有晨报") // two working days late: not his yet
	for _, wrong := range []string{"x", "2025-13-40", "2025-10-28%00", "9999-99-99"} {
		r, body = unt.get("/digest/" + wrong)
		expect(t, r, 404, body)
	}
	read := must(s.register.DigestOf(ctx, d.Congress, d.People["unt-jia"], at(2025, 10, 28, 9, 0)))
	if !read.ReadAt.Equal(at(2025, 10, 28, 9, 30)) {
		t.Errorf("read at %v", read.ReadAt)
	}
	inbox, _, err := s.register.Inbox(ctx, d.People["unt-jia"], nil, 99)
	if err != nil || len(inbox) < 3 {
		t.Fatal(inbox, err)
	}
	for _, n := range inbox {
		if n.ReadAt.IsZero() {
			t.Errorf("%s of %s lies in the digest and is not read", n.Level, n.Stage)
		}
	}
}

// What a person sets is kept and cannot turn the inbox off; nonsense is told in a sentence; an office's choice changes what goes by itself.
func TestNoticeSettings(t *testing.T) {
	s, d, _, set, _ := tuesday(t)
	ctx := context.Background()
	b := s.browser()
	b.login("unt-jia")
	for _, wrong := range []url.Values{{"quiet": {"1"}, "from": {"25:00"}, "until": {"07:00"}}, {"quiet": {"1"}, "from": {"22:00"}, "until": {""}}, {"quiet": {"1"}, "from": {"07:00"}, "until": {"07:00"}}} {
		r, body := b.post("/me/notices", wrong)
		expect(t, r, 422, body, "请先改正")
	}
	r, body := b.post("/me/notices", url.Values{"mail": {"1"}, "quiet": {"1"}, "from": {"22:00"}, "until": {"07:30"}})
	expect(t, r, 303, body)
	if n := must(s.register.NoticeSettings(ctx, d.Congress, d.People["unt-jia"])); n.Digest || !n.Mail || n.QuietFrom != 22*60 || n.QuietUntil != 7*60+30 {
		t.Errorf("%+v", n)
	}
	r, body = b.get("/me/notices")
	expect(t, r, 200, body, `value="22:00"`, `value="07:30"`, "不能关闭", "领导批示要办的")
	for form, says := range map[string]string{"do=send&phone=12345": "11位", "do=send&phone=": "11位", "do=prove&code=1": "失效", "do=x": "", "do=prove&code=" + strings.Repeat("9", 999): "失效"} {
		r, body := b.post("/me/notices/phone", must(url.ParseQuery(form)))
		if r.StatusCode < 400 || r.StatusCode >= 500 || !strings.Contains(body, says) {
			t.Errorf("%s: %d", form, r.StatusCode)
		}
	}
	r, body = b.post("/me/notices/phone", url.Values{"do": {"send"}, "phone": {"13800138000"}})
	expect(t, r, 303, body)
	r, body = b.post("/me/notices/phone", url.Values{"do": {"send"}, "phone": {"13800138000"}})
	expect(t, r, 422, body, "刚刚发过")
	for range 5 {
		r, body = b.post("/me/notices/phone", url.Values{"do": {"prove"}, "code": {"xxxxxx"}})
		expect(t, r, 422, body, "不正确")
	}
	var text string
	if err := s.register.Pool().QueryRow(ctx, "select text from dispatches where channel = 'sms'").Scan(&text); err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`\d{6}`).FindString(text)
	r, body = b.post("/me/notices/phone", url.Values{"do": {"prove"}, "code": {code}})
	expect(t, r, 422, body, "失效") // guessed too often
	set(at(2025, 10, 28, 9, 5))
	r, body = b.post("/me/notices/phone", url.Values{"do": {"send"}, "phone": {"13800138000"}})
	expect(t, r, 303, body)
	var latest string
	if err := s.register.Pool().QueryRow(ctx, "select text from dispatches where channel = 'sms' order by at desc limit 1").Scan(&latest); err != nil {
		t.Fatal(err)
	}
	r, body = b.post("/me/notices/phone", url.Values{"do": {"prove"}, "code": {regexp.MustCompile(`\d{6}`).FindString(latest)}})
	expect(t, r, 303, body)
	if n := must(s.register.NoticeSettings(ctx, d.Congress, d.People["unt-jia"])); n.Phone != "13800138000" || !n.SMS || n.Code != "" {
		t.Errorf("%+v", n)
	}

	o := s.browser()
	o.login("ofc")
	r, body = o.post("/mail/ways", url.Values{"code": {"nothing"}, "single": {"yes"}})
	expect(t, r, 404, body)
	r, body = o.post("/mail/ways", url.Values{"code": {"climbing"}, "single": {"maybe"}})
	expect(t, r, 422, body)
	r, body = o.post("/mail/ways", url.Values{"code": {"climbing"}, "single": {"yes"}})
	expect(t, r, 303, body)
	for must(s.register.Sort(ctx)) > 0 {
	}
	var singles, digests int
	if err := s.register.Pool().QueryRow(ctx, `select count(*) filter (where o.channel = 'single'), count(*) filter (where o.channel = 'digest')
		from outbox o join notices n on n.id = o.notice where n.level in ('L0', 'L1')`).Scan(&singles, &digests); err != nil || singles == 0 || digests != 0 {
		t.Errorf("%d by themselves, %d in digests, %v", singles, digests, err)
	}

	for form, status := range map[string]int{
		"channel=wecom&address=https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aac-4bc4-97a0-0ec2f1fa5aaa": 303,
		"channel=dingtalk&secret=SEC1&unit=" + d.Units[0] + "&address=" + strings.Repeat("a", 64):                         303,
		"channel=dingtalk&address=https://oapi.dingtalk.com/robot/send":                                                   422,
		"channel=wecom&address=http://169.254.169.254/?key=x":                                                             422,
		"channel=other&address=" + strings.Repeat("a", 64):                                                                422,
		"channel=wecom&unit=00000000-0000-0000-0000-000000000000&address=" + strings.Repeat("a", 64):                      404,
		"channel=wecom&unit=x&address=" + strings.Repeat("a", 64):                                                         422,
	} {
		in := url.Values{}
		for _, pair := range strings.Split(form, "&") {
			k, v, _ := strings.Cut(pair, "=")
			in.Set(k, v)
		}
		r, body := o.post("/bots", in)
		expect(t, r, status, body)
	}
	bots := must(s.register.Bots(ctx, d.Congress))
	if len(bots) != 2 || bots[0].Unit != "" || bots[1].UnitName != "甲局" || !bots[1].Signed {
		t.Fatalf("%+v", bots)
	}
	r, body = o.get("/bots")
	expect(t, r, 200, body, "5aaa")
	if strings.Contains(body, "693a91f6") || strings.Contains(body, "SEC1") {
		t.Error("the page shows a secret")
	}
	r, body = o.post("/bots/"+bots[0].ID+"/remove", nil)
	expect(t, r, 303, body)
	for _, id := range []string{bots[0].ID, "x"} {
		r, body = o.post("/bots/"+id+"/remove", nil)
		expect(t, r, 404, body)
	}
}

// A person's calendar lies under a secret address: his dates, by stable ids, moved with them and gone with them; nothing confidential.
func TestCalendarFeed(t *testing.T) {
	s, d, _, set, step := tuesday(t)
	b := s.browser()
	b.login("unh-jia")
	renew := func() string {
		t.Helper()
		r, body := b.post("/me/notices/feed", nil)
		expect(t, r, 303, body)
		_, body = b.get("/me/notices")
		found := regexp.MustCompile(`/ics/[A-Z2-7]{52}\.ics`).FindString(body)
		if _, again := b.get("/me/notices"); found == "" || strings.Contains(again, found) {
			t.Fatalf("the address is shown %q, or twice", found)
		}
		return found
	}
	address := renew()
	anyone := s.browser()
	read := func() (map[string]*ical.VEvent, string, *http.Response) {
		t.Helper()
		r, body := anyone.get(address)
		expect(t, r, 200, body)
		c, err := ical.ParseCalendar(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		events := map[string]*ical.VEvent{}
		for _, e := range c.Events() {
			events[strings.Split(e.GetProperty(ical.ComponentPropertySummary).Value, "（")[0]] = e
		}
		return events, body, r
	}
	events, body, r := read()
	if len(events) != 2 || events["甲局 报送方案到期"] == nil || events["甲局 正式回告到期"] == nil {
		t.Fatalf("%v\n%s", events, body)
	}
	if r.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || len(r.Header["Set-Cookie"]) > 0 {
		t.Errorf("%v", r.Header)
	}
	for _, line := range strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		if strings.Contains(line, "\n") || len(line) > 75 {
			t.Errorf("the line %q", line)
		}
	}
	for _, secret := range []string{"老旧小区", "负责人", "经办"} {
		if strings.Contains(body, secret) {
			t.Errorf("the calendar says %s", secret)
		}
	}
	report := events["甲局 正式回告到期"]
	if from := must(report.GetAllDayStartAt()); from.Format("2006-01-02") != "2025-12-19" {
		t.Errorf("due on %v", from)
	}
	etag := r.Header.Get("ETag")
	again := must(http.NewRequest(http.MethodGet, s.url+address, nil))
	again.Header.Set("If-None-Match", etag)
	if r, _ := anyone.read(anyone.Do(again)); r.StatusCode != http.StatusNotModified || etag == "" {
		t.Errorf("nothing changed: %d", r.StatusCode)
	}
	set(at(2025, 10, 28, 10, 0))
	step(func(st *schemas.State) {
		st.Extend("report/"+d.Units[0], at(2025, 12, 27, 0, 0))
		st.Lapse("plan/"+d.Units[0]+"#1", at(2025, 10, 28, 10, 0))
	})
	events, _, r = read()
	moved := events["甲局 正式回告到期"]
	if len(events) != 1 || moved == nil || moved.Id() != report.Id() || r.Header.Get("ETag") == etag {
		t.Fatalf("after the change %v", events)
	}
	sequence := func(e *ical.VEvent) string { return e.GetProperty(ical.ComponentPropertySequence).Value }
	if from := must(moved.GetAllDayStartAt()); from.Format("2006-01-02") != "2025-12-26" || sequence(moved) <= sequence(report) {
		t.Errorf("moved to %v under %s after %s", from, sequence(moved), sequence(report))
	}
	old := address
	address = renew()
	for _, gone := range []string{old, "/ics/x.ics", "/ics/" + strings.Repeat("A", 52) + ".ics"} {
		r, body := anyone.get(gone)
		expect(t, r, 404, body)
	}
	read()
	if strings.Contains(s.log.String(), address[5:57]) {
		t.Error("the log knows the address")
	}
	resp, body := b.post("/me/notices/feed", url.Values{"do": {"end"}})
	expect(t, resp, 303, body)
	resp, body = anyone.get(address)
	expect(t, resp, 404, body)
}
