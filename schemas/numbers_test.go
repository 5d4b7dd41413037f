package schemas_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/schemas"
)

// wall is the instant, in UTC, that clocks in Shanghai show as that.
func wall(s string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, schemas.Shanghai)
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

var (
	handed   = wall("2023-01-10 09:00:00")
	signDue  = wall("2023-01-18 00:00:00")
	threeOn  = wall("2023-04-11 00:00:00") // P3M
	sixOn    = wall("2023-07-11 00:00:00") // P6M
	numbered = wall("2023-06-30 12:00:00") // the day of the report
)

// written is a line handed over on 10 January 2023, signed for in time and due in three months.
func written(change func(l *schemas.Line)) schemas.Line {
	l := schemas.Line{Part: schemas.Part{Unit: "u1", Capacity: "lead", HandedAt: handed, SignedAt: wall("2023-01-11 10:00:00"), SignDue: signDue, Due: threeOn},
		UnitName: "甲局", FirstDue: threeOn}
	change(&l)
	return l
}

// The lines as worked out by hand, on 30 June 2023:
//
//	 #  signed          due    answered  days         class  now  verified  met  first  redone  final  besides
//	 1  17th 23:59:59   11 Apr  9 Feb    30           A      A    yes       yes  满意   —       —      closed; just after midnight
//	 2  18th 00:00 late 11 Apr 10 Apr    90           A      A    no        yes  基本   —       —      closed; the last second
//	 3  by time         11 Apr 11 Apr    91 late      B      A    yes       no   不满意 yes     满意   turned A 1 June
//	 4  yes             11 Jul  9 Jun    150          B      B    no        yes  未反馈 yes     基本   extended; turns A after today
//	 5  yes             11 Jul 10 May    120          C      C    no        yes  不满意 due     —      complex
//	 6  yes             11 Apr 11 Mar    60           D      A    no        no   不满意 yes     不满意 a B after the re-handling, then A
//	 7  yes             11 Apr —         open 171                                                      overdue
//	 8  no              11 Jul —         open 171                                                      extended
//	 9  yes             11 Apr  2 Apr    82           A      B    yes       no   不满意 yes     未反馈 class lowered
//	10  no              —      —         open 0                                                        handed over today, no term yet
//	11  returned 12 joint in time 13 joint overdue 14 joint returned 15 withdrawn 16 merged 17 letter
func byHand() []schemas.Line {
	perfect := func(l *schemas.Line) {
		l.AnsweredAt, l.Class, l.Now, l.Verified, l.Met, l.First = wall("2023-02-09 00:30:00"), "A", "A", wall("2023-03-01 09:00:00"), true, "satisfied"
		l.ClosedAt, l.Outcome = wall("2023-03-02 09:00:00"), "archived"
	}
	but := func(change func(l *schemas.Line)) schemas.Line {
		return written(func(l *schemas.Line) { perfect(l); change(l) })
	}
	return []schemas.Line{
		but(func(l *schemas.Line) { l.SignedAt = signDue.Add(-time.Second) }),
		but(func(l *schemas.Line) {
			l.SignedAt, l.AnsweredAt, l.Verified, l.First = signDue, threeOn.Add(-time.Second), time.Time{}, "basically"
		}),
		written(func(l *schemas.Line) {
			l.Capacity, l.SignedAuto, l.AnsweredAt, l.Class, l.Now = "sole", true, threeOn, "B", "A"
			l.TurnedA, l.Verified = wall("2023-06-01 09:00:00"), wall("2023-06-05 09:00:00")
			l.First, l.RedoDue, l.RedoneAt, l.Final = "dissatisfied", sixOn, wall("2023-06-01 09:00:00"), "satisfied"
		}),
		written(func(l *schemas.Line) {
			l.Capacity, l.Extended, l.Due, l.AnsweredAt = "several", true, sixOn, wall("2023-06-09 17:00:00")
			l.Class, l.Now, l.TurnedA, l.Met = "B", "B", wall("2023-07-05 09:00:00"), true
			l.First, l.RedoneAt, l.Final = "unanswered", wall("2023-06-20 09:00:00"), "basically"
		}),
		written(func(l *schemas.Line) {
			l.Complex, l.Extended, l.Due, l.FirstDue, l.AnsweredAt = true, true, sixOn, sixOn, wall("2023-05-10 17:00:00")
			l.Class, l.Now, l.Met, l.First, l.RedoDue = "C", "C", true, "dissatisfied", wall("2023-08-01 00:00:00")
		}),
		written(func(l *schemas.Line) {
			l.AnsweredAt, l.Class, l.Now, l.TurnedA = wall("2023-03-11 17:00:00"), "D", "A", wall("2023-06-15 09:00:00")
			l.First, l.RedoneAt, l.Final = "dissatisfied", wall("2023-05-01 09:00:00"), "dissatisfied"
		}),
		written(func(l *schemas.Line) {}),
		written(func(l *schemas.Line) { l.SignedAt, l.Extended, l.Due = time.Time{}, true, sixOn }),
		written(func(l *schemas.Line) {
			l.AnsweredAt, l.Class, l.Now, l.Verified = wall("2023-04-02 17:00:00"), "A", "B", wall("2023-04-20 09:00:00")
			l.First, l.RedoneAt, l.Final = "dissatisfied", wall("2023-05-20 09:00:00"), "unanswered"
		}),
		written(func(l *schemas.Line) {
			l.HandedAt, l.SignedAt, l.SignDue, l.Due, l.FirstDue = wall("2023-06-30 00:30:00"), time.Time{}, time.Time{}, time.Time{}, time.Time{}
		}),
		but(func(l *schemas.Line) { l.Gone, l.Extended = true, true }),
		but(func(l *schemas.Line) { l.Capacity, l.Extended = "joint", true }),
		written(func(l *schemas.Line) { l.Capacity = "joint" }),
		but(func(l *schemas.Line) { l.Capacity, l.Gone = "joint", true }),
		but(func(l *schemas.Line) { l.Outcome, l.Gone = "withdrawn", true }),
		but(func(l *schemas.Line) { l.Outcome = "merged" }),
		but(func(l *schemas.Line) { l.Outcome, l.Capacity = "letter", "joint" }),
	}
}

