package main

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/schemas"
)

// What was entered wrong is put right through the pages, on the real engine and a real register; nonsense is refused with a sentence.
func TestCorrectionStates(t *testing.T) {
	h := openHouse(t)
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range slices.Concat(wordRows, dayRows, verdictRows, unitRows) {
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
}

var proposedToken = regexp.MustCompile(`name="token" value="([^"]+)"><(?:label|span)`)

var wasWords = regexp.MustCompile(`name="was" value="([^"]*)"`)

// righting is a correction by its forms: the form, what it would bring about, and, sent twice, the act. The check shows what it says.
func righting(who, kind, part, would string, says ...string) step {
	return step{do: func(m *matter) answer {
		to := "/cases/" + m.id + "/corrections/new"
		page := m.get(who, to+"?kind="+kind+"&part="+url.QueryEscape(m.names(part)))
		if page.status != http.StatusOK {
			return page
		}
		form := url.Values{"kind": {kind}, "part": {m.names(part)}, "token": {token.FindStringSubmatch(page.body)[1]}}
		for _, s := range says {
			name, value, _ := strings.Cut(m.names(s), "=")
			form.Set(name, value)
			if !strings.Contains(page.body, `name="`+name+`"`) {
				m.t.Errorf("the form does not ask for %s", name)
			}
		}
		lines := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n") // as a browser sends what it was shown
		form.Set("was", lines.Replace(html.UnescapeString(wasWords.FindStringSubmatch(page.body)[1])))
		before := m.state().Seq
		form.Set("do", "check")
		checked := m.post(who, to, form)
		if checked.status != http.StatusOK {
			return checked
		}
		if !strings.Contains(checked.body, "将会带来") || !strings.Contains(checked.body, would) {
			m.t.Errorf("the check does not say “%s”: %s", would, checked)
		}
		if after := m.state().Seq; after != before {
			m.t.Errorf("to look at what would come changed the matter: %d to %d", before, after)
		}
		form.Set("do", "enter")
		done := m.post(who, to, form)
		if again := m.post(who, to, form); again.status != done.status || again.goes != done.goes {
			m.t.Errorf("the form sent twice: %s, then %s", done, again)
		}
		return done
	}}
}

// consents is what is said to the correction that waits for one.
func consents(who, word string, says ...string) step {
	return step{do: func(m *matter) answer {
		found := proposedToken.FindStringSubmatch(m.get("cmh", "/cases/"+m.id).body)
		if found == nil {
			found = proposedToken.FindStringSubmatch(m.get("unh-jia", "/cases/"+m.id).body)
		}
		if found == nil {
			m.t.Fatal("no correction waits for consent")
		}
		form := url.Values{"token": {found[1]}, "word": {word}}
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			form.Set(name, value)
		}
		done := m.post(who, "/cases/"+m.id+"/corrections/word", form)
		if again := m.post(who, "/cases/"+m.id+"/corrections/word", form); again.status != done.status {
			m.t.Errorf("said twice: %s, then %s", done, again)
		}
		return done
	}}
}

// agreedOnly is an agreement that was entered when the process died: the case has not heard of it.
func agreedOnly(who string) step {
	return step{do: func(m *matter) answer {
		ctx := context.Background()
		cs, err := m.h.reg.Corrections(ctx, m.id)
		if err != nil || len(cs) == 0 {
			m.t.Fatal(cs, err)
		}
		if _, err := m.h.reg.Consent(ctx, cs[len(cs)-1].Token, m.People[who], "agree", "", closing); err != nil {
			m.t.Fatal(err)
		}
		return answer{status: http.StatusSeeOther}
	}}
}

// whole is that the journal has each record of the matter, and that nobody was told the same thing twice.
func whole(m *matter) {
	m.t.Helper()
	ctx := context.Background()
	lines, err := m.h.reg.Journal(ctx, m.id)
	if err != nil {
		m.t.Fatal(err)
	}
	for i, l := range lines {
		if l.Seq != i+1 {
			m.t.Errorf("the journal's line %d has the number %d", i+1, l.Seq)
		}
	}
	if s := m.state(); s.Seq != len(lines) || len(s.Settled) > 0 || s.Unwalked {
		m.t.Errorf("%d lines for %d records; %d to be dated", len(lines), s.Seq, len(s.Settled))
	}
	said, err := m.h.reg.Said(ctx, m.id)
	if err != nil {
		m.t.Fatal(err)
	}
	told := map[string]bool{}
	for _, n := range said {
		key := strings.Join([]string{n.Stage, n.Level, n.Account, n.At.Format(time.RFC3339)}, " ")
		if told[key] {
			m.t.Errorf("said twice: %s", key)
		}
		told[key] = true
	}
}

