package notices

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// Sender carries dispatches out, each channel by itself: one that fails or is slow holds up no other. A message is sent at least once,
// always under one id; where the other side cannot know it again by that, it is given up after some tries.
type Sender struct {
	Register *register.Register
	Log      *slog.Logger
	Channels map[string]Channel // what would go by one that is missing stays
	Link     string             // address of the pages, for the links
}

// atOnce is how many dispatches are claimed at once: all of them can time out before another process may take them.
const atOnce = 20

// Run sends what waits until ctx ends. What cannot be sent waits, longer each time, an hour at the most.
func (s *Sender) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, name := range register.Channels {
		all.Go(func() { s.run(ctx, name) })
	}
	all.Wait()
}

func (s *Sender) run(ctx context.Context, channel string) {
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if s.Channels[channel] == nil {
			continue
		}
		if err := s.send(ctx, channel); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "messages wait", "channel", channel, "error", err)
		}
	}
}

func (s *Sender) send(ctx context.Context, channel string) error {
	begun := time.Now()
	waiting, err := s.Register.Claim(ctx, channel, atOnce)
	if err != nil {
		return err
	}
	for _, d := range waiting {
		if time.Since(begun) > register.Lease-time.Minute {
			return nil // somebody else will soon take the rest
		}
		trouble := s.one(ctx, d)
		givenUp := errors.Is(trouble, errNobody) || channel != register.Mail && d.Tries >= most
		switch {
		case trouble != nil && ctx.Err() != nil:
			return ctx.Err() // stopped: whoever comes next takes it up
		case trouble != nil:
			s.Log.WarnContext(ctx, "a message was not taken", "channel", channel, "dispatch", d.ID, "tries", d.Tries, "error", trouble)
		}
		if err := s.Register.Dispatched(context.WithoutCancel(ctx), d.ID, trouble, givenUp); err != nil {
			return err
		}
	}
	return nil
}

// most is how often a message is tried, in two and a half hours, that would arrive once more each time the other side takes it and says so too
// late: mail is known again by its id, short messages and posts are not.
const most = 10

// errNobody ends a dispatch that nobody waits for any more.
var errNobody = errors.New("收件人已停用、改了设置，或者验证码已过期：不再发送")

