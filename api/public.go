package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
)

type (
	publicPage struct {
		Congress                 register.Congress
		Now                      time.Time
		State, Category, Unit, Q string
		Tabs                     []tab
		Categories               []string
		Years                    []int    // of the hand-over, the last first
		Year                     int      // zero: all
		Long                     bool     // all are too many for one page
		Units                    []option // id and name of those that have one in hand
		Rows                     []publicRow
		Open                     int // how many are open to the public, whatever the filters leave
		From, To, All            int // which rows of how many
		Before, After            string
		Congresses               []register.Congress // instead of all this: the choice of a congress
	}
	publicRow struct {
		register.PublicSuggestion
		publicState
		Term string // what is due next, or how it was kept
	}
	// publicState is how a suggestion stands in plain words.
	publicState struct {
		Code         string // handling, late, answered, again, done: goes into addresses
		Colour, Says string
	}
	publicOnePage struct {
		Congress   register.Congress
		Now        time.Time
		G          publicRow
		Parts      []publicPart
		Events     []publicEvent
		Words      register.PublicWords // empty: not published
		ShowLeader bool
	}
	publicPart struct {
		register.PublicPart
		Term, Redo, Promise string // sentences; empty: nothing to say
		Late                bool
		Provisional         bool
		Working             string
	}
	publicEvent struct {
		At           time.Time
		Text         string
		Late, Coming bool
	}
)

// publicStates are the tabs of the public list.
var publicStates = []struct{ code, title string }{
	{"", "全部"}, {"handling", "办理中"}, {"late", "逾期未答复"}, {"answered", "已答复"}, {"again", "重新办理中"}, {"done", "已办结"},
}

// uuidForm is how addresses write ids. The register answers a malformed one with an error of its own, which is no 404.
var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// anybody takes the login off a request: the page is the same for all, so that it can be kept by caches and shows no account.
func anybody(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), personKey{}, (*register.Person)(nil)))
}

// shared lets caches keep a page that was found.
type shared struct{ http.ResponseWriter }

// WriteHeader overrides what every other page says, no-store.
func (w shared) WriteHeader(status int) {
	if status == http.StatusOK {
		w.Header().Set("Cache-Control", "public, max-age=60")
	}
	w.ResponseWriter.WriteHeader(status)
}

// renderPublic lets caches keep the page, unless a session cookie is going to be sent along with it.
func (s *Server) renderPublic(w http.ResponseWriter, r *http.Request, name string, data any) {
	if s.sessions.Status(r.Context()) == scs.Unmodified {
		w = shared{w}
	}
	s.render(w, r, http.StatusOK, name, data)
}

// publicCongresses lists the congresses; of a single one the list is the suggestions.
func (s *Server) publicCongresses(w http.ResponseWriter, r *http.Request) {
	r = anybody(r)
	cs, err := s.Register.Congresses(r.Context())
	switch {
	case err != nil:
		s.fail(w, r, err)
	case len(cs) == 1:
		http.Redirect(w, r, "/public/"+cs[0].ID, http.StatusSeeOther)
	default:
		s.renderPublic(w, r, "public", publicPage{Congresses: cs})
	}
}

func (s *Server) publicList(w http.ResponseWriter, r *http.Request) {
	r = anybody(r)
	page, err := s.publicPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderPublic(w, r, "public", page)
}

// publicCongress is the congress of the address. Code: NotFound.
func (s *Server) publicCongress(r *http.Request) (register.Congress, time.Time, error) {
	id := chi.URLParam(r, "congress")
	if !uuidForm.MatchString(id) {
		return register.Congress{}, time.Time{}, schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更")
	}
	return s.Register.PublicCongress(r.Context(), id)
}

