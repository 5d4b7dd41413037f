package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// Four hundred people draw and vote through HTTP, each sending his form twice, a third of them at once from two connections. The counts
// are what was sent: no vote is lost, none is doubled.
func TestFourHundredVoteInAMinute(t *testing.T) {
	const people = 400
	h := newHall(t, people)
	path := h.opened(h.ballotIn())
	browsers := make([]browser, people)
	for i, m := range h.members {
		browsers[i] = h.as(m)
	}
	options := []string{"satisfied", "basically", "dissatisfied", ""}
	want := make([]int, len(options))
	begun := time.Now()
	var (
		all   sync.WaitGroup
		mu    sync.Mutex
		slow  []time.Duration
		lanes = make(chan struct{}, 64) // telephones that send at one time
	)
	for i, b := range browsers {
		chosen := rand.IntN(len(options))
		want[chosen]++
		all.Go(func() {
			lanes <- struct{}{}
			defer func() { <-lanes }()
			from := time.Now()
			r, body := b.post(path+"/draw", nil)
			expect(t, r, http.StatusOK, body)
			to, code := slipIn(t, body)
			form := url.Values{"slip": {code}, "option": {options[chosen]}, "do": {"cast"}}
			if options[chosen] == "" {
				form.Set("do", "spoil")
			}
			send := func() {
				r, body := b.post(to, form)
				expect(t, r, http.StatusOK, body, "已投出")
			}
			if i%3 == 0 {
				var both sync.WaitGroup
				both.Go(send)
				both.Go(send)
				both.Wait()
			} else {
				send()
				send()
			}
			mu.Lock()
			slow = append(slow, time.Since(from))
			mu.Unlock()
		})
	}
	all.Wait()
	took := time.Since(begun)
	h.do("ofc", path+"/close")
	h.do("ofc", path+"/count")
	got := h.result(path).Result.Electorates[0]
	if got.Expected != people || got.Present != people || got.Issued != people || got.Returned != people || got.Valid != people-want[3] || got.Invalid != want[3] {
		t.Errorf("%+v", got.BallotCount)
	}
	if !slices.Equal(got.Options, want[:3]) {
		t.Errorf("%v were sent, %v counted", want[:3], got.Options)
	}
	if took > time.Minute {
		t.Errorf("it took %v", took)
	}
	slices.Sort(slow)
	t.Logf("%d people drew and voted twice in %v; from draw to receipt p50 %v, p99 %v", people, took, slow[people/2], slow[people*99/100])
}

