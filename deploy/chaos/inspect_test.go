package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bihuan/activities/intake"
	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
)

var countAll = &workflowservice.CountWorkflowExecutionsRequest{Namespace: "default"}

// hold stops the clock where it stands.
func (o *office) hold(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	cs, err := o.register.Congresses(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		p := schemas.Pace{Real: time.Now(), Virtual: c.Pace.At(time.Now()), Rate: c.Pace.Rate, Held: true}
		if err := o.register.SetPace(ctx, c.ID, p); err != nil {
			t.Fatal(err)
		}
	}
}

// restless names what is not done yet; empty: all is at rest.
func (o *office) restless() string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	kinds, err := o.register.Health(ctx, register.Everything)
	if err != nil {
		return err.Error()
	}
	health := kinds[1] // the congress is a rehearsal
	now, err := o.register.Now(ctx, o.Congress)
	if err != nil {
		return err.Error()
	}
	what := ""
	say := func(n int, name string) {
		if n > 0 {
			what += fmt.Sprintf("%d %s, ", n, name)
		}
	}
	say(health.Unsaid, "unsaid")
	say(health.Audit, "lines without a link")
	say(o.count("select count(*) from intake where outcome = ''"), "in the intake")
	say(o.count("select count(*) from cases where outcome = '' and next <= $1", now), "asleep past their time")
	say(o.count("select count(*) from cases where outcome = '' and not started"), "not started")
	say(o.count("select (select count(*) from outbox where sent_at is null and channel <> 'digest') + (select count(*) from dispatches where sent_at is null)"), "in the outbox")
	return what
}

func (o *office) count(sql string, args ...any) (n int) {
	if err := o.register.Pool().QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		return -1
	}
	return n
}

// inspect looks at what became of everything.
func (o *office) inspect(t testing.TB, measure map[string]map[int]string) {
	t.Helper()
	for _, s := range o.strange {
		t.Errorf("an answer that nobody should get: %s", s)
	}
	o.inspectActs(t)
	o.inspectLooks(t, measure)
	o.inspectJournal(t)
	o.inspectNotices(t)
	o.inspectLadders(t)
	o.inspectTimers(t)
	o.inspectFiles(t)
	for _, command := range [][]string{{"doctor"}, {"audit", "verify"}, {"replay"}} {
		out, err := o.run(command...)
		if err != nil {
			t.Errorf("bihuan %s: %v\n%s", strings.Join(command, " "), err, out)
			continue
		}
		t.Logf("bihuan %s: %s", strings.Join(command, " "), strings.ReplaceAll(strings.TrimSpace(out), "\n", "；"))
	}
}

// inspectActs: each acknowledged act stands in the journal exactly once, and none that was not accepted does.
func (o *office) inspectActs(t testing.TB) {
	t.Helper()
	acks, late := 0, 0
	for _, p := range o.plays {
		for token, a := range p.acks {
			acks++
			var outcome string
			if err := o.register.Pool().QueryRow(context.Background(), "select outcome from intake where token = $1", token).Scan(&outcome); err != nil {
				t.Errorf("%s: the acknowledged act %s on %s is not in the intake: %v", p.number, token, p.general(a.key), err)
				continue
			}
			if outcome == "refused" && a.status == 202 {
				late++ // received, and then too late: its sender is told
				continue
			}
			if outcome != "accepted" {
				t.Errorf("%s: the acknowledged act on %s is %q", p.number, p.general(a.key), outcome)
			}
		}
	}
	n := o.count(`select count(*) from intake i where i.outcome = 'accepted' and 1 <> (select count(*) from journal j, jsonb_array_elements(
		case when j.acts = 'null' then '[]' else j.acts end::jsonb) a where j.case_id = i.case_id and a ->> 'id' = i.token)`)
	if n != 0 {
		t.Errorf("%d accepted acts do not stand in the journal exactly once", n)
	}
	if n := o.count(`select count(*) from intake i where i.outcome <> 'accepted' and exists (select 1 from journal j, jsonb_array_elements(
		case when j.acts = 'null' then '[]' else j.acts end::jsonb) a where j.case_id = i.case_id and a ->> 'id' = i.token)`); n != 0 {
		t.Errorf("%d acts that were not accepted stand in the journal", n)
	}
	t.Logf("%d acknowledged acts, %d of them refused later, all accounted for", acks, late)
}

