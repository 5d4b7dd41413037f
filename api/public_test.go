package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// openDistrict is a district whose suggestions were handed over on 2 March 2026, to be answered by 2 June; today is 7 June.
type openDistrict struct {
	*site
	registertest.District
}

func newOpenDistrict(t *testing.T) openDistrict {
	s := newSite(t)
	s.register.Clock(func() time.Time { return at(2026, 6, 7, 10, 0) })
	return openDistrict{s, registertest.Found(t, s.register, schemas.Pace{}, hashed)}
}

// sql runs a statement on the register.
func (o openDistrict) sql(statement string, args ...any) {
	o.t.Helper()
	if _, err := o.register.Pool().Exec(context.Background(), statement, args...); err != nil {
		o.t.Fatalf("%s: %v", statement, err)
	}
}

// file files suggestions and returns their ids.
func (o openDistrict) file(gs ...register.NewSuggestion) (ids []string) {
	o.t.Helper()
	for _, st := range must(o.register.FileSuggestions(context.Background(), o.Congress, o.District.Deputies, gs)) {
		ids = append(ids, st.Case)
	}
	return ids
}

// hand hands a suggestion to a unit; set are assignments to columns of its line.
func (o openDistrict) hand(id, unit, capacity, set string) {
	o.t.Helper()
	handed, due := at(2026, 3, 2, 9, 0), at(2026, 6, 3, 0, 0)
	o.sql(`insert into parts (congress, case_id, unit, capacity, gone, handed_at, signed_auto, asked, complex, extended, due, class, class_now, met,
		first, attitude, result, reply_points, final, score, score_points)
		values ($1, $2, $3, $4, false, $5, false, 0, false, false, $6, '', '', false, '', '', '', 0, '', '', 0)`, o.Congress, id, unit, capacity, handed, due)
	if set != "" {
		o.sql(`update parts set `+set+` where case_id = $1 and unit = $2`, id, unit)
	}
	dated := must(must(o.register.CurrentCalendar(context.Background(), o.Congress)).Due(handed, "P3M", schemas.ModeNaturalShift))
	o.stage(id, "reply/"+unit, unit, time.Time{}, "")
	o.sql(`update stages set due = $3, working = $4 where case_id = $1 and key = $2`, id, "reply/"+unit, dated.Due,
		"依据：代表法第51条：交办之日起三个月内答复\n"+strings.Join(dated.Working, "\n"))
}

func (o openDistrict) stage(id, key, unit string, closed time.Time, verdict string) {
	o.t.Helper()
	var when *time.Time
	if !closed.IsZero() {
		when = &closed
	}
	o.sql(`insert into stages (congress, case_id, key, kind, unit, roles, npc, rev, opened_at, closed_at, verdict, actor)
		values ($1, $2, $3, $4, $5, '{UNT}', false, 1, $6, $7, $8, $9)`, o.Congress, id, key, schemas.Kind(key), unit, at(2026, 3, 2, 9, 0), when, verdict, o.People["unt-jia"])
}

func (o openDistrict) paper(id, stage, unit, status string, in schemas.ActIn) {
	o.t.Helper()
	o.sql(`insert into papers (id, congress, case_id, stage, kind, token, unit, author, status, body, written_at)
		values ($1, $2, $3, $4, 'reply', $10, $5, $6, $7, $8, $9)`, register.NewID(), o.Congress, id, stage, unit, o.People["unh-jia"], status,
		string(must(json.Marshal(in))), at(2026, 5, 20, 10, 0), register.NewID())
}

// publish puts a reply of 20 May on a suggestion and publishes it.
func (o openDistrict) publish(id, text string) {
	o.t.Helper()
	o.sql(`update parts set answered_at = $2, class = 'A', class_now = 'A' where case_id = $1 and capacity <> 'joint'`, id, at(2026, 5, 20, 10, 0))
	o.sql(`update suggestions set published = true, answered_openly = true where case_id = $1`, id)
	o.paper(id, "reply/"+o.Units[0], o.Units[0], "signed", schemas.ActIn{Verdict: "A", Text: text, Open: true})
}

