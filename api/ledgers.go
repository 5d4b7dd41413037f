package api

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

// The ledgers (台账) that offices keep, each with the headings of the rule and nothing in its cells but what the register holds: where it
// holds nothing a dash stands. They are pages with a table like any other, so they are exported like any other.

const (
	nothing = "—"
	sealed  = "未开放" // it is known, but not to whoever looks (权限表)
)

type (
	// ledger is one of them.
	ledger struct {
		code, title, object string
		about               string // what a row is
		procedures          []string
		heads               []string
		unit                string // what the filter by unit is called
		lines               func(s *Server, ctx context.Context, p *register.Person, ids []string, calendar schemas.Calendar, n int) ([][]ledgerCell, error)
	}
	// ledgerCell is one cell: its text, and where it leads or how it looks.
	ledgerCell struct {
		Text, Href string
		HTML       template.HTML
		Number     bool
	}
	ledgerPage struct {
		Code, Title, About                              string
		Heads                                           []string
		Rows                                            [][]ledgerCell
		Year, Unit, Committee, Stand, Sort, UnitName, Q string
		Units                                           []register.Unit
		Years, Stands, Sorts                            []option
		Ledgers                                         []option
		Paper                                           string // a3 or a4: to be printed
		Print3, Print4, Back, Printed                   string
		Sealed                                          bool
		pager
	}
	ledgersPage struct{ Ledgers []ledger }
)

// printedLedger is a ledger on its own, to be printed.
type printedLedger struct{ ledgerPage }

// Bare leaves out all around it.
func (printedLedger) Bare() {}

// Area is the part of the navigation.
func (ledgerPage) Area() string { return "/ledgers" }

// Code is its part of the address.
func (l ledger) Code() string { return l.code }

// Title is its name.
func (l ledger) Title() string { return l.title }

// About says what a row of it is.
func (l ledger) About() string { return l.about }

// Columns are how many columns it has.
func (l ledger) Columns() int { return len(l.heads) }

// ledgers are those of the rule (spec 5) whose facts the register holds; their headings stand in its order.
var ledgers = []ledger{
	{"opinions", "监督意见台账", "opinion", "一件意见一行", opinions, strings.Fields("序号 编号 来源 议题 类型 形成日 交办日 交办是否及时 承办(主/会) 签收日 方案应报日 方案实报日 回告应报日 回告实报日 " +
		"条目数 已销号数 延期次数 催办次数 督办次数 测评结果 灯色 状态 督办委室 分管领导 公开日 备注"), "承办单位", opinionLines},
	{"suggestions", "建议台账", "suggestion", "一个答复单位一行；还没有交办的一件一行", []string{"suggestion"}, strings.Fields("编号 题目 类别 领衔 代表团 联名数 大会/闭会 重点 督办领导 主办 会办 交办日 签收日 退办 应答复日 答复日 " +
		"提前/逾期天数 类别ABC 见面 态度分 结果分 一次满意度 重办应答日 重办答复日 终评 落实承诺日 落实日 是否转A 公开 状态"), "承办单位", suggestionLines},
	{"problems", "问题清单", "problem", "专题询问发现的问题，一条一行", []string{"problem"}, strings.Fields("编号 类别 问题 事实/数据 证据 涉及企业/项目 责任单位 法律政策依据 发现组 状态 销号日期 核查人"), "责任单位", problemLines},
	{"instructions", "批示台账", "ledger", "领导的批示，一条一行", nil, strings.Fields("序号 批示日 批示人 职务 事项编号 事项 批示内容 办理单位 应报日 实报日 灯色 办理情况 督办委室"), "办理单位", nil},
	{"interviews", "约见约谈台账", "interview", "一次约谈一行", interviews, strings.Fields("序号 编号 约谈对象 事由 来源 通知日 约谈时间 约谈地点 纪要签认日 承诺事项数 已兑现数 逾期未兑现数 状态 牵头委室"), "被约谈单位", interviewLines},
}

