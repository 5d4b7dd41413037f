package schemas_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bihuan/schemas"
)

var (
	planOn   = wall("2023-01-25 00:00:00") // P2W
	reportOn = threeOn                     // P3M
	later    = wall("2023-05-12 00:00:00") // the report extended by a month
)

// charged is a unit's part in an opinion handed over on 10 January 2023: signed for, plan and report in time.
func charged(change func(l *schemas.Line)) schemas.Line {
	l := schemas.Line{Procedure: "opinion", Kind: "deliberation", UnitName: "甲局", FirstDue: reportOn, PlanFirstDue: planOn,
		Part: schemas.Part{Unit: "u1", Capacity: "sole", HandedAt: handed, SignedAt: wall("2023-01-11 10:00:00"), SignDue: signDue,
			PlanDue: planOn, PlanAt: wall("2023-01-20 17:00:00"), Due: reportOn, AnsweredAt: wall("2023-03-31 17:00:00")}}
	if change != nil {
		change(&l)
	}
	return l
}

func urging(way string, day, due, answered string) schemas.Line {
	l := schemas.Line{Of: schemas.OfUrging, Urging: way, UnitName: "甲局", Part: schemas.Part{Unit: "u1", HandedAt: wall(day + " 09:00:00")}}
	if due != "" {
		l.Due = wall(due + " 00:00:00")
	}
	if answered != "" {
		l.AnsweredAt = wall(answered + " 09:00:00")
	}
	return l
}

