package api

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The measures of GB/T 9704-2012 in twentieths of a point: A4, the margins above and to the left, and a text area (版心) of 156 mm by
// 225 mm with 22 lines of 28 characters of size 3 (三号, 16 points).
const (
	pageWide, pageHigh   = 11906, 16838
	marginTop, marginLow = 2098, 1984 // 37 mm, and what is left below
	marginLeft           = 1587       // 28 mm
	marginRight          = 1474
	textWide             = pageWide - marginLeft - marginRight
	linePitch            = 579 // a 22nd of 225 mm
	tightened            = -5  // of 28 characters of 16 points in a line, each
	character            = 320
	red                  = "FF0000"
)

// The fonts of the standard. Where they are not installed, Word and WPS take the nearest they have.
const (
	songTitle = "方正小标宋简体"
	fangsong  = "仿宋_GB2312"
)

// builtinLetter is the built-in template of every kind of letter, with its placeholders; what it says of the size of a line follows the
// words that will stand there. Without copies the lines at the foot (版记) name who printed it alone.
func builtinLetter(mark, recipient, copies, date string) docx {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:document xmlns:w="` + wordSpace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`)
	wide := utf8.RuneCountInString(mark)
	size := min(104, textWide/10/max(wide, 1)) // half points: as large as fits into one line
	line(&b, `<w:snapToGrid w:val="0"/><w:spacing w:before="1984" w:after="0"/><w:jc w:val="center"/>`, face(songTitle, size, `<w:color w:val="`+red+`"/>`), "{{发文机关}}")
	line(&b, exactly(linePitch), face(fangsong, 32, ""), "")
	line(&b, `<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="11" w:color="`+red+`"/></w:pBdr>`+exactly(linePitch)+`<w:jc w:val="center"/>`, face(fangsong, 32, ""), "{{字号}}")
	line(&b, exactly(linePitch), face(fangsong, 32, ""), "")
	line(&b, `<w:spacing w:before="290" w:after="0" w:line="700" w:lineRule="exact"/><w:jc w:val="center"/>`, face(songTitle, 44, ""), "{{标题}}")
	line(&b, exactly(linePitch), face(fangsong, 32, ""), "")
	if recipient != "" {
		line(&b, exactly(linePitch), face(fangsong, 32, ""), "{{主送}}：")
	}
	line(&b, exactly(linePitch)+`<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>`, face(fangsong, 32, ""), "{{正文}}")
	for range 2 { // room for the seal, which covers the name and the date
		line(&b, `<w:keepNext/>`+exactly(linePitch), face(fangsong, 32, ""), "")
	}
	after := 4 * character // the date ends four characters from the edge, the name stands over its middle
	name := max(0, after+(width(date)-utf8.RuneCountInString(mark)*character)/2)
	line(&b, `<w:keepNext/>`+exactly(linePitch)+fmt.Sprintf(`<w:ind w:right="%d"/><w:jc w:val="right"/>`, name), face(fangsong, 32, ""), "{{落款}}")
	line(&b, exactly(linePitch)+fmt.Sprintf(`<w:ind w:right="%d"/><w:jc w:val="right"/>`, after), face(fangsong, 32, ""), "{{日期}}")
	line(&b, exactly(linePitch), "", "")
	foot(&b, copies)
	line(&b, exactly(20), "", "") // a document does not end with a table
	fmt.Fprintf(&b, `<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/><w:pgSz w:w="%d" w:h="%d"/>`+
		`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="1227" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr></w:body></w:document>`,
		pageWide, pageHigh, marginTop, marginRight, marginLow, marginLeft, linePitch)
	return docx{
		{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			override("document", "document.main") + override("styles", "styles") + override("settings", "settings") + override("footer1", "footer") + override("footer2", "footer") + `</Types>`)},
		{"_rels/.rels", []byte(xmlHead + `<Relationships xmlns="` + relationSpace + `">` + relation(1, "officeDocument", "word/document.xml") + `</Relationships>`)},
		{"word/_rels/document.xml.rels", []byte(xmlHead + `<Relationships xmlns="` + relationSpace + `">` + relation(1, "styles", "styles.xml") + relation(2, "settings", "settings.xml") +
			relation(3, "footer", "footer1.xml") + relation(4, "footer", "footer2.xml") + `</Relationships>`)},
		{"word/document.xml", []byte(b.String())},
		{"word/styles.xml", []byte(xmlHead + `<w:styles xmlns:w="` + wordSpace + `"><w:docDefaults><w:rPrDefault>` + face(fangsong, 32, "") +
			`</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>`)},
		{"word/settings.xml", []byte(xmlHead + `<w:settings xmlns:w="` + wordSpace + `"><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/></w:settings>`)},
		{"word/footer1.xml", []byte(pageNumber("right"))},
		{"word/footer2.xml", []byte(pageNumber("left"))},
	}
}

