package schemas

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"
)

type (
	// Number is one indicator of the handling of suggestions (统计指标, spec 6): n of d, with the lines behind each.
	Number struct {
		Code string          // answered, timely, class-a …: goes into URLs, never renamed
		Name string          // 办复率 …
		N, D int             // of days N is unused and D is how many lines they are reckoned from
		Text string          // 98.50%（197/200）, 37.52天, 3件; — where D is 0
		In   func(Line) bool // is the line counted in the denominator
		Hit  func(Line) bool // and, of those, in the numerator; nil for days
	}
	// Ranked is one unit in the league table (承办单位排名, spec 6).
	Ranked struct {
		Unit, Name string
		Rank       int    // units of the same score share it (1, 1, 3); 0 below the line
		Lines      int    // that the unit has to answer for
		Score      string // 单位综合得分, points with two decimals: 86.67; — where nothing is to be judged yet
		Timely     string // 按期率
		First      string // 一次满意率
		Done       string // 办成率
		Met        string // 见面率
		Below      bool   // below the line: too few lines to be ranked, or nothing to be judged
	}
)

// Numbers are the indicators of spec 6 for the lines of a period or a unit, as they stand at now. A co-handler's lines
// (会办) have one number of their own and count in no other; a line that was returned counts among the returns alone, and
// one whose matter was withdrawn, merged or became a letter nowhere.
func Numbers(lines []Line, now time.Time) []Number {
	due := func(l Line) bool { return l.handled() && ripe(l.Due, l.AnsweredAt, now) }
	firstDue := func(l Line) bool { return l.handled() && ripe(l.FirstDue, l.AnsweredAt, now) }
	jointDue := func(l Line) bool { return l.joint() && ripe(l.Due, l.AnsweredAt, now) }
	inTime := func(l Line) bool { return before(l.AnsweredAt, l.Due) }
	stable := func(l Line) bool {
		return l.Class == "A" || l.Class == "B" && !l.TurnedA.IsZero() && !l.TurnedA.After(now)
	}
	first := func(l Line) string { return l.First }
	return []Number{
		share(lines, "signed", "签收及时率", Line.handled, Line.signedInTime),
		share(lines, "answered", "办复率", Line.handled, Line.answered),
		share(lines, "timely", "按期率", due, inTime), // 按期办复率 is the same
		share(lines, "strictly", "严格按期率", firstDue, func(l Line) bool { return before(l.AnsweredAt, l.FirstDue) }),
		share(lines, "overdue", "逾期率",
			func(l Line) bool { return l.handled() && !l.Due.IsZero() },
			func(l Line) bool { return ripe(l.Due, l.AnsweredAt, now) && !inTime(l) }),
		share(lines, "closed", "办结率", Line.handled, func(l Line) bool { return !l.ClosedAt.IsZero() }),
		share(lines, "class-a", "A类占比", Line.answered, among(Line.class, "A")),
		share(lines, "class-b", "B类占比", Line.answered, among(Line.class, "B")),
		share(lines, "class-c", "C类占比", Line.answered, among(Line.class, "C")),
		share(lines, "class-d", "D类占比", Line.answered, among(Line.class, "D")),
		share(lines, "adopted", "采纳率", Line.answered, among(Line.class, "A", "B")),
		share(lines, "done", "办成率", Line.answered, func(l Line) bool { return l.Now == "A" && !l.Verified.IsZero() }),
		share(lines, "stable", "办成率（稳定版）", Line.answered, stable),
		share(lines, "feedback", "反馈率", Line.answered, Line.judged),
		share(lines, "satisfied", "一次满意率", Line.judged, among(first, "satisfied")),
		share(lines, "basically", "一次基本满意以上率", Line.judged, among(first, "satisfied", "basically")),
		share(lines, "final-satisfied", "终评满意率", Line.judgedAtAll, among(Line.mark, "satisfied")),
		share(lines, "final-dissatisfied", "终评不满意数", Line.answered, func(l Line) bool { return l.Final == "dissatisfied" }).pieces(),
		share(lines, "met", "见面率", Line.answered, func(l Line) bool { return l.Met }),
		share(lines, "extended", "延期率", Line.handled, func(l Line) bool { return l.Extended && !l.Complex }),
		share(lines, "returned", "退办率", Line.assigned, func(l Line) bool { return l.Gone }),
		share(lines, "redone", "重办率", Line.judged, Line.redone),
		share(lines, "redone-satisfied", "重办转满意率",
			func(l Line) bool { return l.answered() && l.Final != "" }, // a silent deputy's too: silence satisfies nobody
			func(l Line) bool { return l.Final == "satisfied" || l.Final == "basically" }),
		span(lines, "days-mean", "平均办理天数", Line.answered, Line.daysToAnswer, mean),
		span(lines, "days-median", "办理天数中位数", Line.answered, Line.daysToAnswer, median),
		span(lines, "days-p90", "办理天数P90", Line.answered, Line.daysToAnswer, ninetieth),
		span(lines, "days-open", "在办平均时长",
			func(l Line) bool { return l.handled() && !l.answered() },
			func(l Line) int { return l.days(now) }, mean),
		share(lines, "joint-timely", "会办按期率", jointDue, inTime),
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
func share(lines []Line, code, name string, in, hit func(Line) bool) Number {
	n := Number{Code: code, Name: name, In: in, Hit: hit}
	for _, l := range lines {
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

// pieces shows the number as a count (件), not as a part.
func (n Number) pieces() Number {
	if n.D > 0 {
		n.Text = strconv.Itoa(n.N) + "件"
	}
	return n
}

// span is an indicator in natural days. Its figure is a sum and by what that is divided.
func span(lines []Line, code, name string, in func(Line) bool, days func(Line) int, figure func(ascending []int) (sum, by int)) Number {
	n := Number{Code: code, Name: name, Text: "—", In: in}
	var all []int
	for _, l := range lines {
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
func (l Line) assigned() bool { return l.stands() && l.Capacity != "joint" }

// handled reports whether the unit answers for the line: what spec 6 calls handed over.
func (l Line) handled() bool { return l.assigned() && !l.Gone }

func (l Line) answered() bool { return l.handled() && !l.AnsweredAt.IsZero() }

func (l Line) joint() bool { return l.stands() && l.Capacity == "joint" && !l.Gone }

// stands reports whether the matter is still, or was to its end, a suggestion to be answered.
func (l Line) stands() bool {
	return l.Outcome != "withdrawn" && l.Outcome != "merged" && l.Outcome != "letter"
}

// signedInTime says nothing good of a line that time signed for.
func (l Line) signedInTime() bool {
	return !l.SignedAuto && !l.SignedAt.IsZero() && (l.SignDue.IsZero() || l.SignedAt.Before(l.SignDue))
}

// class is that of the first reply.
func (l Line) class() string { return l.Class }

// judged reports whether the deputy's first feedback was received. Silence (未反馈) is none.
func (l Line) judged() bool { return l.answered() && isMark(l.First) }

// judgedAtAll is judged, or judged only after a re-handling: a low second score brings one about after silence too.
func (l Line) judgedAtAll() bool { return l.answered() && isMark(l.mark()) }

// mark is the deputy's last word (终评): after the re-handling where there was one, else the first. Silence after the
// re-handling leaves the first as it was.
func (l Line) mark() string {
	if isMark(l.Final) {
		return l.Final
	}
	return l.First
}

func (l Line) redone() bool { return !l.RedoneAt.IsZero() || !l.RedoDue.IsZero() }

func (l Line) daysToAnswer() int { return l.days(l.AnsweredAt) }

// days are the natural days in Shanghai from the day of the hand-over to the day of that instant.
func (l Line) days(until time.Time) int {
	return int(DayOf(until).Sub(DayOf(l.HandedAt)) / (24 * time.Hour)) // Shanghai's days have 24 hours all
}

func isMark(feedback string) bool {
	return feedback == "satisfied" || feedback == "basically" || feedback == "dissatisfied"
}

func among(of func(Line) string, codes ...string) func(Line) bool {
	return func(l Line) bool { return slices.Contains(codes, of(l)) }
}

// ripe reports whether it can be said of an answer if it came in time: it has come, or its term has passed. Nothing is
// said of one that has no term.
func ripe(due, answered, now time.Time) bool {
	return !due.IsZero() && (!answered.IsZero() || !now.Before(due))
}

func before(answered, due time.Time) bool { return !answered.IsZero() && answered.Before(due) }

// League ranks the units by their score (单位综合得分, spec 6): 30·按期率 + 25·一次满意率 + 25·办成率 + 10·见面率 + 10·质量,
// less 10 for each 终评不满意. Quality (质量) is the part of the answered lines that were not handled anew. What cannot be
// judged yet, for its denominator is 0, is left out and the rest scaled to 100. The ledger knows nothing of 催办 and 督办函,
// so what spec 6 takes off for them is not taken off here.
//
// Units with fewer lines than floor come last, below the line, and so do those of whom nothing can be judged. A unit that
// has only joint or returned lines is not listed. By score, the best first, then by name.
func League(lines []Line, now time.Time, floor int) []Ranked {
	own := map[string][]Line{}
	for _, l := range lines {
		if l.handled() {
			own[l.Unit] = append(own[l.Unit], l)
		}
	}
	type standing struct {
		Ranked
		score int // hundredths of a point: what is shown as equal is equal
	}
	var all []standing
	for unit, lines := range own {
		by := map[string]Number{}
		for _, n := range Numbers(lines, now) {
			by[n.Code] = n
		}
		s := standing{Ranked: Ranked{Unit: unit, Name: lines[0].UnitName, Lines: len(lines), Score: "—", Below: true,
			Timely: by["timely"].Text, First: by["satisfied"].Text, Done: by["done"].Text, Met: by["met"].Text}, score: math.MinInt}
		if points, judged := score(by, share(lines, "", "", Line.answered, func(l Line) bool { return !l.redone() })); judged {
			s.score, s.Score, s.Below = points, hundredths(points), len(lines) < floor
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b standing) int {
		if a.Below != b.Below {
			if b.Below {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Unit, b.Unit))
	})
	table := make([]Ranked, len(all))
	for i, s := range all {
		switch {
		case s.Below:
		case i > 0 && s.score == all[i-1].score:
			s.Rank = table[i-1].Rank
		default:
			s.Rank = i + 1
		}
		table[i] = s.Ranked
	}
	return table
}

// score is in hundredths of a point, half-up, rounded once: a sum of rounded rates would tell apart units that are equal.
func score(by map[string]Number, quality Number) (points int, judged bool) {
	sum, weights := new(big.Rat), 0
	for _, part := range []struct {
		weight int
		Number
	}{{30, by["timely"]}, {25, by["satisfied"]}, {25, by["done"]}, {10, by["met"]}, {10, quality}} {
		if part.D > 0 {
			sum.Add(sum, big.NewRat(int64(part.weight*part.N), int64(part.D)))
			weights += part.weight
		}
	}
	if weights == 0 {
		return 0, false
	}
	sum.Mul(sum, big.NewRat(10000, int64(weights)))
	sum.Add(sum, big.NewRat(1, 2))
	points = int(new(big.Int).Quo(sum.Num(), sum.Denom()).Int64())
	return points - 1000*by["final-dissatisfied"].N, true
}

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
