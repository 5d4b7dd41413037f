package api

import (
	"fmt"
	"html/template"
	"strings"
)

// A chart is drawn here, as SVG: its words stay words, in the reader's own font, and can be searched; what is to be told apart differs in
// shape or pattern besides its colour, for printers and eyes that see none. Every bar and point leads to the list behind it.
type chart struct{ strings.Builder }

func newChart(width, height int, title string) *chart {
	c := &chart{}
	c.say(`<svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="%s" preserveAspectRatio="xMinYMin meet">`, width, height, template.HTMLEscapeString(title))
	return c
}

func (c *chart) say(format string, args ...any) { fmt.Fprintf(c, format, args...) }

func (c *chart) text(x, y float64, anchor, class, text string) {
	c.say(`<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`, x, y, anchor, class, template.HTMLEscapeString(text))
}

// linked wraps what draw draws in a link with its words.
func (c *chart) linked(href, title string, draw func()) {
	c.say(`<a href="%s"><title>%s</title>`, template.HTMLEscapeString(href), template.HTMLEscapeString(title))
	draw()
	c.say(`</a>`)
}

func (c *chart) done() template.HTML {
	c.say(`</svg>`)
	return template.HTML(c.String()) //nolint:gosec // what comes from outside is escaped; the rest is ours
}

// patterns are how the kinds of matters differ, in the order of a legend; the first is solid.
const patterns = `<defs>` +
	`<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="ground" d="M0 0h6v6H0z"/><path class="ink" d="M0 0h2.5v6H0z"/></pattern>` +
	`<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><path class="ground" d="M0 0h6v6H0z"/><circle class="ink" cx="3" cy="3" r="1.5"/></pattern>` +
	`<pattern id="bars" width="5" height="5" patternUnits="userSpaceOnUse"><path class="ground" d="M0 0h5v5H0z"/><path class="ink" d="M0 0h5v1.5H0z"/></pattern></defs>`

// top is a round number not below the greatest, and the step of the lines under it.
func top(greatest int) (end, step int) {
	for unit := 1; ; unit *= 10 {
		for _, k := range []int{1, 2, 5} {
			if step = k * unit; step*5 >= greatest {
				return max((greatest+step-1)/step, 1) * step, step
			}
		}
	}
}

// trendChart draws what was handed over and settled, month by month; and below, by a measure of its own because it should be little,
// what was missed.
func trendChart(months []trendMonth) template.HTML {
	const width, height, left, above, floor, below = 640, 320, 44, 34, 216, 300 // floor and below: where the bars of each part stand
	c := newChart(width, height, "近十二个月交办、办结、逾期的环节")
	greatest, late := 0, 1
	for _, m := range months {
		greatest, late = max(greatest, m.Opened, m.Closed), max(late, m.Late)
	}
	end, step := top(greatest)
	high := func(n int) float64 { return float64(floor-above) * float64(n) / float64(end) }
	c.say(patterns)
	for n := 0; n <= end; n += step {
		c.say(`<path class="line" d="M%d %.1fH%d"/>`, left, floor-high(n), width-8)
		c.text(left-6, floor-high(n)+4, "end", "axis", fmt.Sprint(n))
	}
	for i, name := range []string{"交办", "办结"} {
		x := left + float64(i)*84
		c.say(`<path class="%s" d="M%.1f 6h14v14h-14z"/>`, []string{"opened", "closed"}[i], x)
		c.text(x+20, 18, "start", "key", name)
	}
	c.text(left-6, below-4, "end", "missed-text", "逾期")
	c.say(`<path class="line" d="M%d %dH%d"/>`, left, below, width-8)
	if len(months) == 0 {
		return c.done()
	}
	slot := float64(width-left-8) / float64(len(months))
	bar := slot * 0.34
	for i, m := range months {
		x := left + slot*float64(i)
		for k, n := range []int{m.Opened, m.Closed} {
			at := x + slot*0.14 + bar*float64(k)
			c.linked(m.Links[k], fmt.Sprintf("%s%s%d项", m.At.Format("2006年1月"), []string{"交办", "办结"}[k], n), func() {
				c.say(`<path class="%s" d="M%.1f %dv-%.1fh%.1fv%.1fz"/>`, []string{"opened", "closed"}[k], at, floor, high(n), bar-2, high(n))
			})
		}
		name := m.Title
		if m.Year != "" {
			name = m.At.Format("06年1月")
		}
		c.text(x+slot/2, floor+18, "middle", "axis", name)
		if m.Late == 0 {
			c.text(x+slot/2, below-4, "middle", "axis", "0")
			continue
		}
		h := 40 * float64(m.Late) / float64(late)
		c.linked(m.Links[2], fmt.Sprintf("%s到期而逾期%d项", m.At.Format("2006年1月"), m.Late), func() {
			c.say(`<path class="missed" d="M%.1f %dv-%.1fh%.1fv%.1fz"/>`, x+slot*0.3, below, h, slot*0.4, h)
			c.text(x+slot/2, below-h-5, "middle", "missed-text", fmt.Sprint(m.Late))
		})
	}
	return c.done()
}

