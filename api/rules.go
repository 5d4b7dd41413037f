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
	"report-extension-cap": "回告延期的上限",
}

// termOrder is the way that a matter goes; terms that it does not name come last.
var termOrder = []string{"draft", "review", "issue", "handover", "receive", "distribute", "sign", "return-window", "return", "reassign",
	"opinion", "plan", "plan-rework", "plan-extension-window", "plan-extension-cap", "forward", "check", "ruling", "progress", "draft-report",
	"draft-rework", "report", "after-check", "report-extension-window", "report-extension-cap", "extension", "examine", "evaluate",
	"rectify", "dispose", "verify", "settle", "track", "publish", "archive", "suspension", "instruction"}

// profiles are the ladders in the order of their columns.
var profiles = []struct{ code, name string }{
	{"short", "单位（期限15日以内）"}, {"medium", "单位（16至45日）"}, {"long", "单位（超过45日）"}, {"progress", "进展报告"},
	{"government", "政府办"}, {"internal", "人大内部"},
}

func (s *Server) rules(w http.ResponseWriter, r *http.Request) {
	_, rules, err := s.Register.CurrentRules(r.Context(), person(r.Context()).Congress, "opinion")
	var known *schemas.Error
	if errors.As(err, &known) && known.Code == "NotFound" {
		s.render(w, r, http.StatusOK, "rules", rulesPage{Missing: true})
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := rulesPage{Rules: rules, Terms: showTerms(rules), Reminders: showReminders(rules.Reminders)}
	page.ladders(rules.Ladders)
	s.render(w, r, http.StatusOK, "rules", page)
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
		if v.Name == "" {
			v.Name = schemas.Title(name)
		}
		switch i := slices.IndexFunc(profiles, func(p struct{ code, name string }) bool { return p.code == t.Ladder }); {
		case t.Ladder == "unit":
			v.Ladder = "单位（按期限长短）"
		case i >= 0:
			v.Ladder = profiles[i].name
		}
		ts = append(ts, v)
	}
	return ts
}

// effectNames say what a case enters by itself when the term has run out.
var effectNames = map[string]string{schemas.Auto: "到期视为签收", "resume": "到期自动恢复"}

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
