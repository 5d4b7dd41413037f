package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"
)

const (
	importRows    = 5000
	importSigners = 60 // as in schemas.SuggestionIn
)

type (
	importPage struct {
		In       importIn
		Problems problems
		Columns  []sheetColumn[importRow]
		Sheet    *sheet[importRow] // nil: none has been read
		Stored   string            // the hash under which the checked file is kept; empty: it may not be imported
	}
	// importIn is what the form says of all the suggestions of a sheet.
	importIn struct {
		Session string `field:"session" label:"届次" validate:"required,max=60"`
		Closed  string `field:"closed" label:"闭会日" validate:"required,max=20"`
	}
	// importRow is one row as it is written; the limits are those of schemas.SuggestionIn, the fields are named as their columns.
	importRow struct {
		Line      int
		Number    string `field:"编号" label:"编号" validate:"required,max=40"`
		Title     string `field:"题目" label:"题目" validate:"required,min=4,max=60"`
		Category  string `field:"类别" label:"类别" validate:"required,max=4000"`
		Leader    string `field:"领衔代表" label:"领衔代表" validate:"required,max=4000"`
		Cosigners string `field:"联名代表" label:"联名代表" validate:"max=4000"`
		Body      string `field:"案由" label:"案由" validate:"required,min=10,max=4000"`
		Demand    string `field:"具体建议" label:"具体建议" validate:"required,min=4,max=4000"`
		Wish      string `field:"希望承办单位" label:"希望承办单位" validate:"max=4000"`
		Proposed  string `field:"拟办单位" label:"拟办单位" validate:"max=4000"`
		Consents  string `field:"是否同意公开" label:"是否同意公开" validate:"max=4000"`
		Surveyed  string `field:"是否调研形成" label:"是否调研形成" validate:"max=4000"`
		Face      string `field:"是否要求面商" label:"是否要求面商" validate:"max=4000"`
	}
	// importRoll is what rows are held against, read once for all of them.
	importRoll struct {
		deputies map[string][]register.DeputyRow // by name
		units    map[string]string               // ids by name
		numbers  map[string]bool
	}
)

// suggestionSheet is how suggestions stand in a sheet.
var suggestionSheet = sheetForm[importRow]{Name: "建议", Aside: "类别和单位", Unit: "件", What: "建议", Key: "编号", Most: importRows,
	row: func(line int) importRow { return importRow{Line: line} }, Columns: importColumns}

// importColumns are the columns in the order of the template.
var importColumns = []sheetColumn[importRow]{
	{"编号", true, false, 16, "会议编的号，如 四届二次第001号；不能与已有的重复", func(r *importRow) *string { return &r.Number }},
	{"题目", true, false, 40, "4—60个字", func(r *importRow) *string { return &r.Title }},
	{"类别", true, false, 12, strings.Join(schemas.Categories, "、"), func(r *importRow) *string { return &r.Category }},
	{"领衔代表", true, false, 12, "一位代表的姓名；有同名代表时写成 张三（某代表团）", func(r *importRow) *string { return &r.Leader }},
	{"联名代表", false, true, 24, "姓名用顿号分开；不含领衔代表", func(r *importRow) *string { return &r.Cosigners }},
	{"案由", true, true, 60, "10—4000个字", func(r *importRow) *string { return &r.Body }},
	{"具体建议", true, true, 60, "4—4000个字", func(r *importRow) *string { return &r.Demand }},
	{"希望承办单位", false, false, 18, "一个单位的全称", func(r *importRow) *string { return &r.Wish }},
	{"拟办单位", false, false, 18, "一个单位的全称；交办时作为主办单位的建议", func(r *importRow) *string { return &r.Proposed }},
	{"是否同意公开", false, false, 14, "是、否；空白作否", func(r *importRow) *string { return &r.Consents }},
	{"是否调研形成", false, false, 14, "是、否；空白作否", func(r *importRow) *string { return &r.Surveyed }},
	{"是否要求面商", false, false, 14, "是、否；空白作否", func(r *importRow) *string { return &r.Face }},
}

