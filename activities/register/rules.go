package register

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// Rules returns a rule version; it is immutable and kept in memory. Code: NotFound.
func (r *Register) Rules(ctx context.Context, id string) (schemas.Rules, error) {
	if v, ok := r.rules.Load(id); ok {
		return v.(schemas.Rules), nil
	}
	row, err := one[struct{ Body string }](ctx, r.pool, "rules_body", id)
	if err != nil {
		return schemas.Rules{}, err
	}
	var rules schemas.Rules
	if err := json.Unmarshal([]byte(row.Body), &rules); err != nil {
		return schemas.Rules{}, fmt.Errorf("rules %s: %w", id, err)
	}
	r.rules.Store(id, rules)
	return rules, nil
}

// AddRules stores a new version of a congress's rules and returns its id.
func (r *Register) AddRules(ctx context.Context, congress string, rules schemas.Rules) (string, error) {
	body, err := json.Marshal(rules)
	if err != nil {
		return "", err
	}
	id := NewID()
	_, err = r.do(ctx, "add_rules", id, congress, rules.Procedure, rules.Version, string(body), nil, "", nil)
	return id, err
}

// CurrentRules is the newest version for a procedure, for cases that begin now. Code: NotFound.
func (r *Register) CurrentRules(ctx context.Context, congress, procedure string) (string, schemas.Rules, error) {
	row, err := one[struct{ ID string }](ctx, r.pool, "current_rules", congress, procedure)
	if err != nil {
		return "", schemas.Rules{}, err
	}
	rules, err := r.Rules(ctx, row.ID)
	return row.ID, rules, err
}

// edition is what a congress has added to the built-in calendar, all of it, as it is stored.
type edition struct {
	Published []int                        `json:"published"` // years that notices were imported for, ascending
	Days      map[string]schemas.Exception `json:"days"`      // by date, 2027-01-01; closing days (停办日) are among them
	// Notices are the days without the closing days. Without closing days Days are the notices.
	Notices map[string]schemas.Exception `json:"notices,omitempty"`
	Closed  map[string]schemas.Exception `json:"closed,omitempty"` // the closing days alone
	Base    string                       `json:"base,omitempty"`   // the edition that the closing days are laid over
}

// with is the edition with one more notice; the later notice wins, closing days stay.
func (e edition) with(y schemas.Year) edition {
	days := maps.Clone(e.notices())
	if days == nil {
		days = map[string]schemas.Exception{}
	}
	maps.Copy(days, y.Days)
	years := append(slices.Clone(e.Published), y.Year)
	slices.Sort(years)
	return edition{Published: slices.Compact(years), Days: days}.closing(e.Closed, "")
}

func (e edition) notices() map[string]schemas.Exception {
	if len(e.Closed) > 0 {
		return e.Notices
	}
	return e.Days
}

// closing is the edition with other closing days; none: the notices alone.
func (e edition) closing(closed map[string]schemas.Exception, base string) edition {
	notices := e.notices()
	if len(closed) == 0 {
		return edition{Published: e.Published, Days: notices}
	}
	days := maps.Clone(closed)
	for date, x := range notices {
		if _, shut := closed[date]; !shut {
			days[date] = x
		}
	}
	return edition{Published: e.Published, Days: days, Notices: notices, Closed: closed, Base: base}
}

// over lays the edition over the built-in calendar. Code: BadCalendar.
func (e edition) over(c schemas.Calendar, name string) (schemas.Calendar, error) {
	c = c.Overlay(e.Days, name)
	for _, year := range e.Published {
		var err error
		if c, err = c.Publish(year, nil, name); err != nil {
			return schemas.Calendar{}, err
		}
	}
	return c, nil
}

// Calendar is the built-in calendar with a congress's own edition laid over it; no edition: the built-in one.
func (r *Register) Calendar(ctx context.Context, congress, name string) (schemas.Calendar, error) {
	if name == "" {
		return schemas.BuiltinCalendar(), nil
	}
	key := congress + "/" + name
	if v, ok := r.years.Load(key); ok {
		return v.(schemas.Calendar), nil
	}
	e, err := editionIn(ctx, r.pool, congress, name)
	if err != nil {
		return schemas.Calendar{}, err
	}
	c, err := e.over(schemas.BuiltinCalendar(), name)
	if err != nil {
		return schemas.Calendar{}, fmt.Errorf("calendar %s: %w", key, err)
	}
	r.years.Store(key, c)
	return c, nil
}

// editionIn reads what is stored under that name; no name: nothing was added.
func editionIn(ctx context.Context, q querier, congress, name string) (e edition, err error) {
	if name == "" {
		return e, nil
	}
	row, err := one[struct{ Days string }](ctx, q, "calendar_days", congress, name)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal([]byte(row.Days), &e); err != nil {
		return e, fmt.Errorf("calendar %s/%s: %w", congress, name, err)
	}
	return e, nil
}

// CurrentCalendar is a congress's calendar in its newest edition.
func (r *Register) CurrentCalendar(ctx context.Context, congress string) (schemas.Calendar, error) {
	c, err := r.congress(ctx, r.pool, congress)
	if err != nil {
		return schemas.Calendar{}, err
	}
	return r.Calendar(ctx, congress, c.Edition)
}

// AddCalendar stores a new edition: the newest one with one more notice. Storing the same notice again under the name
// of the newest edition changes nothing, so that an import can be repeated. Codes: BadCalendar (no name,
// and as of schemas.Calendar.Add), Duplicate (the name is taken).
func (r *Register) AddCalendar(ctx context.Context, congress, name, source string, y schemas.Year) error {
	if strings.TrimSpace(name) == "" { // no name stands for the built-in calendar
		return schemas.Refuse("BadCalendar", "请给这一版日历起一个名称")
	}
	return r.edit(ctx, congress, func(tx pgx.Tx, current string, newest edition) error {
		next := newest.with(y)
		if name == current {
			if reflect.DeepEqual(next, newest) {
				return nil
			}
			return editionTaken(name)
		}
		calendar, err := r.Calendar(ctx, congress, current)
		if err != nil {
			return err
		}
		if _, err := calendar.Add(y, name); err != nil {
			return err
		}
		return store(ctx, tx, congress, name, source, next)
	})
}

// edit has the newest edition of a congress's calendar changed by one at a time: an edition holds all that those before it held.
func (r *Register) edit(ctx context.Context, congress string, change func(tx pgx.Tx, current string, newest edition) error) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statement("lock_congress"), congress); err != nil {
			return err
		}
		c, err := r.congress(ctx, tx, congress)
		if err != nil {
			return err
		}
		newest, err := editionIn(ctx, tx, congress, c.Edition)
		if err != nil {
			return err
		}
		return change(tx, c.Edition, newest)
	})
}

func store(ctx context.Context, tx pgx.Tx, congress, name, source string, e edition) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, statement("add_calendar"), congress, name, string(body), source)
	if violates(err, "calendars_pkey") {
		return editionTaken(name)
	}
	return err
}

func editionTaken(name string) error {
	return schemas.Refuse("Duplicate", "已经有名为“%s”的日历，请换一个名称", name)
}
