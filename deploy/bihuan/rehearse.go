package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	rehearseCommand struct {
		stack
		pages
		post
		Scenario string `arg:"" enum:"opinion,suggestion,inquiry" help:"演练哪个程序：opinion 监督意见，suggestion 代表建议，inquiry 专题询问"`
		Seconds  int    `default:"110" help:"大约用多少秒走完"`
		JSON     bool   `name:"json" help:"结束后输出 JSON，不提供页面"`
		Watch    bool   `help:"演练时提供页面，走完后等待 Ctrl-C"`
	}
	// rehearsal is what --json prints.
	rehearsal struct {
		Scenario string           `json:"scenario"`
		Outcome  string           `json:"outcome"` // ok or failed
		Events   []rehearsalEvent `json:"events"`
	}
	// rehearsalEvent is one thing that happened, read from the journal and the outbox.
	rehearsalEvent struct {
		At    string `json:"at"`   // the sandbox's time, RFC 3339, +08:00
		Kind  string `json:"kind"` // act, notice, due, state
		Stage string `json:"stage"`
		Level string `json:"level"`
		To    string `json:"to"`
		Text  string `json:"text"`
	}
)

// scenario is one case laid out on a clock.
type scenario struct {
	begins, ends time.Time
	// lay writes the cues; caseOf is the case once it is filed; proved checks what the scenario promises.
	lay func(p *player, d district, data demo) (cues *[]cue, caseOf func() string, proved func(context.Context, []rehearsalEvent) error)
}

var scenarios = map[string]scenario{
	"opinion":    {time.Date(2023, 9, 8, 15, 0, 0, 0, schemas.Shanghai), time.Date(2024, 2, 23, 18, 0, 0, 0, schemas.Shanghai), layOpinion},
	"inquiry":    {time.Date(2022, 2, 28, 9, 0, 0, 0, schemas.Shanghai), time.Date(2022, 9, 15, 18, 0, 0, 0, schemas.Shanghai), layInquiry},
	"suggestion": {time.Date(2022, 3, 1, 9, 0, 0, 0, schemas.Shanghai), time.Date(2024, 1, 31, 18, 0, 0, 0, schemas.Shanghai), laySuggestion},
}

// Run plays one case through its procedure on a rehearsal congress of its own (演练), on the real engine. It fails when
// what should have happened did not.
func (c *rehearseCommand) Run(ctx context.Context) error {
	if err := register.Migrate(ctx, c.Database); err != nil {
		return err
	}
	return c.with(ctx, func(ctx context.Context, h base) error {
		return c.withWorker(ctx, h, func(ctx context.Context) error { return c.show(ctx, h) })
	})
}

// show plays the scenario before whoever watches.
func (c *rehearseCommand) show(ctx context.Context, h base) error {
	var told io.Writer = os.Stdout
	if c.JSON {
		told = io.Discard
	}
	pages := make(chan error, 1)
	if c.Watch {
		go func() { pages <- c.serve(ctx, h) }()
		fmt.Fprintf(told, "页面：http://%s 账号 office、cmt1、d01 …，密码 %s\n", c.Listen, demoPassword)
	}
	out, err := c.play(ctx, h.reg, h.desk(), told)
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", " ")
		err = errors.Join(err, enc.Encode(out))
	}
	if c.Watch && err == nil {
		fmt.Fprintln(told, "演练走完了，页面仍然开着，按 Ctrl-C 结束。")
		return <-pages
	}
	return err
}