// importRefusal tells in one sentence why the sheet is not imported; nil: it may be. Codes: Duplicate, Invalid.
func importRefusal(s *sheet[importRow]) error {
	switch {
	case s.Taken > 0:
		return schemas.Refuse("Duplicate", "有%d个编号登记簿里已经有了，没有再次导入；如果刚刚导入过，不用再做", s.Taken)
	case s.Wrong > 0:
		return schemas.Refuse("Invalid", "有%d行需要改正，见下表；改好以前一行都不会导入", s.Wrong)
	}
	return nil
}

// showImport shows the empty form.
func (s *Server) showImport(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "import", importPage{Columns: importColumns})
}

// doImport checks a sheet and, with do=file, files its suggestions.
func (s *Server) doImport(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	page := importPage{Columns: importColumns, In: importIn{Session: tidy(r.PostForm.Get("session"), false), Closed: trimmed(r.PostForm, "closed")}}
	filed, err := s.takeImport(r, &page)
	if filed && err == nil {
		http.Redirect(w, r, "/suggestions?tab=vet", http.StatusSeeOther)
		return
	}
	status, ps, err := sheetProblems(page.Problems, page.Sheet != nil, err)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Problems = ps
	s.render(w, r, status, "import", page)
}

// takeImport reads and checks the sheet, and files it if that is asked and all is right. Codes: Invalid, those of importFile and
// sheetForm.read, and Duplicate.
func (s *Server) takeImport(r *http.Request, page *importPage) (filed bool, err error) {
	ctx, p := r.Context(), person(r.Context())
	var closed time.Time
	if closed, page.Problems = page.In.read(p.Now); len(page.Problems) > 0 {
		return false, schemas.Refuse("Invalid", "%s", page.Problems[0].Text)
	}
	raw, sum, err := s.importFile(r)
	if err != nil {
		return false, err
	}
	sheet, err := suggestionSheet.read(ctx, raw)
	if err != nil {
		return false, err
	}
	fs, err := s.judgeSheet(ctx, p.Congress, sheet)
	if err != nil {
		return false, err
	}
	page.Sheet = sheet
	if err := importRefusal(sheet); err != nil {
		return false, err
	}
	if r.PostFormValue("do") != "file" {
		// Only what may be imported is kept: a sheet that is still being mended would fill the store at every try.
		if sum == "" {
			sum, err = s.Files.store(bytes.NewReader(raw))
		}
		page.Stored = sum
		return false, err
	}
	for i := range fs {
		fs[i].Session, fs[i].T0 = page.In.Session, closed.UTC()
	}
	committee, err := s.deputiesOffice(ctx, p.Congress)
	if err != nil {
		return false, err
	}
	// Once begun it goes on without the browser, so that nobody is left to guess whether a whole session was entered.
	_, err = s.Desk.Suggest(context.WithoutCancel(ctx), p.Congress, committee, fs)
	var refusal *schemas.Error
	if errors.As(err, &refusal) && refusal.Code == "Duplicate" { // another sending of the form was faster
		if _, again := s.judgeSheet(ctx, p.Congress, sheet); again != nil {
			return false, again
		}
		return false, cmp.Or(importRefusal(sheet), err)
	}
	if err != nil {
		return false, err
	}
	s.Log.InfoContext(ctx, "suggestions imported", "account", p.ID, "session", page.In.Session, "rows", len(fs), "sha256", sum, "request", requestID(ctx))
	return true, nil
}

// read checks what is said of all rows.
func (in importIn) read(now time.Time) (closed time.Time, ps problems) {
	ps = check(in)
	if ps.For("closed") == "" {
		var err error
		if closed, err = day(in.Closed); err != nil {
			ps = append(ps, problem{"closed", "闭会日无法识别，请按2026-03-02填写"})
		} else if closed.After(now) {
			ps = append(ps, problem{"closed", "闭会日不能晚于今天"})
		}
	}
	return closed, ps
}

