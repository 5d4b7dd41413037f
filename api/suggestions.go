package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	suggestionsPage struct {
		Tab, Q, Category, Unit string
		Tabs                   []tab
		Units                  []register.Unit
		Rows                   []suggestionRow
		pager
		MayPropose, MayHand bool
		Vetting             int // how many wait to be vetted, handed over
		Handing             int
	}
	suggestionRow struct {
		register.SuggestionRow
		Lamp lamp
		Turn string
	}
)

// suggestionTabs sort suggestions by how they stand.
var suggestionTabs = []listTab{
	{"", "全部", register.Tab{Procedures: proposals}},
	{"vet", "待审查", register.Tab{Procedures: proposals, Stands: []string{"C1", "C2"}}},
	{"handover", "待交办", register.Tab{Procedures: proposals, Stands: []string{"C4"}}},
	{"handling", "办理中", register.Tab{Procedures: proposals, Stands: []string{"C5", "C6", "C7", "C8", "C10"}}},
	{"feedback", "待评价", register.Tab{Procedures: proposals, Stands: []string{"C11", "C13"}}},
	{"again", "重新办理", register.Tab{Procedures: proposals, Stands: []string{"C14", "C15"}}},
	{"fulfil", "落实跟踪", register.Tab{Procedures: proposals, Stands: []string{"C12", "C17"}}},
	{"motion", "议案", register.Tab{Procedures: []string{"motion"}}},
	{"key", "重点", register.Tab{Procedures: proposals, Marked: "key"}},
	{"late", "逾期", register.Tab{Procedures: proposals, Marked: "late"}},
	{"closed", "已办结", register.Tab{Procedures: proposals, Stands: []string{"C18", "ended"}}},
}

// proposals are the procedures of what deputies propose.
var proposals = []string{"suggestion", "motion"}

func (s *Server) suggestions(w http.ResponseWriter, r *http.Request) {
	page, err := s.suggestionsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "suggestions", page)
}

func (s *Server) suggestionsPage(r *http.Request) (page suggestionsPage, err error) {
	p, q := person(r.Context()), r.URL.Query()
	page = suggestionsPage{Tab: q.Get("tab"), Q: q.Get("q"), Category: q.Get("category"), Unit: q.Get("unit"),
		MayPropose: grantedSome(p, "create", "suggestion"), MayHand: grantedSome(p, "bulk", "suggestion")}
	if page.Units, err = s.Register.Units(r.Context(), p.Congress); err != nil {
		return page, err
	}
	if page.Unit != "" && !slices.ContainsFunc(page.Units, func(u register.Unit) bool { return u.ID == page.Unit }) {
		page.Unit = ""
	}
	current := tabNamed(suggestionTabs, page.Tab)
	page.pager = pagerOf(r)
	list := register.Listing{Sights: sights(p, proposals...), Category: page.Category, Unit: page.Unit, Words: strings.TrimSpace(page.Q)}
	found, err := s.Register.Listed(r.Context(), p.Congress, list, plainTabs(suggestionTabs), current, p.Now, page.after(), page.rows)
	if err != nil {
		return page, err
	}
	if page.Rows, err = s.suggestionRows(r.Context(), p, found.IDs); err != nil {
		return page, err
	}
	page.Tabs = tabsOf(r, suggestionTabs, current, found.Counts)
	page.turn(found.Next, countOf(found, current))
	for i, t := range suggestionTabs {
		switch {
		case found.Counts == nil:
		case t.code == "vet":
			page.Vetting = found.Counts[i]
		case t.code == "handover":
			page.Handing = found.Counts[i]
		}
	}
	return page, nil
}

