package api

import (
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

type (
	letterTemplatesPage struct {
		Head     register.LetterHead
		Kinds    []letterTemplateView
		Words    []string
		Needs    []string
		Kind     string // that a refusal is about
		Problems problems
	}
	letterTemplateView struct {
		schemas.LetterKind
		Versions []register.LetterTemplate // the latest first; empty: the built-in one has always counted
	}
)

// Area is the part of the navigation that the page belongs to.
func (letterTemplatesPage) Area() string { return "/letters" }

// Own reports whether a template of the office counts.
func (v letterTemplateView) Own() bool { return len(v.Versions) > 0 && v.Versions[0].SHA256 != "" }

func (s *Server) letterTemplatesPage(r *http.Request) (page letterTemplatesPage, err error) {
	ctx, p := r.Context(), person(r.Context())
	page.Words, page.Needs = schemas.LetterWords, schemas.LetterNeeds
	if page.Head, err = s.Register.LetterHead(ctx, p.Congress); err != nil {
		return page, err
	}
	versions, err := s.Register.LetterTemplates(ctx, p.Congress)
	for _, k := range schemas.LetterKinds {
		v := letterTemplateView{LetterKind: k}
		for _, t := range versions {
			if t.Kind == k.Code {
				v.Versions = append(v.Versions, t)
			}
		}
		page.Kinds = append(page.Kinds, v)
	}
	return page, err
}

func (s *Server) showLetterTemplates(w http.ResponseWriter, r *http.Request) {
	page, err := s.letterTemplatesPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "letter_templates", page)
}

// putLetterTemplate has a kind's template replaced, or go back to the built-in one. Codes: BadKind, NoFile, BadFile, TooLarge,
// BadTemplate, Secret.
func (s *Server) putLetterTemplate(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		s.fail(w, r, badForm(err))
		return
	}
	ctx, p := r.Context(), person(r.Context())
	t := register.LetterTemplate{Kind: r.PostFormValue("kind"), Name: "内置模板", At: p.Now}
	var err error
	if _, known := schemas.LetterKindOf(t.Kind); !known {
		err = schemas.Refuse("BadKind", "请选择公文的种类")
	}
	if err == nil && r.PostFormValue("do") != "builtin" {
		if t.Name, t.Content, err = uploadedTemplate(r); err == nil {
			err = checkTemplate(t.Content)
		}
	}
	if err == nil {
		err = s.Register.PutLetterTemplate(ctx, p.Congress, p.ID, t)
	}
	if err == nil {
		http.Redirect(w, r, "/letters/templates", http.StatusSeeOther)
		return
	}
	s.templateProblem(w, r, t.Kind, err)
}

// templateProblem shows a refusal on the page of the templates.
func (s *Server) templateProblem(w http.ResponseWriter, r *http.Request, kind string, err error) {
	ps, err := under("main", err)
	var page letterTemplatesPage
	if err == nil {
		page, err = s.letterTemplatesPage(r)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page.Problems, page.Kind = ps, kind
	s.render(w, r, http.StatusUnprocessableEntity, "letter_templates", page)
}

// uploadedTemplate is the form's file. Codes: NoFile, TooLarge.
func uploadedTemplate(r *http.Request) (name string, content []byte, err error) {
	if r.MultipartForm != nil {
		for _, h := range r.MultipartForm.File["file"] {
			if h.Filename == "" && h.Size == 0 {
				continue
			}
			in, err := h.Open()
			if err != nil {
				return "", nil, badForm(err)
			}
			defer in.Close()
			content, err = io.ReadAll(io.LimitReader(in, templateBytes+1))
			return cut(tidy(path.Base(strings.ReplaceAll(h.Filename, `\`, "/")), false), 100), content, err
		}
	}
	return "", nil, schemas.Refuse("NoFile", "请选择要上传的 Word 模板（.docx）")
}

// setLetterHead sets the name over the letters, and the word in their numbers. Codes: Invalid, Secret.
func (s *Server) setLetterHead(w http.ResponseWriter, r *http.Request) {
	p := person(r.Context())
	mark, word := tidy(r.PostFormValue("mark"), false), joined(tidy(r.PostFormValue("word"), false))
	var err error
	switch m, n := len([]rune(mark)), len([]rune(word)); {
	case m < 4 || m > 40:
		err = schemas.Refuse("Invalid", "发文机关标志请写4到40个字")
	case n < 2 || n > 10 || strings.ContainsAny(word, "〔〕[]()（）0123456789"):
		err = schemas.Refuse("Invalid", "机关代字请写2到10个字，不含数字和括号，如 某人常")
	default:
		err = s.Register.SetLetterHead(r.Context(), p.Congress, mark, word)
	}
	if err != nil {
		s.templateProblem(w, r, "", err)
		return
	}
	http.Redirect(w, r, "/letters/templates", http.StatusSeeOther)
}

// letterTemplate gives a version of a kind's template, or the built-in one to begin a new one from. Code: NotFound.
func (s *Server) letterTemplate(w http.ResponseWriter, r *http.Request) {
	ctx, p, id := r.Context(), person(r.Context()), r.URL.Query().Get("version")
	i := slices.IndexFunc(schemas.LetterKinds, func(k schemas.LetterKind) bool { return k.Code == chi.URLParam(r, "kind") })
	err := error(schemas.Refuse("NotFound", "没有这种公文的模板"))
	var content []byte
	if i >= 0 && id == "" {
		var head register.LetterHead
		if head, err = s.Register.LetterHead(ctx, p.Congress); err == nil {
			content, err = builtinLetter(head.Mark, "主送", "抄送", "2026年3月2日").pack()
		}
	} else if i >= 0 && uuidForm.MatchString(id) {
		content, err = s.Register.LetterTemplateContent(ctx, p.Congress, schemas.LetterKinds[i].Code, id)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sendDocx(w, content, schemas.LetterKinds[i].Name+"模板.docx")
}
