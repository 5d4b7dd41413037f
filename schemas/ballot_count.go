package schemas

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

type (
	// Choice is what one slip says: an option, or the points and vetoes of a sheet. One that a ballot does not understand, or the zero
	// value, is an invalid slip (无效票).
	Choice struct {
		Option string   `json:"option,omitempty"`
		Points []int    `json:"points,omitempty"` // by item of the sheet
		Vetoes []string `json:"vetoes,omitempty"`
	}
	// BallotCount are the numbers of one electorate (spec 2e). They hold 收回 ≤ 发出 ≤ 实到 ≤ 应到 and 有效 + 无效 = 收回.
	BallotCount struct {
		Expected int `json:"expected"` // 应到 N
		Present  int `json:"present"`  // 实到 A
		Issued   int `json:"issued"`   // 发出 F
		Returned int `json:"returned"` // 收回 K
		Valid    int `json:"valid"`    // 有效 V
		Invalid  int `json:"invalid"`  // 无效 I

		Options []int `json:"options,omitempty"` // slips for each option
		Points  []int `json:"points,omitempty"`  // sum of the points for each item
		Vetoes  []int `json:"vetoes,omitempty"`  // slips with each veto
	}
	// ElectorateResult is what one electorate said.
	ElectorateResult struct {
		BallotCount
		Base    int    `json:"base"`              // what a majority is taken of
		Quorum  bool   `json:"quorum"`            // more than half of all were present, or none is asked
		Verdict string `json:"verdict,omitempty"` // a code of the rule; empty: nothing was decided
		Text    string `json:"text,omitempty"`
		Score   string `json:"score,omitempty"` // of hundred points, exact: 1160/13; empty: no slip was valid
	}
	// BallotResult is what came of a ballot (计票结果).
	BallotResult struct {
		Electorates []ElectorateResult `json:"electorates"`
		Composite   string             `json:"composite,omitempty"` // Σ weight × score, exact; empty: an electorate has none
		Verdict     string             `json:"verdict,omitempty"`
		Text        string             `json:"text,omitempty"`
		Void        string             `json:"void,omitempty"` // why nothing was decided
		Vetoed      []string           `json:"vetoed,omitempty"`
	}
)

// Encode is the choice as the urn keeps it: the same choice is always the same text.
func (c Choice) Encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(b)
}

// ReadChoice reads what Encode wrote; anything else is an invalid slip.
func ReadChoice(text string) (c Choice) {
	if json.Unmarshal([]byte(text), &c) != nil {
		return Choice{}
	}
	return c
}

// Accepts reports whether a slip with that choice is valid: exactly one option of the ballot, or points for every item of the sheet.
func (p BallotPlan) Accepts(c Choice) bool {
	if p.Form != "sheet" {
		return len(c.Points) == 0 && len(c.Vetoes) == 0 && p.option(c.Option) >= 0
	}
	if c.Option != "" || len(c.Points) != len(p.Sheet) {
		return false
	}
	for i, points := range c.Points {
		if points < 0 || points > p.Sheet[i].Max {
			return false
		}
	}
	seen := map[string]bool{}
	for _, code := range c.Vetoes {
		if p.veto(code) < 0 || seen[code] {
			return false
		}
		seen[code] = true
	}
	return true
}

func (p BallotPlan) option(code string) int {
	for i, o := range p.Options {
		if o.Code == code {
			return i
		}
	}
	return -1
}

func (p BallotPlan) veto(code string) int {
	for i, v := range p.Vetoes {
		if v.Code == code {
			return i
		}
	}
	return -1
}

// Tally counts slips. Their order changes nothing.
func (p BallotPlan) Tally(slips []Choice) BallotCount {
	c := p.noSlips()
	for _, slip := range slips {
		c.Returned++
		if !p.Accepts(slip) {
			c.Invalid++
			continue
		}
		c.Valid++
		if p.Form != "sheet" {
			c.Options[p.option(slip.Option)]++
			continue
		}
		for i, points := range slip.Points {
			c.Points[i] += points
		}
		for _, code := range slip.Vetoes {
			c.Vetoes[p.veto(code)]++
		}
	}
	return c
}

func (p BallotPlan) noSlips() (c BallotCount) {
	if p.Form == "sheet" {
		c.Points, c.Vetoes = make([]int, len(p.Sheet)), make([]int, len(p.Vetoes))
	} else {
		c.Options = make([]int, len(p.Options))
	}
	return c
}

// WithPaper adds slips of paper, counted by hand, to those of the urn.
func (c BallotCount) WithPaper(paper BallotCount) BallotCount {
	c.Issued += paper.Issued
	c.Returned += paper.Returned
	c.Valid += paper.Valid
	c.Invalid += paper.Invalid
	c.Options, c.Points, c.Vetoes = added(c.Options, paper.Options), added(c.Points, paper.Points), added(c.Vetoes, paper.Vetoes)
	return c
}

