package schemas

import "slices"

// Step is a step of handling that the procedures have in common (环节漏斗): where each state of spec 2 belongs, so that matters of all
// procedures can be counted side by side.
type Step struct {
	Code, Title string
	States      []string // of the phases; suspended and nowhere stand for themselves
}

// Steps are the steps in their order. An inquiry, an interview or an appraisal is the congress's own until it reaches the units.
var Steps = []Step{
	{"hand", "交办", []string{"A1", "A2", "A3", "C1", "C2", "C4", "M1", "M2", "M3", "M4", "Y1", "Y2", "Y3", "B1", "B2", "B3", "B4", "B5", "P1", "Z1", "Z2", "E1", "W1", "W2", "V1"}},
	{"sign", "签收", []string{"A4", "A5", "C5", "C6", "Y4"}},
	{"plan", "方案", []string{"A6", "A7", "M5", "M6", "E2", "W3"}},
	{"work", "办理", []string{"A8", "A14", "C7", "C8", "C12", "C14", "C17", "M7", "Y5", "Y7", "B6", "B7", "P2", "P5", "E3", "W4", "W5", "W11", "W12", "V5"}},
	{"answer", "回告", []string{"A9", "A10", "A11", "C10", "M8", "Y6", "B8", "Z3", "W6", "V2"}},
	{"check", "审查", []string{"A12", "C11", "C13", "C15", "M9", "B9", "B10", "B11", "P3", "Z4", "E4", "E5", "E6", "W7", "W8", "W9", "W10", "W13", "W14", "V3", "V4", "V6"}},
	{"close", "销号", []string{"A13", "A15", "A16", "C16", "C18", "M10", "B12", "P4"}},
	{"suspended", "中止", []string{"suspended"}},
	{"nowhere", "没有待办的环节", []string{""}},
}

// StepOf is the step that a state belongs to.
func StepOf(phase string) Step {
	return Steps[slices.IndexFunc(Steps, func(s Step) bool { return slices.Contains(s.States, phase) })]
}

// Handled are the outcomes of matters that were handled to their end (办结), not withdrawn, refused or merged.
var Handled = []string{"archived", "concluded", "answered", "evaluated", "closed"}
