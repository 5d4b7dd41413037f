package schemas

import (
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"time"
)

type (
	// Act is what a person did (行为), or what the system did in a person's stead. Once taken it is a
	// fact for ever. Ids, instants and verdicts only: text, names and files stay in the register.
	Act struct {
		ID      string    `json:"id"`                // the form's token: the same token is the same act
		Key     string    `json:"key"`               // the stage it settles
		Role    Role      `json:"role,omitempty"`    // in which office the person acted
		Unit    string    `json:"unit,omitempty"`    // the unit the person acted for
		Person  string    `json:"person,omitempty"`  // account id; empty: the system
		Verdict string    `json:"verdict,omitempty"` // one of the stage's verdicts
		At      time.Time `json:"at"`                // UTC; receipt by the API: the legal instant (settled 2)
		On      time.Time `json:"on,omitzero"`       // UTC; an earlier day that counts as anchor (settled 7)
		Until   time.Time `json:"until,omitzero"`    // UTC; a new due instant asked for or granted; when an interview begins
		Ref     string    `json:"ref,omitempty"`     // id of the paper (文书) that carries the text
		Target  string    `json:"target,omitempty"`  // another stage's key, or the heir of an assignment
		Level   string    `json:"level,omitempty"`   // the rung a leader raises a stage to
		Parties []Party   `json:"parties,omitempty"` // who is to handle the matter (hand-over, distribution)
		Items   []Finding `json:"items,omitempty"`   // item by item results
		People  []string  `json:"people,omitempty"`  // account ids: the co-signers of a suggestion, the leader of a key one
		Tally   Tally     `json:"tally,omitzero"`    // what a gate counted
		Due     time.Time `json:"due,omitzero"`      // UTC; when it was due, noted as it is taken
		Clocks  []Clock   `json:"clocks,omitempty"`  // those of its stage that ran from a correction, noted as it is taken
	}
	// Tally is how many of an inquiry's problems are closed (销号).
	Tally struct {
		Closed int `json:"closed"`
		Total  int `json:"total"`
	}
	// Gate is what must be reached before an inquiry's meeting: so many per cent of the problems closed, the number included (以上).
	Gate struct {
		Share  int      `json:"share"`
		Checks []string `json:"checks"` // terms of the checks before the meeting, the last one decides
		Raises []string `json:"raises"` // to which level a check that falls short raises the gate; empty: to none
	}
	// Party is one unit in one capacity (主办 会办 分办 独办).
	Party struct {
		Unit     string `json:"unit"`
		Capacity string `json:"capacity"` // lead, joint, several, sole
	}
	// Finding is the state of one item (条目) in a report, check or closing.
	Finding struct {
		Item     string    `json:"item"`
		Result   string    `json:"result,omitempty"`   // done, mostly, ongoing, undone; closed, open in a verdict
		Reasoned bool      `json:"reasoned,omitempty"` // an undone item came with its reason
		Unit     string    `json:"unit,omitempty"`     // at hand-over: who answers for it
		Points   int       `json:"points,omitempty"`   // a score given, in hundredths of a point
		Until    time.Time `json:"until,omitzero"`     // UTC; by when it was promised; exclusive
	}

	// Stage is one duty of one party, or, without a duty, a door: something the party may do.
	// "plan/<unit>#2" names it for ever; what its kind means stands in the table of duties.
	Stage struct {
		Key    string    `json:"key"`
		Unit   string    `json:"unit,omitempty"`   // whose it is; empty: an office that serves all units
		For    string    `json:"for,omitempty"`    // whose assignment it judges or serves, where that is not Unit
		Person string    `json:"person,omitempty"` // whose it is alone, by account id; empty: anybody's in the roles
		By     Role      `json:"by,omitempty"`     // narrows the duty's roles to one; empty: all of them
		Clocks []Clock   `json:"clocks,omitempty"` // due at the latest of those whose anchor has happened
		Until  time.Time `json:"until,omitzero"`   // UTC; and not before this: an extension, an original date
		After  string    `json:"after,omitempty"`  // the fact that must come first
	}
	// Clock runs by a rule from the instant of an anchor fact (settled 1).
	Clock struct {
		Rule   string `json:"rule"`
		Anchor string `json:"anchor"`
	}
	// Span is a suspension; To is zero while it lasts. UTC.
	Span struct {
		From time.Time `json:"from"`
		To   time.Time `json:"to,omitzero"`
	}
	// Open is a stage that waits. Due and Rungs come from Record, never from the workflow.
	Open struct {
		Stage
		Due    time.Time `json:"due,omitzero"` // UTC, exclusive; zero: no term
		Rungs  []Rung    `json:"rungs,omitempty"`
		Next   int       `json:"next,omitempty"`  // first rung not climbed
		Rev    int       `json:"rev,omitempty"`   // how often a new date was asked for
		Dated  bool      `json:"dated,omitempty"` // Due and Rungs answer Rev
		Noted  int       `json:"noted,omitempty"` // Rev+1 of what the register shows
		Pauses []Span    `json:"pauses,omitempty"`
		Held   bool      `json:"held,omitempty"` // the congress has the ball: lateness is not said meanwhile (settled 6)
		// Cause is the level at which it is said that the date asked for has moved; empty: LevelMoved.
		Cause   string `json:"cause,omitempty"`
		Shorter bool   `json:"shorter,omitempty"` // the date asked for may be an earlier one: somebody has confirmed it
		// Amended says that a correction moved an anchor: the next date may be an earlier one, too.
		Amended bool `json:"amended,omitempty"`
		// Raised is the level that the stage was raised to by hand; a new date has nothing lower said.
		Raised string `json:"raised,omitempty"`
	}
	// Rung is one instant of a stage's reminders and escalation (提醒 催办 督办). Ascending by At.
	Rung struct {
		At    time.Time `json:"at"` // UTC
		Level string    `json:"level"`
		// Effect is the verdict the case itself enters when the rung comes; empty: a notice (settled 8).
		Effect string `json:"effect,omitempty"`
	}
	// Climbed says that a rung of a stage has come.
	Climbed struct {
		Key string `json:"key"`
		Rev int    `json:"rev"`
		Rung
	}
	// Dating is the calendar's answer for one open stage.
	Dating struct {
		Key         string    `json:"key"`
		Rev         int       `json:"rev"`
		From        time.Time `json:"from,omitzero"` // UTC; the anchor that decided
		Due         time.Time `json:"due,omitzero"`
		Provisional bool      `json:"provisional,omitempty"` // 暂定: past the last published year
		Edition     string    `json:"edition,omitempty"`
		Working     []string  `json:"working,omitempty"` // the working in Chinese, line by line
		Rungs       []Rung    `json:"rungs,omitempty"`
	}

	// State is all of a case that survives continue-as-new, an upgrade, and the loss of Temporal's database.
	State struct {
		Congress  string         `json:"congress"`
		Case      string         `json:"case"`
		Procedure string         `json:"procedure,omitempty"` // empty: opinion
		Rules     string         `json:"rules"`               // id of the immutable rule version that the case keeps
		Policy    Policy         `json:"policy"`
		Facts     map[string]Act `json:"facts,omitempty"` // looked up, never ranged over in a workflow
		Open      []*Open        `json:"open,omitempty"`  // in the order of opening
		Seq       int            `json:"seq"`             // counts Records
		Pace      Pace           `json:"pace,omitzero"`   // the congress's clock as last heard of
		Outcome   string         `json:"outcome,omitempty"`
		Stopped   time.Time      `json:"stopped,omitzero"`   // UTC; since when the units' clocks stand still (中止)
		Entered   time.Time      `json:"entered,omitzero"`   // UTC; when a matter begun on paper came into the register (导入); what came before is not said again
		Settled   []*Open        `json:"settled,omitempty"`  // stages that are settled and ask for the date they should have had, after a correction
		Unwalked  bool           `json:"unwalked,omitempty"` // such dates have come: what followed from the old ones is to be walked again
	}
	// Policy is what a procedure itself must know of its rules: choices and counts, no terms.
	Policy struct {
		Direct    bool   `json:"direct,omitempty"`  // 直接交办, not through the government office
		Anchor    string `json:"anchor"`            // handover or sign: where the terms of the units begin
		Restart   bool   `json:"restart,omitempty"` // 重新起算 on reassignment
		Rework    int    `json:"rework"`            // returns for rework before the next goes a step up
		Returns   int    `json:"returns"`           // 退办 before the decision is final
		Tracking  int    `json:"tracking"`          // half-year reports at the most
		Committee string `json:"committee"`         // unit id of the committee office in charge (督办委室)
		Owner     string `json:"owner,omitempty"`   // account id of the clerk who filed it
		Reopens   string `json:"reopens,omitempty"` // the case that this one takes up again
		Session   bool   `json:"session,omitempty"` // filed in session (大会期间), not in recess (闭会期间)
		Signers   int    `json:"signers,omitempty"` // deputies that a motion needs, its leader included
		Years     int    `json:"years,omitempty"`   // Januaries that a class B reply is taken up again before the decision
		Gate      *Gate  `json:"gate,omitempty"`    // of a special inquiry
		Minutes   int    `json:"minutes,omitempty"` // of a special inquiry: how long a question may take
		Each      bool   `json:"each,omitempty"`    // each unit that a special inquiry asked is judged by itself
		Proxy     bool   `json:"proxy,omitempty"`   // a unit's head who cannot come to an interview may ask to send a deputy (副职)
	}
)