// The lines as worked out by hand, on 30 June 2023:
//
//	#  signed   plan due / in      report due / in        days  besides
//	1  yes      25 Jan  20 Jan     11 Apr  31 Mar         80    满意, closed 5 May
//	2  by time  25 Jan  26 Jan +2  11 Apr  11 Apr +1      91    基本满意, returned for rework twice; late by 3 days, 2 working days
//	3  yes      25 Jan  20 Jan     12 May  11 May         121   report extended; 不满意, rectified in time, then 满意; closed 20 June
//	4  yes      25 Jan  20 Jan     11 Apr  —              open  overdue by 81 days since 10 April; 171 days in hand
//	5  yes      25 Jan  20 Jan     11 Apr  —              open  the congress has the ball: nothing said; 171
//	6  yes      11 Jul  —          10 Oct  —              open  due after today; 171
//	7  yes      25 Jan  20 Jan     11 Apr  31 Mar         70    stood still for 10 days; 不满意, the rectification late by 5 days, then 不满意
//	8  stands still since 20 February: plan in time, report never said to be late; 41 days in hand until then
//	9  returned 10 withdrawn 11 terminated 12 joint in time 13 joint overdue; 4 has had a return refused
func opinionsByHand() []schemas.Line {
	day := wall
	lines := []schemas.Line{
		charged(func(l *schemas.Line) {
			l.First, l.FirstAt, l.ClosedAt = "satisfied", day("2023-04-20 09:00:00"), day("2023-05-05 09:00:00")
		}),
		charged(func(l *schemas.Line) {
			l.SignedAuto, l.PlanAt, l.AnsweredAt, l.Reworked, l.LateWorkdays = true, day("2023-01-26 10:00:00"), day("2023-04-11 09:00:00"), 2, 2
			l.First, l.FirstAt = "basically", day("2023-05-20 09:00:00")
		}),
		charged(func(l *schemas.Line) {
			l.Extended, l.Due, l.AnsweredAt, l.First, l.FirstAt, l.Final = true, later, day("2023-05-11 23:59:59"), "dissatisfied", day("2023-05-20 09:00:00"), "satisfied"
			l.RedoDue, l.RedoneAt, l.ClosedAt = day("2023-06-15 00:00:00"), day("2023-06-14 09:00:00"), day("2023-06-20 09:00:00")
		}),
		charged(func(l *schemas.Line) { l.AnsweredAt, l.Asked, l.Refused, l.LateWorkdays = time.Time{}, 1, 1, 55 }),
		charged(func(l *schemas.Line) { l.AnsweredAt, l.Held = time.Time{}, true }),
		charged(func(l *schemas.Line) {
			l.PlanAt, l.AnsweredAt, l.PlanDue, l.PlanFirstDue, l.Due, l.FirstDue = time.Time{}, time.Time{}, sixOn, sixOn, day("2023-10-11 00:00:00"), day("2023-10-11 00:00:00")
		}),
		charged(func(l *schemas.Line) {
			l.Paused, l.First, l.FirstAt, l.Final = 10, "dissatisfied", day("2023-04-20 09:00:00"), "dissatisfied"
			l.RedoDue, l.RedoneAt, l.LateWorkdays = day("2023-06-15 00:00:00"), day("2023-06-19 09:00:00"), 3
		}),
		charged(func(l *schemas.Line) { l.AnsweredAt, l.Stopped = time.Time{}, day("2023-02-20 09:00:00") }),
		charged(func(l *schemas.Line) { l.Gone, l.Asked = true, 1 }),
		charged(func(l *schemas.Line) { l.Outcome = "withdrawn" }),
		charged(func(l *schemas.Line) { l.Outcome = "terminated" }),
		charged(func(l *schemas.Line) { l.Capacity, l.PlanDue, l.PlanAt = "joint", time.Time{}, time.Time{} }),
		charged(func(l *schemas.Line) {
			l.Capacity, l.PlanDue, l.PlanAt, l.AnsweredAt = "joint", time.Time{}, time.Time{}, time.Time{}
		}),
	}
	matter := func(due, at string, outcome string) {
		l := schemas.Line{Of: schemas.OfMatter, Procedure: "opinion", Begun: day("2023-01-03 00:00:00"), Outcome: outcome, Part: schemas.Part{Due: day(due + " 00:00:00")}}
		if at != "" {
			l.AnsweredAt = day(at + " 10:00:00")
		}
		lines = append(lines, l)
	}
	matter("2023-01-11", "2023-01-10", "") // in time
	matter("2023-01-11", "2023-01-11", "") // a day late
	matter("2023-01-11", "", "")           // not yet, late
	matter("2023-07-05", "", "")           // not yet, not due: nothing said
	matter("2023-01-11", "2023-01-10", "withdrawn")
	item := func(procedure, closed string, outcome string) {
		l := schemas.Line{Of: schemas.OfItem, Procedure: procedure, Outcome: outcome, Part: schemas.Part{Unit: "u1", Due: reportOn}}
		if closed != "" {
			l.ClosedAt = day(closed + " 10:00:00")
		}
		lines = append(lines, l)
	}
	for range 2 {
		item("opinion", "2023-03-10", "")
	}
	for range 3 {
		item("opinion", "", "")
	}
	item("opinion", "2023-03-10", "withdrawn")
	item("problem", "2023-03-10", "closed")
	return append(lines,
		urging("urge", "2023-04-12", "2023-04-20", "2023-04-19"),      // answered in time
		urging("urge", "2023-04-12", "2023-04-20", "2023-04-20"),      // a day late
		urging("urge", "2023-04-12", "2023-04-20", ""),                // never
		urging("urge", "2023-06-29", "2023-07-07", ""),                // not yet due: nothing said
		urging("supervise", "2023-05-12", "2023-05-20", "2023-05-15"), // no 催办
		urging("interview", "2023-05-30", "", ""), urging("visit", "2023-06-01", "", ""), urging("visit", "2023-06-02", "", ""))
}

