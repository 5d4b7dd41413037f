package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// cast sends a slip and returns the answer.
func cast(b browser, to, code, option string) (*http.Response, string) {
	return b.post(to, url.Values{"slip": {code}, "option": {option}, "do": {"cast"}})
}

// votes are the choices in the urn of a ballot.
func (h hall) votes(path string) (choices []string) {
	h.t.Helper()
	rows, err := h.register.Pool().Query(context.Background(), `select v.choice from ballot_votes v join ballot_electorates e on e.id = v.electorate where e.ballot = $1`, h.id(path))
	if err != nil {
		h.t.Fatal(err)
	}
	choices = must(pgx.CollectRows(rows, pgx.RowTo[string]))
	slices.Sort(choices)
	return choices
}

func satisfied(code string) string { return schemas.Choice{Option: code}.Encode() }

// Whoever votes twice, with the same slip, another choice, another browser or at once from two, has voted once: the first time.
func TestAttackVoteTwice(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	to, code := h.draw(h.as("scm1"), path)
	r, first := cast(h.browser(), to, code, "satisfied")
	expect(t, r, http.StatusOK, first, "已投出")
	for _, option := range []string{"satisfied", "dissatisfied"} {
		if r, body := cast(h.browser(), to, code, option); r.StatusCode != http.StatusOK || body != first {
			t.Errorf("%s: answered otherwise: %d\n%s", option, r.StatusCode, body)
		}
	}
	to, code = h.draw(h.as("scm2"), path)
	var done sync.WaitGroup
	for range 20 {
		done.Go(func() { cast(h.browser(), to, code, "basically") })
	}
	done.Wait()
	if got := h.votes(path); !slices.Equal(got, []string{satisfied("basically"), satisfied("satisfied")}) {
		t.Errorf("the urn holds %v", got)
	}
}

// The secret of a slip is what counts once: another signature over it, could anybody make one, is the same slip.
func TestAttackTwoSignaturesOverOneSecret(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	e := must(h.register.Electorates(context.Background(), h.Congress, h.id(path)))[0]
	one := must(must(newBlank(e.PublicKey, "seed", "a")).sign(e.PrivateKey))
	other := must(newBlank(e.PublicKey, "seed", "b"))
	again := blankSlip{secret: one.secret, client: other.client}
	var err error
	if again.blinded, again.state, err = other.client.Blind(strings.NewReader(strings.Repeat("another salt and factor ", 40)), one.secret); err != nil {
		t.Fatal(err)
	}
	two := must(again.sign(e.PrivateKey))
	if one.code() == two.code() || one.hash() != two.hash() {
		t.Error("two signatures over one secret are two slips")
	}
}

// A slip that comes after the closing does not count, wherever it was drawn; one that came before is still said to count.
func TestAttackVoteAfterClosing(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	to, early := h.draw(h.as("scm1"), path)
	_, late := h.draw(h.as("scm2"), path)
	r, body := cast(h.browser(), to, early, "satisfied")
	expect(t, r, http.StatusOK, body)
	h.do("ofc", path+"/close")
	r, body = cast(h.browser(), to, late, "dissatisfied")
	expect(t, r, http.StatusConflict, body, "投票已经截止")
	r, body = cast(h.browser(), to, early, "satisfied")
	expect(t, r, http.StatusOK, body, "已投出")
	r, body = h.browser().get(to + "/" + late)
	expect(t, r, http.StatusConflict, body, "投票已经截止")
	r, body = h.as("scm3").post(path+"/draw", nil)
	expect(t, r, http.StatusConflict, body, "投票已经截止")
	h.do("ofc", path+"/void", "reason", "设备故障")
	r, body = cast(h.browser(), to, late, "dissatisfied")
	expect(t, r, http.StatusConflict, body, "作废")
	if got := h.votes(path); len(got) != 1 {
		t.Errorf("the urn holds %v", got)
	}
}

// Votes on their way while the ballot closes are counted or refused, never both and never neither.
func TestAttackVotesDuringClosing(t *testing.T) {
	h := newHall(t, 30)
	path := h.opened(h.ballotIn())
	slips := map[string]string{}
	for _, m := range h.members {
		to, code := h.draw(h.as(m), path)
		slips[code] = to
	}
	var done sync.WaitGroup
	var mu sync.Mutex
	in, closer := 0, h.as("ofc")
	for code, to := range slips {
		done.Go(func() {
			r, _ := cast(h.browser(), to, code, "satisfied")
			mu.Lock()
			defer mu.Unlock()
			if r.StatusCode == http.StatusOK {
				in++
			}
		})
	}
	r, body := closer.post(path+"/close", nil)
	expect(t, r, http.StatusSeeOther, body)
	done.Wait()
	h.do("ofc", path+"/count")
	if got := h.result(path).Result.Electorates[0]; got.Returned != in || got.Issued != 30 {
		t.Errorf("%d were told that they count, %d counted, %d issued", in, got.Returned, got.Issued)
	}
	t.Logf("%d of 30 came before the closing", in)
}