func (s *Server) publicPage(r *http.Request) (page publicPage, err error) {
	if page.Congress, page.Now, err = s.publicCongress(r); err != nil {
		return page, err
	}
	q := r.URL.Query()
	from, to, err := s.publicYear(r.Context(), &page, q.Get("year"))
	if err != nil {
		return page, err
	}
	gs, err := s.Register.PublicSuggestions(r.Context(), page.Congress.ID, from, to)
	if err != nil {
		return page, err
	}
	number, _ := strconv.Atoi(q.Get("page"))
	q.Del("page") // of another filter's list it would be another page
	page.State, page.Category, page.Unit, page.Q = q.Get("state"), q.Get("category"), q.Get("unit"), strings.TrimSpace(q.Get("q"))
	if !slices.ContainsFunc(publicStates, func(t struct{ code, title string }) bool { return t.code == page.State }) {
		page.State = ""
	}
	page.Categories, page.Open = schemas.Categories, len(gs)
	page.units(gs)
	if !slices.ContainsFunc(page.Units, func(u option) bool { return u.Value == page.Unit }) {
		page.Unit = ""
	}
	var rows []publicRow
	for _, g := range gs {
		g.Title = masked(g.Title) // before the search, which would tell a hidden number digit by digit
		if page.shows(g) {
			rows = append(rows, publicRowOf(g, page.Now))
		}
	}
	here := "/public/" + page.Congress.ID + "?"
	var shown []publicRow
	for _, t := range publicStates {
		v := tab{Title: t.title, Href: here + without(q, "state", t.code), Current: t.code == page.State}
		for _, g := range rows {
			if t.code == "" || t.code == g.Code {
				v.N++
				if v.Current {
					shown = append(shown, g)
				}
			}
		}
		v.Late = t.code == "late" && v.N > 0
		page.Tabs = append(page.Tabs, v)
	}
	page.cut(here, q, number, shown)
	return page, nil
}

// publicYear is the year of hand-over that the page shows: the one asked for, else all, or the last where all are too many.
func (s *Server) publicYear(ctx context.Context, page *publicPage, asked string) (from, to time.Time, err error) {
	first, last, long, err := s.Register.LedgerSpan(ctx, page.Congress.ID)
	if err != nil || first.IsZero() {
		return from, to, err
	}
	for y := last.In(schemas.Shanghai).Year(); y >= first.In(schemas.Shanghai).Year(); y-- {
		page.Years = append(page.Years, y)
	}
	if y, _ := strconv.Atoi(asked); slices.Contains(page.Years, y) {
		page.Year = y
	} else if long {
		page.Year = page.Years[0]
	}
	if page.Long = long; page.Year == 0 {
		return from, to, nil
	}
	from = time.Date(page.Year, 1, 1, 0, 0, 0, 0, schemas.Shanghai)
	return from, from.AddDate(1, 0, 0), nil
}

// units are those that have a suggestion in hand, in the office's customary order.
func (page *publicPage) units(gs []register.PublicSuggestion) {
	var ps []register.PublicPart
	for _, g := range gs {
		ps = append(ps, live(g)...)
	}
	slices.SortFunc(ps, func(a, b register.PublicPart) int {
		return cmp.Or(cmp.Compare(a.Sort, b.Sort), strings.Compare(a.UnitName, b.UnitName))
	})
	for _, p := range slices.CompactFunc(ps, func(a, b register.PublicPart) bool { return a.Unit == b.Unit }) {
		page.Units = append(page.Units, option{p.Unit, p.UnitName})
	}
}

func (page *publicPage) shows(g register.PublicSuggestion) bool {
	return (page.Category == "" || g.Category == page.Category) &&
		(page.Unit == "" || slices.ContainsFunc(live(g), func(p register.PublicPart) bool { return p.Unit == page.Unit })) &&
		(page.Q == "" || strings.Contains(strings.ToLower(g.Title), strings.ToLower(page.Q)))
}