// What lies in the tables after the closing, read by their owner, joins no vote to a voter: no column, no order, no transaction's number
// tells it. Neither do the audit log and the service's own.
func TestNothingAtRestJoinsAVoteToAVoter(t *testing.T) {
	h := newHall(t, 40)
	path := h.opened(h.ballotIn())
	order := map[string]int{} // account → when he voted
	hashes := map[string]int{}
	var secrets []string
	audited := func() int {
		return h.count(`select count(*) from audit where action like '%draw%' or action like '%/v/%' or object_id = $1 and action not like 'ballot/%' and action not like 'POST /ballots%'`, h.id(path))
	}
	ctx := context.Background()
	public := must(h.register.Electorates(ctx, h.Congress, h.id(path)))[0].PublicKey
	lines := h.count("select count(*) from audit")
	came := slices.Clone(h.members)
	rand.Shuffle(len(came), func(i, j int) { came[i], came[j] = came[j], came[i] })
	for i, m := range came {
		b := h.as(m)
		to, code := h.draw(b, path)
		r, body := cast(b, to, code, []string{"satisfied", "dissatisfied"}[i%2])
		expect(t, r, http.StatusOK, body)
		order[h.People[m]] = i
		hashes[must(readSlip(public, code)).hash()] = i
		secrets = append(secrets, code, code[:43], hex.EncodeToString(must(readSlip(public, code)).secret))
	}
	if n := h.count("select count(*) from audit"); n != lines || audited() != 0 {
		t.Errorf("drawing and voting left %d lines in the audit log", n-lines)
	}
	// While it is open, the roll tells no order.
	if n := h.count(`select count(distinct r.xmin::text) from ballot_roll r join ballot_electorates e on e.id = r.electorate where e.ballot = $1`, h.id(path)); n != 1 {
		t.Errorf("the roll was written by %d transactions that can be told apart", n)
	}
	places := func(column, table string) []string {
		rows, err := h.register.Pool().Query(ctx, fmt.Sprintf(`select %s::text from %s x join ballot_electorates e on e.id = x.electorate where e.ballot = $1 order by x.ctid`, column, table), h.id(path))
		if err != nil {
			t.Fatal(err)
		}
		return must(pgx.CollectRows(rows, pgx.RowTo[string]))
	}
	sorted := func(what string, of []string) {
		t.Helper()
		if !slices.IsSorted(of) || len(of) != len(h.members) {
			t.Errorf("%s: the order of the rows is not its own: %v", what, of)
		}
	}
	if p := together(places("account", "ballot_roll"), order); p > 0.6 || p < -0.6 {
		t.Errorf("while it is open, the places on the roll go with the order of drawing: %.2f", p)
	}
	h.do("ofc", path+"/close")
	sorted("the roll", places("account", "ballot_roll"))
	sorted("the urn", places("hash", "ballot_votes"))
	for _, table := range []string{"ballot_roll", "ballot_votes"} {
		if n := h.count(fmt.Sprintf(`select count(distinct x.xmin::text) from %s x join ballot_electorates e on e.id = x.electorate where e.ballot = $1`, table), h.id(path)); n != 1 {
			t.Errorf("%s: the rows are of %d transactions", table, n)
		}
	}
	if n := h.count(`select count(*) from ballot_electorates where ballot = $1 and private_key <> ''`, h.id(path)); n != 0 {
		t.Error("a private key is still there")
	}
	if n := h.count(`select count(distinct mark) from ballot_roll r join ballot_electorates e on e.id = r.electorate where e.ballot = $1`, h.id(path)); n != 1 {
		t.Error("the marks of the roll can be told apart")
	}
	// Nothing anywhere holds a slip; no table but the urn holds a hash of one.
	for hash := range hashes {
		secrets = append(secrets, hash)
	}
	h.nowhere(secrets, map[string]bool{"ballot_votes": true})
	for _, secret := range secrets {
		if strings.Contains(h.log.String(), secret) {
			t.Fatal("the log knows a slip")
		}
	}
	if regexp.MustCompile(`path=/v/|/draw`).MatchString(h.log.String()) {
		t.Error("the log has a line of a draw or a vote")
	}
	h.do("ofc", path+"/count")
	h.do("scm1", path+"/confirm")
	h.do("ofc", path+"/announce")
	h.do("ofc", path+"/seal")
	h.nowhere(secrets, nil)
	if n := len(h.votes(path)); n != len(h.members) {
		t.Errorf("%d slips are sealed", n)
	}
}

// together is how far two orders go together (Spearman): 1 for the same, -1 for the opposite. Of 40 that have nothing to do with each other
// more than 0.6 is seen once in twenty thousand times.
func together(places []string, order map[string]int) float64 {
	n, sum := float64(len(places)), 0.0
	for i, account := range places {
		d := float64(i - order[account])
		sum += d * d
	}
	return 1 - 6*sum/(n*(n*n-1))
}

// nowhere fails when a row of any table but those holds one of the texts.
func (h hall) nowhere(texts []string, but map[string]bool) {
	h.t.Helper()
	ctx := context.Background()
	rows, err := h.register.Pool().Query(ctx, `select tablename from pg_tables where schemaname = current_schema()`)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, table := range must(pgx.CollectRows(rows, pgx.RowTo[string])) {
		if but[table] {
			continue
		}
		rows, err := h.register.Pool().Query(ctx, fmt.Sprintf("select x::text from %s x", table))
		if err != nil {
			h.t.Fatal(err)
		}
		for _, row := range must(pgx.CollectRows(rows, pgx.RowTo[string])) {
			for _, text := range texts {
				if strings.Contains(row, text) {
					h.t.Fatalf("%s knows a slip", table)
				}
			}
		}
	}
}

