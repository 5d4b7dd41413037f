package worker

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/sdk/converter"
)

func keyFile(t *testing.T, mode os.FileMode, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), mode); err != nil {
		t.Fatal(err)
	}
	return name
}

func key(b byte) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(string(b), 32)))
}

// What one key sealed is opened after another has taken its place, and what was never sealed stays readable; without its key
// a payload stays shut.
func TestKeysRotate(t *testing.T) {
	open := func(lines ...string) converter.DataConverter {
		c, err := Converter(keyFile(t, 0o600, lines...))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	old, both, fresh := open("2026 "+key('a')), open("2027 "+key('b'), "2026 "+key('a')), open("2027 "+key('b'))
	const said = "01a206c4-56a9-7aba-a4ed-92206c3aae77"
	p, err := old.ToPayload(said)
	if err != nil || strings.Contains(string(p.Data), said) || strings.Contains(p.String(), "json") {
		t.Fatalf("not sealed: %s, %v", p, err)
	}
	var got string
	if err := both.FromPayload(p, &got); err != nil || got != said {
		t.Errorf("after rotation: %q, %v", got, err)
	}
	if err := fresh.FromPayload(p, &got); err == nil || !strings.Contains(err.Error(), "2026") {
		t.Errorf("without the key: %v", err)
	}
	plain, _ := converter.GetDefaultDataConverter().ToPayload(said)
	if err := fresh.FromPayload(plain, &got); err != nil || got != said {
		t.Errorf("never sealed: %q, %v", got, err)
	}
	p.Data[len(p.Data)-1] ^= 1
	if err := both.FromPayload(p, &got); err == nil {
		t.Error("a changed payload is opened")
	}
}

func TestKeyFilesRefused(t *testing.T) {
	for name, file := range map[string]string{
		"readable by others": keyFile(t, 0o644, "2026 "+key('a')),
		"empty":              keyFile(t, 0o600, ""),
		"short":              keyFile(t, 0o600, "2026 YWJj"),
		"twice":              keyFile(t, 0o600, "2026 "+key('a'), "2026 "+key('b')),
		"missing":            filepath.Join(t.TempDir(), "none"),
	} {
		if _, err := Converter(file); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