func added(a, b []int) []int {
	if len(a)+len(b) == 0 {
		return a
	}
	sum := make([]int, max(len(a), len(b)))
	copy(sum, a)
	for i, n := range b {
		sum[i] += n
	}
	return sum
}

// CheckCount refuses numbers that contradict each other. Code: BallotMismatch.
func (p BallotPlan) CheckCount(c BallotCount) *Error {
	all := [][]int{{c.Expected, c.Present, c.Issued, c.Returned, c.Valid, c.Invalid}, c.Options, c.Points, c.Vetoes}
	for _, some := range all {
		for _, n := range some {
			if n < 0 {
				return Refuse("BallotMismatch", "票数不符：不能有负数")
			}
		}
	}
	switch {
	case c.Present > c.Expected:
		return Refuse("BallotMismatch", "票数不符：实到%d超过应到%d", c.Present, c.Expected)
	case c.Issued > c.Present:
		return Refuse("BallotMismatch", "票数不符：发出%d超过实到%d", c.Issued, c.Present)
	}
	return p.CheckSlips(c)
}

// CheckSlips refuses numbers of a heap of slips that contradict each other, whoever was present. Code: BallotMismatch.
func (p BallotPlan) CheckSlips(c BallotCount) *Error {
	switch {
	case c.Returned > c.Issued:
		return Refuse("BallotMismatch", "票数不符：收回%d超过发出%d", c.Returned, c.Issued)
	case c.Valid+c.Invalid != c.Returned:
		return Refuse("BallotMismatch", "票数不符：有效%d加无效%d不等于收回%d", c.Valid, c.Invalid, c.Returned)
	}
	if p.Form != "sheet" {
		sum := 0
		for _, n := range c.Options {
			sum += n
		}
		if len(c.Options) != len(p.Options) || sum != c.Valid {
			return Refuse("BallotMismatch", "票数不符：各选项之和%d不等于有效票%d", sum, c.Valid)
		}
		return nil
	}
	if len(c.Points) != len(p.Sheet) || len(c.Vetoes) != len(p.Vetoes) {
		return Refuse("BallotMismatch", "票数不符：评分项目不全")
	}
	for i, sum := range c.Points {
		if sum > c.Valid*p.Sheet[i].Max {
			return Refuse("BallotMismatch", "票数不符：“%s”的总分%d超过%d张有效票的满分", p.Sheet[i].Text, sum, c.Valid)
		}
	}
	for _, n := range c.Vetoes {
		if n > c.Valid {
			return Refuse("BallotMismatch", "票数不符：否决的票数超过有效票")
		}
	}
	return nil
}

// Result is what the counts decide. Whole numbers and fractions throughout. Code: BallotMismatch.
func (p BallotPlan) Result(counts []BallotCount) (r BallotResult, refusal *Error) {
	if len(counts) != len(p.Electorates) {
		return r, Refuse("BallotMismatch", "票数不符：有的投票人没有计票")
	}
	composite, whole := new(big.Rat), true
	for i, c := range counts {
		if refusal := p.CheckCount(c); refusal != nil {
			return r, refusal
		}
		e := p.Electorates[i]
		one := ElectorateResult{BallotCount: c, Base: c.Expected, Quorum: !e.Quorum || 2*c.Present > c.Expected}
		if e.Base == "present" {
			one.Base = c.Present
		}
		if score := p.score(c); score == nil {
			whole = false
		} else {
			one.Score = score.RatString()
			composite.Add(composite, new(big.Rat).Mul(score, big.NewRat(int64(e.Weight), 100)))
		}
		switch {
		case !one.Quorum:
			r.Void = fmt.Sprintf("%s实到%d人，没有超过应到%d人的半数", e.Name, c.Present, c.Expected)
		case c.Valid == 0 && i == p.Rule.Decides:
			r.Void = e.Name + "没有有效票"
		case c.Valid > 0:
			one.Verdict, one.Text = p.decide(c, one.Base)
		}
		r.Electorates = append(r.Electorates, one)
	}
	if whole && p.Rule.Kind != "majority" {
		r.Composite = composite.RatString()
	}
	if r.Void != "" {
		for i := range r.Electorates {
			r.Electorates[i].Verdict, r.Electorates[i].Text = "", ""
		}
		return r, nil
	}
	d := r.Electorates[p.Rule.Decides]
	r.Verdict, r.Text = d.Verdict, d.Text
	if p.Form == "sheet" {
		if r.Composite != "" {
			r.Verdict, r.Text = p.band(composite)
		}
		r.Vetoed = p.vetoed(d.BallotCount)
		if len(r.Vetoed) > 0 {
			r.Verdict, r.Text = "vetoed", "不合格（一票否决）"
		}
	}
	return r, nil
}