func TestNumbersByHand(t *testing.T) {
	wants := []struct {
		code, name string
		n, d       int
		text       string
	}{
		{"signed", "签收及时率", 6, 10, "60.00%（6/10）"},          // 1 4 5 6 7 9
		{"answered", "办复率", 7, 10, "70.00%（7/10）"},          // 1–6 9
		{"timely", "按期率", 6, 8, "75.00%（6/8）"},              // 1 2 4 5 6 9 of these and 3 7
		{"strictly", "严格按期率", 5, 9, "55.56%（5/9）"},          // 1 2 5 6 9 of these and 3 4 7 8
		{"overdue", "逾期率", 2, 9, "22.22%（2/9）"},             // 3 7 of 1–9
		{"closed", "办结率", 2, 10, "20.00%（2/10）"},            // 1 2
		{"class-a", "A类占比", 3, 7, "42.86%（3/7）"},            // 1 2 9
		{"class-b", "B类占比", 2, 7, "28.57%（2/7）"},            // 3 4
		{"class-c", "C类占比", 1, 7, "14.29%（1/7）"},            // 5
		{"class-d", "D类占比", 1, 7, "14.29%（1/7）"},            // 6
		{"adopted", "采纳率", 5, 7, "71.43%（5/7）"},             // 1 2 3 4 9
		{"done", "办成率", 2, 7, "28.57%（2/7）"},                // 1 3
		{"stable", "办成率（稳定版）", 4, 7, "57.14%（4/7）"},         // 1 2 3 9
		{"feedback", "反馈率", 6, 7, "85.71%（6/7）"},            // all but 4
		{"satisfied", "一次满意率", 1, 6, "16.67%（1/6）"},         // 1
		{"basically", "一次基本满意以上率", 2, 6, "33.33%（2/6）"},     // 1 2
		{"final-satisfied", "终评满意率", 2, 7, "28.57%（2/7）"},   // 1 3
		{"final-dissatisfied", "终评不满意数", 1, 7, "1件"},        // 6
		{"met", "见面率", 4, 7, "57.14%（4/7）"},                 // 1 2 4 5
		{"extended", "延期率", 2, 10, "20.00%（2/10）"},          // 4 8
		{"returned", "退办率", 1, 11, "9.09%（1/11）"},           // 11
		{"redone", "重办率", 4, 6, "66.67%（4/6）"},              // 3 5 6 9
		{"redone-satisfied", "重办转满意率", 2, 4, "50.00%（2/4）"}, // 3 4 of these and 6 9
		{"days-mean", "平均办理天数", 0, 7, "89.00天"},             // 623/7
		{"days-median", "办理天数中位数", 0, 7, "90.00天"},          // 30 60 82 90 91 120 150
		{"days-p90", "办理天数P90", 0, 7, "150.00天"},            // the 7th
		{"days-open", "在办平均时长", 0, 3, "114.00天"},            // 342/3
		{"joint-timely", "会办按期率", 1, 2, "50.00%（1/2）"},      // 12 of 12 13
		{"tasks", "承办件数", 10, 10, "10件"},                    // 1–10
		{"quality", "办理质量（未重办）", 2, 7, "28.57%（2/7）"},       // 1 2; the re-handling of 5 is due
		{"urge", "催办函", 0, 0, "0次"},
		{"supervise", "督办函", 0, 0, "0次"},
	}
	lines := byHand()
	ns := schemas.Numbers(lines, numbered)
	if len(ns) != len(wants) {
		t.Fatalf("%d numbers, want %d", len(ns), len(wants))
	}
	for i, want := range wants {
		n := ns[i]
		if n.Code != want.code || n.Name != want.name || n.N != want.n || n.D != want.d || n.Text != want.text {
			t.Errorf("%s %s %d/%d %s, want %v", n.Code, n.Name, n.N, n.D, n.Text, want)
		}
		behind, hits := 0, 0
		for i := range lines {
			if l := &lines[i]; n.In(l) {
				behind++
				if n.Hit == nil && n.N > 0 || n.Hit != nil && n.Hit(l) {
					hits++
				}
			}
		}
		if behind != want.d || hits != want.n {
			t.Errorf("%s: %d lines behind it and %d hits, want %d and %d", n.Code, behind, hits, want.d, want.n)
		}
	}
}

