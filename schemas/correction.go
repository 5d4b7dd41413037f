package schemas

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Correct is the kind of the acts that put right what an earlier act said (更正): correct#1, #2 … It settles no stage: its target is the
// fact that it corrects, or gone/<unit> where the matter was given to the wrong unit. What the fact was stays told as was#n.
const Correct = "correct"

// UpdateTry asks a case what a correction would bring about, and changes nothing.
const UpdateTry = "try"

// Whether the terms of a unit that takes another's place by a correction keep the first hand-over, or begin anew (重新起算).
const (
	TermsKept    = "kept"
	TermsRestart = "restart"
)

// Trial is what a correction would make of a case: its state, in which what is to be dated anew is not dated yet.
type Trial struct {
	State State `json:"state"`
}

// Corrections counts the corrections of a case.
func (s *State) Corrections() (n int) {
	for {
		if _, told := s.Told(correction(n + 1)); !told {
			return n
		}
		n++
	}
}

// NextCorrection is the key of the next correction of a case.
func (s *State) NextCorrection() string { return correction(s.Corrections() + 1) }

func correction(n int) string { return Correct + "#" + strconv.Itoa(n) }

// Was is what the n-th correction put right, as it was before.
func (s *State) Was(n int) Act { return s.Facts["was#"+strconv.Itoa(n)] }

// fixed are the kinds whose verdict ends or moves the matter into another one, or grants a date: no other verdict can take its place.
var fixed = []string{"vet", "presidium", "motion-vote", "withdraw-confirm", "cosign", "extension", "close-vote", "put", "retract"}

// events that have a day of their own, besides the acts on stages.
var datedEvents = []string{"T0"}

// Rightable reports how a fact can be corrected: its day, its verdict.
func (s *State) Rightable(key string) (day, verdict bool) {
	f, told := s.Told(key)
	if !told || f.Verdict == Lapsed || !s.Corrects() {
		return false, false
	}
	if slices.Contains(datedEvents, key) {
		return true, false
	}
	duty, stage := Duties[Kind(key)]
	if !stage || f.Role == System || Kind(key) == Correct {
		return false, false
	}
	return true, (len(duty.Verdicts) > 0 || len(f.Judged()) > 0) && !slices.Contains(fixed, Kind(key))
}

// Judged are the findings of an act that say what became of an item (逐条的结果).
func (a Act) Judged() (of []Finding) {
	if !Duties[Kind(a.Key)].ByItem {
		return nil
	}
	for _, i := range a.Items {
		if i.Result != "" {
			of = append(of, i)
		}
	}
	return of
}

// Corrects reports whether days, verdicts and units are corrected in this procedure; in all others only the words are.
func (s *State) Corrects() bool {
	return s.Procedure == "" || s.Procedure == "suggestion" || s.Procedure == "motion"
}

// mayCorrect refuses a correction that cannot be. Whether somebody has acted on what it changes only the procedure knows.
// Codes: StageClosed, NotEntitled, BadTarget, BadDate, BadVerdict, BadHeir, Same.
func (s *State) mayCorrect(a Act) *Error {
	if a.Role != s.corrector() {
		return Refuse("NotEntitled", "更正由%s登记", RoleNames[s.corrector()])
	}
	if a.Key != s.NextCorrection() {
		return Refuse("StageClosed", "此事项刚刚由他人更正过，请重新打开更正页面")
	}
	if unit, wrong := strings.CutPrefix(a.Target, "gone/"); wrong {
		return s.mayReplace(unit, a)
	}
	day, verdict := s.Rightable(a.Target)
	f := s.Facts[a.Target]
	switch {
	case !day:
		return Refuse("BadTarget", "请选择要更正的事项，系统自动办理的和已经不再办理的不能更正")
	case !a.On.IsZero():
		if a.Verdict != "" || len(a.Items) > 0 {
			return Refuse("BadVerdict", "日期和结论请分别更正")
		}
		if a.On.After(a.At) {
			return Refuse("AnchorInFuture", "实际日期不能晚于今天")
		}
		if DayOf(a.On).Equal(DayOf(f.When())) {
			return Refuse("Same", "更正后的日期与原来相同")
		}
	case !verdict || !f.takes(a):
		return Refuse("BadVerdict", "请选择更正后的结论；这一项的结论可能不能更正")
	case Kind(a.Target) == "verify" && s.Facts["settle"].ID != "": // which said of each item what the checks had left open
		return Refuse("StandsOnIt", "“%s”已经于%s办理，核查的结论不能再更正；确需更正的，办结后重开", Title("settle"), ZhDate(s.Facts["settle"].When()))
	case a.Verdict == f.Verdict && (len(a.Items) == 0 || slices.Equal(a.Items, f.Items)) && a.Until.Equal(f.Until):
		return Refuse("Same", "更正后的结论与原来相同")
	}
	return nil
}