// judgeSheet holds each row against the register and notes what is wrong; the suggestions lack the session.
func (s *Server) judgeSheet(ctx context.Context, congress string, sheet *sheet[importRow]) (fs []register.NewSuggestion, err error) {
	var numbers []string
	for _, row := range sheet.Rows {
		numbers = append(numbers, row.Number)
	}
	roll, err := s.importRoll(ctx, congress, numbers)
	if err != nil {
		return nil, err
	}
	sheet.Mistakes, sheet.Wrong, sheet.Taken = nil, 0, 0
	lines := map[string]int{} // where a number stood first
	for _, row := range sheet.Rows {
		f, wrong := roll.judge(row)
		if first := lines[row.Number]; first > 0 && row.Number != "" {
			wrong = append(wrong, problem{"编号", "编号“" + shortened(row.Number) + "”与第" + strconv.Itoa(first) + "行重复"})
		} else {
			lines[row.Number] = row.Line
		}
		if roll.numbers[row.Number] {
			sheet.Taken++
			wrong = append(wrong, problem{"编号", "登记簿里已有编号“" + shortened(row.Number) + "”"})
		}
		sheet.note(row.Line, row.Number, wrong)
		fs = append(fs, f)
	}
	if sheet.Taken == len(sheet.Rows) && len(sheet.Mistakes) == sheet.Taken {
		sheet.Mistakes = nil // the sheet was imported before: the sentence above says all that its rows would
	}
	return fs, nil
}

// importRoll reads the deputies, the units that handle suggestions, and which of the numbers are in use.
func (s *Server) importRoll(ctx context.Context, congress string, numbers []string) (importRoll, error) {
	roll := importRoll{map[string][]register.DeputyRow{}, map[string]string{}, map[string]bool{}}
	deputies, err := s.Register.Deputies(ctx, congress)
	if err != nil {
		return roll, err
	}
	for _, d := range deputies {
		roll.deputies[d.Name] = append(roll.deputies[d.Name], d)
	}
	units, err := s.handlingUnits(ctx, congress)
	if err != nil {
		return roll, err
	}
	for _, u := range units {
		roll.units[u.Name] = u.ID
	}
	taken, err := s.Register.Taken(ctx, congress, numbers)
	for _, n := range taken {
		roll.numbers[n] = true
	}
	return roll, err
}

// handlingUnits are the units that suggestions are handed to.
func (s *Server) handlingUnits(ctx context.Context, congress string) ([]register.Unit, error) {
	units, err := s.Register.Units(ctx, congress)
	return slices.DeleteFunc(units, func(u register.Unit) bool {
		return u.Kind != "department" && u.Kind != "street" && u.Kind != "judicial"
	}), err
}