// cut leaves one page of the rows.
func (page *publicPage) cut(here string, q url.Values, n int, rows []publicRow) {
	n = min(max(n, 1), max((len(rows)+perPage-1)/perPage, 1))
	first, last := (n-1)*perPage, min(n*perPage, len(rows))
	page.Rows, page.From, page.To, page.All = rows[first:last], first+1, last, len(rows)
	if n > 1 {
		page.Before = here + without(q, "page", strconv.Itoa(n-1))
	}
	if last < len(rows) {
		page.After = here + without(q, "page", strconv.Itoa(n+1))
	}
}

// live are the parts of the units that have the matter in hand.
func live(g register.PublicSuggestion) (ps []register.PublicPart) {
	for _, p := range g.Parts {
		if !p.Gone {
			ps = append(ps, p)
		}
	}
	return ps
}

// answering are those of them that owe the deputy a reply; co-handlers (会办) owe the lead their opinion.
func answering(g register.PublicSuggestion) []register.PublicPart {
	return slices.DeleteFunc(live(g), func(p register.PublicPart) bool { return p.Capacity == "joint" })
}

// again reports whether a part is being handled once more, until the deputy's final mark: so long nobody learns who was
// dissatisfied with whom (spec 7.3).
func again(p register.PublicPart) bool {
	return (p.First == "dissatisfied" || p.Score == "dissatisfied") && p.Final == ""
}

// HandedAt is when it was first handed over (交办之日).
func (g publicRow) HandedAt() (at time.Time) {
	for _, p := range g.Parts {
		if at.IsZero() || p.HandedAt.Before(at) {
			at = p.HandedAt
		}
	}
	return at
}

// UnitNames are the units that have it in hand, with their capacities.
func (g publicRow) UnitNames() string { return namesOf(live(g.PublicSuggestion)) }

func namesOf(ps []register.PublicPart) string {
	var said []string
	for _, p := range ps {
		said = append(said, schemas.Capacities[p.Capacity]+"："+p.UnitName)
	}
	return strings.Join(said, "；")
}

// Class is the class of the replies as they stand.
func (g publicRow) Class() string {
	var cs []string
	for _, p := range answering(g.PublicSuggestion) {
		if c := classNow(p); c != "" && !slices.Contains(cs, c) {
			cs = append(cs, c)
		}
	}
	return strings.Join(cs, "、")
}

// classNow is A to D; a decision that ends the following of a B (主任会议) leaves it a B.
func classNow(p register.PublicPart) string {
	if len(p.ClassNow) == 1 {
		return p.ClassNow
	}
	return p.Class
}

func publicRowOf(g register.PublicSuggestion, now time.Time) publicRow {
	row := publicRow{PublicSuggestion: g, publicState: publicStateOf(g, now)}
	ps := answering(g)
	if len(ps) == 0 {
		return row
	}
	p := slices.MinFunc(ps, func(a, b register.PublicPart) int { // the unanswered first
		return cmp.Or(a.AnsweredAt.Compare(b.AnsweredAt), a.Due.Compare(b.Due))
	})
	row.Term, _ = termSaid("答复", p.Due, p.AnsweredAt, now)
	if i := slices.IndexFunc(ps, func(p register.PublicPart) bool { return again(p) && p.RedoneAt.IsZero() }); i >= 0 && !p.AnsweredAt.IsZero() {
		row.Term, _ = termSaid("重新答复", ps[i].RedoDue, time.Time{}, now)
	}
	return row
}

