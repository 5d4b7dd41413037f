package schemas

import (
	"strconv"
	"testing"
	"time"
)

// FuzzParseRule holds that a rule that is read says itself again, and that no rule makes a mode panic.
func FuzzParseRule(f *testing.F) {
	for _, rule := range []string{"P3M", "P5WD", "PT8H", "P0D", "P1Q", "P3M+EXT1M-5WD+SUSP20D", "P1M+", "P99999999999D", "PT1WD", ""} {
		f.Add(rule)
	}
	start := time.Date(2026, 1, 31, 9, 0, 0, 0, Shanghai)
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseRule(text)
		if err != nil {
			return
		}
		again, err := parseRule(written(parsed))
		if err != nil || written(again) != written(parsed) {
			t.Errorf("%q is read as %q, then %q, %v", text, written(parsed), written(again), err)
		}
		for name, m := range modes {
			if m.admit(parsed, text, name) != nil || parsed.base.n > 1000 {
				continue
			}
			if d, err := BuiltinCalendar().Due(start, text, name); err == nil && len(d.Working) == 0 {
				t.Errorf("%q %s has no working", text, name)
			}
		}
	})
}

func written(r rule) string {
	text := "P" + strconv.Itoa(r.base.n) + r.base.unit
	if r.base.unit == "H" {
		text = "PT" + strconv.Itoa(r.base.n) + "H"
	}
	for _, s := range r.suffixes {
		sign := "+"
		if s.kind == "-" {
			sign = ""
		}
		text += sign + s.kind + strconv.Itoa(s.n) + s.unit
	}
	return text
}