// Verdicts of the case itself.
const (
	Lapsed = "lapsed" // not owed any more
	Auto   = "auto"   // signed for by the passing of time
	// Counted is the effect of a gate's check: its verdict is Reached or Short, as the register counts.
	Counted = "counted"
	Reached = "reached"
	Short   = "short"
)

// Reached reports whether so many per cent of the problems are closed; without a problem nothing is left to be done.
func (g Gate) Reached(t Tally) bool { return 100*t.Closed >= g.Share*t.Total }

// Kind is the part of a stage's key that the table of duties knows.
func Kind(key string) string {
	if i := strings.IndexAny(key, "/#"); i >= 0 {
		return key[:i]
	}
	return key
}

// Roles are those who may settle the stage.
func (st Stage) Roles() []Role {
	if st.By != "" {
		return []Role{st.By}
	}
	return Duties[Kind(st.Key)].By
}

// When is the instant an act counts as an anchor.
func (a Act) When() time.Time {
	if !a.On.IsZero() {
		return a.On
	}
	return a.At
}

// Late reports whether the act was done at or after its due instant.
func (a Act) Late() bool { return !a.Due.IsZero() && !a.When().Before(a.Due) }

// Told returns the fact of that name.
func (s *State) Told(key string) (Act, bool) {
	a, ok := s.Facts[key]
	return a, ok
}

