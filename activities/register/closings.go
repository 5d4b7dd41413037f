package register

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// Closing (停办日) is a run of days on which the congress's place does not work, as the office entered it.
type Closing struct {
	ID, FirstDay, LastDay       string // days: 2026-09-15
	Name, Source, AccountName   string
	EnteredAt                   time.Time
	Edition                     string // of the calendar that it made
	WithdrawnName, WithdrawnFor string
	WithdrawnAt                 time.Time // zero: it stands
}

// longestClosing is how many days one entry may have: who means more has mistyped a year.
const longestClosing = 31

// Days are the closing's days as exceptions of a calendar. Code: BadClosing.
func (c Closing) Days() (map[string]schemas.Exception, error) {
	first, err := time.ParseInLocation(time.DateOnly, c.FirstDay, schemas.Shanghai)
	if err != nil {
		return nil, schemas.Refuse("BadClosing", "请填写停办的第一天")
	}
	last, err := time.ParseInLocation(time.DateOnly, c.LastDay, schemas.Shanghai)
	switch {
	case err != nil:
		return nil, schemas.Refuse("BadClosing", "请填写停办的最后一天")
	case last.Before(first):
		return nil, schemas.Refuse("BadClosing", "停办的最后一天不能早于第一天")
	case last.Sub(first) >= longestClosing*24*time.Hour:
		return nil, schemas.Refuse("BadClosing", "一次最多登记%d天，更长的请分几次登记", longestClosing)
	}
	days := map[string]schemas.Exception{}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		days[day.Format(time.DateOnly)] = schemas.Exception{Kind: schemas.Rest, Name: c.Name, Local: true}
	}
	return days, nil
}

// Words are the days in Chinese.
func (c Closing) Words() string {
	first, _ := time.ParseInLocation(time.DateOnly, c.FirstDay, schemas.Shanghai)
	last, _ := time.ParseInLocation(time.DateOnly, c.LastDay, schemas.Shanghai)
	if first.Equal(last) {
		return schemas.ZhDay(first)
	}
	return schemas.ZhDay(first) + "至" + schemas.ZhDay(last)
}

// Closed is the congress's calendar with a closing laid over it, as it would be; nothing is written. Codes: BadClosing.
func (r *Register) Closed(ctx context.Context, congress string, c Closing) (schemas.Calendar, error) {
	days, err := c.Days()
	if err != nil {
		return schemas.Calendar{}, err
	}
	calendar, err := r.CurrentCalendar(ctx, congress)
	if err != nil {
		return schemas.Calendar{}, err
	}
	works := false
	for date := range days {
		day, _ := time.ParseInLocation(time.DateOnly, date, schemas.Shanghai)
		works = works || calendar.Works(day)
	}
	if !works {
		return schemas.Calendar{}, schemas.Refuse("BadClosing", "这几天本来就不上班，不用登记")
	}
	return calendar.Overlay(days, calendar.Edition+"＋停办日（尚未登记）"), nil
}

// AddClosing enters closing days and makes the calendar's next edition of them; the same entry again changes nothing. It returns the
// edition. Codes: BadClosing, also for days that are entered already.
func (r *Register) AddClosing(ctx context.Context, congress, account string, c Closing) (name string, err error) {
	days, err := c.Days()
	if err != nil {
		return "", err
	}
	now, err := r.Now(ctx, congress)
	if err != nil {
		return "", err
	}
	err = r.edit(ctx, congress, func(tx pgx.Tx, current string, newest edition) error {
		standing, err := many[Closing](ctx, tx, "standing_closings", congress)
		if err != nil {
			return err
		}
		for _, s := range standing {
			switch {
			case s.ID == c.ID:
				name = s.Edition
				return nil
			case s.FirstDay <= c.LastDay && c.FirstDay <= s.LastDay:
				return schemas.Refuse("BadClosing", "%s已经登记为停办日（%s），不能重复登记", s.Words(), s.Name)
			}
		}
		if _, err := r.Closed(ctx, congress, c); err != nil {
			return err
		}
		closed, err := daysOf(standing)
		if err != nil {
			return err
		}
		for date, x := range days {
			closed[date] = x
		}
		if name, err = r.storeClosings(ctx, tx, congress, current, c.Words()+c.Name+"停办："+c.Source, newest, closed); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, statement("add_closing"), c.ID, congress, c.FirstDay, c.LastDay, c.Name, c.Source, account, now, name)
		return err
	})
	return name, err
}

// WithdrawClosing takes back an entry that has not begun, which makes the next edition. Codes: TooLate, also for one withdrawn
// already.
func (r *Register) WithdrawClosing(ctx context.Context, congress, account, id, reason string) (name string, err error) {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return "", err
	}
	err = r.edit(ctx, congress, func(tx pgx.Tx, current string, newest edition) error {
		tag, err := tx.Exec(ctx, statement("withdraw_closing"), congress, id, account, now, reason, now.In(schemas.Shanghai).Format(time.DateOnly))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return schemas.Refuse("TooLate", "这几天已经开始停办，或者已经撤销，不能再撤销")
		}
		standing, err := many[Closing](ctx, tx, "standing_closings", congress)
		if err != nil {
			return err
		}
		closed, err := daysOf(standing)
		if err != nil {
			return err
		}
		name, err = r.storeClosings(ctx, tx, congress, current, "撤销停办日："+reason, newest, closed)
		return err
	})
	return name, err
}

func daysOf(cs []Closing) (map[string]schemas.Exception, error) {
	all := map[string]schemas.Exception{}
	for _, c := range cs {
		days, err := c.Days()
		if err != nil {
			return nil, fmt.Errorf("closing %s: %w", c.ID, err)
		}
		for date, x := range days {
			all[date] = x
		}
	}
	return all, nil
}

// storeClosings makes the next edition with these closing days and names it after what it is laid over.
func (r *Register) storeClosings(ctx context.Context, tx pgx.Tx, congress, current, source string, newest edition, closed map[string]schemas.Exception) (string, error) {
	base := newest.Base
	if base == "" {
		base = current
	}
	if base == "" {
		base = schemas.BuiltinCalendar().Edition
	}
	count, err := one[struct{ N int }](ctx, tx, "count_calendars", congress)
	if err != nil {
		return "", err
	}
	name := base + "＋停办日（第" + strconv.Itoa(count.N+1) + "版）"
	next := newest.closing(closed, base)
	next.Base = base
	return name, store(ctx, tx, congress, name, source, next)
}

// Closings are the entries of a congress, the latest days first, withdrawn ones too, up to a limit.
func (r *Register) Closings(ctx context.Context, congress string, limit int) ([]Closing, error) {
	return many[Closing](ctx, r.pool, "closings", congress, limit)
}
