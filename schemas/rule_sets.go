package schemas

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
)

// RuleSet is what a place's own rule says otherwise than the built-in rules (各地规定, spec 3.2). Terms that it does not name
// stay as they are.
type RuleSet struct {
	Name   string          `json:"name"`
	Source string          `json:"source"`
	Points bool            `json:"points"` // deputies give points too (百分制分段评价), not marks alone
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

// With is the rules as a set would have them, under a version of its own. Ladders, effects and reminders stay.
func (r Rules) With(set RuleSet, version string) (Rules, error) {
	builtin, err := BuiltinRules(r.Procedure)
	if err != nil {
		return r, err
	}
	terms := maps.Clone(builtin.Terms)
	for name, t := range set.Terms {
		t.Ladder, t.Effect, t.Points = terms[name].Ladder, terms[name].Effect, terms[name].Points
		terms[name] = t
	}
	builtin.Terms, builtin.Version, builtin.Name = terms, version, builtin.Name+"（"+set.Name+"）"
	if !set.Points {
		builtin.Scores = nil
	}
	return builtin, nil
}
