package schemas

// The shapes of requests: one set of tags for forms, JSON, validation, Chinese labels and the API's document.
// Dates are days in Asia/Shanghai, written 2006-01-02.
type (
	// FileIn files a new matter (立项). Codes: Invalid, Duplicate, UnitTwice, NoLead, AnchorInFuture.
	FileIn struct {
		Number     string    `json:"number" label:"编号" validate:"required,max=40"`
		Kind       string    `json:"kind" label:"文书种类" validate:"required,oneof=deliberation survey rectification"`
		Source     string    `json:"source" label:"来源" validate:"required,max=60"`
		Title      string    `json:"title" label:"标题" validate:"required,min=4,max=80"`
		Body       string    `json:"body" label:"总体评价" validate:"max=4000"`
		Committee  string    `json:"committee" label:"督办委室" validate:"required,uuid"`
		T0         string    `json:"t0" label:"闭会（调研、检查结束）日" validate:"required,datetime=2006-01-02"`
		Resolution string    `json:"resolution,omitempty" label:"决议确定的回告日" validate:"omitempty,datetime=2006-01-02"`
		Direct     bool      `json:"direct" label:"直接交办"`
		Reopens    string    `json:"reopens,omitempty" label:"原事项" validate:"omitempty,uuid"`
		Items      []ItemIn  `json:"items" label:"条目" validate:"required,min=1,max=60,dive"`
		Parties    []PartyIn `json:"parties" label:"承办单位" validate:"required,min=1,max=40,dive"`
	}
	// ItemIn is one problem with what is demanded.
	ItemIn struct {
		Problem string `json:"problem" label:"问题" validate:"required,max=500"`
		Demand  string `json:"demand" label:"意见建议" validate:"required,max=500"`
		Lead    string `json:"lead,omitempty" label:"牵头单位" validate:"omitempty,uuid"`
	}
	// PartyIn is one unit in one capacity: lead 主办, joint 会办, several 分办, sole 独办.
	PartyIn struct {
		Unit     string `json:"unit" label:"单位" validate:"required,uuid"`
		Capacity string `json:"capacity" label:"承办方式" validate:"required,oneof=lead joint several sole"`
	}
	// ActIn is what a person does on a stage. What each kind of stage asks for stands in the table of duties.
	ActIn struct {
		Token   string       `json:"token" label:"表单凭据" validate:"required,min=8,max=64"`
		Stage   string       `json:"stage" label:"环节" validate:"required,max=200"`
		Verdict string       `json:"verdict,omitempty" label:"结论" validate:"max=20"`
		On      string       `json:"on,omitempty" label:"实际日期" validate:"omitempty,datetime=2006-01-02"`
		Until   string       `json:"until,omitempty" label:"新期限" validate:"omitempty,datetime=2006-01-02"`
		Text    string       `json:"text,omitempty" label:"正文" validate:"max=20000"`
		Reason  string       `json:"reason,omitempty" label:"理由" validate:"max=2000"`
		Reasons []string     `json:"reasons,omitempty" label:"退回原因" validate:"max=10,dive,max=40"`
		Target  string       `json:"target,omitempty" label:"对象" validate:"max=200"`
		Level   string       `json:"level,omitempty" label:"等级" validate:"omitempty,oneof=L0 L1 L2 L3 L4 L5"`
		Items   []ItemAnswer `json:"items,omitempty" label:"逐条答复" validate:"max=60,dive"`
		Parties []PartyIn    `json:"parties,omitempty" label:"承办单位" validate:"max=40,dive"`
		Ballot  *BallotIn    `json:"ballot,omitempty" label:"测评票数"`
		Vote    *VoteIn      `json:"vote,omitempty" label:"表决票数"`
		Title   string       `json:"title,omitempty" label:"题目" validate:"max=60"`
		Demand  string       `json:"demand,omitempty" label:"具体建议" validate:"max=4000"`
		Open    bool         `json:"open,omitempty" label:"同意公开"`
		People  []string     `json:"people,omitempty" label:"人员" validate:"max=20,dive,uuid"`
		Marks   []MarkIn     `json:"marks,omitempty" label:"评分" validate:"max=20,dive"`
		Paper   string       `json:"paper,omitempty" label:"送签的文书" validate:"omitempty,uuid"`

		Meets    string      `json:"meets,omitempty" label:"约谈时间" validate:"omitempty,datetime=2006-01-02T15:04"`
		Place    string      `json:"place,omitempty" label:"约谈地点" validate:"max=100"`
		Present  string      `json:"present,omitempty" label:"参加人" validate:"max=500"`
		Promises []PromiseIn `json:"promises,omitempty" label:"承诺事项" validate:"max=30,dive"`

		Came   string `json:"came,omitempty" label:"怎样收到" validate:"omitempty,oneof=paper phone visit"` // of an answer that is entered for a unit
		Sender string `json:"sender,omitempty" label:"来件人" validate:"max=60"`

		Indicators []IndicatorIn `json:"indicators,omitempty" label:"评估指标" validate:"max=40,dive"`
		Readings   []ReadingIn   `json:"readings,omitempty" label:"指标得分" validate:"max=40,dive"`
	}
	// ItemAnswer answers one item: a plan's measure, a report's result, a check's finding.
	ItemAnswer struct {
		Item    string `json:"item" label:"条目" validate:"required,uuid"`
		Measure string `json:"measure,omitempty" label:"整改措施" validate:"max=1000"`
		Goal    string `json:"goal,omitempty" label:"目标" validate:"max=500"`
		Person  string `json:"person,omitempty" label:"责任人" validate:"max=40"`
		By      string `json:"by,omitempty" label:"完成时限" validate:"omitempty,datetime=2006-01-02"`
		Process string `json:"process,omitempty" label:"办理情况" validate:"max=2000"`
		Result  string `json:"result,omitempty" label:"办理结果" validate:"omitempty,oneof=done mostly ongoing undone closed open answered missed"`
		Reason  string `json:"reason,omitempty" label:"未完成原因" validate:"max=1000"`
		Lead    string `json:"lead,omitempty" label:"牵头单位" validate:"omitempty,uuid"`
	}
	// SuggestionIn files a suggestion (代表建议). Codes: Invalid, NotChecked, BadName, TooFew.
	SuggestionIn struct {
		Title     string   `json:"title" label:"题目" validate:"required,min=4,max=60"`
		Category  string   `json:"category" label:"类别" validate:"required"`
		Body      string   `json:"body" label:"案由和情况" validate:"required,min=10,max=4000"`
		Demand    string   `json:"demand" label:"具体建议" validate:"required,min=4,max=4000"`
		Wish      string   `json:"wish,omitempty" label:"希望承办单位" validate:"omitempty,uuid"`
		Cosigners []string `json:"cosigners,omitempty" label:"联名代表" validate:"max=60,dive,max=40"` // names
		Consents  bool     `json:"consents,omitempty" label:"同意公开"`
		Surveyed  bool     `json:"surveyed,omitempty" label:"经过调研"`
		Face      bool     `json:"face,omitempty" label:"要求当面沟通"`
		Kind      string   `json:"kind,omitempty" label:"种类" validate:"omitempty,oneof=suggestion contact-letter motion"`
		Basis     string   `json:"basis,omitempty" label:"案据" validate:"max=4000"`
		Checks    []string `json:"checks" label:"提出质量" validate:"max=10,dive,max=20"`
	}
	// PromiseIn is one promise of an interview's minutes (事–人–期).
	PromiseIn struct {
		What string `json:"what" label:"承诺事项" validate:"required,max=500"`
		Who  string `json:"who" label:"责任人" validate:"required,max=40"`
		By   string `json:"by" label:"完成时限" validate:"required,datetime=2006-01-02"`
	}
	// InquiryIn proposes a topic for a special inquiry (专题询问选题). Codes: Invalid, NotEntitled, Secret.
	InquiryIn struct {
		Token     string `json:"token" label:"表单凭据" validate:"required,min=8,max=64"`
		Title     string `json:"title" label:"选题" validate:"required,min=4,max=60"`
		Body      string `json:"body" label:"理由" validate:"required,min=10,max=4000"`
		Committee string `json:"committee" label:"牵头委室" validate:"required,uuid"`
	}
	// InterviewIn proposes an interview (约见约谈). Codes: Invalid, NotEntitled, BadTarget, Secret.
	InterviewIn struct {
		Title     string `json:"title" label:"事由" validate:"required,min=4,max=60"`
		Body      string `json:"body" label:"理由和要了解的情况" validate:"required,min=10,max=4000"`
		Unit      string `json:"unit" label:"被约谈单位" validate:"required,uuid"`
		Post      string `json:"post" label:"被约谈人职务" validate:"required,max=40"`
		Committee string `json:"committee,omitempty" label:"牵头委室" validate:"omitempty,uuid"` // of a deputy's request: the register's own choice
		About     string `json:"about,omitempty" label:"关联事项" validate:"omitempty,uuid"`
	}
	// InterviewCall is the same from a program, which makes up the form's token.
	InterviewCall struct {
		Token string `json:"token" label:"表单凭据" validate:"required,min=8,max=64"`
		InterviewIn
	}
	// CorrectionIn puts right what was entered wrong (更正). Codes: Invalid, NotEntitled, BadTarget, Same, Changed, StandsOnIt, Secret and
	// those of schemas.State.May.
	CorrectionIn struct {
		Token   string       `json:"token" label:"表单凭据" validate:"required,min=8,max=64"`
		Kind    string       `json:"kind" label:"更正什么" validate:"required,oneof=text day verdict unit"`
		Part    string       `json:"part" label:"哪一项" validate:"required,max=200"`
		Was     string       `json:"was,omitempty" label:"原来的文字" validate:"max=20000"`
		Text    string       `json:"text,omitempty" label:"更正后的文字" validate:"max=20000"`
		On      string       `json:"on,omitempty" label:"更正后的日期" validate:"omitempty,datetime=2006-01-02"`
		Verdict string       `json:"verdict,omitempty" label:"更正后的结论" validate:"max=20"`
		Until   string       `json:"until,omitempty" label:"承诺解决的日期" validate:"omitempty,datetime=2006-01-02"`
		Items   []ItemAnswer `json:"items,omitempty" label:"逐条的结果" validate:"max=60,dive"`
		Unit    string       `json:"unit,omitempty" label:"更正后的单位" validate:"omitempty,uuid"`
		Terms   string       `json:"terms,omitempty" label:"期限" validate:"omitempty,oneof=kept restart"`
		Reason  string       `json:"reason" label:"理由" validate:"required,max=500"`
		Try     bool         `json:"try,omitempty" label:"只看会带来什么"`
	}
	// ConsentIn is what is said to a verdict's correction. Codes: Invalid, NotEntitled, Changed.
	ConsentIn struct {
		Token  string `json:"token" label:"更正" validate:"required,min=8,max=64"`
		Word   string `json:"word" label:"意见" validate:"required,oneof=agree decline"`
		Reason string `json:"reason,omitempty" label:"理由" validate:"max=500"`
	}
	// MarkIn is one item of a deputy's feedback: a mark (满意 基本满意 不满意) or points.
	MarkIn struct {
		Item   string `json:"item" label:"评分项" validate:"required,max=20"`
		Mark   string `json:"mark,omitempty" label:"评价" validate:"omitempty,oneof=satisfied basically dissatisfied"`
		Points int    `json:"points,omitempty" label:"得分（百分之一分）" validate:"gte=0,lte=10100"`
	}
	// VoteIn are the counts of a vote on a decision, as its minutes give them.
	VoteIn struct {
		Minutes string `json:"minutes" label:"会议纪要文号" validate:"max=60"`
		Members int    `json:"members" label:"全体" validate:"gte=0,lte=5000"`
		Present int    `json:"present" label:"出席" validate:"gte=0,lte=5000"`
		For     int    `json:"for" label:"赞成" validate:"gte=0,lte=5000"`
		Against int    `json:"against" label:"反对" validate:"gte=0,lte=5000"`
		Abstain int    `json:"abstain" label:"弃权" validate:"gte=0,lte=5000"`
	}
	// BallotIn are the counts of a vote as its minutes give them.
	BallotIn struct {
		Minutes      string `json:"minutes" label:"会议纪要文号" validate:"max=60"`
		Expected     int    `json:"expected" label:"应到" validate:"gte=0,lte=5000"`
		Present      int    `json:"present" label:"实到" validate:"gte=0,lte=5000"`
		Issued       int    `json:"issued" label:"发出" validate:"gte=0,lte=5000"`
		Returned     int    `json:"returned" label:"收回" validate:"gte=0,lte=5000"`
		Valid        int    `json:"valid" label:"有效" validate:"gte=0,lte=5000"`
		Satisfied    int    `json:"satisfied" label:"满意" validate:"gte=0,lte=5000"`
		Basically    int    `json:"basically" label:"基本满意" validate:"gte=0,lte=5000"`
		Dissatisfied int    `json:"dissatisfied" label:"不满意" validate:"gte=0,lte=5000"`
		Abstained    int    `json:"abstained,omitempty" label:"弃权" validate:"gte=0,lte=5000"`
	}
)

