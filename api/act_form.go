package api

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type actPage struct {
	M         matter
	Stage     schemas.Stage
	Duty      schemas.Duty
	Kind      string
	Due       time.Time
	In        schemas.ActIn
	Problems  problems
	Items     []actItem
	Parties   []partyRow
	Units     []register.Unit
	Targets   []option
	Levels    []string
	Drafting  bool        // the person proposes, another signs
	Enters    bool        // the person enters what a unit answered (代录)
	Proposals []paperView // what was proposed for this person's signature
	Reasons   []string
	Causes    string
	Results   []option
	Now       time.Time
	Latest    time.Time
	Preview   []schemas.Forecast // before the hand-over: when everything will fall due
	Sheet     []sheetRow         // what a deputy gives points for
	Leaders   []option           // who may lead a key suggestion
	EndOfYear string             // the last day that a reply may promise
	Link      string             // of the one-time link that the form answers; empty: the case itself
	Actor     string             // whose link it is
	Reads     bool               // the suggestion is judged by its own words
	Replies   []paperView        // what is judged, or was said of it
	Similar   []string           // open suggestions that may be the same
	Meeting   *meetingForm       // of an interview

	Indicators []schemas.IndicatorIn // of an evaluation: as typed, and empty rows to go on with
	Ratings    []ratingRow           // what gets points in an evaluation
	Evaluation *evaluationView       // what is reviewed
}

// Area is the part of the navigation that the page belongs to.
func (page actPage) Area() string { return page.M.area() }

type (
	sheetRow struct {
		schemas.Score
		Given string // points as typed, or as the system gives them
	}
	actItem struct {
		register.Item
		Answer schemas.ItemAnswer
		Before []answerView
	}
	partyRow struct {
		Unit, Capacity string
	}
	option struct{ Value, Text string }
)

// reasonsToReturn are what a return for rework ticks (2.0.5).
var reasonsToReturn = []string{"答非所问", "无办理时限", "无责任人", "附件缺失", "未征求代表意见", "措施不具体"}