// told is that a person has a message about a stage at a level.
func told(who, stage, level string) truth {
	return func(m *matter) {
		m.t.Helper()
		said, err := m.h.reg.Said(context.Background(), m.id)
		if err != nil {
			m.t.Fatal(err)
		}
		for _, n := range said {
			if n.Account == m.People[who] && n.Stage == m.names(stage) && n.Level == level {
				return
			}
		}
		m.t.Errorf("%s was not told about %s (%s)", who, stage, level)
	}
}

// reads is that the matter's page says something, to whom.
func reads(who, text string) truth {
	return func(m *matter) {
		m.t.Helper()
		if page := m.get(who, "/cases/"+m.id); !strings.Contains(page.body, text) {
			m.t.Errorf("%s does not read “%s”", who, text)
		}
	}
}

const newTitle = "关于老旧小区改造工作情况的审议意见"

// struckEarly is a report of items of which the first was struck off before.
var struckEarly = accepted.then(askClose("①", 1), verify("①", 1, "closed"), at("03-08 10:00", progress)).and(judged[len(halfway):])

var wordRows = []row{
	{state: "C1", exit: "更正分行的文字", into: path{suggest("cosigners=代表二", "body=每逢大雨小区积水。\r\n居民出行困难。")}, leave: path{righting("dep", "text", "body", "原来的文字留在更正记录里", "text=每逢大雨，小区积水。\r\n居民出行困难。", "reason=漏字")},
		holds: []truth{reads("dpt1", "每逢大雨，小区积水。"), reads("dpt1", "<del>每逢大雨小区积水。"), whole}},
	{state: "A6", exit: "更正标题", into: signed, leave: path{righting("ofc", "text", "title", "原来的文字留在更正记录里", "text="+newTitle, "reason=标题漏了“工作”二字")},
		holds: []truth{reads("unh-jia", newTitle), reads("unh-jia", "<del>关于老旧小区改造情况的审议意见</del>"), reads("cmt", "标题漏了“工作”二字"), told("unh-jia", "correct", schemas.LevelRighted), whole,
			func(m *matter) {
				if page := m.get("cmt", "/cases?q="+url.QueryEscape("改造工作情况")); !strings.Contains(page.body, m.id) {
					m.t.Error("not found by the new title")
				}
			}}},
	{state: "A6", exit: "更正条目", into: signed, leave: path{righting("ofc", "text", "item/①/problem", "期限、环节和统计不受影响", "text=改造进度严重滞后", "reason=漏字")},
		holds: []truth{reads("unh-jia", "改造进度严重滞后"), reads("cmh", "<del>改造进度滞后</del>"), whole}},
	{state: "A6", exit: "更正标题要写理由", into: signed, leave: path{righting("ofc", "text", "title", "", "text="+newTitle)}, status: 422, says: "理由"},
	{state: "A6", exit: "更正的标题与原来相同", into: signed, leave: path{righting("ofc", "text", "title", "", "text=关于老旧小区改造情况的审议意见", "reason=无")}, status: 422, says: "与原来相同"},
	{state: "A6", exit: "更正的标题太短", into: signed, leave: path{righting("ofc", "text", "title", "", "text=短", "reason=无")}, status: 422, says: "4到80个字"},
	{state: "A6", exit: "没有的文字不能更正", into: signed, leave: path{righting("ofc", "text", "item/甲/problem", "")}, status: 422, says: "请从更正页面选择"},
	{state: "A6", exit: "委室不能更正", into: signed, leave: path{righting("cmt", "text", "title", "")}, status: 403, says: "更正由人大办公室登记"},
	{state: "A6", exit: "单位不能更正", into: signed, leave: path{righting("unh-jia", "day", "handover", "")}, status: 403, says: "更正由人大办公室登记"},
	{state: "archived", exit: "了结以后更正标题", into: archived, leave: path{righting("ofc", "text", "title", "", "text="+newTitle, "reason=漏字")}, holds: []truth{reads("cmh", newTitle), whole}},
	{state: "archived", exit: "了结以后不更正日期", into: archived, leave: path{righting("ofc", "day", "handover", "", "on=2023-03-07", "reason=录错")}, status: 422, says: "已经了结，只能更正文字"},
}

