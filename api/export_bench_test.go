package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The size that an office may ask for at once: go test -run '^$' -bench Export -benchtime 1x ./api. It prints what an export of about
// 100,000 rows costs, by the server's own count of memory; the client keeps nothing.
func BenchmarkExport(b *testing.B) {
	ctx := context.Background()
	address := registertest.URL(b)
	owner := must(pgxpool.New(ctx, address))
	b.Cleanup(owner.Close)
	must(registertest.Seed(ctx, owner, 143000, hashed))
	reg := must(register.Open(ctx, address))
	b.Cleanup(reg.Close)
	server := must(New(Config{Register: reg, Files: must(OpenFiles(b.TempDir())), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}))
	web := httptest.NewServer(server)
	b.Cleanup(func() { web.Close(); server.Close() })
	jar := must(cookiejar.New(nil))
	who := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r := must(who.PostForm(web.URL+"/login", url.Values{"login": {"ofc"}, "password": {password}}))
	_ = r.Body.Close()
	for _, page := range []string{"/suggestions", "/cases", "/ledgers/suggestions", "/ledgers/opinions"} {
		b.Run(strings.Trim(strings.ReplaceAll(page, "/", " "), " "), func(b *testing.B) {
			for range b.N {
				runtime.GC()
				var before, now runtime.MemStats
				runtime.ReadMemStats(&before)
				peak, stop, stopped := uint64(0), make(chan struct{}), make(chan struct{})
				go func() {
					defer close(stopped)
					for {
						runtime.ReadMemStats(&now)
						peak = max(peak, now.HeapAlloc)
						select {
						case <-stop:
							return
						case <-time.After(20 * time.Millisecond):
						}
					}
				}()
				begun := time.Now()
				r := must(who.Get(web.URL + page + "?export=1"))
				first := time.Since(begun)
				n := must(io.Copy(io.Discard, r.Body))
				_ = r.Body.Close()
				took := time.Since(begun)
				close(stop)
				<-stopped
				if r.StatusCode != http.StatusOK || !strings.Contains(r.Header.Get("Content-Type"), "spreadsheetml") {
					b.Fatal(r.StatusCode, r.Header)
				}
				var why string
				if err := owner.QueryRow(ctx, "select reason from audit where action = $1 order by id desc limit 1", exportDeed).Scan(&why); err != nil {
					b.Fatal(err)
				}
				status := string(must(os.ReadFile("/proc/self/status")))
				_, hwm, _ := strings.Cut(status, "VmHWM:")
				hwm, _, _ = strings.Cut(strings.TrimSpace(hwm), "\n")
				fmt.Printf("%s: first byte after %.1f s, whole after %.1f s, %d MB of file; heap %d MB before, %d MB at the most; process %s at the most\n", why, first.Seconds(), took.Seconds(), n>>20,
					before.HeapAlloc>>20, peak>>20, hwm)
			}
		})
	}
}
