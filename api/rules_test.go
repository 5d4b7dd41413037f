package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

func with(form url.Values, pairs ...string) url.Values {
	next := url.Values{}
	for k, v := range form {
		next[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "-" {
			next.Del(pairs[i])
			continue
		}
		next[pairs[i]] = strings.Split(pairs[i+1], "|")
	}
	return next
}

// A form with nonsense in it changes nothing and says what is wrong.
func TestRuleFormsRefuseNonsense(t *testing.T) {
	s, d := newDistrict(t)
	b := s.as("ofc")
	term := url.Values{"procedure": {"opinion"}, "name": {"plan"}, "way": {"natural_shift"}, "n": {"3"}, "unit": {"W"}, "ladder": {"unit"}, "source": {"主任会议2026年3月2日决定"}, "do": {"keep"}}
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"no number":         {with(term, "n", ""), "期限的数目须是1到"},
		"words":             {with(term, "n", "三"), "请填写整数"},
		"negative":          {with(term, "n", "-3"), "请填写整数"},
		"a century":         {with(term, "n", "9999"), "期限的数目须是1到"},
		"overflow":          {with(term, "n", "99999999999999999999"), "请填写整数"},
		"no such unit":      {with(term, "unit", "'; drop table rules"), "期限的数目须是1到"},
		"another way":       {with(term, "way", "hours"), "请选择怎样计算"},
		"no such way":       {with(term, "way", "moon"), "请选择怎样计算"},
		"no such ladder":    {with(term, "ladder", "rope"), "请选择升级梯度"},
		"no such reminder":  {with(term, "point", "T|<script>"), "没有这种提醒"},
		"no source":         {with(term, "source", " "), "请填写依据"},
		"the old source":    {with(term, "source", "江夏区“123”机制（J14）：2周回复办理方案"), "原来的依据不再适用"},
		"a long source":     {with(term, "source", strings.Repeat("长", 201)), "最多200字"},
		"a control code":    {with(term, "source", "甲\x01乙"), "无法识别的字符"},
		"31 June":           {with(term, "way", "next_year_day", "month", "6", "day", "31"), "每年都有的月和日"},
		"tried on no day":   {with(term, "do", "try", "from", "2026-02-30"), "请填写从哪一天起算"},
		"extended by hours": {with(term, "ext", "3", "ext-unit", "H"), "延长、提前的数目"},
	} {
		r, body := b.post("/rules/edit/term", c.form)
		if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, c.says) || strings.Contains(body, "<script>alert") {
			t.Errorf("%s: %d, %q is missing in\n%s", name, r.StatusCode, c.says, body)
		}
	}
	r, body := b.post("/rules/edit/term", with(term, "name", "no-such"))
	expect(t, r, http.StatusNotFound, body, "没有这一项期限")

	ladder := url.Values{"procedure": {"opinion"}, "profile": {"internal"}, "source": {"主任会议决定"}}
	for i, code := range []string{"N0", "N1", "N2", "N3"} {
		ladder.Set("days-"+code+"-internal", []string{"1", "2", "4", "6"}[i])
		ladder.Set("role-"+code, []string{"@", "CMH", "VC", "CH"}[i])
	}
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"no number":           {with(ladder, "days-N1-internal", ""), "请填写到期后第几个工作日"},
		"before the level":    {with(ladder, "days-N2-internal", "2"), "须晚于前一级"},
		"never":               {with(ladder, "days-N3-internal", "500"), "须在到期后第1至"},
		"tells nobody":        {with(ladder, "role-N1", "-"), "至少通知一种岗位"},
		"tells a department":  {with(ladder, "role-N1", "UNH"), "不能由这个梯度通知"},
		"tells a nobody":      {with(ladder, "role-N1", "NOB"), "不能由这个梯度通知"},
		"another, no source":  {with(ladder, "days-N1-internal", "3", "source", ""), "请填写依据"},
		"another, no such as": {with(ladder, "days-N1-internal", "zwei"), "请填写到期后第几个工作日"},
	} {
		r, body := b.post("/rules/edit/ladder", c.form)
		if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d, %q is missing in\n%s", name, r.StatusCode, c.says, body)
		}
	}
	r, body = b.post("/rules/edit/ladder", with(ladder, "profile", "rope"))
	expect(t, r, http.StatusNotFound, body, "没有这个升级梯度")

	reminders := url.Values{"procedure": {"opinion"}, "source": {"主任会议决定"}}
	for i := range 4 {
		n := string(rune('0' + i))
		reminders.Set("point-"+n, "T")
		reminders.Set("yellow-"+n, "T")
	}
	r, body = b.post("/rules/edit/reminders", with(reminders, "point-2", "-"))
	expect(t, r, http.StatusUnprocessableEntity, body, "至少选一个提醒")
	r, body = b.post("/rules/edit/reminders", with(reminders, "yellow-2", "red"))
	expect(t, r, http.StatusUnprocessableEntity, body, "什么时候亮黄灯")

	limits := url.Values{"procedure": {"opinion"}, "anchor": {"handover"}, "restart": {"no"}, "rework": {"2"}, "returns": {"2"}, "tracking": {"4"}}
	for _, l := range schemas.Limits("opinion") {
		limits.Set("source-"+l.Code, l.Source)
	}
	r, body = b.post("/rules/edit/limits", with(limits, "rework", "many"))
	expect(t, r, http.StatusUnprocessableEntity, body, "须是0到9的整数")
	r, body = b.post("/rules/edit/limits", with(limits, "rework", "1"))
	expect(t, r, http.StatusUnprocessableEntity, body, "原来的依据不再适用")
	r, body = b.post("/rules/edit/limits", with(limits, "anchor", "moon"))
	expect(t, r, http.StatusUnprocessableEntity, body, "请选择一项")

	for _, do := range []string{"", "adopt", "set", "move"} {
		r, body = b.post("/rules/edit", url.Values{"procedure": {"opinion"}, "do": {do}, "set": {"火星"}, "reason": {"x"}})
		if do != "move" && r.StatusCode != http.StatusUnprocessableEntity || do == "move" && r.StatusCode != http.StatusSeeOther {
			t.Errorf("%q: %d\n%s", do, r.StatusCode, body)
		}
	}
	if vs := must(s.register.RuleVersions(context.Background(), d.Congress, "opinion")); len(vs) != 1 {
		t.Errorf("%d versions", len(vs))
	}
	if _, err := s.register.RuleDraft(context.Background(), d.Congress, "opinion", d.People["ofc"]); err == nil {
		t.Error("nonsense is in the draft")
	}
}

