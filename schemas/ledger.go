package schemas

import (
	"strconv"
	"time"
)

type (
	// Part is one unit's part in a suggestion, as a line of the ledger shows it (建议台账, spec 5). Everything in it follows
	// from the facts of the case. Instants UTC, due instants exclusive, zero: not yet.
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
	}
	// Line is one line of the ledger of suggestions: a part with what the register knows of its matter.
	Line struct {
		Part
		Case, Number, Title, Category string
		UnitName                      string
		Leader, Group                 string    // 领衔代表, 代表团
		Cosigners                     int       // 联名数
		Session                       bool      // 大会, not 闭会
		Key                           bool      // 重点
		FirstDue                      time.Time // of the reply, before any extension; exclusive
		Outcome                       string    // of the matter: archived, withdrawn, merged, letter; empty: open
	}
)

// Parts are the lines that a suggestion gives to the ledger: one for each unit that has or had it.
func (s *State) Parts() (ps []Part) {
	for _, p := range s.Facts["handover"].Parties {
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
	handed, signed, reply := s.Facts["handover"], s.Facts["sign/"+u], s.Facts["reply/"+u]
	first, redo, score := s.Facts["feedback/"+u], s.Facts["redo/"+u], s.Facts["score/"+u]
	_, extended := s.Told("extended/reply/" + u)
	p := Part{Unit: u, Capacity: capacity, Gone: s.Gone(u), Complex: handed.Verdict == "complex", Extended: extended, HandedAt: handed.When(),
		SignedAt: signed.When(), SignDue: s.due("sign/" + u), SignedAuto: signed.Verdict == Auto, Due: s.due("reply/" + u), AnsweredAt: reply.When(),
		Class: reply.Verdict, First: first.Verdict, FirstAt: first.At, RedoDue: s.due("redo/" + u), RedoneAt: redo.When(),
		Final: s.Facts["refeedback/"+u].Verdict, Score: score.Verdict, Verified: s.Facts["verified/"+u].At}
	if heir, is := s.Told("heir/" + u); is {
		p.HandedAt = heir.At
	}
	if capacity == "joint" {
		p.AnsweredAt, p.Due = s.Facts["opinion/"+u].When(), s.due("opinion/"+u)
		if s.Facts["opinion/"+u].Verdict == Lapsed { // the lead answered without it
			p.AnsweredAt = time.Time{}
		}
	}
	for n := 1; ; n++ {
		asked, told := s.Told("return-request/" + u + "#" + strconv.Itoa(n))
		if !told || asked.Verdict == Lapsed {
			break
		}
		p.Asked++
	}
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
	return p
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