func publicStateOf(g register.PublicSuggestion, now time.Time) publicState {
	worst, anew := 0, 0 // days late
	done, open, redoing, final, promised := g.Outcome == "archived", false, false, false, false
	for _, p := range answering(g) {
		done = done || !p.ClosedAt.IsZero()
		final = final || p.Final == "dissatisfied"
		promised = promised || p.ClassNow == "B"
		if p.AnsweredAt.IsZero() {
			open, worst = true, max(worst, daysLate(p.Due, now))
		}
		if again(p) {
			redoing = true
			if p.RedoneAt.IsZero() {
				anew = max(anew, daysLate(p.RedoDue, now))
			}
		}
	}
	switch {
	case done:
		return publicState{"done", "grey", "已办结"}
	case worst > 0:
		return publicState{"late", "red", fmt.Sprintf("逾期未答复%d天", worst)}
	case anew > 0:
		return publicState{"again", "red", fmt.Sprintf("重新办理中，已逾期%d天", anew)}
	case redoing:
		return publicState{"again", "yellow", "重新办理中"}
	case len(answering(g)) == 0:
		return publicState{"handling", "green", "办理中，正在改派承办单位"}
	case open:
		return publicState{"handling", "green", "办理中"}
	case final:
		return publicState{"answered", "green", "已答复，跟踪督办中"}
	case promised:
		return publicState{"answered", "green", "已答复，正在落实承诺"}
	}
	return publicState{"answered", "green", "已答复"}
}

// Lamp is the state as pages show it.
func (p publicState) Lamp() lamp { return lamp{p.Colour, p.Says} }

// daysLate are the natural days since the last day of an exclusive due instant; zero: in time, or without a term.
func daysLate(due, at time.Time) int {
	if due.IsZero() || at.Before(due) {
		return 0
	}
	return int(schemas.DayOf(at).Sub(schemas.LastDay(due)) / (24 * time.Hour))
}

// termSaid says a due date and how it was kept in one sentence (pages.md: lateness said plainly).
func termSaid(what string, due, done, now time.Time) (said string, late bool) {
	by := "应于" + schemas.ZhDate(schemas.LastDay(due)) + "前" + what
	switch {
	case due.IsZero() && done.IsZero():
		return "", false
	case due.IsZero():
		return "已于" + schemas.ZhDate(done) + what, false
	case !done.IsZero() && done.Before(due):
		return by + "，已于" + schemas.ZhDate(done) + "按期" + what, false
	case !done.IsZero():
		return fmt.Sprintf("%s，实际于%s%s，逾期%d天", by, schemas.ZhDate(done), what, max(daysLate(due, done), 1)), true
	case !now.Before(due):
		return fmt.Sprintf("%s，已逾期%d天", by, max(daysLate(due, now), 1)), true
	}
	if n := int(schemas.LastDay(due).Sub(schemas.DayOf(now)) / (24 * time.Hour)); n > 0 {
		return fmt.Sprintf("%s，还有%d天", by, n), false
	}
	return by + "，今天到期", false
}

func (s *Server) publicSuggestion(w http.ResponseWriter, r *http.Request) {
	r = anybody(r)
	page, err := s.publicOnePage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderPublic(w, r, "public_one", page)
}

func (s *Server) publicOnePage(r *http.Request) (page publicOnePage, err error) {
	if page.Congress, page.Now, err = s.publicCongress(r); err != nil {
		return page, err
	}
	id := chi.URLParam(r, "id")
	if !uuidForm.MatchString(id) {
		return page, schemas.Refuse("NotFound", "没有这个页面，地址可能不完整或已经变更")
	}
	g, steps, err := s.Register.PublicSuggestion(r.Context(), page.Congress.ID, id)
	if err != nil {
		return page, err
	}
	if g.Published {
		if page.Words, err = s.Register.PublicWords(r.Context(), page.Congress.ID, id); err != nil {
			return page, err
		}
		page.ShowLeader = !slices.ContainsFunc(live(g), again)
		page.hide()
	}
	g.Title = masked(g.Title)
	page.G = publicRowOf(g, page.Now)
	waited := slices.ContainsFunc(answering(g), func(p register.PublicPart) bool { return p.AnsweredAt.IsZero() })
	for _, p := range live(g) {
		page.Parts = append(page.Parts, publicPartOf(p, waited, steps, page.Now))
	}
	page.events(steps)
	return page, nil
}

