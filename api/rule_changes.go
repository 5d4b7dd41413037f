package api

import (
	"cmp"
	"slices"
	"strings"

	"bihuan/schemas"
)

// differences tell line by line what one version says otherwise than another.
func differences(was, is schemas.Rules) (cs []changeView) {
	line := func(name, before, after, source string) {
		if before != after {
			cs = append(cs, changeView{name, before, after, source})
		}
	}
	line("名称", was.Name, is.Name, "")
	before := map[string]termView{}
	for _, v := range showTerms(was) {
		before[v.Key] = v
	}
	for _, v := range showTerms(is) {
		b := before[v.Key]
		line(v.Name, b.lasts(), v.lasts(), v.Source)
		line(v.Name+"：升级梯度", cmp.Or(b.Ladder, "不升级"), cmp.Or(v.Ladder, "不升级"), v.Source)
		line(v.Name+"：提醒", cmp.Or(b.Points, "按期限长短"), cmp.Or(v.Points, "按期限长短"), v.Source)
		if b.lasts() == v.lasts() && b.Ladder == v.Ladder && b.Points == v.Points {
			line(v.Name+"：依据", b.Source, v.Source, "")
		}
	}
	for i, v := range showReminders(is.Reminders) {
		var b reminderView
		if all := showReminders(was.Reminders); i < len(all) {
			b = all[i]
		}
		line("期限"+v.Class+"的提醒", b.Points+"；"+b.Yellow+"亮黄灯", v.Points+"；"+v.Yellow+"亮黄灯", is.Sources["reminders"])
	}
	for _, p := range allProfiles {
		for i, l := range is.Ladders[p.code] {
			var b rungView
			if levels := was.Ladders[p.code]; i < len(levels) {
				b = showRung(levels[i])
			}
			v := showRung(l)
			line(p.name+"："+v.Level, b.When+"，通知"+b.To, v.When+"，通知"+v.To, is.Sources["ladder/"+ladderKey(p.code)])
		}
	}
	for _, l := range schemas.Limits(is.Procedure) {
		line(l.Name, l.Says(was.Policy.Limit(l.Code)), l.Says(is.Policy.Limit(l.Code)), is.Sources["limit/"+l.Code])
	}
	if (len(is.Scores) > 0) != (len(was.Scores) > 0) {
		line("代表评分", scored(was), scored(is), "")
	}
	return cs
}

// lasts is the length with the way it is reckoned.
func (v termView) lasts() string {
	if v.Mode == "" || strings.HasSuffix(v.Length, "工作日") {
		return v.Length
	}
	return v.Length + "（" + v.Mode + "）"
}

func scored(rules schemas.Rules) string {
	if len(rules.Scores) > 0 {
		return "百分制分段评分"
	}
	return "只评满意程度，不打分"
}

// unitProfiles are edited together: they differ in days alone.
var unitProfiles = []string{"short", "medium", "long"}

// ladderKey is under what the source of a profile stands.
func ladderKey(profile string) string {
	if slices.Contains(unitProfiles, profile) {
		return "unit"
	}
	return profile
}
