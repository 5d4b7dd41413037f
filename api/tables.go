package api

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What every table of every page can do stands here once: which of its columns are shown, and the door to its export. Pages only write
// tables; what a table is, its rendered HTML says, so that no column and no cell is told a second time.

type (
	// shown is a table as a page shows it.
	shown struct {
		from, to   int // where its HTML stands in the page, both tags included
		n          int // its place among the tables of the page that can be exported, from 1
		heads      [][]cell
		rows       [][]cell
		spans      bool   // some cell is wider or higher than one
		scrolls    bool   // it stands alone in a box that scrolls
		paged      bool   // a pager follows
		first      string // the address of its first page; empty: this is it
		next       string // the address of the page after this one; empty: there is none
		insideForm bool
	}
	// cell is one cell of it.
	cell struct {
		from, to   int // where its HTML stands in the page
		text       string
		number     bool
		wide, high int
	}
)

// still marks a table that is a picture rather than rows: it cannot be exported.
const still = "data-still"

// sheetsIn reads the tables of a page. What a person presses is not what a table says: buttons and fields leave no text.
func sheetsIn(page []byte) (sheets []shown) {
	var (
		z      = html.NewTokenizer(bytes.NewReader(page))
		pos    int
		forms  int
		open   *shown // the table that is being read
		head   bool
		row    []cell
		at     *cell
		words  wording
		boxed  bool // the last thing that opened is a box that scrolls
		behind = -1 // the last table, which what follows may be about
	)
	shut := func() {
		if at != nil {
			at.to, at.text = pos, words.said()
			row, at = append(row, *at), nil
		}
	}
	end := func() {
		shut()
		if open != nil && row != nil {
			if head {
				open.heads = append(open.heads, row)
			} else {
				open.rows = append(open.rows, row)
			}
		}
		row = nil
	}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return sheets
		}
		raw := len(z.Raw())
		t := z.Token()
		switch {
		case kind == html.TextToken && at != nil:
			words.text(t.Data)
		case kind == html.EndTagToken:
			switch t.DataAtom {
			case atom.Form:
				forms--
			case atom.Td, atom.Th:
				shut()
			case atom.Tr:
				end()
			case atom.Thead:
				end()
				head = false
			case atom.Table:
				if open != nil {
					end()
					open.to = pos + raw
					sheets = append(sheets, *open)
					open, behind = nil, len(sheets)-1
				}
			}
			if at != nil {
				words.end(t.DataAtom)
			}
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			if t.DataAtom == atom.Form {
				forms++
			}
			switch class := attributeOf(t, "class"); {
			case t.DataAtom == atom.Table && open == nil:
				behind = -1
				if !carries(t, still) {
					open = &shown{from: pos, n: len(sheets) + 1, scrolls: boxed, insideForm: forms > 0}
				}
			case open != nil && t.DataAtom == atom.Thead:
				head = true
			case open != nil && (t.DataAtom == atom.Td || t.DataAtom == atom.Th):
				shut()
				at = &cell{from: pos, number: slices.Contains(strings.Fields(class), "number"), wide: span(t, "colspan"), high: span(t, "rowspan")}
				open.spans = open.spans || at.wide > 1 || at.high > 1
				words = wording{}
			case at != nil:
				words.start(t.DataAtom, slices.Contains(strings.Fields(class), "button"), kind == html.SelfClosingTagToken)
			case behind >= 0 && slices.Contains(strings.Fields(class), "paging"):
				sheets[behind].paged = true
			case behind >= 0 && t.DataAtom == atom.A && attributeOf(t, "rel") == "next":
				sheets[behind].next = attributeOf(t, "href")
			case behind >= 0 && t.DataAtom == atom.A && attributeOf(t, "rel") == "first":
				sheets[behind].first = attributeOf(t, "href")
			}
			boxed = t.DataAtom == atom.Div && slices.Contains(strings.Fields(attributeOf(t, "class")), "scroll")
		}
		pos += raw
	}
}

