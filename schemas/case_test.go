package schemas

import (
	"testing"
	"time"
)

func TestMayTakesOnlyVerdictsOfTheDuty(t *testing.T) {
	for _, c := range []struct {
		key     string
		role    Role
		verdict string
		code    string
	}{
		{"sign/u", Liaison, "", ""},
		{"sign/u", Liaison, "x", "BadVerdict"},
		{"sign/u", Liaison, "\x00", "BadVerdict"},
		{"handover", Office, "complex", ""},
		{"handover", Office, "x", "BadVerdict"},
		{"review#1", Head, "accept", ""},
		{"review#1", Head, "", "BadVerdict"},
	} {
		s := State{Facts: map[string]Act{}, Open: []*Open{{Stage: Stage{Key: c.key}}}}
		code := ""
		if refusal := s.May(Act{ID: "a", Key: c.key, Role: c.role, Verdict: c.verdict, At: time.Now()}); refusal != nil {
			code = refusal.Code
		}
		if code != c.code {
			t.Errorf("%s with %q: %q, not %q", c.key, c.verdict, code, c.code)
		}
	}
}