// hide takes out of the words what is nobody's business: numbers and addresses, and the names of all but the leader, whom the
// page itself names (代表法第58条); of him too while who is dissatisfied is not to be known.
func (page *publicOnePage) hide() {
	w := &page.Words
	var hidden []string
	for _, name := range append(w.Names, w.Leader) {
		if name != w.Leader || !page.ShowLeader {
			hidden = append(hidden, name)
		}
	}
	w.Body, w.Demand = masked(w.Body, hidden...), masked(w.Demand, hidden...)
	for i := range w.Corrected {
		w.Corrected[i].Reason = masked(w.Corrected[i].Reason, hidden...)
	}
	for i := range w.Replies {
		w.Replies[i].Text = masked(w.Replies[i].Text, hidden...)
	}
}

// ClassName says a class of reply in words.
func (publicOnePage) ClassName(class string) string { return schemas.Duties["reply"].Says(class) }

// publicPartOf says how one unit stands. A co-handler is waited for until the lead has answered.
func publicPartOf(p register.PublicPart, waited bool, steps []register.PublicStep, now time.Time) publicPart {
	v := publicPart{PublicPart: p}
	what := "答复"
	if p.Capacity == "joint" {
		what = "提出会办意见"
	}
	v.Term, v.Late = termSaid(what, p.Due, p.AnsweredAt, now)
	if p.Capacity == "joint" && p.AnsweredAt.IsZero() && !waited {
		v.Term, v.Late = "主办单位已先行答复", false
	}
	if again(p) || !p.RedoneAt.IsZero() {
		redo, late := termSaid("重新答复", p.RedoDue, p.RedoneAt, now)
		v.Redo, v.Late = redo, v.Late || late
	}
	limit := time.Time{} // the promised day, off rest days
	for _, st := range steps {
		switch {
		case st.Unit != p.Unit:
		case st.Kind == "reply":
			v.Working, v.Provisional = st.Working, st.Provisional && st.ClosedAt.IsZero()
		case st.Kind == "fulfil" && !st.Due.Before(p.Promised) && (limit.IsZero() || st.Due.Before(limit)):
			limit = st.Due
		}
	}
	if limit.IsZero() {
		limit = p.Promised
	}
	switch promise := "承诺于" + schemas.ZhDate(schemas.LastDay(p.Promised)) + "前解决"; {
	case p.Promised.IsZero():
	case !p.TurnedA.IsZero():
		v.Promise = promise + "，已于" + schemas.ZhDate(p.TurnedA) + "报告落实"
	case p.ClassNow == "B":
		v.Promise = promise
		if n := daysLate(limit, now); n > 0 {
			v.Promise, v.Late = fmt.Sprintf("%s，已逾期%d天", promise, n), true
		}
	}
	return v
}

// events tell the way of the suggestion in plain words, oldest first, then what is to come.
func (page *publicOnePage) events(steps []register.PublicStep) {
	say := func(at time.Time, late bool, format string, args ...any) {
		if !at.IsZero() {
			page.Events = append(page.Events, publicEvent{At: at, Text: fmt.Sprintf(format, args...), Late: late})
		}
	}
	g := page.G
	session := g.Session
	if session == "" {
		session = "闭会期间"
	}
	say(g.FiledAt, false, "代表提出建议（%s）", session)
	for _, st := range steps {
		if st.Kind == "vet" && st.Verdict == "accept" {
			say(st.ClosedAt, false, "审查立案")
		}
	}
	handed := g.HandedAt()
	say(handed, false, "交办。%s", namesOf(slices.DeleteFunc(slices.Clone(g.Parts), func(p register.PublicPart) bool { return !p.HandedAt.Equal(handed) })))
	for _, p := range page.Parts {
		page.partEvents(p, steps, say)
	}
	closed, coming := time.Time{}, []publicEvent{}
	for _, p := range page.Parts {
		if p.ClosedAt.After(closed) {
			closed = p.ClosedAt
		}
		if due, what := p.coming(); !due.IsZero() {
			said, late := termSaid(what, due, time.Time{}, page.Now)
			coming = append(coming, publicEvent{At: schemas.LastDay(due), Text: p.UnitName + said, Late: late, Coming: true})
		}
	}
	say(closed, false, "办结")
	slices.SortStableFunc(page.Events, func(a, b publicEvent) int { return schemas.DayOf(a.At).Compare(schemas.DayOf(b.At)) })
	if closed.IsZero() {
		page.Events = append(page.Events, coming...)
	}
}