// takes reports whether a correction says of the fact what could have been said of it: one of its verdicts, a result for each of its items.
func (a Act) takes(by Act) bool {
	duty := Duties[Kind(a.Key)]
	if len(duty.Verdicts) > 0 && !duty.Admits(by.Verdict) || len(duty.Verdicts) == 0 && by.Verdict != a.Verdict {
		return false
	}
	return len(by.Items) == 0 || len(by.Items) == len(a.Items) && !slices.ContainsFunc(by.Items, func(i Finding) bool {
		return !slices.ContainsFunc(a.Items, func(was Finding) bool { return was.Item == i.Item })
	})
}

// corrector is the office that corrects: the one that keeps the matter's papers.
func (s *State) corrector() Role { return CorrectorOf(s.Procedure) }

// CorrectorOf is the office that corrects the matters of a procedure.
func CorrectorOf(procedure string) Role {
	if procedure == "suggestion" || procedure == "motion" {
		return Deputies
	}
	return Office
}

// mayReplace refuses to let a unit take another's place. Codes: BadTarget, BadHeir, StandsOnIt.
func (s *State) mayReplace(unit string, a Act) *Error {
	if !slices.Contains(s.Handling(), unit) {
		return Refuse("BadTarget", "请选择本事项的承办单位")
	}
	for _, key := range []string{"report/", "reply/", "opinion/"} {
		if f, told := s.Told(key + unit); told && f.Verdict != Lapsed {
			return Refuse("StandsOnIt", "该单位已经于%s办理“%s”，不能再换单位；确需由其他单位办理的，办结后重开", ZhDate(f.At), Title(f.Key))
		}
	}
	if len(a.Parties) != 1 || a.Parties[0].Unit == "" || a.Parties[0].Unit == unit || s.engaged(a.Parties[0].Unit) {
		return Refuse("BadHeir", "请选择一个尚未参与本事项的单位")
	}
	if a.Verdict != TermsKept && a.Verdict != TermsRestart {
		return Refuse("BadVerdict", "请选择期限从哪一天算起")
	}
	return nil
}

// Handling are the units that have the matter now, in the order of the hand-over.
func (s *State) Handling() (units []string) {
	if s.Procedure == "motion" {
		return nil
	}
	given, told := s.Told("distribute")
	if !told && (s.Policy.Direct || s.Procedure != "") {
		given = s.Facts["handover"]
	}
	for _, p := range given.Parties {
		unit := p.Unit
		for gone, left := s.Told("gone/" + unit); left; gone, left = s.Told("gone/" + unit) {
			unit = gone.Target
		}
		if unit != "" {
			units = append(units, unit)
		}
	}
	return units
}

