package schemas

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The modes: how a rule becomes a due instant. docs/deadlines.md says what each takes and does.
const (
	ModeNaturalShift        = "natural_shift"          // 自然日，遇休息日顺延
	ModeNaturalStrict       = "natural_strict"         // 自然日，不顺延
	ModeNaturalShiftCob     = "natural_shift_cob"      // 自然日，遇休息日顺延，17:30 为止
	ModeWorkday             = "workday"                // 工作日
	ModeHours               = "hours"                  // 连续小时
	ModeWorkhours           = "workhours"              // 工作小时
	ModeSameDay             = "same_day"               // 当日
	ModeNextWorkday         = "next_workday"           // 其后第几个工作日
	ModeBackward            = "backward"               // 提前
	ModeMonthEnd            = "month_end"              // 当月月末
	ModeBimonthEnd          = "bimonth_end"            // 双月期末
	ModeQuarterEnd          = "quarter_end"            // 季度末
	ModeNextMonthNthWorkday = "next_month_nth_workday" // 次月第几个工作日
)

// Deadline is a due instant with its working.
type Deadline struct {
	// Due is UTC. Of a day it is the exclusive 24:00; with Timed it is the time of day itself.
	Due         time.Time `json:"due"`
	Timed       bool      `json:"timed,omitempty"`       // due at a time of day: hours, workhours, natural_shift_cob
	Nominal     time.Time `json:"nominal"`               // midnight in Shanghai of the day before the roll
	Provisional bool      `json:"provisional,omitempty"` // 暂定: it rests on days past the last published year
	Working     []string  `json:"working"`               // how it came about, in Chinese, line by line
}

// Shown is the last second in time, in Shanghai: 23:59:59 of the due day, or the time of day itself.
func (d Deadline) Shown() time.Time {
	if d.Timed {
		return d.Due.In(Shanghai)
	}
	return d.Due.Add(-time.Second).In(Shanghai)
}

// Due computes when a duty is due that begins at start, by a rule such as P3M+EXT1M in one of the modes
// (docs/deadlines.md; 民法典第200至204条). The codes of its errors: BadMode, BadRule, NoWorkday (none
// within 366 days), NoSuchWorkday (the month has fewer), OutOfRange (beyond the years 1 to 9999).
func (c Calendar) Due(start time.Time, rule, mode string) (Deadline, error) {
	m, known := modes[mode]
	if !known {
		return Deadline{}, Refuse("BadMode", "没有“%s”这种计算方式", mode)
	}
	parsed, err := parseRule(rule)
	if err != nil {
		return Deadline{}, err
	}
	if err := m.admit(parsed, rule, mode); err != nil {
		return Deadline{}, err
	}
	start = start.In(Shanghai)
	if err := inRange(start); err != nil {
		return Deadline{}, err
	}
	r := &reckoning{calendar: c, rule: parsed, start: start, day: DayOf(start)}
	if err := m.reckon(r); err != nil {
		return Deadline{}, err
	}
	return r.deadline()
}

type (
	// term is a number of units: D W M Q Y WD H.
	term struct {
		n    int
		unit string
	}
	// suffix changes the date that the base gives: EXT extends, SUSP pauses, "-" counts back.
	suffix struct {
		kind string
		term
	}
	rule struct {
		base     term
		suffixes []suffix
	}
)

var (
	ruleForm   = regexp.MustCompile(`^P(?:(\d+)(WD|[DWMQY])|T(\d+)(H))((?:\+EXT\d+(?:WD|[DWM])|\+SUSP\d+D|-\d+WD)*)$`)
	suffixForm = regexp.MustCompile(`(?:\+(EXT|SUSP)|(-))(\d+)(WD|[DWM])`)
)

const largestNumber = 999_999 // more than any duty lasts, and small enough for every unit to be computed

