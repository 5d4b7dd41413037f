package schemas

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

type (
	// Rules are the numbers of a procedure: terms, ladders, reminders and limits, each with its source.
	// A version is immutable; an open case keeps the version it began under.
	Rules struct {
		Procedure string             `json:"procedure"` // opinion
		Name      string             `json:"name"`
		Version   string             `json:"version"`
		Policy    Policy             `json:"policy"`
		Terms     map[string]Term    `json:"terms"`   // by the rule name that a Clock carries
		Ladders   map[string][]Level `json:"ladders"` // by profile
		Reminders []Class            `json:"reminders"`
		Scores    map[string][]Score `json:"scores,omitempty"`  // by kind of stage: what a deputy gives points for
		Classes   []Verdict          `json:"classes,omitempty"` // the classes of a reply in use here; empty: all of the duty's
		Sources   map[string]string  `json:"sources,omitempty"` // what limits, ladders and reminders rest on: limit/rework, ladder/unit, reminders
	}
	// Score is one item of a score sheet (百分制分段评价).
	Score struct {
		Code   string `json:"code"`
		Text   string `json:"text"`
		Max    int    `json:"max"`              // points
		System bool   `json:"system,omitempty"` // given by the system: handled in time and in form
	}
	// Term is one rule with its mode, the profile of its ladder and the article it rests on.
	Term struct {
		Rule   string   `json:"rule"` // deadline grammar; "06-30": that day of the following year; "next-11-30": the next such day
		Mode   string   `json:"mode"`
		Ladder string   `json:"ladder,omitempty"` // profile; "unit": short, medium or long by its length; empty: none
		Effect string   `json:"effect,omitempty"` // verdict that the case enters by itself at the due instant
		Points []string `json:"points,omitempty"` // reminders of its own; empty: those of its class
		Source string   `json:"source"`           // article, local rule, or 本单位设定
	}
	// Level is one rung of a ladder: working days after the due day, and who is told besides those below.
	Level struct {
		Code  string `json:"code"`
		Days  int    `json:"days"`  // level n comes at 09:00 of the (Days+1)-th working day after the due day
		Roles []Role `json:"roles"` // RoleOfDuty stands for those who owe the stage
		Paper string `json:"paper,omitempty"`
	}
	// Class says which reminders a clock of at most UpTo natural days gets (spec 2.0.3, settled 5).
	Class struct {
		UpTo   int      `json:"up_to"`
		Points []string `json:"points"` // half, T-15d, T-7d, T-3wd, T-1wd, T
		Yellow string   `json:"yellow"` // the point from which the light is yellow
	}
)

// RoleOfDuty stands in a ladder for those who owe the stage.
const RoleOfDuty Role = "@"

// Levels outside the ladders.
const (
	LevelNew     = "new"       // the duty has come
	LevelMoved   = "moved"     // its date has moved
	LevelRefused = "refused"   // an act was refused after its sender had left
	LevelDue     = "due"       // its due instant came and the case acted by itself
	LevelRuled   = "ruled"     // its date has moved, because the case was put on another version of its rules (改用新版规则)
	LevelShifted = "shifted"   // its date has moved with the calendar
	LevelRighted = "corrected" // what was entered wrong was put right
	LevelConsent = "consent"   // a verdict is to be put right, and consent is asked for
)

// Moves reports whether a level says that a date has moved.
func Moves(level string) bool {
	return level == LevelMoved || level == LevelRuled || level == LevelShifted
}

// morning is when messages go out: 09:00 in Shanghai.
const morning = 9 * time.Hour

