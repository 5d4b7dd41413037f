package api

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bihuan/schemas"
)

// sampleWords are those of a letter that fills more than a page.
var sampleWords = map[string]string{"发文机关": "示例区人大常委会", "字号": "示人常办〔2026〕12号", "标题": "关于交办《老旧小区改造情况的审议意见》的函", "主送": "区住房和城乡建设局、区城市管理局",
	"正文": "现将《关于老旧小区改造情况的审议意见》交由你单位办理，请认真研究，抓紧落实。\n一、办理事项\n（一）改造标准不一\n" +
		"要求：统一标准，分类推进，把群众反映集中的问题放在前面解决，并向社会公开 A&B<3 的进度。\n" + strings.Repeat("字", 28*32-2) + "\n二、办理时限\n请于2026年4月2日前报送办理方案。",
	"落款": "示例区人大常委会", "日期": "2026年3月2日", "抄送": "区政府办公室，区委组织部", "印发机关": "示例区人大常委会", "案号": "测审〔2026〕1号"}

func sampleLetter(t *testing.T) []byte {
	t.Helper()
	d := must(builtinLetter(sampleWords["发文机关"], sampleWords["主送"], sampleWords["抄送"], sampleWords["日期"]).fill(sampleWords))
	return must(d.pack())
}

// texted is a Word file with that body.
func texted(body string) []byte {
	d := builtinLetter("甲", "", "", "")
	i := slices.IndexFunc(d, func(p docxPart) bool { return p.Name == "word/document.xml" })
	d[i].Content = []byte(`<w:document xmlns:w="` + wordSpace + `"><w:body>` + body + `</w:body></w:document>`)
	return must(d.pack())
}

func TestPlaceholdersAreFilledOverRuns(t *testing.T) {
	raw := texted(`<w:p w14:paraId="1" xmlns:w14="w14"><w:r><w:t>编号：{</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>{字</w:t></w:r><w:r><w:t>号}} 完</w:t></w:r></w:p>` +
		`<w:p><w:r><w:t/></w:r><w:r><w:t>{{标题}}</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{正</w:t></w:r><w:r><w:t>文}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>` +
		`<w:p><w:r><w:t>抄送：{{ 抄送 }}，{{案号}}</w:t></w:r></w:p><w:p><w:r><w:t>前{{正文}}后</w:t></w:r></w:p>`)
	if err := checkTemplate(raw); err != nil {
		t.Fatal(err)
	}
	d := must(must(readDocx(raw)).fill(map[string]string{"字号": "某〔2026〕1号", "标题": "甲<乙>&丙", "正文": "一行\n二行", "抄送": "丁", "案号": "戊"}))
	ps := must(paragraphsOf(d.part("word/document.xml")))
	var texts []string
	for _, g := range ps {
		texts = append(texts, g.text())
	}
	if got, want := strings.Join(texts, "|"), "编号：某〔2026〕1号 完|甲<乙>&丙|一行|二行|抄送：丁，戊|前一行二行后"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if text := string(d.part("word/document.xml")); !strings.Contains(text, "一行</w:t><w:br/>") || !strings.Contains(text, "<w:b/>") {
		t.Error("the look is lost, or the break of a line:", text)
	}
}