func parseRule(text string) (rule, error) {
	m := ruleForm.FindStringSubmatch(text)
	if m == nil {
		return rule{}, Refuse("BadRule", "期限规则“%s”的写法不对，应如 P3M、P5WD、PT8H、P3M+EXT1M", text)
	}
	base, err := newTerm(m[1]+m[3], m[2]+m[4])
	if err != nil {
		return rule{}, err
	}
	r := rule{base: base}
	for _, s := range suffixForm.FindAllStringSubmatch(m[5], -1) {
		t, err := newTerm(s[3], s[4])
		if err != nil {
			return rule{}, err
		}
		if t.n == 0 {
			return rule{}, Refuse("BadRule", "期限规则“%s”中延长、暂停或提前的数目不能是0", text)
		}
		r.suffixes = append(r.suffixes, suffix{kind: s[1] + s[2], term: t})
	}
	return r, nil
}

func newTerm(digits, unit string) (term, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || n > largestNumber {
		return term{}, Refuse("BadRule", "期限规则中的数目“%s”过大，不得超过%d", digits, largestNumber)
	}
	return term{n: n, unit: unit}, nil
}

// String says the term in Chinese.
func (t term) String() string {
	words := map[string]string{"D": "日", "W": "周", "M": "个月", "Q": "个季度", "Y": "年", "WD": "个工作日", "H": "小时"}
	return strconv.Itoa(t.n) + words[t.unit]
}

// mode is what a calendar_mode takes and how it reckons.
type mode struct {
	fixed    string   // the only base it takes; empty: any positive number of the units
	units    []string // of the base
	extends  []string // units of EXT
	pauses   bool     // takes SUSP
	advances bool     // takes -nWD
	reckon   func(*reckoning) error
}

var (
	naturalUnits = []string{"D", "W", "M", "Q", "Y"}
	naturalExt   = []string{"D", "W", "M"}
	workdayUnits = []string{"WD"}
	hourUnits    = []string{"H"}
)

var modes = map[string]mode{
	ModeNaturalShift:        {units: naturalUnits, extends: naturalExt, pauses: true, advances: true, reckon: (*reckoning).shifted},
	ModeNaturalStrict:       {units: naturalUnits, extends: naturalExt, pauses: true, advances: true, reckon: (*reckoning).strict},
	ModeNaturalShiftCob:     {units: naturalUnits, extends: naturalExt, pauses: true, advances: true, reckon: (*reckoning).closeOfBusiness},
	ModeWorkday:             {units: workdayUnits, extends: workdayUnits, pauses: true, advances: true, reckon: (*reckoning).shifted},
	ModeHours:               {units: hourUnits, reckon: (*reckoning).hours},
	ModeWorkhours:           {units: hourUnits, reckon: (*reckoning).workhours},
	ModeSameDay:             {fixed: "P0D", reckon: (*reckoning).sameDay},
	ModeNextWorkday:         {units: []string{"D"}, advances: true, reckon: (*reckoning).nextWorkday},
	ModeBackward:            {units: []string{"D", "W", "M", "WD"}, advances: true, reckon: (*reckoning).backward},
	ModeMonthEnd:            {fixed: "P1M", advances: true, reckon: window(1)},
	ModeBimonthEnd:          {fixed: "P2M", advances: true, reckon: window(2)},
	ModeQuarterEnd:          {fixed: "P1Q", advances: true, reckon: window(3)},
	ModeNextMonthNthWorkday: {units: workdayUnits, advances: true, reckon: (*reckoning).nextMonth},
}

func (m mode) admit(r rule, text, name string) error {
	base := fmt.Sprintf("P%d%s", r.base.n, r.base.unit)
	if m.fixed != "" && base != m.fixed {
		return Refuse("BadRule", "计算方式“%s”只用于 %s，不能用于“%s”", name, m.fixed, text)
	}
	if m.fixed == "" && !slices.Contains(m.units, r.base.unit) {
		return Refuse("BadRule", "计算方式“%s”不能用于期限规则“%s”", name, text)
	}
	if m.fixed == "" && r.base.n == 0 {
		return Refuse("BadRule", "期限规则“%s”的数目不能是0", text)
	}
	for _, s := range r.suffixes {
		taken := s.kind == "EXT" && slices.Contains(m.extends, s.unit) || s.kind == "SUSP" && m.pauses || s.kind == "-" && m.advances
		if !taken {
			return Refuse("BadRule", "计算方式“%s”不接受“%s”中的延长、暂停或提前", name, text)
		}
	}
	return nil
}