// Gone reports whether a unit has left the matter (退办, 改派).
func (s *State) Gone(unit string) bool {
	_, gone := s.Facts["gone/"+unit]
	return gone && unit != ""
}

// Find returns the open stage of that key, or nil.
func (s *State) Find(key string) *Open {
	for _, o := range s.Open {
		if o.Key == key {
			return o
		}
	}
	return nil
}

// May refuses what must not happen; nothing is changed. The same form sent twice is no error.
// Codes: StageClosed, NotEntitled, NotYet, BadVerdict, OutOfTime.
func (s *State) May(a Act) *Error {
	if f, ok := s.Facts[a.Key]; ok {
		if f.ID == a.ID {
			return nil
		}
		if Kind(a.Key) == Adoption {
			return Refuse("Stale", "此事项刚刚改用过规则，请重新核对后再办")
		}
		return Refuse("StageClosed", "此环节已经办结，不能重复办理")
	}
	if s.Outcome != "" {
		return Refuse("StageClosed", "此事项已经了结，不能再办理")
	}
	if Kind(a.Key) == Adoption {
		return s.mayAdopt(a)
	}
	if Kind(a.Key) == Correct {
		return s.mayCorrect(a)
	}
	o := s.Find(a.Key)
	if o == nil {
		return s.Closed(a.Key)
	}
	duty := Duties[Kind(a.Key)]
	// A deputy's or a member's stage is his alone; who stands in for a leader, the register knows.
	if !slices.Contains(o.Roles(), a.Role) || o.Unit != "" && o.Unit != a.Unit || o.Person != "" && o.Person != a.Person && (a.Role == Deputy || a.Role == Member) {
		return Refuse("NotEntitled", "您无权办理此环节，它由其他岗位或单位负责")
	}
	if _, ok := s.Facts[o.After]; o.After != "" && !ok {
		return Refuse("NotYet", "须先完成“%s”，才能办理此环节", Title(o.After))
	}
	if !duty.Admits(a.Verdict) {
		return Refuse("BadVerdict", "请选择办理结论")
	}
	if Kind(a.Key) == "gate-decision" && a.Verdict == "postpone" && !strings.HasSuffix(a.Key, "#1") {
		return Refuse("BadVerdict", "会议只能推迟一次，请登记为照常举行")
	}
	if duty.Window && !o.Due.IsZero() && !a.At.Before(o.Due) {
		return Refuse("OutOfTime", "已超过规定的期限，不能再提出")
	}
	if Kind(a.Key) == "reassign" && (a.Target == "" || s.engaged(a.Target)) {
		return Refuse("BadHeir", "请选择一个尚未参与本事项的单位改派")
	}
	return nil
}

