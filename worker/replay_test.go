package worker

import (
	"path/filepath"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.temporal.io/sdk/converter"
)

// Recorded histories replay, always: each file is a real case of some release. They do so with tracing, too, and tell nothing again.
func TestRecordedHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded histories", err)
	}
	replayer, err := Replayer(converter.GetDefaultDataConverter())
	if err != nil {
		t.Fatal(err)
	}
	again := tracetest.NewSpanRecorder()
	tracing, err := Trace(trace.NewTracerProvider(trace.WithSpanProcessor(again)).Tracer("replay"))
	if err != nil {
		t.Fatal(err)
	}
	traced, err := Replayer(converter.GetDefaultDataConverter(), tracing)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			if err := replayer.ReplayWorkflowHistoryFromJSONFile(nil, f); err != nil {
				t.Error(err)
			}
			if err := traced.ReplayWorkflowHistoryFromJSONFile(nil, f); err != nil || len(again.Started()) > 0 {
				t.Errorf("with tracing: %v, and %d spans", err, len(again.Started()))
			}
		})
	}
}
