package register

import (
	"context"
	"encoding/json"
	"fmt"

	"bihuan/schemas"
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
	_, err = r.do(ctx, "add_rules", id, congress, rules.Procedure, rules.Version, string(body))
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

// Calendar is the built-in calendar with a congress's own edition laid over it; no edition: the built-in one.
func (r *Register) Calendar(ctx context.Context, congress, edition string) (schemas.Calendar, error) {
	if edition == "" {
		return schemas.BuiltinCalendar(), nil
	}
	key := congress + "/" + edition
	if v, ok := r.years.Load(key); ok {
		return v.(schemas.Calendar), nil
	}
	row, err := one[struct{ Days string }](ctx, r.pool, "calendar_days", congress, edition)
	if err != nil {
		return schemas.Calendar{}, err
	}
	var days map[string]schemas.Exception
	if err := json.Unmarshal([]byte(row.Days), &days); err != nil {
		return schemas.Calendar{}, fmt.Errorf("calendar %s: %w", key, err)
	}
	c := schemas.BuiltinCalendar().Overlay(days, edition)
	r.years.Store(key, c)
	return c, nil
}

// CurrentCalendar is a congress's calendar in its newest edition.
func (r *Register) CurrentCalendar(ctx context.Context, congress string) (schemas.Calendar, error) {
	c, err := r.congress(ctx, r.pool, congress)
	if err != nil {
		return schemas.Calendar{}, err
	}
	return r.Calendar(ctx, congress, c.Edition)
}

// AddCalendar stores a new edition: all days that differ from the built-in calendar, by date (2027-01-01).
func (r *Register) AddCalendar(ctx context.Context, congress, edition, source string, days map[string]schemas.Exception) error {
	body, err := json.Marshal(days)
	if err != nil {
		return err
	}
	_, err = r.do(ctx, "add_calendar", congress, edition, string(body), source)
	return err
}
