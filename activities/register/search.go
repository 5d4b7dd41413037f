package register

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Reading is which texts of the matters that somebody sees he may read, besides what a matter says of itself and what he drafted: by
	// family and class of the texts.
	Reading struct {
		Account    string
		Families   map[string]string // of each procedure
		Open       []string          // those he reads all
		Concerned  []string          // if they are of or about one of the units
		Closing    []string          // so, once it can no longer be held against a deputy
		Own        []string          // if he proposed the matter
		Units      []string
		Everywhere bool // all units
	}
	// Search (检索) is what is looked for, by whom, and filters that leave out what they do not name.
	Search struct {
		Words     []string // folded
		Sights    map[string]Sight
		Reading   Reading
		Procedure string
		Unit      string
		Ended     string // open, ended
		From, To  time.Time
	}
	// Found is one page of the matters in which all the words were found in one text, the newest first.
	Found struct {
		IDs     []string
		Next    *Place         // nil: there are no more
		Partial bool           // whether there are more nobody knows: the words are rare, and what comes next was not looked at
		Counts  map[string]int // of each procedure, up to Counted+1
		Least   bool           // there may be more than the counts say
	}
	// TextFound is a text that all the words are in, with its matter.
	TextFound struct {
		CaseID, Number, Title, Procedure, Kind, Phase, Outcome string
		FiledAt                                                time.Time
		Source, Class, Stage, UnitName                         string
		At                                                     time.Time
		Labels                                                 []string // what each line is
		Body                                                   string   // the lines
	}
	hit struct {
		Place
		Procedure, Stand string
	}
)

// walks are how many of the newest matters are looked through for words that are in too many texts to take them all, at first and then
// once more.
var walks = []int{1500, 2500}

// sampled is how many of too many texts are looked at to say of how many matters at least.
const sampled = 1300

// fold is what the search compares instead of a character; false: nothing. As folded in the database.
func fold(r rune) (rune, bool) {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A', true
	case '！' <= r && r <= '～':
		return fold(r - '！' + '!')
	case r == '—' || r == '–':
		return '-', true
	}
	return r, !strings.ContainsRune("\t\r \"'()<>[]`{}\u3000\u00a0\u200b\ufeff〔〕【】「」『』《》〈〉﹝﹞“”‘’〖〗", r)
}

// Folded is a text as the search compares it, and where in the text each of its characters stands.
func Folded(text string) (folded []rune, at []int) {
	n := 0
	for _, r := range text {
		if f, is := fold(r); is {
			folded, at = append(folded, f), append(at, n)
		}
		n++
	}
	return folded, at
}

// longest and mostWords bound what may be looked for.
const longest, mostWords = 100, 10

// Sought are the words of a query (查找的词), folded, each once. Codes: TooShort, for one character is in everything; TooLong.
func Sought(query string) (words []string, refused *schemas.Error) {
	query = strings.ToValidUTF8(query, " ")
	if len([]rune(query)) > longest {
		return nil, schemas.Refuse("TooLong", "查找的文字太长，请写在%d个字以内", longest)
	}
	long := false
	for _, field := range strings.FieldsFunc(query, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		word, _ := Folded(field)
		if w := string(word); w != "" && !slices.Contains(words, w) {
			words, long = append(words, w), long || len(word) > 1
		}
	}
	switch {
	case len(words) > mostWords:
		return nil, schemas.Refuse("TooLong", "一次最多查找%d个词", mostWords)
	case len(words) == 0:
		return nil, schemas.Refuse("TooShort", "请写要查找的文字，两个字起")
	case !long:
		return words, schemas.Refuse("TooShort", "请至少写两个字：只写一个字，几乎每件都有")
	}
	return words, nil
}

// pairsOf are the pairs of neighbouring characters as the database keeps them; of a single character none.
func pairsOf(words []string) (pairs []int64) {
	for _, w := range words {
		rs := []rune(w)
		for i := 1; i < len(rs); i++ {
			pairs = append(pairs, int64(rs[i-1])<<21|int64(rs[i]))
		}
	}
	return pairs
}

