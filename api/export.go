package api

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An export of a table (导出 Excel) asks the page's own handler for page after page and reads the table out of what it answers: what is
// exported is what is shown, by the same decision about who may see it.

const (
	exportMost   = 200_000 // rows of a sheet; more are not looked through by anybody
	exportsAtOne = 4       // at once in this process: each holds a connection to the register
	cellMost     = 32767   // UTF-16 units that a cell of a sheet holds
	cellCut      = "…（全文过长，见系统）"

	exportDeed = "EXPORT table"
	fileDeed   = "GET /cases/{id}/files/{file}"
)

// isExport reports whether a request asks for a table of the page rather than the page. What is a file already is no page: it is given away
// as ever, and on record as what it is.
func isExport(r *http.Request) bool {
	if r.Method != http.MethodGet || !r.URL.Query().Has("export") || person(r.Context()) == nil || strings.HasPrefix(r.URL.Path, "/api/") {
		return false
	}
	route := routeOf(r)
	return path.Ext(route) == "" && route != fileDeed
}

// exported answers such a request. The sheet is written to a file of its own first, so that what goes wrong on the way is told as ever, the
// audit log has the number of rows, and nobody gets half a sheet. Whoever reads slowly holds up no other: what the export held is given
// back before the first byte leaves.
func (s *Server) exported(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isExport(r) || isOpen(r) {
			next.ServeHTTP(w, r)
			return
		}
		e := export{r: r, next: next}
		defer e.close()
		switch err := s.fill(&e, person(r.Context())); {
		case errors.Is(err, errAnswered):
			e.said.repeat(w)
		case err != nil:
			s.fail(w, r, err)
		default:
			e.send(w, person(r.Context()))
		}
	})
}

// fill writes the sheet, all of it as of one moment. Codes: ExportsBusy and those of the page.
func (s *Server) fill(e *export, p *register.Person) error {
	ctx := e.r.Context()
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	case <-time.After(30 * time.Second):
		return schemas.Refuse("ExportsBusy", "同时导出的人较多，请稍等一两分钟再试")
	case <-ctx.Done():
		return ctx.Err()
	}
	defer e.closeBook()
	if err := s.readAtOnce(e); err != nil {
		return err
	}
	return e.finish(p)
}

// readAtOnce reads all pages within one transaction, which ends before anything is written out.
func (s *Server) readAtOnce(e *export) error {
	ctx, done, err := s.Register.Snapshot(e.r.Context())
	if err != nil {
		return err
	}
	defer done()
	e.r = e.r.WithContext(ctx)
	return e.read()
}

// errAnswered says that the page itself has said why there is nothing to export.
var errAnswered = errors.New("the page answered by itself")

// export is one sheet in the making.
type export struct {
	r    *http.Request
	next http.Handler
	said *pageAnswer // what the page itself answered, where there is nothing to export
	file *os.File    // the sheet, when it is finished

	book    *excelize.File
	stream  *excelize.StreamWriter
	styles  styles
	page    pageWords // of the first page
	heads   []string
	wide    []float64 // of the columns
	left    []bool    // columns of buttons
	n       int       // of the table
	rows    int
	written int   // lines of the sheet
	cut     int   // cells that were too long
	hanging []int // by column: lines that a cell from above still covers
}

// read fills the sheet from all pages of the table.
func (e *export) read() error {
	n, err := strconv.Atoi(e.r.URL.Query().Get("export"))
	if err != nil || n < 1 {
		return schemas.Refuse("BadQuery", "要导出哪张表没有写清楚，请回到页面再点“导出 Excel”")
	}
	e.n = n
	at := *e.r.URL
	for address := &at; address != nil; {
		page, err := e.ask(address)
		if err != nil {
			return err
		}
		sheets := sheetsIn(page)
		if n > len(sheets) {
			if e.book != nil { // the last page was full to the brim
				return nil
			}
			return schemas.Refuse("NothingToExport", "这个页面上没有这张表，或者现在的条件下没有内容可以导出")
		}
		t := sheets[n-1]
		if e.book == nil {
			e.page = pageWordsOf(page)
			if err := e.begin(t); err != nil {
				return err
			}
		} else if !slices.Equal(e.heads, flat(t.heads)) {
			return fmt.Errorf("table %d of %s changed its columns between two pages", n, e.r.URL.Path)
		}
		for _, row := range t.rows {
			if e.rows++; e.rows > exportMost {
				return schemas.Refuse("TooManyRows", "这张表超过%d行，一次导不出来，请用筛选缩小范围后分几次导出", exportMost)
			}
			if err := e.row(row, false); err != nil {
				return err
			}
		}
		if err := e.r.Context().Err(); err != nil { // whoever asked has left
			return err
		}
		address, err = e.after(t)
		if err != nil {
			return err
		}
	}
	return nil
}