func TestTemplatesThatCannotServe(t *testing.T) {
	whole := `<w:p><w:r><w:t>{{字号}}{{标题}}{{正文}}</w:t></w:r></w:p>`
	var bomb, twice bytes.Buffer
	w := zip.NewWriter(&bomb)
	part := must(w.Create("word/document.xml"))
	for range 40 {
		must(part.Write(make([]byte, 1<<20)))
	}
	_ = w.Close()
	w = zip.NewWriter(&twice)
	for range 2 {
		must(must(w.Create("word/document.xml")).Write([]byte("<a/>")))
	}
	_ = w.Close()
	with := func(name, content string) []byte {
		return must(append(must(readDocx(texted(whole))), docxPart{name, []byte(content)}).pack())
	}
	for _, c := range []struct {
		name      string
		raw       []byte
		code, say string
	}{
		{"whole", texted(whole), "", ""},
		{"the built-in one", must(builtinLetter("甲", "乙", "丙", "丁").pack()), "", ""},
		{"unknown words", texted(whole + `<w:p><w:r><w:t>{{签发</w:t></w:r><w:r><w:t>人}}{{密级}}</w:t></w:r></w:p>`), "BadTemplate", "{{签发人}}、{{密级}}"},
		{"without the text", texted(`<w:p><w:r><w:t>{{字号}}{{标题}}</w:t></w:r></w:p>`), "BadTemplate", "{{正文}}"},
		{"not closed", texted(whole + `<w:p><w:r><w:t>{{日期</w:t></w:r></w:p>`), "BadTemplate", "没有写完"},
		{"marked secret", texted(whole + `<w:p><w:r><w:t>机密★10年</w:t></w:r></w:p>`), "Secret", "涉密"},
		{"a macro", with("word/vbaProject.bin", "x"), "BadTemplate", "宏"},
		{"a picture elsewhere", with("word/_rels/header1.xml.rels", `<Relationships><Relationship Type="x/image" TargetMode="External" Target="http://a"/></Relationships>`), "BadTemplate", "外部"},
		{"no archive", []byte("%PDF-1.7"), "BadFile", "不是 Word"},
		{"an old document", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "BadFile", ".doc"},
		{"empty", nil, "BadFile", "打不开"},
		{"broken xml", texted(`<w:p>`), "BadFile", "打不开"},
		{"a part twice", twice.Bytes(), "BadFile", "打不开"},
		{"a bomb", bomb.Bytes(), "TooLarge", "过大"},
	} {
		err := checkTemplate(c.raw)
		var refusal *schemas.Error
		switch {
		case c.code == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.code != "" && (!errors.As(err, &refusal) || refusal.Code != c.code || !strings.Contains(refusal.Text, c.say)):
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add(string(builtinLetter("甲", "乙", "丙", "丁").part("word/document.xml")))
	f.Add(`<w:p xmlns:w="` + wordSpace + `"><w:r><w:t>{{正文}}</w:t></w:r></w:p>`)
	f.Fuzz(func(t *testing.T, part string) {
		d, err := docx{{"word/document.xml", []byte(part)}}.fill(sampleWords)
		if err == nil {
			if _, err = paragraphsOf(d[0].Content); err != nil {
				t.Errorf("what was read cannot be read again: %v\n%q", err, d[0].Content)
			}
		}
	})
}

// A letter opens in an office program: the page, its text area, the text and the numbers of the pages.
func TestLetterOpensInAnOffice(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "letter.docx")
	if err := os.WriteFile(file, sampleLetter(t), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		c := exec.Command(name, args...)
		c.Env = append(os.Environ(), "HOME="+folder)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("soffice", "--headless", "-env:UserInstallation=file://"+folder+"/profile", "--convert-to", "pdf", "--outdir", folder, file)
	pdf := filepath.Join(folder, "letter.pdf")
	if info := run("pdfinfo", pdf); !strings.Contains(info, "(A4)") || !strings.Contains(info, "Pages:           3") {
		t.Errorf("not three pages of A4:\n%s", info)
	}
	second := strings.Fields(run("pdftotext", "-layout", "-f", "2", "-l", "2", pdf, "-"))
	if full := strings.Repeat("字", 28); len(second) < 22 || slices.ContainsFunc(second[:22], func(line string) bool { return line != full }) {
		t.Errorf("not 22 lines of 28 characters:\n%s", strings.Join(second, "\n"))
	}
	text := strings.Join(strings.Fields(run("pdftotext", "-layout", pdf, "-")), "")
	for _, part := range []string{"示例区人大常委会", "示人常办〔2026〕12号", "关于交办", "区住房和城乡建设局、区城市管理局：", "一、办理事项", "A&B<3", "2026年3月2日印发", "抄送：区政府办公室", "—1—", "—2—", "—3—"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
	if strings.Contains(text, "{{") {
		t.Error("a placeholder is left:", text)
	}
}
