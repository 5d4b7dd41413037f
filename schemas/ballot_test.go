package schemas

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"testing"
)

func satisfactionPlan(changes ...func(*BallotPlan)) BallotPlan {
	scale, _ := ScaleOf("satisfaction")
	p := BallotPlan{Scale: scale.Code, Form: "options", Options: append([]BallotOption{}, scale.Options...), Rule: scale.Rule,
		Electorates: []Electorate{{Who: "members", Name: "常委会组成人员", Slip: "测评表", Weight: 100, Base: "all", Quorum: true}}}
	for _, change := range changes {
		change(&p)
	}
	return p
}

func threeSlips(p *BallotPlan) {
	p.Electorates = nil
	for _, k := range ElectorateKinds {
		p.Electorates = append(p.Electorates, Electorate{Who: k.Who, Name: k.Name, Slip: k.Slip, Weight: k.Weight, Base: "all", Quorum: k.Who == "members"})
	}
	p.Electorates[2].Size = 300
}

func counts(expected, present, issued, returned, invalid int, options ...int) BallotCount {
	return BallotCount{Expected: expected, Present: present, Issued: issued, Returned: returned, Valid: returned - invalid, Invalid: invalid, Options: options}
}

// The grade rule at its boundaries (spec 2e): N=33, 31 present.
func TestGradeBoundaries(t *testing.T) {
	for _, c := range []struct {
		s, b, u, v, base int
		want             string
	}{
		{17, 4, 0, 21, 33, "satisfied"},     // 17 > 16.5, 80.95 %
		{16, 4, 0, 20, 33, "basically"},     // 80 % of the slips, but 16 are no majority; 20 > 16.5
		{17, 14, 0, 31, 33, "basically"},    // a majority, but 54.84 %
		{24, 6, 0, 30, 33, "satisfied"},     // exactly 80.00 %
		{24, 7, 0, 31, 33, "basically"},     // 77.42 %
		{16, 0, 0, 16, 32, "dissatisfied"},  // exactly half of all is no majority
		{17, 0, 0, 17, 32, "satisfied"},     // one more is
		{0, 16, 16, 32, 32, "dissatisfied"}, // 基本满意 is exactly half: not more
		{0, 17, 15, 32, 32, "basically"},
		{14, 0, 17, 31, 33, "dissatisfied"}, // 17 > 16.5 say so
		{14, 1, 16, 31, 33, "dissatisfied"}, // 15 ≤ 16.5
		{14, 3, 14, 31, 33, "basically"},    // 17 > 16.5
		{14, 2, 15, 31, 33, "dissatisfied"}, // 16 ≤ 16.5
	} {
		if got := Grade(c.s, c.b, c.u, c.v, c.base, 80); got != c.want {
			t.Errorf("s=%d b=%d u=%d of %d valid, base %d: %s, want %s", c.s, c.b, c.u, c.v, c.base, got, c.want)
		}
	}
}

func TestMajorityOfAllMembers(t *testing.T) {
	scale, _ := ScaleOf("decision")
	p := satisfactionPlan(func(p *BallotPlan) { p.Options, p.Rule = scale.Options, scale.Rule })
	for _, c := range []struct {
		members, present, for_ int
		base, want             string
	}{
		{33, 31, 17, "all", "passed"}, {33, 31, 16, "all", "rejected"}, // 16 of 31 present are more than half of them, not of all
		{33, 31, 16, "present", "passed"}, {32, 32, 16, "all", "rejected"}, {32, 32, 17, "all", "passed"}, {32, 30, 15, "present", "rejected"},
	} {
		p.Electorates[0].Base = c.base
		r, refusal := p.Result([]BallotCount{counts(c.members, c.present, c.present, c.present, 0, c.for_, c.present-c.for_, 0)})
		if refusal != nil || r.Verdict != c.want {
			t.Errorf("%+v: %s, %v", c, r.Verdict, refusal)
		}
	}
}

// A > N/2, or nothing is decided.
func TestQuorum(t *testing.T) {
	p := satisfactionPlan()
	for present, void := range map[int]bool{16: true, 17: false} {
		r, refusal := p.Result([]BallotCount{counts(33, present, present, present, 0, present, 0, 0)})
		if refusal != nil || (r.Void != "") != void || (r.Verdict == "") != void {
			t.Errorf("%d of 33: %+v, %v", present, r, refusal)
		}
	}
	r, _ := p.Result([]BallotCount{counts(32, 16, 16, 16, 0, 16, 0, 0)})
	if r.Void == "" {
		t.Error("exactly half is a quorum")
	}
	r, _ = p.Result([]BallotCount{counts(33, 31, 31, 2, 2, 0, 0, 0)})
	if r.Void == "" || r.Verdict != "" {
		t.Error("no valid slip decides something")
	}
}

