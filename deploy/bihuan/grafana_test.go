package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.yaml.in/yaml/v3"
)

// What the dashboard and the alerts ask for is what a running service shows, by name and by label.
func TestDashboardAndAlertsKnowTheMetrics(t *testing.T) {
	s := serve(t, "")
	d := registertest.Found(t, s.reg, schemas.Pace{}, api.Hash(registertest.Password))
	s.draft(d)
	failTask(t)
	var shown map[string]*dto.MetricFamily
	eventually(t, "a failed task is counted", func() bool {
		shown = s.scrape()
		return shown["temporal_workflow_task_execution_failed_total"] != nil
	})
	for expr, where := range expressions(t) {
		names, labels := inquire(expr)
		if len(names) == 0 {
			t.Errorf("%s asks for nothing: %s", where, expr)
		}
		known := []string{"le", "instance", "job"}
		for _, name := range names {
			family := shown[name]
			for _, part := range []string{"_bucket", "_count", "_sum"} {
				if base, cut := strings.CutSuffix(name, part); cut && shown[base].GetType() == dto.MetricType_HISTOGRAM {
					family = shown[base]
				}
			}
			if family == nil {
				t.Errorf("%s asks for %s, which nobody shows: %s", where, name, expr)
			}
			for _, m := range family.GetMetric() {
				for _, l := range m.Label {
					known = append(known, l.GetName())
				}
			}
		}
		for _, l := range labels {
			if !slices.Contains(known, l) {
				t.Errorf("%s asks for the label %s, which %v have not: %s", where, l, names, expr)
			}
		}
	}
	for name, family := range shown {
		for _, m := range family.Metric {
			for _, l := range m.Label {
				if id.MatchString(l.GetValue()) {
					t.Errorf("%s has an id for a label: %s=%s", name, l.GetName(), l.GetValue())
				}
			}
		}
		if strings.HasPrefix(name, "bihuan_") && !slices.ContainsFunc(documented(t), func(n string) bool { return n == name }) {
			t.Errorf("%s is not in the table of docs/operations.md", name)
		}
	}
}

var id = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}`)

// expressions are the expressions of the dashboard and of the alerts, and where each stands.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	exprs := map[string]string{}
	var board struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	text, err := os.ReadFile("../grafana/bihuan.json")
	if err == nil {
		err = json.Unmarshal(text, &board)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s is empty", p.Title)
		}
		for _, target := range p.Targets {
			exprs[target.Expr] = p.Title
		}
	}
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				For         model.Duration
				Labels      struct{ Severity string }
				Annotations struct{ Summary, Description string }
			}
		}
	}
	text, err = os.ReadFile("../grafana/alerts.yml")
	if err == nil {
		err = yaml.Unmarshal(text, &rules)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" || r.For == 0 || r.Labels.Severity == "" || r.Annotations.Summary == "" || r.Annotations.Description == "" {
				t.Errorf("the alert %+v lacks something", r)
			}
			exprs[r.Expr] = r.Alert
		}
	}
	if len(exprs) < 30 {
		t.Errorf("only %d expressions", len(exprs))
	}
	return exprs
}

var (
	quoted   = regexp.MustCompile(`"[^"]*"`)
	matchers = regexp.MustCompile(`\{[^}]*\}`)
	label    = regexp.MustCompile(`([a-z_]+) *(?:=~|!~|!=|=)`)
	grouping = regexp.MustCompile(`\b(?:by|without|on|ignoring) *\(([^)]*)\)`)
	word     = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]* *\(?`)
	ranges   = regexp.MustCompile(`\[[^\]]*\]`)
)

// inquire finds the metrics and the labels that an expression of PromQL names: in one without texts, ranges and groupings, the words
// that are not functions are metrics.
func inquire(expr string) (metrics, labels []string) {
	expr = quoted.ReplaceAllString(expr, "")
	for _, in := range matchers.FindAllString(expr, -1) {
		for _, m := range label.FindAllStringSubmatch(in, -1) {
			labels = append(labels, m[1])
		}
	}
	for _, in := range grouping.FindAllStringSubmatch(expr, -1) {
		labels = append(labels, strings.FieldsFunc(in[1], func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	for _, gone := range []*regexp.Regexp{matchers, grouping, ranges} {
		expr = gone.ReplaceAllString(expr, " ")
	}
	for _, w := range word.FindAllString(expr, -1) {
		if !strings.HasSuffix(w, "(") {
			metrics = append(metrics, strings.TrimSpace(w))
		}
	}
	return metrics, labels
}

// documented are the metrics in the table of the runbook.
func documented(t *testing.T) (names []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (`bihuan_[^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		for _, name := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(row[1], -1) {
			names = append(names, name[1])
		}
	}
	return names
}

// scrape reads the metrics as Prometheus does.
func (s service) scrape() map[string]*dto.MetricFamily {
	s.t.Helper()
	r, err := http.Get(s.metrics)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	p := expfmt.NewTextParser(model.LegacyValidation)
	families, err := p.TextToMetricFamilies(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		s.t.Fatal(r.Status, err)
	}
	return families
}

// failTask starts a workflow that nobody knows: its tasks fail.
func failTask(t *testing.T) {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Logger: sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))})
	if err != nil {
		t.Fatal(err)
	}
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "unknown/" + register.NewID(), TaskQueue: schemas.TaskQueue}, "Unknown")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.TerminateWorkflow(context.WithoutCancel(t.Context()), run.GetID(), "", "the test is over"); err != nil {
			t.Error(err)
		}
		c.Close()
	})
}
