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

// Every state of a suggestion is come into and left by the exits that spec 2c lists, through the pages, on the real engine.
func TestSuggestionStates(t *testing.T) {
	h := openHouse(t)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range slices.Concat(proposingRows, vettingRows, replyRows, feedbackRows, fulfilmentRows, keyRows, motionRows) {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for n := 1; n <= 18; n++ {
		if s := fmt.Sprint("C", n); !seen[s] && n != 3 && n != 9 { // 拟办 goes with 交办, 审签 with 答复: neither has a stage of its own
			t.Errorf("no row is in %s", s)
		}
	}
	for n := 1; n <= 10; n++ {
		if s := fmt.Sprint("M", n); !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
	for _, s := range []string{"withdrawn", "merged", "letter", "archived", "insufficient", "rejected", "converted"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

// suggest files a suggestion as 代表一 on the page; what is said changes the ordinary one.
func suggest(says ...string) step {
	return step{do: func(m *matter) answer {
		form := url.Values{"do": {"file"}, "token": {rand.Text()}, "title": {"关于改善老旧小区排水的建议" + fmt.Sprint(m.h.cases.Add(1))}, "category": {"城建环保"},
			"body": {"每逢大雨小区积水，居民出行困难。"}, "demand": {"改造排水管网，汛前完成。"}, "consents": {"1"},
			"checks": {"deep", "real", "detailed", "accurate", "effective", "one", "allowed"}}
		who := "dpt1"
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			switch {
			case name == "who":
				who = value
			case value == "":
				form.Del(name)
			default:
				form.Set(name, m.names(value))
			}
		}
		a := m.post(who, "/suggestions/new", form)
		if a.status != http.StatusSeeOther {
			return a
		}
		twice := m.post(who, "/suggestions/new", form)
		if twice.goes != a.goes {
			m.t.Errorf("the form sent twice made another suggestion: %s", twice)
		}
		m.id, m.filed = strings.TrimPrefix(a.goes, "/cases/"), form
		if err := m.clock.started(context.Background(), m.id); err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

func vet(n int, says ...string) step { return act("dep", fmt.Sprint("vet#", n), says...) }

// hand is the hand-over; what is said changes the ordinary one: to 甲局 alone.
func handTo(says ...string) step {
	return act("dep", "handover", append([]string{"unit-0=甲", "capacity-0=sole"}, says...)...)
}

func reply(class string, says ...string) step {
	return act("unh-jia", "reply/甲", append([]string{"verdict=" + class, "text=已会同街道现场勘查，管网改造方案已定。", "publish=1"}, says...)...)
}

// marked is what a deputy says of a reply: two marks and three scores.
func marked(stage, verdict string, points string, says ...string) step {
	said := []string{"verdict=" + verdict, "mark-attitude=" + verdict, "mark-outcome=" + verdict, "points-contact=" + points, "points-attitude=" + points, "points-substance=" + points}
	return act("dpt1", stage, append(said, says...)...)
}

func scored(verdict, progress, effect string, says ...string) step {
	return act("dpt1", "score/甲", append([]string{"verdict=" + verdict, "points-progress=" + progress, "points-effect=" + effect}, says...)...)
}

var (
	suggestedOnce  = path{suggest()}
	admitted       = suggestedOnce.then(vet(1, "verdict=accept"))
	handedSolo     = admitted.then(handTo())
	signedSolo     = handedSolo.then(act("unt-jia", "sign/甲"))
	contacted      = signedSolo.then(act("unt-jia", "contact/甲", "verdict=visit", "reason=到小区与代表面商"))
	repliedA       = contacted.then(reply("A"))
	repliedB       = contacted.then(reply("B", "until=2023-10-20"))
	repliedC       = contacted.then(reply("C", "reason=需待老城更新一并实施"))
	pleasedA       = repliedA.then(marked("feedback/甲", "satisfied", "9"))
	pleasedB       = repliedB.then(marked("feedback/甲", "satisfied", "9"))
	disliked       = repliedA.then(marked("feedback/甲", "dissatisfied", "4", "reason=没有说明何时动工"))
	received       = disliked.then(act("unt-jia", "receipt/甲"))
	redone         = received.then(act("unh-jia", "redo/甲", "verdict=A", "text=主要负责人到场，已经动工。", "publish=1"))
	finallyAgainst = redone.then(marked("refeedback/甲", "dissatisfied", "4", "reason=仍未动工"))
	verified       = pleasedA.then(act("dep", "verification/甲#1", "verdict=confirmed"))
	settledA       = verified.then(scored("satisfied", "23", "33"))
	concluded      = settledA.then(act("dep", "conclude#1"))
)

const (
	unsaid  = "请逐项核对提出质量"
	notMine = "您无权办理此环节"
)

// C1: proposing.
var proposingRows = []row{
	{state: "C2", exit: "独自提出", into: nil, leave: suggestedOnce, to: "C2"},
	{state: "C2", exit: "没有核对提出质量", into: nil, leave: path{suggest("checks=one")}, status: 422, says: unsaid},
	{state: "C2", exit: "没有题目", into: nil, leave: path{suggest("title=")}, status: 422, says: "题目"},
	{state: "C2", exit: "联名的姓名不在名册", into: nil, leave: path{suggest("cosigners=张不在")}, status: 422, says: "代表名册中没有"},
	{state: "C2", exit: "不是代表", into: nil, leave: path{suggest("who=cmt")}, status: 403, says: "只有代表可以提出建议"},
	{state: "C1", exit: "联名后等待确认", into: nil, leave: path{suggest("cosigners=代表二、代表三")}, to: "C1", holds: []truth{waits("cosign/二代表")}},
	{state: "C1", exit: "联名代表确认", into: path{suggest("cosigners=代表二")}, leave: path{act("dpt2", "cosign/二代表", "verdict=agree")}, to: "C2"},
	{state: "C1", exit: "联名代表不同意也可以继续", into: path{suggest("cosigners=代表二")}, leave: path{act("dpt2", "cosign/二代表", "verdict=decline")}, to: "C2"},
	{state: "C1", exit: "别人不能代为确认", into: path{suggest("cosigners=代表二")}, leave: path{act("dpt1", "cosign/二代表", "verdict=agree")}, status: 403, says: notMine},
	{state: "C1", exit: "未确认前不能立案", into: path{suggest("cosigners=代表二")}, leave: path{vet(1, "verdict=accept")}, status: 409, says: "此环节尚未开启"},
	{state: "C1", exit: "不相干的代表看不到", into: path{suggest("cosigners=代表二")}, leave: path{act("dpt4", "cosign/二代表", "verdict=agree")}, status: 404, says: "无权查看"},
	{state: "C1", exit: "五个工作日不确认的不计入联名", into: path{suggest("cosigners=代表二")}, leave: passes("03-14 08:00"), to: "C2"},
}

// C2 to C6: vetting, handing over, signing, returning.
var vettingRows = []row{
	{state: "C2", exit: "立案", into: suggestedOnce, leave: path{vet(1, "verdict=accept")}, to: "C4", holds: []truth{due("handover", "2023-03-13")}},
	{state: "C2", exit: "退回修改须写理由", into: suggestedOnce, leave: path{vet(1, "verdict=revise")}, status: 422, says: "理由"},
	{state: "C2", exit: "退回修改", into: suggestedOnce, leave: path{vet(1, "verdict=revise", "reason=请写明小区名称")}, to: "C1"},
	{state: "C1", exit: "修改后重新提出", into: suggestedOnce.then(vet(1, "verdict=revise", "reason=请写明小区名称")),
		leave: path{act("dpt1", "revise#1", "title=关于改善幸福小区排水的建议", "text=幸福小区每逢大雨积水。", "demand=改造管网。")}, to: "C2", holds: []truth{titled("关于改善幸福小区排水的建议")}},
	{state: "C1", exit: "重新提出不能留空", into: suggestedOnce.then(vet(1, "verdict=revise", "reason=请写明小区名称")), leave: path{act("dpt1", "revise#1", "title=改", "demand=")}, status: 422,
		says: "请填写"},
	{state: "C2", exit: "转来信", into: suggestedOnce, leave: path{vet(1, "verdict=letter", "reason=属个人诉求")}, to: "letter"},
	{state: "C2", exit: "并案要写在办的编号", into: suggestedOnce, leave: path{vet(1, "verdict=merge", "reason=同一件事", "target=没有这件")}, status: 422, says: "没有找到编号"},
	{state: "C2", exit: "并案", into: suggestedOnce, leave: path{merge()}, to: "merged"},
	{state: "C2", exit: "单位不能立案", into: suggestedOnce, leave: path{act("unh-jia", "vet#1", "verdict=accept")}, status: 404, says: "无权查看"},
	{state: "C2", exit: "代表申请撤回", into: suggestedOnce, leave: path{act("dpt1", "withdraw-request#1", "reason=情况有变"), act("dep", "withdraw-confirm#1", "verdict=accept")}, to: "withdrawn"},
	{state: "C4", exit: "交办", into: admitted, leave: path{handTo()}, to: "C5", holds: []truth{due("sign/甲", "2023-03-13"), due("reply/甲", "2023-06-06"), due("contact/甲", "2023-04-06")}},
	{state: "C4", exit: "复杂的六个月", into: admitted, leave: path{handTo("verdict=complex")}, to: "C5", holds: []truth{due("reply/甲", "2023-09-06")}},
	{state: "C4", exit: "没有主办", into: admitted, leave: path{handTo("capacity-0=joint")}, status: 422, says: "请指定一个主办"},
	{state: "C4", exit: "办公室不能交办", into: admitted, leave: path{act("ofc", "handover", "unit-0=甲", "capacity-0=sole")}, status: 403, says: notMine},
	{state: "C5", exit: "签收", into: handedSolo, leave: path{act("unt-jia", "sign/甲")}, to: "C7"},
	{state: "C5", exit: "七日不签收视为签收", into: handedSolo, leave: passes("03-14 00:10"), to: "C7", holds: []truth{waits("contact/甲")}},
	{state: "C5", exit: "外单位看不到", into: handedSolo, leave: path{act("unt-yi", "sign/甲")}, status: 404, says: "无权查看"},
	{state: "C7", exit: "十日内退办", into: signedSolo, leave: path{act("unh-jia", "return-request/甲#1", "target=乙", "reason=职责不符", "text=申请退办")}, to: "C6"},
	{state: "C7", exit: "十日后不能退办", into: signedSolo, leave: path{at("03-17 10:00", act("unh-jia", "return-request/甲#1", "target=乙", "reason=职责不符", "text=申请退办"))}, status: 422,
		says: "已超过规定的期限"},
	{state: "C6", exit: "不同意退办", into: signedSolo.then(act("unh-jia", "return-request/甲#1", "target=乙", "reason=职责不符", "text=申请退办")),
		leave: path{act("dep", "return/甲#1", "verdict=refuse", "reason=属你局职责")}, to: "C7"},
	{state: "C6", exit: "改派：答复期限仍从首次交办起算", into: signedSolo.then(act("unh-jia", "return-request/甲#1", "target=乙", "reason=职责不符", "text=申请退办"), act("dep", "return/甲#1", "verdict=accept")),
		leave: path{act("dep", "reassign/甲#1", "target=乙")}, to: "C5", holds: []truth{due("reply/乙", "2023-06-06"), due("sign/乙", "2023-03-13")}},
}

// C7 to C10: contact, co-handling, reply.
var replyRows = []row{
	{state: "C7", exit: "没有联系代表不能答复", into: signedSolo, leave: path{reply("A")}, status: 422, says: "首次联系代表"},
	{state: "C7", exit: "登记联系", into: signedSolo, leave: path{act("unt-jia", "contact/甲", "verdict=phone", "reason=电话说明打算")}, to: "C10"},
	{state: "C7", exit: "联系须写情况", into: signedSolo, leave: path{act("unt-jia", "contact/甲", "verdict=phone")}, status: 422, says: "理由"},
	{state: "C10", exit: "再次联系", into: contacted, leave: path{act("unt-jia", "talk/甲#1", "verdict=meeting", "reason=座谈")}, to: "C10"},
	{state: "C10", exit: "代表记录联系", into: contacted, leave: path{act("dpt1", "deputy-note#1", "verdict=visit", "reason=单位到现场")}, to: "C10"},
	{state: "C10", exit: "A类答复", into: contacted, leave: path{reply("A")}, to: "C11", holds: []truth{due("feedback/甲", "2023-03-27")}},
	{state: "C10", exit: "B类要写承诺日期", into: contacted, leave: path{reply("B")}, status: 422, says: "承诺解决的日期"},
	{state: "C10", exit: "B类承诺不能过年底", into: contacted, leave: path{reply("B", "until=2024-01-10")}, status: 422, says: "当年12月31日以前"},
	{state: "C10", exit: "C类要写理由", into: contacted, leave: path{reply("C")}, status: 422, says: "理由"},
	{state: "C10", exit: "答复要有正文", into: contacted, leave: path{act("unh-jia", "reply/甲", "verdict=A")}, status: 422, says: "答复正文"},
	{state: "C10", exit: "经办人只能拟稿", into: contacted, leave: path{act("unt-jia", "reply/甲", "verdict=A", "text=拟稿")}, to: "C10", holds: []truth{waits("reply/甲")}},
	{state: "C10", exit: "负责人签发经办人的拟稿", into: contacted.then(act("unt-jia", "reply/甲", "verdict=A", "text=拟稿")), leave: path{reply("A")}, to: "C11"},
	{state: "C10", exit: "申请延期", into: contacted, leave: path{act("unh-jia", "extension-request/reply/甲", "reason=涉及多个部门", "text=申请延期"), act("dep", "extension/reply/甲", "verdict=accept")}, to: "C10",
		holds: []truth{due("reply/甲", "2023-09-06")}},
	{state: "C10", exit: "延期不获同意", into: contacted.then(act("unh-jia", "extension-request/reply/甲", "reason=涉及多个部门", "text=申请延期")),
		leave: path{act("dep", "extension/reply/甲", "verdict=refuse", "reason=不属复杂")}, to: "C10", holds: []truth{due("reply/甲", "2023-06-06")}},
	{state: "C8", exit: "会办单位提出意见", into: admitted.then(handTo("capacity-0=lead", "unit-1=乙", "capacity-1=joint"), act("unt-jia", "sign/甲"), act("unt-yi", "sign/乙"), act("unt-jia", "contact/甲", "verdict=visit", "reason=面商")),
		leave: path{act("unh-yi", "opinion/乙", "text=配合改造")}, to: "C10"},
	{state: "C7", exit: "提请政府办协调", into: signedSolo, leave: path{act("unh-jia", "dispute/甲#1", "reason=与会办单位意见不一")}, to: "C7", holds: []truth{due("coordinate/甲#1", "2023-03-13")}},
	{state: "C10", exit: "逾期也能答复", into: contacted, leave: path{at("06-20 10:00", reply("A"))}, to: "C11", holds: []truth{late("reply/甲")}},
}

// C11, C14, C15: what the deputy says, and the one re-handling.
var feedbackRows = []row{
	{state: "C11", exit: "满意", into: repliedA, leave: path{marked("feedback/甲", "satisfied", "9")}, to: "C12"},
	{state: "C11", exit: "要分别评价态度和结果", into: repliedA, leave: path{act("dpt1", "feedback/甲", "verdict=satisfied", "points-contact=9")}, status: 422, says: "办理态度和办理结果"},
	{state: "C11", exit: "得分超过满分", into: repliedA, leave: path{marked("feedback/甲", "satisfied", "11")}, status: 422, says: "应在0到10分之间"},
	{state: "C11", exit: "得分不是数", into: repliedA, leave: path{marked("feedback/甲", "satisfied", "很好")}, status: 422, says: "应在0到10分之间"},
	{state: "C11", exit: "得分低于百分之六十不能评满意", into: repliedA, leave: path{marked("feedback/甲", "satisfied", "4")}, status: 422, says: "按规定计为不满意"},
	{state: "C11", exit: "百分之六十整不算不满意", into: repliedA, leave: path{marked("feedback/甲", "basically", "4.67")}, to: "C12"},
	{state: "C11", exit: "不满意须写理由", into: repliedA, leave: path{marked("feedback/甲", "dissatisfied", "4")}, status: 422, says: "理由"},
	{state: "C11", exit: "不满意", into: repliedA, leave: path{marked("feedback/甲", "dissatisfied", "4", "reason=没有说明何时动工")}, to: "C14", holds: []truth{due("receipt/甲", "2023-03-08")}},
	{state: "C11", exit: "单位不能代为评价", into: repliedA, leave: path{act("unh-jia", "feedback/甲", "verdict=satisfied")}, status: 403, says: notMine},
	{state: "C11", exit: "沉默不是满意", into: repliedC, leave: passes("03-28 08:00"), to: "C16", holds: []truth{silent("feedback/甲")}},
	{state: "C14", exit: "签收不满意意见", into: disliked, leave: path{act("unt-jia", "receipt/甲")}, to: "C14", holds: []truth{due("redo/甲", "2023-05-06")}},
	{state: "C14", exit: "重新办理由负责人亲自签发", into: received, leave: path{act("unt-jia", "redo/甲", "verdict=A", "text=经办")}, status: 403, says: notMine},
	{state: "C14", exit: "重新办理后再次评价", into: received, leave: path{act("unh-jia", "redo/甲", "verdict=A", "text=主要负责人到场，已经动工。", "publish=1")}, to: "C15",
		holds: []truth{due("refeedback/甲", "2023-03-20")}},
	{state: "C15", exit: "再次评价满意", into: redone, leave: path{marked("refeedback/甲", "satisfied", "9")}, to: "C12"},
	{state: "C15", exit: "仍不满意即为终评，通报", into: redone, leave: path{marked("refeedback/甲", "dissatisfied", "4", "reason=仍未动工")}, to: "C15", holds: []truth{waits("circular/甲")}},
	{state: "C15", exit: "通报后跟踪", into: finallyAgainst, leave: path{act("dep", "circular/甲", "reason=已通报")}, to: "C15", holds: []truth{waits("follow/甲#1")}},
	{state: "C15", exit: "跟踪结束", into: finallyAgainst.then(act("dep", "circular/甲", "reason=已通报")), leave: path{act("dep", "follow/甲#1", "verdict=closed", "reason=已经解决")}, to: "C12"},
}

// C12, C13, C16 to C18: keeping the promise, closing, publishing.
var fulfilmentRows = []row{
	{state: "C12", exit: "核查属实", into: pleasedA, leave: path{act("dep", "verification/甲#1", "verdict=confirmed")}, to: "C13"},
	{state: "C12", exit: "核查不属实降为B类", into: pleasedA, leave: path{act("dep", "verification/甲#1", "verdict=lowered", "reason=现场未动工")}, to: "C12", holds: []truth{due("fulfil/甲#2", "2023-03-27")}},
	{state: "C13", exit: "评价落实", into: verified, leave: path{scored("satisfied", "23", "33")}, to: "C16"},
	{state: "C13", exit: "落实得分不足百分之六十须评不满意", into: verified, leave: path{scored("satisfied", "10", "20")}, status: 422, says: "按规定计为不满意"},
	{state: "C13", exit: "对落实不满意重新办理", into: verified, leave: path{scored("dissatisfied", "10", "20", "reason=只修了一半")}, to: "C14"},
	{state: "C12", exit: "兑现承诺转A类", into: pleasedB, leave: path{act("unh-jia", "fulfil/甲#1", "verdict=done", "reason=已完成", "text=管网改造完成")}, to: "C12", holds: []truth{waits("verification/甲#2")}},
	{state: "C12", exit: "承诺到期", into: pleasedB, leave: path{at("10-19 10:00", act("unh-jia", "fulfil/甲#1", "verdict=ongoing", "reason=尚在施工", "text=进度七成"))}, to: "C17"},
	{state: "C17", exit: "征求代表同意转C类", into: pleasedB.then(act("unh-jia", "fulfil/甲#1", "verdict=unable", "reason=地下管线冲突", "text=条件所限")),
		leave: path{act("dpt1", "consent/甲#1", "verdict=agree")}, to: "C16"},
	{state: "C17", exit: "代表不同意转C类", into: pleasedB.then(act("unh-jia", "fulfil/甲#1", "verdict=unable", "reason=地下管线冲突", "text=条件所限")),
		leave: path{act("dpt1", "consent/甲#1", "verdict=refuse", "reason=应另选线路")}, to: "C17"},
	{state: "C16", exit: "办结", into: settledA, leave: path{act("dep", "conclude#1")}, to: "C18"},
	{state: "C18", exit: "公开归档", into: concluded, leave: path{act("dep", "publish", "verdict=public"), act("dep", "archive")}, to: "archived"},
	{state: "C18", exit: "单位不同意的不能公开", into: contacted.then(reply("A", "publish=0"), marked("feedback/甲", "satisfied", "9"), act("dep", "verification/甲#1", "verdict=confirmed"), scored("satisfied", "23", "33"), act("dep", "conclude#1")),
		leave: path{act("dep", "publish", "verdict=public")}, status: 422, says: "不同意公开"},
}

// Key suggestions.
var keyRows = []row{
	{state: "C5", exit: "列为重点", into: handedSolo, leave: path{chooseKey()}, to: "C5", holds: []truth{due("key-plan", "2023-03-21"), due("bimonthly#1", "2023-05-06"), due("inspection", "2023-09-06"), due("year-score", "2023-12-20")}},
	{state: "C5", exit: "重点要有领衔领导", into: handedSolo, leave: path{act("ofc", "choose-key", "target=城建工委", "reason=纪要")}, status: 422, says: "领衔督办"},
	{state: "C5", exit: "别的领导不能代记", into: handedSolo.then(chooseKey()), leave: path{act("ch", "bimonthly#1", "reason=跟踪")}, status: 403, says: notMine},
	{state: "C5", exit: "领衔领导登记双月跟踪", into: handedSolo.then(chooseKey()), leave: path{act("vc", "bimonthly#1", "reason=到现场跟踪")}, to: "C5", holds: []truth{closed("bimonthly#1")}},
	{state: "C11", exit: "三方对质不属实退回落实", into: repliedA.then(chooseKey()), leave: path{act("dep", "confront#1", "verdict=false", "reason=三方签字", "text=现场未动工")}, to: "C11",
		holds: []truth{class("甲", "B")}},
}

func chooseKey() step {
	return act("ofc", "choose-key", "leader=副主任", "target=城建工委", "reason=主任会议纪要")
}

// merge files a second suggestion and merges this one into it.
func merge() step {
	return step{do: func(m *matter) answer {
		host := &matter{t: m.t, office: m.office}
		if a := host.take(suggest()); a.status != http.StatusSeeOther {
			return a
		}
		defer host.end()
		c, err := m.h.reg.Case(context.Background(), m.Congress, host.id)
		if err != nil {
			m.t.Fatal(err)
		}
		return m.take(vet(1, "verdict=merge", "reason=同一件事", "target="+c.Number))
	}}
}

// titled is what the matter is called now.
func titled(want string) truth {
	return func(m *matter) {
		m.t.Helper()
		c, err := m.h.reg.Case(context.Background(), m.Congress, m.id)
		if err != nil || c.Title != want {
			m.t.Errorf("called %q, %v", c.Title, err)
		}
	}
}

// silent is that nobody answered, and that this is no satisfaction.
func silent(stage string) truth {
	return func(m *matter) {
		m.t.Helper()
		if f := m.state().Facts[m.names(stage)]; f.Verdict != schemas.Unanswered || f.Role != schemas.System {
			m.t.Errorf("%s ended as %q", stage, f.Verdict)
		}
	}
}

// class is the class of a unit's reply as it stands.
func class(unit, want string) truth {
	return func(m *matter) {
		m.t.Helper()
		s := m.state()
		for _, p := range s.Parts() {
			if p.Unit == m.names(unit) && p.Now != want {
				m.t.Errorf("class %q, not %q", p.Now, want)
			}
		}
	}
}

var (
	movedJointly   = path{suggest("kind=motion", "basis=依据法律和调研", "cosigners=代表二、代表三")}
	motionSigned   = movedJointly.then(act("dpt2", "cosign/二代表", "verdict=agree"), act("dpt3", "cosign/三代表", "verdict=agree"))
	motionReviewed = motionSigned.then(act("dep", "motion-review", "verdict=agenda", "reason=符合规定", "text=审查意见"))
	motionOnAgenda = motionReviewed.then(act("ofc", "presidium", "verdict=agenda", "reason=主席团会议纪要"))
	motionPassed   = motionOnAgenda.then(voted("motion-vote", "passed", 107))
	motionPlanned  = motionPassed.then(act("gov", "implementation", "text=实施方案"))
	motionHeard    = motionPlanned.then(act("ofc", "hearing", "reason=常委会会议听取"))
	motionTracked  = motionHeard.then(act("dep-head", "motion-track#1", "reason=跟踪"), act("dep-head", "motion-track#2", "reason=跟踪"), act("dep-head", "motion-inspection#1", "reason=视察"))
	motionReported = motionTracked.then(act("gov", "annual-report#1", "text=年度报告"))
)

// voted enters the counts of a vote of 212 members, 200 of them present.
func voted(stage, verdict string, ayes int) step {
	return act("ofc", stage, "verdict="+verdict, "vote=1", "members=212", "present=200", fmt.Sprint("for=", ayes), "against=20", "abstain=5", "minutes=大会纪要", "text=表决情况")
}

// M1 to M10: motions.
var motionRows = []row{
	{state: "M1", exit: "联名不足十人（测试区三人）不能提出", into: nil, leave: path{suggest("kind=motion", "basis=依据", "cosigners=代表二")}, status: 422, says: "议案须由3名以上代表联名提出"},
	{state: "M1", exit: "没有案据", into: nil, leave: path{suggest("kind=motion", "cosigners=代表二、代表三")}, status: 422, says: "案据"},
	{state: "M1", exit: "联名提出", into: nil, leave: movedJointly, to: "M1"},
	{state: "M1", exit: "联名齐全", into: movedJointly.then(act("dpt2", "cosign/二代表", "verdict=agree")), leave: path{act("dpt3", "cosign/三代表", "verdict=agree")}, to: "M2"},
	{state: "M1", exit: "有人不联名即人数不足", into: movedJointly.then(act("dpt2", "cosign/二代表", "verdict=agree")), leave: path{act("dpt3", "cosign/三代表", "verdict=decline")}, to: "insufficient"},
	{state: "M2", exit: "审查后报主席团", into: motionSigned, leave: path{act("dep", "motion-review", "verdict=agenda", "reason=符合规定", "text=审查意见")}, to: "M3"},
	{state: "M2", exit: "表决前可以撤回", into: motionSigned, leave: path{act("dpt1", "withdraw-request#1", "reason=另行提出"), act("ofc", "withdraw-confirm#1", "verdict=accept")}, to: "withdrawn"},
	{state: "M3", exit: "列入议程", into: motionReviewed, leave: path{act("ofc", "presidium", "verdict=agenda", "reason=主席团会议纪要")}, to: "M4"},
	{state: "M3", exit: "转作建议", into: motionReviewed, leave: path{act("ofc", "presidium", "verdict=suggestion", "reason=主席团会议纪要")}, to: "converted"},
	{state: "M4", exit: "通过", into: motionOnAgenda, leave: path{voted("motion-vote", "passed", 107)}, to: "M5", holds: []truth{due("implementation", "2023-05-06")}},
	{state: "M4", exit: "正好一半不能通过", into: motionOnAgenda, leave: path{voted("motion-vote", "passed", 106)}, status: 422, says: "没有超过全体212人的半数"},
	{state: "M4", exit: "过半数不能登记为未通过", into: motionOnAgenda, leave: path{voted("motion-vote", "rejected", 107)}, status: 422, says: "应登记为通过"},
	{state: "M4", exit: "票数不符", into: motionOnAgenda, leave: path{voted("motion-vote", "passed", 190)}, status: 422, says: "票数不符"},
	{state: "M4", exit: "未获通过", into: motionOnAgenda, leave: path{voted("motion-vote", "rejected", 90)}, to: "rejected"},
	{state: "M5", exit: "政府报送实施方案", into: motionPassed, leave: path{act("gov", "implementation", "text=实施方案")}, to: "M6"},
	{state: "M5", exit: "通过以后不能撤回", into: motionPassed, leave: path{act("dpt1", "withdraw-request#1", "reason=撤回")}, status: 409, says: "此环节"},
	{state: "M6", exit: "常委会听取", into: motionPlanned, leave: path{act("ofc", "hearing", "reason=常委会会议听取")}, to: "M7", holds: []truth{due("annual-report#1", "2023-12-20"), due("motion-track#1", "2023-05-06")}},
	{state: "M7", exit: "跟踪视察", into: motionHeard, leave: path{act("dep-head", "motion-track#1", "reason=跟踪"), act("dep-head", "motion-track#2", "reason=跟踪"), act("dep-head", "motion-inspection#1", "reason=视察")}, to: "M8"},
	{state: "M8", exit: "年底报告", into: motionTracked, leave: path{act("gov", "annual-report#1", "text=年度报告")}, to: "M9"},
	{state: "M9", exit: "跨年续办", into: motionReported, leave: path{voted("close-vote#1", "continue", 90)}, to: "M7"},
	{state: "M9", exit: "表决结案", into: motionReported, leave: path{voted("close-vote#1", "closed", 150)}, to: "M10"},
	{state: "M10", exit: "向大会报告后归档", into: motionReported.then(voted("close-vote#1", "closed", 150)), leave: path{act("ofc", "congress-report", "reason=大会书面报告"), act("ofc", "archive")}, to: "archived"},
}