// The composite of spec 2e, exact: 0.5·M + 0.3·D + 0.2·P with 33, 60 and 300 slips.
func TestComposite(t *testing.T) {
	p := satisfactionPlan(threeSlips)
	if refusal := p.Check(); refusal != nil {
		t.Fatal(refusal)
	}
	r, refusal := p.Result([]BallotCount{counts(33, 33, 33, 33, 0, 27, 4, 2), counts(60, 60, 60, 59, 1, 40, 10, 8), counts(300, 300, 300, 287, 3, 200, 50, 34)})
	if refusal != nil {
		t.Fatal(refusal)
	}
	want := new(big.Rat)
	for _, part := range [][3]int64{{50, 100*27 + 80*4, 33}, {30, 100*40 + 80*10, 58}, {20, 100*200 + 80*50, 284}} {
		want.Add(want, big.NewRat(part[0]*part[1], 100*part[2]))
	}
	if r.Composite != want.RatString() {
		t.Errorf("%s, want %s", r.Composite, want.RatString())
	}
	if f, _ := want.Float64(); Points(r.Composite) != new(big.Rat).SetFloat64(f).FloatString(2) {
		t.Errorf("%s is printed as %s", want.FloatString(6), Points(r.Composite))
	}
	if r.Verdict != "satisfied" {
		t.Errorf("the members' slips decide: %s", r.Verdict)
	}
}

func TestPointsAreRoundedHalfUp(t *testing.T) {
	for exact, want := range map[string]string{"1/8": "0.13", "1/3": "0.33", "2/3": "0.67", "100": "100.00", "17499/200": "87.50", "": "—"} {
		if got := Points(exact); got != want {
			t.Errorf("%s: %s, want %s", exact, got, want)
		}
	}
}

