package chaos

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
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

	"github.com/google/uuid"
)

type (
	// office is a congress at work: people who file opinions and answer them through the pages, whatever happens to the machines.
	office struct {
		*stack
		registertest.District
		mu      sync.Mutex
		windows map[string]*http.Client
		plays   []*play
		strange []string // answers that nobody should get
		acked   atomic.Int64
		pending atomic.Int64 // acts answered with 正在登记
		again   atomic.Int64 // sendings that had to be repeated
		full    atomic.Int64 // refused because the store was full
		files   atomic.Int64
	}
	// play is one opinion on its way.
	play struct {
		*office
		variant string
		number  string
		id      string
		items   []register.Item
		random  *rand.Rand
		steps   []step
		mu      sync.Mutex
		done    int             // steps told
		acks    map[string]ack  // by token
		marks   map[int]string  // what the matter looked like after so many steps
		sums    map[string]bool // hashes of the files handed in
	}
	// step is one act of a script.
	step struct {
		login string
		file  bool // it comes with an attachment
		in    func(*play) schemas.ActIn
	}
	ack struct {
		key    string
		status int // 200: done, 202: safe in the intake
		at     time.Time
	}
)

const (
	clerk, head, vice, secretary, mayor = "cmt", "cmh", "vc", "ofc", "gov"
	impatience                          = 25 * time.Second // of a browser
)

// openOffice founds a congress whose clock runs at a rate from a Monday of 2023 on.
func openOffice(st *stack, rate float64) *office {
	virtual := time.Date(2023, 2, 20, 9, 30, 0, 0, schemas.Shanghai)
	return openOfficeAt(st, schemas.Pace{Real: time.Now(), Virtual: virtual, Rate: rate})
}

func openOfficeAt(st *stack, pace schemas.Pace) *office {
	o := &office{stack: st, windows: map[string]*http.Client{}}
	o.District = registertest.Found(st.t, st.register, pace, api.Hash(registertest.Password))
	return o
}

// variants are the ways that an opinion goes in these tests.
var variants = map[string]func(*play) []step{
	"plain":  func(p *play) []step { return slices.Concat(p.drafted(), p.answered(0, false), p.judged("satisfied")) },
	"rework": func(p *play) []step { return slices.Concat(p.drafted(), p.answered(0, true), p.judged("satisfied")) },
	"several": func(p *play) []step {
		return slices.Concat(p.drafted(), p.answered(0, false), p.answered(1, true), p.judged("satisfied"))
	},
	"by-office": func(p *play) []step {
		return slices.Concat(p.drafted(), p.received(), p.answered(0, false), p.judged("satisfied"))
	},
	"again": func(p *play) []step {
		return slices.Concat(p.drafted(), p.answered(0, false), p.judged("dissatisfied"))
	},
	"interrupted": func(p *play) []step {
		return slices.Concat(p.drafted(), p.stood(), p.answered(0, false), p.judged("satisfied"))
	},
}

func does(login, stage, verdict string) step {
	return step{login: login, in: func(*play) schemas.ActIn { return schemas.ActIn{Stage: stage, Verdict: verdict, Reason: "经研究"} }}
}

// drafted is A1 to A4, and the units' signing.
func (p *play) drafted() []step {
	return []step{does(clerk, "draft#1", ""), does(head, "review#1", "accept"), does(vice, "issue#1", "accept"),
		{login: secretary, in: func(p *play) schemas.ActIn { return p.hands("handover") }}}
}

func (p *play) hands(stage string) schemas.ActIn {
	in := schemas.ActIn{Stage: stage, Parties: p.parties()}
	for i, it := range p.items {
		in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Lead: p.Units[i]})
	}
	return in
}

func (p *play) parties() []schemas.PartyIn {
	if p.variant == "several" {
		return []schemas.PartyIn{{Unit: p.Units[0], Capacity: "several"}, {Unit: p.Units[1], Capacity: "several"}}
	}
	return []schemas.PartyIn{{Unit: p.Units[0], Capacity: "sole"}}
}

// received is the way through the government's office.
func (p *play) received() []step {
	return []step{does(mayor, "receive", ""), {login: mayor, in: func(p *play) schemas.ActIn { return p.hands("distribute") }}}
}

// stood is a suspension that is lifted again.
func (p *play) stood() []step {
	return []step{does(vice, "suspend#1", ""), does(vice, "suspension#1", "")}
}