func TestOpinionNumbersByHand(t *testing.T) {
	wants := []struct {
		code string
		n, d int
		text string
	}{
		{"matters", 4, 4, "4件"},
		{"handed", 1, 3, "33.33%（1/3）"},
		{"tasks", 8, 8, "8件"},                    // 1–8
		{"open", 6, 6, "6件"},                     // all but 1 3
		{"signed", 7, 8, "87.50%（7/8）"},          // all but 2
		{"plan", 6, 7, "85.71%（6/7）"},            // 1 3 4 5 7 8 of these and 2
		{"report", 3, 5, "60.00%（3/5）"},          // 1 3 7 of these and 2 4
		{"answered", 4, 8, "50.00%（4/8）"},        // 1 2 3 7
		{"timely", 4, 7, "57.14%（4/7）"},          // 1 3 5 8 of 1–5 7 8
		{"strictly", 3, 7, "42.86%（3/7）"},        // and not 3
		{"overdue", 3, 8, "37.50%（3/8）"},         // 2 4 7
		{"overdue-days", 0, 3, "29.67天"},         // 3 + 81 + 5 = 89
		{"overdue-workdays", 0, 3, "20.00天"},     // 2 + 55 + 3 = 60
		{"extended", 1, 8, "12.50%（1/8）"},        // 3
		{"returned", 1, 9, "11.11%（1/9）"},        // 9
		{"return-refused", 1, 2, "50.00%（1/2）"},  // 4 of 4 9
		{"reworked", 1, 7, "14.29%（1/7）"},        // 2
		{"quality", 6, 7, "85.71%（6/7）"},         // the others that have a plan
		{"closed", 2, 8, "25.00%（2/8）"},          // 1 3
		{"satisfied", 1, 4, "25.00%（1/4）"},       // 1
		{"basically", 2, 4, "50.00%（2/4）"},       // 1 2
		{"final-satisfied", 2, 4, "50.00%（2/4）"}, // 1 3
		{"final-dissatisfied", 1, 1, "1件"},       // 7
		{"days-mean", 0, 4, "90.50天"},            // 80 91 121 70 = 362
		{"days-median", 0, 4, "85.50天"},          // 70 80 91 121
		{"days-p90", 0, 4, "121.00天"},            // the 4th
		{"days-open", 0, 4, "138.50天"},           // 171·3 + 41 = 554
		{"joint-timely", 1, 2, "50.00%（1/2）"},    // 12 of 12 13
		{"items", 2, 5, "40.00%（2/5）"},
		{"problems", 1, 1, "100.00%（1/1）"},
		{"struck", 3, 6, "50.00%（3/6）"},
		{"urgings", 8, 8, "8次"},
		{"urge", 4, 4, "4次"},
		{"supervise", 1, 1, "1次"},
		{"interview", 1, 1, "1次"},
		{"visit", 2, 2, "2次"},
		{"urged-well", 1, 3, "33.33%（1/3）"},
	}
	lines := opinionsByHand()
	ns := schemas.OpinionNumbers(lines, schemas.Span{}, numbered)
	if len(ns) != len(wants) {
		t.Fatalf("%d numbers, want %d", len(ns), len(wants))
	}
	for i, want := range wants {
		if n := ns[i]; n.Code != want.code || n.N != want.n || n.D != want.d || n.Text != want.text {
			t.Errorf("%s %s %d/%d %s, want %v", n.Code, n.Name, n.N, n.D, n.Text, want)
		}
	}
	behindEqualsCount(t, ns, lines)
}

// behindEqualsCount: the lines behind a number are as many as it says.
func behindEqualsCount(t *testing.T, ns []schemas.Number, lines []schemas.Line) {
	t.Helper()
	for _, n := range ns {
		behind, hits := 0, 0
		for i := range lines {
			if l := &lines[i]; n.In(l) {
				behind++
				if n.Hit != nil && n.Hit(l) {
					hits++
				}
			}
		}
		if n.Hit == nil && n.N > 0 {
			hits = behind // a count
		}
		if behind != n.D || hits != n.N || n.N > n.D {
			t.Errorf("%s %d/%d: %d lines behind it and %d hits", n.Code, n.N, n.D, behind, hits)
		}
		if again := n.Over(lines); again.N != n.N || again.D != n.D || again.Text != n.Text {
			t.Errorf("%s %s, over the same lines %s", n.Code, n.Text, again.Text)
		}
	}
}

// In January the plans, in April the reports, in June the rectification: what places a line into a period is what the number is about.
func TestOpinionNumbersOfAPeriod(t *testing.T) {
	month := func(m time.Month) schemas.Span {
		return schemas.Span{From: time.Date(2023, m, 1, 0, 0, 0, 0, schemas.Shanghai), To: time.Date(2023, m+1, 1, 0, 0, 0, 0, schemas.Shanghai)}
	}
	lines := opinionsByHand()
	for _, tt := range []struct {
		month      time.Month
		code, text string
	}{
		{1, "matters", "4件"}, {2, "matters", "0件"}, {1, "signed", "87.50%（7/8）"}, {2, "signed", "—"},
		{1, "plan", "85.71%（6/7）"}, {4, "plan", "—"}, {7, "plan", "—"}, // of July's nothing is to be said
		{1, "timely", "85.71%（6/7）"},                                // the plans alone: late was 2
		{4, "timely", "50.00%（2/4）"},                                // the reports of 1 2 4 7; 3's was extended into May, 5 and 8 say nothing
		{5, "timely", "100.00%（1/1）"}, {6, "timely", "50.00%（1/2）"}, // the rectifications of 3 and 7
		{4, "strictly", "40.00%（2/5）"}, // and 3's, as it was due first
		{4, "report", "50.00%（2/4）"}, {5, "report", "100.00%（1/1）"}, {1, "tasks", "7件"}, {4, "tasks", "6件"}, {5, "tasks", "2件"}, {7, "tasks", "1件"},
		{3, "days-mean", "75.00天"}, {4, "days-mean", "91.00天"}, {4, "satisfied", "50.00%（1/2）"}, {5, "satisfied", "0.00%（0/2）"},
		{4, "urge", "3次"}, {6, "urge", "1次"}, {4, "urged-well", "33.33%（1/3）"}, {6, "urged-well", "—"},
		{3, "items", "100.00%（2/2）"}, {4, "items", "40.00%（2/5）"}, {2, "items", "—"},
	} {
		if got := schemas.NumberOf(schemas.OpinionNumbers(lines, month(tt.month), numbered), tt.code).Text; got != tt.text {
			t.Errorf("%s in month %d: %s, want %s", tt.code, tt.month, got, tt.text)
		}
	}
}

