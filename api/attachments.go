package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/gabriel-vasile/mimetype"
	"github.com/go-chi/chi/v5"
)

// Files keeps attachments by the hash of their content under one folder; no path leads out of it.
type Files struct{ root *os.Root }

// OpenFiles opens the folder, making it if need be.
func OpenFiles(folder string) (*Files, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	return &Files{root}, err
}

// attachmentLimit is the size of one attachment in bytes, mediaLimit that of a recording (音像).
const (
	attachmentLimit = 20 << 20
	mediaLimit      = 200 << 20
)

// attachable are the types that offices exchange: the extension and what the content must be.
var attachable = map[string][]string{
	".pdf": {"application/pdf"}, ".ofd": {"application/zip"},
	".doc": {"application/msword", "application/x-ole-storage"}, ".xls": {"application/vnd.ms-excel", "application/x-ole-storage"},
	".wps":  {"application/x-ole-storage", "application/msword"},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".jpg":  {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".png": {"image/png"}, ".txt": {"text/plain"},
	".mp4": {"video/mp4"}, ".mp3": {"audio/mpeg"}, ".m4a": {"audio/x-m4a"}, ".wav": {"audio/wav"},
}

// recorded tells sound and film, which are kept as they come: nothing is read in them, and nothing taken out.
func recorded(kind string) bool {
	return strings.HasPrefix(kind, "video/") || strings.HasPrefix(kind, "audio/")
}

// receiveFiles stores the form's files. Codes: TooLarge, BadFile, Secret (the tick 不含国家秘密 is missing, or a file is marked).
func (s *Server) receiveFiles(r *http.Request, caseID string) (as []register.Attachment, err error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	for _, h := range r.MultipartForm.File["files"] {
		if h.Filename == "" && h.Size == 0 {
			continue
		}
		if r.PostFormValue("open") == "" {
			return nil, schemas.Refuse("Secret", "请确认附件不含国家秘密：涉密文件不得上传")
		}
		a, err := s.Files.receive(h)
		if err != nil {
			return nil, err
		}
		a.CaseID = caseID
		as = append(as, a)
	}
	return as, nil
}

func (f *Files) receive(h *multipart.FileHeader) (a register.Attachment, err error) {
	name := path.Base(strings.ReplaceAll(h.Filename, `\`, "/"))
	wanted, known := attachable[strings.ToLower(path.Ext(name))]
	switch {
	case !known:
		return a, schemas.Refuse("BadFile", "附件“%s”的类型不能上传，请用 PDF、OFD、Word、Excel、WPS、图片、MP4、MP3、M4A 或 WAV", name)
	case h.Size > mediaLimit, h.Size > attachmentLimit && !recorded(wanted[0]):
		return a, schemas.Refuse("TooLarge", "附件“%s”太大：文件和图片每个不超过20MB，视频和录音每个不超过200MB，请压缩或拆分后再传", name)
	}
	in, err := h.Open()
	if err != nil {
		return a, badForm(err)
	}
	defer in.Close()
	is, err := mimetype.DetectReader(in)
	if err != nil {
		return a, badForm(err)
	}
	if !slices.ContainsFunc(wanted, is.Is) {
		return a, schemas.Refuse("BadFile", "附件“%s”的内容与扩展名不符，请检查文件", name)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return a, err
	}
	if recorded(wanted[0]) {
		if err := notSecret("附件“"+name+"”", name); err != nil {
			return a, err
		}
		sum, err := f.store(in)
		return register.Attachment{Name: name, Type: wanted[0], Size: h.Size, SHA256: sum}, err
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return a, err
	}
	words, err := wordsOf(name, wanted[0], content)
	if err == nil {
		err = notSecret("附件“"+name+"”", name, words)
	}
	if err != nil {
		return a, err
	}
	content = bare(wanted[0], content)
	sum, err := f.store(bytes.NewReader(content))
	return register.Attachment{Name: name, Type: wanted[0], Size: int64(len(content)), SHA256: sum}, err
}

// store writes the content under its hash; what is there already is left. Code: StoreFull.
func (f *Files) store(in io.Reader) (string, error) {
	tmp := "incoming-" + register.NewID()
	out, err := f.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", full(err)
	}
	defer func() { _ = f.root.Remove(tmp) }()
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, hash), in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return "", full(err)
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	if err := f.root.MkdirAll(sum[:2], 0o700); err != nil {
		return "", full(err)
	}
	return sum, full(f.root.Rename(tmp, sum[:2]+"/"+sum))
}

func full(err error) error {
	if err == nil {
		return nil
	}
	return &schemas.Error{Code: "StoreAway", Text: "附件暂时无法保存，请稍后再试；文字内容可以先不带附件提交", Cause: err}
}

// download gives an attachment to one who may read its paper.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	m, err := s.matter(ctx, p, chi.URLParam(r, "id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a, err := s.attachment(r, m, chi.URLParam(r, "file"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := s.Files.root.Open(a.SHA256[:2] + "/" + a.SHA256)
	if err != nil {
		s.fail(w, r, full(err))
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", a.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", time.Time{}, f) // parts of it too: a film is played from anywhere
}

func (s *Server) attachment(r *http.Request, m matter, id string) (register.Attachment, error) {
	papers, err := s.Register.Papers(r.Context(), m.ID)
	if err != nil {
		return register.Attachment{}, err
	}
	files, err := s.Register.Attachments(r.Context(), m.ID)
	if err != nil {
		return register.Attachment{}, err
	}
	for _, f := range files {
		if f.ID == id && slices.ContainsFunc(papers, func(d register.Paper) bool { return d.ID == f.Paper && mayReadPaper(person(r.Context()), m, d) }) {
			return f, nil
		}
	}
	return register.Attachment{}, schemas.Refuse("NotFound", "没有找到这个附件，或者您无权查看")
}