// reckoning walks from the start to the due instant and says each step, so that the working is the
// computation itself.
type reckoning struct {
	calendar Calendar
	rule     rule
	start    time.Time // Shanghai
	day      time.Time // midnight in Shanghai; where it stands
	nominal  time.Time // where it stood before the roll; zero: there was none
	clock    time.Time // the time of day that is due; zero: 24:00 of day
	reach    time.Time // the latest day that it asked the calendar about
	working  []string
}

func (r *reckoning) say(format string, args ...any) {
	r.working = append(r.working, fmt.Sprintf(format, args...))
}

func (r *reckoning) strict() error {
	if err := r.forward(); err != nil {
		return err
	}
	r.say("届满日即使是休息日也不顺延")
	return nil
}

func (r *reckoning) shifted() error {
	if err := r.forward(); err != nil {
		return err
	}
	return r.roll(1)
}

func (r *reckoning) closeOfBusiness() error {
	if err := r.shifted(); err != nil {
		return err
	}
	r.clock = r.day.Add(sessions[1].closes)
	r.say("有业务时间的，以停止业务活动的时间17:30为截止时间（民法典第203条第2款）")
	return nil
}

func (r *reckoning) nextWorkday() error {
	r.rule.base.unit = "WD"
	return r.forward()
}

func (r *reckoning) forward() error {
	r.say("起点%s，当日不计入，自次日%s起算（民法典第201条）", ZhDay(r.day), ZhDay(r.day.AddDate(0, 0, 1)))
	if err := r.move(1, r.rule.base); err != nil {
		return err
	}
	r.say("期限%s，至%s%s", r.rule.base, ZhDay(r.day), r.article())
	return r.change()
}

func (r *reckoning) backward() error {
	r.say("以%s为准往前推算，当日不计入", ZhDay(r.day))
	if err := r.move(-1, r.rule.base); err != nil {
		return err
	}
	r.say("提前%s，为%s", r.rule.base, ZhDay(r.day))
	if err := r.change(); err != nil {
		return err
	}
	return r.roll(-1)
}

// article cites what ends a term of months or years on its corresponding day; a week is seven days by usage.
func (r *reckoning) article() string {
	switch r.rule.base.unit {
	case "M", "Q", "Y":
		return "（民法典第202条）"
	case "W":
		return "（1周按7日计）"
	}
	return ""
}

// change applies the suffixes, left to right, to the date not yet rolled.
func (r *reckoning) change() error {
	for _, s := range r.rule.suffixes {
		from, direction := r.day, 1
		if s.kind == "-" {
			direction = -1
		}
		if err := r.move(direction, s.term); err != nil {
			return err
		}
		switch s.kind {
		case "EXT":
			r.say("延长%s，自未顺延的%s起，至%s", s.term, ZhDay(from), ZhDay(r.day))
		case "SUSP":
			r.say("暂停%s，届满日相应推后，至%s", s.term, ZhDay(r.day))
		default:
			r.say("提前%s，至%s", s.term, ZhDay(r.day))
		}
	}
	return nil
}

// move steps by a term, towards the past if direction is -1.
func (r *reckoning) move(direction int, t term) error {
	from := r.day
	switch t.unit {
	case "D":
		r.day = from.AddDate(0, 0, direction*t.n)
	case "W":
		r.day = from.AddDate(0, 0, 7*direction*t.n)
	case "WD":
		return r.count(direction * t.n)
	default:
		months := map[string]int{"M": 1, "Q": 3, "Y": 12}[t.unit]
		r.day = addMonths(from, direction*months*t.n)
		if r.day.Day() != from.Day() {
			r.say("%s没有%d日，取该月最后一日%s（民法典第202条）", r.day.Format("2006年1月"), from.Day(), ZhDay(r.day))
		}
	}
	return inRange(r.day)
}

// addMonths gives the corresponding day of another month, or the month's last day where there is none (民法典第202条).
func addMonths(day time.Time, n int) time.Time {
	y, m, d := day.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, Shanghai)
	return last.AddDate(0, 0, min(d, last.Day())-last.Day())
}

