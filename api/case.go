package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	casePage struct {
		M           matter
		Now         time.Time
		Open        []stageView // what is owed, the earliest due first
		Doors       []stageView // what this person may do besides
		Closed      []stageView
		Steps       []step
		Turn        string
		Lamp        lamp
		Due         time.Time
		Items       []itemView
		Coming      []register.Rung
		Papers      []paperView
		Replies     []paperView // of a suggestion: the replies and what the deputy said of them
		Events      []event
		Pending     []register.Received
		Refused     []register.Received // this person's acts that were refused after he had left the page
		Proposed    []paperView
		Reopener    bool
		Discloser   bool // may withdraw or correct what is published
		Handlers    []handlerView
		Inquiry     *inquiryView       // of an inquiry
		Appraisal   *appraisalView     // of an appraisal
		Talks       []register.Related // interviews that came out of it
		Evaluation  *evaluationView    // of an end-effect evaluation
		Evaluations []register.Related // of what it brought about
		Evaluates   bool               // this person may propose one
		Summons     bool               // a unit is late, or to be asked in an inquiry, and this person may propose an interview
		Names       map[string]string
		ActedFor    map[string]string // acts done in another's place → that other
		EnteredFor  []register.EnteredFor
		TakenOver   *register.LedgerImport // by which the matter came in underway; nil: it was filed here
		RuleMoves   []register.RuleMove    // when the office put it on another version of its rules
		Corrects    bool                   // may put right what was entered wrong (更正)
		Corrections []correctionView
		Letters     []letterView
		Drawable    []option // the kinds of letters that this person may draw
		Government  string   // the name of the government's office, for a letter
		Told        string
		Urges       []urgeView
		Readings    []readingView
	}
	stageView struct {
		register.Stage
		Lamp     lamp
		Duty     schemas.Duty
		Round    string
		Can      bool   // this person settles it
		Drafts   bool   // this person prepares its paper
		Enters   bool   // this person enters it for the unit (代录)
		ByDay    bool   // it was settled before the matter was taken over: of that the day is known
		After    string // what must come first
		WhoseAct string
	}
	step struct {
		Title         string
		Done, Current bool
	}
	itemView struct {
		register.Item
		Answers []answerView
	}
	answerView struct {
		Stage, Unit string
		schemas.ItemAnswer
	}
	paperView struct {
		register.Paper
		In    schemas.ActIn
		Files []register.Attachment
	}
	event struct {
		At           time.Time
		Text, Note   string
		System, Late bool
		Day          bool // of the instant the day is known
		Provisional  string
		key          string // of the act
	}
	handlerView struct {
		register.Party
		People []register.Account
		Mine   bool
	}
)

// Area is the part of the navigation that the page belongs to.
func (page casePage) Area() string { return page.M.area() }

// motionSteps are those of a motion.
var motionSteps = []stretch{
	{"联名提出", []string{"M1"}}, {"审查", []string{"M2"}}, {"主席团决定", []string{"M3"}}, {"大会表决", []string{"M4"}}, {"实施方案", []string{"M5"}},
	{"常委会听取", []string{"M6"}}, {"跟踪视察", []string{"M7"}}, {"年底报告", []string{"M8"}}, {"表决结案", []string{"M9"}}, {"报告归档", []string{"M10"}},
}

// interviewSteps are those of an interview, with the states of spec 2f.
var interviewSteps = []stretch{
	{"提出", []string{"Y1"}}, {"审批", []string{"Y2"}}, {"通知", []string{"Y3"}}, {"签收", []string{"Y4"}}, {"约谈", []string{"Y5"}}, {"纪要", []string{"Y6"}},
	{"承诺兑现", []string{"Y7"}},
}

// stretch is a part of the way that the steps bar shows, with the states it holds.
type stretch struct {
	title  string
	states []string
}

