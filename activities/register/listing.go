package register

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"
)

type (
	// Sight is how much of a procedure's matters somebody sees: the sum of what is named.
	Sight struct {
		All       bool
		Handed    bool     // what has been handed over
		Published bool     // whose publication was decided
		Units     []string // what these units take part in, once it has been handed over
		Deputy    string   // what this account proposed
		Streets   []string // what deputies of these units' delegations proposed, once it has been handed over
	}
	// Listing is a list of matters: the sights by procedure, and filters that leave out what they do not name.
	Listing struct {
		Sights                           map[string]Sight
		Committee, Category, Unit, Words string
	}
	// Tab is a part of a list.
	Tab struct {
		Procedures []string
		Stands     []string // phases, or ended; nil: all
		Marked     string   // late, near (临期), key (重点); empty: all in those stands
	}
	// Place is where a page of a list ends: the next begins after it.
	Place struct {
		At time.Time // filed, or due in the tabs of what is late and near
		ID string
	}
	// Listed is one page of a tab.
	Listed struct {
		IDs    []string
		Next   *Place // nil: this is the last page
		Counts []int  // of each tab, up to Counted+1; nil: nobody counted, for the words occur too often
	}
)

const (
	// Counted is up to how many matters a list counts; beyond it says that there are more.
	Counted = 1000
	// found is how many matters with the words are looked at one by one.
	found = 2000
	// warned bounds how long before its due instant a light turns yellow; no rule warns so early.
	warned = 60 * 24 * time.Hour
)

// lane is a stretch of the index of lists.
type lane struct {
	procedure, stand          string // or the clock
	way, who                  string
	handed, published, inHand bool
	above, upto               time.Time
	warned                    bool
}

// lanes are what a sight leaves of a procedure, in a stand.
func (l Listing) lanes(congress, procedure, stand string) (ls []lane) {
	s := l.Sights[procedure]
	if s.All || s.Handed {
		a := lane{procedure: procedure, stand: stand, way: "congress", who: congress, handed: !s.All}
		if l.Unit != "" {
			a.way, a.who, a.inHand = "unit", l.Unit, true
		}
		return []lane{a}
	}
	for _, u := range s.Units {
		ls = append(ls, lane{procedure: procedure, stand: stand, way: "unit", who: u, handed: true})
	}
	for _, u := range s.Streets {
		ls = append(ls, lane{procedure: procedure, stand: stand, way: "street", who: u, handed: true})
	}
	if s.Deputy != "" {
		ls = append(ls, lane{procedure: procedure, stand: stand, way: "deputy", who: s.Deputy})
	}
	if s.Published {
		ls = append(ls, lane{procedure: procedure, stand: stand, way: "congress", who: congress, published: true})
	}
	return ls
}

// of are the lanes of a tab.
func (l Listing) of(congress string, t Tab, now time.Time) (ls []lane) {
	for _, p := range t.Procedures {
		switch t.Marked {
		case "":
			stands := t.Stands
			if stands == nil {
				stands = schemas.Stands(p)
			}
			for _, stand := range stands {
				ls = append(ls, l.lanes(congress, p, stand)...)
			}
		case "key":
			ls = append(ls, l.lanes(congress, p, "key")...)
		case "late":
			for _, a := range l.lanes(congress, p, "runs") {
				a.upto = now
				ls = append(ls, a)
			}
		case "near":
			for _, a := range append(l.lanes(congress, p, "runs"), l.lanes(congress, p, "held")...) {
				a.upto, a.warned = now.Add(warned), true
				if a.stand == "runs" {
					a.above = now
				}
				ls = append(ls, a)
			}
		}
	}
	return ls
}

// args are the first arguments of the statements of lists.
func (l Listing) args(congress string, ls []lane, words string) []any {
	var procedures, stands, ways, whos []string
	var handed, published, inHand []bool
	for _, a := range ls {
		procedures, stands, ways, whos = append(procedures, a.procedure), append(stands, a.stand), append(ways, a.way), append(whos, a.who)
		handed, published, inHand = append(handed, a.handed), append(published, a.published), append(inHand, a.inHand)
	}
	unit := l.Unit
	if !slices.ContainsFunc(ls, func(a lane) bool { return !a.inHand }) { // all are that unit's own
		unit = ""
	}
	return []any{planned, congress, procedures, stands, ways, whos, handed, published, inHand, null(l.Committee), l.Category, null(unit), words}
}

