package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
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
	bulletinsPage struct {
		pager
		Tabs  []tab
		Rows  []register.Bulletin
		Draws bool
	}
	bulletinNewPage struct {
		Tabs     []tab
		In       bulletinIn
		Problems problems
	}
	// bulletinIn is what a bulletin is drawn of.
	bulletinIn struct {
		Token string
		Of    string `field:"of" label:"统计对象" validate:"oneof=opinion suggestion"`
		From  string `field:"from" label:"统计期自" validate:"required,max=10"`
		To    string `field:"to" label:"统计期至" validate:"required,max=10"`
	}
	// bulletinForm is the words of a bulletin as they are typed.
	bulletinForm struct {
		Rev       int
		Title     string `field:"title" label:"标题" validate:"required,min=4,max=120"`
		Scope     string `field:"scope" label:"范围" validate:"required,max=200"`
		Recipient string `field:"recipient" label:"主送" validate:"max=400"`
		Copies    string `field:"copies" label:"抄送" validate:"max=400"`
		Intro     string `field:"intro" label:"引言" validate:"required,max=2000"`
		Praise    string `field:"praise" label:"表扬" validate:"max=2000"`
		Criticism string `field:"criticism" label:"批评" validate:"max=2000"`
		Demands   string `field:"demands" label:"要求" validate:"required,max=4000"`
		Problems  problems
	}
	bulletinPage struct {
		register.Bulletin
		Tabs                   []tab
		Head                   register.LetterHead
		Snapshot               schemas.Snapshot
		Figures                []opened
		League                 []leagueTable
		Late, Unhappy          []schemas.Line
		Versions               []register.Bulletin // the others of the issue
		Differences            []schemas.Difference
		Form                   bulletinForm
		Draws, Approves, Sends bool
		Corrects               bool
		Token                  string
		Problems               problems
	}
)

// bulletinFigures are the numbers that a bulletin's first section gives.
var bulletinFigures = map[string][]string{
	"opinion":    {"matters", "handed", "tasks", "signed", "plan", "report", "timely", "overdue", "overdue-days", "extended", "reworked", "closed", "satisfied", "basically", "items", "urge", "supervise", "interview", "urged-well"},
	"suggestion": {"tasks", "answered", "timely", "overdue", "extended", "closed", "class-a", "class-b", "class-c", "satisfied", "basically", "final-dissatisfied", "done", "met", "urge", "supervise"},
}

// Area is the part of the navigation that the page belongs to.
func (bulletinsPage) Area() string { return "/numbers" }

// Area is the part of the navigation that the page belongs to.
func (bulletinNewPage) Area() string { return "/numbers" }

// Area is the part of the navigation that the page belongs to.
func (bulletinPage) Area() string { return "/numbers" }

func (s *Server) bulletinRoutes(r chi.Router) {
	read, draw := s.asks("read", "bulletin"), s.asks("draw", "bulletin")
	r.With(read).Get("/numbers/bulletins", s.bulletins)
	r.With(draw).Get("/numbers/bulletins/new", s.showDrawBulletin)
	r.With(draw).Post("/numbers/bulletins/new", s.drawBulletin)
	r.With(read).Get("/numbers/bulletins/{id}", s.showBulletin)
	r.With(read).Get("/numbers/bulletins/{id}/bulletin.docx", s.downloadBulletin)
	r.With(read).Get("/numbers/bulletins/{id}/{code}", s.behindBulletin)
	r.With(draw).Post("/numbers/bulletins/{id}", s.changeBulletin)
	r.With(draw).Post("/numbers/bulletins/{id}/correct", s.correctBulletin)
	r.With(s.asks("approve", "bulletin")).Post("/numbers/bulletins/{id}/approve", s.approveBulletin)
	r.With(s.asks("issue", "bulletin")).Post("/numbers/bulletins/{id}/issue", s.issueBulletin)
}

// DrawHref is where a bulletin of the same period is drawn.
func (c counting) DrawHref() string {
	return "/numbers/bulletins/new?" + url.Values{"of": {c.Of}, "from": {c.From}, "to": {c.To}}.Encode()
}

