package api

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// upload sends a form with one file.
func (b browser) upload(path, name string, content []byte, fields map[string]string) (*http.Response, string) {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		_ = w.WriteField(k, v)
	}
	must(must(w.CreateFormFile("file", name)).Write(content))
	_ = w.Close()
	return b.read(b.Post(b.s.url+path, w.FormDataContentType(), &body))
}

var (
	formToken  = regexp.MustCompile(`name="token" value="([^"]+)"`)
	letterLink = regexp.MustCompile(`^/letters/([0-9a-f-]{36})$`)
)

// draw draws a letter of a kind from a matter as its form proposes it, and returns its address.
func (b browser) draw(matter, kind string) string {
	b.s.t.Helper()
	path := "/cases/" + matter + "/letters/new"
	r, body := b.get(path + "?kind=" + kind)
	expect(b.s.t, r, http.StatusOK, body)
	form := url.Values{"kind": {kind}, "token": {formToken.FindStringSubmatch(body)[1]}, "title": {"关于交办老旧小区改造的函"}, "recipient": {"甲局："},
		"body": {"请认真办理。\r\n一、要求\r\n抓紧落实。"}, "copies": {"区政府办公室"}}
	r, body = b.post(path, form)
	expect(b.s.t, r, http.StatusSeeOther, body)
	again, _ := b.post(path, form)
	if at := r.Header.Get("Location"); !letterLink.MatchString(at) || again.Header.Get("Location") != at {
		b.s.t.Fatalf("the form drew %s and %s", at, again.Header.Get("Location"))
	}
	return r.Header.Get("Location")
}

