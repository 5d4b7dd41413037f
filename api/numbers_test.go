package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"bihuan/schemas"
)

// opinion files an opinion of one item for each unit, whose facts are as given, and lays its lines out as a later program finds them.
func (o openDistrict) opinion(number string, units []string, facts func(unit, item string) []schemas.Act, open ...*schemas.Open) string {
	o.t.Helper()
	ctx := context.Background()
	f := o.Filing(number, at(2026, 3, 1, 0, 0))
	item := f.Items[0]
	f.Items, f.Parties = nil, nil
	for _, u := range units {
		item.Lead = u
		f.Items = append(f.Items, item)
	}
	id := must(o.register.File(ctx, f)).Case
	s := must(o.register.State(ctx, id))
	items := must(o.register.Items(ctx, id))
	given := schemas.Act{ID: "h", Key: "handover", At: at(2026, 3, 3, 9, 0)}
	for i, u := range units {
		given.Parties = append(given.Parties, schemas.Party{Unit: u, Capacity: "several"})
		given.Items = append(given.Items, schemas.Finding{Item: items[i].ID, Unit: u})
		for _, a := range facts(u, items[i].ID) {
			s.Facts[a.Key] = a
		}
	}
	s.Facts["handover"], s.Open, s.Seq = given, open, 1
	raw := must(json.Marshal(s))
	o.sql("update cases set state = $2, seq = 1 where id = $1", id, string(raw))
	if n := must(o.register.LayBehind(ctx)); n != 1 {
		o.t.Errorf("%d matters were behind, want 1", n)
	}
	if n := must(o.register.LayBehind(ctx)); n != 0 {
		o.t.Errorf("%d matters are still behind", n)
	}
	return id
}

// threeOpinions: 甲局 has done everything and is judged 满意, its item struck off; 乙局 handed its plan in two days late; 丙局 owes its plan since 17
// March. The first two are of one opinion. One urging each: a letter to 丙局, an interview of nobody. It returns the ids.
func (o openDistrict) threeOpinions() (both, alone string) {
	plan, report := at(2026, 3, 18, 0, 0), at(2026, 6, 4, 0, 0)
	both = o.opinion("测审〔2026〕1号", o.Units[:2], func(u, item string) []schemas.Act {
		acts := []schemas.Act{{ID: "s", Key: "sign/" + u, At: at(2026, 3, 4, 9, 0), Due: at(2026, 3, 6, 0, 0)}, {ID: "p", Key: "plan/" + u + "#1", At: at(2026, 3, 12, 9, 0), Due: plan}}
		if u == o.Units[1] {
			acts[1].At = at(2026, 3, 19, 9, 0)
			return append(acts, schemas.Act{ID: "c", Key: "plan-check/" + u + "#1", Verdict: "rework", At: at(2026, 3, 23, 9, 0)})
		}
		o.sql("update items set closed_at = $2 where id = $1", item, at(2026, 5, 20, 9, 0))
		return append(acts, schemas.Act{ID: "r", Key: "report/" + u, At: at(2026, 5, 28, 9, 0), Due: report}, schemas.Act{ID: "e", Key: "evaluate#1", Verdict: "satisfied", At: at(2026, 6, 1, 9, 0)})
	})
	owes := &schemas.Open{Stage: schemas.Stage{Key: "plan/" + o.Units[2] + "#1", Unit: o.Units[2]}, Due: plan, Dated: true}
	alone = o.opinion("测审〔2026〕2号", o.Units[2:3], func(u, _ string) []schemas.Act {
		return []schemas.Act{{ID: "s", Key: "sign/" + u, At: at(2026, 3, 4, 9, 0), Due: at(2026, 3, 6, 0, 0)}}
	}, owes)
	for i, id := range []string{both, alone} {
		o.sql(`insert into stages (congress, case_id, key, kind, roles, npc, rev, opened_at, due, first_due, closed_at, verdict)
			values ($1, $2, 'handover', 'handover', '{OFC}', true, 0, $3, $4, $4, $5, '')`, o.Congress, id, at(2026, 3, 1, 0, 0), at(2026, 3, 3+i*6-2, 0, 0), at(2026, 3, 3, 9, 0))
	}
	o.sql(`insert into parties (congress, case_id, unit, capacity) values ($1, $2, $3, 'several') on conflict do nothing`, o.Congress, alone, o.Units[2])
	o.sql(`insert into letters (id, congress, case_id, kind, token, state, title, recipient, body, copies, author, drawn_at, year, series, n, number, issuer, issued_at, content)
		values (gen_random_uuid(), $1, $2, 'urge', 'walked-letter', 'issued', '催办函', '丙局', 'x', '', $3, $4, 2026, '办', 9, '测人常办〔2026〕9号', $3, $4, 'x')`, o.Congress, alone, o.People["ofc"], at(2026, 3, 20, 9, 0))
	return both, alone
}

