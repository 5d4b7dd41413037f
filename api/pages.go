package api

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

//go:embed templates/*.html
var templates embed.FS

// pages are the parsed templates by name. Each page file fills the blocks title and main of layout.html;
// files that begin with an underscore hold parts that all pages may use.
type pages map[string]*template.Template

// embedded is what the program brings along, read once for all servers in it: the pages, each with its own copy of every part, take tens
// of megabytes.
func embedded() (assets, pages, error) {
	read := bring()
	return read.assets, read.pages, read.err
}

var bring = sync.OnceValue(func() (read struct {
	assets assets
	pages  pages
	err    error
}) {
	if read.assets, read.err = readAssets(); read.err == nil {
		read.pages, read.err = parsePages(read.assets)
	}
	return read
})

func parsePages(as assets) (pages, error) {
	frame, err := template.New("").Funcs(words(as)).ParseFS(templates, "templates/layout.html", "templates/_*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templates, "templates/[a-z]*.html")
	ps := pages{}
	for _, file := range files {
		if file == "templates/layout.html" {
			continue
		}
		page, err := template.Must(frame.Clone()).ParseFS(templates, file)
		if err != nil {
			return nil, err
		}
		ps[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return ps, err
}

// words are the functions of the templates. Instants come in UTC and are shown in Shanghai; a zero one is a dash.
func words(as assets) template.FuncMap {
	return template.FuncMap{
		"date":    dated(schemas.ZhDate),
		"day":     dated(schemas.ZhDay),
		"instant": dated(zhInstant),
		"due":     dated(zhDue),
		"title":   schemas.Title,
		"role":    func(r schemas.Role) string { return schemas.RoleNames[r] },
		"light":   light,
		"static":  as.path,

		"casekind":      func(k string) string { return schemas.CaseKinds[k] },
		"casekinds":     func() []option { return caseKindOptions },
		"capacity":      func(c string) string { return schemas.Capacities[c] },
		"result":        func(c string) string { return schemas.ResultNames[c] },
		"levelname":     schemas.LevelName,
		"word":          func(n register.Notice) string { return schemas.Word(n.Stage, n.Level, n.UnitName, n.Due) },
		"noticeword":    func(n register.NoticeFound) string { return schemas.Word(n.Stage, n.Level, n.UnitName, n.Due) },
		"isodate":       isoDate,
		"meets":         zhMeets,
		"phase":         schemas.PhaseName,
		"lines":         func(text string) []string { return strings.Split(text, "\n") },
		"inc":           func(i int) int { return i + 1 },
		"handles":       handles,
		"capacities":    func() []option { return capacityOptions },
		"textlabel":     textLabel,
		"categories":    func() []string { return schemas.Categories },
		"quality":       func() []option { return quality },
		"marks":         func() []option { return markOptions },
		"satisfactions": func() []schemas.Verdict { return schemas.Duties["feedback"].Verdicts },
		"has":           slices.Contains[[]string],
		"hasrole":       func(roles []string, r schemas.Role) bool { return slices.Contains(roles, string(r)) },
		"told":          toldName,
		"answerof":      answerOf,
		"voteof":        voteOf,
		"ballotof":      ballotOf,
		"zero":          blankZero,
		"seats":         func() []seat { return seats },
		"points":        schemas.Points,
		"visitkinds":    func() []option { return visitKinds },
		"visits": func(action string, kinds []option, vs []register.Visit, may bool) visitList {
			return visitList{action, kinds, vs, may}
		},
		"criteria":      func() []option { return criteria },
		"arrivals":      func() []schemas.Verdict { return schemas.Arrivals },
		"indicatorways": func() []schemas.Verdict { return schemas.IndicatorWays },
		"wayof": func(code string) string {
			i := slices.IndexFunc(schemas.IndicatorWays, func(w schemas.Verdict) bool { return w.Code == code })
			return schemas.IndicatorWays[max(i, 0)].Text
		},
		"appraisalvisits": func() []option { return appraisalVisits },
		"short":           brief,
		"pair":            func(a, b any) []any { return []any{a, b} },
		"letterkind": func(code string) string {
			k, _ := schemas.LetterKindOf(code)
			return k.Name
		},
		"letterstate": func(state string) string {
			return letterStates[slices.IndexFunc(letterStates, func(o option) bool { return o.Value == state })].Text
		},
		"occasionkind":  occasionKind,
		"occasionkinds": func() any { return occasionKinds },
		"scales":        func() []schemas.Scale { return schemas.BallotScales },
		"unitkind":      unitKindName,
		"unitkinds":     func() []option { return unitKindOptions() },
		"may":           grantedSome,
		"trendchart":    trendChart,
		"funnelchart":   funnelChart,
		"tab":           func(p *register.Person, tab string) peopleTab { return peopleTab{p, tab} },
		"reasoned": func(d schemas.Duty) bool {
			return slices.ContainsFunc(d.Verdicts, func(v schemas.Verdict) bool { return v.Reason })
		},
	}
}

func dated(print func(time.Time) string) func(time.Time) string {
	return func(t time.Time) string {
		if t.IsZero() {
			return "—"
		}
		return print(t)
	}
}

func zhInstant(t time.Time) string { return t.In(schemas.Shanghai).Format("2006年1月2日 15:04") }

// zhDue shows a due instant: one at midnight is the end of the day before.
func zhDue(t time.Time) string {
	if t.Equal(schemas.DayOf(t)) {
		return schemas.ZhDay(t.Add(-time.Second))
	}
	return zhInstant(t)
}

// zhMeets shows a day with its time as a form wrote it.
func zhMeets(text string) string {
	t, err := time.ParseInLocation(meetsForm, text, schemas.Shanghai)
	if err != nil {
		return text
	}
	return zhInstant(t)
}

// lights have a word and a shape besides their colour, for eyes and printers that see none (spec 2.0.3).
var lights = map[string]struct{ word, shape string }{
	"green":  {"正常", `<circle cx="8" cy="8" r="7"/>`},
	"yellow": {"临期", `<path d="M8 1 15.5 15H.5z"/>`},
	"red":    {"逾期", `<path d="M1 1h14v14H1z"/>`},
	"blue":   {"中止", `<path d="M2 1h4v14H2zM10 1h4v14h-4z"/>`},
	// of a cell of the cockpit, which stands for many duties: some were settled late, some still run
	"was":     {"曾逾期", `<path d="M1 1v14h14V1zm3 3h8v8H4z" fill-rule="evenodd"/>`},
	"running": {"在办", `<path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8z"/>`},

	"grey": {"办结", `<path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8z"/>`},
}

// light shows a light of that colour with its words; without words, with its usual one.
func light(colour string, words ...string) (template.HTML, error) {
	l, known := lights[colour]
	if !known {
		return "", fmt.Errorf("no light is %q", colour)
	}
	said := strings.Join(words, " · ")
	if said == "" {
		said = l.word
	}
	//nolint:gosec // what comes from outside is escaped; the rest is ours
	return template.HTML(`<span class="light light-` + colour + `"><svg viewBox="0 0 16 16" aria-hidden="true">` + l.shape +
		`</svg>` + template.HTMLEscapeString(said) + `</span>`), nil
}

// view is what every template gets as its dot.
type view struct {
	Person *register.Person // nil: nobody is logged in
	Areas  []area
	Here   string // path and query of this page; empty where it answers a form and cannot be asked for again
	Large  bool   // 大字版
	Bare   bool   // a screen for the hall: nothing around it
	Seeks  bool   // the page has a search box of its own
	Data   any    // the page's own
}

// area is one entry of the navigation (pages.md), shown to those who may read what it leads to.
type area struct {
	Title, Path, object string
	Current             bool
}

var areas = []area{
	{Title: "工作台", Path: "/", object: "desk"},
	{Title: "驾驶舱", Path: "/cockpit", object: "cockpit"},
	{Title: "监督事项", Path: "/cases", object: "opinion"},
	{Title: "代表建议", Path: "/suggestions", object: "suggestion"},
	{Title: "专题询问", Path: "/inquiries", object: "inquiry"},
	{Title: "约见约谈", Path: "/interviews", object: "interview"},
	{Title: "质询", Path: "/interpellations", object: "interpellation"},
	{Title: "工作评议", Path: "/appraisals", object: "appraisal-work"},
	{Title: "末端评估", Path: "/evaluations", object: "evaluation"},
	{Title: "表决测评", Path: "/ballots", object: "ballot"},
	{Title: "公文", Path: "/letters", object: "letter"},
	{Title: "督办", Path: "/lateness", object: "escalation"},
	{Title: "台账", Path: "/ledgers", object: "ledger"},
	{Title: "统计", Path: "/numbers", object: "statistics"},
	{Title: "消息", Path: "/notices", object: "notice"},
	{Title: "规则与日历", Path: "/rules", object: "rules"},
	{Title: "组织与人员", Path: "/people", object: "account"},
	{Title: "审计", Path: "/audit", object: "audit"},
}

// areasFor are the entries that the person's posts open, the one of this path marked.
func areasFor(p *register.Person, path string) (as []area) {
	if p == nil || p.Owes() != "" {
		return nil
	}
	for _, a := range areas {
		if grantedSome(p, "read", a.object) {
			a.Current = path == a.Path || a.Path != "/" && strings.HasPrefix(path, a.Path+"/") || a.Path == "/rules" && (path == "/calendar" || path == "/permissions")
			as = append(as, a)
		}
	}
	return as
}

// render writes a page whole or not at all.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	page, known := s.pages[name]
	if !known {
		panic("no page " + name)
	}
	p := person(r.Context())
	path := r.URL.Path
	if placed, is := data.(interface{ Area() string }); is {
		path = placed.Area()
	}
	v := view{Person: p, Areas: areasFor(p, path), Large: s.isLarge(r), Data: data}
	if r.Method == http.MethodGet {
		v.Here = r.URL.RequestURI()
	}
	_, v.Seeks = data.(searchPage)
	if _, v.Bare = data.(interface{ Bare() }); v.Bare {
		v.Areas = nil
	}
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, "layout.html", v); err != nil {
		panic(fmt.Errorf("page %s: %w", name, err))
	}
	whole := b.Bytes()
	if v.hasTables(status) {
		whole = dressed(page, r, whole, !v.Bare)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(whole)
}

// statuses says how HTTP calls a refusal; those not named are 422.
var statuses = map[string]int{
	"BadForm":     http.StatusBadRequest,
	"NotLoggedIn": http.StatusUnauthorized,
	"BadLogin":    http.StatusUnauthorized,
	"BadCode":     http.StatusUnauthorized,
	"CodeNeeded":  http.StatusUnauthorized,
	"Confined":    http.StatusForbidden,

	"TooManyFailures": http.StatusTooManyRequests,
	"NotEntitled":     http.StatusForbidden,
	"SignOnAway":      http.StatusServiceUnavailable,
	"SignOnFailed":    http.StatusBadRequest,
	"NoAccount":       http.StatusForbidden,
	"LinkUsed":        http.StatusGone,
	"BadSlip":         http.StatusNotFound,
	"NotOpen":         http.StatusConflict,
	"Drawn":           http.StatusConflict,
	"BallotState":     http.StatusConflict,
	"Changed":         http.StatusConflict,
	"Away":            http.StatusServiceUnavailable,
	"NotOnRoll":       http.StatusForbidden,

	"ConfiguresAndVotes": http.StatusForbidden,
	"Conflict":           http.StatusForbidden,
	"Forbidden":          http.StatusForbidden,
	"CrossOrigin":        http.StatusForbidden,
	"NotFound":           http.StatusNotFound,
	"BadMethod":          http.StatusMethodNotAllowed,
	"StageClosed":        http.StatusConflict,
	"Duplicate":          http.StatusConflict,
	"Again":              http.StatusConflict,
	"TooLarge":           http.StatusRequestEntityTooLarge,
	"RegisterAway":       http.StatusServiceUnavailable,
	"ExportsBusy":        http.StatusServiceUnavailable,
	"EngineAway":         http.StatusServiceUnavailable,
	"SchemaOld":          http.StatusServiceUnavailable,
}

// advice says what to do about an answer of that status.
var advice = map[int]string{
	http.StatusBadRequest:            "请返回上一页检查后重新提交。",
	http.StatusForbidden:             "如果确需办理，请联系系统管理员核对您的岗位。",
	http.StatusNotFound:              "请核对地址，或者从左侧导航重新进入。",
	http.StatusMethodNotAllowed:      "请从工作台重新进入。",
	http.StatusConflict:              "请返回上一页并刷新，查看最新情况后再办理。",
	http.StatusRequestEntityTooLarge: "请压缩或拆分附件后重新提交。",
	http.StatusUnprocessableEntity:   "请返回上一页改正后重新提交。",
	http.StatusServiceUnavailable:    "请稍等一两分钟再试。如果一直如此，请联系系统管理员。",
	http.StatusInternalServerError:   "请稍后再试。如果再次出现，请把下面的编号告诉系统管理员。",
}

type errorPage struct {
	Code, Text, Advice string
	Reference          string // of the log line; empty for refusals
	Kept               *kept  // the form, where sending it again is what to do
}

// fail answers with the error page. A refusal is told as it is; of any other error only the number of its
// line in the log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if wantsJSON(r) {
		s.problem(w, r, err)
		return
	}
	page, status := s.judge(r, err)
	page.Advice = advice[status]
	if status == http.StatusServiceUnavailable || page.Code == schemas.CodeAgain {
		w.Header().Set("Retry-After", "10")
		page.Kept = returned(r)
	}
	s.render(w, r, status, "error", page)
}