// The last day of a month is the month's: a due instant is the midnight after it.
func TestOpinionNumbersDueOnTheLastDay(t *testing.T) {
	may := schemas.Span{From: wall("2023-05-01 00:00:00"), To: wall("2023-06-01 00:00:00")}
	line := charged(func(l *schemas.Line) { l.Due = wall("2023-06-01 00:00:00"); l.AnsweredAt = wall("2023-05-31 23:59:59") })
	if got := schemas.NumberOf(schemas.OpinionNumbers([]schemas.Line{line}, may, numbered), "report").Text; got != "100.00%（1/1）" {
		t.Error(got)
	}
}

// drawnLines are lines of every kind, at random.
func drawnLines(r *rand.Rand, n int) (lines []schemas.Line) {
	at := func() time.Time {
		if r.IntN(3) == 0 {
			return time.Time{}
		}
		return handed.Add(time.Duration(r.IntN(250*24)) * time.Hour)
	}
	one := func(words ...string) string { return words[r.IntN(len(words))] }
	for i := range n {
		unit := fmt.Sprint("u", r.IntN(7))
		lines = append(lines, schemas.Line{Of: one("", "", "", schemas.OfMatter, schemas.OfItem, schemas.OfUrging), Procedure: one("opinion", "opinion", "suggestion", "problem"),
			Case: fmt.Sprint("c", i), Urging: one("urge", "supervise", "interview", "visit"), N: i, UnitName: unit, UnitKind: one("department", "street"), Begun: at(), FirstDue: at(), PlanFirstDue: at(),
			Outcome: one("", "", "archived", "withdrawn", "terminated"), LateWorkdays: r.IntN(9), Part: schemas.Part{Unit: unit, Capacity: one("sole", "lead", "several", "joint"), Gone: r.IntN(9) == 0,
				HandedAt: handed.Add(time.Duration(r.IntN(100*24)) * time.Hour), SignedAt: at(), SignDue: at(), SignedAuto: r.IntN(9) == 0, Asked: r.IntN(2), Refused: r.IntN(2), Extended: r.IntN(5) == 0, Due: at(), AnsweredAt: at(),
				First: one("", "satisfied", "basically", "dissatisfied", "unanswered"), FirstAt: at(), Final: one("", "", "satisfied", "dissatisfied"), RedoDue: at(), RedoneAt: at(), ClosedAt: at(),
				PlanDue: at(), PlanAt: at(), Reworked: r.IntN(3), Stopped: at(), Held: r.IntN(9) == 0, Class: one("A", "B", "C", "D"), Now: one("A", "B"), Verified: at(), TurnedA: at()}})
	}
	return lines
}