// steps are those of an opinion, with the states of spec 2a.
var steps = []stretch{
	{"起草", []string{"A1"}}, {"审签", []string{"A2"}}, {"交办", []string{"A3"}}, {"签收", []string{"A4", "A5"}},
	{"办理方案", []string{"A6", "A7"}}, {"办理", []string{"A8"}}, {"征求意见", []string{"A9", "A10"}}, {"回告", []string{"A11"}},
	{"审查测评", []string{"A12", "A14"}}, {"销号", []string{"A13", "A15"}}, {"公开归档", []string{"A16"}},
}

// suggestionSteps are those of a suggestion, with the states of spec 2c.
var suggestionSteps = []stretch{
	{"提出", []string{"C1"}}, {"审查立案", []string{"C2"}}, {"交办", []string{"C4"}}, {"签收", []string{"C5", "C6"}}, {"联系代表", []string{"C7", "C8"}},
	{"答复", []string{"C10"}}, {"代表评价", []string{"C11"}}, {"落实", []string{"C12", "C13"}}, {"重新办理", []string{"C14", "C15"}}, {"办结", []string{"C16", "C17"}},
	{"公开归档", []string{"C18"}},
}

func (s *Server) showCase(w http.ResponseWriter, r *http.Request) {
	page, err := s.casePage(r, chi.URLParam(r, "id"))
	if p := person(r.Context()); err == nil {
		err = s.Register.ReadCase(r.Context(), p.ID, page.M.ID, p.Now)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Told = s.sessions.PopString(r.Context(), toldKey)
	s.render(w, r, http.StatusOK, "case", page)
}

func (s *Server) casePage(r *http.Request, id string) (page casePage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Now = p.Now
	if page.M, err = s.matter(ctx, p, id); err != nil {
		return page, err
	}
	stages, err := s.Register.Stages(ctx, id)
	if err != nil {
		return page, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	if page.Names, err = s.Register.Names(ctx, p.Congress); err != nil {
		return page, err
	}
	page.stages(p, calendar, stages)
	page.doors(p)
	page.Steps = stepsAt(page.M.Procedure, page.M.Phase, page.M.Outcome)
	rungs, err := s.Register.Rungs(ctx, id)
	if err != nil {
		return page, err
	}
	for _, g := range rungs {
		if g.RungAt.IsZero() && g.Effect == "" {
			page.Coming = append(page.Coming, g)
		}
	}
	if err := s.papers(r, &page); err != nil {
		return page, err
	}
	if page.Pending, err = s.Register.Pending(ctx, id); err != nil {
		return page, err
	}
	if page.Refused, err = s.Register.Refusals(ctx, id, p.ID); err != nil {
		return page, err
	}
	journal, err := s.Register.Journal(ctx, id)
	if err != nil {
		return page, err
	}
	if page.ActedFor, err = s.Register.ActedFor(ctx, id); err != nil {
		return page, err
	}
	if page.EnteredFor, err = s.Register.EnteredFor(ctx, id); err != nil {
		return page, err
	}
	if err := s.takenOver(ctx, &page); err != nil {
		return page, err
	}
	if page.M.State.NextAdoption() != schemas.Adoption+"#1" {
		if page.RuleMoves, err = s.Register.RuleMovesOf(ctx, p.Congress, id); err != nil {
			return page, err
		}
	}
	page.events(journal)
	if err := s.corrected(r, &page); err != nil {
		return page, err
	}
	_, settled := page.M.State.Told("settle")
	page.Reopener = settled && granted(p, "reopen", subject{object: "opinion", unit: page.M.Committee})
	page.Discloser = grantedSome(p, "change", "disclosure")
	page.Summons = grantedSome(p, "create", "interview") && (page.M.IsInquiry() && page.M.handed() && page.M.Outcome == "" ||
		slices.ContainsFunc(page.Open, func(v stageView) bool { return !v.NPC && v.Lamp.Colour == "red" }))
	if page.Talks, err = s.interviewsAbout(ctx, p, id); err != nil {
		return page, err
	}
	if about := page.M.Interview.About; about != "" { // whoever is summoned need not know of the matter
		if _, err := s.matter(ctx, p, about); isRefusal(err, "NotFound") {
			page.M.Interview.About = ""
		} else if err != nil {
			return page, err
		}
	}
	if page.M.IsInquiry() {
		v, err := s.inquiryView(ctx, p, calendar, page.M)
		if err != nil {
			return page, err
		}
		page.Inquiry = &v
	}
	page.Evaluates = evaluable(page.M) && grantedSome(p, "create", "evaluation")
	if page.Evaluations, err = s.evaluationsAbout(ctx, p, page.M); err != nil {
		return page, err
	}
	if page.M.IsEvaluation() {
		v, err := s.evaluationView(ctx, page.M)
		if err != nil {
			return page, err
		}
		page.Evaluation = &v
		if about := v.About; about != "" {
			if _, err := s.matter(ctx, p, about); isRefusal(err, "NotFound") {
				v.About = ""
			} else if err != nil {
				return page, err
			}
		}
	}
	if page.M.IsAppraisal() {
		v, err := s.appraisalView(ctx, p, page.M)
		if err != nil {
			return page, err
		}
		page.Appraisal = &v
	}
	if err := s.lettersOn(r, &page); err != nil {
		return page, err
	}
	if err := s.urges(r, &page); err != nil {
		return page, err
	}
	if !mayReadWhole(p, page.M) {
		page.narrow(p)
	}
	if page.M.IsOfficial() { // it goes to the head alone, and nowhere else
		page.Summons = false
		return page, nil
	}
	return page, s.handlers(r, &page)
}

// stages sorts the duties, and finds the one whose turn it is: the earliest due of those that can be done now.
func (page *casePage) stages(p *register.Person, c schemas.Calendar, all []register.Stage) {
	for _, st := range all {
		v := stageView{Stage: st, Lamp: lampOf(c, st, page.Now), Duty: schemas.Duties[st.Kind], Round: whichOf(page.M.State, st.Key)}
		if !st.ClosedAt.IsZero() {
			page.Closed = append(page.Closed, v)
			continue
		}
		if o := page.M.State.Find(st.Key); o != nil {
			v.Can = capacity(p, page.M, o.Stage) != ""
			v.Drafts = !v.Can && mayDraft(p, page.M, o.Stage)
			v.Enters = !v.Can && !v.Drafts && entersAs(p, page.M, o.Stage) != "" && !v.Duty.Door
			if _, told := page.M.State.Told(o.After); o.After != "" && !told {
				v.After = schemas.Title(o.After)
			}
		}
		v.WhoseAct = whose(st)
		page.Open = append(page.Open, v)
	}
	slices.SortStableFunc(page.Open, func(a, b stageView) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	for _, v := range page.Open {
		if v.After == "" {
			page.Turn, page.Lamp, page.Due = v.WhoseAct+" · "+v.Duty.Title, v.Lamp, v.Due
			break
		}
	}
	if page.M.Outcome != "" {
		ended := schemas.PhaseName(page.M.Outcome)
		page.Turn, page.Lamp = ended, lamp{"grey", ended}
	}
}

// whose says whose turn a duty is.
func whose(st register.Stage) string {
	if st.UnitName != "" && !st.NPC {
		return st.UnitName
	}
	if len(st.Roles) == 0 {
		return ""
	}
	return schemas.RoleNames[schemas.Role(st.Roles[0])]
}

// arrival is how an answer came that the office entered.
func arrival(code string) string {
	i := slices.IndexFunc(schemas.Arrivals, func(w schemas.Verdict) bool { return w.Code == code })
	return schemas.Arrivals[max(i, 0)].Text
}

// whichOf tells stages of one kind apart: by the promise that they are about, and by their round.
func whichOf(s schemas.State, key string) string {
	if n := s.Promised(key); n > 0 {
		return fmt.Sprintf("第%d项", n) + roundOf(key)
	}
	return roundOf(key)
}

func roundOf(key string) string {
	if _, n, ok := strings.Cut(key, "#"); ok && n != "1" {
		return "第" + n + "次"
	}
	return ""
}

// narrow leaves what a person must know who only owes a stage of the matter.
func (page *casePage) narrow(p *register.Person) {
	owed := page.M.owed(p, schemas.UnitHead)
	page.Open = slices.DeleteFunc(page.Open, func(v stageView) bool { return !slices.Contains(owed, v.Key) })
	page.Steps, page.Closed, page.Coming, page.Events, page.Pending, page.Doors = nil, nil, nil, nil, nil, nil
	page.Urges, page.Readings, page.Corrections = nil, nil, nil
	page.M.Body, page.M.Appraisal.Consent = "", ""
}

// doors are what a person may do besides what is owed: suspend, ask for an extension, instruct …
func (page *casePage) doors(p *register.Person) {
	for _, o := range page.M.State.Open {
		duty := schemas.Duties[schemas.Kind(o.Key)]
		if !duty.Door || duty.Window && !o.Due.IsZero() && !page.Now.Before(o.Due) {
			continue
		}
		if _, told := page.M.State.Told(o.After); o.After != "" && !told {
			continue
		}
		v := stageView{Duty: duty, Can: capacity(p, page.M, o.Stage) != "", Drafts: mayDraft(p, page.M, o.Stage)}
		v.Key, v.Unit, v.Due = o.Key, o.Unit, o.Due
		v.Round = page.about(o.Key)
		if v.Can || v.Drafts {
			page.Doors = append(page.Doors, v)
		}
	}
}

// about says what a door concerns, where its title alone does not.
func (page *casePage) about(key string) string {
	rest := strings.TrimPrefix(key, schemas.Kind(key))
	for _, i := range page.M.Items {
		if strings.Contains(rest, i.ID) {
			return fmt.Sprintf("第%d条", i.N)
		}
	}
	if strings.HasPrefix(rest, "/") && schemas.Kind(key) == "extension-request" {
		return schemas.Title(strings.TrimPrefix(rest, "/"))
	}
	for id, name := range page.Names {
		if schemas.Kind(key) == "late-return" && strings.Contains(rest, id) {
			return name
		}
	}
	return ""
}

// came is what the case itself did when a term ran out.
func (page *casePage) came(key string) string {
	duty := schemas.Duties[schemas.Kind(key)]
	switch t := page.M.State.Facts[key].Tally; {
	case t.Total > 0:
		found := map[bool]string{true: "达到", false: "没有达到"}[page.M.State.Policy.Gate.Reached(t)]
		return fmt.Sprintf("%s：已销号%d/%d（%s），%s%d%%", duty.Title, t.Closed, t.Total, schemas.Rate(t.Closed, t.Total), found, page.M.State.Policy.Gate.Share)
	case duty.Verb == "":
		return duty.Title + "：期限届满"
	}
	return "期限届满，系统自动" + duty.Verb
}

func stepsAt(procedure, phase, outcome string) (out []step) {
	steps := steps
	switch procedure {
	case "suggestion":
		steps = suggestionSteps
	case "motion":
		steps = motionSteps
	case "interview":
		steps = interviewSteps
	case "inquiry":
		steps = inquirySteps
	case "problem":
		steps = problemSteps
	case "interpellation":
		steps = interpellationSteps
	case "evaluation":
		steps = evaluationSteps
	case schemas.WorkAppraisal:
		steps = workSteps
	case schemas.OfficialAppraisal:
		steps = officialSteps
	}
	reached := outcome == "archived" || outcome == "concluded" || outcome == "answered" || outcome == "evaluated" || outcome == "closed"
	for i := len(steps) - 1; i >= 0; i-- {
		here := slices.Contains(steps[i].states, phase)
		out = append(out, step{steps[i].title, reached && !here, here})
		reached = reached || here
	}
	slices.Reverse(out)
	return out
}

// papers are shown to the congress's side and to those whose they are; drafts only to their unit.
func (s *Server) papers(r *http.Request, page *casePage) error {
	ctx, p := r.Context(), person(r.Context())
	papers, err := s.Register.Papers(ctx, page.M.ID)
	if err != nil {
		return err
	}
	files, err := s.Register.Attachments(ctx, page.M.ID)
	if err != nil {
		return err
	}
	items := map[string]*itemView{}
	for _, i := range page.M.Items {
		page.Items = append(page.Items, itemView{Item: i})
	}
	for i := range page.Items {
		items[page.Items[i].ID] = &page.Items[i]
	}
	for _, d := range papers {
		if !mayReadPaper(p, page.M, d) {
			continue
		}
		v := paperView{Paper: d, In: d.In()}
		v.righted(page.M.State)
		for _, f := range files {
			if f.Paper == d.ID {
				v.Files = append(v.Files, f)
			}
		}
		if d.Status == "proposed" && page.M.State.Find(d.Stage) != nil {
			page.Proposed = append(page.Proposed, v)
		}
		if d.Status != "signed" {
			continue
		}
		page.Papers = append(page.Papers, v)
		if page.M.IsSuggestion() && slices.Contains(spoken, schemas.Kind(d.Stage)) {
			page.Replies = append(page.Replies, v)
		}
		for _, it := range page.Items {
			if strings.Contains(d.Stage, it.ID) && page.M.IsInterview() {
				said := schemas.ItemAnswer{Process: cmp.Or(v.In.Text, v.In.Reason, v.Says())}
				if v.In.Verdict == "broken" {
					said.Result = "broken"
				}
				items[it.ID].Answers = append(items[it.ID].Answers, answerView{schemas.Title(d.Stage) + roundOf(d.Stage), d.UnitName, said})
			}
		}
		for _, a := range v.In.Items {
			if it := items[a.Item]; it != nil && (a.Measure != "" || a.Process != "" || a.Result != "") {
				it.Answers = append(it.Answers, answerView{schemas.Title(d.Stage) + roundOf(d.Stage), d.UnitName, a})
			}
		}
	}
	return nil
}

// spoken are the papers that unit and deputy address to each other; a suggestion's page shows them whole.
var spoken = []string{"reply", "redo", "feedback", "refeedback", "fulfil", "score"}

// Says is what a paper that is shown with the form decided.
func (page actPage) Says(verdict string) string {
	return schemas.Duties[schemas.Kind(page.Meeting.Asked.Stage)].Says(verdict)
}

// Says is what the paper's act decided.
func (v paperView) Says() string { return schemas.Duties[schemas.Kind(v.Stage)].Says(v.In.Verdict) }

// Marks are a feedback's marks and points in one line.
func (v paperView) Marks() string {
	var said []string
	for _, m := range v.In.Marks {
		for _, o := range markOptions {
			if o.Value == m.Item {
				said = append(said, o.Text+schemas.Duties["feedback"].Says(m.Mark))
			}
		}
	}
	return strings.Join(said, "，")
}

// events tell the journal in the office's words, newest first.
func (page *casePage) events(journal []register.JournalLine) {
	for _, l := range journal {
		var acts []schemas.Act
		var climbed []schemas.Climbed
		_ = json.Unmarshal([]byte(l.Acts), &acts) // the register wrote them
		_ = json.Unmarshal([]byte(l.Climbed), &climbed)
		if l.Seq == 0 && page.TakenOver != nil {
			page.ledgerEvents(acts)
			continue
		}
		for _, a := range acts {
			if schemas.Kind(a.Key) == schemas.Correct { // told with what it corrects
				continue
			}
			duty := schemas.Duties[schemas.Kind(a.Key)]
			office := schemas.RoleNames[a.Role]
			if absent := page.Names[page.ActedFor[a.ID]]; absent != "" {
				office += "，代" + absent
			}
			if n := slices.IndexFunc(page.EnteredFor, func(e register.EnteredFor) bool { return e.Token == a.ID }); n >= 0 {
				office = "代录" + page.EnteredFor[n].Unit + "的" + arrival(page.EnteredFor[n].Came) + "，来件人" + page.EnteredFor[n].Sender
			}
			e := event{At: a.At, key: a.Key, Text: page.Names[a.Person] + "（" + office + "）" + duty.Verb}
			if which := whichOf(page.M.State, a.Key); which != "" {
				e.Text += "（" + which + "）"
			}
			if a.Verdict != "" {
				e.Text += "：" + duty.Says(a.Verdict)
			}
			if name := page.Names[a.Target]; name != "" {
				e.Text += "，" + name
			}
			if f := page.M.State.Facts[a.Key]; f.ID == a.ID && f.Late() {
				e.Late, e.Note = true, "逾期，应于"+schemas.ZhDate(schemas.LastDay(f.Due))+"前"
			}
			if n := slices.IndexFunc(page.RuleMoves, func(m register.RuleMove) bool { return m.Token == a.ID }); n >= 0 {
				e.Text += ruleMoveWords(page.RuleMoves[n], page.Names)
				e.Note = "理由：" + page.RuleMoves[n].Reason
			}
			if !a.On.IsZero() {
				e.Note = strings.TrimPrefix(e.Note+"；实际日期"+schemas.ZhDate(a.On), "；")
			}
			page.Events = append(page.Events, e)
		}
		for _, c := range climbed {
			if c.Level == schemas.LevelNew {
				continue
			}
			unit := ""
			for _, st := range append(page.Open, page.Closed...) {
				if st.Key == c.Key {
					unit = st.UnitName
				}
			}
			text := schemas.Word(c.Key, c.Level, unit, time.Time{})
			if c.Effect != "" {
				text = page.came(c.Key)
			} else {
				text = strings.NewReplacer("，应于完成", "", "改为"+schemas.ZhDate(schemas.LastDay(time.Time{})), "变更").Replace(text)
			}
			page.Events = append(page.Events, event{At: c.At, Text: text, System: true, Late: c.Level[0] == 'L' || c.Level[0] == 'N'})
		}
	}
	if m := page.M; m.IsInterview() {
		page.Events = append(page.Events, event{At: m.FiledAt, Text: m.OwnerName + "（" + m.Source + "）提出约谈"})
	}
	slices.SortStableFunc(page.Events, func(a, b event) int { return b.At.Compare(a.At) })
}

// Printed are the papers of an interview that can be printed, with their addresses.
func (page casePage) Printed() (os []option) {
	for _, p := range []struct{ kind, at, text string }{{"notify", "notice", "打印约谈通知"}, {"minutes", "minutes", "打印约谈纪要"}} {
		if slices.ContainsFunc(page.Papers, func(v paperView) bool { return schemas.Kind(v.Stage) == p.kind }) {
			os = append(os, option{p.at, p.text})
		}
	}
	return os
}

// soon is how many coming messages a page shows at once.
const soon = 5

// Soon are the next messages, Later those after them.
func (page casePage) Soon() []register.Rung { return page.Coming[:min(soon, len(page.Coming))] }

// Later are the messages that Soon leaves out.
func (page casePage) Later() []register.Rung { return page.Coming[min(soon, len(page.Coming)):] }

func (s *Server) handlers(r *http.Request, page *casePage) error {
	p := person(r.Context())
	for _, party := range page.M.Parties {
		v := handlerView{Party: party, Mine: granted(p, "choose", subject{object: "assignment", unit: party.Unit})}
		if v.Mine {
			var err error
			if v.People, err = s.Register.PeopleOf(r.Context(), party.Unit, schemas.Liaison); err != nil {
				return err
			}
		}
		page.Handlers = append(page.Handlers, v)
	}
	return nil
}

// chooseHandler sets or changes a unit's 经办人 in a matter.
func (s *Server) chooseHandler(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	m, err := s.matter(ctx, p, chi.URLParam(r, "id"))
	unit, handler := r.PostFormValue("unit"), r.PostFormValue("handler")
	if err == nil && (m.IsOfficial() || !slices.ContainsFunc(m.Parties, func(x register.Party) bool {
		return x.Unit == unit && granted(p, "choose", subject{object: "assignment", unit: unit})
	})) {
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("choose", "assignment").Refusal)
	}
	if err == nil && handler != "" {
		var people []register.Account
		if people, err = s.Register.PeopleOf(ctx, unit, schemas.Liaison); err == nil &&
			!slices.ContainsFunc(people, func(a register.Account) bool { return a.ID == handler }) {
			err = schemas.Refuse("BadHandler", "请选择本单位的经办人员")
		}
	}
	if err == nil {
		err = s.Register.Handler(ctx, m.ID, unit, handler)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+m.ID, http.StatusSeeOther)
}
