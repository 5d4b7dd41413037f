package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"
)

// statesRate lets three months pass in a second; an open case is woken for nothing only now and then.
const statesRate = 8_000_000

// closing is when every row's meeting ended and its matter is filed: a Monday with an ordinary fortnight behind it.
var closing = time.Date(2023, 3, 6, 10, 0, 0, 0, schemas.Shanghai)

type (
	// house is the engine and the pages, with the congress whose clock stands still.
	house struct {
		engine
		web   *httptest.Server
		phc   string
		still *office
		n     atomic.Int32 // congresses so far
		cases atomic.Int32
		seat  func(*office) // who sits in each congress besides; nil: nobody
	}
	// office is one congress: its people with their browsers, and its clock.
	office struct {
		h *house
		registertest.District
		clock   *player
		from    string // the address its people come from
		mu      sync.Mutex
		windows map[string]*http.Client
	}
	// matter is the case of one row.
	matter struct {
		t *testing.T
		*office
		id    string
		filed url.Values
		items []register.Item
	}
	// answer is what a page said.
	answer struct {
		status     int
		body, goes string
	}
	// step is one act, or the passing of time to an instant ("03-14 10:00" of 2023) before it, or both.
	step struct {
		at string
		do func(*matter) answer
	}
	path []step
	// truth is what must hold after a row besides the state.
	truth func(*matter)
	// row is one exit of a state of spec 2a, or a refusal in it.
	row struct {
		state, exit string
		into        path
		leave       path // the last of it is the exit
		to          string
		status      int    // of a refusal; zero: it goes through
		says        string // the refusal's sentence
		holds       []truth
	}
)

// then goes on by some steps, and by another path.
func (p path) then(more ...step) path { return append(slices.Clip(p), more...) }

func (p path) and(more path) path { return p.then(more...) }

// at lets the clock run before a step.
func at(when string, s step) step { s.at = when; return s }

// passes is nothing but time.
func passes(until string) path { return path{{at: until}} }