// Date computes an open stage's due instant, its reminders and its ladder at the instant now. With a
// term it explains itself; without one there is nothing to date and the answer is empty.
func (r Rules) Date(c Calendar, s *State, o *Open, now time.Time) (Dating, error) {
	d := Dating{Key: o.Key, Rev: o.Rev, Edition: c.Edition}
	var term Term
	for _, k := range o.Clocks {
		anchor, told := s.Told(k.Anchor)
		if !told {
			continue
		}
		t, known := r.Terms[k.Rule]
		if !known {
			return d, fmt.Errorf("rules %s %s: no term %q", r.Procedure, r.Version, k.Rule)
		}
		one, err := r.term(c, t, anchor.When(), o.paused())
		if err != nil {
			return d, fmt.Errorf("term %s: %w", k.Rule, err)
		}
		if d.Due.IsZero() || one.Due.After(d.Due) {
			term, d.From, d.Due, d.Provisional = t, anchor.When(), one.Due, one.Provisional
			d.Working = append([]string{"起算：" + Title(k.Anchor) + "，" + ZhDate(anchor.When()), "依据：" + t.Source}, one.Working...)
		}
	}
	until := o.Until
	if !until.IsZero() {
		var err error
		if until, err = c.roll(until, o.paused()); err != nil {
			return d, err
		}
	}
	if until.After(d.Due) {
		if term.Rule == "" {
			term = r.Terms[Kind(o.Key)] // a day fixed otherwise still climbs its own ladder
		}
		d.Due, d.Provisional = until, !c.Published(lastDay(until))
		d.Working = append(d.Working, "期限定为"+ZhDate(lastDay(until)))
	}
	if d.From.IsZero() || d.From.After(d.Due) { // what is counted back from a day begins when it is asked for
		d.From = now
	}
	if !o.Amended && !d.Due.IsZero() && d.Due.Before(o.Due) && (!o.Shorter || !d.Due.After(now)) {
		d.Due = o.Due // dates lengthen by themselves; one that somebody had shortened lies ahead, one whose anchor was corrected is as it is (2.0.6)
		d.Working = append(d.Working, "期限不因重新推算而提前，仍为"+ZhDay(lastDay(d.Due)))
	}
	if d.Due.IsZero() || Duties[Kind(o.Key)].Door {
		return d, nil
	}
	var err error
	d.Rungs, err = r.rungs(c, term, d, o, now)
	d.Rungs = o.above(d.Rungs, now)
	return d, err
}

func (r Rules) term(c Calendar, t Term, from time.Time, paused int) (Deadline, error) {
	if day, err := time.Parse("01-02", strings.TrimPrefix(t.Rule, "next-")); err == nil {
		year, said := from.In(Shanghai).Year()+1, "次年"
		if this := time.Date(year-1, day.Month(), day.Day(), 0, 0, 0, 0, Shanghai); t.Rule[0] == 'n' && this.After(from) {
			year, said = year-1, "当年"
		}
		due, err := c.roll(time.Date(year, day.Month(), day.Day()+1, 0, 0, 0, 0, Shanghai), 0)
		if err != nil {
			return Deadline{}, err
		}
		return c.later(Deadline{Due: due.UTC(), Provisional: !c.Published(lastDay(due)),
			Working: []string{said + strconv.Itoa(int(day.Month())) + "月" + strconv.Itoa(day.Day()) + "日前"}}, paused)
	}
	rule := t.Rule
	if paused > 0 && modes[t.Mode].pauses {
		rule, paused = rule+"+SUSP"+strconv.Itoa(paused)+"D", 0
	}
	d, err := c.Due(from, rule, t.Mode)
	if err != nil {
		return d, err
	}
	return c.later(d, paused)
}

// later moves a deadline whose rule cannot say a suspension (当日, 当季季末, 某月某日 …) by the days paused.
func (c Calendar) later(d Deadline, paused int) (Deadline, error) {
	if paused == 0 {
		return d, nil
	}
	due, err := c.roll(d.Due, paused)
	if err != nil {
		return Deadline{}, err
	}
	d.Due, d.Timed, d.Provisional = due, false, d.Provisional || !c.Published(lastDay(due))
	d.Working = append(d.Working, "暂停"+strconv.Itoa(paused)+"日，截止日相应推后，至"+ZhDay(lastDay(due)))
	return d, nil
}

