package schemas

import (
	"slices"
	"testing"
)

// Every place where an open matter of a procedure can stand belongs to one step, and no step names a place that is none.
func TestEveryStateBelongsToOneStep(t *testing.T) {
	states := map[string]bool{}
	for _, procedure := range Procedures {
		for _, stand := range Stands(procedure) {
			if stand != "ended" {
				states[stand] = true
			}
		}
	}
	named := map[string]int{}
	for _, s := range Steps {
		for _, state := range s.States {
			named[state]++
			if !states[state] {
				t.Errorf("%s names %s, where nothing stands", s.Code, state)
			}
		}
	}
	for state := range states {
		if named[state] != 1 {
			t.Errorf("%s belongs to %d steps", state, named[state])
		} else if !slices.Contains(StepOf(state).States, state) {
			t.Errorf("%s belongs to %s", state, StepOf(state).Code)
		}
	}
	for _, outcome := range Handled {
		if PhaseName(outcome) == "" {
			t.Errorf("%s has no name", outcome)
		}
	}
}
