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

// A leader raises a stage while a record of the case is on its way: the receipt knows nothing of it, and the next record says it.
func TestClimbLeavesWhatTheRegisterHasNotSeen(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 1, 0, 0, 0, time.UTC) }
	s := State{Facts: map[string]Act{}, Open: []*Open{
		{Stage: Stage{Key: "plan/u"}, Due: day(9), Dated: true, Rungs: []Rung{{At: day(9), Level: "L0"}, {At: day(12), Level: "L3"}}},
		{Stage: Stage{Key: "report/u"}, Due: day(2), Dated: true, Rungs: []Rung{{At: day(2), Level: "L0"}}},
	}}
	s.News() // the record is sent
	s.Raise("plan/u", "L3", day(3))
	cs := s.Apply(Receipt{Now: day(4)})
	if len(cs) != 1 || cs[0].Key != "report/u" {
		t.Errorf("climbed by the record that was on its way: %+v", cs)
	}
	if at := s.Nearest(); !at.Equal(day(3)) {
		t.Errorf("the raised rung is to be said, not %s", at)
	}
	if news := s.News(); len(news) != 1 || news[0].Key != "plan/u" || news[0].Next != 0 {
		t.Errorf("the next record shows %+v", news)
	}
	cs = s.Apply(Receipt{Now: day(5)})
	if len(cs) != 1 || cs[0].Level != "L3" || cs[0].Rev != 1 || !s.Nearest().IsZero() {
		t.Errorf("climbed by the next record: %+v", cs)
	}
}