// The blinded slip on the roll and the slip in the urn: another seed fits them as well, so even with the private key nobody finds which
// belong together. That the same seed gives the same slip is what makes a draw repeatable.
func TestBlankSlips(t *testing.T) {
	public, private := must2(newSlipKeys())
	one, again, other := must(newBlank(public, "seed", "e", "a")), must(newBlank(public, "seed", "e", "a")), must(newBlank(public, "seed", "e", "b"))
	if one.hash() != again.hash() || one.hash() == other.hash() || must(one.sign(private)).code() != must(again.sign(private)).code() {
		t.Error("the same seed does not give the same slip")
	}
	if must(newBlank(public, "seed", "ea")).hash() == must(newBlank(public, "seed", "e", "a")).hash() {
		t.Error("what belongs to a slip runs together")
	}
	done := must(one.sign(private))
	if read := must(readSlip(public, done.code())); read.hash() != done.hash() {
		t.Error("the slip is read otherwise than it was written")
	}
	if slices.Equal(one.blinded, done.signature) || strings.Contains(string(one.blinded), string(one.secret)) {
		t.Error("the blinded slip shows the slip")
	}
	if path, side, err := qrPath("http://10.0.0.1:8080/v/" + register.NewID() + "/" + done.code()); err != nil || side < 21+8 || side > 97+8 || !strings.HasPrefix(path, "M4 4.5h7") {
		t.Errorf("the code has %d modules a side: %v", side, err)
	}
}

// Slips of paper: two different people count, and only what they agree on stands and is added to what came by telephone.
func TestPaperCountsByTwo(t *testing.T) {
	h := newHall(t, 9)
	path := h.opened(h.ballotIn())
	for _, m := range h.members[:4] {
		h.vote(m, path, "satisfied")
	}
	h.do("ofc", path+"/close")
	enter := func(who string, options ...string) *http.Response {
		t.Helper()
		r, _ := h.as(who).post(path+"/paper", url.Values{"n": {"0"}, "issued": {"4"}, "returned": {"4"}, "valid": {"3"}, "invalid": {"1"},
			"option-0": {options[0]}, "option-1": {options[1]}, "option-2": {options[2]}})
		return r
	}
	if r := enter("ofc", "3", "1", "0"); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("four votes on three valid slips: %d", r.StatusCode)
	}
	if r := enter("ofc", "2", "1", "0"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.StatusCode)
	}
	enter("ofc", "2", "1", "0") // the same person again is no second person
	r, body := h.as("ofc").post(path+"/count", nil)
	expect(t, r, http.StatusUnprocessableEntity, body, "还要由另一人再录一遍")
	enter("scm1", "2", "0", "1")
	r, body = h.as("ofc").post(path+"/count", nil)
	expect(t, r, http.StatusUnprocessableEntity, body, "录入的不一致")
	if r, body := h.as("scm1").get(path); strings.Contains(body, `name="option-1" inputmode="numeric" value="1"`) {
		t.Errorf("%d: one sees what the other counted", r.StatusCode)
	}
	enter("scm1", "2", "1", "0")
	r, body = h.as("ofc").post(path+"/count", nil)
	expect(t, r, http.StatusUnprocessableEntity, body, "发出8超过实到4") // those who voted on paper were never entered as present
	h.do("ofc", path+"/present", "present", h.People["scm5"], "present", h.People["scm6"], "present", h.People["scm7"], "present", h.People["scm8"])
	h.do("ofc", path+"/count")
	got := h.result(path).Result
	if want := (schemas.BallotCount{Expected: 9, Present: 8, Issued: 8, Returned: 8, Valid: 7, Invalid: 1}); got.Electorates[0].Options[0] != 6 || got.Electorates[0].Options[1] != 1 ||
		got.Electorates[0].Valid != want.Valid || got.Electorates[0].Issued != want.Issued || got.Verdict != "satisfied" {
		t.Errorf("%+v", got)
	}
	enter("scm1", "3", "0", "0") // a correction: it must be counted anew
	if b := h.result(path); b.Status != "closed" || b.Result.Verdict != "" {
		t.Errorf("%s %+v", b.Status, b.Result)
	}
	if r := enter("gov", "2", "1", "0"); r.StatusCode != http.StatusForbidden && r.StatusCode != http.StatusNotFound {
		t.Errorf("the government's office counts: %d", r.StatusCode)
	}
}