// play plays the scenario and reads what happened from the register.
func (c *rehearseCommand) play(ctx context.Context, reg *register.Register, desk *intake.Desk, told io.Writer) (rehearsal, error) {
	out := rehearsal{Scenario: c.Scenario, Outcome: "failed", Events: []rehearsalEvent{}}
	data, err := readDemo()
	if err != nil {
		return out, err
	}
	way := scenarios[c.Scenario]
	rate := way.ends.Sub(way.begins).Seconds() / float64(max(c.Seconds, 10))
	d, err := data.found(ctx, reg, "演练"+time.Now().In(schemas.Shanghai).Format("0102-150405"),
		schemas.Pace{Real: time.Now(), Virtual: way.begins, Rate: rate, Held: true})
	if err != nil {
		return out, err
	}
	p := &player{reg: reg, desk: desk, congress: d.congress, rate: rate}
	cues, caseOf, proved := way.lay(p, d, data)
	names, err := reg.Names(ctx, d.congress)
	if err != nil {
		return out, err
	}
	shown := 0
	for i := range *cues {
		do := (*cues)[i].do
		(*cues)[i].do = func(ctx context.Context) error {
			if err := do(ctx); err != nil {
				return err
			}
			events, err := eventsOf(ctx, reg, caseOf(), names)
			for ; err == nil && shown < len(events); shown++ {
				fmt.Fprintf(told, "%s  %-6s %s %s\n", events[shown].At[:16], events[shown].Kind, events[shown].Text, events[shown].To)
			}
			return err
		}
	}
	err = p.play(ctx, *cues, way.ends)
	var more error
	if out.Events, more = eventsOf(ctx, reg, caseOf(), names); errors.Join(err, more) != nil {
		return out, errors.Join(err, more)
	}
	if err := reg.SetPace(ctx, d.congress, schemas.Pace{Real: time.Now(), Virtual: way.ends, Rate: 1}); err != nil {
		return out, err
	}
	if err := proved(ctx, out.Events); err != nil {
		return out, err
	}
	out.Outcome = "ok"
	return out, nil
}

// layOpinion: two units answer each their part; one plan climbs from L0 to L5, one falls into the National Day break, one is
// returned, one report is extended.
func layOpinion(p *player, d district, data demo) (*[]cue, func() string, func(context.Context, []rehearsalEvent) error) {
	s := &script{p: p, d: d, calendar: schemas.BuiltinCalendar(), o: rehearsed(data)}
	slow, quick := s.rehearse()
	return &s.cues, func() string { return s.caseID }, func(ctx context.Context, events []rehearsalEvent) error {
		return s.proved(ctx, events, slow, quick)
	}
}

// rehearsed is an opinion of the demo that goes straight to two units.
func rehearsed(data demo) demoOpinion {
	o := data.Opinions[0]
	o.Direct = true
	o.Parties = nil
	for i, u := range data.Departments[:2] {
		o.Parties = append(o.Parties, struct{ Unit, Capacity string }{u.Name, "several"})
		o.Items[2*i].Unit, o.Items[2*i+1].Unit = u.Name, u.Name
	}
	return o
}

// rehearse lays the scenario out and returns the unit that is late and the one that is not.
func (s *script) rehearse() (slow, quick string) {
	of := func(month time.Month, day int) time.Time {
		year := 2023
		if month < 9 {
			year = 2024
		}
		return time.Date(year, month, day, 0, 0, 0, 0, schemas.Shanghai)
	}
	slow, quick = s.d.units[s.o.Parties[0].Unit], s.d.units[s.o.Parties[1].Unit]
	s.file(of(9, 8))
	s.hand(of(9, 15))
	judged := s.paper("plan", quick, 1, s.on(of(9, 20), 0, 10), "rework")
	s.paper("plan", quick, 2, s.on(judged, 2, 11), "accept")
	s.at(s.on(of(10, 23), 0, 15), "chair", schemas.ActIn{Stage: "instruct#1", Target: slow, Reason: "请主要负责人过问，三日内报送方案并说明原因"})
	s.paper("plan", slow, 1, s.on(of(10, 25), 0, 10), "accept")
	s.at(s.on(of(10, 26), 0, 16), s.d.head[slow], schemas.ActIn{Stage: "instruction/" + slow + "#1", Text: "方案已报送，今后按期报送。"})
	for _, u := range []string{quick, slow} {
		s.when(s.on(of(11, 1), 0, 10), s.d.head[u], func() schemas.ActIn { return s.answered("progress/"+u, u) })
		s.paper("draft-report", u, 1, s.on(of(11, 27), 0, 10), "accept")
	}
	s.at(s.on(of(12, 1), 0, 9), s.d.head[quick], schemas.ActIn{Stage: "extension-request/report/" + quick, Until: "2024-01-12", Reason: "管网改造进入冬季停工期，申请延期一次"})
	s.at(s.on(of(12, 4), 0, 15), s.vice(), schemas.ActIn{Stage: "extension/report/" + quick, Verdict: "accept", Until: "2024-01-12"})
	s.when(s.on(of(12, 13), 0, 14), s.d.head[slow], func() schemas.ActIn { return s.answered("report/"+slow, slow) })
	s.when(s.on(of(1, 10), 0, 14), s.d.head[quick], func() schemas.ActIn { return s.answered("report/"+quick, quick) })
	s.judge(of(1, 10), "satisfied")
	s.at(s.on(of(2, 23), 0, 10), "office", schemas.ActIn{Stage: "archive"})
	return slow, quick
}

