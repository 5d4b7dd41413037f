package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/api"
	"bihuan/schemas"
	"bihuan/worker"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// collector is a tiny OpenTelemetry collector over HTTP.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracepb.Span
}

func newCollector(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var in collectorpb.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &in)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			http.Error(w, "not a trace", http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, of := range in.ResourceSpans {
			for _, scope := range of.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// traces are the names of the spans of each trace.
func (c *collector) traces() map[string][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := map[string][]string{}
	for _, s := range c.spans {
		id := hex.EncodeToString(s.TraceId)
		of[id] = append(of[id], s.Name)
	}
	return of
}

// service is bihuan serve as it runs, in this process.
type service struct {
	t       *testing.T
	reg     *register.Register
	pages   string
	metrics string
	stop    func()
}

func serve(t *testing.T, traces string) service {
	t.Helper()
	free := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}
	database := registertest.URL(t)
	reg, err := register.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	c := serveCommand{stack: stack{Database: database, Temporal: os.Getenv("TEMPORAL_ADDRESS"), journal: journal{Log: "text", LogLevel: "warn"}},
		pages: pages{Listen: free(), Files: t.TempDir()}, watch: watch{Metrics: free(), Traces: traces}}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	s := service{t: t, reg: reg, pages: "http://" + c.Listen, metrics: "http://" + c.Metrics + "/metrics"}
	s.stop = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		reg.Close()
	})
	t.Cleanup(s.stop)
	eventually(t, "the pages answer", func() bool {
		r, err := http.Get(s.pages + "/readyz")
		if err == nil {
			_ = r.Body.Close()
		}
		return err == nil && r.StatusCode == http.StatusOK
	})
	return s
}

// draft files an opinion and hands its draft in, as the clerk would, over HTTP.
func (s service) draft(d registertest.District) (id string) {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	post := func(path string, in any, status int) (out map[string]string) {
		s.t.Helper()
		body, err := json.Marshal(in)
		if err != nil {
			s.t.Fatal(err)
		}
		r, err := c.Post(s.pages+path, "application/json", bytes.NewReader(body))
		if err != nil {
			s.t.Fatal(err)
		}
		defer r.Body.Close()
		answer, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != status {
			s.t.Fatal(path, r.Status, string(answer), err)
		}
		_ = json.Unmarshal(answer, &out)
		return out
	}
	post("/api/login", schemas.LoginIn{Login: "cmt", Password: registertest.Password}, http.StatusNoContent)
	id = post("/api/cases", schemas.FileIn{Number: "测审〔2026〕1号", Kind: "deliberation", Source: "执法检查", Title: "关于停车难问题的审议意见", Committee: d.Committee,
		T0: time.Now().In(schemas.Shanghai).Format(time.DateOnly), Direct: true, Items: []schemas.ItemIn{{Problem: "车位缺口大", Demand: "新增一千个车位"}},
		Parties: []schemas.PartyIn{{Unit: d.Units[0], Capacity: "sole"}}}, http.StatusCreated)["id"]
	eventually(s.t, "the case runs", func() bool {
		st, err := s.reg.State(s.t.Context(), id)
		return err == nil && st.Find("draft#1") != nil
	})
	post("/api/cases/"+id+"/acts", schemas.ActIn{Token: "draft-token", Stage: "draft#1"}, http.StatusOK)
	return id
}

// Beside the metrics a worker tells whether it gets work: so long as the engine is away, or knows only another worker, it does not.
func TestWorkerTellsWhetherItGetsWork(t *testing.T) {
	ready := func(s service) (status int) {
		r, err := http.Get(strings.Replace(s.metrics, "/metrics", "/readyz", 1))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		return r.StatusCode
	}
	s := serve(t, "")
	eventually(t, "the worker gets work", func() bool { return ready(s) == http.StatusOK })
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var refused *schemas.Error
	if err := (worker.Observer{Register: s.reg, Temporal: c}).Polls(t.Context(), "1@elsewhere"); !errors.As(err, &refused) || refused.Code != "NoWork" {
		t.Errorf("a worker that is none polls: %v", err)
	}
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	if status := ready(serve(t, "")); status != http.StatusServiceUnavailable {
		t.Errorf("without the engine: %d", status)
	}
}

