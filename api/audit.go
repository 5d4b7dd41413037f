package api

import (
	"context"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// deed is what the audit log calls a request and what it is done to.
type deed struct {
	Word, Object string
	others       bool // leaves a line only where it shows what other deputies proposed, or an official who is appraised
	secret       bool // leaves a line only when it is refused: when somebody drew his slip stands nowhere
}

// deeds are the requests that leave a line in the audit log: every POST of somebody logged in, named here or not; of the others
// those that show personal data, and downloads. Logins leave theirs themselves: before them nobody is known.
var deeds = map[string]deed{
	"POST /login":                      {Word: "登录", Object: "account"},
	"POST /api/login":                  {Word: "登录（接口）", Object: "account"},
	"POST /login/code":                 {Word: "二次验证", Object: "account"},
	"POST /logout":                     {Word: "退出登录"},
	"POST /me/password":                {Word: "修改密码", Object: "account"},
	"POST /me/factor":                  {Word: "绑定动态口令", Object: "account"},
	"POST /me/logins":                  {Word: "退出其他登录", Object: "account"},
	"POST /me/substitutes":             {Word: "指定代理", Object: "account"},
	"POST /me/substitutes/{id}/revoke": {Word: "撤销代理", Object: "account"},
	"POST /people/accounts/new":        {Word: "新建账号", Object: "account"},
	"POST /people/accounts/{id}":       {Word: "变更账号", Object: "account"},
	"POST /people/units/import":        {Word: "导入单位", Object: "unit"},
	"POST /people/units/reading":       {Word: "更正单位的读音", Object: "people"},
	"POST /people/units":               {Word: "增加单位", Object: "unit"},
	"POST /people/demands":             {Word: "设定二次验证", Object: "account"},
	"POST /people/import":              {Word: "导入人员", Object: "account"},
	"GET /people/accounts":             {Word: "查看账号", Object: "people"},
	"GET /people/accounts/{id}":        {Word: "查看账号", Object: "people"},
	"POST /preferences":                {Word: "切换字号"},
	"POST /cases/import":               {Word: "导入在办事项", Object: "case"},
	"POST /cases/new":                  {Word: "登记事项", Object: "case"},
	"POST /l/{token}":                  {Word: "用一次性链接办理", Object: "case"},
	"POST /cases/{id}/act":             {Word: "提交办理", Object: "case"},
	"POST /cases/{id}/handler":         {Word: "选定经办人", Object: "case"},
	"POST /cases/{id}/disclosure":      {Word: "撤下或更正公开", Object: "case"},
	"POST /interviews/new":             {Word: "提出约谈", Object: "case"},
	"POST /inquiries/new":              {Word: "提出专题询问的选题", Object: "case"},
	"POST /inquiries/{id}/problems":    {Word: "登记问题清单", Object: "case"},
	"POST /inquiries/{id}/visits":      {Word: "登记调研点位", Object: "case"},
	"POST /inquiries/{id}/hall":        {Word: "主持询问会", Object: "case"},
	"POST /appraisals/new":             {Word: "提出评议", Object: "case"},
	"POST /appraisals/{id}/visits":     {Word: "登记评议调研", Object: "case"},
	"POST /evaluations/new":            {Word: "提出末端评估", Object: "case"},
	"POST /interpellations/new":        {Word: "提出质询案", Object: "case"},
	"POST /tracking/{unit}":            {Word: "登记跟踪活动", Object: "unit"},
	"POST /tracking/{unit}/void":       {Word: "作废跟踪活动", Object: "unit"},
	"POST /tracking/{unit}/follower":   {Word: "指定部门联系人", Object: "unit"},
	"POST /cases/{id}/letters/new":     {Word: "拟文", Object: "case"},
	"POST /letters/{id}":               {Word: "修改文稿", Object: "letter"},
	"POST /letters/{id}/issue":         {Word: "发文", Object: "letter"},
	"POST /letters/{id}/void":          {Word: "作废公文", Object: "letter"},
	"POST /letters/templates":          {Word: "更换公文模板", Object: "letter"},
	"POST /letters/head":               {Word: "设定发文机关", Object: "letter"},
	"POST /suggestions/new":            {Word: "提出建议", Object: "case"},
	"POST /suggestions/bulk/{kind}":    {Word: "批量办理", Object: "stage"},
	"POST /suggestions/import":         {Word: "导入建议", Object: "case"},
	"POST /ballots/new":                {Word: "配置投票", Object: "ballot"},
	"POST /ballots/{id}/configure":     {Word: "修改投票的配置", Object: "ballot"},
	"POST /ballots/{id}/approve":       {Word: "核准投票的配置", Object: "ballot"},
	"POST /ballots/{id}/open":          {Word: "开放投票", Object: "ballot"},
	"POST /ballots/{id}/present":       {Word: "登记到会", Object: "ballot"},
	"POST /ballots/{id}/slips":         {Word: "印制选票", Object: "ballot"},
	"POST /ballots/{id}/draw":          {Word: "领票", Object: "ballot", secret: true},
	"POST /v/{electorate}":             {Word: "投票", Object: "ballot", secret: true},
	"POST /ballots/{id}/close":         {Word: "截止投票", Object: "ballot"},
	"POST /ballots/{id}/paper":         {Word: "录入纸质票", Object: "ballot"},
	"POST /ballots/{id}/count":         {Word: "计票", Object: "ballot"},
	"POST /ballots/{id}/confirm":       {Word: "监票人确认", Object: "ballot"},
	"POST /ballots/{id}/announce":      {Word: "宣布结果", Object: "ballot"},
	"POST /ballots/{id}/seal":          {Word: "封存投票", Object: "ballot"},
	"POST /ballots/{id}/void":          {Word: "投票作废", Object: "ballot"},
	"POST /ballots/{id}/take":          {Word: "结果转入事项", Object: "ballot"},
	"POST /notices/read":               {Word: "消息标为已读"},
	"POST /rules/edit":                 {Word: "修改稿：换用、移动、放弃、保存为新的一版", Object: "rules"},
	"POST /rules/edit/term":            {Word: "修改稿：期限", Object: "rules"},
	"POST /rules/edit/ladder":          {Word: "修改稿：升级", Object: "rules"},
	"POST /rules/edit/reminders":       {Word: "修改稿：提醒", Object: "rules"},
	"POST /rules/edit/limits":          {Word: "修改稿：限次", Object: "rules"},
	"POST /rules/moves":                {Word: "在办事项改用新版规则", Object: "rules"},
	"POST /calendar/closings":          {Word: "登记停办日", Object: "calendar"},
	"POST /calendar/closings/withdraw": {Word: "撤销停办日", Object: "calendar"},
	"POST /me/notices":                 {Word: "消息设置", Object: "account"},
	"POST /me/notices/phone":           {Word: "登记手机号码", Object: "account"},
	"POST /me/notices/feed":            {Word: "日历订阅的地址", Object: "account"},
	"POST /mail/ways":                  {Word: "决定哪些消息单独发送"},
	"POST /bots":                       {Word: "登记群机器人"},
	"POST /bots/{id}/remove":           {Word: "移除群机器人"},
	"POST /cases/{id}/urge":            {Word: "催办", Object: "case"},
	"POST /calendar":                   {Word: "导入放假安排", Object: "calendar"},
	"POST /audit/verify":               {Word: "核对审计记录", Object: "audit"},
	"POST /api/interviews":             {Word: "提出约谈（接口）", Object: "case"},
	"POST /api/cases":                  {Word: "登记事项（接口）", Object: "case"},
	"POST /api/cases/forecast":         {Word: "推算期限（接口）", Object: "case"},
	"POST /api/cases/{id}/acts":        {Word: "提交办理（接口）", Object: "case"},
	"POST /api/notices/read":           {Word: "消息标为已读（接口）"},

	exportDeed:                                  {Word: "导出表格", Object: "table"},
	"POST /numbers/bulletins/new":               {Word: "起草通报", Object: "bulletin"},
	"POST /numbers/bulletins/{id}":              {Word: "修改通报", Object: "bulletin"},
	"POST /numbers/bulletins/{id}/approve":      {Word: "签发通报", Object: "bulletin"},
	"POST /numbers/bulletins/{id}/issue":        {Word: "印发通报", Object: "bulletin"},
	"POST /numbers/bulletins/{id}/correct":      {Word: "更正通报", Object: "bulletin"},
	"GET /numbers/bulletins/{id}/bulletin.docx": {Word: "下载通报", Object: "bulletin"},

	"GET /people":                   {Word: "查看组织与人员", Object: "people"},
	"GET /mail":                     {Word: "查看邮件", Object: "people"},
	"GET /audit":                    {Word: "查看审计记录", Object: "audit"},
	"GET /audit.csv":                {Word: "导出审计记录", Object: "audit"},
	fileDeed:                        {Word: "下载附件", Object: "case"},
	"GET /letters/{id}/letter.docx": {Word: "下载公文", Object: "letter"},
	"GET /cases/{id}/archive.zip":   {Word: "下载归档包", Object: "case"},
	"GET /letters/{id}":             {Word: "查看含个人信息的公文", Object: "letter", others: true},
	"GET /cases/{id}":               {Word: "查看含个人信息的事项", Object: "case", others: true},
	"GET /cases/{id}/act":           {Word: "打开含个人信息的办理页面", Object: "case", others: true},
	"GET /api/cases/{id}":           {Word: "查看含个人信息的事项（接口）", Object: "case", others: true},

	"POST /cases/{id}/corrections/new":      {Word: "更正录错的内容", Object: "case"},
	"POST /cases/{id}/corrections/word":     {Word: "对更正表示意见", Object: "case"},
	"POST /api/cases/{id}/corrections":      {Word: "更正录错的内容（接口）", Object: "case"},
	"POST /api/cases/{id}/corrections/word": {Word: "对更正表示意见（接口）", Object: "case"},
}

// exports are the endings of addresses that give files away; blanks are those that hold nothing of anybody.
var (
	exports = []string{".csv", ".xlsx", ".docx", ".pdf", ".zip"}
	blanks  = []string{"GET /cases/import/template.xlsx", "GET /suggestions/import/template.xlsx", "GET /people/import/template.xlsx", "GET /people/units/import/template.xlsx",
		"GET /letters/templates/{kind}/template.docx"}
)

// routeOf is the method and the pattern of the route, or the path where none fits.
func routeOf(r *http.Request) string {
	method, pattern := r.Method, chi.RouteContext(r.Context()).RoutePattern()
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if pattern == "" || strings.HasSuffix(pattern, "*") {
		pattern = r.URL.Path
	}
	return method + " " + pattern
}

type proofKey struct{}

// proof holds an answer back until the line about it stands in the audit log.
type proof struct {
	http.ResponseWriter
	write  func(status int) error
	others bool   // it shows what other deputies proposed, or an official who is appraised
	why    string // it is refused
	begun  bool
	err    error // the line could not be written: nothing is answered
}

// audited writes the lines. A line comes after the deed, for only then its result is known, and before the answer: who is answered is
// on record. What an act does to a case is proved in its own transaction, and a form sent again after the 503 acts once.
func (s *Server) audited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, route := person(r.Context()), routeOf(r)
		d, named := deeds[route]
		post := strings.HasPrefix(route, "POST ")
		if isExport(r) {
			route, d, named = exportDeed, deeds[exportDeed], true
		}
		export := slices.Contains(exports, path.Ext(route)) && !slices.Contains(blanks, route)
		if p == nil || strings.HasSuffix(route, "/login") || route == "POST /login/code" || !post && !named && !export {
			next.ServeHTTP(w, r)
			return
		}
		before := maps.Clone(w.Header())
		a := &proof{ResponseWriter: w}
		a.write = func(status int) error {
			if d.others && !a.others || d.secret && status < http.StatusBadRequest {
				return nil
			}
			l := lineOf(r, p)
			l.Action, l.Object, l.Reason, l.Result = route, d.Object, a.why, resultOf(post, status)
			params := chi.RouteContext(r.Context()).URLParams
			for i, key := range params.Keys {
				switch {
				case key == "*":
				case l.ObjectID == "":
					l.ObjectID = params.Values[i]
				default:
					l.Reason = strings.TrimSpace(params.Values[i] + " " + l.Reason)
				}
			}
			return s.record(r.Context(), l)
		}
		defer func() {
			if !a.begun { // it panicked
				_ = a.write(http.StatusInternalServerError)
			}
		}()
		r = r.WithContext(context.WithValue(r.Context(), proofKey{}, a)) // the form is read once: the page of the 503 shows it
		next.ServeHTTP(a, r)
		a.begin(http.StatusOK)
		if a.err != nil {
			clear(w.Header())
			maps.Copy(w.Header(), before)
			s.fail(w, r, a.err)
		}
	})
}

