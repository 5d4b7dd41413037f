package register

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// NoticeSettings are what a person set for himself (消息设置).
	NoticeSettings struct {
		Mail, SMS bool
		Phone     string // proved by a code; empty: none
		Digest    bool
		// The hours in which what cannot wait waits all the same, in minutes of the day; -1: none.
		QuietFrom, QuietUntil int
		Proving               string // the number that a code went to
		CodeAt                time.Time
		Guesses               int
		Code                  string // its hash
	}
	// Bot (群机器人) posts to the group of a unit, or of the office.
	Bot struct {
		ID, Unit, UnitName, Channel string
		Tail                        string // the end of its key
		Signed                      bool
		ByName                      string
		At                          time.Time
		Active                      bool
	}
)

const (
	codeLife    = 10 * time.Minute
	codePause   = time.Minute
	codeGuesses = 5
)

// NoticeSettings are a person's, or those of somebody who has set nothing.
func (r *Register) NoticeSettings(ctx context.Context, congress, account string) (NoticeSettings, error) {
	rows, err := many[NoticeSettings](ctx, r.pool, "notice_settings", congress, account)
	if err != nil || len(rows) == 0 {
		return NoticeSettings{Mail: true, Digest: true, QuietFrom: -1, QuietUntil: -1}, err
	}
	return rows[0], nil
}

// SetNotices enters what a person chose; his number stays as it was proved.
func (r *Register) SetNotices(ctx context.Context, congress, account string, n NoticeSettings) error {
	_, err := r.do(ctx, "set_notices", congress, account, n.Mail, n.SMS, n.Digest, n.QuietFrom, n.QuietUntil)
	return err
}

// ProvePhone sends a code to a number that a person says is his. Code: TooSoon.
func (r *Register) ProvePhone(ctx context.Context, congress, account, phone string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code, id := fmt.Sprintf("%06d", n), NewID()
	now, err := r.Now(ctx, congress)
	if err != nil {
		return err
	}
	return r.within(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, statement("prove_phone"), congress, account, phone, hashOf(account+code), r.now(), r.now().Add(-codePause))
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("TooSoon", "验证码刚刚发过，请一分钟后再试")
		}
		if err != nil {
			return err
		}
		var out parcels
		out.add("code/"+id, congress, SMS, "", "", account, "", "【闭环】您的验证码是"+code+"，十分钟内有效。不是您本人操作的，请不要理会。", now, time.Time{})
		b := &pgx.Batch{}
		out.queue(b)
		return tx.SendBatch(ctx, b).Close()
	})
}

// ProvedPhone takes the code that came to the number; five wrong ones end it. Code: BadCode.
func (r *Register) ProvedPhone(ctx context.Context, congress, account, code string) error {
	var right bool
	err := r.within(ctx, func(tx pgx.Tx) error {
		rows, err := many[NoticeSettings](ctx, tx, "lock_notices", congress, account)
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].Proving == "" || rows[0].Guesses >= codeGuesses || r.now().After(rows[0].CodeAt.Add(codeLife)) {
			return schemas.Refuse("BadCode", "验证码已经失效，请重新获取")
		}
		right = subtle.ConstantTimeCompare([]byte(hashOf(account+code)), []byte(rows[0].Code)) == 1
		_, err = tx.Exec(ctx, statement("proved_phone"), congress, account, right)
		return err // a wrong one counts
	})
	if err == nil && !right {
		err = schemas.Refuse("BadCode", "验证码不正确")
	}
	return err
}

// ForgetPhone takes a person's number away.
func (r *Register) ForgetPhone(ctx context.Context, congress, account string) error {
	_, err := r.do(ctx, "forget_phone", congress, account)
	return err
}

// Bots are those of a congress that post, the office's first.
func (r *Register) Bots(ctx context.Context, congress string) ([]Bot, error) {
	return many[Bot](ctx, r.pool, "bots", congress)
}

// AddBot enters the bot of a unit's group, or (no unit) the office's, in the name of an account. Code: NotFound, for a unit elsewhere.
func (r *Register) AddBot(ctx context.Context, congress, account, unit, channel, key, secret string) error {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return err
	}
	n, err := r.do(ctx, "add_bot", NewID(), congress, null(unit), channel, key, secret, account, now)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有找到这个单位")
	}
	return err
}

// RemoveBot ends a bot; what waits for it is dropped. Code: NotFound.
func (r *Register) RemoveBot(ctx context.Context, congress, id string) error {
	n, err := r.do(ctx, "remove_bot", congress, id)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有找到这个机器人，可能已经移除")
	}
	return err
}

// Feed is the account whose calendar a secret address is, with its congress. Code: NotFound.
func (r *Register) Feed(ctx context.Context, token string) (account string, err error) {
	row, err := one[struct{ Account string }](ctx, r.pool, "feed", hashOf(token))
	return row.Account, err
}

// FeedMade is when a person's secret address was made; zero: he has none.
func (r *Register) FeedMade(ctx context.Context, congress, account string) (at time.Time, err error) {
	rows, err := many[struct{ MadeAt time.Time }](ctx, r.pool, "feed_made", congress, account)
	if len(rows) > 0 {
		at = rows[0].MadeAt
	}
	return at, err
}

// NewFeed makes a secret address for a person's calendar and returns its token, which is kept nowhere; the one before ends.
func (r *Register) NewFeed(ctx context.Context, congress, account string) (token string, err error) {
	token = rand.Text() + rand.Text()
	_, err = r.do(ctx, "new_feed", congress, account, hashOf(token), r.now())
	return token, err
}

// EndFeed ends a person's secret address.
func (r *Register) EndFeed(ctx context.Context, congress, account string) error {
	_, err := r.do(ctx, "end_feed", congress, account)
	return err
}