func (o openDistrict) path(id string) string {
	return "/public/" + o.Congress + "/suggestions/" + id
}

// sees reads a public page as a stranger, who gets no cookie.
func (o openDistrict) sees(path string, parts ...string) string {
	o.t.Helper()
	r, body := o.browser().get(path)
	expect(o.t, r, http.StatusOK, body, parts...)
	if r.Header.Get("Cache-Control") != "public, max-age=60" || len(r.Cookies()) > 0 || r.Header.Get("Vary") != "Cookie" {
		o.t.Errorf("%s: %v", path, r.Header)
	}
	return body
}

func lacks(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(body, p) {
			t.Errorf("%q stands in\n%s", p, body)
		}
	}
}

// titled is the district's suggestion under another title.
func (o openDistrict) titled(title string) register.NewSuggestion {
	g := o.Suggestion()
	g.Title = title
	return g
}

func TestPublicCongresses(t *testing.T) {
	s := newSite(t)
	r, body := s.browser().get("/public")
	expect(t, r, http.StatusSeeOther, body)
	if r.Header.Get("Location") != "/public/"+s.congress || len(r.Cookies()) > 0 {
		t.Error(r.Header)
	}
	pace := schemas.Pace{Real: time.Now(), Virtual: at(2023, 6, 30, 9, 0), Rate: 1}
	rehearsal := must(s.register.AddCongress(context.Background(), register.Congress{Name: "演练区人大常委会", Rehearsal: true, Pace: pace}))
	o := openDistrict{site: s}
	o.sees("/public", "示例区人大常委会", "演练区人大常委会", "演示数据", "/public/"+rehearsal)
	o.sees("/public/"+rehearsal, "演示数据", "2023年6月30日（周五）", "没有符合条件的建议")
	lacks(t, o.sees("/public/"+s.congress), "演示数据")
}

func TestPublicListShowsWhatMayBeSeen(t *testing.T) {
	o := newOpenDistrict(t)
	silent := o.titled("代表不愿公开的建议")
	silent.Consents = false
	ids := o.file(o.titled("关于改善老旧小区排水的建议"), silent, o.titled("还没有交办的建议"), o.titled("已经撤回的建议"), o.titled("已经答复的建议"), o.titled("退办了的建议"))
	for _, id := range []string{ids[0], ids[1], ids[3], ids[4]} {
		o.hand(id, o.Units[0], "lead", "")
	}
	o.hand(ids[0], o.Units[1], "joint", "")
	o.hand(ids[5], o.Units[2], "sole", "gone = true")
	o.sql(`update cases set outcome = 'withdrawn' where id = $1`, ids[3])
	o.sql(`update parts set answered_at = $2, class = 'B', class_now = 'B' where case_id = $1`, ids[4], at(2026, 6, 2, 23, 50))
	o.sql(`update suggestions set category = '教科文卫' where case_id = $1`, ids[4])
	list := "/public/" + o.Congress
	body := o.sees(list, "共3件", "关于改善老旧小区排水的建议", "主办：甲局；会办：乙局", "2026年3月2日交办", "应于2026年6月2日前答复，已逾期5天", "逾期未答复5天",
		"已经答复的建议", "应于2026年6月2日前答复，已于2026年6月2日按期答复", "B类", "已答复", "正在改派承办单位", `class="stack"`, o.path(ids[0]))
	lacks(t, body, "不愿公开", "还没有交办", "已经撤回", "丙局", ids[1], ids[2], ids[3])
	for query, want := range map[string][2]string{ // shown, not shown
		"?state=late":                {"老旧小区", "已经答复"},
		"?state=answered":            {"已经答复", "老旧小区"},
		"?state=handling":            {"退办了的", "老旧小区"},
		"?unit=" + o.Units[1]:        {"老旧小区", "已经答复"},
		"?category=教科文卫":             {"已经答复", "老旧小区"},
		"?q=排水":                      {"老旧小区", "已经答复"},
		"?q=%25":                     {"没有符合条件的建议", "老旧小区"},
		"?unit=x'&state=y&page=-7":   {"老旧小区", "没有符合条件"},
		"?q=%00%ff&page=99999999999": {"没有符合条件的建议", "老旧小区"},
	} {
		body := o.sees(list+query, want[0])
		lacks(t, body, want[1])
	}
	o.sees(list, `逾期未答复 <span class="count late">1</span>`, `已答复 <span class="count">1</span>`, `全部 <span class="count">3</span>`)
}