var dayRows = []row{
	{state: "A5", exit: "交办的日期录错：期限全部跟着走", into: handed, leave: path{at("03-07 10:00", righting("ofc", "day", "handover", "“正式回告”的期限由2023年6月6日改为2023年6月7日", "on=2023-03-07", "reason=以交办单为准"))},
		holds: []truth{due("report/甲", "2023-06-07"), due("plan/甲#1", "2023-03-21"), told("unh-jia", "handover", schemas.LevelRighted), told("unh-jia", "report/甲", schemas.LevelMoved),
			reads("unh-jia", "2023年3月6日 → 2023年3月7日"), reads("unh-jia", "后更正为：2023年3月7日"), reads("cmh", "以交办单为准"), whole}},
	{state: "A5", exit: "更正的日期在将来", into: handed, leave: path{righting("ofc", "day", "handover", "", "on=2023-03-20", "reason=录错")}, status: 422, says: "不能晚于今天"},
	{state: "A5", exit: "更正的日期相同", into: handed, leave: path{righting("ofc", "day", "handover", "", "on=2023-03-06", "reason=录错")}, status: 422, says: "与原来相同"},
	{state: "A5", exit: "更正的日期早于闭会", into: handed, leave: path{righting("ofc", "day", "handover", "", "on=2023-03-03", "reason=录错")}, status: 422, says: "早于2023年3月6日的闭会"},
	{state: "A5", exit: "更正的日期看不懂", into: handed, leave: path{righting("ofc", "day", "handover", "", "on=三月", "reason=录错")}, status: 422, says: "日期"},
	{state: "A5", exit: "更正日期要写理由", into: handed, leave: path{righting("ofc", "day", "handover", "", "on=2023-03-03")}, status: 422, says: "理由"},
	{state: "A6", exit: "更正的日期晚于其后的签收", into: signed, leave: path{at("03-08 10:00", righting("ofc", "day", "handover", "", "on=2023-03-07", "reason=录错"))}, status: 422, says: "晚于2023年3月6日的签收"},
	{state: "A7", exit: "单位自己报的不更正日期", into: checking, leave: path{righting("ofc", "day", "plan/甲#1", "", "on=2023-03-07", "reason=录错")}, status: 422, says: "请从更正页面选择"},
	{state: "A7", exit: "代录的收到日期录错：由逾期变为按期", into: signed.then(at("03-22 10:00", act("ofc", "plan/甲#1", append(planned, "came=phone", "sender=张科长")...))),
		leave: path{righting("ofc", "day", "plan/甲#1", "在人大审核期间不计逾期", "on=2023-03-20", "reason=以来电记录为准")}, holds: []truth{timely("plan/甲#1"), whole}},
}

// wasReturn is the proposal that the plan's check was a return.
var wasReturn = righting("ofc", "verdict", "plan-check/甲#1", "新增待办：甲局“报送方案”第2次", "verdict=rework", "reason=委室的意见是退回")

// wasA is the proposal that a reply was an A.
var wasA = righting("dep", "verdict", "reply/甲", "", "verdict=A", "reason=答复件上是A类")

// wasOpen is the proposal that an item was not struck off.
var wasOpen = righting("ofc", "verdict", "verify/①#1", "", "verdict=open", "reason=点错")

// judgedAnew is the proposal that a report said other things of its items.
func judgedAnew(first, second string) step {
	return righting("ofc", "verdict", "report/甲", "", "item-0=①", "result-0="+first, "item-1=②", "result-1="+second, "reason=以报告原件为准")
}

// result is what became of an item.
func result(item, want string) truth {
	return func(m *matter) {
		m.t.Helper()
		items, err := m.h.reg.Items(context.Background(), m.id)
		for _, i := range items {
			if i.ID == m.names(item) && i.Result != want {
				m.t.Errorf("item %s is %s, not %s", item, i.Result, want)
			}
		}
		if err != nil {
			m.t.Error(err)
		}
	}
}