// Closed refuses an act on a stage that is not open.
func (s *State) Closed(key string) *Error {
	if Kind(key) == "postpone-request" && s.Postponed() {
		return Refuse("StageClosed", "约谈只能延期一次，本次约谈已经申请过延期，不能再延")
	}
	return Refuse("StageClosed", "此环节尚未开启或已经办结，请返回事项页面查看")
}

// Postponed reports whether a unit has asked for another day for its interview, which it may once.
func (s *State) Postponed() bool {
	unit := s.Facts["proposed"].Target
	for n := 1; ; n++ {
		if asked, told := s.Told("postpone-request/" + unit + "#" + strconv.Itoa(n)); !told || asked.Verdict != Lapsed {
			return told
		}
	}
}

// Promised is which of an interview's promises a stage is about, from 1 on; 0: none.
func (s *State) Promised(key string) int {
	for n := 1; ; n++ {
		minutes, told := s.Told("minutes#" + strconv.Itoa(n))
		if !told {
			return 0
		}
		for i, p := range minutes.Items {
			if strings.Contains(key, p.Item) {
				return i + 1
			}
		}
	}
}

// engaged reports whether a unit has or had a part in the matter.
func (s *State) engaged(unit string) bool {
	_, signed := s.Facts["sign/"+unit]
	return signed || s.Gone(unit) || slices.ContainsFunc(s.Open, func(o *Open) bool { return o.Unit == unit })
}

// Take makes an admitted act a fact: it settles its stage and is the anchor of those that wait for it.
func (s *State) Take(a Act) {
	if o := s.Find(a.Key); o != nil {
		a.Due = o.Due
		for _, c := range o.Clocks {
			if Kind(c.Anchor) == Correct {
				a.Clocks = append(a.Clocks, c)
			}
		}
		s.shut(func(x *Open) bool { return x == o })
	}
	s.Put(a)
}

// Put enters a fact that settles no stage; clocks that wait for it as their anchor ask for their date.
func (s *State) Put(a Act) {
	s.Facts[a.Key] = a
	for _, o := range s.Open {
		if slices.ContainsFunc(o.Clocks, func(c Clock) bool { return c.Anchor == a.Key }) {
			o.ask()
		}
	}
}

// Begin opens a stage; one that is open or settled is left as it is.
func (s *State) Begin(st Stage) bool {
	if _, told := s.Facts[st.Key]; told || s.Gone(st.Unit) || s.Gone(st.For) || s.Find(st.Key) != nil {
		return false
	}
	o := &Open{Stage: st}
	if s.Corrections() > 0 {
		o.Rev = 8 * s.Seq // it may have been open before, and what was said then stands under lower numbers
	}
	o.Dated = !o.timed()
	if !s.Stopped.IsZero() && o.timed() && !Duties[Kind(st.Key)].NPC {
		o.stop(s.begun(o))
	}
	s.Open = append(s.Open, o)
	return true
}

