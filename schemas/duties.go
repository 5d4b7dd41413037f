package schemas

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Role is an office that a person acts in (spec 7.1).
type Role string

// The roles of the procedures. A person may hold several posts, each one role in one place.
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
	Deputies  Role = "DEP" // 代表工委、人大代表工作机构
	Deputy    Role = "DPT" // 代表
	Admin     Role = "ADM" // 系统管理员: accounts, calendar and operation, no business content
	Auditor   Role = "AUD" // 审计管理员: the audit log and nothing else
	Security  Role = "SEC" // 安全管理员: passwords, sessions, second factors, no business content
	System    Role = "SYS" // the case itself
)

// RoleNames are the Chinese words for the roles.
var RoleNames = map[Role]string{
	Office: "人大办公室", Clerk: "委室经办", Head: "委室主任", ViceChair: "分管副主任", Chair: "主任会议",
	GovOffice: "政府办督查室", ViceMayor: "分管副区长", Liaison: "单位经办人", UnitHead: "单位负责人",
	Deputies: "代表工委", Deputy: "代表", Anyone: "登录的人", Admin: "系统管理员", Auditor: "审计管理员", Security: "安全管理员", System: "系统",
	Member: "常委会组成人员", Street: "街道人大工委", Station: "代表联络站", Performance: "绩效办",
}

// administrators are apart from each other and from the business (三员分立, spec 7.1).
var administrators = []Role{Admin, Security, Auditor}

// Apart reports whether two roles must not be one person's.
func Apart(a, b Role) bool {
	return a != b && (slices.Contains(administrators, a) || slices.Contains(administrators, b))
}