var verdictRows = []row{
	{state: "A8", exit: "提请更正方案审核的结论", into: accepted, leave: path{wasReturn}, holds: []truth{reads("cmh", "同意更正"), reads("ofc", "等待作出结论的人"), told("cmh", "plan-check/甲#1", schemas.LevelConsent), waits("progress/甲")}},
	{state: "A8", exit: "同意以后重报方案", into: accepted, leave: path{wasReturn, consents("cmh", "agree")}, to: "A6",
		holds: []truth{waits("plan/甲#2"), reads("unh-jia", "审核通过 → 退回重报"), reads("unh-jia", "后更正为：退回重报"), told("unh-jia", "plan/甲#2", schemas.LevelNew), whole}},
	{state: "A8", exit: "不同意更正结论", into: accepted, leave: path{wasReturn, consents("cmh", "decline", "reason=当时就是通过")}, holds: []truth{waits("progress/甲"), reads("ofc", "当时就是通过")}},
	{state: "A8", exit: "不同意要写理由", into: accepted, leave: path{wasReturn, consents("cmh", "decline")}, status: 422, says: "请写明理由"},
	{state: "A8", exit: "办公室不能自己同意", into: accepted, leave: path{wasReturn, consents("ofc", "agree")}, status: 403, says: "作出结论的人或者委室主任"},
	{state: "A8", exit: "别的委室不能同意", into: accepted, leave: path{wasReturn, consents("unh-jia", "agree")}, status: 403, says: "作出结论的人或者委室主任"},
	{state: "A8", exit: "结论与原来相同", into: accepted, leave: path{righting("ofc", "verdict", "plan-check/甲#1", "", "verdict=accept", "reason=无")}, status: 422, says: "与原来相同"},
	{state: "A8", exit: "没有这种结论", into: accepted, leave: path{righting("ofc", "verdict", "plan-check/甲#1", "", "verdict=satisfied", "reason=无")}, status: 422, says: "请选择更正后的结论"},
	{state: "A10", exit: "已经接着办了，不能更正", into: consulted, leave: path{righting("ofc", "verdict", "plan-check/甲#1", "", "verdict=rework", "reason=点错")}, status: 422, says: "是接着这一项办的"},
	{state: "A8", exit: "同意以后断了，再按一次就接着登记", into: accepted, leave: path{wasReturn, agreedOnly("cmh"), consents("cmh", "agree")}, to: "A6", holds: []truth{waits("plan/甲#2"), whole}},
	{state: "C11", exit: "提出建议的代表不能同意更正单位的答复", into: repliedB, leave: path{wasA, consents("dpt1", "agree")}, status: 403, says: "作出结论的人或者委室主任"},
	{state: "C11", exit: "答复的人同意更正答复", into: repliedB, leave: path{wasA, consents("unh-jia", "agree")}, to: "C11", holds: []truth{reads("dpt1", "同意；理由：答复件上是A类"), whole}},
	{state: "A12", exit: "两项提请都同意：后一项已经过时", into: reported, leave: path{judgedAnew("ongoing", "done"), judgedAnew("done", "ongoing"), consents("cmh", "agree"), consents("cmh", "agree")}, status: 409, says: "又更正过"},
	{state: "A12", exit: "过时的提请可以不同意", into: reported, leave: path{judgedAnew("ongoing", "done"), judgedAnew("done", "ongoing"), consents("cmh", "agree"), consents("cmh", "decline", "reason=已经更正")}, holds: []truth{reads("ofc", "已经更正")}},
	{state: "A12", exit: "更正一条的结果，别的已经销号的不动", into: struckEarly[:len(reported)+2], leave: path{judgedAnew("done", "ongoing"), consents("cmh", "agree")}, holds: []truth{struckOff(1), whole}},
	{state: "A12", exit: "回告以后更正核查：不予销号", into: struckEarly[:len(reported)+2], leave: path{wasOpen, consents("cmh", "agree")}, holds: []truth{struckOff(0), result("①", "done"), whole}},
	{state: "A16", exit: "逐条销号以后不再更正核查", into: struckEarly.then(settle("closed")), leave: path{wasOpen}, status: 422, says: "核查的结论不能再更正"},
	{state: "A13", exit: "测评结果登记错了：登记的人自己更正", into: judged, leave: path{righting("ofc", "verdict", "evaluate#1", "新增待办：甲局“再整改”", "verdict=dissatisfied", "reason=抄错票数")}, to: "A14",
		holds: []truth{waits("rectify/甲#1"), closed("settle"), whole}},
}

var unitRows = []row{
	{state: "A6", exit: "单位弄错：换成乙局，期限从原交办之日算", into: signed, leave: path{righting("ofc", "unit", "gone/甲", "新增待办：乙局“签收”", "unit=乙", "terms=kept", "reason=录错了主体")}, to: "A5",
		holds: []truth{waits("sign/乙"), closed("plan/甲#1"), due("report/乙", "2023-06-06"), told("unh-jia", "gone/甲", schemas.LevelRighted), told("unh-yi", "sign/乙", schemas.LevelNew), reads("cmh", "<s>甲局</s>"), whole}},
	{state: "A6", exit: "单位弄错：重新起算", into: signed, leave: path{at("03-08 10:00", righting("ofc", "unit", "gone/甲", "", "unit=乙", "terms=restart", "reason=录错了主体"))}, to: "A5", holds: []truth{due("report/乙", "2023-06-08"), whole}},
	{state: "A6", exit: "换成自己", into: signed, leave: path{righting("ofc", "unit", "gone/甲", "", "unit=甲", "terms=kept", "reason=无")}, status: 422, says: "尚未参与本事项"},
	{state: "A6", exit: "没有选单位", into: signed, leave: path{righting("ofc", "unit", "gone/甲", "", "terms=kept", "reason=无")}, status: 422, says: "尚未参与本事项"},
	{state: "A6", exit: "不是承办单位", into: signed, leave: path{righting("ofc", "unit", "gone/乙", "")}, status: 422, says: "请从更正页面选择"},
	{state: "A12", exit: "已经回告，不能换单位", into: reported, leave: path{righting("ofc", "unit", "gone/甲", "", "unit=乙", "terms=kept", "reason=无")}, status: 422, says: "不能再换单位"},
}