// rungs are the stage's first message, its reminders, its own effect and its ladder, ascending.
func (r Rules) rungs(c Calendar, t Term, d Dating, o *Open, now time.Time) (rs []Rung, err error) {
	first := LevelNew
	if !o.Due.IsZero() {
		first = cmp.Or(o.Cause, LevelMoved)
	}
	owed := slices.ContainsFunc(o.Roles(), func(r Role) bool { return r != System }) // what nobody owes, the passing of time itself, is told to nobody
	if owed && (o.Due.IsZero() || !d.Due.Equal(o.Due)) {
		rs = append(rs, Rung{At: now, Level: first})
	}
	if owed && (len(o.Clocks) > 0 || !o.Until.IsZero()) {
		points := t.Points
		if len(points) == 0 {
			points = r.class(d).Points
		}
		for _, p := range points {
			at, err := c.point(p, d.From, d.Due)
			if err != nil {
				return nil, err
			}
			if at.After(d.From) && !slices.ContainsFunc(rs, func(x Rung) bool { return x.At.Equal(at) }) {
				rs = append(rs, Rung{At: at, Level: p})
			}
		}
	}
	if t.Effect == Counted { // on the first morning after it, for what it finds is said to leaders at once
		day, err := c.Workday(lastDay(d.Due), 1)
		if err != nil {
			return nil, err
		}
		rs = append(rs, Rung{At: day.Add(morning).UTC(), Level: LevelDue, Effect: t.Effect})
	} else if t.Effect != "" {
		rs = append(rs, Rung{At: d.Due, Level: LevelDue, Effect: t.Effect})
	}
	ladder := r.Ladder(t, d)
	if o.Held {
		ladder = nil
	}
	for _, l := range ladder {
		day, err := c.Workday(lastDay(d.Due), l.Days+1)
		if err != nil {
			return nil, err
		}
		rs = append(rs, Rung{At: day.Add(morning).UTC(), Level: l.Code})
	}
	slices.SortStableFunc(rs, func(a, b Rung) int { return a.At.Compare(b.At) })
	return rs, nil
}

// Ladder returns the profile a dated stage climbs.
func (r Rules) Ladder(t Term, d Dating) []Level {
	if t.Ladder != "unit" {
		return r.Ladders[t.Ladder]
	}
	switch n := days(d.From, d.Due); {
	case n <= 15:
		return r.Ladders["short"]
	case n <= 45:
		return r.Ladders["medium"]
	}
	return r.Ladders["long"]
}

