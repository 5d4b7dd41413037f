package schemas

import (
	"encoding/json"
	"errors"
	"io/fs"
)

// RuleSet is what a place's own rule says otherwise than the built-in rules (各地规定, spec 3.2). Terms that it does not name
// are the built-in ones.
type RuleSet struct {
	Name   string          `json:"name"`
	Source string          `json:"source"`
	Points bool            `json:"points,omitempty"` // deputies give points too (百分制分段评价), not marks alone
	Terms  map[string]Term `json:"terms"`
}

// RuleSets are the ready sets of a procedure; none is no error.
func RuleSets(procedure string) (sets []RuleSet, err error) {
	b, err := ruleSets.ReadFile("rules/" + procedure + "_sets.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return sets, json.Unmarshal(b, &sets)
}

// With is the rules with the terms that a set has, and the built-in ones for the others. Which ladder a term climbs, its effect and its
// reminders stay; so do ladders, classes of reminders and limits.
func (r Rules) With(set RuleSet) (Rules, error) {
	builtin, err := BuiltinRules(r.Procedure)
	if err != nil {
		return r, err
	}
	next := r.Copy()
	for name, t := range builtin.Terms {
		if given, has := set.Terms[name]; has {
			t.Rule, t.Mode, t.Source = given.Rule, given.Mode, given.Source
		}
		if now, has := r.Terms[name]; has {
			t.Ladder, t.Points = now.Ladder, now.Points
		}
		next.Terms[name] = t
	}
	next.Name, next.Scores = builtin.Name+"（"+set.Name+"）", builtin.Scores
	if !set.Points {
		next.Scores = nil
	}
	return next, nil
}
