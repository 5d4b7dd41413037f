package schemas_test

import (
	"testing"
	"time"

	"bihuan/schemas"
)

// Every ready set names terms that the procedure has, and every one of its terms can be reckoned.
func TestReadySetsCanBeReckoned(t *testing.T) {
	rules, err := schemas.BuiltinRules("suggestion")
	if err != nil {
		t.Fatal(err)
	}
	sets, err := schemas.RuleSets("suggestion")
	if err != nil || len(sets) < 5 {
		t.Fatalf("%d sets, %v", len(sets), err)
	}
	from := time.Date(2026, 3, 2, 9, 0, 0, 0, schemas.Shanghai)
	for _, set := range sets {
		with, err := rules.With(set)
		if err != nil {
			t.Fatal(err)
		}
		for name, term := range set.Terms {
			if _, known := rules.Terms[name]; !known {
				t.Errorf("%s: no term %s", set.Name, name)
			}
			if with.Terms[name].Rule != term.Rule || with.Terms[name].Effect != rules.Terms[name].Effect || with.Terms[name].Ladder != rules.Terms[name].Ladder {
				t.Errorf("%s: %s became %+v", set.Name, name, with.Terms[name])
			}
			if _, err := schemas.BuiltinCalendar().Due(from, term.Rule, term.Mode); err != nil {
				t.Errorf("%s: %s: %v", set.Name, name, err)
			}
		}
		if (len(with.Scores) > 0) != set.Points {
			t.Errorf("%s: points %v", set.Name, with.Scores)
		}
	}
	henan := sets[3]
	with, _ := rules.With(henan)
	s := schemas.State{Facts: map[string]schemas.Act{"receipt/u": {Key: "receipt/u", At: from}}}
	d, err := with.Date(schemas.BuiltinCalendar(), &s, &schemas.Open{Stage: schemas.Stage{Key: "redo/u", Unit: "u", Clocks: []schemas.Clock{{Rule: "redo", Anchor: "receipt/u"}}}}, from)
	if err != nil || schemas.LastDay(d.Due).Format(time.DateOnly) != "2026-04-02" {
		t.Errorf("%s: handled anew by %v, %v", henan.Name, d.Due, err)
	}
}