func (s *Server) ledgerRoutes(r chi.Router) {
	r.With(s.asks("read", "ledger")).Get("/ledgers", s.showLedgers)
	for _, l := range ledgers {
		r.With(s.asks("read", "ledger"), s.asks("read", l.object)).Get("/ledgers/"+l.code, func(w http.ResponseWriter, r *http.Request) { s.showLedger(w, r, l) })
	}
}

func (s *Server) showLedgers(w http.ResponseWriter, r *http.Request) {
	var page ledgersPage
	for _, l := range ledgers {
		if grantedSome(person(r.Context()), "read", l.object) {
			page.Ledgers = append(page.Ledgers, l)
		}
	}
	s.render(w, r, http.StatusOK, "ledgers", page)
}

func (s *Server) showLedger(w http.ResponseWriter, r *http.Request, l ledger) {
	page, err := s.ledgerPage(r, l)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if page.Paper != "" && !isExport(r) {
		s.render(w, r, http.StatusOK, "ledger_print", printedLedger{page})
		return
	}
	s.render(w, r, http.StatusOK, "ledger", page)
}

// ledgerStands are what a ledger can be narrowed to.
var ledgerStands = []option{{"open", "在办"}, {"late", "逾期"}, {"ended", "已办结"}}

func (s *Server) ledgerPage(r *http.Request, l ledger) (page ledgerPage, err error) {
	ctx, p, q := r.Context(), person(r.Context()), r.URL.Query()
	page = ledgerPage{Code: l.code, Title: l.title, About: l.about, Heads: l.heads, Year: q.Get("year"), Unit: q.Get("unit"), Committee: q.Get("committee"), Stand: q.Get("stand"),
		Sort: q.Get("sort"), Q: strings.TrimSpace(q.Get("q")), UnitName: l.unit, Stands: ledgerStands, Sorts: []option{{"", "先登记的在前"}, {"new", "后登记的在前"}}, Paper: q.Get("print"), pager: pagerOf(r)}
	if l.code == "instructions" {
		page.Sorts = nil
	}
	if page.Paper != "a3" && page.Paper != "a4" {
		page.Paper = ""
	} else {
		page.rows = perCall
	}
	for _, other := range ledgers {
		if grantedSome(p, "read", other.object) {
			page.Ledgers = append(page.Ledgers, option{"/ledgers/" + other.code, other.title})
		}
	}
	for year := p.Now.In(schemas.Shanghai).Year(); year > p.Now.In(schemas.Shanghai).Year()-8; year-- {
		page.Years = append(page.Years, option{strconv.Itoa(year), strconv.Itoa(year) + "年"})
	}
	if page.Units, err = s.Register.Units(ctx, p.Congress); err != nil {
		return page, err
	}
	f, known := page.filter(p, l)
	if !known { // nothing is of a unit or a year that is none
		return page, nil
	}
	calendar, err := s.Register.CurrentCalendar(ctx, p.Congress)
	if err != nil {
		return page, err
	}
	before, _ := strconv.Atoi(q.Get("n")) // rows on the pages before this one
	before = max(before, 0)
	if page.after() == nil {
		before = 0
	}
	var next *register.Place
	var matters int
	all := -1
	if l.lines == nil {
		page.Rows, next, err = s.instructionLines(ctx, p, f, calendar, page.after(), page.rows, before)
		matters = len(page.Rows)
	} else {
		var ids []string
		if ids, next, err = s.Register.LedgerCases(ctx, p.Congress, f, p.Now, page.after(), page.rows); err != nil {
			return page, err
		}
		page.Rows, err = l.lines(s, ctx, p, ids, calendar, before)
		matters = len(ids)
		if err == nil && !isExport(r) {
			all, err = s.Register.LedgerCount(ctx, p.Congress, f, p.Now)
		}
	}
	page.turn(next, all)
	page.After, page.Before = passed(page.After, before+matters), passed(page.Before, before-page.rows)
	page.Sealed = slices.ContainsFunc(page.Rows, func(row []ledgerCell) bool {
		return slices.ContainsFunc(row, func(c ledgerCell) bool { return c.Text == sealed })
	})
	q.Del("after")
	q.Del("n")
	page.Print3, page.Print4, page.Back = r.URL.Path+"?"+without(q, "print", "a3"), r.URL.Path+"?"+without(q, "print", "a4"), r.URL.Path+"?"+without(q, "print", "")
	page.Printed = zhInstant(p.Now)
	return page, err
}

