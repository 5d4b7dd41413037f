package notices

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

type (
	// WeCom posts to groups of 企业微信 by their bots.
	WeCom struct{ Address string } // of all webhooks, without the key
	// DingTalk posts to groups of 钉钉 by their bots; those with a secret want signed requests (加签).
	DingTalk struct{ Address string } // of all webhooks, without the token
	// SMS (短信网关) sends short messages by any gateway that takes one HTTP request for each.
	SMS struct {
		Address string
		Method  string
		Headers http.Header
		Body    string // with {phone}, {text} and, if it likes, {id}: JSON where it begins with a brace, else a form
		OK      string // what the answer of a gateway contains that has taken the message; empty: its status says it
		Length  int    // characters of a message
	}
)

// What bots take at the most, in bytes of UTF-8 (as the makers' manuals have it, 企业微信 91770 and 钉钉 自定义机器人).
const (
	wecomBytes    = 2048
	dingtalkBytes = 20000
)

// outside is how the product calls others: it follows nobody elsewhere, and waits for nobody.
var outside = &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Send posts one message.
func (w WeCom) Send(ctx context.Context, m Message) error {
	text, link := m.parts()
	return post(ctx, w.Address+"?key="+url.QueryEscape(m.To), shorten(text, link, wecomBytes))
}

// Send posts one message.
func (d DingTalk) Send(ctx context.Context, m Message) error {
	text, link := m.parts()
	q := url.Values{"access_token": {m.To}}
	if m.Secret != "" {
		at := strconv.FormatInt(time.Now().UnixMilli(), 10)
		q.Set("timestamp", at)
		q.Set("sign", signature(at, m.Secret))
	}
	return post(ctx, d.Address+"?"+q.Encode(), shorten(text, link, dingtalkBytes))
}

// parts divide a message into what may be shortened and the link in its last line.
func (m Message) parts() (text, link string) {
	i := strings.LastIndex(m.Text, "\n")
	if i < 0 || !strings.Contains(m.Text[i:], "://") {
		return m.Text, ""
	}
	return m.Text[:i], m.Text[i+1:]
}

// signature is that of 钉钉: HMAC-SHA256 over the instant and the secret, by the secret.
func signature(at, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// post posts a text to a bot; both makers answer 200 with a code of their own.
func post(ctx context.Context, address, text string) error {
	body, err := json.Marshal(map[string]any{"msgtype": "text", "text": map[string]string{"content": text}})
	if err != nil {
		return err
	}
	answer, err := ask(ctx, http.MethodPost, address, "application/json; charset=utf-8", nil, body)
	if err != nil {
		return err
	}
	said := struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}{}
	if err := json.Unmarshal(answer, &said); err != nil || said.Code == nil {
		return fmt.Errorf("机器人的答复无法识别：%s", shortenRunes(string(answer), "", 80))
	}
	if *said.Code != 0 {
		return fmt.Errorf("机器人没有接受：%d %s", *said.Code, shortenRunes(said.Message, "", 120))
	}
	return nil
}

// ask sends one request. Errors never show the address: it holds a secret.
func ask(ctx context.Context, method, address, kind string, headers http.Header, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("地址不合格")
	}
	for name, values := range headers {
		r.Header[name] = values
	}
	if kind != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := outside.Do(r)
	var failed *url.Error
	if errors.As(err, &failed) {
		return nil, fmt.Errorf("没有连上：%w", failed.Err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("答复没有收全：%w", err)
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("对方答复 %d", answer.StatusCode)
	}
	return text, nil
}

// NewSMS reads the files of a gateway's settings: headers as lines of name and value, and the body's form.
func NewSMS(address, method, headers, body, ok string, length int) (*SMS, error) {
	s := &SMS{Address: address, Method: method, Headers: http.Header{}, OK: ok, Length: length}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("短信网关的地址须以 http:// 或 https:// 开头")
	}
	if headers != "" {
		text, err := os.ReadFile(headers) //nolint:gosec // the operator names it
		if err != nil {
			return nil, fmt.Errorf("短信网关的请求头文件：%w", err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			name, value, has := strings.Cut(line, ":")
			if !has {
				return nil, errors.New("短信网关的请求头文件：每行须是“名称: 值”")
			}
			s.Headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	text, err := os.ReadFile(body) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("短信网关的内容模板文件：%w", err)
	}
	s.Body = strings.TrimSpace(string(text))
	if !strings.Contains(s.Body, "{phone}") || !strings.Contains(s.Body, "{text}") {
		return nil, errors.New("短信网关的内容模板里须有 {phone} 和 {text}")
	}
	if kind, _ := s.fill("x\"&", "x\"&", "x"); strings.HasPrefix(s.Body, "{") && !json.Valid([]byte(kind)) {
		return nil, errors.New("短信网关的内容模板不是合格的 JSON")
	}
	return s, nil
}

// fill writes number, text and the message's id into the form; and says of what kind the form is.
func (s *SMS) fill(phone, text, id string) (body, kind string) {
	kind, quote := "application/x-www-form-urlencoded", url.QueryEscape
	if strings.HasPrefix(s.Body, "{") && !strings.HasPrefix(s.Body, "{phone}") && !strings.HasPrefix(s.Body, "{text}") {
		kind = "application/json; charset=utf-8"
		quote = func(text string) string {
			b, err := json.Marshal(text)
			if err != nil {
				panic(err) // no text fails
			}
			return string(b[1 : len(b)-1])
		}
	}
	return strings.NewReplacer("{phone}", quote(phone), "{text}", quote(text), "{id}", quote(id)).Replace(s.Body), kind
}

// Send sends one short message.
func (s *SMS) Send(ctx context.Context, m Message) error {
	text, link := m.parts()
	body, kind := s.fill(m.To, shortenRunes(strings.ReplaceAll(text, "\n", " "), link, s.Length), m.ID)
	address, content := s.Address, []byte(body)
	if s.Method == http.MethodGet {
		address, content, kind = s.Address+"?"+body, nil, ""
	}
	answer, err := ask(ctx, s.Method, address, kind, s.Headers, content)
	if err == nil && s.OK != "" && !strings.Contains(string(answer), s.OK) {
		err = fmt.Errorf("短信网关没有接受：%s", shortenRunes(string(answer), "", 120))
	}
	return err
}