// Lapse settles an open stage that is not owed any more, without an answer.
func (s *State) Lapse(key string, at time.Time) {
	s.Take(Act{ID: "lapse/" + key, Key: key, Role: System, Verdict: Lapsed, At: at})
}

// Leave closes all that a unit owes in the matter; its heir is named in the fact (退办, 改派).
func (s *State) Leave(unit, heir string, at time.Time) {
	s.shut(func(o *Open) bool { return o.Unit == unit || o.For == unit })
	s.Put(Act{ID: "gone/" + unit, Key: "gone/" + unit, Role: System, Unit: unit, Target: heir, At: at})
	s.Put(Act{ID: "heir/" + heir, Key: "heir/" + heir, Role: System, Unit: heir, Target: unit, At: at})
}

// End closes the case with its outcome; nothing is owed any more.
func (s *State) End(outcome string) { s.Outcome, s.Open = outcome, nil }

func (s *State) shut(which func(*Open) bool) { s.Open = slices.DeleteFunc(s.Open, which) }

// Extend gives an open stage a new due instant, with the whole of its ladder.
func (s *State) Extend(key string, until time.Time) {
	if o := s.Find(key); o != nil {
		o.Until, o.Raised = until, ""
		o.ask()
	}
}

// Prolong gives an open stage one more clock: it is due at the latest of them.
func (s *State) Prolong(key string, c Clock) {
	if o := s.Find(key); o != nil && !slices.Contains(o.Clocks, c) {
		o.Clocks = append(slices.Clone(o.Clocks), c)
		o.ask()
	}
}

// Suspend stops the clocks of every duty of the units, those that begin meanwhile too; the congress's own stay (中止).
func (s *State) Suspend(at time.Time) {
	s.Stopped = at
	for _, o := range s.Open {
		if !Duties[Kind(o.Key)].NPC && !o.Paused() && o.timed() {
			o.stop(at)
		}
	}
}

// begun is from when a stage that begins in a suspension stands still: its anchor, if that lies within.
func (s *State) begun(o *Open) time.Time {
	at := s.Stopped
	for _, c := range o.Clocks {
		if f, told := s.Facts[c.Anchor]; told && f.When().After(at) {
			at = f.When()
		}
	}
	return at
}

func (o *Open) stop(at time.Time) {
	o.Pauses = append(o.Pauses, Span{From: at})
	o.Rev, o.Dated = o.Rev+1, true
	o.Rungs, o.Next, o.Cause, o.Shorter = nil, 0, "", false
}

// AtFirst is the stage as it was to be dated before any extension.
func (o *Open) AtFirst() *Open {
	plain := &Open{Stage: o.Stage, Pauses: o.Pauses}
	if len(plain.Clocks) > 0 {
		plain.Clocks, plain.Until = plain.Clocks[:1], time.Time{}
	}
	return plain
}

// timed reports whether the stage has a term at all.
func (o *Open) timed() bool { return len(o.Clocks) > 0 || !o.Until.IsZero() }

// Hold keeps silent about the lateness of a unit's duties as long as the congress has the ball; the clocks run on.
func (s *State) Hold(held bool, keys ...string) {
	for _, k := range keys {
		if o := s.Find(k); o != nil && o.Held != held {
			o.Held = held
			o.ask()
		}
	}
}

// Resume lets them run on with the natural days that were left (恢复).
func (s *State) Resume(at time.Time) {
	s.Stopped = time.Time{}
	for _, o := range s.Open {
		if o.Paused() {
			o.Pauses[len(o.Pauses)-1].To = at
			o.ask()
		}
	}
}

// Raise makes a stage's next message the one of a higher level; never a lower one (2.0.4).
func (s *State) Raise(key, level string, at time.Time) {
	o := s.Find(key)
	if o == nil {
		return
	}
	i := slices.IndexFunc(o.Rungs, func(r Rung) bool { return r.Level == level })
	if i < o.Next {
		return
	}
	o.Rungs = append(o.Rungs[:o.Next:o.Next], o.Rungs[i:]...)
	o.Rungs[o.Next].At = at
	o.Rev, o.Raised = o.Rev+1, level
}

