package schemas

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Number is one indicator (统计指标, spec 6): n of d, with the lines behind each.
type Number struct {
	Code string           // answered, timely, class-a …: goes into URLs and bulletins, never renamed
	Name string           // 办复率 …
	N, D int              // of days N is unused and D is how many lines they are reckoned from; of a count both are the count
	Text string           // 98.50%（197/200）, 37.52天, 3件; — where D is 0
	In   func(*Line) bool `json:"-"` // is the line counted in the denominator
	Hit  func(*Line) bool `json:"-"` // and, of those, in the numerator; nil for days and counts

	over func([]Line) Number
}

// Over is the same number of other lines.
func (n Number) Over(lines []Line) Number { return n.over(lines) }

// Numbers are the indicators of spec 6 for the lines of suggestions, as they stand at now. A co-handler's lines (会办) have one
// number of their own and count in no other; a line that was returned counts among the returns alone, and one whose matter
// was withdrawn, merged or became a letter nowhere.
func Numbers(lines []Line, now time.Time) []Number { return SuggestionNumbers(lines, Span{}, now) }

// SuggestionNumbers are the same of a period: of the lines that were due or closed in it (spec 6: T), or, for signing and
// returning, handed over in it.
func SuggestionNumbers(lines []Line, period Span, now time.Time) []Number {
	r := tallying{period, now}
	stable := func(l *Line) bool {
		return l.Class == "A" || l.Class == "B" && !l.TurnedA.IsZero() && !l.TurnedA.After(now)
	}
	first := func(l *Line) string { return l.First }
	answered, judged := r.within((*Line).answered), r.within((*Line).judged)
	return []Number{
		share(lines, "signed", "签收及时率", r.given((*Line).handled), (*Line).signedInTime),
		share(lines, "answered", "办复率", r.within((*Line).handled), (*Line).answered),
		share(lines, "timely", "按期率", r.owed, r.inTime), // 按期办复率 is the same
		share(lines, "strictly", "严格按期率", r.owedFirst, r.inFirstTime),
		share(lines, "overdue", "逾期率", r.termed, r.late),
		share(lines, "closed", "办结率", r.within((*Line).handled), func(l *Line) bool { return !l.ClosedAt.IsZero() }),
		share(lines, "class-a", "A类占比", answered, among((*Line).class, "A")),
		share(lines, "class-b", "B类占比", answered, among((*Line).class, "B")),
		share(lines, "class-c", "C类占比", answered, among((*Line).class, "C")),
		share(lines, "class-d", "D类占比", answered, among((*Line).class, "D")),
		share(lines, "adopted", "采纳率", answered, among((*Line).class, "A", "B")),
		share(lines, "done", "办成率", answered, func(l *Line) bool { return l.Now == "A" && !l.Verified.IsZero() }),
		share(lines, "stable", "办成率（稳定版）", answered, stable),
		share(lines, "feedback", "反馈率", answered, (*Line).judged),
		share(lines, "satisfied", "一次满意率", judged, among(first, "satisfied")),
		share(lines, "basically", "一次基本满意以上率", judged, among(first, "satisfied", "basically")),
		share(lines, "final-satisfied", "终评满意率", r.within((*Line).judgedAtAll), among((*Line).mark, "satisfied")),
		share(lines, "final-dissatisfied", "终评不满意数", answered, func(l *Line) bool { return l.Final == "dissatisfied" }).pieces(),
		share(lines, "met", "见面率", answered, func(l *Line) bool { return l.Met }),
		share(lines, "extended", "延期率", r.within((*Line).handled), func(l *Line) bool { return l.Extended && !l.Complex }),
		share(lines, "returned", "退办率", r.given((*Line).assigned), func(l *Line) bool { return l.Gone }),
		share(lines, "redone", "重办率", judged, (*Line).redone),
		share(lines, "redone-satisfied", "重办转满意率",
			r.within(func(l *Line) bool { return l.answered() && l.Final != "" }), // a silent deputy's too: silence satisfies nobody
			func(l *Line) bool { return l.Final == "satisfied" || l.Final == "basically" }),
		span(lines, "days-mean", "平均办理天数", answered, (*Line).daysToAnswer, mean),
		span(lines, "days-median", "办理天数中位数", answered, (*Line).daysToAnswer, median),
		span(lines, "days-p90", "办理天数P90", answered, (*Line).daysToAnswer, ninetieth),
		span(lines, "days-open", "在办平均时长", r.within((*Line).waits), r.daysOpen, mean),
		share(lines, "joint-timely", "会办按期率", r.owedJointly, r.inTime),
		count(lines, "tasks", "承办件数", "件", r.within((*Line).handled)),
		share(lines, "quality", "办理质量（未重办）", answered, func(l *Line) bool { return !l.redone() }),
		count(lines, "urge", "催办函", "次", r.urged("urge")),
		count(lines, "supervise", "督办函", "次", r.urged("supervise")),
	}
}

