package main

import (
	"context"
	"io"
	"testing"
)

// Every scenario holds what it promises, on the sandbox clock, at a quarter of its usual time.
func TestRehearsals(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for name := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := (&rehearseCommand{Scenario: name, Seconds: 25}).play(context.Background(), e.reg, e.desk, io.Discard)
			if err != nil || out.Outcome != "ok" || len(out.Events) < 40 {
				t.Errorf("%s: %s with %d events, %v", name, out.Outcome, len(out.Events), err)
			}
		})
	}
}