func TestNumbersOfNothing(t *testing.T) {
	for _, n := range schemas.Numbers(nil, numbered) {
		if n.N != 0 || n.D != 0 || n.Text != "—" && !strings.HasPrefix(n.Text, "0") {
			t.Errorf("%s: %d/%d %s", n.Code, n.N, n.D, n.Text)
		}
	}
}

// The very instant of Due is late, for those who answer and for those who do not.
func TestNumbersAtTheDueInstant(t *testing.T) {
	open := []schemas.Line{written(func(l *schemas.Line) {})}
	for _, tt := range []struct {
		now             time.Time
		timely, overdue string
	}{
		{threeOn.Add(-time.Second), "—", "0.00%（0/1）"},
		{threeOn, "0.00%（0/1）", "100.00%（1/1）"},
	} {
		if got := numberOf(t, open, tt.now, "timely").Text; got != tt.timely {
			t.Errorf("%v: 按期率 %s, want %s", tt.now, got, tt.timely)
		}
		if got := numberOf(t, open, tt.now, "overdue").Text; got != tt.overdue {
			t.Errorf("%v: 逾期率 %s, want %s", tt.now, got, tt.overdue)
		}
	}
}

func TestNumbersOfDays(t *testing.T) {
	for _, tt := range []struct {
		days              []int
		mean, median, p90 string
	}{
		{[]int{7}, "7.00天", "7.00天", "7.00天"},
		{[]int{91, 30}, "60.50天", "60.50天", "91.00天"},
		{[]int{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, "5.50天", "5.50天", "9.00天"},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20}, "6.82天", "6.00天", "10.00天"},
		{[]int{0, 0, 0, 0, 0, 0, 0, 1}, "0.13天", "0.00天", "1.00天"}, // 0.125
	} {
		var lines []schemas.Line
		for _, d := range tt.days {
			lines = append(lines, written(func(l *schemas.Line) { l.AnsweredAt = handed.AddDate(0, 0, d) }))
		}
		for code, want := range map[string]string{"days-mean": tt.mean, "days-median": tt.median, "days-p90": tt.p90} {
			if got := numberOf(t, lines, numbered, code).Text; got != want {
				t.Errorf("%v: %s %s, want %s", tt.days, code, got, want)
			}
		}
	}
}

