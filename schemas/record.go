package schemas

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Names that histories carry; never renamed.
const (
	UpdateAct      = "act"
	UpdateCalendar = "calendar"
	UpdateWake     = "wake"
	Opinion        = "SupervisionOpinion" // workflow type of the 123 cycle
	Suggestion     = "DeputySuggestion"   // workflow type of deputies' suggestions
	Motion         = "DeputyMotion"       // workflow type of deputies' motions
	Interview      = "Interview"          // workflow type of interviews of units' heads
	Inquiry        = "SpecialInquiry"     // workflow type of special inquiries
	InquiryItem    = "InquiryProblem"     // workflow type of the problems that an inquiry finds
	WorkReview     = "WorkAppraisal"      // workflow type of the appraisals of a unit's work
	Interpellation = "Interpellation"     // workflow type of interpellations
	Evaluation     = "EffectEvaluation"   // workflow type of the evaluations of what a matter brought about
	OfficialReview = "OfficialAppraisal"  // workflow type of the appraisals of appointed officials
	TaskQueue      = "bihuan"
)

// The procedures of the two appraisals.
const (
	WorkAppraisal     = "appraisal-work"     // 工作评议
	OfficialAppraisal = "appraisal-official" // 任命干部履职评价
)

// WorkflowType is the procedure that a case runs; a state without one is of the first procedure there was.
func (s *State) WorkflowType() string {
	switch s.Procedure {
	case "suggestion":
		return Suggestion
	case "motion":
		return Motion
	case "interview":
		return Interview
	case "inquiry":
		return Inquiry
	case "problem":
		return InquiryItem
	case "interpellation":
		return Interpellation
	case "evaluation":
		return Evaluation
	case WorkAppraisal:
		return WorkReview
	case OfficialAppraisal:
		return OfficialReview
	}
	return Opinion
}

// CodeAgain asks the sender to send the act again: the register was ahead of the workflow.
const CodeAgain = "Again"

type (
	// Redating asks an open case for new dates, because the calendar has a new edition or the clock a new pace.
	Redating struct {
		Edition string    `json:"edition"`
		Now     time.Time `json:"now"` // UTC; clocks that have expired by then are left alone
	}
	// Entry is one stimulus handed to Record: acts, or the coming of a rung.
	Entry struct {
		State []byte    `json:"state"` // State as JSON: local activities get their arguments by reference, so a copy
		Acts  []Act     `json:"acts,omitempty"`
		Woke  time.Time `json:"woke,omitzero"`  // UTC; the instant the timer stood at, zero when it did not ring
		Quiet time.Time `json:"quiet,omitzero"` // UTC; before it no rung of the case came; zero: nobody knows
	}
	// Receipt is what comes back: the register's time, the dates asked for, and the pace of the clock.
	Receipt struct {
		Now     time.Time `json:"now"` // UTC; what the register took for now
		Datings []Dating  `json:"datings,omitempty"`
		Pace    Pace      `json:"pace,omitzero"`
		Early   bool      `json:"early,omitempty"` // the sandbox clock was held: nothing was written, sleep on
		Tally   Tally     `json:"tally,omitzero"`  // an inquiry's problems, when a gate's check has come
		Ahead   []byte    `json:"ahead,omitempty"` // the register holds another stimulus under this Seq: its State
	}
	// Pace is the clock of a congress (演练时钟): an instant on it for one of the world, and how fast it
	// runs. The zero Pace is the world's own clock. A running case bears a clock that is slowed or held;
	// after one that is hastened it must be woken (settled 3).
	Pace struct {
		Real    time.Time `json:"real,omitzero"`
		Virtual time.Time `json:"virtual,omitzero"`
		Rate    float64   `json:"rate,omitempty"`
		Held    bool      `json:"held,omitempty"`
		Stop    time.Time `json:"stop,omitzero"` // the clock runs up to here and stands; zero: on and on
	}
)

// Mark tells a stimulus repeated from another one under the same number.
func (e Entry) Mark() string {
	var b strings.Builder
	for _, a := range e.Acts {
		b.WriteString(a.ID + "|" + a.Key + "|")
	}
	if !e.Woke.IsZero() {
		b.WriteString("@" + strconv.FormatInt(e.Woke.UnixMilli(), 36))
	}
	return b.String()
}

// Bare leaves only what a workflow needs: texts stay in the register.
func (r Receipt) Bare() Receipt {
	r.Datings = slices.Clone(r.Datings)
	for i, d := range r.Datings {
		r.Datings[i] = Dating{Key: d.Key, Rev: d.Rev, Due: d.Due, Rungs: d.Rungs}
	}
	return r
}

// Apply takes what Record answered into the state; Record and the workflow both do it, so that both hold the same.
func (s *State) Apply(r Receipt) []Climbed {
	s.Pace = r.Pace
	if s.Entering() {
		s.Entered = r.Now // the engine may have been away since the office confirmed: what came meanwhile is not said rung by rung either
	}
	s.Date(r.Now, r.Datings)
	return s.Climb(r.Now, r.Tally)
}

// Entering reports whether the stimulus is the first of a matter that was entered from the office's ledger (导入).
func (s *State) Entering() bool { return !s.Entered.IsZero() && s.Seq == 1 }

// At is what the clock shows at an instant of the world. UTC.
func (p Pace) At(real time.Time) time.Time {
	switch {
	case p.Rate == 0:
		return real.UTC()
	case p.Held:
		return p.Virtual.UTC()
	}
	at := p.Virtual.Add(time.Duration(float64(real.Sub(p.Real)) * p.Rate)).UTC()
	if !p.Stop.IsZero() && at.After(p.Stop) {
		return p.Stop.UTC()
	}
	return at
}

// Spread is within what time of the world the cases whose rungs come at one instant wake. The bell speaks at the instant itself; were
// they all to wake with it, people's acts would stand in line behind thousands of them. A clock that runs faster has no time for that.
func (p Pace) Spread() time.Duration {
	if p.Rate > 1 {
		return 0
	}
	return 3 * time.Minute
}

// Until is how long the world must wait, from an instant of its own, for the clock to show virtual. A
// held clock answers as if it ran on now: who wakes early asks again.
func (p Pace) Until(virtual, real time.Time) time.Duration {
	if p.Rate == 0 {
		return virtual.Sub(real)
	}
	return time.Duration(float64(virtual.Sub(p.At(real))) / p.Rate)
}