// passed is an address that says how many rows stand before its page.
func passed(address string, n int) string {
	at, err := url.Parse(address)
	if err != nil || address == "" {
		return address
	}
	return at.Path + "?" + without(at.Query(), "n", map[bool]string{true: strconv.Itoa(n)}[n > 0])
}

// filter is what the register is asked for; unknown: nothing can fit.
func (page *ledgerPage) filter(p *register.Person, l ledger) (f register.LedgerFilter, known bool) {
	f.Listing = register.Listing{Sights: sights(p, l.procedures...), Committee: page.Committee, Unit: page.Unit, Words: page.Q}
	f.Procedures, f.Late, f.Newest = l.procedures, page.Stand == "late", page.Sort == "new"
	if l.lines == nil {
		f.Sights = sights(p, slices.DeleteFunc(slices.Clone(schemas.Procedures), func(x string) bool { return !grantedSome(p, "read", objectOf(x)) })...)
		if page.Stand != "" {
			f.Stands = []string{page.Stand}
		}
	} else {
		switch page.Stand {
		case "open":
			f.Stands = openStands(l.procedures[0])
		case "ended":
			f.Stands = []string{"ended"}
		}
	}
	if page.Year != "" {
		year, err := strconv.Atoi(page.Year)
		if err != nil || year < 1954 || year > 9000 {
			return f, false
		}
		f.From = time.Date(year, 1, 1, 0, 0, 0, 0, schemas.Shanghai)
		f.To = f.From.AddDate(1, 0, 0)
	}
	for _, id := range []string{page.Unit, page.Committee} {
		if id != "" && !slices.ContainsFunc(page.Units, func(u register.Unit) bool { return u.ID == id }) {
			return f, false
		}
	}
	return f, true
}

// Class is how wide the cell should be: days do not break, and what is long wants room.
func (c ledgerCell) Class() string {
	_, _, isDay := dayIn(c.Text)
	switch {
	case c.Number:
		return "number"
	case isDay:
		return "nowrap"
	case utf8.RuneCountInString(c.Text) > 40:
		return "longer"
	case utf8.RuneCountInString(c.Text) > 6:
		return "long"
	}
	return ""
}

func said(text string) ledgerCell {
	if text == "" {
		text = nothing
	}
	return ledgerCell{Text: text}
}

func count(n int) ledgerCell { return ledgerCell{Text: strconv.Itoa(n), Number: true} }

func linked(text, id string) ledgerCell { return ledgerCell{Text: text, Href: "/cases/" + id} }

// onDay is the day of an instant; lastDayOf that of a due instant, which is exclusive.
func onDay(t *time.Time) string {
	if t == nil || t.IsZero() {
		return nothing
	}
	return schemas.ZhDate(*t)
}

func lastDayOf(due *time.Time) string {
	if due == nil || due.IsZero() {
		return nothing
	}
	return schemas.ZhDate(schemas.LastDay(*due))
}

// colours are what the light is called in a ledger (灯色).
var colours = map[string]string{"green": "绿", "yellow": "黄", "red": "红", "grey": "灰", "blue": "蓝"}

func (l lamp) cell() (ledgerCell, error) {
	html, err := light(l.Colour, colours[l.Colour], l.Words)
	return ledgerCell{HTML: html}, err
}

// each is what several units have in one cell: once where it is the same for all of them, else unit by unit.
func each(steps []register.LedgerStep, says func(register.LedgerStep) string) ledgerCell {
	var texts, lines []string
	for _, st := range steps {
		texts = append(texts, says(st))
		lines = append(lines, st.Unit+"："+says(st))
	}
	if len(slices.Compact(slices.Clone(texts))) > 1 {
		return ledgerCell{Text: strings.Join(lines, "\n")}
	}
	if len(texts) == 0 {
		return said("")
	}
	return said(texts[0])
}

