package api

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"bihuan/schemas"
)

// Limits of a template: Word's own files of a letter have some twenty parts and some hundred thousand bytes.
const (
	templateBytes    = 5 << 20
	templateUnpacked = 32 << 20 // of all its parts
	templateParts    = 200
	wordSpace        = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
)

type (
	// docx is a Word file in memory, its parts in their order.
	docx []docxPart

	docxPart struct {
		Name    string
		Content []byte
	}
	// edit is what comes in place of a stretch of a part.
	edit struct {
		from, to int
		text     string
	}
	// run is the text of one w:t: where the element begins, where its text does, and where that ends.
	run struct {
		tag, from, to int
		text          string
		kept          bool // the element says that its spaces are kept
	}
	// paragraph is a w:p with its texts, those of paragraphs inside it not.
	paragraph struct {
		from, to int
		runs     []run
		holds    bool // another paragraph, or the end of a section: it cannot be doubled
	}
)

var (
	placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)
	filled      = regexp.MustCompile(`^word/(document|header\d*|footer\d*|footnotes)\.xml$`)
	ownIDs      = regexp.MustCompile(` w14:(paraId|textId)="[^"]*"`)
)

// badTemplate is the answer to a file that is no Word file.
func badTemplate(cause error) error {
	return &schemas.Error{Code: "BadFile", Text: "文件打不开，可能已经损坏或者不是 Word 文档；请用 Word 或 WPS 打开，另存为 .docx 后再传", Cause: cause}
}

