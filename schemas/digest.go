package schemas

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

type (
	// Digest (晨报) is what a person is told on the morning of a working day, of everything at once.
	Digest struct {
		Day     time.Time    `json:"day"`               // its midnight in Shanghai
		Climbed []DigestLine `json:"climbed,omitempty"` // 升级到我的: what others did not do, up to this leader
		Late    []DigestLine `json:"late,omitempty"`    // 逾期
		Today   []DigestLine `json:"today,omitempty"`   // 今天到期
		Soon    []DigestLine `json:"soon,omitempty"`    // 三个工作日内到期
		Back    []DigestLine `json:"back,omitempty"`    // 退回、重新办理
		New     []DigestLine `json:"new,omitempty"`     // 新任务
		Other   []DigestLine `json:"other,omitempty"`   // 其他提醒: of dates farther off
	}
	// DigestLine is one stage in a digest.
	DigestLine struct {
		Case   string    `json:"case"`
		Number string    `json:"number"`
		Title  string    `json:"title"`
		Stage  string    `json:"stage"`
		Unit   string    `json:"unit,omitempty"` // its name
		UnitID string    `json:"unit_id,omitempty"`
		Level  string    `json:"level,omitempty"` // the rung that was said last
		Due    time.Time `json:"due,omitzero"`
		Days   int       `json:"days,omitempty"`   // working days late, or left
		For    string    `json:"for,omitempty"`    // whose it is that this person stands in for
		Before []string  `json:"before,omitempty"` // of what climbed: who was told and who said what before, one a line
		Fresh  bool      `json:"fresh,omitempty"`  // it came since the last digest

		Attends bool `json:"attends,omitempty"` // he need only be there
	}
	// DigestPart is a section of a digest with its heading.
	DigestPart struct {
		Code, Heading string
		Lines         []DigestLine
	}
)

// Near is how many working days ahead a digest looks.
const Near = 3