// clocked are those of lanes bounded by time.
func (l Listing) clocked(congress string, ls []lane, words string, now time.Time) []any {
	var above, upto []time.Time
	var warns []bool
	for _, a := range ls {
		above, upto, warns = append(above, a.above), append(upto, a.upto), append(warns, a.warned)
	}
	return append(l.args(congress, ls, words), above, upto, warns, now)
}

// Listed is the page of a list that begins after a place, in one of its tabs, as things stand at now: the newest first, and of what is
// late or near that due first.
func (r *Register) Listed(ctx context.Context, congress string, l Listing, tabs []Tab, tab int, now time.Time, after *Place, limit int) (Listed, error) {
	words := ""
	if l.Words != "" {
		words = likely(l.Words)
		if pairs := bigrams(l.Words); len(pairs) > 0 {
			rows, err := many[struct{ ID string }](ctx, r.pool, "words_found", planned, congress, pairs, words, found+1)
			if err != nil {
				return Listed{}, err
			}
			if len(rows) <= found {
				ids := make([]string, len(rows))
				for i, row := range rows {
					ids[i] = row.ID
				}
				return r.listedFound(ctx, congress, l, tabs, tab, now, after, limit, ids)
			}
		}
	}
	t := tabs[tab]
	ls := l.of(congress, t, now)
	var place Place
	if after != nil {
		place = *after
	}
	var args []any
	query := "listed"
	switch t.Marked {
	case "late", "near":
		query, args = "listed_clock", append(l.clocked(congress, ls, words, now), moment(place.At), null(place.ID), limit+1)
	case "key":
		query = "listed_key"
		fallthrough
	default:
		args = append(l.args(congress, ls, words), moment(place.At), null(place.ID), limit+1)
	}
	rows, err := many[Place](ctx, r.pool, query, args...)
	if err != nil {
		return Listed{}, err
	}
	out := page(rows, limit)
	if words == "" {
		out.Counts, err = r.counts(ctx, congress, l, tabs, now)
	}
	return out, err
}

// page leaves as many as a page holds.
func page(rows []Place, limit int) (out Listed) {
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = &rows[limit-1]
	}
	for _, row := range rows {
		out.IDs = append(out.IDs, row.ID)
	}
	return out
}

type standCount struct {
	Procedure, Stand string
	N                int
}

// counts counts each tab.
func (r *Register) counts(ctx context.Context, congress string, l Listing, tabs []Tab, now time.Time) (ns []int, err error) {
	var keyed, marked []lane
	for _, t := range tabs {
		switch t.Marked {
		case "":
		case "key":
			keyed = append(keyed, l.of(congress, t, now)...)
		default:
			marked = append(marked, l.of(congress, t, now)...)
		}
	}
	plain := l.of(congress, Tab{Procedures: slices.Sorted(maps.Keys(l.Sights))}, now)
	all, err := many[standCount](ctx, r.pool, "listed_counts", append(l.args(congress, plain, ""), Counted+1)...)
	if err == nil && len(marked) > 0 {
		var more []standCount
		more, err = many[standCount](ctx, r.pool, "listed_clock_counts", append(l.clocked(congress, marked, "", now), Counted+1)...)
		all = append(all, more...)
	}
	if err == nil && len(keyed) > 0 {
		var more []standCount
		more, err = many[standCount](ctx, r.pool, "listed_key_counts", append(l.args(congress, keyed, ""), Counted+1)...)
		all = append(all, more...)
	}
	for _, t := range tabs {
		n := 0
		for _, c := range all {
			if slices.Contains(t.Procedures, c.Procedure) && t.counts(c.Stand) {
				n += c.N
			}
		}
		ns = append(ns, min(n, Counted+1))
	}
	return ns, err
}

// counts reports whether what stands so belongs to the tab.
func (t Tab) counts(stand string) bool {
	if mark := slices.Contains([]string{"late", "near", "key"}, stand); mark || t.Marked != "" {
		return t.Marked == stand
	}
	return t.Stands == nil || slices.Contains(t.Stands, stand)
}

// standing is a matter of a list as far as its tabs go.
type standing struct {
	ID, Procedure, Stand string
	FiledAt              time.Time
	Clock                string
	Due, Yellow          *time.Time
	Key                  bool
}

