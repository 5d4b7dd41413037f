package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

// ruledKey is in the session: what was done with the rules, told on the next page.
const ruledKey = "ruled"

// longestText is how long a source or a reason may be.
const longestText = 200

type (
	// ruleDraft (修改稿) is what the office is changing, beside what counts and what is built in.
	ruleDraft struct {
		Procedure string
		Title     string // of the procedure
		Now       schemas.Rules
		NowID     string
		Rules     schemas.Rules // as changed
		Builtin   schemas.Rules
		Begun     bool   // something was changed and kept
		Mark      string // of what was kept: what is saved is what was seen
		Base      string // id of the version that it began from
		Stale     bool   // another version has been made since
		BaseIs    string // the version that it began from
		kept      register.RuleDraft
	}
	ruleEditPage struct {
		ruleDraft
		rulesView
		Tabs     []tab
		Changes  []changeView
		Faults   []schemas.Fault
		Ladders  []option // what can be edited: unit, internal …
		Reason   string
		Problems problems
		Said     string
	}
	ruleTermPage struct {
		ruleDraft
		Key, Name       string
		Term            schemas.Term // as the form has it
		In              termIn
		Plain           bool // it can be said in the fields of the form
		Ways            []schemas.Verdict
		Units           []schemas.Verdict
		Ladders, Points []option
		Usual           termView // the built-in one
		Counts          termView // the one that counts
		Words           string   // the form in words
		From            string
		Tried           *schemas.Deadline
		TriedFrom       time.Time
		Problems        problems
	}
	// termIn is a term in plain fields.
	termIn struct {
		Way, N, Unit, Ext, ExtUnit, Back, Month, Day string
		Ladder, Source                               string
		Points                                       []string
	}
	ruleLadderPage struct {
		ruleDraft
		Profile, Name, Source string
		Columns               []option // the profiles edited together
		Levels                []levelIn
		Roles                 []schemas.Role
		Problems              problems
	}
	// levelIn is one level of the profiles edited together.
	levelIn struct {
		Code, Name, Paper string
		Days              []string // by column: on which working day after the due day
		Usual             string
		Roles             []string
	}
	ruleRemindersPage struct {
		ruleDraft
		Classes  []classIn
		Points   []option
		Source   string
		Problems problems
	}
	classIn struct {
		Name, Usual, Yellow string
		Points              []string
	}
	ruleLimitsPage struct {
		ruleDraft
		Limits   []limitIn
		Problems problems
	}
	limitIn struct {
		schemas.Limit
		Value, Rests, Usual, Wrong string
	}
)

func (s *Server) ruleRoutes(r chi.Router) {
	r.With(s.asks("read", "rules")).Get("/rules", s.rules)
	r.With(s.asks("read", "rules")).Get("/rules/versions", s.ruleVersions)
	r.Group(func(r chi.Router) {
		r.Use(s.asks("adopt", "rules"))
		r.Get("/rules/edit", s.showRuleEdit)
		r.Post("/rules/edit", s.doRuleEdit)
		r.Get("/rules/edit/term", s.showRuleTerm)
		r.Post("/rules/edit/term", s.doRuleTerm)
		r.Get("/rules/edit/ladder", s.showRuleLadder)
		r.Post("/rules/edit/ladder", s.doRuleLadder)
		r.Get("/rules/edit/reminders", s.showRuleReminders)
		r.Post("/rules/edit/reminders", s.doRuleReminders)
		r.Get("/rules/edit/limits", s.showRuleLimits)
		r.Post("/rules/edit/limits", s.doRuleLimits)
		r.Get("/rules/preview", s.previewRules)
	})
	r.Group(func(r chi.Router) {
		r.Use(s.asks("move", "rules"))
		r.Get("/rules/moves", s.showRuleMoves)
		r.Post("/rules/moves", s.doRuleMoves)
		r.Get("/rules/moves/batch", s.showRuleBatch)
	})
}