// TestNumbersOfTheDemo is the check of spec 8: 200 suggestions, each split laid over the others.
func TestNumbersOfTheDemo(t *testing.T) {
	lines := make([]schemas.Line, 200)
	for i := range lines {
		lines[i] = written(func(l *schemas.Line) {
			l.AnsweredAt, l.Class, l.Met, l.First = threeOn.AddDate(0, 0, -10), "A", i < 196, "satisfied"
			if i >= 197 {
				l.AnsweredAt = threeOn.AddDate(0, 0, 1)
			}
			switch {
			case i >= 112+68:
				l.Class = "C"
			case i >= 112:
				l.Class = "B"
			}
			switch {
			case i >= 183+13:
				l.First, l.RedoneAt, l.Final = "dissatisfied", threeOn.AddDate(0, 1, 0), "satisfied"
			case i >= 183:
				l.First = "basically"
			}
			if i == 199 {
				l.Final = "dissatisfied"
			}
		})
	}
	for code, want := range map[string]string{
		"answered": "100.00%（200/200）", "timely": "98.50%（197/200）", "satisfied": "91.50%（183/200）", "basically": "98.00%（196/200）",
		"met": "98.00%（196/200）", "class-a": "56.00%（112/200）", "class-b": "34.00%（68/200）", "class-c": "10.00%（20/200）",
		"class-d": "0.00%（0/200）", "adopted": "90.00%（180/200）", "redone": "2.00%（4/200）", "redone-satisfied": "75.00%（3/4）",
		"final-satisfied": "93.00%（186/200）", "final-dissatisfied": "1件", "overdue": "1.50%（3/200）",
	} {
		if got := numberOf(t, lines, numbered, code).Text; got != want {
			t.Errorf("%s %s, want %s", code, got, want)
		}
	}
}

func TestNumbersAsRates(t *testing.T) {
	for _, tt := range []struct {
		n, d int
		want string
	}{
		{1, 3, "33.33%"}, {2, 3, "66.67%"}, {1, 8, "12.50%"}, {16, 17, "94.12%"}, {53, 89, "59.55%"}, {200, 200, "100.00%"},
		{1, 800, "0.13%"}, {3, 800, "0.38%"}, {5, 800, "0.63%"}, // 0.125, 0.375, 0.625: never to the even
		{67, 4000, "1.68%"}, // 1.675, which a float holds as 1.67499…
		{0, 5, "0.00%"}, {0, 0, "—"},
	} {
		if got := schemas.Rate(tt.n, tt.d); got != tt.want {
			t.Errorf("Rate(%d, %d) = %s, want %s", tt.n, tt.d, got, tt.want)
		}
	}
}

