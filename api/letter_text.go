package api

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// numerals number the headings of a letter.
var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"}

func numeral(n int) string {
	if n < len(numerals) {
		return numerals[n]
	}
	return fmt.Sprint(n + 1)
}

// draftOf is a letter as the register lets it be written; the person who draws it changes what he likes.
func draftOf(k schemas.LetterKind, page casePage) (l register.Letter) {
	m := page.M
	var units, late []string
	for _, x := range m.Parties {
		if !x.Gone {
			units = append(units, x.Name)
		}
	}
	for _, st := range page.Open {
		if !st.NPC && st.Lamp.Colour == "red" && st.UnitName != "" && !slices.Contains(late, st.UnitName) {
			late = append(late, st.UnitName)
		}
	}
	l.Kind, l.Recipient = k.Code, strings.Join(units, "、")
	matter := "《" + m.Title + "》"
	named := matter + "（" + m.Number + "）"
	contact := "联系人：" + m.OwnerName + "（" + m.CommitteeName + "）。"
	if m.IsSuggestion() {
		contact = "联系单位：" + m.CommitteeName + "。"
	}
	switch k.Code {
	case "handover":
		l.Title = "关于交办" + matter + "的函"
		l.Body = "现将" + named + "交由你单位办理。请认真研究，抓紧落实。\n" + itemLines(m) + termLines(page) + contact
	case "deliberation", "survey":
		l.Title = "关于" + matter + "的" + strings.TrimSuffix(k.Name, "书")
		l.Body = "现将" + named + "印发给你们，请认真研究办理。\n" + itemLines(m) + termLines(page) + contact
	case "rectification":
		l.Title = "关于" + matter + "的整改意见"
		l.Body = "针对" + named + "反映的问题，提出如下整改意见。\n" + itemLines(m) + termLines(page) + contact
	case "urge", "urge-again":
		again := ""
		if k.Code == "urge-again" {
			again = "再次"
		}
		l.Title = "关于" + again + "催办" + matter + "的函"
		l.Body = "你单位承办的" + named + "，以下环节已经逾期：\n" + lateLines(page) + "请抓紧办理，并于收到本函之日起五个工作日内书面说明逾期的原因和完成的时间。\n" + contact
	case "supervise":
		l.Title = "关于督办" + matter + "的函"
		l.Body = "你单位承办的" + named + "经催办仍未办结，现予督办：\n" + lateLines(page) + "请主要负责人亲自研究，限期办结，并书面报告。逾期仍未办结的，将提请主任会议处置。\n" + contact
	case "summons":
		l.Title, l.Recipient = "关于约谈"+m.Interview.UnitName+m.Interview.Post+"的通知", m.Interview.UnitName
		l.Body = "因" + m.Title + "，决定约谈你单位" + m.Interview.Post + "。\n一、约谈时间\n" + meets(m.Interview.Meets) + "\n二、约谈地点\n" + orBlank(m.Interview.Place) +
			"\n三、约谈事由\n" + m.Body + "\n请准时参加。不能参加的，按规定事先申请。\n" + contact
	case "minutes":
		l.Title, l.Recipient = "关于"+m.Title+"的约谈纪要", m.Interview.UnitName
		l.Body = meets(m.Interview.Meets) + "，在" + orBlank(m.Interview.Place) + "约谈了" + m.Interview.UnitName + m.Interview.Post + "。\n" + textOf(page, "minutes") + itemLines(m)
	case "answer":
		l.Title, l.Recipient = "关于"+matter+"的答复函", proposerOf(m)
		l.Body = "您提出的" + named + "已由" + strings.Join(units, "、") + "办理完毕，现将办理情况答复如下：\n" + textOf(page, "reply", "redo") + "感谢您对人大工作的支持。您对答复的意见，请填写征询意见表。\n" + contact
	case "consult":
		l.Title, l.Recipient = "关于"+matter+"办理情况的征询意见表", proposerOf(m)
		l.Body = "答复单位：" + strings.Join(units, "、") + "\n沟通形式：面商（　）　电话（　）　书面（　）\n办理态度：满意（　）　基本满意（　）　不满意（　）\n办理结果：满意（　）　基本满意（　）　不满意（　）\n意见和建议：\n　\n　\n代表签名：　　　　　　　　日期：　　　　年　　月　　日"
	case "extension", "return":
		word := map[string]string{"extension": "延期", "return": "退办"}[k.Code]
		l.Title, l.Recipient = matter+word+"审批单", ""
		l.Body = "事项：" + named + "\n申请单位：" + strings.Join(units, "、") + "\n申请理由：\n" + textOf(page, k.Code+"-request") + "委室意见：\n　\n审批意见：\n　\n审批人：　　　　　　　　日期：　　　　年　　月　　日"
	case "circular":
		l.Title = "关于" + matter + "办理情况的通报"
		l.Body = "现将" + named + "的办理情况通报如下：\n一、基本情况\n" + orBlank(strings.TrimSpace(m.Body)) + "\n二、存在的问题\n" + lateLines(page) + "三、下一步要求\n请有关单位对照问题抓好整改。"
	}
	l.Title, l.Body = cut(l.Title, letterTitle), cut(strings.TrimSpace(l.Body), letterBody)
	if len(late) > 0 && strings.HasPrefix(k.Code, "urge") {
		l.Recipient = strings.Join(late, "、")
	}
	if k.Code == "handover" || k.Code == "supervise" || strings.HasPrefix(k.Code, "urge") {
		l.Copies = page.Government
	}
	return l
}