// marked reports what the tab asks for besides its stands.
func (s standing) marked(mark string, now time.Time) bool {
	switch mark {
	case "late":
		return s.Clock == "runs" && !s.Due.After(now)
	case "near":
		return s.Clock == "held" && (!s.Due.After(now) || s.Yellow != nil && !s.Yellow.After(now)) ||
			s.Clock == "runs" && s.Due.After(now) && s.Yellow != nil && !s.Yellow.After(now)
	case "key":
		return s.Key
	}
	return true
}

// listedFound is the page of a list of matters that are known already.
func (r *Register) listedFound(ctx context.Context, congress string, l Listing, tabs []Tab, tab int, now time.Time, after *Place, limit int, ids []string) (out Listed, err error) {
	ls := l.of(congress, Tab{Procedures: slices.Sorted(maps.Keys(l.Sights))}, now)
	args := l.args(congress, ls, "")
	args[len(args)-1] = ids // instead of the words: they are found
	rows, err := many[standing](ctx, r.pool, "listed_found", args...)
	if err != nil {
		return out, err
	}
	by := func(a, b Place) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(a.ID, b.ID)) }
	if m := tabs[tab].Marked; m == "late" || m == "near" {
		by = func(a, b Place) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) }
	}
	counts := make([]int, len(tabs))
	var places []Place
	for _, row := range rows {
		for i, t := range tabs {
			if !slices.Contains(t.Procedures, row.Procedure) || !row.marked(t.Marked, now) || t.Stands != nil && !slices.Contains(t.Stands, row.Stand) {
				continue
			}
			counts[i] = min(counts[i]+1, Counted+1)
			if at := (Place{row.FiledAt, row.ID}); i == tab {
				if t.Marked == "late" || t.Marked == "near" {
					at.At = *row.Due
				}
				if after == nil || by(*after, at) < 0 {
					places = append(places, at)
				}
			}
		}
	}
	slices.SortFunc(places, by)
	out = page(places, limit)
	out.Counts = counts
	return out, nil
}

// CaseRow is an opinion in a list, with the duty that is due next. Due is exclusive.
type CaseRow struct {
	Case
	UnitNames             string
	AllItems, ClosedItems int
	StageKind, StageUnit  string
	StageRoles            []string
	Due, Yellow           *time.Time
	Level                 string
	NPC, Held, Paused     bool
}

// CaseRows are those opinions as a list shows them, in the order of the ids.
func (r *Register) CaseRows(ctx context.Context, congress string, ids []string) ([]CaseRow, error) {
	return many[CaseRow](ctx, r.pool, "case_rows", congress, ids)
}

// SuggestionRows are those suggestions and motions as a list shows them, in the order of the ids.
func (r *Register) SuggestionRows(ctx context.Context, congress string, ids []string) ([]SuggestionRow, error) {
	return many[SuggestionRow](ctx, r.pool, "suggestion_rows", congress, ids)
}

// OpenNumbered is the open suggestion or motion of that number. Code: NotFound.
func (r *Register) OpenNumbered(ctx context.Context, congress, number string) (string, error) {
	row, err := one[struct{ ID string }](ctx, r.pool, "open_numbered", congress, number)
	return row.ID, err
}

// Taken are those of the numbers that matters of a congress have.
func (r *Register) Taken(ctx context.Context, congress string, numbers []string) (taken []string, err error) {
	rows, err := many[struct{ Number string }](ctx, r.pool, "numbers_taken", congress, numbers)
	for _, row := range rows {
		taken = append(taken, row.Number)
	}
	return taken, err
}

// Similar are number and title of open suggestions, but one, whose titles share more than half of those pairs of characters.
func (r *Register) Similar(ctx context.Context, congress string, pairs []string, but string) (found []string, err error) {
	rows, err := many[struct{ Number, Title string }](ctx, r.pool, "similar", congress, pairs, but, max(len(pairs), 1))
	for _, row := range rows {
		found = append(found, row.Number+" "+row.Title)
	}
	return found, err
}

// likely is a pattern of what contains the words, whatever is in them.
func likely(words string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(words)) + "%"
}

// bigrams are the pairs of neighbouring characters, as the register keeps them; of a single character none.
func bigrams(words string) (pairs []string) {
	rs := []rune(strings.ToLower(words))
	for i := 1; i < len(rs); i++ {
		pairs = append(pairs, string(rs[i-1:i+1]))
	}
	return pairs
}
