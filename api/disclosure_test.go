package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What is published can be corrected and withdrawn with reasons; the words as they were stay, and everybody reads when and why.
func TestPublicationIsCorrectedAndWithdrawn(t *testing.T) {
	o := newOpenDistrict(t)
	id := o.file(o.Suggestion())[0]
	o.hand(id, o.Units[0], "sole", "")
	dep, anyone := o.browser(), o.browser()
	dep.login("dep")
	page, public := "/cases/"+id+"/disclosure", "/public/"+o.Congress+"/suggestions/"+id
	r, body := dep.get(page)
	expect(t, r, http.StatusUnprocessableEntity, body, "还没有公开")
	o.sql("update suggestions set published = true where case_id = $1", id)
	r, body = anyone.get(public)
	expect(t, r, http.StatusOK, body, "每逢大雨小区积水")
	for _, wrong := range []url.Values{
		{"do": {"corrected"}, "part": {"body"}, "text": {"小区积水。"}},
		{"do": {"corrected"}, "part": {"body"}, "text": {""}, "reason": {"笔误"}},
		{"do": {"corrected"}, "part": {"elsewhere"}, "text": {"小区积水。"}, "reason": {"笔误"}},
		{"do": {"corrected"}, "part": {"body"}, "text": {"密级：秘密"}, "reason": {"笔误"}},
		{"do": {"restored"}, "reason": {"没有撤下"}}, {"do": {"other"}, "reason": {"不知道"}},
	} {
		r, body = dep.post(page, wrong)
		expect(t, r, http.StatusUnprocessableEntity, body)
	}
	r, body = dep.post(page, url.Values{"do": {"corrected"}, "part": {"body"}, "text": {"七号楼前每逢大雨积水。"}, "reason": {"地点写错，来电13812345678更正"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = anyone.get(public)
	expect(t, r, http.StatusOK, body, "七号楼前每逢大雨积水", "2026年6月7日更正：地点写错")
	if strings.Contains(body, "每逢大雨小区积水") || strings.Contains(body, "13812345678") {
		t.Error("the public page shows what was corrected, or a telephone number")
	}
	r, body = dep.get("/cases/" + id)
	expect(t, r, http.StatusOK, body, "每逢大雨小区积水", "公开的撤下和更正")
	r, body = dep.post(page, url.Values{"do": {"withdrawn"}, "reason": {"涉及第三人"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = anyone.get(public)
	expect(t, r, http.StatusOK, body)
	if strings.Contains(body, "积水") && strings.Contains(body, "七号楼") {
		t.Error("what was withdrawn is still shown")
	}
	r, body = dep.post(page, url.Values{"do": {"restored"}, "reason": {"第三人同意"}})
	expect(t, r, http.StatusSeeOther, body)
	r, body = anyone.get(public)
	expect(t, r, http.StatusOK, body, "七号楼前每逢大雨积水")
	r, body = dep.get(page)
	expect(t, r, http.StatusOK, body, "撤下：涉及第三人", "恢复公开：第三人同意", "更正：地点写错")
	if tag, err := o.register.Pool().Exec(t.Context(), "update disclosures set reason = ''"); err == nil {
		t.Error("a disclosure can be changed", tag)
	}
}