// The scores by hand, each from three lines that are answered in time, met, class A and verified, satisfied, but for:
//
//	乙局 甲局 辰局  nothing                               100.00
//	丁局        6 lines, 2 late: 30·4/6 + 70               90.00
//	丙局        1 late: 30·2/3 + 70                        90.00
//	戊局        1 late, no feedback: (20+25+10+10)/75      86.67
//	己局        1 dissatisfied for good, handled anew:
//	            30 + 25·2/3 + 25 + 10 + 10·2/3 − 10        78.33
//	庚局        not done, not met: 30 + 25 + 10            65.00
//	辛局        all of it, three times, but met once:
//	            10·1/3 − 30                              −26.67
//
// Below the line: 壬局 has two lines besides a joint and a returned one, 癸局 one that is late, 寅局 nothing to be judged.
func TestNumbersLeague(t *testing.T) {
	numberedFrom := func(name string) string { return fmt.Sprint(99999 - []rune(name)[0]) } // against the order of the names
	good := func(unit string, change func(l *schemas.Line)) schemas.Line {
		return written(func(l *schemas.Line) {
			l.Unit, l.UnitName, l.AnsweredAt, l.Class, l.Now, l.Verified = numberedFrom(unit), unit, threeOn.AddDate(0, 0, -1), "A", "A", numbered
			l.Met, l.First = true, "satisfied"
			if change != nil {
				change(l)
			}
		})
	}
	late := func(l *schemas.Line) { l.AnsweredAt = threeOn }
	silent := func(l *schemas.Line) { l.First = "unanswered" }
	undone := func(l *schemas.Line) { l.Class, l.Now, l.Met = "C", "C", false }
	cross := func(l *schemas.Line) { l.First, l.RedoneAt, l.Final = "dissatisfied", numbered, "dissatisfied" }
	worst := func(l *schemas.Line) { late(l); undone(l); cross(l) }
	waiting := func(l *schemas.Line) { l.AnsweredAt, l.First, l.Due = time.Time{}, "", sixOn }
	joint := func(l *schemas.Line) { l.Capacity = "joint" }
	lines := []schemas.Line{
		good("寅局", waiting), good("寅局", waiting), good("寅局", waiting),
		good("癸局", late),
		good("壬局", nil), good("壬局", nil), good("壬局", joint), good("壬局", func(l *schemas.Line) { l.Gone = true }),
		good("辛局", worst), good("辛局", worst), good("辛局", func(l *schemas.Line) { worst(l); l.Met = true }),
		good("庚局", undone), good("庚局", undone), good("庚局", undone),
		good("己局", nil), good("己局", nil), good("己局", cross),
		good("戊局", silent), good("戊局", silent), good("戊局", func(l *schemas.Line) { silent(l); late(l) }),
		good("丁局", nil), good("丁局", nil), good("丁局", nil), good("丁局", nil), good("丁局", late), good("丁局", late),
		good("辰局", nil), good("辰局", nil), good("辰局", nil),
		good("甲局", nil), good("甲局", nil), good("甲局", nil),
		good("丙局", nil), good("丙局", nil), good("丙局", late),
		good("乙局", nil), good("乙局", nil), good("乙局", nil),
		good("卯局", joint), good("卯局", joint), good("卯局", joint),
	}
	var got []string
	for _, r := range schemas.League(lines, numbered, 3) {
		if r.Unit != numberedFrom(r.Name) {
			t.Errorf("%s is %s", r.Unit, r.Name)
		}
		got = append(got, fmt.Sprintf("%d %s %d %s %v", r.Rank, r.Name, r.Lines, r.Score, r.Below))
	}
	want := []string{
		"1 乙局 3 100.00 false", "1 甲局 3 100.00 false", "1 辰局 3 100.00 false", "4 丁局 6 90.00 false", "4 丙局 3 90.00 false", "6 戊局 3 86.67 false",
		"7 己局 3 78.33 false", "8 庚局 3 65.00 false", "9 辛局 3 -26.67 false",
		"0 壬局 2 100.00 true", "0 癸局 1 70.00 true", "0 寅局 3 — true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n%q, want\n%q", got, want)
	}
	mixed := schemas.League([]schemas.Line{
		good("己局", undone), good("己局", func(l *schemas.Line) { late(l); silent(l) }), good("己局", cross), good("己局", nil),
		good("己局", func(l *schemas.Line) { l.Now, l.First = "B", "basically" }),
	}, numbered, 3)[0]
	// 24 + 12.5 + 15 + 8 + 8 − 10
	if mixed.Score != "57.50" || mixed.Said("timely") != "80.00%（4/5）" || mixed.Said("satisfied") != "50.00%（2/4）" || mixed.Said("done") != "60.00%（3/5）" || mixed.Said("met") != "80.00%（4/5）" {
		t.Errorf("%+v", mixed)
	}
}

// Four sevenths and twelve twenty-firsts are the same: equal units are one rank whatever their size.
func TestNumbersLeagueTiesAreExact(t *testing.T) {
	var lines []schemas.Line
	for i := range 7 {
		for unit, times := range map[string]int{"甲局": 1, "乙局": 3} {
			for range times {
				lines = append(lines, written(func(l *schemas.Line) {
					l.Unit, l.UnitName, l.AnsweredAt, l.First = unit, unit, threeOn.AddDate(0, 0, -1), "satisfied"
					if i < 3 {
						l.AnsweredAt, l.First = threeOn, "basically"
					}
				}))
			}
		}
	}
	// 30·4/7 + 25·4/7 + 10 = 41.428…
	for _, r := range schemas.League(lines, numbered, 3) {
		if r.Rank != 1 || r.Score != "41.43" {
			t.Errorf("%+v", r)
		}
	}
}

func numberOf(t *testing.T, lines []schemas.Line, now time.Time, code string) schemas.Number {
	t.Helper()
	ns := schemas.Numbers(lines, now)
	i := slices.IndexFunc(ns, func(n schemas.Number) bool { return n.Code == code })
	if i < 0 {
		t.Fatalf("no number %s", code)
	}
	return ns[i]
}
