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

	"bihuan/schemas"
)

// Every state of an interview is come into and left by every exit that spec 2f lists, and refuses what it does not list: through the
// pages, on the real engine.
func TestInterviewStates(t *testing.T) {
	h := openHouse(t)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range slices.Concat(askingRows, approvalRows, summonsRows, meetingRows, minutesRows, promiseRows) {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for n := 1; n <= 7; n++ {
		if s := fmt.Sprint("Y", n); !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
	for _, s := range []string{"declined", "refused", "withdrawn", "terminated", "concluded"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

// propose proposes an interview of the head of 甲局; what is said changes the ordinary form.
func propose(who string, says ...string) step {
	return step{do: func(m *matter) answer {
		form := url.Values{"token": {rand.Text()}, "title": {"关于老旧小区改造进度滞后的约谈" + fmt.Sprint(m.h.cases.Add(1))}, "body": {"方案逾期未报，请说明原因和完成期限。"},
			"unit": {m.Units[0]}, "post": {"主要负责人"}, "committee": {m.Committee}}
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			form.Set(name, m.names(value))
		}
		a := m.post(who, "/interviews/new", form)
		if a.status != http.StatusSeeOther {
			return a
		}
		if twice := m.post(who, "/interviews/new", form); twice.goes != a.goes {
			m.t.Errorf("the form sent twice made another interview: %s", twice)
		}
		m.id = strings.TrimPrefix(a.goes, "/cases/")
		if err := m.clock.started(context.Background(), m.id); err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

// summon sends the n-th notice for a day and hour.
func summon(n int, meets string, says ...string) step {
	return act("cmh", fmt.Sprint("notify#", n), append([]string{"meets=2023-" + meets, "place=常委会第一会议室", "present=分管副主任、城建工委", "text=请准备进度材料"}, says...)...)
}

func holds(n int, verdict string, says ...string) step {
	return act("cmt", fmt.Sprint("hold#", n), append([]string{"verdict=" + verdict, "present=甲局局长、城建工委主任"}, says...)...)
}

// recorded puts two promises into the minutes, and makes them known to the row as ① and ②.
func recorded(n int, says ...string) step {
	inner := act("cmh", fmt.Sprint("minutes#", n), append([]string{"text=甲局说明了进度滞后的原因。", "what-0=六月底前完成排水管网", "who-0=张局长", "when-0=2023-04-28",
		"what-1=五月底前拨付资金", "who-1=李科长", "when-1=2023-05-31"}, says...)...)
	return step{do: func(m *matter) answer {
		a := inner.do(m)
		var err error
		if m.items, err = m.h.reg.Items(context.Background(), m.id); err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

func answers(item string, n int, says ...string) step {
	return act("unh-jia", fmt.Sprintf("promise/%s#%d", item, n), append([]string{"text=已经完成，照片附后。"}, says...)...)
}

func judge(item string, n int, says ...string) step {
	return act("cmh", fmt.Sprintf("promise-check/%s#%d", item, n), says...)
}

var (
	askedFor   = path{propose("dpt1")}
	talkAsked  = path{propose("cmt")}
	talkAgreed = talkAsked.then(act("vc", "approve", "verdict=accept"))
	summoned   = talkAgreed.then(summon(1, "03-10T09:30"))
	signedFor  = summoned.then(act("unt-jia", "sign/甲#1"))
	deputised  = signedFor.then(act("unh-jia", "proxy-request/甲#1", "present=王副局长", "reason=局长在外招商"))
	putOff     = signedFor.then(act("unh-jia", "postpone-request/甲#1", "meets=2023-03-23T15:00", "reason=市里开会"))
	heard      = signedFor.then(at("03-10 10:30", holds(1, "held")))
	noted      = heard.then(recorded(1))
	agreedOn   = noted.then(act("unh-jia", "countersign/甲#1", "verdict=signed"))
	objected   = noted.then(act("unh-jia", "countersign/甲#1", "verdict=object", "reason=第一项时限过紧"), recorded(2))
	disputed   = objected.then(act("unh-jia", "countersign/甲#2", "verdict=object", "reason=仍然过紧"))
	claimed    = agreedOn.then(answers("①", 1))
	notKept    = claimed.then(judge("①", 1, "verdict=broken", "reason=现场尚未完工"))
	brokenOff  = notKept.then(answers("①", 2), judge("①", 2, "verdict=broken", "reason=仍未完工"))
	oneKept    = claimed.then(judge("①", 1, "verdict=kept"))
)

// Y1: deputies ask, a committee takes it up or does not.
var askingRows = []row{
	{state: "Y1", exit: "代表要求约见", into: nil, leave: askedFor, to: "Y1", holds: []truth{due("endorse", "2023-03-13")}},
	{state: "Y1", exit: "受理后提请审批", into: askedFor, leave: path{act("dep-head", "endorse", "verdict=accept")}, to: "Y2", holds: []truth{due("approve", "2023-03-09")}},
	{state: "Y1", exit: "代表工委经办也可以受理", into: askedFor, leave: path{act("dep", "endorse", "verdict=accept")}, to: "Y2"},
	{state: "Y1", exit: "不提请须写理由", into: askedFor, leave: path{act("dep-head", "endorse", "verdict=decline")}, status: 422, says: unreasoned},
	{state: "Y1", exit: "不提请约谈", into: askedFor, leave: path{act("dep-head", "endorse", "verdict=decline", "reason=已列入视察")}, to: "declined"},
	{state: "Y1", exit: "别的委室不能受理", into: askedFor, leave: path{act("cmh", "endorse", "verdict=accept")}, status: 403, says: notYours},
	{state: "Y1", exit: "别的代表看不到", into: askedFor, leave: path{act("dpt2", "endorse", "verdict=accept")}, status: 404, says: foreign},
	{state: "Y1", exit: "提出的代表不能自己受理", into: askedFor, leave: path{act("dpt1", "endorse", "verdict=accept")}, status: 403, says: notYours},
	{state: "Y1", exit: "单位看不到", into: askedFor, leave: path{act("unh-jia", "endorse", "verdict=accept")}, status: 404, says: foreign},
}

// Y2: the vice-chair approves.
var approvalRows = []row{
	{state: "Y2", exit: "委室经办提出", into: nil, leave: talkAsked, to: "Y2", holds: []truth{due("approve", "2023-03-09")}},
	{state: "Y2", exit: "委室主任提出", into: nil, leave: path{propose("cmh")}, to: "Y2"},
	{state: "Y2", exit: "办公室提出", into: nil, leave: path{propose("ofc")}, to: "Y2"},
	{state: "Y2", exit: "单位不能提出", into: nil, leave: path{propose("unh-jia")}, status: 403, says: "由委室、办公室提出"},
	{state: "Y2", exit: "不能替别的委室提出", into: nil, leave: path{propose("dep-head")}, status: 403, says: "请选择本委室"},
	{state: "Y2", exit: "不能约谈委室", into: nil, leave: path{propose("cmt", "unit=城建工委")}, status: 422, says: "请选择被约谈单位"},
	{state: "Y2", exit: "不能约谈政府办", into: nil, leave: path{propose("cmt", "unit=")}, status: 422, says: "被约谈单位"},
	{state: "Y2", exit: "没有理由", into: nil, leave: path{propose("cmt", "body=快办")}, status: 422, says: "理由和要了解的情况"},
	{state: "Y2", exit: "关联的事项要看得到", into: nil, leave: path{propose("cmt", "about=00000000-0000-7000-8000-000000000000")}, status: 404, says: "无权查看"},
	{state: "Y2", exit: "批准", into: talkAsked, leave: path{act("vc", "approve", "verdict=accept")}, to: "Y3", holds: []truth{due("notify#1", "2023-03-09")}},
	{state: "Y2", exit: "主任批准", into: talkAsked, leave: path{act("ch", "approve", "verdict=accept")}, to: "Y3"},
	{state: "Y2", exit: "不批准须写理由", into: talkAsked, leave: path{act("vc", "approve", "verdict=refuse")}, status: 422, says: unreasoned},
	{state: "Y2", exit: "不批准", into: talkAsked, leave: path{act("vc", "approve", "verdict=refuse", "reason=先发督办函")}, to: "refused"},
	{state: "Y2", exit: "委室不能批准", into: talkAsked, leave: path{act("cmh", "approve", "verdict=accept")}, status: 403, says: notYours},
	{state: "Y2", exit: "单位在通知前看不到", into: talkAsked, leave: path{act("unh-jia", "sign/甲#1")}, status: 404, says: foreign},
	{state: "Y2", exit: "提出的人看得到，代表看不到", into: talkAsked, leave: path{act("dpt1", "approve", "verdict=accept")}, status: 404, says: foreign},
	{state: "Y2", exit: "两人同时批准只算一次", into: talkAsked, leave: path{together("vc", "ch", "approve", "verdict=accept")}, status: 409, says: "此环节", to: "Y3", holds: []truth{onlyOnce("approve")}},
	{state: "Y2", exit: "连点两次只批一次", into: talkAsked, leave: path{twice("vc", "approve", "verdict=accept")}, to: "Y3", holds: []truth{onlyOnce("approve")}},
	{state: "Y2", exit: "撤回", into: talkAsked, leave: path{act("cmh", "withdraw", "reason=已经办结")}, to: "withdrawn"},
	{state: "Y2", exit: "批准逾期只督促人大", into: talkAsked, leave: passes("03-14 09:10"), to: "Y2", holds: []truth{reaches("approve", "N1", "cmh", "vc", "ch"), noUnitBlamed}},
}

// Y3 and Y4: the notice.
var summonsRows = []row{
	{state: "Y3", exit: "通知", into: talkAgreed, leave: path{summon(1, "03-10T09:30")}, to: "Y4", holds: []truth{due("sign/甲#1", "2023-03-08"), due("hold#1", "2023-03-10")}},
	{state: "Y3", exit: "提前三个工作日正好可以", into: talkAgreed, leave: path{summon(1, "03-09T09:00")}, to: "Y4", holds: []truth{due("hold#1", "2023-03-09")}},
	{state: "Y3", exit: "提前不足三个工作日", into: talkAgreed, leave: path{summon(1, "03-08T17:00")}, status: 422, says: "最早可定于2023年3月9日"},
	{state: "Y3", exit: "休息日不能约谈", into: talkAgreed, leave: path{summon(1, "03-11T09:00")}, status: 422, says: "不是工作日"},
	{state: "Y3", exit: "没有时间", into: talkAgreed, leave: path{act("cmh", "notify#1", "place=会议室")}, status: 422, says: "请填写日期和时间"},
	{state: "Y3", exit: "没有地点", into: talkAgreed, leave: path{summon(1, "03-10T09:30", "place=")}, status: 422, says: "约谈地点"},
	{state: "Y3", exit: "经办只能拟稿", into: talkAgreed, leave: path{act("cmt", "notify#1", "meets=2023-03-10T09:30", "place=会议室")}, to: "Y3", holds: []truth{waits("notify#1")}},
	{state: "Y3", exit: "单位还看不到", into: talkAgreed, leave: path{act("unt-jia", "sign/甲#1")}, status: 404, says: foreign},
	{state: "Y3", exit: "撤回", into: talkAgreed, leave: path{act("vc", "withdraw", "reason=已经办结")}, to: "withdrawn"},
	{state: "Y4", exit: "签收", into: summoned, leave: path{act("unt-jia", "sign/甲#1")}, to: "Y5"},
	{state: "Y4", exit: "两个工作日不签收视为签收", into: summoned, leave: passes("03-09 00:10"), to: "Y5", holds: []truth{settledAs("sign/甲#1", schemas.Auto)}},
	{state: "Y4", exit: "外单位看不到", into: summoned, leave: path{act("unt-yi", "sign/甲#1")}, status: 404, says: foreign},
	{state: "Y4", exit: "撤回", into: summoned, leave: path{act("cmh", "withdraw", "reason=已经办结")}, to: "withdrawn"},
	{state: "Y4", exit: "连点两次只签一次", into: summoned, leave: path{twice("unt-jia", "sign/甲#1")}, to: "Y5", holds: []truth{onlyOnce("sign/甲#1")}},
}

// Y5: sending a deputy head, asking for another day, and the day itself.
var meetingRows = []row{
	{state: "Y5", exit: "约谈前一天和当天提醒双方", into: signedFor, leave: passes("03-10 09:10"), to: "Y5", holds: []truth{reaches("hold#1", "T", "cmh", "cmt", "unh-jia", "unt-jia")}},
	{state: "Y5", exit: "没到时间不能登记", into: signedFor, leave: path{holds(1, "held")}, status: 422, says: "还没有到时间"},
	{state: "Y5", exit: "约谈", into: signedFor, leave: path{at("03-10 10:30", holds(1, "held"))}, to: "Y6", holds: []truth{due("minutes#1", "2023-03-15"), closed("withdraw"), waits("terminate")}},
	{state: "Y5", exit: "没写到会人员", into: signedFor, leave: path{at("03-10 10:30", holds(1, "held", "present="))}, status: 422, says: "双方到会的人员"},
	{state: "Y5", exit: "未经同意的副职不算", into: signedFor, leave: path{at("03-10 10:30", holds(1, "proxy"))}, status: 422, says: "没有同意过由副职参加"},
	{state: "Y5", exit: "申请由副职参加", into: signedFor, leave: path{act("unh-jia", "proxy-request/甲#1", "present=王副局长", "reason=局长在外招商")}, to: "Y5", holds: []truth{due("proxy/甲#1", "2023-03-07")}},
	{state: "Y5", exit: "副职要写明是谁", into: signedFor, leave: path{act("unh-jia", "proxy-request/甲#1", "reason=局长在外招商")}, status: 422, says: "副职的姓名和职务"},
	{state: "Y5", exit: "同意副职后由副职到会", into: deputised.then(act("cmh", "proxy/甲#1", "verdict=accept")), leave: path{at("03-10 10:30", holds(1, "proxy"))}, to: "Y6"},
	{state: "Y5", exit: "不同意副职须写理由", into: deputised, leave: path{act("cmh", "proxy/甲#1", "verdict=refuse")}, status: 422, says: unreasoned},
	{state: "Y5", exit: "不同意副职，副职到会不算", into: deputised.then(act("cmh", "proxy/甲#1", "verdict=refuse", "reason=须局长到会")), leave: path{at("03-10 10:30", holds(1, "proxy"))}, status: 422, says: "没有同意过"},
	{state: "Y5", exit: "单位不能自己同意副职", into: deputised, leave: path{act("unh-jia", "proxy/甲#1", "verdict=accept")}, status: 403, says: notYours},
	{state: "Y5", exit: "申请延期", into: signedFor, leave: path{act("unh-jia", "postpone-request/甲#1", "meets=2023-03-23T15:00", "reason=市里开会")}, to: "Y5", holds: []truth{due("postpone/甲#1", "2023-03-07")}},
	{state: "Y5", exit: "延期正好一个月", into: signedFor, leave: path{act("unh-jia", "postpone-request/甲#1", "meets=2023-04-06T15:00", "reason=市里开会")}, to: "Y5", holds: []truth{waits("postpone/甲#1")}},
	{state: "Y5", exit: "延期超过一个月", into: signedFor, leave: path{act("unh-jia", "postpone-request/甲#1", "meets=2023-04-07T09:00", "reason=市里开会")}, status: 422, says: "一个月内，即2023年4月6日以前"},
	{state: "Y5", exit: "延期不能提前", into: signedFor, leave: path{act("unh-jia", "postpone-request/甲#1", "meets=2023-03-09T09:00", "reason=市里开会")}, status: 422, says: "应在原定时间"},
	{state: "Y5", exit: "延期须写理由", into: signedFor, leave: path{act("unh-jia", "postpone-request/甲#1", "meets=2023-03-23T15:00")}, status: 422, says: unreasoned},
	{state: "Y5", exit: "同意延期", into: putOff, leave: path{act("cmh", "postpone/甲#1", "verdict=accept", "meets=2023-03-24T09:00")}, to: "Y5", holds: []truth{due("hold#1", "2023-03-24")}},
	{state: "Y5", exit: "同意延期也不能超过一个月", into: putOff, leave: path{act("cmh", "postpone/甲#1", "verdict=accept", "meets=2023-04-07T09:00")}, status: 422, says: "一个月内"},
	{state: "Y5", exit: "不同意延期", into: putOff, leave: path{act("cmh", "postpone/甲#1", "verdict=refuse", "reason=事情紧急")}, to: "Y5", holds: []truth{due("hold#1", "2023-03-10")}},
	{state: "Y5", exit: "第二次申请延期", into: putOff.then(act("cmh", "postpone/甲#1", "verdict=accept", "meets=2023-03-24T09:00")),
		leave: path{act("unh-jia", "postpone-request/甲#2", "meets=2023-03-30T09:00", "reason=又有会")}, status: 409, says: "约谈只能延期一次"},
	{state: "Y5", exit: "重新通知以后也不能再延", into: putOff.then(act("cmh", "postpone/甲#1", "verdict=refuse", "reason=事情紧急"), at("03-10 10:30", holds(1, "unheld", "reason=局长缺席")), summon(2, "03-17T09:00"), act("unt-jia", "sign/甲#2")),
		leave: path{act("unh-jia", "postpone-request/甲#2", "meets=2023-03-30T09:00", "reason=又有会")}, status: 409, says: "约谈只能延期一次"},
	{state: "Y5", exit: "没有举行须写理由", into: signedFor, leave: path{at("03-10 10:30", holds(1, "unheld"))}, status: 422, says: unreasoned},
	{state: "Y5", exit: "没有举行的重新通知", into: signedFor, leave: path{at("03-10 10:30", holds(1, "unheld", "reason=局长缺席"))}, to: "Y3", holds: []truth{due("notify#2", "2023-03-15")}},
	{state: "Y5", exit: "重新通知后可以延期", into: signedFor.then(at("03-10 10:30", holds(1, "unheld", "reason=会议冲突")), summon(2, "03-17T09:00"), act("unt-jia", "sign/甲#2")),
		leave: path{act("unh-jia", "postpone-request/甲#2", "meets=2023-03-30T09:00", "reason=市里开会")}, to: "Y5", holds: []truth{waits("postpone/甲#2")}},
	{state: "Y5", exit: "当天没有举行也没有登记，督促人大", into: signedFor, leave: passes("03-17 09:10"), to: "Y5",
		holds: []truth{reaches("hold#1", "N0", "cmh", "cmt"), reaches("hold#1", "N1", "cmh", "cmt"), reaches("hold#1", "N2", "cmh", "cmt", "vc"), noUnitBlamed}},
	{state: "Y5", exit: "过后补登", into: signedFor, leave: path{at("03-14 10:00", holds(1, "held"))}, to: "Y6", holds: []truth{late("hold#1")}},
	{state: "Y5", exit: "约谈前可以撤回", into: signedFor, leave: path{act("vc", "withdraw", "reason=已经办结")}, to: "withdrawn"},
}

// Y6: minutes that both sides sign.
var minutesRows = []row{
	{state: "Y6", exit: "签发纪要", into: heard, leave: path{recorded(1)}, to: "Y6", holds: []truth{due("countersign/甲#1", "2023-03-15"), promisesStand(2)}},
	{state: "Y6", exit: "没有承诺", into: heard, leave: path{act("cmh", "minutes#1", "text=情况")}, status: 422, says: "至少写明一项承诺"},
	{state: "Y6", exit: "没有写情况", into: heard, leave: path{recorded(1, "text=")}, status: 422, says: "约谈的情况"},
	{state: "Y6", exit: "承诺要写责任人", into: heard, leave: path{recorded(1, "who-0=")}, status: 422, says: "责任人"},
	{state: "Y6", exit: "承诺的时限不能在以前", into: heard, leave: path{recorded(1, "when-0=2023-03-09")}, status: 422, says: "第1项承诺的完成时限不能早于今天"},
	{state: "Y6", exit: "经办只能拟稿", into: heard, leave: path{act("cmt", "minutes#1", "text=情况", "what-0=完成", "who-0=张", "when-0=2023-04-28")}, to: "Y6", holds: []truth{waits("minutes#1"), promisesStand(0)}},
	{state: "Y6", exit: "约谈后不能撤回", into: heard, leave: path{act("vc", "withdraw", "reason=撤回")}, status: 409, says: shut},
	{state: "Y6", exit: "约谈后可以终止", into: heard, leave: path{act("vc", "terminate", "reason=单位撤并")}, to: "terminated"},
	{state: "Y6", exit: "单位签认", into: noted, leave: path{act("unh-jia", "countersign/甲#1", "verdict=signed")}, to: "Y7", holds: []truth{due("promise/①#1", "2023-04-28"), due("promise/②#1", "2023-05-31")}},
	{state: "Y6", exit: "经办人不能代签", into: noted, leave: path{act("unt-jia", "countersign/甲#1", "verdict=signed")}, status: 403, says: notYours},
	{state: "Y6", exit: "异议须写理由", into: noted, leave: path{act("unh-jia", "countersign/甲#1", "verdict=object")}, status: 422, says: unreasoned},
	{state: "Y6", exit: "有异议的由委室修改", into: noted, leave: path{act("unh-jia", "countersign/甲#1", "verdict=object", "reason=第一项时限过紧")}, to: "Y6", holds: []truth{due("minutes#2", "2023-03-15")}},
	{state: "Y6", exit: "修改后签认", into: objected, leave: path{act("unh-jia", "countersign/甲#2", "verdict=signed")}, to: "Y7", holds: []truth{promisesStand(2), waits("promise/①#1")}},
	{state: "Y6", exit: "再有异议由分管副主任裁定", into: objected, leave: path{act("unh-jia", "countersign/甲#2", "verdict=object", "reason=仍然过紧")}, to: "Y6", holds: []truth{due("minutes-ruling#2", "2023-03-15")}},
	{state: "Y6", exit: "裁定纪要有效", into: disputed, leave: path{act("vc", "minutes-ruling#2", "verdict=accept", "reason=时限合理")}, to: "Y7", holds: []truth{waits("promise/②#1")}},
	{state: "Y6", exit: "裁定修改", into: disputed, leave: path{act("vc", "minutes-ruling#2", "verdict=rework", "reason=放宽一周")}, to: "Y6", holds: []truth{waits("minutes#3")}},
	{state: "Y6", exit: "纪要逾期不签，逐级催办", into: noted, leave: passes("03-21 09:10"), to: "Y6",
		holds: []truth{reaches("countersign/甲#1", "L1", "unh-jia", "unt-jia"), reaches("countersign/甲#1", "L2", "unh-jia", "unt-jia", "gov", "vm"),
			reaches("countersign/甲#1", "L3", "unh-jia", "unt-jia", "gov", "vm", "cmh")}},
	{state: "Y6", exit: "纪要逾期不出，督促人大", into: heard, leave: passes("03-17 09:10"), to: "Y6", holds: []truth{reaches("minutes#1", "N1", "cmh", "cmt"), noUnitBlamed}},
}

// Y7: every promise is a duty of its own.
var promiseRows = []row{
	{state: "Y7", exit: "报告兑现", into: agreedOn, leave: path{answers("①", 1)}, to: "Y7", holds: []truth{due("promise-check/①#1", "2023-03-17"), waits("promise/②#1")}},
	{state: "Y7", exit: "报告要写情况", into: agreedOn, leave: path{answers("①", 1, "text=")}, status: 422, says: "兑现情况"},
	{state: "Y7", exit: "经办人只能拟稿", into: agreedOn, leave: path{act("unt-jia", "promise/①#1", "text=拟稿")}, to: "Y7", holds: []truth{waits("promise/①#1")}},
	{state: "Y7", exit: "外单位看不到", into: agreedOn, leave: path{act("unh-yi", "promise/①#1", "text=完成")}, status: 404, says: foreign},
	{state: "Y7", exit: "没有报告不能核查", into: agreedOn, leave: path{judge("①", 1, "verdict=kept")}, status: 409, says: shut},
	{state: "Y7", exit: "单位不能自己核查", into: claimed, leave: path{act("unh-jia", "promise-check/①#1", "verdict=kept")}, status: 403, says: notYours},
	{state: "Y7", exit: "核查属实，销号", into: claimed, leave: path{judge("①", 1, "verdict=kept")}, to: "Y7", holds: []truth{struckOff(1), waits("promise/②#1")}},
	{state: "Y7", exit: "全部兑现即办结", into: oneKept.then(answers("②", 1)), leave: path{judge("②", 1, "verdict=kept")}, to: "concluded", holds: []truth{struckOff(2)}},
	{state: "Y7", exit: "没有兑现须写理由", into: claimed, leave: path{judge("①", 1, "verdict=broken")}, status: 422, says: unreasoned},
	{state: "Y7", exit: "没有兑现的再报，不早于原期限", into: claimed, leave: path{judge("①", 1, "verdict=broken", "reason=现场尚未完工")}, to: "Y7", holds: []truth{due("promise/①#2", "2023-04-28")}},
	{state: "Y7", exit: "期满才报的，再给十个工作日", into: agreedOn.then(at("04-28 10:00", answers("①", 1))), leave: path{judge("①", 1, "verdict=broken", "reason=现场尚未完工")}, to: "Y7", holds: []truth{due("promise/①#2", "2023-05-16")}},
	{state: "Y7", exit: "再次没有兑现，提请主任会议", into: notKept.then(answers("①", 2)), leave: path{judge("①", 2, "verdict=broken", "reason=仍未完工")}, to: "Y7", holds: []truth{waits("dispose/①"), struckOff(0)}},
	{state: "Y7", exit: "主任会议处置", into: brokenOff, leave: path{act("ofc", "dispose/①", "verdict=circular", "reason=主任会议纪要")}, to: "Y7", holds: []truth{waits("promise/②#1")}},
	{state: "Y7", exit: "处置一项，其余兑现，即办结", into: brokenOff.then(act("ofc", "dispose/①", "verdict=circular", "reason=主任会议纪要"), answers("②", 1)), leave: path{judge("②", 1, "verdict=kept")}, to: "concluded", holds: []truth{struckOff(1)}},
	{state: "Y7", exit: "承诺逾期，逐级催办督办", into: agreedOn, leave: passes("05-17 09:10"), to: "Y7",
		holds: []truth{reaches("promise/①#1", "L1", "unh-jia", "unt-jia"), reaches("promise/①#1", "L2", "unh-jia", "unt-jia", "gov", "vm"),
			reaches("promise/①#1", "L3", "unh-jia", "unt-jia", "gov", "vm", "cmh"), reaches("promise/①#1", "L4", "unh-jia", "unt-jia", "gov", "vm", "cmh", "vc")}},
	{state: "Y7", exit: "逾期也能兑现", into: agreedOn, leave: path{at("05-10 10:00", answers("①", 1))}, to: "Y7", holds: []truth{late("promise/①#1")}},
	{state: "Y7", exit: "领导批示", into: agreedOn, leave: path{act("vc", "instruct#1", "target=甲", "reason=抓紧")}, to: "Y7", holds: []truth{due("instruction/甲#1", "2023-03-17")}},
	{state: "Y7", exit: "终止", into: agreedOn, leave: path{act("vc", "terminate", "reason=单位撤并")}, to: "terminated"},
	{state: "Y7", exit: "连点两次只报一次", into: agreedOn, leave: path{twice("unh-jia", "promise/①#1", "text=完成")}, to: "Y7", holds: []truth{onlyOnce("promise/①#1")}},
}

// promisesStand counts the promises.
func promisesStand(want int) truth {
	return func(m *matter) {
		m.t.Helper()
		items, err := m.h.reg.Items(context.Background(), m.id)
		if err != nil || len(items) != want {
			m.t.Errorf("%d promises, not %d: %v", len(items), want, err)
		}
		for _, i := range items {
			if i.Person == "" || i.Promised.IsZero() || i.Problem == "" {
				m.t.Errorf("promise %d lacks something: %+v", i.N, i)
			}
		}
	}
}