// phaseOf is where a matter stands, in a word.
func phaseOf(phase, outcome string) string {
	if outcome != "" {
		return schemas.PhaseName(outcome)
	}
	return schemas.PhaseName(phase)
}

func opinionLines(s *Server, ctx context.Context, p *register.Person, ids []string, calendar schemas.Calendar, n int) (rows [][]ledgerCell, err error) {
	lines, err := s.Register.OpinionLines(ctx, p.Congress, ids)
	if err != nil {
		return nil, err
	}
	for i, l := range lines {
		steps, err := l.Steps()
		if err != nil {
			return nil, err
		}
		row, err := opinionLine(l, steps, calendar, p.Now)
		if err != nil {
			return nil, err
		}
		rows = append(rows, append([]ledgerCell{count(n + i + 1)}, row...))
	}
	return rows, nil
}

// opinionLine is a line of the ledger of opinions after its number.
func opinionLine(l register.OpinionLine, steps []register.LedgerStep, calendar schemas.Calendar, now time.Time) ([]ledgerCell, error) {
	of := func(kind string, first bool) (found []register.LedgerStep) {
		for _, st := range steps {
			if st.Kind == kind && (st.Lead || kind == "handover" || kind == "publish" || kind == "evaluate" || kind == "extension") &&
				!(first && slices.ContainsFunc(found, func(x register.LedgerStep) bool { return x.Unit == st.Unit })) {
				found = append(found, st)
			}
		}
		return found
	}
	did := func(st register.LedgerStep) string {
		switch {
		case st.Closed == nil || st.Verdict == schemas.Lapsed:
			return nothing
		case st.Verdict == schemas.Auto:
			return onDay(st.Closed) + "（自动签收）"
		}
		return onDay(st.Closed)
	}
	owed := func(st register.LedgerStep) string {
		if st.Verdict == schemas.Lapsed {
			return nothing
		}
		return lastDayOf(st.Due)
	}
	handed, timely := nothing, nothing
	for _, st := range of("handover", true) {
		handed = did(st)
		switch {
		case st.Due == nil || st.Verdict == schemas.Lapsed:
		case st.Closed != nil && st.Closed.Before(*st.Due):
			timely = "是"
		case st.Closed != nil || !now.Before(*st.Due):
			timely = "否"
		}
	}
	units := l.Units
	if l.Joint != "" {
		units += "\n会办：" + l.Joint
	}
	extended, judged, published := 0, nothing, nothing
	var notes []string
	for _, st := range steps {
		switch {
		case st.Kind == "extension" && st.Verdict == "accept":
			extended++
		case st.Kind == "evaluate" && st.Closed != nil && st.Verdict != schemas.Lapsed:
			judged = schemas.Duties["evaluate"].Says(st.Verdict)
		case st.Kind == "publish" && st.Verdict == "public":
			published = onDay(st.Closed)
		case st.Kind == "publish" && st.Verdict == "withheld":
			notes = append(notes, "不公开")
		case st.Kind == "plan" && st.Lead && roundOf(st.Key) != "" && st.Verdict != schemas.Lapsed && !strings.HasSuffix(st.Key, "#1"):
			again := "方案退回重报，应于" + lastDayOf(st.Due)
			if st.Closed != nil {
				again = "方案退回重报，" + onDay(st.Closed) + "再报"
			}
			notes = append(notes, again)
		}
	}
	if l.Reopens != "" {
		notes = append(notes, "重开自"+l.Reopens)
	}
	if l.Direct {
		notes = append(notes, "直接交办")
	}
	if l.UrgingLetters != "" {
		notes = append(notes, "催办函 "+l.UrgingLetters)
	}
	if l.SupervisingLetters != "" {
		notes = append(notes, "督办函 "+l.SupervisingLetters)
	}
	st := register.Stage{Kind: l.StageKind, UnitName: l.StageUnit, Roles: l.StageRoles, NPC: l.NPC, Due: instantOf(l.Due), Yellow: instantOf(l.Yellow), Level: l.Level, Held: l.Held, Paused: l.Paused}
	_, lit := lampOfTurn(calendar, l.Outcome, st, now)
	lamp, err := lit.cell()
	plans, reports := of("plan", true), of("report", true)
	return []ledgerCell{said(l.Number), said(l.Source), linked(l.Title, l.ID), said(schemas.CaseKinds[l.Kind]), said(schemas.ZhDate(l.AnchorDay)), said(handed), said(timely), said(units),
		each(of("sign", true), did), each(plans, owed), each(plans, did), each(reports, owed), each(reports, did), count(l.Items), count(l.ClosedItems), count(extended), count(l.Urged),
		count(l.Supervised), said(judged), lamp, said(phaseOf(l.Phase, l.Outcome)), said(l.Committee), said(l.Leader), said(published), said(strings.Join(notes, "；"))}, err
}

