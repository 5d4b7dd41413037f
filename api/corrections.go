package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	// correctionsPage is the choice of what is to be put right.
	correctionsPage struct {
		M      matter
		Texts  []rightable // of the matter itself
		Papers []rightable // of its papers
		Facts  []rightable
		Units  []rightable
	}
	// rightable is one thing that can be put right.
	rightable struct {
		Part, Title, Now, Note string
		Who                    string // did it
		Text, Day, Verdict     bool
		Righted                bool
	}
	// correctionPage is the form of one correction, and, once it is filled in, what it would bring about.
	correctionPage struct {
		M        matter
		In       schemas.CorrectionIn
		Title    string
		Was      string
		Verdicts []schemas.Verdict
		Items    []judgedItem
		Units    []option
		Results  []option
		Promises bool // a verdict that says by when
		Giver    string
		Checked  bool
		Would    []string
		Waits    bool // somebody else's consent is needed
		Problems problems
	}
	judgedItem struct {
		Item        string
		N           int
		Problem     string
		Was, Result string
	}
	// correctionView is one that was entered, as the matter's page shows it.
	correctionView struct {
		register.Correction
		What  string
		Done  bool
		Can   bool // this person may consent
		Files []register.Attachment
	}
)

// Area is the part of the navigation that the page belongs to.
func (page correctionsPage) Area() string { return page.M.area() }

// Area is the part of the navigation that the page belongs to.
func (page correctionPage) Area() string { return page.M.area() }

func (s *Server) correctionRoutes(r chi.Router) {
	r.Get("/cases/{id}/corrections", s.corrections)
	r.Get("/cases/{id}/corrections/new", s.showCorrection)
	r.Post("/cases/{id}/corrections/new", s.doCorrection)
	r.Post("/cases/{id}/corrections/word", s.sayToCorrection)
}

// mayCorrect is who enters corrections in a matter: the office that keeps its papers.
func mayCorrect(p *register.Person, m matter) bool {
	action, object := corrects(m)
	return !m.IsOfficial() && mayReadWhole(p, m) && granted(p, action, subject{object: object, matter: &m})
}

func corrects(m matter) (action, object string) {
	if schemas.CorrectorOf(m.Procedure) == schemas.Deputies {
		return "correct", "suggestion"
	}
	return "enter", "correction"
}

// toCorrect is the matter that a person may correct. Codes: NotFound, NotEntitled.
func (s *Server) toCorrect(r *http.Request) (m matter, err error) {
	p := person(r.Context())
	if m, err = s.matter(r.Context(), p, chi.URLParam(r, "id")); err != nil {
		return m, err
	}
	if !mayCorrect(p, m) {
		return m, schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo(corrects(m)).Refusal)
	}
	return m, nil
}

