package notices_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/notices"
	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// office is a small congress on a clock of its own, served by two processes.
type office struct {
	t         *testing.T
	district  registertest.District
	processes []*register.Register
	digests   []*notices.Digests
	mu        sync.Mutex
	clock     time.Time
}

func newOffice(t *testing.T, at time.Time) *office {
	t.Helper()
	o := &office{t: t, clock: at}
	url := registertest.URL(t)
	for range 2 {
		r := must[*register.Register](t)(register.Open(context.Background(), url))
		t.Cleanup(r.Close)
		r.Clock(o.now)
		o.processes = append(o.processes, r)
		o.digests = append(o.digests, &notices.Digests{Register: r, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	}
	o.district = registertest.Found(t, o.processes[0], schemas.Pace{Real: at, Virtual: at, Rate: 1}, "")
	return o
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clock
}

func (o *office) set(at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = at
}

// tick lets both processes ring, sort and write at once.
func (o *office) tick() {
	o.t.Helper()
	var both sync.WaitGroup
	failed := make(chan error, 4)
	for i, r := range o.processes {
		both.Go(func() {
			for {
				n, err := r.Ring(context.Background())
				if err != nil {
					failed <- err
				}
				if err != nil || n == 0 {
					break
				}
			}
			if err := o.digests[i].Once(context.Background()); err != nil {
				failed <- err
			}
		})
	}
	both.Wait()
	close(failed)
	for err := range failed {
		o.t.Fatal(err)
	}
}

// step records what changes a matter.
func (o *office) step(id string, change func(*schemas.State)) {
	o.t.Helper()
	ctx := context.Background()
	st := must[schemas.State](o.t)(o.processes[0].State(ctx, id))
	change(&st)
	st.Seq++
	state := must[[]byte](o.t)(json.Marshal(st))
	must[schemas.Receipt](o.t)(o.processes[0].Write(ctx, schemas.Entry{State: state, Acts: []schemas.Act{{ID: register.NewID(), Key: "other/x", Role: schemas.System, At: o.now()}}}))
}

// file enters an opinion for a unit, with what it owes and by when, in days from now.
func (o *office) file(number string, unit int, owed map[string]int) string {
	o.t.Helper()
	f := o.district.Filing(number, o.now().Add(-time.Hour))
	f.Items[0].Lead, f.Parties[0].Unit = o.district.Units[unit], o.district.Units[unit]
	st := must[schemas.State](o.t)(o.processes[0].File(context.Background(), f))
	o.step(st.Case, func(s *schemas.State) {
		for _, kind := range []string{"sign", "plan", "report"} {
			if days, has := owed[kind]; has {
				key := kind + "/" + o.district.Units[unit]
				if kind == "plan" {
					key += "#1"
				}
				s.Begin(schemas.Stage{Key: key, Unit: o.district.Units[unit]})
				s.Extend(key, schemas.DayOf(o.now()).AddDate(0, 0, days+1))
			}
		}
	})
	return st.Case
}

func (o *office) settle(id, kind string) {
	o.step(id, func(s *schemas.State) {
		for _, open := range slices.Clone(s.Open) {
			if schemas.Kind(open.Key) == kind {
				s.Lapse(open.Key, o.now())
			}
		}
	})
}

func (o *office) rows(sql string, args ...any) (out [][]any) {
	o.t.Helper()
	rows, err := o.processes[0].Pool().Query(context.Background(), sql, args...)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := rows.Values()
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, v)
	}
	if rows.Err() != nil {
		o.t.Fatal(rows.Err())
	}
	return out
}

func shanghai(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2025, month, day, hour, minute, 0, 0, schemas.Shanghai)
}

