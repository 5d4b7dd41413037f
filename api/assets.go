package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
)

//go:embed static
var staticFiles embed.FS

// assets are the static files by name.
type assets map[string]asset

type asset struct {
	body []byte
	hash string
}

func readAssets() (assets, error) {
	as := assets{}
	return as, fs.WalkDir(staticFiles, "static", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(path)
		sum := sha256.Sum256(body)
		as[path[len("static/"):]] = asset{body, hex.EncodeToString(sum[:6])}
		return err
	})
}

// path is where a page links to; the hash in it lets browsers keep the file for good.
func (as assets) path(name string) string { return "/static/" + name + "?v=" + as[name].hash }

func (as assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "*")
	a, known := as[name]
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Header().Set("ETag", `"`+a.hash+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.body))
}
