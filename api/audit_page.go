package api

import (
	"context"
	"encoding/csv"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

type (
	auditPage struct {
		From, To, Who, Action, Object, Result string // filters as they were written
		Rows                                  []auditRow
		Results                               []option
		Older, Newest, Export                 string // addresses; empty: there is none
		Verified                              *register.Verification
	}
	// auditRow is a line in the office's words.
	auditRow struct {
		register.Line
		Time, Roles, Deed, Kind, Came string
	}
)

var (
	auditResults = []option{{"done", "成功"}, {"denied", "拒绝"}, {"failed", "失败"}, {"read", "查看"}}
	auditObjects = map[string]string{"case": "事项", "account": "账号", "people": "人员", "audit": "审计记录", "rules": "规则", "calendar": "日历", "stage": "环节", "ballot": "投票", "letter": "公文", "table": "表格", "bulletin": "通报"}
)

// auditPerBatch is how many lines of an export are in memory at once.
const auditPerBatch = 1000

func (s *Server) audit(w http.ResponseWriter, r *http.Request) {
	page, err := s.auditPage(r.Context(), person(r.Context()), r.URL.Query(), pagerOf(r).rows)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "audit", page)
}

// verifyAudit looks at the chain of the days shown.
func (s *Server) verifyAudit(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	p := person(r.Context())
	page, err := s.auditPage(r.Context(), p, r.PostForm, perPage)
	if err == nil {
		f := page.filter()
		to := f.To
		if !to.IsZero() {
			to = to.Add(-time.Second)
		}
		var v register.Verification
		v, err = s.Register.Verify(r.Context(), p.Congress, f.From, to)
		page.Verified = &v
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "audit", page)
}

// exportAudit gives the lines that the filters leave as a sheet.
func (s *Server) exportAudit(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	name := "审计记录-" + time.Now().In(schemas.Shanghai).Format("20060102-1504") + ".csv"
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "no-store")
	if err := WriteAudit(r.Context(), w, s.Register, p.Congress, readAuditFilters(r.URL.Query()).filter()); err != nil {
		s.Log.ErrorContext(r.Context(), "an export of the audit log broke off", "err", err, "request", requestID(r.Context()))
		panic(http.ErrAbortHandler) // half a sheet must not pass for a whole one
	}
}

func readAuditFilters(q url.Values) auditPage {
	return auditPage{From: q.Get("from"), To: q.Get("to"), Who: trimmed(q, "who"), Action: trimmed(q, "action"), Object: trimmed(q, "object"),
		Result: q.Get("result"), Results: auditResults}
}

// filter is what the register understands; a day that is none bounds nothing.
func (page auditPage) filter() register.LineFilter {
	f := register.LineFilter{Who: page.Who, Actions: deedsNamed(page.Action), ObjectID: page.Object, Result: page.Result}
	if from, err := day(page.From); err == nil {
		f.From = from
	}
	if to, err := day(page.To); err == nil {
		f.To = to.AddDate(0, 0, 1)
	}
	return f
}

func (s *Server) auditPage(ctx context.Context, p *register.Person, q url.Values, rows int) (page auditPage, err error) {
	page = readAuditFilters(q)
	f := page.filter()
	if uuidForm.MatchString(q.Get("before")) {
		f.Before = q.Get("before")
		page.Newest = "/audit?" + without(q, "before", "")
	}
	lines, err := s.Register.Lines(ctx, p.Congress, f, rows+1)
	if len(lines) > rows {
		lines = lines[:rows]
		page.Older = "/audit?" + without(q, "before", lines[rows-1].ID)
	}
	for _, l := range lines {
		page.Rows = append(page.Rows, showLine(l))
	}
	page.Export = "/audit.csv?" + without(q, "before", "")
	return page, err
}

func showLine(l register.Line) auditRow {
	row := auditRow{Line: l, Time: l.At.In(schemas.Shanghai).Format("2006年1月2日 15:04:05"), Deed: deedName(l.Action), Kind: l.Object}
	var roles []string
	for _, role := range strings.Fields(l.Role) {
		roles = append(roles, schemas.RoleNames[schemas.Role(role)])
	}
	row.Roles = strings.Join(roles, "、")
	if name, known := auditObjects[l.Object]; known {
		row.Kind = name
	}
	for _, o := range auditResults {
		if o.Value == l.Result {
			row.Came = o.Text
		}
	}
	return row
}

// deedName is the Chinese word of an action: a request's, or a stage's.
func deedName(action string) string {
	if d, named := deeds[action]; named {
		return d.Word
	}
	if d, is := schemas.Duties[action]; is {
		return d.Title
	}
	if name, is := strings.CutPrefix(action, "ballot/"); is {
		return deeds["POST /ballots/{id}/"+name].Word
	}
	return action
}

// deedsNamed are the actions whose words contain the text, and the text itself; empty: all.
func deedsNamed(text string) (actions []string) {
	if text == "" {
		return nil
	}
	for _, action := range slices.Concat(slices.Collect(maps.Keys(deeds)), slices.Collect(maps.Keys(schemas.Duties))) {
		if strings.Contains(deedName(action), text) {
			actions = append(actions, action)
		}
	}
	return append(actions, text)
}

// auditColumns are the heads of an exported sheet.
var auditColumns = []string{"时间", "姓名", "账号标识", "角色", "单位", "动作", "动作代码", "对象", "对象标识", "结果", "说明", "地址", "终端", "之前哈希", "之后哈希", "记录标识"}

// WriteAudit writes lines as CSV for spreadsheets, newest first: UTF-8 with a mark, and no cell that a spreadsheet would reckon.
func WriteAudit(ctx context.Context, w io.Writer, reg *register.Register, congress string, f register.LineFilter) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	sheet := csv.NewWriter(w)
	if err := sheet.Write(auditColumns); err != nil {
		return err
	}
	for {
		lines, err := reg.Lines(ctx, congress, f, auditPerBatch)
		if err != nil {
			return err
		}
		for _, l := range lines {
			row := showLine(l)
			cells := []string{row.Time, l.Name, l.Account, row.Roles, l.Unit, row.Deed, l.Action, row.Kind, l.ObjectID, row.Came, l.Reason, l.Address, l.Terminal,
				l.Before, l.After, l.ID}
			for i := range cells {
				cells[i] = defused(cells[i])
			}
			if err := sheet.Write(cells); err != nil {
				return err
			}
		}
		sheet.Flush()
		if err := sheet.Error(); err != nil || len(lines) < auditPerBatch {
			return err
		}
		f.Before = lines[len(lines)-1].ID
	}
}

// defused makes text of what a spreadsheet would take for a formula.
func defused(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