// above leaves of the rungs of a new date what is higher than the level that the stage was raised to; the raising itself stays where it has
// not been said yet, and so do effects and the news that the date has moved.
func (o *Open) above(rs []Rung, now time.Time) []Rung {
	i := slices.IndexFunc(rs, func(r Rung) bool { return r.Level == o.Raised })
	if o.Raised == "" || i < 0 {
		return rs
	}
	var left []Rung
	if o.Next < len(o.Rungs) && o.Rungs[o.Next].Level == o.Raised {
		left = append(left, Rung{At: now, Level: o.Raised})
	}
	for n, r := range rs {
		if n > i || r.Effect != "" || Moves(r.Level) {
			left = append(left, r)
		}
	}
	slices.SortStableFunc(left, func(a, b Rung) int { return a.At.Compare(b.At) })
	return left
}

// Redate asks for new dates for every clock that has not expired (a new calendar).
func (s *State) Redate(now time.Time) {
	for _, o := range s.Open {
		if !o.Paused() && o.Due.After(now) {
			o.Cause = LevelShifted
			o.ask()
		}
	}
}

// Runs reports whether a new calendar may move the stage's date.
func (o *Open) Runs(now time.Time) bool { return len(o.Clocks) > 0 && !o.Paused() && o.Due.After(now) }

// Date stores the calendar's answers, unless the stage has moved again meanwhile. A date that moved
// has its own ladder, less what lies behind; one that did not keeps the rungs climbed.
func (s *State) Date(now time.Time, ds []Dating) {
	for _, d := range ds {
		s.redate(d)
		o := s.Find(d.Key)
		if o == nil || d.Rev != o.Rev || o.Dated {
			continue
		}
		moved := !d.Due.Equal(o.Due)
		climbed := o.Rungs[:o.Next]
		var said []Rung
		if o.Amended && !d.Due.After(now) { // late by the corrected day as well: what was said of that stays said
			said = slices.DeleteFunc(slices.Clone(climbed), func(r Rung) bool { return Moves(r.Level) })
			d.Rungs = slices.DeleteFunc(slices.Clone(d.Rungs), func(r Rung) bool {
				return slices.ContainsFunc(said, func(c Rung) bool { return c.Level == r.Level })
			})
		}
		o.Due, o.Rungs, o.Dated, o.Noted = d.Due, append(said, s.unsaid(d.Rungs)...), true, o.Rev+1
		o.Cause, o.Shorter, o.Amended = "", false, false
		for o.Next = len(said); o.Next < len(o.Rungs); o.Next++ {
			r := o.Rungs[o.Next]
			behind := moved && r.At.Before(d.Due) && r.At.Before(now)
			done := !moved && slices.ContainsFunc(climbed, func(c Rung) bool { return c.Level == r.Level })
			if !behind && !done {
				break
			}
		}
	}
}

// unsaid are the rungs of a stage without those that came before the matter was entered from the office's ledger: of its ladder the
// highest that had come is said on entry, in place of the news that the duty has come; the reminders are past.
func (s *State) unsaid(rs []Rung) []Rung {
	if s.Entered.IsZero() {
		return rs
	}
	passed := func(r Rung) bool { return r.Effect == "" && !r.At.After(s.Entered) }
	highest := -1
	for i, r := range rs {
		if passed(r) && onLadder(r.Level) {
			highest = i
		}
	}
	var left []Rung
	for i, r := range rs {
		switch {
		case !passed(r), i == highest:
		case highest < 0 && (r.Level == LevelNew || r.Level == LevelMoved):
		default:
			continue
		}
		if i == highest {
			r.At = s.Entered
		}
		left = append(left, r)
	}
	slices.SortStableFunc(left, func(a, b Rung) int { return a.At.Compare(b.At) })
	return left
}

// onLadder tells the rungs of the three ladders from reminders and news.
func onLadder(level string) bool {
	return len(level) > 1 && strings.ContainsAny(level[:1], "LNG") && level[1] >= '0' && level[1] <= '9'
}