// judge finds what is said of an error, and the status; what is not a refusal is logged.
func (s *Server) judge(r *http.Request, err error) (errorPage, int) {
	page := errorPage{Code: "Internal", Text: "系统出现错误，这次操作可能没有完成", Reference: requestID(r.Context())}
	status := http.StatusInternalServerError
	var known *schemas.Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		page, status = errorPage{Code: "TooLarge", Text: "提交的内容过大"}, statuses["TooLarge"]
	case errors.As(err, &known):
		page, status = errorPage{Code: known.Code, Text: known.Text}, statusOf(known.Code)
	}
	proofOf(r.Context()).why = page.Text
	if status >= http.StatusInternalServerError {
		method, route := shape(r)
		s.Log.ErrorContext(r.Context(), "request failed", "err", err, "method", method, "route", route, "path", addressed(r.URL.Path, route), "request", requestID(r.Context()))
	}
	return page, status
}

func statusOf(code string) int {
	if status, named := statuses[code]; named {
		return status
	}
	return http.StatusUnprocessableEntity
}

var caseKindOptions = []option{{"deliberation", "审议意见书"}, {"survey", "调研意见书"}, {"rectification", "整改意见书"}}

// handles reports whether matters are handed to units of that kind.
func handles(kind string) bool { return kind == "department" || kind == "street" || kind == "judicial" }

// markOptions are the two marks of a feedback (态度, 结果).
var markOptions = []option{{"attitude", "办理态度"}, {"outcome", "办理结果"}}

var capacityOptions = []option{{"lead", "主办"}, {"joint", "会办"}, {"several", "分办"}, {"sole", "独办"}}

func answerOf(as []schemas.ItemAnswer, item string) (a schemas.ItemAnswer) {
	if i := slices.IndexFunc(as, func(a schemas.ItemAnswer) bool { return a.Item == item }); i >= 0 {
		return as[i]
	}
	return a
}

func ballotOf(b *schemas.BallotIn) schemas.BallotIn {
	if b == nil {
		return schemas.BallotIn{}
	}
	return *b
}

func voteOf(v *schemas.VoteIn) schemas.VoteIn {
	if v == nil {
		return schemas.VoteIn{}
	}
	return *v
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// isoDate shows a day of a form as offices write it.
func isoDate(text string) string {
	t, err := time.ParseInLocation(time.DateOnly, text, schemas.Shanghai)
	if err != nil {
		return text
	}
	return schemas.ZhDate(t)
}
