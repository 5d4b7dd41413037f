package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	tileForm = regexp.MustCompile(`<a class="whole" href="([^"]+)"><span class="figure">(\d+)<small>.</small></span>([^<]+)</a>`)
	partForm = regexp.MustCompile(`<a href="(/cockpit/list[^"]+)">([^<]+) <b>(\d+)</b></a>`)
	cellForm = regexp.MustCompile(`<a href="(/cockpit/list[^"]+)" title="([^"]+)">`)
	rowForm  = regexp.MustCompile(`<tr(?: class="late")?><td`)
)

// cockpitRead is what somebody reads in the cockpit: figures and cells, each with the list behind it.
type cockpitRead struct {
	n     map[string]int    // by the words of the tile or its part
	href  map[string]string // the same
	cells map[string]string // words of the cells by unit and month
	body  string
}

func (b browser) cockpit(t *testing.T, path string) (c cockpitRead) {
	t.Helper()
	r, body := b.get(path)
	expect(t, r, http.StatusOK, body)
	c = cockpitRead{map[string]int{}, map[string]string{}, map[string]string{}, body}
	put := func(name, href, n string) {
		var v int
		_ = must(fmt.Sscan(n, &v))
		c.n[name], c.href[name] = v, strings.ReplaceAll(href, "&amp;", "&")
	}
	for _, m := range tileForm.FindAllStringSubmatch(body, -1) {
		put(m[3], m[1], m[2])
	}
	for _, m := range partForm.FindAllStringSubmatch(body, -1) {
		put(m[2], m[1], m[3])
	}
	for _, m := range cellForm.FindAllStringSubmatch(body, -1) {
		where, said, _ := strings.Cut(m[2], "到期")
		c.cells[where], c.href[where] = said, strings.ReplaceAll(m[1], "&amp;", "&")
	}
	return c
}