// suggestionRows are those suggestions as a list shows them.
func (s *Server) suggestionRows(ctx context.Context, p *register.Person, ids []string) (out []suggestionRow, err error) {
	rows, err := s.Register.SuggestionRows(ctx, p.Congress, ids)
	if err != nil {
		return nil, err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	for _, row := range rows {
		v := suggestionRow{SuggestionRow: row}
		st := register.Stage{Kind: row.StageKind, UnitName: row.StageUnit, Roles: row.StageRoles, NPC: row.NPC, Due: instantOf(row.Due), Yellow: instantOf(row.Yellow), Level: row.Level, Held: row.Held, Paused: row.Paused}
		v.Turn, v.Lamp = lampOfTurn(calendar, row.Outcome, st, p.Now)
		v.Turn = cmp.Or(v.Turn, "—")
		out = append(out, v)
	}
	return out, err
}

func instantOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// PhaseName is the Chinese name of where the suggestion stands.
func (g suggestionRow) PhaseName() string { return schemas.PhaseName(g.Phase) }

// DueAt is the next due instant; zero: none.
func (g suggestionRow) DueAt() time.Time { return instantOf(g.Due) }

type suggestPage struct {
	In         schemas.SuggestionIn
	Problems   problems
	Units      []register.Unit
	Delegation string
	Checked    bool     // shown for checking before it is filed
	Similar    []string // what has been suggested already
	Token      string
}

// quality are the five demands on a suggestion (深实细准效, J18) and two rules of form (H13), each to be confirmed.
var quality = []option{{"deep", "深：经过调查研究，抓住了问题的根源"}, {"real", "实：反映的情况属实，有事实或数据"}, {"detailed", "细：具体到地点、对象和做法"},
	{"accurate", "准：依据准确，属于本级国家机关职权"}, {"effective", "效：建议可行，能够办理"}, {"one", "一事一议：只提一件事"},
	{"allowed", "不属于以下情形：本人或亲属个人问题、进入诉讼仲裁的案件、招标投标、代转信件、推销产品、学术探讨、没有具体内容、不属于本级职权"}}

func (s *Server) showSuggest(w http.ResponseWriter, r *http.Request) {
	page, err := s.suggestPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In.Consents = true
	s.render(w, r, http.StatusOK, "suggest", page)
}

func (s *Server) suggestPage(r *http.Request) (page suggestPage, err error) {
	p := person(r.Context())
	page.Token = rand.Text()
	page.Units, err = s.Register.Units(r.Context(), p.Congress)
	return page, err
}

func (s *Server) doSuggest(w http.ResponseWriter, r *http.Request) {
	page, err := s.suggestPage(r)
	if err == nil {
		if e := r.ParseForm(); e != nil {
			err = badForm(e)
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In = readSuggestion(r.PostForm)
	f, err := s.suggestion(r, page.In)
	if err == nil && r.PostFormValue("do") == "file" {
		id, e := s.suggestOnce(r, f, r.PostFormValue("token"))
		if e == nil {
			http.Redirect(w, r, "/cases/"+id, http.StatusSeeOther)
			return
		}
		err = e
	}
	var refusal *schemas.Error
	switch {
	case err == nil:
		page.Checked, page.Token = true, rand.Text()
		if page.Similar, err = s.similar(r.Context(), person(r.Context()).Congress, f.Title, ""); err != nil {
			s.fail(w, r, err)
			return
		}
		s.render(w, r, http.StatusOK, "suggest", page)
	case errors.As(err, &refusal) && statusOf(refusal.Code) == http.StatusUnprocessableEntity:
		page.Problems = problems{{"main", refusal.Text}}
		if wrong := check(page.In); len(wrong) > 0 {
			page.Problems = wrong
		}
		s.render(w, r, http.StatusUnprocessableEntity, "suggest", page)
	default:
		s.fail(w, r, err)
	}
}

// suggestOnce files a suggestion once for each form, however often it is sent.
func (s *Server) suggestOnce(r *http.Request, f register.NewSuggestion, token string) (string, error) {
	p := person(r.Context())
	if len(token) < 8 {
		return "", schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	f.Token = token
	committee, err := s.deputiesOffice(r.Context(), p.Congress)
	if err != nil {
		return "", err
	}
	states, err := s.Desk.Suggest(r.Context(), p.Congress, committee, []register.NewSuggestion{f})
	if err != nil {
		return "", err
	}
	return states[0].Case, nil
}

// deputiesOffice is the unit that serves the deputies (代表工委). Code: NotFound.
func (s *Server) deputiesOffice(ctx context.Context, congress string) (string, error) {
	roll, err := s.Register.Roll(ctx, congress)
	if err != nil {
		return "", err
	}
	for _, m := range roll {
		if m.Role == schemas.Deputies && m.Unit != "" {
			return m.Unit, nil
		}
	}
	return "", schemas.Refuse("NotFound", "还没有设立代表工委，请联系系统管理员")
}

func readSuggestion(f url.Values) schemas.SuggestionIn {
	return schemas.SuggestionIn{Title: strings.TrimSpace(f.Get("title")), Category: f.Get("category"), Body: strings.TrimSpace(f.Get("body")), Demand: strings.TrimSpace(f.Get("demand")),
		Wish: f.Get("wish"), Cosigners: namesIn(f.Get("cosigners")), Consents: f.Get("consents") == "1", Surveyed: f.Get("surveyed") == "1",
		Face: f.Get("face") == "1", Kind: f.Get("kind"), Basis: strings.TrimSpace(f.Get("basis")), Checks: f["checks"]}
}

// namesIn reads names divided as people divide them.
func namesIn(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("、，,;； \t\r\n", c) })
}

// suggestion checks what a deputy files. Codes: Invalid, NotChecked, BadName, TooFew.
func (s *Server) suggestion(r *http.Request, in schemas.SuggestionIn) (f register.NewSuggestion, err error) {
	p := person(r.Context())
	if wrong := check(in); len(wrong) > 0 {
		return f, schemas.Refuse("Invalid", "%s", wrong[0].Text)
	}
	if err := notSecret("填写的内容", saidIn(in)); err != nil {
		return f, err
	}
	if !slices.Contains(schemas.Categories, in.Category) {
		return f, schemas.Refuse("Invalid", "请选择类别")
	}
	for _, q := range quality {
		if !slices.Contains(in.Checks, q.Value) && in.Kind != "contact-letter" {
			return f, schemas.Refuse("NotChecked", "请逐项核对提出质量，未确认：%s", q.Text)
		}
	}
	f = register.NewSuggestion{Kind: in.Kind, Basis: in.Basis, Title: in.Title, Category: in.Category, Body: in.Body, Demand: in.Demand, Wish: in.Wish,
		Consents: in.Consents, Surveyed: in.Surveyed, Face: in.Face, Leader: p.ID}
	if f.Kind == "" {
		f.Kind = "suggestion"
	}
	deputies, err := s.Register.Deputies(r.Context(), p.Congress)
	if err != nil {
		return f, err
	}
	for _, name := range in.Cosigners {
		id, err := deputyNamed(deputies, name)
		if err != nil {
			return f, err
		}
		if id != p.ID && !slices.Contains(f.Cosigners, id) {
			f.Cosigners = append(f.Cosigners, id)
		}
	}
	return f, s.motion(r.Context(), p.Congress, f)
}

// motion checks what a motion needs besides: grounds, and deputies enough (组织法 22). Codes: Invalid, TooFew.
func (s *Server) motion(ctx context.Context, congress string, f register.NewSuggestion) error {
	if f.Kind != "motion" {
		return nil
	}
	if f.Basis == "" {
		return schemas.Refuse("Invalid", "议案要写明案由、案据和方案，请填写案据")
	}
	_, rules, err := s.Register.CurrentRules(ctx, congress, "motion")
	if err != nil {
		return err
	}
	if n := len(f.Cosigners) + 1; n < rules.Policy.Signers {
		return schemas.Refuse("TooFew", "议案须由%d名以上代表联名提出，现在连同领衔代表共%d名", rules.Policy.Signers, n)
	}
	return nil
}

// deputyNamed finds a deputy by name; of two with one name the delegation decides, written 张三（某代表团). Code: BadName.
func deputyNamed(deputies []register.DeputyRow, name string) (string, error) {
	plain, delegation, _ := strings.Cut(strings.NewReplacer("(", "（", ")", "", "）", "").Replace(name), "（")
	var found []string
	for _, d := range deputies {
		if d.Name == plain && (delegation == "" || d.Delegation == delegation) {
			found = append(found, d.Account)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", schemas.Refuse("BadName", "代表名册中没有“%s”，请核对姓名", name)
	}
	return "", schemas.Refuse("BadName", "有%d位代表名叫“%s”，请写成“%s（某代表团）”", len(found), plain, plain)
}

// similar lists open suggestions whose titles share most of their pairs of characters (de-duplication, C2).
func (s *Server) similar(ctx context.Context, congress, title, but string) ([]string, error) {
	return s.Register.Similar(ctx, congress, pairs(title), but)
}

// pairs are the pairs of neighbouring characters of a title, less what every title has.
func pairs(title string) (ps []string) {
	rs := []rune(strings.ToLower(strings.NewReplacer("关于", "", "的建议", "", "进一步", "", "加强", "").Replace(title)))
	for i := 1; i < len(rs); i++ {
		if pair := string(rs[i-1 : i+1]); !slices.Contains(ps, pair) {
			ps = append(ps, pair)
		}
	}
	return ps
}

type (
	handPage struct {
		Kind     string // vet or handover
		Rows     []handRow
		Units    []register.Unit
		On       string
		Token    string
		More     bool // wait besides
		Problems problems
	}
	handRow struct {
		register.SuggestionRow
		Lead, Joint string // names
		Chosen      bool
		Wrong       string
	}
)

// perBatch is how many matters one act may be done on.
const perBatch = 1000

// showHand lists what waits to be vetted or handed over, to be done in one act.
func (s *Server) showHand(w http.ResponseWriter, r *http.Request) {
	page, err := s.handPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "hand", page)
}

func (s *Server) handPage(r *http.Request) (page handPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Kind, page.Token = chi.URLParam(r, "kind"), rand.Text()
	if page.Kind != "vet" && page.Kind != "handover" {
		return page, schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更")
	}
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	stand := "C2"
	if page.Kind == "handover" {
		stand = "C4"
	}
	waiting := register.Tab{Procedures: proposals, Stands: []string{stand}}
	found, err := s.Register.Listed(ctx, p.Congress, register.Listing{Sights: sights(p, proposals...)}, []register.Tab{waiting}, 0, p.Now, nil, perBatch)
	if err != nil {
		return page, err
	}
	page.More = found.Next != nil
	rows, err := s.Register.SuggestionRows(ctx, p.Congress, found.IDs)
	for _, row := range rows {
		if row.StageKind == page.Kind {
			page.Rows = append(page.Rows, handRow{SuggestionRow: row, Lead: row.ProposedName})
		}
	}
	slices.SortFunc(page.Rows, func(a, b handRow) int { return strings.Compare(a.Number, b.Number) })
	page.On = p.Now.In(schemas.Shanghai).Format(time.DateOnly)
	return page, err
}

// doHand saves the units proposed, or does the act on all that are chosen: received together, carried out one by one.
func (s *Server) doHand(w http.ResponseWriter, r *http.Request) {
	page, err := s.handPage(r)
	if err == nil {
		if e := r.ParseForm(); e != nil {
			err = badForm(e)
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	batch, acts, err := s.hand(r, &page)
	if err == nil && batch != "" {
		p := person(r.Context())
		if err = s.Register.ReceiveBatch(r.Context(), p.Congress, batch, p.ID, page.Kind, acts); err == nil {
			go func() {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Minute)
				defer cancel()
				if err := s.Desk.Carry(ctx, batch); err != nil {
					s.Log.WarnContext(ctx, "a batch goes on in the worker", "batch", batch, "error", err)
				}
			}()
			http.Redirect(w, r, "/suggestions/batches/"+batch, http.StatusSeeOther)
			return
		}
	}
	var refusal *schemas.Error
	switch {
	case err == nil:
		http.Redirect(w, r, "/suggestions/bulk/"+page.Kind, http.StatusSeeOther)
	case errors.As(err, &refusal) && statusOf(refusal.Code) == http.StatusUnprocessableEntity:
		page.Problems = problems{{"main", refusal.Text}}
		s.render(w, r, http.StatusUnprocessableEntity, "hand", page)
	default:
		s.fail(w, r, err)
	}
}

// hand reads the form: the units proposed are kept; with do=hand the acts on the chosen ones are made. Codes: NothingChosen,
// BadUnit, AnchorInFuture, BadDate.
func (s *Server) hand(r *http.Request, page *handPage) (batch string, acts map[string]schemas.Act, err error) {
	ctx, p, f := r.Context(), person(r.Context()), r.PostForm
	acting := f.Get("do") == "hand"
	on, wrong := time.Time{}, 0
	if page.Kind == "handover" {
		page.On = f.Get("on")
		if on, err = day(page.On); err != nil {
			return "", nil, err
		}
		if on.After(p.Now) {
			return "", nil, schemas.Refuse("AnchorInFuture", "交办日期不能晚于今天")
		}
	}
	acts = map[string]schemas.Act{}
	for i := range page.Rows {
		row := &page.Rows[i]
		row.Chosen = slices.Contains(f["case"], row.ID)
		a := schemas.Act{Key: row.Stage, Role: schemas.Deputies, Verdict: "accept"}
		if page.Kind == "handover" {
			a.Verdict = ""
			row.Lead, row.Joint = strings.TrimSpace(f.Get("lead-"+row.ID)), strings.TrimSpace(f.Get("joint-"+row.ID))
			if a.Parties, row.Wrong = partiesNamed(page.Units, row.Lead, row.Joint, row.Chosen && acting); row.Wrong != "" {
				wrong++
				continue
			}
			if len(a.Parties) > 0 && a.Parties[0].Unit != row.Proposed {
				if err := s.Register.Propose(ctx, p.Congress, row.ID, a.Parties[0].Unit); err != nil {
					return "", nil, err
				}
			}
			if !on.Equal(schemas.DayOf(p.Now)) {
				a.On = on.UTC()
			}
			if on.Before(schemas.DayOf(row.FiledAt)) && row.Session == "" && row.Chosen {
				row.Wrong, wrong = "交办日期不能早于提出之日", wrong+1
			}
		}
		if row.Chosen {
			acts[row.ID] = a
		}
	}
	switch {
	case wrong > 0:
		return "", nil, schemas.Refuse("BadUnit", "有%d件需要改正，见各行的说明；都没有办理", wrong)
	case !acting:
		return "", nil, nil
	case len(acts) == 0:
		return "", nil, schemas.Refuse("NothingChosen", "请勾选要办理的建议")
	case len(f.Get("token")) < 8:
		return "", nil, schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	committee, err := s.deputiesOffice(ctx, p.Congress)
	for id, a := range acts {
		a.Unit = committee
		acts[id] = a
	}
	return f.Get("token"), acts, err
}

// partiesNamed finds the units by their names: one lead, or alone, and any number of co-handlers.
func partiesNamed(units []register.Unit, lead, joint string, needed bool) (ps []schemas.Party, wrong string) {
	find := func(name string) string {
		for _, u := range units {
			if u.Name == name && (u.Kind == "department" || u.Kind == "street" || u.Kind == "judicial") {
				return u.ID
			}
		}
		return ""
	}
	if lead == "" {
		if needed {
			return nil, "请填写主办单位"
		}
		return nil, ""
	}
	id := find(lead)
	if id == "" {
		return nil, "没有名为“" + lead + "”的单位"
	}
	ps = []schemas.Party{{Unit: id, Capacity: "sole"}}
	for _, name := range namesIn(joint) {
		id := find(name)
		switch {
		case id == "":
			return nil, "没有名为“" + name + "”的单位"
		case slices.ContainsFunc(ps, func(p schemas.Party) bool { return p.Unit == id }):
			return nil, "同一个单位只能填一次"
		}
		ps[0].Capacity = "lead"
		ps = append(ps, schemas.Party{Unit: id, Capacity: "joint"})
	}
	return ps, ""
}

type batchPage struct {
	register.Batch
	Rows             []register.BatchRow // those that were refused, then those that wait
	Done, Wait, Back int
	All              int
}

// showBatch tells how far an act on many matters has come.
func (s *Server) showBatch(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	b, err := s.Register.Batch(ctx, p.Congress, chi.URLParam(r, "id"))
	var rows []register.BatchRow
	if err == nil {
		rows, err = s.Register.BatchRows(ctx, b.ID)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := batchPage{Batch: b, All: len(rows)}
	for _, row := range rows {
		switch row.Outcome {
		case "accepted":
			page.Done++
		case "refused":
			page.Back++
			page.Rows = append(page.Rows, row)
		default:
			page.Wait++
		}
	}
	if page.Wait > 0 {
		w.Header().Set("Refresh", "2")
	}
	s.render(w, r, http.StatusOK, "batch", page)
}
