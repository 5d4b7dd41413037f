package api

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/go-chi/chi/v5"
)

// packing is an archive package (归档包) on its way to a person, with the hashes of what has gone into it.
type packing struct {
	zip  *zip.Writer
	sums strings.Builder
}

// add puts a file into the package; from says what the register knows of its hash.
func (a *packing) add(name string, at time.Time, from string, in io.Reader) error {
	out, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.In(schemas.Shanghai)})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err = io.Copy(io.MultiWriter(out, sum), in); err != nil {
		return err
	}
	got := hex.EncodeToString(sum.Sum(nil))
	if from != "" && got != from {
		fmt.Fprintf(&a.sums, "# 与登记的哈希 %s 不符：\n", from)
	}
	fmt.Fprintf(&a.sums, "%s  %s\n", got, name)
	return nil
}

// archive streams what a person may read of a closed matter: its letters, what happened, the attachments, and the hash of each.
// Codes: NotFound, NotYet.
func (s *Server) archive(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	page, err := s.casePage(r, chi.URLParam(r, "id"))
	switch {
	case err != nil:
	case !mayReadWhole(p, page.M):
		err = schemas.Refuse("NotFound", "没有找到您要的事项，或者您无权查看")
	case page.M.Outcome == "":
		err = schemas.Refuse("NotYet", "事项还没有办结，办结以后才能取归档包")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": page.M.Number + " 归档包.zip"}))
	w.Header().Set("Cache-Control", "no-store")
	a := packing{zip: zip.NewWriter(w)}
	put := func() error {
		if err := a.add("办理过程.txt", page.M.EndedAt, "", strings.NewReader(history(page))); err != nil {
			return err
		}
		for _, l := range page.Letters {
			if l.Is("draft") {
				continue
			}
			content, err := s.Register.LetterContent(ctx, p.Congress, l.ID)
			if err == nil {
				err = a.add("公文/"+fileName(letterFile(l.Letter)), l.IssuedAt, l.SHA256, strings.NewReader(string(content)))
			}
			if err != nil {
				return err
			}
		}
		n := 0
		for _, d := range page.Papers { // those that the person may read
			for _, f := range d.Files {
				n++
				if err := s.addAttachment(&a, fmt.Sprintf("附件/%03d %s", n, fileName(f.Name)), d.WrittenAt, f); err != nil {
					return err
				}
			}
		}
		sums := a.sums.String()
		if err := a.add("sha256.txt", page.M.EndedAt, "", strings.NewReader(sums)); err != nil {
			return err
		}
		return a.zip.Close()
	}
	if err := put(); err != nil {
		s.Log.ErrorContext(ctx, "archive package broken off", "err", err, "request", requestID(ctx))
		panic(http.ErrAbortHandler) // half a package must not look like a whole one
	}
}

func (s *Server) addAttachment(a *packing, name string, at time.Time, f register.Attachment) error {
	in, err := s.Files.root.Open(f.SHA256[:2] + "/" + f.SHA256)
	if err != nil {
		return err
	}
	defer in.Close()
	return a.add(name, at, f.SHA256, in)
}

// fileName is a name that every system can keep, and that leads nowhere else.
func fileName(name string) string {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) || c < ' ' {
			return '_'
		}
		return c
	}, path.Base(name))
	return cmp.Or(strings.Trim(name, ". "), "文件")
}

// history is what happened to a matter as a text, the first first.
func history(page casePage) string {
	m := page.M
	var b strings.Builder
	fmt.Fprintf(&b, "\ufeff%s\r\n%s\r\n\r\n督办委室：%s\r\n登记：%s\r\n办结：%s（%s）\r\n\r\n办理过程\r\n", m.Number, m.Title, m.CommitteeName, zhInstant(m.FiledAt), zhInstant(m.EndedAt), schemas.PhaseName(m.Outcome))
	for _, e := range slices.Backward(page.Events) {
		at := zhInstant(e.At)
		if e.Day {
			at = schemas.ZhDate(e.At)
		}
		fmt.Fprintf(&b, "%s　%s", at, e.Text)
		if e.Note != "" {
			b.WriteString("（" + e.Note + "）")
		}
		b.WriteString("\r\n")
	}
	return b.String()
}
