package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Nobody finds what he may not read: every post × every matter × a paper of every kind of stage, of each of two units, signed or not, with
// and without the fact that it belongs to × every kind of letter. What the search finds is what the pages show, no more and no less; of an
// official's appraisal it is the title alone.
func (o openDistrict) nobodyFindsMore(logins []string, browsers map[string]browser, matters []string, official string) {
	o.t.Helper()
	ctx := context.Background()
	for _, id := range matters {
		facts := map[string]any{}
		for n, kind := range slices.Sorted(func(yield func(string) bool) {
			for kind := range schemas.Duties {
				if !yield(kind) {
					return
				}
			}
		}) {
			for i, unit := range o.Units[:2] {
				stage := fmt.Sprintf("%s/%s#%d", kind, unit, 1+n%2)
				status := []string{"signed", "signed", "signed", "draft", "proposed", "refused"}[(n+3*i)%6]
				if (n+i)%3 != 0 {
					facts[stage] = map[string]any{"id": stage, "key": stage, "at": "2026-03-02T01:00:00Z", "verdict": []string{"satisfied", "dissatisfied"}[n/2%2]}
				}
				of, author := &unit, o.People["unt-jia"]
				if n%5 == 0 {
					of = nil
				}
				if n%7 == 0 {
					author = o.People["dpt3"]
				}
				o.sql(`insert into papers (id, congress, case_id, stage, kind, token, unit, author, status, body, written_at) values ($1, $2, $3, $4, $5, $10, $6, $7, $8, $9, now())`,
					register.NewID(), o.Congress, id, stage, kind, of, author, status, `{"text": "暗号在正文里"}`, register.NewID())
			}
		}
		for n, k := range schemas.LetterKinds {
			state, number, content := "issued", fmt.Sprintf("%s〔2026〕%d号", id[30:], n), []byte("x")
			if n%4 == 3 {
				state, number, content = "draft", "", nil
			}
			o.sql(`insert into letters (id, congress, case_id, kind, token, state, title, recipient, body, copies, author, drawn_at, number, content) values ($1, $2, $3, $4, $9, $5, '暗号函', '', '', '', $6, now(), $7, $8)`,
				register.NewID(), o.Congress, id, k.Code, state, o.People["ofc"], number, content, register.NewID())
		}
		o.sql(`update cases set title = title || '暗号', state = jsonb_set(state::jsonb, '{facts}', (state::jsonb -> 'facts') || $2::jsonb)::text where id = $1`, id, string(must(json.Marshal(facts))))
	}
	for _, ended := range []bool{false, true} {
		if ended {
			o.sql(`update cases set outcome = 'archived', ended_at = now() where id = any ($1::uuid[])`, matters)
		}
		shown, hidden := 0, 0
		for _, login := range logins {
			p := must(o.register.Person(ctx, o.People[login]))
			look := register.Search{Words: []string{"暗号"}, Sights: sights(&p, schemas.Procedures...), Reading: reading(&p)}
			result := must(o.register.Search(ctx, o.Congress, look, nil, 100))
			found := map[string]bool{}
			for _, x := range must(o.register.Texts(ctx, o.Congress, look, result.IDs)) {
				found[x.Source] = true
			}
			_, page := browsers[login].get("/search?q=" + url.QueryEscape("暗号"))
			for _, id := range matters {
				m, err := o.server.matter(ctx, &p, id)
				reads := err == nil && mayReadWhole(&p, m) && !m.Votes // a voter finds the official's appraisal among his ballots
				if err != nil && !isRefusal(err, "NotFound") {
					o.t.Fatal(err)
				}
				if slices.Contains(result.IDs, id) != reads || found[id] != reads || strings.Contains(page, "/cases/"+id) != reads {
					o.t.Errorf("%s finds %s: %v, and may read it: %v", login, id, slices.Contains(result.IDs, id), reads)
				}
				for _, d := range must(o.register.Papers(ctx, id)) {
					may := reads && id != official && d.Status == "signed" && mayReadPaper(&p, m, d)
					if found[d.ID] != may {
						o.t.Errorf("%s finds the %s paper %s of %s, ended %v: %v, and may read it: %v", login, d.Status, d.Stage, m.Procedure, ended, found[d.ID], may)
					}
					if shown++; !may {
						shown, hidden = shown-1, hidden+1
					}
				}
				for _, l := range must(o.register.LettersOf(ctx, o.Congress, id)) {
					if may := reads && id != official && l.State != "draft" && mayReadLetter(&p, m, l); found[l.ID] != may && l.Title == "暗号函" {
						o.t.Errorf("%s finds the %s letter %s of %s: %v, and may read it: %v", login, l.State, l.Kind, m.Procedure, found[l.ID], may)
					}
				}
			}
			for _, name := range []string{"欧阳某某", "欧阳", "任后监督", "区委〔2026〕1号"} {
				for _, path := range []string{"/search?q=", "/search?kind=" + schemas.OfficialAppraisal + "&q="} {
					if _, body := browsers[login].get(path + url.QueryEscape(name)); strings.Contains(body, official) || strings.Count(body, "欧阳某某") > 2 { // the title and the box
						o.t.Errorf("%s finds the official's appraisal by %s", login, name)
					}
				}
			}
		}
		if shown < 1000 || hidden < 1000 {
			o.t.Errorf("%d papers were shown, %d hidden", shown, hidden)
		}
	}
}

