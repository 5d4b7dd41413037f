package api

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bihuan/activities/register"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// Each request is known by its route and by the id of whoever made it; what can be chosen freely or names somebody is no label of a
// metric, and in no span.
func TestRequestsAreWatched(t *testing.T) {
	s := newSite(t)
	numbers, spans, log := metric.NewManualReader(), tracetest.NewSpanRecorder(), &bytes.Buffer{}
	server := must(New(Config{Register: s.register, Log: slog.New(slog.NewTextHandler(log, nil)), Meters: metric.NewMeterProvider(metric.WithReader(numbers)),
		Tracers: trace.NewTracerProvider(trace.WithSpanProcessor(spans))}))
	web := httptest.NewServer(server)
	s.url = web.URL
	b, id := s.browser(), register.NewID()
	b.login("wangmin")
	b.get("/cases/" + id)
	b.get("/l/secret-of-a-link")
	b.get("/nowhere/王敏")
	b.read(b.Do(must(http.NewRequestWithContext(t.Context(), "INVENTED", s.url+"/cases/"+id, nil))))
	web.Close()
	server.Close()
	var of metricdata.ResourceMetrics
	if err := numbers.Collect(context.Background(), &of); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range of.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints {
		label := func(key attribute.Key) string { v, _ := p.Attributes.Value(key); return v.AsString() }
		seen[label("method")+" "+label("route")+" "+label("status")] = true
	}
	for _, want := range []string{"POST /login 3xx", "GET /cases/{id} 4xx", "GET /l/{token} 4xx", "GET none 4xx", "other none 4xx"} {
		if !seen[want] {
			t.Errorf("%q is not among %v", want, seen)
		}
	}
	names := ""
	for _, span := range spans.Ended() {
		names += span.Name() + "\n"
		for _, a := range span.Attributes() {
			names += a.Value.String() + "\n"
		}
	}
	if !strings.Contains(names, "GET /cases/{id}\n") || strings.Contains(names, id) || strings.Contains(names, "secret") || strings.Contains(names, "王敏") {
		t.Error(names)
	}
	for _, want := range []string{"route=/cases/{id}", "account=" + s.account, "status=404", "ms="} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in %s", want, log)
		}
	}
	if strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "王敏") {
		t.Error(log)
	}
}
