package schemas

import (
	"strings"
	"testing"
	"time"
)

// Each stage stands once in a digest, where it matters most, by working days of the calendar: over the National Day's break what is
// due on its days is due on the last day before it.
func TestCompose(t *testing.T) {
	c := BuiltinCalendar()
	nine := time.Date(2025, 9, 30, 9, 0, 0, 0, Shanghai) // Tuesday; the 1st to the 8th rest, Saturday the 11th works
	due := func(month time.Month, day int) time.Time {
		return time.Date(2025, month, day+1, 0, 0, 0, 0, Shanghai).UTC()
	}
	line := func(stage, level string, due time.Time) DigestLine {
		return DigestLine{Case: "1", Stage: stage, Level: level, Due: due}
	}
	d := Compose(c, nine,
		[]DigestLine{line("a", "", due(9, 29)), line("b", "", due(9, 28)), line("c", "", due(9, 30)), line("d", "", due(10, 4)), line("e", "", due(10, 9)),
			line("f", "", due(10, 11)), line("g", "", due(10, 13)), line("hold/x", "", due(10, 10)), {Case: "2", Stage: "hold/x", Due: due(9, 29), Attends: true}},
		[]DigestLine{line("a", "L1", due(9, 29)), line("z", "L3", due(9, 22))},
		[]DigestLine{line("e", "T-3wd", due(10, 9)), line("n", "new", due(10, 31)), line("n", "T-15d", due(10, 31)), line("plan/x#2", "new", due(10, 20)),
			line("o", "T-15d", due(10, 15)), line("p", LevelRefused, time.Time{}), line("c", "new", due(9, 30))})
	var got []string
	for _, p := range d.Parts() {
		for _, l := range p.Lines {
			mark := ""
			if l.Fresh {
				mark = "*"
			}
			got = append(got, p.Code+":"+l.Stage+mark+" "+l.When(p.Code))
		}
	}
	want := `climbed:z 应于2025年9月22日，已逾期7个工作日
late:b 应于2025年9月28日，已逾期2个工作日
late:a 应于2025年9月29日，已逾期1个工作日
today:c* 今天到期
today:d 今天到期
soon:e* 2025年10月9日（周四）到期，还有1个工作日
soon:hold/x 定于2025年10月10日（周五）
soon:f 2025年10月11日（周六）到期，还有3个工作日
back:plan/x#2* 应于2025年10月20日（周一）前
back:p* ` + `
new:n* 应于2025年10月31日（周五）前
other:o* 应于2025年10月15日（周三）前`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("composed\n%s\nnot\n%s", text, want)
	}
	if s := d.Summary(); s != "升级到我的1件，已经逾期2件，今天到期2件，三个工作日内到期3件，退回、重新办理的2件，新任务1件，其他提醒1件" {
		t.Error(s)
	}
	if !Compose(c, nine, nil, nil, nil).Empty() {
		t.Error("there is something to say of nothing")
	}
}

func TestMornings(t *testing.T) {
	c := BuiltinCalendar()
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2025, month, day, hour, minute, 0, 0, Shanghai)
	}
	for _, row := range []struct {
		at   time.Time
		due  bool
		next time.Time
	}{
		{at(9, 28, 8, 59), false, at(9, 28, 9, 0)}, // a Sunday that works
		{at(9, 28, 9, 0), true, at(9, 29, 9, 0)},
		{at(9, 28, 17, 59), true, at(9, 29, 9, 0)},
		{at(9, 28, 18, 0), false, at(9, 29, 9, 0)},
		{at(9, 30, 12, 0), true, at(10, 9, 9, 0)},
		{at(10, 3, 12, 0), false, at(10, 9, 9, 0)},
		{at(10, 11, 12, 0), true, at(10, 13, 9, 0)}, // a Saturday that works
	} {
		nine, due := c.LastMorning(row.at)
		next, err := c.NextMorning(row.at)
		if due != row.due || due && !nine.Equal(DayOf(row.at).Add(9*time.Hour)) || err != nil || !next.Equal(row.next) {
			t.Errorf("%s: %v %v, next %v %v", row.at, nine, due, next, err)
		}
	}
}

// Every notice is of one kind; the first that fits decides.
func TestCarriages(t *testing.T) {
	said := time.Date(2026, 3, 2, 15, 0, 0, 0, Shanghai)
	tonight, later := time.Date(2026, 3, 3, 0, 0, 0, 0, Shanghai), time.Date(2026, 3, 20, 0, 0, 0, 0, Shanghai)
	for _, row := range []struct {
		stage, level string
		due          time.Time
		code         string
		single       bool
	}{
		{"sign/x", "new", later, "assignment", true},
		{"sign/x", "T", tonight, "reminder", false},
		{"plan/x#1", "new", later, "duty", false},
		{"plan/x#1", "new", tonight, "today", true},
		{"plan/x#1", "new", time.Time{}, "duty", false},
		{"plan/x#1", "moved", later, "moved", false},
		{"plan/x#1", "moved", tonight, "today", true},
		{"hold/x", "moved", later, "summons", true},
		{"plan/x#1", "L2", said, "climbing", false},
		{"plan/x#1", "L3", said, "escalated", true},
		{"review#1", "N2", said, "climbing", false},
		{"plan/x#1", LevelRefused, time.Time{}, "refused", true},
		{"instruction/x#1", "new", later, "instruction", true},
		{"plan/x#1", UrgeLevel(2), later, "urge", true},
		{"plan/x#1", "half", later, "reminder", false},
	} {
		if c := CarriageOf(row.stage, row.level, row.due, said, false); c.Code != row.code || c.Single != row.single {
			t.Errorf("%s %s is %s", row.stage, row.level, c.Code)
		}
	}
	if c := CarriageOf("plan/x#1", "L4", said, said, true); c.Code != "climbing" || c.Single {
		t.Errorf("what had climbed to its person before is %s", c.Code)
	}
	seen := map[string]bool{}
	for i, c := range Carriages() {
		if seen[c.Code] || c.Says == "" || c.Why == "" || len(c.Levels) == 0 || (c.Levels[0] == "*" && len(c.Kinds) == 0 && !c.Today) != (i == len(Carriages())-1) {
			t.Errorf("%+v", c)
		}
		for _, kind := range c.Kinds {
			if Duties[kind].Title == "" {
				t.Errorf("%s is of no kind of stage: %s", c.Code, kind)
			}
		}
		seen[c.Code] = true
	}
	if u := Urging(); u.PersonDay != 1 || u.Stage != 3 {
		t.Errorf("%+v", u)
	}
	if w := Word("plan/x#1", UrgeLevel(2), "甲局", later); w != "【催办】甲局“报送方案”应于2026年3月19日前完成，请抓紧办理（第2次催办）" {
		t.Error(w)
	}
}