func suggestionLines(s *Server, ctx context.Context, p *register.Person, ids []string, _ schemas.Calendar, _ int) (rows [][]ledgerCell, err error) {
	lines, err := s.Register.SuggestionLines(ctx, p.Congress, ids)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		shares, err := l.Shares()
		if err != nil {
			return nil, err
		}
		answering := slices.DeleteFunc(slices.Clone(shares), func(x register.Share) bool { return x.Gone || x.Capacity == "joint" })
		if len(answering) == 0 {
			answering = []register.Share{{}}
		}
		for _, share := range answering {
			rows = append(rows, suggestionLine(p, l, share, shares))
		}
	}
	return rows, nil
}

// suggestionLine is a line of the ledger of suggestions: one unit that answers; none: nobody does yet.
func suggestionLine(p *register.Person, l register.SuggestionLine, x register.Share, all []register.Share) []ledgerCell {
	var joint, left []string
	asked := 0
	for _, other := range all {
		asked += other.Asked
		switch {
		case other.Gone:
			left = append(left, other.Name)
		case other.Capacity == "joint":
			joint = append(joint, other.Name)
		}
	}
	returned := ""
	if asked > 0 {
		returned = fmt.Sprintf("申请%d次", asked)
	}
	if len(left) > 0 {
		returned += "，已退办：" + strings.Join(left, "、")
	}
	session, key := "闭会", "否"
	if l.InSession {
		session = "大会"
	}
	if l.Key {
		key = "是"
	}
	signed := onDay(x.Signed)
	if x.Auto && x.Signed != nil {
		signed += "（自动签收）"
	}
	class := x.Class
	if x.Now != "" && x.Now != x.Class {
		class += "→" + x.Now
	}
	met := ""
	if x.Met {
		met = "是"
	} else if x.Answered != nil {
		met = "否"
	}
	turned := ""
	switch {
	case x.Turned != nil:
		turned = "是（" + onDay(x.Turned) + "）"
	case x.Class == "B":
		turned = "否"
	}
	open := ""
	switch {
	case l.Published:
		open = "公开"
	case l.Publication == "withheld":
		open = "不公开"
	}
	state := phaseOf(l.Phase, l.Outcome)
	if l.Merged != "" {
		state += "（并入" + l.Merged + "）"
	}
	marked := func(code string, at string, verdict string) ledgerCell {
		if code == "" {
			return said("")
		}
		if !mayReadMarks(p, l, x.Unit, at, verdict) {
			return said(sealed)
		}
		return said(schemas.Duties["feedback"].Says(code))
	}
	return []ledgerCell{said(l.Number), linked(l.Title, l.ID), said(l.Category), said(l.Leader), said(l.Delegation), count(l.Cosigners), said(session), said(key), said(l.KeyLeader),
		said(x.Name), said(strings.Join(joint, "、")), said(onDay(x.Handed)), said(signed), said(strings.TrimPrefix(returned, "，")), said(lastDayOf(x.Due)), said(onDay(x.Answered)), said(earlier(x, p.Now)),
		said(class), said(met), marked(x.Attitude, "feedback", x.First), marked(x.Result, "feedback", x.First), marked(x.First, "feedback", x.First), said(lastDayOf(x.RedoDue)), said(onDay(x.Redone)),
		marked(x.Final, "refeedback", x.Final), said(lastDayOf(x.Promised)), said(onDay(x.Verified)), said(turned), said(open), said(state)}
}