var (
	numberLinks = regexp.MustCompile(`<td class="number[^"]*"[^>]*><a href="(/numbers/[^"]+)">([^<]+)</a>(?: <small>(\d+)/(\d+)</small>)?`)
	rateParts   = regexp.MustCompile(`（(\d+)/(\d+)）`)
	listRows    = regexp.MustCompile(`共(\d+)行(?:，计入(\d+)行)?`)
)

// openLists opens the list behind every number of a page: as many rows as the number says, and as many that count.
func (o openDistrict) openLists(b browser, path string) (opened int) {
	o.t.Helper()
	r, body := b.get(path)
	expect(o.t, r, http.StatusOK, body)
	for _, m := range numberLinks.FindAllStringSubmatch(body, -1) {
		href := strings.ReplaceAll(m[1], "&amp;", "&")
		r, list := b.get(href)
		expect(o.t, r, http.StatusOK, list)
		rows := listRows.FindStringSubmatch(list)
		if rows == nil {
			o.t.Fatalf("%s: no list", href)
		}
		part := rateParts.FindStringSubmatch(m[2])
		if part == nil && m[4] != "" {
			part = []string{"", m[3], m[4]}
		}
		switch count, err := strconv.Atoi(strings.TrimRight(m[2], "件次")); {
		case part != nil && (rows[1] != part[2] || rows[2] != part[1]):
			o.t.Errorf("%s on %s says %s/%s, its list has %s rows of which %s count", href, path, part[1], part[2], rows[1], rows[2])
		case part == nil && err == nil && !strings.Contains(m[2], "天") && rows[1] != strconv.Itoa(count) && rows[2] != strconv.Itoa(count):
			o.t.Errorf("%s on %s says %s, its list has %s rows", href, path, m[2], rows[1])
		case rows[1] == "0":
			o.t.Errorf("%s on %s: an empty list", href, path)
		}
		opened++
	}
	return opened
}

