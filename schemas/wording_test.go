package schemas

import (
	"testing"
	"time"
)

// One does not finish an interview by its day, one goes there; when it was not held, somebody is late as with anything else.
func TestWordsOfAnInterviewsDay(t *testing.T) {
	due := time.Date(2026, 3, 10, 0, 0, 0, 0, Shanghai)
	for _, c := range []struct {
		level, want string
		due         time.Time
	}{
		{LevelNew, "【通知】甲局“约谈”定于2026年3月9日", due},
		{LevelMoved, "【改期】甲局“约谈”定于2026年3月9日", due},
		{"half", "【提醒】甲局“约谈”定于2026年3月9日", due},
		{"T-1wd", "【提醒】甲局“约谈”定于2026年3月9日", due},
		{"T-1wd", "【提醒】甲局“约谈”即将举行", time.Time{}},
		{"T", "【提醒】甲局“约谈”就在今天", due},
		{"N1", "【催办】甲局“约谈”已逾期（人大内部督促1级），应于2026年3月9日前完成", due},
	} {
		if got := Word("hold#1", c.level, "甲局", c.due); got != c.want {
			t.Errorf("%s: %s, not %s", c.level, got, c.want)
		}
	}
	if got := Word("minutes#1", "T", "甲局", due); got != "【提醒】甲局“约谈纪要”今日到期" {
		t.Error(got)
	}
}
