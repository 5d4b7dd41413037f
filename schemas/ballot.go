package schemas

import "strings"

type (
	// BallotPlan is a ballot as it was configured (测评、表决方案): everything about it that is data. Opening freezes it.
	BallotPlan struct {
		Scale       string         `json:"scale"` // which of BallotScales it was made from
		Form        string         `json:"form"`  // options, sheet
		Options     []BallotOption `json:"options,omitempty"`
		Sheet       []SheetItem    `json:"sheet,omitempty"`
		Vetoes      []VetoItem     `json:"vetoes,omitempty"`
		Electorates []Electorate   `json:"electorates"`
		Rule        BallotRule     `json:"rule"`
	}
	// BallotOption is one thing to choose. Side says what it counts as: good, fair, bad, abstain; Points what it gives of a hundred.
	BallotOption struct {
		Code   string `json:"code"`
		Text   string `json:"text"`
		Side   string `json:"side"`
		Points int    `json:"points"`
	}
	// SheetItem is one item of a hundred-point sheet (百分制), and of which stage it is.
	SheetItem struct {
		Stage string `json:"stage,omitempty"`
		Text  string `json:"text"`
		Max   int    `json:"max"`
	}
	// VetoItem fails the whole when more than half of the valid slips name it (一票否决).
	VetoItem struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}
	// Electorate is one group of voters with its slip and its weight (spec 2e: 测评票, 评议票, 参评票).
	Electorate struct {
		Who    string `json:"who"` // members, deputies, public
		Name   string `json:"name"`
		Slip   string `json:"slip"`             // what its slip is called
		Size   int    `json:"size,omitempty"`   // of public: how many slips
		Weight int    `json:"weight"`           // per cent of the composite; all together a hundred
		Base   string `json:"base"`             // all, present: what a majority is taken of
		Quorum bool   `json:"quorum,omitempty"` // more than half of all must be present
	}
	// BallotRule is how counts become a verdict.
	BallotRule struct {
		Kind    string    `json:"kind"`            // grade, majority, points
		Share   int       `json:"share,omitempty"` // of grade: per cent of the valid slips that must be 满意
		Words   [3]string `json:"words"`           // good, fair and bad verdicts as they are announced
		Bands   []Band    `json:"bands,omitempty"` // of points, the highest first
		Decides int       `json:"decides"`         // whose verdict is the ballot's
	}
	// Band is a grade from so many points on, the number included (以上).
	Band struct {
		Code string `json:"code"`
		Text string `json:"text"`
		Min  int    `json:"min"`
	}
)

// BallotLimit is the most voters of one electorate.
const BallotLimit = 3000

// SlipLimit is the most slips of one electorate that are printed.
const SlipLimit = 1000

// Scale is a usual set of options with its rule of decision. The grade rule's 80 per cent and the bands are this project's defaults.
type Scale struct {
	Code, Text string
	Options    []BallotOption
	Rule       BallotRule
}

// BallotScales are the sets to choose from when a ballot is configured.
var BallotScales = []Scale{
	{"satisfaction", "满意、基本满意、不满意", []BallotOption{{"satisfied", "满意", "good", 100}, {"basically", "基本满意", "fair", 80}, {"dissatisfied", "不满意", "bad", 0}},
		BallotRule{Kind: "grade", Share: 80, Words: [3]string{"满意", "基本满意", "不满意"}}},
	{"competence", "优秀、称职、基本称职、不称职", []BallotOption{{"excellent", "优秀", "good", 100}, {"competent", "称职", "good", 90}, {"basically-competent", "基本称职", "fair", 70},
		{"incompetent", "不称职", "bad", 0}}, BallotRule{Kind: "grade", Share: 80, Words: [3]string{"称职", "基本称职", "不称职"}}},
	{"decision", "赞成、反对、弃权", []BallotOption{{"for", "赞成", "good", 100}, {"against", "反对", "bad", 0}, {"abstain", "弃权", "abstain", 0}},
		BallotRule{Kind: "majority", Words: [3]string{"通过", "", "未通过"}}},
	{"sheet", "百分制评分表", nil, BallotRule{Kind: "points", Bands: []Band{{"excellent", "优秀", 90}, {"good", "良好", 80}, {"pass", "合格", 60}, {"fail", "不合格", 0}}}},
}

