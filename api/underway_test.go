package api

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/xuri/excelize/v2"
)

// newLedgerSite is a district on 20 November 2026 (周五), 10:00, whose engine is away.
func newLedgerSite(t *testing.T) (*site, registertest.District, string) {
	s, d := newDistrict(t)
	return s, d, s.engineAway()
}

// told is a row of the ledger by its columns: a matter of 甲局 whose opinion was handed over on 2 November, with some columns otherwise.
func told(number string, change ...string) map[string]string {
	row := map[string]string{"编号": number, "议题": "关于老旧小区改造情况的审议意见", "类型": "审议意见书", "来源": "听取专项工作报告", "形成日": "2026-10-28", "督办委室": "城建工委",
		"交办日": "2026-11-02", "承办单位": "甲局", "承办方式": "独办", "签收日": "2026-11-03"}
	for i := 0; i < len(change); i += 2 {
		row[change[i]] = change[i+1]
	}
	return row
}

func toldItem(number string, change ...string) map[string]string {
	row := map[string]string{"编号": number, "问题": "改造进度滞后", "意见建议": "倒排工期，年内完成"}
	for i := 0; i < len(change); i += 2 {
		row[change[i]] = change[i+1]
	}
	return row
}

// underwayHeadings are those of the template.
func underwayHeadings() (matters, items []string) {
	for _, c := range underwaySheet.Columns {
		matters = append(matters, c.Name)
	}
	for _, c := range underwayItemSheet.Columns {
		items = append(items, c.Name)
	}
	return matters, items
}

// ledgerOf is a workbook of these rows; what no matter's items are given has one.
func ledgerOf(t *testing.T, rows, items []map[string]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	first, second := underwayHeadings()
	if items == nil {
		seen := map[string]bool{"": true}
		for _, r := range rows {
			if !seen[r["编号"]] {
				seen[r["编号"]] = true
				items = append(items, toldItem(r["编号"]))
			}
		}
	}
	if err := book.SetSheetName(book.GetSheetName(0), underwaySheet.Name); err != nil {
		t.Fatal(err)
	}
	must(book.NewSheet(underwayItemSheet.Name))
	for _, x := range []struct {
		sheet    string
		headings []string
		rows     []map[string]string
	}{{underwaySheet.Name, first, rows}, {underwayItemSheet.Name, second, items}} {
		w := must(book.NewStreamWriter(x.sheet))
		for i, row := range append([]map[string]string{nil}, x.rows...) {
			var cells []any
			for _, h := range x.headings {
				text := h
				if i > 0 {
					text = row[h]
				}
				cells = append(cells, text)
			}
			if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return must(book.WriteToBuffer()).Bytes()
}

// taken is the page's second form: what was checked is now to be taken over.
func taken(t *testing.T, body string) url.Values {
	t.Helper()
	form := url.Values{"do": {"file"}}
	for _, name := range []string{"stored", "name"} {
		m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]+)">`).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("the page does not carry %s:\n%s", name, body)
		}
		form.Set(name, html.UnescapeString(m[1]))
	}
	return form
}

func (s *site) matters(congress string) (numbers []string) {
	s.t.Helper()
	for _, c := range must(s.register.Cases(context.Background(), congress, "opinion")) {
		numbers = append(numbers, c.Number)
	}
	return numbers
}