// A month of a small office with the National Day's break, its two make-up days, a local closing day and two outages, served by two
// processes: at most one digest for each person and day, none on days of rest, and each notice is carried exactly once.
func TestAMonthOfDigests(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t, shanghai(9, 22, 8, 0))
	d, reg := o.district, o.processes[0]
	closing := "date,kind,name\n2025-10-20,rest,区庆\n"
	c := must[schemas.Calendar](t)(schemas.ReadCalendar(strings.NewReader(closing), "区庆"))
	if err := reg.AddCalendar(ctx, d.Congress, "2025年区庆", "区政府办公室通知", schemas.Year{Year: 2025, Days: c.Days}); err != nil {
		t.Fatal(err)
	}
	// 丙's liaison wants no digest; the committee's head is away for a week, the deputies' office stands in.
	if err := reg.SetNotices(ctx, d.Congress, d.People["unt-bing"], register.NoticeSettings{Mail: true, QuietFrom: -1, QuietUntil: -1}); err != nil {
		t.Fatal(err)
	}
	if err := reg.NameSubstitute(ctx, d.Congress, register.Substitute{Account: d.People["cmh"], StandsIn: d.People["dep"], Kind: "delegate",
		From: shanghai(10, 9, 0, 0), Until: shanghai(10, 17, 0, 0), NamedBy: d.People["cmh"]}); err != nil {
		t.Fatal(err)
	}
	if err := reg.NameSubstitute(ctx, d.Congress, register.Substitute{Account: d.People["cmh"], StandsIn: d.People["dep"], Kind: "delegate",
		From: shanghai(10, 28, 0, 0), Until: shanghai(10, 30, 0, 0), NamedBy: d.People["cmh"]}); err != nil {
		t.Fatal(err)
	}
	matters := map[string]string{}
	plot := map[time.Time]func(){
		shanghai(9, 22, 10, 0): func() {
			matters["一"] = o.file("测〔2025〕1号", 0, map[string]int{"sign": 2, "plan": 14, "report": 60})
		},
		shanghai(9, 23, 15, 0):  func() { o.settle(matters["一"], "sign") },
		shanghai(9, 25, 10, 0):  func() { matters["二"] = o.file("测〔2025〕2号", 1, map[string]int{"sign": 2, "plan": 7}) },
		shanghai(9, 26, 10, 0):  func() { matters["三"] = o.file("测〔2025〕3号", 2, map[string]int{"sign": 0, "plan": 20}) },
		shanghai(9, 30, 16, 0):  func() { matters["四"] = o.file("测〔2025〕4号", 0, map[string]int{"sign": 9, "plan": 15}) },
		shanghai(10, 10, 11, 0): func() { o.settle(matters["二"], "plan"); o.settle(matters["三"], "sign") },
		shanghai(10, 11, 14, 0): func() {
			matters["五"] = o.file("测〔2025〕5号", 1, map[string]int{"sign": 3, "plan": 12, "report": 40})
		},
		shanghai(10, 14, 10, 0): func() { matters["六"] = o.file("测〔2025〕6号", 2, map[string]int{"sign": 1}) },
		shanghai(10, 15, 10, 0): func() { o.settle(matters["五"], "sign") },
		shanghai(10, 22, 9, 0):  func() { o.settle(matters["一"], "plan") }, // as the clock strikes
		shanghai(10, 23, 17, 0): func() { o.settle(matters["四"], "plan"); o.settle(matters["四"], "sign") },
		shanghai(10, 27, 9, 30): func() { matters["七"] = o.file("测〔2025〕7号", 0, map[string]int{"sign": 2}) },
	}
	away := func(at time.Time) bool {
		return !at.Before(shanghai(10, 13, 20, 0)) && at.Before(shanghai(10, 15, 20, 0)) || // over two mornings, back in the evening
			!at.Before(shanghai(10, 21, 8, 0)) && at.Before(shanghai(10, 21, 14, 0)) // back on the same day
	}
	ends := shanghai(10, 31, 20, 0)
	for at := shanghai(9, 22, 8, 30); !at.After(ends); at = at.Add(30 * time.Minute) {
		o.set(at)
		if do := plot[at]; do != nil {
			do()
		}
		if !away(at) {
			o.tick()
		}
	}
	calendar := must[schemas.Calendar](t)(reg.CurrentCalendar(ctx, d.Congress))
	counts := must[[]register.DigestCount](t)(reg.DigestCounts(ctx, d.Congress, shanghai(9, 1, 0, 0), shanghai(11, 1, 0, 0)))
	days := map[string]int{}
	persons := map[string]int{}
	for _, c := range counts {
		day := must[time.Time](t)(time.ParseInLocation(time.DateOnly, c.Day, schemas.Shanghai))
		if c.N != 1 {
			t.Errorf("%s had %d digests on %s", c.AccountName, c.N, c.Day)
		}
		if !calendar.Works(day) {
			t.Errorf("%s had a digest on %s, a day of rest", c.AccountName, c.Day)
		}
		days[c.Day]++
		persons[c.AccountName]++
	}
	for day, want := range map[string]bool{"2025-09-28": true, "2025-10-11": true, "2025-10-14": false, "2025-10-15": false, "2025-10-16": true,
		"2025-10-01": false, "2025-10-20": false, "2025-10-21": true, "2025-10-04": false, "2025-09-27": false} {
		if got := days[day] > 0; got != want {
			t.Errorf("on %s %d digests", day, days[day])
		}
	}
	if len(counts) < 40 || persons["bing经办"] > 0 || persons["bing负责人"] == 0 || persons["系统管理员"] > 0 {
		t.Errorf("%d digests: %v", len(counts), persons)
	}
	// Each notice is carried once: by itself, in one digest, or by the inbox alone because its stage had ended or its person wants no digest.
	said := o.rows(`select n.id::text, n.level, n.stage, a.login, o.channel, o.sent_at is not null, o.digest is not null,
			(select count(*) from outbox x where x.notice = n.id), (select count(*) from dispatches x where x.notice = n.id),
			s.closed_at is not null, n.at
		from notices n join accounts a on a.id = n.account join outbox o on o.notice = n.id left join stages s on s.case_id = n.case_id and s.key = n.stage`)
	ways := map[string]int{}
	for _, n := range said {
		id, level, login, way := n[0].(string), n[1].(string), n[3].(string), n[4].(string)
		sent, folded, rows, dispatches := n[5].(bool), n[6].(bool), n[7].(int64), n[8].(int64)
		ways[way]++
		ok := rows == 1
		switch way {
		case "single":
			ok = ok && sent && !folded && dispatches == 1
		case "digest":
			ok = ok && dispatches == 0 && sent == folded && (sent || n[10].(time.Time).After(shanghai(10, 31, 9, 0)))
		case "page":
			ok = ok && sent && !folded && dispatches == 0 && (login == "unt-bing" || n[9].(bool))
		default:
			ok = false
		}
		if !ok {
			t.Errorf("notice %s (%s of %s for %s) is carried as %v", id, level, n[2], login, n[4:])
		}
	}
	if len(said) < 100 || ways["single"] == 0 || ways["digest"] == 0 || ways["page"] == 0 {
		t.Errorf("%d notices: %v", len(said), ways)
	}
	if n := o.rows("select count(*) from digests g where 1 <> (select count(*) from dispatches x where x.digest = g.id)")[0][0].(int64); n != 0 {
		t.Errorf("%d digests left not once", n)
	}
	if n := o.rows("select count(*) from notices n where n.level = 'new' and n.stage like 'sign/%' and exists (select from outbox o where o.notice = n.id and o.channel <> 'single')")[0][0].(int64); n != 0 {
		t.Errorf("%d new assignments waited", n)
	}
	// Who stands in has the copy, and sees for whom.
	copied := must[register.Digest](t)(reg.DigestOf(ctx, d.Congress, d.People["dep"], shanghai(10, 16, 0, 0)))
	if !slices.ContainsFunc(copied.Content.Climbed, func(l schemas.DigestLine) bool {
		return l.For == "委室主任" && l.Level == "L3" && len(l.Before) > 3
	}) {
		t.Errorf("the stand-in's digest names nobody: %+v", copied.Content)
	}
	// What had climbed before he came to stand in he sees too, and none of it afterwards.
	for day, want := range map[int]bool{27: false, 28: true, 29: true, 30: false, 31: false} {
		digests := o.rows("select content from digests where account = $1 and day = $2", d.People["dep"], shanghai(10, day, 0, 0).Format(time.DateOnly))
		var content schemas.Digest
		if len(digests) == 1 {
			if err := json.Unmarshal([]byte(digests[0][0].(string)), &content); err != nil {
				t.Fatal(err)
			}
		}
		if slices.ContainsFunc(content.Climbed, func(l schemas.DigestLine) bool {
			return l.For == "委室主任" && l.Number == "测〔2025〕3号"
		}) != want {
			t.Errorf("on the %dth the stand-in's digest says %+v", day, content.Climbed)
		}
	}
	folded := must[register.Digest](t)(reg.DigestOf(ctx, d.Congress, d.People["unh-bing"], shanghai(10, 16, 0, 0)))
	if !slices.ContainsFunc(folded.Content.Late, func(l schemas.DigestLine) bool { return l.Number == "测〔2025〕6号" }) {
		t.Errorf("what came and ran out during the outage is missing: %+v", folded.Content)
	}
	t.Logf("%d notices: %v; %d digests\n%s", len(said), ways, len(counts), table(counts))
}

