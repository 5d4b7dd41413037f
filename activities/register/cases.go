package register

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Filing is a new matter (立项) as the clerk files it.
	Filing struct {
		Congress, Number, Kind, Source, Title, Body string
		Committee, Owner                            string // unit id, account id
		Direct                                      bool   // 直接交办
		T0                                          time.Time
		Resolution                                  time.Time // the day a 决议 fixes for the report; zero: none
		Reopens                                     string    // the case it takes up again
		Items                                       []Item
		Parties                                     []Party
	}
	// Item is one problem or demand (条目); answers match items one by one.
	Item struct {
		ID       string
		N        int
		Problem  string
		Demand   string
		Lead     string // unit id
		LeadName string
		Result   string
		ClosedAt time.Time
		Person   string    // who answers for a promise (责任人)
		Promised time.Time // by when; exclusive; zero: no promise
	}
	// Party is a unit named in the opinion.
	Party struct {
		Unit        string
		Name        string
		Kind        string
		Capacity    string
		Handler     string
		HandlerName string
		Gone        bool
	}
	// Case is a matter with what its header shows.
	Case struct {
		ID, Congress, Procedure, Number, Kind, Source, Title, Body string
		Committee, CommitteeName, Owner, OwnerName                 string
		Rules                                                      string
		Direct                                                     bool
		AnchorDay, FiledAt, EndedAt                                time.Time
		Reopens                                                    string
		Started                                                    bool
		Phase, Outcome                                             string
		Seq                                                        int
		State                                                      string
	}
	// Stage is a duty as the register shows it. Due is exclusive.
	Stage struct {
		CaseID, Key, Kind               string
		Unit, ForUnit, Person, UnitName string
		Procedure                       string
		Roles                           []string
		NPC                             bool
		From, Due, FirstDue, Yellow     time.Time
		Provisional                     bool
		Edition, Working                string
		Paused, Held                    bool
		Level                           string
		OpenedAt, ClosedAt              time.Time
		Verdict, Actor, ActorName       string
		Paper                           string
		Number, Title, Phase, Committee string
	}
)

// File enters a new matter and its first state, in one transaction; its workflow is started afterwards.
// Codes: Duplicate (the number is taken), NotFound (no rules).
func (r *Register) File(ctx context.Context, f Filing) (schemas.State, error) {
	now, err := r.Now(ctx, f.Congress)
	if err != nil {
		return schemas.State{}, err
	}
	id, rules, err := r.CurrentRules(ctx, f.Congress, "opinion")
	if err != nil {
		return schemas.State{}, err
	}
	s := f.first(id, rules, now)
	state, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		f.queue(b, s, now, string(state))
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "cases_congress_number_key") {
		return s, schemas.Refuse("Duplicate", "编号“%s”已经用过，请换一个编号", f.Number)
	}
	return s, err
}

// first is the state that the matter begins with.
func (f Filing) first(rulesID string, rules schemas.Rules, now time.Time) schemas.State {
	s := schemas.State{Congress: f.Congress, Case: NewID(), Rules: rulesID, Policy: rules.Policy, Facts: map[string]schemas.Act{
		"T0": {ID: "T0", Key: "T0", Role: schemas.Clerk, Person: f.Owner, At: now, On: f.T0}}}
	s.Policy.Direct, s.Policy.Committee = f.Direct, f.Committee
	if !f.Resolution.IsZero() {
		s.Facts["resolution"] = schemas.Act{ID: "resolution", Key: "resolution", Role: schemas.Clerk, At: now, Until: f.Resolution}
	}
	return s
}

// queue enters the matter with its first state.
func (f Filing) queue(b *pgx.Batch, s schemas.State, now time.Time, state string) {
	b.Queue(statement("file_case"), s.Case, f.Congress, f.Number, f.Kind, f.Source, f.Title, f.Body, f.T0, f.Committee, f.Owner,
		s.Rules, f.Direct, null(f.Reopens), now, state, "opinion")
	for i, it := range f.Items {
		b.Queue(statement("file_item"), NewID(), f.Congress, s.Case, i+1, it.Problem, it.Demand, null(it.Lead))
	}
	for _, p := range f.Parties {
		b.Queue(statement("write_party"), f.Congress, s.Case, p.Unit, p.Capacity)
	}
}

// State is a case's state as the register has it. Code: NotFound.
func (r *Register) State(ctx context.Context, id string) (s schemas.State, err error) {
	row, err := one[struct{ State string }](ctx, r.pool, "case_state", id)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(row.State), &s)
}

// Orphans are cases filed some seconds ago whose workflow is not known to run.
func (r *Register) Orphans(ctx context.Context) ([]string, error) {
	rows, err := many[struct{ ID string }](ctx, r.pool, "orphans")
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, err
}

// Sleeper is an open case, and the instant at which it should have woken.
type Sleeper struct {
	ID   string
	Next time.Time
}

// Overslept are open cases that should have woken a minute ago and have not, by each congress's own clock.
func (r *Register) Overslept(ctx context.Context) (all []Sleeper, err error) {
	cs, err := r.Congresses(ctx)
	for _, c := range cs {
		rows, e := many[Sleeper](ctx, r.pool, "overslept", c.ID, c.Pace.At(r.now().Add(-c.Pace.Spread()-time.Minute)))
		all, err = append(all, rows...), errors.Join(err, e)
	}
	return all, err
}

