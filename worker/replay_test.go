package worker

import (
	"path/filepath"
	"testing"

	"go.temporal.io/sdk/converter"
)

// Recorded histories replay, always: each file is a real case of some release.
func TestRecordedHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded histories", err)
	}
	replayer, err := Replayer(converter.GetDefaultDataConverter())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			if err := replayer.ReplayWorkflowHistoryFromJSONFile(nil, f); err != nil {
				t.Error(err)
			}
		})
	}
}