// procedureOf is the one that an address or a form names; the first when it names none.
func procedureOf(text string) option {
	for _, o := range procedures {
		if o.Value == text {
			return o
		}
	}
	return procedures[0]
}

func (s *Server) ruleDraft(r *http.Request) (d ruleDraft, err error) {
	ctx, p := r.Context(), person(r.Context())
	o := procedureOf(r.FormValue("procedure"))
	d.Procedure, d.Title = o.Value, o.Text
	if d.Builtin, err = schemas.BuiltinRules(d.Procedure); err != nil {
		return d, err
	}
	if d.NowID, d.Now, err = s.Register.CurrentRules(ctx, p.Congress, d.Procedure); err != nil {
		return d, err
	}
	d.Base, d.Rules = d.NowID, d.Now.Copy()
	kept, err := s.Register.RuleDraft(ctx, p.Congress, d.Procedure, p.ID)
	var missing *schemas.Error
	if errors.As(err, &missing) && missing.Code == "NotFound" {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.Begun, d.Mark, d.kept, d.Base, d.Rules = true, kept.Mark(), kept, kept.Base, kept.Rules.Copy()
	if d.Stale = d.Base != d.NowID; d.Stale {
		base, err := s.Register.Rules(ctx, d.Base)
		if err != nil {
			return d, err
		}
		d.BaseIs = base.Version
	}
	return d, nil
}

// keep stores the draft as it is now; one that says nothing else than what counts is given up.
func (s *Server) keepRules(ctx context.Context, p *register.Person, d ruleDraft) error {
	if d.Base == d.NowID && len(differences(d.Now, d.Rules)) == 0 {
		return s.Register.DropRuleDraft(ctx, p.Congress, d.Procedure, p.ID)
	}
	return s.Register.KeepRuleDraft(ctx, p.Congress, p.ID, register.RuleDraft{Base: d.Base, Rules: d.Rules, ChangedAt: p.Now})
}

func (d ruleDraft) edit() string { return "/rules/edit?procedure=" + d.Procedure }

func (s *Server) showRuleEdit(w http.ResponseWriter, r *http.Request) {
	d, err := s.ruleDraft(r)
	if err == nil {
		var page ruleEditPage
		if page, err = s.ruleEditPage(r, d); err == nil {
			page.Said = s.sessions.PopString(r.Context(), ruledKey)
			s.render(w, r, http.StatusOK, "rule_edit", page)
			return
		}
	}
	s.fail(w, r, err)
}

func (s *Server) ruleEditPage(r *http.Request, d ruleDraft) (page ruleEditPage, err error) {
	calendar, err := s.Register.CurrentCalendar(r.Context(), person(r.Context()).Congress)
	if err != nil {
		return page, err
	}
	page = ruleEditPage{ruleDraft: d, rulesView: showRules(d.Rules), Changes: differences(d.Now, d.Rules), Faults: d.Rules.Faults(calendar, termName)}
	for _, o := range procedures {
		page.Tabs = append(page.Tabs, tab{Title: o.Text, Href: "/rules/edit?procedure=" + o.Value, Current: o.Value == d.Procedure})
	}
	for _, p := range allProfiles {
		switch {
		case len(d.Rules.Ladders[p.code]) == 0 || p.code == "medium" || p.code == "long":
		case p.code == "short":
			page.Ladders = append(page.Ladders, option{"unit", "承办单位"})
		default:
			page.Ladders = append(page.Ladders, option{p.code, p.name})
		}
	}
	return page, nil
}

// doRuleEdit does something with the draft as a whole: takes over a ready set, moves it onto the version that counts, gives it up, or
// makes it the next version. Codes: BadSet, NoChange, Stale, BadRules, ReasonMissing.
func (s *Server) doRuleEdit(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	d, err := s.ruleDraft(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	to, said := d.edit(), ""
	switch r.PostFormValue("do") {
	case "set":
		var sets []schemas.RuleSet
		sets, err = schemas.RuleSets(d.Procedure)
		i := slices.IndexFunc(sets, func(set schemas.RuleSet) bool { return set.Name == r.PostFormValue("set") })
		if err == nil && i < 0 {
			err = schemas.Refuse("BadSet", "请选择一套现成的规则")
		}
		if err == nil {
			if d.Rules, err = d.Rules.With(sets[i]); err == nil {
				said, err = "已把“"+sets[i].Name+"”放进修改稿，请核对后保存。", s.keepRules(ctx, p, d)
			}
		}
	case "move":
		if d.Stale {
			var base schemas.Rules
			if base, err = s.Register.Rules(ctx, d.Base); err == nil {
				d.Rules, d.Base = d.Rules.Onto(base, d.Now), d.NowID
				said, err = "修改稿已移到第"+d.Now.Version+"版上，请核对。", s.keepRules(ctx, p, d)
			}
		}
	case "drop":
		to, said, err = "/rules?procedure="+d.Procedure, "修改稿已放弃。", s.Register.DropRuleDraft(ctx, p.Congress, d.Procedure, p.ID)
	case "adopt":
		said, err = s.adoptDraft(r, d)
		to = "/rules?procedure=" + d.Procedure
	default:
		err = schemas.Refuse("BadForm", "请从页面上的按钮进入")
	}
	if ps, other := under("reason", err); other == nil && len(ps) > 0 {
		page, err := s.ruleEditPage(r, d)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page.Problems, page.Reason = ps, r.PostFormValue("reason")
		s.render(w, r, http.StatusUnprocessableEntity, "rule_edit", page)
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Put(ctx, ruledKey, said)
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// adoptDraft makes the draft the next version, if it is the one that the form showed. A form sent twice finds it made.
func (s *Server) adoptDraft(r *http.Request, d ruleDraft) (string, error) {
	ctx, p := r.Context(), person(r.Context())
	reason, err := plainText("修改的理由", r.PostFormValue("reason"))
	if err != nil {
		return "", err
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return "", err
	}
	if d.Begun && r.PostFormValue("mark") != d.Mark {
		return "", schemas.Refuse("Stale", "您打开这个页面以后，修改稿又改过，还没有保存：请核对下面的修改，再保存")
	}
	if faults := d.Rules.Faults(calendar, termName); d.Begun && len(faults) > 0 {
		return "", schemas.Refuse("BadRules", "%s", faults[0].Text)
	}
	version, err := s.Register.AdoptRules(ctx, p.Congress, d.Procedure, p.ID, d.kept, reason)
	if err != nil {
		return "", err
	}
	return "已保存为第" + version + "版，今后登记的事项适用。在办事项仍用原来的版本；需要改用的，请逐件选定。", nil
}

// plainText is one line that a person wrote. Codes: ReasonMissing, TooLong, Secret.
func plainText(label, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", schemas.Refuse("ReasonMissing", "请填写%s", label)
	case utf8.RuneCountInString(text) > longestText:
		return "", schemas.Refuse("TooLong", "%s最多%d字", label, longestText)
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", schemas.Refuse("BadText", "%s里有无法识别的字符，请删去后再试", label)
	}
	return text, notSecret(label, text)
}

func (s *Server) showRuleTerm(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleTermPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In = termInOf(page.Term)
	page.From = person(r.Context()).Now.In(schemas.Shanghai).Format(time.DateOnly)
	s.render(w, r, http.StatusOK, "rule_term", page)
}

func (s *Server) ruleTermPage(r *http.Request) (page ruleTermPage, err error) {
	if page.ruleDraft, err = s.ruleDraft(r); err != nil {
		return page, err
	}
	page.Key = r.FormValue("name")
	if page.Key == "" {
		page.Key = showTerms(page.Rules)[0].Key
	}
	var known bool
	if page.Term, known = page.Rules.Terms[page.Key]; !known {
		return page, schemas.Refuse("NotFound", "没有这一项期限")
	}
	page.Name, page.Words = termName(page.Key), page.Term.Words()
	page.Usual, page.Counts = termViewOf(page.Builtin, page.Key), termViewOf(page.Now, page.Key)
	l, plain := page.Term.Length()
	page.Plain = plain
	page.Ways, page.Units = schemas.Ways, schemas.Units
	if page.Term.Mode == schemas.ModeBackward {
		page.Ways = schemas.BackWays
	}
	if plain && !slices.ContainsFunc(page.Ways, func(v schemas.Verdict) bool { return v.Code == l.Way }) {
		page.Ways = append(slices.Clone(page.Ways), schemas.Verdict{Code: l.Way, Text: schemas.ModeName(l.Way)})
	}
	page.Ladders = []option{{"", "不升级"}}
	if len(page.Rules.Ladders["long"]) > 0 {
		page.Ladders = append(page.Ladders, option{"unit", ladderName("unit")})
	}
	for _, p := range allProfiles {
		if len(page.Rules.Ladders[p.code]) > 0 && (!slices.Contains(unitProfiles, p.code) || page.Term.Ladder == p.code) {
			page.Ladders = append(page.Ladders, option{p.code, p.name})
		}
	}
	page.Points = reminderOptions()
	return page, nil
}

func reminderOptions() (os []option) {
	for _, p := range schemas.ReminderPoints {
		os = append(os, option{p, pointName(p)})
	}
	return os
}

func termViewOf(rules schemas.Rules, key string) (v termView) {
	for _, v := range showTerms(rules) {
		if v.Key == key {
			return v
		}
	}
	return v
}

func termInOf(t schemas.Term) termIn {
	l, _ := t.Length()
	return termIn{Way: l.Way, N: blankZero(l.N), Unit: l.Unit, Ext: blankZero(l.Ext), ExtUnit: l.ExtUnit, Back: blankZero(l.Back), Month: blankZero(l.Month), Day: blankZero(l.Day),
		Ladder: t.Ladder, Source: t.Source, Points: t.Points}
}

func readTermIn(form url.Values) termIn {
	return termIn{Way: form.Get("way"), N: trimmed(form, "n"), Unit: form.Get("unit"), Ext: trimmed(form, "ext"), ExtUnit: form.Get("ext-unit"), Back: trimmed(form, "back"),
		Month: trimmed(form, "month"), Day: trimmed(form, "day"), Ladder: form.Get("ladder"), Source: trimmed(form, "source"), Points: form["point"]}
}

// term is what the form says; effect and what the form does not have stay.
func (in termIn) term(page *ruleTermPage) (t schemas.Term, wrong problems) {
	t = page.Term
	number := func(field, text string) int {
		n, err := strconv.Atoi(text)
		if text != "" && (err != nil || n < 0) {
			wrong = append(wrong, problem{field, "请填写整数，如 10"})
		}
		return n
	}
	if page.Plain {
		l := schemas.Length{Way: in.Way, Unit: in.Unit, N: number("n", in.N), Ext: number("ext", in.Ext), ExtUnit: in.ExtUnit, Back: number("back", in.Back)}
		if l.Way == schemas.NextYearDay || l.Way == schemas.NextSuchDay {
			l.Month, l.Day = number("month", in.Month), number("day", in.Day)
		}
		if len(wrong) == 0 {
			if !slices.ContainsFunc(page.Ways, func(v schemas.Verdict) bool { return v.Code == in.Way }) {
				return t, problems{{"way", "请选择怎样计算"}}
			}
			rule, mode, err := l.Rule()
			if err != nil {
				return t, problems{{"n", err.Error()}}
			}
			t.Rule, t.Mode = rule, mode
		}
	}
	t.Ladder, t.Points, t.Source = in.Ladder, in.Points, in.Source
	if !slices.ContainsFunc(page.Ladders, func(o option) bool { return o.Value == in.Ladder }) {
		wrong = append(wrong, problem{"ladder", "请选择升级梯度"})
	}
	if slices.ContainsFunc(in.Points, func(p string) bool { return !slices.Contains(schemas.ReminderPoints, p) }) {
		wrong = append(wrong, problem{"point", "没有这种提醒"})
	}
	return t, wrong
}

// doRuleTerm tries a term out on a day, or keeps it in the draft.
func (s *Server) doRuleTerm(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.ruleTermPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.In, page.From = readTermIn(r.PostForm), r.PostFormValue("from")
	t, wrong := page.In.term(&page)
	from, err := day(page.From)
	if r.PostFormValue("do") == "try" && err != nil {
		wrong = append(wrong, problem{"from", "请填写从哪一天起算"})
	}
	if len(wrong) == 0 {
		page.Words = t.Words()
	}
	if r.PostFormValue("do") == "try" && len(wrong) == 0 {
		calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		tried, err := page.Rules.Try(calendar, t, from.Add(9*time.Hour))
		if err != nil {
			wrong = append(wrong, problem{"n", err.Error()})
		} else {
			page.Tried, page.TriedFrom, page.Problems = &tried, from, nil
			s.render(w, r, http.StatusOK, "rule_term", page)
			return
		}
	}
	if text, err := plainText("依据", page.In.Source); err != nil {
		wrong = append(wrong, problem{"source", err.Error()})
	} else if t.Source = text; page.unsupported(t) {
		wrong = append(wrong, problem{"source", "期限改了，原来的依据不再适用：请写明新的依据；没有外部依据的，写“本单位设定”和理由"})
	}
	if len(wrong) > 0 {
		page.Problems = wrong
		s.render(w, r, http.StatusUnprocessableEntity, "rule_term", page)
		return
	}
	page.Rules.Terms[page.Key] = t
	if err := s.keepRules(ctx, p, page.ruleDraft); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, page.edit()+"#terms", http.StatusSeeOther)
}

// unsupported reports whether a term has changed and its source has not; the built-in term has the built-in source.
func (page ruleTermPage) unsupported(t schemas.Term) bool {
	same := func(a, b schemas.Term) bool { return a.Rule == b.Rule && a.Mode == b.Mode }
	now, builtin := page.Now.Terms[page.Key], page.Builtin.Terms[page.Key]
	back := same(t, builtin) && t.Source == builtin.Source
	return !same(t, now) && !back && (t.Source == now.Source || t.Source == builtin.Source)
}

func (s *Server) ruleLadderPage(r *http.Request) (page ruleLadderPage, err error) {
	if page.ruleDraft, err = s.ruleDraft(r); err != nil {
		return page, err
	}
	page.Profile = cmp.Or(r.FormValue("profile"), "internal")
	page.Name, page.Columns = ladderName(page.Profile), []option{{page.Profile, ladderName(page.Profile)}}
	if page.Profile == "internal" && len(page.Rules.Ladders["internal"]) == 0 {
		page.Profile = "confined"
		page.Name, page.Columns = ladderName(page.Profile), []option{{page.Profile, ladderName(page.Profile)}}
	}
	if page.Profile == "unit" {
		page.Name, page.Columns = "承办单位", nil
		for _, code := range unitProfiles {
			page.Columns = append(page.Columns, option{code, ladderName(code)})
		}
	}
	levels := page.Rules.Ladders[page.Columns[0].Value]
	if len(levels) == 0 || page.Profile != "unit" && slices.Contains(unitProfiles, page.Profile) {
		return page, schemas.Refuse("NotFound", "没有这个升级梯度")
	}
	page.Source, page.Roles = page.Rules.Sources["ladder/"+page.Profile], schemas.Tellable(page.Columns[0].Value)
	for i, l := range levels {
		in := levelIn{Code: l.Code, Name: schemas.LevelName(l.Code), Paper: l.Paper}
		var usual []string
		for _, c := range page.Columns {
			in.Days = append(in.Days, strconv.Itoa(page.Rules.Ladders[c.Value][i].Days+1))
			usual = append(usual, strconv.Itoa(page.Builtin.Ladders[c.Value][i].Days+1))
		}
		for _, role := range l.Roles {
			in.Roles = append(in.Roles, string(role))
		}
		in.Usual = "第" + strings.Join(usual, "、") + "个工作日，通知" + showRung(page.Builtin.Ladders[page.Columns[0].Value][i]).To
		page.Levels = append(page.Levels, in)
	}
	return page, nil
}

func (s *Server) showRuleLadder(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleLadderPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "rule_ladder", page)
}

// doRuleLadder keeps a ladder in the draft; those of the units are kept together.
func (s *Server) doRuleLadder(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.ruleLadderPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for i := range page.Levels {
		l := &page.Levels[i]
		l.Roles = r.PostForm["role-"+l.Code]
		for j, c := range page.Columns {
			l.Days[j] = trimmed(r.PostForm, "days-"+l.Code+"-"+c.Value)
			n, err := strconv.Atoi(l.Days[j])
			if err != nil {
				page.Problems = append(page.Problems, problem{"days-" + l.Code + "-" + c.Value, l.Name + "：请填写到期后第几个工作日"})
				continue
			}
			level := page.Rules.Ladders[c.Value][i]
			level.Days, level.Roles = n-1, nil
			for _, role := range l.Roles {
				level.Roles = append(level.Roles, schemas.Role(role))
			}
			page.Rules.Ladders[c.Value][i] = level
		}
	}
	if len(page.Problems) == 0 {
		calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		for _, f := range page.Rules.Faults(calendar, termName) {
			for _, c := range page.Columns {
				if f.Where == "ladder/"+c.Value {
					page.Problems = append(page.Problems, problem{"levels", f.Text})
				}
			}
		}
	}
	page.Source = trimmed(r.PostForm, "source")
	s.keepPiece(w, r, page.ruleDraft, "ladder/"+page.Profile, page.Source, page.Problems, func(wrong problems) {
		page.Problems = wrong
		s.render(w, r, http.StatusUnprocessableEntity, "rule_ladder", page)
	})
}

// keepPiece keeps a piece of the draft whose source stands in Sources; a changed one needs a source of its own.
func (s *Server) keepPiece(w http.ResponseWriter, r *http.Request, d ruleDraft, key, source string, wrong problems, again func(problems)) {
	if len(wrong) == 0 && !reflect.DeepEqual(piece(d.Rules, key), piece(d.Builtin, key)) {
		text, err := plainText("依据", source)
		if err != nil {
			wrong = problems{{"source", err.Error()}}
		} else if !reflect.DeepEqual(piece(d.Rules, key), piece(d.Now, key)) && text == d.Now.Sources[key] {
			wrong = problems{{"source", "内容改了，原来的依据不再适用：请写明新的依据；没有外部依据的，写“本单位设定”和理由"}}
		}
		source = text
	}
	if len(wrong) > 0 {
		again(wrong)
		return
	}
	if d.Rules.Sources[key] = source; source == "" {
		delete(d.Rules.Sources, key)
	}
	if err := s.keepRules(r.Context(), person(r.Context()), d); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, d.edit(), http.StatusSeeOther)
}

