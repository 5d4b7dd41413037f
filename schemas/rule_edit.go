package schemas

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

type (
	// Length is a term's rule and mode in plain fields, as a form has them.
	Length struct {
		Way     string // a mode, or one of the two ways of a day in the year
		N       int
		Unit    string // D W M Q Y WD
		Ext     int    // extended by; 0: not
		ExtUnit string
		Back    int // working days before it; 0: none
		Month   int
		Day     int
	}
	// Fault is what is wrong with rules, and where: term/plan, ladder/unit, reminders, limit/rework.
	Fault struct{ Where, Text string }
)

// The ways of a day in the year, beside the modes.
const (
	NextYearDay = "next_year_day" // 次年的某月某日
	NextSuchDay = "next_such_day" // 下一个某月某日
)

// Ways are those that an office may choose for a term that runs forward, in the order of a form.
var Ways = []Verdict{
	{Code: ModeNaturalShift, Text: "自然日（日、周、月……），遇休息日顺延"}, {Code: ModeNaturalStrict, Text: "自然日，遇休息日不顺延"}, {Code: ModeWorkday, Text: "工作日"},
	{Code: ModeSameDay, Text: "当日"}, {Code: ModeMonthEnd, Text: "当月月末"}, {Code: ModeQuarterEnd, Text: "当季季末"},
	{Code: NextYearDay, Text: "次年的某月某日"}, {Code: NextSuchDay, Text: "下一个某月某日"},
}

// BackWays are those of a term that is counted back from a day.
var BackWays = []Verdict{{Code: ModeBackward, Text: "往前推算，遇休息日再提前"}}

// Units are the units of a term, in the order of a form.
var Units = []Verdict{{Code: "D", Text: "日"}, {Code: "W", Text: "周"}, {Code: "M", Text: "个月"}, {Code: "Y", Text: "年"}, {Code: "WD", Text: "个工作日"}}

// most is how long an office may make a term, by its unit: ten years.
var most = map[string]int{"D": 3650, "W": 520, "M": 120, "Q": 40, "Y": 10, "WD": 2500}

// Length takes a term's rule apart; false: it is written in a way that no form has.
func (t Term) Length() (l Length, plain bool) {
	for prefix, way := range map[string]string{"": NextYearDay, "next-": NextSuchDay} {
		if day, err := time.Parse("01-02", strings.TrimPrefix(t.Rule, prefix)); err == nil && strings.HasPrefix(t.Rule, prefix) {
			return Length{Way: way, Month: int(day.Month()), Day: day.Day()}, true
		}
	}
	r, err := parseRule(t.Rule)
	if err != nil {
		return l, false
	}
	l = Length{Way: t.Mode, N: r.base.n, Unit: r.base.unit}
	for _, s := range r.suffixes {
		switch {
		case s.kind == "EXT" && l.Ext == 0 && l.Back == 0:
			l.Ext, l.ExtUnit = s.n, s.unit
		case s.kind == "-" && l.Back == 0:
			l.Back = s.n
		default:
			return l, false
		}
	}
	return l, true
}

// Rule is the length in the grammar with its mode. Codes: BadMode, BadRule.
func (l Length) Rule() (rule, mode string, err error) {
	switch l.Way {
	case NextYearDay, NextSuchDay:
		text := time.Date(2024, time.Month(l.Month), l.Day, 0, 0, 0, 0, time.UTC)
		if l.Month < 1 || l.Month > 12 || int(text.Month()) != l.Month || text.Day() != l.Day || l.Month == 2 && l.Day == 29 {
			return "", "", Refuse("BadRule", "请填写每年都有的月和日")
		}
		rule = text.Format("01-02")
		if l.Way == NextSuchDay {
			rule = "next-" + rule
		}
		return rule, ModeNaturalShift, nil
	case ModeSameDay, ModeMonthEnd, ModeBimonthEnd, ModeQuarterEnd:
		rule = modes[l.Way].fixed
	default:
		m, known := modes[l.Way]
		if !known {
			return "", "", Refuse("BadMode", "请选择怎样计算")
		}
		if len(m.units) == 1 {
			l.Unit = m.units[0] // a way that takes one unit alone needs no choice
		}
		if l.N < 1 || l.N > most[l.Unit] {
			return "", "", Refuse("BadRule", "期限的数目须是1到%d的整数", max(most[l.Unit], 1))
		}
		if l.Ext < 0 || l.Ext > most[l.ExtUnit] && l.Ext > 0 || l.Back < 0 || l.Back > most["WD"] {
			return "", "", Refuse("BadRule", "延长、提前的数目须是不大的正整数，不延长、不提前的留空")
		}
		rule = "P" + strconv.Itoa(l.N) + l.Unit
		if l.Ext > 0 {
			rule += "+EXT" + strconv.Itoa(l.Ext) + l.ExtUnit
		}
	}
	if l.Back > 0 {
		rule += "-" + strconv.Itoa(l.Back) + "WD"
	}
	parsed, err := parseRule(rule)
	if err == nil {
		err = modes[l.Way].admit(parsed, rule, l.Way)
	}
	if err != nil {
		return "", "", Refuse("BadRule", "这样的单位、延长或提前不能与“%s”同用", ModeName(l.Way))
	}
	return rule, l.Way, nil
}