// answered is A5 to A11 for the n-th unit.
func (p *play) answered(n int, rework bool) (steps []step) {
	u, name := p.Units[n], []string{"jia", "yi"}[n]
	unit := func(stage string, file bool) step {
		return step{login: "unh-" + name, file: file, in: func(p *play) schemas.ActIn {
			return schemas.ActIn{Stage: stage, Text: "总体情况：已成立专班，逐条办理如下。", Items: []schemas.ItemAnswer{{Item: p.items[n].ID,
				Measure: "倒排工期，逐项销账", Goal: "年内完成", Person: "甲", By: "2023-12-20", Process: "已完成七成", Result: "done"}}}
		}}
	}
	check := func(stage, verdict, result string) step {
		return step{login: head, in: func(p *play) schemas.ActIn {
			return schemas.ActIn{Stage: stage, Verdict: verdict, Reason: "请补充时限", Reasons: []string{"无办理时限"}, Items: []schemas.ItemAnswer{{Item: p.items[n].ID, Result: result}}}
		}}
	}
	steps = append(steps, does("unt-"+name, "sign/"+u, ""))
	paper := func(kind, checked string, rounds int) {
		for i := 1; i <= rounds; i++ {
			suffix := "/" + u + fmt.Sprint("#", i)
			steps = append(steps, unit(kind+suffix, kind != "plan"))
			if p.variant == "by-office" {
				steps = append(steps, does(mayor, strings.TrimSuffix(checked, "-check")+"-forward"+suffix, ""))
			}
			if i < rounds {
				steps = append(steps, check(checked+suffix, "rework", "missed"))
			} else {
				steps = append(steps, check(checked+suffix, "accept", "answered"))
			}
		}
	}
	paper("plan", "plan-check", map[bool]int{false: 1, true: 2}[rework])
	steps = append(steps, unit("progress/"+u, false))
	paper("draft-report", "draft-check", 1)
	return append(steps, unit("report/"+u, true))
}

// judged is A12 to A16.
func (p *play) judged(verdict string) []step {
	evaluate := func(stage, verdict string) step {
		return step{login: secretary, in: func(*play) schemas.ActIn {
			b := schemas.BallotIn{Minutes: "会议纪要", Expected: 33, Present: 31, Issued: 31, Returned: 31, Valid: 30, Satisfied: 22, Basically: 6, Dissatisfied: 2}
			return schemas.ActIn{Stage: stage, Verdict: verdict, Reason: "测评结果", Ballot: &b}
		}}
	}
	steps := []step{does(secretary, "examine", "ballot"), evaluate("evaluate#1", verdict)}
	if verdict == "dissatisfied" {
		steps = append(steps, step{login: "unh-jia", in: func(p *play) schemas.ActIn {
			return schemas.ActIn{Stage: "rectify/" + p.Units[0] + "#1", Text: "已再次整改。", Items: []schemas.ItemAnswer{{Item: p.items[0].ID, Process: "已补齐", Result: "done"}}}
		}}, evaluate("evaluate#2", "satisfied"))
	}
	return append(steps, step{login: head, in: func(p *play) schemas.ActIn {
		in := schemas.ActIn{Stage: "settle", Text: "经核查，予以销号。"}
		for _, it := range p.items {
			in.Items = append(in.Items, schemas.ItemAnswer{Item: it.ID, Result: "closed"})
		}
		return in
	}}, does(secretary, "publish", "public"), does(secretary, "archive", ""))
}

// begin has the office file one more opinion.
func (o *office) begin(variant, number string, seed uint64) *play {
	p := &play{office: o, variant: variant, number: number, random: rand.New(rand.NewPCG(seed, seed)), acks: map[string]ack{}, marks: map[int]string{}, sums: map[string]bool{}}
	p.steps = variants[variant](p)
	o.mu.Lock()
	o.plays = append(o.plays, p)
	o.mu.Unlock()
	return p
}

// run files the opinion and walks through its steps until they or ctx end.
func (p *play) run(ctx context.Context, pace time.Duration) {
	if p.file(ctx) != nil {
		return
	}
	for p.done < len(p.steps) {
		if pace > 0 && !rest(ctx, time.Duration(p.random.Int64N(int64(2*pace)))) {
			return
		}
		s := p.steps[p.done]
		in, mine := s.in(p), false
		for !mine {
			state, err := p.register.State(ctx, p.id)
			if _, told := state.Told(in.Stage); err == nil && told {
				break // the system was faster: signed by the passing of time; or it was done before
			}
			if st := state.Find(in.Stage); err == nil && st != nil && after(state, st.After) {
				mine = p.send(ctx, s, in)
			}
			if !mine && !rest(ctx, 50*time.Millisecond) {
				return
			}
		}
		if !p.comes(ctx, in.Stage) {
			return
		}
		p.tell(mine)
	}
}