// Search is the page after a place. What is in few texts is found by its pairs of characters, all of it; what is in many by looking
// through the newest matters, for it must be in some of those.
func (r *Register) Search(ctx context.Context, congress string, s Search, after *Place, limit int) (out Found, err error) {
	var patterns []string
	for _, w := range s.Words {
		patterns = append(patterns, likely(w))
	}
	type text struct {
		CaseID, Class, Stage string
		Unit, Author         *string
	}
	var texts []text
	if err := r.within(ctx, func(tx pgx.Tx) error {
		// However often the words occur: by the index, and without the planner's guess that some will turn up soon. Of a single pair that
		// is nearly everywhere a part will do, for more than enough is left; of several, what is left out of each would be missing.
		pairs, most := pairsOf(s.Words), "0"
		if len(pairs) == 1 {
			most = strconv.Itoa(10 * found)
		}
		if _, err := tx.Exec(ctx, statement("search_plainly"), most); err != nil {
			return err
		}
		texts, err = many[text](ctx, tx, "search_pairs", planned, congress, pairs, patterns, found+1)
		return err
	}); err != nil {
		return out, err
	}
	if out.Least = len(texts) > found; out.Least {
		texts = texts[:sampled]
	}
	var cases, classes, stages []string
	var units, authors []*string
	for _, t := range texts {
		cases, classes, stages = append(cases, t.CaseID), append(classes, t.Class), append(stages, t.Stage)
		units, authors = append(units, t.Unit), append(authors, t.Author)
	}
	known, err := many[hit](ctx, r.pool, "search_known", append(s.args(congress, ""), cases, classes, stages, units, authors)...)
	if err != nil {
		return out, err
	}
	out.Counts = map[string]int{}
	var hits []hit
	for _, h := range known {
		out.Counts[h.Procedure] = min(out.Counts[h.Procedure]+1, Counted+1)
		if (s.Procedure == "" || h.Procedure == s.Procedure) && (after == nil || newer(*after, h.Place) < 0) {
			hits = append(hits, h)
		}
	}
	if !out.Least {
		slices.SortFunc(hits, func(a, b hit) int { return newer(a.Place, b.Place) })
		out.take(hits, limit)
		return out, nil
	}
	hits = nil
	for _, far := range walks {
		var at time.Time
		var id string
		if after != nil {
			at, id = after.At, after.ID
		}
		type walkedHit struct {
			hit
			Walked int
		}
		rows, err := many[walkedHit](ctx, r.pool, "search_walk", append(s.args(congress, s.Procedure), patterns, moment(at), null(id), far, limit+1-len(hits))...)
		if err != nil {
			return out, err
		}
		walked := 0
		for _, row := range rows {
			if row.Walked > 0 {
				walked, after = row.Walked, &row.Place
			} else {
				hits = append(hits, row.hit)
			}
		}
		out.take(hits, limit)
		if len(hits) > limit || walked < far {
			return out, nil
		}
	}
	out.Next, out.Partial = after, true
	return out, nil
}

// take puts as many on the page as it holds.
func (f *Found) take(hits []hit, limit int) {
	f.IDs = nil
	for _, h := range hits[:min(len(hits), limit)] {
		f.IDs = append(f.IDs, h.ID)
	}
	if len(hits) > limit {
		f.Next = &hits[limit-1].Place
	}
}

// newer sorts the newest first, as lists are.
func newer(a, b Place) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(a.ID, b.ID)) }