// Try computes when a term runs out that begins on a day, with its working. It has no code of its own: what the grammar refuses, it refuses.
func (r Rules) Try(c Calendar, t Term, from time.Time) (Deadline, error) {
	return r.term(c, t, from, 0)
}

// ReminderPoints are those that an office may choose, in their order.
var ReminderPoints = []string{"half", "T-60d", "T-30d", "T-15d", "T-7d", "T-5wd", "T-3wd", "T-1wd", "T"}

// unitLadders differ in days alone: their roles are one table (Audience asks the long one).
var unitLadders = []string{"short", "medium", "long"}

// Tellable are the roles that a ladder may tell. What is the congress's own business is told inside it alone; officials' appraisals are
// told to those who may see them.
func Tellable(profile string) []Role {
	switch profile {
	case "short", "medium", "long", "progress":
		return []Role{Liaison, UnitHead, ViceMayor, GovOffice, Clerk, Head, Deputies, ViceChair, Chair, Office}
	case "government":
		return []Role{RoleOfDuty, GovOffice, ViceMayor, Clerk, Head, ViceChair, Chair, Office}
	case "gate":
		return []Role{GovOffice, ViceMayor, Clerk, Head, ViceChair, Chair, Office}
	case "deputy":
		return []Role{RoleOfDuty, Deputies, Head}
	case "confined":
		return []Role{RoleOfDuty, Office, ViceChair, Chair}
	}
	return []Role{RoleOfDuty, Clerk, Head, Deputies, Office, ViceChair, Chair}
}

// furthest is how many working days after the due day a level may come: half a year.
const furthest = 120

// order are pairs of terms that begin together: the first never runs out after the second, or, where it extends it, always does.
var order = []struct {
	first, second string
	extends       bool
}{
	{"plan-extension-window", "plan", false}, {"plan-extension-cap", "plan", true}, {"report-extension-window", "report", false}, {"report-extension-cap", "report", true},
	{"draft-report", "report", false}, {"progress", "report", false}, {"reply-extension-window", "reply", false}, {"reply-extended", "reply", true}, {"contact", "reply", false},
	{"bimonthly-1", "bimonthly-2", false}, {"bimonthly-2", "bimonthly-3", false},
	{"gate-10", "gate-5", false}, {"gate-5", "gate-3", false}, {"appraisal-survey", "survey-report", false},
}

// Faults are what is wrong with rules that an office has made, beside the built-in ones; none: they may be adopted. name says a term in
// Chinese.
func (r Rules) Faults(c Calendar, name func(string) string) (fs []Fault) {
	builtin, err := BuiltinRules(r.Procedure)
	if err != nil {
		return []Fault{{"", "没有这种程序的规则"}}
	}
	say := func(where, format string, args ...any) {
		fs = append(fs, Fault{where, Refuse("", format, args...).Text})
	}
	from := time.Date(2026, 3, 2, 9, 0, 0, 0, Shanghai)
	due := map[string]time.Time{}
	for _, key := range slices.Sorted(maps.Keys(r.Terms)) {
		t := r.Terms[key]
		d, err := r.term(c, t, from, 0)
		if err == nil {
			_, err = r.term(c, t, from, 1) // after a suspension it must have a date as well
		}
		_, ladder := r.Ladders[t.Ladder]
		switch {
		case err != nil:
			say("term/"+key, "%s：%s", name(key), err.Error())
		case strings.TrimSpace(t.Source) == "":
			say("term/"+key, "%s：请填写依据", name(key))
		case t.Ladder != "" && t.Ladder != "unit" && !ladder, t.Ladder == "unit" && r.Ladders["long"] == nil:
			say("term/"+key, "%s：没有这种升级梯度", name(key))
		case slices.ContainsFunc(t.Points, func(p string) bool { return !slices.Contains(ReminderPoints, p) }):
			say("term/"+key, "%s：没有这种提醒", name(key))
		case t.Mode != ModeBackward && !d.Due.After(from):
			say("term/"+key, "%s：还没有开始就已届满，请减少提前的工作日", name(key))
		default:
			if start, ends := r.endsFirst(t, from, d.Due); ends {
				say("term/"+key, "%s：从%s起算的，还没有开始就已届满，请减少提前的工作日", name(key), ZhDate(start))
			}
		}
		due[key] = d.Due
	}
	for key := range builtin.Terms {
		if _, has := r.Terms[key]; !has {
			say("term/"+key, "缺少“%s”的期限", name(key))
		}
	}
	for _, o := range order {
		first, has := due[o.first]
		second, both := due[o.second]
		switch {
		case !has || !both || first.IsZero() || second.IsZero():
		case o.extends && !first.After(second):
			say("term/"+o.first, "“%s”须晚于“%s”的期限", name(o.first), name(o.second))
		case !o.extends && first.After(second):
			say("term/"+o.first, "“%s”不能晚于“%s”的期限", name(o.first), name(o.second))
		}
	}
	for _, profile := range slices.Sorted(maps.Keys(builtin.Ladders)) {
		fs = append(fs, r.ladderFaults(profile, builtin.Ladders[profile])...)
	}
	if len(r.Reminders) != len(builtin.Reminders) {
		say("reminders", "提醒的分类不全")
	}
	for i, cl := range r.Reminders {
		if i < len(builtin.Reminders) && cl.UpTo != builtin.Reminders[i].UpTo || len(cl.Points) == 0 || !slices.Contains(ReminderPoints, cl.Yellow) ||
			slices.ContainsFunc(cl.Points, func(p string) bool { return !slices.Contains(ReminderPoints, p) }) {
			say("reminders", "每一类期限至少选一个提醒，并选定什么时候亮黄灯")
			break
		}
	}
	for _, l := range Limits(r.Procedure) {
		value := r.Policy.Limit(l.Code)
		var p Policy
		if err := r.Policy.copied(&p).SetLimit(l, value); err != nil {
			say("limit/"+l.Code, "%s：%s", l.Name, err.Error())
		}
	}
	return fs
}