const (
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	relationSpace = "http://schemas.openxmlformats.org/package/2006/relationships"
)

func override(part, kind string) string {
	return `<Override PartName="/word/` + part + `.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.` + kind + `+xml"/>`
}

func relation(n int, kind, target string) string {
	return fmt.Sprintf(`<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`, n, kind, target)
}

func line(b *strings.Builder, properties, face, text string) {
	b.WriteString(`<w:p><w:pPr>` + properties + `</w:pPr>`)
	if text != "" {
		b.WriteString(`<w:r>` + face + `<w:t>` + text + `</w:t></w:r>`)
	}
	b.WriteString(`</w:p>`)
}

func exactly(pitch int) string {
	return fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`, pitch)
}

// face is the look of a run: a font, its size in half points, and more.
func face(font string, size int, more string) string {
	if size == 32 {
		more += fmt.Sprintf(`<w:spacing w:val="%d"/>`, tightened)
	}
	return fmt.Sprintf(`<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="%[1]s" w:cs="Times New Roman"/>%[3]s<w:sz w:val="%[2]d"/><w:szCs w:val="%[2]d"/></w:rPr>`, font, size, more)
}

// width is about how wide a text stands in size 3: digits take half of a character.
func width(text string) (w int) {
	for _, c := range text {
		if c < 0x80 {
			w += character / 2
		} else {
			w += character
		}
	}
	return w
}

// foot are the lines at the end of the last page (版记): a table at the foot of the text area. A program
// that does not let tables float, as LibreOffice, has it follow the date.
func foot(b *strings.Builder, copies string) {
	rows := 1
	if copies != "" {
		rows += 1 + width("抄送："+copies+"。")*28/32/(textWide-2*280-840)
	}
	edge := func(side string, size int) string {
		return fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="0" w:color="000000"/>`, side, size)
	}
	cell := func(w, span int, borders, properties, text string) {
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:gridSpan w:val="%d"/><w:tcBorders>%s</w:tcBorders></w:tcPr>`, w, span, borders)
		line(b, exactly(500)+properties, face(fangsong, 28, ""), text)
		b.WriteString(`</w:tc>`)
	}
	half := textWide / 2
	fmt.Fprintf(b, `<w:tbl><w:tblPr><w:tblpPr w:vertAnchor="page" w:horzAnchor="margin" w:tblpXSpec="left" w:tblpY="%d"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/>`+
		`<w:tblCellMar><w:left w:w="280" w:type="dxa"/><w:right w:w="280" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid>`, pageHigh-marginLow-rows*510, textWide, half, half)
	top := edge("top", 8)
	if copies != "" {
		b.WriteString(`<w:tr>`)
		cell(textWide, 2, top, `<w:ind w:left="840" w:hanging="840"/>`, "抄送：{{抄送}}。")
		b.WriteString(`</w:tr>`)
		top = edge("top", 6)
	}
	b.WriteString(`<w:tr>`)
	cell(half, 1, top+edge("bottom", 8), "", "{{印发机关}}")
	cell(half, 1, top+edge("bottom", 8), `<w:jc w:val="right"/>`, "{{日期}}印发")
	b.WriteString(`</w:tr></w:tbl>`)
}

// pageNumber is the foot of a page, — 1 —, one character from the outer edge.
func pageNumber(side string) string {
	f := face("宋体", 28, "")
	field := func(kind string) string { return `<w:r>` + f + `<w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
	return xmlHead + `<w:ftr xmlns:w="` + wordSpace + `"><w:p><w:pPr><w:ind w:left="280" w:right="280"/><w:jc w:val="` + side + `"/></w:pPr><w:r>` + f + `<w:t xml:space="preserve">— </w:t></w:r>` +
		field("begin") + `<w:r>` + f + `<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` + field("separate") + `<w:r>` + f + `<w:t>1</w:t></w:r>` + field("end") +
		`<w:r>` + f + `<w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
}