// Three slips with weights (测评票、评议票、参评票), the public's from printed codes, and a second ballot like the first.
func TestThreeSlipsAndASecondBallot(t *testing.T) {
	h := newHall(t, 4)
	f := h.ballotIn("in-deputies", "1", "in-public", "1", "weight-members", "50", "weight-deputies", "30", "weight-public", "20", "size-public", "6")
	path := h.opened(f)
	for i, m := range h.members {
		h.vote(m, path, []string{"satisfied", "satisfied", "satisfied", "basically"}[i])
	}
	for _, d := range []string{"dpt1", "dpt2"} {
		h.vote(d, path, "basically")
	}
	office := h.as("ofc")
	r, sheet := office.post(path+"/slips", url.Values{"n": {"2"}})
	expect(t, r, http.StatusOK, sheet, "共6张")
	if n := strings.Count(sheet, "<svg viewBox"); n < 6 {
		t.Errorf("%d codes are printed", n)
	}
	if r, again := office.post(path+"/slips", url.Values{"n": {"2"}}); r.StatusCode != http.StatusOK || strings.Count(again, "<path d=") != strings.Count(sheet, "<path d=") {
		t.Errorf("the same browser does not get the same slips: %d", r.StatusCode)
	}
	r, body := h.as("ofc").post(path+"/slips", url.Values{"n": {"2"}})
	expect(t, r, http.StatusConflict, body, "已经印过")
	r, body = office.post(path+"/slips", url.Values{"n": {"0"}})
	expect(t, r, http.StatusNotFound, body)
	h.do("ofc", path+"/close")
	h.do("ofc", path+"/count")
	b := h.result(path)
	if e := b.Result.Electorates[2]; e.Expected != 6 || e.Issued != 6 || e.Returned != 0 || e.Score != "" || b.Result.Composite != "" || b.Result.Verdict != "basically" {
		t.Errorf("%+v", b.Result)
	}
	r, body = h.as("ofc").get("/ballots/new?first=" + h.id(path))
	expect(t, r, http.StatusOK, body, "二次票决", `value="30"`)
	f.Set("first", h.id(path))
	r, body = h.as("ofc").post("/ballots/new", f)
	expect(t, r, http.StatusUnprocessableEntity, body, "第一次票决还没有宣布结果")
	h.do("scm1", path+"/confirm")
	h.do("ofc", path+"/announce")
	second := h.configured(f)
	r, body = h.as("ofc").get(second)
	expect(t, r, http.StatusOK, body, "第一次票决", path)
}

// A hundred-point sheet with a veto, on a telephone.
func TestSheetOnATelephone(t *testing.T) {
	h := newHall(t, 3)
	path := h.opened(h.ballotIn("scale", "sheet", "sheet", "答复阶段|是否按期|40\n落实阶段|是否办成|60\n", "vetoes", "民生实事没有落实"))
	to, code := h.draw(h.as("scm1"), path)
	phone := h.browser()
	r, body := phone.get(to + "/" + code)
	expect(t, r, http.StatusOK, body, "是否按期", "满分40", "民生实事没有落实")
	for _, points := range []string{"41", "-1", "", "十", "3.5"} {
		r, body = phone.post(to, url.Values{"slip": {code}, "points-0": {points}, "points-1": {"60"}, "do": {"check"}})
		expect(t, r, http.StatusUnprocessableEntity, body, "请填0到40的整数")
	}
	r, body = phone.post(to, url.Values{"slip": {code}, "points-0": {"40"}, "points-1": {"50"}, "veto-v1": {"1"}, "do": {"check"}})
	expect(t, r, http.StatusOK, body, "请核对", "40 / 40", "否决：民生实事没有落实")
	r, body = phone.post(to, url.Values{"slip": {code}, "points-0": {"40"}, "points-1": {"50"}, "veto-v1": {"1"}, "do": {"cast"}})
	expect(t, r, http.StatusOK, body, "已投出")
	to, code = h.draw(h.as("scm2"), path)
	r, body = phone.post(to, url.Values{"slip": {code}, "points-0": {"40"}, "points-1": {"49"}, "do": {"cast"}})
	expect(t, r, http.StatusOK, body, "已投出")
	h.do("ofc", path+"/close")
	h.do("ofc", path+"/count")
	if got := h.result(path).Result; got.Composite != "179/2" || got.Verdict != "good" || got.Electorates[0].Vetoes[0] != 1 || len(got.Vetoed) != 0 {
		t.Errorf("%+v", got)
	}
}