// Whatever is asked, the answer is a page or a plain sentence, and nothing in it runs.
func TestSearchAnswersAnything(t *testing.T) {
	o := newOpenDistrict(t)
	g := o.Suggestion()
	g.Title, g.Body = `100%_完成\的建议`, "第1行：管网ＡＢＣ改造 & 'x'|y!z:* （一）<b>粗</b>"
	id := o.file(g)[0]
	b := o.browser()
	b.login("dep")
	for _, c := range []struct {
		q     string
		finds bool
	}{
		{"100%", true}, {"0%_完", true}, {`成\的`, true}, {"管网abc", true}, {"管网 改造", true}, {"改造 管网", true}, {"ＡＢＣ", true}, {"y!z:*", true}, {"& x", false}, {"<b>粗", true}, {"'x'|y", true}, {"网管", false},
		{"管网改", false}, {"造管", false}, {"完成改造", false}, {"第1行 不在", false}, {"代表一", true}, {"%%", false}, {"__", false}, {`\\`, false}, {"' or 1=1 --", false}, {"$1", false}, {"'); drop table texts; --", false},
		{evil, false}, {"a:*b & !c | d", false}, {"😀😀", false}, {"管网\x00改造", true}, {"管网\r\n改造", true}, {"\xff\xfe管网", true}, {strings.Repeat("长", 10000), false}, {strings.Repeat("管网 ", 33), true},
		{"一 二 三 四 五 六 七 八 九 十 十一 十二", false}, {"管", false}, {"", false}, {" 　 ", false}, {"〔〕", false}, {"null", false}, {"{}[]", false}, {"\u202e管网", false}, {"1", false}, {"100%_完成 管网 代表一", true},
	} {
		for _, more := range []string{"", "&kind=suggestion", "&state=open"} {
			r, body := b.get("/search?q=" + url.QueryEscape(c.q) + more)
			expect(t, r, http.StatusOK, body)
			harmless(t, c.q, body)
			if strings.Contains(body, `<a href="/cases/`+id) != c.finds {
				t.Errorf("%.40q %s finds it: %v", c.q, more, !c.finds)
			}
		}
	}
	for _, more := range [][2]string{{"year", "abc"}, {"kind", "xx"}, {"unit", evil}, {"unit", register.NewID()}, {"state", "'"}, {"year", "99999999999999"}, {"year", "1999"}, {"after", "\x00"}, {"after", "~~~"}, {"after", "zzz." + id}} {
		r, body := b.get("/search?" + url.Values{"q": {"管网"}, more[0]: {more[1]}}.Encode())
		expect(t, r, http.StatusOK, body)
		harmless(t, more[1], body)
		if strings.Contains(body, `<a href="/cases/`+id) && more[0] != "after" {
			t.Errorf("%s finds it", more)
		}
	}
	r, body := b.get("/search?q=" + url.QueryEscape("水"))
	expect(t, r, http.StatusOK, body, "两个字")
	r, body = b.get("/search?q=" + url.QueryEscape(strings.Repeat("长", 101)))
	expect(t, r, http.StatusOK, body, "100个字以内")
	if _, body = b.get("/search?q=" + url.QueryEscape("管网abc")); !strings.Contains(body, "<mark>管网ＡＢＣ</mark>") {
		t.Errorf("the words are not marked:\n%s", body)
	}
}