func (s *Server) corrections(w http.ResponseWriter, r *http.Request) {
	m, err := s.toCorrect(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := correctionsPage{M: m}
	words, err := s.wordsOf(r.Context(), m)
	for _, x := range words {
		if strings.HasPrefix(x.Part, "paper/") {
			page.Papers = append(page.Papers, x)
		} else {
			page.Texts = append(page.Texts, x)
		}
	}
	if err == nil {
		page.Facts, page.Units, err = s.factsOf(r.Context(), m)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "corrections", page)
}

// wordsOf are the words of a matter that can be put right.
func (s *Server) wordsOf(ctx context.Context, m matter) (ts []rightable, err error) {
	add := func(part, title, now string) {
		if now != "" {
			ts = append(ts, rightable{Part: part, Title: title, Now: now, Text: true})
		}
	}
	add("title", "标题", m.Title)
	add("body", map[bool]string{true: "案由和情况", false: "正文"}[m.IsSuggestion()], m.Body)
	add("demand", "具体建议", m.Suggestion.Demand)
	for _, i := range m.Items {
		add("item/"+i.ID+"/problem", fmt.Sprintf("第%d条的%s", i.N, map[bool]string{true: "承诺事项", false: "问题"}[m.IsInterview()]), i.Problem)
		add("item/"+i.ID+"/demand", fmt.Sprintf("第%d条的意见建议", i.N), i.Demand)
		add("item/"+i.ID+"/person", fmt.Sprintf("第%d条的责任人", i.N), i.Person)
	}
	papers, err := s.Register.Papers(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range papers {
		if d.Status != "signed" || d.Kind == "correction" {
			continue
		}
		for _, place := range d.Words() {
			add("paper/"+d.ID+"/"+place, paperTitle(d)+"的"+wordName(m, place), d.Word(place))
		}
	}
	entered, err := s.Register.EnteredFor(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range entered {
		add("sender/"+e.Token, "代录"+e.Unit+"的来件人", e.Sender)
	}
	cs, err := s.Register.Corrections(ctx, m.ID)
	for i := range ts {
		ts[i].Righted = slices.ContainsFunc(cs, func(c register.Correction) bool { return c.Kind == "text" && c.Part == ts[i].Part })
	}
	return ts, err
}

func paperTitle(d register.Paper) string {
	return cmp.Or(d.UnitName, d.AuthorName) + "“" + schemas.Title(d.Stage) + "”" + roundOf(d.Stage)
}

// wordName is what a place of a paper is called.
func wordName(m matter, place string) string {
	names := map[string]string{"text": "正文", "reason": "理由", "place": "地点", "present": "参加人"}
	if name := names[place]; name != "" {
		return name
	}
	parts := strings.Split(place, "/")
	field := map[string]string{"measure": "整改措施", "goal": "目标", "person": "责任人", "process": "办理情况", "reason": "原因"}[parts[len(parts)-1]]
	for _, i := range m.Items {
		if len(parts) == 3 && i.ID == parts[1] {
			return fmt.Sprintf("第%d条%s", i.N, field)
		}
	}
	return field
}

// factsOf are the acts and the units of a matter that can be put right, the acts in the order of their days.
func (s *Server) factsOf(ctx context.Context, m matter) (facts, units []rightable, err error) {
	if m.Outcome != "" || !m.State.Corrects() {
		return nil, nil, nil
	}
	stages, err := s.Register.Stages(ctx, m.ID)
	if err != nil {
		return nil, nil, err
	}
	entered, err := s.Register.EnteredFor(ctx, m.ID)
	if err != nil {
		return nil, nil, err
	}
	names, err := s.Register.Names(ctx, m.Congress)
	if err != nil {
		return nil, nil, err
	}
	keys := slices.SortedFunc(maps.Keys(m.State.Facts), func(a, b string) int {
		return cmp.Or(m.State.Facts[a].When().Compare(m.State.Facts[b].When()), cmp.Compare(a, b))
	})
	for _, key := range keys {
		f := m.State.Facts[key]
		if f.Key != key {
			continue
		}
		day, verdict := rightableBy(m, f, entered)
		if !day && !verdict {
			continue
		}
		x := rightable{Part: key, Title: factTitle(m, stages, key), Now: schemas.ZhDate(f.When()), Note: saidOf(m, f), Who: names[f.Person], Day: day, Verdict: verdict}
		for n := 1; n <= m.State.Corrections(); n++ {
			x.Righted = x.Righted || m.State.Was(n).Key == key
		}
		facts = append(facts, x)
	}
	for _, unit := range m.State.Handling() {
		units = append(units, rightable{Part: "gone/" + unit, Title: names[unit], Now: names[unit]})
	}
	return facts, units, nil
}

// rightableBy is State.Rightable with what only the register knows: the instant at which the product itself received a unit's act is the
// legal one and stands, except where the office entered it for the unit.
func rightableBy(m matter, f schemas.Act, entered []register.EnteredFor) (day, verdict bool) {
	day, verdict = m.State.Rightable(f.Key)
	duty, stage := schemas.Duties[schemas.Kind(f.Key)]
	byUnit := stage && !duty.NPC && !slices.ContainsFunc(entered, func(e register.EnteredFor) bool { return e.Token == f.ID })
	byDeputy := f.Role == schemas.Deputy
	return day && !byUnit && !byDeputy && !duty.Door, verdict
}

// factTitle is what an act is called on the page: 环境局“报送方案”第2次.
func factTitle(m matter, stages []register.Stage, key string) string {
	title := "“" + schemas.Title(key) + "”" + whichOf(m.State, key)
	for _, st := range stages {
		if st.Key == key && st.UnitName != "" {
			return st.UnitName + title
		}
	}
	return title
}

// saidOf is what an act decided: its verdict, or what became of each item.
func saidOf(m matter, f schemas.Act) string {
	duty := schemas.Duties[schemas.Kind(f.Key)]
	var said []string
	if f.Verdict != "" && len(duty.Verdicts) > 0 {
		said = append(said, duty.Says(f.Verdict))
	}
	if !f.Until.IsZero() && promises(f.Key) {
		said = append(said, schemas.ZhDate(schemas.LastDay(f.Until))+"前解决")
	}
	for _, j := range f.Judged() {
		for _, i := range m.Items {
			if i.ID == j.Item {
				said = append(said, fmt.Sprintf("第%d条%s", i.N, schemas.ResultNames[j.Result]))
			}
		}
	}
	return strings.Join(said, "，")
}

func promises(key string) bool { return schemas.Kind(key) == "reply" || schemas.Kind(key) == "redo" }

func (s *Server) showCorrection(w http.ResponseWriter, r *http.Request) {
	m, err := s.toCorrect(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q := r.URL.Query()
	page, err := s.correctionPage(r.Context(), m, schemas.CorrectionIn{Token: rand.Text(), Kind: q.Get("kind"), Part: q.Get("part"), Terms: schemas.TermsKept})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In.Text, page.In.Was = page.Was, page.Was
	s.render(w, r, http.StatusOK, "correction", page)
}

// correctionPage prepares the form for what is to be put right. Codes: BadTarget, Ended.
func (s *Server) correctionPage(ctx context.Context, m matter, in schemas.CorrectionIn) (page correctionPage, err error) {
	page = correctionPage{M: m, In: in}
	none := schemas.Refuse("BadTarget", "请从更正页面选择要更正的内容；它可能不能更正")
	if in.Kind == "text" {
		words, err := s.wordsOf(ctx, m)
		for _, x := range words {
			if x.Part == in.Part {
				page.Title, page.Was = x.Title, x.Now
				return page, err
			}
		}
		return page, cmp.Or(err, error(none))
	}
	if m.Outcome != "" {
		return page, schemas.Refuse("Ended", "此事项已经了结，只能更正文字；日期、结论和单位确需更正的，请重开")
	}
	facts, units, err := s.factsOf(ctx, m)
	if err != nil {
		return page, err
	}
	for _, x := range append(facts, units...) {
		if x.Part != in.Part || in.Kind == "day" && !x.Day || in.Kind == "verdict" && !x.Verdict || (in.Kind == "unit") != strings.HasPrefix(x.Part, "gone/") {
			continue
		}
		page.Title, page.Was = x.Title, x.Now
		f := m.State.Facts[x.Part]
		switch in.Kind {
		case "verdict":
			page.Was = saidOf(m, f)
			page.verdicts(f)
			names, err := s.Register.Names(ctx, m.Congress)
			page.Giver = names[f.Person]
			return page, err
		case "unit":
			all, err := s.Register.Units(ctx, m.Congress)
			for _, u := range all {
				if handles(u.Kind) && !slices.ContainsFunc(m.Parties, func(y register.Party) bool { return y.Unit == u.ID }) {
					page.Units = append(page.Units, option{u.ID, u.Name})
				}
			}
			return page, err
		}
		return page, nil
	}
	return page, none
}

// verdicts are what could have been said instead.
func (page *correctionPage) verdicts(f schemas.Act) {
	kind := schemas.Kind(f.Key)
	page.Verdicts, page.Promises = schemas.Duties[kind].Verdicts, promises(f.Key)
	if page.In.Verdict == "" {
		page.In.Verdict = f.Verdict
	}
	switch kind {
	case "settle", "track":
		page.Results = options("closed", "open")
	default:
		page.Results = options("done", "mostly", "ongoing", "undone")
	}
	for _, j := range f.Judged() {
		x := judgedItem{Item: j.Item, Was: j.Result, Result: cmp.Or(answerOf(page.In.Items, j.Item).Result, j.Result)}
		for _, i := range page.M.Items {
			if i.ID == j.Item {
				x.N, x.Problem = i.N, i.Problem
			}
		}
		page.Items = append(page.Items, x)
	}
}

// doCorrection checks the form, shows what would come of it, and does it when that was seen.
func (s *Server) doCorrection(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(8 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	m, err := s.toCorrect(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	in := readCorrection(r.PostForm)
	page, err := s.correctionPage(r.Context(), m, in)
	if err != nil && !s.correctedBy(m, in.Token) {
		s.fail(w, r, err)
		return
	}
	var known *schemas.Error
	out := schemas.CorrectionOut{}
	if r.PostFormValue("do") != "back" {
		in.Try = r.PostFormValue("do") != "enter"
		var files []register.Attachment
		if files, err = s.receiveFiles(r, m.ID); err == nil {
			out, err = s.correct(r.Context(), person(r.Context()), m, in, files)
		}
		if err == nil && !in.Try {
			http.Redirect(w, r, "/cases/"+m.ID, http.StatusSeeOther)
			return
		}
		if err != nil && (!errors.As(err, &known) || statusOf(known.Code) == http.StatusForbidden) {
			s.fail(w, r, err)
			return
		}
	}
	status := http.StatusOK
	switch {
	case known != nil:
		page.Problems, status = problems{{"main", known.Text}}, statusOf(known.Code)
		page.In.Token = rand.Text() // the refusal stands under the other one
	case out.State == "tried":
		page.Checked, page.Would = true, out.Would
		page.Waits = in.Kind == "verdict" && !s.consents(person(r.Context()), m, in.Part)
	}
	s.render(w, r, status, "correction", page)
}

// plainLines ends each line in the one way: a browser sends what it was shown with other ends of lines.
func plainLines(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
}

func readCorrection(f url.Values) schemas.CorrectionIn {
	in := schemas.CorrectionIn{Token: f.Get("token"), Kind: f.Get("kind"), Part: f.Get("part"), Was: plainLines(f.Get("was")), Text: plainLines(f.Get("text")),
		On: f.Get("on"), Verdict: f.Get("verdict"), Until: f.Get("until"), Unit: f.Get("unit"), Terms: f.Get("terms"), Reason: trimmed(f, "reason")}
	for i := range 60 {
		if item := f.Get("item-" + strconv.Itoa(i)); item != "" {
			in.Items = append(in.Items, schemas.ItemAnswer{Item: item, Result: f.Get("result-" + strconv.Itoa(i))})
		}
	}
	return in
}

// consents reports whether a person's own word is the consent that another verdict needs: he gave the one that is wrong, or heads the
// committee in charge.
func (s *Server) consents(p *register.Person, m matter, part string) bool {
	return granted(p, "consent", subject{object: "correction", matter: &m, fact: m.State.Facts[part]})
}

// correctedBy reports whether the case has the correction of that form.
func (s *Server) correctedBy(m matter, token string) bool {
	for n := 1; n <= m.State.Corrections(); n++ {
		if m.State.Facts[schemas.Correct+"#"+strconv.Itoa(n)].ID == token {
			return true
		}
	}
	return false
}

// correct does what a form of a correction says, or only says what would come of it. Codes: Invalid, Secret, BadTarget, Ended, Same, Changed,
// StandsOnIt, Away, Pending, and those of schemas.State.May.
func (s *Server) correct(ctx context.Context, p *register.Person, m matter, in schemas.CorrectionIn, files []register.Attachment) (out schemas.CorrectionOut, err error) {
	if wrong := check(in); len(wrong) > 0 {
		return out, schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	if strings.TrimSpace(in.Reason) == "" {
		return out, schemas.Refuse("ReasonMissing", "请写明为什么要更正")
	}
	if err := notSecret("更正的内容", saidIn(in)); err != nil {
		return out, err
	}
	if s.correctedBy(m, in.Token) && !in.Try {
		return schemas.CorrectionOut{State: "done"}, nil
	}
	c := register.NewCorrection{Congress: p.Congress, Case: m.ID, Account: p.ID, At: p.Now,
		Correction: register.Correction{Token: in.Token, Kind: in.Kind, Part: in.Part, Reason: strings.TrimSpace(in.Reason)}}
	if in.Kind == "text" {
		return s.correctText(ctx, p, m, in, c, files)
	}
	page, err := s.correctionPage(ctx, m, in)
	if err != nil {
		return out, err
	}
	a, becomes, err := s.correctionAct(p, m, page)
	if err != nil {
		return out, err
	}
	if refusal := m.State.May(withInstant(a, p.Now)); refusal != nil {
		return out, refusal
	}
	if in.Try {
		return s.tryCorrection(ctx, p, m, withInstant(a, p.Now))
	}
	if c.Was, c.Becomes = page.Was, becomes; len(files) > 0 {
		if c.Paper, err = s.proof(ctx, p, m, in, files, "draft"); err != nil {
			return out, err
		}
		a.Ref = c.Paper
	}
	giver := ""
	if in.Kind == "verdict" && !s.consents(p, m, in.Part) {
		act, err := json.Marshal(a)
		if err != nil {
			return out, err
		}
		if _, err := s.Desk.Try(ctx, m.ID, withInstant(a, p.Now)); err != nil { // nobody is asked to consent to what cannot be
			return out, err
		}
		giver, c.Act = m.State.Facts[in.Part].Person, string(act)
	}
	if err := s.Register.NoteCorrection(ctx, c, giver); err != nil || c.Act != "" {
		return schemas.CorrectionOut{State: "proposed"}, err
	}
	return s.sendCorrection(ctx, p, m, a)
}

func withInstant(a schemas.Act, now time.Time) schemas.Act {
	a.At = now.UTC()
	return a
}

func (s *Server) sendCorrection(ctx context.Context, p *register.Person, m matter, a schemas.Act) (schemas.CorrectionOut, error) {
	err := s.Desk.Submit(ctx, p.Congress, m.ID, a)
	if isPending(err) {
		return schemas.CorrectionOut{State: "pending"}, nil
	}
	return schemas.CorrectionOut{State: "done"}, err
}

// proof keeps the files that a correction is proved by, with its reason.
func (s *Server) proof(ctx context.Context, p *register.Person, m matter, in schemas.CorrectionIn, files []register.Attachment, status string) (string, error) {
	paper := register.Paper{CaseID: m.ID, Stage: schemas.Correct, Kind: "correction", Author: p.ID, Status: status, WrittenAt: p.Now}
	return s.Register.WritePaper(ctx, p.Congress, paper, schemas.ActIn{Token: in.Token, Stage: schemas.Correct, Reason: in.Reason}, files)
}

// correctText puts words right.
func (s *Server) correctText(ctx context.Context, p *register.Person, m matter, in schemas.CorrectionIn, c register.NewCorrection, files []register.Attachment) (out schemas.CorrectionOut, err error) {
	past, err := s.Register.Corrections(ctx, m.ID)
	if err != nil {
		return out, err
	}
	if slices.ContainsFunc(past, func(b register.Correction) bool { return b.Token == in.Token }) && !in.Try {
		return schemas.CorrectionOut{State: "done"}, nil
	}
	page, err := s.correctionPage(ctx, m, in)
	if err != nil {
		return out, err
	}
	c.Was, c.Becomes = page.Was, strings.TrimSpace(in.Text)
	least, most := 1, 20000
	switch {
	case in.Part == "title":
		least, most = 4, 80
	case strings.HasSuffix(in.Part, "/person"), strings.HasPrefix(in.Part, "sender/"):
		most = 60
	case strings.HasPrefix(in.Part, "item/"):
		most = 1000
	}
	switch n := len([]rune(c.Becomes)); {
	case n < least || n > most:
		return out, schemas.Refuse("Invalid", "更正后的文字应有%d到%d个字", least, most)
	case plainLines(c.Becomes) == plainLines(page.Was):
		return out, schemas.Refuse("Same", "更正后的文字与原来相同")
	case in.Was != "" && plainLines(in.Was) != plainLines(page.Was):
		return out, schemas.Refuse("Changed", "原来的文字刚刚变了，请重新打开更正页面")
	}
	if in.Try {
		return schemas.CorrectionOut{State: "tried", Would: []string{
			"列表、查找、台账和以后拟的公文用更正后的文字；已经发出的公文和邮件不变。",
			"原来的文字留在更正记录里，看得到本事项的人都能看到。", "期限、环节和统计不受影响。"}}, nil
	}
	if len(files) > 0 {
		if c.Paper, err = s.proof(ctx, p, m, in, files, "signed"); err != nil {
			return out, err
		}
	}
	var told []string
	if m.handed() {
		for _, x := range m.Parties {
			if !x.Gone {
				told = append(told, x.Unit)
			}
		}
	}
	return schemas.CorrectionOut{State: "done"}, s.Register.CorrectText(ctx, c, told)
}

// correctionAct is the act that corrects, and what it makes of the fact, in words. Codes: BadDate, BadDue, BadHeir.
func (s *Server) correctionAct(p *register.Person, m matter, page correctionPage) (a schemas.Act, becomes string, err error) {
	in := page.In
	a = schemas.Act{ID: in.Token, Key: m.State.NextCorrection(), Role: schemas.CorrectorOf(m.Procedure), Person: p.ID, Target: in.Part}
	switch in.Kind {
	case "day":
		on, err := day(in.On)
		if err != nil {
			return a, "", schemas.Refuse("BadDate", "请填写更正后的日期")
		}
		a.On = on.UTC()
		return a, schemas.ZhDate(on), nil
	case "unit":
		for _, u := range page.Units {
			if u.Value == in.Unit {
				becomes = u.Text
			}
		}
		if becomes == "" {
			return a, "", schemas.Refuse("BadHeir", "请选择一个尚未参与本事项的单位")
		}
		a.Verdict, a.Parties = cmp.Or(in.Terms, schemas.TermsKept), []schemas.Party{{Unit: in.Unit}}
		if a.Verdict == schemas.TermsRestart {
			return a, becomes + "，期限重新起算", nil
		}
		return a, becomes + "，期限从原交办之日算", nil
	}
	f := m.State.Facts[in.Part]
	a.Verdict, a.Until = in.Verdict, f.Until
	if promises(in.Part) {
		a.Until = time.Time{}
		if in.Verdict == "B" {
			until, err := day(in.Until)
			if err != nil || !until.After(f.When()) || until.Year() > f.When().In(schemas.Shanghai).Year() {
				return a, "", schemas.Refuse("BadDue", "B类答复要写明承诺解决的日期，在答复以后、当年12月31日以前")
			}
			a.Until = until.AddDate(0, 0, 1).UTC()
		}
	}
	for _, i := range f.Items {
		if len(page.Items) == 0 {
			break
		}
		if given := answerOf(in.Items, i.Item).Result; given != "" {
			if !slices.ContainsFunc(page.Results, func(o option) bool { return o.Value == given }) {
				return a, "", schemas.Refuse("BadVerdict", "请选择逐条的结果")
			}
			i.Result = given
		}
		a.Items = append(a.Items, i)
	}
	now := f
	now.Verdict, now.Until = a.Verdict, a.Until
	if len(a.Items) > 0 {
		now.Items = a.Items
	}
	return a, saidOf(m, now), nil
}

// tryCorrection says what a correction would bring about.
func (s *Server) tryCorrection(ctx context.Context, p *register.Person, m matter, a schemas.Act) (out schemas.CorrectionOut, err error) {
	trial, err := s.Desk.Try(ctx, m.ID, a)
	if err != nil {
		return out, err
	}
	rules, err := s.Register.Rules(ctx, m.Rules)
	if err != nil {
		return out, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return out, err
	}
	if err := trial.Reckon(rules, calendar, p.Now); err != nil {
		return out, err
	}
	names, err := s.Register.Names(ctx, p.Congress)
	return schemas.CorrectionOut{State: "tried", Would: sayChanges(m, schemas.Compare(m.State, trial.State), names)}, err
}

// sayChanges puts into words what a correction changes, and who learns of it.
func sayChanges(m matter, c schemas.Changes, names map[string]string) (would []string) {
	until := func(due time.Time) string {
		if due.IsZero() {
			return "（尚未起算）"
		}
		return schemas.ZhDate(schemas.LastDay(due))
	}
	told := map[string]bool{}
	name := func(x schemas.Change) string {
		unit := names[cmp.Or(x.For, x.Unit)]
		if unit != "" && !schemas.Duties[schemas.Kind(x.Key)].NPC {
			told[unit] = true
		}
		return unit + "“" + schemas.Title(x.Key) + "”" + whichOf(m.State, x.Key)
	}
	door := func(x schemas.Change) bool { return schemas.Duties[schemas.Kind(x.Key)].Door }
	for _, x := range c.Moved {
		switch {
		case door(x) && x.Due.IsZero():
		case !x.Was.Equal(x.Due):
			would = append(would, name(x)+"的期限由"+until(x.Was)+"改为"+until(x.Due))
		case x.Held:
			would = append(would, name(x)+"在人大审核期间不计逾期")
		default:
			would = append(would, name(x)+"恢复计算逾期")
		}
	}
	var may, not []string
	for _, x := range c.Opened {
		switch {
		case door(x):
			may = append(may, name(x))
		case x.Due.IsZero():
			would = append(would, "新增待办："+name(x))
		default:
			would = append(would, "新增待办："+name(x)+"，期限"+until(x.Due))
		}
	}
	for _, x := range c.Fallen {
		if door(x) {
			not = append(not, name(x))
			continue
		}
		would = append(would, "不再办理："+name(x))
	}
	if slices.Sort(may); len(may) > 0 {
		would = append(would, "可以办理："+strings.Join(slices.Compact(may), "、"))
	}
	if slices.Sort(not); len(not) > 0 {
		would = append(would, "不能再办理："+strings.Join(slices.Compact(not), "、"))
	}
	for _, x := range c.Settled {
		said := name(x)
		if !x.Was.Equal(x.Due) {
			said += "应在" + until(x.Due) + "前办理（原来算到" + until(x.Was) + "）"
		}
		late := map[bool]string{true: "逾期", false: "按期"}
		if x.WasLate != x.Late {
			said += "，由" + late[x.WasLate] + "变为" + late[x.Late]
		} else {
			said += "，仍为" + late[x.Late]
		}
		would = append(would, said)
	}
	if len(would) == 0 {
		would = append(would, "期限和环节都不变，统计按更正后的内容计算")
	}
	who := append([]string{m.CommitteeName}, slices.Sorted(maps.Keys(told))...)
	return append(would, "将通知："+strings.Join(slices.Compact(who), "、")+"，和办理这一项的人")
}

// sayToCorrection enters the consent to a verdict's correction, or that there is none.
func (s *Server) sayToCorrection(w http.ResponseWriter, r *http.Request) {
	m, err := s.matter(r.Context(), person(r.Context()), chi.URLParam(r, "id"))
	if err == nil {
		_, err = s.consent(r.Context(), person(r.Context()), m, schemas.ConsentIn{Token: r.PostFormValue("token"), Word: r.PostFormValue("word"), Reason: trimmed(r.PostForm, "reason")})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+m.ID, http.StatusSeeOther)
}

// consent lets the correction of a verdict go on, or ends it. Saying so again goes on with what was broken off. Codes: Invalid, NotFound,
// NotEntitled, Changed, and those of the correction.
func (s *Server) consent(ctx context.Context, p *register.Person, m matter, in schemas.ConsentIn) (out schemas.CorrectionOut, err error) {
	if wrong := check(in); len(wrong) > 0 {
		return out, schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	if in.Word == "decline" && in.Reason == "" {
		return out, schemas.Refuse("ReasonMissing", "不同意更正的，请写明理由")
	}
	cs, err := s.Register.Corrections(ctx, m.ID)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(cs, func(c register.Correction) bool { return c.Token == in.Token && c.Act != "" })
	if i < 0 {
		return out, schemas.Refuse("NotFound", "没有找到这项更正")
	}
	c := cs[i]
	if !s.consents(p, m, c.Part) || c.Account == p.ID {
		return out, schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("consent", "correction").Refusal)
	}
	var a schemas.Act
	if err := json.Unmarshal([]byte(c.Act), &a); err != nil {
		return out, err
	}
	stale := rightedSince(m.State, a)
	if c.Word == "" {
		if stale && in.Word == "agree" {
			return out, schemas.Refuse("Changed", "这一项在提请以后又更正过，提请的内容已经过时；请表示不同意，由登记的人重新提请")
		}
		if _, err := s.Register.Consent(ctx, c.Token, p.ID, in.Word, in.Reason, p.Now); err != nil {
			return out, err
		}
		if cs, err = s.Register.Corrections(ctx, m.ID); err != nil {
			return out, err
		}
		c = cs[slices.IndexFunc(cs, func(x register.Correction) bool { return x.Token == c.Token })]
	}
	if c.Word != in.Word {
		return out, schemas.Refuse("Changed", "%s已经表示%s", c.WordName, map[string]string{"agree": "同意", "decline": "不同意"}[c.Word])
	}
	if c.Word == "decline" || s.correctedBy(m, c.Token) {
		return schemas.CorrectionOut{State: "done"}, nil
	}
	if c.Outcome == "" && !stale { // others may have been corrected since; a stale one the case refuses by the key that it had
		a.Key = m.State.NextCorrection()
	}
	return s.sendCorrection(ctx, p, m, a)
}

// rightedSince reports whether what a correction corrects has been put right since that was entered.
func rightedSince(now schemas.State, a schemas.Act) bool {
	_, number, _ := strings.Cut(a.Key, "#")
	first, _ := strconv.Atoi(number)
	for n := first; n <= now.Corrections(); n++ {
		if now.Facts[schemas.Correct+"#"+strconv.Itoa(n)].Target == a.Target {
			return true
		}
	}
	return false
}

func (s *Server) jsonCorrect(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	m, err := s.toCorrect(r)
	if err != nil {
		return nil, 0, err
	}
	out, err := s.correct(r.Context(), person(r.Context()), m, *in.(*schemas.CorrectionIn), nil)
	return out, answered(out), err
}

func (s *Server) jsonConsent(_ http.ResponseWriter, r *http.Request, in any) (any, int, error) {
	m, err := s.matter(r.Context(), person(r.Context()), chi.URLParam(r, "id"))
	if err != nil {
		return nil, 0, err
	}
	out, err := s.consent(r.Context(), person(r.Context()), m, *in.(*schemas.ConsentIn))
	return out, answered(out), err
}

func answered(out schemas.CorrectionOut) int {
	if out.State == "pending" {
		return http.StatusAccepted
	}
	return http.StatusOK
}

// corrected puts the corrections on the matter's page: what was entered wrong, as it was, beside what stands now.
func (s *Server) corrected(r *http.Request, page *casePage) error {
	ctx, p, m := r.Context(), person(r.Context()), page.M
	page.Corrects = mayCorrect(p, m)
	cs, err := s.Register.Corrections(ctx, m.ID)
	if err != nil || len(cs) == 0 {
		return err
	}
	stages, err := s.Register.Stages(ctx, m.ID)
	if err != nil {
		return err
	}
	files, err := s.Register.Attachments(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, c := range cs {
		v := correctionView{Correction: c, What: page.whatOf(stages, c), Done: c.Kind == "text" || s.correctedBy(m, c.Token)}
		if v.What == "" { // of a paper that this person does not read
			continue
		}
		v.Can = c.Waits() && c.Account != p.ID && s.consents(p, m, c.Part)
		for _, f := range files {
			if f.Paper == c.Paper {
				v.Files = append(v.Files, f)
			}
		}
		page.Corrections = append(page.Corrections, v)
		if !v.Done {
			continue
		}
		for i, e := range page.Events {
			if e.key == c.Part {
				page.Events[i].Note = strings.TrimPrefix(e.Note+"；后更正为："+c.Becomes, "；")
			}
		}
		office := schemas.RoleNames[schemas.CorrectorOf(m.Procedure)]
		e := event{At: c.At, Text: c.AccountName + "（" + office + "）更正" + v.What + "：" + quoted(c.Was) + " → " + quoted(c.Becomes), Note: "理由：" + c.Reason}
		if c.WordName != "" {
			e.At, e.Note = c.WordAt, c.WordName+"同意；"+e.Note
		}
		page.Events = append(page.Events, e)
	}
	slices.SortStableFunc(page.Events, func(a, b event) int { return b.At.Compare(a.At) })
	return nil
}

// quoted is as much of a text as the story of a matter has room for; the whole stands in the correction.
func quoted(text string) string {
	if rs := []rune(text); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return text
}

// whatOf is what a correction corrects; empty: words of a paper that the page does not show.
func (page *casePage) whatOf(stages []register.Stage, c register.Correction) string {
	m := page.M
	place := strings.Split(c.Part, "/")
	switch {
	case c.Kind == "unit":
		return "承办单位"
	case c.Kind == "day":
		return factTitle(m, stages, c.Part) + "的日期"
	case c.Kind == "verdict":
		return factTitle(m, stages, c.Part) + "的结论"
	case place[0] == "title":
		return "标题"
	case place[0] == "body":
		return map[bool]string{true: "案由和情况", false: "正文"}[m.IsSuggestion()]
	case place[0] == "demand":
		return "具体建议"
	case place[0] == "sender":
		return "代录的来件人"
	case place[0] == "item":
		for _, i := range m.Items {
			if i.ID == place[1] {
				return fmt.Sprintf("第%d条的%s", i.N, map[string]string{"problem": "问题", "demand": "意见建议", "person": "责任人"}[place[2]])
			}
		}
	}
	for _, v := range page.Papers {
		if place[0] == "paper" && v.ID == place[1] {
			return paperTitle(v.Paper) + "的" + wordName(m, strings.Join(place[2:], "/"))
		}
	}
	return ""
}

// righted lets a paper say what its act decides now, where that was put right.
func (v *paperView) righted(s schemas.State) {
	for n := 1; n <= s.Corrections(); n++ {
		f := s.Facts[v.Stage]
		if s.Was(n).Key != v.Stage || f.Ref != v.ID {
			continue
		}
		v.Corrected, v.In.Verdict = true, cmp.Or(f.Verdict, v.In.Verdict)
		if promises(v.Stage) {
			if v.In.Until = ""; !f.Until.IsZero() {
				v.In.Until = schemas.LastDay(f.Until).Format(time.DateOnly)
			}
		}
		for i, item := range v.In.Items {
			for _, j := range f.Judged() {
				if j.Item == item.Item {
					v.In.Items[i].Result = j.Result
				}
			}
		}
	}
}

// Righted reports whether a thing on the page was put right; for templates.
func (page casePage) Righted(part string) bool {
	return slices.ContainsFunc(page.Corrections, func(v correctionView) bool { return v.Done && v.Part == part })
}
