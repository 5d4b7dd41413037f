package workflows

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// past makes up what a ledger may tell: each step some days after the one before it, as far as a step that is chosen, some left out.
type past struct {
	*rand.Rand
	at   time.Time
	left int
	gap  int // days, at the most
}

func (p *past) day(needed bool) (at time.Time) {
	if p.left--; p.left < 0 {
		return at
	}
	p.at = p.at.AddDate(0, 0, p.IntN(p.gap+1))
	if !needed && p.left > 0 && p.IntN(3) == 0 {
		return at
	}
	return p.at
}

func (p *past) underway(units []string, direct bool) (u schemas.Underway) {
	p.at = time.Date(2026, 1, 5, 0, 0, 0, 0, schemas.Shanghai)
	p.gap = []int{3, 8, 25}[p.IntN(3)]
	all := p.IntN(22)
	p.left = all
	u.T0 = p.at
	u.Handed = p.day(true)
	if !direct && !u.Handed.IsZero() {
		u.Received, u.Distributed = p.day(false), p.day(true)
		if u.Received.IsZero() && u.Distributed.IsZero() && p.left >= 0 {
			u.Received = p.at
		}
	}
	given, left := p.at, p.left
	end := given
	capacities := [][]string{{"sole"}, {"lead", "joint"}, {"several", "several"}, {"lead", "joint", "joint"}}[p.IntN(4)]
	reported := true
	for i, c := range capacities {
		x := schemas.UnderwayParty{Party: schemas.Party{Unit: units[i], Capacity: c}}
		p.at, p.left = given, max(left-p.IntN(3)*p.IntN(2), 0)
		if left < 0 {
			p.left = -1
		}
		x.Signed = p.day(false)
		if c == "joint" {
			x.Opinion = p.day(true)
		} else {
			x.Planned = p.day(true)
			if !direct {
				x.PlanForwarded = p.day(false)
			}
			x.PlanChecked = p.day(false)
			if p.left <= 0 && !x.PlanChecked.IsZero() {
				x.PlanRework = p.IntN(2) == 0
			}
			if !x.PlanRework {
				x.Progress = p.day(false)
				x.Drafted = p.day(false)
				if !direct {
					x.DraftForward = p.day(false)
				}
				x.DraftChecked = p.day(false)
				if p.left <= 0 && !x.DraftChecked.IsZero() {
					x.DraftRework = p.IntN(2) == 0
				}
				if p.left >= 0 && p.IntN(4) == 0 && !x.DraftRework {
					x.Granted, x.Extended = p.at, given.AddDate(0, 4, 0)
				}
				if !x.DraftRework {
					x.Reported = p.day(true)
				}
			}
			reported = reported && !x.Reported.IsZero()
		}
		u.Parties = append(u.Parties, x)
		if p.at.After(end) {
			end = p.at
		}
	}
	lead := u.Parties[0].Unit
	for i := range 3 {
		item := schemas.UnderwayItem{ID: register.NewID(), Unit: lead}
		if i == 2 && len(u.Parties) > 1 && u.Parties[1].Capacity == "several" {
			item.Unit = u.Parties[1].Unit
		}
		u.Items = append(u.Items, item)
	}
	for i, x := range u.Parties[:1] {
		if !x.Reported.IsZero() || !x.PlanChecked.IsZero() && !x.PlanRework {
			u.Items[i].Closed = end
		}
	}
	if !reported {
		return u
	}
	p.at, p.left = end, p.IntN(6)
	if u.Examined = p.day(false); !u.Examined.IsZero() {
		u.Way = "deliberate"
	}
	if u.Judged = p.day(true); !u.Judged.IsZero() {
		u.Judgement = []string{"satisfied", "basically", "dissatisfied"}[p.IntN(3)]
	}
	if u.Judgement != "dissatisfied" {
		if u.Settled = p.day(true); !u.Settled.IsZero() {
			if p.IntN(2) == 0 {
				for i := range u.Items {
					if u.Items[i].Closed.IsZero() {
						u.Items[i].Closed = u.Settled
					}
				}
			}
			u.Published = p.day(true)
		}
	}
	return u
}

