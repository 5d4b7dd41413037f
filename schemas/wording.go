package schemas

import (
	"fmt"
	"strings"
	"time"
)

// Word is what a notice says in one line: 【催办】农业农村局“报送方案”已逾期（应于2023年5月16日前）. unit may be empty;
// due is exclusive, zero for a duty without a term.
func Word(key, level, unit string, due time.Time) string {
	what := unit + "“" + Title(key) + "”"
	by := ""
	if !due.IsZero() {
		by = ZhDate(lastDay(due)) + "前"
	}
	if said := invitation(key, what, level, due); said != "" {
		return said
	}
	switch {
	case Kind(key) == "gate":
		return "【" + urging(level) + "】会前整改的销号没有达到规定的比例，请督促整改"
	case urgeOf(level) > 0 && by == "":
		return fmt.Sprintf("【催办】%s请抓紧办理（第%d次催办）", what, urgeOf(level))
	case urgeOf(level) > 0:
		return fmt.Sprintf("【催办】%s应于%s完成，请抓紧办理（第%d次催办）", what, by, urgeOf(level))
	case level == LevelRefused:
		return "【未登记】您提交的" + what + "没有通过，请打开事项查看原因"
	case level == LevelRighted && Kind(key) == Correct:
		return "【更正】事项的文字有更正，请打开事项查看改了什么、为什么"
	case level == LevelConsent:
		return "【待同意】" + what + "的结论拟更正，请打开事项看了以后同意或者不同意"
	case level == LevelRighted:
		return "【更正】" + what + "有更正，请打开事项查看改了什么、为什么"
	case level == LevelNew && by == "":
		return "【待办】" + what + "，请及时办理"
	case level == LevelNew:
		return "【待办】" + what + "，请于" + by + "办理"
	case Moves(level):
		return "【期限变更】" + what + "的期限改为" + ZhDate(lastDay(due)) + moving[level]
	case level == "half":
		return "【提醒】" + what + "时间过半，应于" + by + "完成"
	case level == "T":
		return "【提醒】" + what + "今日到期"
	case strings.HasPrefix(level, "T-"):
		return "【提醒】" + what + "将到期，应于" + by + "完成"
	}
	return fmt.Sprintf("【%s】%s已逾期（%s），应于%s完成", urging(level), what, LevelName(level), by)
}

// moving says why a date has moved, where it is not by what was done in the matter itself.
var moving = map[string]string{LevelRuled: "（本事项改用新版规则，理由见办理过程）", LevelShifted: "（放假安排或停办日有变）"}

// invitation is what a notice says of a stage that people attend on its day, rather than finish by then; empty: as of any other.
func invitation(key, what, level string, due time.Time) string {
	if len(Duties[Kind(key)].Attends) == 0 {
		return ""
	}
	on := "即将举行"
	if !due.IsZero() {
		on = "定于" + ZhDate(lastDay(due))
	}
	switch {
	case level == LevelNew:
		return "【通知】" + what + on
	case Moves(level):
		return "【改期】" + what + on + moving[level]
	case level == "T":
		return "【提醒】" + what + "就在今天"
	case level == "half", strings.HasPrefix(level, "T-"):
		return "【提醒】" + what + on
	}
	return ""
}

// LevelName is the Chinese name of a rung.
func LevelName(level string) string {
	switch {
	case level == LevelNew:
		return "新任务"
	case level == LevelRefused:
		return "未登记"
	case urgeOf(level) > 0:
		return fmt.Sprintf("第%d次催办", urgeOf(level))
	case Moves(level):
		return "期限变更"
	case level == LevelRighted:
		return "更正"
	case level == LevelConsent:
		return "待同意"
	case level == LevelDue:
		return "到期自动办理"
	case level == "half":
		return "半程提醒"
	case level == "T":
		return "到期日提醒"
	case strings.HasSuffix(level, "wd"):
		return "到期前" + strings.TrimSuffix(strings.TrimPrefix(level, "T-"), "wd") + "个工作日提醒"
	case strings.HasPrefix(level, "T-"):
		return "到期前" + strings.TrimSuffix(strings.TrimPrefix(level, "T-"), "d") + "天提醒"
	case level != "":
		return map[byte]string{'L': "逾期", 'N': "人大内部督促", 'G': "政府办督促"}[level[0]] + level[1:] + "级"
	}
	return ""
}

// Climbs reports whether a level is a rung after the due day that reaches somebody above those who owe the stage.
func Climbs(level string) bool {
	return len(level) == 2 && strings.Contains("LNG", level[:1]) && level[1] >= '1' && level[1] <= '9'
}

// urging is the kind of message from a rung on (2.0.4): 催办 by the office, 督办 from level three.
func urging(level string) string {
	if level >= "L3" && level <= "L5" {
		return "督办"
	}
	return "催办"
}

// LastDay is the day on which an exclusive due instant ends. Shanghai.
func LastDay(due time.Time) time.Time { return lastDay(due) }