// Amend enters a correction: the fact is as it should have been, and what it was is kept beside it.
func (s *State) Amend(a Act) {
	_, n, _ := strings.Cut(a.Key, "#")
	if unit, wrong := strings.CutPrefix(a.Target, "gone/"); wrong {
		s.Leave(unit, a.Parties[0].Unit, a.At)
		heir := s.Facts["heir/"+a.Parties[0].Unit]
		heir.Verdict = a.Verdict
		s.Facts[heir.Key] = heir
		s.Put(a)
		return
	}
	f := s.Facts[a.Target]
	s.Facts["was#"+n] = f
	if !a.On.IsZero() {
		if f.On = a.On; DayOf(f.On).Equal(DayOf(f.At)) {
			f.On = time.Time{}
		}
	} else {
		f.Verdict, f.Until = a.Verdict, a.Until
		if len(a.Items) > 0 {
			f.Items = a.Items
		}
	}
	s.Facts[a.Target] = f
	s.Put(a)
}

// Copy is another state that says the same.
func (s *State) Copy() (c State) {
	text, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		panic("a state that cannot be copied: " + err.Error()) // it is copied into every Record
	}
	if c.Facts == nil {
		c.Facts = map[string]Act{}
	}
	return c
}

// lasting are the decrees whose effect cannot be walked again: it stands in the stages themselves.
var lasting = []string{"suspended", "resumed", "raised", "left"}

// pursued are the kinds that are owed because of a reply's class: the walk comes by those of the class that holds, and the others fall away.
var pursued = []string{"fulfil", "verification", "consent", "decide"}

// Aside is what a case takes aside to walk its procedure again from the top: the stages that wait, and the consequences of facts.
type Aside struct {
	Before  State
	Open    []*Open
	Decrees map[string]Act  // taken out of the facts
	Lapsed  map[string]Act  // what the corrected fact had made moot
	Reached map[string]bool // stages that the walk has come by
	Dropped map[string]bool // stages that waited and were made moot on the way
	Settled []*Open         // stages with a term that the walk has come by and that are settled, as it describes them
	Behind  []Stage         // those of them that had to wait for another fact
}

// SetAside prepares the walk. Of the facts that follow from others only those stay whose effect cannot be had again. by is the
// correction; without a target there is none. What a corrected verdict had made moot, and the class of reply that it gave, are for the
// walk to say again.
func (s *State) SetAside(before State, by Act) *Aside {
	righted := ""
	if by.On.IsZero() { // another day changes no verdict
		righted = by.Target
	}
	a := &Aside{Before: before, Open: s.Open, Decrees: map[string]Act{}, Lapsed: map[string]Act{}, Reached: map[string]bool{}, Dropped: map[string]bool{}}
	s.Open = nil
	at := before.Facts[righted].At
	for _, key := range ordered(s.Facts) {
		f := s.Facts[key]
		switch {
		case Kind(key) == "class":
			if righted != "" && f.Target == righted {
				delete(s.Facts, key)
			}
		case strings.HasPrefix(f.ID, "decree/") && !slices.Contains(lasting, Kind(key)):
			a.Decrees[key] = f
			delete(s.Facts, key)
		case righted != "" && f.Verdict == Lapsed && f.At.Equal(at):
			a.Lapsed[key] = f
			delete(s.Facts, key)
		}
	}
	return a
}

// ordered are the keys of facts in their order, which is the same on every replay.
func ordered(facts map[string]Act) []string { return slices.Sorted(maps.Keys(facts)) }

// Come opens a stage as the walk describes it; one that waited keeps its clock, its rungs and its level. It reports whether it did.
func (a *Aside) Come(s *State, st Stage) bool {
	a.Reached[st.Key] = true
	if f, told := s.Facts[st.Key]; told {
		st.Clocks = sinceRighted(st.Clocks, f.Clocks)
		bare := len(st.Clocks) == 0 && st.Until.IsZero()
		if !bare && !slices.ContainsFunc(a.Settled, func(o *Open) bool { return o.Key == st.Key }) {
			a.Settled = append(a.Settled, &Open{Stage: st})
		}
		if st.After != "" {
			a.Behind = append(a.Behind, st)
		}
		return false
	}
	was := a.find(st.Key)
	if was == nil {
		return s.Begin(st)
	}
	if s.Gone(st.Unit) || s.Gone(st.For) || s.Find(st.Key) != nil {
		return false
	}
	o := *was
	if st.Unit != "" || st.For != "" || st.Person != "" || st.By != "" || st.After != "" || len(st.Clocks) > 0 || !st.Until.IsZero() {
		o.Stage = st
		o.Clocks = sinceRighted(st.Clocks, was.Clocks)
	}
	o.Held = false
	s.Open = append(s.Open, &o)
	return true
}

