package api

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

const (
	letterTitle = 120
	letterBody  = 20000
	docxType    = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

type (
	lettersPage struct {
		pager
		Q, Year, Kind, State string
		Years, Kinds, States []option
		Rows                 []register.Letter
		Set                  []option
		Templates            bool // the person may replace them
	}
	// letterForm is a letter as it is typed.
	letterForm struct {
		Token     string
		Rev       int
		Title     string `field:"title" label:"标题" validate:"required,min=4,max=120"`
		Recipient string `field:"recipient" label:"主送" validate:"max=400"`
		Body      string `field:"body" label:"正文" validate:"required,max=20000"`
		Copies    string `field:"copies" label:"抄送" validate:"max=400"`
		Kind      schemas.LetterKind
		Problems  problems
	}
	letterPage struct {
		register.Letter
		M                   matter
		Kind                schemas.LetterKind
		Head                register.LetterHead
		Form                letterForm
		Draws, Issues, Void bool
		Next                string // the series of the number that it would take
		Paragraphs          []letterLine
		Problems            problems
	}
	letterLine struct {
		Text  string
		Level int
	}
	// letterView is a letter as its matter's page shows it.
	letterView struct {
		register.Letter
		Name string
	}
)

// Area is the part of the navigation that the page belongs to.
func (letterPage) Area() string { return "/letters" }

var letterStates = []option{{"draft", "文稿"}, {"issued", "已发"}, {"void", "作废"}}

func (s *Server) letterRoutes(r chi.Router) {
	r.With(s.asks("read", "letter")).Get("/letters", s.letters)
	r.With(s.asks("template", "letter")).Get("/letters/templates", s.showLetterTemplates)
	r.With(s.asks("template", "letter")).Post("/letters/templates", s.putLetterTemplate)
	r.With(s.asks("template", "letter")).Post("/letters/head", s.setLetterHead)
	r.With(s.asks("template", "letter")).Get("/letters/templates/{kind}/template.docx", s.letterTemplate)
	r.Get("/letters/{id}", s.showLetter)
	r.Get("/letters/{id}/letter.docx", s.downloadLetter)
	r.With(s.asks("draw", "letter")).Post("/letters/{id}", s.changeLetter)
	r.With(s.asks("issue", "letter")).Post("/letters/{id}/issue", s.issueLetter)
	r.With(s.asks("void", "letter")).Post("/letters/{id}/void", s.voidLetter)
	r.With(s.asks("draw", "letter")).Get("/cases/{id}/letters/new", s.showDrawLetter)
	r.With(s.asks("draw", "letter")).Post("/cases/{id}/letters/new", s.drawLetter)
	r.Get("/cases/{id}/archive.zip", s.archive)
}

func (s *Server) letters(w http.ResponseWriter, r *http.Request) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	page := lettersPage{pager: pagerOf(r), Q: q.Get("q"), Year: q.Get("year"), Kind: q.Get("kind"), State: q.Get("state"), States: letterStates,
		Templates: grantedSome(p, "template", "letter")}
	for y := p.Now.In(schemas.Shanghai).Year(); len(page.Years) < 6; y-- {
		page.Years = append(page.Years, option{strconv.Itoa(y), strconv.Itoa(y) + "年"})
	}
	f := lettersFor(p)
	for _, k := range schemas.LetterKinds {
		if slices.Contains(f.Kinds, k.Code) {
			page.Kinds = append(page.Kinds, option{k.Code, k.Name})
		}
	}
	f.Year, _ = strconv.Atoi(page.Year)
	f.State, f.Words = page.State, page.Q
	if page.Kind != "" {
		f.Kinds = slices.DeleteFunc(f.Kinds, func(k string) bool { return k != page.Kind })
	}
	rows, next, err := s.Register.Letters(ctx, p.Congress, f, page.after(), page.rows)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Rows = rows
	page.turn(next, -1)
	q.Del("after")
	for _, set := range []struct {
		field string
		words []option
	}{{"q", []option{{page.Q, "含“" + page.Q + "”"}}}, {"year", page.Years}, {"kind", page.Kinds}, {"state", letterStates}} {
		if i := slices.IndexFunc(set.words, func(o option) bool { return o.Value != "" && o.Value == q.Get(set.field) }); i >= 0 {
			page.Set = append(page.Set, option{"/letters?" + without(q, set.field, ""), set.words[i].Text})
		}
	}
	s.render(w, r, http.StatusOK, "letters", page)
}