// funnelKinds are the kinds of matters that the funnel tells apart; the last takes what is left.
var funnelKinds = []struct {
	title, class, fill string
	of                 []string
}{
	{"监督意见", "solid", "", []string{"opinion"}}, {"代表建议、议案", "", "url(#hatch)", []string{"suggestion", "motion"}}, {"询问的问题", "", "url(#dots)", []string{"problem"}}, {"其他", "", "url(#bars)", nil},
}

// funnelChart draws how many open matters stand at each step.
func funnelChart(kinds []option, steps []funnelStep) template.HTML {
	const width, left, row, above = 640, 76, 30, 40
	height := above + row*len(steps) + 8
	g := newChart(width, height, "在办事项停在哪个阶段")
	g.say(patterns)
	greatest := 1
	for _, f := range steps {
		greatest = max(greatest, f.N)
	}
	place := func(procedure string) int {
		for i, k := range funnelKinds {
			for _, p := range k.of {
				if p == procedure {
					return i
				}
			}
		}
		return len(funnelKinds) - 1
	}
	fill := func(i int) string {
		if k := funnelKinds[i]; k.fill != "" {
			return `fill="` + k.fill + `" class="segment"`
		}
		return `class="segment ` + funnelKinds[i].class + `"`
	}
	x := float64(left)
	for i, k := range funnelKinds {
		g.say(`<path %s d="M%.1f 8h14v14h-14z"/>`, fill(i), x)
		g.text(x+20, 20, "start", "key", k.title)
		x += 40 + 15*float64(len([]rune(k.title)))
	}
	for n, f := range steps {
		y := float64(above + row*n)
		g.linked(f.Href, fmt.Sprintf("%s：%d件", f.Title, f.N), func() { g.text(left-8, y+18, "end", "key", short(f.Title)) })
		x := float64(left)
		sums := make([]int, len(funnelKinds))
		for i, cell := range f.Cells {
			sums[place(kinds[i].Value)] += cell.N
		}
		for i, sum := range sums {
			if sum == 0 {
				continue
			}
			w := float64(width-left-56) * float64(sum) / float64(greatest)
			g.linked(f.Href, fmt.Sprintf("%s %s：%d件", f.Title, funnelKinds[i].title, sum), func() {
				g.say(`<path %s d="M%.1f %.1fh%.1fv20h-%.1fz"/>`, fill(i), x, y+3, w, w)
			})
			x += w
		}
		g.text(x+6, y+18, "start", "count", fmt.Sprint(f.N))
	}
	return g.done()
}

// short keeps a title within its place.
func short(title string) string {
	if r := []rune(title); len(r) > 4 {
		return string(r[:2]) + "…"
	}
	return title
}
