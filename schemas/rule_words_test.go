package schemas_test

import (
	"testing"

	"bihuan/schemas"
)

func TestWordsOfTerms(t *testing.T) {
	for rule, want := range map[string]string{
		"P2W": "2周", "P3M-10WD": "3个月前10个工作日", "P2W+EXT1W": "2周，延长1周", "P3WD": "3个工作日", "06-30": "次年6月30日前", "x": "x",
	} {
		if got := (schemas.Term{Rule: rule}).Words(); got != want {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
	rules, err := schemas.BuiltinRules("opinion")
	if err != nil {
		t.Fatal(err)
	}
	for name, term := range rules.Terms {
		if term.Words() == term.Rule || schemas.ModeName(term.Mode) == "" {
			t.Errorf("%s has no words: %+v", name, term)
		}
	}
}