// readLetter is what a form says of a letter.
func readLetter(v url.Values, k schemas.LetterKind) letterForm {
	f := letterForm{Token: v.Get("token"), Title: tidy(v.Get("title"), false), Recipient: tidy(v.Get("recipient"), false), Body: tidy(v.Get("body"), true),
		Copies: tidy(v.Get("copies"), false), Kind: k}
	f.Rev, _ = strconv.Atoi(v.Get("rev"))
	f.Recipient, f.Copies = strings.TrimRight(f.Recipient, "：:"), strings.TrimRight(f.Copies, "。")
	f.Problems = check(f)
	if err := notSecret("填写的内容", f.Title, f.Recipient, f.Body, f.Copies); err != nil {
		f.Problems = append(f.Problems, problem{"main", err.Error()})
	}
	return f
}

func (f letterForm) letter() register.Letter {
	return register.Letter{Kind: f.Kind.Code, Rev: f.Rev, Title: f.Title, Recipient: f.Recipient, Body: f.Body, Copies: f.Copies}
}

// drawn finds the kind that a person is to draw from a matter. Codes: NotFound, NotEntitled.
func (s *Server) drawn(r *http.Request, kind string) (page casePage, k schemas.LetterKind, err error) {
	if page, err = s.casePage(r, chi.URLParam(r, "id")); err != nil {
		return page, k, err
	}
	k, known := schemas.LetterKindOf(kind)
	p := person(r.Context())
	switch {
	case !slices.ContainsFunc(schemas.LetterKinds, func(k schemas.LetterKind) bool { return mayLetter(p, "draw", page.M, k) }):
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("draw", "letter").Refusal)
	case !known || !mayLetter(p, "draw", page.M, k):
		err = schemas.Refuse("BadKind", "请选择可以从这件事项拟的公文")
	}
	return page, k, err
}

type letterDrawPage struct {
	M    matter
	Form letterForm
}

// Area is the part of the navigation that the page belongs to.
func (page letterDrawPage) Area() string { return page.M.area() }