// A number is found however its brackets, digits and spaces are typed; a change of words is found at once, and the old ones are not.
func TestSearchFollowsTheTexts(t *testing.T) {
	o := newOpenDistrict(t)
	id := must(o.register.File(context.Background(), o.Filing("江人常审〔2023〕12号", at(2026, 3, 1, 0, 0)))).Case
	b := o.browser()
	b.login("ofc")
	finds := func(q string) bool {
		t.Helper()
		r, body := b.get("/search?q=" + url.QueryEscape(q))
		expect(t, r, http.StatusOK, body)
		return strings.Contains(body, `<h3><a href="/cases/`+id)
	}
	for _, q := range []string{"〔2023〕12号", "[2023]12号", "（2023）12号", "(2023) 12号", "【２０２３】１２号", "江人常审2023 12", "2023 12号", "江人常审 〔2023〕 12 号"} {
		if !finds(q) {
			t.Errorf("%q does not find the number", q)
		}
	}
	for _, q := range []string{"〔2024〕12号", "20231 12 3号"} {
		if finds(q) {
			t.Errorf("%q finds the number", q)
		}
	}
	o.sql(`update items set problem = '窨井盖缺失', person = '赵某' where case_id = $1 and n = 1`, id)
	o.sql(`update cases set title = '关于更正以后的标题' where id = $1`, id)
	for _, q := range []string{"井盖缺失", "更正以后", "赵某"} {
		if !finds(q) {
			t.Errorf("%q is not found after the change", q)
		}
	}
	o.sql(`update items set problem = '改过的问题' where case_id = $1 and n = 1`, id)
	if finds("井盖缺失") {
		t.Error("the old words are still found")
	}
	paper := register.NewID()
	o.sql(`insert into papers (id, congress, case_id, stage, kind, token, unit, author, status, body, written_at) values ($1, $2, $3, $4, 'plan', $7, $5, $6, 'draft', '{"text": "拟于七月完工", "reason": "\u0000"}', now())`,
		paper, o.Congress, id, "plan/"+o.Units[0]+"#1", o.Units[0], o.People["unt-jia"], paper)
	o.sql(`insert into attachments (id, congress, case_id, paper, name, type, size, sha256, account, stored_at) values ($1, $2, $3, $4, '施工现场照片.jpg', 'image/jpeg', 1, 'x', $5, now())`, register.NewID(), o.Congress, id, paper, o.People["unt-jia"])
	if finds("七月完工") || finds("现场照片") {
		t.Error("a draft is found")
	}
	o.sql(`update papers set status = 'signed' where id = $1`, paper) // its JSON cannot be read: the paper is kept all the same
	if !finds("现场照片") {
		t.Error("the attachment of a signed paper is not found")
	}
	o.sql(`update papers set body = '{"text": "拟于七月完工", "items": [{"measure": "分三期施工"}]}' where id = $1`, paper)
	if !finds("七月完工") || !finds("三期施工") {
		t.Error("a signed paper is not found")
	}
	if finds("七月完工 三期施工") != true || finds("完工分三") {
		t.Error("words run from one line into the next")
	}
	o.sql(`insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at) values ($1, $2, $3, 'plan/x', 0, 'L1', $4, now(), now())`, register.NewID(), o.Congress, id, o.People["ofc"])
	for q, told := range map[string]bool{"更正以后": true, "七月完工": false} {
		if _, body := b.get("/search?q=" + url.QueryEscape(q)); strings.Contains(body, "我的消息") != told {
			t.Errorf("%q shows one's messages: %v", q, !told)
		}
	}
	other := o.browser()
	other.login("cmt")
	if _, body := other.get("/search?q=" + url.QueryEscape("更正以后")); strings.Contains(body, "我的消息") {
		t.Error("another's message is shown")
	}
	o.sql(`delete from texts where case_id = $1`, id) // as if the matter were older than the search
	if finds("更正以后") {
		t.Error("it is found without a text")
	}
	if err := register.Migrate(context.Background(), o.register.Pool().Config().ConnString()); err != nil {
		t.Fatal(err)
	}
	if !finds("更正以后") || !finds("七月完工") {
		t.Error("the migration did not catch up")
	}
}

