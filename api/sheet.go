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

	"bihuan/schemas"

	"github.com/xuri/excelize/v2"
)

const (
	importBytes    = 20 << 20         // of the file as it is sent
	importUnzipped = 160 << 20        // of all its parts: five thousand rows of the longest texts
	importOther    = 32 << 20         // of the parts that are read whole into memory
	importInMemory = 16 << 20         // of one sheet; a larger one is read from the disk
	importTime     = 30 * time.Second // for reading: a sheet can be made to take hours
	importShown    = 5                // rows shown before they are imported, to see that the columns fit
)

type (
	// sheetForm is how rows of one kind stand in a sheet of a workbook.
	sheetForm[R any] struct {
		Name    string // of the template's sheet
		Aside   string // of the one beside it, with the words that cells may hold
		Unit    string // how rows are counted: 件, 行
		What    string // what they are
		Key     string // the column by which people know a row
		Most    int    // rows
		Columns []sheetColumn[R]
		row     func(line int) R
		Days    []string          // columns that hold days, which spreadsheets keep as numbers and show in many ways
		Also    map[string]string // other names that columns go by
	}
	sheetColumn[R any] struct {
		Name   string
		Needed bool
		Lines  bool    // line breaks in a cell mean something
		Width  float64 // in the template
		Hint   string
		cell   func(*R) *string
	}
	// sheet is one that was read, and what is wrong with it.
	sheet[R any] struct {
		Rows     []R
		Unknown  []string // headings that nothing is read from
		Missing  []string // headings that may be missing, and are
		Mistakes []importMistake
		Wrong    int // rows with mistakes
		Taken    int // rows that the register has
		Form     *sheetForm[R]
	}
	// importMistake is one thing wrong with one cell.
	importMistake struct {
		Line                 int
		Number, Column, Text string
	}
	// wordList are the words for some columns of a template.
	wordList struct {
		Name    string
		Words   []string
		Columns []string
		Width   float64
	}
)