func (s *Server) showDrawLetter(w http.ResponseWriter, r *http.Request) {
	page, k, err := s.drawn(r, r.URL.Query().Get("kind"))
	if err == nil {
		err = s.government(r, &page)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	l := draftOf(k, page)
	s.render(w, r, http.StatusOK, "letter_new", letterDrawPage{page.M, letterForm{Token: rand.Text(), Title: l.Title, Recipient: l.Recipient, Body: l.Body, Copies: l.Copies, Kind: k}})
}

// government finds the name of the government's office, which gets copies.
func (s *Server) government(r *http.Request, page *casePage) error {
	units, err := s.Register.Units(r.Context(), person(r.Context()).Congress)
	for _, u := range units {
		if u.Kind == "government" {
			page.Government = u.Name
		}
	}
	return err
}

// drawLetter keeps a draft, once for each form. Codes: NotFound, NotEntitled, BadKind, BadToken, Secret.
func (s *Server) drawLetter(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	ctx, p := r.Context(), person(r.Context())
	page, k, err := s.drawn(r, r.PostForm.Get("kind"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f := readLetter(r.PostForm, k)
	if len(f.Problems) == 0 {
		id, err := "", error(schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交"))
		if len(f.Token) >= 8 && len(f.Token) <= 64 {
			l := f.letter()
			l.CaseID, l.Author, l.DrawnAt = page.M.ID, p.ID, p.Now
			id, err = s.Register.DrawLetter(ctx, p.Congress, f.Token, l)
		}
		if err == nil {
			http.Redirect(w, r, "/letters/"+id, http.StatusSeeOther)
			return
		}
		if f.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "letter_new", letterDrawPage{page.M, f})
}

// letterPage reads a letter for a person who may read it. Code: NotFound, also for those who may not.
func (s *Server) letterPage(r *http.Request) (page letterPage, err error) {
	ctx, p, id := r.Context(), person(r.Context()), chi.URLParam(r, "id")
	none := schemas.Refuse("NotFound", "没有找到这份公文，或者您无权查看")
	asked(ctx)
	if !uuidForm.MatchString(id) {
		return page, none
	}
	if page.Letter, err = s.Register.Letter(ctx, p.Congress, id); err != nil {
		return page, err
	}
	if page.Letter.Bulletin != "" {
		return page, schemas.Refuse("NotFound", "没有找到这份公文：它是一期通报，请在统计的“通报”里打开")
	}
	if page.M, err = s.matter(ctx, p, page.CaseID); err != nil {
		return page, err
	}
	if !mayReadLetter(p, page.M, page.Letter) {
		return page, none
	}
	page.Kind, _ = schemas.LetterKindOf(page.Letter.Kind)
	if page.Head, err = s.Register.LetterHead(ctx, p.Congress); err != nil {
		return page, err
	}
	page.Draws, page.Issues = page.Is("draft") && mayLetter(p, "draw", page.M, page.Kind), page.Is("draft") && mayLetter(p, "issue", page.M, page.Kind)
	page.Void = page.Is("issued") && mayLetter(p, "void", page.M, page.Kind)
	page.Next = page.Head.Word + page.Kind.Series + "〔" + strconv.Itoa(p.Now.In(schemas.Shanghai).Year()) + "〕"
	page.Form = letterForm{Rev: page.Rev, Title: page.Letter.Title, Recipient: page.Recipient, Body: page.Letter.Body, Copies: page.Copies, Kind: page.Kind}
	for _, text := range strings.Split(page.Body, "\n") {
		page.Paragraphs = append(page.Paragraphs, letterLine{text, headed(text)})
	}
	return page, nil
}

func (s *Server) showLetter(w http.ResponseWriter, r *http.Request) {
	page, err := s.letterPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "letter", page)
}

// changeLetter changes or gives up a draft. Codes: NotFound, NotEntitled, StageClosed, Secret.
func (s *Server) changeLetter(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	ctx, p := r.Context(), person(r.Context())
	page, err := s.letterPage(r)
	switch {
	case err != nil:
	case !mayLetter(p, "draw", page.M, page.Kind):
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("draw", "letter").Refusal)
	case r.PostForm.Get("do") == "drop":
		if err = s.Register.DropLetter(ctx, p.Congress, page.ID); err == nil {
			http.Redirect(w, r, "/cases/"+page.CaseID, http.StatusSeeOther)
			return
		}
	default:
		page.Form = readLetter(r.PostForm, page.Kind)
		if len(page.Form.Problems) > 0 {
			s.render(w, r, http.StatusUnprocessableEntity, "letter", page)
			return
		}
		l := page.Form.letter()
		l.ID = page.ID
		err = s.Register.ChangeLetter(ctx, p.Congress, l)
		if isRefusal(err, "StageClosed") && page.Is("draft") { // what was typed stays, under the draft as it now is
			page.Form.Problems, page.Form.Rev = problems{{"main", "文稿已经由别人修改，上面是最新的；再次保存，就用您填写的代替"}}, page.Rev
			s.render(w, r, http.StatusConflict, "letter", page)
			return
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/letters/"+page.ID, http.StatusSeeOther)
}

// issueLetter gives a draft its number and fixes it; sent twice, it is issued once. Codes: NotFound, NotEntitled, StageClosed.
func (s *Server) issueLetter(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.letterPage(r)
	if err == nil && !mayLetter(p, "issue", page.M, page.Kind) {
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("issue", "letter").Refusal)
	}
	var own register.LetterTemplate
	if err == nil {
		own, err = s.Register.LetterTemplate(ctx, p.Congress, page.Kind.Code)
	}
	if err == nil {
		rev, wrong := strconv.Atoi(r.PostFormValue("rev"))
		if wrong != nil {
			rev = -1
		}
		in := register.Issuing{Letter: page.ID, Account: p.ID, Series: page.Kind.Series, Rev: rev, Word: page.Head.Word, At: p.Now}
		if own.Content != nil {
			in.Template = own.ID
		}
		err = s.Register.IssueLetter(ctx, p.Congress, in, func(l register.Letter) ([]byte, error) {
			return written(l, page.M, page.Head, own.Content)
		})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/letters/"+page.ID, http.StatusSeeOther)
}

// written is a letter as a Word file, by the office's template or the built-in one.
func written(l register.Letter, m matter, head register.LetterHead, own []byte) ([]byte, error) {
	date := "　　年　月　日"
	if !l.IssuedAt.IsZero() {
		date = schemas.ZhDate(l.IssuedAt)
	}
	var units []string
	for _, x := range m.Parties {
		if !x.Gone {
			units = append(units, x.Name)
		}
	}
	words := map[string]string{"发文机关": head.Mark, "字号": cmp.Or(l.Number, "（文稿，尚未发出）"), "标题": l.Title, "主送": l.Recipient, "正文": l.Body, "落款": head.Mark, "日期": date,
		"抄送": l.Copies, "印发机关": head.Mark, "案号": m.Number, "事项": m.Title, "承办单位": strings.Join(units, "、"), "督办委室": m.CommitteeName}
	form := builtinLetter(head.Mark, l.Recipient, l.Copies, date)
	if own != nil {
		var err error
		if form, err = readDocx(own); err != nil {
			return nil, err
		}
	}
	d, err := form.fill(words)
	if err != nil {
		return nil, err
	}
	return d.pack()
}

// voidLetter has an issued letter not count any more. Codes: NotFound, NotEntitled, TextMissing, StageClosed.
func (s *Server) voidLetter(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.letterPage(r)
	reason := tidy(r.PostFormValue("reason"), false)
	switch n := len([]rune(reason)); {
	case err != nil:
	case !mayLetter(p, "void", page.M, page.Kind):
		err = schemas.Refuse("NotEntitled", "%s", schemas.PermissionTo("void", "letter").Refusal)
	case n < 2 || n > 200:
		err = schemas.Refuse("TextMissing", "请写明作废的原因，2到200个字")
	default:
		if err = notSecret("作废的原因", reason); err == nil {
			err = s.Register.VoidLetter(ctx, p.Congress, page.ID, p.ID, reason, p.Now)
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/letters/"+page.ID, http.StatusSeeOther)
}

// downloadLetter gives an issued letter as it was fixed, and a draft as it would be.
func (s *Server) downloadLetter(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.letterPage(r)
	var content []byte
	switch {
	case err != nil:
	case page.Is("draft"):
		var own register.LetterTemplate
		if own, err = s.Register.LetterTemplate(ctx, p.Congress, page.Kind.Code); err == nil {
			content, err = written(page.Letter, page.M, page.Head, own.Content)
		}
	default:
		content, err = s.Register.LetterContent(ctx, p.Congress, page.ID)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendDocx(w, content, letterFile(page.Letter))
}

// letterFile is the name under which a letter is saved.
func letterFile(l register.Letter) string {
	k, _ := schemas.LetterKindOf(l.Kind)
	name := cmp.Or(l.Number, "文稿") + " " + k.Name
	if l.Is("void") {
		name += "（作废）"
	}
	return name + ".docx"
}

func sendDocx(w http.ResponseWriter, content []byte, name string) {
	w.Header().Set("Content-Type", docxType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = bytes.NewReader(content).WriteTo(w)
}

// lettersOn adds a matter's letters to its page: those that the person may read, and those that he may draw.
func (s *Server) lettersOn(r *http.Request, page *casePage) error {
	p := person(r.Context())
	for _, k := range schemas.LetterKinds {
		if mayLetter(p, "draw", page.M, k) {
			page.Drawable = append(page.Drawable, option{k.Code, k.Name})
		}
	}
	ls, err := s.Register.LettersOf(r.Context(), p.Congress, page.M.ID)
	for _, l := range ls {
		if !mayReadLetter(p, page.M, l) {
			continue
		}
		k, _ := schemas.LetterKindOf(l.Kind)
		page.Letters = append(page.Letters, letterView{l, k.Name})
		if !l.Is("draft") {
			page.Events = append(page.Events, event{At: l.IssuedAt, Text: l.IssuerName + "发文：" + l.Number + "《" + l.Title + "》"})
		}
		if l.Is("void") {
			page.Events = append(page.Events, event{At: l.VoidedAt, Text: l.VoiderName + "作废" + l.Number, Note: "原因：" + l.Reason})
		}
	}
	slices.SortStableFunc(page.Events, func(a, b event) int { return b.At.Compare(a.At) })
	return err
}