// earlier is by how many days an answer came before its last day, or after it, or has not come.
func earlier(x register.Share, now time.Time) string {
	if x.Due == nil {
		return ""
	}
	until, tail := now, "（未答复）"
	if x.Answered != nil {
		until, tail = *x.Answered, ""
	}
	days := int(schemas.LastDay(*x.Due).Sub(schemas.DayOf(until)).Hours() / 24)
	switch {
	case days < 0:
		return fmt.Sprintf("逾期%d天%s", -days, tail)
	case tail != "":
		return ""
	case days == 0:
		return "当日"
	}
	return fmt.Sprintf("提前%d天", days)
}

func problemLines(s *Server, ctx context.Context, p *register.Person, ids []string, _ schemas.Calendar, _ int) (rows [][]ledgerCell, err error) {
	lines, err := s.Register.ProblemLines(ctx, p.Congress, ids)
	for _, l := range lines {
		files, team := "", ""
		if l.Files > 0 {
			files = fmt.Sprintf("附件%d份", l.Files)
		}
		if l.Teams != "" {
			team = "第" + l.Teams + "组"
		}
		rows = append(rows, []ledgerCell{said(l.Number), said(l.Class), linked(l.Title, l.ID), said(l.Body), said(files), said(l.Site), said(l.Unit), said(l.Basis), said(team),
			said(phaseOf(l.Phase, l.Outcome)), said(onDay(l.Closed)), said(l.Checkers)})
	}
	return rows, err
}

func interviewLines(s *Server, ctx context.Context, p *register.Person, ids []string, _ schemas.Calendar, n int) (rows [][]ledgerCell, err error) {
	lines, err := s.Register.InterviewLines(ctx, p.Congress, ids, p.Now)
	for i, l := range lines {
		meets := nothing
		if l.Meets != nil {
			meets = zhInstant(*l.Meets)
		}
		rows = append(rows, []ledgerCell{count(n + i + 1), said(l.Number), said(l.Unit + " " + l.Post), linked(l.Title, l.ID), said(l.Source), said(onDay(l.Notified)), said(meets), said(l.Place), said(onDay(l.Signed)),
			count(l.Promises), count(l.Kept), count(l.Late), said(phaseOf(l.Phase, l.Outcome)), said(l.Committee)})
	}
	return rows, err
}

func (s *Server) instructionLines(ctx context.Context, p *register.Person, f register.LedgerFilter, calendar schemas.Calendar, after *register.Place, limit, n int) (rows [][]ledgerCell, next *register.Place, err error) {
	lines, next, err := s.Register.InstructionLines(ctx, p.Congress, f, p.Now, after, limit)
	for i, l := range lines {
		st := register.Stage{Kind: "instruction", Roles: []string{string(schemas.UnitHead)}, Due: instantOf(l.Due), ClosedAt: instantOf(l.ClosedAt), Verdict: l.Verdict, Yellow: instantOf(l.Yellow),
			Level: l.Level, Paused: l.Paused, Held: l.Held}
		lamp, err := lampOf(calendar, st, p.Now).cell()
		if err != nil {
			return nil, nil, err
		}
		says, done := said(l.Says()), "办理中"
		if !mayReadInstruction(p, l.Unit) {
			says = said(sealed)
		}
		switch {
		case l.ClosedAt != nil && l.Verdict == schemas.Lapsed:
			done = "不再办理"
		case l.ClosedAt != nil:
			done = "已报告"
		}
		report := l.ClosedAt
		if l.Verdict == schemas.Lapsed {
			report = nil
		}
		rows = append(rows, []ledgerCell{count(n + i + 1), said(onDay(&l.OpenedAt)), said(l.Author), said(schemas.RoleNames[schemas.Role(l.Role)]), said(l.Number), linked(l.Title, l.CaseID), says, said(l.UnitName),
			said(lastDayOf(l.Due)), said(onDay(report)), lamp, said(done), said(l.Committee)})
	}
	return rows, next, err
}
