package schemas

import (
	"slices"
	"strconv"
	"time"
)

// Adoption (改用新版规则) is the kind of act that puts an open case on another version of its rules: adopt#1, adopt#2 …
// Its Target is the version's id.
const Adoption = "adopt"

// The verdicts of an adoption: whether dates may come earlier by it.
const (
	Longer    = "longer"
	Shortened = "shortened"
)

// NextAdoption is the key that the next adoption of the case bears: of two at once the second finds it taken.
func (s *State) NextAdoption() string {
	for n := 1; ; n++ {
		key := Adoption + "#" + strconv.Itoa(n)
		if _, told := s.Facts[key]; !told {
			return key
		}
	}
}

// mayAdopt refuses an adoption that must not happen. Codes: NotEntitled, Stale, BadRules, BadVerdict.
func (s *State) mayAdopt(a Act) *Error {
	switch {
	case a.Role != Office:
		return Refuse("NotEntitled", "在办事项改用新版规则由人大办公室办理")
	case a.Key != s.NextAdoption():
		return Refuse("Stale", "此事项刚刚改用过规则，请重新核对后再办")
	case a.Target == "" || a.Target == s.Rules:
		return Refuse("BadRules", "此事项已经适用这一版规则")
	case !Duties[Adoption].Admits(a.Verdict):
		return Refuse("BadVerdict", "请选择办理结论")
	}
	return nil
}

// Adopt puts the case on another version of its rules: what runs asks for its date by it, and what begins later is dated by it. Clocks that
// have expired stay, and so do the limits in Policy: the procedure has gone its way by them, and walks it again from the top.
func (s *State) Adopt(a Act) {
	s.Put(a)
	s.Rules = a.Target
	for _, o := range s.Open {
		if o.Runs(a.At) {
			o.Cause, o.Shorter = LevelRuled, a.Verdict == Shortened
			o.ask()
		}
	}
}

// Shift is what another version of the rules does to one open stage.
type Shift struct {
	Stage    Stage
	Was, Due time.Time // UTC, exclusive; Due is the present one where it does not move
	Past     bool      // it would have run out already: such a case cannot take the rules over
	Lost     bool      `json:",omitempty"` // it could not be reckoned any more: nor can such a case
	Ladder   bool      // reminders, ladder, or who is told are others
}

// Shorter reports whether the date comes earlier.
func (f Shift) Shorter() bool { return f.Due.Before(f.Was) }

// Moved reports whether there is another date at all.
func (f Shift) Moved() bool { return !f.Due.Equal(f.Was) }

// Shifts are the open stages of a case that another version of its rules would touch, in the order of opening. Only clocks that run
// are touched.
func (r Rules) Shifts(next Rules, c Calendar, s *State, now time.Time) (fs []Shift) {
	for _, o := range s.Open {
		if !o.Runs(now) {
			continue
		}
		was, _ := r.Date(c, s, o, now) // without a date it has other reminders than with one
		fresh := *o
		fresh.Due, fresh.Shorter = time.Time{}, true
		bare, err := next.Date(c, s, &fresh, now)
		var is Dating
		if err == nil {
			fresh.Due = o.Due
			is, err = next.Date(c, s, &fresh, now)
		}
		if err != nil { // the adoption would ask for its date all the same, and get none
			fs = append(fs, Shift{Stage: o.Stage, Was: o.Due, Due: o.Due, Lost: true})
			continue
		}
		f := Shift{Stage: o.Stage, Was: o.Due, Due: is.Due, Past: bare.Due.Before(o.Due) && !bare.Due.After(now)}
		if f.Past {
			f.Due = bare.Due
		}
		f.Ladder = !f.Moved() && (!slices.Equal(was.Rungs, is.Rungs) || slices.ContainsFunc(is.Rungs, func(g Rung) bool {
			return !slices.Equal(r.Audience(o.Stage, g.Level), next.Audience(o.Stage, g.Level))
		}))
		if f.Moved() || f.Ladder {
			fs = append(fs, f)
		}
	}
	return fs
}