func TestUnderwayIsTakenOver(t *testing.T) {
	s, d, folder := newLedgerSite(t)
	ctx := context.Background()
	b := s.as("ofc")
	r, body := b.get("/cases")
	expect(t, r, http.StatusOK, body, `href="/cases/import"`, "导入在办事项")
	r, body = b.get("/cases/import")
	expect(t, r, http.StatusOK, body, `type="file"`, "/cases/import/template.xlsx", "还没有办完的", "督办委室", "销号日")
	rows := []map[string]string{
		told("旧〔2026〕1号", "方案实报日", "2026年11月12日", "方案审核日", "2026/11/16"),
		told("旧〔2026〕2号", "承办方式", "分办"),
		{"承办单位": "乙局", "承办方式": "分办", "签收日": "2026.11.4", "方案实报日": "20261113"},
		{"编号": "旧〔2026〕2号", "议题": "关于老旧小区改造情况的审议意见", "承办单位": "区法院", "承办方式": "会办"},
		told("旧〔2026〕3号", "交办日", "", "签收日", "", "类型", "调研意见书"),
	}
	items := []map[string]string{
		toldItem("旧〔2026〕1号"), toldItem("旧〔2026〕1号", "问题", "群众参与不够", "销号日", "2026-11-18"),
		toldItem("旧〔2026〕2号", "责任单位", "甲局"), toldItem("旧〔2026〕2号", "责任单位", "乙局"), toldItem("旧〔2026〕3号", "责任单位", "甲局"),
	}
	file := ledgerOf(t, rows, items)
	r, body = b.sheetTo("/cases/import", map[string]string{"do": "check"}, file)
	expect(t, r, http.StatusOK, body, "共<strong>3</strong>件事项", "导入3件", "旧〔2026〕1号", "1/2", "甲局（分办）、乙局（分办）、区法院（会办）", "未交办",
		"<strong>甲局</strong> · 办理进展", "<strong>人大办公室</strong> · 交办", "<strong>委室主任</strong> · 方案审核（乙局）", "逾期", "只发一条通知")
	if n := len(s.matters(d.Congress)); n != 1 {
		t.Fatalf("the dry run has filed: %d matters", n)
	}
	form := taken(t, body)
	r, body = b.post("/cases/import", form)
	expect(t, r, http.StatusSeeOther, body)
	page := r.Header.Get("Location")
	r, body = b.get(page)
	expect(t, r, http.StatusOK, body, "已导入3件在办事项", "办公室经办于2026年11月20日", "表格.xlsx", "<strong>3</strong>件正在启动", "旧〔2026〕3号")
	if kept := must(os.ReadDir(folder)); len(kept) != 1 {
		t.Errorf("the checked file is not kept: %v", kept)
	}
	byNumber := map[string]register.Case{}
	for _, c := range must(s.register.Cases(ctx, d.Congress, "opinion")) {
		byNumber[c.Number] = c
	}
	one := byNumber["旧〔2026〕1号"]
	st := must(s.register.State(ctx, one.ID))
	if one.Phase != "A8" || one.Committee != d.Committee || one.Owner != d.People["ofc"] || !one.AnchorDay.Equal(at(2026, 10, 28, 0, 0)) || !one.Direct || one.Started || st.Entered.IsZero() {
		t.Errorf("%+v", one)
	}
	if f := st.Facts["plan/"+d.Units[0]+"#1"]; !f.At.Equal(at(2026, 11, 12, 0, 0)) || f.Late() || f.Due.IsZero() || f.Person != "" {
		t.Errorf("%+v", f)
	}
	if f := st.Facts["plan-check/"+d.Units[0]+"#1"]; f.Verdict != "accept" || !f.At.Equal(at(2026, 11, 16, 0, 0)) {
		t.Errorf("%+v", f)
	}
	if x := must(s.register.Items(ctx, one.ID)); len(x) != 2 || !x[0].ClosedAt.IsZero() || !x[1].ClosedAt.Equal(at(2026, 11, 18, 0, 0)) || x[1].Result != "closed" || x[0].Lead != d.Units[0] {
		t.Errorf("%+v", x)
	}
	closed := map[string]register.Stage{}
	for _, x := range must(s.register.Stages(ctx, one.ID)) {
		closed[x.Kind] = x
	}
	if x := closed["plan"]; !x.ClosedAt.Equal(at(2026, 11, 12, 0, 0)) || !x.Due.Equal(at(2026, 11, 17, 0, 0)) || x.Working == "" {
		t.Errorf("%+v", x)
	}
	two := must(s.register.State(ctx, byNumber["旧〔2026〕2号"].ID))
	handed := two.Facts["handover"]
	if len(handed.Parties) != 3 || len(handed.Items) != 2 || handed.Items[1].Unit != d.Units[1] || handed.Parties[2].Capacity != "joint" {
		t.Errorf("%+v", handed)
	}
	if _, signed := two.Told("sign/" + d.Units[1]); !signed || two.Facts["sign/"+d.Court].Verdict != schemas.Auto {
		t.Errorf("%+v", two.Facts)
	}
	if three := byNumber["旧〔2026〕3号"]; three.Phase != "A3" || three.Kind != "survey" {
		t.Errorf("%+v", three)
	}
	r, body = b.get("/cases/" + one.ID)
	expect(t, r, http.StatusOK, body, "导入：办公室经办从台账录入这件在办的事项，台账记载此前的办理5项", "甲局报送方案", "<time>2026年11月12日</time>", "台账记载；2026年11月20日由办公室经办录入",
		"审核通过", "城建工委核查销号", "人大办公室交办", "已销号 2026年11月18日")
	r, body = b.get("/cases/import")
	expect(t, r, http.StatusOK, body, "以前的导入", page, "3件")
	r, body = s.as("unt-jia").get("/cases/" + one.ID)
	expect(t, r, http.StatusOK, body, "甲局报送方案")
	r, body = s.as("unt-yi").get("/cases/" + one.ID)
	expect(t, r, http.StatusNotFound, body)
	if !slices.ContainsFunc(s.lines(d.Congress), func(l register.Line) bool {
		return l.Account == d.People["ofc"] && l.Action == "POST /cases/import" && l.Result == "done"
	}) {
		t.Error("the import left no line in the audit log")
	}
	// The same file once more.
	r, body = b.post("/cases/import", form)
	expect(t, r, http.StatusConflict, body, "有3个编号登记簿里已经有了", "以前的导入")
	if strings.Contains(body, "怎么改") {
		t.Error("three rows say what one sentence says")
	}
	for _, id := range []string{"x", register.NewID()} {
		r, body = b.get("/cases/import/" + id)
		expect(t, r, http.StatusNotFound, body)
	}
}