// after is the address of the table's next page; nil: there is none.
func (e *export) after(t shown) (*url.URL, error) {
	if t.next == "" || len(t.rows) == 0 {
		return nil, nil
	}
	to, err := url.Parse(t.next)
	if err != nil {
		return nil, err
	}
	if to.Path != e.r.URL.Path {
		return nil, fmt.Errorf("after %s comes %q", e.r.URL.Path, t.next)
	}
	q := to.Query()
	q.Set("export", strconv.Itoa(e.n))
	to.RawQuery = q.Encode()
	return to, nil
}

// ask has the page's handler answer.
func (e *export) ask(address *url.URL) ([]byte, error) {
	r := e.r.Clone(e.r.Context())
	r.URL, r.RequestURI = address, address.RequestURI()
	a := &pageAnswer{header: http.Header{}}
	e.next.ServeHTTP(a, r)
	switch {
	case e.book == nil && (a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html")):
		e.said = a
		return nil, errAnswered
	case a.status != http.StatusOK:
		return nil, fmt.Errorf("%s answered %d on the way", address.Path, a.status)
	}
	return a.page.Bytes(), nil
}

// pageAnswer keeps what a page answers.
type pageAnswer struct {
	header http.Header
	status int
	page   bytes.Buffer
}

func (a *pageAnswer) Header() http.Header { return a.header }

func (a *pageAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *pageAnswer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.page.Write(b)
}

// repeat gives the answer to whoever asked.
func (a *pageAnswer) repeat(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(max(a.status, http.StatusOK))
	_, _ = w.Write(a.page.Bytes())
}

const (
	sheetRows  = "表"
	sheetAbout = "说明"
)

// begin opens the book: widths and left-out columns as the first page has them.
func (e *export) begin(t shown) (err error) {
	e.book = excelize.NewFile()
	e.heads = flat(t.heads)
	e.left = buttonsOf(t)
	if err := e.book.SetSheetName(e.book.GetSheetName(0), sheetRows); err != nil {
		return err
	}
	if e.styles.book = e.book; len(t.heads) > 0 {
		if err := e.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$%d", sheetRows, len(t.heads)), Scope: sheetRows}); err != nil {
			return err
		}
	}
	paper, landscape, wide, tall, fit := 9, "landscape", 1, 0, true
	if len(t.heads) > 0 && len(t.heads[0]) > 15 {
		paper = 8 // A3
	}
	err = errors.Join(e.book.SetPageLayout(sheetRows, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &tall}),
		e.book.SetSheetProps(sheetRows, &excelize.SheetPropsOptions{FitToPage: &fit}))
	if err != nil {
		return err
	}
	if e.stream, err = e.book.NewStreamWriter(sheetRows); err != nil {
		return err
	}
	e.wide = e.widths(t)
	for i, width := range e.wide {
		if err := e.stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if n := len(t.heads); n > 0 {
		if err := e.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: n, TopLeftCell: "A" + strconv.Itoa(n+1), ActivePane: "bottomLeft"}); err != nil {
			return err
		}
	}
	for _, row := range t.heads {
		if err := e.row(row, true); err != nil {
			return err
		}
	}
	e.hanging = nil
	return nil
}

// buttonsOf are the columns that hold nothing but buttons and boxes to tick: they have neither a heading nor a word.
func buttonsOf(t shown) (left []bool) {
	for i, h := range t.headings() {
		left = append(left, h == "" && !slices.ContainsFunc(t.rows, func(row []cell) bool { return i < len(row) && row[i].text != "" }))
	}
	return left
}

// widths are what the first page's cells need, the less for each the more there are.
func (e *export) widths(t shown) (ws []float64) {
	most := 48.0
	if len(t.heads) > 0 {
		switch n := len(t.heads[0]); {
		case n > 15:
			most = 17
		case n > 8:
			most = 30
		}
	}
	for _, row := range slices.Concat(t.heads, t.rows) {
		column := 0
		for i, c := range row {
			if i < len(e.left) && e.left[i] {
				continue
			}
			for len(ws) < column+c.wide {
				ws = append(ws, 7)
			}
			if c.wide == 1 && c.high == 1 {
				for _, line := range strings.Split(c.text, "\n") {
					ws[column] = min(max(ws[column], float64(measure(line)+2)), most)
				}
			}
			column += c.wide
		}
	}
	return ws
}