// count steps by n working days and names the days on the way that are not what their weekday says.
func (r *reckoning) count(n int) error {
	from := r.day
	to, err := r.calendar.Workday(from, n)
	if err != nil {
		return err
	}
	r.day = to
	if n < 0 {
		r.asked(from.AddDate(0, 0, -1))
		r.sayExceptions(to, from.AddDate(0, 0, -1))
		return nil
	}
	r.asked(to)
	r.sayExceptions(from.AddDate(0, 0, 1), to)
	return nil
}

// roll moves off rest days, forward or back (民法典第203条).
func (r *reckoning) roll(direction int) error {
	r.nominal = r.day
	r.asked(r.day)
	to, err := r.calendar.seek(r.day, direction)
	if err != nil {
		return err
	}
	r.asked(to)
	if to.Equal(r.day) {
		r.sayKept()
		return nil
	}
	if direction < 0 {
		r.sayRests(to.AddDate(0, 0, 1), r.day)
		r.say("最后一日是休息日，往前提至其前的工作日%s", ZhDay(to))
	} else {
		r.sayRests(r.day, to.AddDate(0, 0, -1))
		r.say("最后一日是休息日，顺延至%s（民法典第203条）", ZhDay(to))
	}
	r.day = to
	return nil
}

func (r *reckoning) sayKept() {
	if isWeekend(r.day) {
		r.say("%s是调休上班日，不移动", ZhDay(r.day))
		return
	}
	r.say("%s是工作日，不移动", ZhDay(r.day))
}

// window makes the reckoning of the fixed run of months, beginning in January, that holds the start.
func window(months int) func(*reckoning) error {
	return func(r *reckoning) error {
		y, m, _ := r.day.Date()
		first := (int(m)-1)/months*months + 1
		end := time.Date(y, time.Month(first+months), 0, 0, 0, 0, 0, Shanghai)
		if months == 1 {
			r.say("起点%s，属于%d年%d月", ZhDay(r.day), y, first)
		} else {
			r.say("起点%s，属于%d年%d月至%d月", ZhDay(r.day), y, first, first+months-1)
		}
		r.day = end
		r.say("该时段的最后一日为%s，不顺延", ZhDay(end))
		return r.change()
	}
}

func (r *reckoning) nextMonth() error {
	y, m, _ := r.day.Date()
	last := time.Date(y, m+2, 0, 0, 0, 0, 0, Shanghai)
	r.say("起点%s，次月为%s", ZhDay(r.day), last.Format("2006年1月"))
	r.day = time.Date(y, m+1, 0, 0, 0, 0, 0, Shanghai)
	if err := r.count(r.rule.base.n); err != nil {
		return err
	}
	if r.day.After(last) {
		return Refuse("NoSuchWorkday", "%s没有第%d个工作日", last.Format("2006年1月"), r.rule.base.n)
	}
	r.say("第%d个工作日为%s", r.rule.base.n, ZhDay(r.day))
	return r.change()
}

func (r *reckoning) sameDay() error {
	r.say("当日办理：%s，不论是否休息日", ZhDay(r.day))
	return nil
}

func (r *reckoning) hours() error {
	r.clock = r.start.Add(time.Duration(r.rule.base.n) * time.Hour)
	r.day = DayOf(r.clock)
	r.say("自%s %s起连续计%s（民法典第201条第2款），不顺延", ZhDay(r.start), r.start.Format(time.TimeOnly), r.rule.base)
	return nil
}

// sessions are the office hours of a working day, from its midnight.
var sessions = [2]struct{ opens, closes time.Duration }{
	{9 * time.Hour, 12 * time.Hour},
	{14 * time.Hour, 17*time.Hour + 30*time.Minute},
}

func (r *reckoning) workhours() error {
	r.say("自%s %s起，在工作日9:00至12:00、14:00至17:30内计%s", ZhDay(r.start), r.start.Format(time.TimeOnly), r.rule.base)
	first, at := r.day, r.start.Sub(r.day)
	left := time.Duration(r.rule.base.n) * time.Hour
	for {
		if r.calendar.Works(r.day) {
			for _, s := range sessions {
				from := max(at, s.opens)
				if open := max(0, s.closes-from); left > open {
					left -= open
					continue
				}
				r.clock = r.day.Add(from + left)
				r.asked(r.day)
				r.sayExceptions(first, r.day)
				return nil
			}
		}
		next, err := r.calendar.seek(r.day.AddDate(0, 0, 1), 1)
		if err != nil {
			return err
		}
		r.day, at = next, 0
	}
}

