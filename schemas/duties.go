package schemas

import (
	"slices"
	"strconv"
	"strings"
)

// Role is an office that a person acts in (spec 7.1).
type Role string

// The roles of the 123 cycle. A person may hold several posts, each one role in one place.
const (
	Office    Role = "OFC" // 人大办公室经办
	Clerk     Role = "CMT" // 委室经办
	Head      Role = "CMH" // 委室主任
	ViceChair Role = "VC"  // 常委会分管副主任
	Chair     Role = "CH"  // 主任、主任会议成员
	GovOffice Role = "GOV" // 政府办公室、督查室
	ViceMayor Role = "VM"  // 分管副区长
	Liaison   Role = "UNT" // 单位收文员、经办人
	UnitHead  Role = "UNH" // 单位负责人
	Admin     Role = "ADM" // 系统管理员: accounts, calendar and operation, no business content
	System    Role = "SYS" // the case itself
)

// RoleNames are the Chinese words for the roles.
var RoleNames = map[Role]string{
	Office: "人大办公室", Clerk: "委室经办", Head: "委室主任", ViceChair: "分管副主任", Chair: "主任会议",
	GovOffice: "政府办督查室", ViceMayor: "分管副区长", Liaison: "单位经办人", UnitHead: "单位负责人",
	Admin: "系统管理员", System: "系统",
}

type (
	// Duty says what a kind of stage means: who may settle it, how, and what pages call it.
	Duty struct {
		Title    string    // the stage as a noun: 报送方案
		Verb     string    // the act as the office says it
		State    string    // what a matter is in while this stage is what it waits for, A1 … A16
		By       []Role    // who may settle it
		Drafter  Role      // who prepares the paper that the one in By signs; empty: nobody
		Verdicts []Verdict // empty: settling is all there is to say
		NPC      bool      // the ball lies with the congress: no department is blamed (settled 6)
		Door     bool      // may be done, is not owed
		Window   bool      // cannot be done after its due instant
		Paper    string    // kind of paper that goes with it; empty: none
		ByItem   bool      // the paper answers item by item
		Reason   bool      // a reason must be given
		Round    bool      // its key ends in #n
	}
	// Verdict is one way to settle a stage.
	Verdict struct {
		Code, Text string
		Reason     bool // must be reasoned
	}
)

func (d Duty) allows(code string) bool {
	return slices.ContainsFunc(d.Verdicts, func(v Verdict) bool { return v.Code == code })
}

// Reasoned reports whether a verdict must be reasoned.
func (d Duty) Reasoned(code string) bool {
	return slices.ContainsFunc(d.Verdicts, func(v Verdict) bool { return v.Code == code && v.Reason })
}

// Says returns the Chinese word of a verdict.
func (d Duty) Says(code string) string {
	for _, v := range d.Verdicts {
		if v.Code == code {
			return v.Text
		}
	}
	return code
}