// measure is how wide a text is, in widths of a digit.
func measure(line string) (n int) {
	for _, c := range line {
		if n++; c > 0x2e7f {
			n++
		}
	}
	return n
}

// row writes one row, each cell in its place: those that a cell from above covers are passed over.
func (e *export) row(cells []cell, head bool) error {
	e.written++
	var values []any
	column, tall := 0, 1
	pass := func() {
		for column < len(e.hanging) && e.hanging[column] > 0 {
			e.hanging[column]--
			values = append(values, nil)
			column++
		}
	}
	for i, c := range cells {
		if i < len(e.left) && e.left[i] {
			if c.text != "" {
				return fmt.Errorf("a column of buttons of %s says %q", e.r.URL.Path, c.text)
			}
			continue
		}
		pass()
		v, err := e.value(c, head)
		if err != nil {
			return err
		}
		values = append(values, v)
		if c.wide == 1 && c.high == 1 && column < len(e.wide) {
			tall = max(tall, linesIn(c.text, e.wide[column]))
		}
		for n := 1; n < c.wide; n++ {
			values = append(values, nil)
		}
		if c.wide > 1 || c.high > 1 {
			from, err1 := excelize.CoordinatesToCellName(column+1, e.written)
			to, err2 := excelize.CoordinatesToCellName(column+c.wide, e.written+c.high-1)
			if err := errors.Join(err1, err2, e.stream.MergeCell(from, to)); err != nil {
				return err
			}
		}
		for n := column; n < column+c.wide; n++ {
			for len(e.hanging) <= n {
				e.hanging = append(e.hanging, 0)
			}
			e.hanging[n] = c.high - 1
		}
		column += c.wide
	}
	pass()
	return e.stream.SetRow("A"+strconv.Itoa(e.written), values, excelize.RowOpts{Height: min(float64(tall)*15+3, 409)})
}

// linesIn is how many lines a text takes in a column: programs that open the sheet do not all find that out.
func linesIn(text string, wide float64) (n int) {
	room := max(int(wide), 1)
	for _, line := range strings.Split(text, "\n") {
		n += max((measure(line)+room-1)/room, 1)
	}
	return n
}

// value is a cell as the sheet has it: days and numbers as such where they come back letter by letter, all else as text, which no
// program takes for a formula, not even when somebody edits it.
func (e *export) value(c cell, head bool) (any, error) {
	if head {
		return e.styles.cell(heading, "@", e.fitted(c.text))
	}
	if form, days, is := dayIn(c.text); is {
		return e.styles.cell(plain, dayForms[form].format, days)
	}
	if n, places, is := numberIn(c); is {
		return e.styles.cell(plain, places, n)
	}
	return e.styles.cell(plain, "@", e.fitted(c.text))
}

// fitted is what of a text a cell can hold.
func (e *export) fitted(text string) string {
	if len(text) <= cellMost || len(utf16.Encode([]rune(text))) <= cellMost {
		return text
	}
	e.cut++
	units := utf16.Encode([]rune(text))[:cellMost-utf8.RuneCountInString(cellCut)]
	return strings.TrimRight(string(utf16.Decode(units)), "\ufffd") + cellCut
}

type (
	dayForm struct{ layout, format string }
	// look is how a cell looks besides its format.
	look int
	// styles are those of a book by look and format.
	styles struct {
		book *excelize.File
		ids  map[string]int
	}
)

const (
	plain look = iota
	heading
)

// dayForms are the days of the pages, with the weekday or the time or without, and how a sheet shows them alike.
var dayForms = func() (fs []dayForm) {
	const day = `yyyy"年"m"月"d"日"`
	fs = []dayForm{{"2006年1月2日", day}, {"2006年1月2日 15:04", day + ` hh:mm`}, {"2006年1月2日 15:04:05", day + ` hh:mm:ss`}}
	for _, weekday := range []string{"日", "一", "二", "三", "四", "五", "六"} {
		fs = append(fs, dayForm{"2006年1月2日（周" + weekday + "）", `yyyy"年"m"月"d"日（周` + weekday + `）"`})
	}
	return fs
}()