func TestUnderwayNamesEachMistake(t *testing.T) {
	s, d, folder := newLedgerSite(t)
	b := s.as("ofc")
	planned := func(change ...string) []string { return append([]string{"方案实报日", "2026-11-10"}, change...) }
	reported := func(change ...string) []string { return append(planned("回告实报日", "2026-11-18"), change...) }
	mistakes := []struct {
		column, says string
		change       []string
	}{
		{"议题", "请填写议题", []string{"议题", ""}},
		{"议题", "80", []string{"议题", strings.Repeat("长", 81)}},
		{"议题", "“秘密★”字样", []string{"议题", "关于某事项的审议意见（秘密★）"}},
		{"类型", "请填审议意见书、调研意见书、整改意见书中的一个", []string{"类型", "通知"}},
		{"来源", "请填写来源", []string{"来源", ""}},
		{"形成日", "请填写形成日", []string{"形成日", ""}},
		{"形成日", "“上周五”无法识别，请写成2026-03-02", []string{"形成日", "上周五"}},
		{"形成日", "没有“2026-02-30”这一天", []string{"形成日", "2026-02-30"}},
		{"形成日", "公式出错（#REF!）", []string{"形成日", "#REF!"}},
		{"督办委室", "没有名为“甲局”的委室", []string{"督办委室", "甲局"}},
		{"交办方式", "请填直接交办、经政府办中的一个", []string{"交办方式", "挂号信"}},
		{"交办日", "早于形成日2026年10月28日", []string{"交办日", "2026-10-27", "签收日", ""}},
		{"交办日", "2026年11月21日晚于今天", []string{"交办日", "2026-11-21", "签收日", ""}},
		{"分办日", "直接交办的不填", []string{"分办日", "2026-11-03"}},
		{"签收日", "还没有分办日", []string{"交办方式", "经政府办"}},
		{"签收日", "还没有交办日", []string{"交办日", ""}},
		{"承办单位", "没有名为“不存在局”的承办单位", []string{"承办单位", "不存在局"}},
		{"承办单位", "一行只填一个单位", []string{"承办单位", "甲局、乙局"}},
		{"承办单位", "请填写承办单位", []string{"承办单位", ""}},
		{"承办方式", "请填主办、会办、分办、独办中的一个", []string{"承办方式", "协办"}},
		{"承办方式", "请指定一个主办（独办）单位", []string{"承办方式", "会办"}},
		{"签收日", "早于交办日2026年11月2日", []string{"签收日", "2026-11-01"}},
		{"会办意见日", "只有会办单位填", []string{"会办意见日", "2026-11-10"}},
		{"方案实报日", "早于签收日2026年11月3日", []string{"方案实报日", "2026-11-02"}},
		{"方案转报日", "直接交办的不填", planned("方案转报日", "2026-11-11")},
		{"方案审核日", "早于方案实报日2026年11月10日", planned("方案审核日", "2026-11-09")},
		{"方案审核日", "方案实报日空着", []string{"方案审核日", "2026-11-09"}},
		{"方案审核结论", "请填通过、退回中的一个", planned("方案审核结论", "还行")},
		{"回告实报日", "方案实报日空着", []string{"回告实报日", "2026-11-18"}},
		{"回告实报日", "早于方案实报日2026年11月10日", planned("回告实报日", "2026-11-09")},
		{"回告实报日", "方案退回重报，不能填后面的日子", reported("方案审核结论", "退回")},
		{"委室意见", "征求意见稿日空着", planned("委室意见", "同意")},
		{"回告实报日", "征求意见稿退回重报", reported("征求意见稿日", "2026-11-12", "委室意见", "退回")},
		{"延期至", "要一起填", planned("延期批准日", "2026-11-12")},
		{"延期至", "应当晚于延期批准日", planned("延期批准日", "2026-11-12", "延期至", "2026-11-12")},
		{"延期至", "太远", planned("延期批准日", "2026-11-12", "延期至", "2062-11-12")},
		{"延期至", "决议确定了回告日的不能延期", planned("延期批准日", "2026-11-12", "延期至", "2027-02-12", "决议确定的回告日", "2027-01-01")},
		{"决议确定的回告日", "早于形成日2026年10月28日", []string{"交办日", "", "签收日", "", "决议确定的回告日", "2025-12-31"}},
		{"决议确定的回告日", "早于交办日2026年11月2日", []string{"决议确定的回告日", "2026-10-30"}},
		{"逐条销号日", "还有单位没有回告实报日", planned("逐条销号日", "2026-11-18")},
		{"主任会议审查日", "早于回告实报日2026年11月18日", reported("主任会议审查日", "2026-11-17")},
		{"审查方式", "主任会议审查日空着", reported("审查方式", "书面审阅")},
		{"测评结果", "请填测评结果", reported("测评日", "2026-11-19")},
		{"测评结果", "请填满意、基本满意、不满意中的一个", reported("测评日", "2026-11-19", "测评结果", "很好")},
		{"测评日", "请填测评日", reported("测评结果", "满意")},
		{"测评日", "填了逐条销号日，请填测评日和测评结果", reported("逐条销号日", "2026-11-20")},
		{"逐条销号日", "不满意的要再整改", reported("测评日", "2026-11-19", "测评结果", "不满意", "逐条销号日", "2026-11-20")},
		{"公开日", "逐条销号日空着", reported("公开日", "2026-11-20")},
		{"编号", "登记簿里已有编号", []string{"编号", "测人常审〔2026〕9号"}},
		{"编号", "与第2行重复", []string{"编号", "对〔2026〕1号"}},
	}
	rows := []map[string]string{told("对〔2026〕1号"), told("对〔2026〕2号")}
	for i, m := range mistakes {
		rows = append(rows, told(fmt.Sprintf("错〔2026〕%d号", i), m.change...))
	}
	line := len(rows) + 2
	rows = append(rows, told("两〔2026〕1号", "承办方式", "主办"),
		map[string]string{"来源": "别的会议", "承办单位": "乙局", "承办方式": "主办"}, map[string]string{"承办单位": "甲局", "承办方式": "会办", "方案实报日": "2026-11-10"}, told(""), told("没有条目"))
	more := map[string]string{
		fmt.Sprint(line, "承办方式"): "只能有一个主办", fmt.Sprint(line+1, "来源"): "与第" + fmt.Sprint(line) + "行不同", fmt.Sprint(line+2, "承办单位"): "已经有这个单位",
		fmt.Sprint(line+2, "方案实报日"): "会办单位只填签收日、会办意见日", fmt.Sprint(line+3, "编号"): "请填写编号", fmt.Sprint(line+4, "编号"): "没有这个编号的条目",
	}
	var items []map[string]string
	for _, r := range rows {
		if n := r["编号"]; n != "" && n != "没有条目" && !slices.ContainsFunc(items, func(i map[string]string) bool { return i["编号"] == n }) {
			items = append(items, toldItem(n))
		}
	}
	itemLine := len(items) + 2
	items = append(items, toldItem("对〔2026〕1号", "问题", ""), toldItem("对〔2026〕1号", "责任单位", "乙局"), toldItem("对〔2026〕1号", "销号日", "2026-11-15"), toldItem("无此编号"),
		toldItem("对〔2026〕1号", "意见建议", strings.Repeat("长", 501)), toldItem("对〔2026〕2号", "销号日", "明年"))
	itemSays := []struct{ column, says string }{{"问题", "请填写问题"}, {"责任单位", "“乙局”不是这件事项的承办单位"}, {"销号日", "方案审核通过以后才能销号"}, {"编号", "没有编号“无此编号”"}, {"意见建议", "500"}, {"销号日", "无法识别"}}
	file := ledgerOf(t, rows, items)
	for _, do := range []string{"check", "file"} {
		r, body := b.sheetTo("/cases/import", map[string]string{"do": do}, file)
		expect(t, r, http.StatusConflict, body, "有1个编号登记簿里已经有了")
		if strings.Contains(body, `name="stored"`) {
			t.Error("a wrong ledger may be imported")
		}
		first, second, _ := strings.Cut(body, "“条目”工作表：")
		said := func(body string, line int, column string) []string {
			var texts []string
			for _, m := range regexp.MustCompile(fmt.Sprintf(`<tr><td class="nowrap">第%d行</td><td class="nowrap">[^<]*</td><td class="nowrap">%s</td><td>([^<]*)</td></tr>`, line, column)).FindAllStringSubmatch(body, -1) {
				texts = append(texts, html.UnescapeString(m[1]))
			}
			return texts
		}
		for i, m := range mistakes {
			texts := said(first, i+4, m.column)
			if len(texts) != 1 || !strings.Contains(texts[0], m.says) {
				t.Errorf("row %d, %s %v: %q, not %q", i+4, m.column, m.change, texts, m.says)
			} else if regexp.MustCompile(`[A-Za-z]{4}`).MatchString(strings.ReplaceAll(texts[0], "#REF!", "")) {
				t.Errorf("no Chinese sentence: %s", texts[0])
			}
		}
		for where, says := range more {
			n, column := 0, ""
			_, _ = fmt.Sscanf(where, "%d%s", &n, &column)
			if texts := said(first, n, column); len(texts) != 1 || !strings.Contains(texts[0], says) {
				t.Errorf("%s: %q, not %q", where, texts, says)
			}
		}
		for i, m := range itemSays {
			if texts := said(second, itemLine+i, m.column); len(texts) != 1 || !strings.Contains(texts[0], m.says) {
				t.Errorf("item row %d, %s: %q, not %q", itemLine+i, m.column, texts, m.says)
			}
		}
		for _, right := range []int{2, 3} {
			if strings.Contains(first, fmt.Sprintf(`<td class="nowrap">第%d行</td>`, right)) {
				t.Errorf("row %d is right", right)
			}
		}
	}
	r, body := b.sheetTo("/cases/import", map[string]string{"do": "file"}, ledgerOf(t, []map[string]string{told("新1"), told("新2", "交办日", "2027-01-01")}, nil))
	expect(t, r, http.StatusUnprocessableEntity, body, "有1行需要改正", "一件都不会导入")
	if n := s.matters(d.Congress); len(n) != 1 {
		t.Errorf("something was imported: %v", n)
	}
	if kept := must(os.ReadDir(folder)); len(kept) > 0 {
		t.Errorf("a wrong ledger is kept: %v", kept)
	}
}