// A slip opens its own electorate's urn only: neither another ballot's nor another group's.
func TestAttackAnotherBallotsSlip(t *testing.T) {
	h := newHall(t, 3)
	first := h.opened(h.ballotIn())
	second := h.opened(h.ballotIn("title", "区教育局工作评议", "in-deputies", "1", "weight-members", "50", "weight-deputies", "50"))
	to, code := h.draw(h.as("scm1"), first)
	members, _ := h.draw(h.as("scm1"), second)
	deputies, _ := h.draw(h.as("dpt1"), second)
	for _, elsewhere := range []string{members, deputies} {
		r, body := cast(h.browser(), elsewhere, code, "satisfied")
		expect(t, r, http.StatusNotFound, body, "这张票无效")
		r, body = h.browser().get(elsewhere + "/" + code)
		expect(t, r, http.StatusNotFound, body, "这张票无效")
	}
	r, body := cast(h.browser(), to, code, "satisfied")
	expect(t, r, http.StatusOK, body)
}

func TestAttackForgedSlip(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	to, code := h.draw(h.as("scm1"), path)
	raw := must(base64.RawURLEncoding.DecodeString(code))
	turned := func(i int) string {
		forged := slices.Clone(raw)
		forged[i] ^= 1
		return base64.RawURLEncoding.EncodeToString(forged)
	}
	public, private := must2(newSlipKeys())
	own := must(must(newBlank(public, "seed", "x")).sign(private))
	for name, forged := range map[string]string{"another secret": turned(0), "another signature": turned(len(raw) - 1), "of a key of one's own": own.code(), "empty": "", "short": code[:100],
		"long": code + "AA", "no base64": strings.Repeat("%", len(code)), "another alphabet": strings.Repeat("+", len(code)), "zeros": base64.RawURLEncoding.EncodeToString(make([]byte, len(raw)))} {
		r, body := cast(h.browser(), to, forged, "satisfied")
		if r.StatusCode != http.StatusNotFound || !strings.Contains(body, "这张票无效") {
			t.Errorf("%s: %d\n%s", name, r.StatusCode, body)
		}
	}
	for _, where := range []string{"/v/" + register.NewID(), "/v/x", "/v/" + url.PathEscape("' or 1=1 --")} {
		r, body := cast(h.browser(), where, code, "satisfied")
		expect(t, r, http.StatusNotFound, body, "这张票无效")
	}
	for _, choice := range []url.Values{{"option": {"made-up"}}, {"option": {"satisfied", "dissatisfied"}}, {}, {"points-0": {"100"}}} {
		choice["slip"], choice["do"] = []string{code}, []string{"cast"}
		r, body := h.browser().post(to, choice)
		expect(t, r, http.StatusUnprocessableEntity, body)
	}
	if got := h.votes(path); len(got) != 0 {
		t.Errorf("the urn holds %v", got)
	}
}

func must2(a, b string, err error) (string, string) {
	if err != nil {
		panic(err)
	}
	return a, b
}

// One draws for oneself only: there is no field that says for whom, a stand-in does not vote, and nobody off the roll draws.
func TestAttackDrawForAnother(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	for login, status := range map[string]int{"dpt1": http.StatusNotFound, "ch": http.StatusForbidden, "ofc": http.StatusForbidden, "unt-jia": http.StatusForbidden} {
		r, body := h.as(login).post(path+"/draw", url.Values{"account": {h.People["scm1"]}})
		expect(t, r, status, body)
	}
	now := at(2026, 6, 7, 10, 0)
	h.sql(`insert into substitutes (id, congress, account, stands_in, role, from_at, until, kind, named_by) values ($1, $2, $3, $4, null, $5, $6, 'delegate', $3)`,
		register.NewID(), h.Congress, h.People["scm2"], h.People["dpt2"], now.Add(-time.Hour), now.Add(time.Hour))
	r, body := h.as("dpt2").post(path+"/draw", nil)
	expect(t, r, http.StatusNotFound, body)
	to, _ := h.draw(h.as("scm1"), path)
	if to == "" {
		t.Error("whose it is cannot draw")
	}
	r, body = h.as("scm1").post(path+"/draw", nil) // another browser: another seed, another slip
	expect(t, r, http.StatusConflict, body, "您已经领过票")
	if n := h.count(`select count(*) from ballot_roll r join ballot_electorates e on e.id = r.electorate where e.ballot = $1 and r.drawn`, h.id(path)); n != 1 {
		t.Errorf("%d have drawn", n)
	}
}