// inspectLooks: the same acts bring a matter to the same place as in calm.
func (o *office) inspectLooks(t testing.TB, measure map[string]map[int]string) {
	t.Helper()
	for _, p := range o.plays {
		if p.id == "" || p.done == 0 {
			continue
		}
		for n, mark := range p.marks {
			if want := measure[p.variant][n]; want != "" && mark != want {
				t.Errorf("%s (%s) after %d steps\n is   %s\n want %s", p.number, p.variant, n, mark, want)
			}
		}
	}
}

// inspectJournal: the numbers run from one without a gap up to that of the case.
func (o *office) inspectJournal(t testing.TB) {
	t.Helper()
	if n := o.count(`select count(*) from cases c left join (select case_id, count(*) n, min(seq) least, max(seq) most from journal group by case_id) j on j.case_id = c.id
		where c.seq <> coalesce(j.most, 0) or coalesce(j.n, 0) <> c.seq or c.seq > 0 and j.least <> 1`); n != 0 {
		t.Errorf("%d cases whose journal has gaps", n)
	}
	t.Logf("%d cases, %d lines of the journal", o.count("select count(*) from cases"), o.count("select count(*) from journal"))
}

// inspectNotices: whoever is concerned by a rung that has come has one notice, nobody else has any, and each went out once.
func (o *office) inspectNotices(t testing.TB) {
	t.Helper()
	for what, sql := range map[string]string{
		"are missing": `select count(*) from rungs r join rung_audience a using (case_id, stage, rev, level)
			where r.rung_at is not null and r.effect = '' and not exists (select 1 from notices n where n.case_id = r.case_id and n.stage = r.stage
			and n.at = r.at and n.level = r.level and n.account = a.account)`,
		"concern nobody": `select count(*) from notices n where n.level <> 'refused' and n.level not like 'urge#%' and not exists (select 1 from rung_audience a where a.case_id = n.case_id and a.stage = n.stage
			and a.rev = n.rev and a.level = n.level and a.account = n.account)`,
		"are double":         `select count(*) from (select 1 from notices group by case_id, stage, level, account, at having count(*) > 1) x`,
		"were not sent once": `select count(*) from notices n where 1 <> (select count(*) from outbox x where x.notice = n.id and (x.sent_at is not null or x.channel = 'digest'))`,
		"left not once":      `select count(*) from outbox o where o.channel = 'single' and 1 <> (select count(*) from dispatches d where d.notice = o.notice and d.sent_at is not null)`,
		"lie in no digest":   `select count(*) from outbox o where o.channel = 'digest' and (o.sent_at is null) <> (o.digest is null)`,
	} {
		if n := o.count(sql); n != 0 {
			t.Errorf("%d notices %s", n, what)
		}
	}
	t.Logf("%d notices, each once", o.count("select count(*) from notices"))
}

// inspectLadders: no rung was skipped. What a stage's ladder held, by the journal, and what came before the stage ended, was climbed.
func (o *office) inspectLadders(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	now, err := o.register.Now(ctx, o.Congress)
	if err != nil {
		t.Fatal(err)
	}
	climbed, skipped := 0, 0
	for _, p := range o.plays {
		if p.id == "" {
			continue
		}
		lines, err := o.register.Journal(ctx, p.id)
		if err != nil {
			t.Fatal(err)
		}
		state, err := o.register.State(ctx, p.id)
		if err != nil {
			t.Fatal(err)
		}
		ladders, gone := readLadders(t, lines)
		for _, l := range ladders {
			end := now
			if f, told := state.Told(l.key); told && f.At.Before(end) {
				end = f.At
			}
			if l.until.Before(end) {
				end = l.until
			}
			for _, g := range l.rungs {
				switch key := l.key + " " + g.Level; {
				case gone[fmt.Sprint(l.key, l.rev, g.Level)]:
					climbed++
				case g.At.Before(end) && g.At.After(l.from) && state.Find(l.key) != nil && state.Outcome == "":
					skipped++
					t.Errorf("%s: %s of %s was skipped", p.number, p.general(key), g.At)
				case g.At.Before(end) && g.At.After(l.from) && !o.said(p.id, l, g):
					skipped++
					t.Errorf("%s: %s of %s was never said", p.number, p.general(key), g.At)
				}
			}
		}
	}
	t.Logf("%d rungs climbed, %d skipped", climbed, skipped)
}