// Duties is the table of all stages of the 123 cycle (spec 2a, 2.0.5). A kind is never renamed.
var Duties = map[string]Duty{
	"draft": {Title: "起草意见书", Verb: "提请审核", State: "A1", By: []Role{Clerk}, NPC: true, Paper: "opinion", Round: true},
	"review": {Title: "委室审核", Verb: "审核", State: "A2", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意，送签"}, {Code: "rework", Text: "退回修改", Reason: true}}},
	"issue": {Title: "签发", Verb: "签发", State: "A2", By: []Role{ViceChair, Chair}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "签发"}, {Code: "rework", Text: "退回修改", Reason: true}}},
	"handover":   {Title: "交办", Verb: "交办", State: "A3", By: []Role{Office}, NPC: true},
	"receive":    {Title: "政府办签收", Verb: "签收", State: "A4", By: []Role{GovOffice}},
	"distribute": {Title: "政府办分办", Verb: "分办", State: "A5", By: []Role{GovOffice}},
	"sign":       {Title: "签收", Verb: "签收", State: "A5", By: []Role{Liaison, UnitHead}, Round: true},
	"return-request": {Title: "申请退办", Verb: "申请退办", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Window: true,
		Paper: "return", Reason: true, Round: true},
	"late-return": {Title: "准予逾期退办", Verb: "准予逾期提出退办", By: []Role{Head}, NPC: true, Door: true, Reason: true},
	"return": {Title: "退办审批", Verb: "审批退办", State: "A5", By: []Role{Office, GovOffice}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意退办"}, {Code: "refuse", Text: "不同意", Reason: true}}},
	"reassign": {Title: "改派", Verb: "改派", State: "A5", By: []Role{Office, GovOffice}, NPC: true, Round: true},
	"opinion":  {Title: "会办意见", Verb: "报送会办意见", State: "A8", By: []Role{UnitHead}, Drafter: Liaison, Paper: "joint"},
	"plan": {Title: "报送方案", Verb: "报送方案", State: "A6", By: []Role{UnitHead}, Drafter: Liaison, Paper: "plan",
		ByItem: true, Round: true},
	"plan-forward": {Title: "政府办转报方案", Verb: "转报", State: "A6", By: []Role{GovOffice}, Round: true},
	"plan-check": {Title: "方案审核", Verb: "审核方案", State: "A7", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "check",
		ByItem: true, Round: true, Verdicts: []Verdict{{Code: "accept", Text: "审核通过"}, {Code: "rework", Text: "退回重报", Reason: true}}},
	"plan-ruling": {Title: "方案再次不合格的裁定", Verb: "裁定", State: "A7", By: []Role{ViceChair}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "予以通过"}, {Code: "rework", Text: "责令重报", Reason: true}}},
	"progress": {Title: "办理进展", Verb: "报告进展", State: "A8", By: []Role{UnitHead}, Drafter: Liaison, Paper: "progress", ByItem: true},
	"draft-report": {Title: "报送征求意见稿", Verb: "报送征求意见稿", State: "A9", By: []Role{UnitHead}, Drafter: Liaison, Paper: "report",
		ByItem: true, Round: true},
	"draft-forward": {Title: "政府办转报征求意见稿", Verb: "转报", State: "A9", By: []Role{GovOffice}, Round: true},
	"draft-check": {Title: "委室对征求意见稿的意见", Verb: "提出意见", State: "A10", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "check",
		ByItem: true, Round: true, Verdicts: []Verdict{{Code: "accept", Text: "同意正式回告"}, {Code: "rework", Text: "退回重报", Reason: true}}},
	"draft-ruling": {Title: "征求意见稿再次不合格的裁定", Verb: "裁定", State: "A10", By: []Role{ViceChair}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "予以通过"}, {Code: "rework", Text: "责令重报", Reason: true}}},
	"report": {Title: "正式回告", Verb: "正式回告", State: "A11", By: []Role{UnitHead}, Drafter: Liaison, Paper: "report", ByItem: true},
	"examine": {Title: "主任会议审查", Verb: "登记审查方式", State: "A12", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "read", Text: "书面审阅"}, {Code: "deliberate", Text: "提请常委会审议"}, {Code: "ballot", Text: "满意度测评"}}},
	"evaluate": {Title: "审查测评结果", Verb: "登记结果", State: "A12", By: []Role{Office}, NPC: true, Paper: "ballot", Round: true,
		Verdicts: []Verdict{{Code: "satisfied", Text: "满意"}, {Code: "basically", Text: "基本满意"}, {Code: "dissatisfied", Text: "不满意", Reason: true}}},
	"rectify": {Title: "再整改", Verb: "报送再整改报告", State: "A14", By: []Role{UnitHead}, Drafter: Liaison, Paper: "report", ByItem: true, Round: true},
	"dispose": {Title: "主任会议处置", Verb: "登记处置", State: "A14", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "inquiry", Text: "专题询问"}, {Code: "question", Text: "建议质询"}, {Code: "investigate", Text: "特定问题调查"}, {Code: "circular", Text: "通报"}}},
	"close-request": {Title: "申请销号", Verb: "申请销号", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Paper: "closing", Round: true},
	"verify": {Title: "销号核查", Verb: "核查销号", State: "A13", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "closed", Text: "予以销号"}, {Code: "open", Text: "不予销号", Reason: true}}},
	"settle": {Title: "逐条销号", Verb: "逐条销号", State: "A13", By: []Role{Head}, NPC: true, ByItem: true, Paper: "closing"},
	"track": {Title: "跟踪监督半年报告", Verb: "登记跟踪情况", State: "A15", By: []Role{Head}, Drafter: Clerk, NPC: true, ByItem: true,
		Paper: "closing", Round: true},
	"publish": {Title: "公开", Verb: "登记公开", State: "A16", By: []Role{Office}, NPC: true,
		Verdicts: []Verdict{{Code: "public", Text: "向代表通报并向社会公布"}, {Code: "withheld", Text: "不公开", Reason: true}}},
	"archive": {Title: "归档", Verb: "归档", State: "A16", By: []Role{Office}, NPC: true},

	"extension-request": {Title: "申请延期", Verb: "申请延期", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Window: true,
		Paper: "extension", Reason: true},
	"extension": {Title: "延期审批", Verb: "审批延期", By: []Role{ViceChair}, NPC: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意延期"}, {Code: "refuse", Text: "不同意延期", Reason: true}}},
	"suspend":     {Title: "中止", Verb: "中止", By: []Role{ViceChair}, NPC: true, Door: true, Reason: true, Round: true},
	"suspension":  {Title: "中止审查", Verb: "恢复", State: "中止", By: []Role{ViceChair}, NPC: true, Reason: true, Round: true},
	"withdraw":    {Title: "撤回", Verb: "撤回", By: []Role{Head, ViceChair}, NPC: true, Door: true, Reason: true},
	"terminate":   {Title: "终止", Verb: "终止", By: []Role{ViceChair}, NPC: true, Door: true, Reason: true},
	"instruct":    {Title: "批示", Verb: "作出批示", By: []Role{ViceMayor, Head, ViceChair, Chair}, NPC: true, Door: true, Reason: true, Round: true},
	"instruction": {Title: "批示办理", Verb: "报告批示办理情况", By: []Role{UnitHead}, Drafter: Liaison, Paper: "instruction", Round: true},
	"raise":       {Title: "提级督办", Verb: "提级督办", By: []Role{Head, ViceChair, Chair, GovOffice, ViceMayor}, NPC: true, Door: true, Reason: true, Round: true},
}

