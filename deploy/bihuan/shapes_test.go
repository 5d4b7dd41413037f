package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// stopPatience is what api and worker each take to stop at most: more than the 15 s that they give what is in hand.
const stopPatience = 20 * time.Second

// shapeFiles are the files by which the product is deployed in another shape than make run's.
func shapeFiles(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"../Dockerfile", "../compose/*", "../compose/.env.example", "../kubernetes/*/*.yaml", "../kubernetes/*/*/*.yaml", "../systemd/*"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v, %v", pattern, paths, err)
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.IsDir() {
				continue // passwords and certificates of an installation
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[path] = string(text)
		}
	}
	return texts
}

// settings are the environment variables that the program's commands read.
func settings(t *testing.T) []string {
	t.Helper()
	k, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			names = append(names, f.Envs...)
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(k.Model.Node)
	return names
}

var (
	settingName = regexp.MustCompile(`\b(?:BIHUAN_[A-Z_]*[A-Z]|DATABASE_URL|TEMPORAL_ADDRESS)\b`)
	unitCommand = regexp.MustCompile(`(?m)^ExecStart=(/\S+)(.*)$`)
)

// TestShapesSettings: what the deployments set, the program reads; what it reads, the manual names.
func TestShapesSettings(t *testing.T) {
	known := settings(t)
	// of the shapes themselves: an image's name, the folder that databases.sql reads
	own := []string{"BIHUAN_IMAGE", "BIHUAN_SECRETS"}
	seen := 0
	for path, text := range shapeFiles(t) {
		for _, name := range settingName.FindAllString(text, -1) {
			seen++
			if !slices.Contains(known, name) && !slices.Contains(own, name) {
				t.Errorf("%s sets %s, which no command reads", path, name)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d settings found in all files", seen)
	}
	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range known {
		short := strings.TrimPrefix(name, "BIHUAN_OIDC") // the manual writes `BIHUAN_OIDC_ISSUER`、`_CLIENT`
		if !strings.Contains(string(manual), "`"+name+"`") && !strings.Contains(string(manual), "`"+short+"`") {
			t.Errorf("the manual does not name %s", name)
		}
	}
}

// TestShapesCommands: every command that the deployments start is one of the program's.
func TestShapesCommands(t *testing.T) {
	var started [][]string
	for path, text := range shapeFiles(t) {
		if filepath.Ext(path) == ".service" {
			found := unitCommand.FindStringSubmatch(text)
			if found == nil {
				t.Errorf("%s starts nothing", path)
			} else if found[1] == "/usr/local/bin/bihuan" {
				started = append(started, strings.Fields(found[2]))
			}
			continue
		}
		if filepath.Ext(path) != ".yaml" {
			continue
		}
		for _, container := range containers(t, path, text) {
			if image := container["image"]; image == "bihuan" || container["build"] != nil {
				args := container["args"]
				if args == nil {
					args = container["command"]
				}
				started = append(started, words(args))
			}
		}
	}
	if len(started) < 15 {
		t.Fatalf("only %d commands found: %v", len(started), started)
	}
	for _, args := range started {
		k, err := kong.New(&commands{}, kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		trace, err := kong.Trace(k, args)
		if err != nil || trace.Error != nil || trace.Selected() == nil || len(args) == 0 {
			t.Errorf("bihuan %v is no command: %v", args, err)
		}
	}
	installer, err := os.ReadFile("../install-offline.sh")
	if err != nil || !strings.Contains(string(installer), "bin/bihuan replay") {
		t.Errorf("the installer for systemd does not ask the gate of an upgrade: %v", err)
	}
	started = append(started, []string{"replay"})
	for _, want := range []string{"api", "worker", "migrate", "doctor", "replay"} {
		if n := len(slices.DeleteFunc(slices.Clone(started), func(args []string) bool { return !reflect.DeepEqual(args, []string{want}) })); n != 3 {
			t.Errorf("bihuan %s is started in %d shapes, not in compose, kubernetes and systemd", want, n)
		}
	}
}

// TestShapesStop: what ends api and worker gives them the time that they take.
func TestShapesStop(t *testing.T) {
	patience := map[string]time.Duration{}
	for path, text := range shapeFiles(t) {
		switch filepath.Base(path) {
		case "compose.yaml":
			for name, c := range document(t, path, text)["services"].(map[string]any) {
				if d, ok := c.(map[string]any)["stop_grace_period"].(string); ok {
					patience["compose "+name], _ = time.ParseDuration(d)
				}
			}
		case "api.yaml", "worker.yaml":
			found := regexp.MustCompile(`terminationGracePeriodSeconds: (\d+)`).FindStringSubmatch(text)
			if found != nil {
				patience["kubernetes "+strings.TrimSuffix(filepath.Base(path), ".yaml")], _ = time.ParseDuration(found[1] + "s")
			}
		case "bihuan-api.service", "bihuan-worker@.service":
			found := regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindStringSubmatch(text)
			if found != nil {
				patience["systemd "+strings.Trim(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "bihuan-"), ".service"), "@")], _ = time.ParseDuration(found[1] + "s")
			}
		}
	}
	for _, shape := range []string{"compose", "kubernetes", "systemd"} {
		for _, process := range []string{"api", "worker"} {
			if d := patience[shape+" "+process]; d < stopPatience {
				t.Errorf("%s gives %s %s to stop", shape, process, d)
			}
		}
	}
}

// TestShapesPorts: who is asked for at a port listens there, and Temporal is the version that the ground embeds, with its settings.
func TestShapesPorts(t *testing.T) {
	ground, err := os.ReadFile("../standalone/temporal.go")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := os.ReadFile("../standalone/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`go\.temporal\.io/server v(\S+)`).FindStringSubmatch(string(modules))[1]
	partitions := regexp.MustCompile(`taskQueuePartitions = (\d+)`).FindStringSubmatch(string(ground))[1]
	dynamic, err := os.ReadFile("../temporal-dynamic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if want, err := strconv.Atoi(partitions); err != nil || strings.Count(string(dynamic), "value: "+strconv.Itoa(want)+"\n") != 2 {
		t.Errorf("temporal-dynamic.yaml does not say the ground's %s partitions twice", partitions)
	}
	images := 0
	for path, text := range shapeFiles(t) {
		for _, found := range regexp.MustCompile(`temporalio/(?:server|admin-tools)(?::|, newTag: )([\d.]+)`).FindAllStringSubmatch(text, -1) {
			if images++; found[1] != version {
				t.Errorf("%s has Temporal %s, the ground %s", path, found[1], version)
			}
		}
		for _, found := range regexp.MustCompile(`(?:TEMPORAL_ADDRESS\S* |value: "?)(?:temporal-frontend|127\.0\.0\.1):(\d+)`).FindAllStringSubmatch(text, -1) {
			if found[1] != "7233" {
				t.Errorf("%s looks for Temporal at port %s", path, found[1])
			}
		}
		if strings.Contains(text, "containerPort: 8080") != strings.Contains(text, "name: http, containerPort: 8080") {
			t.Errorf("%s: the pages' port has no name", path)
		}
	}
	if images != 7 {
		t.Errorf("%d images of Temporal found", images)
	}
	for path, line := range map[string]string{
		"../Dockerfile":                        "BIHUAN_LISTEN=0.0.0.0:8080",
		"../compose/compose.yaml":              "http://127.0.0.1:8080/readyz",
		"../kubernetes/base/worker.yaml":       `"0.0.0.0:9464"`,
		"../compose/Caddyfile":                 "port 8080",
		"../kubernetes/base/api.yaml":          "containerPort: 8080",
		"../kubernetes/base/network.yaml":      "port: 8080",
		"../systemd/bihuan-temporal.service":   "--port 7233",
		"../systemd/bihuan.env":                "TEMPORAL_ADDRESS=127.0.0.1:7233",
		"../kubernetes/base/temporal.yaml":     "port: 7233",
		"../kubernetes/base/settings.yaml":     "TEMPORAL_ADDRESS: temporal-frontend:7233",
		"../kubernetes/postgres/postgres.yaml": "containerPort: 5432",
	} {
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), line) {
			t.Errorf("%s has no %q: %v", path, line, err)
		}
	}
}