// The light of a duty that is due today is no red one; that of one due yesterday has reached its first rung at nine.
func TestUnderwayAtTheDayItIsDue(t *testing.T) {
	s, _, _ := newLedgerSite(t)
	b := s.as("ofc")
	rows := []map[string]string{told("今", "交办日", "2026-11-06", "签收日", ""), told("昨", "交办日", "2026-11-05", "签收日", ""), told("前", "交办日", "2026-11-04", "签收日", ""), told("晚", "形成日", "2026-09-01", "交办日", "2026-09-07", "签收日", "")}
	check := func(wants map[string]string) {
		t.Helper()
		r, body := b.sheetTo("/cases/import", map[string]string{"do": "check"}, ledgerOf(t, rows, nil))
		expect(t, r, http.StatusOK, body)
		for number, want := range wants {
			row := regexp.MustCompile(`<td class="nowrap">` + number + `</td>.*?</tr>`).FindString(body)
			if plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(row, " "); !strings.Contains(strings.Join(strings.Fields(plain), " "), want) {
				t.Errorf("%s: %q is missing in %s", number, want, plain)
			}
		}
	}
	check(map[string]string{"今": "报送方案，2026年11月20日（周五） 临期 · 今日到期", "昨": "报送方案，2026年11月19日（周四） 逾期0级 · 1个工作日", "前": "报送方案，2026年11月18日（周三） 逾期1级 · 2个工作日", "晚": "2026年9月21日（周一） 逾期5级"})
	s.register.Clock(func() time.Time { return at(2026, 11, 20, 8, 59) })
	check(map[string]string{"昨": "2026年11月19日（周四） 逾期 · 1个工作日", "前": "2026年11月18日（周三） 逾期0级 · 2个工作日"})
	// A matter counts by the highest rung of its duties, whatever else of it has reached none yet.
	mixed := []map[string]string{told("混", "形成日", "2026-09-01", "交办日", "2026-09-07", "签收日", "", "承办方式", "分办"), {"承办单位": "乙局", "承办方式": "分办", "方案实报日": "2026-11-12"}}
	r, body := b.sheetTo("/cases/import", map[string]string{"do": "check"}, ledgerOf(t, mixed, []map[string]string{toldItem("混", "责任单位", "甲局"), toldItem("混", "责任单位", "乙局")}))
	expect(t, r, http.StatusOK, body, "方案审核（乙局）", "逾期 · 1个工作日", "没有问题。逾期5级<strong>1</strong>件。")
}

