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

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"
)

// Every state of an interpellation is come into and left by every exit that the law lists, and refuses what it does not list: through the
// pages, on the real engine.
func TestInterpellationStates(t *testing.T) {
	h := openHouse(t)
	hash := api.Hash(registertest.Password)
	h.seat = func(o *office) {
		for i := range 4 {
			login := fmt.Sprintf("scm%d", i+1)
			id, err := h.reg.AddAccount(context.Background(), register.Account{Congress: o.Congress, Login: login, Name: fmt.Sprintf("委员%d", i+1), Password: hash, Active: true})
			if err == nil {
				err = h.reg.AddPost(context.Background(), o.Congress, id, register.Post{Role: schemas.Member})
			}
			if err != nil {
				t.Fatal(err)
			}
			o.People[login] = id
		}
	}
	h.still = h.found(t, 1)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6)
	for _, r := range interpellationRows {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for _, s := range []string{"Z1", "Z2", "Z3", "Z4", "insufficient", "unput", "withdrawn", "answered"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

// question files an interpellation of 委员1 with 委员2 and 委员3; what is said changes the ordinary form.
func question(who string, says ...string) step {
	return step{do: func(m *matter) answer {
		form := url.Values{"token": {rand.Text()}, "title": {"关于供水水质的质询案" + fmt.Sprint(m.h.cases.Add(1))}, "body": {"水质多次不达标，监测结果没有公布。"}, "unit": {m.Units[0]},
			"signer": {m.People["scm2"], m.People["scm3"]}}
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			if value = m.names(value); value == "" {
				form.Del(name)
			} else {
				form.Set(name, value)
			}
		}
		a := m.post(who, "/interpellations/new", form)
		if a.status != http.StatusSeeOther {
			return a
		}
		if twice := m.post(who, "/interpellations/new", form); twice.goes != a.goes {
			m.t.Errorf("the form sent twice made another interpellation: %s", twice)
		}
		m.id = strings.TrimPrefix(a.goes, "/cases/")
		if err := m.clock.started(context.Background(), m.id); err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

// ofMember is an act of a member on the stage that is his.
func ofMember(who, kind string, says ...string) step {
	return step{do: func(m *matter) answer { return act(who, kind+"/"+m.People[who], says...).do(m) }}
}

var (
	questioned  = path{question("scm1")}
	signedByAll = questioned.then(ofMember("scm2", "join", "verdict=agree"), ofMember("scm3", "join", "verdict=agree"))
	inWriting   = signedByAll.then(act("ofc", "put#1", "verdict=written", "reason=主任会议纪要"))
	byMouth     = signedByAll.then(act("ofc", "put#1", "verdict=plenary", "reason=主任会议纪要", "meets=2023-03-20T09:00", "place=会议厅"))
	replied     = inWriting.then(act("unh-jia", "signed-answer#1", "text=已经整改，监测结果按月公布。"))
	unhappy     = replied.then(ofMember("scm1", "signer-word", "verdict=satisfied"), ofMember("scm2", "signer-word", "verdict=dissatisfied", "reason=没有说明原因"))
	onceMore    = unhappy.then(ofMember("scm3", "signer-word", "verdict=dissatisfied", "reason=没有期限"))

	interpellationRows = []row{
		{state: "", exit: "提出：只有两人", leave: path{question("scm1", "signer=甲")}, status: 422, says: "请在名单里选择联名的组成人员"},
		{state: "", exit: "提出：一个人", leave: path{question("scm1", "signer=")}, status: 422, says: "质询案须由常委会组成人员3人以上联名提出"},
		{state: "", exit: "提出：没有写机关", leave: path{question("scm1", "unit=")}, status: 422, says: "请填写受质询机关"},
		{state: "", exit: "提出：对委室", leave: path{question("scm1", "unit=城建工委")}, status: 422, says: "质询案只能对政府及其部门、监委、法院、检察院提出"},
		{state: "", exit: "提出：对法院写到案件", leave: path{question("scm1", "unit=丁", "body=（2023）鄂0105民初12号判决不公")}, status: 422, says: "质询不涉及具体案件"},
		{state: "", exit: "代表不能提出", leave: path{question("dpt1")}, status: 403, says: "质询案由常委会组成人员联名提出"},
		{state: "Z1", exit: "联名", into: questioned.then(ofMember("scm2", "join", "verdict=agree")), leave: path{ofMember("scm3", "join", "verdict=agree")}, to: "Z2", holds: []truth{due("put#1", "2023-03-20")}},
		{state: "Z1", exit: "有人不联名", into: questioned.then(ofMember("scm2", "join", "verdict=agree")), leave: path{ofMember("scm3", "join", "verdict=decline")}, to: "insufficient"},
		{state: "Z1", exit: "到期不答复视为不联名", into: questioned.then(ofMember("scm2", "join", "verdict=agree")), leave: passes("03-10 00:10"), to: "insufficient"},
		{state: "Z1", exit: "别人不能代为联名", into: questioned, leave: path{{do: func(m *matter) answer { return act("scm4", "join/"+m.People["scm2"], "verdict=agree").do(m) }}}, status: 404, says: foreign},
		{state: "Z1", exit: "单位看不到", into: questioned, leave: path{act("unh-jia", "put#1", "verdict=decline", "reason=自评")}, status: 404, says: foreign},
		{state: "Z2", exit: "书面答复", into: signedByAll, leave: path{act("ofc", "put#1", "verdict=written", "reason=主任会议纪要")}, to: "Z3", holds: []truth{due("signed-answer#1", "2023-03-20")}},
		{state: "Z2", exit: "口头答复", into: signedByAll, leave: path{act("ofc", "put#1", "verdict=plenary", "reason=主任会议纪要", "meets=2023-03-20T09:00", "place=会议厅")}, to: "Z3", holds: []truth{due("oral-answer#1", "2023-03-20")}},
		{state: "Z2", exit: "口头答复没有时间", into: signedByAll, leave: path{act("ofc", "put#1", "verdict=committee", "reason=主任会议纪要")}, status: 422, says: "请填写日期和时间"},
		{state: "Z2", exit: "口头答复在过去", into: signedByAll, leave: path{act("ofc", "put#1", "verdict=committee", "reason=主任会议纪要", "meets=2023-03-03T09:00")}, status: 422, says: "答复会议的时间应在现在以后"},
		{state: "Z2", exit: "不交付须有理由", into: signedByAll, leave: path{act("ofc", "put#1", "verdict=decline")}, status: 422, says: unreasoned},
		{state: "Z2", exit: "不交付", into: signedByAll, leave: path{act("ofc", "put#1", "verdict=decline", "reason=主任会议纪要")}, to: "unput"},
		{state: "Z2", exit: "撤回", into: signedByAll, leave: path{act("scm1", "retract", "reason=问题已经解决")}, to: "withdrawn"},
		{state: "Z2", exit: "只有领衔人能撤回", into: signedByAll, leave: path{act("scm2", "retract", "reason=问题已经解决")}, status: 403, says: notYours},
		{state: "Z2", exit: "主任会议迟了只督促人大", into: signedByAll, leave: passes("03-22 09:10"), to: "Z2", holds: []truth{noUnitBlamed}},
		{state: "Z3", exit: "书面答复由负责人签署", into: inWriting, leave: path{act("unh-jia", "signed-answer#1", "text=已经整改。")}, to: "Z4"},
		{state: "Z3", exit: "经办只能拟稿", into: inWriting, leave: path{act("unt-jia", "signed-answer#1", "text=已经整改。")}, to: "Z3", holds: []truth{waits("signed-answer#1")}},
		{state: "Z3", exit: "答复是空的", into: inWriting, leave: path{act("unh-jia", "signed-answer#1")}, status: 422, says: "请填写答复的内容"},
		{state: "Z3", exit: "外单位看不到", into: inWriting, leave: path{act("unh-yi", "signed-answer#1", "text=代答")}, status: 404, says: foreign},
		{state: "Z3", exit: "书面答复逾期", into: inWriting, leave: passes("03-23 09:10"), to: "Z3", holds: []truth{reaches("signed-answer#1", "L1", "unt-jia", "unh-jia")}},
		{state: "Z3", exit: "会还没有开", into: byMouth, leave: path{act("ofc", "oral-answer#1", "text=局长到会答复。")}, status: 422, says: "还没有到时间"},
		{state: "Z3", exit: "口头答复", into: byMouth, leave: path{at("03-20 11:00", act("ofc", "oral-answer#1", "text=局长到会答复。"))}, to: "Z4"},
		{state: "Z3", exit: "答复以前撤回", into: inWriting, leave: path{act("scm1", "retract", "reason=问题已经解决")}, to: "withdrawn"},
		{state: "Z4", exit: "过半数不满意", into: unhappy, leave: path{ofMember("scm3", "signer-word", "verdict=dissatisfied", "reason=没有期限")}, to: "Z2", holds: []truth{waits("put#2")}},
		{state: "Z4", exit: "没有过半数", into: unhappy, leave: path{ofMember("scm3", "signer-word", "verdict=satisfied")}, to: "answered"},
		{state: "Z4", exit: "不满意须写理由", into: replied, leave: path{ofMember("scm3", "signer-word", "verdict=dissatisfied")}, status: 422, says: unreasoned},
		{state: "Z4", exit: "不表态不算不满意", into: unhappy, leave: passes("03-14 00:10"), to: "answered"},
		{state: "Z4", exit: "没有联名的不能评价", into: replied, leave: path{{do: func(m *matter) answer { return act("scm4", "signer-word/"+m.People["scm3"], "verdict=satisfied").do(m) }}}, status: 404, says: foreign},
		{state: "Z2", exit: "不再答复", into: onceMore, leave: path{act("ofc", "put#2", "verdict=decline", "reason=主任会议纪要")}, to: "answered"},
		{state: "Z3", exit: "再作答复", into: onceMore.then(act("ofc", "put#2", "verdict=written", "reason=主任会议纪要")), leave: path{act("unh-jia", "signed-answer#2", "text=原因和期限如下。")}, to: "answered"},
	}
)