// record writes lines although the browser may have left.
func (s *Server) record(ctx context.Context, ls ...register.Line) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.Register.Audit(ctx, ls...)
}

func (a *proof) begin(status int) {
	if !a.begun {
		a.begun = true
		a.err = a.write(status)
	}
}

// WriteHeader sends the status once the line stands.
func (a *proof) WriteHeader(status int) {
	a.begin(status)
	if a.err == nil {
		a.ResponseWriter.WriteHeader(status)
	}
}

// Write drops what may not be answered.
func (a *proof) Write(b []byte) (int, error) {
	a.begin(http.StatusOK)
	if a.err != nil {
		return len(b), nil //nolint:nilerr // the answer is dropped: begin has kept why
	}
	return a.ResponseWriter.Write(b)
}

// proofOf is the proof of a request under way; the requests that leave no line have one that nobody reads.
func proofOf(ctx context.Context) *proof {
	if a, is := ctx.Value(proofKey{}).(*proof); is {
		return a
	}
	return &proof{}
}

func resultOf(post bool, status int) string {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound:
		return "denied"
	case status >= http.StatusBadRequest:
		return "failed"
	case post:
		return "done"
	}
	return "read"
}

// lineOf says who sent a request, from where.
func lineOf(r *http.Request, p *register.Person) register.Line {
	l := register.Line{Congress: p.Congress, Account: p.ID, Name: p.Name, Address: middleware.GetClientIP(r.Context()), Terminal: r.UserAgent()}
	var roles, units []string
	for _, o := range p.Posts {
		if !slices.Contains(roles, string(o.Role)) {
			roles = append(roles, string(o.Role))
		}
		if o.UnitName != "" && !slices.Contains(units, o.UnitName) {
			units = append(units, o.UnitName)
		}
	}
	l.Role, l.Unit = strings.Join(roles, " "), strings.Join(units, "、")
	return l
}

// recordLogin proves that somebody was let in.
func (s *Server) recordLogin(r *http.Request, p register.Person) error {
	l := lineOf(r, &p)
	l.Action, l.Object, l.ObjectID, l.Reason, l.Result = routeOf(r), "account", p.ID, "账号 "+p.Login, "done"
	return s.record(r.Context(), l)
}

// recordFailure proves that a login failed, for each congress that knows it; one that nobody knows is shown to all of them.
func (s *Server) recordFailure(r *http.Request, login, why string) error {
	known, err := s.Register.AccountByLogin(r.Context(), login)
	if err != nil {
		return err
	}
	line := register.Line{Address: middleware.GetClientIP(r.Context()), Terminal: r.UserAgent(), Action: routeOf(r), Object: "account",
		Reason: "账号 " + login + "：" + why, Result: "denied"}
	var ls []register.Line
	for _, a := range known {
		line.Congress, line.ObjectID = a.Congress, a.ID
		ls = append(ls, line)
	}
	if len(known) == 0 {
		cs, err := s.Register.Congresses(r.Context())
		if err != nil {
			return err
		}
		for _, c := range cs {
			line.Congress = c.ID
			ls = append(ls, line)
		}
	}
	return s.record(r.Context(), ls...)
}