// mayBulletin is the decision about a bulletin: a draft is read by those who make it alone.
func mayBulletin(p *register.Person, action string, b register.Bulletin) bool {
	if action == "read" && !b.Is("issued") {
		return mayBulletin(p, "draw", b) || mayBulletin(p, "approve", b) || mayBulletin(p, "issue", b)
	}
	return granted(p, action, subject{object: "bulletin"})
}

func (s *Server) bulletins(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	page := bulletinsPage{pager: pagerOf(r), Tabs: numberTabs(p, r.URL.Path), Draws: grantedSome(p, "draw", "bulletin")}
	rows, next, err := s.Register.Bulletins(r.Context(), p.Congress, mayBulletin(p, "read", register.Bulletin{State: "draft"}), page.after(), page.rows)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Rows = rows
	page.turn(next, -1)
	s.render(w, r, http.StatusOK, "bulletins", page)
}

func (s *Server) showDrawBulletin(w http.ResponseWriter, r *http.Request) {
	p, q := person(r.Context()), r.URL.Query()
	this := p.Now.In(schemas.Shanghai)
	in := bulletinIn{Token: rand.Text(), Of: cmp.Or(q.Get("of"), "opinion"), From: cmp.Or(q.Get("from"), time.Date(this.Year(), 1, 1, 0, 0, 0, 0, schemas.Shanghai).Format(time.DateOnly)),
		To: cmp.Or(q.Get("to"), this.Format(time.DateOnly))}
	s.render(w, r, http.StatusOK, "bulletin_new", bulletinNewPage{Tabs: numberTabs(p, r.URL.Path), In: in})
}