// events are facts that are no stages, as people call them.
var events = map[string]string{
	"T0": "闭会（调研、检查结束）", "issued": "签发", "heir": "改派", "plan-accepted": "方案审核通过",
	"draft-accepted": "委室同意正式回告", "draft-timely": "委室意见", "plan-timely": "方案审核通过", "reported": "正式回告", "rectified": "再整改报告",
	"settled": "逐条销号", "resolution": "决议确定的期限",
}

// Title is the Chinese name of a stage.
func Title(key string) string {
	if d, ok := Duties[Kind(key)]; ok {
		return d.Title
	}
	if e, ok := events[Kind(key)]; ok {
		return e
	}
	return key
}

// Phase is the state of spec 2a (A1 … A16) that a matter waits in: the earliest of what is owed.
func (s *State) Phase() string {
	switch {
	case s.Outcome != "":
		return s.Outcome
	case !s.Stopped.IsZero():
		return "suspended"
	}
	phase, least := "", 99
	for _, o := range s.Open {
		d := Duties[Kind(o.Key)]
		if n, err := strconv.Atoi(strings.TrimPrefix(d.State, "A")); err == nil && !d.Door && n < least {
			phase, least = d.State, n
		}
	}
	return phase
}

// PhaseName is the Chinese name of a state of spec 2a, or of an outcome.
func PhaseName(phase string) string {
	return map[string]string{
		"A1": "起草", "A2": "审签", "A3": "待交办", "A4": "已交办", "A5": "签收分办", "A6": "报送方案", "A7": "方案审核", "A8": "办理中",
		"A9": "征求意见稿", "A10": "委室意见", "A11": "正式回告", "A12": "审查测评", "A13": "办结销号", "A14": "再整改", "A15": "跟踪监督", "A16": "公开归档",
		"suspended": "中止", "archived": "已归档", "withdrawn": "已撤回", "terminated": "已终止",
	}[phase]
}
