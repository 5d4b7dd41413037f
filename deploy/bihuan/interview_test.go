package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// A late matter leads to the form of an interview, filled in; both pages name each other; and the papers of the interview reach those
// whom they concern, from the notice on, and nobody else.
func TestInterviewOutOfALateOpinion(t *testing.T) {
	h := openHouse(t)
	o := h.found(t, statesRate)
	opinion, m := &matter{t: t, office: o}, &matter{t: t, office: o}
	for _, s := range handed {
		if a := opinion.take(s); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	page := m.shows
	door := "/interviews/new?about=" + opinion.id
	page("cmt", "/cases/"+opinion.id, 200, "!"+door) // nobody is late yet
	opinion.take(step{at: "03-27 10:00"})
	page("cmt", "/cases/"+opinion.id, 200, door)
	page("unh-jia", "/cases/"+opinion.id, 200, "!"+door)
	page("cmt", door, 200, "甲局", "“报送方案”应于2023年3月20日前完成", "已逾期5个工作日", "关于老旧小区改造情况的审议意见的约谈")
	m.take(propose("cmt", "about="+opinion.id, "title=关于老旧小区改造的约谈"))
	self := "/cases/" + m.id
	page("cmt", door, 200, "已经提出过约谈", self)
	page("cmt", "/cases/"+opinion.id, 200, self)
	page("cmt", self, 200, "/cases/"+opinion.id, "委室经办（委室提出）提出约谈")
	page("unh-jia", "/cases/"+opinion.id, 200, "!"+self)
	page("unh-jia", self, 404)
	page("unh-jia", "/interviews", 200, "!"+self)
	page("cmt", self+"/notice", 404)
	m.take(act("vc", "approve", "verdict=accept"))
	m.take(summon(1, "04-04T09:30", "text=请准备进度材料"))
	page("unh-jia", "/cases/"+opinion.id, 200, self)
	page("unh-jia", "/interviews", 200, self)
	page("unt-jia", "/", 200, "约谈", self)
	page("unh-jia", self+"/notice", 200, "约谈通知", "2023年4月4日 09:30", "常委会第一会议室", "请准备进度材料", "分管副主任")
	page("gov", self+"/notice", 200)
	for _, stranger := range []string{"unh-yi", "dpt1"} {
		page(stranger, self, 404)
		page(stranger, self+"/notice", 404)
		page(stranger, "/interviews", 200, "!"+self)
	}
	page("cmt", "/cases/"+opinion.id+"/notice", 404)
	other := &matter{t: t, office: o}
	for _, s := range (path{propose("cmt", "about="+opinion.id, "unit=乙"), act("vc", "approve", "verdict=accept"), summon(1, "04-04T14:30")}) {
		if a := other.take(s); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	page("unh-jia", "/cases/"+opinion.id, 200, "!"+other.id)
	page("unh-yi", "/cases/"+other.id, 200, "!"+opinion.id)
	page("cmt", "/cases/"+other.id, 200, opinion.id)
	other.take(act("unh-yi", "postpone-request/乙#1", "meets=2023-04-20T09:00", "reason=市里开会"))
	page("unh-yi", "/cases/"+other.id+"/notice", 200, "2023年4月4日 14:30", "!经同意延期")
	other.take(act("cmh", "postpone/乙#1", "verdict=accept", "meets=2023-04-20T09:00"))
	page("unh-yi", "/cases/"+other.id+"/notice", 200, "2023年4月20日 09:00", "经同意延期")
	m.take(act("unt-jia", "sign/甲#1"))
	page("cmt", self+"/act?stage=hold%231", 200, "已约谈，本人到会", "!经同意由副职到会")
	m.take(at("04-04 11:00", holds(1, "held")))
	page("unh-jia", self+"/minutes", 404)
	more := m.post("cmh", self+"/act", url.Values{"stage": {"minutes#1"}, "token": {rand.Text()}, "more": {"1"}, "what-0": {"完成排水管网"}, "who-0": {"张局长"}, "when-0": {"2023-04-28"}})
	if more.status != http.StatusOK || !strings.Contains(more.body, `value="完成排水管网"`) || !strings.Contains(more.body, `name="what-3"`) || strings.Contains(more.body, `name="what-4"`) {
		t.Errorf("three more rows: %s", more)
	}
	m.take(recorded(1))
	page("unh-jia", self+"/minutes", 200, "约谈纪要", "六月底前完成排水管网", "张局长", "2023年4月28日", "尚未签认")
	m.take(act("unh-jia", "countersign/甲#1", "verdict=signed"))
	page("unh-jia", self+"/minutes", 200, "jia负责人", "!尚未签认")
	m.take(answers("①", 1, "text=管网已经完工"))
	m.take(judge("①", 1, "verdict=broken", "reason=现场尚未完工"))
	page("unh-jia", self, 200, "管网已经完工", "现场尚未完工", "未兑现")
	page("unh-yi", self+"/minutes", 404)
	page("cmt", "/rules?procedure=interview", 200, "提前通知约谈", "约谈延期的上限", "约见办法第9条")
	page("cmt", "/lateness", 200)

	again := "/interviews/new?about=" + m.id
	page("cmt", self, 200, "!"+again)
	m.take(step{at: "05-08 10:00"})
	page("cmt", self, 200, again)
	page("cmt", again, 200, "“兑现约谈承诺”应于2023年4月28日前完成", `value="关于老旧小区改造的约谈"`)
	other.take(holds(1, "unheld", "reason=局长缺席"))
	other.take(summon(2, "05-15T09:30"))
	page("unh-yi", "/cases/"+other.id+"/notice", 200, "2023年5月15日 09:30", "!经同意延期")
}

// A deputy whose suggestion is late asks for an interview; the office that has the suggestion in hand takes it up.
func TestInterviewOutOfALateSuggestion(t *testing.T) {
	h := openHouse(t)
	o := h.found(t, statesRate)
	suggestion, m := &matter{t: t, office: o}, &matter{t: t, office: o}
	for _, s := range handedSolo {
		if a := suggestion.take(s); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	door := "/interviews/new?about=" + suggestion.id
	m.shows("dpt1", "/cases/"+suggestion.id, 200, "!"+door)
	suggestion.take(step{at: "04-20 10:00"})
	for _, who := range []string{"dpt1", "dep", "cmt"} {
		m.shows(who, "/cases/"+suggestion.id, 200, door)
	}
	m.shows("dpt1", door, 200, "要求约见", "甲局", "已逾期")
	m.shows("dpt2", door, 404)
	m.take(propose("dpt1", "about="+suggestion.id))
	m.is("Y1")
	m.shows("dpt1", "/interviews", 200, m.id)
	m.shows("dep-head", "/cases/"+m.id, 200, suggestion.id, "代表要求")
	m.shows("dpt2", "/cases/"+m.id, 404)
	m.end()
}

// shows reads a page, and reports whether it has what it should, or with a ! before it, has not.
func (m *matter) shows(who, to string, status int, has ...string) {
	m.t.Helper()
	a := m.get(who, to)
	if a.status != status {
		m.t.Errorf("%s, %s: %s", who, to, a)
	}
	for _, x := range has {
		if not := strings.TrimPrefix(x, "!"); strings.Contains(a.body, not) == (not != x) {
			m.t.Errorf("%s, %s: wants %q: %s", who, to, x, a)
		}
	}
}

// Two people send the same form in one breath, and one person two forms: of the first there is one interview, of the second there are two.
func TestInterviewProposedTwice(t *testing.T) {
	h := openHouse(t)
	m := &matter{t: t, office: h.still}
	form := func() url.Values {
		return url.Values{"token": {rand.Text()}, "title": {"关于老旧小区改造进度滞后的约谈"}, "body": {"方案逾期未报，请说明原因和完成期限。"}, "unit": {m.Units[0]},
			"post": {"主要负责人"}, "committee": {m.Committee}}
	}
	one := form()
	m.window("cmt")
	m.window("cmh")
	where := make([]answer, 8)
	var all sync.WaitGroup
	for i := range where {
		all.Go(func() {
			if i < 6 {
				where[i] = m.post("cmt", "/interviews/new", one)
			} else {
				where[i] = m.post("cmt", "/interviews/new", form())
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for i, a := range where {
		if a.status != http.StatusSeeOther || i < 6 && a.goes != where[0].goes {
			t.Errorf("%d: %s", i, a)
		}
		seen[a.goes] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d interviews, not three", len(seen))
	}
	if a := m.post("cmh", "/interviews/new", one); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "表单凭据") {
		t.Errorf("another person's form: %s", a)
	}
	cases, err := h.reg.Cases(context.Background(), m.Congress, "interview")
	if err != nil || len(cases) != 3 {
		t.Fatal(len(cases), err)
	}
	numbers := map[string]bool{}
	for _, c := range cases {
		numbers[c.Number] = true
	}
	for _, want := range []string{"约谈〔2023〕1号", "约谈〔2023〕2号", "约谈〔2023〕3号"} {
		if !numbers[want] {
			t.Errorf("no %s in %v", want, numbers)
		}
	}
}
