package notices

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/wneessen/go-mail"
)

// Sender carries the outbox out by mail (SMTP). A notice is sent at least once, always under one Message-ID.
type Sender struct {
	Register *register.Register
	Log      *slog.Logger
	SMTP     string // host:port; empty: what would be sent stays in the outbox
	From     string
	Link     string // address of the pages, for the link in the mail
	client   *mail.Client
}

// Run sends what waits until ctx ends. What cannot be sent waits, longer each time, an hour at the most.
func (s *Sender) Run(ctx context.Context) {
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if err := s.Register.Sink(ctx); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "the outbox waits for the register", "error", err)
			continue
		}
		if s.SMTP == "" {
			continue
		}
		if err := s.send(ctx); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "mail waits in the outbox", "error", err)
		}
	}
}

func (s *Sender) send(ctx context.Context) error {
	waiting, err := s.Register.Outgoing(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	if s.client == nil {
		host, port, err := split(s.SMTP)
		if err != nil {
			return err
		}
		if s.client, err = mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.TLSOpportunistic), mail.WithTimeout(10*time.Second)); err != nil {
			return err
		}
	}
	for _, n := range waiting {
		trouble := s.mail(ctx, n)
		if err := s.Register.Sent(context.WithoutCancel(ctx), n.ID, trouble); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sender) mail(ctx context.Context, n register.Notice) error {
	if n.Email == "" {
		return nil // the notice stands in the page's inbox
	}
	m := mail.NewMsg()
	if err := m.FromFormat("闭环督办", s.From); err != nil {
		return err
	}
	if err := m.AddToFormat(n.AccountName, n.Email); err != nil {
		return err
	}
	m.SetMessageIDWithValue(n.ID + "@bihuan")
	line := schemas.Word(n.Stage, n.Level, n.UnitName, n.Due)
	m.Subject(line + "——" + n.Title)
	links, err := s.links(ctx, n)
	if err != nil {
		return err
	}
	m.SetBodyString(mail.TypeTextPlain, n.AccountName+"，您好：\n\n"+line+"\n\n事项："+n.Title+"（"+n.Number+"）\n办理："+
		s.Link+"/cases/"+n.CaseID+"\n"+links+"\n本邮件由系统自动发出，请勿回复。\n")
	return s.client.DialAndSendWithContext(ctx, m)
}

// links are the one-time links of a mail: a department signs for its assignment or asks to be relieved of it, a deputy says what he
// thinks of an answer. Whoever has the mail can use them, once, within three days.
func (s *Sender) links(ctx context.Context, n register.Notice) (string, error) {
	if !n.Open {
		return "", nil
	}
	stages := []string{n.Stage}
	switch schemas.Kind(n.Stage) {
	case "sign":
		stages = append(stages, "return-request/"+strings.Split(strings.TrimPrefix(n.Stage, "sign/"), "#")[0])
	case "feedback", "refeedback", "score":
	default:
		return "", nil
	}
	text := "\n不登录直接办理（三日内有效，各用一次，请勿转发）：\n"
	for _, stage := range stages {
		token, err := s.Register.Invite(ctx, n.CaseID, stage, n.Account)
		if err != nil {
			return "", err
		}
		text += schemas.Duties[schemas.Kind(stage)].Verb + "：" + s.Link + "/l/" + token + "\n"
	}
	return text, nil
}

func split(address string) (string, int, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.Atoi(port)
	return host, n, err
}