func TestNumbersOfOpinionsOpenTheirLists(t *testing.T) {
	o := newOpenDistrict(t)
	o.threeOpinions()
	suggestion := o.file(o.Suggestion())[0]
	o.hand(suggestion, o.Units[0], "sole", "answered_at = '2026-05-20 01:00:00+00', class = 'A', class_now = 'A', first = 'satisfied', first_at = '2026-05-25 01:00:00+00', last_at = '2026-06-03'")
	b := o.browser()
	b.login("ofc")
	r, body := b.get("/numbers/opinions")
	expect(t, r, http.StatusOK, body, "2件", "交办及时率</th><td class=\"number\"><a href=\"/numbers/opinions/handed?\">50.00%（1/2）", "方案及时率</th><td class=\"number\"><a href=\"/numbers/opinions/plan?\">33.33%（1/3）",
		"回告及时率</th><td class=\"number\"><a href=\"/numbers/opinions/report?\">100.00%（1/1）", "条目销号率</th><td class=\"number\"><a href=\"/numbers/opinions/items?\">33.33%（1/3）",
		"退回重报率</th><td class=\"number\"><a href=\"/numbers/opinions/reworked?\">50.00%（1/2）", "催办函</th><td class=\"number\"><a href=\"/numbers/opinions/urge?\">1次", "催办有效率</th><td class=\"number\"><a href=\"/numbers/opinions/urged-well?\">0.00%（0/1）")
	opened := 0
	for _, path := range []string{"/numbers/opinions", "/numbers/opinions?from=2026-03-01&to=2026-03-31", "/numbers/opinions?unit=" + o.Units[2], "/numbers/opinions?kind=deliberation", "/numbers/opinions?committee=" + o.Committee,
		"/numbers", "/numbers?by=due&from=2026-06-01", "/numbers/units", "/numbers/units?of=suggestion", "/numbers/units?from=2026-03-01&to=2026-03-31", "/numbers/committees", "/numbers/committees?of=suggestion",
		"/numbers/leaders", "/numbers/leaders?of=suggestion", "/numbers/months?year=2026", "/numbers/months?year=2026&code=plan", "/numbers/months?year=2026&code=urgings", "/numbers/months?year=2026&of=suggestion&code=answered"} {
		n := o.openLists(b, path)
		if n == 0 {
			t.Errorf("%s has no number to open", path)
		}
		opened += n
	}
	t.Logf("%d lists opened", opened)
	for path, want := range map[string]int{"/numbers/opinions?from=x": 422, "/numbers/opinions/none": 404, "/numbers/opinions?unit=x&leader=y&kind=z": 200, "/numbers/months?year=abc&code='": 200, "/numbers/leaders?of=x": 200,
		"/numbers/opinions?from=2026-05-01&to=2026-01-01": 200} {
		if r, body := b.get(escaped(path)); r.StatusCode != want {
			t.Errorf("%s: %d\n%s", path, r.StatusCode, body)
		}
	}
	yi := o.browser()
	yi.login("unt-yi")
	_, body = yi.get("/numbers/opinions")
	for text, seen := range map[string]bool{"乙局</strong>": true, "甲局</strong>": false, "意见件数</th><td class=\"number\">0件": true, "方案及时率</th><td class=\"number\"><a href=\"/numbers/opinions/plan?\">0.00%（0/1）": true} {
		if strings.Contains(body, text) != seen {
			t.Errorf("a unit: %q seen is not %v", text, seen)
		}
	}
	for _, path := range []string{"/numbers/opinions/timely?unit=" + o.Units[0], "/numbers/units?unit=" + o.Units[0]} {
		if _, body := yi.get(path); strings.Contains(body, "<td>甲局") || strings.Contains(body, "甲局</th>") {
			t.Errorf("%s: a unit looks behind another's numbers", path)
		}
	}
	jia := o.browser()
	jia.login("dpt1")
	if r, _ := jia.get("/numbers/opinions"); r.StatusCode != http.StatusForbidden {
		t.Errorf("a deputy: %d", r.StatusCode)
	}
}