func TestPublicListIsPaged(t *testing.T) {
	o := newOpenDistrict(t)
	var gs []register.NewSuggestion
	for i := range 51 {
		gs = append(gs, o.titled(fmt.Sprintf("关于第%02d号路口的建议", i)))
		gs[i].Number = fmt.Sprintf("第%02d号", i)
	}
	for _, id := range o.file(gs...) {
		o.hand(id, o.Units[0], "sole", "")
	}
	list := "/public/" + o.Congress
	body := o.sees(list, "第00号路口", "第49号路口", "第1—50件，共51件", "page=2")
	lacks(t, body, "第50号路口", "上一页")
	body = o.sees(list+"?page=2", "第50号路口", "上一页")
	lacks(t, body, "第49号路口", "下一页", "state=late&amp;page=", "page=2&amp;state=")
}

func TestPublicSuggestionShowsProgressBeforeItIsPublished(t *testing.T) {
	o := newOpenDistrict(t)
	id := o.file(o.Suggestion())[0]
	o.hand(id, o.Units[0], "lead", "")
	o.hand(id, o.Units[1], "joint", "")
	o.stage(id, "vet#1", o.District.Deputies, at(2026, 2, 26, 9, 0), "accept")
	o.stage(id, "sign/"+o.Units[0], o.Units[0], at(2026, 3, 3, 9, 0), "")
	o.stage(id, "contact/"+o.Units[0], o.Units[0], at(2026, 3, 10, 9, 0), "phone")
	body := o.sees(o.path(id), "关于改善老旧小区排水的建议", "应于2026年6月2日前答复，已逾期5天", "逾期未答复5天", "代表法第51条，交办之日起三个月内答复",
		"涉及面广、处理难度大的，六个月内答复", "期限3个月，至2026年6月2日（周二）（民法典第202条）", "代表提出建议（闭会期间）", "审查立案", "交办。主办：甲局；会办：乙局",
		"甲局签收", "甲局联系代表（电话）", "甲局应于2026年6月2日前答复，已逾期5天", "现在公开题目和办理进度")
	lacks(t, body, "每逢大雨", "改造排水管网", "代表一", "第一代表团", "本件适用六个月")
	o.sql(`update parts set due = $2, extended = true where case_id = $1 and capacity = 'lead'`, id, at(2026, 9, 3, 0, 0))
	o.sees(o.path(id), "应于2026年9月2日前答复，还有87天", "本件适用六个月", "办理中")
	o.sql(`update parts set answered_at = $2, class = 'B', class_now = 'B', promised = $3 where case_id = $1 and capacity = 'lead'`, id, at(2026, 5, 20, 9, 0), at(2026, 6, 2, 0, 0))
	o.paper(id, "reply/"+o.Units[0], o.Units[0], "signed", schemas.ActIn{Verdict: "B", Text: "甲局的原话", Open: true})
	body = o.sees(o.path(id), "B类：正在解决或列入规划逐步解决", "承诺于2026年6月1日前解决，已逾期6天", "按期答复", "主办单位已先行答复")
	lacks(t, body, "甲局的原话", "每逢大雨")
}