func TestBallotSays(t *testing.T) {
	p := satisfactionPlan()
	if got, want := p.Says(0, counts(33, 28, 28, 28, 0, 25, 3, 0)), "发出测评表28张，收回28张，满意票25票，满意率89.29%"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestSheet(t *testing.T) {
	scale, _ := ScaleOf("sheet")
	p := satisfactionPlan(func(p *BallotPlan) {
		p.Form, p.Options, p.Rule = "sheet", nil, scale.Rule
		p.Sheet, p.Vetoes = []SheetItem{{"答复", "按期", 40}, {"落实", "办成", 60}}, []VetoItem{{"v1", "民生实事未落实"}}
	})
	if refusal := p.Check(); refusal != nil {
		t.Fatal(refusal)
	}
	slip := func(a, b int, vetoes ...string) Choice { return Choice{Points: []int{a, b}, Vetoes: vetoes} }
	for _, c := range []struct {
		slips   []Choice
		verdict string
		invalid int
	}{
		{[]Choice{slip(40, 50), slip(40, 50)}, "excellent", 0}, // exactly 90
		{[]Choice{slip(40, 50), slip(40, 49)}, "good", 0},      // 89.5
		{[]Choice{slip(30, 30), slip(30, 30)}, "pass", 0},      // exactly 60
		{[]Choice{slip(30, 30), slip(30, 29)}, "fail", 0},
		{[]Choice{slip(40, 60, "v1"), slip(40, 60)}, "excellent", 0}, // half is no majority
		{[]Choice{slip(40, 60, "v1"), slip(40, 60, "v1")}, "vetoed", 0},
		{[]Choice{slip(40, 60), slip(41, 60), {Points: []int{40}}, {Option: "satisfied"}, slip(0, 0, "v9"), slip(-1, 0)}, "excellent", 5},
	} {
		count := p.Tally(c.slips)
		count.Expected, count.Present, count.Issued = len(c.slips), len(c.slips), len(c.slips)
		r, refusal := p.Result([]BallotCount{count})
		if refusal != nil || r.Verdict != c.verdict || count.Invalid != c.invalid {
			t.Errorf("%+v: %s, %d invalid, %v", c.slips, r.Verdict, count.Invalid, refusal)
		}
	}
}

// Whatever the slips: the counts add up, no order changes the result, and paper counted apart gives the same as all counted together.
func TestTallyHoldsForAnySlips(t *testing.T) {
	random := rand.New(rand.NewPCG(20261123, 6))
	for range 3000 {
		p := satisfactionPlan()
		if random.IntN(2) == 0 {
			p.Options = append(p.Options, Abstention)
		}
		codes := []string{"", "made-up"}
		for _, o := range p.Options {
			codes = append(codes, o.Code)
		}
		members := 1 + random.IntN(60)
		present := random.IntN(members + 1)
		issued := random.IntN(present + 1)
		slips := make([]Choice, random.IntN(issued+1))
		for i := range slips {
			slips[i] = Choice{Option: codes[random.IntN(len(codes))]}
			if random.IntN(20) == 0 {
				slips[i].Points = []int{1}
			}
		}
		count := p.Tally(slips)
		sum := 0
		for _, n := range count.Options {
			sum += n
		}
		if count.Returned != len(slips) || count.Valid+count.Invalid != len(slips) || sum != count.Valid {
			t.Fatalf("%+v of %d", count, len(slips))
		}
		cut := 0
		if len(slips) > 0 {
			cut = random.IntN(len(slips))
		}
		count.Expected, count.Present, count.Issued = members, present, issued
		result, refusal := p.Result([]BallotCount{count})
		if refusal != nil {
			t.Fatal(refusal)
		}
		random.Shuffle(len(slips), func(i, j int) { slips[i], slips[j] = slips[j], slips[i] })
		apart, paper := p.Tally(slips[:cut]), p.Tally(slips[cut:])
		paper.Issued = len(slips[cut:])
		apart.Expected, apart.Present, apart.Issued = members, present, issued-paper.Issued
		again, refusal := p.Result([]BallotCount{apart.WithPaper(paper)})
		if refusal != nil || !reflect.DeepEqual(result, again) {
			t.Fatalf("the order changed the result: %+v, %+v, %v", result, again, refusal)
		}
		if in, fits := p.In(count, "纪要"); fits && 2*present > members {
			if refusal := CheckBallot(in); refusal != nil {
				t.Fatalf("the evaluation does not take over %+v: %v", in, refusal)
			}
		}
		broken := count
		broken.Options = append([]int{}, count.Options...)
		switch random.IntN(5) {
		case 0:
			broken.Present = broken.Expected + 1
		case 1:
			broken.Issued = broken.Present + 1
		case 2:
			broken.Issued = broken.Returned - 1
		case 3:
			broken.Options[0]++
		case 4:
			broken.Invalid++
		}
		if p.CheckCount(broken) == nil {
			t.Fatalf("%+v passes", broken)
		}
	}
}

func TestPlansThatDecideNothing(t *testing.T) {
	for name, change := range map[string]func(*BallotPlan){
		"nobody votes":       func(p *BallotPlan) { p.Electorates = nil },
		"weights":            func(p *BallotPlan) { p.Electorates[0].Weight = 99 },
		"twice":              func(p *BallotPlan) { p.Electorates = append(p.Electorates, p.Electorates[0]) },
		"who":                func(p *BallotPlan) { p.Electorates[0].Who = "everybody" },
		"base":               func(p *BallotPlan) { p.Electorates[0].Base = "" },
		"no slips":           func(p *BallotPlan) { threeSlips(p); p.Electorates[2].Size = 0 },
		"too many slips":     func(p *BallotPlan) { threeSlips(p); p.Electorates[2].Size = SlipLimit + 1 },
		"one option":         func(p *BallotPlan) { p.Options = p.Options[:1] },
		"share":              func(p *BallotPlan) { p.Rule.Share = 0 },
		"nobody decides":     func(p *BallotPlan) { p.Rule.Decides = 1 },
		"sheet of 99 points": func(p *BallotPlan) { p.Form, p.Sheet = "sheet", []SheetItem{{"", "一", 99}} },
		"sheet without a bottom": func(p *BallotPlan) {
			p.Form, p.Sheet, p.Rule.Bands = "sheet", []SheetItem{{"", "一", 100}}, []Band{{"a", "甲", 60}}
		},
	} {
		if refusal := satisfactionPlan(change).Check(); refusal == nil || refusal.Code != "BadBallot" {
			t.Errorf("%s: %v", name, refusal)
		}
	}
	if refusal := satisfactionPlan().Check(); refusal != nil {
		t.Error(refusal)
	}
}

func TestChoicesOfTheUrn(t *testing.T) {
	for _, c := range []Choice{{}, {Option: "satisfied"}, {Points: []int{1, 2}, Vetoes: []string{"v1"}}} {
		if got := ReadChoice(c.Encode()); !reflect.DeepEqual(got, c) {
			t.Errorf("%+v came back as %+v", c, got)
		}
	}
	if p := satisfactionPlan(); p.Accepts(ReadChoice("nonsense")) || p.Accepts(Choice{}) || p.Accepts(Choice{Option: "satisfied", Vetoes: []string{"v1"}}) {
		t.Error("an invalid slip is valid")
	}
}
