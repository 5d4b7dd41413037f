package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/activities/register"
	"bihuan/schemas"
)

const (
	perPage   = 50   // rows of a page
	perCall   = 1000 // rows of an answer to a program that asks for no number of them
	trailKept = 40   // pages back that a link remembers
)

// pager leads from a page of a list to its neighbours. The address holds where the pages before this one ended, so that the way back
// needs neither script nor memory of ours.
type pager struct {
	Before, First, After string // addresses; empty: there is none
	All                  string // of how many: a number, or more than one; empty: nobody counted
	Page                 int    // which it is, where pages have numbers

	path  string
	query url.Values
	trail []register.Place
	rows  int // of a page
	kept  int // places of the trail
}

// pagerOf reads where a page begins. What is no place is the beginning.
func pagerOf(r *http.Request) pager {
	path, q := r.URL.Path, r.URL.Query()
	p := pager{path: path, query: q, rows: perPage, kept: trailKept}
	for _, text := range strings.Split(q.Get("after"), "~") {
		if place, ok := readPlace(text); ok {
			p.trail = append(p.trail, place)
		}
	}
	if isExport(r) {
		p.rows, p.kept = perCall, 1
	}
	if strings.HasPrefix(path, "/api/") {
		p.rows, p.kept = perCall, 1 // a program remembers itself
		if n, err := strconv.Atoi(q.Get("limit")); err == nil {
			p.rows = min(max(n, 1), perCall)
		}
	}
	return p
}

// after is where this page begins; nil: at the beginning.
func (p pager) after() *register.Place {
	if len(p.trail) == 0 {
		return nil
	}
	return &p.trail[len(p.trail)-1]
}

// turn notes what comes next, and of how many; negative: nobody counted.
func (p *pager) turn(next *register.Place, all int) {
	if n := len(p.trail); n > 0 {
		p.First = p.link(nil)
		p.Before = p.link(p.trail[:n-1])
	}
	if next != nil {
		p.After = p.link(append(p.trail[:len(p.trail):len(p.trail)], *next))
	}
	if all >= 0 {
		p.All = counted(all)
	}
}

// link is the address of the page that begins where the trail ends.
func (p pager) link(trail []register.Place) string {
	trail = trail[max(len(trail)-p.kept, 0):]
	var texts []string
	for _, place := range trail {
		texts = append(texts, writePlace(place))
	}
	q := url.Values{}
	for k, v := range p.query {
		q[k] = v
	}
	q.Del("after")
	if len(texts) > 0 {
		q.Set("after", strings.Join(texts, "~"))
	}
	return p.path + "?" + q.Encode()
}

// partOf is the part of so many rows that an address asks for, with the way to its neighbours; counted says how many there are. Rows that
// are reckoned, not listed by the register, are paged by number; a sheet has them all, reckoned once.
func partOf(r *http.Request, rows int, counted string) (from, to int, pages pager) {
	per := perPage
	if isExport(r) {
		per = max(rows, 1)
	}
	last := max((rows+per-1)/per, 1)
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	n = min(max(n, 1), last)
	link := func(n int) string {
		q := url.Values{}
		for k, v := range r.URL.Query() {
			q[k] = v
		}
		q.Set("page", strconv.Itoa(n))
		return r.URL.Path + "?" + q.Encode()
	}
	pages.Page = n
	if last > 1 {
		pages.All = fmt.Sprintf("%s，第%d页，共%d页", counted, n, last)
	}
	if n > 1 {
		pages.First, pages.Before = link(1), link(n-1)
	}
	if n < last {
		pages.After = link(n + 1)
	}
	return (n - 1) * per, min(n*per, rows), pages
}

// counted says how many there are, as far as anybody counted.
func counted(n int) string {
	if n > register.Counted {
		return fmt.Sprintf("%d件以上", register.Counted)
	}
	return fmt.Sprintf("%d件", n)
}

func writePlace(p register.Place) string {
	at := "-"
	if !p.At.IsZero() {
		at = strconv.FormatInt(p.At.UnixMicro(), 36)
	}
	return at + "." + p.ID
}

func readPlace(text string) (p register.Place, ok bool) {
	at, id, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(at, 36, 64)
	if at != "-" {
		p.At = time.UnixMicro(n).UTC()
	}
	p.ID = id
	matter, _, _ := strings.Cut(id, "/") // of a stage its key follows
	return p, (err == nil || at == "-") && uuidForm.MatchString(matter) && utf8.ValidString(id) && !strings.Contains(id, "\x00")
}

// tabsOf are the tabs above a list, with how many matters each has.
func tabsOf(r *http.Request, titles []listTab, current int, counts []int) (ts []tab) {
	q := r.URL.Query()
	q.Del("after") // of another tab's list it would be another place
	for i, t := range titles {
		v := tab{Title: t.title, Href: r.URL.Path + "?" + without(q, "tab", t.code), Current: i == current}
		if counts != nil {
			v.N, v.Count = counts[i], strconv.Itoa(counts[i])
			if v.N > register.Counted {
				v.Count = strconv.Itoa(register.Counted) + "+"
			}
		}
		v.Late = t.code == "late" && v.N > 0
		ts = append(ts, v)
	}
	return ts
}

// listTab is one tab of a list.
type listTab struct {
	code, title string
	register.Tab
}

// tabNamed finds a tab by its code; the first where none has it.
func tabNamed(tabs []listTab, code string) int {
	for i, t := range tabs {
		if t.code == code {
			return i
		}
	}
	return 0
}

func plainTabs(tabs []listTab) (ts []register.Tab) {
	for _, t := range tabs {
		ts = append(ts, t.Tab)
	}
	return ts
}

// lampOfTurn is the light of a matter in a list, and whose turn it is: of one with an outcome that, else of the stage that is due next.
func lampOfTurn(c schemas.Calendar, outcome string, st register.Stage, now time.Time) (turn string, l lamp) {
	switch {
	case outcome != "":
		ended := schemas.PhaseName(outcome)
		return ended, lamp{"grey", ended}
	case st.Kind == "":
		return "", lamp{"green", "在办"}
	}
	return whose(st) + " · " + schemas.Duties[st.Kind].Title, lampOf(c, st, now)
}

// countOf is how many matters a tab has; negative: nobody counted.
func countOf(l register.Listed, tab int) int {
	if l.Counts == nil {
		return -1
	}
	return l.Counts[tab]
}

// linkTo says in the header where the next page of an answer is (RFC 8288).
func (p pager) linkTo(w http.ResponseWriter) {
	if p.After != "" {
		w.Header().Set("Link", "<"+p.After+`>; rel="next"`)
	}
}