// endsFirst looks for a day from which a term that is counted back a little would run out before it begins: holidays and the end of a
// month take more of a short term than of a long one. The built-in calendar is asked, for the days that a place closes are no fault of the rules.
func (r Rules) endsFirst(t Term, from, due time.Time) (start time.Time, ends bool) {
	const near = 60 * 24 * time.Hour
	if l, plain := t.Length(); !plain || l.Back == 0 || t.Mode == ModeBackward || due.Sub(from) > near {
		return start, false
	}
	for day := range 365 {
		start = time.Date(from.Year(), 1, 1+day, 9, 0, 0, 0, Shanghai)
		if d, err := r.term(BuiltinCalendar(), t, start, 0); err == nil && !d.Due.After(start) {
			return start, true
		}
	}
	return start, false
}

func (r Rules) ladderFaults(profile string, builtin []Level) (fs []Fault) {
	where := "ladder/" + profile
	levels := r.Ladders[profile]
	if len(levels) != len(builtin) {
		return []Fault{{where, "升级梯度的级数不能增减"}}
	}
	for i, l := range levels {
		title := LevelName(l.Code)
		switch {
		case l.Code != builtin[i].Code:
			fs = append(fs, Fault{where, "升级梯度的级数不能增减"})
		case l.Days < 0 || l.Days > furthest:
			fs = append(fs, Fault{where, title + "：须在到期后第1至" + strconv.Itoa(furthest+1) + "个工作日"})
		case i > 0 && l.Days <= levels[i-1].Days:
			fs = append(fs, Fault{where, title + "：须晚于前一级"})
		case len(l.Roles) == 0:
			fs = append(fs, Fault{where, title + "：至少通知一种岗位"})
		case slices.ContainsFunc(l.Roles, func(role Role) bool { return !slices.Contains(Tellable(profile), role) }):
			fs = append(fs, Fault{where, title + "：这种岗位不能由这个梯度通知"})
		case slices.Contains(unitLadders, profile) && (i >= len(r.Ladders["long"]) || !slices.Equal(l.Roles, r.Ladders["long"][i].Roles)):
			fs = append(fs, Fault{where, title + "：承办单位的三种梯度通知的岗位须相同"})
		}
	}
	return fs
}

// Copy is the rules for somebody to change: nothing is shared.
func (r Rules) Copy() Rules {
	r.Terms, r.Ladders, r.Sources, r.Reminders = maps.Clone(r.Terms), maps.Clone(r.Ladders), maps.Clone(r.Sources), slices.Clone(r.Reminders)
	for profile, levels := range r.Ladders {
		r.Ladders[profile] = slices.Clone(levels)
	}
	if r.Sources == nil {
		r.Sources = map[string]string{}
	}
	r.Policy.copied(&r.Policy)
	return r
}

// Onto lays over another version what these rules say otherwise than the version they began from: what was changed here wins.
func (r Rules) Onto(began, current Rules) Rules {
	next := current.Copy()
	for key, t := range r.Terms {
		if !reflect.DeepEqual(t, began.Terms[key]) {
			next.Terms[key] = t
		}
	}
	for profile, levels := range r.Ladders {
		if !reflect.DeepEqual(levels, began.Ladders[profile]) {
			next.Ladders[profile] = levels
		}
	}
	for key, text := range r.Sources {
		if text != began.Sources[key] {
			next.Sources[key] = text
		}
	}
	if !reflect.DeepEqual(r.Reminders, began.Reminders) {
		next.Reminders = r.Reminders
	}
	for _, l := range Limits(r.Procedure) {
		if value := r.Policy.Limit(l.Code); value != began.Policy.Limit(l.Code) {
			_ = next.Policy.SetLimit(l, value) // what does not fit is found by Faults
		}
	}
	if r.Name != began.Name {
		next.Name = r.Name
	}
	if (len(r.Scores) > 0) != (len(began.Scores) > 0) {
		next.Scores = r.Scores
	}
	return next
}
