package schemas

import (
	"cmp"
	_ "embed" // the scorings
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"sync"
	"time"
)

type (
	// Scoring is how units are scored (单位综合得分, spec 6): points for each number, less points for each piece of others. What
	// cannot be judged yet, for its denominator is 0, is left out and the rest scaled to 100.
	Scoring struct {
		Floor   int // so many lines must a unit have to be ranked
		Weights []Weight
		Less    []Weight
	}
	// Weight is a number's points in a scoring.
	Weight struct {
		Code   string
		Points int
	}
	// Ranked is one unit in the league table (承办单位排名, spec 6).
	Ranked struct {
		Unit, Name, Kind string
		Rank             int      // units of the same score share it (1, 1, 3); 0 below the line
		Lines            int      // that the unit has to answer for
		Score            string   // 单位综合得分, points with two decimals: 86.67; — where nothing is to be judged yet
		Numbers          []Number // the unit's own
		Below            bool     // below the line: too few lines to be ranked, or nothing to be judged
	}
	// Grouped is one row of a table of numbers: a unit's, a committee's, a leader's.
	Grouped struct {
		Key, Name string
		Numbers   []Number
	}
)

//go:embed scores.json
var scoresJSON []byte

var scorings = sync.OnceValue(func() (all map[string]Scoring) {
	if err := json.Unmarshal(scoresJSON, &all); err != nil {
		panic(err)
	}
	return all
})

// ScoringOf is the scoring of a procedure: suggestion or opinion.
func ScoringOf(procedure string) Scoring { return scorings()[procedure] }

// Said is one of the numbers in words; empty: there is no such number.
func (r Ranked) Said(code string) string { return NumberOf(r.Numbers, code).Text }

// NumberOf finds a number by its code; the zero one, without a code: there is none.
func NumberOf(ns []Number, code string) Number {
	i := slices.IndexFunc(ns, func(n Number) bool { return n.Code == code })
	if i < 0 {
		return Number{}
	}
	return ns[i]
}

// League ranks the units that answer for suggestions.
func League(lines []Line, now time.Time, floor int) []Ranked {
	scoring := ScoringOf("suggestion")
	scoring.Floor = floor
	return Rank(lines, func(ls []Line) []Number { return Numbers(ls, now) }, scoring)
}

// Rank ranks the units by their score. Units with fewer lines than the floor come last, below the line, and so do those of whom
// nothing can be judged. A unit that has only joint or returned lines is not listed. By score, the best first, then by name.
func Rank(lines []Line, numbers func([]Line) []Number, scoring Scoring) []Ranked {
	own := map[string][]Line{}
	for _, l := range lines {
		if l.Unit != "" {
			own[l.Unit] = append(own[l.Unit], l)
		}
	}
	type standing struct {
		Ranked
		score int // hundredths of a point: what is shown as equal is equal
	}
	var all []standing
	for unit, lines := range own {
		ns := numbers(lines)
		tasks := NumberOf(ns, "tasks").N
		if tasks == 0 {
			continue
		}
		s := standing{Ranked: Ranked{Unit: unit, Name: lines[0].UnitName, Kind: lines[0].UnitKind, Lines: tasks, Score: "—", Below: true, Numbers: ns}, score: math.MinInt}
		if points, judged := scoring.score(ns); judged {
			s.score, s.Score, s.Below = points, hundredths(points), tasks < scoring.Floor
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b standing) int {
		if a.Below != b.Below {
			if b.Below {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Unit, b.Unit))
	})
	table := make([]Ranked, len(all))
	for i, s := range all {
		switch {
		case s.Below:
		case i > 0 && s.score == all[i-1].score:
			s.Rank = table[i-1].Rank
		default:
			s.Rank = i + 1
		}
		table[i] = s.Ranked
	}
	return table
}

// score is in hundredths of a point, half-up, rounded once: a sum of rounded rates would tell apart units that are equal.
func (scoring Scoring) score(ns []Number) (points int, judged bool) {
	sum, weights := new(big.Rat), 0
	for _, w := range scoring.Weights {
		if n := NumberOf(ns, w.Code); n.D > 0 {
			sum.Add(sum, big.NewRat(int64(w.Points*n.N), int64(n.D)))
			weights += w.Points
		}
	}
	if weights == 0 {
		return 0, false
	}
	sum.Mul(sum, big.NewRat(10000, int64(weights)))
	sum.Add(sum, big.NewRat(1, 2))
	points = int(new(big.Int).Quo(sum.Num(), sum.Denom()).Int64())
	for _, w := range scoring.Less {
		points -= 100 * w.Points * NumberOf(ns, w.Code).N
	}
	return points, true
}

// Group makes a table of numbers: one row for each key that the lines have, in the order of the keys' names.
func Group(lines []Line, keys func(Line) []Grouped, numbers func([]Line) []Number) []Grouped {
	own, rows := map[string][]Line{}, []Grouped{}
	for _, l := range lines {
		for _, k := range keys(l) {
			if _, had := own[k.Key]; !had {
				rows = append(rows, k)
			}
			own[k.Key] = append(own[k.Key], l)
		}
	}
	for i := range rows {
		rows[i].Numbers = numbers(own[rows[i].Key])
	}
	slices.SortFunc(rows, func(a, b Grouped) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key)) })
	return rows
}

// ByUnit, ByCommittee and ByLeader are the keys of a line.
func ByUnit(l Line) []Grouped {
	if l.Unit == "" {
		return nil
	}
	return []Grouped{{Key: l.Unit, Name: l.UnitName}}
}

// ByCommittee is the committee office in charge (督办委室).
func ByCommittee(l Line) []Grouped {
	if l.Committee == "" {
		return nil
	}
	return []Grouped{{Key: l.Committee, Name: l.CommitteeName}}
}

// ByLeader are the leaders in one role to whom the line belongs (分管、领衔).
func ByLeader(role Role) func(Line) []Grouped {
	return func(l Line) (keys []Grouped) {
		for _, d := range l.Leads {
			if d.Role == role {
				keys = append(keys, Grouped{Key: d.Account, Name: d.Name})
			}
		}
		return keys
	}
}