func (h hall) count(sql string, args ...any) (n int) {
	h.t.Helper()
	if err := h.register.Pool().QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// Who configures or opens does not vote, however he comes to hold both posts; who configures does not approve.
func TestAttackConfigureAndVote(t *testing.T) {
	h := newHall(t, 3)
	ctx := context.Background()
	if err := h.register.AddPost(ctx, h.Congress, h.People["scm3"], register.Post{Role: schemas.Office}); err != nil {
		t.Fatal(err)
	}
	r, body := h.as("scm3").post("/ballots/new", h.ballotIn())
	expect(t, r, http.StatusUnprocessableEntity, body, "配置投票的人不能投票")
	if n := h.count(`select count(*) from ballots`); n != 0 {
		t.Errorf("%d ballots stay behind", n)
	}
	if err := h.register.AddPost(ctx, h.Congress, h.People["ofc"], register.Post{Role: schemas.ViceChair}); err != nil {
		t.Fatal(err)
	}
	path := h.configured(h.ballotIn())
	r, body = h.as("ofc").post(path+"/approve", nil)
	expect(t, r, http.StatusUnprocessableEntity, body, "不能核准自己的配置")
	h.do("vc", path+"/approve")
	h.do("scm3", path+"/open") // he is on the roll, and opens it
	r, body = h.as("scm3").post(path+"/draw", nil)
	expect(t, r, http.StatusForbidden, body, "不能投票")
	r, body = h.as("ofc").post(path+"/configure", h.ballotIn("share", "10"))
	expect(t, r, http.StatusConflict, body, "BallotState")
	r, body = h.as("vc").post(path+"/confirm", nil)
	expect(t, r, http.StatusForbidden, body)
}

// Until the closing nobody learns what was voted, nor how many have: from no page, list, error or document; until the announcement
// those who count and watch know alone.
func TestAttackReadResultsEarly(t *testing.T) {
	h := newHall(t, 7)
	path := h.opened(h.ballotIn())
	people := []string{"ofc", "dep", "vc", "ch", "scm1", "scm7", "dpt1", "gov", "unt-jia", "adm", "sec"}
	pages := []string{path, path + "/screen", path + "/vote", "/ballots", "/public/" + h.Congress + path, "/", "/api/me"}
	look := func() map[string]string {
		seen := map[string]string{}
		for _, who := range people {
			b := h.as(who)
			for _, p := range pages {
				r, body := b.get(p)
				seen[who+" "+p] = fmt.Sprint(r.StatusCode, body)
			}
		}
		return seen
	}
	slips := map[string]string{}
	for _, m := range h.members[:5] {
		to, code := h.draw(h.as(m), path)
		slips[code] = to
	}
	before := look()
	for code, to := range slips {
		r, body := cast(h.browser(), to, code, "dissatisfied")
		expect(t, r, http.StatusOK, body)
	}
	for where, page := range look() {
		if page != before[where] {
			t.Errorf("%s shows that votes have come", where)
		}
	}
	for _, act := range []string{"count", "confirm", "announce", "seal", "take"} {
		for _, who := range []string{"ofc", "scm1"} {
			if r, body := h.as(who).post(path+"/"+act, nil); r.StatusCode == http.StatusSeeOther || strings.Contains(body, "不满意票") {
				t.Errorf("%s by %s: %d", act, who, r.StatusCode)
			}
		}
	}
	h.do("ofc", path+"/close")
	h.do("ofc", path+"/count")
	for _, who := range people {
		b := h.as(who)
		for _, p := range pages {
			_, body := b.get(p)
			knows := p == path && slices.Contains([]string{"ofc", "vc", "ch", "scm1"}, who)
			if got := strings.Contains(body, "满意票0票"); got != knows {
				t.Errorf("%s at %s knows the count: %v", who, p, got)
			}
		}
	}
}

// Two who close at once: one closes, the other is told.
func TestAttackTwoClosers(t *testing.T) {
	h := newHall(t, 3)
	h.People["ofc2"] = h.add(h.Congress, "ofc2", "办公室另一人", register.Post{Role: schemas.Office})
	for _, act := range []string{"open", "close", "count"} {
		path := h.configured(h.ballotIn())
		h.do("vc", path+"/approve")
		if act != "open" {
			h.do("ofc", path+"/open")
			h.vote("scm1", path, "satisfied")
			h.vote("scm2", path, "satisfied")
		}
		if act == "count" {
			h.do("ofc", path+"/close")
		}
		var done sync.WaitGroup
		statuses := make([]int, 2)
		for i, b := range []browser{h.as("ofc"), h.as("ofc2")} {
			done.Go(func() { r, _ := b.post(path+"/"+act, nil); statuses[i] = r.StatusCode })
		}
		done.Wait()
		slices.Sort(statuses)
		want := []int{http.StatusSeeOther, http.StatusUnprocessableEntity}
		if act == "count" { // to count again gives the same
			want[1] = http.StatusSeeOther
		}
		if !slices.Equal(statuses, want) {
			t.Errorf("%s by two at once: %v", act, statuses)
		}
		if act == "open" {
			continue
		}
		if got := len(h.votes(path)); got != 2 {
			t.Errorf("%s: the urn holds %d", act, got)
		}
	}
}

// The answer to a draw may get lost, or the process die after the roll was marked: the same browser draws the same slip again, and has one vote.
func TestAttackKillBetweenDrawAndPage(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	b := h.as("scm1")
	r, body := b.get(path + "/vote")
	expect(t, r, http.StatusOK, body)
	ctx, die := context.WithCancel(context.Background())
	request := must(http.NewRequestWithContext(ctx, http.MethodPost, h.url+path+"/draw", nil))
	for _, c := range b.Jar.Cookies(must(url.Parse(h.url))) {
		request.AddCookie(c)
	}
	gone := httptest.NewRecorder()
	h.server.ServeHTTP(gone, request) // answered, but nobody reads it
	die()
	r, body = b.get(path + "/vote")
	expect(t, r, http.StatusOK, body, "打开我的票")
	r, body = b.post(path+"/draw", nil)
	expect(t, r, http.StatusOK, body)
	to, code := slipIn(t, body)
	if _, lost := slipIn(t, gone.Body.String()); lost[:40] != code[:40] || lost != code {
		t.Error("the slip is another one")
	}
	r, body = cast(b, to, code, "satisfied")
	expect(t, r, http.StatusOK, body, "已投出")
	r, body = b.get(path + "/vote")
	expect(t, r, http.StatusOK, body, "您已经领过票") // the browser has forgotten the slip
	if got := h.votes(path); len(got) != 1 {
		t.Errorf("the urn holds %v", got)
	}
}

// Two people at one computer have two slips.
func TestAttackOneComputerForTwo(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn())
	shared := h.as("scm1")
	_, one := h.draw(shared, path)
	next := h.as("scm2")
	here := must(url.Parse(h.url))
	for _, c := range shared.Jar.Cookies(here) {
		if strings.Contains(c.Name, "slip") {
			next.Jar.SetCookies(here, []*http.Cookie{{Name: c.Name, Value: c.Value, Path: "/"}})
		}
	}
	if _, two := h.draw(next, path); one == two {
		t.Error("two voters have one slip")
	}
}