// itemLines are a matter's items as sections of a letter.
func itemLines(m matter) string {
	var b strings.Builder
	for i, it := range m.Items {
		if !it.Promised.IsZero() {
			fmt.Fprintf(&b, "（%s）%s。责任人：%s，完成时限：%s。\n", numeral(i), strings.TrimRight(it.Problem, "。"), it.Person, zhDue(it.Promised))
			continue
		}
		fmt.Fprintf(&b, "（%s）%s。", numeral(i), strings.TrimRight(it.Problem, "。"))
		if demand := strings.TrimRight(it.Demand, "。"); demand != "" {
			b.WriteString(demand + "。")
		}
		b.WriteString("\n")
	}
	if b.Len() == 0 && m.Body != "" {
		return m.Body + "\n"
	}
	return b.String()
}

// termLines say by when the units owe what is open.
func termLines(page casePage) string {
	var b strings.Builder
	for _, st := range page.Open {
		if !st.NPC && !st.Due.IsZero() && st.UnitName != "" {
			fmt.Fprintf(&b, "请%s于%s前%s。\n", st.UnitName, schemas.ZhDate(schemas.LastDay(st.Due)), st.Duty.Verb)
		}
	}
	return b.String()
}

// lateLines name what is overdue, by how many days.
func lateLines(page casePage) string {
	var b strings.Builder
	for _, st := range page.Open {
		if st.NPC || st.Lamp.Colour != "red" || st.Due.IsZero() {
			continue
		}
		days := int(schemas.DayOf(page.Now).Sub(schemas.DayOf(schemas.LastDay(st.Due))).Hours() / 24)
		fmt.Fprintf(&b, "%s“%s”应于%s前完成，已逾期%d日。\n", st.UnitName, st.Duty.Title, schemas.ZhDate(schemas.LastDay(st.Due)), days)
	}
	return b.String()
}

// textOf is what the last signed paper of those kinds says.
func textOf(page casePage, kinds ...string) string {
	text := ""
	for _, v := range page.Papers {
		if slices.Contains(kinds, schemas.Kind(v.Stage)) {
			text = strings.TrimSpace(v.In.Reason + "\n" + v.In.Text)
		}
	}
	return orBlank(text) + "\n"
}

func proposerOf(m matter) string {
	for _, x := range m.Proposers {
		if x.Position == 0 {
			return x.Name + "代表"
		}
	}
	return ""
}

func meets(t time.Time) string {
	if t.IsZero() {
		return "　　年　月　日"
	}
	return zhInstant(t)
}

func orBlank(text string) string {
	if text == "" {
		return "　"
	}
	return text
}