// sinceRighted are clocks of which those run from a correction that ran from it before: what an earlier correction had opened.
func sinceRighted(clocks, before []Clock) []Clock {
	clocks = slices.Clone(clocks)
	for i, c := range clocks {
		for _, was := range before {
			if was.Rule == c.Rule && Kind(was.Anchor) == Correct {
				clocks[i].Anchor = was.Anchor
			}
		}
	}
	return clocks
}

// Moot makes a stage moot that the walk has not come by yet, if it waited when the fact of that instant came.
func (a *Aside) Moot(s *State, key string, at time.Time) {
	if _, told := s.Facts[key]; told {
		return
	}
	if f, was := a.Lapsed[key]; was {
		s.Facts[key] = f
		return
	}
	o := a.find(key)
	if o == nil || a.Reached[key] || slices.Contains(pursued, Kind(key)) {
		return
	}
	for _, c := range o.Clocks {
		if f, told := a.Before.Facts[c.Anchor]; told && f.At.After(at) {
			return
		}
	}
	a.Dropped[key] = true
	s.Facts[key] = Act{ID: "lapse/" + key, Key: key, Role: System, Verdict: Lapsed, At: at, Due: o.Due}
}

// Waited are the keys of kinds that waited or were moot before the walk, for a unit; no unit: for any. In order.
func (a *Aside) Waited(unit string, kinds []string) (keys []string) {
	for _, o := range a.Open {
		if slices.Contains(kinds, Kind(o.Key)) && (unit == "" || o.Unit == unit || o.For == unit) {
			keys = append(keys, o.Key)
		}
	}
	for _, key := range ordered(a.Lapsed) {
		if slices.Contains(kinds, Kind(key)) && (unit == "" || strings.Contains(key, unit)) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (a *Aside) find(key string) *Open {
	if i := slices.IndexFunc(a.Open, func(o *Open) bool { return o.Key == key }); i >= 0 {
		return a.Open[i]
	}
	return nil
}

// Later gives a settled stage the later date that it was given, so that it is dated anew with it.
func (a *Aside) Later(key string, change func(*Open)) {
	for _, o := range a.Settled {
		if o.Key == key {
			change(o)
		}
	}
}

// Merge ends the walk: what waits as it waited before keeps its dates, the rest asks for new ones, and so do settled stages whose anchors
// have moved. base is the walk of the facts uncorrected; nil: there was none. What a correction opens runs from the day of the correction:
// nobody could have known of it before.
func (a *Aside) Merge(s *State, base *Aside, by Act) {
	for _, o := range s.Open {
		was := a.find(o.Key)
		if was == nil {
			o.Clocks = slices.Clone(o.Clocks)
			for i, c := range o.Clocks {
				f, told := s.Facts[c.Anchor]
				_, before := a.Before.Facts[c.Anchor]
				if told && by.Target != "" && (!before || f.At.Equal(a.Before.Facts[by.Target].At)) {
					o.Clocks[i].Anchor = by.Key
				}
			}
			continue
		}
		if o.same(was) && !a.moved(s, o.Clocks) {
			*o = *was
			continue
		}
		o.Rev, o.Dated, o.Amended = was.Rev+1, o.Paused() || !o.timed(), true
	}
	for _, was := range a.Open { // what this program's walk does not come by, corrected or not, is left where it is
		if base != nil && base.Reached[was.Key] && !base.Dropped[was.Key] {
			continue
		}
		if a.Dropped[was.Key] {
			delete(s.Facts, was.Key)
		}
		if _, told := s.Facts[was.Key]; !told && s.Find(was.Key) == nil && !s.Gone(was.Unit) && !s.Gone(was.For) {
			o := *was
			s.Open = append(s.Open, &o)
		}
	}
	place := func(o *Open) int { return slices.IndexFunc(a.Open, func(was *Open) bool { return was.Key == o.Key }) }
	slices.SortStableFunc(s.Open, func(o, p *Open) int { // in the order of opening
		return cmp.Compare(uint(place(o)), uint(place(p)))
	})
	s.Settled = nil
	for _, o := range a.Settled {
		var before *Open
		if base != nil {
			for _, b := range base.Settled {
				if b.Key == o.Key {
					before = b
				}
			}
		}
		if a.moved(s, o.Clocks) || base == nil && !o.Until.IsZero() || before != nil && !o.same(before) {
			o.Pauses = s.standstill(o)
			if base == nil {
				o.Due = s.Facts[o.Key].Due // not earlier for what only follows
			}
			s.Settled = append(s.Settled, o)
		}
	}
}

// same reports whether two stages are owed by the same and due by the same reckoning.
func (o *Open) same(p *Open) bool {
	return o.Unit == p.Unit && o.For == p.For && o.Person == p.Person && o.By == p.By && o.After == p.After && o.Held == p.Held &&
		o.Until.Equal(p.Until) && slices.Equal(o.Clocks, p.Clocks)
}

// moved reports whether one of the anchors is another instant than before, or is told where it was not.
func (a *Aside) moved(s *State, clocks []Clock) bool {
	return slices.ContainsFunc(clocks, func(c Clock) bool {
		was, before := a.Before.Facts[c.Anchor]
		is, now := s.Facts[c.Anchor]
		return before != now || !was.When().Equal(is.When())
	})
}

// standstill are the spans in which a settled stage's clock stood still.
func (s *State) standstill(o *Open) (spans []Span) {
	if Duties[Kind(o.Key)].NPC {
		return nil
	}
	end := s.Facts[o.Key].At
	for n := 1; ; n++ {
		from, told := s.Told("suspended#" + strconv.Itoa(n))
		if !told {
			return spans
		}
		to, over := s.Told("resumed#" + strconv.Itoa(n))
		begun := from.At
		for _, c := range o.Clocks {
			if f, told := s.Told(c.Anchor); told && f.When().After(begun) {
				begun = f.When()
			}
		}
		if over && begun.Before(to.At) && begun.Before(end) {
			spans = append(spans, Span{From: begun, To: to.At})
		}
	}
}

// Against refuses a correction by what the procedure says to it: somebody has acted on what the fact said, or its new day is out of its
// order. base is the walk of the facts as they were. Codes: StandsOnIt, BadDate.
func (a *Aside) Against(s *State, base *Aside, by Act) *Error {
	righted := by.Target
	var first Act
	for _, key := range ordered(a.Before.Facts) {
		f := a.Before.Facts[key]
		if _, stage := Duties[Kind(key)]; !stage || f.Key != key || !base.Reached[key] || a.Reached[key] || f.Verdict == Lapsed {
			continue
		}
		if f.Role == System { // the case itself acted on it
			delete(s.Facts, key)
			continue
		}
		if first.Key == "" || f.At.Before(first.At) {
			first = f
		}
	}
	for _, st := range a.Behind { // done when something else had come first that has not come now
		f := a.Before.Facts[st.Key]
		_, before := a.Before.Told(st.After)
		_, now := s.Told(st.After)
		if before && !now && f.Verdict != Lapsed && f.Role != System && (first.Key == "" || f.At.Before(first.At)) {
			first = f
		}
	}
	for n := 1; ; n++ { // a later class of reply was decided upon the one that this fact gave
		found := false
		for _, unit := range s.Handling() {
			class, told := a.Before.Told("class/" + unit + "#" + strconv.Itoa(n))
			next, superseded := a.Before.Told("class/" + unit + "#" + strconv.Itoa(n+1))
			found = found || told
			if told && superseded && class.Target == righted && by.On.IsZero() {
				first = a.Before.Facts[next.Target]
			}
		}
		if !found {
			break
		}
	}
	if first.Key != "" {
		return Refuse("StandsOnIt", "“%s”已经于%s办理，是接着这一项办的；请先更正那一项，或者办结后重开", Title(first.Key), ZhDate(first.When()))
	}
	if by.On.IsZero() {
		return nil
	}
	is := s.Facts[righted].When()
	for _, o := range a.Settled {
		for _, c := range o.Clocks {
			if Kind(c.Anchor) == Correct { // the order is that of the facts: what it corrected came first
				c.Anchor = s.Facts[c.Anchor].Target
			}
			before, told := s.Told(c.Anchor)
			if told && o.Key == righted && is.Before(DayOf(before.When())) {
				return Refuse("BadDate", "更正后的日期早于%s的%s，请核对", ZhDate(before.When()), Title(c.Anchor))
			}
			if after := s.Facts[o.Key]; c.Anchor == righted && after.Verdict != Lapsed && after.Role != System && after.When().Before(DayOf(is)) {
				return Refuse("BadDate", "更正后的日期晚于%s的%s，请先更正那一项", ZhDate(after.When()), Title(o.Key))
			}
		}
	}
	return nil
}

// Reckon gives the stages that a trial leaves undated their dates, as the register will.
func (t *Trial) Reckon(rules Rules, calendar Calendar, now time.Time) error {
	var ds []Dating
	for _, o := range append(slices.Clone(t.State.Open), t.State.Settled...) {
		if o.Dated {
			continue
		}
		d, err := rules.Date(calendar, &t.State, o, now)
		if err != nil {
			return err
		}
		ds = append(ds, d)
	}
	t.State.Date(now, ds)
	return nil
}

// Changes are what a correction does to the stages of a case, for those who ask before it is done.
type Changes struct {
	Moved, Opened, Fallen, Settled []Change
}

// Change is one stage before and after. Due instants are exclusive; zero: none.
type Change struct {
	Stage
	Was, Due            time.Time
	WasLate, Late, Held bool
}

// Compare says how two states of a case differ, the later dated.
func Compare(before, after State) (c Changes) {
	for _, o := range after.Open {
		was := before.Find(o.Key)
		switch {
		case Duties[Kind(o.Key)].Door && was == nil:
			c.Opened = append(c.Opened, Change{Stage: o.Stage})
		case was == nil:
			c.Opened = append(c.Opened, Change{Stage: o.Stage, Due: o.Due})
		case !was.Due.Equal(o.Due) || was.Held != o.Held:
			c.Moved = append(c.Moved, Change{Stage: o.Stage, Was: was.Due, Due: o.Due, Held: o.Held})
		}
	}
	for _, o := range before.Open {
		if after.Find(o.Key) == nil {
			c.Fallen = append(c.Fallen, Change{Stage: o.Stage, Was: o.Due})
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(before.Facts), func(a, b string) int {
		return cmp.Or(before.Facts[a].At.Compare(before.Facts[b].At), cmp.Compare(a, b))
	}) {
		was, is := before.Facts[key], after.Facts[key]
		if _, stage := Duties[Kind(key)]; stage && was.Key == key && (!was.Due.Equal(is.Due) || was.Late() != is.Late()) && was.Verdict != Lapsed {
			c.Settled = append(c.Settled, Change{Stage: Stage{Key: key, Unit: was.Unit}, Was: was.Due, Due: is.Due, WasLate: was.Late(), Late: is.Late()})
		}
	}
	return c
}