// OpinionNumbers are the indicators of spec 6 for supervision opinions and for the supervision as a whole (督办次数, 催办有效率, 销号率), in a
// period, as they stand at now. What places a line into a period is what the number is about: the plan's due day for 方案及时率, the
// report's for 回告及时率, T0 for 交办及时率, the day of the letter for 督办次数; else that it was due or closed in it (T).
func OpinionNumbers(lines []Line, period Span, now time.Time) []Number {
	r := tallying{period, now}
	first := func(l *Line) string { return l.First }
	judged := func(l *Line) bool { return l.judged() && period.holds(l.FirstAt) }
	answered := func(l *Line) bool { return l.answered() && period.holds(l.AnsweredAt) }
	planned := r.within(func(l *Line) bool { return l.handled() && !l.PlanAt.IsZero() })
	matter := func(l *Line) bool { return l.Of == OfMatter && l.stands() && period.holds(l.Begun) }
	closed := func(l *Line) bool { return !l.ClosedAt.IsZero() }
	urging := r.urged("urge", "supervise", "interview", "visit")
	item := func(problem bool) func(*Line) bool {
		return func(l *Line) bool {
			return l.Of == OfItem && l.stands() && (l.Procedure == "problem") == problem && (period.due(l.Due) || period.holds(l.ClosedAt))
		}
	}
	return []Number{
		count(lines, "matters", "意见件数", "件", matter),
		share(lines, "handed", "交办及时率", func(l *Line) bool { return matter(l) && ripe(l.Due, l.AnsweredAt, now) }, func(l *Line) bool { return before(l.AnsweredAt, l.Due) }),
		count(lines, "tasks", "承办任务数", "件", r.within((*Line).handled)),
		count(lines, "open", "在办任务数", "件", r.within(func(l *Line) bool { return l.handled() && l.ClosedAt.IsZero() })),
		share(lines, "signed", "签收及时率", r.given((*Line).handled), (*Line).signedInTime),
		share(lines, "plan", "方案及时率", r.stepIn(0), r.stepInTime(0)),
		share(lines, "report", "回告及时率", r.stepIn(1), r.stepInTime(1)),
		share(lines, "answered", "回告率", r.within((*Line).handled), (*Line).answered),
		share(lines, "timely", "按期率", r.owed, r.inTime),
		share(lines, "strictly", "严格按期率", r.owedFirst, r.inFirstTime),
		share(lines, "overdue", "逾期率", r.termed, r.late),
		span(lines, "overdue-days", "平均逾期天数", r.overdue, r.daysLate, mean),
		span(lines, "overdue-workdays", "平均逾期工作日", r.overdue, func(l *Line) int { return l.LateWorkdays }, mean),
		share(lines, "extended", "延期率", r.within((*Line).handled), func(l *Line) bool { return l.Extended }),
		share(lines, "returned", "退办率", r.given((*Line).assigned), func(l *Line) bool { return l.Gone }),
		share(lines, "return-refused", "退办驳回率", r.given(func(l *Line) bool { return l.assigned() && (l.Gone || l.Refused > 0) }), func(l *Line) bool { return !l.Gone }),
		share(lines, "reworked", "退回重报率", planned, func(l *Line) bool { return l.Reworked > 0 }),
		share(lines, "quality", "办理质量（未退回重报）", planned, func(l *Line) bool { return l.Reworked == 0 }),
		share(lines, "closed", "办结率", r.within((*Line).handled), closed),
		share(lines, "satisfied", "满意率", judged, among(first, "satisfied")),
		share(lines, "basically", "基本满意以上率", judged, among(first, "satisfied", "basically")),
		share(lines, "final-satisfied", "终评满意率", judged, among((*Line).mark, "satisfied")),
		count(lines, "final-dissatisfied", "终评不满意数", "件", func(l *Line) bool { return judged(l) && l.mark() == "dissatisfied" }),
		span(lines, "days-mean", "平均办理天数", answered, (*Line).daysToAnswer, mean),
		span(lines, "days-median", "办理天数中位数", answered, (*Line).daysToAnswer, median),
		span(lines, "days-p90", "办理天数P90", answered, (*Line).daysToAnswer, ninetieth),
		span(lines, "days-open", "在办平均时长", r.within((*Line).waits), r.daysOpen, mean),
		share(lines, "joint-timely", "会办按期率", r.owedJointly, r.inTime),
		share(lines, "items", "条目销号率", item(false), closed),
		share(lines, "problems", "询问问题销号率", item(true), closed),
		share(lines, "struck", "销号率（条目和问题）", func(l *Line) bool { return item(false)(l) || item(true)(l) }, closed),
		count(lines, "urgings", "督办次数", "次", urging),
		count(lines, "urge", "催办函", "次", r.urged("urge")),
		count(lines, "supervise", "督办函", "次", r.urged("supervise")),
		count(lines, "interview", "约谈", "次", r.urged("interview")),
		count(lines, "visit", "现场督办", "次", r.urged("visit")),
		share(lines, "urged-well", "催办有效率", func(l *Line) bool { return r.urged("urge")(l) && ripe(l.Due, l.AnsweredAt, now) }, func(l *Line) bool { return before(l.AnsweredAt, l.Due) }),
	}
}

