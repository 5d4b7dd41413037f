package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// template plays one case through the product up to the hour when both units have signed and owe their plans, and returns
// it with the instant at which its next reminder comes. The clock is held meanwhile.
func (p *product) template(ctx context.Context) (id string, next time.Time, err error) {
	m := &matter{p: p, t0: schemas.DayOf(cycleBegins)}
	hold := func(at time.Time) error {
		return p.reg.SetPace(ctx, p.d.congress, schemas.Pace{Real: time.Now(), Virtual: at, Rate: 1, Held: true})
	}
	m.script()
	steps := append(m.cues[:5:5], m.cues[5], m.cues[5+(len(m.cues)-5-5)/2]) // up to the hand-over, and each unit's signature
	for _, c := range steps {
		if err = hold(c.at); err == nil {
			err = c.do(ctx, c.at)
		}
		if err != nil {
			return "", next, err
		}
	}
	s, err := p.reg.State(ctx, m.id)
	return m.id, s.Nearest(), err
}

// copied are the tables of a case that a clone gets, with what must be its own. History (papers, intake, notices) is only copied
// where its bytes are measured.
var copied = []struct {
	table, own string
	history    bool
}{
	{"cases", "jsonb_build_object('number', t.number || '之' || f.n, 'state', f.state)", false},
	{"items", "jsonb_build_object('id', gen_random_uuid())", false},
	{"parties", "'{}'", false},
	{"stages", "'{}'", false},
	{"rungs", "'{}'", false},
	{"journal", "'{}'", false},
	{"papers", "jsonb_build_object('id', gen_random_uuid(), 'token', gen_random_uuid())", true},
	{"intake", "jsonb_build_object('token', gen_random_uuid())", true},
	{"notices", "jsonb_build_object('id', gen_random_uuid())", true},
}

// clone enters n cases into the register as if each had been played like the template, on a clock of that pace, and starts their
// workflows from those states, as after the loss of Temporal's database.
func (p *product) clone(ctx context.Context, id string, from, n int, pace schemas.Pace, history bool) (ids []string, err error) {
	address, err := p.address("bench-clone")
	if err != nil {
		return nil, err
	}
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	s, err := p.reg.State(ctx, id)
	if err != nil {
		return nil, err
	}
	s.Pace = pace
	states := make([]schemas.State, n)
	fresh := make([][]any, n)
	for i := range states {
		s.Case = register.NewID()
		states[i] = s
		ids = append(ids, s.Case)
		b, err := json.Marshal(s)
		if err != nil {
			return nil, err
		}
		fresh[i] = []any{from + i, s.Case, string(b)}
	}
	if _, err := c.Exec(ctx, "create temp table fresh (n int, id text, state text)"); err != nil {
		return nil, err
	}
	if _, err := c.CopyFrom(ctx, pgx.Identifier{"fresh"}, []string{"n", "id", "state"}, pgx.CopyFromRows(fresh)); err != nil {
		return nil, err
	}
	for _, t := range copied {
		if t.history && !history {
			continue
		}
		key := "case_id"
		if t.table == "cases" {
			key = "id"
		}
		if _, err := c.Exec(ctx, fmt.Sprintf(`insert into %[1]s select r.* from %[1]s t cross join fresh f
			cross join lateral jsonb_populate_record(null::%[1]s, replace(to_jsonb(t)::text, $1, f.id)::jsonb || %[2]s) r
			where t.%[3]s = $1::text::uuid`, t.table, t.own, key), id); err != nil {
			return nil, fmt.Errorf("复制 %s：%w", t.table, err)
		}
	}
	if _, err := c.Exec(ctx, "analyze"); err != nil {
		return nil, err
	}
	return ids, inParallel(states, func(s schemas.State) error { return p.desk.Start(ctx, s) })
}

// inParallel does a thing for each of many, sixteen at a time, and returns the first error.
func inParallel[T any](all []T, do func(T) error) (failed error) {
	queue := make(chan T)
	var mu sync.Mutex
	var hands sync.WaitGroup
	for range 16 {
		hands.Go(func() {
			for one := range queue {
				if err := do(one); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
			}
		})
	}
	for _, one := range all {
		queue <- one
	}
	close(queue)
	hands.Wait()
	return failed
}
