package api

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"bihuan/schemas"
)

// posted is a form with one file, as a browser sends it.
func posted(t *testing.T, name string, content []byte) *multipart.FileHeader {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("files", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if err := r.ParseMultipartForm(32 << 20); err != nil {
		t.Fatal(err)
	}
	return r.MultipartForm.File["files"][0]
}

func TestAttachmentsAreWhatTheySay(t *testing.T) {
	folder := t.TempDir()
	files, err := OpenFiles(folder)
	if err != nil {
		t.Fatal(err)
	}
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
	for _, c := range []struct {
		name    string
		content []byte
		code    string // empty: taken
	}{
		{"办理方案.pdf", pdf, ""},
		{"照片.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xaeB\x60\x82"), ""},
		{"说明.txt", []byte("办理情况说明"), ""},
		{"方案.pdf", []byte("<script>alert(1)</script>"), "BadFile"},
		{"表格.xlsx", pdf, "BadFile"},
		{"程序.exe", []byte("MZ\x90\x00"), "BadFile"},
		{"网页.html", []byte("<html></html>"), "BadFile"},
		{"图.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>`), "BadFile"},
		{"无扩展名", pdf, "BadFile"},
		{"过大.pdf", append(pdf, make([]byte, attachmentLimit)...), "TooLarge"},
	} {
		a, err := files.receive(posted(t, c.name, c.content))
		var refusal *schemas.Error
		switch {
		case c.code == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.code == "":
			kept, err := os.ReadFile(filepath.Join(folder, a.SHA256[:2], a.SHA256))
			if err != nil || !bytes.Equal(kept, c.content) || a.Name != c.name {
				t.Errorf("%s is kept as %q, %v", c.name, a.Name, err)
			}
		case !errors.As(err, &refusal) || refusal.Code != c.code:
			t.Errorf("%s: %v, not %s", c.name, err, c.code)
		}
	}
	a, err := files.receive(posted(t, `..\..\etc\passwd.pdf`, pdf))
	if err != nil || a.Name != "passwd.pdf" {
		t.Errorf("a name with a path is kept as %q, %v", a.Name, err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "incoming-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
