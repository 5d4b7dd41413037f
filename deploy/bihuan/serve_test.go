package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"
)

// Two settings switch https on: the cookie is bound to the host, browsers are told to stay, and a client that never finishes its
// request is cut off.
func TestServesOverTLS(t *testing.T) {
	reg := registertest.New(t)
	registertest.Found(t, reg, schemas.Pace{}, api.Hash(registertest.Password))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, kind string, bytes []byte) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	p := &pages{Listen: address, Files: filepath.Join(folder, "files"), Cert: write("cert.pem", "CERTIFICATE", cert), Key: write("key.pem", "EC PRIVATE KEY", secret)}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.serve(ctx, base{reg: reg, log: slog.New(slog.NewTextHandler(io.Discard, nil))}) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	roots := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var r *http.Response
	eventually(t, "https answers", func() bool {
		r, err = c.PostForm("https://"+address+"/login", url.Values{"login": {"dep"}, "password": {registertest.Password}})
		return err == nil
	})
	_ = r.Body.Close()
	cookie := r.Header.Get("Set-Cookie")
	if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "Secure") || r.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%d, %q, %v", r.StatusCode, cookie, r.Header)
	}
	slow, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := io.WriteString(slow, "GET / HTTP/1.1\r\nHost: x\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = slow.SetReadDeadline(time.Now().Add(15 * time.Second))
	if _, err := io.ReadAll(slow); err != nil {
		t.Errorf("a client that never finishes its header is kept: %v", err)
	}
}

// Where the worker cannot begin, nothing goes on as if it had.
func TestNothingIsServedWithoutAWorker(t *testing.T) {
	p := &post{SMS: "http://127.0.0.1:1", SMSBody: filepath.Join(t.TempDir(), "not-there")}
	h := base{reg: registertest.New(t), log: slog.New(slog.DiscardHandler)}
	served := make(chan error, 1)
	go func() {
		served <- p.withWorker(t.Context(), h, func(ctx context.Context) error {
			<-ctx.Done()
			return nil
		})
	}()
	select {
	case err := <-served:
		if err == nil {
			t.Error("nobody is told why")
		}
	case <-time.After(30 * time.Second):
		t.Error("the pages go on without a worker")
	}
}
