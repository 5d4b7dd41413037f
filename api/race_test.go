//go:build race

package api

// raced tells a test under the race detector, which takes ten times as long for the same.
const raced = true
