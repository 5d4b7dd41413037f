package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// The headings are those of the rule (spec 5), in its order.
func TestLedgerHeadings(t *testing.T) {
	for code, want := range map[string]string{
		"opinions":    "序号, 编号, 来源, 议题, 类型, 形成日, 交办日, 交办是否及时, 承办(主/会), 签收日, 方案应报日, 方案实报日, 回告应报日, 回告实报日, 条目数, 已销号数, 延期次数, 催办次数, 督办次数, 测评结果, 灯色, 状态, 督办委室, 分管领导, 公开日, 备注",
		"suggestions": "编号, 题目, 类别, 领衔, 代表团, 联名数, 大会/闭会, 重点, 督办领导, 主办, 会办, 交办日, 签收日, 退办, 应答复日, 答复日, 提前/逾期天数, 类别ABC, 见面, 态度分, 结果分, 一次满意度, 重办应答日, 重办答复日, 终评, 落实承诺日, 落实日, 是否转A, 公开, 状态",
		"problems":    "编号, 类别, 问题, 事实/数据, 证据, 涉及企业/项目, 责任单位, 法律政策依据, 发现组, 状态, 销号日期, 核查人",
	} {
		i := slices.IndexFunc(ledgers, func(l ledger) bool { return l.code == code })
		if got := strings.Join(ledgers[i].heads, ", "); got != want {
			t.Errorf("%s:\n%s", code, got)
		}
	}
}

func on(day int) *time.Time {
	t := at(2026, 3, day, 9, 0)
	return &t
}

func endOf(day int) *time.Time {
	t := at(2026, 3, day+1, 0, 0)
	return &t
}

// texts are the cells of a row by their headings.
func texts(heads []string, row []ledgerCell) map[string]string {
	m := map[string]string{}
	for i, c := range row {
		m[heads[i]] = c.Text
	}
	return m
}

func TestLineOfAnOpinion(t *testing.T) {
	calendar := schemas.Calendar{}
	now := at(2026, 3, 31, 9, 0)
	steps := []register.LedgerStep{
		{Key: "handover", Kind: "handover", Due: endOf(2), Closed: on(3)},
		{Key: "sign/a", Kind: "sign", Unit: "甲局", Lead: true, Closed: on(4)},
		{Key: "sign/b", Kind: "sign", Unit: "乙局", Lead: true, Closed: on(5), Verdict: schemas.Auto},
		{Key: "sign/c", Kind: "sign", Unit: "会办局", Closed: on(9)},
		{Key: "plan/a#1", Kind: "plan", Unit: "甲局", Lead: true, Due: endOf(17), Closed: on(16)},
		{Key: "plan/b#1", Kind: "plan", Unit: "乙局", Lead: true, Due: endOf(17)},
		{Key: "plan/a#2", Kind: "plan", Unit: "甲局", Lead: true, Due: endOf(25), Closed: on(24)},
		{Key: "extension/report/a", Kind: "extension", Verdict: "accept", Closed: on(20)},
		{Key: "extension/report/b", Kind: "extension", Verdict: "refuse", Closed: on(20)},
		{Key: "evaluate#1", Kind: "evaluate", Verdict: "dissatisfied", Closed: on(26)},
		{Key: "evaluate#2", Kind: "evaluate", Verdict: "satisfied", Closed: on(28)},
		{Key: "publish", Kind: "publish", Verdict: "withheld", Closed: on(29)},
	}
	l := register.OpinionLine{ID: "x", Number: "测审〔2026〕1号", Kind: "deliberation", AnchorDay: at(2026, 2, 27, 0, 0), Units: "甲局、乙局", Joint: "会办局", Reopens: "测审〔2025〕9号", UrgingLetters: "测人常办〔2026〕3号", Outcome: "archived"}
	row, err := opinionLine(l, steps, calendar, now)
	if err != nil {
		t.Fatal(err)
	}
	got := texts(ledgers[0].heads[1:], row)
	for heading, want := range map[string]string{"类型": "审议意见书", "形成日": "2026年2月27日", "交办日": "2026年3月3日", "交办是否及时": "否", "承办(主/会)": "甲局、乙局\n会办：会办局",
		"签收日": "甲局：2026年3月4日\n乙局：2026年3月5日（自动签收）", "方案应报日": "2026年3月17日", "方案实报日": "甲局：2026年3月16日\n乙局：—", "回告应报日": "—", "回告实报日": "—", "延期次数": "1", "测评结果": "满意",
		"状态": "已归档", "公开日": "—", "备注": "方案退回重报，2026年3月24日再报；不公开；重开自测审〔2025〕9号；催办函 测人常办〔2026〕3号", "分管领导": "—"} {
		if got[heading] != want {
			t.Errorf("%s: %q, want %q", heading, got[heading], want)
		}
	}
	row, _ = opinionLine(register.OpinionLine{Kind: "survey", AnchorDay: at(2026, 2, 27, 0, 0)}, []register.LedgerStep{{Key: "handover", Kind: "handover", Due: endOf(30)}}, calendar, now)
	if got := texts(ledgers[0].heads[1:], row); got["交办日"] != "—" || got["交办是否及时"] != "否" {
		t.Errorf("not handed over, and late: %q", got)
	}
	row, _ = opinionLine(register.OpinionLine{Kind: "survey", AnchorDay: at(2026, 2, 27, 0, 0)}, []register.LedgerStep{{Key: "handover", Kind: "handover", Due: endOf(31)}}, calendar, now)
	if got := texts(ledgers[0].heads[1:], row); got["交办是否及时"] != "—" {
		t.Errorf("not handed over, and not late: %q", got)
	}
}