// piece is what stands under a key of Sources.
func piece(rules schemas.Rules, key string) any {
	kind, name, _ := strings.Cut(key, "/")
	switch {
	case kind == "reminders":
		return rules.Reminders
	case kind == "limit":
		return rules.Policy.Limit(name)
	case name == "unit":
		return [][]schemas.Level{rules.Ladders["short"], rules.Ladders["medium"], rules.Ladders["long"]}
	}
	return rules.Ladders[name]
}

func (s *Server) ruleRemindersPage(r *http.Request) (page ruleRemindersPage, err error) {
	if page.ruleDraft, err = s.ruleDraft(r); err != nil {
		return page, err
	}
	page.Points, page.Source = reminderOptions(), page.Rules.Sources["reminders"]
	usual := showReminders(page.Builtin.Reminders)
	for i, v := range showReminders(page.Rules.Reminders) {
		cl := page.Rules.Reminders[i]
		page.Classes = append(page.Classes, classIn{Name: v.Class, Usual: usual[i].Points + "；" + usual[i].Yellow + "亮黄灯", Yellow: cl.Yellow, Points: cl.Points})
	}
	return page, nil
}

func (s *Server) showRuleReminders(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleRemindersPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "rule_reminders", page)
}

func (s *Server) doRuleReminders(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleRemindersPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for i := range page.Classes {
		n := strconv.Itoa(i)
		cl := &page.Classes[i]
		cl.Points, cl.Yellow = r.PostForm["point-"+n], r.PostFormValue("yellow-"+n)
		known := func(p string) bool { return slices.Contains(schemas.ReminderPoints, p) }
		if len(cl.Points) == 0 || slices.ContainsFunc(cl.Points, func(p string) bool { return !known(p) }) {
			page.Problems = append(page.Problems, problem{"point-" + n, cl.Name + "：至少选一个提醒"})
		}
		if !known(cl.Yellow) {
			page.Problems = append(page.Problems, problem{"yellow-" + n, cl.Name + "：请选择什么时候亮黄灯"})
		}
		page.Rules.Reminders[i] = schemas.Class{UpTo: page.Rules.Reminders[i].UpTo, Points: cl.Points, Yellow: cl.Yellow}
	}
	page.Source = trimmed(r.PostForm, "source")
	s.keepPiece(w, r, page.ruleDraft, "reminders", page.Source, page.Problems, func(wrong problems) {
		page.Problems = wrong
		s.render(w, r, http.StatusUnprocessableEntity, "rule_reminders", page)
	})
}