func after(s schemas.State, fact string) bool {
	_, told := s.Told(fact)
	return fact == "" || told
}

// tell notes what the matter looks like now that one more step is done by this play.
func (p *play) tell(mine bool) {
	mark, err := p.looks(context.Background())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if mine && err == nil {
		p.marks[p.done] = mark
	}
}

// looks is what the acts so far have made of the matter: what is owed by whom, and what has been told with which verdict. What
// time alone does, the doors that it opens and shuts and the signing that it does itself, stays out.
func (p *play) looks(ctx context.Context) (string, error) {
	s, err := p.register.State(ctx, p.id)
	if err != nil {
		return "", err
	}
	s.Open = slices.DeleteFunc(s.Open, func(o *schemas.Open) bool { return schemas.Kind(o.Key) == "sign" })
	var owed, told []string
	for _, o := range s.Open {
		if !schemas.Duties[schemas.Kind(o.Key)].Door {
			owed = append(owed, p.general(o.Key))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(s.Facts)) {
		duty, known := schemas.Duties[schemas.Kind(k)]
		if f := s.Facts[k]; known && !duty.Door && f.Verdict != schemas.Lapsed && schemas.Kind(k) != "sign" {
			told = append(told, p.general(k)+"="+f.Verdict)
		}
	}
	slices.Sort(owed)
	return s.Phase() + " | " + strings.Join(owed, " ") + " | " + strings.Join(told, " "), nil
}

// general is a key without the ids of this one matter.
func (p *play) general(key string) string {
	for i, it := range p.items {
		key = strings.ReplaceAll(key, it.ID, fmt.Sprint("item", i))
	}
	for i, u := range p.Units {
		key = strings.ReplaceAll(key, u, fmt.Sprint("unit", i))
	}
	return key
}

// comes waits until the act is a fact.
func (p *play) comes(ctx context.Context, key string) bool {
	for {
		s, err := p.register.State(ctx, p.id)
		if _, told := s.Told(key); err == nil && told {
			return true
		}
		if !rest(ctx, 50*time.Millisecond) {
			return false
		}
	}
}

func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// file enters the opinion; the number tells a repetition.
func (p *play) file(ctx context.Context) error {
	in := schemas.FileIn{Number: p.number, Kind: "deliberation", Source: "执法检查", Title: "关于" + p.number + "的审议意见", Committee: p.Committee,
		Direct: p.variant != "by-office", Parties: p.parties()}
	for i := range in.Parties {
		in.Items = append(in.Items, schemas.ItemIn{Problem: fmt.Sprint("问题", i+1), Demand: "限期整改", Lead: p.Units[i]})
	}
	for ctx.Err() == nil {
		now, err := p.register.Now(ctx, p.Congress)
		if err == nil {
			in.T0 = now.In(schemas.Shanghai).AddDate(0, 0, -1).Format(time.DateOnly)
			status, code, _ := p.call(ctx, clerk, "/api/cases", "application/json", encoded(in))
			if status == http.StatusCreated || code == "Duplicate" {
				break
			}
			if status != 0 && status != http.StatusServiceUnavailable {
				p.wonder("filing %s: %d %s", p.number, status, code)
			}
		}
		p.again.Add(1)
		rest(ctx, 300*time.Millisecond)
	}
	for ; ctx.Err() == nil; rest(ctx, 100*time.Millisecond) {
		var id string
		if err := p.register.Pool().QueryRow(ctx, "select id::text from cases where congress = $1 and number = $2", p.Congress, p.number).Scan(&id); err != nil {
			continue
		}
		items, err := p.register.Items(ctx, id)
		if err != nil {
			continue
		}
		p.mu.Lock()
		p.id, p.items = id, items
		p.mu.Unlock()
		return nil
	}
	return ctx.Err()
}

func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// send does one act until it is acknowledged, as an impatient person would: the same form again and again, sometimes twice at
// once. It returns false when the stage is not open any more.
func (p *play) send(ctx context.Context, s step, in schemas.ActIn) bool {
	in.Token = uuid.NewString()
	var file []byte
	if s.file {
		file = []byte("附件 " + in.Token + "\n" + strings.Repeat("办理情况的佐证材料。\n", 200))
	}
	for ctx.Err() == nil {
		asked := time.Now()
		if p.random.IntN(8) == 0 {
			go p.post(ctx, s.login, in, file)
		}
		status, code, text := p.post(ctx, s.login, in, file)
		switch {
		case status == http.StatusOK || status == http.StatusSeeOther || status == http.StatusAccepted:
			p.acked.Add(1)
			if status == http.StatusAccepted {
				p.pending.Add(1)
			} else {
				status = http.StatusOK
			}
			p.mu.Lock()
			p.acks[in.Token] = ack{in.Stage, status, asked}
			if file != nil {
				p.sums[sum(file)] = true
				p.files.Add(1)
			}
			p.mu.Unlock()
			return true
		case code == "StoreAway":
			p.full.Add(1)
		case code == "StageClosed":
			return false
		case status != 0 && status != http.StatusServiceUnavailable && status != http.StatusUnauthorized:
			p.wonder("%s on %s of %s: %d %s %s", s.login, p.general(in.Stage), p.number, status, code, text)
			in.Token = uuid.NewString() // the page gives a new form
		}
		p.again.Add(1)
		rest(ctx, time.Duration(100+p.random.IntN(400))*time.Millisecond)
	}
	return false
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// post sends an act by the page's form when a file goes with it, by the API otherwise.
func (p *play) post(ctx context.Context, login string, in schemas.ActIn, file []byte) (status int, code, text string) {
	if file == nil {
		return p.call(ctx, login, "/api/cases/"+p.id+"/acts", "application/json", encoded(in))
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	field := func(name, value string) {
		if value != "" {
			_ = form.WriteField(name, value)
		}
	}
	field("token", in.Token)
	field("stage", in.Stage)
	field("text", in.Text)
	field("open", "1")
	for i, it := range in.Items {
		n := fmt.Sprint("-", i)
		field("item"+n, it.Item)
		field("process"+n, it.Process)
		field("result"+n, it.Result)
	}
	part, err := form.CreateFormFile("files", "佐证.txt")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return 0, "", err.Error()
	}
	return p.call(ctx, login, "/cases/"+p.id+"/act", form.FormDataContentType(), body.Bytes())
}

// call posts as a person to one of the processes that serve the pages; status 0: nobody answered.
func (o *office) call(ctx context.Context, login, path, kind string, body []byte) (status int, code, text string) {
	ctx, cancel := context.WithTimeout(ctx, impatience)
	defer cancel()
	for range 2 {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.page(rand.IntN(len(o.pages)))+path, bytes.NewReader(body))
		if err != nil {
			return 0, "", err.Error()
		}
		r.Header.Set("Content-Type", kind)
		a, err := o.window(login).Do(r)
		if err != nil {
			return 0, "", err.Error()
		}
		answer, err := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if err != nil {
			return 0, "", err.Error()
		}
		if a.StatusCode != http.StatusUnauthorized || path == "/api/login" {
			var problem schemas.Problem
			if json.Unmarshal(answer, &problem) != nil && a.StatusCode >= 400 {
				problem = said(string(answer))
			}
			return a.StatusCode, problem.Code, problem.Text
		}
		if status, code, text = o.call(ctx, login, "/api/login", "application/json", encoded(schemas.LoginIn{Login: login, Password: registertest.Password})); status != http.StatusNoContent {
			return status, code, text
		}
	}
	return http.StatusUnauthorized, "NotLoggedIn", ""
}

// said is the code of an error page, by its sentence.
func said(page string) schemas.Problem {
	for text, code := range map[string]string{"附件暂时无法保存": "StoreAway", "已经办结": "StageClosed", "已经了结": "StageClosed"} {
		if strings.Contains(page, text) {
			return schemas.Problem{Code: code, Text: text}
		}
	}
	return schemas.Problem{Text: page}
}

// window is a person's browser; it does not follow where it is sent.
func (o *office) window(login string) *http.Client {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := o.windows[login]
	if w == nil {
		jar, _ := cookiejar.New(nil)
		w = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		o.windows[login] = w
	}
	return w
}

func (o *office) wonder(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.strange) < 20 {
		o.strange = append(o.strange, fmt.Sprintf(format, args...))
	}
}

// calm plays every variant once with nothing in its way: what a matter looks like after each step is the measure for all others.
func (o *office) calm(t testing.TB) map[string]map[int]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	measure := map[string]map[int]string{}
	var all sync.WaitGroup
	for i, v := range slices.Sorted(maps.Keys(variants)) {
		p := o.begin(v, number(i+1), uint64(i))
		measure[v] = p.marks
		all.Go(func() { p.run(ctx, 0) })
	}
	all.Wait()
	for _, p := range o.plays {
		if p.done < len(p.steps) {
			t.Fatalf("%s stops in calm after %d steps of %d at %s; %v", p.variant, p.done, len(p.steps), p.general(p.steps[p.done].in(p).Stage), o.strange)
		}
	}
	return measure
}

func number(n int) string { return fmt.Sprintf("常审〔2023〕%d号", n) }