func TestLetterIsDrawnIssuedAndVoided(t *testing.T) {
	o := newOpenDistrict(t)
	opinion := must(o.register.File(context.Background(), o.Filing("测审〔2026〕1号", at(2026, 3, 1, 0, 0)))).Case
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{facts,handover}', '{"id": "x", "key": "handover", "at": "2026-03-02T01:00:00Z"}')::text where id = $1`, opinion)
	people := map[string]browser{}
	for _, login := range []string{"ofc", "cmt", "unt-jia", "unt-yi", "dpt1"} {
		people[login] = o.browser()
		people[login].post("/login", url.Values{"login": {login}, "password": {password}, "congress": {o.Congress}})
	}
	cmt, ofc := people["cmt"], people["ofc"]
	for _, k := range schemas.LetterKinds {
		r, body := ofc.get("/cases/" + opinion + "/letters/new?kind=" + k.Code)
		if drawn := fmt.Sprint(k.Of); strings.Contains(drawn, must(o.register.Case(context.Background(), o.Congress, opinion)).Kind) {
			expect(t, r, http.StatusOK, body, "拟"+k.Name)
		} else {
			expect(t, r, http.StatusUnprocessableEntity, body, "请选择可以从这件事项拟的公文")
		}
	}
	path := cmt.draw(opinion, "handover")
	r, body := cmt.get(path)
	expect(t, r, http.StatusOK, body, "这是文稿", "甲局：", "level1", "修改文稿", "下载 Word 文件")
	if strings.Contains(body, `/issue"`) {
		t.Error("the committee is offered to issue")
	}
	r, body = people["unt-jia"].get(path)
	expect(t, r, http.StatusNotFound, body, "无权查看")
	r, body = cmt.post(path+"/issue", url.Values{"rev": {"0"}})
	expect(t, r, http.StatusForbidden, body, "公文由办公室发出")
	r, body = cmt.post(path, url.Values{"rev": {"0"}, "title": {"关于交办老旧小区改造审议意见的函"}, "recipient": {"甲局"}, "body": {"请认真办理。"}, "copies": {""}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = cmt.post(path, url.Values{"rev": {"0"}, "title": {"关于交办的函"}, "body": {"我写的话。"}})
	expect(t, r, http.StatusConflict, body, "上面是最新的", "我写的话。", `name="rev" value="1"`)
	r, body = cmt.post(path, url.Values{"rev": {"1"}, "title": {"关于的函"}, "body": {"绝密★启用前"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "涉密")
	r, body = ofc.post(path+"/issue", url.Values{"rev": {"0"}})
	expect(t, r, http.StatusConflict, body, "文稿已经由别人修改")
	for range 2 {
		r, body = ofc.post(path+"/issue", url.Values{"rev": {"1"}})
		expect(t, r, http.StatusSeeOther, body)
	}
	r, body = people["unt-jia"].get(path)
	expect(t, r, http.StatusOK, body, "测人常办〔2026〕1号", "2026年6月7日")
	r, content := people["unt-jia"].get(path + "/letter.docx")
	sum := sha256.Sum256([]byte(content))
	expect(t, r, http.StatusOK, "a file")
	if !strings.Contains(body, hex.EncodeToString(sum[:])) {
		t.Error("the page shows another hash than the file has")
	}
	if text := docxText(t, []byte(content)); !strings.Contains(text, "测人常办〔2026〕1号") || !strings.Contains(text, "关于交办老旧小区改造审议意见的函") || strings.Contains(text, "抄送") {
		t.Errorf("the file says %s", text)
	}
	for _, login := range []string{"unt-yi", "dpt1"} {
		r, body = people[login].get(path)
		expect(t, r, http.StatusNotFound, body)
		if _, body = people[login].get("/letters"); strings.Contains(body, path) {
			t.Errorf("%s finds in the list what the page refuses", login)
		}
	}
	r, body = people["unt-jia"].get("/letters?year=2026&kind=handover&state=issued&q=测人常")
	expect(t, r, http.StatusOK, body, path, "测人常办〔2026〕1号", "测审〔2026〕1号")
	r, body = people["unt-jia"].get("/letters?state=void")
	expect(t, r, http.StatusOK, body, "没有符合条件的公文")
	draft := cmt.draw(opinion, "urge")
	if _, body = people["unt-jia"].get("/letters"); strings.Contains(body, draft) {
		t.Error("the unit finds a draft")
	}
	if _, body = cmt.get("/letters"); !strings.Contains(body, draft) {
		t.Error("the committee does not find its draft")
	}
	r, body = cmt.post(draft, url.Values{"do": {"drop"}})
	expect(t, r, http.StatusSeeOther, body)
	slip := cmt.draw(opinion, "extension")
	r, body = ofc.post(slip+"/issue", url.Values{"rev": {"0"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = people["unt-jia"].get(slip)
	expect(t, r, http.StatusNotFound, body)

	r, body = ofc.post(path+"/void", url.Values{"reason": {""}})
	expect(t, r, http.StatusUnprocessableEntity, body, "请写明作废的原因")
	r, body = ofc.post(path+"/void", url.Values{"reason": {"主送写错"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = ofc.get("/cases/" + opinion)
	expect(t, r, http.StatusOK, body, "办公室经办发文：测人常办〔2026〕1号", "办公室经办作废测人常办〔2026〕1号", "主送写错", "测人常批〔2026〕1号")
	next := ofc.draw(opinion, "supervise")
	ofc.post(next+"/issue", url.Values{"rev": {"0"}})
	r, body = ofc.get(next)
	expect(t, r, http.StatusOK, body, "测人常办〔2026〕2号")
}

// docxText is all that a Word file's body says.
func docxText(t *testing.T, raw []byte) string {
	t.Helper()
	var b strings.Builder
	for _, g := range must(paragraphsOf(must(readDocx(raw)).part("word/document.xml"))) {
		b.WriteString(g.text() + "\n")
	}
	return b.String()
}

func TestLetterTemplateIsReplacedAndTakenBack(t *testing.T) {
	o := newOpenDistrict(t)
	opinion := must(o.register.File(context.Background(), o.Filing("测审〔2026〕1号", at(2026, 3, 1, 0, 0)))).Case
	ofc := o.browser()
	ofc.post("/login", url.Values{"login": {"ofc"}, "password": {password}, "congress": {o.Congress}})
	own := texted(`<w:p><w:r><w:t>自己的模板 {{字号}} {{标</w:t></w:r><w:r><w:t>题}} {{案号}}</w:t></w:r></w:p><w:p><w:r><w:t>{{正文}}</w:t></w:r></w:p>`)
	for _, c := range []struct {
		name string
		raw  []byte
		say  string
	}{{"a.docx", []byte("text"), "不是 Word 文档"}, {"b.docx", texted(`<w:p><w:r><w:t>{{正文}}{{字号}}{{标题}}{{签发人}}</w:t></w:r></w:p>`), "{{签发人}}"}} {
		r, body := ofc.upload("/letters/templates", c.name, c.raw, map[string]string{"kind": "handover"})
		expect(t, r, http.StatusUnprocessableEntity, body, c.say)
	}
	r, body := ofc.upload("/letters/templates", "交办函.docx", own, map[string]string{"kind": "handover"})
	expect(t, r, http.StatusSeeOther, body)
	r, body = ofc.post("/letters/head", url.Values{"mark": {"测试区人民代表大会常务委员会"}, "word": {"测常 "}})
	expect(t, r, http.StatusSeeOther, body)
	first := ofc.draw(opinion, "handover")
	ofc.post(first+"/issue", url.Values{"rev": {"0"}})
	_, content := ofc.get(first + "/letter.docx")
	if text := docxText(t, []byte(content)); !strings.HasPrefix(text, "自己的模板 测常办〔2026〕1号 关于交办老旧小区改造的函 测审〔2026〕1号\n请认真办理。\n一、要求\n") {
		t.Errorf("by the own template: %s", text)
	}
	r, body = ofc.post("/letters/templates", url.Values{"kind": {"handover"}, "do": {"builtin"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = ofc.get("/letters/templates")
	expect(t, r, http.StatusOK, body, "改回内置模板", "交办函.docx")
	version := regexp.MustCompile(`/letters/templates/handover/template\.docx\?version=[0-9a-f-]{36}`).FindString(body)
	if _, old := ofc.get(version); old != string(own) {
		t.Error("the old version is not what was uploaded")
	}
	second := ofc.draw(opinion, "handover")
	ofc.post(second+"/issue", url.Values{"rev": {"0"}})
	_, content = ofc.get(second + "/letter.docx")
	if text := docxText(t, []byte(content)); !strings.HasPrefix(text, "测试区人民代表大会常务委员会\n") || !strings.Contains(text, "2号") {
		t.Errorf("by the built-in template: %s", text)
	}
	_, content = ofc.get("/letters/templates/handover/template.docx")
	if err := checkTemplate([]byte(content)); err != nil {
		t.Errorf("the built-in template cannot be uploaded again: %v", err)
	}
}

func TestArchivePackageHoldsWhatThePersonMayRead(t *testing.T) {
	o := newOpenDistrict(t)
	ctx := context.Background()
	o.server.Files = must(OpenFiles(t.TempDir()))
	opinion := must(o.register.File(ctx, o.Filing("测审〔2026〕1号", at(2026, 3, 1, 0, 0)))).Case
	ofc, jia := o.browser(), o.browser()
	ofc.post("/login", url.Values{"login": {"ofc"}, "password": {password}, "congress": {o.Congress}})
	jia.post("/login", url.Values{"login": {"unt-jia"}, "password": {password}, "congress": {o.Congress}})
	r, body := ofc.get("/cases/" + opinion + "/archive.zip")
	expect(t, r, http.StatusUnprocessableEntity, body, "还没有办结")
	letter, slip := ofc.draw(opinion, "handover"), ofc.draw(opinion, "return")
	ofc.post(letter+"/issue", url.Values{"rev": {"0"}})
	ofc.post(slip+"/issue", url.Values{"rev": {"0"}})
	ofc.draw(opinion, "urge") // stays a draft
	for i, unit := range []string{o.Units[0], o.Units[1]} {
		sum := must(o.server.Files.store(strings.NewReader("附件" + unit)))
		paper := must(o.register.WritePaper(ctx, o.Congress, register.Paper{CaseID: opinion, Stage: "plan/" + unit + "#1", Kind: "plan", Unit: unit, Author: o.People["ofc"], Status: "signed", WrittenAt: at(2026, 3, 9, 9, 0)},
			schemas.ActIn{Token: fmt.Sprintf("paper-%d-token", i)}, []register.Attachment{{Name: fmt.Sprintf("../方案%d.pdf", i), Type: "application/pdf", Size: 9, SHA256: sum}}))
		if paper == "" {
			t.Fatal("no paper")
		}
	}
	o.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'lead') on conflict do nothing`, o.Congress, opinion, o.Units[0])
	o.sql(`update cases set outcome = 'archived', ended_at = '2026-06-01T01:00:00Z', state = jsonb_set(state::jsonb, '{facts,handover}', '{"id": "x", "key": "handover", "at": "2026-03-02T01:00:00Z"}')::text where id = $1`, opinion)
	for who, b := range map[string]browser{"ofc": ofc, "unt-jia": jia} {
		r, body := b.get("/cases/" + opinion + "/archive.zip")
		expect(t, r, http.StatusOK, "a package")
		archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		sums, names := "", []string{}
		held := map[string]string{}
		for _, f := range archive.File {
			content := string(must(io.ReadAll(must(f.Open()))))
			if f.Name == "sha256.txt" {
				sums = content
				continue
			}
			names = append(names, f.Name)
			sum := sha256.Sum256([]byte(content))
			held[f.Name] = hex.EncodeToString(sum[:])
		}
		for name, sum := range held {
			if !strings.Contains(sums, sum+"  "+name+"\n") {
				t.Errorf("%s: %s is not in the list of hashes", who, name)
			}
		}
		all := strings.Join(names, "|")
		for part, there := range map[string]bool{"办理过程.txt": true, "测人常办〔2026〕1号 交办函.docx": true, "测人常批〔2026〕1号 退办审批单.docx": who == "ofc",
			"方案0.pdf": true, "方案1.pdf": who == "ofc", "文稿": false, "..": false, "催办": false} {
			if strings.Contains(all, part) != there {
				t.Errorf("%s: %s in the package: %v\n%s", who, part, !there, all)
			}
		}
	}
}