// args are the first arguments of the statements that look for matters, of one procedure or all.
func (s Search) args(congress, procedure string) []any {
	var ls []lane
	list := Listing{Sights: s.Sights, Unit: s.Unit}
	for _, p := range schemas.Procedures {
		if procedure == "" || p == procedure {
			ls = append(ls, list.lanes(congress, p, "")...)
		}
	}
	var procedures, ways, whos []string
	var handed, published, inHand []bool
	for _, a := range ls {
		procedures, ways, whos = append(procedures, a.procedure), append(ways, a.way), append(whos, a.who)
		handed, published, inHand = append(handed, a.handed), append(published, a.published), append(inHand, a.inHand)
	}
	return append([]any{planned, congress, procedures, ways, whos, handed, published, inHand, moment(s.From), moment(s.To), s.Ended, null(s.Unit)}, s.Reading.args()...)
}

func (g Reading) args() []any {
	return []any{g.Account, g.Families, append([]string{}, g.Open...), slices.Concat([]string{}, g.Concerned, g.Closing, g.Own), append([]string{}, g.Concerned...), append([]string{}, g.Closing...), append([]string{}, g.Own...), append([]string{}, g.Units...), g.Everywhere}
}

// Texts are the texts of those matters that hold all the words and may be read, in the order of the ids; of each matter its own first,
// and then the newest.
func (r *Register) Texts(ctx context.Context, congress string, s Search, ids []string) ([]TextFound, error) {
	var patterns []string
	for _, w := range s.Words {
		patterns = append(patterns, likely(w))
	}
	return many[TextFound](ctx, r.pool, "search_shown", append(append([]any{planned, congress, ids}, s.Reading.args()...), patterns)...)
}

const (
	noticesSearched = 300 // of the newest of a person's messages
	groupShown      = 20  // people, and messages, of a page
)

// NoticesFound are those of a person's newest messages whose matters are called so.
func (r *Register) NoticesFound(ctx context.Context, congress, account string, words []string) ([]NoticeFound, error) {
	var patterns []string
	for _, w := range words {
		patterns = append(patterns, likely(w))
	}
	return many[NoticeFound](ctx, r.pool, "notices_found", congress, account, patterns, noticesSearched, groupShown)
}

type (
	// NoticeFound is a message that was found.
	NoticeFound struct {
		CaseID, Number, Title, Stage, Level, UnitName string
		At, Due                                       time.Time
	}
	// PersonFound is a person who was found by his name or its first letters.
	PersonFound struct {
		ID, Name, Login, Delegation, Occupation string
		Active                                  bool
		Posts                                   string // a role and a unit a line
	}
)

// PeopleFound are the people of a congress whose names contain the text, or have those first letters: all, or deputies alone.
func (r *Register) PeopleFound(ctx context.Context, congress string, all bool, text string) ([]PersonFound, error) {
	text = strings.ToLower(text)
	return many[PersonFound](ctx, r.pool, "people_found", congress, all, text, initialled(text), groupShown)
}

// initialled reports whether a text can be first letters of syllables.
func initialled(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// ReadsAs is how well a name answers to the text: 1 if it contains it, 2 if those are its first letters, 3 if it has them from the first
// on with others between, for 水务和湖泊局 is called 水务局 (swj), 4 if it has them side by side somewhere; 0 if not at all.
func (n Read) ReadsAs(text string) (rank int) {
	text = strings.ToLower(text)
	switch {
	case text == "":
		return 0
	case strings.Contains(strings.ToLower(n.Name), text):
		return 1
	case !initialled(text) || len(text) < 2:
		return 0
	}
	for _, way := range strings.Fields(n.Initials) {
		fits := 0
		switch {
		case way == text:
			fits = 2
		case follows(way, text):
			fits = 3
		case strings.Contains(way, text):
			fits = 4
		}
		if fits > 0 && (rank == 0 || fits < rank) {
			rank = fits
		}
	}
	return rank
}

// follows reports whether letters begin with the first of the text and hold the others in their order.
func follows(way, text string) bool {
	if way[0] != text[0] {
		return false
	}
	for i := range len(text) {
		at := strings.IndexByte(way, text[i])
		if at < 0 {
			return false
		}
		way = way[at+1:]
	}
	return true
}