func TestUnderwayIsSentTwice(t *testing.T) {
	s, d, _ := newLedgerSite(t)
	var rows []map[string]string
	for i := range 30 {
		rows = append(rows, told(fmt.Sprintf("旧〔2026〕%d号", i)))
	}
	file := ledgerOf(t, rows, nil)
	_, body := s.as("ofc").sheetTo("/cases/import", map[string]string{"do": "check"}, file)
	form := taken(t, body)
	var mu sync.Mutex
	answers := map[int]int{}
	var senders sync.WaitGroup
	for i := range 4 { // two people, each twice
		b := s.as([]string{"ofc", "cmt"}[i%2])
		senders.Go(func() {
			r, body := b.post("/cases/import", form)
			mu.Lock()
			defer mu.Unlock()
			if answers[r.StatusCode]++; r.StatusCode == http.StatusConflict && !strings.Contains(body, "有30个编号登记簿里已经有了") {
				t.Errorf("the duplicate is told as\n%s", body)
			}
		})
	}
	senders.Wait()
	if answers[http.StatusSeeOther] != 1 || answers[http.StatusConflict] != 3 {
		t.Errorf("answers %v", answers)
	}
	if n := s.matters(d.Congress); len(n) != 31 {
		t.Errorf("%d matters", len(n))
	}
	if n := must(s.register.LedgerImports(context.Background(), d.Congress, 10)); len(n) != 1 || n[0].Matters != 30 {
		t.Errorf("%+v", n)
	}
}

