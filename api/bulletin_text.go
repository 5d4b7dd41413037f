package api

import (
	"fmt"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// letter is the bulletin as a letter (公文): the words as they were typed, the figures as they were frozen. A line with tabs is a row of a table.
func (page *bulletinPage) letter() register.Letter {
	var b strings.Builder
	say := func(texts ...string) {
		for _, text := range texts {
			if text != "" {
				b.WriteString(text + "\n")
			}
		}
	}
	if issue := page.Issue(); issue != "" {
		say("期号：" + issue)
	}
	say(page.Intro, page.correction(), "一、基本情况", "范围："+page.Scope+"。"+page.Span()+page.figures(), "二、排名")
	for _, t := range page.League {
		say("（" + t.Title + "）")
		say("名次\t单位\t得分\t件数\t" + strings.Join(t.Columns, "\t"))
		for _, row := range t.Rows {
			rank := "—"
			if row.Rank > 0 {
				rank = fmt.Sprint(row.Rank)
			}
			texts := []string{rank, row.Name, row.Score}
			for _, c := range row.Cells {
				texts = append(texts, strings.TrimSpace(c.Text+" "+c.Part))
			}
			say(strings.Join(texts, "\t"))
		}
	}
	if len(page.League) == 0 {
		say("没有可排名的单位。")
	}
	say("三、表扬", page.Praised(), page.Praise, "四、批评")
	for _, l := range page.Late {
		say(l.UnitName + "：" + l.Title + "（" + l.Number + "）" + page.Lateness(l) + "。")
	}
	for _, l := range page.Unhappy {
		say(l.UnitName + "：" + l.Title + "（" + l.Number + "）测评不满意。")
	}
	if len(page.Late)+len(page.Unhappy) == 0 {
		say("没有逾期和测评不满意的。")
	}
	say(page.Criticism, "五、要求", page.Demands)
	return register.Letter{Kind: "circular", Title: page.Title, Recipient: page.Recipient, Body: strings.TrimSpace(b.String()), Copies: page.Copies}
}

// correction says what a new version is about.
func (page *bulletinPage) correction() string {
	if page.Bulletin.Corrects == "" {
		return ""
	}
	text := "本期更正以前的一版。原因：" + strings.TrimRight(page.Reason, "。") + "。"
	for _, d := range page.Differences {
		text += d.What + "由" + d.Was + "更正为" + d.Now + "；"
	}
	return strings.TrimSuffix(text, "；") + "。"
}

// Span says of which days the figures are, and as of which.
func (page bulletinPage) Span() string {
	text := "统计期"
	if from := page.Snapshot.Period.From; !from.IsZero() {
		text += schemas.ZhDate(from)
	}
	if to := page.Snapshot.Period.To; !to.IsZero() {
		text += "至" + schemas.ZhDate(schemas.LastDay(to))
	}
	return text + "，数字截至" + schemas.ZhDate(page.FiguresAt) + "。"
}

// figures are the numbers of the first section in a sentence; those that say nothing are left out.
func (page *bulletinPage) figures() string {
	var texts []string
	for _, code := range bulletinFigures[page.Procedure] {
		if f := page.Snapshot.Number(code); f.D > 0 {
			texts = append(texts, f.Name+f.Text)
		}
	}
	return strings.Join(texts, "，") + "。"
}

// Praised names the units that are to be praised.
func (page bulletinPage) Praised() string {
	var names []string
	for _, r := range page.Snapshot.Praised() {
		names = append(names, fmt.Sprintf("%s（第%d名，%s分）", r.Name, r.Rank, r.Score))
	}
	if names == nil {
		return ""
	}
	return "对" + strings.Join(names, "、") + "予以表扬。"
}

// Lateness says what of a line is late: as of the figures' day.
func (page bulletinPage) Lateness(l schemas.Line) string {
	var texts []string
	for _, st := range []struct {
		name    string
		due, at time.Time
	}{{"方案", l.PlanDue, l.PlanAt}, {map[string]string{"opinion": "回告", "suggestion": "答复"}[page.Procedure], l.Due, l.AnsweredAt}, {map[string]string{"opinion": "再整改", "suggestion": "重新办理"}[page.Procedure], l.RedoDue, l.RedoneAt}} {
		switch {
		case st.due.IsZero(), l.Held && st.at.IsZero():
		case st.at.IsZero() && !page.FiguresAt.Before(st.due):
			texts = append(texts, fmt.Sprintf("%s应于%s前报送，至%s没有报送，逾期%d天", st.name, schemas.ZhDate(schemas.LastDay(st.due)), schemas.ZhDate(page.FiguresAt), lateBy(st.due, page.FiguresAt)))
		case lateBy(st.due, st.at) > 0:
			texts = append(texts, fmt.Sprintf("%s应于%s前报送，%s报送，迟%d天", st.name, schemas.ZhDate(schemas.LastDay(st.due)), schemas.ZhDate(st.at), lateBy(st.due, st.at)))
		}
	}
	return strings.Join(texts, "；")
}