// A bulletin from its draft to its correction: who may, what stays, what moves, what is refused.
func TestBulletinKeepsItsFigures(t *testing.T) {
	o := newOpenDistrict(t)
	_, alone := o.threeOpinions()
	who := map[string]browser{}
	for _, login := range []string{"ofc", "dep", "vc", "ch", "gov", "unt-yi", "dpt1", "cmh"} {
		who[login] = o.browser()
		who[login].login(login)
	}
	draw := url.Values{"token": {"bulletin-token-1"}, "of": {"opinion"}, "from": {"2026-03-01"}, "to": {"2026-06-07"}}
	for _, wrong := range []url.Values{{"to": {"2026-02-01"}}, {"from": {"2027-01-01"}, "to": {"2027-02-01"}}, {"from": {"gestern"}}, {"of": {"x"}}, {"token": {"x"}}, {"from": {"2020-01-01"}, "to": {"2020-02-01"}}} {
		in := url.Values{}
		for _, m := range []url.Values{draw, wrong} {
			for k, v := range m {
				in[k] = v
			}
		}
		if r, body := who["ofc"].post("/numbers/bulletins/new", in); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %s", wrong, r.StatusCode, body)
		}
	}
	if r, _ := who["cmh"].post("/numbers/bulletins/new", draw); r.StatusCode != http.StatusForbidden {
		t.Errorf("a committee draws a bulletin: %d", r.StatusCode)
	}
	r, body := who["ofc"].post("/numbers/bulletins/new", draw)
	expect(t, r, http.StatusSeeOther, body)
	path := r.Header.Get("Location")
	if r, _ := who["ofc"].post("/numbers/bulletins/new", draw); r.Header.Get("Location") != path {
		t.Error("the form sent twice draws two bulletins")
	}
	if r, _ := who["dep"].post("/numbers/bulletins/new", draw); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another's token: %d", r.StatusCode)
	}
	refuse := func(login, path string, in url.Values, want int) {
		t.Helper()
		if r, body := who[login].post(path, in); r.StatusCode != want {
			t.Errorf("%s posts %s: %d, want %d\n%s", login, path, r.StatusCode, want, body)
		}
	}
	rev := func(n string) url.Values { return url.Values{"rev": {n}} }
	for login, want := range map[string]int{"unt-yi": 404, "gov": 404, "cmh": 404, "dpt1": 403, "ch": 200, "dep": 200} {
		if r, _ := who[login].get(path); r.StatusCode != want {
			t.Errorf("%s reads the draft: %d, want %d", login, r.StatusCode, want)
		}
	}
	if _, body := who["unt-yi"].get("/numbers/bulletins"); strings.Contains(body, path) {
		t.Error("a unit finds the draft in the list")
	}
	words := url.Values{"rev": {"0"}, "title": {"关于监督意见办理情况的通报"}, "scope": {"全部承办单位"}, "intro": {"现将情况通报如下。"}, "demands": {"限期整改。"}, "recipient": {"各承办单位："}, "criticism": {"<b>丙局</b>要\t检讨"}}
	refuse("ofc", path, words, http.StatusSeeOther)
	refuse("dep", path, words, http.StatusConflict) // of the draft as it was
	words.Set("demands", "本件属于机密★三十年")
	words.Set("rev", "1")
	refuse("ofc", path, words, http.StatusUnprocessableEntity)
	refuse("ofc", path+"/issue", rev("1"), http.StatusConflict) // nobody approved
	refuse("ofc", path+"/approve", rev("1"), http.StatusForbidden)
	refuse("unt-yi", path+"/approve", rev("1"), http.StatusForbidden)
	refuse("ch", path+"/approve", rev("0"), http.StatusConflict) // of a draft that he did not see
	refuse("ch", path+"/approve", rev("x"), http.StatusBadRequest)
	refuse("ch", path+"/approve", rev("1"), http.StatusSeeOther)
	refuse("ofc", path, url.Values{"rev": {"1"}, "do": {"redraw"}}, http.StatusSeeOther)
	refuse("ofc", path+"/issue", rev("2"), http.StatusConflict) // the figures moved after the approval
	refuse("vc", path+"/approve", rev("2"), http.StatusSeeOther)
	refuse("ch", path+"/issue", rev("2"), http.StatusForbidden)
	refuse("ofc", path+"/issue", rev("2"), http.StatusSeeOther)
	refuse("ofc", path+"/issue", rev("2"), http.StatusSeeOther) // sent twice
	_, issued := who["ofc"].get(path)
	expect(t, r, http.StatusSeeOther, issued, "2026年第1期", "通〔2026〕1号", "交办及时率", "50.00%", "丙局：", "方案应于2026年3月17日前报送，至2026年6月7日没有报送，逾期82天", "乙局：", "迟2天", "&lt;b&gt;丙局&lt;/b&gt;要 检讨")
	if strings.Count(issued, "甲局：") != 0 {
		t.Error("甲局 is blamed")
	}
	if n := o.openLists(who["ofc"], path); n < 10 {
		t.Errorf("%d numbers of the bulletin open", n)
	}
	expectBlocked := func(do url.Values, want int) { refuse("ofc", path, do, want) }
	expectBlocked(url.Values{"rev": {"2"}, "do": {"drop"}}, http.StatusConflict)
	expectBlocked(url.Values{"rev": {"2"}, "do": {"redraw"}}, http.StatusConflict)
	if _, err := o.register.Pool().Exec(context.Background(), "update bulletins set snapshot = '{}'"); err == nil {
		t.Error("an issued bulletin was changed")
	}

	// A unit reads it, its own numbers open, another's and the whole's do not.
	_, body = who["unt-yi"].get(path)
	if links := numberLinks.FindAllStringSubmatch(body, -1); len(links) == 0 {
		t.Error("a unit opens none of its numbers")
	} else {
		for _, l := range links {
			if !strings.Contains(l[1], "unit="+o.Units[1]) {
				t.Errorf("a unit is shown %s", l[1])
			}
		}
	}
	for p, want := range map[string]int{path + "/timely": 404, path + "/timely?unit=" + o.Units[0]: 404, path + "/timely?unit=" + o.Units[1]: 200, path + "/bulletin.docx": 200} {
		if r, _ := who["unt-yi"].get(p); r.StatusCode != want {
			t.Errorf("%s for a unit: %d, want %d", p, r.StatusCode, want)
		}
	}
	refuse("unt-yi", path+"/correct", url.Values{"token": {"correct-token"}, "reason": {"录入有误"}}, http.StatusForbidden)

	// 丙局 handed its plan in in time: that was entered late. And 甲局 did something since, which is no correction.
	s := must(o.register.State(context.Background(), alone))
	u := o.Units[2]
	s.Facts["plan/"+u+"#1"] = schemas.Act{ID: "p", Key: "plan/" + u + "#1", At: at(2026, 3, 16, 9, 0), Due: at(2026, 3, 18, 0, 0)}
	s.Facts["report/"+u] = schemas.Act{ID: "r", Key: "report/" + u, At: at(2026, 6, 20, 9, 0), Due: at(2026, 6, 4, 0, 0)}
	s.Open = nil
	o.sql("update cases set state = $2, seq = 2 where id = $1", alone, string(must(json.Marshal(s))))
	must(o.register.LayBehind(context.Background()))
	o.register.Clock(func() time.Time { return at(2026, 6, 21, 10, 0) })
	if _, again := who["ofc"].get(path); plainly(again) != plainly(issued) {
		t.Error("the issued bulletin changed with the register")
	}
	for _, reason := range []string{"", "x", strings.Repeat("长", 201)} {
		refuse("ofc", path+"/correct", url.Values{"token": {"correct-token"}, "reason": {reason}}, http.StatusUnprocessableEntity)
	}
	r, body = who["ofc"].post(path+"/correct", url.Values{"token": {"correct-token"}, "reason": {"丙局的方案按时报送，登记有误"}})
	expect(t, r, http.StatusSeeOther, body)
	second := r.Header.Get("Location")
	refuse("ofc", path+"/correct", url.Values{"token": {"correct-token-2"}, "reason": {"再来一次"}}, http.StatusConflict)
	refuse("ch", second+"/approve", rev("0"), http.StatusSeeOther)
	refuse("ofc", second+"/issue", rev("0"), http.StatusSeeOther)
	r, body = who["ofc"].get(second)
	expect(t, r, http.StatusOK, body, "2026年第1期（第1次更正）", "通〔2026〕2号", "丙局的方案按时报送，登记有误", "方案及时率</td><td data-label=\"原来\">33.33%（1/3）</td><td data-label=\"更正为\">66.67%（2/3）", "测审〔2026〕2号 丙局：不计入→计入", "数字截至2026年6月7日")
	if strings.Contains(body, "2026年6月20日") {
		t.Error("the correction knows what happened after its figures' day")
	}
	_, old := who["ofc"].get(path)
	expect(t, r, http.StatusOK, old, "33.33%", "本期有更正", second)
	o.openLists(who["ofc"], second)
}

// plain is a page without what is drawn anew for each visitor.
func plainly(body string) string {
	body = regexp.MustCompile(`name="token" value="[^"]*"`).ReplaceAllString(body, "")
	from := strings.Index(body, "<article")
	return body[from:strings.Index(body, "</article>")]
}