// score is the mean of the valid slips in points of a hundred; nil: there are none.
func (p BallotPlan) score(c BallotCount) *big.Rat {
	if c.Valid == 0 {
		return nil
	}
	sum := 0
	for i, n := range c.Options {
		sum += n * p.Options[i].Points
	}
	for _, n := range c.Points {
		sum += n
	}
	return big.NewRat(int64(sum), int64(c.Valid))
}

// decide applies the rule to the count of one electorate.
func (p BallotPlan) decide(c BallotCount, base int) (code, text string) {
	if p.Form == "sheet" {
		return p.band(p.score(c))
	}
	sides := map[string]int{}
	for i, n := range c.Options {
		sides[p.Options[i].Side] += n
	}
	if p.Rule.Kind == "majority" {
		if Majority(sides["good"], base) {
			return "passed", p.Rule.Words[0]
		}
		return "rejected", p.Rule.Words[2]
	}
	code = Grade(sides["good"], sides["fair"], sides["bad"], c.Valid, base, p.Rule.Share)
	return code, p.Rule.Words[map[string]int{"satisfied": 0, "basically": 1, "dissatisfied": 2}[code]]
}

// Majority reports whether n is more than half of the base: exactly half never is (过半数).
func Majority(n, base int) bool { return 2*n > base }

// Grade is the grade of a satisfaction ballot (spec 2e): s, b, u for 满意, 基本满意, 不满意 of v valid slips; share is the least part of
// them, in per cent, that must be 满意 and includes the number itself (以上).
func Grade(s, b, u, v, base, share int) string {
	switch {
	case Majority(s, base) && 100*s >= share*v:
		return "satisfied"
	case Majority(u, base) || !Majority(s+b, base):
		return "dissatisfied"
	}
	return "basically"
}

func (p BallotPlan) band(score *big.Rat) (code, text string) {
	for _, b := range p.Rule.Bands {
		if score.Cmp(big.NewRat(int64(b.Min), 1)) >= 0 {
			return b.Code, b.Text
		}
	}
	return "", ""
}

// vetoed are the vetoes that more than half of the valid slips name.
func (p BallotPlan) vetoed(c BallotCount) (texts []string) {
	for i, n := range c.Vetoes {
		if Majority(n, c.Valid) {
			texts = append(texts, p.Vetoes[i].Text)
		}
	}
	return texts
}

// Points prints an exact number of points with two decimals, half-up.
func Points(exact string) string {
	score, ok := new(big.Rat).SetString(exact)
	if !ok {
		return "—"
	}
	score.Mul(score, big.NewRat(100, 1))
	score.Add(score, big.NewRat(1, 2))
	return hundredths(int(new(big.Int).Quo(score.Num(), score.Denom()).Int64()))
}

// Says is the customary sentence: 发出测评表28张，收回28张，满意票25票，满意率89.29%.
func (p BallotPlan) Says(n int, c BallotCount) string {
	var b strings.Builder
	fmt.Fprintf(&b, "发出%s%d张，收回%d张", p.Electorates[n].Slip, c.Issued, c.Returned)
	if c.Invalid > 0 {
		fmt.Fprintf(&b, "，其中无效%d张", c.Invalid)
	}
	for i, votes := range c.Options {
		o := p.Options[i]
		if i > 0 && p.Rule.Kind != "majority" {
			break // the best option gives the ballot its rate
		}
		fmt.Fprintf(&b, "，%s票%d票", o.Text, votes)
		if p.Rule.Kind != "majority" {
			fmt.Fprintf(&b, "，%s率%s", o.Text, Rate(votes, c.Valid))
		}
	}
	if p.Form == "sheet" {
		if score := p.score(c); score != nil {
			fmt.Fprintf(&b, "，平均%s分", Points(score.RatString()))
		}
	}
	return b.String()
}

// In is the count in the shape in which a matter's evaluation takes it over; false: the options are not those of satisfaction.
func (p BallotPlan) In(c BallotCount, minutes string) (BallotIn, bool) {
	in := BallotIn{Minutes: minutes, Expected: c.Expected, Present: c.Present, Issued: c.Issued, Returned: c.Returned, Valid: c.Valid}
	for i, n := range c.Options {
		switch p.Options[i].Code {
		case "satisfied", "excellent", "competent":
			in.Satisfied += n
		case "basically", "basically-competent":
			in.Basically += n
		case "dissatisfied", "incompetent":
			in.Dissatisfied += n
		case "abstain":
			in.Abstained = n
		default:
			return in, false
		}
	}
	return in, p.Form != "sheet"
}