// formulaErrors are what a spreadsheet leaves in a cell whose formula failed; none is anybody's words.
var formulaErrors = []string{"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}

// Right is how many rows have no mistake.
func (s *sheet[R]) Right() int { return len(s.Rows) - s.Wrong }

// First are the rows that a person looks at before importing them all.
func (s *sheet[R]) First() []R { return s.Rows[:min(importShown, len(s.Rows))] }

// sheetProblems tells under which field a form for a sheet shows a refusal, and the status; an error that no other file would mend
// stays one.
func sheetProblems(ps problems, read bool, err error) (int, problems, error) {
	var refusal *schemas.Error
	switch {
	case err == nil:
		return http.StatusOK, ps, nil
	case !errors.As(err, &refusal), !slices.Contains([]int{http.StatusUnprocessableEntity, http.StatusConflict, http.StatusRequestEntityTooLarge}, statusOf(refusal.Code)):
		return 0, nil, err
	}
	if len(ps) == 0 {
		field := "file"
		if read {
			field = "rows"
		}
		ps = problems{{field, refusal.Text}}
	}
	return statusOf(refusal.Code), ps, nil
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

// read reads the first sheet of a workbook. Codes: BadFile, TooLarge, BadSheet.
func (f *sheetForm[R]) read(ctx context.Context, raw []byte) (read *sheet[R], err error) {
	return read, openBook(ctx, raw, func(ctx context.Context, book *excelize.File) error {
		read, err = f.from(ctx, book, book.GetSheetList()[0])
		return err
	})
}

// openBook opens a workbook of at least one sheet for as long as it is read. Codes: BadFile, TooLarge, those of use.
func openBook(ctx context.Context, raw []byte, use func(context.Context, *excelize.File) error) error {
	ctx, cancel := context.WithTimeout(ctx, importTime)
	defer cancel()
	if err := whole(ctx, raw); err != nil {
		return err
	}
	// Its own folder, because the library forgets the files it began when a workbook turns out broken.
	tmp, err := os.MkdirTemp("", "bihuan-import-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: importUnzipped, UnzipXMLSizeLimit: importInMemory, TmpDir: tmp})
	if err != nil {
		return unreadable(err)
	}
	defer func() { _ = book.Close() }()
	if len(book.GetSheetList()) == 0 {
		return unreadable(nil)
	}
	return use(ctx, book)
}

// from reads one sheet of a workbook. Codes: BadFile, TooLarge, BadSheet.
func (f *sheetForm[R]) from(ctx context.Context, book *excelize.File, name string) (*sheet[R], error) {
	props, err := book.GetWorkbookProps()
	if err != nil {
		return nil, unreadable(err)
	}
	since1904 := props.Date1904 != nil && *props.Date1904
	rows, err := book.Rows(name)
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = rows.Close() }()
	read := &sheet[R]{Form: f}
	var places []int // of each column of the sheet in the form's; -1: none
	for line := 1; rows.Next(); line++ {
		if ctx.Err() != nil {
			return nil, schemas.Refuse("TooLarge", "表格过大，读不完；请把内容复制到新下载的模板里再导入")
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: len(f.Days) > 0})
		if err != nil {
			return nil, unreadable(err)
		}
		if line == 1 {
			if places, err = read.headings(cells); err != nil {
				return nil, err
			}
			continue
		}
		row, blank := f.row(line), true
		for i, text := range cells {
			if i < len(places) && places[i] >= 0 {
				c := f.Columns[places[i]]
				if slices.Contains(f.Days, c.Name) {
					text = dayWritten(text, since1904)
				}
				*c.cell(&row) = tidy(text, c.Lines)
				blank = blank && *c.cell(&row) == ""
			}
		}
		switch {
		case blank: // sheets have hundreds of thousands of rows that only look empty
		case len(read.Rows) == f.Most:
			return nil, schemas.Refuse("TooLarge", "一次最多导入%d%s，请拆成几个文件", f.Most, f.Unit+f.What)
		default:
			read.Rows = append(read.Rows, row)
		}
	}
	switch {
	case rows.Error() != nil:
		return nil, unreadable(rows.Error())
	case places == nil:
		return nil, schemas.Refuse("BadSheet", "工作表“%s”是空的，请照模板填写", shortened(name))
	case len(read.Rows) == 0:
		return nil, schemas.Refuse("BadSheet", "表中只有列名，没有%s", f.What)
	}
	return read, nil
}

// dayWritten is a day as people write it, where a spreadsheet has kept its number; other texts stay as they are.
func dayWritten(text string, since1904 bool) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 20000 || n >= 80000 { // of the years 1954 to 2119: 20260302 is no such number
		return text
	}
	day, err := excelize.ExcelDateToTime(n, since1904)
	if err != nil {
		return text
	}
	return day.Format(time.DateOnly)
}

// unreadable is the answer to a file that is no workbook. Code: BadFile.
func unreadable(cause error) error {
	return &schemas.Error{Code: "BadFile", Text: "文件打不开，可能已经损坏或者不是 Excel 表格；请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入", Cause: cause}
}