// Stands is the class of the reply as it now stands.
func (p publicPart) Stands() string { return classNow(p.PublicPart) }

// coming is what a unit owes next.
func (p publicPart) coming() (due time.Time, what string) {
	switch {
	case p.Capacity == "joint":
		return due, ""
	case p.AnsweredAt.IsZero():
		return p.Due, "答复"
	case again(p.PublicPart) && p.RedoneAt.IsZero():
		return p.RedoDue, "重新答复"
	}
	return due, ""
}

// partEvents tell what one unit did, and what the deputy said of it: never that he was dissatisfied, before it is final.
func (page *publicOnePage) partEvents(p publicPart, steps []register.PublicStep, say func(time.Time, bool, string, ...any)) {
	if handed := page.G.HandedAt(); p.HandedAt.After(handed) {
		say(p.HandedAt, false, "改由%s承办", p.UnitName)
	}
	finalAt, againAt := time.Time{}, p.FirstAt
	for _, st := range steps {
		if st.Unit != p.Unit || st.Verdict == schemas.Lapsed {
			continue
		}
		switch st.Kind {
		case "sign":
			if st.Verdict == schemas.Auto {
				say(st.ClosedAt, false, "%s逾期未签收，视为签收", p.UnitName)
			} else {
				say(st.ClosedAt, false, "%s签收", p.UnitName)
			}
		case "contact":
			say(st.ClosedAt, false, "%s联系代表（%s）", p.UnitName, schemas.Duties["contact"].Says(st.Verdict))
		case "receipt":
			againAt = st.OpenedAt
		case "refeedback":
			finalAt = st.ClosedAt
		}
	}
	if p.Capacity == "joint" {
		say(p.AnsweredAt, daysLate(p.Due, p.AnsweredAt) > 0, "%s提出会办意见", p.UnitName)
		return
	}
	class := ""
	if p.Class != "" {
		class = "，" + page.ClassName(p.Class)
	}
	say(p.AnsweredAt, daysLate(p.Due, p.AnsweredAt) > 0, "%s答复代表%s", p.UnitName, class)
	if p.First != "dissatisfied" {
		say(p.FirstAt, false, "代表对%s的答复%s", p.UnitName, feedbackSaid(p.First))
	}
	switch {
	case again(p.PublicPart):
		say(againAt, false, "%s重新办理中", p.UnitName)
	case !p.RedoneAt.IsZero():
		say(againAt, false, "%s重新办理", p.UnitName)
	}
	say(p.RedoneAt, daysLate(p.RedoDue, p.RedoneAt) > 0, "%s重新答复代表", p.UnitName)
	if p.Final != "" {
		if finalAt.IsZero() {
			finalAt = p.RedoneAt
		}
		say(finalAt, false, "代表对%s的重新答复%s", p.UnitName, feedbackSaid(p.Final))
	}
	say(p.TurnedA, false, "%s报告承诺已经落实，由B类转为A类", p.UnitName)
	say(p.Verified, false, "%s的办理结果经核查属实", p.UnitName)
}

func feedbackSaid(mark string) string {
	if mark == schemas.Unanswered {
		return "未在期限内评价"
	}
	return "评价：" + schemas.Duties["feedback"].Says(mark)
}

// mask stands for what is hidden.
const mask = "＊＊＊"