// The database and the program fold every character alike.
func TestFoldsAsTheDatabaseDoes(t *testing.T) {
	o := newOpenDistrict(t)
	var all []string
	for r := rune(1); r < 0x20000; r++ {
		if r < 0xd800 || r > 0xdfff {
			all = append(all, string(r))
		}
	}
	var folded []string
	if err := o.register.Pool().QueryRow(context.Background(), `select array_agg(folded(x) order by n) from unnest($1::text[]) with ordinality u (x, n)`, all).Scan(&folded); err != nil {
		t.Fatal(err)
	}
	for i, x := range all {
		if ours, _ := register.Folded(x); string(ours) != folded[i] {
			t.Errorf("%q: %q here, %q there", x, string(ours), folded[i])
		}
	}
}

// Units and people are found by first letters, by any reading of a character.
func TestFoundByFirstLetters(t *testing.T) {
	o := newOpenDistrict(t)
	ctx := context.Background()
	water := must(o.register.AddUnit(ctx, o.Congress, register.Unit{Name: "水务和湖泊局", Kind: "department", Sort: 1}))
	_ = must(o.register.AddUnit(ctx, o.Congress, register.Unit{Name: "重庆路街道", Kind: "street", Sort: 2}))
	zeng := o.add(o.Congress, "zeng", "曾国藩", register.Post{Role: schemas.Deputy})
	o.add(o.Congress, "shan", "单仇区", register.Post{Role: schemas.Clerk, Unit: o.Committee})
	b := o.browser()
	b.login("ofc")
	for q, name := range map[string]string{"swj": "水务和湖泊局", "SWHHPJ": "水务和湖泊局", "cql": "重庆路街道", "zql": "重庆路街道", "湖泊": "水务和湖泊局", "cgf": "曾国藩", "zgf": "曾国藩", "sqo": "单仇区", "dcq": "单仇区", "国藩": "曾国藩"} {
		if r, body := b.get("/search?q=" + url.QueryEscape(q)); r.StatusCode != http.StatusOK || !strings.Contains(ofNames(body), name+"<") {
			t.Errorf("%s does not find %s", q, name)
		}
	}
	for q, name := range map[string]string{"jws": "水务和湖泊局", "wj": "水务和湖泊局", "xgf": "曾国藩"} {
		if _, body := b.get("/search?q=" + url.QueryEscape(q)); strings.Contains(ofNames(body), name+"<") {
			t.Errorf("%s finds %s", q, name)
		}
	}
	for login, sees := range map[string]bool{"ofc": true, "dep": true, "unt-jia": false, "dpt1": false, "adm": true} {
		b := o.browser()
		b.login(login)
		o.sql(`insert into deputies (account, congress, delegation) values ($1, $2, '第一代表团') on conflict do nothing`, zeng, o.Congress)
		if _, body := b.get("/search?q=zgf"); strings.Contains(ofNames(body), "曾国藩<") != sees {
			t.Errorf("%s finds a deputy: %v", login, !sees)
		}
		if _, body := b.get("/search?q=dcq"); strings.Contains(ofNames(body), "单仇区<") != (login == "ofc" || login == "adm") {
			t.Errorf("%s finds an account that he may not see, or not one that he may", login)
		}
	}
	if err := o.register.SayReading(ctx, o.Congress, water, "SHUI  li ju"); err != nil {
		t.Fatal(err)
	}
	if _, body := b.get("/search?q=slj"); !strings.Contains(ofNames(body), "水务和湖泊局<") {
		t.Error("it is not found as somebody has said that it is read")
	}
	for id, reading := range map[string]string{water: "shui4", zeng: "曾", o.Congress: "shui"} {
		if err := o.register.SayReading(ctx, o.Congress, id, reading); !isRefusal(err, "BadReading") && !isRefusal(err, "NotFound") {
			t.Errorf("%s: %v", reading, err)
		}
	}
}