func TestLineOfASuggestion(t *testing.T) {
	now := at(2026, 3, 31, 9, 0)
	office := &register.Person{Account: register.Account{ID: "ofc"}, Posts: []register.Post{{Role: schemas.Office}}, Now: now}
	unit := &register.Person{Account: register.Account{ID: "unt"}, Posts: []register.Post{{Role: schemas.Liaison, Unit: "b"}}, Now: now}
	heads := ledgers[1].heads
	l := register.SuggestionLine{ID: "x", Number: "闭建〔2026〕1号", Phase: "C14", Proposers: []string{"dpt"}}
	b := register.Share{Unit: "b", Name: "乙局", Capacity: "sole", Handed: on(2), Signed: on(4), Auto: true, Due: endOf(20), Answered: on(22), Class: "B", Now: "A", Turned: on(28), First: "basically", Attitude: "satisfied", Result: "basically"}
	all := []register.Share{{Unit: "a", Name: "甲局", Capacity: "sole", Gone: true, Asked: 1}, b, {Unit: "c", Name: "丙局", Capacity: "joint"}}
	got := texts(heads, suggestionLine(office, l, b, all))
	for heading, want := range map[string]string{"主办": "乙局", "会办": "丙局", "签收日": "2026年3月4日（自动签收）", "退办": "申请1次，已退办：甲局", "应答复日": "2026年3月20日", "答复日": "2026年3月22日", "提前/逾期天数": "逾期2天",
		"类别ABC": "B→A", "见面": "否", "态度分": "满意", "一次满意度": "基本满意", "是否转A": "是（2026年3月28日）", "公开": "—", "大会/闭会": "闭会", "终评": "—"} {
		if got[heading] != want {
			t.Errorf("%s: %q, want %q", heading, got[heading], want)
		}
	}
	if len(suggestionLine(office, l, b, all)) != len(heads) {
		t.Error("cells and headings do not match")
	}
	// A deputy's marks could be held against him: the unit sees them when it is over, or when he is dissatisfied.
	if got := texts(heads, suggestionLine(unit, l, b, all)); got["一次满意度"] != sealed || got["态度分"] != sealed || got["答复日"] == sealed {
		t.Errorf("the unit sees %q", got)
	}
	l.Outcome = "archived"
	if got := texts(heads, suggestionLine(unit, l, b, all)); got["一次满意度"] != "基本满意" {
		t.Errorf("the unit does not see %q", got)
	}
	b.First, l.Outcome = "dissatisfied", ""
	if got := texts(heads, suggestionLine(unit, l, b, all)); got["一次满意度"] != "不满意" {
		t.Errorf("the unit does not see %q", got)
	}
	for days, x := range map[string]register.Share{"提前5天": {Due: endOf(20), Answered: on(15)}, "当日": {Due: endOf(20), Answered: on(20)}, "逾期1天": {Due: endOf(20), Answered: on(21)},
		"逾期11天（未答复）": {Due: endOf(20)}, "": {Due: endOf(31)}} {
		if got := earlier(x, now); got != days {
			t.Errorf("%q, want %q", got, days)
		}
	}
}

