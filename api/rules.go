package api

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
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
		Terms     []termView
		Reminders []reminderView
		Profiles  []string // heads of the columns of Rungs
		Rungs     [][]rungView
	}
	termView struct {
		Name, Length, Mode, Ladder, Effect, Source string
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
	{"government", "政府办"}, {"internal", "人大内部"}, {"confined", "办公室、主任会议成员"}, {"meeting", "约谈当日"}, {"deputy", "代表"}, {"leader", "领衔领导"},
}

func (s *Server) rules(w http.ResponseWriter, r *http.Request) {
	page, err := s.rulesPage(r, r.URL.Query().Get("procedure"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.consider(r.URL.Query().Get("set"))
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
	page.Terms, page.Reminders = showTerms(page.Rules), showReminders(page.Rules.Reminders)
	page.ladders(page.Rules.Ladders)
	if granted(p, "adopt", subject{object: "rules"}) {
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
		page.Chosen = name
		next, err := page.Rules.With(set, page.next())
		if err != nil {
			return
		}
		now := showTerms(page.Rules)
		for i, v := range showTerms(next) {
			if i < len(now) && v.Length != now[i].Length {
				page.Changes = append(page.Changes, changeView{v.Name, now[i].Length, v.Length, v.Source})
			}
		}
		if (len(next.Scores) > 0) != (len(page.Rules.Scores) > 0) {
			page.Changes = append(page.Changes, changeView{"代表评分", yesNo(len(page.Rules.Scores) > 0), yesNo(len(next.Scores) > 0), set.Source})
		}
	}
}

func yesNo(b bool) string {
	if b {
		return "百分制分段评分"
	}
	return "只评满意程度，不打分"
}

// next is the version that follows.
func (page *rulesPage) next() string {
	n, _ := strconv.Atoi(page.Rules.Version) // a version that is no number is followed by the first
	return strconv.Itoa(n + 1)
}

// adoptRules makes a ready set the rules of cases that begin from now on; open cases keep theirs.
func (s *Server) adoptRules(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	page, err := s.rulesPage(r, r.PostFormValue("procedure"))
	var next schemas.Rules
	if err == nil {
		err = schemas.Refuse("NotFound", "没有这套规则")
		for _, set := range page.Sets {
			if set.Name == r.PostFormValue("set") {
				next, err = page.Rules.With(set, page.next())
			}
		}
	}
	if err == nil && r.PostFormValue("version") == page.Rules.Version { // sent twice: the first has done it
		_, err = s.Register.AddRules(r.Context(), p.Congress, next)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/rules?procedure="+page.Procedure, http.StatusSeeOther)
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
		v := termView{Name: termNames[name], Length: t.Words(), Mode: schemas.ModeName(t.Mode), Source: t.Source, Effect: effectNames[t.Effect]}
		if name == "sign" || name == "receipt" {
			v.Effect = "到期视为签收"
		}
		if v.Name == "" {
			v.Name = schemas.Title(name)
		}
		switch i := slices.IndexFunc(allProfiles, func(p struct{ code, name string }) bool { return p.code == t.Ladder }); {
		case t.Ladder == "unit":
			v.Ladder = "单位（按期限长短）"
		case i >= 0:
			v.Ladder = allProfiles[i].name
		}
		ts = append(ts, v)
	}
	return ts
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
		var points []string
		for _, p := range c.Points {
			points = append(points, pointName(p))
		}
		v.Points = strings.Join(points, "、")
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
func (page *rulesPage) ladders(ladders map[string][]schemas.Level) {
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
		if role == schemas.RoleOfDuty {
			to = append(to, "责任人")
		} else {
			to = append(to, schemas.RoleNames[role])
		}
	}
	return rungView{Level: schemas.LevelName(l.Code), When: fmt.Sprintf("到期后第%d个工作日9:00", l.Days+1), To: strings.Join(to, "、"), Paper: l.Paper}
}