// ofNames is the part of a page that names units and people.
func ofNames(body string) string {
	_, rest, _ := strings.Cut(body, `<div class="named">`)
	part, _, _ := strings.Cut(rest, "</div>")
	return part
}

// SEARCH_TEXTS makes so many texts, a tenth of them matters, and measures; without it a small number shows that nothing is left out.
func TestSearchOfManyTexts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	n, _ := strconv.Atoi(os.Getenv("SEARCH_TEXTS"))
	measured := n > 0
	n = max(n, 30000)
	address := registertest.URL(t)
	owner := must(pgxpool.New(ctx, address))
	t.Cleanup(owner.Close)
	_ = must(registertest.Seed(ctx, owner, n/10, hashed))
	begun := time.Now()
	if err := registertest.SeedTexts(ctx, owner); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d matters; their texts took %v", n/10, time.Since(begun).Round(time.Second))
	searchesQuickly(t, owner, address, measured)
}

func searchesQuickly(t *testing.T, owner *pgxpool.Pool, address string, measured bool) {
	ctx := context.Background()
	s := siteAt(t, address)
	rounds := 1
	if measured {
		rounds = 20
	}
	for _, login := range []string{"ofc", "gov", "vm1", "unt1", "dpt1"} {
		b := s.browser()
		b.login(login)
		for _, q := range []string{"鹳鹮", "丹顶鹤", "鹳鹮栖息", "蹊跷", "幼儿托", "幼儿托管", "泵站", "泵站检", "雨污分流", "路灯", "电梯安", "加装电梯", "办理", "的建议", "限期整改", "路灯 雨污分流", "老旧小区 泵站", "不在其中"} {
			var took []time.Duration
			var status int
			var count string
			for range rounds {
				begun := time.Now()
				r, body := b.get("/search?q=" + url.QueryEscape(q))
				took = append(took, time.Since(begun))
				status = r.StatusCode
				_, rest, _ := strings.Cut(body, `<span class="count">`)
				count, _, _ = strings.Cut(rest, "<")
				if status != http.StatusOK {
					t.Fatalf("%s %s: %d\n%s", login, q, status, body)
				}
				if !strings.Contains(body, "接着找") && !strings.Contains(body, `class="found"`) && count != "0" {
					t.Errorf("%s %s: found %s and shows none", login, q, count)
				}
			}
			if login == "ofc" { // who sees all
				var all int
				var patterns []string
				for _, word := range strings.Fields(q) {
					patterns = append(patterns, "%"+word+"%")
				}
				if err := owner.QueryRow(ctx, "select count(distinct case_id) from texts where words like all ($1)", patterns).Scan(&all); err != nil {
					t.Fatal(err)
				}
				least, more := strings.CutSuffix(count, "&#43;")
				if n, err := strconv.Atoi(least); err != nil || n != all && (!more || n > all) {
					t.Errorf("%s: found %s of %d", q, count, all)
				}
			}
			slices.Sort(took)
			t.Logf("%-5s %-14s %6s  p50 %v  p99 %v", login, q, count, took[len(took)/2].Round(time.Millisecond), took[len(took)*99/100].Round(time.Millisecond))
			if p99 := took[len(took)*99/100]; measured && p99 > time.Second {
				t.Errorf("%s %s: p99 %v", login, q, p99)
			}
		}
	}
}
