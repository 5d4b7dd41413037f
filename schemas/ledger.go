package schemas

import (
	"slices"
	"strconv"
	"time"
)

type (
	// Part is one unit's part in a suggestion or a supervision opinion, as a line of the ledger shows it (台账, spec 5).
	// Everything in it follows from the facts of the case. Instants UTC, due instants exclusive, zero: not yet. Of an opinion
	// Due and AnsweredAt are the report's (正式回告), First and Final what was made of it before and after the rectification
	// (审查测评), RedoDue and RedoneAt those of the rectification (再整改).
	Part struct {
		Unit       string
		Capacity   string // lead, several, sole, joint
		Gone       bool   // the return of the assignment was approved: counted nowhere but among the returns
		HandedAt   time.Time
		SignedAt   time.Time
		SignDue    time.Time
		SignedAuto bool // by the passing of time
		Asked      int  // requests for return (退办)
		Complex    bool // six months from the beginning
		Extended   bool // three months extended to six
		Due        time.Time
		AnsweredAt time.Time
		Class      string    // of the first reply: A, B, C, D
		Now        string    // class as it stands
		TurnedA    time.Time // when a B became an A
		Verified   time.Time // when the result was found true
		Met        bool      // at least one face-to-face contact
		First      string    // first feedback: satisfied, basically, dissatisfied, unanswered; empty: not yet
		FirstAt    time.Time
		Attitude   string // 办理态度
		Result     string // 办理结果
		Reply      int    // stage one score (答复), hundredths of a point
		RedoDue    time.Time
		RedoneAt   time.Time
		Final      string // feedback after the re-handling
		Score      string // stage two feedback (落实)
		Done       int    // stage two score, hundredths of a point
		Promised   time.Time
		ClosedAt   time.Time // 办结
		PlanDue    time.Time // of the plan (方案), of an opinion only
		PlanAt     time.Time
		Reworked   int       // papers returned for rework (退回重报)
		Refused    int       // requests for return that were refused (退办驳回)
		Paused     int       // natural days that the clocks stood still before the answer (中止)
		Stopped    time.Time // since when they stand still
		Held       bool      // the congress has the ball: nothing is said of the report's lateness meanwhile
		LastAt     time.Time // the last instant that anything of it bears; places it in a period
	}
	// Line is what the statistics count: a line of the ledger, that is a part with what the register knows of its matter, or
	// one of the other things of a supervision opinion that Of names. What those have in common with a part stands in the
	// part's fields.
	Line struct {
		Part
		Of                            string // empty: a part; else one of the constants below
		Case, Number, Title, Category string
		UnitName                      string
		Leader, Group                 string    // 领衔代表, 代表团
		Cosigners                     int       // 联名数
		Session                       bool      // 大会, not 闭会
		Key                           bool      // 重点
		FirstDue                      time.Time // of the reply, before any extension; exclusive
		Outcome                       string    // of the matter: archived, withdrawn, merged, letter; empty: open

		Procedure, Kind          string    // of the matter; an inquiry's 整改意见书 has the kind inquiry
		Committee, CommitteeName string    // in charge (督办委室)
		Leads                    []Leading // who has the line in his charge (分管、领衔)
		UnitKind                 string    // department, street, judicial …
		Begun                    time.Time // T0, of a matter
		PlanFirstDue             time.Time // of the plan, before any extension
		N                        int       // of an item
		Text                     string    // of an item: the problem; of an urging: the letter's number or what the visit was about
		Urging                   string    // urge, supervise, interview, visit
		LateWorkdays             int       // working days that its steps came late, as the calendar has them
	}
	// Leading is one leader to whom a line belongs: the vice-chair of its committee, the vice-mayor of its unit, who leads a key suggestion.
	Leading struct {
		Account, Name string
		Role          Role
	}
)

// What a line can be besides a part.
const (
	OfMatter = "matter" // an opinion: handed over in time or not (交办). AnsweredAt is the hand-over
	OfItem   = "item"   // an item of an opinion, or a problem of an inquiry (条目): struck off at ClosedAt
	OfUrging = "urging" // a letter, interview or visit (督办): HandedAt is its day, AnsweredAt what the unit handed in next, Due five working days later
)

// Parts are the lines that a suggestion or an opinion gives to the ledger: one for each unit that has or had it.
func (s *State) Parts() (ps []Part) {
	given := s.Facts["handover"]
	if s.Procedure == "" && !s.Policy.Direct {
		given = s.Facts["distribute"]
	}
	for _, p := range given.Parties {
		for unit, left := p.Unit, true; left && unit != ""; {
			ps = append(ps, s.part(unit, p.Capacity))
			var gone Act
			gone, left = s.Told("gone/" + unit)
			unit = gone.Target
		}
	}
	return ps
}

func (s *State) part(u, capacity string) Part {
	handed, signed := s.Facts["handover"], s.Facts["sign/"+u]
	p := Part{Unit: u, Capacity: capacity, Gone: s.Gone(u), HandedAt: handed.When(), SignedAt: signed.When(), SignDue: s.due("sign/" + u), SignedAuto: signed.Verdict == Auto}
	if heir, is := s.Told("heir/" + u); is {
		p.HandedAt = heir.At
	}
	for n := 1; ; n++ {
		asked, told := s.Told("return-request/" + u + "#" + strconv.Itoa(n))
		if !told || asked.Verdict == Lapsed {
			break
		}
		p.Asked++
		for _, ruling := range []string{"return", "joint-return", "joint-assent"} {
			if s.Facts[ruling+"/"+u+"#"+strconv.Itoa(n)].Verdict == "refuse" {
				p.Refused++
			}
		}
	}
	if s.Procedure == "" {
		s.supervised(&p)
	} else {
		s.suggested(&p)
	}
	if capacity == "joint" {
		p.AnsweredAt, p.Due = s.Facts["opinion/"+u].When(), s.due("opinion/"+u)
		if s.Facts["opinion/"+u].Verdict == Lapsed { // the lead answered without it
			p.AnsweredAt = time.Time{}
		}
	}
	s.stood(&p)
	for _, f := range s.Facts {
		p.LastAt = latest(p.LastAt, f.When())
	}
	p.LastAt = latest(p.LastAt, p.Due, p.SignDue, p.PlanDue, p.RedoDue)
	return p
}

