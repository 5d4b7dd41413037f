package schemas

import (
	"fmt"
	"slices"
	"time"
)

type (
	// Snapshot are the figures of a bulletin (通报) as they stood at an instant, with all lines behind them: nothing that happens
	// later changes it, neither to the matters nor to the formulas.
	Snapshot struct {
		Procedure string // opinion, suggestion
		Period    Span
		At        time.Time // the figures' day
		Lines     []Line
		Numbers   []Frozen
		Leagues   []FrozenLeague
		Late      []int // lines that are to be blamed: overdue
		Unhappy   []int // and judged 不满意
	}
	// Frozen is a number of a snapshot; In and Hit are places in its lines.
	Frozen struct {
		Code, Name, Text string
		N, D             int
		In               []int
		Hit              []int
		Parted           bool // some of the lines count in the numerator, others do not
	}
	// FrozenLeague is the table of one kind of units.
	FrozenLeague struct {
		Kind string
		Rows []Ranked
	}
	// Difference is what a corrected snapshot says otherwise than the one before.
	Difference struct {
		What, Was, Now string
		Lines          []string // that count otherwise
	}
)

// Freeze takes the snapshot of a period at an instant.
func Freeze(procedure string, period Span, at time.Time, kinds []string, lines []Line) Snapshot {
	numbers := func(ls []Line) []Number { return SuggestionNumbers(ls, period, at) }
	if procedure == "opinion" {
		numbers = func(ls []Line) []Number { return OpinionNumbers(ls, period, at) }
	}
	s := Snapshot{Procedure: procedure, Period: period, At: at}
	for _, n := range numbers(lines) {
		f := Frozen{Code: n.Code, Name: n.Name, Text: n.Text, N: n.N, D: n.D, Parted: n.Hit != nil}
		for i := range lines {
			if !n.In(&lines[i]) {
				continue
			}
			f.In = append(f.In, i)
			if n.Hit != nil && n.Hit(&lines[i]) {
				f.Hit = append(f.Hit, i)
			}
		}
		s.Numbers = append(s.Numbers, f)
	}
	s.keep(lines)
	for _, kind := range kinds {
		of := slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.UnitKind != kind })
		if rows := Rank(of, numbers, ScoringOf(procedure)); len(rows) > 0 {
			s.Leagues = append(s.Leagues, FrozenLeague{kind, rows})
		}
	}
	s.Late = s.Number("overdue").Hit
	for _, i := range s.Number("tasks").In {
		if s.Lines[i].mark() == "dissatisfied" {
			s.Unhappy = append(s.Unhappy, i)
		}
	}
	return s
}

// keep leaves out the lines that no number counts.
func (s *Snapshot) keep(lines []Line) {
	place := map[int]int{}
	for _, f := range s.Numbers {
		for _, i := range f.In {
			place[i] = 0
		}
	}
	for i, l := range lines {
		if _, counted := place[i]; counted {
			place[i] = len(s.Lines)
			s.Lines = append(s.Lines, l)
		}
	}
	for _, f := range s.Numbers {
		for _, places := range [][]int{f.In, f.Hit} {
			for k, i := range places {
				places[k] = place[i]
			}
		}
	}
}

// Number is one of the snapshot's; the zero one: there is none.
func (s Snapshot) Number(code string) Frozen {
	i := slices.IndexFunc(s.Numbers, func(f Frozen) bool { return f.Code == code })
	if i < 0 {
		return Frozen{}
	}
	return s.Numbers[i]
}

// Of is a number of one unit, as the league table froze it, with its lines.
func (s Snapshot) Of(code, unit string) Frozen {
	f := s.Number(code)
	for _, league := range s.Leagues {
		for _, r := range league.Rows {
			if n := NumberOf(r.Numbers, code); r.Unit == unit && n.Code != "" {
				own := func(i int) bool { return s.Lines[i].Unit != unit }
				return Frozen{Code: code, Name: f.Name, Text: n.Text, N: n.N, D: n.D, Parted: f.Parted,
					In: slices.DeleteFunc(slices.Clone(f.In), own), Hit: slices.DeleteFunc(slices.Clone(f.Hit), own)}
			}
		}
	}
	return Frozen{}
}

