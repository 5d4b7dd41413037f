package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// gathered is an inquiry whose survey is under way.
type gathered struct {
	hall
	id string
}

func newInquirySite(t *testing.T) gathered {
	g := gathered{hall: newHall(t, 3)}
	g.engineAway()
	r, body := g.as("cmt").post("/inquiries/new", url.Values{"token": {"topic-form-1"}, "title": {"优化营商环境"}, "body": {"企业和代表反映集中，项目落地慢。"}, "committee": {g.Committee}})
	expect(t, r, http.StatusSeeOther, body)
	g.id = strings.TrimPrefix(r.Header.Get("Location"), "/cases/")
	g.standing("survey", "")
	return g
}

// standing has one stage of the inquiry open and one fact told.
func (g gathered) standing(stage, fact string) {
	g.t.Helper()
	g.sql(`update cases set state = jsonb_set(jsonb_set(state::jsonb, '{open}', jsonb_build_array(jsonb_build_object('key', $2::text))), '{facts}', state::jsonb -> 'facts' ||
		case when $3 = '' then '{}'::jsonb else jsonb_build_object($3::text, jsonb_build_object('id', 'x', 'key', $3::text, 'at', '2026-06-01T01:00:00Z')) end)::text where id = $1`, g.id, stage, fact)
}

func (g gathered) problems() []register.ProblemRow {
	g.t.Helper()
	return must(g.register.Problems(context.Background(), g.Congress, g.id))
}

var checking = map[string]string{"do": "check"}

// list files so many problems of 甲局 by a sheet.
func (g gathered) list(n int) {
	g.t.Helper()
	unit := must(g.register.Names(context.Background(), g.Congress))[g.Units[0]]
	rows := [][]string{{"类别", "问题", "事实", "责任单位", "点位", "依据"}}
	for i := range n {
		rows = append(rows, []string{"项目审批", fmt.Sprintf("第%d号项目审批超时", i+1), "查阅办件记录，超过承诺时限。", unit, "点位一", "优化营商环境条例"})
	}
	b := g.as("cmt")
	r, body := b.sheetTo("/inquiries/"+g.id+"/problems", checking, sheetOf(g.t, rows...))
	expect(g.t, r, http.StatusOK, body, fmt.Sprintf("<strong>%d</strong>条没有问题", n))
	stored := regexp.MustCompile(`name="stored" value="([0-9a-f]{64})"`).FindStringSubmatch(body)
	if stored == nil {
		g.t.Fatal("the checked sheet is not offered")
	}
	r, body = b.post("/inquiries/"+g.id+"/problems", url.Values{"do": {"file"}, "stored": {stored[1]}})
	expect(g.t, r, http.StatusSeeOther, body)
}

func TestProblemsBySheet(t *testing.T) {
	g := newInquirySite(t)
	g.list(3)
	ps := g.problems()
	if len(ps) != 3 || ps[2].N != 3 || ps[2].Class != "项目审批" || ps[2].Unit != g.Units[0] || ps[2].Number == ps[1].Number {
		t.Fatalf("%+v", ps)
	}
	unit := must(g.register.Names(context.Background(), g.Congress))[g.Units[0]]
	head := []string{"类别", "问题", "事实", "责任单位"}
	for name, want := range map[string]struct {
		row  []string
		says string
	}{
		"twice":         {[]string{"项目审批", "第1号项目审批超时", "事实", unit}, "清单里都已经有了"},
		"unknown unit":  {[]string{"项目审批", "另一个问题在这里", "事实", "无此单位"}, "没有“无此单位”这个承办单位"},
		"no fact":       {[]string{"项目审批", "另一个问题在这里", "", unit}, "有1条需要改正"},
		"secret marker": {[]string{"项目审批", "另一个问题在这里", "机密★启用前", unit}, "有1条需要改正"},
	} {
		r, body := g.as("cmt").sheetTo("/inquiries/"+g.id+"/problems", checking, sheetOf(t, head, want.row))
		if r.StatusCode == http.StatusOK || !strings.Contains(body, want.says) {
			t.Errorf("%s: %d, without %q", name, r.StatusCode, want.says)
		}
	}
	g.standing("problem-handover", "")
	r, body := g.as("cmt").sheetTo("/inquiries/"+g.id+"/problems", map[string]string{"do": "file"}, sheetOf(t, head, []string{"项目审批", "迟到的问题一条", "事实", unit}))
	expect(t, r, http.StatusUnprocessableEntity, body, "清单已经提交")
	if len(g.problems()) != 3 {
		t.Error("the list grew after it was handed in")
	}
}