// whole reads the archive through once before the library sees it. The library takes a part that breaks off for one that ends, so
// that rows would be missing without a word; and it unpacks before it counts. Codes: BadFile, TooLarge, BadSheet.
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
			return schemas.Refuse("TooLarge", "表格解压后过大，请把内容复制到新下载的模板里再导入")
		}
	}
	for _, part := range archive.File {
		if !holdsCells(part.Name) {
			continue
		}
		err := wellFormed(ctx, part)
		var refusal *schemas.Error
		if errors.As(err, &refusal) {
			return refusal
		}
		if err != nil {
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

// wellFormed reads a part to its end. A formula that no spreadsheet has reckoned yet reads as a blank cell, which may mean something else.
// Code: BadSheet.
func wellFormed(ctx context.Context, part *zip.File) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	var cell string
	var formula, value bool
	for d, n := xml.NewDecoder(in), 0; ; n++ {
		token, err := d.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "c":
				cell, formula, value = "", false, false
				for _, a := range t.Attr {
					if a.Name.Local == "r" {
						cell = a.Value
					}
				}
			case "f":
				formula = true
			case "v", "is":
				value = true
			}
		case xml.EndElement:
			if t.Name.Local == "c" && formula && !value {
				return schemas.Refuse("BadSheet", "单元格%s的公式还没有算出结果，请用 Excel 或 WPS 打开、保存一次再导入", shortened(cell))
			}
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// headings find the columns by name, whatever their order and however they are spaced (领 衔 代 表). Code: BadSheet.
func (s *sheet[R]) headings(cells []string) (places []int, err error) {
	found := make([]bool, len(s.Form.Columns))
	for _, text := range cells {
		name := joined(tidy(text, true))
		if known := s.Form.Also[name]; known != "" {
			name = known
		}
		i := slices.IndexFunc(s.Form.Columns, func(c sheetColumn[R]) bool { return c.Name == name })
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
	for i, c := range s.Form.Columns {
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

// note enters what is wrong with a row, in the order of the columns.
func (s *sheet[R]) note(line int, key string, wrong problems) {
	place := func(p problem) int {
		return slices.IndexFunc(s.Form.Columns, func(c sheetColumn[R]) bool { return c.Name == p.Field })
	}
	slices.SortStableFunc(wrong, func(a, b problem) int { return cmp.Compare(place(a), place(b)) })
	for _, w := range wrong {
		s.Mistakes = append(s.Mistakes, importMistake{line, shortened(key), w.Field, w.Text})
	}
	if len(wrong) > 0 {
		s.Wrong++
	}
}

// check says what is wrong with a row's cells by themselves, each once.
func (f *sheetForm[R]) check(row R) (ps problems) {
	for _, c := range f.Columns {
		if text := *c.cell(&row); slices.Contains(formulaErrors, text) {
			ps = append(ps, problem{c.Name, "单元格的公式出错（" + text + "），请改成文字"})
		}
	}
	for _, p := range check(row) {
		if ps.For(p.Field) == "" {
			ps = append(ps, p)
		}
	}
	return ps
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

// template makes an empty sheet with the headings, and beside it the words that its cells may hold.
func (f *sheetForm[R]) template(lists []wordList) (*bytes.Buffer, error) { return templateOf(lists, f) }

// laid is a form that lays its sheet out in a template.
type laid interface {
	aside() string
	lay(book *excelize.File, lists []wordList, bold, text int) error
}

func (f *sheetForm[R]) aside() string { return f.Aside }

// templateOf makes empty sheets with their headings, and one beside them with the words that their cells may hold.
func templateOf(lists []wordList, forms ...laid) (*bytes.Buffer, error) {
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
	first, aside := book.GetSheetName(0), forms[0].aside()
	var errs []error
	for _, f := range forms {
		errs = append(errs, f.lay(book, lists, bold, text))
	}
	_, made := book.NewSheet(aside)
	errs = append(errs, made, book.DeleteSheet(first))
	for n, l := range lists {
		column, err := excelize.ColumnNumberToName(n + 1)
		errs = append(errs, err, book.SetColWidth(aside, column, column, l.Width))
		for i, t := range append([]string{l.Name}, l.Words...) {
			errs = append(errs, book.SetCellStr(aside, column+strconv.Itoa(i+1), t))
		}
		errs = append(errs, book.SetCellStyle(aside, column+"1", column+"1", bold))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return book.WriteToBuffer()
}

func (f *sheetForm[R]) lay(book *excelize.File, lists []wordList, bold, text int) error {
	_, made := book.NewSheet(f.Name)
	errs := []error{made}
	for i, c := range f.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		errs = append(errs, err, book.SetColStyle(f.Name, name, text), book.SetColWidth(f.Name, name, name, c.Width),
			book.SetCellStr(f.Name, name+"1", c.Name), book.SetCellStyle(f.Name, name+"1", name+"1", bold))
		for n, l := range lists {
			if slices.Contains(l.Columns, c.Name) {
				errs = append(errs, f.offer(book, name, n+1, len(l.Words)))
			}
		}
	}
	return errors.Join(append(errs, book.SetPanes(f.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))...)
}

// offer lets the cells of a column choose among the words of a list.
func (f *sheetForm[R]) offer(book *excelize.File, column string, list, words int) error {
	from, err := excelize.ColumnNumberToName(list)
	v := excelize.NewDataValidation(true)
	v.Sqref = column + "2:" + column + strconv.Itoa(f.Most+1)
	v.SetSqrefDropList("'" + f.Aside + "'!$" + from + "$2:$" + from + "$" + strconv.Itoa(max(words, 1)+1))
	return errors.Join(err, book.AddDataValidation(f.Name, v))
}

func sendBook(w http.ResponseWriter, book *bytes.Buffer, name string) {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Length", strconv.Itoa(book.Len()))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = book.WriteTo(w)
}