// Praised are the units of the first three ranks of their league that were late with nothing and dissatisfied nobody.
func (s Snapshot) Praised() (rows []Ranked) {
	blamed := map[string]bool{}
	for _, i := range append(slices.Clone(s.Late), s.Unhappy...) {
		blamed[s.Lines[i].Unit] = true
	}
	for _, league := range s.Leagues {
		for _, r := range league.Rows {
			if r.Rank > 0 && r.Rank <= 3 && !blamed[r.Unit] {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// Differences are what a corrected snapshot says otherwise: its numbers, and the units' scores and ranks.
func Differences(was, now Snapshot) (ds []Difference) {
	for _, f := range now.Numbers {
		before := was.Number(f.Code)
		moved := changed(was, before, now, f)
		if before.Text != f.Text || len(moved) > 0 {
			ds = append(ds, Difference{f.Name, before.Text, f.Text, moved})
		}
	}
	stood := was.standings()
	for _, league := range now.Leagues {
		for _, r := range league.Rows {
			if s := standing(r); stood[r.Unit] != s {
				ds = append(ds, Difference{r.Name + "名次和得分", stood[r.Unit], s, nil})
			}
			delete(stood, r.Unit)
		}
	}
	for _, league := range was.Leagues {
		for _, r := range league.Rows {
			if s, gone := stood[r.Unit]; gone {
				ds = append(ds, Difference{r.Name + "名次和得分", s, "不在表中", nil})
			}
		}
	}
	return ds
}

func standing(r Ranked) string {
	if r.Rank == 0 {
		return "不排名，" + r.Score
	}
	return fmt.Sprintf("第%d名，%s", r.Rank, r.Score)
}

func (s Snapshot) standings() map[string]string {
	all := map[string]string{}
	for _, league := range s.Leagues {
		for _, r := range league.Rows {
			all[r.Unit] = standing(r)
		}
	}
	return all
}

// changed names the lines that a number counts otherwise.
func changed(a Snapshot, was Frozen, b Snapshot, now Frozen) (names []string) {
	old, new := a.counts(was), b.counts(now)
	for _, s := range []struct {
		of Snapshot
		in []int
	}{{b, now.In}, {a, was.In}} {
		for _, i := range s.in {
			k := s.of.Lines[i].key()
			if old[k] != new[k] {
				names = append(names, s.of.Lines[i].called()+"："+orUncounted(old[k])+"→"+orUncounted(new[k]))
				old[k] = new[k] // once
			}
		}
	}
	return names
}

func orUncounted(how string) string {
	if how == "" {
		return "不在内"
	}
	return how
}

// counts say of each line of a number how it counts.
func (s Snapshot) counts(f Frozen) map[string]string {
	hows := map[string]string{}
	for _, i := range f.In {
		hows[s.Lines[i].key()] = "在内"
		if f.Parted {
			hows[s.Lines[i].key()] = "不计入"
		}
	}
	for _, i := range f.Hit {
		hows[s.Lines[i].key()] = "计入"
	}
	return hows
}

// key tells a line from all others.
func (l Line) key() string {
	k := l.Of + "/" + l.Case + "/" + l.Unit
	switch l.Of {
	case OfItem:
		return fmt.Sprintf("%s/%d", k, l.N)
	case OfUrging:
		return k + "/" + l.Urging + "/" + l.Text + "/" + l.HandedAt.UTC().Format(time.RFC3339Nano)
	}
	return k
}

func (l Line) called() string {
	name := l.Number
	if name == "" {
		name = l.Title
	}
	if l.UnitName != "" {
		name += " " + l.UnitName
	}
	if l.Of == OfItem && l.Procedure == "opinion" {
		name += fmt.Sprintf(" 第%d条", l.N)
	}
	return name
}

// AsOf leaves of some lines what was known at an instant: a correction of a bulletin counts again what its figures' day saw, and
// nothing that happened since.
func AsOf(at time.Time, lines []Line) (known []Line) {
	for _, l := range lines {
		if l.HandedAt.After(at) || l.Begun.After(at) {
			continue
		}
		for _, t := range []*time.Time{&l.SignedAt, &l.AnsweredAt, &l.PlanAt, &l.RedoneAt, &l.FirstAt, &l.ClosedAt, &l.TurnedA, &l.Verified, &l.Stopped} {
			if t.After(at) {
				*t = time.Time{}
			}
		}
		if l.AnsweredAt.IsZero() {
			l.Class, l.Now = "", ""
		}
		if l.FirstAt.IsZero() {
			l.First = ""
		}
		if l.RedoneAt.IsZero() {
			l.Final = ""
		}
		known = append(known, l)
	}
	return known
}
