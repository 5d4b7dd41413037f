package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// Every state of the two appraisals is come into and left by the exits that spec 2e lists, through the pages, on the real engine.
func TestAppraisalStates(t *testing.T) {
	h := openHouse(t)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range slices.Concat(choosingRows, reviewRows, rectifyingRows, officialRows) {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for _, s := range []string{"W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "W12", "W13", "W14", "V1", "V2", "V3", "V4", "V5", "V6",
		"unlisted", "unconsented", "withdrawn", "terminated", "concluded"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

// appraise proposes the appraisal of 甲局, or with kind=official of its head; what is said changes the ordinary form.
func appraise(who string, says ...string) step {
	return step{do: func(m *matter) answer {
		form := url.Values{"token": {rand.Text()}, "title": {"甲局2023年工作评议" + fmt.Sprint(m.h.cases.Add(1))}, "body": {"承担中心工作任务重。"}, "criteria": {"central"},
			"unit": {m.Units[0]}, "committee": {m.Committee}}
		if slices.Contains(says, "kind=official") {
			form = url.Values{"token": {rand.Text()}, "kind": {"official"}, "name": {"欧阳某某"}, "post": {"局长"}, "body": {"任后监督。"}, "unit": {m.Units[0]}, "committee": {m.Committee}}
		}
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			form.Set(name, m.names(value))
		}
		a := m.post(who, "/appraisals/new", form)
		if a.status != http.StatusSeeOther {
			return a
		}
		if twice := m.post(who, "/appraisals/new", form); twice.goes != a.goes {
			m.t.Errorf("the form sent twice made another appraisal: %s", twice)
		}
		m.id = strings.TrimPrefix(a.goes, "/cases/")
		if err := m.clock.started(context.Background(), m.id); err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

// minuted enters the counts of a ballot as minutes give them.
func minuted(stage, verdict string, says ...string) step {
	votes := map[string][]string{"satisfied": {"satisfied=30", "basically=2", "dissatisfied=1"}, "basically": {"satisfied=20", "basically=10", "dissatisfied=3"},
		"dissatisfied": {"satisfied=5", "basically=8", "dissatisfied=20", "reason=群众反映的问题没有解决"}}[verdict]
	return act("ofc", stage, append(append([]string{"verdict=" + verdict, "ballot=1", "expected=33", "present=33", "issued=33", "returned=33", "valid=33"}, votes...), says...)...)
}

// polled holds a ballot of the matter among five members and takes its result over, through the page.
func polled(choice string) step {
	return step{do: func(m *matter) answer {
		ctx, reg, ofc := context.Background(), m.h.reg, m.People["ofc"]
		must := func(err error) {
			m.t.Helper()
			if err != nil {
				m.t.Fatal(err)
			}
		}
		for i := range 5 {
			login := fmt.Sprint("scm", i)
			if m.People[login] != "" {
				continue
			}
			id, err := reg.AddAccount(ctx, register.Account{Congress: m.Congress, Login: login, Name: login, Password: m.h.phc, Active: true})
			must(err)
			must(reg.AddPost(ctx, m.Congress, id, register.Post{Role: schemas.Member}))
			m.People[login] = id
		}
		official := m.state().Procedure == schemas.OfficialAppraisal
		code := map[bool]string{true: "competence", false: "satisfaction"}[official]
		form := m.get("ofc", "/ballots/new?case="+m.id)
		if form.status != http.StatusOK || strings.Contains(form.body, "欧阳某某") != official {
			m.t.Errorf("the form of the ballot: %s", form)
		}
		made := m.post("ofc", "/ballots/new?case="+m.id, url.Values{"case": {m.id}, "title": {"票决"}, "scale": {code}, "share": {"80"}, "decides": {"0"}, "in-members": {"1"},
			"weight-members": {"100"}, "base-members": {"all"}, "quorum": {"1"}, "scrutineer": {m.People["scm0"]}, "restricted": {map[bool]string{true: "1"}[official]}, "consent": {"区委〔2023〕5号"}})
		if made.status != http.StatusSeeOther {
			return made
		}
		id := strings.TrimPrefix(made.goes, "/ballots/")
		must(reg.Approve(ctx, m.Congress, id, m.People["vc"]))
		must(reg.OpenBallot(ctx, m.Congress, id, ofc, func() (string, string, error) { return "", "", nil }))
		es, err := reg.Electorates(ctx, m.Congress, id)
		must(err)
		urn, err := reg.Urn(ctx, es[0].ID)
		must(err)
		for i := range 5 {
			must(reg.Draw(ctx, m.Congress, es[0].ID, m.People[fmt.Sprint("scm", i)], rand.Text()))
			must(reg.Cast(ctx, urn, rand.Text(), schemas.Choice{Option: choice}))
		}
		must(reg.CloseBallot(ctx, m.Congress, id, ofc))
		must(reg.Count(ctx, m.Congress, id, ofc))
		must(reg.Confirm(ctx, m.Congress, id, m.People["scm0"]))
		must(reg.Announce(ctx, m.Congress, id, ofc, false))
		return m.post("ofc", "/ballots/"+id+"/take", url.Values{"minutes": {"常会纪〔2023〕4号"}})
	}}
}

// shows is what the page of the matter says to a person.
func shows(who string, words ...string) truth {
	return func(m *matter) {
		m.t.Helper()
		page := m.get(who, "/cases/"+m.id)
		for _, w := range words {
			if !strings.Contains(page.body, w) {
				m.t.Errorf("%s does not read “%s”", who, w)
			}
		}
	}
}

// hides is what the page of the matter keeps from a person; nothing named: all of it.
func hides(who string, words ...string) truth {
	return func(m *matter) {
		m.t.Helper()
		page := m.get(who, "/cases/"+m.id)
		if len(words) == 0 && page.status != http.StatusNotFound {
			m.t.Errorf("%s may look: %s", who, page)
		}
		for _, w := range words {
			if strings.Contains(page.body, w) {
				m.t.Errorf("%s reads “%s”", who, w)
			}
		}
	}
}

const onWords = "text=情况属实，已经逐条核对。"

var (
	workRaised    = path{appraise("cmt")}
	unitPicked    = workRaised.then(act("ofc", "appraisee", "verdict=accept", "reason=主任会议纪要〔2023〕3号"))
	unitGathered  = unitPicked.then(act("ofc", "mobilise", onWords))
	reviewPlanned = unitGathered.then(act("cmh", "appraisal-plan", "meets=2023-04-20T09:00", "place=二楼会议室", onWords))
	lookedAt      = reviewPlanned.then(act("cmh", "appraisal-survey", onWords))
	surveyTold    = lookedAt.then(act("cmh", "survey-report", onWords))
	unitSaid      = surveyTold.then(act("unh-jia", "self-report", onWords))
	heldReview    = unitSaid.then(at("04-20 16:00", act("ofc", "review-meeting", onWords)))
	judgedOnce    = heldReview.then(minuted("first-ballot", "basically"))
	opinionSaid   = judgedOnce.then(act("cmh", "appraisal-opinion", onWords))
	spreadWord    = opinionSaid.then(act("ofc", "party-report", onWords), act("ofc", "government-circular", onWords), act("ofc", "publish", "verdict=public"))
	planHanded    = spreadWord.then(act("unh-jia", "rectification-plan", onWords))
	rectifiedIt   = planHanded.then(at("07-10 10:00", act("unh-jia", "rectification-report", onWords)))
	condemnedIt   = rectifiedIt.then(minuted("second-ballot", "dissatisfied"))

	officialNamed = path{appraise("ofc", "kind=official")}
	consentIs     = officialNamed.then(act("ofc", "party-consent", "verdict=accept", "title=区委〔2023〕5号", "reason=区委常委会会议同意"))
	dutySaid      = consentIs.then(act("unh-jia", "duty-report", onWords))
	foundBad      = dutySaid.then(minuted("official-ballot", "dissatisfied"))
	toldParty     = foundBad.then(act("ofc", "official-report#1", onWords))
	mended        = toldParty.then(act("unh-jia", "official-rectify", onWords))
	foundAgain    = mended.then(minuted("official-second-ballot", "satisfied"))
)

// W1 to W5.
var choosingRows = []row{
	{state: "W1", exit: "委室提出", leave: workRaised, to: "W1", holds: []truth{due("appraisee", "2023-04-06"), hides("unh-jia"), hides("gov")}},
	{state: "W1", exit: "没有选标准", leave: path{appraise("cmt", "criteria=")}, status: 422, says: "请选择选为评议对象的标准"},
	{state: "W1", exit: "没有标题", leave: path{appraise("cmt", "title=")}, status: 422, says: "标题"},
	{state: "W1", exit: "单位不能提出", leave: path{appraise("unh-jia")}, status: 403, says: "工作评议由委室、办公室提出"},
	{state: "W1", exit: "不列入", into: workRaised, leave: path{act("ofc", "appraisee", "verdict=decline", "reason=上年评议过")}, to: "unlisted"},
	{state: "W1", exit: "撤回", into: workRaised, leave: path{act("vc", "withdraw", "reason=重复")}, to: "withdrawn"},
	{state: "W1", exit: "选定", into: workRaised, leave: path{unitPicked[1]}, to: "W2", holds: []truth{due("mobilise", "2023-03-20"), hides("unh-jia")}},
	{state: "W2", exit: "动员会要写情况", into: unitPicked, leave: path{act("ofc", "mobilise")}, status: 422, says: "请填写动员会的时间"},
	{state: "W2", exit: "动员会以后单位看得到", into: unitPicked, leave: path{unitGathered[2]}, to: "W3", holds: []truth{due("appraisal-plan", "2023-03-20"), shows("unh-jia", "工作评议", "动员会"), hides("unh-yi")}},
	{state: "W3", exit: "评议会太早", into: unitGathered, leave: path{act("cmh", "appraisal-plan", "meets=2023-03-31T09:00", "place=二楼", onWords)}, status: 422, says: "评议会最早可定于2023年4月3日"},
	{state: "W3", exit: "评议会不在休息日", into: unitGathered, leave: path{act("cmh", "appraisal-plan", "meets=2023-04-22T09:00", "place=二楼", onWords)}, status: 422, says: "不是工作日"},
	{state: "W3", exit: "实施方案", into: unitGathered, leave: path{reviewPlanned[3]}, to: "W4", holds: []truth{due("appraisal-survey", "2023-04-06"), due("self-report", "2023-04-10"), shows("unh-jia", "二楼会议室")}},
	{state: "W4", exit: "外单位看不到", into: reviewPlanned, leave: path{act("unh-yi", "self-report", onWords)}, status: 404, says: "无权查看"},
	{state: "W4", exit: "登记调研点位", into: reviewPlanned, leave: path{visited("random")}, to: "W4", holds: []truth{shows("cmt", "老菜市场", "背靠背：随取点位寻访", "1个评议组")}},
	{state: "W4", exit: "调研的方式", into: reviewPlanned, leave: path{visited("film")}, status: 422, says: "请选择调研的方式"},
	{state: "W4", exit: "调研结束", into: reviewPlanned, leave: path{lookedAt[4]}, to: "W5", holds: []truth{due("survey-report", "2023-04-13")}},
	{state: "W5", exit: "调研报告交主任会议", into: lookedAt, leave: path{surveyTold[5]}, to: "W6"},
	{state: "W6", exit: "单位述职", into: surveyTold, leave: path{unitSaid[6]}, to: "W7", holds: []truth{due("review-meeting", "2023-04-20")}},
	{state: "W6", exit: "委室不能替单位述职", into: surveyTold, leave: path{act("cmh", "self-report", onWords)}, status: 403, says: notMine},
	{state: "W6", exit: "单位没有述职，评议会照开", into: surveyTold, leave: path{at("04-20 16:00", act("ofc", "review-meeting", onWords))}, to: "W8", holds: []truth{closed("self-report")}},
}

// visited enters a place that a team went to.
func visited(kind string) step {
	return step{do: func(m *matter) answer {
		return m.post("cmt", "/appraisals/"+m.id+"/visits", url.Values{"team": {"1"}, "site": {"老菜市场"}, "kind": {kind}, "day": {"2023-03-06"}, "note": {"随机走访"}})
	}}
}

// W7 to W10.
var reviewRows = []row{
	{state: "W7", exit: "评议会还没有到时间", into: unitSaid, leave: path{act("ofc", "review-meeting", onWords)}, status: 422, says: "还没有到时间"},
	{state: "W7", exit: "评议会", into: unitSaid, leave: path{heldReview[7]}, to: "W8", holds: []truth{due("first-ballot", "2023-04-20")}},
	{state: "W8", exit: "票数不符", into: heldReview, leave: path{minuted("first-ballot", "basically", "valid=30")}, status: 422, says: "票数不符"},
	{state: "W8", exit: "不满意要写理由", into: heldReview, leave: path{minuted("first-ballot", "dissatisfied", "reason=")}, status: 422, says: "请写明理由"},
	{state: "W8", exit: "登记票数", into: heldReview, leave: path{judgedOnce[8]}, to: "W9", holds: []truth{due("appraisal-opinion", "2023-04-27")}},
	{state: "W8", exit: "投票结果转入", into: heldReview, leave: path{polled("satisfied")}, to: "W9", holds: []truth{shows("ofc", "第一次票决", "满意率100.00%")}},
	{state: "W9", exit: "评议意见", into: judgedOnce, leave: path{opinionSaid[9]}, to: "W10", holds: []truth{due("party-report", "2023-04-26"), due("government-circular", "2023-04-26"), due("publish", "2023-04-26"),
		due("rectification-plan", "2023-05-04"), due("rectification-report", "2023-07-20")}},
	{state: "W10", exit: "三向", into: opinionSaid, leave: path{spreadWord[10], spreadWord[11], spreadWord[12]}, to: "W11"},
	{state: "W10", exit: "单位不等三向", into: opinionSaid, leave: path{act("unh-jia", "rectification-plan", onWords)}, to: "W10", holds: []truth{waits("rectification-report")}},
	{state: "W10", exit: "不公布要写理由", into: opinionSaid, leave: path{act("ofc", "publish", "verdict=withheld")}, status: 422, says: "请写明理由"},
}

// W11 to W14.
var rectifyingRows = []row{
	{state: "W11", exit: "没有方案不能报整改", into: spreadWord, leave: path{act("unh-jia", "rectification-report", onWords)}, status: 422, says: "须先完成“评议整改方案”"},
	{state: "W11", exit: "整改方案", into: spreadWord, leave: path{planHanded[13]}, to: "W12"},
	{state: "W12", exit: "跟踪督查", into: planHanded, leave: path{act("cmh", "follow-up#1", onWords)}, to: "W12", holds: []truth{waits("follow-up#2")}},
	{state: "W12", exit: "整改报告", into: planHanded, leave: path{rectifiedIt[14]}, to: "W13", holds: []truth{due("second-ballot", "2023-09-11")}},
	{state: "W12", exit: "终止", into: planHanded, leave: path{act("vc", "terminate", "reason=机构改革")}, to: "terminated"},
	{state: "W13", exit: "二次票决满意", into: rectifiedIt, leave: path{minuted("second-ballot", "satisfied")}, to: "concluded"},
	{state: "W13", exit: "两次票决并列", into: heldReview.then(polled("basically"), opinionSaid[9], spreadWord[10], spreadWord[11], spreadWord[12], planHanded[13], rectifiedIt[14]),
		leave: path{polled("satisfied")}, to: "concluded", holds: []truth{shows("ofc", "第一次票决", "二次票决", "80.00", "100.00")}},
	{state: "W13", exit: "二次票决不满意", into: rectifiedIt, leave: path{condemnedIt[15]}, to: "W14", holds: []truth{due("dispose", "2023-08-10")}},
	{state: "W14", exit: "主任会议处置", into: condemnedIt, leave: path{act("ofc", "dispose", "verdict=circular", "reason=主任会议纪要〔2023〕9号")}, to: "concluded"},
}

// V1 to V6.
var officialRows = []row{
	{state: "V1", exit: "办公室提出", leave: officialNamed, to: "V1", holds: []truth{due("party-consent", "2023-04-06"), shows("ofc", "欧阳某某"), hides("cmh"), hides("unh-jia"), hides("gov"), hides("dep")}},
	{state: "V1", exit: "委室不能提出", leave: path{appraise("cmt", "kind=official")}, status: 403, says: "任命干部履职评价由办公室提出"},
	{state: "V1", exit: "没有姓名", leave: path{appraise("ofc", "kind=official", "name=")}, status: 422, says: "请填写姓名"},
	{state: "V1", exit: "评价法官要确认不评价个案", leave: path{appraise("ofc", "kind=official", "unit=丁", "post=庭长")}, status: 422, says: "不评价个案"},
	{state: "V1", exit: "评价法官不写案号", leave: path{appraise("ofc", "kind=official", "unit=丁", "conduct=1", "body=（2023）鄂0105民初123号判决不公")}, status: 422, says: "写到了案件"},
	{state: "V1", exit: "评价法官", leave: path{appraise("ofc", "kind=official", "unit=丁", "conduct=1")}, to: "V1", holds: []truth{shows("ofc", "不得写入案号")}},
	{state: "V1", exit: "党委没有同意", into: officialNamed, leave: path{act("ofc", "party-consent", "verdict=decline", "reason=本年度已有安排")}, to: "unconsented"},
	{state: "V1", exit: "同意要有文号", into: officialNamed, leave: path{act("ofc", "party-consent", "verdict=accept", "reason=同意")}, status: 422, says: "请填写党委同意的文号"},
	{state: "V1", exit: "没有同意以前不能测评", into: officialNamed, leave: path{polled("excellent")}, status: 422, says: "先在事项里登记党委同意的文号"},
	{state: "V1", exit: "党委同意", into: officialNamed, leave: path{consentIs[1]}, to: "V2", holds: []truth{due("duty-report", "2023-04-06"), shows("ofc", "区委〔2023〕5号"),
		shows("unh-jia", "述职报告"), hides("unh-jia", "任后监督。", "区委常委会会议同意", "登记党委意见", "区委〔2023〕5号"), hides("unt-jia"), hides("unh-yi"), hides("vm")}},
	{state: "V2", exit: "述职", into: consentIs, leave: path{dutySaid[2]}, to: "V3", holds: []truth{due("official-ballot", "2023-05-06"), hides("unh-jia")}},
	{state: "V3", exit: "测评称职", into: dutySaid, leave: path{polled("competent")}, to: "V4", holds: []truth{shows("ofc", "称职"), shows("scm1", "欧阳某某"), hides("cmh")}},
	{state: "V3", exit: "测评不满意", into: dutySaid, leave: path{foundBad[3]}, to: "V4", holds: []truth{due("official-report#1", "2023-03-13")}},
	{state: "V4", exit: "满意的报送以后办结", into: dutySaid.then(minuted("official-ballot", "satisfied")), leave: path{act("ofc", "official-report#1", onWords)}, to: "concluded"},
	{state: "V4", exit: "不满意的书面整改", into: foundBad, leave: path{toldParty[4]}, to: "V5", holds: []truth{due("official-rectify", "2023-04-06"), shows("unh-jia", "书面整改")}},
	{state: "V5", exit: "书面整改", into: toldParty, leave: path{mended[5]}, to: "V6", holds: []truth{due("official-second-ballot", "2023-09-06")}},
	{state: "V5", exit: "终止", into: toldParty, leave: path{act("vc", "terminate", "reason=已经免职")}, to: "terminated"},
	{state: "V6", exit: "再次测评", into: mended, leave: path{foundAgain[6]}, to: "V4"},
	{state: "V4", exit: "再次测评的结果报送以后办结", into: foundAgain, leave: path{act("ofc", "official-report#2", onWords)}, to: "concluded"},
}
