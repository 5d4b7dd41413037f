package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// laySuggestion: filed in recess with a co-signer, handed to the wrong unit and returned, extended to six months, answered as a B,
// found dissatisfying, handled anew and finally marked, promised for the year, taken up again in January and done in the second year.
func laySuggestion(p *player, d district, _ demo) (*[]cue, func() string, func(context.Context, []rehearsalEvent) error) {
	leader, cosigner := deputyLogin(41), deputyLogin(42)
	wrong, right := d.units["发展和改革局"], d.units["水务和湖泊局"]
	var id string
	var cues []cue
	act := func(at, login string, in schemas.ActIn) {
		t, _ := time.ParseInLocation("2006-01-02 15:04", at, schemas.Shanghai) // literals below
		cues = append(cues, cue{at: t, do: func(ctx context.Context) error { return p.act(ctx, id, d.people[login], in) }})
	}
	cues = append(cues, cue{at: time.Date(2022, 3, 1, 10, 0, 0, 0, schemas.Shanghai), do: func(ctx context.Context) error {
		states, err := p.desk.Suggest(ctx, d.congress, d.deputies, []register.NewSuggestion{{Kind: "suggestion", Category: "城建环保", Title: "关于整治墨水河沿线排水口的建议",
			Body: "沿线十二个排水口旱季仍有污水，夏季气味重，居民多次反映。", Demand: "查明来水，封堵混接，年内完成整治。", Consents: true,
			Leader: d.people[leader].ID, Cosigners: []string{d.people[cosigner].ID}}})
		if err != nil {
			return err
		}
		id = states[0].Case
		return p.started(ctx, id)
	}})
	marks := func(m string, a, b, c int) []schemas.MarkIn {
		return []schemas.MarkIn{{Item: "attitude", Mark: m}, {Item: "outcome", Mark: m}, {Item: "points-contact", Points: a}, {Item: "points-attitude", Points: b},
			{Item: "points-substance", Points: c}, {Item: "points-form", Points: 1000}}
	}
	act("2022-03-02 09:00", cosigner, schemas.ActIn{Stage: "cosign/" + d.people[cosigner].ID, Verdict: "agree"})
	act("2022-03-04 10:00", "dep", schemas.ActIn{Stage: "vet#1", Verdict: "accept"})
	act("2022-03-09 10:00", "dep", schemas.ActIn{Stage: "handover", Parties: []schemas.PartyIn{{Unit: wrong, Capacity: "sole"}}})
	act("2022-03-10 10:00", d.liaison[wrong], schemas.ActIn{Stage: "sign/" + wrong})
	act("2022-03-14 15:00", d.head[wrong], schemas.ActIn{Stage: "return-request/" + wrong + "#1", Target: right, Reason: "排水属水务主管部门职责", Text: "申请退办。"})
	act("2022-03-16 10:00", "dep", schemas.ActIn{Stage: "return/" + wrong + "#1", Verdict: "accept"})
	act("2022-03-17 10:00", "dep", schemas.ActIn{Stage: "reassign/" + wrong + "#1", Target: right})
	act("2022-03-21 10:00", d.liaison[right], schemas.ActIn{Stage: "sign/" + right})
	act("2022-04-06 15:00", d.liaison[right], schemas.ActIn{Stage: "contact/" + right, Verdict: "visit", Reason: "到现场与代表面商"})
	act("2022-05-20 09:00", d.head[right], schemas.ActIn{Stage: "extension-request/reply/" + right, Reason: "需要逐口查明来水", Text: "申请延长至六个月答复。"})
	act("2022-05-24 10:00", "dep", schemas.ActIn{Stage: "extension/reply/" + right, Verdict: "accept"})
	act("2022-09-06 15:00", d.head[right], schemas.ActIn{Stage: "reply/" + right, Verdict: "B", Until: "2022-12-20", Text: "已查明七个排水口，其余正在排查。", Open: true})
	act("2022-09-14 09:00", leader, schemas.ActIn{Stage: "feedback/" + right, Verdict: "dissatisfied", Reason: "没有说明其余五个排水口何时整治", Marks: marks("dissatisfied", 500, 500, 300)})
	act("2022-09-28 10:00", "dep", schemas.ActIn{Stage: "publish", Verdict: "public"})
	act("2022-10-25 15:00", d.head[right], schemas.ActIn{Stage: "redo/" + right, Verdict: "B", Until: "2022-12-20", Text: "主要负责人到场，十二个排水口逐口列出整治时间。", Open: true})
	act("2022-10-28 09:00", leader, schemas.ActIn{Stage: "refeedback/" + right, Verdict: "basically", Marks: marks("basically", 800, 800, 700)})
	act("2022-12-12 09:00", leader, schemas.ActIn{Stage: "score/" + right, Verdict: "basically", Marks: []schemas.MarkIn{{Item: "points-progress", Points: 1800}, {Item: "points-effect", Points: 2400}}})
	act("2022-12-19 15:00", d.head[right], schemas.ActIn{Stage: "fulfil/" + right + "#2", Verdict: "ongoing", Reason: "两个排水口须待枯水期施工", Text: "已完成十个。"})
	act("2023-06-20 10:00", d.head[right], schemas.ActIn{Stage: "fulfil/" + right + "#3", Verdict: "done", Reason: "全部完成", Text: "十二个排水口全部整治完成。"})
	act("2023-06-26 10:00", "dep", schemas.ActIn{Stage: "verification/" + right + "#4", Verdict: "confirmed"})
	act("2023-06-30 10:00", "dep", schemas.ActIn{Stage: "conclude#1"})
	act("2024-01-15 10:00", "dep", schemas.ActIn{Stage: "archive"})
	return &cues, func() string { return id }, func(ctx context.Context, _ []rehearsalEvent) error {
		st, err := p.reg.State(ctx, id)
		if err != nil {
			return err
		}
		return secondYear(st, wrong, right)
	}
}

// secondYear checks what the scenario promises.
func secondYear(st schemas.State, wrong, right string) error {
	var errs []error
	must := func(holds bool, text string, args ...any) {
		if !holds {
			errs = append(errs, fmt.Errorf(text, args...))
		}
	}
	due := func(key string) string { return schemas.LastDay(st.Facts[key].Due).Format(time.DateOnly) }
	must(st.Outcome == "archived", "建议没有走到归档，而是“%s”", st.Outcome)
	must(st.Gone(wrong) && st.Facts["heir/"+right].Target == wrong, "退办没有改派")
	must(due("reply/"+right) == "2022-09-09", "延期应从交办之日算六个月到2022年9月9日，而不是%s", due("reply/"+right))
	must(st.Facts["receipt/"+right].Verdict == schemas.Auto, "不满意意见没有视为收到")
	must(due("redo/"+right) == "2022-11-17", "重新办理应在收到之日起两个月内，即2022年11月17日前，而不是%s", due("redo/"+right)) // counted as received at the end of 16 September
	part := st.Parts()[len(st.Parts())-1]
	must(part.First == "dissatisfied" && part.Final == "basically", "终评应为基本满意，而不是%s", part.Final)
	must(st.Facts["january/"+right+"#1"].At.In(schemas.Shanghai).Format("2006-01") == "2023-01", "一月没有重新启动")
	must(part.Class == "B" && part.Now == "A" && part.TurnedA.Year() == 2023, "B类没有在第二年转为A类")
	return errors.Join(errs...)
}