// TestShapesUnits lets systemd itself read the units, below a root where the programs are.
func TestShapesUnits(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Fatal("systemd-analyze is missing: it comes with Debian's systemd")
	}
	units, err := filepath.Glob("../systemd/bihuan*.*")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	root := t.TempDir()
	for _, unit := range units {
		if slices.Contains([]string{".service", ".timer", ".target"}, filepath.Ext(unit)) {
			text, err := os.ReadFile(unit)
			if err != nil {
				t.Fatal(err)
			}
			// the commands need not be installed for the units to be well written
			written := unitCommand.ReplaceAll(text, []byte("ExecStart=/bin/true$2"))
			path := filepath.Join(root, filepath.Base(unit))
			if err := os.WriteFile(path, written, 0o600); err != nil {
				t.Fatal(err)
			}
			names = append(names, path)
		}
	}
	out, err := exec.Command("systemd-analyze", append([]string{"verify", "--man=no", "--generators=no"}, names...)...).CombinedOutput()
	if err != nil || strings.Contains(string(out), "bihuan") {
		t.Errorf("%v\n%s", err, out)
	}
}

func document(t *testing.T, path, text string) map[string]any {
	t.Helper()
	var d map[string]any
	if err := yaml.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return d
}

// containers are all parts of a file, however deep, that name an image.
func containers(t *testing.T, path, text string) []map[string]any {
	t.Helper()
	var found []map[string]any
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if v["image"] != nil {
				found = append(found, v)
			}
			for key, part := range v {
				if !strings.HasPrefix(key, "x-") {
					walk(part)
				}
			}
		case []any:
			for _, part := range v {
				walk(part)
			}
		}
	}
	for d := yaml.NewDecoder(strings.NewReader(text)); ; {
		var v any
		err := d.Decode(&v)
		if err != nil {
			if err.Error() != "EOF" {
				t.Fatalf("%s: %v", path, err)
			}
			return found
		}
		walk(v)
	}
}

func words(v any) []string {
	var ws []string
	list, _ := v.([]any)
	for _, w := range list {
		s, _ := w.(string)
		ws = append(ws, s)
	}
	return ws
}
