package schemas

import (
	"slices"
	"strconv"
	"time"
)

type (
	// Underway is an opinion that was begun on paper (在办事项), as the office's ledger (监督意见台账) tells it. Instants are midnights in
	// Shanghai: a ledger knows days. Zero: it has not happened, or the ledger does not know.
	Underway struct {
		T0          time.Time
		Resolution  time.Time // the exclusive end of the day that a 决议 fixes for the report
		Handed      time.Time // 交办
		Received    time.Time // by the government office (政府办签收)
		Distributed time.Time // by it (分办)
		Examined    time.Time // by the chairpersons' meeting, in the Way of a verdict of Duties["examine"]
		Way         string
		Judged      time.Time // 审查测评, with a Judgement of Duties["evaluate"]
		Judgement   string
		Settled     time.Time // 逐条销号
		Published   time.Time
		Parties     []UnderwayParty
		Items       []UnderwayItem
	}
	// UnderwayParty is a unit with what it and others have done about its assignment.
	UnderwayParty struct {
		Party
		Signed        time.Time
		Opinion       time.Time // of a co-handler (会办意见)
		Planned       time.Time
		PlanForwarded time.Time
		PlanChecked   time.Time
		PlanRework    bool // the check returned it
		Progress      time.Time
		Drafted       time.Time
		DraftForward  time.Time
		DraftChecked  time.Time
		DraftRework   bool
		Granted       time.Time // an extension of the report
		Extended      time.Time // to the exclusive end of this day
		Reported      time.Time
	}
	// UnderwayItem is an item with the unit that answers for it; Closed: when it was struck off (销号).
	UnderwayItem struct {
		ID, Unit string
		Closed   time.Time
	}
	// Entrance is where a matter that is underway comes into the house.
	Entrance struct {
		State State  // what its procedure begins from: the facts, nothing open
		Past  []Past // what was done, in order
		Open  []*Open
		// Levels are the rungs that the open stages have reached, by their keys.
		Levels map[string]string
		Yellow map[string]time.Time // from when they are near their dates
		Phase  string
		told   map[string]Act // the facts, with the consequences that its procedure will draw
	}
	// Past is a stage that was settled before the matter was entered, with what its date was.
	Past struct {
		Stage
		Act    Act
		Dating Dating
		First  time.Time // what it was before any extension
		Yellow time.Time
	}
)

// entering walks an opinion as its procedure will: from the top, past all that the ledger tells, to the stages that wait. The procedure is
// workflows.SupervisionOpinion; that both come to the same is tested there.
type entering struct {
	Underway
	rules    Rules
	calendar Calendar
	now      time.Time
	filed    map[string]Act // the facts that the case is filed with
	at       *State         // the case as it will stand, with the consequences that its procedure will draw
	past     []Past
}

// Enter finds where a matter stands that was begun on paper: s is its state without facts, now the congress's.
func (u Underway) Enter(r Rules, c Calendar, s State, now time.Time) Entrance {
	s.Facts, s.Entered = map[string]Act{}, now
	at := s
	at.Facts, at.Seq = map[string]Act{}, 1
	e := &entering{Underway: u, rules: r, calendar: c, now: now, filed: s.Facts, at: &at}
	e.walk()
	var ds []Dating
	yellow := map[string]time.Time{}
	for _, o := range at.Open {
		d := e.date(o)
		if !d.Due.IsZero() {
			yellow[o.Key] = r.Yellow(c, d)
		}
		ds = append(ds, d)
	}
	levels := map[string]string{}
	for _, climbed := range at.Apply(Receipt{Now: now, Datings: ds}) {
		if onLadder(climbed.Level) {
			levels[climbed.Key] = climbed.Level
		}
	}
	return Entrance{State: s, Past: e.past, Open: at.Open, Levels: levels, Yellow: yellow, Phase: at.Phase(), told: at.Facts}
}