// holds reports whether an instant lies in a period, of which either end may be open; an instant that is not known lies in the whole alone.
func (s Span) holds(at time.Time) bool {
	if at.IsZero() {
		return s.From.IsZero() && s.To.IsZero()
	}
	return !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To))
}

// due is holds for a due instant: it belongs to the day that ends with it.
func (s Span) due(at time.Time) bool {
	if !at.IsZero() {
		at = at.Add(-1)
	}
	return s.holds(at)
}

// tallying counts the lines of a period, as they stand at now, by the formulas of spec 6.
type tallying struct {
	period Span
	now    time.Time
}

// step is what a unit owed by a day: a suggestion's reply, or an opinion's plan, report and rectification.
type step struct {
	due, first, at time.Time
	silent         bool // nothing is said of its lateness while it is not done
}

// steps are those of a line in their order; one without a day is none.
func (l *Line) steps() (sts [3]step) {
	still := !l.Stopped.IsZero()
	answer := step{l.Due, l.FirstDue, l.AnsweredAt, still || l.Held}
	if l.Procedure != "opinion" || l.Capacity == "joint" {
		sts[0] = answer
		return sts
	}
	return [3]step{{l.PlanDue, l.PlanFirstDue, l.PlanAt, still}, answer, {l.RedoDue, l.RedoDue, l.RedoneAt, still}}
}

func (st step) ripe(now time.Time) bool {
	return !(st.silent && st.at.IsZero()) && ripe(st.due, st.at, now)
}

// within keeps of those lines that were due or closed in the period (T).
func (r tallying) within(in func(*Line) bool) func(*Line) bool {
	return func(l *Line) bool {
		return in(l) && (r.period.holds(l.ClosedAt) || r.some(l, func(step) bool { return true }))
	}
}

// given keeps of those lines that were handed over in the period.
func (r tallying) given(in func(*Line) bool) func(*Line) bool {
	return func(l *Line) bool { return in(l) && r.period.holds(l.HandedAt) }
}

// some reports whether one of the line's steps due in the period is such a one.
func (r tallying) some(l *Line, is func(step) bool) bool {
	for _, st := range l.steps() {
		if !st.due.IsZero() && r.period.due(st.due) && is(st) {
			return true
		}
	}
	return false
}

func (r tallying) ripe(st step) bool { return st.ripe(r.now) }

func (r tallying) missed(st step) bool { return st.ripe(r.now) && !before(st.at, st.due) }

// owed reports whether the unit owed something in the period of which it can be said if it came in time; termed, whether anything at all.
func (r tallying) owed(l *Line) bool { return l.handled() && r.some(l, r.ripe) }
func (r tallying) termed(l *Line) bool {
	return l.handled() && r.some(l, func(step) bool { return true })
}