func TestUnderwayIsForTheOfficeAndTheCommitteeInCharge(t *testing.T) {
	s, d, _ := newLedgerSite(t)
	file := ledgerOf(t, []map[string]string{told("旧1号")}, nil)
	for _, login := range []string{"vc", "ch", "gov", "unt-jia", "dpt1", "adm", "dep"} {
		b := s.as(login)
		for _, path := range []string{"/cases/import", "/cases/import/template.xlsx", "/cases/import/" + register.NewID()} {
			r, body := b.get(path)
			expect(t, r, http.StatusForbidden, body, "由人大办公室导入")
		}
		r, body := b.sheetTo("/cases/import", map[string]string{"do": "file"}, file)
		expect(t, r, http.StatusForbidden, body, "由人大办公室导入")
		if _, body := b.get("/cases"); strings.Contains(body, "/cases/import") {
			t.Errorf("%s is shown the door", login)
		}
	}
	r, body := s.as("dep-head").sheetTo("/cases/import", map[string]string{"do": "file"}, file)
	expect(t, r, http.StatusUnprocessableEntity, body, "只能导入本委室督办的事项")
	if n := s.matters(d.Congress); len(n) != 1 {
		t.Fatalf("imported by one who may not: %v", n)
	}
	r, body = s.as("cmt").sheetTo("/cases/import", map[string]string{"do": "file"}, file)
	expect(t, r, http.StatusSeeOther, body)
}