// proved checks what the scenario promises: the whole ladder, the shift over the holiday, the extension, the rework, the end.
func (s *script) proved(ctx context.Context, events []rehearsalEvent, slow, quick string) error {
	st, err := s.p.reg.State(ctx, s.caseID)
	if err != nil {
		return err
	}
	var wrong []error
	for _, l := range []string{"L0", "L1", "L2", "L3", "L4", "L5"} {
		if !slices.ContainsFunc(events, func(e rehearsalEvent) bool { return e.Kind == "notice" && e.Stage == "plan/"+slow+"#1" && e.Level == l }) {
			wrong = append(wrong, fmt.Errorf("方案逾期没有升到%s", schemas.LevelName(l)))
		}
	}
	holiday := time.Date(2023, 10, 8, 0, 0, 0, 0, schemas.Shanghai)
	if due := st.Facts["plan/"+slow+"#1"].Due; !due.Equal(holiday) {
		wrong = append(wrong, fmt.Errorf("方案期限没有顺延到2023年10月7日，而是%s", schemas.ZhDate(schemas.LastDay(due))))
	}
	if f := st.Facts["report/"+quick]; f.Late() || !f.Due.After(time.Date(2024, 1, 12, 0, 0, 0, 0, schemas.Shanghai)) {
		wrong = append(wrong, fmt.Errorf("延期没有生效"))
	}
	if st.Facts["plan-check/"+quick+"#1"].Verdict != "rework" || st.Facts["plan-check/"+quick+"#2"].Verdict != "accept" {
		wrong = append(wrong, fmt.Errorf("退回重报没有走完"))
	}
	if st.Outcome != "archived" {
		wrong = append(wrong, fmt.Errorf("事项没有走到归档"))
	}
	return errors.Join(wrong...)
}

// eventsOf reads a case's events from its journal and its notices.
func eventsOf(ctx context.Context, reg *register.Register, caseID string, names map[string]string) (es []rehearsalEvent, err error) {
	journal, err := reg.Journal(ctx, caseID)
	if err != nil {
		return nil, err
	}
	es = []rehearsalEvent{}
	phase := ""
	add := func(at time.Time, kind, stage, level, to, text string) {
		es = append(es, rehearsalEvent{at.In(schemas.Shanghai).Format(time.RFC3339), kind, stage, level, to, text})
	}
	for _, l := range journal {
		var acts []schemas.Act
		var receipt schemas.Receipt
		if err := errors.Join(json.Unmarshal([]byte(l.Acts), &acts), json.Unmarshal([]byte(l.Receipt), &receipt)); err != nil {
			return nil, err
		}
		for _, a := range acts {
			duty := schemas.Duties[schemas.Kind(a.Key)]
			add(a.At, "act", a.Key, "", names[a.Person], schemas.RoleNames[a.Role]+duty.Verb+" "+duty.Says(a.Verdict))
		}
		for _, d := range receipt.Datings {
			if !d.Due.IsZero() && !schemas.Duties[schemas.Kind(d.Key)].Door {
				add(l.At, "due", d.Key, "", names[unitIn(d.Key)], schemas.Title(d.Key)+"应于"+schemas.ZhDay(schemas.LastDay(d.Due))+"前完成")
			}
		}
		if l.Phase != phase {
			phase = l.Phase
			add(l.At, "state", "", "", "", "进入“"+schemas.PhaseName(phase)+"”")
		}
	}
	said, err := reg.Said(ctx, caseID)
	for _, n := range said {
		add(n.At, "notice", n.Stage, n.Level, n.AccountName, schemas.Word(n.Stage, n.Level, n.UnitName, n.Due))
	}
	slices.SortStableFunc(es, func(a, b rehearsalEvent) int {
		if a.At < b.At {
			return -1
		} else if a.At > b.At {
			return 1
		}
		return 0
	})
	return es, err
}

// unitIn is the unit's id in a stage's key.
func unitIn(key string) string {
	rest := key[len(schemas.Kind(key)):]
	if len(rest) < 37 {
		return ""
	}
	return rest[1:37]
}