// Abstention is the option that a scale may have besides its own.
var Abstention = BallotOption{"abstain", "弃权", "abstain", 0}

// ElectorateKinds are the groups that can vote, with the slips that spec 2e calls theirs.
var ElectorateKinds = []struct {
	Who, Name, Slip string
	Weight          int // where all three vote
}{
	{"members", "常委会组成人员", "测评票", 50}, {"deputies", "人大代表", "评议票", 30}, {"public", "群众", "参评票", 20},
}

// ScaleOf finds a scale by its code.
func ScaleOf(code string) (Scale, bool) {
	for _, s := range BallotScales {
		if s.Code == code {
			return s, true
		}
	}
	return Scale{}, false
}

// Check refuses a plan by which nobody could vote or nothing could be decided. Code: BadBallot.
func (p BallotPlan) Check() *Error {
	if len(p.Electorates) == 0 {
		return Refuse("BadBallot", "请选择投票人")
	}
	weights, seen := 0, map[string]bool{}
	for _, e := range p.Electorates {
		switch {
		case e.Who != "members" && e.Who != "deputies" && e.Who != "public" || seen[e.Who]:
			return Refuse("BadBallot", "投票人只能是常委会组成人员、代表、群众，各一组")
		case e.Who == "public" && (e.Size < 1 || e.Size > SlipLimit):
			return Refuse("BadBallot", "群众的票数请填1到%d", SlipLimit)
		case e.Base != "all" && e.Base != "present":
			return Refuse("BadBallot", "请选择过半数以全体计算还是以实到计算")
		case e.Weight < 0 || e.Weight > 100:
			return Refuse("BadBallot", "权重请填0到100")
		}
		seen[e.Who] = true
		weights += e.Weight
	}
	switch {
	case weights != 100:
		return Refuse("BadBallot", "各组的权重合计应为100，现在是%d", weights)
	case p.Rule.Decides < 0 || p.Rule.Decides >= len(p.Electorates):
		return Refuse("BadBallot", "请选择以哪一组的票作结论")
	case p.Form == "sheet":
		return p.checkSheet()
	case len(p.Options) < 2:
		return Refuse("BadBallot", "请选择选项")
	case p.Rule.Kind == "grade" && (p.Rule.Share < 1 || p.Rule.Share > 100):
		return Refuse("BadBallot", "满意的比例请填1到100")
	}
	return nil
}

func (p BallotPlan) checkSheet() *Error {
	sum := 0
	for _, item := range p.Sheet {
		if strings.TrimSpace(item.Text) == "" || item.Max < 1 {
			return Refuse("BadBallot", "评分项目每项要有名称和满分")
		}
		sum += item.Max
	}
	if sum != 100 {
		return Refuse("BadBallot", "各项满分合计应为100，现在是%d", sum)
	}
	last := 101
	for _, b := range p.Rule.Bands {
		if b.Min < 0 || b.Min >= last {
			return Refuse("BadBallot", "等次的分数请从高到低填写")
		}
		last = b.Min
	}
	if last != 0 {
		return Refuse("BadBallot", "最低的等次应从0分起")
	}
	return nil
}

// BallotStates are the words for how far a ballot has come (配置 → 开放 → 投票 → 截止 → 计票 → 宣布 → 封存).
var BallotStates = []struct{ Code, Text string }{
	{"draft", "配置中"}, {"approved", "已核准"}, {"open", "投票中"}, {"closed", "已截止"}, {"counted", "已计票"}, {"confirmed", "监票人已确认"},
	{"announced", "已宣布"}, {"sealed", "已封存"}, {"void", "作废"},
}

// BallotState is the Chinese word for a state.
func BallotState(code string) string {
	for _, s := range BallotStates {
		if s.Code == code {
			return s.Text
		}
	}
	return code
}