func (s *Server) ruleLimitsPage(r *http.Request) (page ruleLimitsPage, err error) {
	if page.ruleDraft, err = s.ruleDraft(r); err != nil {
		return page, err
	}
	for _, l := range schemas.Limits(page.Procedure) {
		page.Limits = append(page.Limits, limitIn{Limit: l, Value: page.Rules.Policy.Limit(l.Code), Rests: cmp.Or(page.Rules.Sources["limit/"+l.Code], l.Source), Usual: l.Says(page.Builtin.Policy.Limit(l.Code))})
	}
	return page, nil
}

func (s *Server) showRuleLimits(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleLimitsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "rule_limits", page)
}

func (s *Server) doRuleLimits(w http.ResponseWriter, r *http.Request) {
	page, err := s.ruleLimitsPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for i := range page.Limits {
		l := &page.Limits[i]
		l.Value, l.Rests = trimmed(r.PostForm, l.Code), trimmed(r.PostForm, "source-"+l.Code)
		if err := page.Rules.Policy.SetLimit(l.Limit, l.Value); err != nil {
			page.Problems = append(page.Problems, problem{l.Code, l.Name + "：" + err.Error()})
			continue
		}
		key := "limit/" + l.Code
		rests := func(rules schemas.Rules) string { return cmp.Or(rules.Sources[key], l.Source) }
		text, err := plainText(l.Name+"的依据", l.Rests)
		switch changed := piece(page.Rules, key) != piece(page.Now, key); {
		case err != nil:
			page.Problems = append(page.Problems, problem{"source-" + l.Code, err.Error()})
		case changed && text == rests(page.Now) && (text != l.Source || piece(page.Rules, key) != piece(page.Builtin, key)):
			page.Problems = append(page.Problems, problem{"source-" + l.Code, l.Name + "：改了，原来的依据不再适用，请写明新的依据"})
		case text == l.Source:
			delete(page.Rules.Sources, key)
		default:
			page.Rules.Sources[key] = text
		}
	}
	if len(page.Problems) > 0 {
		s.render(w, r, http.StatusUnprocessableEntity, "rule_limits", page)
		return
	}
	if err := s.keepRules(r.Context(), person(r.Context()), page.ruleDraft); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, page.edit()+"#limits", http.StatusSeeOther)
}