type (
	// Duty says what a kind of stage means: who may settle it, how, and what pages call it.
	Duty struct {
		Title    string    // the stage as a noun: 报送方案
		Verb     string    // the act as the office says it
		State    string    // what a matter is in while this stage is what it waits for, A1 … A16 of an opinion, C1 … C18 of a suggestion
		By       []Role    // who may settle it
		Informs  []Role    // who is told too when its date moves
		Attends  []Role    // who must be there: told of it and reminded as those who settle it are, and of its new date
		Drafter  Role      // who prepares the paper that the one in By signs; empty: nobody
		Verdicts []Verdict // empty: settling is all there is to say
		Marks    []string  // codes that its act can carry although there is no verdict to choose
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

// Admits reports whether an act of the duty can come with a code: with one of its verdicts or, where there is none to choose, with a mark or
// nothing.
func (d Duty) Admits(code string) bool {
	if len(d.Verdicts) == 0 {
		return code == "" || slices.Contains(d.Marks, code)
	}
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
	if text, special := silences[code]; special {
		return text
	}
	return code
}

// Duties is the table of all stages (spec 2a, 2c, 2f, 2.0.5). A kind is never renamed.
var Duties = map[string]Duty{
	"draft": {Title: "起草意见书", Verb: "提请审核", State: "A1", By: []Role{Clerk}, NPC: true, Paper: "opinion", Round: true},
	"review": {Title: "委室审核", Verb: "审核", State: "A2", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意，送签"}, {Code: "rework", Text: "退回修改", Reason: true}}},
	"issue": {Title: "签发", Verb: "签发", State: "A2", By: []Role{ViceChair, Chair}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "签发"}, {Code: "rework", Text: "退回修改", Reason: true}}},
	"handover":   {Title: "交办", Verb: "交办", State: "A3 C4", By: []Role{Office}, NPC: true, Marks: []string{"complex"}},
	"receive":    {Title: "政府办签收", Verb: "签收", State: "A4", By: []Role{GovOffice}},
	"distribute": {Title: "政府办分办", Verb: "分办", State: "A5", By: []Role{GovOffice}},
	"sign":       {Title: "签收", Verb: "签收", State: "A5 C5 Y4", By: []Role{Liaison, UnitHead}, Round: true},
	"return-request": {Title: "申请退办", Verb: "申请退办", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Window: true,
		Paper: "return", Reason: true, Round: true},
	"late-return": {Title: "准予逾期退办", Verb: "准予逾期提出退办", By: []Role{Head}, NPC: true, Door: true, Reason: true},
	"return": {Title: "退办审批", Verb: "审批退办", State: "A5 C6 P2", By: []Role{Office, GovOffice}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意退办"}, {Code: "refuse", Text: "不同意", Reason: true}}},
	"joint-return": {Title: "退办共同裁定", Verb: "裁定退办", State: "A5 C6 P2", By: []Role{Office, GovOffice, Deputies}, NPC: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意退办，送会签"}, {Code: "refuse", Text: "不同意，由该单位承办"}}},
	"joint-assent": {Title: "退办裁定会签", Verb: "会签退办裁定", State: "A5 C6 P2", By: []Role{Head, GovOffice}, NPC: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意退办"}, {Code: "refuse", Text: "不同意，由该单位承办"}}},
	"reassign": {Title: "改派", Verb: "改派", State: "A5 C6 P2", By: []Role{Office, GovOffice}, NPC: true, Round: true},
	"opinion":  {Title: "会办意见", Verb: "报送会办意见", State: "A8 C8", By: []Role{UnitHead}, Drafter: Liaison, Paper: "joint"},
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
	"dispose": {Title: "主任会议处置", Verb: "登记处置", State: "A14 Y7 W14", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "inquiry", Text: "专题询问"}, {Code: "question", Text: "建议质询"}, {Code: "investigate", Text: "特定问题调查"}, {Code: "circular", Text: "通报"}}},
	"close-request": {Title: "申请销号", Verb: "申请销号", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Paper: "closing", Round: true},
	"verify": {Title: "销号核查", Verb: "核查销号", State: "A13", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "closed", Text: "予以销号"}, {Code: "open", Text: "不予销号", Reason: true}}},
	"settle": {Title: "逐条销号", Verb: "逐条销号", State: "A13", By: []Role{Head}, NPC: true, ByItem: true, Paper: "closing"},
	"track": {Title: "跟踪监督半年报告", Verb: "登记跟踪情况", State: "A15", By: []Role{Head}, Drafter: Clerk, NPC: true, ByItem: true,
		Paper: "closing", Round: true},
	"publish": {Title: "公开", Verb: "登记公开", State: "A16 B12 C18 W10", By: []Role{Office}, NPC: true,
		Verdicts: []Verdict{{Code: "public", Text: "向代表通报并向社会公布"}, {Code: "withheld", Text: "不公开", Reason: true}}},
	"archive": {Title: "归档", Verb: "归档", State: "A16 B12 C18 M10", By: []Role{Office}, NPC: true},

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

	"cosign": {Title: "联名确认", Verb: "确认联名", State: "C1 M1", By: []Role{Deputy}, NPC: true,
		Verdicts: []Verdict{{Code: "agree", Text: "同意联名"}, {Code: "decline", Text: "不联名"}}},
	"vet": {Title: "审查立案", Verb: "审查", State: "C2", By: []Role{Deputies}, NPC: true, Round: true, Verdicts: []Verdict{{Code: "accept", Text: "立案"},
		{Code: "revise", Text: "退回修改", Reason: true}, {Code: "merge", Text: "并案办理", Reason: true}, {Code: "letter", Text: "作来信处理", Reason: true}}},
	"revise":           {Title: "修改后重新提出", Verb: "重新提出", State: "C1", By: []Role{Deputy}, NPC: true, Paper: "suggestion", Round: true},
	"withdraw-request": {Title: "申请撤回", Verb: "申请撤回", By: []Role{Deputy}, NPC: true, Door: true, Reason: true, Round: true},
	"withdraw-confirm": {Title: "确认撤回", Verb: "确认撤回", State: "C2", By: []Role{Deputies, Office}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意撤回"}, {Code: "refuse", Text: "不同意撤回", Reason: true}}},
	"contact": {Title: "首次联系代表", Verb: "登记联系情况", State: "C7", By: []Role{Liaison, UnitHead}, Paper: "contact", Reason: true,
		Verdicts: contactWays},
	"talk":        {Title: "联系沟通", Verb: "登记联系情况", By: []Role{Liaison, UnitHead}, Door: true, Reason: true, Round: true, Verdicts: contactWays},
	"deputy-note": {Title: "代表联系记录", Verb: "记录联系情况", By: []Role{Deputy}, NPC: true, Door: true, Reason: true, Round: true, Verdicts: contactWays},
	"dispute":     {Title: "提请协调", Verb: "提请政府办协调", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Reason: true, Round: true},
	"coordinate":  {Title: "政府办协调", Verb: "登记协调结果", State: "C8", By: []Role{GovOffice}, Reason: true, Round: true},
	"reply": {Title: "答复代表", Verb: "签发答复", State: "C10", By: []Role{UnitHead}, Drafter: Liaison, Informs: []Role{Deputy}, Paper: "reply",
		Verdicts: replyClasses},
	"feedback": {Title: "代表评价答复", Verb: "评价答复", State: "C11", By: []Role{Deputy}, NPC: true, Paper: "feedback", Verdicts: satisfaction},
	"receipt":  {Title: "收到不满意意见", Verb: "签收不满意意见", State: "C14", By: []Role{Liaison, UnitHead}},
	"redo": {Title: "重新办理", Verb: "签发重新办理答复", State: "C14", By: []Role{UnitHead}, Informs: []Role{Deputy}, Paper: "reply",
		Verdicts: replyClasses},
	"refeedback": {Title: "代表再次评价", Verb: "再次评价", State: "C15", By: []Role{Deputy}, NPC: true, Paper: "feedback", Verdicts: satisfaction},
	"circular":   {Title: "终评不满意通报", Verb: "登记通报", State: "C15", By: []Role{Deputies}, NPC: true, Reason: true},
	"follow": {Title: "终评不满意跟踪督办", Verb: "登记跟踪情况", State: "C15", By: []Role{Deputies}, NPC: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "closed", Text: "跟踪结束"}, {Code: "open", Text: "继续跟踪"}}},
	"verification": {Title: "核查办理结果", Verb: "核查", State: "C12", By: []Role{Deputies}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "confirmed", Text: "属实，已解决"}, {Code: "lowered", Text: "不属实，降为B类", Reason: true}}},
	"fulfil": {Title: "兑现承诺", Verb: "报告落实情况", State: "C12", By: []Role{UnitHead}, Drafter: Liaison, Informs: []Role{Deputy}, Paper: "fulfilment",
		Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "done", Text: "已落实，转A类"}, {Code: "ongoing", Text: "尚未落实，继续办理"}, {Code: "unable", Text: "条件所限不能落实，征求代表同意转C类"}}},
	"consent": {Title: "代表对转C类的意见", Verb: "答复是否同意", State: "C17", By: []Role{Deputy}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "agree", Text: "同意转C类"}, {Code: "refuse", Text: "不同意，继续办理", Reason: true}}},
	"january": {Title: "跨年度重新启动", State: "C17", By: []Role{System}, NPC: true, Round: true},
	"decide": {Title: "B类三年后的决定", Verb: "登记主任会议决定", State: "C17", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "closed", Text: "结束跟踪"}, {Code: "lowered", Text: "转为C类"}}},
	"autumn":   {Title: "年度落实评价起点", State: "C17", By: []Role{System}, NPC: true},
	"score":    {Title: "代表评价落实", Verb: "评价落实", State: "C13", By: []Role{Deputy}, NPC: true, Paper: "feedback", Verdicts: satisfaction},
	"conclude": {Title: "办结", Verb: "登记办结", State: "C16", By: []Role{Deputies}, NPC: true, Round: true},

	"motion-review": {Title: "议案审查", Verb: "登记审查意见", State: "M2", By: []Role{Deputies}, NPC: true, Paper: "motion-review", Reason: true,
		Verdicts: []Verdict{{Code: "agenda", Text: "建议列入会议议程"}, {Code: "suggestion", Text: "建议转作建议办理"}}},
	"presidium": {Title: "主席团决定", Verb: "登记主席团决定", State: "M3", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "agenda", Text: "列入会议议程"}, {Code: "suggestion", Text: "转作建议办理"}}},
	"motion-vote": {Title: "大会表决", Verb: "登记表决结果", State: "M4", By: []Role{Office}, NPC: true, Paper: "vote",
		Verdicts: []Verdict{{Code: "passed", Text: "通过决议"}, {Code: "rejected", Text: "未获通过"}}},
	"implementation":    {Title: "政府实施方案", Verb: "报送实施方案", State: "M5", By: []Role{GovOffice}, Paper: "implementation"},
	"hearing":           {Title: "常委会听取实施方案", Verb: "登记听取意见", State: "M6", By: []Role{Office}, NPC: true, Reason: true},
	"motion-track":      {Title: "双月跟踪", Verb: "登记跟踪情况", State: "M7", By: []Role{Head}, Drafter: Clerk, NPC: true, Reason: true, Round: true},
	"motion-inspection": {Title: "半年视察", Verb: "登记视察意见", State: "M7", By: []Role{Head}, Drafter: Clerk, NPC: true, Reason: true, Round: true},
	"annual-report":     {Title: "年底报告", Verb: "报送年度办理报告", State: "M8", By: []Role{GovOffice}, Paper: "annual-report", Round: true},
	"close-vote": {Title: "常委会表决结案", Verb: "登记表决结果", State: "M9", By: []Role{Office}, NPC: true, Paper: "vote", Round: true,
		Verdicts: []Verdict{{Code: "closed", Text: "结案"}, {Code: "continue", Text: "跨年续办"}}},
	"congress-report": {Title: "向下次大会报告", Verb: "登记报告", State: "M10", By: []Role{Office}, NPC: true, Reason: true},

	"endorse": {Title: "受理代表的约见要求", Verb: "受理约见要求", State: "Y1", By: []Role{Head, Deputies}, NPC: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意，提请审批"}, {Code: "decline", Text: "不提请约谈", Reason: true}}},
	"approve": {Title: "约谈审批", Verb: "审批约谈", State: "Y2", By: []Role{ViceChair, Chair}, NPC: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意约谈"}, {Code: "refuse", Text: "不同意约谈", Reason: true}}},
	"notify": {Title: "约谈通知", Verb: "发出约谈通知", State: "Y3", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "notice", Round: true},
	"proxy-request": {Title: "申请由副职参加约谈", Verb: "申请由副职参加", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Window: true,
		Paper: "proxy", Reason: true, Round: true},
	"proxy": {Title: "副职参加的审批", Verb: "审批副职参加", State: "Y5", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意由副职参加"}, {Code: "refuse", Text: "不同意，须本人到会", Reason: true}}},
	"postpone-request": {Title: "申请约谈延期", Verb: "申请延期", By: []Role{UnitHead}, Drafter: Liaison, Door: true, Window: true,
		Paper: "postponement", Reason: true, Round: true},
	"postpone": {Title: "约谈延期的审批", Verb: "审批延期", State: "Y5", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意延期"}, {Code: "refuse", Text: "不同意，按原定时间约谈", Reason: true}}},
	"hold": {Title: "约谈", Verb: "登记约谈", State: "Y5", By: []Role{Clerk, Head}, Attends: []Role{UnitHead, Liaison}, NPC: true, Paper: "attendance", Round: true,
		Verdicts: []Verdict{{Code: "held", Text: "已约谈，本人到会"}, {Code: "proxy", Text: "已约谈，经同意由副职到会"}, {Code: "unheld", Text: "没有举行，另行通知", Reason: true}}},
	"minutes": {Title: "约谈纪要", Verb: "签发纪要", State: "Y6", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "minutes", Round: true},
	"countersign": {Title: "单位签认纪要", Verb: "签认纪要", State: "Y6", By: []Role{UnitHead}, Round: true,
		Verdicts: []Verdict{{Code: "signed", Text: "签字确认"}, {Code: "object", Text: "有异议，请委室修改", Reason: true}}},
	"minutes-ruling": {Title: "纪要异议的裁定", Verb: "裁定纪要异议", State: "Y6", By: []Role{ViceChair}, NPC: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "纪要有效，照此执行"}, {Code: "rework", Text: "由委室修改"}}},
	"promise": {Title: "兑现约谈承诺", Verb: "报告兑现情况", State: "Y7", By: []Role{UnitHead}, Drafter: Liaison, Paper: "promise", Round: true},
	"promise-check": {Title: "核查承诺", Verb: "核查承诺", State: "Y7", By: []Role{Head}, NPC: true, Round: true,
		Verdicts: []Verdict{{Code: "kept", Text: "已经兑现，予以销号"}, {Code: "broken", Text: "没有兑现", Reason: true}}},

	"topic": {Title: "主任会议选题", Verb: "登记选题决定", State: "B1", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "accept", Text: "列为本年度专题询问"}, {Code: "decline", Text: "不列入"}}},
	"inquiry-plan":       {Title: "专题询问方案", Verb: "报送方案", State: "B2", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "inquiry-plan"},
	"survey":             {Title: "询前调研", Verb: "登记调研结束", State: "B3", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "survey"},
	"problem-list":       {Title: "梳理问题清单", Verb: "提交问题清单", State: "B4", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "problem-list"},
	"problem-handover":   {Title: "交办会", Verb: "登记交办会", State: "B5", By: []Role{Office}, NPC: true, Informs: []Role{GovOffice}, Paper: "problem-handover"},
	"problem-distribute": {Title: "政府办分办问题", Verb: "分办问题", State: "B5", By: []Role{GovOffice}, Paper: "problem-distribute"},
	"gate":               {Title: "会前整改", By: []Role{System}},
	"gate-check":         {Title: "销号比例核对", State: "B6", By: []Role{System}},
	"gate-decision": {Title: "未达销号比例的决定", Verb: "登记主任会议决定", State: "B6", By: []Role{Office}, NPC: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "postpone", Text: "推迟会议一次"}, {Code: "proceed", Text: "照常举行，未销号的全部列为考题"}}},
	"documents":      {Title: "会议材料送达", Verb: "登记材料送达", State: "B7", By: []Role{Office}, NPC: true, Paper: "documents", Round: true},
	"meeting":        {Title: "专题询问会", Verb: "登记询问会", State: "B8", By: []Role{Office}, Attends: []Role{Head, ViceChair, Chair}, NPC: true, Paper: "meeting"},
	"written-answer": {Title: "书面答复", Verb: "书面答复", State: "B8", By: []Role{UnitHead}, Drafter: Liaison, Paper: "written-answer"},
	"inquiry-ballot": {Title: "现场测评", Verb: "登记测评结果", State: "B9", By: []Role{Office}, NPC: true, Paper: "ballot",
		Verdicts: []Verdict{{Code: "satisfied", Text: "满意"}, {Code: "basically", Text: "基本满意"}, {Code: "dissatisfied", Text: "不满意", Reason: true}}},
	"rectification": {Title: "整改意见书", Verb: "立整改意见书", State: "B10", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "rectification"},
	"promise-ballot": {Title: "效果测评", Verb: "登记测评结果", State: "B11", By: []Role{Office}, NPC: true, Paper: "ballot",
		Verdicts: []Verdict{{Code: "satisfied", Text: "满意"}, {Code: "basically", Text: "基本满意"}, {Code: "dissatisfied", Text: "不满意", Reason: true}}},
	"present": {Title: "提请审议研究处理情况", Verb: "登记审议", State: "B12", By: []Role{Office}, NPC: true, Reason: true},

	"join": {Title: "联名确认", Verb: "确认联名", State: "Z1", By: []Role{Member}, NPC: true,
		Verdicts: []Verdict{{Code: "agree", Text: "同意联名"}, {Code: "decline", Text: "不联名"}}},
	"retract": {Title: "撤回质询案", Verb: "撤回质询案", By: []Role{Member}, NPC: true, Door: true, Reason: true},
	"put": {Title: "主任会议决定", Verb: "登记主任会议决定", State: "Z2", By: []Role{Office}, NPC: true, Paper: "put", Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "plenary", Text: "交由其在常委会会议上口头答复"}, {Code: "committee", Text: "交由其在委员会会议上口头答复"}, {Code: "written", Text: "交由其书面答复"}, {Code: "decline", Text: "不交付答复"}}},
	"oral-answer":   {Title: "口头答复", Verb: "登记口头答复", State: "Z3", By: []Role{Office}, Attends: []Role{UnitHead, Member}, NPC: true, Paper: "oral-answer", Round: true},
	"signed-answer": {Title: "书面答复", Verb: "签署书面答复", State: "Z3", By: []Role{UnitHead}, Drafter: Liaison, Paper: "signed-answer", Round: true},
	"signer-word": {Title: "提案人意见", Verb: "对答复提出意见", State: "Z4", By: []Role{Member}, NPC: true,
		Verdicts: []Verdict{{Code: "satisfied", Text: "满意"}, {Code: "dissatisfied", Text: "不满意", Reason: true}}},

	"given": {Title: "交办", State: "P1", By: []Role{System}, NPC: true},
	"fix":   {Title: "整改", Verb: "申请销号", State: "P2", By: []Role{UnitHead}, Drafter: Liaison, Paper: "closing", Round: true},
	"closing-check": {Title: "委室核查销号", Verb: "核查", State: "P3", By: []Role{Head, Clerk}, NPC: true, Paper: "closing-check", Round: true,
		Verdicts: []Verdict{{Code: "closed", Text: "核查属实，同意销号"}, {Code: "open", Text: "没有整改到位，退回", Reason: true}}},
	"deputy-check": {Title: "代表核查销号", Verb: "核查", State: "P3", By: []Role{Deputy}, NPC: true, Paper: "closing-check", Round: true,
		Verdicts: []Verdict{{Code: "closed", Text: "核查属实，同意销号"}, {Code: "open", Text: "没有整改到位，退回", Reason: true}}},
	"evidence": {Title: "证据", Verb: "补充证据", By: []Role{Clerk, Head, Deputy}, NPC: true, Door: true, Paper: "evidence", Round: true,
		Verdicts: []Verdict{{Code: "talk", Text: "座谈问卷"}, {Code: "visit", Text: "明查暗访"}, {Code: "sample", Text: "抽样检测"}, {Code: "film", Text: "视频取证"}}},
	"watch":      {Title: "销号后观察", State: "P4", By: []Role{System}, NPC: true, Round: true},
	"rebound":    {Title: "反弹重开", Verb: "反弹重开", By: []Role{Head, Clerk, Deputy}, NPC: true, Door: true, Reason: true, Round: true},
	"questioned": {Title: "列为考题", By: []Role{System}, Door: true},
	"long-term":  {Title: "列入长期", Verb: "登记主任会议决定：列入长期", By: []Role{Office}, NPC: true, Door: true, Reason: true},
	"milestone": {Title: "年度进展", Verb: "报告年度进展", State: "P5", By: []Role{UnitHead}, Drafter: Liaison, Paper: "progress", Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "done", Text: "已经完成，申请销号"}, {Code: "ongoing", Text: "继续整改"}}},

	"appraisee": {Title: "选定评议对象", Verb: "登记选定决定", State: "W1", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "accept", Text: "列为评议对象"}, {Code: "decline", Text: "不列入"}}},
	"mobilise":             {Title: "评议动员会", Verb: "登记动员会", State: "W2", By: []Role{Office}, NPC: true, Paper: "mobilise"},
	"appraisal-plan":       {Title: "评议实施方案", Verb: "报送实施方案", State: "W3", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "appraisal-plan"},
	"appraisal-survey":     {Title: "评议调研", Verb: "登记调研结束", State: "W4", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "appraisal-survey"},
	"survey-report":        {Title: "调研报告提交主任会议", Verb: "提交调研报告", State: "W5", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "survey-report"},
	"self-report":          {Title: "单位述职报告", Verb: "报送述职报告", State: "W6", By: []Role{UnitHead}, Drafter: Liaison, Paper: "self-report"},
	"review-meeting":       {Title: "评议会", Verb: "登记评议会", State: "W7", By: []Role{Office}, NPC: true, Paper: "review-meeting"},
	"first-ballot":         {Title: "评议会票决", Verb: "登记票决结果", State: "W8", By: []Role{Office}, NPC: true, Paper: "ballot", Verdicts: satisfaction},
	"appraisal-opinion":    {Title: "评议意见", Verb: "签发评议意见", State: "W9", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "appraisal-opinion"},
	"party-report":         {Title: "向党委书面报告", Verb: "登记书面报告", State: "W10", By: []Role{Office}, NPC: true, Paper: "party-report"},
	"government-circular":  {Title: "向政府通报", Verb: "登记通报", State: "W10", By: []Role{Office}, NPC: true, Paper: "government-circular"},
	"rectification-plan":   {Title: "评议整改方案", Verb: "报送整改方案", State: "W11", By: []Role{UnitHead}, Drafter: Liaison, Paper: "rectification-plan"},
	"rectification-report": {Title: "评议整改报告", Verb: "报送整改报告", State: "W12", By: []Role{UnitHead}, Drafter: Liaison, Paper: "rectification-report"},
	"follow-up":            {Title: "跟踪督查", Verb: "登记跟踪督查", By: []Role{Head, Clerk}, NPC: true, Door: true, Paper: "follow-up", Round: true},
	"second-ballot":        {Title: "二次票决", Verb: "登记票决结果", State: "W13", By: []Role{Office}, NPC: true, Paper: "ballot", Verdicts: satisfaction},

	"take-up": {Title: "评估立项", Verb: "登记立项决定", State: "E1", By: []Role{Office}, NPC: true, Reason: true,
		Verdicts: []Verdict{{Code: "accept", Text: "同意立项评估"}, {Code: "decline", Text: "不予立项"}}},
	"indicators":  {Title: "评估指标体系", Verb: "报送指标体系", State: "E2", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "indicators", Round: true},
	"self-rating": {Title: "单位自评", Verb: "报送自评", State: "E3", By: []Role{UnitHead}, Drafter: Liaison, Paper: "self-rating", Round: true},
	"collect":     {Title: "数据采集", Verb: "登记采集结果", State: "E3", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "collect", Round: true},
	"expert-review": {Title: "专家评审", Verb: "登记专家评审意见", State: "E4", By: []Role{Office}, NPC: true, Paper: "expert-review", Round: true,
		Verdicts: []Verdict{{Code: "accept", Text: "通过评审"}, {Code: "rework", Text: "指标或数据不足以评价，重新制定指标、采集", Reason: true}}},
	"evaluation-report": {Title: "末端评估报告", Verb: "提交评估报告", State: "E5", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "evaluation-report"},
	"hear-evaluation": {Title: "听取评估报告", Verb: "登记听取情况", State: "E6", By: []Role{Office}, NPC: true, Paper: "hear-evaluation", Reason: true,
		Verdicts: []Verdict{{Code: "heard", Text: "听取报告，评估结果通报单位"}, {Code: "supervise", Text: "效果不好，另行提出工作评议或者审议意见"}}},

	"party-consent": {Title: "党委同意", Verb: "登记党委意见", State: "V1", By: []Role{Office}, NPC: true, Paper: "party-consent", Reason: true,
		Verdicts: []Verdict{{Code: "accept", Text: "党委同意评价"}, {Code: "decline", Text: "党委没有同意"}}},
	"duty-report":            {Title: "述职报告", Verb: "提交述职报告", State: "V2", By: []Role{UnitHead}, Paper: "duty-report"},
	"official-ballot":        {Title: "履职测评", Verb: "登记测评结果", State: "V3", By: []Role{Office}, NPC: true, Paper: "ballot", Verdicts: satisfaction},
	"official-report":        {Title: "结果报区委、组织部", Verb: "登记报送", State: "V4", By: []Role{Office}, NPC: true, Paper: "official-report", Round: true},
	"official-rectify":       {Title: "书面整改", Verb: "提交整改报告", State: "V5", By: []Role{UnitHead}, Paper: "official-rectify"},
	"official-second-ballot": {Title: "再次测评", Verb: "登记测评结果", State: "V6", By: []Role{Office}, NPC: true, Paper: "ballot", Verdicts: satisfaction},

	// Adoption: no stage of it is opened, the office may always put an open matter on other rules.
	Adoption: {Title: "改用新版规则", Verb: "改用新版规则", By: []Role{Office}, NPC: true, Door: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: Longer, Text: "期限只延不缩"}, {Code: Shortened, Text: "确认期限提前"}}},
	"choose-key": {Title: "列为重点建议", Verb: "列为重点建议", By: []Role{Office}, NPC: true, Door: true, Reason: true},
	"key-plan":   {Title: "督办方案", Verb: "报送督办方案", State: "C16", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "key-plan"},
	"bimonthly":  {Title: "双月跟踪", Verb: "登记跟踪情况", State: "C16", By: []Role{ViceChair, Chair}, Drafter: Clerk, NPC: true, Reason: true, Round: true},
	"inspection": {Title: "半年视察", Verb: "登记视察意见", State: "C16", By: []Role{Head}, Drafter: Clerk, NPC: true, Paper: "inspection", Reason: true},
	"year-score": {Title: "年底考评", Verb: "登记考评", State: "C16", By: []Role{ViceChair, Chair}, Drafter: Clerk, NPC: true, Paper: "year-score", Reason: true,
		Verdicts: []Verdict{{Code: "good", Text: "优秀"}, {Code: "fair", Text: "良好"}, {Code: "pass", Text: "合格"}, {Code: "fail", Text: "不合格", Reason: true}}},
	"visit": {Title: "跟踪视察、回头视察", Verb: "登记视察", By: []Role{Head, ViceChair, Chair}, NPC: true, Door: true, Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "tracking", Text: "跟踪视察"}, {Code: "return", Text: "回头视察"}}},
	"confront": {Title: "三方对质", Verb: "登记三方对质", By: []Role{Head, Deputies}, NPC: true, Door: true, Paper: "confront", Reason: true, Round: true,
		Verdicts: []Verdict{{Code: "true", Text: "属实"}, {Code: "partly", Text: "部分属实"}, {Code: "false", Text: "不属实"}}},
}