func (r tallying) owedJointly(l *Line) bool { return l.joint() && r.some(l, r.ripe) }

func (r tallying) inTime(l *Line) bool { return !r.some(l, r.missed) }

func (r tallying) late(l *Line) bool { return r.some(l, r.missed) }

func (r tallying) overdue(l *Line) bool { return l.handled() && r.late(l) }

// first reports whether one of the line's steps is such a one by the day on which it was due before any extension.
func (r tallying) first(l *Line, is func(step) bool) bool {
	for _, st := range l.steps() {
		if !st.first.IsZero() && r.period.due(st.first) && is(step{st.first, st.first, st.at, st.silent}) {
			return true
		}
	}
	return false
}

func (r tallying) owedFirst(l *Line) bool   { return l.handled() && r.first(l, r.ripe) }
func (r tallying) inFirstTime(l *Line) bool { return !r.first(l, r.missed) }

func (r tallying) stepIn(n int) func(*Line) bool {
	return func(l *Line) bool {
		return l.handled() && l.Procedure == "opinion" && r.period.due(l.steps()[n].due) && l.steps()[n].ripe(r.now)
	}
}

func (r tallying) stepInTime(n int) func(*Line) bool {
	return func(l *Line) bool { return before(l.steps()[n].at, l.steps()[n].due) }
}

// daysLate are the natural days by which the steps due in the period came late, together, or are late until now.
func (r tallying) daysLate(l *Line) (n int) {
	for _, st := range l.steps() {
		if !st.due.IsZero() && r.period.due(st.due) && r.missed(st) {
			n += naturalDays(LastDay(st.due), st.until(r.now))
		}
	}
	return n
}

func (st step) until(now time.Time) time.Time {
	if st.at.IsZero() {
		return now
	}
	return st.at
}

// WorkdaysLate are the working days by which the steps of a part came late, together, or are late until now (逾期工作日).
func (l *Line) WorkdaysLate(c Calendar, now time.Time) (n int) {
	for _, st := range l.steps() {
		if st.ripe(now) && !before(st.at, st.due) {
			n += c.Between(LastDay(st.due), st.until(now))
		}
	}
	return n
}

func (r tallying) daysOpen(l *Line) int { return l.days(r.now) }

func (r tallying) urged(ways ...string) func(*Line) bool {
	return func(l *Line) bool {
		return l.Of == OfUrging && slices.Contains(ways, l.Urging) && r.period.holds(l.HandedAt)
	}
}

// Rate prints n of d in per cent with two decimals, half-up: 94.12%. Whole numbers throughout, for a float rounds some
// halves down.
func Rate(n, d int) string {
	if d == 0 {
		return "—"
	}
	return hundredths(halfUp(10000*n, d)) + "%"
}

// share is an indicator that is a part of a whole.
func share(lines []Line, code, name string, in, hit func(*Line) bool) Number {
	n := Number{Code: code, Name: name, In: in, Hit: hit, over: func(ls []Line) Number { return share(ls, code, name, in, hit) }}
	for i := range lines {
		l := &lines[i]
		if !in(l) {
			continue
		}
		n.D++
		if hit(l) {
			n.N++
		}
	}
	n.Text = Rate(n.N, n.D)
	if n.D > 0 {
		n.Text += fmt.Sprintf("（%d/%d）", n.N, n.D)
	}
	return n
}

// count is an indicator that says how many.
func count(lines []Line, code, name, unit string, in func(*Line) bool) Number {
	n := Number{Code: code, Name: name, In: in, over: func(ls []Line) Number { return count(ls, code, name, unit, in) }}
	for i := range lines {
		l := &lines[i]
		if in(l) {
			n.N++
		}
	}
	n.D, n.Text = n.N, strconv.Itoa(n.N)+unit
	return n
}

// pieces shows the number as a count (件), not as a part.
func (n Number) pieces() Number {
	part := n.over
	n.over = func(ls []Line) Number { return part(ls).pieces() }
	if n.D > 0 {
		n.Text = strconv.Itoa(n.N) + "件"
	}
	return n
}