// table prints how many digests each person had on each day.
func table(counts []register.DigestCount) string {
	var days, names []string
	n := map[string]int{}
	for _, c := range counts {
		if !slices.Contains(days, c.Day) {
			days = append(days, c.Day)
		}
		if !slices.Contains(names, c.AccountName) {
			names = append(names, c.AccountName)
		}
		n[c.Day+c.AccountName] += c.N
	}
	slices.Sort(names)
	var b strings.Builder
	for _, day := range days {
		fmt.Fprintf(&b, "%s ", day[8:])
	}
	b.WriteString("\n")
	for _, name := range names {
		for _, day := range days {
			fmt.Fprintf(&b, "%2d ", n[day+name])
		}
		b.WriteString(name + "\n")
	}
	return b.String()
}

// What an older program wrote is decided anew once nobody tends it; what it may be sending at this moment is left to it. A person's
// quiet hours hold up what cannot wait, and nothing else of his.
func TestWhatWaits(t *testing.T) {
	ctx := context.Background()
	evening := time.Date(2126, 3, 5, 23, 30, 0, 0, schemas.Shanghai) // no message goes out before the world's own now
	o := newOffice(t, evening)
	d, reg := o.district, o.processes[0]
	quiet := register.NoticeSettings{Mail: true, Digest: true, QuietFrom: 22 * 60, QuietUntil: 7 * 60}
	if err := reg.SetNotices(ctx, d.Congress, d.People["unt-jia"], quiet); err != nil {
		t.Fatal(err)
	}
	o.file("测〔2025〕1号", 0, map[string]int{"sign": 2})
	exec := func(sql string) {
		t.Helper()
		if tag, err := reg.Pool().Exec(ctx, sql); err != nil || tag.RowsAffected() == 0 {
			t.Fatal(sql, tag, err)
		}
	}
	waiting := func() int {
		return int(o.rows("select count(*) from outbox where sent_at is null and channel in ('mail', 'sink')")[0][0].(int64))
	}
	exec("update outbox set channel = 'mail', after = now() - interval '1 minute'")
	o.tick()
	if waiting() == 0 {
		t.Error("what an older program may be sending is taken from it")
	}
	exec("update outbox set after = now() - interval '6 minutes' where channel = 'mail'")
	o.tick()
	if waiting() != 0 {
		t.Errorf("%d rows of an older program are left", waiting())
	}
	for login, until := range map[string]time.Time{"unt-jia": evening.Add(7*time.Hour + 30*time.Minute), "unh-jia": evening} {
		rows := o.rows("select x.after from dispatches x join notices n on n.id = x.notice where x.account::text = $1 and n.stage like 'sign/%'", d.People[login])
		if len(rows) != 1 || !rows[0][0].(time.Time).Equal(until) {
			t.Errorf("%s is told at %v, not %v", login, rows, until)
		}
	}
}

