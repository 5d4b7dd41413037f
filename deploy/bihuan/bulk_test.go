package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// Four hundred suggestions handed over in one act leave four hundred running cases, exactly one each, though who carries it out dies
// half-way and the act is repeated.
func TestHandOverOfFourHundred(t *testing.T) {
	const many = 400
	h := openHouse(t)
	m := &matter{t: t, office: h.found(t, 1)}
	ctx := context.Background()
	var fs []register.NewSuggestion
	for i := range many {
		f := m.Suggestion()
		f.Number, f.Session, f.T0, f.Signed = fmt.Sprintf("四届二次第%03d号", i+1), "四届二次会议", closing, true
		f.Proposed = m.Units[i%3]
		fs = append(fs, f)
	}
	begun := time.Now()
	states, err := h.desk.Suggest(ctx, m.Congress, m.District.Deputies, fs)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d filed and %s", many, took(begun))
	for _, s := range states {
		if err := m.clock.started(ctx, s.Case); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("all started after %s", took(begun))
	vetted := m.bulk("vet", url.Values{})
	m.settled(vetted, many)
	begun = time.Now()

	// Who carries the hand-over out dies after some of it; the same form is sent again, twice at once.
	form := m.bulkForm("handover", url.Values{"on": {"2023-03-06"}})
	acts := map[string]schemas.Act{}
	for _, s := range states {
		acts[s.Case] = schemas.Act{Key: "handover", Role: schemas.Deputies, Unit: m.District.Deputies, Parties: []schemas.Party{{Unit: m.Units[0], Capacity: "sole"}}}
	}
	token := form.Get("token")
	if err := h.reg.ReceiveBatch(ctx, m.Congress, token, m.People["dep"], "handover", acts); err != nil {
		t.Fatal(err)
	}
	dying, kill := context.WithTimeout(ctx, 300*time.Millisecond)
	_ = h.desk.Carry(dying, token)
	kill()
	before := m.done(token)
	var twice sync.WaitGroup
	for range 2 {
		twice.Go(func() {
			if a := m.post("dep", "/suggestions/bulk/handover", form); a.status != http.StatusSeeOther {
				t.Errorf("sent again: %s", a)
			}
		})
	}
	twice.Wait()
	m.settled(token, many)
	t.Logf("%d handed over, %d of them before the death, and %s", many, before, took(begun))

	handed := map[string]bool{}
	for _, s := range states {
		st, err := h.reg.State(ctx, s.Case)
		if err != nil {
			t.Fatal(err)
		}
		if f, told := st.Told("handover"); told && st.Outcome == "" && st.Find("reply/"+f.Parties[0].Unit) != nil {
			handed[s.Case] = true
		}
	}
	lines, err := h.reg.Ledger(ctx, m.Congress, time.Time{}, time.Time{})
	if err != nil || len(handed) != many || len(lines) != many {
		t.Errorf("%d cases run, the ledger has %d lines, %v", len(handed), len(lines), err)
	}
	for _, s := range states[:20] {
		journal, err := h.reg.Journal(ctx, s.Case)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, l := range journal {
			n += strings.Count(l.Acts, `"key":"handover"`)
		}
		if n != 1 {
			t.Errorf("handed over %d times", n)
		}
	}
}

func took(begun time.Time) string {
	return "took " + time.Since(begun).Round(10*time.Millisecond).String()
}

var boxes = regexp.MustCompile(`name="case" value="([^"]+)"`)

// bulkForm is the bulk page's form with every row chosen.
func (m *matter) bulkForm(kind string, form url.Values) url.Values {
	m.t.Helper()
	page := m.get("dep", "/suggestions/bulk/"+kind)
	form.Set("do", "hand")
	if tok := token.FindStringSubmatch(page.body); tok != nil {
		form.Set("token", tok[1])
	}
	for _, b := range boxes.FindAllStringSubmatch(page.body, -1) {
		form.Add("case", b[1])
		form.Set("lead-"+b[1], "甲局")
	}
	return form
}

func (m *matter) bulk(kind string, form url.Values) string {
	m.t.Helper()
	a := m.post("dep", "/suggestions/bulk/"+kind, m.bulkForm(kind, form))
	if a.status != http.StatusSeeOther {
		m.t.Fatalf("%s: %s", kind, a)
	}
	return strings.TrimPrefix(a.goes, "/suggestions/batches/")
}

// done counts what has been carried out of a batch.
func (m *matter) done(batch string) (n int) {
	m.t.Helper()
	rows, err := m.h.reg.BatchRows(context.Background(), batch)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, row := range rows {
		if row.Outcome == "accepted" {
			n++
		}
	}
	return n
}

// settled waits until a whole batch is carried out.
func (m *matter) settled(batch string, many int) {
	m.t.Helper()
	for begun := time.Now(); m.done(batch) < many; time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			m.t.Fatalf("%d of %d after a minute", m.done(batch), many)
		}
	}
	if page := m.get("dep", "/suggestions/batches/"+batch); page.status != http.StatusOK || !strings.Contains(page.body, "全部完成") {
		m.t.Errorf("the page of the batch: %s", page)
	}
}

