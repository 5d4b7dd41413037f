package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// handedOver enters an opinion and hands it over to 甲局 at once.
func handedOver(t *testing.T, e engine, d registertest.District, number string, t0 time.Time) string {
	t.Helper()
	ctx := t.Context()
	s, err := e.desk.File(ctx, d.Filing(number, t0))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the case runs", func() bool { st, err := e.reg.State(ctx, s.Case); return err == nil && st.Seq > 0 })
	for _, a := range []schemas.Act{
		{Key: "draft#1", Role: schemas.Clerk, Unit: d.Committee, Person: d.People["cmt"]},
		{Key: "review#1", Role: schemas.Head, Unit: d.Committee, Person: d.People["cmh"], Verdict: "accept"},
		{Key: "issue#1", Role: schemas.ViceChair, Person: d.People["vc"], Verdict: "accept"},
		{Key: "handover", Role: schemas.Office, Person: d.People["ofc"], Parties: []schemas.Party{{Unit: d.Units[0], Capacity: "sole"}}},
	} {
		a.ID = number + ":" + a.Key
		if err := e.desk.Submit(ctx, d.Congress, s.Case, a); err != nil {
			t.Fatal(a.Key, err)
		}
	}
	return s.Case
}

// adopted makes the next version of a procedure's rules, as the office does.
func adopted(t *testing.T, reg *register.Register, d registertest.District, procedure string, change func(*schemas.Rules)) string {
	t.Helper()
	ctx := t.Context()
	id, rules, err := reg.CurrentRules(ctx, d.Congress, procedure)
	if err != nil {
		t.Fatal(err)
	}
	next := rules.Copy()
	change(&next)
	if err := reg.KeepRuleDraft(ctx, d.Congress, d.People["ofc"], register.RuleDraft{Base: id, Rules: next, ChangedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	draft := must(t, func() (register.RuleDraft, error) { return reg.RuleDraft(ctx, d.Congress, procedure, d.People["ofc"]) })
	version, err := reg.AdoptRules(ctx, d.Congress, procedure, d.People["ofc"], draft, "试验")
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// markOf is the mark of the draft that a page shows.
func markOf(page string) string {
	_, after, _ := strings.Cut(page, `name="mark" value="`)
	mark, _, _ := strings.Cut(after, `"`)
	return mark
}

func lasts(r *schemas.Rules, key, rule string) {
	term := r.Terms[key]
	term.Rule, term.Source = rule, "本单位设定：试验"
	r.Terms[key] = term
}

func must[T any](t *testing.T, read func() (T, error)) T {
	t.Helper()
	v, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func code(err error) string {
	var known *schemas.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

// What is shown is what happens: the chosen case moves, tells those concerned and says why; the others stay; new ones begin under the new
// version with its ladder. A moved case goes on after its workflow is lost.
func TestChosenCaseMovesToAnotherVersion(t *testing.T) {
	e := newEngine(t)
	e.desk.Patience = 30 * time.Second
	ctx := t.Context()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, schemas.Shanghai)
	d := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	chosen, stays := handedOver(t, e, d, "测审〔2026〕1号", schemas.DayOf(now)), handedOver(t, e, d, "测审〔2026〕2号", schemas.DayOf(now))
	before, other := must(t, func() (schemas.State, error) { return e.reg.State(ctx, chosen) }), must(t, func() (schemas.State, error) { return e.reg.State(ctx, stays) })
	version := adopted(t, e.reg, d, "opinion", func(r *schemas.Rules) {
		lasts(r, "plan", "P3W")
		lasts(r, "plan-extension-cap", "P4W")
		lasts(r, "report", "P2M")
		lasts(r, "draft-report", "P2M-10WD")
		lasts(r, "report-extension-window", "P2M-5WD")
		lasts(r, "report-extension-cap", "P2M+EXT1M")
		r.Policy.Rework = 1
		for _, profile := range []string{"short", "medium", "long"} {
			r.Ladders[profile][1].Roles = []schemas.Role{schemas.UnitHead, schemas.Office}
		}
		r.Ladders["long"][1].Days = 2
	})
	id, rules, err := e.reg.CurrentRules(ctx, d.Congress, "opinion")
	if err != nil || rules.Version != version || version != "2" {
		t.Fatal(rules.Version, err)
	}
	preview := func() map[string]intake.Touched {
		t.Helper()
		_, found, err := e.desk.Touched(ctx, d.Congress, "opinion", id, rules)
		if err != nil {
			t.Fatal(err)
		}
		byID := map[string]intake.Touched{}
		for _, c := range found {
			byID[c.ID] = c
		}
		return byID
	}
	seen := preview()
	if len(seen) != 2 || !seen[chosen].Shorter() || seen[chosen].Past() {
		t.Fatalf("%+v", seen)
	}
	adopt := func(batch string, shorten bool, seen string) error {
		return e.desk.Adopt(ctx, d.Congress, d.People["ofc"], batch, "opinion", "与单位商定", shorten, []intake.Choice{{Case: chosen, Seen: seen}})
	}
	batch := register.NewID()
	if err := adopt(batch, false, seen[chosen].Seen); code(err) != "MustConfirm" {
		t.Error("a shortening that nobody confirmed:", err)
	}
	if err := adopt(batch, true, "0-00000000"); code(err) != "Stale" {
		t.Error("something else was shown:", err)
	}
	if s := must(t, func() (schemas.State, error) { return e.reg.State(ctx, chosen) }); s.Seq != before.Seq {
		t.Error("a refused form has moved the case")
	}
	for range 2 { // the second is the same form sent again
		if err := adopt(batch, true, seen[chosen].Seen); err != nil {
			t.Fatal(err)
		}
	}
	after := must(t, func() (schemas.State, error) { return e.reg.State(ctx, chosen) })
	if after.Seq != before.Seq+1 || after.Rules != id || after.Policy.Rework != before.Policy.Rework {
		t.Errorf("%d stimuli, rules %s, rework %d", after.Seq-before.Seq, after.Rules, after.Policy.Rework)
	}
	moved := map[string]bool{}
	for _, f := range seen[chosen].Shifts {
		moved[f.Stage.Key] = f.Moved()
		if got := after.Find(f.Stage.Key).Due; !got.Equal(f.Due) {
			t.Errorf("%s is due %v, shown was %v", f.Stage.Key, got, f.Due)
		}
	}
	for _, o := range after.Open {
		if b := before.Find(o.Key); b != nil && !moved[o.Key] && !b.Due.Equal(o.Due) {
			t.Errorf("%s moved and was not shown", o.Key)
		}
	}
	told := map[string]int{}
	for _, n := range must(t, func() ([]register.Notice, error) { return e.reg.Said(ctx, chosen) }) {
		if n.Level == schemas.LevelRuled {
			told[schemas.Kind(n.Stage)]++
		}
	}
	if told["plan"] == 0 || told["report"] == 0 || told["progress"] != 0 {
		t.Errorf("told of a move: %v", told)
	}
	journal := must(t, func() ([]register.JournalLine, error) { return e.reg.Journal(ctx, chosen) })
	if last := journal[len(journal)-1]; !strings.Contains(last.Acts, `"adopt#1"`) || strings.Contains(last.Acts, "商定") {
		t.Errorf("the journal: %s", last.Acts)
	}
	moves := must(t, func() ([]register.RuleMove, error) { return e.reg.RuleMovesOf(ctx, d.Congress, chosen) })
	if len(moves) != 1 || moves[0].Reason != "与单位商定" || moves[0].Was != "1" || moves[0].Rules != "2" {
		t.Errorf("%+v", moves)
	}
	if c := must(t, func() (register.Case, error) { return e.reg.Case(ctx, d.Congress, chosen) }); c.Rules != id {
		t.Error("the list of cases says another version")
	}
	if s := must(t, func() (schemas.State, error) { return e.reg.State(ctx, stays) }); s.Seq != other.Seq || s.Rules != other.Rules {
		t.Error("a case that nobody chose has moved")
	}
	if left := preview(); len(left) != 1 || left[stays].ID == "" {
		t.Errorf("still touched: %d", len(left))
	}
	if err := adopt(register.NewID(), true, seen[chosen].Seen); code(err) != "Stale" {
		t.Error("moved again:", err)
	}

	fresh := handedOver(t, e, d, "测审〔2026〕3号", schemas.DayOf(now))
	s := must(t, func() (schemas.State, error) { return e.reg.State(ctx, fresh) })
	if s.Rules != id || s.Policy.Rework != 1 {
		t.Errorf("a new case: rules %s, rework %d", s.Rules, s.Policy.Rework)
	}
	report := "report/" + d.Units[0]
	for caseID, want := range map[string]bool{fresh: true, chosen: true, stays: false} {
		var roles []string
		var at, due time.Time
		if err := e.reg.Pool().QueryRow(ctx, "select roles, at, due from rungs where case_id = $1 and stage = $2 and level = 'L1' order by rev desc limit 1", caseID, report).Scan(&roles, &at, &due); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(roles, string(schemas.Office)) != want {
			t.Errorf("level 1 tells %v, the office: %v", roles, want)
		}
		days := 2
		if want {
			days = 3
		}
		if day, err := schemas.BuiltinCalendar().Workday(schemas.LastDay(due), days); err != nil || !at.Equal(day.Add(9*time.Hour)) {
			t.Errorf("level 1 comes at %v, due %v", at, due)
		}
	}

	if err := e.client.TerminateWorkflow(ctx, intake.WorkflowID(chosen), "", "lost"); err != nil {
		t.Fatal(err)
	}
	plan := schemas.Act{ID: "plan", Key: "sign/" + d.Units[0], Role: schemas.Liaison, Unit: d.Units[0], Person: d.People["unt-jia"]}
	if err := e.desk.Submit(ctx, d.Congress, chosen, plan); err != nil {
		t.Fatal(err)
	}
	if s := must(t, func() (schemas.State, error) { return e.reg.State(ctx, chosen) }); s.Rules != id || !s.Find(report).Due.Equal(after.Find(report).Due) {
		t.Error("after a restart the case is on other rules")
	}
}

// A form whose sender died in the midst is carried out by Tend; what has changed meanwhile is refused there in a sentence.
func TestAdoptionIsCarriedOutLater(t *testing.T) {
	e := newEngine(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, schemas.Shanghai)
	d := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	first, second := handedOver(t, e, d, "测审〔2026〕1号", schemas.DayOf(now)), handedOver(t, e, d, "测审〔2026〕2号", schemas.DayOf(now))
	was := must(t, func() (schemas.State, error) { return e.reg.State(ctx, first) }).Rules
	adopted(t, e.reg, d, "opinion", func(r *schemas.Rules) { lasts(r, "plan", "P20D") })
	id, _, err := e.reg.CurrentRules(ctx, d.Congress, "opinion")
	if err != nil {
		t.Fatal(err)
	}
	batch := register.NewID()
	act := func(key string) schemas.Act {
		return schemas.Act{Key: key, Role: schemas.Office, Target: id, Verdict: schemas.Longer}
	}
	moves := []register.RuleMove{{CaseID: first, Was: was, Rules: id, Reason: "试验"}, {CaseID: second, Was: was, Rules: id, Reason: "试验"}}
	if err := e.reg.ReceiveMoves(ctx, d.Congress, batch, d.People["ofc"], moves, []schemas.Act{act("adopt#1"), act("adopt#7")}); err != nil {
		t.Fatal(err)
	}
	go e.desk.Tend(ctx)
	outcomes := map[string]register.BatchRow{}
	eventually(t, "both are answered", func() bool {
		rows, err := e.reg.BatchRows(ctx, batch)
		for _, row := range rows {
			outcomes[row.CaseID] = row
		}
		return err == nil && outcomes[first].Outcome != "" && outcomes[second].Outcome != ""
	})
	if outcomes[first].Outcome != "accepted" || outcomes[second].Code != "Stale" {
		t.Errorf("%+v", outcomes)
	}
	if s := must(t, func() (schemas.State, error) { return e.reg.State(ctx, first) }); s.Rules != id {
		t.Error("the case has not moved")
	}
}

// Closing days lengthen exactly the clocks that run over them, tell those concerned once, and do not shorten anything when they are
// withdrawn.
func TestClosingDaysMoveWhatRunsOverThem(t *testing.T) {
	e := newEngine(t)
	e.desk.Patience = 30 * time.Second
	ctx := t.Context()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, schemas.Shanghai)
	d := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	elsewhere := registertest.Found(t, e.reg, schemas.Pace{Real: time.Now(), Virtual: now, Rate: 1}, "")
	hit := handedOver(t, e, d, "测审〔2026〕1号", schemas.DayOf(now)) // the plan is due on 16 March
	spared := handedOver(t, e, elsewhere, "他审〔2026〕1号", schemas.DayOf(now))
	before := must(t, func() (schemas.State, error) { return e.reg.State(ctx, hit) })
	there := must(t, func() (schemas.State, error) { return e.reg.State(ctx, spared) })
	c := register.Closing{ID: register.NewID(), FirstDay: "2026-03-16", LastDay: "2026-03-17", Name: "台风停工", Source: "区防汛指挥部〔2026〕3号"}
	calendar, err := e.reg.Closed(ctx, d.Congress, c)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := e.desk.Moves(ctx, d.Congress, calendar)
	if err != nil || len(shown) == 0 {
		t.Fatal(shown, err)
	}
	for range 2 { // the second is the same form sent again
		if _, err := e.desk.CloseDays(ctx, d.Congress, d.People["ofc"], c); err != nil {
			t.Fatal(err)
		}
	}
	after := must(t, func() (schemas.State, error) { return e.reg.State(ctx, hit) })
	moves := map[string]time.Time{}
	for _, m := range shown {
		moves[m.Stage.Key] = m.Due
	}
	for _, o := range after.Open {
		b := before.Find(o.Key)
		switch want, touched := moves[o.Key]; {
		case touched && !o.Due.Equal(want):
			t.Errorf("%s is due %v, shown was %v", o.Key, o.Due, want)
		case !touched && !o.Due.Equal(b.Due):
			t.Errorf("%s moved and was not shown", o.Key)
		case o.Due.Before(b.Due):
			t.Errorf("%s is due earlier", o.Key)
		}
	}
	plan := "plan/" + d.Units[0] + "#1"
	if got := schemas.LastDay(after.Find(plan).Due).Format(time.DateOnly); got != "2026-03-18" || after.Seq != before.Seq+1 {
		t.Errorf("the plan is due on %s after %d stimuli", got, after.Seq-before.Seq)
	}
	count := func() map[string]int {
		told := map[string]int{}
		for _, n := range must(t, func() ([]register.Notice, error) { return e.reg.Said(ctx, hit) }) {
			if n.Level == schemas.LevelShifted {
				told[n.Stage+" "+n.Account]++
			}
		}
		return told
	}
	told := count()
	for who, times := range told {
		if times != 1 {
			t.Errorf("%s is told %d times", who, times)
		}
	}
	if told[plan+" "+d.People["unh-jia"]] != 1 {
		t.Errorf("told: %v", told)
	}
	for _, st := range must(t, func() ([]register.Stage, error) { return e.reg.Stages(ctx, hit) }) {
		if st.Key == plan && !strings.Contains(st.Working, "台风停工停办") {
			t.Errorf("the working: %s", st.Working)
		}
	}
	if s := must(t, func() (schemas.State, error) { return e.reg.State(ctx, spared) }); s.Seq != there.Seq {
		t.Error("another congress's case has moved")
	}
	if _, err := e.desk.OpenDays(ctx, d.Congress, d.People["ofc"], c.ID, "看错了日子"); err != nil {
		t.Fatal(err)
	}
	back := must(t, func() (schemas.State, error) { return e.reg.State(ctx, hit) })
	for _, o := range back.Open {
		if !o.Due.Equal(after.Find(o.Key).Due) {
			t.Errorf("%s came back to %v", o.Key, o.Due)
		}
	}
	if again := count(); len(again) != len(told) {
		t.Errorf("the withdrawal told %v", again)
	}
	if calendar := must(t, func() (schemas.Calendar, error) { return e.reg.CurrentCalendar(ctx, d.Congress) }); !calendar.Works(time.Date(2026, 3, 16, 9, 0, 0, 0, schemas.Shanghai)) {
		t.Error("the day is still closed")
	}
	if _, err := e.desk.OpenDays(ctx, d.Congress, d.People["ofc"], c.ID, "再一次"); code(err) != "TooLate" {
		t.Error("withdrawn twice:", err)
	}
}

var seenField = regexp.MustCompile(`name="(seen-[^"]+)" value="([^"]+)"`)

// The office goes by the pages alone: a form with another length, the new version, and the one case it chooses.
func TestRulesChangedOnThePages(t *testing.T) {
	h := openHouse(t)
	o := h.found(t, 1)
	old := &matter{t: t, office: o}
	for _, s := range repliedC {
		if a := old.take(s); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	term := url.Values{"procedure": {"suggestion"}, "name": {"feedback"}, "way": {"workday"}, "n": {"20"}, "unit": {"WD"}, "ladder": {"deputy"}, "point": {"half", "T-3wd"},
		"source": {"重庆市规定：二十个工作日内反馈"}, "from": {"2023-03-06"}, "do": {"try"}}
	if a := old.post("dep", "/rules/edit/term", term); a.status != http.StatusForbidden {
		t.Errorf("by the deputies' office: %s", a)
	}
	if a := old.post("ofc", "/rules/edit/term", term); a.status != http.StatusOK || !strings.Contains(a.body, "2023年4月3日（周一）") {
		t.Errorf("tried: %s", a)
	}
	term.Set("do", "keep")
	if a := old.post("ofc", "/rules/edit/term", term); a.status != http.StatusSeeOther {
		t.Fatal(a)
	}
	if a := old.get("ofc", "/rules/preview?procedure=suggestion"); a.status != http.StatusOK || !strings.Contains(a.body, "1/1") || !strings.Contains(a.body, "2023年4月3日") {
		t.Errorf("preview: %s", a)
	}
	mark := markOf(old.get("ofc", "/rules/edit?procedure=suggestion").body)
	for i := range 2 {
		a := old.post("ofc", "/rules/edit", url.Values{"procedure": {"suggestion"}, "do": {"adopt"}, "mark": {mark}, "reason": {"主任会议决定"}})
		if i == 0 && a.status != http.StatusSeeOther || i == 1 && (a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "可能已经保存过了")) {
			t.Errorf("saved: %s", a)
		}
	}
	if a := old.get("vc", "/rules/versions?procedure=suggestion"); a.status != http.StatusOK || !strings.Contains(a.body, "主任会议决定") || !strings.Contains(a.body, "15个工作日") || !strings.Contains(a.body, "20个工作日") {
		t.Errorf("the versions: %s", a)
	}
	due("feedback/甲", "2023-03-27")(old)
	page := old.get("ofc", "/rules/moves?procedure=suggestion")
	form := url.Values{"procedure": {"suggestion"}, "token": {register.NewID()}, "case": {old.id}, "reason": {"代表出差"}}
	for _, m := range seenField.FindAllStringSubmatch(page.body, -1) {
		form.Set(m[1], m[2])
	}
	a := old.post("ofc", "/rules/moves?procedure=suggestion", form)
	if a.status != http.StatusSeeOther {
		t.Fatal(a)
	}
	if b := old.get("ofc", a.goes); b.status != http.StatusOK || !strings.Contains(b.body, "第1版 → 第2版") || !strings.Contains(b.body, "已改用") {
		t.Errorf("the answer: %s", b)
	}
	due("feedback/甲", "2023-04-03")(old)
	if c := old.get("ofc", "/cases/"+old.id); !strings.Contains(c.body, "改用新版规则") || !strings.Contains(c.body, "理由：代表出差") || !strings.Contains(c.body, "由2023年3月27日改为2023年4月3日") {
		t.Errorf("the matter's history: %s", c)
	}
	if n := old.get("dpt1", "/notices"); !strings.Contains(n.body, "改用新版规则") {
		t.Errorf("the deputy's notices: %s", n)
	}
	if c := old.get("dpt2", "/rules/moves/batch?id="+form.Get("token")); c.status != http.StatusForbidden {
		t.Errorf("by somebody else: %s", c)
	}
}

// What a version would touch is said of many cases without a wait. RULES_CASES sets how many.
func TestPreviewOfManyCases(t *testing.T) {
	n := 60
	if text := os.Getenv("RULES_CASES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	reg := registertest.New(t)
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, schemas.Shanghai)
	reg.Clock(func() time.Time { return now })
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	desk := &intake.Desk{Register: reg}
	for i := range n {
		s, err := reg.File(ctx, d.Filing(fmt.Sprintf("测审〔2026〕%d号", i+1), schemas.DayOf(now)))
		if err != nil {
			t.Fatal(err)
		}
		s.Seq = 1
		for _, kind := range []string{"plan", "progress", "draft-report", "report"} {
			s.Begin(schemas.Stage{Key: kind + "/" + d.Units[0], Unit: d.Units[0], Clocks: []schemas.Clock{{Rule: kind, Anchor: "T0"}}})
		}
		state, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reg.Write(ctx, schemas.Entry{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	_, rules, err := reg.CurrentRules(ctx, d.Congress, "opinion")
	if err != nil {
		t.Fatal(err)
	}
	next := rules.Copy()
	lasts(&next, "plan", "P3W")
	begun := time.Now()
	open, touched, err := desk.Touched(ctx, d.Congress, "opinion", "", next)
	if err != nil || open != n || len(touched) != n {
		t.Fatal(open, len(touched), err)
	}
	t.Logf("what rules touch of %d: %v", n, time.Since(begun).Round(time.Millisecond))
	closed, err := reg.Closed(ctx, d.Congress, register.Closing{FirstDay: "2026-03-16", LastDay: "2026-03-16", Name: "停工"})
	if err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	moves, err := desk.Moves(ctx, d.Congress, closed)
	if err != nil || len(moves) < n {
		t.Fatal(len(moves), err)
	}
	t.Logf("what a closing day moves of %d: %v", n, time.Since(begun).Round(time.Millisecond))
}