// What is kept stands in the draft beside what counts, and becomes a version with its reason; the old one stays readable, the difference
// is told line by line.
func TestDraftBecomesAVersion(t *testing.T) {
	s, d := newDistrict(t)
	b := s.as("ofc")
	ctx := context.Background()
	post := func(path string, form url.Values) {
		t.Helper()
		if r, body := b.post(path, form); r.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", path, r.StatusCode, body)
		}
	}
	report := url.Values{"procedure": {"opinion"}, "name": {"report"}, "way": {"natural_shift"}, "n": {"4"}, "unit": {"M"}, "ladder": {"unit"}, "source": {"主任会议决定：四个月回告"}, "do": {"keep"}}
	post("/rules/edit/term", report)
	r, body := b.get("/rules/edit?procedure=opinion")
	expect(t, r, http.StatusOK, body, "改了1处", "3个月（自然日，遇休息日顺延）", "4个月（自然日，遇休息日顺延）", "主任会议决定：四个月回告", "保存以前还要改正", "“回告延期的上限”须晚于“正式回告”的期限")
	r, body = b.post("/rules/edit", adopting(b, "主任会议决定"))
	expect(t, r, http.StatusUnprocessableEntity, body, "须晚于“正式回告”的期限")
	post("/rules/edit/term", with(report, "name", "report-extension-cap", "ladder", "", "ext", "1", "ext-unit", "M"))
	ladder := url.Values{"procedure": {"opinion"}, "profile": {"unit"}, "source": {"主任会议决定：二级加告办公室"}}
	for i, code := range []string{"L0", "L1", "L2", "L3", "L4", "L5"} {
		ladder.Set("days-"+code+"-short", []string{"1", "2", "3", "4", "6", "8"}[i])
		ladder.Set("days-"+code+"-medium", []string{"1", "2", "4", "6", "8", "11"}[i])
		ladder.Set("days-"+code+"-long", []string{"1", "2", "4", "6", "11", "20"}[i])
		ladder["role-"+code] = [][]string{{"UNT"}, {"UNH"}, {"VM", "GOV", "OFC"}, {"CMH"}, {"VC"}, {"CH"}}[i]
	}
	post("/rules/edit/ladder", ladder)
	limits := url.Values{"procedure": {"opinion"}, "anchor": {"handover"}, "restart": {"no"}, "rework": {"1"}, "returns": {"2"}, "tracking": {"4"}}
	for _, l := range schemas.Limits("opinion") {
		limits.Set("source-"+l.Code, l.Source)
	}
	post("/rules/edit/limits", with(limits, "source-rework", "主任会议决定：只退一次"))
	r, body = b.get("/rules/edit?procedure=opinion")
	expect(t, r, http.StatusOK, body, "单位（超过45日）：逾期5级", "到期后第16个工作日9:00，通知主任会议", "到期后第20个工作日9:00，通知主任会议", "主任会议决定：二级加告办公室", "退回重报", "主任会议决定：只退一次")
	if strings.Contains(body, "保存以前还要改正") {
		t.Error(body)
	}
	r, body = b.post("/rules/edit", adopting(b, " "))
	expect(t, r, http.StatusUnprocessableEntity, body, "请填写修改的理由")
	r, body = b.get("/rules/preview?procedure=opinion")
	expect(t, r, http.StatusOK, body, "测人常审〔2026〕9号", "1/1", "延后", "不会改动")
	post("/rules/edit", adopting(b, "主任会议2026年11月20日决定"))
	r, body = b.get("/rules?procedure=opinion")
	expect(t, r, http.StatusOK, body, "已保存为第2版", "第2版。在办事项沿用登记时的版本", "4个月")
	r, body = s.as("unt-jia").get("/rules/versions?procedure=opinion&version=2&with=1")
	expect(t, r, http.StatusOK, body, "主任会议2026年11月20日决定", "办公室经办", "3个月（自然日，遇休息日顺延）", "4个月（自然日，遇休息日顺延）", "现行")
	r, body = b.get("/rules/versions?procedure=opinion&version=1")
	expect(t, r, http.StatusOK, body, "这是第一版", "江夏区“123”机制（J14）：3月回告办理情况")
	r, body = b.get("/rules/versions?procedure=opinion&version=7")
	expect(t, r, http.StatusNotFound, body, "没有这一版规则")
	stages := must(s.register.Stages(ctx, must(s.register.Cases(ctx, d.Congress, "opinion"))[0].ID))
	if !stages[0].Due.Equal(at(2027, 2, 10, 0, 0)) {
		t.Error("an open case has moved")
	}
	r, body = b.get("/api/rules?procedure=opinion")
	var out schemas.RulesOut
	if err := json.Unmarshal([]byte(body), &out); err != nil || r.StatusCode != http.StatusOK || out.Version != "2" || len(out.Terms) < 30 {
		t.Errorf("%s %v", body, err)
	}
}