// judge makes a suggestion of a row and says what is wrong with it. A cell that cannot be anything is not looked up besides.
func (roll importRoll) judge(row importRow) (f register.NewSuggestion, ps problems) {
	ps = suggestionSheet.check(row)
	wrong := func(column, text string) {
		if text != "" {
			ps = append(ps, problem{column, text})
		}
	}
	if ps.For("类别") == "" && !slices.Contains(schemas.Categories, row.Category) {
		wrong("类别", "没有“"+shortened(row.Category)+"”这个类别，请在"+strings.Join(schemas.Categories, "、")+"中选一个")
	}
	f = register.NewSuggestion{Kind: "suggestion", Number: row.Number, Category: row.Category, Title: row.Title, Body: row.Body, Demand: row.Demand, Signed: true}
	if ps.For("领衔代表") == "" {
		names := roll.names(row.Leader)
		if len(names) > 1 {
			wrong("领衔代表", "领衔代表只能填一位，其他代表请填在联名代表里")
		} else {
			var said string
			f.Leader, said = roll.deputy(strings.Join(names, ""))
			wrong("领衔代表", said)
		}
	}
	if ps.For("联名代表") == "" {
		names := roll.names(row.Cosigners)
		if len(names) > importSigners {
			wrong("联名代表", "联名代表最多"+strconv.Itoa(importSigners)+"位，这里有"+strconv.Itoa(len(names))+"位")
			names = nil
		}
		for _, name := range names {
			id, said := roll.deputy(name)
			switch {
			case said != "":
				wrong("联名代表", said)
			case id == f.Leader:
				wrong("联名代表", "“"+name+"”是领衔代表，不要再填在联名代表里")
			case slices.Contains(f.Cosigners, id):
				wrong("联名代表", "“"+name+"”填了两次")
			default:
				f.Cosigners = append(f.Cosigners, id)
			}
		}
	}
	for _, x := range []struct {
		column, text string
		id           *string
	}{{"希望承办单位", row.Wish, &f.Wish}, {"拟办单位", row.Proposed, &f.Proposed}} {
		if ps.For(x.column) == "" && x.text != "" {
			var said string
			*x.id, said = roll.unit(x.text)
			wrong(x.column, said)
		}
	}
	for _, x := range []struct {
		column, text string
		is           *bool
	}{{"是否同意公开", row.Consents, &f.Consents}, {"是否调研形成", row.Surveyed, &f.Surveyed}, {"是否要求面商", row.Face, &f.Face}} {
		*x.is = x.text == "是"
		if ps.For(x.column) == "" && !slices.Contains([]string{"是", "否", ""}, x.text) {
			wrong(x.column, "只能填“是”或“否”，不能填“"+shortened(x.text)+"”")
		}
	}
	return f, ps
}

// names divides a cell into names. Spaces divide too, unless they only spread one name.
func (roll importRoll) names(cell string) (names []string) {
	for _, piece := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune("、，,;；\n", c) }) {
		one, parts := joined(piece), strings.Fields(piece)
		switch {
		case one == "":
		case len(roll.deputies[plainName(one)]) > 0, slices.ContainsFunc(parts, func(p string) bool { return utf8.RuneCountInString(p) == 1 }):
			names = append(names, one)
		default:
			names = append(names, parts...)
		}
	}
	return names
}

// plainName is a name without the delegation written after it.
func plainName(name string) string {
	if i := strings.IndexAny(name, "（("); i >= 0 {
		return name[:i]
	}
	return name
}

// deputy finds one deputy, or says why not.
func (roll importRoll) deputy(name string) (id, wrong string) {
	id, err := deputyNamed(roll.deputies[plainName(name)], name)
	var refusal *schemas.Error
	if !errors.As(err, &refusal) {
		return id, ""
	}
	if short := shortened(name); short != name {
		return "", "代表名册中没有“" + short + "”，请核对姓名"
	}
	return "", refusal.Text
}

// unit finds one unit that handles suggestions, or says why not.
func (roll importRoll) unit(name string) (id, wrong string) {
	if id = roll.units[name]; id != "" {
		return id, ""
	}
	if len(namesIn(name)) > 1 {
		return "", "这里只能填一个单位，会办单位在交办时再填"
	}
	return "", "没有名为“" + shortened(name) + "”的承办单位，请填全称"
}

// importTemplate gives an empty sheet with the headings, and beside it the words that its cells may hold.
func (s *Server) importTemplate(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	units, err := s.handlingUnits(r.Context(), p.Congress)
	var book *bytes.Buffer
	if err == nil {
		book, err = suggestionTemplate(units)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendBook(w, book, "代表建议导入模板.xlsx")
}

func suggestionTemplate(units []register.Unit) (*bytes.Buffer, error) {
	var names []string
	for _, u := range units {
		names = append(names, u.Name)
	}
	return suggestionSheet.template([]wordList{{"类别", schemas.Categories, []string{"类别"}, 12},
		{"单位", names, []string{"希望承办单位", "拟办单位"}, 32}, {"是否", []string{"是", "否"}, []string{"是否同意公开", "是否调研形成", "是否要求面商"}, 12}})
}
