package api

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"bihuan/schemas"
)

type (
	rulesPage struct {
		Procedure string
		Tabs      []tab
		Sets      []schemas.RuleSet // ready ones to choose from; empty: none, or not for this person
		Chosen    string            // the set looked at
		Changes   []changeView      // what it would change
		Rules     schemas.Rules
		Missing   bool // the congress has no rules yet
		MayAdopt  bool
		Said      string // what was done just now
		rulesView
	}
	// rulesView is what a version says, for people to read.
	rulesView struct {
		Terms     []termView
		Reminders []reminderView
		Profiles  []string // heads of the columns of Rungs
		Rungs     [][]rungView
		Limits    []limitView
	}
	limitView struct {
		schemas.Limit
		Value, Rests string // in words
	}
	termView struct {
		Key, Name, Length, Mode, Ladder, Effect, Points, Source string
	}
	changeView struct {
		Name, Was, Is, Source string
	}
	reminderView struct {
		Class, Points, Yellow string
	}
	rungView struct {
		Level, When, To, Paper string // all empty: the profile has no such level
	}
)

// termNames are the terms that bear no stage's name.
var termNames = map[string]string{
	"return-window": "提出退办的时限", "plan-rework": "重报方案", "plan-extension-window": "申请方案延期的时限",
	"plan-extension-cap": "方案延期的上限", "forward": "政府办转报", "check": "委室审核方案、征求意见稿", "ruling": "再次不合格的裁定",
	"draft-rework": "重报征求意见稿", "after-check": "委室审核之后的下一环节", "report-extension-window": "申请回告延期的时限",
	"report-extension-cap": "回告延期的上限", "handover-session": "大会期间的交办", "handover-recess": "闭会期间的交办", "reply-extended": "复杂的和延期的答复",
	"reply-extension-window": "申请答复延期的时限", "withdraw": "确认撤回", "fulfil-half-year": "跨年度半年报告", "fulfil-amend": "核查不属实后重新落实",
	"bimonthly-1": "双月跟踪（第一次）", "bimonthly-2": "双月跟踪（第二次）", "bimonthly-3": "双月跟踪（第三次）", "track-1": "双月跟踪（第一次）", "track-2": "双月跟踪（第二次）",
	"hold": "提前通知约谈", "postpone-limit": "约谈延期的上限", "promise-again": "再次报告兑现",
}

// termOrder is the way that a matter goes; terms that it does not name come last.
var termOrder = []string{"draft", "review", "issue", "handover", "receive", "distribute", "sign", "return-window", "return", "reassign",
	"opinion", "plan", "plan-rework", "plan-extension-window", "plan-extension-cap", "forward", "check", "ruling", "progress", "draft-report",
	"draft-rework", "report", "after-check", "report-extension-window", "report-extension-cap", "extension", "examine", "evaluate",
	"rectify", "dispose", "verify", "settle", "track", "cosign", "vet", "revise", "withdraw", "handover-session", "handover-recess", "contact", "reply",
	"reply-extended", "reply-extension-window", "feedback", "receipt", "redo", "refeedback", "verification", "fulfil", "score", "publish", "archive", "endorse", "approve", "notify", "hold", "proxy", "postpone", "postpone-limit", "minutes", "countersign",
	"join", "put", "oral-answer", "signed-answer", "signer-word", "minutes-ruling", "promise", "promise-check", "promise-again", "appraisee", "mobilise", "appraisal-plan", "appraisal-survey", "self-report", "survey-report",
	"review-meeting", "first-ballot", "appraisal-opinion", "party-report", "government-circular", "rectification-plan", "rectification-report", "second-ballot",
	"party-consent", "duty-report", "official-ballot", "official-report", "official-rectify", "official-second-ballot", "take-up", "indicators", "self-rating", "collect", "expert-review", "evaluation-report", "hear-evaluation", "suspension", "instruction"}

// allProfiles are the ladders in the order of their columns.
var allProfiles = []struct{ code, name string }{
	{"short", "单位（期限15日以内）"}, {"medium", "单位（16至45日）"}, {"long", "单位（超过45日）"}, {"progress", "进展报告"},
	{"government", "政府办"}, {"internal", "人大内部"}, {"confined", "办公室、主任会议成员"}, {"meeting", "约谈当日"}, {"deputy", "代表"}, {"leader", "领衔领导"}, {"gate", "会前整改（门槛）"},
}