func attributeOf(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func carries(t html.Token, name string) bool {
	return slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func span(t html.Token, name string) int {
	n, err := strconv.Atoi(attributeOf(t, name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), 1000)
}

// wording gathers what a cell says, as a browser lays it out: spaces run together, breaks and blocks begin a line.
type wording struct {
	b     strings.Builder
	space bool      // one is due before the next word
	line  bool      // a new line is
	mute  atom.Atom // inside of what is pressed or drawn; depth counts its like
	depth int
}

var (
	blocks = []atom.Atom{atom.P, atom.Div, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Details, atom.Summary, atom.H2, atom.H3, atom.H4, atom.Section}
	muted  = []atom.Atom{atom.Form, atom.Button, atom.Select, atom.Textarea, atom.Svg, atom.Script, atom.Style}
)

func (w *wording) start(tag atom.Atom, button, closed bool) {
	switch {
	case w.mute != 0:
		if tag == w.mute && !closed {
			w.depth++
		}
	case closed && tag != atom.Br:
	case button || slices.Contains(muted, tag):
		if tag != atom.Input {
			w.mute, w.depth = tag, 1
		}
	case tag == atom.Br || slices.Contains(blocks, tag):
		w.line = true
	}
}

func (w *wording) end(tag atom.Atom) {
	switch {
	case w.mute != 0 && tag == w.mute:
		if w.depth--; w.depth == 0 {
			w.mute = 0
		}
	case w.mute == 0 && slices.Contains(blocks, tag):
		w.line = true
	}
}

func (w *wording) text(s string) {
	if w.mute != 0 {
		return
	}
	for _, c := range s {
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			w.space = true
		case c < ' ' || c == 0x7f || c == '\ufffe' || c == '\uffff': // nobody sees it, and no sheet may hold it
		default:
			if w.b.Len() > 0 {
				if w.line {
					w.b.WriteByte('\n')
				} else if w.space {
					w.b.WriteByte(' ')
				}
			}
			w.space, w.line = false, false
			w.b.WriteRune(c)
		}
	}
}

func (w *wording) said() string { return w.b.String() }

// headings are the heads of its columns; nil: they are not simply one for each column.
func (t shown) headings() (texts []string) {
	if len(t.heads) != 1 || t.spans {
		return nil
	}
	for _, c := range t.heads[0] {
		texts = append(texts, c.text)
	}
	return texts
}

// columnsOf is how the query calls the columns chosen of a table (选列).
func columnsOf(n int) string {
	if n == 1 {
		return "cols"
	}
	return "cols" + strconv.Itoa(n)
}

// hidden are the columns of a table that the query leaves out: those with a heading that it does not name, where it names any that there are.
func (t shown) hidden(q url.Values) []bool {
	heads, chosen := t.headings(), q[columnsOf(t.n)]
	if !slices.ContainsFunc(heads, func(h string) bool { return h != "" && slices.Contains(chosen, h) }) {
		return nil
	}
	hide := make([]bool, len(heads))
	for i, h := range heads {
		hide[i] = h != "" && !slices.Contains(chosen, h)
	}
	return hide
}

// dressed is a page whose tables show the columns that the query chooses and, where there are doors, lead to their exports.
func dressed(parts *template.Template, r *http.Request, page []byte, doors bool) []byte {
	q := r.URL.Query()
	if doors = doors && !isExport(r); !doors && !strings.Contains(r.URL.RawQuery, "cols") { // nothing is left out
		return page
	}
	sheets := sheetsIn(page)
	if len(sheets) == 0 {
		return page
	}
	var out bytes.Buffer
	out.Grow(len(page) + len(page)/8)
	done := 0
	upto := func(pos int) {
		if pos > done {
			out.Write(page[done:pos])
			done = pos
		}
	}
	if at := filtersIn(page); at > 0 { // a filter keeps the columns
		upto(at)
		for _, t := range sheets {
			name := columnsOf(t.n)
			for _, column := range q[name] {
				out.WriteString(`<input type="hidden" name="` + name + `" value="` + template.HTMLEscapeString(column) + `">`)
			}
		}
	}
	for _, t := range sheets {
		hide := t.hidden(q)
		if hide != nil {
			for _, row := range append(slices.Clone(t.heads), t.rows...) {
				for i, c := range row {
					if i < len(hide) && hide[i] {
						upto(c.from)
						done = c.to + len(page[c.to:][:closing(page[c.to:])])
					}
				}
			}
		}
		upto(t.to)
		if !doors || len(t.rows) == 0 {
			continue
		}
		if t.scrolls {
			if rest := page[t.to:]; bytes.HasPrefix(bytes.TrimLeft(rest, " \n"), []byte("</div>")) {
				upto(t.to + bytes.Index(rest, []byte("</div>")) + len("</div>"))
			}
		}
		if err := parts.ExecuteTemplate(&out, "tools", toolsOf(r, t, hide)); err != nil {
			panic(err)
		}
	}
	upto(len(page))
	return out.Bytes()
}

// closing is how long the end tag of a cell is, where one stands.
func closing(rest []byte) int {
	if bytes.HasPrefix(rest, []byte("</td>")) || bytes.HasPrefix(rest, []byte("</th>")) {
		return len("</td>")
	}
	return 0
}

// filtersIn is where the first form of filters has its fields; 0: there is none.
func filtersIn(page []byte) int {
	at := bytes.Index(page, []byte(`<form class="filters" method="get"`))
	if at < 0 {
		return 0
	}
	end := bytes.IndexByte(page[at:], '>')
	return at + end + 1
}

// tools are what stands under a table.
type tools struct {
	Export  string
	Rows    int    // of the whole table; 0: more pages follow, or came before
	Name    string // of the field of the columns
	Action  string
	Keeps   []option
	Columns []choice
	All     string // the address with all columns; empty: all are shown
}

type choice struct {
	Text string
	On   bool
}

func toolsOf(r *http.Request, t shown, hide []bool) (v tools) {
	first := *r.URL
	if at, err := url.Parse(t.first); err == nil && t.first != "" && at.Path == r.URL.Path {
		first = *at
	}
	q := first.Query()
	v.Name, v.Action = columnsOf(t.n), r.URL.Path
	v.Export = r.URL.Path + "?" + without(q, "export", strconv.Itoa(t.n))
	if t.next == "" && t.first == "" {
		v.Rows = len(t.rows)
	}
	heads := t.headings()
	if t.insideForm || len(heads) < 5 || !t.paged && len(heads) < 9 {
		return v
	}
	for k, values := range q {
		if k == v.Name {
			continue
		}
		for _, value := range values {
			v.Keeps = append(v.Keeps, option{k, value})
		}
	}
	slices.SortFunc(v.Keeps, func(a, b option) int { return strings.Compare(a.Value+a.Text, b.Value+b.Text) })
	for i, h := range heads {
		if h != "" {
			v.Columns = append(v.Columns, choice{h, hide == nil || !hide[i]})
		}
	}
	if hide != nil {
		v.All = r.URL.Path + "?" + without(q, v.Name, "")
	}
	return v
}

// hasTables reports whether the tables of an answer are dressed: those of a page that can be asked for again, by somebody known.
func (v view) hasTables(status int) bool {
	return v.Here != "" && v.Person != nil && status == http.StatusOK && v.Person.Owes() == ""
}
