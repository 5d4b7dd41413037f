package notices

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wneessen/go-mail"
)

type (
	// Channel (渠道) carries messages to people or groups. It is used by one at a time.
	Channel interface {
		// Send returns when the other side has taken the message, or why it has not. The same message may come again, under its id.
		Send(ctx context.Context, m Message) error
	}
	// Message is what is said and to whom.
	Message struct {
		ID      string // the same each time it is tried
		Name    string // of the person; empty: a group
		To      string // address, number, or what a bot's webhook ends in
		Secret  string // of a bot that wants its requests signed
		Subject string
		Text    string
		HTML    string // empty: the text alone
	}
	// SMTP sends mail.
	SMTP struct {
		client *mail.Client
		from   string
	}
)

// NewSMTP sends by the server at host:port, in the name of an address.
func NewSMTP(address, from string) (*SMTP, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	client, err := mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.TLSOpportunistic), mail.WithTimeout(10*time.Second))
	return &SMTP{client, from}, err
}

// Send sends one mail. Its Message-ID is made of its id.
func (s *SMTP) Send(ctx context.Context, n Message) error {
	m := mail.NewMsg()
	if err := m.FromFormat("闭环督办", s.from); err != nil {
		return err
	}
	if err := m.AddToFormat(n.Name, n.To); err != nil {
		return err
	}
	m.SetMessageIDWithValue(n.ID + "@bihuan")
	m.Subject(n.Subject)
	m.SetBodyString(mail.TypeTextPlain, n.Text)
	if n.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, n.HTML)
	}
	if err := s.client.DialAndSendWithContext(ctx, m); !m.IsDelivered() {
		return err
	}
	return nil // a server that has taken the mail may end the conversation as it likes
}

// shorten cuts a text to so many bytes at the end of a character, and says that it did. What must stay, a link, comes after it.
func shorten(text, stays string, bytes int) string {
	const cut = "……"
	if stays != "" {
		stays = "\n" + stays
	}
	if len(text)+len(stays) <= bytes {
		return text + stays
	}
	room := max(0, bytes-len(stays)-len(cut))
	for room > 0 && !utf8.RuneStart(text[room]) {
		room--
	}
	return strings.TrimRight(text[:room], "\n ") + cut + stays
}

// shortenRunes is shorten by characters.
func shortenRunes(text, stays string, runes int) string {
	const cut = "…"
	if stays != "" {
		stays = " " + stays
	}
	all, kept := []rune(text), len([]rune(stays))
	if len(all)+kept <= runes {
		return text + stays
	}
	return strings.TrimRight(string(all[:max(0, runes-kept-1)]), "\n ") + cut + stays
}