func (s *Server) showAct(w http.ResponseWriter, r *http.Request) {
	page, err := s.actPage(r, chi.URLParam(r, "id"), r.URL.Query().Get("stage"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In.Token = rand.Text()
	s.render(w, r, http.StatusOK, "act", page)
}

// actPage prepares the form of a stage for a person who settles it or drafts its paper.
func (s *Server) actPage(r *http.Request, id, stage string) (page actPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	whole, err := s.casePage(r, id)
	if err != nil {
		return page, err
	}
	m := whole.M
	o := m.State.Find(stage)
	if o == nil {
		return page, m.State.Closed(stage)
	}
	can := capacity(p, m, o.Stage) != ""
	enters := !can && !mayDraft(p, m, o.Stage)
	if enters && entersAs(p, m, o.Stage) == "" {
		return page, notEntitled(p, m, o.Stage)
	}
	kind := schemas.Kind(stage)
	page = actPage{M: m, Stage: o.Stage, Duty: schemas.Duties[kind], Kind: kind, Due: o.Due, Drafting: !can && !enters, Enters: enters, Now: p.Now, Causes: causes[kind]}
	page.In.Stage = stage
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	for _, v := range whole.Proposed {
		if v.Stage == stage {
			page.Proposals = append(page.Proposals, v)
			page.In, page.In.Paper = v.In, v.ID
		}
	}
	if page.Duty.ByItem {
		for _, i := range itemsAt(m, o.Stage) {
			item := actItem{Item: i}
			for _, it := range whole.Items {
				if it.ID == i.ID {
					item.Before = it.Answers
				}
			}
			page.Items = append(page.Items, item)
		}
	}
	page.choices(o, whole)
	if kind == "extension" {
		page.proposeExtension()
	}
	if m.IsSuggestion() {
		page.Replies = whole.Replies
		return page, s.suggestionForm(r, &page)
	}
	if m.IsEvaluation() {
		if kind != "indicators" && !rates(kind) {
			page.Evaluation = whole.Evaluation
		}
		return page, s.evaluationActForm(ctx, &page)
	}
	if m.IsInterview() {
		return page, s.interviewForm(ctx, &page, whole)
	}
	if kind == "handover" {
		if page.Preview, err = s.ahead(r, m); err != nil {
			return page, err
		}
	}
	if strings.HasPrefix(kind, "extension") {
		target := strings.TrimPrefix(strings.TrimPrefix(stage, "extension-request/"), "extension/")
		if t := m.State.Find(target); t != nil {
			page.Due = t.Due
			page.Latest, err = s.latest(ctx, m, t)
		}
	}
	return page, err
}

// ahead says when everything will fall due if the matter is handed over today.
func (s *Server) ahead(r *http.Request, m matter) ([]schemas.Forecast, error) {
	rules, err := s.Register.Rules(r.Context(), m.Rules)
	if err != nil {
		return nil, err
	}
	calendar, err := s.Register.CurrentCalendar(r.Context(), m.Congress)
	if err != nil {
		return nil, err
	}
	return rules.Forecasts(calendar, m.AnchorDay, person(r.Context()).Now, m.State.Facts["resolution"].Until)
}

// proposeExtension fills in the date that the unit asked for.
func (page *actPage) proposeExtension() {
	asked := page.M.State.Facts["extension-request/"+strings.TrimPrefix(page.Stage.Key, "extension/")]
	if !asked.Until.IsZero() {
		page.In.Until = schemas.LastDay(asked.Until).Format(time.DateOnly)
	}
}

func (page *actPage) choices(o *schemas.Open, whole casePage) {
	switch page.Kind {
	case "plan-check", "draft-check":
		page.Results, page.Reasons = options("answered", "missed"), reasonsToReturn
	case "settle", "track":
		page.Results = options("closed", "open")
	case "draft-report", "report", "rectify":
		page.Results = options("done", "mostly", "ongoing", "undone")
	case "handover", "distribute":
		for _, x := range page.M.Parties {
			page.Parties = append(page.Parties, partyRow{x.Unit, x.Capacity})
		}
		for len(page.Parties) < 6 {
			page.Parties = append(page.Parties, partyRow{Capacity: "joint"})
		}
		for _, i := range page.M.Items {
			page.Items = append(page.Items, actItem{Item: i, Answer: schemas.ItemAnswer{Item: i.ID, Lead: i.Lead}})
		}
	case "reassign", "return-request":
		for _, u := range page.Units {
			if handles(u.Kind) {
				page.Targets = append(page.Targets, option{u.ID, u.Name})
			}
		}
	case "instruct":
		for _, x := range page.M.Parties {
			if !x.Gone {
				page.Targets = append(page.Targets, option{x.Unit, x.Name})
			}
		}
	case "raise":
		page.Levels = []string{"L1", "L2", "L3", "L4", "L5"}
		for _, v := range whole.Open {
			if !v.NPC && !v.Due.IsZero() {
				page.Targets = append(page.Targets, option{v.Key, v.UnitName + " · " + v.Duty.Title + v.Round})
			}
		}
	}
}

func options(codes ...string) (os []option) {
	for _, c := range codes {
		os = append(os, option{c, schemas.ResultNames[c]})
	}
	return os
}

// causes say what an act sets in motion, beside its button (pages.md 4).
var causes = map[string]string{
	"handover":    "交办后，签收、方案、半程进展、征求意见稿和正式回告的期限同时开始计算，并通知承办单位。",
	"sign":        "签收后三个工作日内可以申请退办。",
	"plan":        "报送后期限停止提醒，由委室逐条审核。",
	"report":      "正式回告后由主任会议审查。",
	"suspend":     "中止期间承办单位的期限停止计算，最长九十日。",
	"suspension":  "恢复后各期限按剩余天数顺延。",
	"withdraw":    "撤回后本事项结束，已发出的通知作废。",
	"terminate":   "终止后本事项结束，不能再办理。",
	"instruct":    "批示成为承办单位的一项任务，五个工作日内报告。",
	"raise":       "立即通知该等级及以下各级负责人。",
	"extension":   "同意后按新期限重新计算提醒和催办。",
	"endorse":     "同意后由分管副主任审批，批准以后才通知单位。",
	"approve":     "批准后由委室通知单位，至少提前三个工作日。",
	"notify":      "发出后单位看得到这件约谈，须在两个工作日内签收；约谈前双方都会收到提醒。",
	"proxy":       "没有同意的，副职到会不能登记为已约谈。",
	"postpone":    "同意后双方按新的时间收到提醒。",
	"hold":        "登记已约谈后，三个工作日内形成纪要；没有举行的，重新通知。",
	"minutes":     "签发后由单位负责人签认；签认后每项承诺成为单位的一项任务。",
	"countersign": "签字后每项承诺按写明的日期计算期限，逾期逐级催办。",
	"promise":     "报告后由委室核查；没有兑现的退回再报一次。",
	"take-up":     "同意以后由牵头委室制定指标体系；指标报送以前，单位看不到这件评估。",
	"indicators":  "报送后通知单位，单位自评和委室采集同时开始。",
	"archive":     "归档后本事项了结，只能查阅；一年内可以另立新事项重开。",
}

// doAct does what the form says.
func (s *Server) doAct(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	id := chi.URLParam(r, "id")
	if err := r.ParseMultipartForm(8 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	in := readAct(r.PostForm)
	if r.PostFormValue("more") != "" {
		s.again(w, r, id, in, nil)
		return
	}
	m, err := s.matter(ctx, p, id)
	if err == nil && r.PostFormValue("return-to-drafter") != "" {
		err = s.sendBack(r, m, in)
	} else if err == nil {
		err = s.submit(w, r, m, in)
	}
	var known *schemas.Error
	switch {
	case err == nil:
		http.Redirect(w, r, "/cases/"+id+"?done="+url.QueryEscape(schemas.Kind(in.Stage)), http.StatusSeeOther)
	case isPending(err):
		s.render(w, r, http.StatusAccepted, "pending", m)
	case errors.As(err, &known) && statusOf(known.Code) == http.StatusUnprocessableEntity:
		s.again(w, r, id, in, known)
	default:
		s.fail(w, r, err)
	}
}

func (s *Server) submit(_ http.ResponseWriter, r *http.Request, m matter, in schemas.ActIn) error {
	if wrong := check(in); len(wrong) > 0 {
		return schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	files, err := s.receiveFiles(r, m.ID)
	if err != nil {
		return err
	}
	_, err = s.perform(r.Context(), person(r.Context()), m, in, files)
	return err
}

// again shows the form with what was typed and what is wrong with it; nil: nothing, it only gets more rows.
func (s *Server) again(w http.ResponseWriter, r *http.Request, id string, in schemas.ActIn, why *schemas.Error) {
	page, err := s.actPage(r, id, in.Stage)
	if err != nil {
		if why != nil {
			err = why
		}
		s.fail(w, r, err)
		return
	}
	page.In = in
	page.In.Token = rand.Text() // the refusal stands under the other one
	page.given(in.Marks)
	page.promises()
	page.indicatorRows()
	for i := range page.Items {
		for _, a := range in.Items {
			if a.Item == page.Items[i].ID {
				page.Items[i].Answer = a
			}
		}
	}
	for i := range page.Parties {
		page.Parties[i] = partyRow{}
		if i < len(in.Parties) {
			page.Parties[i] = partyRow{in.Parties[i].Unit, in.Parties[i].Capacity}
		}
	}
	status := http.StatusOK
	if why != nil {
		page.Problems, status = problems{{"main", why.Text}}, statusOf(why.Code)
	}
	s.render(w, r, status, "act", page)
}

// sendBack returns a proposed paper to its drafter.
func (s *Server) sendBack(r *http.Request, m matter, in schemas.ActIn) error {
	o := m.State.Find(in.Stage)
	if o == nil || capacity(person(r.Context()), m, o.Stage) == "" {
		return schemas.Refuse("NotEntitled", "您无权退回这份文书")
	}
	return s.Register.RefusePaper(r.Context(), m.ID, in.Paper)
}

// readAct reads the fields of the form; items and parties come numbered.
func readAct(f url.Values) schemas.ActIn {
	in := schemas.ActIn{Token: f.Get("token"), Stage: f.Get("stage"), Verdict: f.Get("verdict"), On: f.Get("on"), Until: f.Get("until"),
		Text: f.Get("text"), Reason: f.Get("reason"), Reasons: f["reasons"], Target: f.Get("target"), Level: f.Get("level"), Paper: f.Get("paper"),
		Title: f.Get("title"), Demand: f.Get("demand"), Open: f.Get("publish") == "1"}
	if leader := f.Get("leader"); leader != "" {
		in.People = []string{leader}
	}
	in.Marks = readMarks(f)
	in.Indicators, in.Readings = readIndicators(f)
	in.Came, in.Sender = f.Get("came"), trimmed(f, "sender")
	in.Meets, in.Place, in.Present = f.Get("meets"), f.Get("place"), f.Get("present")
	for i := range 60 {
		n := strconv.Itoa(i)
		if item := f.Get("item-" + n); item != "" {
			in.Items = append(in.Items, schemas.ItemAnswer{Item: item, Measure: f.Get("measure-" + n), Goal: f.Get("goal-" + n),
				Person: f.Get("person-" + n), By: f.Get("by-" + n), Process: f.Get("process-" + n), Result: f.Get("result-" + n),
				Reason: f.Get("why-" + n), Lead: f.Get("lead-" + n)})
		}
		if p := (schemas.PromiseIn{What: f.Get("what-" + n), Who: f.Get("who-" + n), By: f.Get("when-" + n)}); p != (schemas.PromiseIn{}) {
			in.Promises = append(in.Promises, p)
		}
		if unit := f.Get("unit-" + n); unit != "" {
			in.Parties = append(in.Parties, schemas.PartyIn{Unit: unit, Capacity: f.Get("capacity-" + n)})
		}
	}
	count := func(name string) int { n, _ := strconv.Atoi(strings.TrimSpace(f.Get(name))); return n }
	if f.Get("vote") != "" {
		in.Vote = &schemas.VoteIn{Minutes: f.Get("minutes"), Members: count("members"), Present: count("present"), For: count("for"), Against: count("against"), Abstain: count("abstain")}
	}
	if f.Get("ballot") != "" {
		in.Ballot = &schemas.BallotIn{Minutes: f.Get("minutes"), Expected: count("expected"), Present: count("present"), Issued: count("issued"),
			Returned: count("returned"), Valid: count("valid"), Satisfied: count("satisfied"), Basically: count("basically"), Dissatisfied: count("dissatisfied")}
	}
	return in
}