// Every state of the 123 cycle is come into and left by every exit that the regulation lists, and refuses what it does not
// list: through the pages, on the real engine and a real register.
func TestStates(t *testing.T) {
	h := openHouse(t)
	seen := map[string]bool{}
	var rows sync.WaitGroup
	turn := make(chan struct{}, 6) // mostly the rows wait: a timer of the engine takes a second
	for _, r := range slices.Concat(draftingRows, handoverRows, signingRows, returnRows, planRows, extensionRows, checkRows, reportRows, examinationRows,
		settlementRows, standstillRows, leaderRows, conflictRows, anchorRows) {
		seen[r.state], seen[r.to] = true, true
		turn <- struct{}{}
		rows.Go(func() {
			t.Run(r.state+" "+r.exit, func(t *testing.T) { h.walk(t, r) })
			<-turn
		})
	}
	rows.Wait()
	for n := 1; n <= 16; n++ {
		if s := fmt.Sprint("A", n); !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
	for _, s := range []string{"suspended", "withdrawn", "terminated", "archived"} {
		if !seen[s] {
			t.Errorf("no row is in %s", s)
		}
	}
}

func (h *house) walk(t *testing.T, r row) {
	m := &matter{t: t, office: h.still}
	if whole := r.into.and(r.leave); slices.ContainsFunc(whole, func(s step) bool { return s.at != "" }) {
		m.office = h.found(t, statesRate)
	}
	for i, s := range r.into {
		if a := m.take(s); a.status != http.StatusSeeOther {
			t.Fatalf("on the way, step %d: %s", i+1, a)
		}
	}
	if m.id != "" {
		m.is(r.state)
		defer m.end()
	}
	last := len(r.leave) - 1
	for i, s := range r.leave[:last] {
		if a := m.take(s); a.status != http.StatusSeeOther {
			t.Fatalf("leaving, step %d: %s", i+1, a)
		}
	}
	a := m.take(r.leave[last])
	if want := cmp.Or(r.status, http.StatusSeeOther); a.status != want {
		t.Fatalf("want %d: %s", want, a)
	}
	if !strings.Contains(a.body, r.says) {
		t.Errorf("want “%s”: %s", r.says, a)
	}
	if m.id == "" {
		return
	}
	m.is(cmp.Or(r.to, r.state))
	for _, holds := range r.holds {
		holds(m)
	}
	reader := "cmt"
	if m.state().Procedure == schemas.OfficialAppraisal {
		reader = "ofc"
	}
	if page := m.get(reader, "/cases/"+m.id); page.status != http.StatusOK {
		t.Errorf("the page of the matter: %s", page)
	}
}

func openHouse(t *testing.T) *house {
	h := &house{engine: newEngine(t), phc: api.Hash(registertest.Password)}
	h.desk.Patience = 30 * time.Second
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	files, err := api.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// The proxy's word goes, so that each congress is at an address of its own: the login page counts by address.
	server, err := api.New(api.Config{Register: h.reg, Desk: h.desk, Files: files, Log: log, Proxies: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	h.web = httptest.NewServer(server)
	t.Cleanup(h.web.Close)
	h.still = h.found(t, 1)
	return h
}

// found is a congress whose clock stands at the closing of the meeting.
func (h *house) found(t *testing.T, rate float64) *office {
	t.Helper()
	n := h.n.Add(1)
	o := &office{h: h, from: fmt.Sprintf("10.0.%d.%d", n/250, n%250+1), windows: map[string]*http.Client{}}
	o.District = registertest.Found(t, h.reg, schemas.Pace{Real: time.Now(), Virtual: closing, Rate: rate, Held: true}, h.phc)
	o.clock = &player{reg: h.reg, desk: h.desk, congress: o.Congress, rate: rate}
	if h.seat != nil {
		h.seat(o)
	}
	return o
}

// take does a step, when its time has come.
func (m *matter) take(s step) answer {
	m.t.Helper()
	if s.at != "" {
		when, err := time.ParseInLocation("2006-01-02 15:04", "2023-"+s.at, schemas.Shanghai)
		if err == nil {
			err = m.clock.runTo(context.Background(), when)
		}
		if err != nil {
			m.t.Fatal(err)
		}
	}
	if s.do == nil {
		return answer{status: http.StatusSeeOther}
	}
	return s.do(m)
}

// is waits for the state: what time brings is recorded a moment after its rung.
func (m *matter) is(state string) {
	m.t.Helper()
	phase := ""
	for begun := time.Now(); time.Since(begun) < 5*time.Second; time.Sleep(5 * time.Millisecond) {
		c, err := m.h.reg.Case(context.Background(), m.Congress, m.id)
		if err != nil {
			m.t.Fatal(err)
		}
		if phase = c.Phase; phase == state {
			return
		}
	}
	m.t.Errorf("the matter is in %s, not in %s", phase, state)
}

// end takes the case out of the way of later rows: from any state by 撤回, and once somebody has signed by 终止.
func (m *matter) end() {
	m.t.Helper()
	if s := m.state(); s.Outcome != "" {
		return
	}
	if s := m.state(); s.Procedure == "suggestion" || s.Procedure == "motion" {
		who := map[string]string{"suggestion": "dep", "motion": "ofc"}[s.Procedure]
		if s.Find("withdraw-request#1") != nil { // a motion stays once it has been voted upon
			m.take(act("dpt1", "withdraw-request#1", "reason=本行结束"))
			m.take(act(who, "withdraw-confirm#1", "verdict=accept"))
		}
		return
	}
	end, who := "terminate", "vc"
	s := m.state()
	if s.Procedure == "interpellation" {
		if s.Find("retract") != nil { // once it has been answered it goes its way
			m.take(act("scm1", "retract", "reason=本行结束"))
		}
		return
	}
	if s.Find("withdraw") != nil {
		end = "withdraw"
	}
	if s.Policy.Committee == m.Deputies { // no vice-chair is over it here
		who = "dep-head"
	}
	if a := act(who, end, "reason=本行结束").do(m); a.status != http.StatusSeeOther {
		m.t.Errorf("%s: %s", end, a)
	}
	m.is(map[string]string{"withdraw": "withdrawn", "terminate": "terminated"}[end])
}

func (m *matter) state() schemas.State {
	m.t.Helper()
	s, err := m.h.reg.State(context.Background(), m.id)
	if err != nil {
		m.t.Fatal(err)
	}
	return s
}

var sentence = regexp.MustCompile(`(?s)<main.*?</main>`)
var tags = regexp.MustCompile(`(?s)<[^>]*>|\s+`)

func (a answer) String() string {
	text := tags.ReplaceAllString(sentence.FindString(a.body), "")
	if rs := []rune(text); len(rs) > 160 {
		text = string(rs[:160]) + "…"
	}
	return fmt.Sprintf("%d %s %s", a.status, a.goes, text)
}

// window is a person's browser, logged in.
func (m *matter) window(login string) *http.Client {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, open := m.windows[login]; open {
		return c
	}
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	m.windows[login] = c
	if a := m.send(c, http.MethodPost, "/login", url.Values{"login": {login}, "password": {registertest.Password}, "congress": {m.Congress}}); a.status != http.StatusSeeOther {
		m.t.Errorf("login of %s: %s", login, a)
	}
	return c
}

func (m *matter) get(login, to string) answer {
	return m.send(m.window(login), http.MethodGet, to, nil)
}

func (m *matter) post(login, to string, form url.Values) answer {
	return m.send(m.window(login), http.MethodPost, to, form)
}

func (m *matter) send(c *http.Client, method, to string, form url.Values) answer {
	return m.carry(c, method, to, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (m *matter) carry(c *http.Client, method, to, kind string, body io.Reader) (a answer) {
	req, err := http.NewRequest(method, m.h.web.URL+to, body)
	if err != nil {
		m.t.Error(err)
		return a
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Forwarded-For", m.from)
	resp, err := c.Do(req)
	if err != nil {
		m.t.Error(err)
		return a
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		m.t.Error(err)
	}
	return answer{resp.StatusCode, html.UnescapeString(string(b)), resp.Header.Get("Location")}
}

// names puts ids in the place of 甲 乙 丙 and of the items' ① ②.
func (m *matter) names(text string) string {
	var pairs []string
	for i, u := range m.Units {
		pairs = append(pairs, []string{"甲", "乙", "丙"}[i], u)
	}
	for i, it := range m.items {
		pairs = append(pairs, []string{"①", "②"}[i], it.ID)
	}
	pairs = append(pairs, "丁", m.Court, "原事项", m.id, "城建工委", m.Committee, "副主任", m.People["vc"], "二代表", m.People["dpt2"], "三代表", m.People["dpt3"])
	return strings.NewReplacer(pairs...).Replace(text)
}

// file registers a matter; what is said changes the ordinary one: two items for 甲局 alone, handed over directly.
func file(who string, says ...string) step {
	return step{do: func(m *matter) answer {
		form := url.Values{"do": {"file"}, "number": {fmt.Sprintf("测审〔2023〕%d号", m.h.cases.Add(1))}, "kind": {"deliberation"}, "source": {"专项工作报告审议"},
			"title": {"关于老旧小区改造情况的审议意见"}, "committee": {m.Committee}, "t0": {"2023-03-06"}, "direct": {"1"},
			"problem-0": {"改造进度滞后"}, "demand-0": {"倒排工期"}, "problem-1": {"资金拨付缓慢"}, "demand-1": {"按进度拨付"},
			"unit-0": {m.Units[0]}, "capacity-0": {"sole"}}
		for _, s := range says {
			name, value, _ := strings.Cut(s, "=")
			form.Set(name, m.names(value))
		}
		a := m.post(who, "/cases/new", form)
		if a.status != http.StatusSeeOther {
			return a
		}
		m.id, m.filed = strings.TrimPrefix(a.goes, "/cases/"), form
		err := m.clock.started(context.Background(), m.id)
		if err == nil {
			m.items, err = m.h.reg.Items(context.Background(), m.id)
		}
		if err != nil {
			m.t.Fatal(err)
		}
		return a
	}}
}

var (
	proposed = regexp.MustCompile(`name="paper" value="([^"]+)"`)
	token    = regexp.MustCompile(`name="token" value="([^"]+)"`)
	itemRow  = regexp.MustCompile(`name="item-(\d+)" value="([^"]+)"`)
	numbered = regexp.MustCompile(`^([a-z]+-\d|mark-[a-z]+|points-[a-z]+)$`)
)

// filled is a form as a person has filled it in, ready to be sent.
type filled struct {
	who, to string
	page    answer
	form    url.Values
}

// act does what a person may do on a stage: opens its form, fills it in, sends it. "name-=…" is said of every item on
// the form, "name-①=…" of one, and what is said of an item as "skip=②" leaves it out.
func act(who, stage string, says ...string) step {
	return step{do: func(m *matter) answer { return m.finish(m.fill(who, stage, says)) }}
}

func (m *matter) fill(who, stage string, says []string) filled {
	key := m.names(stage)
	f := filled{who: who, to: "/cases/" + m.id + "/act", form: url.Values{"stage": {key}, "token": {rand.Text()}}}
	f.page = m.get(who, f.to+"?stage="+url.QueryEscape(key))
	if t := token.FindStringSubmatch(f.page.body); t != nil {
		f.form.Set("token", t[1])
	}
	if p := proposed.FindStringSubmatch(f.page.body); p != nil {
		f.form.Set("paper", p[1])
	}
	items := itemRow.FindAllStringSubmatch(f.page.body, -1)
	for _, it := range items {
		f.form.Set("item-"+it[1], it[2])
	}
	for _, s := range says {
		name, value, _ := strings.Cut(m.names(s), "=")
		field, of, _ := strings.Cut(name, "-")
		for _, it := range items {
			switch {
			case name == "skip" && it[2] == value:
				for said := range f.form {
					if strings.HasSuffix(said, "-"+it[1]) {
						f.form.Del(said)
					}
				}
			case strings.HasSuffix(name, "-") || of == it[2]:
				f.form.Set(field+"-"+it[1], value)
			}
		}
		if name != "skip" && name == field || name == "return-to-drafter" || numbered.MatchString(name) {
			f.form.Set(name, value)
		}
	}
	return f
}

// finish sends a form; one that is accepted must have been offered, with all its fields.
func (m *matter) finish(f filled) answer {
	a := m.post(f.who, f.to, f.form)
	if a.status == http.StatusSeeOther {
		if f.page.status != http.StatusOK {
			m.t.Errorf("%s could do what no form offered: %s", f.who, f.page)
		}
		for name := range f.form {
			if !strings.Contains(f.page.body, `name="`+name+`"`) {
				m.t.Errorf("the form of %s does not ask for %s", f.form.Get("stage"), name)
			}
		}
	}
	return a
}

// give hands over or distributes to the units that the matter was filed with.
func give(who, stage string, says ...string) step {
	return step{do: func(m *matter) answer {
		all := []string{}
		for i := range 3 {
			n := fmt.Sprint(i)
			for _, pair := range [][2]string{{"unit-", "unit-"}, {"capacity-", "capacity-"}, {"itemlead-", "lead-"}} {
				if v := m.filed.Get(pair[0] + n); v != "" {
					all = append(all, pair[1]+n+"="+v)
				}
			}
		}
		return m.finish(m.fill(who, stage, append(all, says...)))
	}}
}

// twice sends one form two times over; the second answer is what comes back.
func twice(who, stage string, says ...string) step {
	return step{do: func(m *matter) answer {
		f := m.fill(who, stage, says)
		first := m.finish(f)
		second := m.finish(f)
		if first.status != second.status || first.goes != second.goes {
			m.t.Errorf("first %s, then %s", first, second)
		}
		return second
	}}
}

// together lets two people send their forms for a stage in the same breath; the refused one's answer comes back.
func together(one, other, stage string, says ...string) step {
	return step{do: func(m *matter) answer {
		forms := []filled{m.fill(one, stage, says), m.fill(other, stage, says)}
		answers := make([]answer, 2)
		var both sync.WaitGroup
		for i, f := range forms {
			both.Go(func() { answers[i] = m.finish(f) })
		}
		both.Wait()
		slices.SortFunc(answers, func(a, b answer) int { return a.status - b.status })
		if answers[0].status != http.StatusSeeOther {
			m.t.Errorf("nobody succeeded: %s", answers[0])
		}
		return answers[1]
	}}
}

// What must hold afterwards.

func (m *matter) stage(key string) (st register.Stage) {
	m.t.Helper()
	all, err := m.h.reg.Stages(context.Background(), m.id)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, s := range all {
		if s.Key == m.names(key) {
			return s
		}
	}
	m.t.Errorf("no stage %s", key)
	return st
}

// due is the last day on which a stage is in time; empty: no date.
func due(stage, day string) truth {
	return func(m *matter) {
		m.t.Helper()
		got := ""
		for begun := time.Now(); time.Since(begun) < 2*time.Second; time.Sleep(5 * time.Millisecond) {
			if st := m.stage(stage); !st.Due.IsZero() {
				got = schemas.LastDay(st.Due).Format(time.DateOnly)
			}
			if got == day { // what an effect sets in motion is dated a moment after it
				return
			}
		}
		m.t.Errorf("%s is due on %s, not on %s", stage, got, day)
	}
}

// settledAs is the verdict a stage was settled with.
func settledAs(stage, verdict string) truth {
	return func(m *matter) {
		m.t.Helper()
		s := m.state()
		if f, told := s.Told(m.names(stage)); !told || f.Verdict != verdict {
			m.t.Errorf("%s: told %v, verdict %q, not %q", stage, told, f.Verdict, verdict)
		}
	}
}

func lateness(stage string, late bool) truth {
	return func(m *matter) {
		m.t.Helper()
		s := m.state()
		if f, told := s.Told(m.names(stage)); !told || f.Late() != late {
			m.t.Errorf("%s: told %v, late %v, not %v", stage, told, f.Late(), late)
		}
	}
}

func late(stage string) truth   { return lateness(stage, true) }
func timely(stage string) truth { return lateness(stage, false) }

// waits is that a stage is open, closed that it is not.
func waits(stage string) truth {
	return func(m *matter) {
		m.t.Helper()
		if s := m.state(); s.Find(m.names(stage)) == nil {
			m.t.Errorf("%s does not wait", stage)
		}
	}
}

func closed(stage string) truth {
	return func(m *matter) {
		m.t.Helper()
		if s := m.state(); s.Find(m.names(stage)) != nil {
			m.t.Errorf("%s still waits", stage)
		}
	}
}

// paused is that a unit's clock stands still.
func paused(stage string) truth {
	return func(m *matter) {
		m.t.Helper()
		if st := m.stage(stage); !st.Paused {
			m.t.Errorf("the clock of %s runs on", stage)
		}
	}
}

func (m *matter) said() []register.Notice {
	m.t.Helper()
	ns, err := m.h.reg.Said(context.Background(), m.id)
	if err != nil {
		m.t.Fatal(err)
	}
	return ns
}

// reaches is that everybody named was told about a stage at a level, and nobody else.
func reaches(stage, level string, logins ...string) truth {
	return func(m *matter) {
		m.t.Helper()
		var got []string
		for _, n := range m.said() {
			if n.Stage != m.names(stage) || n.Level != level {
				continue
			}
			for login, id := range m.People {
				if id == n.Account {
					got = append(got, login)
				}
			}
		}
		slices.Sort(got)
		slices.Sort(logins)
		if !slices.Equal(got, logins) {
			m.t.Errorf("%s at %s reached %v, not %v", stage, level, got, logins)
		}
	}
}

var rungLevel = regexp.MustCompile(`^[LNG]\d$`)

// noUnitBlamed is that no unit was told to be late with anything.
func noUnitBlamed(m *matter) {
	m.t.Helper()
	for _, n := range m.said() {
		for login, id := range m.People {
			if id == n.Account && rungLevel.MatchString(n.Level) && (strings.HasPrefix(login, "un") || login == "vm") {
				m.t.Errorf("%s was told %s of %s at %s", login, n.Level, schemas.Title(n.Stage), n.At.In(schemas.Shanghai).Format("01-02 15:04"))
			}
		}
	}
}

// onlyOnce is that a stage was settled by one act and no second.
func onlyOnce(stage string) truth {
	return func(m *matter) {
		m.t.Helper()
		journal, err := m.h.reg.Journal(context.Background(), m.id)
		if err != nil {
			m.t.Fatal(err)
		}
		n := 0
		for _, l := range journal {
			n += strings.Count(l.Acts, `"key":"`+m.names(stage)+`"`)
		}
		if n != 1 {
			m.t.Errorf("%s stands %d times in the journal", stage, n)
		}
	}
}

// struckOff counts the items that are closed.
func struckOff(want int) truth {
	return func(m *matter) {
		m.t.Helper()
		items, err := m.h.reg.Items(context.Background(), m.id)
		if err != nil {
			m.t.Fatal(err)
		}
		n := 0
		for _, i := range items {
			if !i.ClosedAt.IsZero() {
				n++
			}
		}
		if n != want {
			m.t.Errorf("%d items are struck off, not %d", n, want)
		}
	}
}

// The acts of the regulation, as people do them.

const overdue = "已超过规定的期限，不能再提出"
const shut = "此环节尚未开启或已经办结，请返回事项页面查看"
const foreign = "没有找到您要的事项，或者您无权查看"
const notYours = "您无权办理此环节，它由其他岗位或单位负责"
const unreasoned = "请写明理由"

func draft(n int) step { return act("cmt", fmt.Sprint("draft#", n), "text=审议意见稿") }

func review(n int, says ...string) step { return act("cmh", fmt.Sprint("review#", n), says...) }

func issue(who string, n int, says ...string) step {
	return act(who, fmt.Sprint("issue#", n), says...)
}

func paper(who, kind, unit string, n int, says ...string) step {
	return act(who, fmt.Sprintf("%s/%s#%d", kind, unit, n), says...)
}

var planned = []string{"measure-=倒排工期，挂图作战", "person-=分管负责人", "goal-=年内完成", "by-=2023-12-20"}

var answered = []string{"text=总体情况", "process-=已按计划办理", "result-=done"}

func plan(n int, more ...string) step {
	return paper("unh-jia", "plan", "甲", n, append(slices.Clone(planned), more...)...)
}

func consult(n int) step { return paper("unh-jia", "draft-report", "甲", n, answered...) }

func report(more ...string) step {
	return act("unh-jia", "report/甲", append(slices.Clone(answered), more...)...)
}

func passed(kind string, n int) step {
	return paper("cmh", kind, "甲", n, "verdict=accept", "result-=answered")
}

func returned(kind string, n int) step {
	return paper("cmh", kind, "甲", n, "verdict=rework", "result-=missed", "reasons=无责任人")
}

func ruled(kind, verdict string) step {
	return paper("vc", kind, "甲", 3, "verdict="+verdict, "reason=常委会分管副主任裁定")
}

func examine(way string) step {
	return act("ofc", "examine", "verdict="+way, "reason=主任会议纪要〔2023〕8号")
}

var votes = map[string][]string{
	"satisfied":    {"satisfied=22", "basically=6", "dissatisfied=2"},
	"basically":    {"satisfied=9", "basically=18", "dissatisfied=3"},
	"dissatisfied": {"satisfied=5", "basically=5", "dissatisfied=20", "reason=整改不到位"},
}

func evaluate(n int, verdict string, more ...string) step {
	says := append([]string{"verdict=" + verdict, "ballot=1", "minutes=会议纪要〔2023〕3号", "expected=33", "present=31", "issued=31", "returned=31", "valid=30"}, votes[verdict]...)
	return act("ofc", fmt.Sprint("evaluate#", n), append(says, more...)...)
}

func settle(result string, more ...string) step {
	return act("cmh", "settle", append([]string{"text=逐条核查", "result-=" + result}, more...)...)
}

func track(n int, result string) step {
	return act("cmh", fmt.Sprint("track#", n), "text=半年跟踪", "result-="+result)
}

var (
	sign       = act("unt-jia", "sign/甲")
	progress   = act("unh-jia", "progress/甲", "process-=已开工八成")
	publish    = act("ofc", "publish", "verdict=public")
	archive    = act("ofc", "archive")
	askReturn  = act("unh-jia", "return-request/甲#1", "target=乙", "reason=按三定规定不属本局职责", "text=申请退办")
	suspend    = act("vc", "suspend#1", "reason=等待上级决定")
	rectify    = paper("unh-jia", "rectify", "甲", 1, answered...)
	ordinary   = file("cmt")
	government = file("cmt", "direct=0")
	several    = file("cmt", "capacity-0=several", "unit-1=乙", "capacity-1=several", "itemlead-0=甲", "itemlead-1=乙")
	joint      = file("cmt", "capacity-0=lead", "unit-1=乙", "capacity-1=joint")
)

// through is the way of a matter after its filing up to the signature of the standing committee's vice-chair.
var through = path{draft(1), review(1, "verdict=accept"), issue("vc", 1, "verdict=accept")}

// The states as they are come into, one after the other.
var (
	filed      = path{ordinary}
	drafted    = filed.then(draft(1))
	reviewed   = drafted.then(review(1, "verdict=accept"))
	issued     = filed.and(through)
	handed     = issued.then(give("ofc", "handover"))
	signed     = handed.then(sign)
	checking   = signed.then(plan(1))
	accepted   = checking.then(passed("plan-check", 1))
	halfway    = accepted.then(progress)
	consulted  = halfway.then(consult(1))
	agreed     = consulted.then(passed("draft-check", 1))
	reported   = agreed.then(report())
	voting     = reported.then(examine("ballot"))
	judged     = voting.then(evaluate(1, "satisfied"))
	displeased = voting.then(evaluate(1, "dissatisfied"))
	rejudging  = displeased.then(rectify)
	condemned  = rejudging.then(evaluate(2, "dissatisfied"))
	tracked    = judged.then(settle("open"))
	settled    = judged.then(settle("closed"))
	published  = settled.then(publish)
	archived   = published.then(archive)

	// through the government office
	sent        = path{government}.and(through).then(give("ofc", "handover"))
	receivedGov = sent.then(act("gov", "receive"))
	distributed = receivedGov.then(give("gov", "distribute"))
	signedGov   = distributed.then(sign)
	plannedGov  = signedGov.then(plan(1))
	draftedGov  = plannedGov.then(paper("gov", "plan-forward", "甲", 1), passed("plan-check", 1), progress, consult(1))

	// two units, each with its own item; a lead with a co-handler
	shared   = path{several}.and(through).then(give("ofc", "handover"))
	assisted = path{joint}.and(through).then(give("ofc", "handover"))
)

func thrice(into path, paper func(int) step, check string) path {
	return into.then(returned(check, 1), paper(2), returned(check, 2), paper(3), returned(check, 3))
}

// A1, A2: drafting and signing.
var draftingRows = []row{
	{state: "A1", exit: "登记：编号重复", into: path{file("cmt", "number=重号〔2023〕1号")}, leave: path{file("cmt", "number=重号〔2023〕1号")},
		status: 409, says: "编号“重号〔2023〕1号”已经用过，请换一个编号"},
	{state: "A1", exit: "登记：同一单位两次", leave: path{file("cmt", "unit-1=甲", "capacity-1=joint")}, status: 422, says: "同一个单位只能选一次，请删去重复的单位"},
	{state: "A1", exit: "登记：没有主办", leave: path{file("cmt", "capacity-0=joint")}, status: 422, says: "请指定一个主办（独办）单位，或者至少两个分办单位"},
	{state: "A1", exit: "登记：两个主办", leave: path{file("cmt", "unit-1=乙", "capacity-1=lead")}, status: 422, says: "只能有一个主办（独办）单位"},
	{state: "A1", exit: "登记：闭会日在将来", leave: path{file("cmt", "t0=2023-03-07")}, status: 422, says: "闭会（调研、检查结束）日不能晚于今天"},
	{state: "A1", exit: "登记：没有条目", leave: path{file("cmt", "problem-0=", "demand-0=", "problem-1=", "demand-1=")}, status: 422, says: "请填写条目"},
	{state: "A1", exit: "登记：不是委室的人", leave: path{file("ofc")}, status: 403, says: "登记监督事项由委室经办人办理"},
	{state: "A1", exit: "提请审核", into: filed, leave: path{draft(1)}, to: "A2", holds: []truth{due("draft#1", "2023-03-09"), timely("draft#1")}},
	{state: "A1", exit: "逾期提请：内部督办，不责单位", into: filed, leave: path{at("03-15 10:00", draft(1))}, to: "A2",
		holds: []truth{late("draft#1"), reaches("draft#1", "N0", "cmt"), reaches("draft#1", "N1", "cmt", "cmh"), noUnitBlamed}},
	{state: "A1", exit: "承办单位看不到", into: filed, leave: path{act("unh-jia", "draft#1")}, status: 404, says: foreign},
	{state: "A1", exit: "别的岗位不能代办", into: filed, leave: path{act("ofc", "draft#1")}, status: 403, says: notYours},
	{state: "A1", exit: "未签发不能交办", into: filed, leave: path{give("ofc", "handover")}, status: 422, says: "须先完成“签发”，才能办理此环节"},
	{state: "A2", exit: "委室主任同意送签", into: drafted, leave: path{review(1, "verdict=accept")}, holds: []truth{waits("issue#1")}},
	{state: "A2", exit: "委室主任退回", into: drafted, leave: path{review(1, "verdict=rework", "reason=补充条目")}, to: "A1", holds: []truth{waits("draft#2")}},
	{state: "A2", exit: "退回须写理由", into: drafted, leave: path{review(1, "verdict=rework")}, status: 422, says: unreasoned},
	{state: "A2", exit: "须有结论", into: drafted, leave: path{review(1)}, status: 422, says: "请选择办理结论"},
	{state: "A2", exit: "经办人不能审核", into: drafted, leave: path{act("cmt", "review#1", "verdict=accept")}, status: 403, says: notYours},
	{state: "A2", exit: "分管副主任签发", into: reviewed, leave: path{issue("vc", 1, "verdict=accept")}, to: "A3", holds: []truth{due("handover", "2023-03-13")}},
	{state: "A2", exit: "主任签发", into: reviewed, leave: path{issue("ch", 1, "verdict=accept")}, to: "A3"},
	{state: "A2", exit: "分管副主任退回", into: reviewed, leave: path{issue("vc", 1, "verdict=rework", "reason=措辞再斟酌")}, to: "A1", holds: []truth{waits("draft#2")}},
	{state: "A2", exit: "退回后重来一遍", into: reviewed.then(issue("vc", 1, "verdict=rework", "reason=措辞再斟酌"), draft(2), review(2, "verdict=accept")),
		leave: path{issue("vc", 2, "verdict=accept")}, to: "A3"},
}

// A3 to A5 of the government office: handing over.
var handoverRows = []row{
	{state: "A3", exit: "直接交办", into: issued, leave: path{give("ofc", "handover")}, to: "A5",
		holds: []truth{timely("handover"), due("sign/甲", "2023-03-08"), due("plan/甲#1", "2023-03-20"), due("progress/甲", "2023-04-20"),
			due("draft-report/甲#1", "2023-05-23"), due("report/甲", "2023-06-06")}},
	{state: "A3", exit: "经政府办交办", into: path{government}.and(through), leave: path{give("ofc", "handover")}, to: "A4", holds: []truth{due("receive", "2023-03-08")}},
	{state: "A3", exit: "当面交办在前", into: issued, leave: path{at("03-10 10:00", give("ofc", "handover", "on=2023-03-08"))}, to: "A5",
		holds: []truth{due("plan/甲#1", "2023-03-22"), due("report/甲", "2023-06-08")}},
	{state: "A3", exit: "交办日在将来", into: issued, leave: path{give("ofc", "handover", "on=2023-03-07")}, status: 422, says: "实际日期不能晚于今天"},
	{state: "A3", exit: "交办日在十天以前须写理由", into: issued, leave: path{at("03-21 10:00", give("ofc", "handover", "on=2023-03-07"))}, status: 422,
		says: "实际日期在十天以前，请写明理由"},
	{state: "A3", exit: "交办日在十天以前，有理由", into: issued, leave: path{at("03-21 10:00", give("ofc", "handover", "on=2023-03-07", "reason=交办会当面交办"))}, to: "A6",
		holds: []truth{settledAs("sign/甲", schemas.Auto), due("plan/甲#1", "2023-03-21")}},
	{state: "A3", exit: "逾期未交办：内部督办逐级而上", into: issued, leave: passes("03-21 10:00"),
		holds: []truth{reaches("handover", "N0", "ofc"), reaches("handover", "N1", "ofc", "cmh"), reaches("handover", "N2", "ofc", "cmh", "vc"),
			reaches("handover", "N3", "ofc", "cmh", "vc", "ch"), noUnitBlamed}},
	{state: "A3", exit: "逾期交办：期限自交办日起", into: issued, leave: path{at("03-21 10:00", give("ofc", "handover"))}, to: "A5",
		holds: []truth{late("handover"), due("plan/甲#1", "2023-04-04"), noUnitBlamed}},
	{state: "A3", exit: "同一单位两次", into: issued, leave: path{give("ofc", "handover", "unit-1=甲", "capacity-1=joint")}, status: 422, says: "同一个单位只能选一次"},
	{state: "A3", exit: "没有主办", into: issued, leave: path{give("ofc", "handover", "capacity-0=joint")}, status: 422, says: "请指定一个主办（独办）单位，或者至少两个分办单位"},
	{state: "A3", exit: "分办有条目无人答复", into: path{several}.and(through), leave: path{give("ofc", "handover", "lead-1=丙")}, status: 422,
		says: "第2条还没有指定由哪个分办单位答复"},
	{state: "A3", exit: "委室不能交办", into: issued, leave: path{give("cmt", "handover")}, status: 403, says: notYours},
	{state: "A4", exit: "政府办签收", into: sent, leave: path{act("gov", "receive")}, to: "A5", holds: []truth{due("distribute", "2023-03-09"), closed("withdraw")}},
	{state: "A4", exit: "别人不能代政府办签收", into: sent, leave: path{act("ofc", "receive")}, status: 403, says: notYours},
	{state: "A4", exit: "政府办逾期未签收：单位不受督办", into: sent, leave: passes("03-16 10:00"),
		holds: []truth{reaches("receive", "G0", "gov"), reaches("receive", "G1", "gov", "cmh"), reaches("receive", "G2", "gov", "cmh", "vc"), noUnitBlamed}},
	{state: "A5", exit: "政府办分办", into: receivedGov, leave: path{give("gov", "distribute")}, to: "A5",
		holds: []truth{waits("sign/甲"), due("plan/甲#1", "2023-03-20"), due("report/甲", "2023-06-06")}},
	{state: "A5", exit: "政府办改由两个单位分办", into: receivedGov,
		leave: path{give("gov", "distribute", "capacity-0=several", "unit-1=乙", "capacity-1=several", "lead-0=甲", "lead-1=乙")}, to: "A5",
		holds: []truth{waits("sign/甲"), waits("sign/乙"), waits("plan/乙#1")}},
	{state: "A5", exit: "政府办改由别的单位承办，原单位不再有份", into: receivedGov.then(give("gov", "distribute", "unit-0=乙")),
		leave: path{act("vm", "instruct#1", "target=甲", "reason=请办")}, status: 422, says: "批示只能交给本事项的承办单位"},
	{state: "A5", exit: "分办没有主办", into: receivedGov, leave: path{give("gov", "distribute", "capacity-0=joint")}, status: 422, says: "请指定一个主办（独办）单位"},
	{state: "A5", exit: "未分办单位不能签收", into: receivedGov, leave: path{sign}, status: 409, says: shut},
}

// A5: signing.
var signingRows = []row{
	{state: "A5", exit: "单位经办人签收", into: handed, leave: path{sign}, to: "A6", holds: []truth{timely("sign/甲"), closed("withdraw")}},
	{state: "A5", exit: "单位负责人签收", into: handed, leave: path{act("unh-jia", "sign/甲")}, to: "A6"},
	{state: "A5", exit: "两个工作日未签收，视为签收", into: handed, leave: passes("03-09 09:30"), to: "A6", holds: []truth{settledAs("sign/甲", schemas.Auto), noUnitBlamed}},
	{state: "A5", exit: "视为签收后不能再签收", into: handed, leave: path{at("03-09 09:30", sign)}, to: "A6", status: 409, says: shut},
	{state: "A5", exit: "一个单位签收，另一个还没有", into: shared, leave: path{sign}, to: "A5", holds: []truth{waits("sign/乙")}},
	{state: "A5", exit: "最后一个单位签收", into: shared.then(sign), leave: path{act("unt-yi", "sign/乙")}, to: "A6"},
	{state: "A5", exit: "会办单位签收", into: assisted.then(sign), leave: path{act("unt-yi", "sign/乙")}, to: "A6", holds: []truth{due("opinion/乙", "2023-04-06")}},
	{state: "A5", exit: "未签收不能报送方案", into: handed, leave: path{plan(1)}, status: 422, says: "须先完成“签收”，才能办理此环节"},
	{state: "A5", exit: "别的承办单位不能代签", into: shared, leave: path{act("unt-yi", "sign/甲")}, status: 403, says: notYours},
	{state: "A5", exit: "外单位看不到", into: handed, leave: path{act("unt-bing", "sign/甲")}, status: 404, says: foreign},
}

func decide(who, unit string, n int, says ...string) step {
	return paper(who, "return", unit, n, says...)
}

// 退办 and 改派.
var (
	asked   = signed.then(askReturn)
	allowed = asked.then(decide("ofc", "甲", 1, "verdict=accept"))
	moved   = allowed.then(paper("ofc", "reassign", "甲", 1, "target=乙"))
	again   = moved.then(act("unt-yi", "sign/乙"), act("unh-yi", "return-request/乙#1", "target=丙", "reason=职责不符", "text=申请退办"),
		decide("ofc", "乙", 1, "verdict=accept"), paper("ofc", "reassign", "乙", 1, "target=丙"), act("unt-bing", "sign/丙"))
)

// third is the request after two returns.
var third = act("unh-bing", "return-request/丙#1", "target=丁", "reason=职责不符", "text=申请退办")

func joined(kind, who, verdict string) step {
	return act(who, kind+"/丙#1", "verdict="+verdict, "reason=经会商")
}

var returnRows = []row{
	{state: "A6", exit: "代录：方案是电话报的", into: signed, leave: path{act("ofc", "plan/甲#1", append(planned, "came=phone", "sender=张科长")...)}, to: "A7", holds: []truth{
		shows("unh-jia", "的电话，来件人张科长"), timely("plan/甲#1")}},
	{state: "A6", exit: "代录：书面来件没有扫描件", into: signed, leave: path{act("ofc", "plan/甲#1", append(planned, "came=paper", "sender=张科长")...)}, status: 422, says: "须上传扫描件"},
	{state: "A6", exit: "代录：没有写怎样收到", into: signed, leave: path{act("ofc", "plan/甲#1", planned...)}, status: 422, says: "代录须写明怎样收到"},
	{state: "A6", exit: "代录：收到日期在交办以前", into: signed, leave: path{act("ofc", "plan/甲#1", append(planned, "came=phone", "sender=张科长", "on=2023-03-02")...)}, status: 422, says: "实际日期不能早于"},
	{state: "A6", exit: "代录：按实际收到的日期算按期", into: signed, leave: path{at("03-22 10:00", act("ofc", "plan/甲#1", append(planned, "came=visit", "sender=张科长", "on=2023-03-20")...))}, to: "A7",
		holds: []truth{timely("plan/甲#1")}},
	{state: "A6", exit: "代录：委室不能代录", into: signed, leave: path{act("cmt", "plan/甲#1", append(planned, "came=phone", "sender=张科长")...)}, status: 403, says: notYours},
	{state: "A6", exit: "申请退办", into: signed, leave: path{askReturn}, to: "A5", holds: []truth{due("return/甲#1", "2023-03-09"), waits("plan/甲#1")}},
	{state: "A6", exit: "退办须写理由", into: signed, leave: path{act("unh-jia", "return-request/甲#1", "target=乙")}, status: 422, says: unreasoned},
	{state: "A5", exit: "同意退办", into: asked, leave: path{decide("ofc", "甲", 1, "verdict=accept")}, to: "A5", holds: []truth{waits("reassign/甲#1")}},
	{state: "A5", exit: "不同意退办", into: asked, leave: path{decide("ofc", "甲", 1, "verdict=refuse", "reason=属你局职责")}, to: "A6", holds: []truth{waits("plan/甲#1")}},
	{state: "A5", exit: "不同意须写理由", into: asked, leave: path{decide("ofc", "甲", 1, "verdict=refuse")}, status: 422, says: unreasoned},
	{state: "A5", exit: "直接交办的退办由人大办公室定", into: asked, leave: path{decide("gov", "甲", 1, "verdict=accept")}, status: 403, says: notYours},
	{state: "A5", exit: "经政府办的退办由政府办定", into: signedGov.then(askReturn), leave: path{decide("gov", "甲", 1, "verdict=accept")}, to: "A5"},
	{state: "A5", exit: "经政府办的退办人大办公室不能定", into: signedGov.then(askReturn), leave: path{decide("ofc", "甲", 1, "verdict=accept")}, status: 403, says: notYours},
	{state: "A5", exit: "改派：新单位内部期限重新起算，法定期限不变", into: allowed, leave: path{at("03-10 10:00", paper("ofc", "reassign", "甲", 1, "target=乙"))}, to: "A5",
		holds: []truth{due("sign/乙", "2023-03-14"), due("plan/乙#1", "2023-03-24"), due("report/乙", "2023-06-06"), closed("plan/甲#1"), closed("report/甲")}},
	{state: "A5", exit: "改派给原单位", into: allowed, leave: path{paper("ofc", "reassign", "甲", 1, "target=甲")}, status: 422, says: "请选择一个尚未参与本事项的单位改派"},
	{state: "A5", exit: "改派没有选单位", into: allowed, leave: path{paper("ofc", "reassign", "甲", 1)}, status: 422, says: "请选择单位"},
	{state: "A5", exit: "新单位签收", into: moved, leave: path{act("unt-yi", "sign/乙")}, to: "A6"},
	{state: "A5", exit: "原单位不再负责", into: moved, leave: path{plan(1)}, status: 409, says: shut},
	{state: "A6", exit: "新单位报送方案", into: moved.then(act("unt-yi", "sign/乙")), leave: path{paper("unh-yi", "plan", "乙", 1, planned...)}, to: "A7"},
	{state: "A5", exit: "两次退办以后由交办机构和委室共同裁定", into: again.then(third), leave: path{joined("joint-return", "ofc", "accept")}, to: "A5",
		holds: []truth{waits("joint-assent/丙#1")}},
	{state: "A5", exit: "交办机构不同意即为终局", into: again.then(third), leave: path{joined("joint-return", "ofc", "refuse")}, to: "A6", holds: []truth{waits("plan/丙#1")}},
	{state: "A5", exit: "委室不同意即为终局", into: again.then(third, joined("joint-return", "ofc", "accept")), leave: path{joined("joint-assent", "cmh", "refuse")}, to: "A6",
		holds: []truth{waits("plan/丙#1")}},
	{state: "A5", exit: "共同同意后改派", into: again.then(third, joined("joint-return", "ofc", "accept"), joined("joint-assent", "cmh", "accept")),
		leave: path{paper("ofc", "reassign", "丙", 1, "target=丁")}, to: "A5", holds: []truth{waits("sign/丁")}},
	{state: "A6", exit: "共同裁定以后不能再申请退办", into: again.then(third, joined("joint-return", "ofc", "refuse")),
		leave: path{act("unh-bing", "return-request/丙#2", "target=丁", "reason=职责不符")}, status: 409, says: shut},
	{state: "A5", exit: "经办不能代委室会签", into: again.then(third, joined("joint-return", "ofc", "accept")), leave: path{joined("joint-assent", "cmt", "accept")}, status: 403,
		says: notYours},
	{state: "A6", exit: "不同意以后还能再申请一次", into: asked.then(decide("ofc", "甲", 1, "verdict=refuse", "reason=属你局职责")),
		leave: path{act("unh-jia", "return-request/甲#2", "target=乙", "reason=补充依据")}, to: "A5"},
	{state: "A6", exit: "逾期不能申请退办", into: signed, leave: path{at("03-10 10:00", askReturn)}, status: 422, says: overdue},
	{state: "A6", exit: "委室主任准予逾期退办", into: signed, leave: path{at("03-10 10:00", act("cmh", "late-return/甲", "reason=职责刚刚调整")), askReturn}, to: "A5"},
	{state: "A6", exit: "准予以后又逾期", into: signed, leave: path{at("03-10 10:00", act("cmh", "late-return/甲", "reason=职责刚刚调整")), at("03-16 10:00", askReturn)}, status: 422,
		says: overdue},
	{state: "A6", exit: "办公室不能准予逾期退办", into: signed, leave: path{act("ofc", "late-return/甲", "reason=职责刚刚调整")}, status: 403, says: notYours},
}

// A6: the plan.
var planRows = []row{
	{state: "A6", exit: "按期报送方案", into: signed, leave: path{plan(1)}, to: "A7", holds: []truth{timely("plan/甲#1"), due("plan-check/甲#1", "2023-03-13")}},
	{state: "A6", exit: "到期当日深夜报送算按期", into: signed, leave: path{at("03-20 23:59", plan(1))}, to: "A7", holds: []truth{timely("plan/甲#1"), noUnitBlamed}},
	{state: "A6", exit: "逾期报送：记逾期，照常审核", into: signed, leave: path{at("03-23 10:00", plan(1))}, to: "A7",
		holds: []truth{late("plan/甲#1"), reaches("plan/甲#1", "L0", "unt-jia"), reaches("plan/甲#1", "L1", "unt-jia", "unh-jia"),
			reaches("plan/甲#1", "L2", "unt-jia", "unh-jia", "vm", "gov")}},
	{state: "A6", exit: "漏答一条", into: signed, leave: path{plan(1, "skip=②")}, status: 422, says: "第2条“资金拨付缓慢”还没有填写整改措施、责任人和完成时限：意见要逐条答复"},
	{state: "A6", exit: "没有责任人", into: signed, leave: path{plan(1, "person-=")}, status: 422, says: "第1条“改造进度滞后”还没有填写整改措施、责任人和完成时限"},
	{state: "A6", exit: "经政府办：方案先到政府办", into: signedGov, leave: path{plan(1)}, to: "A6", holds: []truth{waits("plan-forward/甲#1")}},
	{state: "A6", exit: "经政府办：政府办转报", into: plannedGov, leave: path{paper("gov", "plan-forward", "甲", 1)}, to: "A7"},
	{state: "A6", exit: "经办人只能送签", into: signed, leave: path{paper("unt-jia", "plan", "甲", 1, planned...)}, to: "A6", holds: []truth{waits("plan/甲#1")}},
	{state: "A6", exit: "负责人签发经办人的稿", into: signed.then(paper("unt-jia", "plan", "甲", 1, planned...)), leave: path{plan(1)}, to: "A7"},
	{state: "A6", exit: "负责人把稿退回经办人", into: signed.then(paper("unt-jia", "plan", "甲", 1, planned...)), leave: path{plan(1, "return-to-drafter=1")}, to: "A6",
		holds: []truth{waits("plan/甲#1")}},
	{state: "A6", exit: "别的承办单位不能代报", into: shared.then(sign, act("unt-yi", "sign/乙")), leave: path{paper("unh-yi", "plan", "甲", 1, planned...)}, status: 403, says: notYours},
	{state: "A6", exit: "外单位看不到", into: signed, leave: path{paper("unh-yi", "plan", "甲", 1, planned...)}, status: 404, says: foreign},
}

func ask(stage, until string) step {
	return act("unh-jia", "extension-request/"+stage, "until="+until, "reason=入户摸底尚未完成", "text=申请延期")
}

func grant(stage, until string) step {
	return act("vc", "extension/"+stage, "verdict=accept", "until="+until)
}

// 延期 of the plan and of the report.
var extensionRows = []row{
	{state: "A6", exit: "申请延期：期限照走", into: signed, leave: path{ask("plan/甲#1", "2023-03-27")}, to: "A6",
		holds: []truth{waits("extension/plan/甲#1"), due("plan/甲#1", "2023-03-20")}},
	{state: "A6", exit: "同意延期", into: signed.then(ask("plan/甲#1", "2023-03-27")), leave: path{grant("plan/甲#1", "2023-03-27")}, to: "A6",
		holds: []truth{due("plan/甲#1", "2023-03-27")}},
	{state: "A6", exit: "延期后在新期限内报送算按期", into: signed.then(ask("plan/甲#1", "2023-03-27"), grant("plan/甲#1", "2023-03-27")),
		leave: path{at("03-27 17:00", plan(1))}, to: "A7", holds: []truth{timely("plan/甲#1"), noUnitBlamed}},
	{state: "A6", exit: "不同意延期", into: signed.then(ask("plan/甲#1", "2023-03-27")),
		leave: path{act("vc", "extension/plan/甲#1", "verdict=refuse", "reason=按原期限办")}, to: "A6", holds: []truth{due("plan/甲#1", "2023-03-20")}},
	{state: "A6", exit: "申请超过上限", into: signed, leave: path{ask("plan/甲#1", "2023-03-28")}, status: 422, says: "按规定最多延至2023年3月27日"},
	{state: "A6", exit: "批准超过上限", into: signed.then(ask("plan/甲#1", "2023-03-27")), leave: path{grant("plan/甲#1", "2023-03-28")}, status: 422, says: "按规定最多延至2023年3月27日"},
	{state: "A6", exit: "新期限不晚于原期限", into: signed, leave: path{ask("plan/甲#1", "2023-03-20")}, status: 422, says: "新的期限必须晚于原期限2023年3月20日"},
	{state: "A6", exit: "没有新期限", into: signed, leave: path{ask("plan/甲#1", "")}, status: 422, says: "请填写新的期限"},
	{state: "A6", exit: "临近到期不能申请", into: signed, leave: path{at("03-17 10:00", ask("plan/甲#1", "2023-03-27"))}, status: 422, says: overdue},
	{state: "A6", exit: "延期只有一次", into: signed.then(ask("plan/甲#1", "2023-03-24"), grant("plan/甲#1", "2023-03-24")), leave: path{ask("plan/甲#1", "2023-03-27")},
		status: 409, says: shut},
	{state: "A6", exit: "委室主任不能批延期", into: signed.then(ask("plan/甲#1", "2023-03-27")), leave: path{act("cmh", "extension/plan/甲#1", "verdict=accept", "until=2023-03-27")},
		status: 403, says: notYours},
	{state: "A11", exit: "回告延期一个月", into: agreed, leave: path{ask("report/甲", "2023-07-06"), grant("report/甲", "2023-07-06")}, holds: []truth{due("report/甲", "2023-07-06")}},
	{state: "A11", exit: "回告延期超过上限", into: agreed, leave: path{ask("report/甲", "2023-07-07")}, status: 422, says: "按规定最多延至2023年7月6日"},
	{state: "A11", exit: "决议确定的期限不能延", into: path{file("cmt", "resolution=2023-07-31")}.and(agreed[1:]), leave: path{ask("report/甲", "2023-08-31")}, status: 409,
		says: shut, holds: []truth{due("report/甲", "2023-07-31")}},
}

// A7 to A10: the checks, the progress and the draft.
var checkRows = []row{
	{state: "A7", exit: "审核通过", into: checking, leave: path{passed("plan-check", 1)}, to: "A8"},
	{state: "A7", exit: "退回重报：取原期限", into: checking, leave: path{returned("plan-check", 1)}, to: "A6", holds: []truth{due("plan/甲#2", "2023-03-20")}},
	{state: "A7", exit: "退回重报：取重报期限", into: signed.then(at("03-20 10:00", plan(1))), leave: path{returned("plan-check", 1)}, to: "A6",
		holds: []truth{due("plan/甲#2", "2023-03-27")}},
	{state: "A7", exit: "退回须写理由", into: checking, leave: path{paper("cmh", "plan-check", "甲", 1, "verdict=rework", "result-=missed")}, status: 422, says: unreasoned},
	{state: "A7", exit: "有一条未答复到位不能通过", into: checking, leave: path{paper("cmh", "plan-check", "甲", 1, "verdict=accept", "result-=answered", "result-②=missed")},
		status: 422, says: "第2条未答复到位，不能通过；请退回重报"},
	{state: "A7", exit: "漏审一条", into: checking, leave: path{paper("cmh", "plan-check", "甲", 1, "verdict=accept", "result-①=answered")}, status: 422,
		says: "第2条“资金拨付缓慢”还没有填写审核意见"},
	{state: "A7", exit: "单位不能审自己的方案", into: checking, leave: path{paper("unh-jia", "plan-check", "甲", 1, "verdict=accept")}, status: 403, says: notYours},
	{state: "A7", exit: "委室逾期未审：内部督办，不责单位", into: checking, leave: passes("03-17 10:00"),
		holds: []truth{reaches("plan-check/甲#1", "N0", "cmt", "cmh"), reaches("plan-check/甲#1", "N1", "cmt", "cmh"),
			reaches("plan-check/甲#1", "N2", "cmt", "cmh", "vc"), noUnitBlamed}},
	{state: "A7", exit: "委室迟迟未审，后面的环节到期也不责单位", into: checking, leave: passes("04-24 10:00"), to: "A7", holds: []truth{noUnitBlamed}},
	{state: "A7", exit: "第三次退回由分管副主任裁定", into: checking.then(returned("plan-check", 1), plan(2), returned("plan-check", 2), plan(3)),
		leave: path{returned("plan-check", 3)}, to: "A7", holds: []truth{waits("plan-ruling/甲#3")}},
	{state: "A7", exit: "裁定通过", into: thrice(checking, func(n int) step { return plan(n) }, "plan-check"), leave: path{ruled("plan-ruling", "accept")}, to: "A8"},
	{state: "A7", exit: "裁定重报", into: thrice(checking, func(n int) step { return plan(n) }, "plan-check"), leave: path{ruled("plan-ruling", "rework")}, to: "A6",
		holds: []truth{waits("plan/甲#4")}},
	{state: "A8", exit: "报告进展", into: accepted, leave: path{progress}, to: "A9", holds: []truth{timely("progress/甲")}},
	{state: "A8", exit: "逾期报告进展", into: accepted, leave: path{at("04-24 10:00", progress)}, to: "A9",
		holds: []truth{late("progress/甲"), reaches("progress/甲", "L0", "unt-jia"), reaches("progress/甲", "L1", "unt-jia", "unh-jia")}},
	{state: "A8", exit: "进展漏答一条", into: accepted, leave: path{act("unh-jia", "progress/甲", "process-①=已开工")}, status: 422, says: "第2条“资金拨付缓慢”还没有填写办理进展"},
	{state: "A7", exit: "方案未通过不能报告进展", into: checking, leave: path{progress}, status: 422, says: "须先完成“方案审核通过”，才能办理此环节"},
	{state: "A8", exit: "会办意见", into: assisted.then(sign, act("unt-yi", "sign/乙"), plan(1), passed("plan-check", 1), progress),
		leave: path{act("unh-yi", "opinion/乙", "text=配合办理")}, to: "A9", holds: []truth{timely("opinion/乙")}},
	{state: "A9", exit: "报送征求意见稿", into: halfway, leave: path{consult(1)}, to: "A10", holds: []truth{due("draft-check/甲#1", "2023-03-13")}},
	{state: "A9", exit: "逾期报送征求意见稿", into: halfway, leave: path{at("05-25 10:00", consult(1))}, to: "A10",
		holds: []truth{late("draft-report/甲#1"), reaches("draft-report/甲#1", "L0", "unt-jia"), due("draft-check/甲#1", "2023-06-01")}},
	{state: "A9", exit: "征求意见稿漏答一条", into: halfway, leave: path{paper("unh-jia", "draft-report", "甲", 1, "process-=已办", "result-①=done")}, status: 422,
		says: "第2条“资金拨付缓慢”还没有填写办理情况和结果"},
	{state: "A9", exit: "未征求意见不能正式回告", into: halfway, leave: path{report()}, status: 422, says: "须先完成“委室同意正式回告”，才能办理此环节"},
	{state: "A9", exit: "经政府办：政府办转报征求意见稿", into: draftedGov, leave: path{paper("gov", "draft-forward", "甲", 1)}, to: "A10"},
	{state: "A10", exit: "委室同意正式回告", into: consulted, leave: path{passed("draft-check", 1)}, to: "A11", holds: []truth{due("report/甲", "2023-06-06")}},
	{state: "A10", exit: "退回重报", into: consulted, leave: path{returned("draft-check", 1)}, to: "A9", holds: []truth{due("draft-report/甲#2", "2023-05-23")}},
	{state: "A10", exit: "退回重报：取重报期限", into: halfway.then(at("05-23 10:00", consult(1))), leave: path{returned("draft-check", 1)}, to: "A9",
		holds: []truth{due("draft-report/甲#2", "2023-06-06")}},
	{state: "A10", exit: "第三次退回由分管副主任裁定", into: consulted.then(returned("draft-check", 1), consult(2), returned("draft-check", 2), consult(3)),
		leave: path{returned("draft-check", 3)}, to: "A10", holds: []truth{waits("draft-ruling/甲#3")}},
	{state: "A10", exit: "裁定通过", into: thrice(consulted, consult, "draft-check"), leave: path{ruled("draft-ruling", "accept")}, to: "A11"},
	{state: "A10", exit: "裁定重报", into: thrice(consulted, consult, "draft-check"), leave: path{ruled("draft-ruling", "rework")}, to: "A9"},
	{state: "A10", exit: "委室意见迟、稿按期：回告顺延三个工作日", into: consulted, leave: path{at("06-06 15:00", passed("draft-check", 1))}, to: "A11",
		holds: []truth{due("report/甲", "2023-06-09"), noUnitBlamed}},
	{state: "A10", exit: "委室意见迟于回告期限：不责单位", into: consulted, leave: path{at("06-08 10:00", passed("draft-check", 1))}, to: "A11",
		holds: []truth{due("report/甲", "2023-06-13"), noUnitBlamed}},
	{state: "A10", exit: "稿逾期的不顺延", into: halfway.then(at("05-25 10:00", consult(1))), leave: path{at("06-06 15:00", passed("draft-check", 1))}, to: "A11",
		holds: []truth{due("report/甲", "2023-06-06")}},
}

// A11, A12: the report and its examination.
var reportRows = []row{
	{state: "A11", exit: "按期正式回告", into: agreed, leave: path{report()}, to: "A12", holds: []truth{timely("report/甲"), due("examine", "2023-05-06")}},
	{state: "A11", exit: "顺延以后按期正式回告", into: consulted.then(at("06-06 15:00", passed("draft-check", 1))), leave: path{at("06-09 17:00", report())}, to: "A12",
		holds: []truth{timely("report/甲"), noUnitBlamed}},
	{state: "A11", exit: "逾期正式回告", into: agreed, leave: path{at("06-12 10:00", report())}, to: "A12",
		holds: []truth{late("report/甲"), reaches("report/甲", "L0", "unt-jia"), reaches("report/甲", "L1", "unt-jia", "unh-jia"),
			reaches("report/甲", "L2", "unt-jia", "unh-jia", "vm", "gov")}},
	{state: "A11", exit: "回告漏答一条", into: agreed, leave: path{report("skip=①")}, status: 422, says: "第1条“改造进度滞后”还没有填写办理情况和结果"},
	{state: "A11", exit: "两个单位分办：一个先回告", into: shared.and(own("jia", "甲")).and(own("yi", "乙")), leave: path{report()}, to: "A11", holds: []truth{waits("report/乙")}},
	{state: "A11", exit: "两个单位分办：最后一个回告", into: shared.and(own("jia", "甲")).and(own("yi", "乙")).then(report()),
		leave: path{act("unh-yi", "report/乙", answered...)}, to: "A12"},
	{state: "A8", exit: "会办单位迟到不拖累主办", into: assisted.and(own("jia", "甲")).then(act("unt-yi", "sign/乙")), leave: path{report()}, to: "A12",
		holds: []truth{settledAs("opinion/乙", schemas.Lapsed)}},
}

// own is a unit's way from its signature to the committee's opinion on its draft.
func own(login, unit string) path {
	return path{act("unt-"+login, "sign/"+unit), paper("unh-"+login, "plan", unit, 1, planned...), paper("cmh", "plan-check", unit, 1, "verdict=accept", "result-=answered"),
		act("unh-"+login, "progress/"+unit, "process-=已办一半"), paper("unh-"+login, "draft-report", unit, 1, answered...),
		paper("cmh", "draft-check", unit, 1, "verdict=accept", "result-=answered")}
}

// A12, A14: voting and rectifying.
var examinationRows = []row{
	{state: "A12", exit: "书面审阅", into: reported, leave: path{examine("read"), act("ofc", "evaluate#1", "verdict=satisfied", "ballot=1")}, to: "A13"},
	{state: "A12", exit: "提请常委会审议", into: reported, leave: path{examine("deliberate"), act("ofc", "evaluate#1", "verdict=basically", "ballot=1")}, to: "A13"},
	{state: "A12", exit: "满意度测评", into: reported, leave: path{examine("ballot")}, to: "A12", holds: []truth{due("evaluate#1", "2023-05-06")}},
	{state: "A12", exit: "审查方式须有纪要", into: reported, leave: path{act("ofc", "examine", "verdict=read")}, status: 422, says: unreasoned},
	{state: "A12", exit: "单位不能登记审查方式", into: reported, leave: path{act("unh-jia", "examine", "verdict=read", "reason=自评")}, status: 403, says: notYours},
	{state: "A12", exit: "满意", into: voting, leave: path{evaluate(1, "satisfied")}, to: "A13", holds: []truth{due("settle", "2023-03-20")}},
	{state: "A12", exit: "基本满意", into: voting, leave: path{evaluate(1, "basically")}, to: "A13"},
	{state: "A12", exit: "不满意", into: voting, leave: path{evaluate(1, "dissatisfied")}, to: "A14", holds: []truth{due("rectify/甲#1", "2023-05-06")}},
	{state: "A12", exit: "不满意须写理由", into: voting, leave: path{evaluate(1, "dissatisfied", "reason=")}, status: 422, says: unreasoned},
	{state: "A12", exit: "票数之和不等于有效票", into: voting, leave: path{evaluate(1, "satisfied", "satisfied=23")}, status: 422,
		says: "票数不符：满意、基本满意、不满意、弃权之和应等于有效票数"},
	{state: "A12", exit: "收回多于发出", into: voting, leave: path{evaluate(1, "satisfied", "returned=32")}, status: 422, says: "票数不符：应到≥实到≥发出≥收回≥有效"},
	{state: "A12", exit: "不足半数", into: voting, leave: path{evaluate(1, "satisfied", "expected=62")}, status: 422, says: "实到人数不足全体的过半数，会议不能举行"},
	{state: "A12", exit: "测评没有票数", into: voting, leave: path{act("ofc", "evaluate#1", "verdict=satisfied", "ballot=1")}, status: 422, says: "实到人数不足全体的过半数"},
	{state: "A12", exit: "测评的表里没有票数栏", into: voting, leave: path{act("ofc", "evaluate#1", "verdict=satisfied")}, status: 422, says: "实到人数不足全体的过半数"},
	{state: "A12", exit: "有条目未完成又无理由，满意也要再整改", into: agreed.then(report("result-①=undone"), examine("ballot")), leave: path{evaluate(1, "satisfied")}, to: "A14"},
	{state: "A12", exit: "有条目未完成而有理由", into: agreed.then(report("result-①=undone", "why-①=跨年工程"), examine("ballot")), leave: path{evaluate(1, "satisfied")}, to: "A13"},
	{state: "A14", exit: "报送再整改报告", into: displeased, leave: path{rectify}, to: "A12", holds: []truth{due("evaluate#2", "2023-05-06")}},
	{state: "A14", exit: "逾期再整改", into: displeased, leave: path{at("05-10 10:00", rectify)}, to: "A12", holds: []truth{late("rectify/甲#1"), reaches("rectify/甲#1", "L0", "unt-jia")}},
	{state: "A14", exit: "第二次测评满意", into: displeased, leave: path{rectify, evaluate(2, "satisfied")}, to: "A13"},
	{state: "A14", exit: "第二次测评仍不满意", into: displeased, leave: path{rectify, evaluate(2, "dissatisfied")}, to: "A14", holds: []truth{due("dispose", "2023-04-06")}},
	{state: "A14", exit: "专题询问", into: condemned, leave: path{act("ofc", "dispose", "verdict=inquiry", "reason=主任会议纪要")}, to: "A13"},
	{state: "A14", exit: "建议质询", into: condemned, leave: path{act("ofc", "dispose", "verdict=question", "reason=主任会议纪要")}, to: "A13"},
	{state: "A14", exit: "特定问题调查", into: condemned, leave: path{act("ofc", "dispose", "verdict=investigate", "reason=主任会议纪要")}, to: "A13"},
	{state: "A14", exit: "通报", into: condemned, leave: path{act("ofc", "dispose", "verdict=circular", "reason=主任会议纪要")}, to: "A13"},
}

func askClose(item string, n int) step {
	return paper("unh-jia", "close-request", item, n, "text=已办结，附现场照片")
}

func verify(item string, n int, verdict string) step {
	return paper("cmh", "verify", item, n, "verdict="+verdict, "reason=两人现场核查")
}

// A13, A15, A16: striking off, following up, publishing.
var settlementRows = []row{
	{state: "A8", exit: "提前申请销号", into: accepted, leave: path{askClose("①", 1)}, to: "A8", holds: []truth{due("verify/①#1", "2023-03-20")}},
	{state: "A8", exit: "核查属实，提前销号", into: accepted.then(askClose("①", 1)), leave: path{verify("①", 1, "closed")}, to: "A8", holds: []truth{struckOff(1)}},
	{state: "A8", exit: "不予销号，可以再申请", into: accepted.then(askClose("①", 1)), leave: path{verify("①", 1, "open"), askClose("①", 2)}, to: "A8",
		holds: []truth{struckOff(0), waits("verify/①#2")}},
	{state: "A6", exit: "方案未通过不能申请销号", into: signed, leave: path{askClose("①", 1)}, status: 422, says: "须先完成“方案审核通过”"},
	{state: "A13", exit: "全部提前销号以后办结", into: accepted.then(askClose("①", 1), verify("①", 1, "closed"), askClose("②", 1), verify("②", 1, "closed")).and(judged[len(accepted):]),
		leave: path{act("cmh", "settle", "text=均已提前销号")}, to: "A16", holds: []truth{struckOff(2)}},
	{state: "A13", exit: "逐条销号", into: judged, leave: path{settle("closed")}, to: "A16", holds: []truth{struckOff(2), due("publish", "2023-04-03")}},
	{state: "A13", exit: "有一条继续跟踪", into: judged, leave: path{settle("closed", "result-②=open")}, to: "A15", holds: []truth{struckOff(1), due("track#1", "2023-09-06"), waits("publish")}},
	{state: "A13", exit: "漏一条", into: judged, leave: path{settle("closed", "skip=②")}, status: 422, says: "第2条“资金拨付缓慢”还没有填写销号结论"},
	{state: "A13", exit: "经办人不能销号", into: judged, leave: path{act("cmt", "settle", "result-=closed")}, status: 403, says: notYours},
	{state: "A15", exit: "跟踪后销号", into: tracked, leave: path{track(1, "closed")}, to: "A16", holds: []truth{struckOff(2)}},
	{state: "A15", exit: "继续跟踪", into: tracked, leave: path{track(1, "open")}, to: "A15", holds: []truth{waits("track#2")}},
	{state: "A15", exit: "跟踪期间公开", into: tracked, leave: path{publish}, to: "A15", holds: []truth{closed("publish"), waits("track#1")}},
	{state: "A15", exit: "公开以后跟踪办结", into: tracked.then(publish), leave: path{track(1, "closed")}, to: "A16", holds: []truth{waits("archive")}},
	{state: "A15", exit: "最多跟踪四次", into: tracked.then(track(1, "open"), track(2, "open"), track(3, "open")), leave: path{track(4, "open")}, to: "A16"},
	{state: "A16", exit: "没有第五次跟踪", into: tracked.then(track(1, "open"), track(2, "open"), track(3, "open"), track(4, "open")), leave: path{track(5, "open")}, status: 409, says: shut},
	{state: "A16", exit: "公开", into: settled, leave: path{publish}, to: "A16", holds: []truth{closed("publish"), due("archive", "2024-07-01")}},
	{state: "A16", exit: "不公开，有理由", into: settled, leave: path{act("ofc", "publish", "verdict=withheld", "reason=涉及个人隐私")}, to: "A16"},
	{state: "A16", exit: "不公开须写理由", into: settled, leave: path{act("ofc", "publish", "verdict=withheld")}, status: 422, says: unreasoned},
	{state: "A16", exit: "未公开不能归档", into: settled, leave: path{archive}, status: 409, says: shut},
	{state: "A16", exit: "归档", into: published, leave: path{archive}, to: "archived"},
	{state: "archived", exit: "归档后不能再办", into: archived, leave: path{publish}, status: 409, says: shut},
	{state: "archived", exit: "一年内重开", into: archived, leave: path{file("cmh", "reopens=原事项")}, to: "A1"},
	{state: "archived", exit: "经办人不能重开", into: archived, leave: path{file("cmt", "reopens=原事项")}, status: 403, says: "重开由委室主任决定"},
	{state: "A13", exit: "未办结不需要重开", into: judged, leave: path{file("cmh", "reopens=原事项")}, status: 422, says: "事项还没有办结，不需要重开"},
}

var resume = act("vc", "suspension#1", "reason=上级已有决定")

// 中止 恢复, 撤回, 终止.
var standstillRows = []row{
	{state: "A6", exit: "中止", into: signed, leave: path{suspend}, to: "suspended", holds: []truth{paused("plan/甲#1"), paused("report/甲"), due("suspension#1", "2023-06-05")}},
	{state: "A6", exit: "中止须写理由", into: signed, leave: path{act("vc", "suspend#1")}, status: 422, says: unreasoned},
	{state: "A6", exit: "委室主任不能中止", into: signed, leave: path{act("cmh", "suspend#1", "reason=等待")}, status: 403, says: notYours},
	{state: "A3", exit: "未交办不能中止", into: issued, leave: path{suspend}, status: 422, says: "须先完成“交办”，才能办理此环节"},
	{state: "suspended", exit: "恢复：期限按停止的天数顺延", into: signed.then(at("03-08 10:00", suspend)), leave: path{at("03-17 10:00", resume)}, to: "A6",
		holds: []truth{due("plan/甲#1", "2023-03-29"), due("report/甲", "2023-06-15"), noUnitBlamed}},
	{state: "suspended", exit: "九十日自行恢复", into: signed.then(at("03-08 10:00", suspend)), leave: passes("06-07 09:30"), to: "A6",
		holds: []truth{settledAs("suspension#1", "resume"), due("plan/甲#1", "2023-06-19"), noUnitBlamed}},
	{state: "A6", exit: "恢复以后可以再中止", into: signed.then(suspend, resume), leave: path{act("vc", "suspend#2", "reason=大会期间")}, to: "suspended"},
	{state: "suspended", exit: "中止期间退回重报，新期限也停止", into: checking.then(suspend), leave: path{returned("plan-check", 1)}, to: "suspended",
		holds: []truth{paused("plan/甲#2")}},
	{state: "suspended", exit: "终止", into: signed.then(suspend), leave: path{act("vc", "terminate", "reason=机构撤并")}, to: "terminated"},
	{state: "A1", exit: "撤回", into: filed, leave: path{act("cmh", "withdraw", "reason=登记有误")}, to: "withdrawn"},
	{state: "A2", exit: "撤回", into: drafted, leave: path{act("cmh", "withdraw", "reason=登记有误")}, to: "withdrawn"},
	{state: "A3", exit: "撤回", into: issued, leave: path{act("vc", "withdraw", "reason=主任会议决定")}, to: "withdrawn"},
	{state: "A4", exit: "政府办签收前撤回", into: sent, leave: path{act("vc", "withdraw", "reason=主任会议决定")}, to: "withdrawn"},
	{state: "A5", exit: "签收前撤回", into: handed, leave: path{act("cmh", "withdraw", "reason=登记有误")}, to: "withdrawn"},
	{state: "A5", exit: "撤回须写理由", into: handed, leave: path{act("cmh", "withdraw")}, status: 422, says: unreasoned},
	{state: "A5", exit: "政府办签收后不能撤回", into: receivedGov, leave: path{act("cmh", "withdraw", "reason=登记有误")}, status: 409, says: shut},
	{state: "A6", exit: "签收后不能撤回", into: signed, leave: path{act("cmh", "withdraw", "reason=登记有误")}, status: 409, says: shut},
	{state: "A5", exit: "签收前不能终止", into: handed, leave: path{act("vc", "terminate", "reason=机构撤并")}, status: 409, says: shut},
	{state: "A6", exit: "终止", into: signed, leave: path{act("vc", "terminate", "reason=机构撤并")}, to: "terminated"},
	{state: "A12", exit: "终止", into: reported, leave: path{act("vc", "terminate", "reason=机构撤并")}, to: "terminated"},
	{state: "withdrawn", exit: "撤回后不能再办", into: filed.then(act("cmh", "withdraw", "reason=登记有误")), leave: path{draft(1)}, status: 409, says: shut},
	{state: "terminated", exit: "终止后不能再办", into: signed.then(act("vc", "terminate", "reason=机构撤并")), leave: path{plan(1)}, status: 409, says: shut},
}

func instruct(who string) step {
	return act(who, "instruct#1", "target=甲", "reason=请倒排工期，每周报告")
}

func raise(level string, n int) step {
	return act("cmh", fmt.Sprint("raise#", n), "target=plan/甲#1", "level="+level, "reason=进度严重滞后")
}

// 批示 and 提级督办.
var leaderRows = []row{
	{state: "A6", exit: "分管副区长批示", into: signed, leave: path{instruct("vm")}, to: "A6", holds: []truth{due("instruction/甲#1", "2023-03-13")}},
	{state: "A6", exit: "主任批示", into: signed, leave: path{instruct("ch")}, to: "A6", holds: []truth{waits("instruction/甲#1")}},
	{state: "A6", exit: "报告批示办理情况", into: signed.then(instruct("vc")), leave: path{act("unh-jia", "instruction/甲#1", "text=已按批示落实")}, to: "A6",
		holds: []truth{timely("instruction/甲#1")}},
	{state: "A6", exit: "批示逾期未报告", into: signed.then(instruct("vc")), leave: passes("03-14 10:00"), to: "A6", holds: []truth{reaches("instruction/甲#1", "L0", "unt-jia")}},
	{state: "A6", exit: "批示只能给承办单位", into: signed, leave: path{act("vm", "instruct#1", "target=丙", "reason=请办")}, status: 422, says: "批示只能交给本事项的承办单位"},
	{state: "A6", exit: "批示没有内容", into: signed, leave: path{act("vm", "instruct#1", "target=甲")}, status: 422, says: unreasoned},
	{state: "A6", exit: "单位不能批示", into: signed, leave: path{act("unh-jia", "instruct#1", "target=甲", "reason=自批")}, status: 403, says: notYours},
	{state: "A6", exit: "提级督办", into: signed, leave: path{raise("L3", 1)}, to: "A6", holds: []truth{reaches("plan/甲#1", "L3", "unt-jia", "unh-jia", "vm", "gov", "cmh"),
		reaches("plan/甲#1", "L0"), reaches("plan/甲#1", "L1")}},
	{state: "A6", exit: "提级以后不能降级", into: signed.then(raise("L3", 1)), leave: path{raise("L2", 2)}, status: 422, says: "只能把未办结的环节提到更高的等级"},
	{state: "A6", exit: "已经到过的等级不能再提", into: signed.then(at("03-22 10:00", raise("L3", 1))), leave: path{raise("L1", 2)}, status: 422, says: "只能把未办结的环节提到更高的等级"},
	{state: "A6", exit: "提级以后各级照常往上", into: signed.then(raise("L3", 1)), leave: passes("03-28 10:00"), to: "A6",
		holds: []truth{reaches("plan/甲#1", "L0"), reaches("plan/甲#1", "L4", "unt-jia", "unh-jia", "vm", "gov", "cmh", "vc")}},
	{state: "A6", exit: "单位不能提级", into: signed, leave: path{act("unh-jia", "raise#1", "target=plan/甲#1", "level=L3", "reason=自督")}, status: 403, says: notYours},
	{state: "A7", exit: "办结的环节不能提级", into: checking, leave: path{raise("L3", 1)}, status: 422, says: "只能把未办结的环节提到更高的等级"},
}

// What happens twice, or at once, or out of turn.
var conflictRows = []row{
	{state: "A1", exit: "同一张表送两次，一个事实", into: filed, leave: path{twice("cmt", "draft#1", "text=审议意见稿")}, to: "A2", holds: []truth{onlyOnce("draft#1")}},
	{state: "A6", exit: "同一份方案送两次，一个事实", into: signed, leave: path{twice("unh-jia", "plan/甲#1", planned...)}, to: "A7", holds: []truth{onlyOnce("plan/甲#1")}},
	{state: "A5", exit: "两人同时签收，一个成", into: handed, leave: path{together("unt-jia", "unh-jia", "sign/甲")}, to: "A6", status: 409, holds: []truth{onlyOnce("sign/甲")}},
	{state: "A2", exit: "两人同时签发，一个成", into: reviewed, leave: path{together("vc", "ch", "issue#1", "verdict=accept")}, to: "A3", status: 409, holds: []truth{onlyOnce("issue#1")}},
	{state: "A7", exit: "方案已经报送，不能再报", into: checking, leave: path{plan(1)}, status: 409, says: shut},
	{state: "A5", exit: "没有这个环节", into: handed, leave: path{act("cmh", "no-such-stage")}, status: 409, says: shut},
}

// under gives the congress another version of its rules, for matters filed from now on.
func under(change func(*schemas.Policy)) step {
	return step{at: "03-06 10:30", do: func(m *matter) answer {
		rules, err := schemas.BuiltinRules("opinion")
		if err == nil {
			rules.Version = "2"
			change(&rules.Policy)
			_, err = m.h.reg.AddRules(context.Background(), m.Congress, rules)
		}
		if err != nil {
			m.t.Fatal(err)
		}
		return answer{status: http.StatusSeeOther}
	}}
}

var (
	bySign    = under(func(p *schemas.Policy) { p.Anchor = "sign" })
	restarted = under(func(p *schemas.Policy) { p.Restart = true })
)

// The two anchors of the units' terms, and the day that a resolution fixes.
var anchorRows = []row{
	{state: "A5", exit: "自交办日起算", into: handed, leave: path{at("03-08 10:00", sign)}, to: "A6", holds: []truth{due("plan/甲#1", "2023-03-20"), due("report/甲", "2023-06-06")}},
	{state: "A3", exit: "自签收日起算：未签收没有期限", into: path{bySign}.and(issued), leave: path{give("ofc", "handover")}, to: "A5",
		holds: []truth{due("plan/甲#1", ""), due("report/甲", ""), due("sign/甲", "2023-03-08")}},
	{state: "A5", exit: "自签收日起算", into: path{bySign}.and(handed), leave: path{at("03-08 10:00", sign)}, to: "A6",
		holds: []truth{due("plan/甲#1", "2023-03-22"), due("progress/甲", "2023-04-23"), due("report/甲", "2023-06-08")}},
	{state: "A5", exit: "自视为签收之日起算", into: path{bySign}.and(handed), leave: passes("03-09 09:30"), to: "A6", holds: []truth{settledAs("sign/甲", schemas.Auto), due("report/甲", "2023-06-09")}},
	{state: "A5", exit: "改派后重新起算", into: path{restarted}.and(allowed), leave: path{at("03-10 10:00", paper("ofc", "reassign", "甲", 1, "target=乙"))}, to: "A5",
		holds: []truth{due("plan/乙#1", "2023-03-24"), due("report/乙", "2023-06-12")}},
	{state: "A5", exit: "决议确定的期限", into: path{file("cmt", "resolution=2023-05-31")}.and(handed[1:]), leave: path{sign}, to: "A6",
		holds: []truth{due("report/甲", "2023-05-31"), due("plan/甲#1", "2023-03-20")}},
	{state: "A1", exit: "决议的期限须在将来", leave: path{file("cmt", "resolution=2023-03-06")}, status: 422, says: "决议确定的回告日必须晚于今天"},
}
