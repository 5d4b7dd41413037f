package api

import (
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

const (
	keptBytes  = 64 << 10
	keptPrefix = "_kept_"
	keptFile   = "_keptfile_"
)

// kept is a form that arrived when nobody could take it: its text goes back to the sender, to be sent again.
type kept struct {
	To        string // local path the form was sent to
	Texts     []keptText
	Files     []keptText // fields whose files must be chosen again, with the names they had
	Multipart bool       // how it was encoded, and must be again
	Lost      bool       // too large to come back
}

type keptText struct{ Name, Value string }

// Written are the texts that a person wrote, as far as that can be told from them.
func (k kept) Written() (ss []string) {
	for _, t := range k.Texts {
		if strings.ContainsFunc(t.Value, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			ss = append(ss, t.Value)
		}
	}
	return ss
}

// Hidden are the texts and files under the names they have on the login page.
func (k kept) Hidden() (ts []keptText) {
	for _, t := range k.Texts {
		ts = append(ts, keptText{keptPrefix + t.Name, t.Value})
	}
	for _, f := range k.Files {
		ts = append(ts, keptText{keptFile + f.Name, f.Value})
	}
	return ts
}

func (k kept) size() (n int) {
	for _, t := range slices.Concat(k.Texts, k.Files) {
		n += len(t.Name) + len(t.Value)
	}
	return n
}

// add keeps one field; passwords are not carried through pages.
func (k *kept) add(ts *[]keptText, name, value string) {
	if !strings.Contains(name, "password") {
		*ts = append(*ts, keptText{name, value})
	}
}

// keepForm reads what was posted. What exceeds 64 KiB is lost as a whole: half a text sent on by mistake
// would be worse.
func keepForm(r *http.Request) kept {
	k := kept{To: local(r.URL.RequestURI()), Multipart: isMultipart(r)}
	var err error
	switch {
	case r.MultipartForm != nil:
		k.keepFiles(r.MultipartForm.File)
		k.keepValues(r.PostForm)
	case k.Multipart:
		err = k.readParts(r)
	default:
		r.Body = http.MaxBytesReader(nil, r.Body, 4*keptBytes)
		err = r.ParseForm()
		k.keepValues(r.PostForm)
	}
	if err != nil || k.size() > keptBytes {
		return kept{To: k.To, Lost: true}
	}
	return k
}

func isMultipart(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "multipart/form-data"
}

func (k *kept) keepValues(form url.Values) {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			k.add(&k.Texts, name, v)
		}
	}
}

func (k *kept) keepFiles(files map[string][]*multipart.FileHeader) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, f := range files[name] {
			k.add(&k.Files, name, f.Filename)
		}
	}
}

// readParts goes through the parts as they come, so that a stranger's files touch neither memory nor disk.
func (k *kept) readParts(r *http.Request) error {
	parts, err := r.MultipartReader()
	for err == nil {
		var p *multipart.Part
		if p, err = parts.NextPart(); err != nil {
			break
		}
		err = k.readPart(p)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (k *kept) readPart(p *multipart.Part) error {
	if p.FileName() != "" {
		k.add(&k.Files, p.FormName(), p.FileName())
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(p, keptBytes+1))
	if err != nil {
		return err
	}
	k.add(&k.Texts, p.FormName(), string(b))
	if k.size() > keptBytes {
		return errors.New("the form is too large to keep")
	}
	return nil
}

// returned is the form of a request that may succeed when it is sent again (settled 10); nil: there is none.
func returned(r *http.Request) *kept {
	if r.Method != http.MethodPost {
		return nil
	}
	k := keepForm(r)
	if slices.Contains([]string{"/login", "/login/code", "/me/password", "/me/factor"}, r.URL.Path) {
		carried, is := unkeep(r.PostForm)
		if !is {
			return nil
		}
		k = carried
	}
	return &k
}

// unkeep reads a kept form back from what the login page posts.
func unkeep(form url.Values) (kept, bool) {
	k := kept{To: local(form.Get("kept_to")), Multipart: form.Has("kept_multipart")}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			if field, is := strings.CutPrefix(name, keptPrefix); is {
				k.Texts = append(k.Texts, keptText{field, v})
			} else if field, is := strings.CutPrefix(name, keptFile); is {
				k.Files = append(k.Files, keptText{field, v})
			}
		}
	}
	return k, form.Has("kept_to") && k.To != "/"
}

// local returns the path if a person may be sent there after the login, else the start page.
func local(path string) string {
	if !inside(path) || strings.HasPrefix(path, "/login") || strings.HasPrefix(path, "/logout") {
		return "/"
	}
	return path
}

// inside reports whether a path leads to a page of this site and nowhere else, as browsers read it.
func inside(path string) bool {
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(path, "/") &&
		!strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t")
}