// What the office is told of a matter before it is taken over is what the procedure makes of it: each stage that waits, its date, how
// high it has climbed, and where the matter stands.
func TestAMatterUnderwayStandsWhereItWasForeseen(t *testing.T) {
	ctx := context.Background()
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	_, rules, err := reg.CurrentRules(ctx, d.Congress, "opinion")
	if err != nil {
		t.Fatal(err)
	}
	bySigning := rules
	bySigning.Policy.Anchor, bySigning.Version = "sign", "test-sign"
	if _, err := reg.AddRules(ctx, d.Congress, bySigning); err != nil {
		t.Fatal(err)
	}
	noRework := rules
	noRework.Policy.Rework, noRework.Version = 0, "test-rework"
	if _, err := reg.AddRules(ctx, d.Congress, noRework); err != nil {
		t.Fatal(err)
	}
	ruled := 0
	stood, levels := map[string]int{}, map[string]int{}
	const matters = 250
	extended := map[bool]int{} // reports that were, by whether they are open
	for n := range matters {
		chance := rand.New(rand.NewPCG(7, uint64(n)))
		direct := n%3 != 0
		rules := rules
		switch n % 5 {
		case 0:
			rules = bySigning
		case 1:
			rules = noRework
		}
		made := (&past{Rand: chance}).underway(d.Units, direct)
		now := time.Date(2026, 7, 1, 10, 30, 0, 0, schemas.Shanghai).AddDate(0, 0, -chance.IntN(120)).UTC()
		if last := lastOf(made); now.Before(last) {
			now = last.AddDate(0, 0, 1).Add(10 * time.Hour).UTC()
		}
		w := (&world{t: t, reg: reg, d: d}).fresh(now)
		var id string
		if err := reg.Pool().QueryRow(ctx, "select id::text from rules where congress = $1 and procedure = 'opinion' and version = $2", d.Congress, rules.Version).Scan(&id); err != nil {
			t.Fatal(err)
		}
		s := schemas.State{Congress: d.Congress, Case: register.NewID(), Rules: id, Policy: rules.Policy}
		s.Policy.Direct, s.Policy.Committee = direct, d.Committee
		calendar, err := reg.CurrentCalendar(ctx, d.Congress)
		if err != nil {
			t.Fatal(err)
		}
		e := made.Enter(rules, calendar, s, now)
		f := register.NewUnderway{Filing: d.Filing(fmt.Sprintf("旧〔2026〕%d号", n), made.T0), Line: n + 2, Entrance: e}
		f.Direct, f.Items, f.Parties = direct, nil, nil
		for _, p := range made.Parties {
			f.Parties = append(f.Parties, register.Party{Unit: p.Unit, Capacity: p.Capacity})
		}
		for _, i := range made.Items {
			f.Items = append(f.Items, register.Item{ID: i.ID, Problem: "p", Demand: "d", Lead: i.Unit, ClosedAt: i.Closed})
		}
		filed, err := reg.FileUnderway(ctx, d.Congress, register.LedgerImport{ID: register.NewID(), Account: d.People["ofc"], File: "台账.xlsx"}, []register.NewUnderway{f})
		if err != nil {
			t.Fatal(err)
		}
		w.s = filed[0]
		w.RegisterDelayedCallback(w.CancelWorkflow, time.Second)
		w.ExecuteWorkflow(w.s.WorkflowType(), w.s)
		c, err := reg.Case(ctx, d.Congress, w.s.Case)
		if err != nil {
			t.Fatal(err)
		}
		stages, err := reg.Stages(ctx, w.s.Case)
		if err != nil {
			t.Fatal(err)
		}
		var stands, foreseen []string
		for _, st := range stages {
			if st.ClosedAt.IsZero() {
				stands = append(stands, fmt.Sprintf("%s %v %v %s", st.Key, st.Due.UTC(), st.Held, st.Level))
			}
		}
		for _, o := range e.Open {
			foreseen = append(foreseen, fmt.Sprintf("%s %v %v %s", o.Key, o.Due.UTC(), o.Held, e.Levels[o.Key]))
			levels[e.Levels[o.Key]]++
			if strings.HasSuffix(schemas.Kind(o.Key), "-ruling") {
				ruled++
			}
		}
		slices.Sort(stands)
		slices.Sort(foreseen)
		if !slices.Equal(stands, foreseen) || c.Phase != e.Phase {
			t.Errorf("%d, %+v:\nstands in %s at\n%s\nforeseen in %s at\n%s", n, made, c.Phase, strings.Join(stands, "\n"), e.Phase, strings.Join(foreseen, "\n"))
		}
		for _, p := range made.Parties { // 严格按期 is told by the date before the extension
			told, given := w.s.Told("handover")
			if rules.Policy.Anchor == "sign" {
				told, given = w.s.Told("sign/" + p.Unit)
			}
			i := slices.IndexFunc(stages, func(st register.Stage) bool { return st.Key == "report/"+p.Unit })
			if i < 0 || !given || p.Granted.IsZero() {
				continue
			}
			if first, err := rules.Span(calendar, "report", told.At); err != nil || !stages[i].FirstDue.Equal(first) || !stages[i].Due.After(first) {
				t.Errorf("%d: the report was due first on %v and on %v after the extension, want %v, %v", n, stages[i].FirstDue, stages[i].Due, first, err)
			}
			extended[stages[i].ClosedAt.IsZero()]++
		}
		stood[c.Phase]++
		if turns := e.Turns(); len(turns) > 0 {
			turn := turns[0]
			var key string
			if err := reg.Pool().QueryRow(ctx, "select coalesce(turn, '') from listing where case_id = $1 and way = 'congress'", w.s.Case).Scan(&key); err != nil || key != turn.Key {
				now := w.state()
				if other := now.Find(key); other == nil || !other.Due.Equal(turn.Due) {
					t.Errorf("%d: it is the turn of %s, foreseen %s %v", n, key, turn.Key, err)
				}
			}
		}
		// Nobody hears of a matter twice because of what came before it was entered.
		var people, notices, old int
		if err := reg.Pool().QueryRow(ctx, "select count(distinct account), count(*), count(*) filter (where at < $2) from notices where case_id = $1", w.s.Case, now).Scan(&people, &notices, &old); err != nil {
			t.Fatal(err)
		}
		if people != notices || old > 0 || notices == 0 {
			t.Errorf("%d: %d notices to %d people, %d of them of the past", n, notices, people, old)
		}
	}
	t.Log(stood, levels)
	if ruled == 0 {
		t.Error("no ruling waited: not all was tried")
	}
	for _, phase := range []string{"A3", "A4", "A5", "A6", "A7", "A8", "A10", "A11", "A12", "A13", "A14", "A15", "A16"} {
		if stood[phase] == 0 {
			t.Errorf("no matter stood in %s: not all was tried", phase)
		}
	}
	for _, level := range []string{"", "L0", "L1", "L3", "L5", "N1", "N3", "G2"} {
		if levels[level] == 0 {
			t.Errorf("none had reached %q: not all was tried", level)
		}
	}
	if extended[true] == 0 || extended[false] == 0 {
		t.Errorf("no extended report was open, or none was done: not all was tried: %v", extended)
	}
}

func lastOf(u schemas.Underway) (last time.Time) {
	all := []time.Time{u.T0, u.Handed, u.Distributed, u.Examined, u.Judged, u.Settled, u.Published}
	for _, p := range u.Parties {
		all = append(all, p.Signed, p.Opinion, p.Planned, p.PlanForwarded, p.PlanChecked, p.Progress, p.Drafted, p.DraftForward, p.DraftChecked, p.Granted, p.Reported)
	}
	for _, at := range all {
		if at.After(last) {
			last = at
		}
	}
	return last
}