// dayIn reports whether a text is nothing but a day: in which form, and the number by which sheets count it.
func dayIn(text string) (form int, days float64, is bool) {
	if len(text) < len("1年1月1日") || len(text) > 48 || !strings.Contains(text, "年") {
		return 0, 0, false
	}
	for i, f := range dayForms {
		t, err := time.Parse(f.layout, text)
		if err == nil && t.Year() > 1900 && t.Format(f.layout) == text {
			return i, t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24, true
		}
	}
	return 0, 0, false
}

// numberIn reports whether a cell is a number that comes back as it is written, and its format. What is long may be a number of a
// paper or a telephone: it stays text, unless the page says that the column is of numbers.
func numberIn(c cell) (n float64, format string, is bool) {
	most := 9
	if c.number {
		most = 15
	}
	digits := strings.TrimPrefix(c.text, "-")
	whole, part, point := strings.Cut(digits, ".")
	if whole == "" || len(whole)+len(part) > most || len(whole) > 1 && whole[0] == '0' || point && part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return 0, "", false
	}
	n, err := strconv.ParseFloat(c.text, 64)
	if err != nil || n == 0 && digits != c.text {
		return 0, "", false
	}
	format = "0"
	if point {
		format += "." + strings.Repeat("0", len(part))
	}
	return n, format, true
}

func (s *styles) cell(as look, format string, value any) (excelize.Cell, error) {
	key := strconv.Itoa(int(as)) + format
	id, known := s.ids[key]
	if !known {
		st := &excelize.Style{CustomNumFmt: &format, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}
		switch format {
		case "@":
			st.CustomNumFmt, st.NumFmt = nil, 49
		case "0":
			st.CustomNumFmt, st.NumFmt = nil, 1
		}
		if strings.Contains(format, "yy") {
			st.Alignment.Horizontal = "left" // as the page has it
		}
		line := []excelize.Border{}
		for _, side := range []string{"left", "right", "top", "bottom"} {
			line = append(line, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
		}
		st.Border = line
		if as == heading {
			st.Font = &excelize.Font{Bold: true}
			st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EAF0F6"}}
			st.Alignment = &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"}
		}
		var err error
		if id, err = s.book.NewStyle(st); err != nil {
			return excelize.Cell{}, err
		}
		if s.ids == nil {
			s.ids = map[string]int{}
		}
		s.ids[key] = id
	}
	return excelize.Cell{StyleID: id, Value: value}, nil
}

// finish ends the sheet, says beside it what it is, and writes it out.
func (e *export) finish(p *register.Person) error {
	about := [][2]string{{"内容", e.page.title}}
	about = append(about, e.page.filters...)
	about = append(about, [2]string{"行数", strconv.Itoa(e.rows)}, [2]string{"导出人", p.Name}, [2]string{"导出时间", zhInstant(p.Now)}, [2]string{"单位", p.CongressName})
	if e.cut > 0 {
		about = append(about, [2]string{"说明", fmt.Sprintf("有%d格文字超过%d字，表格放不下，已截断，全文请在系统里看", e.cut, cellMost)})
	}
	err := e.stream.Flush()
	if err == nil {
		err = e.about(about)
	}
	if err == nil {
		e.file, err = os.CreateTemp("", "export-*.xlsx")
	}
	if err == nil {
		_, err = e.book.WriteTo(e.file)
	}
	if err == nil {
		_, err = e.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("export of %s: %w", e.r.URL.Path, err)
	}
	return nil
}

// send gives the finished sheet away.
func (e *export) send(w http.ResponseWriter, p *register.Person) {
	proofOf(e.r.Context()).why = e.line()
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": sheetFile(e.page.title) + p.Now.In(schemas.Shanghai).Format("-20060102-1504") + ".xlsx"}))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(w, e.file); err != nil {
		panic(http.ErrAbortHandler) // half a sheet must not pass for a whole one
	}
}

// line is what the audit log says of it: which page, how many rows, under which conditions. Whoever reads the log reads no business: of one
// matter's page it has the identity alone, and of what was looked for that something was.
func (e *export) line() string {
	q := e.r.URL.Query()
	q.Del("export")
	if q.Get("q") != "" {
		q.Set("q", "（略）")
	}
	asked, err := url.QueryUnescape(q.Encode())
	if err != nil {
		asked = q.Encode()
	}
	title := e.page.title + "，"
	if strings.Contains(chi.RouteContext(e.r.Context()).RoutePattern(), "{") {
		title = ""
	}
	return strings.TrimSpace(fmt.Sprintf("%s%d行，%s %s", title, e.rows, e.r.URL.Path, asked))
}