// contactWays are how a unit and a deputy talked (见面率 counts visits).
var contactWays = []Verdict{{Code: "visit", Text: "见面"}, {Code: "phone", Text: "电话"}, {Code: "meeting", Text: "座谈"}}

// replyClasses are the classes of a reply (spec 2c).
var replyClasses = []Verdict{{Code: "A", Text: "A类：已经解决或基本解决"}, {Code: "B", Text: "B类：正在解决或列入规划逐步解决"},
	{Code: "C", Text: "C类：因条件限制或其他原因待以后解决", Reason: true}, {Code: "D", Text: "D类：留作参考", Reason: true}}

// satisfaction is what a deputy says; unanswered (未反馈) is what silence ends as, never satisfaction.
var satisfaction = []Verdict{{Code: "satisfied", Text: "满意"}, {Code: "basically", Text: "基本满意"}, {Code: "dissatisfied", Text: "不满意", Reason: true}}

// silences are the verdicts that nobody spoke.
var silences = map[string]string{Lapsed: "不再办理", Auto: "期限届满自动办理", Unanswered: "未反馈", "silent": "未确认", "complex": "六个月内答复"}

// Unanswered is the verdict of a deputy's silence (未反馈).
const Unanswered = "unanswered"

// events are facts that are no stages, as people call them.
var events = map[string]string{
	"T0": "闭会（调研、检查结束）", "issued": "签发", "heir": "改派", "gone": "承办单位", Correct: "更正", "plan-accepted": "方案审核通过",
	"draft-accepted": "委室同意正式回告", "draft-timely": "委室意见", "plan-timely": "方案审核通过", "reported": "正式回告", "rectified": "再整改报告",
	"settled": "逐条销号", "resolution": "决议确定的期限", "filed": "提出建议", "complete": "联名确认完毕", "class": "办理类别确定", "answered": "答复代表",
	"proposed": "提出约谈", "agreed": "纪要签认",
	"raised-topic": "提出选题", "raised": "提出评议", "evaluation-raised": "提出末端评估", "gathered": "数据采集完成", "review-day": "评议会日期", "meeting-day": "询问会日期", "questions": "列出考题", "listed": "列入问题清单", "closed": "销号",
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

// series are the letters before the numbers of the states of spec 2, by procedure.
var series = map[string]string{"opinion": "A", "suggestion": "C", "motion": "M", "interview": "Y", "inquiry": "B", "problem": "P", "interpellation": "Z", "evaluation": "E", WorkAppraisal: "W", OfficialAppraisal: "V"}

// Phase is the state of spec 2a (A1 … A16), 2c (C1 … C18, M1 … M10) 2f (Y1 … Y7), 2b (B1 … B12, P1 … P5, Z1 … Z4) or 2e (W1 … W14, V1 … V6, E1 … E6) that a matter waits in: the earliest of what is owed.
func (s *State) Phase() string {
	switch {
	case s.Outcome != "":
		return s.Outcome
	case !s.Stopped.IsZero():
		return "suspended"
	}
	phase, least := "", 99
	letter := series[cmp.Or(s.Procedure, "opinion")]
	for _, o := range s.Open {
		d := Duties[Kind(o.Key)]
		for _, state := range strings.Fields(d.State) {
			if n, err := strconv.Atoi(strings.TrimPrefix(state, letter)); err == nil && !d.Door && n < least {
				phase, least = state, n
			}
		}
	}
	return phase
}

// KindsOf are the kinds of stages that are a procedure's alone, in order: those with a state of it.
func KindsOf(procedure string) (kinds []string) {
	for kind, d := range Duties {
		if strings.HasPrefix(d.State, series[procedure]) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// Stands are all places where a matter of a procedure can stand: its phases, A1 until its first record, nowhere, suspended; ended, with an outcome.
func Stands(procedure string) []string {
	found := []string{"", "A1", "suspended", "ended"}
	for _, d := range Duties {
		for _, state := range strings.Fields(d.State) {
			if strings.HasPrefix(state, series[procedure]) {
				found = append(found, state)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// PhaseName is the Chinese name of a state of spec 2a or 2c, or of an outcome.
func PhaseName(phase string) string {
	return map[string]string{
		"A1": "起草", "A2": "审签", "A3": "待交办", "A4": "已交办", "A5": "签收分办", "A6": "报送方案", "A7": "方案审核", "A8": "办理中",
		"A9": "征求意见稿", "A10": "委室意见", "A11": "正式回告", "A12": "审查测评", "A13": "办结销号", "A14": "再整改", "A15": "跟踪监督", "A16": "公开归档",
		"C1": "提出", "C2": "审查立案", "C4": "待交办", "C5": "待签收", "C6": "退办改派", "C7": "联系代表", "C8": "会办", "C10": "办理答复", "C11": "代表评价",
		"C12": "落实", "C13": "落实评价", "C14": "重新办理", "C15": "再次评价", "C16": "办结", "C17": "跨年度跟踪", "C18": "公开归档",
		"M1": "联名提出", "M2": "审查", "M3": "主席团决定", "M4": "大会表决", "M5": "政府实施方案", "M6": "常委会听取方案", "M7": "跟踪视察", "M8": "年底报告",
		"M9": "表决结案", "M10": "向大会报告", "insufficient": "联名不足", "rejected": "未获通过", "converted": "已转作建议",
		"merged": "已并案", "letter": "已转来信",
		"Y1": "代表提出", "Y2": "审批", "Y3": "待通知", "Y4": "待签收", "Y5": "待约谈", "Y6": "纪要签认", "Y7": "承诺跟踪",
		"declined": "不提请约谈", "refused": "未予批准", "concluded": "已办结",
		"B1": "选题", "B2": "方案", "B3": "询前调研", "B4": "梳理问题", "B5": "交办会", "B6": "会前整改", "B7": "会议筹备", "B8": "询问会", "B9": "现场测评",
		"B10": "整改意见书", "B11": "效果测评", "B12": "公开归档", "unchosen": "没有选为专题",
		"P1": "待交办", "P2": "整改中", "P3": "核查中", "P4": "已销号", "P5": "列入长期", "closed": "已销号",
		"W1": "选定对象", "W2": "动员会", "W3": "实施方案", "W4": "评议调研", "W5": "调研报告", "W6": "单位述职", "W7": "评议会", "W8": "现场票决", "W9": "评议意见",
		"W10": "三向通报", "W11": "整改方案", "W12": "整改", "W13": "二次票决", "W14": "主任会议处置", "unlisted": "没有列为评议对象",
		"V1": "征求党委意见", "V2": "述职报告", "V3": "履职测评", "V4": "报送结果", "V5": "书面整改", "V6": "再次测评", "unconsented": "党委没有同意",
		"Z1": "联名", "Z2": "主任会议决定", "Z3": "答复", "Z4": "提案人评价", "unput": "没有交付答复", "answered": "已答复",
		"E1": "立项", "E2": "指标体系", "E3": "数据采集", "E4": "专家评审", "E5": "评估报告", "E6": "听取报告", "untaken": "没有立项", "evaluated": "已评估",
		"suspended": "中止", "archived": "已归档", "withdrawn": "已撤回", "terminated": "已终止",
	}[phase]
}