// Officials' appraisals: of the members alone, after the party committee's consent, and shown to nobody else, before or after.
func TestAttackSeeAnAppraisal(t *testing.T) {
	h := newHall(t, 3)
	f := h.ballotIn("title", "某某同志履职评价", "restricted", "1", "scale", "competence")
	r, body := h.as("ofc").post("/ballots/new", f)
	expect(t, r, http.StatusUnprocessableEntity, body, "请先登记党委同意的文号")
	f.Set("consent", "区委〔2026〕3号")
	f.Set("in-deputies", "1")
	f.Set("weight-members", "50")
	f.Set("weight-deputies", "50")
	r, body = h.as("ofc").post("/ballots/new", f)
	expect(t, r, http.StatusUnprocessableEntity, body, "只由常委会组成人员投票")
	f.Del("in-deputies")
	path := h.opened(f)
	for _, m := range h.members {
		h.vote(m, path, "competent")
	}
	h.do("ofc", path+"/close")
	h.do("ofc", path+"/count")
	h.do("scm1", path+"/confirm")
	r, body = h.as("ofc").post(path+"/announce", url.Values{"publish": {"1"}})
	expect(t, r, http.StatusUnprocessableEntity, body, "不公开")
	h.do("ofc", path+"/announce")
	for _, who := range []string{"dep", "dpt1", "gov", "cmh", "unt-jia", "adm"} {
		b := h.as(who)
		for _, p := range []string{path, path + "/screen", "/ballots", "/public/" + h.Congress + path} {
			if _, body := b.get(p); strings.Contains(body, "某某同志") {
				t.Errorf("%s sees it at %s", who, p)
			}
		}
	}
	r, body = h.browser().get("/public/" + h.Congress + path)
	expect(t, r, http.StatusNotFound, body)
	r, body = h.as("scm2").get(path)
	expect(t, r, http.StatusOK, body, "称职", "3/3")
	r, body = h.as("dep").post("/ballots/new", f) // not his to configure: the mark is not read, and it is an ordinary ballot
	expect(t, r, http.StatusSeeOther, body)
	if b := h.result(r.Header.Get("Location")); b.Restricted {
		t.Error("the deputies' office has configured an appraisal")
	}
}
