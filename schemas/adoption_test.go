package schemas_test

import (
	"strings"
	"testing"
	"time"

	"bihuan/schemas"
)

func builtin(t *testing.T, procedure string) schemas.Rules {
	t.Helper()
	r, err := schemas.BuiltinRules(procedure)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func same(key string) string { return key }

// What is built in, and every ready set over it, is without fault; each of its terms goes through the fields of a form and back.
func TestBuiltinRulesAreWithoutFault(t *testing.T) {
	c := schemas.BuiltinCalendar()
	for _, procedure := range schemas.Procedures {
		r := builtin(t, procedure)
		versions := []schemas.Rules{r}
		sets, err := schemas.RuleSets(procedure)
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range sets {
			with, err := r.With(set)
			if err != nil {
				t.Fatal(err)
			}
			versions = append(versions, with)
		}
		for _, v := range versions {
			if fs := v.Faults(c, same); len(fs) > 0 {
				t.Errorf("%s: %v", v.Name, fs)
			}
			for key, term := range v.Terms {
				l, plain := term.Length()
				if !plain {
					t.Errorf("%s %s: %s is in no form", v.Name, key, term.Rule)
					continue
				}
				rule, mode, err := l.Rule()
				if err != nil || rule != term.Rule || mode != term.Mode {
					t.Errorf("%s %s: %s %s became %s %s, %v", v.Name, key, term.Rule, term.Mode, rule, mode, err)
				}
			}
		}
	}
}

func TestLengthsRefused(t *testing.T) {
	for name, l := range map[string]schemas.Length{
		"nothing":               {},
		"no such way":           {Way: "moon", N: 1, Unit: "D"},
		"none":                  {Way: schemas.ModeNaturalShift, N: 0, Unit: "M"},
		"too long":              {Way: schemas.ModeNaturalShift, N: 121, Unit: "M"},
		"negative":              {Way: schemas.ModeNaturalShift, N: -1, Unit: "M"},
		"working days as days":  {Way: schemas.ModeNaturalShift, N: 3, Unit: "WD"},
		"no such unit":          {Way: schemas.ModeNaturalShift, N: 3, Unit: "'; drop table rules"},
		"extended by hours":     {Way: schemas.ModeNaturalShift, N: 3, Unit: "M", Ext: 1, ExtUnit: "H"},
		"backwards, extended":   {Way: schemas.ModeBackward, N: 3, Unit: "WD", Ext: 1, ExtUnit: "D"},
		"31 June":               {Way: schemas.NextYearDay, Month: 6, Day: 31},
		"29 February":           {Way: schemas.NextYearDay, Month: 2, Day: 29},
		"month 13":              {Way: schemas.NextSuchDay, Month: 13, Day: 1},
		"same day, one earlier": {Way: schemas.ModeSameDay, Back: 1},
	} {
		if rule, mode, err := l.Rule(); err == nil {
			t.Errorf("%s: %s %s", name, rule, mode)
		}
	}
	if rule, mode, err := (schemas.Length{Way: schemas.ModeWorkday, N: 5, Unit: "M"}).Rule(); err != nil || rule != "P5WD" || mode != schemas.ModeWorkday {
		t.Errorf("a way with one unit takes it: %s %s %v", rule, mode, err)
	}
}

func TestFaultsAreFound(t *testing.T) {
	c := schemas.BuiltinCalendar()
	term := func(key, rule string) func(*schemas.Rules) {
		return func(r *schemas.Rules) {
			x := r.Terms[key]
			x.Rule = rule
			r.Terms[key] = x
		}
	}
	for name, change := range map[string]func(*schemas.Rules){
		"a cap before the report":         term("report-extension-cap", "P2M"),
		"the cap is the term":             term("report-extension-cap", "P3M"),
		"a window after it":               term("plan-extension-window", "P3W"),
		"nonsense":                        term("plan", "P0D"),
		"ends before it begins":           term("draft-report", "P10D-10WD"),
		"ends where it begins":            term("draft-report", "P1D-1WD"),
		"ends before it begins in spring": term("draft-report", "P15D-10WD"),
		"ends before the last days of a month": func(r *schemas.Rules) {
			r.Terms["draft-report"] = schemas.Term{Rule: "P1M-3WD", Mode: schemas.ModeMonthEnd, Ladder: "unit", Source: "x"}
		},
		"no source":              func(r *schemas.Rules) { x := r.Terms["plan"]; x.Source = " "; r.Terms["plan"] = x },
		"no such ladder":         func(r *schemas.Rules) { x := r.Terms["plan"]; x.Ladder = "rope"; r.Terms["plan"] = x },
		"a term is gone":         func(r *schemas.Rules) { delete(r.Terms, "plan") },
		"a level is gone":        func(r *schemas.Rules) { r.Ladders["long"] = r.Ladders["long"][:2] },
		"a level before another": func(r *schemas.Rules) { r.Ladders["long"][3].Days = 2 },
		"a level tells nobody":   func(r *schemas.Rules) { r.Ladders["internal"][1].Roles = nil },
		"units hear of the congress's own lateness": func(r *schemas.Rules) {
			r.Ladders["internal"][1].Roles = []schemas.Role{schemas.UnitHead}
		},
		"units' ladders tell different people": func(r *schemas.Rules) {
			r.Ladders["short"][1].Roles = []schemas.Role{schemas.Chair}
		},
		"no reminders":  func(r *schemas.Rules) { r.Reminders[1].Points = nil },
		"other classes": func(r *schemas.Rules) { r.Reminders[1].UpTo = 14 },
		"ten returns":   func(r *schemas.Rules) { r.Policy.Returns = 10 },
		"no anchor":     func(r *schemas.Rules) { r.Policy.Anchor = "moon" },
	} {
		r := builtin(t, "opinion").Copy()
		change(&r)
		if len(r.Faults(c, same)) == 0 {
			t.Errorf("%s: no fault is found", name)
		}
	}
}

// A copy shares nothing with what it was made from.
func TestCopyOfRulesIsApart(t *testing.T) {
	r := builtin(t, "inquiry")
	next := r.Copy()
	next.Terms["meeting"] = schemas.Term{}
	next.Ladders["gate"][0].Days = 99
	next.Reminders[0].Yellow = "x"
	next.Policy.Gate.Share = 1
	if r.Terms["meeting"].Rule == "" || r.Ladders["gate"][0].Days == 99 || r.Reminders[0].Yellow == "x" || r.Policy.Gate.Share == 1 {
		t.Error("a change of the copy changed the original")
	}
}

// A draft laid over what somebody else has adopted meanwhile keeps both changes.
func TestDraftOverAnotherVersion(t *testing.T) {
	began := builtin(t, "opinion")
	mine, theirs := began.Copy(), began.Copy()
	plan := mine.Terms["plan"]
	plan.Rule = "P3W"
	mine.Terms["plan"] = plan
	mine.Policy.Rework = 1
	report := theirs.Terms["report"]
	report.Rule = "P2M"
	theirs.Terms["report"] = report
	theirs.Ladders["internal"][1].Days = 2
	theirs.Version = "2"
	got := mine.Onto(began, theirs)
	if got.Terms["plan"].Rule != "P3W" || got.Terms["report"].Rule != "P2M" || got.Ladders["internal"][1].Days != 2 || got.Policy.Rework != 1 || got.Version != "2" {
		t.Errorf("%+v", got.Policy)
	}
}

// opened is an opinion handed over on 2 March 2026 whose plan is due on the 16th and whose report on 2 June.
func opened(t *testing.T, r schemas.Rules, now time.Time) *schemas.State {
	t.Helper()
	on := time.Date(2026, 3, 2, 9, 0, 0, 0, schemas.Shanghai)
	s := &schemas.State{Rules: "one", Facts: map[string]schemas.Act{"handover": {Key: "handover", At: on}}}
	for _, kind := range []string{"plan", "report"} {
		s.Begin(schemas.Stage{Key: kind + "/u", Unit: "u", Clocks: []schemas.Clock{{Rule: kind, Anchor: "handover"}}})
	}
	date(t, s, r, now)
	return s
}

func date(t *testing.T, s *schemas.State, r schemas.Rules, now time.Time) (ds []schemas.Dating) {
	t.Helper()
	for _, o := range s.Open {
		if o.Dated {
			continue
		}
		d, err := r.Date(schemas.BuiltinCalendar(), s, o, now)
		if err != nil {
			t.Fatal(err)
		}
		ds = append(ds, d)
	}
	s.Date(now, ds)
	return ds
}

func TestAdoptionLengthens(t *testing.T) {
	now := time.Date(2026, 3, 9, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	s := opened(t, r, now.AddDate(0, 0, -7))
	next := ruled(r, "plan", "P3W")
	fs := r.Shifts(next, schemas.BuiltinCalendar(), s, now)
	if len(fs) != 1 || fs[0].Stage.Key != "plan/u" || fs[0].Shorter() || fs[0].Past || fs[0].Ladder || schemas.LastDay(fs[0].Due).Format(time.DateOnly) != "2026-03-23" {
		t.Fatalf("%+v", fs)
	}
	s.Adopt(schemas.Act{ID: "a", Key: s.NextAdoption(), Target: "two", Verdict: schemas.Longer, At: now})
	ds := date(t, s, next, now)
	if s.Rules != "two" || s.NextAdoption() != "adopt#2" || len(ds) != 2 {
		t.Errorf("%s, %d datings", s.Rules, len(ds))
	}
	if o := s.Find("plan/u"); !o.Due.Equal(fs[0].Due) || o.Rungs[0].Level != schemas.LevelRuled || o.Cause != "" || o.Shorter {
		t.Errorf("%+v", o)
	}
	if o := s.Find("report/u"); o.Rungs[0].Level == schemas.LevelRuled {
		t.Errorf("told of a date that has not moved: %+v", o.Rungs)
	}
}

// ruled are the rules with another length of one term.
func ruled(r schemas.Rules, term, rule string) schemas.Rules {
	next := r.Copy()
	t := next.Terms[term]
	t.Rule = rule
	next.Terms[term] = t
	return next
}

func TestAdoptionShortensOnlyWhatSomebodyConfirmed(t *testing.T) {
	now := time.Date(2026, 3, 9, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	next := ruled(r, "report", "P2M")
	for verdict, want := range map[string]string{schemas.Longer: "2026-06-02", schemas.Shortened: "2026-05-06"} {
		s := opened(t, r, now.AddDate(0, 0, -7))
		if fs := r.Shifts(next, schemas.BuiltinCalendar(), s, now); len(fs) != 1 || !fs[0].Shorter() || fs[0].Past {
			t.Fatalf("%+v", fs)
		}
		s.Adopt(schemas.Act{ID: "a", Key: s.NextAdoption(), Target: "two", Verdict: verdict, At: now})
		date(t, s, next, now)
		if got := schemas.LastDay(s.Find("report/u").Due).Format(time.DateOnly); got != want {
			t.Errorf("%s: due on %s, want %s", verdict, got, want)
		}
		s.Redate(now) // a later calendar shortens nothing more
		shorter := ruled(next, "report", "P1M")
		date(t, s, shorter, now)
		if got := schemas.LastDay(s.Find("report/u").Due).Format(time.DateOnly); got != want {
			t.Errorf("%s: the confirmation outlives its adoption: %s", verdict, got)
		}
	}
}

// A date that would have run out already is told as such, and never becomes one's lateness.
func TestAdoptionMakesNothingLate(t *testing.T) {
	now := time.Date(2026, 5, 20, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	s := opened(t, r, now.AddDate(0, 0, -70))
	next := ruled(r, "report", "P2M")
	fs := r.Shifts(next, schemas.BuiltinCalendar(), s, now)
	if len(fs) != 1 || !fs[0].Past || fs[0].Stage.Key != "report/u" { // the plan is late already and stays
		t.Fatalf("%+v", fs)
	}
	was := s.Find("report/u").Due
	s.Adopt(schemas.Act{ID: "a", Key: s.NextAdoption(), Target: "two", Verdict: schemas.Shortened, At: now})
	ds := date(t, s, next, now)
	if !s.Find("report/u").Due.Equal(was) || !strings.Contains(strings.Join(ds[0].Working, "\n"), "期限不因重新推算而提前") {
		t.Errorf("due %v, %v", s.Find("report/u").Due, ds[0].Working)
	}
}

// A ladder that tells others, or at another time, touches a case whose dates stay.
func TestAdoptionOfAnotherLadder(t *testing.T) {
	now := time.Date(2026, 3, 9, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	for name, change := range map[string]func(*schemas.Rules){
		"later":  func(r *schemas.Rules) { r.Ladders["long"][5].Days = 20 },
		"others": func(r *schemas.Rules) { r.Ladders["long"][5].Roles = []schemas.Role{schemas.Office} },
	} {
		next := r.Copy()
		change(&next)
		fs := r.Shifts(next, schemas.BuiltinCalendar(), opened(t, r, now.AddDate(0, 0, -7)), now)
		if len(fs) == 0 || fs[len(fs)-1].Stage.Key != "report/u" || !fs[len(fs)-1].Ladder || fs[len(fs)-1].Moved() {
			t.Errorf("%s: %+v", name, fs)
		}
	}
	if fs := r.Shifts(r.Copy(), schemas.BuiltinCalendar(), opened(t, r, now.AddDate(0, 0, -7)), now); len(fs) != 0 {
		t.Errorf("the same rules touch %+v", fs)
	}
}

// What cannot be reckoned by the other version is shown, for the adoption would take its date away.
func TestAdoptionThatLosesADate(t *testing.T) {
	now := time.Date(2026, 3, 9, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	next := r.Copy()
	next.Terms["report"] = schemas.Term{Rule: "P30WD", Mode: schemas.ModeNextMonthNthWorkday, Source: "x"} // no month has thirty
	if fs := r.Shifts(next, schemas.BuiltinCalendar(), opened(t, r, now.AddDate(0, 0, -7)), now); len(fs) != 1 || fs[0].Stage.Key != "report/u" || !fs[0].Lost || fs[0].Moved() {
		t.Errorf("%+v", fs)
	}
}

// Whatever an office may choose has a date after a suspension, later by the days that the clock stood still.
func TestEachWayOutlastsASuspension(t *testing.T) {
	c := schemas.BuiltinCalendar()
	stopped, resumed := time.Date(2026, 3, 10, 9, 0, 0, 0, schemas.Shanghai).UTC(), time.Date(2026, 3, 15, 9, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	for _, x := range []struct {
		schemas.Length
		plain, later string
	}{
		{schemas.Length{Way: schemas.ModeNaturalShift, N: 2, Unit: "W"}, "2026-03-16", "2026-03-23"},
		{schemas.Length{Way: schemas.ModeNaturalStrict, N: 2, Unit: "W"}, "2026-03-16", "2026-03-21"},
		{schemas.Length{Way: schemas.ModeWorkday, N: 10}, "2026-03-16", "2026-03-23"},
		{schemas.Length{Way: schemas.ModeSameDay}, "2026-03-02", "2026-03-09"},
		{schemas.Length{Way: schemas.ModeMonthEnd}, "2026-03-31", "2026-04-07"}, // the 5th is 清明
		{schemas.Length{Way: schemas.ModeQuarterEnd}, "2026-03-31", "2026-04-07"},
		{schemas.Length{Way: schemas.NextYearDay, Month: 6, Day: 30}, "2027-06-30", "2027-07-05"},
		{schemas.Length{Way: schemas.NextSuchDay, Month: 3, Day: 12}, "2026-03-12", "2026-03-17"},
	} {
		rule, mode, err := x.Rule()
		if err != nil {
			t.Fatal(err)
		}
		rules := r.Copy()
		rules.Terms["report"] = schemas.Term{Rule: rule, Mode: mode, Ladder: "unit", Source: "x"}
		due := func(pauses ...schemas.Span) string {
			o := &schemas.Open{Stage: schemas.Stage{Key: "report/u", Unit: "u", Clocks: []schemas.Clock{{Rule: "report", Anchor: "handover"}}}, Pauses: pauses}
			s := &schemas.State{Facts: map[string]schemas.Act{"handover": {Key: "handover", At: time.Date(2026, 3, 2, 9, 0, 0, 0, schemas.Shanghai)}}}
			d, err := rules.Date(c, s, o, resumed)
			if err != nil {
				t.Fatalf("%s: %v", x.Way, err)
			}
			if said := strings.Contains(strings.Join(d.Working, "\n"), "暂停5日"); said != (len(pauses) > 0) {
				t.Errorf("%s: %v", x.Way, d.Working)
			}
			return schemas.LastDay(d.Due).Format(time.DateOnly)
		}
		if plain, later := due(), due(schemas.Span{From: stopped, To: resumed}); plain != x.plain || later != x.later {
			t.Errorf("%s: due on %s, after a suspension on %s; want %s, %s", x.Way, plain, later, x.plain, x.later)
		}
	}
}

func TestWhoMayAdopt(t *testing.T) {
	s := schemas.State{Rules: "one", Facts: map[string]schemas.Act{}}
	good := schemas.Act{ID: "a", Key: "adopt#1", Role: schemas.Office, Target: "two", Verdict: schemas.Longer}
	if err := s.May(good); err != nil {
		t.Fatal(err)
	}
	for code, change := range map[string]func(*schemas.Act){
		"NotEntitled": func(a *schemas.Act) { a.Role = schemas.Head },
		"Stale":       func(a *schemas.Act) { a.Key = "adopt#2" },
		"BadRules":    func(a *schemas.Act) { a.Target = "one" },
		"BadVerdict":  func(a *schemas.Act) { a.Verdict = "x" },
	} {
		a := good
		change(&a)
		if err := s.May(a); err == nil || err.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	s.Adopt(good)
	if err := s.May(good); err != nil {
		t.Error("the same act again:", err)
	}
	other := good
	other.ID, other.Target = "b", "three"
	if err := s.May(other); err == nil || err.Code != "Stale" {
		t.Error("two at once:", err)
	}
	s.Outcome = "archived"
	other.Key = "adopt#2"
	if err := s.May(other); err == nil || err.Code != "StageClosed" {
		t.Error("an ended case:", err)
	}
}

// A calendar with more days off leaves the last day of a door where it was: what a unit may do it may do as long as it was told.
func TestCalendarShortensNoDoor(t *testing.T) {
	now := time.Date(2026, 3, 9, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r, on := builtin(t, "opinion"), time.Date(2026, 3, 2, 9, 0, 0, 0, schemas.Shanghai)
	s := &schemas.State{Facts: map[string]schemas.Act{"handover": {Key: "handover", At: on}}}
	s.Begin(schemas.Stage{Key: "extension-request/report/u", Unit: "u", Clocks: []schemas.Clock{{Rule: "report-extension-window", Anchor: "handover"}}})
	date(t, s, r, now)
	was := s.Open[0].Due
	closed := map[string]schemas.Exception{}
	for _, day := range []string{"2026-05-27", "2026-05-28", "2026-05-29"} {
		closed[day] = schemas.Exception{Kind: schemas.Rest, Local: true}
	}
	d, err := r.Date(schemas.BuiltinCalendar().Overlay(closed, "x"), s, s.Open[0], now)
	if err != nil || !d.Due.Equal(was) || was.IsZero() {
		t.Errorf("%v became %v, %v", was, d.Due, err)
	}
}

// A leader has raised a plan before its day. What moves the date afterwards says nothing lower; who is given a new term climbs from the bottom.
func TestANewDateDoesNotUndoARaise(t *testing.T) {
	now := time.Date(2026, 3, 9, 10, 0, 0, 0, schemas.Shanghai).UTC()
	r := builtin(t, "opinion")
	longer := ruled(r, "plan", "P3W")
	for _, c := range []struct {
		name   string
		unsaid bool // the new date is asked for before the raise has been said
		change func(*schemas.State)
		rules  schemas.Rules
		want   string
	}{
		{"a calendar that leaves the day", false, func(s *schemas.State) { s.Redate(now) }, r, "L4 L5"},
		{"before it is said", true, func(s *schemas.State) { s.Redate(now) }, r, "L3 L4 L5"},
		{"another day", false, func(s *schemas.State) {
			s.Adopt(schemas.Act{ID: "a", Key: s.NextAdoption(), Target: "two", Verdict: schemas.Longer, At: now})
		}, longer, "ruled L4 L5"},
		{"a term given", false, func(s *schemas.State) { s.Extend("plan/u", now.AddDate(0, 1, 0)) }, r, "moved T-7d T-3wd T-1wd T L0 L1 L2 L3 L4 L5"},
	} {
		s := opened(t, r, now.AddDate(0, 0, -7))
		s.Climb(now, schemas.Tally{})
		s.Raise("plan/u", "L3", now)
		if !c.unsaid {
			s.News()
			if cs := s.Climb(now, schemas.Tally{}); len(cs) != 1 || cs[0].Level != "L3" {
				t.Fatalf("%s: the raise says %+v", c.name, cs)
			}
		}
		c.change(s)
		date(t, s, c.rules, now)
		o := s.Find("plan/u")
		var left []string
		for _, g := range o.Rungs[o.Next:] {
			left = append(left, g.Level)
		}
		if got := strings.Join(left, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