// CheckVote refuses counts that contradict each other or the result: passed needs more than half of all members, and exactly half
// never passes (地方组织法 25, 51). Codes: BallotMismatch, NoQuorum, NoMajority.
func CheckVote(v VoteIn, passed bool) *Error {
	switch {
	case v.Present > v.Members, v.For+v.Against+v.Abstain > v.Present:
		return Refuse("BallotMismatch", "票数不符：赞成、反对、弃权之和不能超过出席人数，出席不能超过全体人数")
	case v.Present*2 <= v.Members:
		return Refuse("NoQuorum", "出席人数不足全体的过半数，会议不能举行")
	case passed && v.For*2 <= v.Members:
		return Refuse("NoMajority", "赞成%d票，没有超过全体%d人的半数，不能登记为通过", v.For, v.Members)
	case !passed && v.For*2 > v.Members:
		return Refuse("NoMajority", "赞成%d票，已经超过全体%d人的半数，应登记为通过", v.For, v.Members)
	}
	return nil
}

// ResultNames are the words for what became of an item.
var ResultNames = map[string]string{
	"done": "已完成", "mostly": "基本完成", "ongoing": "持续推进", "undone": "未完成",
	"closed": "已销号", "open": "跟踪监督", "answered": "答复到位", "missed": "未答复到位", "broken": "未兑现",
}