// drawBulletin takes the figures of a period and puts the usual words to them. Codes: BadToken, BadDate, Invalid.
func (s *Server) drawBulletin(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	ctx, p, f := r.Context(), person(r.Context()), r.PostForm
	in := bulletinIn{Token: f.Get("token"), Of: f.Get("of"), From: trimmed(f, "from"), To: trimmed(f, "to")}
	page := bulletinNewPage{Tabs: numberTabs(p, r.URL.Path), In: in, Problems: check(in)}
	if len(page.Problems) == 0 {
		id, err := s.newBulletin(ctx, p, in)
		if err == nil {
			http.Redirect(w, r, "/numbers/bulletins/"+id, http.StatusSeeOther)
			return
		}
		if page.Problems, err = under("main", err); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.render(w, r, http.StatusUnprocessableEntity, "bulletin_new", page)
}

func (s *Server) newBulletin(ctx context.Context, p *register.Person, in bulletinIn) (string, error) {
	if len(in.Token) < 8 || len(in.Token) > 64 {
		return "", schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	from, to, err := period(in.From, in.To)
	switch {
	case err != nil:
		return "", err
	case !from.Before(to):
		return "", schemas.Refuse("BadDate", "统计期的起止日期颠倒了")
	case from.After(p.Now):
		return "", schemas.Refuse("BadDate", "统计期还没有开始")
	}
	snapshot, err := s.freeze(ctx, p, in.Of, schemas.Span{From: from, To: to}, p.Now, false)
	if err != nil {
		return "", err
	}
	if len(snapshot.Lines) == 0 {
		return "", schemas.Refuse("Invalid", "这个统计期里没有可通报的事项")
	}
	raw, err := json.Marshal(snapshot)
	if err != nil {
		return "", err
	}
	copies := ""
	if units, err := s.Register.Units(ctx, p.Congress); err == nil {
		for _, u := range units {
			if u.Kind == "government" {
				copies = u.Name
			}
		}
	}
	what := map[string]string{"opinion": "监督意见", "suggestion": "代表建议"}[in.Of]
	days := isoDate(in.From) + "至" + isoDate(in.To)
	b := register.Bulletin{Procedure: in.Of, Title: "关于" + days + what + "办理情况的通报", Scope: "全部承办单位的" + what, PeriodFrom: &from, PeriodTo: &to,
		Intro: "现将" + days + what + "办理情况通报如下。", Recipient: "各承办单位", Copies: copies, FiguresAt: snapshot.At, DrawnAt: p.Now, Version: 1,
		Demands: "请有关单位对照本通报抓好整改：逾期的限期办结并说明原因，测评不满意的重新办理，办理结果书面报送。"}
	return s.Register.DrawBulletin(ctx, register.BulletinDraft{Congress: p.Congress, Token: in.Token, Author: p.ID, Bulletin: b, Snapshot: string(raw)})
}

// freeze takes the figures of a period at an instant; again, as they would have stood then by what the register says now.
func (s *Server) freeze(ctx context.Context, p *register.Person, of string, period schemas.Span, at time.Time, again bool) (snapshot schemas.Snapshot, err error) {
	c := counting{Of: of, By: "due", period: period, now: at}
	if of == "opinion" {
		c.whole, err = s.Register.Supervision(ctx, p.Congress, period, at)
	} else {
		c.whole, err = s.Register.Suggested(ctx, p.Congress, period, true, at)
	}
	if err != nil {
		return snapshot, err
	}
	if c.whole = c.kept(c.whole); again {
		c.whole = schemas.AsOf(at, c.whole)
	}
	var kinds []string
	for _, k := range rankedKinds {
		kinds = append(kinds, k.kind)
	}
	return schemas.Freeze(of, period, at, kinds, c.whole), nil
}

// bulletinPage reads a bulletin for a person who may read it. Code: NotFound, also for those who may not.
func (s *Server) bulletinPage(r *http.Request) (page bulletinPage, err error) {
	ctx, p, id := r.Context(), person(r.Context()), chi.URLParam(r, "id")
	none := schemas.Refuse("NotFound", "没有找到这期通报，或者您无权查看")
	if !uuidForm.MatchString(id) {
		return page, none
	}
	if page.Bulletin, err = s.Register.Bulletin(ctx, p.Congress, id); err != nil {
		return page, err
	}
	if !mayBulletin(p, "read", page.Bulletin) {
		return page, none
	}
	if page.Snapshot, err = s.snapshot(ctx, p.Congress, id); err != nil {
		return page, err
	}
	if page.Head, err = s.Register.LetterHead(ctx, p.Congress); err != nil {
		return page, err
	}
	page.Tabs, page.Token = numberTabs(p, r.URL.Path), rand.Text()
	page.Draws, page.Approves = !page.Is("issued") && mayBulletin(p, "draw", page.Bulletin), page.Is("draft") && mayBulletin(p, "approve", page.Bulletin)
	page.Sends, page.Corrects = page.Is("approved") && mayBulletin(p, "issue", page.Bulletin), page.Is("issued") && page.CorrectedBy == "" && mayBulletin(p, "draw", page.Bulletin)
	page.Form = bulletinForm{Rev: page.Rev, Title: page.Title, Scope: page.Scope, Recipient: page.Recipient, Copies: page.Copies, Intro: page.Intro, Praise: page.Praise,
		Criticism: page.Criticism, Demands: page.Demands}
	page.lay(p)
	return page, s.versions(ctx, p, &page)
}

func (s *Server) snapshot(ctx context.Context, congress, id string) (snapshot schemas.Snapshot, err error) {
	raw, err := s.Register.BulletinSnapshot(ctx, congress, id)
	if err != nil {
		return snapshot, err
	}
	return snapshot, json.Unmarshal([]byte(raw), &snapshot)
}

// versions finds the other versions of the issue, those before and after, and what this one says otherwise than the one before.
func (s *Server) versions(ctx context.Context, p *register.Person, page *bulletinPage) error {
	for _, next := range []func(register.Bulletin) string{func(b register.Bulletin) string { return b.Corrects }, func(b register.Bulletin) string { return b.CorrectedBy }} {
		for b := page.Bulletin; next(b) != ""; {
			other, err := s.Register.Bulletin(ctx, p.Congress, next(b))
			if err != nil {
				return err
			}
			if b = other; mayBulletin(p, "read", b) {
				page.Versions = append(page.Versions, b)
			}
		}
	}
	if page.Bulletin.Corrects == "" {
		return nil
	}
	was, err := s.snapshot(ctx, p.Congress, page.Bulletin.Corrects)
	page.Differences = schemas.Differences(was, page.Snapshot)
	for i, d := range page.Differences {
		if !granted(p, "read", subject{object: "statistics"}) {
			page.Differences[i] = schemas.Difference{What: d.What, Was: d.Was, Now: d.Now} // whose lines they are, is for those who count all
		}
	}
	return err
}

// lay lays the snapshot out for a person: every number that he may look behind leads to its frozen list.
func (page *bulletinPage) lay(p *register.Person) {
	all := granted(p, "read", subject{object: "statistics"})
	frozen := func(f schemas.Frozen, unit string) opened {
		c := opened{Label: f.Name, Text: f.Text}
		if rate, part, is := strings.Cut(f.Text, "（"); is {
			c.Text, c.Part = rate, strings.TrimSuffix(part, "）")
		}
		if f.D > 0 && (all || unit != "" && granted(p, "read", subject{object: "statistics", unit: unit})) {
			c.Href = "/numbers/bulletins/" + page.ID + "/" + f.Code
			if unit != "" {
				c.Href += "?" + url.Values{"unit": {unit}}.Encode()
			}
		}
		return c
	}
	for _, code := range bulletinFigures[page.Procedure] {
		page.Figures = append(page.Figures, frozen(page.Snapshot.Number(code), ""))
	}
	for _, league := range page.Snapshot.Leagues {
		t := leagueTable{Title: rankedKinds[slices.IndexFunc(rankedKinds, func(k struct{ kind, title string }) bool { return k.kind == league.Kind })].title}
		columns := bulletinColumns(page.Procedure)
		for _, code := range columns {
			t.Columns = append(t.Columns, page.Snapshot.Number(code).Name)
		}
		for _, ranked := range league.Rows {
			row := leagueRow{Ranked: ranked, Cells: []opened{frozen(page.Snapshot.Of("tasks", ranked.Unit), ranked.Unit)}}
			row.Cells[0].Text, row.Cells[0].Label = strconv.Itoa(ranked.Lines), "件数"
			for _, code := range columns {
				row.Cells = append(row.Cells, frozen(page.Snapshot.Of(code, ranked.Unit), ranked.Unit))
			}
			t.Rows = append(t.Rows, row)
		}
		page.League = append(page.League, t)
	}
	for _, i := range page.Snapshot.Late {
		page.Late = append(page.Late, page.Snapshot.Lines[i])
	}
	for _, i := range page.Snapshot.Unhappy {
		page.Unhappy = append(page.Unhappy, page.Snapshot.Lines[i])
	}
}

// bulletinColumns are the numbers of a bulletin's league table: those that make the score.
func bulletinColumns(procedure string) (codes []string) {
	for _, w := range schemas.ScoringOf(procedure).Weights {
		codes = append(codes, w.Code)
	}
	return codes
}

func (s *Server) showBulletin(w http.ResponseWriter, r *http.Request) {
	page, err := s.bulletinPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "bulletin", page)
}

// behindBulletin lists the lines that a number of a bulletin froze, of those units whose numbers the person may look behind.
func (s *Server) behindBulletin(w http.ResponseWriter, r *http.Request) {
	page, err := s.bulletinPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p, unit := person(r.Context()), r.URL.Query().Get("unit")
	f := page.Snapshot.Number(chi.URLParam(r, "code"))
	if unit != "" {
		f = page.Snapshot.Of(f.Code, unit)
	}
	if f.Code == "" {
		s.fail(w, r, schemas.Refuse("NotFound", "没有这个指标"))
		return
	}
	if !granted(p, "read", subject{object: "statistics", unit: unit}) {
		s.fail(w, r, schemas.Refuse("NotFound", "没有找到这份清单，或者您无权查看"))
		return
	}
	var rows []behindRow
	for _, i := range f.In {
		rows = append(rows, behindRow{page.Snapshot.Lines[i], slices.Contains(f.Hit, i)})
	}
	behind := behindOf(r, page.Procedure, schemas.Number{Code: f.Code, Name: f.Name, Text: f.Text, N: f.N, D: f.D}, rows, "/numbers/bulletins/"+page.ID, f.Parted)
	behind.Note = "《" + page.Title + "》的清单，" + zhInstant(page.FiguresAt) + "的数字。"
	if page.Is("issued") {
		behind.Note += "已经固定，以后的变化不影响它。"
	}
	s.render(w, r, http.StatusOK, "behind", behind)
}

// changeBulletin changes the words of a draft, takes its figures anew or gives it up. Codes: NotFound, NotEntitled, StageClosed, Secret.
func (s *Server) changeBulletin(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	ctx, p, f := r.Context(), person(r.Context()), r.PostForm
	page, err := s.bulletinPage(r)
	if err == nil && page.Is("issued") {
		err = schemas.Refuse("StageClosed", "这期通报已经印发，不能再改；有错另出更正")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rev, wrong := strconv.Atoi(f.Get("rev"))
	if wrong != nil {
		rev = -1
	}
	to := "/numbers/bulletins/" + page.ID
	switch f.Get("do") {
	case "drop":
		to, err = "/numbers/bulletins", s.Register.DropBulletin(ctx, p.Congress, page.ID)
	case "redraw":
		at := p.Now
		if page.Bulletin.Corrects != "" {
			at = page.FiguresAt
		}
		var snapshot schemas.Snapshot
		var raw []byte
		if snapshot, err = s.freeze(ctx, p, page.Procedure, page.Snapshot.Period, at, page.Bulletin.Corrects != ""); err == nil {
			if raw, err = json.Marshal(snapshot); err == nil {
				err = s.Register.RedrawBulletin(ctx, p.Congress, page.ID, rev, at, string(raw))
			}
		}
	default:
		form := bulletinForm{Rev: rev, Title: tidy(f.Get("title"), false), Scope: tidy(f.Get("scope"), false), Recipient: strings.TrimRight(tidy(f.Get("recipient"), false), "：:"),
			Copies: strings.TrimRight(tidy(f.Get("copies"), false), "。"), Intro: tidy(f.Get("intro"), true), Praise: tidy(f.Get("praise"), true), Criticism: tidy(f.Get("criticism"), true),
			Demands: tidy(f.Get("demands"), true)}
		form.Problems = check(form)
		if err := notSecret("填写的内容", form.Title, form.Scope, form.Recipient, form.Copies, form.Intro, form.Praise, form.Criticism, form.Demands); err != nil {
			form.Problems = append(form.Problems, problem{"main", err.Error()})
		}
		if page.Form = form; len(form.Problems) > 0 {
			s.render(w, r, http.StatusUnprocessableEntity, "bulletin", page)
			return
		}
		err = s.Register.ChangeBulletin(ctx, p.Congress, register.Bulletin{ID: page.ID, Rev: rev, Title: form.Title, Scope: form.Scope, Intro: form.Intro, Praise: form.Praise,
			Criticism: form.Criticism, Demands: form.Demands, Recipient: form.Recipient, Copies: form.Copies})
		if isRefusal(err, "StageClosed") { // what was typed stays, under the draft as it now is
			page.Form.Problems, page.Form.Rev = problems{{"main", "文稿已经由别人修改或签发，上面是最新的；再次保存，就用您填写的代替"}}, page.Rev
			s.render(w, r, http.StatusConflict, "bulletin", page)
			return
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// approveBulletin is a leader's word (签发); who drew the bulletin does not approve it. Codes: NotFound, NotEntitled, Conflict, StageClosed.
func (s *Server) approveBulletin(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.bulletinPage(r)
	rev, wrong := strconv.Atoi(r.PostFormValue("rev"))
	switch {
	case err != nil:
	case page.Author == p.ID:
		err = schemas.Refuse("Conflict", "起草的人不能签发自己起草的通报")
	case wrong != nil:
		err = badForm(wrong)
	default:
		err = s.Register.ApproveBulletin(ctx, p.Congress, page.ID, rev, p.ID, p.Now)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/numbers/bulletins/"+page.ID, http.StatusSeeOther)
}

// issueBulletin gives an approved bulletin its numbers and fixes it and its letter; sent twice, it is issued once. Codes: NotFound, NotEntitled,
// StageClosed.
func (s *Server) issueBulletin(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.bulletinPage(r)
	kind, _ := schemas.LetterKindOf("circular")
	var own register.LetterTemplate
	if err == nil {
		own, err = s.Register.LetterTemplate(ctx, p.Congress, kind.Code)
	}
	if err == nil {
		rev, wrong := strconv.Atoi(r.PostFormValue("rev"))
		if wrong != nil {
			rev = -1
		}
		in := register.Issuing{Account: p.ID, Series: kind.Series, Word: page.Head.Word, At: p.Now}
		if own.Content != nil {
			in.Template = own.ID
		}
		err = s.Register.IssueBulletin(ctx, p.Congress, page.ID, rev, in, func(b register.Bulletin) register.Letter {
			page.Bulletin.Year, page.N = b.Year, b.N
			return page.letter()
		}, func(b register.Bulletin, l register.Letter) ([]byte, error) {
			return written(l, matter{Case: register.Case{Number: b.Issue(), Title: b.Title}}, page.Head, own.Content)
		})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/numbers/bulletins/"+page.ID, http.StatusSeeOther)
}

// correctBulletin draws a new version beside an issued one: the same period and the figures of the same day, by what the register says now.
// Codes: NotFound, NotEntitled, TextMissing, StageClosed.
func (s *Server) correctBulletin(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.bulletinPage(r)
	reason, token := tidy(r.PostFormValue("reason"), false), r.PostFormValue("token")
	id := ""
	switch n := len([]rune(reason)); {
	case err != nil:
	case !page.Is("issued"):
		err = schemas.Refuse("StageClosed", "这期通报还没有印发，直接修改文稿就可以")
	case n < 2 || n > 200:
		err = schemas.Refuse("TextMissing", "请写明更正的原因，2到200个字")
	case len(token) < 8 || len(token) > 64:
		err = schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	default:
		var snapshot schemas.Snapshot
		var raw []byte
		if err = notSecret("更正的原因", reason); err != nil {
			break
		}
		if snapshot, err = s.freeze(ctx, p, page.Procedure, page.Snapshot.Period, page.FiguresAt, true); err != nil {
			break
		}
		if raw, err = json.Marshal(snapshot); err != nil {
			break
		}
		b := page.Bulletin
		b.Corrects, b.Version, b.Reason, b.DrawnAt = b.ID, b.Version+1, reason, p.Now
		id, err = s.Register.DrawBulletin(ctx, register.BulletinDraft{Congress: p.Congress, Token: token, Author: p.ID, Bulletin: b, Snapshot: string(raw)})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/numbers/bulletins/"+id, http.StatusSeeOther)
}

// downloadBulletin gives the letter of an issued bulletin as it was fixed, and of a draft as it would be.
func (s *Server) downloadBulletin(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.bulletinPage(r)
	var content []byte
	name := "通报文稿.docx"
	switch {
	case err != nil:
	case page.Is("issued"):
		name = page.Number + " 通报.docx"
		content, err = s.Register.LetterContent(ctx, p.Congress, page.Letter)
	default:
		var own register.LetterTemplate
		if own, err = s.Register.LetterTemplate(ctx, p.Congress, "circular"); err == nil {
			content, err = written(page.letter(), matter{Case: register.Case{Number: page.Issue(), Title: page.Title}}, page.Head, own.Content)
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendDocx(w, content, name)
}