func TestPublicSuggestionThatAnotherUnitTakesOver(t *testing.T) {
	o := newOpenDistrict(t)
	id := o.file(o.Suggestion())[0]
	o.hand(id, o.Units[0], "sole", "gone = true")
	lacks(t, o.sees(o.path(id), "正在确定新的承办单位", "交办。独办：甲局"), "已逾期")
	o.hand(id, o.Units[2], "sole", "handed_at = '2026-03-12 09:00+08'")
	o.stage(id, "sign/"+o.Units[0], o.Units[0], at(2026, 3, 3, 9, 0), "")
	o.stage(id, "sign/"+o.Units[2], o.Units[2], at(2026, 3, 20, 9, 0), schemas.Auto)
	lacks(t, o.sees(o.path(id), "交办。独办：甲局", "改由丙局承办", "丙局逾期未签收，视为签收", "丙局应于2026年6月2日前答复，已逾期5天"), "甲局签收", "甲局应于")
	lacks(t, o.sees("/public/"+o.Congress, "独办：丙局", "2026年3月2日交办"), "甲局")
}

func TestPublicSuggestionOnTheDueDayAndAfter(t *testing.T) {
	o := newOpenDistrict(t)
	id := o.file(o.Suggestion())[0]
	o.hand(id, o.Units[0], "sole", "")
	for now, want := range map[time.Time]string{
		at(2026, 6, 1, 23, 59): "应于2026年6月2日前答复，还有1天",
		at(2026, 6, 2, 23, 59): "应于2026年6月2日前答复，今天到期",
		at(2026, 6, 3, 0, 0):   "应于2026年6月2日前答复，已逾期1天",
		at(2026, 7, 2, 0, 1):   "应于2026年6月2日前答复，已逾期30天",
	} {
		o.register.Clock(func() time.Time { return now })
		o.sees(o.path(id), want)
	}
	o.sql(`update parts set answered_at = $2 where case_id = $1`, id, at(2026, 6, 5, 9, 0))
	o.sees(o.path(id), "应于2026年6月2日前答复，实际于2026年6月5日答复，逾期3天")
}

func TestPublicWords(t *testing.T) {
	o := newOpenDistrict(t)
	g := o.Suggestion()
	g.Cosigners, g.Signed = []string{o.People["dpt2"], o.People["dpt3"]}, true
	g.Body = "我是代表一，同代表二和代表三去看过。住户电话13812345678，身份证420704199001011234。"
	g.Demand = "来信请寄 dpt1@example.gov.cn，座机0711-3351234。"
	id := o.file(g)[0]
	o.hand(id, o.Units[0], "several", "")
	o.hand(id, o.Units[1], "several", "")
	o.publish(id, "代表一、代表二、代表三：工程已经完工。联系人：jia经办，电话：8888 1234，账号6222 0212 3456 7890 123。<script>")
	o.paper(id, "reply/"+o.Units[0], o.Units[0], "draft", schemas.ActIn{Text: "没有签发的稿子", Open: true})
	o.paper(id, "reply/"+o.Units[1], o.Units[1], "signed", schemas.ActIn{Verdict: "C", Text: "不愿公开的答复"})
	body := o.sees(o.path(id), "我是代表一，同＊＊＊和＊＊＊去看过。住户电话＊＊＊，身份证＊＊＊。", "来信请寄 ＊＊＊，座机＊＊＊。",
		"代表一、＊＊＊、＊＊＊：工程已经完工。联系人：＊＊＊，电话：＊＊＊，账号＊＊＊。&lt;script&gt;", "领衔代表：<strong>代表一</strong>（第一代表团），联名代表2人",
		"承办单位没有同意公开这份答复的正文")
	lacks(t, body, "代表二", "代表三", "jia经办", "没有签发", "不愿公开的答复", "13812345678", "example.gov.cn")
	o.sql(`update suggestions set published = false where case_id = $1`, id)
	lacks(t, o.sees(o.path(id)), "代表一", "去看过", "来信请寄", "工程已经完工", "联名代表")
}

