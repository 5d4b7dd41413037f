package notices

import (
	_ "embed" // the mails
	htmltemplate "html/template"
	"strings"
	"text/template"

	"bihuan/schemas"
)

//go:embed digest.html
var digestHTML string

//go:embed digest.txt
var digestText string

var (
	digestMail  = htmltemplate.Must(htmltemplate.New("digest").Funcs(words).Parse(digestHTML))
	digestPlain = template.Must(template.New("digest").Funcs(words).Parse(digestText))
	words       = map[string]any{"day": schemas.ZhDay, "levelname": schemas.LevelName, "inc": func(i int) int { return i + 1 }}
)

// renderDigest writes a digest as text and as HTML.
func renderDigest(name, link, page string, d schemas.Digest, links map[string][]actLink) (text, html string, err error) {
	type lineView struct {
		schemas.DigestLine
		When  string
		Needs string
		Acts  []actLink
	}
	type partView struct {
		Code, Heading string
		Lines         []lineView
	}
	view := struct {
		Name, Link, Page, Summary string
		schemas.Digest
		Parts []partView
	}{Name: name, Link: link, Page: page, Summary: d.Summary(), Digest: d}
	for _, p := range d.Parts() {
		v := partView{Code: p.Code, Heading: p.Heading}
		for _, l := range p.Lines {
			line := lineView{DigestLine: l, When: l.When(p.Code), Acts: links[l.Case+"/"+l.Stage]}
			if p.Code == "climbed" {
				line.Needs = l.Needs()
			}
			v.Lines = append(v.Lines, line)
		}
		view.Parts = append(view.Parts, v)
	}
	var b, h strings.Builder
	if err := digestPlain.Execute(&b, view); err != nil {
		return "", "", err
	}
	if err := digestMail.Execute(&h, view); err != nil {
		return "", "", err
	}
	return b.String(), h.String(), nil
}