func (r *reckoning) asked(day time.Time) {
	if day.After(r.reach) {
		r.reach = day
	}
}

// sayExceptions names the holidays and the make-up days from one day to another, both included.
func (r *reckoning) sayExceptions(from, to time.Time) {
	for _, s := range r.calendar.stretches(from, to) {
		if s.kind == Work {
			r.say("%s调休上班，计入", s)
		} else if s.local {
			r.say("%s停办，不计入", s)
		} else if s.holiday {
			r.say("%s放假，不计入", s)
		}
	}
}

func (r *reckoning) sayRests(from, to time.Time) {
	for _, s := range r.calendar.stretches(from, to) {
		if s.local {
			r.say("%s停办", s)
		} else if s.holiday {
			r.say("%s放假", s)
		} else {
			r.say("%s为周末", s)
		}
	}
}

// deadline closes the reckoning.
func (r *reckoning) deadline() (Deadline, error) {
	if err := inRange(r.day); err != nil {
		return Deadline{}, err
	}
	d := Deadline{Due: r.day.AddDate(0, 0, 1).UTC(), Nominal: r.day}
	if !r.nominal.IsZero() {
		d.Nominal = r.nominal
	}
	if r.clock.IsZero() {
		r.say("截止：%s 24:00", ZhDay(r.day))
	} else {
		d.Due, d.Timed = r.clock.UTC(), true
		r.say("截止：%s %s", ZhDay(r.clock), r.clock.Format(time.TimeOnly))
	}
	if r.calendar.Edition != "" {
		r.say("日历：%s", r.calendar.Edition)
	}
	r.asked(r.day)
	if d.Provisional = !r.calendar.Published(r.reach); d.Provisional {
		r.say("暂定：%s", r.calendar.assumption(r.reach))
	}
	d.Working = r.working
	return d, nil
}

// stretch is a run of days that are exceptions for one reason, or a run of plain weekend days.
type stretch struct {
	from, to time.Time
	kind     DayKind
	holiday  bool // an exception, not a plain weekend day
	local    bool // a closing day of the place
	name     string
}

// String prints the days, and the name if there is one: 2025年10月1日（周三）至2025年10月8日（周三）国庆节.
func (s stretch) String() string {
	if s.from.Equal(s.to) {
		return ZhDay(s.from) + s.name
	}
	return ZhDay(s.from) + "至" + ZhDay(s.to) + s.name
}

// stretches lists what is said of the days from one to another, both included, besides plain weekdays.
func (c Calendar) stretches(from, to time.Time) (ss []stretch) {
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		s := stretch{from: day, to: day, kind: Rest}
		if e, ok := c.exception(day); ok {
			s.kind, s.holiday, s.name, s.local = e.Kind, e.Kind == Rest, e.Name, e.Local
		} else if !isWeekend(day) {
			continue
		}
		if last := len(ss) - 1; last >= 0 && ss[last].joins(s) {
			ss[last].to = day
			continue
		}
		ss = append(ss, s)
	}
	return ss
}

func (s stretch) joins(next stretch) bool {
	return s.to.AddDate(0, 0, 1).Equal(next.from) && s.kind == next.kind && s.holiday == next.holiday && s.local == next.local && s.name == next.name
}

// assumption says what stands in for the arrangements not yet published.
func (c Calendar) assumption(day time.Time) string {
	years := []string{strconv.Itoa(c.Through + 1)}
	if last := day.Year(); last > c.Through+1 {
		years = append(years, strconv.Itoa(last))
	}
	basis := "周末和法定节假日"
	if _, known := c.Statutory[day.Format("2006")+"-01-01"]; !known {
		basis = "周末"
	}
	return fmt.Sprintf("%s年的放假安排尚未公布，暂按%s推算，公布后重新计算", strings.Join(years, "至"), basis)
}