func TestInquiryPage(t *testing.T) {
	g := newInquirySite(t)
	g.list(5)
	r, body := g.as("cmt").post("/inquiries/"+g.id+"/visits", url.Values{"team": {"2"}, "site": {"光谷项目"}, "kind": {"sample"}, "day": {"2026-06-01"}})
	expect(t, r, http.StatusSeeOther, body)
	for name, f := range map[string]url.Values{
		"tomorrow": {"team": {"2"}, "site": {"光谷项目"}, "kind": {"sample"}, "day": {"2026-06-09"}}, "no kind": {"team": {"2"}, "site": {"光谷项目"}, "day": {"2026-06-01"}},
		"no team": {"team": {"零"}, "site": {"光谷项目"}, "kind": {"film"}, "day": {"2026-06-01"}},
	} {
		if r, _ := g.as("cmt").post("/inquiries/"+g.id+"/visits", f); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a visit %s: %d", name, r.StatusCode)
		}
	}
	g.sql(`update cases c set phase = case when p.n <= 3 then 'P4' else 'P2' end from problems p where p.case_id = c.id and p.inquiry = $1`, g.id)
	_, body = g.as("ofc").get("/cases/" + g.id)
	for _, want := range []string{"3/5", "60.00%", "至少3条", "已达到", "1个调研组，1次", "抽样检测1次"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	g.sql(`update cases c set phase = 'P2' from problems p where p.case_id = c.id and p.inquiry = $1 and p.n = 3`, g.id)
	if _, body = g.as("ofc").get("/cases/" + g.id); !strings.Contains(body, "未达到") || !strings.Contains(body, "40.00%") {
		t.Error("two of five reach the gate")
	}
	// A unit sees its own problems once they are distributed, another's not; neither sees where the survey went.
	g.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'several'), ($1, $2, $4, 'several')`, g.Congress, g.id, g.Units[0], g.Units[1])
	if r, _ := g.as("unt-jia").get("/cases/" + g.id); r.StatusCode != http.StatusNotFound {
		t.Error("a unit sees the list before it is handed over")
	}
	g.standing("gate-check/gate-10#1", "problem-distribute")
	for login, sees := range map[string]bool{"unt-jia": true, "unt-yi": false} {
		_, body := g.as(login).get("/cases/" + g.id)
		if strings.Contains(body, "第1号项目审批超时") != sees || strings.Contains(body, "光谷项目") {
			t.Errorf("%s sees what is not its own, or not what is", login)
		}
	}
}

func TestHall(t *testing.T) {
	g := newInquirySite(t)
	g.list(3)
	ps := g.problems()
	office := g.as("ofc")
	show := func(problem string) (*http.Response, string) {
		return office.post("/inquiries/"+g.id+"/hall", url.Values{"problem": {problem}, "do": {"show"}})
	}
	if r, body := show(ps[0].ID); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "考题还没有列出") {
		t.Errorf("a question is shown before there are any: %d", r.StatusCode)
	}
	g.standing("meeting", "questions")
	g.sql(`update problems set question = n where inquiry = $1 and n < 3`, g.id)
	g.sql(`update inquiries set meets = '2026-06-07T01:00:00Z', place = '会议厅' where case_id = $1`, g.id)
	r, body := show(ps[0].ID)
	expect(t, r, http.StatusSeeOther, body)
	if r, _ := g.as("scm1").get("/inquiries/" + g.id + "/screen"); r.StatusCode != http.StatusNotFound { // the problems are not handed over yet
		t.Errorf("a member sees the screen: %d", r.StatusCode)
	}
	r, body = office.get("/inquiries/" + g.id + "/screen")
	expect(t, r, http.StatusOK, body, "第1道 / 共2道", ps[0].Title, "请作答", "甲局", "0分00秒 / 限时10分钟")
	if !strings.Contains(body, `<noscript><meta http-equiv="refresh" content="3"></noscript>`) {
		t.Error("the screen does not ask again")
	}
	said := url.Values{"problem": {ps[0].ID}, "asker": {"委员一"}, "answerer": {"甲局局长"}, "answer": {"written"}, "promise": {"九月底前办结"}, "follow": {"何时办结？"}, "comment": {"请逐项说明"}}
	r, body = office.post("/inquiries/"+g.id+"/hall", said)
	expect(t, r, http.StatusSeeOther, body)
	r, body = office.get("/inquiries/" + g.id + "/screen")
	expect(t, r, http.StatusOK, body, "会后五个工作日内书面答复", "承诺：九月底前办结", "追问：何时办结？", "点评：请逐项说明", "提问：委员一")
	said.Set("problem", ps[2].ID) // is no question
	if r, _ := office.post("/inquiries/"+g.id+"/hall", said); r.StatusCode != http.StatusNotFound {
		t.Errorf("something is said of what is no question: %d", r.StatusCode)
	}
	said.Set("problem", ps[1].ID)
	said.Set("answer", "perhaps")
	if r, _ := office.post("/inquiries/"+g.id+"/hall", said); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an answer that is none: %d", r.StatusCode)
	}
	var a schemas.Act
	m := matter{Case: must(g.register.Case(context.Background(), g.Congress, g.id)), Inquiry: must(g.register.Inquiry(context.Background(), g.Congress, g.id))}
	if err := g.server.met(context.Background(), &register.Person{Now: at(2026, 6, 7, 17, 0)}, m, &a); err != nil || len(a.Items) != 2 || a.Items[0].Result != "written" || a.Items[1].Result != "unasked" || a.Items[0].Unit != g.Units[0] {
		t.Errorf("the meeting is entered as %+v, %v", a.Items, err)
	}
	if err := g.server.met(context.Background(), &register.Person{Now: at(2026, 6, 6, 17, 0)}, m, &a); !isRefusal(err, "NotYet") {
		t.Errorf("the meeting is entered before it was held: %v", err)
	}
	g.standing("inquiry-ballot", "meeting")
	if r, _ := show(ps[1].ID); r.StatusCode != http.StatusConflict {
		t.Errorf("the hall goes on after the meeting: %d", r.StatusCode)
	}
}

// Of two units that have questions each is judged by a ballot of its own, whose result goes to the stage that waits for that unit.
func TestBallotForEachUnitAsked(t *testing.T) {
	g := newInquirySite(t)
	g.list(3)
	ps, yi := g.problems(), g.Units[1]
	g.sql(`update problems set unit = $2 where inquiry = $1 and n = 2`, g.id, yi)
	g.sql(`update problems set question = n where inquiry = $1`, g.id)
	g.standing("meeting", "questions")
	r, body := g.as("ofc").get("/cases/" + g.id)
	expect(t, r, http.StatusOK, body, `href="/ballots/new?case=`+g.id+`"`)
	r, body = g.as("ofc").get("/ballots/new?case=" + g.id)
	expect(t, r, http.StatusOK, body, "优化营商环境专题询问现场测评", `name="unit" value="`+g.Units[0]+`" checked`, `name="unit" value="`+yi+`" checked`)
	f := g.ballotIn("title", "优化营商环境专题询问现场测评", "case", g.id)
	r, body = g.as("ofc").post("/ballots/new", f)
	expect(t, r, http.StatusUnprocessableEntity, body, "请选择测评哪些单位")
	f["unit"] = []string{g.Units[0], yi}
	r, body = g.as("ofc").post("/ballots/new", f)
	expect(t, r, http.StatusSeeOther, body)
	bs := must(g.register.BallotsOf(context.Background(), g.Congress, g.id, g.People["ofc"]))
	if len(bs) != 2 {
		t.Fatalf("%d ballots", len(bs))
	}
	paths := map[string]string{}
	for _, b := range bs {
		path := "/ballots/" + b.ID
		paths[b.Unit] = path
		if b.Title != b.UnitName+"：优化营商环境专题询问现场测评" {
			t.Errorf("the slip says %q", b.Title)
		}
		g.do("vc", path+"/approve")
		g.do("ofc", path+"/open")
		for _, voter := range g.members {
			g.vote(voter, path, map[bool]string{true: "satisfied", false: "dissatisfied"}[b.Unit == yi])
		}
		for _, deed := range []string{"close", "count"} {
			g.do("ofc", path+"/"+deed)
		}
		g.do("scm1", path+"/confirm")
		g.do("ofc", path+"/announce")
	}
	g.sql(`update problems set answer = 'answered' where case_id = $1`, ps[1].ID)
	g.standing("inquiry-ballot/"+yi, "meeting") // 甲局 was not asked
	r, body = g.as("ofc").post(paths[g.Units[0]]+"/take", url.Values{"minutes": {"纪要1号"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "事项现在没有等候测评结果，不能转入")
	g.do("ofc", paths[yi]+"/take", "minutes", "纪要1号")
	if n := g.count(`select count(*) from intake where case_id = $1 and stage = $2 and act::jsonb ->> 'verdict' = 'satisfied'`, g.id, "inquiry-ballot/"+yi); n != 1 {
		t.Errorf("the stage of the unit was told %d times", n)
	}
	r, body = g.as("ofc").get("/cases/" + g.id)
	expect(t, r, http.StatusOK, body, "<h2>测评</h2>", paths[yi], "满意票3票")
	r, body = g.as("ofc").get("/ballots/new?case=" + g.id)
	expect(t, r, http.StatusOK, body, yi)
	if strings.Contains(body, `value="`+g.Units[0]+`"`) {
		t.Error("after the meeting a unit that was not asked can still be judged")
	}
}
