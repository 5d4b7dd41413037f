package api

import (
	"net/http"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	disclosurePage struct {
		M         matter
		Withdrawn bool
		Parts     []disclosedPart
		Past      []register.Disclosure
		Problems  problems
	}
	// disclosedPart is a text as everybody reads it.
	disclosedPart struct{ Code, Title, Text string }
)

// showDisclosure shows what is published of a suggestion, to be withdrawn or corrected.
func (s *Server) showDisclosure(w http.ResponseWriter, r *http.Request) {
	page, err := s.disclosurePage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "disclosure", page)
}

func (s *Server) disclosurePage(r *http.Request) (page disclosurePage, err error) {
	ctx, p := r.Context(), person(r.Context())
	if page.M, err = s.matter(ctx, p, chi.URLParam(r, "id")); err != nil {
		return page, err
	}
	if !page.M.IsSuggestion() || !page.M.Suggestion.Consents || !page.M.Suggestion.Published {
		return page, schemas.Refuse("NotYet", "这件建议还没有公开")
	}
	if page.Past, err = s.Register.Disclosures(ctx, p.Congress, page.M.ID); err != nil {
		return page, err
	}
	for _, d := range page.Past {
		if d.Deed != "corrected" {
			page.Withdrawn = d.Deed == "withdrawn"
		}
	}
	if page.Withdrawn {
		return page, nil
	}
	words, err := s.Register.PublicWords(ctx, p.Congress, page.M.ID)
	page.Parts = []disclosedPart{{"body", "案由和情况", words.Body}, {"demand", "具体建议", words.Demand}}
	for _, reply := range words.Replies {
		if reply.Open {
			page.Parts = append(page.Parts, disclosedPart{reply.Stage, reply.UnitName + "的答复", reply.Text})
		}
	}
	return page, err
}

// disclose withdraws, restores or corrects. Codes: Invalid, Secret.
func (s *Server) disclose(w http.ResponseWriter, r *http.Request) {
	page, err := s.disclosurePage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p := person(r.Context())
	d := register.Disclosure{At: p.Now, Deed: r.PostFormValue("do"), Reason: trimmed(r.PostForm, "reason")}
	if err := page.read(r, &d); err != nil {
		page.Problems = problems{{"reason", err.Text}}
		s.render(w, r, statusOf(err.Code), "disclosure", page)
		return
	}
	if err := s.Register.Disclose(r.Context(), p.Congress, page.M.ID, p.ID, d); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+page.M.ID+"/disclosure", http.StatusSeeOther)
}

// read checks what is to become of the publication.
func (page disclosurePage) read(r *http.Request, d *register.Disclosure) *schemas.Error {
	if d.Reason == "" || len([]rune(d.Reason)) > 500 {
		return schemas.Refuse("Invalid", "请写明理由，不超过500个字")
	}
	switch {
	case d.Deed == "withdrawn" && !page.Withdrawn, d.Deed == "restored" && page.Withdrawn:
		return nil
	case d.Deed != "corrected" || page.Withdrawn:
		return schemas.Refuse("Invalid", "请选择撤下、恢复或者更正")
	}
	for _, part := range page.Parts {
		if part.Code == r.PostFormValue("part") {
			d.Part, d.Text = part.Code, strings.TrimSpace(r.PostFormValue("text"))
			if d.Text == "" || len([]rune(d.Text)) > 20000 || d.Text == part.Text {
				return schemas.Refuse("Invalid", "请填写更正后的“%s”，不能与原来相同", part.Title)
			}
			if mark := secret.FindString(d.Text); mark != "" {
				return schemas.Refuse("Secret", "更正的内容里有“%s”字样：涉密内容不得上网", mark)
			}
			return nil
		}
	}
	return schemas.Refuse("Invalid", "请选择要更正的内容")
}

// Area is the part of the navigation that the page belongs to.
func (page disclosurePage) Area() string { return page.M.area() }

// Said is what was done, in words.
func (disclosurePage) Said(d register.Disclosure) string {
	return map[string]string{"withdrawn": "撤下", "restored": "恢复公开", "corrected": "更正"}[d.Deed]
}