// A bulk hand-over with one wrong unit does nothing at all and says which row is wrong; another office may not do it.
func TestBulkHandOverIsAllOrNothing(t *testing.T) {
	h := openHouse(t)
	m := &matter{t: t, office: h.found(t, 1)}
	ctx := context.Background()
	fs := []register.NewSuggestion{m.Suggestion(), m.Suggestion()}
	states, err := h.desk.Suggest(ctx, m.Congress, m.District.Deputies, fs)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range states {
		if err := m.clock.started(ctx, s.Case); err != nil {
			t.Fatal(err)
		}
	}
	m.settled(m.bulk("vet", url.Values{}), 2)
	form := m.bulkForm("handover", url.Values{"on": {"2023-03-06"}})
	form.Set("lead-"+states[1].Case, "没有这个局")
	if a := m.post("dep", "/suggestions/bulk/handover", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "没有名为“没有这个局”的单位") {
		t.Errorf("a wrong unit: %s", a)
	}
	form.Set("lead-"+states[1].Case, "乙局")
	form.Set("on", "2023-03-07")
	if a := m.post("dep", "/suggestions/bulk/handover", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "不能晚于今天") {
		t.Errorf("a day to come: %s", a)
	}
	if a := m.post("ofc", "/suggestions/bulk/handover", form); a.status != http.StatusForbidden {
		t.Errorf("by the office: %s", a)
	}
	for _, s := range states {
		if st, _ := h.reg.State(ctx, s.Case); st.Facts["handover"].ID != "" {
			t.Error("one was handed over all the same")
		}
	}
	form.Set("on", "2023-03-06")
	form.Set("joint-"+states[1].Case, "丙局")
	if a := m.post("dep", "/suggestions/bulk/handover", form); a.status != http.StatusSeeOther {
		t.Fatal(a)
	}
	m.settled(form.Get("token"), 2)
	st, err := h.reg.State(ctx, states[1].Case)
	if err != nil || len(st.Facts["handover"].Parties) != 2 || st.Facts["handover"].Parties[0].Capacity != "lead" {
		t.Errorf("with a co-handler: %+v %v", st.Facts["handover"], err)
	}
}

// An office takes over another place's rules for what begins from then on; what is under way keeps its own.
func TestRulesTakenOverForNewCasesOnly(t *testing.T) {
	h := openHouse(t)
	o := h.found(t, 1)
	old := &matter{t: t, office: o}
	for _, s := range repliedC {
		if a := old.take(s); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	form := url.Values{"procedure": {"suggestion"}, "set": {"河南2017"}, "do": {"set"}}
	if a := old.post("dep", "/rules/edit", form); a.status != http.StatusForbidden {
		t.Errorf("by the deputies' office: %s", a)
	}
	if a := old.get("ofc", "/rules?procedure=suggestion&set="+url.QueryEscape("河南2017")); a.status != http.StatusOK || !strings.Contains(a.body, "10个工作日") || !strings.Contains(a.body, "把“河南2017”放进修改稿") {
		t.Errorf("what it would change: %s", a)
	}
	for _, form := range []url.Values{form, form, {"procedure": {"suggestion"}, "do": {"adopt"}, "reason": {"换用河南的规定"}}} { // the second is the same form sent again
		form.Set("mark", markOf(old.get("ofc", "/rules/edit?procedure=suggestion").body))
		if a := old.post("ofc", "/rules/edit", form); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	fresh := &matter{t: t, office: o}
	for _, s := range repliedC {
		if a := fresh.take(s); a.status != http.StatusSeeOther {
			t.Fatal(a)
		}
	}
	due("feedback/甲", "2023-03-27")(old)
	due("feedback/甲", "2023-03-20")(fresh)
	if page := fresh.get("dpt1", "/cases/"+fresh.id+"/act?stage="+url.QueryEscape(fresh.names("feedback/甲"))); strings.Contains(page.body, "points-contact") {
		t.Error("points are asked for under rules without them")
	}
	if _, rules, err := h.reg.CurrentRules(context.Background(), o.Congress, "suggestion"); err != nil || rules.Version != "2" {
		t.Errorf("version %s, %v", rules.Version, err)
	}
}