// readDocx unpacks a Word file within the limits. Codes: BadFile, TooLarge.
func readDocx(raw []byte) (docx, error) {
	if bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")) {
		return nil, schemas.Refuse("BadFile", "这是旧格式（.doc）或者设了密码的文档，请去掉密码，另存为 .docx 后再传")
	}
	large := schemas.Refuse("TooLarge", "模板过大：文件不超过5MB，解开后不超过32MB；请去掉里面的图片再传")
	if len(raw) > templateBytes {
		return nil, large
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, badTemplate(err)
	}
	if len(archive.File) > templateParts {
		return nil, large
	}
	var d docx
	left := int64(templateUnpacked)
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if d.part(f.Name) != nil || strings.Contains(f.Name, "..") || strings.HasPrefix(f.Name, "/") || strings.Contains(f.Name, `\`) {
			return nil, badTemplate(errors.New("a part is there twice or has no proper name"))
		}
		in, err := f.Open()
		if err != nil {
			return nil, badTemplate(err)
		}
		content, err := io.ReadAll(io.LimitReader(in, left+1)) // whatever the archive says of its size
		_ = in.Close()
		if err != nil {
			return nil, badTemplate(err)
		}
		if left -= int64(len(content)); left < 0 {
			return nil, large
		}
		d = append(d, docxPart{f.Name, content})
	}
	if d.part("[Content_Types].xml") == nil || d.part("word/document.xml") == nil {
		return nil, badTemplate(errors.New("not a Word file"))
	}
	return d, nil
}

func (d docx) part(name string) []byte {
	i := slices.IndexFunc(d, func(p docxPart) bool { return strings.EqualFold(p.Name, name) })
	if i < 0 {
		return nil
	}
	return d[i].Content
}

// pack makes a file of the parts; the same parts make the same bytes.
func (d docx) pack() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range d {
		out, err := w.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate})
		if err == nil {
			_, err = out.Write(p.Content)
		}
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// checkTemplate refuses a file that cannot serve as a template. Codes: BadFile, TooLarge, BadTemplate, Secret.
func checkTemplate(raw []byte) error {
	d, err := readDocx(raw)
	if err != nil {
		return err
	}
	var names, unknown []string
	for _, p := range d {
		lower := strings.ToLower(p.Name)
		switch {
		case strings.Contains(lower, "vbaproject"), strings.Contains(lower, "/activex/"), strings.Contains(lower, "/embeddings/"):
			return schemas.Refuse("BadTemplate", "模板里有宏、控件或者嵌入的文件，请去掉后再传")
		case strings.HasSuffix(lower, ".rels"):
			if outside(p.Content) {
				return schemas.Refuse("BadTemplate", "模板引用了外部的文件或图片，请改为直接放在文档里再传")
			}
		}
		if !filled.MatchString(p.Name) {
			continue
		}
		ps, err := paragraphsOf(p.Content)
		if err != nil {
			return badTemplate(err)
		}
		for _, g := range ps {
			text := g.text()
			if err := notSecret("模板", text); err != nil {
				return err
			}
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				names = append(names, m[1])
				if said := "{{" + shortened(m[1]) + "}}"; !slices.Contains(schemas.LetterWords, m[1]) && !slices.Contains(unknown, said) {
					unknown = append(unknown, said)
				}
			}
			if left := placeholder.ReplaceAllString(text, ""); strings.Contains(left, "{{") || strings.Contains(left, "}}") {
				return schemas.Refuse("BadTemplate", "模板里的占位符没有写完：“%s”；一个占位符要在同一段里，前后各两个花括号", shortened(strings.TrimSpace(text)))
			}
		}
	}
	if len(unknown) > 0 {
		return schemas.Refuse("BadTemplate", "模板里有不认识的占位符：%s；可以用的有{{%s}}", strings.Join(unknown[:min(len(unknown), 10)], "、"), strings.Join(schemas.LetterWords, "}}、{{"))
	}
	for _, need := range schemas.LetterNeeds {
		if !slices.Contains(names, need) {
			return schemas.Refuse("BadTemplate", "模板里缺少占位符{{%s}}", need)
		}
	}
	return nil
}

// outside reports whether relations lead out of the file, other than by a link that a reader follows himself.
func outside(rels []byte) bool {
	var list struct {
		Relationship []struct {
			Type       string `xml:",attr"`
			TargetMode string `xml:",attr"`
		}
	}
	if xml.Unmarshal(rels, &list) != nil {
		return true
	}
	for _, r := range list.Relationship {
		if strings.EqualFold(r.TargetMode, "External") && !strings.HasSuffix(r.Type, "/hyperlink") {
			return true
		}
	}
	return false
}

// fill puts the words in place of the placeholders.
func (d docx) fill(words map[string]string) (docx, error) {
	out := slices.Clone(d)
	for i, p := range out {
		if !filled.MatchString(p.Name) {
			continue
		}
		ps, err := paragraphsOf(p.Content)
		if err != nil {
			return nil, badTemplate(err)
		}
		var edits []edit
		for _, g := range ps {
			edits = append(edits, g.fill(p.Content, words)...)
		}
		out[i].Content = []byte(edited(string(p.Content), 0, edits))
	}
	return out, nil
}

// paragraphsOf finds the paragraphs of a part, wherever they stand.
func paragraphsOf(part []byte) (done []paragraph, err error) {
	d := xml.NewDecoder(bytes.NewReader(part))
	var open []paragraph
	var in *run
	for {
		from := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return nil, err
		}
		to := int(d.InputOffset())
		switch e := token.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Space != wordSpace:
			case e.Name.Local == "p":
				for i := range open {
					open[i].holds = true
				}
				open = append(open, paragraph{from: from})
			case len(open) == 0:
			case e.Name.Local == "sectPr":
				open[len(open)-1].holds = true
			case e.Name.Local == "t":
				kept := slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == "space" })
				in = &run{tag: from, from: to, to: to, kept: kept}
			}
		case xml.CharData:
			if in != nil {
				in.text += string(e)
			}
		case xml.EndElement:
			if e.Name.Space != wordSpace || len(open) == 0 {
				continue
			}
			last := &open[len(open)-1]
			switch e.Name.Local {
			case "t":
				if in != nil && in.text != "" { // an empty element has no place for a text
					in.to = from
					last.runs = append(last.runs, *in)
				}
				in = nil
			case "p":
				last.to = to
				done = append(done, *last)
				open = open[:len(open)-1]
			}
		}
	}
}

func (g paragraph) text() string {
	var b strings.Builder
	for _, r := range g.runs {
		b.WriteString(r.text)
	}
	return b.String()
}

// fill says what changes in a paragraph. A placeholder that stands alone in it becomes as many paragraphs as its words have lines.
func (g paragraph) fill(part []byte, words map[string]string) []edit {
	text := g.text()
	found := placeholder.FindAllStringSubmatchIndex(text, -1)
	if found == nil {
		return nil
	}
	alone := len(found) == 1 && strings.TrimSpace(text) == text[found[0][0]:found[0][1]]
	if alone && !g.holds {
		lines := strings.Split(words[text[found[0][2]:found[0][3]]], "\n")
		if len(lines) > 1 || headed(lines[0]) > 0 {
			var all strings.Builder
			for i := 0; i < len(lines); i++ {
				line := lines[i]
				if n := tableRows(lines[i:]); n > 0 {
					all.WriteString(g.table(part, text, found, lines[i:i+n]))
					if i += n - 1; i == len(lines)-1 { // a paragraph follows every table
						all.WriteString(ownIDs.ReplaceAllString(edited(string(part[g.from:g.to]), g.from, g.put(part, text, found, func(string) string { return "" })), ""))
					}
					continue
				}
				one := edited(string(part[g.from:g.to]), g.from, g.put(part, text, found, func(string) string { return line }))
				if i > 0 {
					one = ownIDs.ReplaceAllString(one, "")
				}
				if i < len(lines)-1 { // only the last is to stand on one page with what follows
					one = strings.Replace(one, "<w:keepNext/>", "", 1)
				}
				all.WriteString(withHeading(one, headed(line)))
			}
			return []edit{{g.from, g.to, all.String()}}
		}
	}
	return g.put(part, text, found, func(name string) string { return words[name] })
}

// tableRows is how many lines from the first on are rows of one table: lines with tabs.
func tableRows(lines []string) (n int) {
	for n < len(lines) && strings.Contains(lines[n], "\t") {
		n++
	}
	return n
}

var (
	sizesOf   = regexp.MustCompile(`<w:(sz|szCs) w:val="[0-9]+"/>`)
	indentsOf = regexp.MustCompile(`<w:ind [^>]*/>|<w:spacing [^>]*/>|<w:keepNext/>`)
	alignOf   = regexp.MustCompile(`<w:jc w:val="[a-z]+"/>`)
)

// table is a table of those lines, each cell a paragraph like this one, small and without indent.
func (g paragraph) table(part []byte, text string, found [][]int, rows []string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	var wides []int // as wide as the widest cell, the heading on two lines; together the width of the text
	for i, row := range rows {
		for k, cell := range strings.Split(row, "\t") {
			if k == len(wides) {
				wides = append(wides, 2*character)
			}
			if w := width(cell); i > 0 {
				wides[k] = max(wides[k], w+character)
			} else {
				wides[k] = max(wides[k], (w+1)/2)
			}
		}
	}
	sum := 0
	for _, w := range wides {
		sum += w
	}
	for k, w := range wides {
		wides[k] = textWide * w / sum
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, wides[k])
	}
	b.WriteString(`</w:tblGrid>`)
	for i, row := range rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if i == 0 {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		cells := strings.Split(row, "\t")
		for len(cells) < len(wides) {
			cells = append(cells, "")
		}
		for k, cell := range cells {
			one := edited(string(part[g.from:g.to]), g.from, g.put(part, text, found, func(string) string { return cell }))
			one = ownIDs.ReplaceAllString(sizesOf.ReplaceAllString(indentsOf.ReplaceAllString(one, ""), `<w:$1 w:val="21"/>`), "")
			fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, wides[k], alignOf.ReplaceAllString(one, `<w:snapToGrid w:val="0"/><w:jc w:val="center"/>`))
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

// put writes each placeholder's words into the run where it begins and takes the rest of it out of those that follow.
func (g paragraph) put(part []byte, text string, found [][]int, word func(string) string) (es []edit) {
	at := 0
	for _, r := range g.runs {
		var b strings.Builder
		end, changed := at+len(r.text), false
		for i := at; i < end; {
			m := slices.IndexFunc(found, func(f []int) bool { return f[0] <= i && i < f[1] })
			if m < 0 {
				b.WriteByte(text[i])
				i++
				continue
			}
			if changed = true; found[m][0] == i {
				b.WriteString(word(text[found[m][2]:found[m][3]]))
			}
			i = min(found[m][1], end)
		}
		at = end
		if !changed {
			continue
		}
		tag := string(part[r.tag:r.from])
		if !r.kept {
			tag = strings.TrimSuffix(tag, ">") + ` xml:space="preserve">`
		}
		prefix, _, _ := strings.Cut(strings.TrimPrefix(tag, "<"), "t")
		es = append(es, edit{r.tag, r.to, strings.ReplaceAll(tag+xmlText(b.String()), "\n", "</"+prefix+"t><"+prefix+`br/><`+prefix+`t xml:space="preserve">`)})
	}
	return es
}

func xmlText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\t", " ").Replace(text)
}

// edited is a text, which begins at an offset of its part, with the edits made.
func edited(text string, offset int, es []edit) string {
	slices.SortFunc(es, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := 0
	for _, e := range es {
		b.WriteString(text[at : e.from-offset])
		b.WriteString(e.text)
		at = e.to - offset
	}
	return b.String() + text[at:]
}

var (
	firstHeading  = regexp.MustCompile(`^[一二三四五六七八九十]+、[^。；：]{1,40}$`)
	secondHeading = regexp.MustCompile(`^（[一二三四五六七八九十]+）[^。；：]{1,40}$`)
	fontsOf       = regexp.MustCompile(`w:eastAsia="[^"]*"`)
)

// headed is how high a heading a line of the text is: 1 for 一、, 2 for （一）; 0: none.
func headed(line string) int {
	switch {
	case firstHeading.MatchString(line):
		return 1
	case secondHeading.MatchString(line):
		return 2
	}
	return 0
}

// withHeading sets a paragraph in the fonts of its heading, where it names fonts at all.
func withHeading(one string, level int) string {
	switch level {
	case 1:
		return fontsOf.ReplaceAllString(one, `w:eastAsia="黑体"`)
	case 2:
		return fontsOf.ReplaceAllString(one, `w:eastAsia="楷体_GB2312"`)
	}
	return one
}