// Spreadsheets keep days as numbers, merge the cells of a matter's units and call columns as each office likes.
func TestUnderwayReadsWhatOfficesKeep(t *testing.T) {
	s, d, _ := newLedgerSite(t)
	ctx := context.Background()
	b := s.as("ofc")
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", "2026年台账"); err != nil {
		t.Fatal(err)
	}
	must(book.NewSheet("条目"))
	set := func(sheet, cell string, v any) {
		if err := book.SetCellValue(sheet, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	for i, h := range []string{"序号", "编 号", "标题", "文书种类", "来源", "形成日", "督办委室", "交办日", "承办单位", "承办方式", "签收日", "方案报送日", "灯色"} {
		set("2026年台账", must(excelize.CoordinatesToCellName(i+1, 1)), h)
	}
	row := func(n int, cells ...any) {
		for i, c := range cells {
			if c != nil {
				set("2026年台账", must(excelize.CoordinatesToCellName(i+1, n)), c)
			}
		}
	}
	row(2, 1, "旧〔2026〕7号", "关于湖泊治理情况的审议意见", "审议意见", "常委会第三十次会议", time.Date(2026, 10, 28, 0, 0, 0, 0, time.UTC), "城建工委", time.Date(2026, 11, 2, 15, 30, 0, 0, time.UTC), "甲局", "主办", "2026-11-3", nil, "绿")
	row(3, nil, nil, nil, nil, nil, nil, nil, nil, "乙局", "会办", 46329)
	for _, c := range []string{"B", "C", "D", "E", "F", "G", "H"} {
		if err := book.MergeCell("2026年台账", c+"2", c+"3"); err != nil {
			t.Fatal(err)
		}
	}
	style := must(book.NewStyle(&excelize.Style{NumFmt: 58})) // 11月2日, without a year
	if err := book.SetCellStyle("2026年台账", "F2", "H2", style); err != nil {
		t.Fatal(err)
	}
	for i, x := range []string{"编号", "问题", "要求", "旧〔2026〕7号", "水质不稳", "年内达标"} {
		set("条目", must(excelize.CoordinatesToCellName(i%3+1, i/3+1)), x)
	}
	file := must(book.WriteToBuffer()).Bytes()
	r, body := b.sheetTo("/cases/import", map[string]string{"do": "check"}, file)
	expect(t, r, http.StatusOK, body, "共<strong>1</strong>件", "没有读取这些列：序号、灯色", "甲局（主办）、乙局（会办）", "2026年11月2日")
	r, body = b.post("/cases/import", taken(t, body))
	expect(t, r, http.StatusSeeOther, body)
	for _, c := range must(s.register.Cases(ctx, d.Congress, "opinion")) {
		if c.Number != "旧〔2026〕7号" {
			continue
		}
		st := must(s.register.State(ctx, c.ID))
		if !c.AnchorDay.Equal(at(2026, 10, 28, 0, 0)) || !st.Facts["handover"].At.Equal(at(2026, 11, 2, 0, 0)) || !st.Facts["sign/"+d.Units[1]].At.Equal(at(2026, 11, 3, 0, 0)) {
			t.Errorf("%v %+v", c.AnchorDay, st.Facts)
		}
	}
}

func TestUnderwayRefusesFiles(t *testing.T) {
	s, d, _ := newLedgerSite(t)
	b := s.as("ofc")
	right := ledgerOf(t, []map[string]string{told("旧1号")}, nil)
	first, _ := underwayHeadings()
	for name, c := range map[string]struct {
		file   []byte
		says   string
		status int
	}{
		"empty":        {nil, "文件是空的", 422},
		"garbage":      {[]byte("这不是表格"), "文件打不开", 422},
		"a broken zip": {right[:len(right)/2], "文件打不开", 422},
		"no items":     {sheetOf(t, first, []string{"1"}), "没有名为“条目”的工作表", 422},
		"no rows":      {ledgerOf(t, nil, []map[string]string{toldItem("1")}), "“监督意见”工作表：表中只有列名", 422},
		"no item rows": {ledgerOf(t, []map[string]string{told("1")}, []map[string]string{}), "“条目”工作表：表中只有列名", 422},
		"no heading":   {replaced(t, right, "xl/worksheets/sheet1.xml", ">承办单位<", ">办事的<"), "缺少：承办单位；不认识的列名：办事的", 422},
		"a formula unreckoned": {replaced(t, right, "xl/worksheets/sheet1.xml", `<c r="H2" t="inlineStr"><is><t>2026-11-02</t></is></c>`, `<c r="H2"><f>TODAY()-18</f></c>`),
			"单元格H2的公式还没有算出结果", 422},
		"heading twice": {replaced(t, right, "xl/worksheets/sheet1.xml", ">公开日<", ">标题<"), "有两列都叫“议题”", 422},
	} {
		r, body := b.sheetTo("/cases/import", map[string]string{"do": "check"}, c.file)
		if r.StatusCode != c.status || !strings.Contains(body, c.says) || strings.Contains(body, `name="stored"`) {
			t.Errorf("%s: %d, %q is missing in\n%s", name, r.StatusCode, c.says, body)
		}
	}
	form := url.Values{"do": {"file"}}
	for stored, says := range map[string]string{"": "请选择要导入的", "../../etc/passwd": "找不到", strings.Repeat("ab", 32): "找不到"} {
		form.Set("stored", stored)
		r, body := b.post("/cases/import", form)
		expect(t, r, http.StatusUnprocessableEntity, body, says)
	}
	if n := s.matters(d.Congress); len(n) != 1 {
		t.Errorf("imported: %v", n)
	}
}

func TestUnderwayTemplate(t *testing.T) {
	s, _, _ := newLedgerSite(t)
	b := s.as("ofc")
	r, body := b.get("/cases/import/template.xlsx")
	expect(t, r, http.StatusOK, body)
	book := must(excelize.OpenReader(strings.NewReader(body)))
	if sheets := book.GetSheetList(); !slices.Equal(sheets, []string{"监督意见", "条目", "可填的词"}) {
		t.Fatal(sheets)
	}
	first, second := underwayHeadings()
	if got := must(book.GetRows("监督意见")); len(got) != 1 || !slices.Equal(got[0], first) {
		t.Error(got)
	}
	words := fmt.Sprint(must(book.GetRows("可填的词")))
	for _, word := range []string{"甲局", "区法院", "城建工委", "经政府办", "独办", "退回", "基本满意", "提请常委会审议"} {
		if !strings.Contains(words, word) {
			t.Errorf("%s is missing in %s", word, words)
		}
	}
	for name, text := range told("填〔2026〕1号") {
		if err := book.SetCellStr("监督意见", must(excelize.CoordinatesToCellName(slices.Index(first, name)+1, 2)), text); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range toldItem("填〔2026〕1号") {
		if err := book.SetCellStr("条目", must(excelize.CoordinatesToCellName(slices.Index(second, name)+1, 2)), text); err != nil {
			t.Fatal(err)
		}
	}
	r, body = b.sheetTo("/cases/import", map[string]string{"do": "file"}, must(book.WriteToBuffer()).Bytes())
	expect(t, r, http.StatusSeeOther, body)
}

func TestUnderwayOfALargeOffice(t *testing.T) {
	s, d, _ := newLedgerSite(t)
	b := s.as("ofc")
	const count = 2000
	var rows, items []map[string]string
	for i := range count {
		n := fmt.Sprintf("旧〔2026〕%d号", i+1)
		handed := at(2026, 5, 4, 0, 0).AddDate(0, 0, i%190)
		change := []string{"形成日", handed.AddDate(0, 0, -5).In(schemas.Shanghai).Format(time.DateOnly), "交办日", handed.In(schemas.Shanghai).Format(time.DateOnly), "签收日", "", "承办单位", []string{"甲局", "乙局", "丙局"}[i%3]}
		if i%2 == 0 && i%190 < 170 {
			change = append(change, "方案实报日", handed.AddDate(0, 0, 12).In(schemas.Shanghai).Format(time.DateOnly), "方案审核结论", "通过")
		}
		rows = append(rows, told(n, change...))
		for range 3 {
			items = append(items, toldItem(n, "问题", strings.Repeat("改造进度滞后，居民反映强烈。", 8)))
		}
	}
	file := ledgerOf(t, rows, items)
	begun := time.Now()
	r, body := b.sheetTo("/cases/import", map[string]string{"do": "check"}, file)
	checked := time.Since(begun)
	expect(t, r, http.StatusOK, body[:min(len(body), 6000)], fmt.Sprintf("共<strong>%d</strong>件", count))
	form := taken(t, body)
	begun = time.Now()
	r, body = b.post("/cases/import", form)
	filed := time.Since(begun)
	expect(t, r, http.StatusSeeOther, body)
	r, body = b.get(r.Header.Get("Location"))
	expect(t, r, http.StatusOK, body, "已导入2000件在办事项", "旧〔2026〕50号", "下一页")
	if strings.Contains(body, "旧〔2026〕51号") {
		t.Error("a page holds more than a page")
	}
	if n := len(s.matters(d.Congress)); n != count+1 {
		t.Errorf("%d matters", n)
	}
	t.Logf("%d matters, %d KB: checked in %v, imported in %v", count, len(file)>>10, checked.Round(time.Millisecond), filed.Round(time.Millisecond))
	if limit := 60 * time.Second; max(checked, filed) > limit { // a quiet machine takes a tenth of it
		t.Errorf("longer than %v", limit)
	}
}