func (s *Sender) one(ctx context.Context, d register.Dispatch) error {
	m, err := s.message(ctx, d)
	if err != nil {
		return err
	}
	switch d.Channel {
	case register.Mail:
		m.To = d.Email
	case register.SMS:
		m.To = d.Phone
	default:
		m.To, m.Secret = d.Key, d.Secret
	}
	if m.To == "" || d.Expired(time.Now()) {
		return errNobody
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return s.Channels[d.Channel].Send(ctx, m)
}

// message writes what a dispatch says by its channel.
func (s *Sender) message(ctx context.Context, d register.Dispatch) (Message, error) {
	m := Message{ID: d.ID, Name: d.Name}
	switch {
	case d.Notice != "":
		return s.notice(ctx, d, m)
	case d.Digest != "":
		return s.digest(ctx, d, m)
	case d.Account == "":
		m.Text = d.Text + "。请登录查看、办理。\n" + s.Link + "/digest"
	default:
		m.Subject, m.Text = d.Text, d.Text
	}
	return m, nil
}

func (s *Sender) notice(ctx context.Context, d register.Dispatch, m Message) (Message, error) {
	n, absent, err := s.Register.NoticeToSend(ctx, d.Notice)
	if err != nil {
		return m, err
	}
	line := schemas.Word(n.Stage, n.Level, n.UnitName, n.Due)
	if d.Account == "" { // a group: no names, no title, and no link that acts by itself
		m.Text = line + "（" + n.Number + "）\n" + s.Link + "/cases/" + n.CaseID
		return m, nil
	}
	m.ID = cmp.Or(map[string]string{register.Mail: n.ID}[d.Channel], d.ID)
	if absent != "" {
		line = "（代" + absent + "）" + line
	}
	links, err := s.links(ctx, n.CaseID, n.Stage, n.Account, n.Open)
	if err != nil {
		return m, err
	}
	if d.Channel == register.SMS {
		link := s.Link + "/cases/" + n.CaseID
		if len(links) > 0 {
			link = links[0].Address
		}
		m.Text = line + noted(n.Note) + " " + n.Number + "\n" + link
		return m, nil
	}
	m.Subject = line + "——" + n.Title
	text := n.AccountName + "，您好：\n\n" + line + "\n" + noted(n.Note) + "\n事项：" + n.Title + "（" + n.Number + "）\n办理：" + s.Link + "/cases/" + n.CaseID + "\n"
	if len(links) > 0 {
		text += "\n不登录直接办理（三日内有效，各用一次，请勿转发）：\n"
		for _, l := range links {
			text += l.Verb + "：" + l.Address + "\n"
		}
	}
	m.Text = text + "\n本邮件由系统自动发出，请勿回复。\n"
	return m, nil
}

func noted(note string) string {
	if note == "" {
		return ""
	}
	return "催办的话：" + note + "\n"
}

func (s *Sender) digest(ctx context.Context, d register.Dispatch, m Message) (Message, error) {
	content, err := s.Register.DigestToSend(ctx, d.Digest)
	if err != nil {
		return m, err
	}
	m.ID = cmp.Or(map[string]string{register.Mail: d.Digest}[d.Channel], d.ID)
	page := s.Link + "/digest/" + content.Day.In(schemas.Shanghai).Format(time.DateOnly)
	if d.Channel == register.SMS {
		m.Text = content.Subject() + "\n" + page
		return m, nil
	}
	links := map[string][]actLink{}
	for _, p := range content.Parts() {
		for _, l := range p.Lines {
			if p.Code == "climbed" || len(links) >= mostLinks {
				continue
			}
			if found, err := s.links(ctx, l.Case, l.Stage, d.Account, true); err != nil {
				return m, err
			} else if len(found) > 0 {
				links[l.Case+"/"+l.Stage] = found
			}
		}
	}
	m.Subject = content.Subject()
	m.Text, m.HTML, err = renderDigest(d.Name, s.Link, page, content, links)
	return m, err
}

// mostLinks is for how many stages a digest brings one-time links.
const mostLinks = 20

// actLink is a one-time link: whoever has it acts once, within three days.
type actLink struct{ Verb, Address string }

// links are those of a stage: a department signs for its assignment or asks to be relieved of it, a deputy says what he thinks of an
// answer.
func (s *Sender) links(ctx context.Context, caseID, stage, account string, open bool) (out []actLink, err error) {
	if !open {
		return nil, nil
	}
	stages := []string{stage}
	switch schemas.Kind(stage) {
	case "sign":
		stages = append(stages, "return-request/"+strings.Split(strings.TrimPrefix(stage, "sign/"), "#")[0])
	case "feedback", "refeedback", "score":
	default:
		return nil, nil
	}
	for _, key := range stages {
		token, err := s.Register.Invite(ctx, caseID, key, account)
		if err != nil {
			return nil, err
		}
		out = append(out, actLink{schemas.Duties[schemas.Kind(key)].Verb, s.Link + "/l/" + token})
	}
	return out, nil
}

// Settings are how an installation reaches the channels.
type Settings struct {
	SMTP, From      string
	WeCom, DingTalk string // addresses of the webhooks without their keys; empty: not used
	SMS, SMSMethod  string
	SMSHeaders      string // a file
	SMSBody         string // a file
	SMSOK           string
	SMSLength       int
}

// Open makes the channels that the settings name.
func (c Settings) Open() (map[string]Channel, error) {
	channels := map[string]Channel{}
	var wrong []error
	if c.SMTP != "" {
		ch, err := NewSMTP(c.SMTP, c.From)
		channels[register.Mail], wrong = ch, append(wrong, err)
	}
	if c.WeCom != "" {
		channels[register.WeCom] = WeCom{c.WeCom}
	}
	if c.DingTalk != "" {
		channels[register.DingTalk] = DingTalk{c.DingTalk}
	}
	if c.SMS != "" {
		ch, err := NewSMS(c.SMS, c.SMSMethod, c.SMSHeaders, c.SMSBody, c.SMSOK, c.SMSLength)
		channels[register.SMS], wrong = ch, append(wrong, err)
	}
	return channels, errors.Join(wrong...)
}