// A correction of what is settled is worth a line all the same: its person learns of it nowhere else without opening the matter.
func TestCorrectionsAreInTheDigest(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t, shanghai(9, 22, 10, 0))
	reg, person := o.processes[0], o.district.People["unt-jia"]
	matter := o.file("测〔2025〕1号", 0, map[string]int{"sign": 2})
	o.settle(matter, "sign")
	for _, stage := range []string{"sign/" + o.district.Units[0], "correct"} { // of a verdict, of words
		if _, err := reg.Pool().Exec(ctx, `with said as (insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at)
			values ($1, $2, $3, $4, 1, 'corrected', $5, $6, $6) returning id, congress) insert into outbox (notice, channel, congress, after) select id, 'sort', congress, now() from said`,
			register.NewID(), o.district.Congress, matter, stage, person, o.now()); err != nil {
			t.Fatal(err)
		}
	}
	o.set(shanghai(9, 23, 9, 0))
	o.tick()
	digest := must[register.Digest](t)(reg.DigestOf(ctx, o.district.Congress, person, shanghai(9, 23, 0, 0)))
	var lines []schemas.DigestLine
	for _, p := range digest.Content.Parts() {
		for _, l := range p.Lines {
			if l.Level == "corrected" {
				lines = append(lines, l)
			}
		}
	}
	if len(lines) == 0 || len(lines) > 2 {
		t.Errorf("the digest says of the corrections %+v", digest.Content)
	}
}