// Audience is who is told at a level of a stage: those who owe it, and from the first rung after the
// due day on the ladder's roles up to that level.
func (r Rules) Audience(o Stage, level string) (to []Role) {
	duty := Duties[Kind(o.Key)]
	owe := slices.Clone(o.Roles())
	if duty.Drafter != "" {
		owe = append(owe, duty.Drafter)
	}
	ladder := r.ladderOf(o, level)
	if ladder == nil {
		if Moves(level) {
			owe = append(owe, duty.Informs...)
		}
		return append(owe, duty.Attends...)
	}
	for _, l := range ladder {
		for _, role := range l.Roles {
			if role == RoleOfDuty {
				to = append(to, owe...)
			} else {
				to = append(to, role)
			}
		}
		if l.Code == level {
			break
		}
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// ladderOf finds the profile that has the level; the three of the units differ in days, not in roles.
func (r Rules) ladderOf(o Stage, level string) []Level {
	rules := []string{Kind(o.Key)}
	for _, k := range o.Clocks {
		rules = append(rules, k.Rule)
	}
	for _, rule := range rules {
		profile := r.Terms[rule].Ladder
		if profile == "unit" {
			profile = "long"
		}
		if l := r.Ladders[profile]; slices.ContainsFunc(l, func(x Level) bool { return x.Code == level }) {
			return l
		}
	}
	return nil
}

// Span is when a term that begins at an instant runs out, exclusive.
func (r Rules) Span(c Calendar, rule string, from time.Time) (time.Time, error) {
	t, known := r.Terms[rule]
	if !known {
		return time.Time{}, fmt.Errorf("rules %s %s: no term %q", r.Procedure, r.Version, rule)
	}
	d, err := r.term(c, t, from, 0)
	return d.Due, err
}

// Latest is the last due instant that an extension of a stage may reach; zero: the rules set no limit.
func (r Rules) Latest(c Calendar, s *State, o *Open) (time.Time, error) {
	t, limited := r.Terms[Kind(o.Key)+"-extension-cap"]
	if !limited || len(o.Clocks) == 0 {
		return time.Time{}, nil
	}
	anchor, told := s.Told(o.Clocks[0].Anchor)
	if !told {
		return time.Time{}, nil
	}
	d, err := r.term(c, t, anchor.When(), o.paused())
	return d.Due, err
}

// Yellow is the instant from which a clock's light is yellow; the due instant when it has no such point.
func (r Rules) Yellow(c Calendar, d Dating) time.Time {
	at, err := c.point(r.class(d).Yellow, d.From, d.Due)
	if err != nil || !at.After(d.From) {
		return d.From
	}
	return at
}

func (r Rules) class(d Dating) Class {
	n := days(d.From, d.Due)
	for _, cl := range r.Reminders {
		if n <= cl.UpTo {
			return cl
		}
	}
	return Class{}
}

// point is 09:00 of the working day that a reminder falls on, or of the one before.
func (c Calendar) point(p string, from, due time.Time) (time.Time, error) {
	last := lastDay(due)
	day := last
	var err error
	switch n := strings.TrimPrefix(p, "T-"); {
	case p == "T":
	case p == "half":
		day = DayOf(from.Add(due.Sub(from) / 2))
	case strings.HasSuffix(n, "wd"):
		k, _ := strconv.Atoi(strings.TrimSuffix(n, "wd"))
		day, err = c.Workday(last, -k)
	case strings.HasSuffix(n, "d"):
		k, _ := strconv.Atoi(strings.TrimSuffix(n, "d"))
		day = last.AddDate(0, 0, -k)
	}
	if err == nil {
		day, err = c.PrevWorkday(day)
	}
	return day.Add(morning).UTC(), err
}

// roll moves an exclusive due instant on by the days paused, then off rest days.
func (c Calendar) roll(until time.Time, paused int) (time.Time, error) {
	day, err := c.NextWorkday(lastDay(until).AddDate(0, 0, paused))
	return day.AddDate(0, 0, 1).UTC(), err
}

// lastDay is the day on which an exclusive due instant ends.
func lastDay(due time.Time) time.Time { return DayOf(due.Add(-time.Nanosecond)) }

func days(from, to time.Time) int {
	return int(lastDay(to).Sub(DayOf(from)) / (24 * time.Hour))
}

// paused counts the natural days that the stage stood still and is running again.
func (o *Open) paused() (n int) {
	for _, p := range o.Pauses {
		if !p.To.IsZero() {
			n += int(DayOf(p.To).Sub(DayOf(p.From)) / (24 * time.Hour))
		}
	}
	return n
}

// Procedures are those that have rules.
var Procedures = []string{"opinion", "suggestion", "motion", "interview", "inquiry", "problem", "interpellation", "evaluation", "appraisal-work", "appraisal-official"}

//go:embed rules/*.json
var ruleSets embed.FS

// BuiltinRules is the ready set of a procedure, for an office that has not set its own numbers.
func BuiltinRules(procedure string) (r Rules, err error) {
	b, err := ruleSets.ReadFile("rules/" + procedure + ".json")
	if err != nil {
		return r, Refuse("NotFound", "没有名为“%s”的规则", procedure)
	}
	return r, json.Unmarshal(b, &r)
}
