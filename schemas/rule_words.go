package schemas

import (
	"strings"
	"time"
)

// ModeName says how a mode reckons.
func ModeName(mode string) string {
	return map[string]string{
		ModeNaturalShift: "自然日，遇休息日顺延", ModeNaturalStrict: "自然日，不顺延", ModeNaturalShiftCob: "自然日，遇休息日顺延，17:30截止",
		ModeWorkday: "工作日", ModeHours: "连续小时", ModeWorkhours: "工作小时", ModeSameDay: "当日", ModeNextWorkday: "其后的工作日",
		ModeBackward: "往前推算", ModeMonthEnd: "当月月末", ModeBimonthEnd: "双月期末", ModeQuarterEnd: "季度末", ModeNextMonthNthWorkday: "次月的工作日",
	}[mode]
}

// Words says the length of a term in Chinese: 2周, 3个月前10个工作日, 次年6月30日前. One that cannot be read is given as it is.
func (t Term) Words() string {
	if day, err := time.Parse("01-02", t.Rule); err == nil {
		return "次年" + day.Format("1月2日") + "前"
	}
	if day, err := time.Parse("next-01-02", t.Rule); err == nil {
		return "下一个" + day.Format("1月2日") + "前"
	}
	r, err := parseRule(t.Rule)
	if err != nil {
		return t.Rule
	}
	var b strings.Builder
	b.WriteString(r.base.String())
	for _, s := range r.suffixes {
		b.WriteString(map[string]string{"EXT": "，延长", "SUSP": "，暂停", "-": "前"}[s.kind] + s.term.String())
	}
	return b.String()
}
