package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// demoYear plays the two hundred suggestions of one session through their first year and a half (spec part 8): who is late, who
// returns, who is dissatisfied is laid out here, so that the numbers page shows the figures of the specification.
type demoYear struct {
	p        *player
	d        district
	session  demoSession
	calendar schemas.Calendar
	ids      []string // of the cases, once they are filed
	cues     []cue
}

var (
	sessionName   = "四届一次会议"
	sessionClosed = time.Date(2022, 2, 25, 0, 0, 0, 0, schemas.Shanghai)
	sessionHanded = time.Date(2022, 3, 25, 0, 0, 0, 0, schemas.Shanghai)
	replyDue      = time.Date(2022, 6, 27, 0, 0, 0, 0, schemas.Shanghai) // 25 June 2022 is a Saturday
)

// way is how one suggestion goes.
type way struct {
	i                           int
	demoSuggestion                        // what it says
	wrong                       string    // the unit it is handed to first, and which asks to return it; empty: none
	returned                    bool      // … and may
	longer, late, phone, silent bool      // six months; answered late; never met; the second score stays unanswered
	first                       string    // first feedback
	key                         int       // 1 … 7: key suggestion; 0: not
	turns                       time.Time // when a B becomes an A; zero: not yet
}

// ways deals out the figures of spec part 8 over the suggestions in their order.
func (y *demoYear) ways() []way {
	ws := make([]way, len(y.session.Suggestions))
	others, a, b, turned, asked := 0, 0, 0, 0, 0
	for i, g := range y.session.Suggestions {
		w := way{i: i, demoSuggestion: g, longer: i%7 == 1, late: i == 20 || i == 90 || i == 160, phone: slices.Contains([]int{33, 77, 121, 165}, i), silent: i%3 == 0}
		plain := !w.longer && !w.late && !w.phone
		if g.Class == "A" && plain {
			a++
			switch {
			case a%12 == 3 && a/12 < 7:
				w.key = a/12 + 1
			case a%20 == 10 && a/20 < 4:
				w.first = "dissatisfied"
			}
		}
		if i%14 == 5 && asked < 14 {
			w.wrong, w.returned = y.other(g), asked < 9
			asked++
		}
		if w.first == "" {
			w.first = "satisfied"
			if others%15 == 4 {
				w.first = "basically"
			}
			others++
		}
		if g.Class == "B" {
			b++
			if turned < 21 && b%3 == 0 {
				turned++
				w.turns, _ = time.ParseInLocation(time.DateOnly, g.Promise, schemas.Shanghai) // checked by the demo's test
			}
		}
		ws[i] = w
	}
	return ws
}

// other is a unit that has nothing to do with a suggestion.
func (y *demoYear) other(g demoSuggestion) string {
	for _, name := range []string{"发展和改革局", "财政局", "司法局", "审计局", "统计局", "人力资源和社会保障局"} {
		if y.d.units[name] != "" && name != g.Unit && !slices.Contains(g.Joint, name) {
			return name
		}
	}
	return g.Unit
}

// day is an hour of the n-th working day after a day.
func (y *demoYear) day(from time.Time, n, hour int) time.Time {
	at, _ := y.calendar.NextWorkday(schemas.DayOf(from))
	if n != 0 {
		at, _ = y.calendar.Workday(schemas.DayOf(from), n) // the demo's years are published
	}
	return at.Add(time.Duration(hour) * time.Hour)
}

func (y *demoYear) act(at time.Time, i int, login string, in schemas.ActIn) {
	y.cues = append(y.cues, cue{at, func(ctx context.Context) error {
		return y.p.act(ctx, y.ids[i], y.d.people[login], in)
	}, true})
}

