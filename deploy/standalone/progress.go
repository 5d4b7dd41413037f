package main

import (
	"fmt"
	"os"
	"time"
)

// quiet silences progress: exec speaks only when something fails.
var quiet bool

// progress tells the person at the terminal what happens.
func progress(format string, args ...any) {
	if !quiet {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// timed says what is being done and, once it is done, so and how long it took.
func timed(doing, done string, do func() error) error {
	progress("%s…", doing)
	began := time.Now()
	if err := do(); err != nil {
		return err
	}
	progress("%s，用时 %.1f 秒", done, time.Since(began).Seconds())
	return nil
}