func TestPublicNobodyLearnsWhoIsDissatisfied(t *testing.T) {
	o := newOpenDistrict(t)
	g := o.Suggestion()
	g.Body = "本人代表一，每逢大雨小区积水。"
	id := o.file(g)[0]
	o.hand(id, o.Units[0], "sole", "")
	o.publish(id, "代表一：答复如下。")
	o.paper(id, "feedback/"+o.Units[0], o.Units[0], "signed", schemas.ActIn{Verdict: "dissatisfied", Reason: "答非所问", Open: true})
	o.sql(`update parts set first = 'satisfied', first_at = $2 where case_id = $1`, id, at(2026, 5, 25, 9, 0))
	o.sees(o.path(id), "代表对甲局的答复评价：满意", "代表一")
	o.sql(`update parts set first = 'dissatisfied', redo_due = $2 where case_id = $1`, id, at(2026, 7, 29, 0, 0))
	body := o.sees(o.path(id), "重新办理中", "应于2026年7月28日前重新答复，还有51天", "＊＊＊：答复如下。", "本人＊＊＊，每逢大雨", "重新办理期间不显示代表姓名")
	lacks(t, body, "不满意", "代表一", "答非所问", "dissatisfied")
	list := o.sees("/public/"+o.Congress+"?state=again", "重新办理中", "应于2026年7月28日前重新答复")
	lacks(t, list, "不满意", "代表一")
	o.sql(`update parts set redone_at = $2 where case_id = $1`, id, at(2026, 6, 5, 9, 0))
	lacks(t, o.sees(o.path(id), "重新办理中", "甲局重新答复代表"), "不满意", "代表一")
	o.stage(id, "refeedback/"+o.Units[0], o.Units[0], at(2026, 6, 6, 9, 0), "basically")
	o.sql(`update parts set final = 'basically' where case_id = $1`, id)
	lacks(t, o.sees(o.path(id), "代表对甲局的重新答复评价：基本满意", "代表一", "甲局重新办理"), "不满意", "答非所问", "重新办理中")
	o.sql(`update parts set final = 'dissatisfied' where case_id = $1`, id)
	o.sees(o.path(id), "代表对甲局的重新答复评价：不满意", "跟踪督办中")
	o.sql(`update parts set first = 'satisfied', score = 'dissatisfied', final = '' , redone_at = null where case_id = $1`, id)
	lacks(t, o.sees(o.path(id), "重新办理中"), "不满意", "代表一")
	o.register.Clock(func() time.Time { return at(2026, 8, 1, 9, 0) })
	o.sees(o.path(id), "重新办理中，已逾期4天", "应于2026年7月28日前重新答复，已逾期4天")
}

func TestPublicUnknown(t *testing.T) {
	o := newOpenDistrict(t)
	silent := o.Suggestion()
	silent.Consents = false
	ids := o.file(o.Suggestion(), silent, o.Suggestion(), o.Suggestion())
	for _, id := range ids[:3] {
		o.hand(id, o.Units[0], "sole", "")
	}
	o.sql(`update suggestions set published = true where case_id = $1`, ids[1])
	o.sql(`update cases set outcome = 'withdrawn' where id = $1`, ids[2])
	opinion := must(o.register.File(context.Background(), o.Filing("测人常审〔2026〕9号", at(2026, 3, 9, 0, 0)))).Case
	o.sees(o.path(ids[0]))
	for _, path := range []string{
		"/public/" + register.NewID(), "/public/x", "/public/" + strings.ToUpper(o.Congress), "/public/" + o.Congress + "%27", "/public/%00",
		"/public/" + o.site.congress + "/suggestions/" + ids[0], "/public/x/suggestions/" + ids[0], o.path(ids[1]), o.path(ids[2]), o.path(ids[3]),
		o.path(opinion), o.path(register.NewID()), o.path("1"), o.path("%27%20or%201=1"), o.path("{" + ids[0] + "}"),
	} {
		r, body := o.browser().get(path)
		expect(t, r, http.StatusNotFound, body, "NotFound")
		if r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, r.Header)
		}
		lacks(t, body, "老旧小区", "每逢大雨")
	}
	if strings.Contains(o.log.String(), "request failed") {
		t.Error(o.log)
	}
}