// lay lays the whole out.
func (y *demoYear) lay() []cue {
	ws := y.ways()
	y.cues = append(y.cues, cue{at: y.day(sessionClosed, 1, 9), do: y.file})
	y.cues = append(y.cues, cue{at: y.day(sessionClosed, 5, 15), do: func(ctx context.Context) error {
		return y.together(ctx, "vet", func(int) schemas.Act { return schemas.Act{Key: "vet#1", Verdict: "accept"} })
	}})
	y.cues = append(y.cues, cue{at: y.day(sessionHanded, 0, 10), do: func(ctx context.Context) error {
		return y.together(ctx, "handover", func(i int) schemas.Act { return schemas.Act{Key: "handover", Parties: y.parties(ws[i])} })
	}})
	for _, w := range ws {
		y.follow(w)
	}
	y.recess()
	return y.cues
}

// recess are four suggestions of June 2023 that still wait: for a co-signer, to be vetted, and two to be handed over.
func (y *demoYear) recess() {
	for n, g := range []struct {
		title, body, demand, unit string
		leader                    int
	}{
		{"关于增设石桥农贸市场周边公厕的建议", "市场日均客流八千人次，周边六百米内只有一座公厕，早市期间排队常超过二十分钟。", "在市场东侧空地增设一座公厕，年内投入使用。", "城市管理执法局", 11},
		{"关于完善柳湖公园夜间照明的建议", "环湖步道南段一点二公里没有路灯，夜间散步居民多，去年有两人摔伤。", "沿步道南段补装庭院灯，并调整开灯时间。", "园林和林业局", 27},
		{"关于开通东渡至区医院微循环公交的建议", "东渡片区三个村到区医院要换乘两次，单程七十分钟，老人看病不便。", "开通一条微循环公交线，早晚高峰半小时一班。", "交通运输局", 64},
		{"关于规范社区老年食堂配餐标准的建议", "全区二十三家老年食堂菜单和价格差别大，老人反映油盐偏重。", "制定配餐指引，公开每周菜单和价格。", "民政局", 90},
	} {
		var id string
		y.cues = append(y.cues, cue{at: time.Date(2023, 6, 20+7*(n/2), 10+n, 0, 0, 0, schemas.Shanghai), do: func(ctx context.Context) error {
			f := register.NewSuggestion{Kind: "suggestion", Category: "社会民生", Title: g.title, Body: g.body, Demand: g.demand, Wish: y.d.units[g.unit], Consents: true,
				Surveyed: true, Leader: y.d.people[deputyLogin(g.leader)].ID}
			if n == 3 {
				f.Cosigners = []string{y.d.people[deputyLogin(g.leader+1)].ID}
			}
			states, err := y.p.desk.Suggest(ctx, y.d.congress, y.d.deputies, []register.NewSuggestion{f})
			if err != nil {
				return err
			}
			id = states[0].Case
			return y.p.started(ctx, id)
		}})
		if n < 2 {
			y.cues = append(y.cues, cue{at: time.Date(2023, 6, 27, 15, 0, 0, 0, schemas.Shanghai), do: func(ctx context.Context) error {
				return y.p.act(ctx, id, y.d.people["dep"], schemas.ActIn{Stage: "vet#1", Verdict: "accept"})
			}})
		}
	}
}