// listed counts what all pages of a list hold.
func (b browser) listed(t *testing.T, path string) (n int) {
	t.Helper()
	next := regexp.MustCompile(`<a rel="next" href="([^"]+)">下一页`)
	for path != "" {
		r, body := b.get(path)
		expect(t, r, http.StatusOK, body)
		n += len(rowForm.FindAllString(body, -1))
		path = ""
		if m := next.FindStringSubmatch(body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	return n
}

// duty enters one straight into the register.
func (o openDistrict) duty(id, key, unit string, npc bool, due, closed time.Time, change string) {
	o.t.Helper()
	var at *time.Time
	var whose *string
	if !closed.IsZero() {
		at = &closed
	}
	if unit != "" {
		whose = &unit
	}
	o.sql(`insert into stages (congress, case_id, key, kind, unit, roles, npc, rev, due, yellow, opened_at, closed_at)
		values ($1, $2, $3, split_part(split_part($3, '/', 1), '#', 1), $4, '{UNH}', $5, 0, $6, $6::timestamptz - interval '20 days', '2026-08-03T01:00:00Z', $7)`,
		o.Congress, id, key, whose, npc, due, at)
	if change != "" {
		o.sql(`update stages set `+change+` where case_id = $1 and key = $2`, id, key)
	}
}

// The eve of the National Day of 2026, whose holiday has a working Saturday after it: what is due today, in three working days, late, held
// and paused; who sees which of it; and that the list behind each figure is as long as the figure says.
func TestCockpitCountsByHand(t *testing.T) {
	o := newOpenDistrict(t)
	ctx := context.Background()
	now := at(2026, 9, 30, 10, 0)
	o.register.Clock(func() time.Time { return now })
	o.add(o.Congress, "vm-yi", "分管乙局", register.Post{Role: schemas.ViceMayor, Unit: o.Units[1]})
	o.sql(`delete from posts where role = 'VM' and unit = $1 and account = $2`, o.Units[1], o.People["vm"])
	jia, yi := o.Units[0], o.Units[1]
	opinion := must(o.register.File(ctx, o.Filing("测审〔2026〕1号", at(2026, 8, 1, 0, 0)))).Case
	suggestion := o.file(o.Suggestion())[0]
	official := must(o.register.FileAppraisal(ctx, register.NewAppraisal{Congress: o.Congress, Body: "任后监督。", Unit: jia, Committee: o.Committee, Owner: o.People["ofc"],
		Role: schemas.Office, Official: "欧阳某某", Post: "局长"})).Case
	o.sql(`delete from stages`)
	o.sql(`update accounts set password_at = '2026-09-01'`)
	midnight := at(2026, 10, 1, 0, 0)
	o.duty(opinion, "plan/a#1", jia, false, now, time.Time{}, `level = 'L0'`)                        // late in this instant
	o.duty(opinion, "plan/b#1", jia, false, midnight, time.Time{}, ``)                               // today, to its end
	o.duty(opinion, "report/a", jia, false, at(2026, 10, 11, 0, 0), time.Time{}, ``)                 // on the third working day, a Saturday
	o.duty(opinion, "report/b", jia, false, at(2026, 10, 12, 0, 0), time.Time{}, ``)                 // on the Sunday after
	o.duty(opinion, "report/c", jia, false, at(2026, 9, 1, 0, 0), time.Time{}, `held = true`)        // the congress has the ball
	o.duty(opinion, "report/d", jia, false, at(2026, 9, 2, 0, 0), time.Time{}, `paused = true`)      // suspended
	o.duty(opinion, "report/e", jia, false, at(2026, 9, 2, 0, 0), now, `verdict = 'lapsed'`)         // not to be done any more
	o.duty(opinion, "sign/a#1", jia, false, at(2026, 8, 5, 0, 0), at(2026, 8, 4, 23, 59), ``)        // in time
	o.duty(opinion, "sign/b#1", jia, false, at(2026, 8, 5, 0, 0), at(2026, 8, 5, 0, 0), ``)          // late by nothing but the instant
	o.duty(opinion, "progress", jia, false, at(2026, 8, 1, 0, 0), at(2026, 7, 31, 0, 0), ``)         // due on 31 July
	o.duty(opinion, "plan-check/a#1", "", true, at(2026, 9, 3, 0, 0), time.Time{}, `level = 'N1'`)   // the congress's own
	o.duty(suggestion, "reply/y", yi, false, at(2026, 9, 29, 0, 0), time.Time{}, `level = ''`)       // late, before the first rung
	o.duty(suggestion, "redo/y", yi, false, at(2025, 6, 1, 0, 0), time.Time{}, `level = 'L5'`)       // from before the months shown
	o.duty(suggestion, "january#1", "", false, at(2026, 9, 1, 0, 0), time.Time{}, `roles = '{SYS}'`) // nobody's
	o.duty(official, "duty-report", jia, false, at(2026, 9, 3, 0, 0), time.Time{}, `level = 'L2'`)   // of an official: few may know
	o.duty(suggestion, "coordinate#1", "", false, at(2026, 9, 9, 0, 0), at(2026, 9, 8, 0, 0), ``)    // the government office's
	o.sql(`update cases set state = jsonb_set(state::jsonb, '{facts,handover}', '{"id": "x", "key": "handover", "at": "2026-08-03T01:00:00Z"}')::text`)
	o.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'sole') on conflict do nothing`, o.Congress, suggestion, yi)
	o.sql(`update cases set next = next`) // the lists are written anew
	for login, want := range map[string]map[string]int{
		"ch":       {"单位逾期": 4, "未到0级": 1, "0级": 1, "2级": 1, "5级": 1, "人大内部": 1, "今日到期": 1, "三个工作日内到期": 2, "待人大审核": 1, "环节中止": 1, "在办事项": 3, "本月办结": 0},
		"vc":       {"单位逾期": 2, "0级": 1, "2级": 1, "人大内部": 1, "今日到期": 1, "三个工作日内到期": 2, "在办事项": 2},
		"cmh":      {"单位逾期": 1, "0级": 1, "人大内部": 1, "今日到期": 1, "三个工作日内到期": 2, "待人大审核": 1, "在办事项": 1},
		"dep-head": {"单位逾期": 2, "未到0级": 1, "5级": 1, "人大内部": 0, "今日到期": 0, "在办事项": 1},
		"gov":      {"单位逾期": 3, "未到0级": 1, "0级": 1, "5级": 1, "今日到期": 1, "三个工作日内到期": 2, "在办事项": 2},
		"vm":       {"单位逾期": 1, "0级": 1, "今日到期": 1, "三个工作日内到期": 2, "在办事项": 1},
		"vm-yi":    {"单位逾期": 2, "未到0级": 1, "5级": 1, "今日到期": 0, "三个工作日内到期": 0, "在办事项": 1},
	} {
		b := o.browser()
		b.post("/login", url.Values{"login": {login}, "password": {password}, "congress": {o.Congress}})
		c := b.cockpit(t, "/cockpit")
		for name, n := range want {
			if got, is := c.n[name]; got != n || !is {
				t.Errorf("%s: %s is %d (%v), want %d", login, name, got, is, n)
			}
		}
		if _, is := want["人大内部"]; is != (c.href["人大内部"] != "") {
			t.Errorf("%s: the congress's own lateness is shown: %v", login, !is)
		}
		for name, n := range c.n {
			if got := b.listed(t, c.href[name]); got != n {
				t.Errorf("%s: %s is %d, its list has %d", login, name, n, got)
			}
		}
		for where := range c.cells {
			total := 0
			_, _ = fmt.Sscanf(c.cells[where], "%d项", &total)
			if got := b.listed(t, c.href[where]); got != total {
				t.Errorf("%s: the cell %s has %d, its list %d", login, where, total, got)
			}
		}
		if (strings.Contains(c.body, official)) != (login == "ch" || login == "vc") {
			t.Errorf("%s learns of the official's appraisal, or %s should", login, login)
		}
	}
	b := o.browser()
	b.login("ch")
	c := b.cockpit(t, "/cockpit")
	for where, said := range map[string]string{
		"甲局 2026年9月":           "4项：逾期未办2，临期1，中止1",
		"甲局 2026年8月":           "3项：逾期办结1，待人大审核1，按期办结1",
		"甲局 2026年7月":           "1项：按期办结1",
		"甲局 2026年10月":          "2项：临期2",
		"乙局 2026年9月":           "1项：逾期未办1",
		"区政府办（转报、分办等） 2026年9月": "1项：按期办结1",
	} {
		if c.cells[where] != said {
			t.Errorf("the cell %s says %q, not %q", where, c.cells[where], said)
		}
	}
	r, body := b.get("/cockpit")
	expect(t, r, http.StatusOK, body, "另有<a href=\"/cockpit/list?of=late&amp;side=unit\">1项</a>逾期的环节", "40.00%（2/5）", "含今日，至10月10日")
	for query, n := range map[string]int{"?kind=suggestion": 2, "?unit=" + jia: 2, "?committee=" + o.Committee: 2, "?unit=" + jia + "&kind=opinion": 1, "?unit=" + jia + "&kind=suggestion": 0} {
		if got := b.cockpit(t, "/cockpit"+query); got.n["单位逾期"] != n || b.listed(t, got.href["单位逾期"]) != n {
			t.Errorf("%s: %d late, want %d", query, got.n["单位逾期"], n)
		}
	}
	vm := o.browser()
	vm.login("vm")
	for _, path := range []string{"/cockpit?unit=" + yi, "/cockpit?unit=nonsense", "/cockpit?kind=appraisal-official", "/cockpit?kind=%00", "/cockpit/list", "/cockpit/list?of=due&month=2026-13",
		"/cockpit/list?of=due&month=999999", "/cockpit/list?of=late&level=X", "/cockpit/list?of=step&step=nowhere2", "/cockpit/screen?unit=" + yi, "/cockpit/print?committee=x"} {
		if r, body := vm.get(path); r.StatusCode != http.StatusNotFound || !strings.Contains(body, "没有") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	if got := vm.listed(t, "/cockpit/list?of=late&side=npc"); got != 0 {
		t.Errorf("the deputy head of the district is shown %d late duties of the congress", got)
	}
	// A minute on, and the day is over.
	now = midnight
	if c = b.cockpit(t, "/cockpit"); c.n["单位逾期"] != 5 || c.n["今日到期"] != 0 || c.n["三个工作日内到期"] != 1 {
		t.Errorf("at 24:00 %d are late, %d due today, %d soon", c.n["单位逾期"], c.n["今日到期"], c.n["三个工作日内到期"])
	}
}

// Of four thousand made-up matters every figure is what a plain count over the register gives, for each who may look.
func TestCockpitCountsAsTheRegister(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := registertest.URL(t)
	owner := must(pgxpool.New(ctx, address))
	t.Cleanup(owner.Close)
	must(registertest.Seed(ctx, owner, 4000, hashed))
	s := siteAt(t, address)
	now := time.Now()
	s.register.Clock(func() time.Time { return now })
	midnight := schemas.DayOf(now).AddDate(0, 0, 1)
	soon := must(schemas.BuiltinCalendar().Workday(schemas.DayOf(now), 3)).AddDate(0, 0, 1)
	count := func(where string, args ...any) (n int) {
		t.Helper()
		if err := owner.QueryRow(ctx, "select count(*) from stages s join cases c on c.id = s.case_id where s.due is not null and s.verdict <> 'lapsed' and s.roles <> '{SYS}' and "+where, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	month := now.In(schemas.Shanghai)
	first := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, schemas.Shanghai)
	for login, mine := range map[string]string{
		"ofc": "true", "ch": "true", "gov": "not s.npc",
		"vc1":  "c.committee in (select p.unit from posts p join accounts a on a.id = p.account where a.login = 'vc1')",
		"cmh1": "c.committee in (select p.unit from posts p join accounts a on a.id = p.account where a.login = 'cmh1')",
		"vm1":  "not s.npc and s.unit in (select p.unit from posts p join accounts a on a.id = p.account where a.login = 'vm1')",
	} {
		b := s.browser()
		b.post("/login", url.Values{"login": {login}, "password": {password}})
		c := b.cockpit(t, "/cockpit")
		const runs = " and s.closed_at is null and not s.paused and not s.held"
		want := map[string]int{
			"单位逾期":     count(mine+runs+" and not s.npc and s.due <= $1", now),
			"今日到期":     count(mine+runs+" and s.due > $1 and s.due <= $2", now, midnight),
			"三个工作日内到期": count(mine+runs+" and s.due > $1 and s.due <= $2", now, soon),
			"待人大审核":    count(mine + " and s.closed_at is null and s.held and not s.paused"),
			"环节中止":     count(mine + " and s.closed_at is null and s.paused"),
		}
		for _, level := range []string{"L0", "L1", "L2", "L3", "L4", "L5"} {
			want[level[1:]+"级"] = count(mine+runs+" and not s.npc and s.due <= $1 and s.level = $2", now, level)
		}
		for name, n := range want {
			if c.n[name] != n {
				t.Errorf("%s: %s is %d, the register has %d", login, name, c.n[name], n)
			}
			if n > 0 && n < 300 && b.listed(t, c.href[name]) != n {
				t.Errorf("%s: the list behind %s is not %d long", login, name, n)
			}
		}
		if want["单位逾期"] == 0 || mine == "true" && want["环节中止"] == 0 {
			t.Errorf("%s has nothing to count: %v", login, want)
		}
		for back := range 3 { // months of the trend
			from := first.AddDate(0, -back, 0)
			to := from.AddDate(0, 1, 0)
			opened, closed := count(mine+" and not s.npc and s.opened_at >= $1 and s.opened_at < $2", from, to), count(mine+" and not s.npc and s.closed_at >= $1 and s.closed_at < $2", from, to)
			missed := count(mine+" and not s.npc and s.due > $1 and s.due <= $2 and (s.closed_at >= s.due or s.closed_at is null and not s.paused and not s.held and s.due <= $3)", from, to, now)
			row := fmt.Sprintf(`<th scope="row">%s</th>`, from.Format("2006年1月"))
			_, rest, _ := strings.Cut(c.body, row)
			rest, _, _ = strings.Cut(rest, "</tr>")
			var got []string
			for _, m := range regexp.MustCompile(`>(\d+)</a>`).FindAllStringSubmatch(rest, -1) {
				got = append(got, m[1])
			}
			if fmt.Sprint(got) != fmt.Sprint([]int{opened, closed, missed}) {
				t.Errorf("%s, %s: the trend says %v, the register %d %d %d", login, from.Format("2006-01"), got, opened, closed, missed)
			}
		}
		if len(c.cells) < 10 {
			t.Errorf("%s sees %d cells", login, len(c.cells))
		}
	}
	var open, ended int
	if err := owner.QueryRow(ctx, "select count(*) filter (where outcome = ''), count(*) filter (where outcome = 'archived' and ended_at >= $1) from cases", first).Scan(&open, &ended); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.post("/login", url.Values{"login": {"ch"}, "password": {password}})
	if c := b.cockpit(t, "/cockpit"); c.n["在办事项"] != open || c.n["本月办结"] != ended || b.listed(t, c.href["在办事项"]) != open || b.listed(t, c.href["本月办结"]) != ended {
		t.Errorf("open %d, ended %d; the register has %d and %d", c.n["在办事项"], c.n["本月办结"], open, ended)
	}
}