func TestPublicPagesNameNobody(t *testing.T) {
	o := newOpenDistrict(t)
	g := o.Suggestion()
	g.Cosigners, g.Signed = []string{o.People["dpt2"]}, true
	ids := o.file(g, g)
	for _, id := range ids {
		o.hand(id, o.Units[0], "sole", "")
		o.stage(id, "contact/"+o.Units[0], o.Units[0], at(2026, 3, 10, 9, 0), "visit")
		o.sql(`insert into parties (congress, case_id, unit, capacity, handler) values ($1, $2, $3, 'sole', $4)`, o.Congress, id, o.Units[0], o.People["unt-jia"])
	}
	o.publish(ids[1], "已经办好。")
	tags := regexp.MustCompile(`<[^>]*>`)
	accounts := map[string][2]string{}
	rows := must(o.register.Pool().Query(context.Background(), `select id::text, name, login from accounts where congress = $1`, o.Congress))
	for rows.Next() {
		var id, name, login string
		if err := rows.Scan(&id, &name, &login); err != nil {
			t.Fatal(err)
		}
		accounts[id] = [2]string{name, login}
	}
	if len(accounts) != len(o.People) {
		t.Fatal(len(accounts))
	}
	for _, path := range []string{"/public", "/public/" + o.Congress, o.path(ids[0]), o.path(ids[1])} {
		body := o.sees(path)
		text := tags.ReplaceAllString(body, "")
		lacks(t, body, "@example.gov.cn", "data-account")
		for id, who := range accounts {
			lacks(t, body, id)
			lacks(t, text, who[1])
			if who[1] != "dpt1" || path != o.path(ids[1]) {
				lacks(t, text, who[0])
			}
		}
	}
	b := o.as("unt-jia")
	r, body := b.get(o.path(ids[1]))
	expect(t, r, http.StatusOK, body, "已经办好")
	if r.Header.Get("Cache-Control") == "public, max-age=60" {
		t.Error("a page with a session cookie may be shared", r.Header)
	}
	lacks(t, body, "jia经办", o.People["unt-jia"], "data-account")
}

func TestMasked(t *testing.T) {
	for text, want := range map[string]string{
		"13812345678": "＊＊＊",
		"电话１３８１２３４５６７８。": "电话＊＊＊。",
		"tel13812345678x":                       "tel＊＊＊",
		"+86 138-1234-5678、8613812345678":       "+＊＊＊、＊＊＊",
		"138 1234 5678 139 8765 4321":           "＊＊＊ ＊＊＊",
		"0711-3351234，（027）88881234":            "＊＊＊，（＊＊＊",
		"02788881234转8001":                      "＊＊＊转8001",
		"联系电话：3351234或8888-1234、3355678":        "联系电话：＊＊＊或＊＊＊、＊＊＊",
		"420704199001011234":                    "＊＊＊",
		"42070419900101123X、42070419900101123x": "＊＊＊、＊＊＊",
		"420704 19900101 123X":                  "＊＊＊",
		"420704900101123":                       "＊＊＊",
		"6222021234567890123":                   "＊＊＊",
		"6222 0212 3456 7890":                   "＊＊＊",
		"6222-0212-3456-7890-123。":              "＊＊＊。",
		"a.b+c@mail.example.com，x＠qq.com":       "＊＊＊，＊＊＊",
		"2026年3月2日至2026-06-02 2026-09-02":       "2026年3月2日至2026-06-02 2026-09-02",
		"投资12000000元，1.5公里，编号20260302001":       "投资12000000元，1.5公里，编号20260302001",
		"热线12345，〔2026〕12号，火警119":               "热线12345，〔2026〕12号，火警119",
		"共3 500 000元，占12.50%（197/200）":          "共3 500 000元，占12.50%（197/200）",
	} {
		if got := masked(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := masked("李小明和李小明明、王", "李小明", "李小明明", "王"); got != "＊＊＊和＊＊＊、王" {
		t.Error(got)
	}
}
