package main

import (
	"os/exec"
	"strings"
	"testing"
)

// Who may import whom: each package with what its direct imports may be besides the standard library. A trailing slash
// allows all below.
var walls = map[string][]string{
	"bihuan/schemas":             {},
	"bihuan/workflows":           {"bihuan/schemas", "bihuan/activities", "go.temporal.io/sdk/workflow", "go.temporal.io/sdk/temporal"},
	"bihuan/activities":          {"bihuan/schemas"},
	"bihuan/activities/register": {"bihuan/schemas", "github.com/emmansun/gmsm/sm3", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/mozillazg/go-pinyin", "github.com/pressly/goose/v3", "github.com/pressly/goose/v3/lock"},
	"bihuan/activities/notices":  {"bihuan/schemas", "bihuan/activities/register", "github.com/wneessen/go-mail"},
	"bihuan/activities/intake":   {"bihuan/schemas", "bihuan/activities/register", "go.temporal.io/"},
	"bihuan/worker":              {"bihuan/schemas", "bihuan/workflows", "bihuan/activities/", "bihuan/activities", "go.temporal.io/", "google.golang.org/protobuf/", "go.opentelemetry.io/otel/trace"},
}

func TestWalls(t *testing.T) {
	for pkg, allowed := range walls {
		out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, pkg).Output()
		if err != nil {
			t.Fatal(pkg, err)
		}
		for _, imp := range strings.Fields(string(out)) {
			if !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") && !strings.HasPrefix(imp, "bihuan/") {
				continue // the standard library
			}
			ok := false
			for _, a := range allowed {
				ok = ok || imp == a || strings.HasPrefix(imp, a+"/") && strings.HasPrefix(a, "github.com/jackc/pgx") || strings.HasSuffix(a, "/") && strings.HasPrefix(imp, a)
			}
			if !ok {
				t.Errorf("%s imports %s", pkg, imp)
			}
		}
	}
	deps, err := exec.Command("go", "list", "-deps", "bihuan/workflows").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, far := range []string{"github.com/jackc/pgx", "bihuan/activities/register", "bihuan/activities/notices"} {
		if strings.Contains(string(deps), far) {
			t.Errorf("workflows reach %s", far)
		}
	}
	pages, err := exec.Command("go", "list", "-deps", "bihuan/api").Output()
	if err != nil || strings.Contains(string(pages), "bihuan/workflows") {
		t.Errorf("the pages reach the workflows: %v", err)
	}
	for _, pkg := range []string{"bihuan/worker", "bihuan/deploy/bihuan"} {
		users, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "bihuan/...").Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(users), "\n") {
			if who, what, _ := strings.Cut(line, " "); !strings.HasPrefix(who, "bihuan/deploy/") && strings.Contains(" "+what+" ", " "+pkg+" ") {
				t.Errorf("%s imports %s; nothing but deploy may", who, pkg)
			}
		}
	}
}