// Turns are the open stages that can be settled now, the one due next first.
func (e Entrance) Turns() (turns []*Open) {
	for _, o := range e.Open {
		if _, told := e.told[o.After]; o.After == "" || told {
			turns = append(turns, o)
		}
	}
	slices.SortStableFunc(turns, func(a, b *Open) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return turns
}

func (e *entering) date(o *Open) Dating {
	d, err := e.rules.Date(e.calendar, e.at, o, e.now)
	if err != nil { // as in the register: a date that cannot be had holds nothing up
		d.Due, d.Rungs, d.Working = time.Time{}, nil, []string{"无法推算期限：" + err.Error()}
	}
	return d
}

// fact enters what is known to have happened.
func (e *entering) fact(a Act) Act {
	if a.ID == "" {
		a.ID = "ledger/" + a.Key
	}
	e.filed[a.Key], e.at.Facts[a.Key] = a, a
	return a
}

// decree draws a consequence as the procedure does; it is the procedure's to enter it.
func (e *entering) decree(key string, at time.Time) {
	e.at.Facts[key] = Act{ID: "decree/" + key, Key: key, Role: System, At: at}
}

// took settles a stage by what the ledger tells of it.
func (e *entering) took(st Stage, a Act) Act {
	o := &Open{Stage: st}
	d := e.date(o)
	a.Key, a.Due = st.Key, d.Due
	if a.Role == "" {
		a.Role = st.Roles()[0]
	}
	if a.Unit == "" {
		a.Unit = st.Unit
	}
	a = e.fact(a)
	past := Past{Stage: st, Act: a, Dating: d, First: e.date(o.AtFirst()).Due}
	if !d.Due.IsZero() {
		past.Yellow = e.rules.Yellow(e.calendar, d)
	}
	e.past = append(e.past, past)
	return a
}

// between is a step that the ledger does not tell of, though later ones show that it was done: a fact, but none of the past that is shown.
func (e *entering) between(st Stage, a Act) Act {
	a.Key = st.Key
	if a.Role == "" {
		a.Role = st.Roles()[0]
	}
	a.Unit = st.Unit
	return e.fact(a)
}

// step settles a stage on its day, or, where only later days are known, on the day before it; otherwise it waits.
func (e *entering) step(st Stage, on time.Time, later bool, before time.Time, a Act) (Act, bool) {
	switch {
	case !on.IsZero():
		a.At = on
		return e.took(st, a), true
	case later:
		a.At = before
		return e.between(st, a), true
	}
	e.open(st)
	return Act{}, false
}

func (e *entering) open(st Stage) {
	if _, told := e.at.Facts[st.Key]; !told {
		e.at.Begin(st)
	}
}

func (e *entering) hold(keys ...string) { e.at.Hold(true, keys...) }

func runs(rule, anchor string) []Clock { return []Clock{{Rule: rule, Anchor: anchor}} }

func nth(key string, n int) string { return key + "#" + strconv.Itoa(n) }

func (e *entering) walk() {
	e.fact(Act{ID: "T0", Key: "T0", Role: Office, At: e.T0})
	if !e.Resolution.IsZero() {
		e.fact(Act{ID: "resolution", Key: "resolution", Role: Office, At: e.T0, Until: e.Resolution})
	}
	// Nobody keeps a ledger of drafts: what is in it was signed.
	for _, st := range []Stage{{Key: "draft#1", Unit: e.at.Policy.Committee}, {Key: "review#1", Unit: e.at.Policy.Committee}, {Key: "issue#1"}} {
		a := Act{At: e.T0}
		if len(Duties[Kind(st.Key)].Verdicts) > 0 {
			a.Verdict = "accept"
		}
		e.between(st, a)
	}
	e.decree("issued", e.T0)
	given := Act{}
	for _, p := range e.Parties {
		given.Parties = append(given.Parties, p.Party)
	}
	for _, i := range e.Items {
		given.Items = append(given.Items, Finding{Item: i.ID, Unit: i.Unit})
	}
	handed, done := e.step(Stage{Key: "handover", Clocks: runs("handover", "T0"), After: "issued"}, e.Handed, false, time.Time{}, given)
	if !done {
		return
	}
	from := "handover"
	if !e.at.Policy.Direct {
		received, done := e.step(Stage{Key: "receive", Clocks: runs("receive", "handover")}, e.Received, !e.Distributed.IsZero(), handed.At, Act{})
		if !done {
			return
		}
		if _, done := e.step(Stage{Key: "distribute", Clocks: runs("distribute", "receive")}, e.Distributed, false, received.At, given); !done {
			return
		}
		from = "distribute"
	}
	var last time.Time
	all := true
	for _, p := range e.Parties {
		if p.Capacity == "joint" {
			e.assist(p, from)
			continue
		}
		reported, done := e.handle(p, from)
		if all = all && done; reported.After(last) {
			last = reported
		}
	}
	if all {
		e.conclude(last)
	}
}

// sign is 签收. One whose term ran out counts as signed for then, unless what the unit did shows that it had before.
func (e *entering) sign(p UnderwayParty, from string, did time.Time) {
	st := Stage{Key: "sign/" + p.Unit, Unit: p.Unit, Clocks: runs("sign", from)}
	d := e.date(&Open{Stage: st})
	effect := e.rules.Terms["sign"].Effect == Auto
	switch {
	case !p.Signed.IsZero():
		e.took(st, Act{At: p.Signed})
	case !did.IsZero() && (!effect || did.Before(d.Due)):
		e.between(st, Act{At: did})
	case effect && !d.Due.IsZero() && !e.now.Before(d.Due):
		e.took(st, Act{ID: "system/" + st.Key, Role: System, Verdict: Auto, At: d.Due})
	default:
		e.open(st)
	}
}

// term is the anchor of the clocks of a unit.
func (e *entering) term(u string) string {
	if e.at.Policy.Anchor == "sign" {
		return "sign/" + u
	}
	return "handover"
}

func (e *entering) assist(p UnderwayParty, from string) {
	st := Stage{Key: "opinion/" + p.Unit, Unit: p.Unit, Clocks: runs("opinion", e.term(p.Unit)), After: "sign/" + p.Unit}
	e.sign(p, from, p.Opinion)
	e.step(st, p.Opinion, false, time.Time{}, Act{})
}

// handle is one answering unit's part; it returns when the unit reported.
func (e *entering) handle(p UnderwayParty, from string) (reported time.Time, done bool) {
	u, term := p.Unit, e.term(p.Unit)
	plan, draft := nth("plan/"+u, 1), nth("draft-report/"+u, 1)
	report := Stage{Key: "report/" + u, Unit: u, After: "draft-accepted/" + u, Clocks: append(runs("report", term), runs("after-check", "draft-timely/"+u)...)}
	if f, fixed := e.at.Told("resolution"); fixed {
		report.Clocks, report.Until = nil, f.Until
	}
	if !p.Granted.IsZero() {
		asked := Stage{Key: "extension-request/" + report.Key, Unit: u}
		e.between(asked, Act{At: p.Granted, Until: p.Extended})
		e.took(Stage{Key: "extension/" + report.Key, For: u, By: ViceChair, Clocks: runs("extension", asked.Key)}, Act{At: p.Granted, Until: p.Extended, Verdict: "accept"})
		report.Until = p.Extended
	}
	progress := Stage{Key: "progress/" + u, Unit: u, After: "plan-accepted/" + u, Clocks: append(runs("progress", term), runs("after-check", "plan-timely/"+u)...)}
	drafting := Stage{Key: draft, Unit: u, After: "plan-accepted/" + u, Clocks: append(runs("draft-report", term), runs("after-check", "plan-timely/"+u)...)}
	e.sign(p, from, p.Planned)
	accepted, ok := e.paper(p, Stage{Key: plan, Unit: u, Clocks: runs("plan", term), After: "sign/" + u},
		[3]time.Time{p.Planned, p.PlanForwarded, p.PlanChecked}, p.PlanRework, !latest(p.Drafted, p.DraftForward, p.DraftChecked, p.Progress, p.Reported).IsZero(),
		[4]string{"plan-forward/", "plan-check/", "plan-rework", "plan-ruling/"}, progress, drafting, report)
	if !ok {
		return reported, false
	}
	e.accepted("plan", plan, u, accepted)
	e.closed(u)
	if !p.Progress.IsZero() {
		e.took(progress, Act{At: p.Progress})
	} else if p.Reported.IsZero() {
		e.open(progress)
	}
	accepted, ok = e.paper(p, drafting, [3]time.Time{p.Drafted, p.DraftForward, p.DraftChecked}, p.DraftRework, !p.Reported.IsZero(),
		[4]string{"draft-forward/", "draft-check/", "draft-rework", "draft-ruling/"}, report)
	if !ok {
		return reported, false
	}
	e.accepted("draft", draft, u, accepted)
	told, done := e.step(report, p.Reported, false, time.Time{}, Act{})
	return told.At, done
}

// paper is one that is handed in, forwarded and checked; it reports when it was accepted. What waits for it is open meanwhile, and not said
// to be late if the paper was in time.
func (e *entering) paper(p UnderwayParty, st Stage, days [3]time.Time, rework, later bool, keys [4]string, waiting ...Stage) (accepted time.Time, ok bool) {
	var names []string
	wait := func() {
		for _, w := range waiting {
			e.open(w)
			names = append(names, w.Key)
		}
	}
	before := e.at.Facts[e.term(p.Unit)].At
	paper, done := e.step(st, days[0], later || !days[1].IsZero() || !days[2].IsZero(), before, Act{})
	if !done {
		wait()
		return accepted, false
	}
	from, timely := paper, !paper.Late()
	if !e.at.Policy.Direct {
		forward := Stage{Key: nth(keys[0]+p.Unit, 1), For: p.Unit, Clocks: runs("forward", paper.Key)}
		if from, done = e.step(forward, days[1], later || !days[2].IsZero(), paper.At, Act{}); !done {
			wait()
			if timely {
				e.hold(names...)
			}
			return accepted, false
		}
	}
	verdict := Act{Verdict: "accept"}
	if rework {
		verdict.Verdict = "rework"
	}
	check := Stage{Key: nth(keys[1]+p.Unit, 1), Unit: e.at.Policy.Committee, For: p.Unit, Clocks: runs("check", from.Key)}
	checked, done := e.step(check, days[2], later, from.At, verdict)
	if done && !rework {
		return checked.At, true
	}
	switch {
	case done && e.at.Policy.Rework < 1: // what is returned goes a step up at once
		e.open(Stage{Key: nth(keys[3]+p.Unit, 1), For: p.Unit, Clocks: runs("ruling", checked.Key)})
	case done:
		e.open(Stage{Key: nth(Kind(st.Key)+"/"+p.Unit, 2), Unit: p.Unit, Clocks: runs(keys[2], checked.Key), Until: paper.Due})
	}
	wait()
	if timely {
		e.hold(names...)
	}
	return accepted, false
}

// accepted draws what follows from the acceptance of a paper.
func (e *entering) accepted(paper, first, u string, at time.Time) {
	if !e.at.Facts[first].Late() {
		e.decree(paper+"-timely/"+u, at)
	}
	e.decree(paper+"-accepted/"+u, at)
}

// closed enters the items that were struck off one by one.
func (e *entering) closed(u string) {
	for _, i := range e.Items {
		if i.Unit != u || i.Closed.IsZero() || !e.Settled.IsZero() && !i.Closed.Before(e.Settled) {
			continue // struck off with all the others
		}
		asked := Stage{Key: nth("close-request/"+i.ID, 1), Unit: u}
		e.between(asked, Act{At: i.Closed})
		e.took(Stage{Key: nth("verify/"+i.ID, 1), Unit: e.at.Policy.Committee, For: u, Clocks: runs("verify", asked.Key)}, Act{At: i.Closed, Verdict: "closed"})
	}
}

// conclude is what comes after the last report.
func (e *entering) conclude(reported time.Time) {
	e.decree("reported", reported)
	e.at.shut(func(o *Open) bool {
		return Kind(o.Key) == "sign" || Kind(o.Key) == "opinion" || Kind(o.Key) == "progress"
	})
	_, done := e.step(Stage{Key: "examine", Clocks: runs("examine", "reported")}, e.Examined, !e.Judged.IsZero(), reported, Act{Verdict: e.way()})
	if !done {
		return
	}
	judged, done := e.step(Stage{Key: nth("evaluate", 1), Clocks: runs("evaluate", "examine")}, e.Judged, false, time.Time{}, Act{Verdict: e.Judgement})
	if !done {
		return
	}
	if e.Judgement == "dissatisfied" {
		for _, p := range e.Parties {
			if p.Capacity != "joint" {
				e.open(Stage{Key: nth("rectify/"+p.Unit, 1), Unit: p.Unit, Clocks: runs("rectify", judged.Key)})
			}
		}
		return
	}
	verdict := Act{}
	left := false
	for _, i := range e.Items {
		result := "closed"
		if i.Closed.IsZero() {
			result, left = "open", true
		}
		verdict.Items = append(verdict.Items, Finding{Item: i.ID, Result: result})
	}
	settled, done := e.step(Stage{Key: "settle", Unit: e.at.Policy.Committee, Clocks: runs("settle", judged.Key)}, e.Settled, false, time.Time{}, verdict)
	if !done {
		return
	}
	_, published := e.step(Stage{Key: "publish", Clocks: runs("publish", "settle")}, e.Published, false, time.Time{}, Act{Verdict: "public"})
	switch {
	case left && e.at.Policy.Tracking > 0:
		e.open(Stage{Key: nth("track", 1), Unit: e.at.Policy.Committee, Clocks: runs("track", settled.Key)})
	case published:
		e.open(Stage{Key: "archive", Clocks: runs("archive", settled.Key)})
	}
}

func (e *entering) way() string {
	if e.Way == "" {
		return "read"
	}
	return e.Way
}