var (
	mailForm  = regexp.MustCompile(`[\w.%+\-]+\s?[@＠]\s?[A-Za-z0-9\-]+(?:\s?[.．]\s?[A-Za-z0-9\-]+)+`)
	digitsRun = regexp.MustCompile(`[0-9０-９]+(?:[ \t\x{a0}\x{3000}\-－–—‑.．·()（）]{1,3}[0-9０-９]+)*[xXｘＸ]?`)
	digitsOne = regexp.MustCompile(`[0-9０-９]+[xXｘＸ]?`)
	otherCall = regexp.MustCompile(`(＊＊＊[、，,/或和及 ]{1,2})[0-9０-９]{3,4}[\-－ ]?[0-9０-９]{4}`) // a second number behind the first
	localCall = regexp.MustCompile(`((?:电话|座机|传真|[Tt][Ee][Ll])[^0-9０-９\n。；;]{0,8})[0-9０-９]{3,4}[\-－ ]?[0-9０-９]{4}`)
	narrow    = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
		"x", "X", "ｘ", "X", "Ｘ", "X")
)

// masked hides numbers of telephones, identity and bank cards, mail addresses, and these names. Where groups of digits can be
// read as one of them it is hidden: a figure lost harms nobody.
func masked(text string, names ...string) string {
	text = mailForm.ReplaceAllString(text, mask)
	text = digitsRun.ReplaceAllStringFunc(text, maskedRun)
	text = localCall.ReplaceAllString(text, "${1}"+mask)
	for before := ""; before != text; {
		before, text = text, otherCall.ReplaceAllString(text, "${1}"+mask)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // of two names that begin alike the longer one is meant
	var pairs []string
	for _, name := range names {
		if len([]rune(name)) > 1 {
			pairs = append(pairs, name, mask)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// maskedRun hides, in groups of digits, each longest row of groups that makes a personal number.
func maskedRun(run string) string {
	spans := digitsOne.FindAllStringIndex(run, -1)
	groups := make([]string, len(spans))
	for i, s := range spans {
		groups[i] = narrow.Replace(run[s[0]:s[1]])
	}
	var b strings.Builder
	kept := 0
	for i := 0; i < len(groups); i++ {
		for j := min(i+18, len(groups)); j > i; j-- {
			if personal(groups[i:j]) {
				b.WriteString(run[kept:spans[i][0]] + mask)
				kept, i = spans[j-1][1], j-1
				break
			}
		}
	}
	return b.String() + run[kept:]
}

// wholeForms are personal numbers in one piece: mobile and landline telephones, 15 digits and more (identity and bank cards).
// groupForms are those that people divide; the groups are joined by a blank.
var (
	wholeForms = regexp.MustCompile(`^(?:(?:0?0?86)?1[3-9]\d{9}|0[1-9]\d{8,10}|\d{15,})X?$`)
	groupForms = regexp.MustCompile(`^(?:(?:0?0?86 )?(?:1[3-9]\d \d{4} ?\d{4}|1[3-9]\d{5} \d{4}|1[3-9]\d \d{3} ?\d{5}|1[3-9]\d{2} \d{3} ?\d{4}|1[3-9]\d{9})|` +
		`0[1-9]\d{1,2} \d{3,4} ?\d{4}|0?0?86 [1-9]\d{1,2} \d{3,4} ?\d{4}|` +
		`\d{6} \d{4} ?\d{2} ?\d{2} ?\d{3}[\dX]|\d{6} \d{6} \d{3}|\d{4} \d{4} \d{4} \d{4}(?: \d{1,3})?|\d{6} \d{10,13}|\d(?: \d){10}|\d(?: \d){14,17})$`)
)

func personal(groups []string) bool {
	if len(groups) == 1 {
		return wholeForms.MatchString(groups[0])
	}
	return groupForms.MatchString(strings.Join(groups, " "))
}
