package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// Every state of an end-effect evaluation is come into and left by every exit that the spec lists, and refuses what it does not list: through
// the pages, on the real engine.
func TestEvaluationStates(t *testing.T) {
	h := openHouse(t)
	h.still = h.found(t, 1)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range evaluationRows {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for _, s := range []string{"E1", "E2", "E3", "E4", "E5", "E6", "untaken", "withdrawn", "terminated", "evaluated"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

// assess proposes an evaluation of what 甲局 brought about; what is said changes the ordinary form.
func assess(who string, says ...string) step {
	return step{do: func(m *matter) answer {
		form := url.Values{"token": {rand.Text()}, "title": {"湖泊治理决议末端评估" + fmt.Sprint(m.h.cases.Add(1))}, "body": {"办结一年，看水质。"}, "unit": {m.Units[0]}, "committee": {m.Committee}}
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			if value = m.names(value); value == "" {
				form.Del(name)
			} else {
				form.Set(name, value)
			}
		}
		a := m.post(who, "/evaluations/new", form)
		if a.status != http.StatusSeeOther {
			return a
		}
		if twice := m.post(who, "/evaluations/new", form); twice.goes != a.goes {
			m.t.Errorf("the form sent twice made another evaluation: %s", twice)
		}
		m.id = strings.TrimPrefix(a.goes, "/cases/")
		if err := m.clock.started(context.Background(), m.id); err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

var (
	twoIndicators = []string{"name-0=水质达标率", "weight-0=60", "way-0=statistics", "standard-0=达到Ⅲ类得满分", "name-1=群众满意度", "weight-1=40", "way-1=survey", "standard-1=按满意率折算", "text=征求了专家意见"}
	readings      = []string{"reading-0=达到Ⅳ类", "rate-0=45.5", "reading-1=满意率88%", "rate-1=35", "text=自评和采集的经过"}

	raisedOne  = path{assess("cmt")}
	takenUp    = raisedOne.then(act("ofc", "take-up", "verdict=accept", "reason=主任会议纪要"))
	measuring  = takenUp.then(act("cmh", "indicators#1", twoIndicators...))
	selfRated  = measuring.then(act("unh-jia", "self-rating#1", append(readings, "rate-0=60", "rate-1=40")...))
	allRead    = selfRated.then(act("cmh", "collect#1", readings...))
	reviewedIt = allRead.then(act("ofc", "expert-review#1", "verdict=accept", "text=高校专家五人评审通过"))
	reportedIt = reviewedIt.then(act("cmh", "evaluation-report", "text=水质没有达标，群众总体满意。"))

	evaluationRows = []row{
		{state: "", exit: "提出：没有单位", leave: path{assess("cmt", "unit=")}, status: 422, says: "请填写被评估单位"},
		{state: "", exit: "提出：单位是委室", leave: path{assess("cmt", "unit=城建工委")}, status: 422, says: "请在名单里选择单位"},
		{state: "", exit: "提出：别的委室", leave: path{assess("cmt", "committee=甲")}, status: 422, says: "请在名单里选择委室"},
		{state: "", exit: "提出：单位不能提出", leave: path{assess("unh-jia")}, status: 403, says: "末端评估由委室、办公室提出"},
		{state: "", exit: "提出：标题太短", leave: path{assess("cmt", "title=评估")}, status: 422, says: "标题"},
		{state: "E1", exit: "立项", into: raisedOne, leave: path{act("ofc", "take-up", "verdict=accept", "reason=主任会议纪要")}, to: "E2", holds: []truth{waits("indicators#1")}},
		{state: "E1", exit: "立项须有纪要", into: raisedOne, leave: path{act("ofc", "take-up", "verdict=accept")}, status: 422, says: unreasoned},
		{state: "E1", exit: "委室不能自己立项", into: raisedOne, leave: path{act("cmh", "take-up", "verdict=accept", "reason=自定")}, status: 403, says: notYours},
		{state: "E1", exit: "不予立项", into: raisedOne, leave: path{act("ofc", "take-up", "verdict=decline", "reason=主任会议纪要")}, to: "untaken"},
		{state: "E1", exit: "撤回", into: raisedOne, leave: path{act("cmh", "withdraw", "reason=另行安排")}, to: "withdrawn"},
		{state: "E2", exit: "报送指标体系", into: takenUp, leave: path{act("cmh", "indicators#1", twoIndicators...)}, to: "E3", holds: []truth{waits("self-rating#1"), waits("collect#1")}},
		{state: "E2", exit: "权重合计不是100", into: takenUp, leave: path{act("cmh", "indicators#1", append(twoIndicators, "weight-1=39")...)}, status: 422, says: "各项指标的权重合计应为100，现在是99"},
		{state: "E2", exit: "只有一项指标", into: takenUp, leave: path{act("cmh", "indicators#1", "name-0=水质", "weight-0=100", "way-0=survey", "standard-0=折算", "text=说明")}, status: 422, says: "至少要有两项指标"},
		{state: "E2", exit: "采集方式是编的", into: takenUp, leave: path{act("cmh", "indicators#1", append(twoIndicators, "way-0=guess")...)}, status: 422, says: "采集方式"},
		{state: "E2", exit: "没有说明", into: takenUp, leave: path{act("cmh", "indicators#1", append(twoIndicators, "text=")...)}, status: 422, says: "请填写说明"},
		{state: "E2", exit: "单位看不到", into: takenUp, leave: path{act("unh-jia", "indicators#1", twoIndicators...)}, status: 404, says: foreign},
		{state: "E2", exit: "迟了只督促人大", into: takenUp, leave: passes("04-10 09:10"), to: "E2", holds: []truth{noUnitBlamed}},
		{state: "E3", exit: "单位自评", into: measuring, leave: path{act("unh-jia", "self-rating#1", readings...)}, to: "E3", holds: []truth{waits("collect#1"), shows("unh-jia", "两边的得分才一起显示")}},
		{state: "E3", exit: "得分超过权重", into: measuring, leave: path{act("unh-jia", "self-rating#1", append(readings, "rate-0=60.01")...)}, status: 422, says: "第1项指标的得分应在0到60之间"},
		{state: "E3", exit: "得分不是数", into: measuring, leave: path{act("unh-jia", "self-rating#1", append(readings, "rate-0=NaN")...)}, status: 422, says: "得分"},
		{state: "E3", exit: "漏了一项", into: measuring, leave: path{act("cmh", "collect#1", append(readings, "reading-1=", "rate-1=")...)}, status: 422, says: "请填写第2项指标的数据和得分"},
		{state: "E3", exit: "经办只能拟稿", into: measuring, leave: path{act("unt-jia", "self-rating#1", readings...)}, to: "E3", holds: []truth{waits("self-rating#1")}},
		{state: "E3", exit: "外单位看不到", into: measuring, leave: path{act("unh-yi", "self-rating#1", readings...)}, status: 404, says: foreign},
		{state: "E3", exit: "自评逾期", into: measuring, leave: passes("04-10 09:10"), to: "E3", holds: []truth{reaches("self-rating#1", "L1", "unt-jia", "unh-jia")}},
		{state: "E3", exit: "单位知道以后不能撤回", into: measuring, leave: path{act("cmh", "withdraw", "reason=另行安排")}, status: 409, says: "已经"},
		{state: "E3", exit: "终止", into: measuring, leave: path{act("vc", "terminate", "reason=机构撤并")}, to: "terminated"},
		{state: "E3", exit: "采集完成", into: selfRated, leave: path{act("cmh", "collect#1", readings...)}, to: "E4", holds: []truth{waits("expert-review#1"), shows("unh-jia", "80.5/100"), shows("cmh", "100/100")}},
		{state: "E4", exit: "通过评审", into: allRead, leave: path{act("ofc", "expert-review#1", "verdict=accept", "text=高校专家五人评审通过")}, to: "E5"},
		{state: "E4", exit: "评审意见是空的", into: allRead, leave: path{act("ofc", "expert-review#1", "verdict=accept")}, status: 422, says: "请填写专家组成员和评审意见"},
		{state: "E4", exit: "退回须有理由", into: allRead, leave: path{act("ofc", "expert-review#1", "verdict=rework", "text=样本太少")}, status: 422, says: unreasoned},
		{state: "E4", exit: "重新制定指标", into: allRead, leave: path{act("ofc", "expert-review#1", "verdict=rework", "text=样本太少", "reason=样本太少")}, to: "E2", holds: []truth{waits("indicators#2")}},
		{state: "E5", exit: "提交报告", into: reviewedIt, leave: path{act("cmh", "evaluation-report", "text=水质没有达标。")}, to: "E6"},
		{state: "E5", exit: "报告是空的", into: reviewedIt, leave: path{act("cmh", "evaluation-report")}, status: 422, says: "请填写末端评估报告"},
		{state: "E6", exit: "听取报告", into: reportedIt, leave: path{act("ofc", "hear-evaluation", "verdict=heard", "reason=第十次会议", "text=听取了报告")}, to: "evaluated"},
		{state: "E6", exit: "效果不好", into: reportedIt, leave: path{act("ofc", "hear-evaluation", "verdict=supervise", "reason=第十次会议", "text=另行提出工作评议")}, to: "evaluated"},
	}
)