// Who sees which rows is as in the lists; the numbers of the rows run on from page to page; the print view has all of it around it left out.
func TestLedgerPages(t *testing.T) {
	o := newExportSite(t, 60)
	o.sql(`update listing l set filed_at = l.filed_at + make_interval(mins => substring(c.number from '〕(\d+)')::int) from cases c where c.id = l.case_id and l.congress = $1`, o.Congress)
	office, clerk, unit := o.browser(), o.browser(), o.browser()
	office.login("ofc")
	clerk.login("cmt")
	unit.login("unt-jia")
	if rows := office.compare("/ledgers/opinions", 1); rows != 61 {
		t.Errorf("%d rows", rows)
	}
	whole := office.shownWhole("/ledgers/opinions", 1)
	for i, row := range whole.rows[1:] {
		if number(row[0]) != i+1 {
			t.Fatalf("row %d has the number %s", i+1, row[0])
		}
	}
	newest := office.shownWhole("/ledgers/opinions?sort=new", 1)
	if newest.rows[1][1] != whole.rows[60][1] || newest.rows[60][1] != whole.rows[1][1] {
		t.Errorf("the newest is %q, the oldest %q", newest.rows[1][1], newest.rows[60][1])
	}
	_, body := unit.get("/ledgers/opinions")
	if !strings.Contains(body, "没有符合条件的记录") {
		t.Error("a unit sees what was not handed over")
	}
	for query, rows := range map[string]int{"?year=2026": 61, "?year=2025": 0, "?year=x": 0, "?year=-1": 0, "?stand=ended": 0, "?stand=open": 61, "?unit=nobody": 0, "?unit=" + o.Units[0]: 61, "?committee=" + o.Committee: 61, "?q=SUM": 5, "?n=-5": 61, "?after=x&n=999": 61} {
		r, body := clerk.get("/ledgers/opinions" + query)
		expect(t, r, http.StatusOK, body)
		if rows == 0 {
			if strings.Contains(body, "<table") {
				t.Errorf("%s finds something", query)
			}
		} else if got := len(clerk.shownWhole("/ledgers/opinions"+query, 1).rows); got != rows {
			t.Errorf("%s: %d rows, want %d", query, got, rows)
		}
	}
	r, body := office.get("/ledgers/opinions?print=a3")
	expect(t, r, http.StatusOK, body, "a3.", "在浏览器里选“打印”", "<thead>")
	if strings.Contains(body, "导出 Excel") || strings.Contains(body, `class="areas"`) || strings.Count(body, "<tr>") != 61 {
		t.Error("the print view is not bare or not whole")
	}
	r, body = office.get("/ledgers/opinions?print=a4&cols=%E7%BC%96%E5%8F%B7&cols=%E8%AE%AE%E9%A2%98")
	expect(t, r, http.StatusOK, body, "<th>编号</th><th>议题</th></tr>")
	r, body = office.get("/ledgers")
	expect(t, r, http.StatusOK, body, "监督意见台账", "建议台账", "问题清单", "批示台账", "约见约谈台账")
	deputy := o.browser()
	deputy.login("dpt1")
	r, body = deputy.get("/ledgers/suggestions?export=1")
	expect(t, r, http.StatusForbidden, body, "您的岗位没有台账页面")
}

// A leader's instruction stands in its ledger, with its words for those who read papers and for the unit that it went to.
func TestLedgerOfInstructions(t *testing.T) {
	o := newExportSite(t, 1)
	id := must(o.register.Cases(t.Context(), o.Congress, "opinion"))[0].ID
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{facts}', '{"handover": {"id": "x", "key": "handover", "at": "2026-03-02T01:00:00Z"}, "instruct#1": {"id": "y", "key": "instruct#1", "role": "VM", "at": "2026-03-03T01:00:00Z"}}')::text where id = $1`, id)
	o.sql(`insert into stages (congress, case_id, key, kind, unit, roles, npc, rev, due, opened_at, level) values ($1, $2, 'instruction/' || $3::uuid || '#1', 'instruction', $3::uuid, '{UNH}', false, 0, '2026-03-10 16:00Z', '2026-03-03 01:00Z', 'L1')`, o.Congress, id, o.Units[0])
	o.sql(`insert into papers (id, congress, case_id, stage, kind, token, author, status, body, written_at) values ($1, $2, $3, 'instruct#1', '', 'instruct-1', $4, 'signed', '{"reason": "=请按时报告"}', '2026-03-03')`, register.NewID(), o.Congress, id, o.People["vm"])
	for login, says := range map[string]string{"ofc": "=请按时报告", "unt-jia": "=请按时报告", "vc": "=请按时报告"} {
		b := o.browser()
		b.login(login)
		rows := b.sheetOf("/ledgers/instructions", 1)
		if len(rows) != 2 || rows[1][6] != says || rows[1][1] != "2026年3月3日" || rows[1][8] != "2026年3月10日" || rows[1][3] != "分管副区长" || !strings.HasPrefix(rows[1][10], "红 · 逾期1级") || rows[1][11] != "办理中" {
			t.Errorf("%s: %q", login, rows)
		}
		b.compare("/ledgers/instructions", 1)
	}
	other := o.browser()
	other.login("unt-yi")
	if _, body := other.get("/ledgers/instructions"); strings.Contains(body, "请按时报告") {
		t.Error("another unit reads the instruction")
	}
}