// Whatever the lines, the period and the day: n never exceeds d, the list behind is as long as the number says, months add up to the year
// for what has one place in time, and units add up to the whole.
func TestNumbersHoldForAnyLines(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 6))
		lines := drawnLines(r, 120)
		from := handed.AddDate(0, 0, r.IntN(200)-50)
		for _, period := range []schemas.Span{{}, {From: from}, {To: from.AddDate(0, 2, 0)}, {From: from, To: from.AddDate(0, 2, 0)}} {
			now := handed.AddDate(0, 0, r.IntN(300))
			for name, numbers := range map[string]func([]schemas.Line) []schemas.Number{
				"opinion":    func(ls []schemas.Line) []schemas.Number { return schemas.OpinionNumbers(ls, period, now) },
				"suggestion": func(ls []schemas.Line) []schemas.Number { return schemas.SuggestionNumbers(ls, period, now) },
			} {
				ns := numbers(lines)
				behindEqualsCount(t, ns, lines)
				sum := map[string][2]int{}
				for _, g := range schemas.Group(slices.DeleteFunc(slices.Clone(lines), func(l schemas.Line) bool { return l.Of == schemas.OfMatter }), schemas.ByUnit, numbers) {
					for _, n := range g.Numbers {
						sum[n.Code] = [2]int{sum[n.Code][0] + n.N, sum[n.Code][1] + n.D}
					}
				}
				for _, n := range ns {
					if n.Code != "matters" && n.Code != "handed" && sum[n.Code] != [2]int{n.N, n.D} {
						t.Errorf("seed %d, %s %s: %d/%d, the units' together %v", seed, name, n.Code, n.N, n.D, sum[n.Code])
					}
				}
				place := 0
				for _, row := range schemas.Rank(lines, numbers, schemas.ScoringOf(name)) {
					place++
					if row.Below != (row.Rank == 0) || row.Rank > place || row.Lines != schemas.NumberOf(row.Numbers, "tasks").D {
						t.Errorf("seed %d: %+v at place %d", seed, row.Rank, place)
					}
				}
			}
		}
		year := schemas.Span{From: wall("2023-01-01 00:00:00"), To: wall("2024-01-01 00:00:00")}
		of := func(span schemas.Span, code string) schemas.Number {
			return schemas.NumberOf(schemas.OpinionNumbers(lines, span, numbered), code)
		}
		for _, code := range []string{"matters", "handed", "signed", "plan", "report", "returned", "urgings", "urged-well", "days-mean", "satisfied"} {
			n, d := 0, 0
			for m := range 12 {
				of := of(schemas.Span{From: year.From.AddDate(0, m, 0), To: year.From.AddDate(0, m+1, 0)}, code)
				n, d = n+of.N, d+of.D
			}
			if whole := of(year, code); whole.N != n || whole.D != d {
				t.Errorf("seed %d, %s: %d/%d in the year, %d/%d in its months", seed, code, whole.N, whole.D, n, d)
			}
		}
	}
}

// The scores by hand: 甲局 all well, three of three: 100. 乙局 one plan of three late, two items of four struck off, one urged and one 督办函:
// (30·2/3 + 25·1 + 25·2/4 + 10·1)/90·100 − 2 − 5 = 68.00; 丙局 has two lines: below the line.
func TestOpinionLeagueByHand(t *testing.T) {
	own := func(unit string, change func(l *schemas.Line)) schemas.Line {
		return charged(func(l *schemas.Line) {
			l.Unit, l.UnitName, l.First, l.FirstAt = unit, unit, "satisfied", wall("2023-04-20 09:00:00")
			if change != nil {
				change(l)
			}
		})
	}
	lines := []schemas.Line{own("甲局", nil), own("甲局", nil), own("甲局", nil), own("丁局", nil), own("丁局", nil), own("丁局", nil),
		own("乙局", nil), own("乙局", nil), own("乙局", func(l *schemas.Line) { l.PlanAt = planOn }), own("丙局", nil), own("丙局", nil)}
	for i := range 4 {
		l := schemas.Line{Of: schemas.OfItem, Procedure: "opinion", Part: schemas.Part{Unit: "乙局", Due: reportOn}}
		if i < 2 {
			l.ClosedAt = handed
		}
		lines = append(lines, l)
	}
	for _, way := range []string{"urge", "supervise", "visit"} {
		l := urging(way, "2023-04-12", "", "")
		l.Unit = "乙局"
		lines = append(lines, l)
	}
	var got []string
	for _, r := range schemas.Rank(lines, func(ls []schemas.Line) []schemas.Number { return schemas.OpinionNumbers(ls, schemas.Span{}, numbered) }, schemas.ScoringOf("opinion")) {
		got = append(got, fmt.Sprintf("%d %s %d %s %v", r.Rank, r.Name, r.Lines, r.Score, r.Below))
	}
	if want := []string{"1 丁局 3 100.00 false", "1 甲局 3 100.00 false", "3 乙局 3 68.00 false", "0 丙局 2 100.00 true"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