// span is an indicator in natural days. Its figure is a sum and by what that is divided.
func span(lines []Line, code, name string, in func(*Line) bool, days func(*Line) int, figure func(ascending []int) (sum, by int)) Number {
	n := Number{Code: code, Name: name, Text: "—", In: in, over: func(ls []Line) Number { return span(ls, code, name, in, days, figure) }}
	var all []int
	for i := range lines {
		l := &lines[i]
		if in(l) {
			all = append(all, days(l))
		}
	}
	if n.D = len(all); n.D > 0 {
		slices.Sort(all)
		sum, by := figure(all)
		n.Text = hundredths(halfUp(100*sum, by)) + "天"
	}
	return n
}

func mean(ascending []int) (sum, by int) {
	for _, d := range ascending {
		sum += d
	}
	return sum, len(ascending)
}

func median(ascending []int) (sum, by int) {
	n := len(ascending)
	return ascending[(n-1)/2] + ascending[n/2], 2
}

// ninetieth is the nearest rank: the least number of days within which nine tenths of the lines were answered.
func ninetieth(ascending []int) (sum, by int) { return ascending[(9*len(ascending)+9)/10-1], 1 }

// assigned reports whether the unit was to answer for the line, though it may have been returned since.
func (l *Line) assigned() bool { return l.Of == "" && l.stands() && l.Capacity != "joint" }

// handled reports whether the unit answers for the line: what spec 6 calls handed over.
func (l *Line) handled() bool { return l.assigned() && !l.Gone }

func (l *Line) answered() bool { return l.handled() && !l.AnsweredAt.IsZero() }

// waits reports whether the answer is still to come.
func (l *Line) waits() bool { return l.handled() && l.AnsweredAt.IsZero() }

func (l *Line) joint() bool { return l.Of == "" && l.stands() && l.Capacity == "joint" && !l.Gone }

// stands reports whether the matter is still, or was to its end, one to be answered.
func (l *Line) stands() bool {
	return l.Outcome != "withdrawn" && l.Outcome != "terminated" && l.Outcome != "merged" && l.Outcome != "letter"
}

// signedInTime says nothing good of a line that time signed for.
func (l *Line) signedInTime() bool {
	return !l.SignedAuto && !l.SignedAt.IsZero() && (l.SignDue.IsZero() || l.SignedAt.Before(l.SignDue))
}

// class is that of the first reply.
func (l *Line) class() string { return l.Class }

// judged reports whether the deputy's first feedback was received. Silence (未反馈) is none.
func (l *Line) judged() bool { return l.answered() && isMark(l.First) }

// judgedAtAll is judged, or judged only after a re-handling: a low second score brings one about after silence too.
func (l *Line) judgedAtAll() bool { return l.answered() && isMark(l.mark()) }

// mark is the deputy's last word (终评): after the re-handling where there was one, else the first. Silence after the
// re-handling leaves the first as it was.
func (l *Line) mark() string {
	if isMark(l.Final) {
		return l.Final
	}
	return l.First
}

func (l *Line) redone() bool { return !l.RedoneAt.IsZero() || !l.RedoDue.IsZero() }

func (l *Line) daysToAnswer() int { return l.days(l.AnsweredAt) }

// days are the natural days in Shanghai from the day of the hand-over to the day of that instant, less those for which the clocks stood still.
func (l *Line) days(until time.Time) int {
	if !l.Stopped.IsZero() && l.Stopped.Before(until) {
		until = latest(l.Stopped, l.HandedAt)
	}
	return naturalDays(l.HandedAt, until) - l.Paused
}

func isMark(feedback string) bool {
	return feedback == "satisfied" || feedback == "basically" || feedback == "dissatisfied"
}

func among(of func(*Line) string, codes ...string) func(*Line) bool {
	return func(l *Line) bool { return slices.Contains(codes, of(l)) }
}

// ripe reports whether it can be said of an answer if it came in time: it has come, or its term has passed. Nothing is
// said of one that has no term.
func ripe(due, answered, now time.Time) bool {
	return !due.IsZero() && (!answered.IsZero() || !now.Before(due))
}

func before(answered, due time.Time) bool { return !answered.IsZero() && answered.Before(due) }

// halfUp is n/d rounded to a whole number; n is not negative.
func halfUp(n, d int) int { return (2*n + d) / (2 * d) }

// hundredths prints a hundredfold number: -12.50.
func hundredths(c int) string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}
