package api

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/xuri/excelize/v2"
)

const (
	importBytes    = 20 << 20         // of the file as it is sent
	importUnzipped = 160 << 20        // of all its parts: five thousand rows of the longest texts
	importOther    = 32 << 20         // of the parts that are read whole into memory
	importInMemory = 16 << 20         // of one sheet; a larger one is read from the disk
	importTime     = 30 * time.Second // for reading: a sheet can be made to take hours
	importRows     = 5000
	importSigners  = 60 // as in schemas.SuggestionIn
	importShown    = 5  // rows shown before they are imported, to see that the columns fit
	importSheet    = "建议"
	importWords    = "类别和单位"
)

type (
	importPage struct {
		In       importIn
		Problems problems
		Columns  []importColumn
		Sheet    *importedSheet // nil: none has been read
		Stored   string         // the hash under which the checked file is kept; empty: it may not be imported
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
	// importColumn is one column of the sheet.
	importColumn struct {
		Name   string
		Needed bool
		Lines  bool    // line breaks in a cell mean something
		Width  float64 // in the template
		Hint   string
		cell   func(*importRow) *string
	}
	// importedSheet is a sheet that was read, and what is wrong with it.
	importedSheet struct {
		Rows     []importRow
		Unknown  []string // headings that nothing is read from
		Missing  []string // headings that may be missing, and are
		Mistakes []importMistake
		Wrong    int // rows with mistakes
		Taken    int // rows whose numbers the register has
	}
	// importMistake is one thing wrong with one cell.
	importMistake struct {
		Line                 int
		Number, Column, Text string
	}
	// importRoll is what rows are held against, read once for all of them.
	importRoll struct {
		deputies map[string][]register.DeputyRow // by name
		units    map[string]string               // ids by name
		numbers  map[string]bool
	}
)

// importColumns are the columns in the order of the template.
var importColumns = []importColumn{
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

// formulaErrors are what a spreadsheet leaves in a cell whose formula failed; none is anybody's words.
var formulaErrors = []string{"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}

// Right is how many rows have no mistake.
func (s *importedSheet) Right() int { return len(s.Rows) - s.Wrong }

// First are the rows that a person looks at before importing them all.
func (s *importedSheet) First() []importRow { return s.Rows[:min(importShown, len(s.Rows))] }

// refusal tells in one sentence why the sheet is not imported; nil: it may be. Codes: Duplicate, Invalid.
func (s *importedSheet) refusal() error {
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
	var refusal *schemas.Error
	switch {
	case filed && err == nil:
		http.Redirect(w, r, "/suggestions?tab=vet", http.StatusSeeOther)
	case err == nil:
		s.render(w, r, http.StatusOK, "import", page)
	case errors.As(err, &refusal) && slices.Contains([]int{http.StatusUnprocessableEntity, http.StatusConflict, http.StatusRequestEntityTooLarge}, statusOf(refusal.Code)):
		if len(page.Problems) == 0 {
			field := "file"
			if page.Sheet != nil {
				field = "rows"
			}
			page.Problems = problems{{field, refusal.Text}}
		}
		s.render(w, r, statusOf(refusal.Code), "import", page)
	default:
		s.fail(w, r, err)
	}
}

// takeImport reads and checks the sheet, and files it if that is asked and all is right. Codes: Invalid, those of importFile and
// readSheet, and Duplicate.
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
	sheet, err := readSheet(ctx, raw)
	if err != nil {
		return false, err
	}
	fs, err := s.judgeSheet(ctx, p.Congress, sheet)
	if err != nil {
		return false, err
	}
	page.Sheet = sheet
	if err := sheet.refusal(); err != nil {
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
		return false, cmp.Or(sheet.refusal(), err)
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

// importFile is the file chosen, else the one that was checked before, with the hash it is kept under. Codes: NoFile, TooLarge,
// BadFile.
func (s *Server) importFile(r *http.Request) (raw []byte, sum string, err error) {
	if r.MultipartForm != nil {
		for _, h := range r.MultipartForm.File["file"] {
			if h.Filename == "" && h.Size == 0 {
				continue
			}
			if h.Size > importBytes {
				return nil, "", schemas.Refuse("TooLarge", "文件超过20MB，请去掉表中的图片或者拆成几个文件")
			}
			in, err := h.Open()
			if err != nil {
				return nil, "", badForm(err)
			}
			defer func() { _ = in.Close() }()
			if raw, err = io.ReadAll(in); err != nil {
				return nil, "", badForm(err)
			}
			return raw, "", nil
		}
	}
	sum = r.PostForm.Get("stored")
	if sum == "" {
		return nil, "", schemas.Refuse("NoFile", "请选择要导入的 Excel 文件")
	}
	gone := schemas.Refuse("BadFile", "检查过的文件已经找不到了，请重新选择文件")
	if hash, err := hex.DecodeString(sum); err != nil || len(hash) != 32 { // it becomes a path
		return nil, "", gone
	}
	in, err := s.Files.root.Open(sum[:2] + "/" + sum)
	if errors.Is(err, os.ErrNotExist) {
		return nil, "", gone
	}
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = in.Close() }()
	raw, err = io.ReadAll(io.LimitReader(in, importBytes+1))
	return raw, sum, err
}

// readSheet reads the first sheet of a workbook. Codes: BadFile, TooLarge, BadSheet.
func readSheet(ctx context.Context, raw []byte) (*importedSheet, error) {
	ctx, cancel := context.WithTimeout(ctx, importTime)
	defer cancel()
	if err := whole(ctx, raw); err != nil {
		return nil, err
	}
	// Its own folder, because the library forgets the files it began when a workbook turns out broken.
	tmp, err := os.MkdirTemp("", "bihuan-import-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: importUnzipped, UnzipXMLSizeLimit: importInMemory, TmpDir: tmp})
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = book.Close() }()
	names := book.GetSheetList()
	if len(names) == 0 {
		return nil, unreadable(nil)
	}
	rows, err := book.Rows(names[0])
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = rows.Close() }()
	sheet := &importedSheet{}
	var places []int // of each column of the sheet in importColumns; -1: none
	for line := 1; rows.Next(); line++ {
		if ctx.Err() != nil {
			return nil, schemas.Refuse("TooLarge", "表格过大，读不完；请把建议复制到新下载的模板里再导入")
		}
		cells, err := rows.Columns()
		if err != nil {
			return nil, unreadable(err)
		}
		if line == 1 {
			if places, err = sheet.headings(cells); err != nil {
				return nil, err
			}
			continue
		}
		row, blank := importRow{Line: line}, true
		for i, text := range cells {
			if i < len(places) && places[i] >= 0 {
				c := importColumns[places[i]]
				*c.cell(&row) = tidy(text, c.Lines)
				blank = blank && *c.cell(&row) == ""
			}
		}
		switch {
		case blank: // sheets have hundreds of thousands of rows that only look empty
		case len(sheet.Rows) == importRows:
			return nil, schemas.Refuse("TooLarge", "一次最多导入%d件建议，请拆成几个文件", importRows)
		default:
			sheet.Rows = append(sheet.Rows, row)
		}
	}
	switch {
	case rows.Error() != nil:
		return nil, unreadable(rows.Error())
	case places == nil:
		return nil, schemas.Refuse("BadSheet", "第一张工作表是空的，请把建议填在模板的第一张工作表里")
	case len(sheet.Rows) == 0:
		return nil, schemas.Refuse("BadSheet", "表中只有列名，没有建议")
	}
	return sheet, nil
}

// unreadable is the answer to a file that is no workbook. Code: BadFile.
func unreadable(cause error) error {
	return &schemas.Error{Code: "BadFile", Text: "文件打不开，可能已经损坏或者不是 Excel 表格；请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入", Cause: cause}
}

// whole reads the archive through once before the library sees it. The library takes a part that breaks off for one that ends, so
// that rows would be missing without a word; and it unpacks before it counts. Codes: BadFile, TooLarge.
func whole(ctx context.Context, raw []byte) error {
	switch {
	case len(raw) == 0:
		return schemas.Refuse("BadFile", "文件是空的，请检查选择的文件")
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return schemas.Refuse("BadFile", "这是旧格式（.xls）或者设了密码的表格，请去掉密码，另存为 .xlsx 后再导入")
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return unreadable(err)
	}
	var all, other uint64
	for _, part := range archive.File {
		all += min(part.UncompressedSize64, importUnzipped+1) // a lie of 2⁶⁴ must not wrap round
		if !holdsCells(part.Name) {
			other += min(part.UncompressedSize64, importOther+1)
		}
		if all > importUnzipped || other > importOther {
			return schemas.Refuse("TooLarge", "表格解压后过大，请把建议复制到新下载的模板里再导入")
		}
	}
	for _, part := range archive.File {
		if !holdsCells(part.Name) {
			continue
		}
		if err := wellFormed(ctx, part); err != nil {
			return unreadable(err)
		}
	}
	return nil
}

// holdsCells tells the parts that hold rows and texts from those that hold looks.
func holdsCells(part string) bool {
	name := strings.ToLower(strings.ReplaceAll(part, `\`, "/"))
	return strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
}

// wellFormed reads a part to its end.
func wellFormed(ctx context.Context, part *zip.File) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	for d, n := xml.NewDecoder(in), 0; ; n++ {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// headings find the columns by name, whatever their order and however they are spaced (领 衔 代 表). Code: BadSheet.
func (s *importedSheet) headings(cells []string) (places []int, err error) {
	found := make([]bool, len(importColumns))
	for _, text := range cells {
		name := joined(tidy(text, true))
		i := slices.IndexFunc(importColumns, func(c importColumn) bool { return c.Name == name })
		places = append(places, i)
		switch {
		case i < 0 && name == "":
		case i < 0:
			s.Unknown = append(s.Unknown, shortened(name))
		case found[i]:
			return nil, schemas.Refuse("BadSheet", "第一行有两列都叫“%s”，请留下一列", name)
		default:
			found[i] = true
		}
	}
	var needed []string
	for i, c := range importColumns {
		switch {
		case found[i]:
		case c.Needed:
			needed = append(needed, c.Name)
		default:
			s.Missing = append(s.Missing, c.Name)
		}
	}
	if n := len(s.Unknown); n > 20 {
		s.Unknown = append(s.Unknown[:20], "等"+strconv.Itoa(n)+"列")
	}
	if len(needed) > 0 {
		text := "第一行应当是列名，缺少：" + strings.Join(needed, "、")
		if len(s.Unknown) > 0 {
			text += "；不认识的列名：" + strings.Join(s.Unknown, "、")
		}
		return nil, schemas.Refuse("BadSheet", "%s", text)
	}
	return places, nil
}

// tidy trims a cell and drops what cannot be seen, which spreadsheets and web pages leave in texts and Postgres refuses in part.
func tidy(text string, lines bool) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(text)
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case c == '\n' && lines:
			return c
		case unicode.IsControl(c), c == '\ufeff', c == '\u200b':
			return -1
		}
		return c
	}, text))
}

// joined drops all spaces: two-character names are often spread to the width of three.
func joined(text string) string { return strings.Join(strings.Fields(text), "") }

// shortened is what a sentence quotes of a cell.
func shortened(text string) string {
	if utf8.RuneCountInString(text) <= 30 {
		return text
	}
	return string([]rune(text)[:30]) + "…"
}

// judgeSheet holds each row against the register and notes what is wrong; the suggestions lack the session.
func (s *Server) judgeSheet(ctx context.Context, congress string, sheet *importedSheet) (fs []register.NewSuggestion, err error) {
	roll, err := s.importRoll(ctx, congress)
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
		slices.SortStableFunc(wrong, func(a, b problem) int { return cmp.Compare(columnOf(a), columnOf(b)) })
		for _, w := range wrong {
			sheet.Mistakes = append(sheet.Mistakes, importMistake{row.Line, shortened(row.Number), w.Field, w.Text})
		}
		if len(wrong) > 0 {
			sheet.Wrong++
		}
		fs = append(fs, f)
	}
	if sheet.Taken == len(sheet.Rows) && len(sheet.Mistakes) == sheet.Taken {
		sheet.Mistakes = nil // the sheet was imported before: the sentence above says all that its rows would
	}
	return fs, nil
}

// columnOf is the place of the column that a problem is of.
func columnOf(p problem) int {
	return slices.IndexFunc(importColumns, func(c importColumn) bool { return c.Name == p.Field })
}

// importRoll reads the deputies, the units that handle suggestions, and the numbers in use.
func (s *Server) importRoll(ctx context.Context, congress string) (importRoll, error) {
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
	suggestions, err := s.Register.Suggestions(ctx, congress, register.SuggestionFilter{})
	if err != nil {
		return roll, err
	}
	for _, g := range suggestions {
		roll.numbers[g.Number] = true
	}
	opinions, err := s.Register.Cases(ctx, congress, "opinion") // they share the numbers
	for _, c := range opinions {
		roll.numbers[c.Number] = true
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
	for _, c := range importColumns {
		if text := *c.cell(&row); slices.Contains(formulaErrors, text) {
			ps = append(ps, problem{c.Name, "单元格的公式出错（" + text + "），请改成文字"})
		}
	}
	for _, p := range check(row) {
		if ps.For(p.Field) == "" {
			ps = append(ps, p)
		}
	}
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
		book, err = emptySheet(units)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "代表建议导入模板.xlsx"}))
	w.Header().Set("Content-Length", strconv.Itoa(book.Len()))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = book.WriteTo(w)
}

// emptySheet makes the template.
func emptySheet(units []register.Unit) (*bytes.Buffer, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49})
	if err != nil {
		return nil, err
	}
	// As text: else 001 becomes 1 while it is typed.
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return nil, err
	}
	_, made := book.NewSheet(importWords)
	errs := []error{made, book.SetSheetName(book.GetSheetName(0), importSheet)}
	list := func(column int, from string) error {
		name, err := excelize.ColumnNumberToName(column)
		v := excelize.NewDataValidation(true)
		v.Sqref = name + "2:" + name + strconv.Itoa(importRows+1)
		v.SetSqrefDropList(from)
		return errors.Join(err, book.AddDataValidation(importSheet, v))
	}
	categories := "'" + importWords + "'!$A$2:$A$" + strconv.Itoa(len(schemas.Categories)+1)
	handlers := "'" + importWords + "'!$B$2:$B$" + strconv.Itoa(max(len(units), 1)+1)
	for i, c := range importColumns {
		name, err := excelize.ColumnNumberToName(i + 1)
		errs = append(errs, err, book.SetColStyle(importSheet, name, text), book.SetColWidth(importSheet, name, name, c.Width),
			book.SetCellStr(importSheet, name+"1", c.Name), book.SetCellStyle(importSheet, name+"1", name+"1", bold))
		switch c.Name {
		case "类别":
			errs = append(errs, list(i+1, categories))
		case "希望承办单位", "拟办单位":
			errs = append(errs, list(i+1, handlers))
		case "是否同意公开", "是否调研形成", "是否要求面商":
			errs = append(errs, list(i+1, "'"+importWords+"'!$C$2:$C$3"))
		}
	}
	words := func(column string, texts ...string) {
		for i, t := range texts {
			errs = append(errs, book.SetCellStr(importWords, column+strconv.Itoa(i+1), t))
		}
		errs = append(errs, book.SetCellStyle(importWords, column+"1", column+"1", bold))
	}
	words("A", append([]string{"类别"}, schemas.Categories...)...)
	names := []string{"单位"}
	for _, u := range units {
		names = append(names, u.Name)
	}
	words("B", names...)
	words("C", "是否", "是", "否")
	errs = append(errs, book.SetColWidth(importWords, "A", "A", 12), book.SetColWidth(importWords, "B", "B", 32),
		book.SetPanes(importSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return book.WriteToBuffer()
}
