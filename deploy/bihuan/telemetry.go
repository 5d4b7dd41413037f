package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/worker"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

type (
	// watch is what a service tells of itself while it runs; a zero watch tells nothing.
	watch struct {
		Metrics string `env:"BIHUAN_METRICS" help:"指标（Prometheus）监听的地址，如 127.0.0.1:9464；不填则没有"`
		Traces  string `env:"OTEL_EXPORTER_OTLP_ENDPOINT" help:"OpenTelemetry 收集器（OTLP/HTTP）的地址，如 http://127.0.0.1:4318；不填则不追踪"`
		works   bool   // has a worker, and tells beside the metrics whether it gets work
	}
	// journal is how a command logs.
	journal struct {
		Log      string `env:"BIHUAN_LOG" enum:"text,json" default:"text" help:"日志的格式：text 或 json"`
		LogLevel string `env:"BIHUAN_LOG_LEVEL" enum:"debug,info,warn,error" default:"warn" help:"日志的级别：debug、info、warn、error"`
	}
	// instruments are what measures and traces; those that nobody asked for are nil.
	instruments struct {
		scraped *prometheus.Registry
		meters  metric.MeterProvider
		tracers trace.TracerProvider
		end     []func(context.Context) error
	}
)

// logger logs as it is told. What is logged within a trace names it.
func (j journal) logger(to io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(j.LogLevel)); err != nil {
		return nil, err
	}
	options := &slog.HandlerOptions{Level: level}
	if j.Log == "json" {
		return slog.New(tracedLog{slog.NewJSONHandler(to, options)}), nil
	}
	return slog.New(tracedLog{slog.NewTextHandler(to, options)}), nil
}

type tracedLog struct{ slog.Handler }

func (h tracedLog) Handle(ctx context.Context, r slog.Record) error {
	if of := trace.SpanContextFromContext(ctx); of.IsSampled() {
		r.AddAttrs(slog.String("trace", of.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h tracedLog) WithAttrs(as []slog.Attr) slog.Handler { return tracedLog{h.Handler.WithAttrs(as)} }
func (h tracedLog) WithGroup(name string) slog.Handler    { return tracedLog{h.Handler.WithGroup(name)} }

// boundaries are of durations in seconds; OpenTelemetry's own are made for milliseconds.
var boundaries = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}

func (w watch) instruments(ctx context.Context, log *slog.Logger) (in instruments, err error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("telemetry", "error", err) }))
	if w.Metrics != "" {
		in.scraped = prometheus.NewRegistry()
		in.scraped.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
		reader, err := otelprometheus.New(otelprometheus.WithRegisterer(in.scraped), otelprometheus.WithoutScopeInfo(), otelprometheus.WithoutTargetInfo())
		if err != nil {
			return in, err
		}
		meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithView(sdkmetric.NewView(
			sdkmetric.Instrument{Kind: sdkmetric.InstrumentKindHistogram}, sdkmetric.Stream{Aggregation: sdkmetric.AggregationExplicitBucketHistogram{Boundaries: boundaries}})))
		in.meters, in.end = meters, append(in.end, meters.Shutdown)
	}
	if w.Traces != "" {
		collector, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimSuffix(w.Traces, "/")+"/v1/traces"))
		if err != nil {
			return in, fmt.Errorf("OpenTelemetry 收集器 %s：%w", w.Traces, err)
		}
		tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(discreet{collector}), sdktrace.WithResource(resource.NewSchemaless(semconv.ServiceName("bihuan"))))
		in.tracers, in.end = tracers, append(in.end, tracers.Shutdown)
	}
	return in, nil
}

// close sends what has not been sent; a collector that is away does not fail the service.
func (in instruments) close(ctx context.Context) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, end := range in.end {
		_ = end(last)
	}
}

// queries watch the register's: each by the name of its file, never with what it was asked.
func (in instruments) queries() (ws []pgx.QueryTracer) {
	if in.tracers != nil || in.scraped != nil {
		ws = append(ws, otelpgx.NewTracer(otelpgx.WithTracerProvider(in.tracers), otelpgx.WithMeterProvider(in.meters), otelpgx.WithDisableSQLStatementInAttributes(),
			otelpgx.WithDisableConnectionDetailsInAttributes(), otelpgx.WithDisableAcquireTracer(), otelpgx.WithSpanNameFunc(register.StatementName)))
	}
	return ws
}

// temporal has the client, and the workers that use it, measured and traced.
func (in instruments) temporal(o *client.Options) error {
	if in.scraped != nil {
		o.MetricsHandler = opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{Meter: in.meters.Meter("temporal"), UseMonotonicCounters: true, OnError: otel.Handle})
	}
	if in.tracers != nil {
		t, err := worker.Trace(in.tracers.Tracer("temporal"))
		if err != nil {
			return err
		}
		o.Interceptors = append(o.Interceptors, t)
	}
	return nil
}

// working watches a process that has a worker.
func (w watch) working() watch {
	w.works = true
	return w
}

// offer serves the metrics, and whether the worker gets work, at an address of their own until ctx ends.
func (in instruments) offer(ctx context.Context, w watch, h base) (stop func(), err error) {
	if in.scraped == nil {
		return func() {}, nil
	}
	if err := otelpgx.RecordStats(h.reg.Pool(), otelpgx.WithStatsMeterProvider(in.meters), otelpgx.WithStatsAttributes(semconv.DBClientConnectionPoolName("register"))); err != nil {
		return nil, err
	}
	in.scraped.MustRegister(&observed{observer: h.observer(), log: h.log})
	at, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.Metrics)
	if err != nil {
		return nil, fmt.Errorf("指标的地址 %s：%w", w.Metrics, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(in.scraped, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	if w.works {
		mux.HandleFunc("GET /readyz", h.getsWork)
	}
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	go func() {
		if err := web.Serve(at); !errors.Is(err, http.ErrServerClosed) {
			h.log.ErrorContext(ctx, "metrics are not served any more", "error", err)
		}
	}()
	return func() { _ = web.Close() }, nil
}

// getsWork answers 503 unless the register is there, with this program's schema, and this process's own worker has lately asked the
// engine for work: a roll-out must not stop the next worker before.
func (h base) getsWork(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	err := h.reg.Ready(ctx)
	if err == nil {
		err = h.observer().Polls(ctx, h.identity)
	}
	if err != nil {
		h.log.WarnContext(ctx, "not ready", "error", err)
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// discreet sends spans without what errors say: it may quote what people wrote.
type discreet struct{ sdktrace.SpanExporter }

func (d discreet) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	wordless := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		wordless[i] = wordlessSpan{s}
	}
	return d.SpanExporter.ExportSpans(ctx, wordless)
}

type wordlessSpan struct{ sdktrace.ReadOnlySpan }

func (s wordlessSpan) Status() sdktrace.Status {
	return sdktrace.Status{Code: s.ReadOnlySpan.Status().Code}
}

func (s wordlessSpan) Events() []sdktrace.Event {
	events := slices.Clone(s.ReadOnlySpan.Events())
	for i, e := range events {
		events[i].Attributes = slices.DeleteFunc(slices.Clone(e.Attributes), func(a attribute.KeyValue) bool { return a.Key != semconv.ExceptionTypeKey })
	}
	return events
}