// about writes the second sheet.
func (e *export) about(lines [][2]string) error {
	if _, err := e.book.NewSheet(sheetAbout); err != nil {
		return err
	}
	errs := []error{e.book.SetColWidth(sheetAbout, "A", "A", 14), e.book.SetColWidth(sheetAbout, "B", "B", 60)}
	for i, line := range lines {
		for column, text := range line {
			name, err := excelize.CoordinatesToCellName(column+1, i+1)
			c, err2 := e.styles.cell(look(1-column), "@", e.fitted(text))
			errs = append(errs, err, err2, e.book.SetCellStr(sheetAbout, name, c.Value.(string)), e.book.SetCellStyle(sheetAbout, name, name, c.StyleID))
		}
	}
	return errors.Join(errs...)
}

// closeBook gives back what the sheet took while it was made.
func (e *export) closeBook() {
	if e.book != nil {
		_ = e.book.Close()
		e.book, e.stream = nil, nil
	}
}

func (e *export) close() {
	e.closeBook()
	if e.file != nil {
		_, _ = e.file.Close(), os.Remove(e.file.Name())
	}
}

// sheetFile leaves of a title what a file may be called.
func sheetFile(title string) string {
	name := strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`\/:*?"<>|`, c) {
			return -1
		}
		return c
	}, title)
	if rs := []rune(name); len(rs) > 40 {
		name = string(rs[:40])
	}
	if name == "" {
		return "表格"
	}
	return name
}

func flat(rows [][]cell) (texts []string) {
	for _, row := range rows {
		for _, c := range row {
			texts = append(texts, c.text)
		}
	}
	return texts
}

// pageWords are what a page says of the list that it shows.
type pageWords struct {
	title   string
	filters [][2]string
}

// pageWordsOf reads the title of a page, the tab that is open, and what its filters are set to.
func pageWordsOf(page []byte) (w pageWords) {
	var (
		z             = html.NewTokenizer(bytes.NewReader(page))
		labels        = map[string]string{}
		into          *wording // what the text belongs to
		done          func(text string)
		until         atom.Atom
		tabs, filters bool
		field         string // the one whose options are read
		chosen        bool
	)
	listen := func(tag atom.Atom, then func(string)) { into, until, done = &wording{}, tag, then }
	set := func(id, text string) {
		if text != "" {
			w.filters = append(w.filters, [2]string{cmp.Or(labels[id], id), text})
		}
	}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return w
		}
		t := z.Token()
		class := strings.Fields(attributeOf(t, "class"))
		switch {
		case kind == html.TextToken && into != nil:
			into.text(t.Data)
		case kind == html.EndTagToken:
			if into != nil && t.DataAtom == until {
				text := into.said()
				into = nil
				done(text)
			} else if into != nil {
				into.end(t.DataAtom)
			}
			tabs = tabs && t.DataAtom != atom.Nav
			filters = filters && t.DataAtom != atom.Form
		case into != nil:
			into.start(t.DataAtom, slices.Contains(class, "button"), kind == html.SelfClosingTagToken)
		case t.DataAtom == atom.H1 && w.title == "":
			listen(atom.H1, func(text string) { w.title = strings.ReplaceAll(text, "\n", " ") })
		case t.DataAtom == atom.Nav:
			tabs = slices.Contains(class, "tabs")
		case t.DataAtom == atom.A && tabs && carries(t, "aria-current"):
			listen(atom.A, func(text string) { w.filters = append(w.filters, [2]string{"分类", text}) })
		case t.DataAtom == atom.Form:
			filters = slices.Contains(class, "filters")
		case t.DataAtom == atom.Label && filters:
			id := attributeOf(t, "for")
			listen(atom.Label, func(text string) { labels[id] = text })
		case t.DataAtom == atom.Input && filters && attributeOf(t, "type") != "hidden":
			set(attributeOf(t, "id"), attributeOf(t, "value"))
		case t.DataAtom == atom.Select && filters:
			field = attributeOf(t, "id")
		case t.DataAtom == atom.Option && filters:
			if chosen = carries(t, "selected"); chosen && attributeOf(t, "value") != "" || chosen && !carries(t, "value") {
				id := field
				listen(atom.Option, func(text string) { set(id, text) })
			}
		}
	}
}