// ladder is what a date of a stage was to be reminded of by, as one line of the journal has it.
type ladder struct {
	key         string
	rev         int
	rungs       []schemas.Rung
	from, until time.Time // while it was the stage's
}

func readLadders(t testing.TB, lines []register.JournalLine) (ls []*ladder, climbed map[string]bool) {
	t.Helper()
	climbed = map[string]bool{}
	last := map[string]*ladder{}
	for _, line := range lines {
		var receipt schemas.Receipt
		var cs []schemas.Climbed
		if err := json.Unmarshal([]byte(line.Receipt), &receipt); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(line.Climbed), &cs); err != nil {
			t.Fatal(err)
		}
		var acts []schemas.Act
		if err := json.Unmarshal([]byte(line.Acts), &acts); err != nil {
			t.Fatal(err)
		}
		for _, a := range acts {
			if schemas.Kind(a.Key) != "suspend" {
				continue
			}
			for _, l := range last { // what stands still is not reminded of
				if l.until.After(a.At) {
					l.until = a.At
				}
			}
		}
		for _, d := range receipt.Datings {
			if before := last[d.Key]; before != nil && before.until.After(line.At) {
				before.until = line.At
			}
			l := &ladder{key: d.Key, rev: d.Rev, rungs: d.Rungs, from: line.At, until: line.At.AddDate(10, 0, 0)}
			last[d.Key] = l
			ls = append(ls, l)
		}
		for _, c := range cs {
			climbed[fmt.Sprint(c.Key, c.Rev, c.Level)] = true
		}
	}
	return ls, climbed
}

func (o *office) said(id string, l *ladder, g schemas.Rung) bool {
	return g.Effect != "" || o.count("select count(*) from rungs where case_id = $1 and stage = $2 and rev = $3 and level = $4 and rung_at is not null", id, l.key, l.rev, g.Level) > 0
}

// inspectTimers: each open case has one live workflow with one live timer, at the instant that the register knows.
func (o *office) inspectTimers(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	rows, err := o.register.Pool().Query(ctx, "select id::text from cases where outcome = ''")
	if err != nil {
		t.Fatal(err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range open {
		state, err := o.register.State(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		live, err := o.timers(ctx, id)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		want := 1
		if state.Nearest().IsZero() {
			want = 0
		}
		if live != want {
			t.Errorf("%s has %d live timers, not %d", id, live, want)
		}
	}
	t.Logf("%d open cases, one live timer each", len(open))
}

// timers counts those that a case's history has begun and not ended.
func (o *office) timers(ctx context.Context, id string) (live int, err error) {
	it := o.engine.GetWorkflowHistory(ctx, intake.WorkflowID(id), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for it.HasNext() {
		e, err := it.Next()
		if err != nil {
			return 0, err
		}
		switch e.GetEventType() {
		case enums.EVENT_TYPE_TIMER_STARTED:
			live++
		case enums.EVENT_TYPE_TIMER_FIRED, enums.EVENT_TYPE_TIMER_CANCELED:
			live--
		}
	}
	return live, nil
}

// inspectFiles: what was handed in with an acknowledged act is there, unharmed and once.
func (o *office) inspectFiles(t testing.TB) {
	t.Helper()
	n := 0
	for _, p := range o.plays {
		for s := range p.sums {
			n++
			b, err := os.ReadFile(filepath.Join(o.stack.files, s[:2], s))
			if err != nil || sum(b) != s {
				t.Errorf("%s: an attachment is lost or harmed: %v", p.number, err)
			}
			if rows := o.count("select count(*) from attachments where case_id = $1 and sha256 = $2", p.id, s); rows != 1 {
				t.Errorf("%s: an attachment is entered %d times", p.number, rows)
			}
		}
	}
	t.Logf("%d attachments, each once and whole", n)
}