// Parts are the sections that have something, in the order in which they are read.
func (d Digest) Parts() (parts []DigestPart) {
	for _, p := range []DigestPart{{"climbed", "升级到我的", d.Climbed}, {"late", "已经逾期", d.Late}, {"today", "今天到期", d.Today},
		{"soon", "三个工作日内到期", d.Soon}, {"back", "退回、重新办理的", d.Back}, {"new", "新任务", d.New}, {"other", "其他提醒", d.Other}} {
		if len(p.Lines) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// Empty reports whether there is nothing to say.
func (d Digest) Empty() bool { return len(d.Parts()) == 0 }

// Summary is the digest in one line of numbers.
func (d Digest) Summary() string {
	var said []string
	for _, p := range d.Parts() {
		said = append(said, fmt.Sprintf("%s%d件", p.Heading, len(p.Lines)))
	}
	return strings.Join(said, "，")
}

// Subject is what a mail with it is called.
func (d Digest) Subject() string { return "【晨报】" + ZhDay(d.Day) + "：" + d.Summary() }

// Keys are the stages that it names, as case and key.
func (d Digest) Keys() (keys []string) {
	for _, p := range d.Parts() {
		for _, l := range p.Lines {
			keys = append(keys, l.Case+"/"+l.Stage)
		}
	}
	return keys
}

// What names the line's stage, with its unit and round.
func (l DigestLine) What() string {
	what := Title(l.Stage)
	if l.Unit != "" {
		what = l.Unit + " · " + what
	}
	if _, n, ok := strings.Cut(l.Stage, "#"); ok && n != "1" {
		what += "（第" + n + "次）"
	}
	return what
}

// When says how the line stands to its date.
func (l DigestLine) When(code string) string {
	switch {
	case l.Due.IsZero():
		return ""
	case code == "climbed" && Kind(l.Stage) == "gate":
		return "会前整改的销号没有达到规定的比例"
	case code == "climbed" || code == "late":
		return fmt.Sprintf("应于%s，已逾期%d个工作日", ZhDate(lastDay(l.Due)), l.Days)
	case len(Duties[Kind(l.Stage)].Attends) > 0:
		return "定于" + ZhDay(lastDay(l.Due))
	case code == "today":
		return "今天到期"
	case code == "soon":
		return fmt.Sprintf("%s到期，还有%d个工作日", ZhDay(lastDay(l.Due)), l.Days)
	}
	return "应于" + ZhDay(lastDay(l.Due)) + "前"
}

// Needs is what a rung asks of the leader whom it reached (spec 2.0.4).
func (l DigestLine) Needs() string {
	switch {
	case Kind(l.Stage) == "gate":
		return "请督促会前整改"
	case l.Level == "L3":
		return "请决定：现场督办、同意延期，或者提级"
	case l.Level == "L4":
		return "请决定是否约见约谈"
	case l.Level == "L5":
		return "请提请主任会议研究处置"
	case strings.HasPrefix(l.Level, "N"):
		return "请督促本机关尽快办理"
	case l.Level == "":
		return ""
	}
	return "请督促承办单位尽快办理"
}

// sortLines puts what is due first first.
func sortLines(ls []DigestLine) {
	slices.SortStableFunc(ls, func(a, b DigestLine) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
}

// Compose makes a digest of one person. owed are the stages he must settle that are late or due soon, climbed what reached him as a
// leader, told what notices said since his last digest about stages that still wait. Each stage stands once, where it matters most.
func Compose(c Calendar, at time.Time, owed, climbed, told []DigestLine) Digest {
	d := Digest{Day: DayOf(at)}
	fresh, seen := map[string]bool{}, map[string]bool{}
	for _, l := range told {
		fresh[l.Case+"/"+l.Stage] = true
	}
	put := func(to *[]DigestLine, l DigestLine) {
		if key := l.Case + "/" + l.Stage; !seen[key] {
			seen[key], l.Fresh = true, fresh[key]
			*to = append(*to, l)
		}
	}
	for _, l := range owed {
		l.Level = ""
		day := lastDay(l.Due)
		switch n := c.Between(at, day); {
		case !at.Before(l.Due) && l.Attends: // it was; others enter what came of it
		case !at.Before(l.Due):
			l.Days = c.Between(day, at)
			put(&d.Late, l)
		case DayOf(day).Equal(d.Day), n == 0: // due on the days of rest before the next working day: today is the last to do it
			put(&d.Today, l)
		case n <= Near:
			l.Days = n
			put(&d.Soon, l)
		}
	}
	for _, l := range climbed {
		l.Days = max(0, c.Between(lastDay(l.Due), at))
		put(&d.Climbed, l)
	}
	for _, l := range told {
		if l.Level == LevelRefused || l.Level == LevelNew && redone(l.Stage) {
			put(&d.Back, l)
		} else if l.Level == LevelNew {
			put(&d.New, l)
		}
	}
	for _, l := range told { // what is new and was reminded of since is new
		put(&d.Other, l)
	}
	for _, ls := range [][]DigestLine{d.Climbed, d.Late, d.Today, d.Soon, d.Back, d.New, d.Other} {
		sortLines(ls)
	}
	return d
}

// redone reports whether a stage is a later round of itself.
func redone(key string) bool {
	_, n, ok := strings.Cut(key, "#")
	return ok && n != "1" || Kind(key) == "redo" || Kind(key) == "receipt" || Kind(key) == "rectify" || Kind(key) == "revise"
}

// LastMorning is the instant of the latest 09:00 of a working day at or before an instant, if that day is still at work: until six in
// the evening. A digest that comes later than that waits for the next morning.
func (c Calendar) LastMorning(at time.Time) (nine time.Time, due bool) {
	nine = DayOf(at).Add(morning)
	return nine, c.Works(at) && !at.Before(nine) && at.Before(nine.Add(9*time.Hour))
}

// NextMorning is the first 09:00 of a working day after an instant.
func (c Calendar) NextMorning(at time.Time) (time.Time, error) {
	day, err := c.NextWorkday(at)
	if err == nil && !day.Add(morning).After(at) {
		day, err = c.NextWorkday(day.AddDate(0, 0, 1))
	}
	return day.Add(morning), err
}