// file enters all suggestions of the session, as its import does.
func (y *demoYear) file(ctx context.Context) error {
	var fs []register.NewSuggestion
	for i, g := range y.session.Suggestions {
		f := register.NewSuggestion{Kind: "suggestion", Number: fmt.Sprintf("四届一次第%03d号", i+1), Session: sessionName, T0: sessionClosed, Category: g.Category, Title: g.Title,
			Body: g.Body, Demand: g.Demand, Wish: y.d.units[g.Unit], Proposed: y.d.units[g.Unit], Consents: i%10 != 9, Surveyed: i%4 == 0, Face: i%5 == 0,
			Leader: y.d.people[deputyLogin(g.Leader)].ID, Signed: true}
		for _, c := range g.Cosigners {
			f.Cosigners = append(f.Cosigners, y.d.people[deputyLogin(c)].ID)
		}
		fs = append(fs, f)
	}
	states, err := y.p.desk.Suggest(ctx, y.d.congress, y.d.deputies, fs)
	if err != nil {
		return err
	}
	for _, s := range states {
		y.ids = append(y.ids, s.Case)
	}
	for _, id := range y.ids {
		if err := y.p.started(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// together does one act on all of them, as the bulk page does.
func (y *demoYear) together(ctx context.Context, kind string, act func(i int) schemas.Act) error {
	acts := map[string]schemas.Act{}
	for i, id := range y.ids {
		a := act(i)
		a.Role, a.Unit = schemas.Deputies, y.d.deputies
		acts[id] = a
	}
	batch := register.NewID()
	if err := y.p.reg.ReceiveBatch(ctx, y.d.congress, batch, y.d.people["dep"].ID, kind, acts); err != nil {
		return err
	}
	if err := y.p.desk.Carry(ctx, batch); err != nil {
		return err
	}
	rows, err := y.p.reg.BatchRows(ctx, batch)
	for _, row := range rows {
		if err == nil && row.Outcome != "accepted" {
			err = fmt.Errorf("%s %s：%s%s", row.Number, kind, row.Outcome, row.Answer)
		}
	}
	return err
}

func (y *demoYear) parties(w way) []schemas.Party {
	unit := w.Unit
	if w.wrong != "" && w.returned {
		unit = w.wrong
	}
	ps := []schemas.Party{{Unit: y.d.units[unit], Capacity: "sole"}}
	for _, j := range w.Joint {
		ps[0].Capacity = "lead"
		ps = append(ps, schemas.Party{Unit: y.d.units[j], Capacity: "joint"})
	}
	return ps
}

// follow lays out one suggestion from its signing on.
func (y *demoYear) follow(w way) {
	u := y.d.units[w.Unit]
	signing := w.i%4 + 1
	if w.wrong != "" {
		signing = y.returning(w)
	}
	if signing > 0 {
		y.act(y.day(sessionHanded, signing, 10), w.i, y.d.liaison[u], schemas.ActIn{Stage: "sign/" + u})
	}
	for _, j := range w.Joint {
		joint := y.d.units[j]
		y.act(y.day(sessionHanded, 2, 11), w.i, y.d.liaison[joint], schemas.ActIn{Stage: "sign/" + joint})
		y.act(y.day(sessionHanded, 14+w.i%4, 11), w.i, y.d.head[joint], schemas.ActIn{Stage: "opinion/" + joint, Text: "我单位按职责配合，所需数据和人员随时提供。"})
	}
	mode := "visit"
	if w.phone {
		mode = "phone"
	}
	y.act(y.day(sessionHanded, 10+w.i%8, 14), w.i, y.d.liaison[u], schemas.ActIn{Stage: "contact/" + u, Verdict: mode, Reason: "听取代表意见，说明办理打算。"})
	if w.longer {
		y.act(y.day(replyDue, -12+w.i%3, 9), w.i, y.d.head[u], schemas.ActIn{Stage: "extension-request/reply/" + u, Reason: "涉及多个部门，需要统筹论证", Text: "已开展前期工作，申请延长至六个月答复。"})
		y.act(y.day(replyDue, -8, 15), w.i, "dep", schemas.ActIn{Stage: "extension/reply/" + u, Verdict: "accept"})
	}
	y.supervise(w)
	y.answer(w, u)
}

// returning is the unit's request to return what it was handed, decided in time; it returns the working day on which the right
// unit signs, zero when it has signed already.
func (y *demoYear) returning(w way) int {
	first := y.d.units[w.Unit]
	if w.returned {
		first = y.d.units[w.wrong]
	}
	y.act(y.day(sessionHanded, 1, 10), w.i, y.d.liaison[first], schemas.ActIn{Stage: "sign/" + first})
	y.act(y.day(sessionHanded, 3, 15), w.i, y.d.head[first], schemas.ActIn{Stage: "return-request/" + first + "#1", Reason: "按“三定”规定不属我单位职责", Text: "申请退办。", Target: y.d.units[w.Unit]})
	verdict, reason := "refuse", "经核对“三定”规定，属你单位职责"
	if w.returned {
		verdict, reason = "accept", ""
	}
	y.act(y.day(sessionHanded, 5, 10), w.i, "dep", schemas.ActIn{Stage: "return/" + first + "#1", Verdict: verdict, Reason: reason})
	if !w.returned {
		return 0
	}
	y.act(y.day(sessionHanded, 6, 10), w.i, "dep", schemas.ActIn{Stage: "reassign/" + first + "#1", Target: y.d.units[w.Unit]})
	return 8
}

// answer is the reply, the deputy's judgement and what follows from it.
func (y *demoYear) answer(w way, u string) {
	at := y.day(replyDue, -14+w.i%13, 15)
	switch {
	case w.longer:
		at = y.day(time.Date(2022, 8, 15, 0, 0, 0, 0, schemas.Shanghai), w.i%25, 15)
	case w.late:
		at = y.day(replyDue, 5+w.i%5, 15)
	}
	promise := y.promise(w, at)
	in := schemas.ActIn{Stage: "reply/" + u, Verdict: w.Class, Text: w.Reply, Reason: w.Reason, Open: w.i%12 != 7, Until: promise}
	y.act(at, w.i, y.d.head[u], in)
	judged := y.day(at, 3+w.i%5, 9)
	y.judge(judged, w, "feedback/"+u, w.first)
	settled := y.day(at, 9, 16)
	if w.first == "dissatisfied" {
		settled = y.again(judged, w, u)
	}
	y.publish(at, w)
	n := 1
	if w.first == "dissatisfied" {
		n = 2
	}
	switch w.Class {
	case "A":
		y.act(settled, w.i, "dep", schemas.ActIn{Stage: fmt.Sprintf("verification/%s#%d", u, n), Verdict: "confirmed"})
		y.score(y.day(settled, 4+w.i%5, 9), w, u)
		closing := 10 + w.i%4
		if w.silent {
			closing = 18 + w.i%3 // fifteen working days of silence first
		}
		y.conclude(y.day(settled, closing, 10), w)
	case "B":
		y.promised(w, u, promise)
	case "C":
		y.conclude(y.day(judged, 5, 10), w)
	}
}

// promise is the day that a B reply names: in the year of the reply, after it.
func (y *demoYear) promise(w way, replied time.Time) string {
	if w.Class != "B" {
		return ""
	}
	if w.Promise > "2022-12-31" {
		return "2022-12-16"
	}
	return max(w.Promise, replied.AddDate(0, 1, 0).Format(time.DateOnly))
}

// promised is what becomes of a B: done by its day, or in the second year, or not yet.
func (y *demoYear) promised(w way, u, promise string) {
	day, _ := time.ParseInLocation(time.DateOnly, promise, schemas.Shanghai) // made above
	done := schemas.ActIn{Verdict: "done", Reason: "承诺事项已经完成", Text: w.Reply}
	open := schemas.ActIn{Stage: "fulfil/" + u + "#1", Verdict: "ongoing", Reason: "工程尚在实施", Text: "正在按计划推进，完成后报告。"}
	prior, _ := y.calendar.PrevWorkday(day.AddDate(0, 0, -2))
	at := prior.Add(10 * time.Hour)
	autumn := time.Date(2022, 11, 30, 0, 0, 0, 0, schemas.Shanghai)
	switch {
	case !w.turns.IsZero() && w.turns.Year() == 2022:
		done.Stage = "fulfil/" + u + "#1"
		y.act(at, w.i, y.d.head[u], done)
		y.act(y.day(at, 4, 16), w.i, "dep", schemas.ActIn{Stage: "verification/" + u + "#2", Verdict: "confirmed"})
		scoring, closing := y.day(at, 9, 9), y.day(at, 14, 10)
		if !y.day(at, 4, 16).Before(autumn) { // asked for since the thirtieth, done or not
			scoring, closing = y.day(autumn, 8, 9), y.day(at, 12, 10)
		}
		if w.silent {
			closing = y.day(at, 22, 10)
		}
		y.score(scoring, w, u)
		y.conclude(closing, w)
	case !w.turns.IsZero():
		y.act(at, w.i, y.d.head[u], open)
		y.score(y.day(autumn, 6+w.i%4, 9), w, u)
		done.Stage = "fulfil/" + u + "#2"
		y.act(y.day(w.turns, 0, 10), w.i, y.d.head[u], done)
		y.act(y.day(w.turns, 4, 16), w.i, "dep", schemas.ActIn{Stage: "verification/" + u + "#3", Verdict: "confirmed"})
		y.conclude(y.day(w.turns, 8, 10), w)
	default:
		y.act(at, w.i, y.d.head[u], open)
		y.score(y.day(autumn, 6+w.i%4, 9), w, u)
	}
}

// again is the one re-handling. Three of the four deputies are satisfied then, one is not, which is final.
func (y *demoYear) again(from time.Time, w way, u string) time.Time {
	redone := y.day(from, 25, 15)
	final := "satisfied"
	if w.i == y.unforgiving() {
		final = "dissatisfied"
	}
	y.act(y.day(from, 1, 10), w.i, y.d.liaison[u], schemas.ActIn{Stage: "receipt/" + u})
	y.act(redone, w.i, y.d.head[u], schemas.ActIn{Stage: "redo/" + u, Verdict: "A", Text: "单位主要负责人带队到现场与代表再次面商，重新办理情况如下。" + w.Reply, Open: true})
	y.judge(y.day(redone, 3, 9), w, "refeedback/"+u, final)
	if final == "satisfied" {
		return y.day(redone, 6, 16)
	}
	y.act(y.day(redone, 8, 10), w.i, "dep", schemas.ActIn{Stage: "circular/" + u, Reason: "已在全区通报，并送绩效办"})
	y.act(y.day(redone, 90, 10), w.i, "dep", schemas.ActIn{Stage: "follow/" + u + "#1", Verdict: "closed", Reason: "经跟踪督办，问题已经解决"})
	return y.day(redone, 92, 16)
}

// unforgiving is the last of the suggestions whose deputy is dissatisfied at first.
func (y *demoYear) unforgiving() (i int) {
	for _, w := range y.ways() {
		if w.first == "dissatisfied" {
			i = w.i
		}
	}
	return i
}

// judge is the deputy's word, with marks and points to match.
func (y *demoYear) judge(at time.Time, w way, stage, verdict string) {
	points := map[string][3]int{"satisfied": {900, 1000, 900}, "basically": {700, 800, 700}, "dissatisfied": {500, 400, 300}}[verdict]
	in := schemas.ActIn{Stage: stage, Verdict: verdict, Marks: []schemas.MarkIn{{Item: "attitude", Mark: verdict}, {Item: "outcome", Mark: verdict},
		{Item: "points-contact", Points: points[0]}, {Item: "points-attitude", Points: points[1]}, {Item: "points-substance", Points: points[2]}, {Item: "points-form", Points: 1000}}}
	if w.late {
		in.Marks[5].Points = 0
	}
	if verdict == "dissatisfied" {
		in.Reason = "答复没有说明解决的办法和时间，现场问题依旧"
	}
	y.act(at, w.i, deputyLogin(w.Leader), in)
}

func (y *demoYear) score(at time.Time, w way, u string) {
	if w.silent {
		return
	}
	y.act(at, w.i, deputyLogin(w.Leader), schemas.ActIn{Stage: "score/" + u, Verdict: "satisfied",
		Marks: []schemas.MarkIn{{Item: "points-progress", Points: 2300}, {Item: "points-effect", Points: 3200}}})
}

func (y *demoYear) publish(answered time.Time, w way) {
	in := schemas.ActIn{Stage: "publish", Verdict: "public"}
	if w.i%10 == 9 || w.i%12 == 7 {
		in.Verdict, in.Reason = "withheld", "代表或承办单位不同意公开"
	}
	y.act(y.day(answered, 14+w.i%4, 11), w.i, "dep", in)
}

// conclude closes it; a key one only after the year's score.
func (y *demoYear) conclude(at time.Time, w way) {
	if w.key > 0 {
		at = time.Date(2022, 12, 26, 10, 0, 0, 0, schemas.Shanghai)
	}
	y.act(at, w.i, "dep", schemas.ActIn{Stage: "conclude#1"})
	filed := time.Date(2023, 3, 6+w.i%10, 0, 0, 0, 0, schemas.Shanghai)
	if filed.After(at) {
		y.act(y.day(filed, 0, 16), w.i, "dep", schemas.ActIn{Stage: "archive"})
	}
}

// supervise is what a key suggestion gets: its leader, a plan, a record every two months, an inspection, the year's score, and for
// six of the seven the three-party check: four true, one partly, one untrue.
func (y *demoYear) supervise(w way) {
	if w.key == 0 {
		return
	}
	leader := "chair"
	if w.key > 1 {
		leader = fmt.Sprintf("vc%d", w.key-1)
	}
	committee := (w.key - 1) % len(y.d.committees)
	on := func(month time.Month, day, hour int) time.Time {
		return y.day(time.Date(2022, month, day, 0, 0, 0, 0, schemas.Shanghai), 0, hour)
	}
	y.act(on(4, 8, 10), w.i, "office", schemas.ActIn{Stage: "choose-key", Reason: "主任会议纪要〔2022〕4号", People: []string{y.d.people[leader].ID},
		Parties: []schemas.PartyIn{{Unit: y.d.committees[committee], Capacity: "supervise"}}})
	head := fmt.Sprintf("cmh%d", committee+1)
	y.act(on(4, 18, 10), w.i, head, schemas.ActIn{Stage: "key-plan", Text: "双月跟踪、半年视察、年底考评，街道工委协助，提建议代表参与。"})
	second := on(7, 18, 16)
	if w.key == 4 {
		second = on(7, 28, 16) // the leader's own record is late, and he is told
	}
	for n, at := range []time.Time{on(5, 18, 16), second, on(9, 19, 16)} {
		y.act(at, w.i, leader, schemas.ActIn{Stage: fmt.Sprintf("bimonthly#%d", n+1), Reason: "到现场查看进度，听取单位和代表意见。"})
	}
	y.act(on(9, 20, 10), w.i, head, schemas.ActIn{Stage: "inspection", Text: "组织代表视察，提出三条意见。", Reason: "半年视察"})
	y.act(on(12, 14, 10), w.i, leader, schemas.ActIn{Stage: "year-score", Verdict: "good", Text: "考评情况", Reason: "按督办方案考评"})
	if w.key == 7 {
		return
	}
	found := []string{"true", "true", "partly", "true", "false", "true"}[w.key-1]
	y.act(on(9, 6, 14), w.i, "dep", schemas.ActIn{Stage: "confront#1", Verdict: found, Text: "三方到现场核对答复所述与现场所见。", Reason: "三方签字的核验单"})
	if found == "false" {
		u := y.d.units[w.Unit]
		y.act(on(9, 19, 11), w.i, y.d.head[u], schemas.ActIn{Stage: "fulfil/" + u + "#2", Verdict: "done", Reason: "已按对质意见整改", Text: "整改完成。"})
		y.act(on(9, 23, 16), w.i, "dep", schemas.ActIn{Stage: "verification/" + u + "#3", Verdict: "confirmed"})
	}
}
