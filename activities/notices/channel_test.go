package notices_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/emersion/go-smtp"
)

// robots is a server that answers as those of 企业微信 and 钉钉 do: 200 with a code of its own, whatever is wrong.
type robots struct {
	*httptest.Server
	mu    sync.Mutex
	texts []string
	next  []func(http.ResponseWriter) // what the next requests meet instead
}

const (
	wecomKey       = "693a91f6-7aac-4bc4-97a0-0ec2f1fa5aaa"
	dingtalkToken  = "9f2b1c6d0e8a4f7b9f2b1c6d0e8a4f7b9f2b1c6d0e8a4f7b9f2b1c6d0e8a4f7b"
	dingtalkSecret = "SEC4f5a0e0c9b1d"
)

func newRobots(t *testing.T) *robots {
	t.Helper()
	r := &robots{}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, code int, message string) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"errcode":%d,"errmsg":%q}`, code, message)
	}
	take := func(w http.ResponseWriter, q *http.Request, most int) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.next) > 0 {
			meet := r.next[0]
			r.next = r.next[1:]
			if meet != nil {
				meet(w)
				return
			}
		}
		var in struct {
			MsgType string `json:"msgtype"`
			Text    struct{ Content string }
		}
		b, err := io.ReadAll(q.Body)
		switch {
		case q.Method != http.MethodPost || !strings.HasPrefix(q.Header.Get("Content-Type"), "application/json"):
			answer(w, 43002, "require POST method")
		case err != nil || json.Unmarshal(b, &in) != nil || !utf8.Valid(b):
			answer(w, 47001, "data format error")
		case in.MsgType != "text" || in.Text.Content == "":
			answer(w, 40008, "invalid message type")
		case len(in.Text.Content) > most:
			answer(w, 45002, "content size out of limit")
		default:
			r.texts = append(r.texts, in.Text.Content)
			answer(w, 0, "ok")
		}
	}
	mux.HandleFunc("/cgi-bin/webhook/send", func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Query().Get("key") != wecomKey {
			answer(w, 93000, "invalid webhook url")
			return
		}
		take(w, q, 2048)
	})
	mux.HandleFunc("/robot/send", func(w http.ResponseWriter, q *http.Request) {
		v := q.URL.Query()
		at, err := strconv.ParseInt(v.Get("timestamp"), 10, 64)
		mac := hmac.New(sha256.New, []byte(dingtalkSecret))
		fmt.Fprintf(mac, "%s\n%s", v.Get("timestamp"), dingtalkSecret)
		switch {
		case v.Get("access_token") != dingtalkToken:
			answer(w, 300005, "token is not exist")
		case err != nil || time.Since(time.UnixMilli(at)).Abs() > time.Hour:
			answer(w, 310000, "invalid timestamp")
		case v.Get("sign") != base64.StdEncoding.EncodeToString(mac.Sum(nil)):
			answer(w, 310000, "sign not match")
		default:
			take(w, q, 20000)
		}
	})
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	return r
}

func (r *robots) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.texts...)
}

func (r *robots) meet(what ...func(http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = append(r.next, what...)
}

func TestBots(t *testing.T) {
	ctx := context.Background()
	r := newRobots(t)
	wecom, ding := notices.WeCom{Address: r.URL + "/cgi-bin/webhook/send"}, notices.DingTalk{Address: r.URL + "/robot/send"}
	const link = "https://bihuan.example/cases/1"
	m := notices.Message{ID: "1", To: wecomKey, Text: "【催办】甲局“正式回告”已逾期\n" + link}
	if err := wecom.Send(ctx, m); err != nil {
		t.Fatal(err)
	}
	m.To, m.Secret = dingtalkToken, dingtalkSecret
	if err := ding.Send(ctx, m); err != nil {
		t.Fatal(err)
	}
	if got := r.all(); len(got) != 2 || got[0] != m.Text || got[1] != m.Text {
		t.Errorf("posted %q", got)
	}
	// What is too long is cut at the end of a character; the link stays.
	m.To, m.Text = wecomKey, strings.Repeat("逾期", 600)+"\n"+link
	if err := wecom.Send(ctx, m); err != nil {
		t.Fatal(err)
	}
	if got := r.all()[2]; len(got) > 2048 || len(got) < 2030 || !strings.HasSuffix(got, "……\n"+link) || !utf8.ValidString(got) {
		t.Errorf("shortened to %d bytes: %q", len(got), got[len(got)-80:])
	}
	for what, c := range map[string]struct {
		to, secret string
		meets      func(http.ResponseWriter)
		says       string
	}{
		"a wrong key":     {to: "x", says: "93000"},
		"too many":        {to: wecomKey, meets: func(w http.ResponseWriter) { fmt.Fprint(w, `{"errcode":45009,"errmsg":"api freq out of limit"}`) }, says: "45009 api freq out of limit"},
		"a broken server": {to: wecomKey, meets: func(w http.ResponseWriter) { w.WriteHeader(500) }, says: "500"},
		"no JSON":         {to: wecomKey, meets: func(w http.ResponseWriter) { fmt.Fprint(w, "<html>网关</html>") }, says: "无法识别"},
		"JSON of another": {to: wecomKey, meets: func(w http.ResponseWriter) { fmt.Fprint(w, `{"ok":true}`) }, says: "无法识别"},
		"sent elsewhere":  {to: wecomKey, meets: func(w http.ResponseWriter) { w.Header().Set("Location", "http://127.0.0.1:1/"); w.WriteHeader(302) }, says: "302"},
		"cut off":         {to: wecomKey, meets: func(w http.ResponseWriter) { w.Header().Set("Content-Length", "99"); fmt.Fprint(w, "{") }, says: "没有收全"},
		"nothing in time": {to: wecomKey, meets: func(http.ResponseWriter) { time.Sleep(400 * time.Millisecond) }, says: "没有连上"},
		"slow but in time": {to: wecomKey, meets: func(w http.ResponseWriter) {
			time.Sleep(50 * time.Millisecond)
			fmt.Fprint(w, `{"errcode":0,"errmsg":"ok"}`)
		}},
	} {
		if c.meets != nil {
			r.meet(c.meets)
		}
		in, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		err := wecom.Send(in, notices.Message{To: c.to, Text: "x"})
		cancel()
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", what, err)
		}
		if err != nil && (strings.Contains(err.Error(), c.to) && c.to != "x" || strings.Contains(err.Error(), "http://")) {
			t.Errorf("%s: the error shows the address: %v", what, err)
		}
	}
	if err := ding.Send(ctx, notices.Message{To: dingtalkToken, Secret: "SECother", Text: "x"}); err == nil || !strings.Contains(err.Error(), "sign not match") {
		t.Errorf("a wrong secret: %v", err)
	}
	if err := ding.Send(ctx, notices.Message{To: dingtalkToken, Text: "x"}); err == nil {
		t.Error("no signature is taken")
	}
	if err := (notices.WeCom{Address: "http://127.0.0.1:1/send"}).Send(ctx, notices.Message{To: wecomKey, Text: "x"}); err == nil || strings.Contains(err.Error(), wecomKey) {
		t.Errorf("nobody there: %v", err)
	}
}

// gateway is an SMS gateway: it checks the password in the header and reads numbers and texts out of JSON, a form or an address.
func gateway(t *testing.T) (*httptest.Server, func() [][2]string) {
	t.Helper()
	var mu sync.Mutex
	var got [][2]string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") != "口令-abc" && r.Header.Get("Authorization") != "Bearer abc" {
			fmt.Fprint(w, `{"code":"401","msg":"鉴权失败"}`)
			return
		}
		var phone, text string
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			var in struct {
				Mobiles []string
				Content string
			}
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Mobiles) != 1 {
				fmt.Fprint(w, `{"code":"400"}`)
				return
			}
			phone, text = in.Mobiles[0], in.Content
		} else {
			_ = r.ParseForm()
			phone, text = r.Form.Get("mobile"), r.Form.Get("content")
			if id := r.Form["id"]; id != nil && id[0] != "7&" {
				fmt.Fprint(w, `{"code":"400"}`)
				return
			}
		}
		mu.Lock()
		got = append(got, [2]string{phone, text})
		mu.Unlock()
		fmt.Fprint(w, `{"code":"0","msg":"成功"}`)
	}))
	t.Cleanup(s.Close)
	return s, func() [][2]string {
		mu.Lock()
		defer mu.Unlock()
		return append([][2]string(nil), got...)
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSMSGateways(t *testing.T) {
	ctx := context.Background()
	s, got := gateway(t)
	headers := file(t, "Authorization: Bearer abc\n\n")
	long := "他说：\"请\\n按时\"&办理{text}，" + strings.Repeat("办", 200)
	for _, c := range []struct{ method, body string }{
		{"POST", `{"Mobiles":["{phone}"],"Content":"【闭环】{text}"}`},
		{"POST", `mobile={phone}&content=【闭环】{text}&id={id}`},
		{"GET", `mobile={phone}&content={text}`},
	} {
		before := len(got())
		sms := must[*notices.SMS](t)(notices.NewSMS(s.URL, c.method, headers, file(t, c.body), `"code":"0"`, 70))
		if err := sms.Send(ctx, notices.Message{ID: "7&", To: "13800138000", Text: long + "\nhttps://b.example/l/x"}); err != nil {
			t.Errorf("%s %s: %v", c.method, c.body, err)
			continue
		}
		m := got()[before]
		text := strings.TrimPrefix(m[1], "【闭环】")
		if m[0] != "13800138000" || utf8.RuneCountInString(text) > 70 || !strings.HasPrefix(text, "他说：\"请\\n按时\"&办理{text}") || !strings.HasSuffix(text, "… https://b.example/l/x") {
			t.Errorf("%s %s: %q", c.method, c.body, m)
		}
	}
	refused := must[*notices.SMS](t)(notices.NewSMS(s.URL, "POST", "", file(t, `mobile={phone}&content={text}`), `"code":"0"`, 70))
	if err := refused.Send(ctx, notices.Message{To: "1", Text: "x"}); err == nil || !strings.Contains(err.Error(), "鉴权失败") {
		t.Errorf("a refusal by 200: %v", err)
	}
	for what, c := range map[string][3]string{
		"no address":     {"ftp://x", "", `{phone}{text}`},
		"no text":        {s.URL, "", `{phone}`},
		"no JSON":        {s.URL, "", `{"to":"{phone}","text":{text}}`},
		"broken headers": {s.URL, file(t, "secret"), `a={phone}&b={text}`},
		"no headers":     {s.URL, "/nowhere", `a={phone}&b={text}`},
	} {
		if _, err := notices.NewSMS(c[0], "POST", c[1], file(t, c[2]), "", 70); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

// letters is the store of a real SMTP server.
type letters struct {
	mu   sync.Mutex
	mail []string
}

func (b *letters) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{b}, nil }

func (b *letters) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.mail...)
}

type session struct{ box *letters }

func (*session) Reset()                               {}
func (*session) Logout() error                        { return nil }
func (*session) Mail(string, *smtp.MailOptions) error { return nil }
func (*session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.mail = append(s.box.mail, string(b))
	return err
}

func postOffice(t *testing.T) (string, *letters) {
	t.Helper()
	box := &letters{}
	srv := smtp.NewServer(box)
	srv.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String(), box
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 30*time.Second; time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatal("not so: " + what)
}

// A morning goes out by every channel at once, by two processes: mail and short messages to people, numbers to groups. A channel whose
// server hangs, or refuses, holds up no other, is tried again later, and nothing arrives twice.
func TestAMorningByEveryChannel(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	now := shanghai(9, 22, 8, 0)
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	dsn := registertest.URL(t)
	open := func() *register.Register {
		r := must[*register.Register](t)(register.Open(ctx, dsn))
		t.Cleanup(r.Close)
		r.Clock(clock)
		return r
	}
	reg := open()
	d := registertest.Found(t, reg, schemas.Pace{}, "") // a formal congress: it sends
	o := &office{t: t, district: d, processes: []*register.Register{reg}, digests: []*notices.Digests{{Register: reg, Log: slog.New(slog.DiscardHandler)}}}
	set := func(at time.Time) { mu.Lock(); now, o.clock = at, at; mu.Unlock() }
	set(now)
	if err := reg.AddBot(ctx, d.Congress, d.People["ofc"], d.Units[0], register.WeCom, wecomKey, ""); err != nil {
		t.Fatal(err)
	}
	if err := reg.AddBot(ctx, d.Congress, d.People["ofc"], d.Units[0], register.DingTalk, dingtalkToken, dingtalkSecret); err != nil {
		t.Fatal(err)
	}
	if err := reg.ProvePhone(ctx, d.Congress, d.People["unt-jia"], "13800138000"); err != nil {
		t.Fatal(err)
	}
	if err := reg.ProvePhone(ctx, d.Congress, d.People["unt-jia"], "13900139000"); err == nil {
		t.Error("a second code goes out at once")
	}
	post, box := postOffice(t)
	bots := newRobots(t)
	sms, texts := gateway(t)
	hang := make(chan struct{})
	bots.meet(func(http.ResponseWriter) { <-hang }, func(w http.ResponseWriter) { w.WriteHeader(502) })
	settings := notices.Settings{SMTP: post, From: "bihuan@example.gov.cn", WeCom: bots.URL + "/cgi-bin/webhook/send", DingTalk: bots.URL + "/robot/send",
		SMS: sms.URL, SMSMethod: "POST", SMSHeaders: file(t, "Authorization: Bearer abc"), SMSBody: file(t, "mobile={phone}&content={text}"), SMSOK: `"code":"0"`, SMSLength: 300}
	var sending sync.WaitGroup
	for range 2 {
		s := &notices.Sender{Register: open(), Log: slog.New(slog.DiscardHandler), Channels: must[map[string]notices.Channel](t)(settings.Open()), Link: "https://bihuan.example"}
		sending.Go(func() { s.Run(ctx) })
	}
	defer sending.Wait()
	defer stop()
	eventually(t, "the code comes", func() bool { return len(texts()) == 1 })
	_, code, _ := strings.Cut(texts()[0][1], "验证码是")
	for _, wrong := range []string{"", "12345", "000000x"} {
		if err := reg.ProvedPhone(ctx, d.Congress, d.People["unt-jia"], wrong); err == nil {
			t.Error("a wrong code is taken")
		}
	}
	if err := reg.ProvedPhone(ctx, d.Congress, d.People["unt-jia"], code[:6]); err != nil {
		t.Fatal(err)
	}
	matter := o.file("测〔2025〕1号", 0, map[string]int{"sign": 2, "plan": 3})
	o.tick()
	waits := func() int {
		rows, _, err := reg.Posted(ctx, d.Congress, "", true, nil, 500)
		if err != nil {
			t.Fatal(err)
		}
		return len(rows)
	}
	eventually(t, "mail and short message are there though a bot hangs", func() bool { return len(box.all()) == 2 && len(texts()) == 2 })
	set(shanghai(9, 23, 9, 0))
	o.tick()
	eventually(t, "the digests are there", func() bool { return len(box.all()) == 4 })
	close(hang)
	if waits() == 0 {
		t.Error("what was refused does not wait")
	}
	eventually(t, "everything has left", func() bool {
		// The pause of what was refused is over; what a sender holds (for five minutes) stays his, or it would be sent twice.
		if _, err := reg.Pool().Exec(ctx, "update dispatches set after = now() where sent_at is null and after < now() + interval '2 minutes'"); err != nil {
			t.Fatal(err)
		}
		return waits() == 0
	})
	ids := map[string]int{}
	for _, m := range box.all() {
		for _, line := range strings.Split(m, "\r\n") {
			if strings.HasPrefix(line, "Message-ID:") || strings.HasPrefix(line, "Message-Id:") {
				ids[line]++
			}
		}
		if !strings.Contains(m, "/l/") || !strings.Contains(m, "gov.cn") {
			t.Errorf("a mail without its links:\n%s", m)
		}
	}
	if len(ids) != 4 {
		t.Errorf("Message-IDs %v", ids)
	}
	digest := box.all()[3]
	if !strings.Contains(digest, "multipart/alternative") || !strings.Contains(digest, "text/html") {
		t.Errorf("the digest is no text and HTML:\n%s", digest)
	}
	for _, text := range bots.all() {
		if strings.Contains(text, "老旧小区") || strings.Contains(text, "经办") || strings.Contains(text, "负责人") || strings.Contains(text, "/l/") {
			t.Errorf("a group reads %q", text)
		}
	}
	if n := len(bots.all()); n != 4 { // each of the two groups: the assignment once, though two persons were told of it, and the numbers of the morning
		t.Errorf("%d posts: %q", n, bots.all())
	}
	if m := texts()[1]; m[0] != "13800138000" || !strings.Contains(m[1], "https://bihuan.example/l/") || !strings.Contains(m[1], "签收") {
		t.Errorf("short message %q", m)
	}
	if len(texts()) != 2 {
		t.Errorf("%d short messages: %q", len(texts()), texts())
	}
	token, _, _ := strings.Cut(texts()[1][1][strings.Index(texts()[1][1], "/l/")+3:], " ")
	if i, err := reg.Invitation(ctx, token); err != nil || i.CaseID != matter || i.Account != d.People["unt-jia"] || i.Used {
		t.Errorf("the link of the short message: %+v, %v", i, err)
	}
}

// A server that has taken a mail may hang up as it likes: the mail is sent.
func TestMailIsSentOnceTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		lines := bufio.NewScanner(c)
		for fmt.Fprint(c, "220 here\r\n"); lines.Scan(); {
			switch verb, _, _ := strings.Cut(lines.Text(), " "); verb {
			case "EHLO", "MAIL", "RCPT", "NOOP":
				fmt.Fprint(c, "250 ok\r\n")
			case "DATA":
				fmt.Fprint(c, "354 go on\r\n")
			case ".":
				fmt.Fprint(c, "250 queued\r\n")
				return
			}
		}
	}()
	post := must[*notices.SMTP](t)(notices.NewSMTP(l.Addr().String(), "bihuan@example.gov.cn"))
	if err := post.Send(context.Background(), notices.Message{ID: "1", Name: "经办", To: "a@example.gov.cn", Subject: "签收", Text: "x"}); err != nil {
		t.Errorf("a mail that was taken counts as not sent: %v", err)
	}
}

// What waits for somebody who has left, or who wants it no more, is not sent; nor is a code that nobody can use, nor a post that failed ten
// times; and what was tried in vain before the quiet hours waits for their end.
func TestWhatIsNotSentAnyMore(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t, shanghai(9, 22, 8, 0))
	reg, d := o.processes[0], o.district
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := reg.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	person := d.People["unt-jia"]
	enter := func(channel string, values string) string {
		id := register.NewID()
		exec(`insert into dispatches (id, congress, channel, sink, account, text, at, after, tries, entered_at) select $1, $2, $3, false, `+values, id, d.Congress, channel)
		return id
	}
	sender := &notices.Sender{Register: reg, Log: slog.New(slog.DiscardHandler), Link: "https://bihuan.example"}
	var box *letters
	var post string
	post, box = postOffice(t)
	bots := newRobots(t)
	sms, texts := gateway(t)
	sender.Channels = must[map[string]notices.Channel](t)(notices.Settings{SMTP: post, From: "bihuan@example.gov.cn", WeCom: bots.URL + "/cgi-bin/webhook/send",
		SMS: sms.URL, SMSMethod: "POST", SMSHeaders: file(t, "Authorization: Bearer abc"), SMSBody: file(t, "mobile={phone}&content={text}"), SMSLength: 300}.Open())
	run, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { sender.Run(run) })
	defer running.Wait()
	defer stop()
	fate := func(id string) (sent bool, trouble string) {
		t.Helper()
		if err := reg.Pool().QueryRow(ctx, "select sent_at is not null, trouble from dispatches where id = $1", id).Scan(&sent, &trouble); err != nil {
			t.Fatal(err)
		}
		return sent, trouble
	}
	ended := func(what, id, why string) {
		t.Helper()
		eventually(t, what, func() bool {
			sent, trouble := fate(id)
			return sent && strings.Contains(trouble, why) && (why != "" || trouble == "")
		})
	}
	exec("insert into notice_settings (account, congress, sms, phone) values ($1, $2, true, '13800138000')", person, d.Congress)
	ended("a short message to its person", enter(register.SMS, "'"+person+"', '【验证码】123456', now(), now(), 0, now()"), "")
	ended("a code that is too old", enter(register.SMS, "'"+person+"', '【验证码】654321', now(), now(), 1, now() - interval '11 minutes'"), "不再发送")
	exec("update notice_settings set mail = false where account = $1", person)
	ended("a mail to somebody who wants none", enter(register.Mail, "'"+person+"', 'x', now(), now(), 0, now()"), "不再发送")
	exec("update notice_settings set mail = true where account = $1", person)
	exec("update accounts set active = false where id = $1", person)
	ended("a mail to somebody who has left", enter(register.Mail, "'"+person+"', 'x', now(), now(), 0, now()"), "不再发送")
	exec("update accounts set active = true where id = $1", person)
	if len(box.all()) != 0 || len(texts()) != 1 {
		t.Errorf("%d mails, short messages %q", len(box.all()), texts())
	}

	if err := reg.AddBot(ctx, d.Congress, d.People["ofc"], d.Units[0], register.WeCom, "wrong", ""); err != nil {
		t.Fatal(err)
	}
	var bot string
	if err := reg.Pool().QueryRow(ctx, "select id::text from bots").Scan(&bot); err != nil {
		t.Fatal(err)
	}
	given, waits := register.NewID(), register.NewID()
	for id, tries := range map[string]int{given: 9, waits: 8} {
		exec("insert into dispatches (id, congress, channel, sink, bot, text, at, after, tries) values ($1, $2, 'wecom', false, $3, 'x', now(), now(), $4)", id, d.Congress, bot, tries)
	}
	ended("a post that failed ten times", given, "93000")
	eventually(t, "a post that failed nine times", func() bool { _, trouble := fate(waits); return trouble != "" })
	if sent, _ := fate(waits); sent {
		t.Error("a post is given up after nine tries")
	}

	exec("update notice_settings set quiet_from = 22 * 60, quiet_until = 7 * 60 where account = $1", person)
	o.set(shanghai(9, 22, 23, 0))
	matter := o.file("测〔2025〕1号", 0, map[string]int{"sign": 2})
	late := register.NewID()
	exec("insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at) values ($1, $2, $3, 'sign/x', 0, 'L1', $4, now(), now())", late, d.Congress, matter, person)
	exec("insert into dispatches (id, congress, channel, sink, notice, account, at, after, tries) values ($1, $2, 'mail', false, $1, $3, now(), now(), 3)", late, d.Congress, person)
	time.Sleep(2500 * time.Millisecond) // two rounds of the sender
	if sent, trouble := fate(late); sent || trouble != "" {
		t.Errorf("tried at night: %v %s", sent, trouble)
	}
	o.set(shanghai(9, 23, 7, 0))
	ended("what waited for the end of the quiet hours", late, "")
}