// redate notes when a settled stage should have been due.
func (s *State) redate(d Dating) {
	i := slices.IndexFunc(s.Settled, func(o *Open) bool { return o.Key == d.Key })
	if i < 0 {
		return
	}
	s.Settled = slices.Delete(s.Settled, i, i+1)
	if f := s.Facts[d.Key]; !f.Due.Equal(d.Due) {
		f.Due = d.Due
		s.Facts[d.Key], s.Unwalked = f, true
	}
}

// Climb takes every rung that has come, of every stage: an outage over several is one batch. A rung
// with an effect settles its stage in the system's name; counted is what a gate's check finds.
func (s *State) Climb(now time.Time, counted Tally) (cs []Climbed) {
	for _, o := range slices.Clone(s.Open) {
		if o.Noted != o.Rev+1 { // changed while the record was on its way, which has said none of the rungs that it now has: the next one says them
			continue
		}
		for at := o.nearest(); !at.IsZero() && !at.After(now); at = o.nearest() {
			r := o.Rungs[o.Next]
			o.Next++
			cs = append(cs, Climbed{o.Key, o.Rev, r})
			if r.Effect != "" {
				a := Act{ID: "system/" + o.Key, Key: o.Key, Role: System, Unit: o.Unit, Verdict: r.Effect, At: r.At}
				if r.Effect == Counted {
					a.Tally, a.Verdict = counted, Short
					if s.Policy.Gate.Reached(counted) {
						a.Verdict = Reached
					}
				}
				s.Take(a)
				break
			}
		}
	}
	return cs
}

// Nearest is the one instant the case must wake at; zero when there is none. UTC.
func (s *State) Nearest() (at time.Time) {
	for _, o := range s.Open {
		if n := o.nearest(); !n.IsZero() && (at.IsZero() || n.Before(at)) {
			at = n
		}
	}
	return at
}

// Lag is how long after its nearest rung the case wakes: past a sixth of the spread, in which the bell has the machine to itself, a share
// of the rest that is its own. A rung with an effect, which settles a stage, is not waited with.
func (s *State) Lag() time.Duration {
	at := s.Nearest()
	if slices.ContainsFunc(s.Open, func(o *Open) bool { return o.nearest().Equal(at) && !at.IsZero() && o.Rungs[o.Next].Effect != "" }) {
		return 0
	}
	head := s.Pace.Spread() / 6
	return head + (s.Pace.Spread()-head)*time.Duration(crc32.ChecksumIEEE([]byte(s.Case))%1000)/1000
}

// News returns the dated stages that the register does not show as they are, and takes them as shown.
func (s *State) News() (os []*Open) {
	for _, o := range s.Open {
		if o.Dated && o.Noted != o.Rev+1 {
			o.Noted = o.Rev + 1
			os = append(os, o)
		}
	}
	return os
}

func (o *Open) ask() {
	if !o.Paused() {
		o.Rev, o.Dated = o.Rev+1, false
	}
}

func (o *Open) nearest() (at time.Time) {
	if o.Dated && !o.Paused() && o.Next < len(o.Rungs) {
		at = o.Rungs[o.Next].At
	}
	return at
}

// Paused reports whether the stage's clock stands still.
func (o *Open) Paused() bool { return len(o.Pauses) > 0 && o.Pauses[len(o.Pauses)-1].To.IsZero() }

// Undated reports whether a stage waits for its dates.
func (s *State) Undated() bool {
	return slices.ContainsFunc(s.Open, func(o *Open) bool { return !o.Dated })
}

// Answers is the unit that answers for an item now; empty before the hand-over.
func (s *State) Answers(item string) string {
	given := s.Facts["handover"]
	if d, told := s.Told("distribute"); told {
		given = d
	}
	unit := ""
	for _, i := range given.Items {
		if i.Item == item {
			unit = i.Unit
		}
	}
	for gone, left := s.Told("gone/" + unit); left; gone, left = s.Told("gone/" + unit) {
		unit = gone.Target
	}
	return unit
}