// Two of the office at once: the second is told, and loses nothing.
func TestTwoEditorsAtOnce(t *testing.T) {
	s, d := newDistrict(t)
	s.add(d.Congress, "ofc2", "另一经办", register.Post{Role: schemas.Office})
	first, second := s.as("ofc"), s.as("ofc2")
	term := url.Values{"procedure": {"opinion"}, "name": {"plan"}, "way": {"natural_shift"}, "n": {"13"}, "unit": {"D"}, "ladder": {"unit"}, "source": {"甲定"}, "do": {"keep"}}
	first.post("/rules/edit/term", term)
	second.post("/rules/edit/term", with(term, "name", "check", "way", "workday", "n", "6", "ladder", "internal", "source", "乙定"))
	if r, body := first.post("/rules/edit", adopting(first, "决定")); r.StatusCode != http.StatusSeeOther {
		t.Fatal(body)
	}
	r, body := second.post("/rules/edit", adopting(second, "决定"))
	expect(t, r, http.StatusUnprocessableEntity, body, "规则刚刚由别人改过", "移到第2版上", "乙定")
	if r, body := second.post("/rules/edit", url.Values{"procedure": {"opinion"}, "do": {"move"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatal(body)
	}
	if r, body := second.post("/rules/edit", adopting(second, "决定")); r.StatusCode != http.StatusSeeOther {
		t.Fatal(body)
	}
	_, rules, err := s.register.CurrentRules(context.Background(), d.Congress, "opinion")
	if err != nil || rules.Version != "3" || rules.Terms["plan"].Rule != "P13D" || rules.Terms["check"].Rule != "P6WD" {
		t.Errorf("version %s: %+v %+v, %v", rules.Version, rules.Terms["plan"], rules.Terms["check"], err)
	}
}

// adopting is the form by which the draft of an opinion's rules that the page shows becomes a version.
func adopting(b browser, reason string) url.Values {
	_, body := b.get("/rules/edit?procedure=opinion")
	form := url.Values{"procedure": {"opinion"}, "do": {"adopt"}, "reason": {reason}}
	if m := regexp.MustCompile(`<input type="hidden" name="mark" value="([0-9a-f]+)">`).FindStringSubmatch(body); m != nil {
		form.Set("mark", m[1])
	}
	return form
}

// One who changes the draft in another window does not publish what he has not seen.
func TestWhatIsAdoptedWasSeen(t *testing.T) {
	s, d := newDistrict(t)
	b := s.as("ofc")
	term := url.Values{"procedure": {"opinion"}, "name": {"plan"}, "way": {"natural_shift"}, "n": {"13"}, "unit": {"D"}, "ladder": {"unit"}, "source": {"甲定"}, "do": {"keep"}}
	b.post("/rules/edit/term", term)
	seen := adopting(b, "决定")
	b.post("/rules/edit/term", with(term, "name", "check", "way", "workday", "n", "6", "ladder", "internal", "source", "乙定"))
	for _, form := range []url.Values{seen, with(seen, "mark", "")} {
		r, body := b.post("/rules/edit", form)
		expect(t, r, http.StatusUnprocessableEntity, body, "修改稿又改过", "改了2处", "乙定", `value="决定"`)
	}
	if vs := must(s.register.RuleVersions(context.Background(), d.Congress, "opinion")); len(vs) != 1 {
		t.Errorf("%d versions", len(vs))
	}
	r, body := b.post("/rules/edit", adopting(b, "决定"))
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.post("/rules/edit", seen)
	expect(t, r, http.StatusUnprocessableEntity, body, "可能已经保存过了")
}

func TestReadySetGoesIntoTheDraft(t *testing.T) {
	s, d := newDistrict(t)
	b := s.as("ofc")
	r, body := b.get("/rules?procedure=opinion&set=" + url.QueryEscape("河南2015（预算、审计）"))
	expect(t, r, http.StatusOK, body, "2个月（自然日，遇休息日顺延）", "第30条", "放进修改稿")
	if r, body := b.post("/rules/edit", url.Values{"procedure": {"opinion"}, "do": {"set"}, "set": {"河南2015（预算、审计）"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatal(body)
	}
	if r, body := b.post("/rules/edit", adopting(b, "换用河南的规定")); r.StatusCode != http.StatusSeeOther {
		t.Fatal(body)
	}
	_, rules, err := s.register.CurrentRules(context.Background(), d.Congress, "opinion")
	if err != nil || rules.Version != "2" || rules.Terms["report"].Rule != "P2M" || rules.Terms["plan"].Rule != "P2W" {
		t.Errorf("%s: %+v, %v", rules.Version, rules.Terms["report"], err)
	}
}

// The office alone enters closing days; the preview moves nothing; what cannot be is said.
func TestClosingsPage(t *testing.T) {
	s, d := newDistrict(t) // on 20 November 2026; the report is due on 9 February 2027
	b := s.as("ofc")
	form := url.Values{"token": {register.NewID()}, "first": {"2027-02-08"}, "last": {"2027-02-09"}, "name": {"庙会"}, "source": {"区办〔2026〕2号"}, "do": {"preview"}}
	for _, login := range []string{"adm", "cmh", "unt-jia"} {
		r, body := s.as(login).post("/calendar/closings", form)
		expect(t, r, http.StatusForbidden, body, "停办日由人大常委会办公室登记")
	}
	r, body := b.post("/calendar/closings", form)
	expect(t, r, http.StatusOK, body, "测人常审〔2026〕9号", "2027年2月9日（周二）", "2027年2月10日（周三）", "登记并重新推算期限")
	if c := must(s.register.CurrentCalendar(context.Background(), d.Congress)); c.Day(at(2027, 2, 9, 2, 0)).Local {
		t.Error("the preview has entered it")
	}
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"nothing":       {url.Values{"token": {register.NewID()}}, "请填写第一天"},
		"no such day":   {with(form, "first", "2027-02-30"), "无法识别"},
		"backwards":     {with(form, "first", "2027-02-10"), "不能早于第一天"},
		"a weekend":     {with(form, "first", "2027-02-20", "last", "2027-02-21"), "本来就不上班"},
		"years ahead":   {with(form, "first", "2037-02-08", "last", "2037-02-09"), "请核对年份"},
		"long past":     {with(form, "first", "2026-02-02", "last", "2026-02-03"), "请核对年份"},
		"no source":     {with(form, "source", " "), "请填写依据"},
		"a long reason": {with(form, "name", strings.Repeat("台", 21)), "事由"},
	} {
		for _, do := range []string{"preview", "enter"} {
			r, body := b.post("/calendar/closings", with(c.form, "do", do))
			if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, c.says) {
				t.Errorf("%s, %s: %d, %q is missing in\n%s", name, do, r.StatusCode, c.says, body)
			}
		}
	}
	r, body = b.post("/calendar/closings", with(form, "token", "x"))
	expect(t, r, http.StatusUnprocessableEntity, body, "表单凭据不对")
	r, body = b.post("/calendar/closings/withdraw", url.Values{"id": {register.NewID()}, "reason": {"x"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "不能再撤销")
	must(s.register.AddClosing(context.Background(), d.Congress, d.People["ofc"], register.Closing{ID: register.NewID(), FirstDay: "2027-02-08", LastDay: "2027-02-09", Name: "庙会", Source: "区办"}))
	r, body = s.as("unt-jia").get("/calendar?year=2027")
	expect(t, r, http.StatusOK, body, `<td class="closed">8<b>停</b><i>庙会</i></td>`, "庙会，本地停办", "＋停办日（第1版）")
	r, body = b.get("/calendar/closings")
	expect(t, r, http.StatusOK, body, "2027年2月8日（周一）至2027年2月9日（周二）", "撤销")
	r, body = b.get("/calendar/print?year=2027")
	expect(t, r, http.StatusOK, body, "2027年工作日历（暂定）", "本地停办", "12月")
	r, body = b.get("/api/calendar?year=2027")
	var out schemas.CalendarOut
	if err := json.Unmarshal([]byte(body), &out); err != nil || r.StatusCode != http.StatusOK || !out.Provisional || out.Year != 2027 ||
		!strings.Contains(body, `{"date":"2027-02-08","works":false,"name":"庙会","local":true}`) {
		t.Errorf("%s %v", body, err)
	}
}

// A preview of many dates is paged, for a calendar and for rules.
func TestPreviewsArePaged(t *testing.T) {
	s, d := newDistrict(t)
	ctx := context.Background()
	for i := range 60 {
		f := d.Filing("页审"+string(rune('A'+i/26))+string(rune('a'+i%26)), at(2026, 11, 9, 0, 0))
		st := must(s.register.File(ctx, f))
		st.Seq = 1
		st.Begin(schemas.Stage{Key: "report/" + d.Units[0], Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: "report", Anchor: "T0"}}})
		must(s.register.Write(ctx, schemas.Entry{State: must(json.Marshal(st))}))
	}
	b := s.as("ofc")
	form := url.Values{"edition": {"2027"}, "source": {"国办发明电〔2026〕1号"}, "days": {registertest.Notice2027}, "do": {"preview"}}
	r, body := b.post("/calendar", form)
	expect(t, r, http.StatusOK, body, "61个在办的期限会变动", "第1页，共2页", "下一页")
	if n := strings.Count(body, "2027年2月12日（周五）"); n != 50 {
		t.Errorf("%d dates on the first page", n)
	}
	r, body = b.post("/calendar", with(form, "page", "2"))
	expect(t, r, http.StatusOK, body, "第2页，共2页", "上一页")
	id, rules, _ := s.register.CurrentRules(ctx, d.Congress, "opinion")
	next := rules.Copy()
	report := next.Terms["report"]
	report.Rule = "P100D"
	next.Terms["report"] = report
	if err := s.register.KeepRuleDraft(ctx, d.Congress, d.People["ofc"], register.RuleDraft{Base: id, Rules: next, ChangedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	r, body = b.get("/rules/preview?procedure=opinion")
	expect(t, r, http.StatusOK, body, "61/61", "第1页，共2页", "page=2")
	r, body = b.get("/rules/preview?procedure=opinion&page=2")
	expect(t, r, http.StatusOK, body, "上一页")
	if n := strings.Count(body, "延后"); n != 11 {
		t.Errorf("%d cases on the second page", n)
	}
	r, body = b.get("/rules/preview?procedure=opinion&page=999999999999")
	expect(t, r, http.StatusOK, body, "61/61")
}

// Every piece of every procedure's rules has its form, and a form sent back as it came changes nothing.
func TestEveryPieceHasAForm(t *testing.T) {
	s, _ := newDistrict(t)
	b := s.as("ofc")
	for _, procedure := range schemas.Procedures {
		rules := must(schemas.BuiltinRules(procedure))
		pages := []string{"/rules?procedure=" + procedure, "/rules/edit?procedure=" + procedure, "/rules/edit/reminders?procedure=" + procedure, "/rules/edit/limits?procedure=" + procedure,
			"/rules/edit/ladder?procedure=" + procedure, "/rules/versions?procedure=" + procedure, "/rules/moves?procedure=" + procedure, "/rules/preview?procedure=" + procedure}
		for key := range rules.Terms {
			pages = append(pages, "/rules/edit/term?procedure="+procedure+"&name="+key)
		}
		for profile := range rules.Ladders {
			if ladderKey(profile) == "unit" {
				profile = "unit"
			}
			pages = append(pages, "/rules/edit/ladder?procedure="+procedure+"&profile="+profile)
		}
		for _, page := range pages {
			if r, body := b.get(page); r.StatusCode != http.StatusOK || strings.Contains(body, "不能用表单改") {
				t.Errorf("%s: %d", page, r.StatusCode)
			}
		}
	}
}