// One trace leads from the page over the register and the case's update to the Record that puts the act on record; and no span knows
// a name, a text or a number.
func TestTraceFromPageToActivity(t *testing.T) {
	c := newCollector(t)
	s := serve(t, c.URL)
	d := registertest.Found(t, s.reg, schemas.Pace{}, api.Hash(registertest.Password))
	id := s.draft(d)
	s.stop()
	for _, way := range [][]string{
		{"POST /api/cases", "file_case", "StartWorkflow:" + schemas.Opinion, "RunWorkflow:" + schemas.Opinion, "StartActivity:Record", "RunActivity:Record", "write_case"},
		{"POST /api/cases/{id}/acts", "receive", "UpdateWorkflow:" + schemas.UpdateAct, "HandleUpdate:" + schemas.UpdateAct, "StartActivity:Record", "RunActivity:Record", "write_journal"},
	} {
		whole := 0
		for _, names := range c.traces() {
			missing := slices.DeleteFunc(slices.Clone(way), func(step string) bool { return slices.Contains(names, step) })
			if len(missing) == 0 {
				whole++
			}
		}
		if whole != 1 {
			t.Errorf("%d traces hold all of %q:\n%v", whole, way, c.traces())
		}
	}
	for _, span := range c.spans {
		text := protojson.Format(span)
		for _, secret := range []string{"测审", "停车", "车位", "城建工委", "甲局", "经办", registertest.Password, "example.gov.cn", "select "} {
			if strings.Contains(text, secret) {
				t.Errorf("a span knows %q: %s", secret, text)
			}
		}
	}
	known := map[string]bool{}
	for _, span := range c.spans {
		known[string(span.SpanId)] = true
	}
	for _, span := range c.spans {
		if len(span.ParentSpanId) > 0 && !known[string(span.ParentSpanId)] {
			t.Errorf("the parent of %s was never told", span.Name)
		}
	}
	traced := events(t, id)
	plain := serve(t, "")
	untraced := events(t, plain.draft(registertest.Found(t, plain.reg, schemas.Pace{}, api.Hash(registertest.Password))))
	if !slices.Equal(traced, untraced) {
		t.Errorf("tracing changes the history:\n%v\n%v", traced, untraced)
	}
}

// events are the kinds of the events in a case's history, which must replay with tracing and without, and tell no spans then.
func events(t *testing.T, id string) (kinds []enums.EventType) {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if n, err := worker.Replay(t.Context(), c, converter.GetDefaultDataConverter(), []string{id}); n != 1 || err != nil {
		t.Errorf("replay without tracing: %d, %v", n, err)
	}
	h, err := worker.History(t.Context(), c, id)
	if err != nil {
		t.Fatal(err)
	}
	again := tracetest.NewSpanRecorder()
	tracing, err := worker.Trace(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(again)).Tracer("replay"))
	if err != nil {
		t.Fatal(err)
	}
	replayer, err := worker.Replayer(converter.GetDefaultDataConverter(), tracing)
	if err != nil {
		t.Fatal(err)
	}
	if err := replayer.ReplayWorkflowHistory(nil, h); err != nil || len(again.Started()) > 0 {
		t.Errorf("replay with tracing: %v, and %d spans told again", err, len(again.Started()))
	}
	for _, e := range h.Events {
		kinds = append(kinds, e.EventType)
	}
	return kinds
}

// A log is quiet unless told otherwise, and what it says within a trace names the trace.
func TestLogger(t *testing.T) {
	var said bytes.Buffer
	log, err := journal{Log: "json", LogLevel: "info"}.logger(&said)
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := sdktrace.NewTracerProvider().Tracer("").Start(t.Context(), "x")
	log.With("a", 1).InfoContext(ctx, "heard")
	log.Debug("unheard")
	var line struct{ Msg, Trace string }
	if err := json.Unmarshal(said.Bytes(), &line); err != nil || line.Msg != "heard" || line.Trace != span.SpanContext().TraceID().String() {
		t.Errorf("%v: %s", err, &said)
	}
	said.Reset()
	if log, err = (journal{Log: "text", LogLevel: "warn"}).logger(&said); err != nil {
		t.Fatal(err)
	}
	log.Info("unheard")
	log.Warn("heard")
	if text := said.String(); strings.Contains(text, "unheard") || !strings.Contains(text, "msg=heard") || strings.Contains(text, "trace=") {
		t.Error(text)
	}
}