func (s *Server) rules(w http.ResponseWriter, r *http.Request) {
	page, err := s.rulesPage(r, r.URL.Query().Get("procedure"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.consider(r.URL.Query().Get("set"))
	page.Said = s.sessions.PopString(r.Context(), ruledKey)
	s.render(w, r, http.StatusOK, "rules", page)
}

// procedures are those that have rules, in the order of their tabs.
var procedures = []option{{"opinion", "监督意见"}, {"suggestion", "代表建议"}, {"motion", "议案"}, {"interview", "约见约谈"}, {"inquiry", "专题询问"}, {"problem", "询问的问题"}, {"interpellation", "质询"}, {"evaluation", "末端评估"},
	{schemas.WorkAppraisal, "工作评议"}, {schemas.OfficialAppraisal, "履职评价"}}

func (s *Server) rulesPage(r *http.Request, procedure string) (page rulesPage, err error) {
	p := person(r.Context())
	page.Procedure = procedures[0].Value
	for _, o := range procedures {
		if o.Value == procedure {
			page.Procedure = procedure
		}
	}
	for _, o := range procedures {
		page.Tabs = append(page.Tabs, tab{Title: o.Text, Href: "/rules?procedure=" + o.Value, Current: o.Value == page.Procedure})
	}
	_, page.Rules, err = s.Register.CurrentRules(r.Context(), p.Congress, page.Procedure)
	var known *schemas.Error
	if errors.As(err, &known) && known.Code == "NotFound" {
		page.Missing = true
		return page, nil
	}
	if err != nil {
		return page, err
	}
	page.rulesView = showRules(page.Rules)
	if page.MayAdopt = granted(p, "adopt", subject{object: "rules"}); page.MayAdopt {
		page.Sets, err = schemas.RuleSets(page.Procedure)
	}
	return page, err
}

// consider shows what a ready set would change; a name that is none shows nothing.
func (page *rulesPage) consider(name string) {
	for _, set := range page.Sets {
		if set.Name != name {
			continue
		}
		if next, err := page.Rules.With(set); err == nil {
			page.Chosen, page.Changes = name, differences(page.Rules, next)
		}
	}
}

func showTerms(rules schemas.Rules) (ts []termView) {
	place := func(name string) int {
		if i := slices.Index(termOrder, name); i >= 0 {
			return i
		}
		return len(termOrder)
	}
	names := slices.SortedFunc(maps.Keys(rules.Terms), func(a, b string) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
	})
	for _, name := range names {
		t := rules.Terms[name]
		v := termView{Key: name, Name: termName(name), Length: t.Words(), Mode: schemas.ModeName(t.Mode), Ladder: ladderName(t.Ladder), Points: pointsName(t.Points), Source: t.Source, Effect: effectNames[t.Effect]}
		if name == "sign" || name == "receipt" {
			v.Effect = "到期视为签收"
		}
		ts = append(ts, v)
	}
	return ts
}

// termName is what pages call a term.
func termName(key string) string {
	if name := termNames[key]; name != "" {
		return name
	}
	return schemas.Title(key)
}

// ladderName is what pages call a profile; empty: none.
func ladderName(code string) string {
	if code == "unit" {
		return "单位（按期限长短）"
	}
	for _, p := range allProfiles {
		if p.code == code {
			return p.name
		}
	}
	return ""
}

func pointsName(points []string) string {
	var said []string
	for _, p := range points {
		said = append(said, pointName(p))
	}
	return strings.Join(said, "、")
}

// showRules lays a version out.
func showRules(rules schemas.Rules) (v rulesView) {
	v.Terms, v.Reminders = showTerms(rules), showReminders(rules.Reminders)
	v.ladders(rules.Ladders)
	for _, l := range schemas.Limits(rules.Procedure) {
		v.Limits = append(v.Limits, limitView{l, l.Says(rules.Policy.Limit(l.Code)), cmp.Or(rules.Sources["limit/"+l.Code], l.Source)})
	}
	return v
}

// effectNames say what a case enters by itself when the term has run out.
var effectNames = map[string]string{schemas.Auto: "到期自动办理", "resume": "到期自动恢复", schemas.Unanswered: "到期记为未反馈", "silent": "到期视为不联名"}

func showReminders(classes []schemas.Class) (rs []reminderView) {
	from := 1
	for _, c := range classes {
		v := reminderView{Class: fmt.Sprintf("%d至%d日", from, c.UpTo), Yellow: pointName(c.Yellow)}
		switch {
		case from == 1:
			v.Class = fmt.Sprintf("%d日以内", c.UpTo)
		case c.UpTo >= 10_000: // the last class is open
			v.Class = fmt.Sprintf("%d日及以上", from)
		}
		v.Points = pointsName(c.Points)
		rs = append(rs, v)
		from = c.UpTo + 1
	}
	return rs
}

func pointName(point string) string {
	if point == "T" {
		return "到期当日"
	}
	return strings.TrimSuffix(schemas.LevelName(point), "提醒")
}

// ladders lays the profiles side by side, the first level on top.
func (page *rulesView) ladders(ladders map[string][]schemas.Level) {
	highest := 0
	var profiles []struct{ code, name string }
	for _, p := range allProfiles {
		if len(ladders[p.code]) > 0 {
			profiles = append(profiles, p)
		}
	}
	for _, p := range profiles {
		page.Profiles = append(page.Profiles, p.name)
		highest = max(highest, len(ladders[p.code]))
	}
	for n := range highest {
		row := make([]rungView, len(profiles))
		for i, p := range profiles {
			if n < len(ladders[p.code]) {
				row[i] = showRung(ladders[p.code][n])
			}
		}
		page.Rungs = append(page.Rungs, row)
	}
}

func showRung(l schemas.Level) rungView {
	var to []string
	for _, role := range l.Roles {
		to = append(to, toldName(role))
	}
	return rungView{Level: schemas.LevelName(l.Code), When: fmt.Sprintf("到期后第%d个工作日9:00", l.Days+1), To: strings.Join(to, "、"), Paper: l.Paper}
}

// toldName is what pages call a role that a ladder tells.
func toldName(role schemas.Role) string {
	if role == schemas.RoleOfDuty {
		return "责任人"
	}
	return schemas.RoleNames[role]
}