// suggested is what a unit's part in a suggestion has of its own.
func (s *State) suggested(p *Part) {
	u := p.Unit
	reply, first, redo, score := s.Facts["reply/"+u], s.Facts["feedback/"+u], s.Facts["redo/"+u], s.Facts["score/"+u]
	_, p.Extended = s.Told("extended/reply/" + u)
	p.Complex, p.Due, p.AnsweredAt = s.Facts["handover"].Verdict == "complex", s.due("reply/"+u), reply.When()
	p.Class, p.First, p.FirstAt, p.RedoDue, p.RedoneAt = reply.Verdict, first.Verdict, first.At, s.due("redo/"+u), redo.When()
	p.Final, p.Score, p.Verified = s.Facts["refeedback/"+u].Verdict, score.Verdict, s.Facts["verified/"+u].At
	contact, told := s.Told("contact/" + u)
	for n := 1; told && !p.Met; n++ {
		p.Met = contact.Verdict == "visit"
		contact, told = s.Told("talk/" + u + "#" + strconv.Itoa(n))
	}
	for n := 1; ; n++ {
		class, told := s.Told("class/" + u + "#" + strconv.Itoa(n))
		if !told {
			break
		}
		if class.Verdict == "A" && p.Now == "B" {
			p.TurnedA = class.At
		}
		p.Now = class.Verdict
		if !class.Until.IsZero() {
			p.Promised = class.Until
		}
	}
	for n := 1; ; n++ {
		closed, told := s.Told("conclude#" + strconv.Itoa(n))
		if !told {
			break
		}
		if closed.Verdict != Lapsed {
			p.ClosedAt = closed.At
		}
	}
	p.Attitude, p.Result, p.Reply = marks(first)
	_, _, p.Done = marks(score)
}

// supervised is what a unit's part in an opinion has of its own.
func (s *State) supervised(p *Part) {
	u := p.Unit
	plan := "plan/" + u + "#1"
	p.PlanDue, p.PlanAt, p.Due, p.AnsweredAt = s.due(plan), s.Facts[plan].When(), s.due("report/"+u), s.Facts["report/"+u].When()
	if o := s.Find("report/" + u); o != nil {
		p.Held = o.Held
	}
	for _, key := range []string{plan, "report/" + u} {
		if _, extended := s.Told("extended/" + key); extended {
			p.Extended = true
		}
	}
	for _, check := range []string{"plan-check/", "draft-check/"} {
		for n := 1; ; n++ {
			verdict, told := s.Told(check + u + "#" + strconv.Itoa(n))
			if !told {
				break
			}
			if verdict.Verdict == "rework" {
				p.Reworked++
			}
		}
	}
	first := s.Facts["evaluate#1"]
	p.First, p.FirstAt, p.Final = first.Verdict, first.At, s.Facts["evaluate#2"].Verdict
	p.RedoDue, p.RedoneAt = s.due("rectify/"+u+"#1"), s.Facts["rectify/"+u+"#1"].When()
	settled, told := s.Told("settle")
	for n := 1; told && p.ClosedAt.IsZero(); n++ {
		if !s.leaves(settled, u) {
			p.ClosedAt = settled.At
		}
		settled, told = s.Told("track#" + strconv.Itoa(n))
	}
}

// leaves reports whether a settlement leaves an item of the unit's open.
func (s *State) leaves(settled Act, u string) bool {
	return slices.ContainsFunc(settled.Items, func(i Finding) bool { return i.Result == "open" && s.Answers(i.Item) == u })
}

// stood counts the natural days that the units' clocks stood still between the hand-over and the answer.
func (s *State) stood(p *Part) {
	for n := 1; ; n++ {
		stop, told := s.Told("suspended#" + strconv.Itoa(n))
		if !told {
			return
		}
		on, told := s.Told("resumed#" + strconv.Itoa(n))
		from, to := latest(stop.At, p.HandedAt), on.At
		if !p.AnsweredAt.IsZero() && (!told || p.AnsweredAt.Before(to)) {
			to = p.AnsweredAt
		}
		switch {
		case to.IsZero():
			p.Stopped = from
		case to.After(from):
			p.Paused += naturalDays(from, to)
		}
	}
}

// latest is the last of some instants.
func latest(at time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.After(at) {
			at = o
		}
	}
	return at
}

// naturalDays are those in Shanghai from the day of one instant to that of another.
func naturalDays(from, to time.Time) int {
	return int(DayOf(to).Sub(DayOf(from)) / (24 * time.Hour)) // Shanghai's days have 24 hours all
}

// due is when a stage is due, or was when it was settled.
func (s *State) due(key string) time.Time {
	if o := s.Find(key); o != nil {
		return o.Due
	}
	return s.Facts[key].Due
}

// marks are the two marks and the sum of the points of a deputy's feedback.
func marks(a Act) (attitude, result string, points int) {
	for _, i := range a.Items {
		switch i.Item {
		case "attitude":
			attitude = i.Result
		case "outcome":
			result = i.Result
		}
		points += i.Points
	}
	return attitude, result, points
}