// Arrivals are the ways in which a unit's answer comes that the office enters for it (代录).
var Arrivals = []Verdict{{Code: "paper", Text: "书面来件"}, {Code: "phone", Text: "电话"}, {Code: "visit", Text: "当面"}}

// Categories are the subjects of suggestions.
var Categories = []string{"经济发展", "城建环保", "教科文卫", "农业农村", "社会民生", "监察司法", "其他"}

// Capacities are the words for the ways of taking part.
var Capacities = map[string]string{"lead": "主办", "joint": "会办", "several": "分办", "sole": "独办"}

// CaseKinds are the kinds of matter.
var CaseKinds = map[string]string{"suggestion": "代表建议", "contact-letter": "代表联系函", "motion": "议案", "interview": "约见约谈", "inquiry": "专题询问", "problem": "询问问题", "interpellation": "质询", "evaluation": "末端评估", "appraisal-work": "工作评议", "appraisal-official": "履职评价", "deliberation": "审议意见书", "survey": "调研意见书", "rectification": "整改意见书"}

// CheckParties refuses a hand-over without exactly one who leads (one 主办 or 独办), or at least two 分办 and no
// lead. Codes: UnitTwice, NoLead.
func CheckParties(ps []PartyIn) *Error {
	count, seen := map[string]int{}, map[string]bool{}
	for _, p := range ps {
		if seen[p.Unit] {
			return Refuse("UnitTwice", "同一个单位只能选一次，请删去重复的单位")
		}
		seen[p.Unit] = true
		count[p.Capacity]++
	}
	lead := count["lead"] + count["sole"]
	switch {
	case lead > 1:
		return Refuse("NoLead", "只能有一个主办（独办）单位；几个单位各办各的请都选分办")
	case lead == 1 && count["several"] > 0:
		return Refuse("NoLead", "有主办（独办）单位时不能再有分办单位")
	case count["sole"] == 1 && count["joint"] > 0:
		return Refuse("NoLead", "独办不能有会办单位，请改为主办")
	case lead == 0 && count["several"] < 2:
		return Refuse("NoLead", "请指定一个主办（独办）单位，或者至少两个分办单位")
	}
	return nil
}

// CheckBallot refuses counts that contradict each other. Code: BallotMismatch.
func CheckBallot(b BallotIn) *Error {
	switch {
	case b.Present > b.Expected, b.Issued > b.Present, b.Returned > b.Issued, b.Valid > b.Returned:
		return Refuse("BallotMismatch", "票数不符：应到≥实到≥发出≥收回≥有效")
	case b.Satisfied+b.Basically+b.Dissatisfied+b.Abstained != b.Valid:
		return Refuse("BallotMismatch", "票数不符：满意、基本满意、不满意、弃权之和应等于有效票数")
	case b.Present*2 <= b.Expected:
		return Refuse("NoQuorum", "实到人数不足全体的过半数，会议不能举行")
	}
	return nil
}