// Asleep are the open cases of a congress whose timer stands at or before the earliest instant that any stands at, up to a limit;
// and that instant. None: zero.
func (r *Register) Asleep(ctx context.Context, congress string, limit time.Time) (next time.Time, ids []string, err error) {
	rows, err := many[struct {
		ID   string
		Next time.Time
	}](ctx, r.pool, "asleep", congress, limit)
	for _, row := range rows {
		next, ids = row.Next.UTC(), append(ids, row.ID)
	}
	return next, ids, err
}

// OpenCases lists the ids of all cases without an outcome, oldest first.
func (r *Register) OpenCases(ctx context.Context) ([]string, error) {
	rows, err := many[struct{ ID string }](ctx, r.pool, "open_cases")
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, err
}

// Case reads one matter of a congress. Code: NotFound.
func (r *Register) Case(ctx context.Context, congress, id string) (Case, error) {
	return one[Case](ctx, r.pool, "case", congress, id)
}

// Cases lists a congress's matters of a procedure, newest first; no procedure: all.
func (r *Register) Cases(ctx context.Context, congress, procedure string) ([]Case, error) {
	return many[Case](ctx, r.pool, "cases", congress, null(procedure))
}

// Items are a matter's items in their order.
func (r *Register) Items(ctx context.Context, id string) ([]Item, error) {
	return many[Item](ctx, r.pool, "items", id)
}

// Parties are the units of a matter, the lead first.
func (r *Register) Parties(ctx context.Context, id string) ([]Party, error) {
	return many[Party](ctx, r.pool, "parties", id)
}

// Stages are all duties that a matter has had, in the order of opening.
func (r *Register) Stages(ctx context.Context, id string) ([]Stage, error) {
	return many[Stage](ctx, r.pool, "stages", id)
}

// States are the states of cases by their ids, as the register has them.
func (r *Register) States(ctx context.Context, ids []string) (map[string]schemas.State, error) {
	rows, err := many[struct{ ID, State string }](ctx, r.pool, "case_states", ids)
	states := make(map[string]schemas.State, len(rows))
	for _, row := range rows {
		var s schemas.State
		if err := json.Unmarshal([]byte(row.State), &s); err != nil {
			return nil, err
		}
		states[row.ID] = s
	}
	return states, err
}

// LateFilter says which overdue duties are asked for: of the congress's own side or the units', at which levels; and those of
// whose somebody may know: all, the government's side, of these units, of matters in charge of these committees.
type LateFilter struct {
	NPC               []bool
	Levels            []string
	All, Government   bool
	Units, Committees []string
	Hidden            []string // kinds of stages that he may not know of
}

// args are the first arguments of the statements about overdue duties.
func (f LateFilter) args(congress string, now time.Time) []any {
	var npcs []bool
	var levels []string
	if f.All || f.Government || len(f.Committees) > 0 {
		for _, npc := range f.NPC {
			for _, level := range f.Levels {
				npcs, levels = append(npcs, npc), append(levels, level)
			}
		}
	} else if slices.Contains(f.NPC, false) {
		levels = f.Levels
	}
	units := f.Units
	if !slices.Contains(f.NPC, false) {
		units = nil
	}
	return []any{planned, congress, npcs, levels, now, f.All, f.Government, append([]string{}, f.Committees...), append([]string{}, units...)}
}

// Late is the page of overdue duties after a place, that due first coming first; and where the next begins.
func (r *Register) Late(ctx context.Context, congress string, f LateFilter, now time.Time, after *Place, limit int) ([]Stage, *Place, error) {
	at, id, key := after.parts()
	rows, err := many[Stage](ctx, r.pool, "late", append(f.args(congress, now), moment(at), id, key, limit+1, list(f.Hidden))...)
	return stagePage(rows, err, limit)
}

// LateCount is how many duties of a side are overdue at a level, up to Counted+1.
type LateCount struct {
	NPC   bool
	Level string
	N     int
}

// LateCounts counts the overdue duties.
func (r *Register) LateCounts(ctx context.Context, congress string, f LateFilter, now time.Time) ([]LateCount, error) {
	return many[LateCount](ctx, r.pool, "late_counts", append(f.args(congress, now), Counted+1, list(f.Hidden))...)
}

// stagePage leaves as many stages as a page holds.
func stagePage(rows []Stage, err error, limit int) ([]Stage, *Place, error) {
	if err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	last := rows[limit-1]
	return rows[:limit], &Place{last.Due, last.CaseID + "/" + last.Key}, nil
}

// parts are a place among stages: the due instant, case and key.
func (p *Place) parts() (at time.Time, caseID, key *string) {
	if p == nil {
		return at, nil, nil
	}
	id, k, _ := strings.Cut(p.ID, "/")
	return p.At, &id, &k
}

// Handler names the person in a unit who handles the matter (经办人); empty: everybody in the unit.
func (r *Register) Handler(ctx context.Context, id, unit, account string) error {
	_, err := r.do(ctx, "set_handler", id, unit, null(account))
	return err
}
