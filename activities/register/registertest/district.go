package registertest

import (
	"context"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// District is a small congress for tests: one committee, the deputies' office, three departments, a court, one person for each
// post and four deputies.
type District struct {
	Congress, Committee, Gov string
	Deputies                 string   // 代表工委
	Units                    []string // 甲局 乙局 丙局
	Court                    string
	People                   map[string]string // login → account id
}

// Password of everybody in a District.
const Password = "演示-Bihuan-2023"

// Found enters a district. Its password hash is empty unless hash is given: nobody logs in.
func Found(t testing.TB, r *register.Register, pace schemas.Pace, hash string) District {
	t.Helper()
	ctx := context.Background()
	must := func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	d := District{People: map[string]string{}}
	d.Congress = must(r.AddCongress(ctx, register.Congress{Name: "测试区人大常委会", Rehearsal: pace.Rate != 0, Pace: pace}))
	unit := func(name, kind string) string {
		return must(r.AddUnit(ctx, d.Congress, register.Unit{Name: name, Kind: kind, Sort: len(d.People)}))
	}
	d.Committee = unit("城建工委", "committee")
	d.Gov = unit("区政府办公室", "government")
	for _, n := range []string{"甲局", "乙局", "丙局"} {
		d.Units = append(d.Units, unit(n, "department"))
	}
	d.Court = unit("区法院", "judicial")
	person := func(login, name string, posts ...register.Post) {
		d.People[login] = must(r.AddAccount(ctx, register.Account{Congress: d.Congress, Login: login, Name: name, Email: login + "@example.gov.cn", Password: hash, Active: true}))
		for _, p := range posts {
			must("", r.AddPost(ctx, d.Congress, d.People[login], p))
		}
	}
	post := func(role schemas.Role, unit string) register.Post { return register.Post{Role: role, Unit: unit} }
	person("ofc", "办公室经办", post(schemas.Office, ""))
	person("cmt", "委室经办", post(schemas.Clerk, d.Committee))
	person("cmh", "委室主任", post(schemas.Head, d.Committee))
	person("vc", "分管副主任", post(schemas.ViceChair, d.Committee))
	person("ch", "主任", post(schemas.Chair, ""))
	person("gov", "督查室", post(schemas.GovOffice, ""))
	person("adm", "系统管理员", post(schemas.Admin, ""))
	person("sec", "安全管理员", post(schemas.Security, ""))
	person("vm", "分管副区长", post(schemas.ViceMayor, d.Units[0]), post(schemas.ViceMayor, d.Units[1]), post(schemas.ViceMayor, d.Units[2]))
	for i, k := range []string{"jia", "yi", "bing"} {
		person("unt-"+k, k+"经办", post(schemas.Liaison, d.Units[i]))
		person("unh-"+k, k+"负责人", post(schemas.UnitHead, d.Units[i]))
	}
	person("unt-court", "法院联络人", post(schemas.Liaison, d.Court))
	person("unh-court", "法院院长", post(schemas.UnitHead, d.Court))
	d.Deputies = unit("代表工委", "committee")
	person("dep", "代表工委经办", post(schemas.Deputies, d.Deputies))
	person("dep-head", "代表工委主任", post(schemas.Head, d.Deputies))
	for i, l := range []string{"dpt1", "dpt2", "dpt3", "dpt4"} {
		person(l, "代表"+[]string{"一", "二", "三", "四"}[i], post(schemas.Deputy, ""))
		must("", r.AddDeputy(ctx, d.Congress, register.DeputyRow{Account: d.People[l], Delegation: "第一代表团", Occupation: "居民"}))
	}
	for _, procedure := range schemas.Procedures {
		rules, err := schemas.BuiltinRules(procedure)
		must("", err)
		if procedure == "motion" {
			rules.Policy.Signers = 3 // the district has four deputies
		}
		must(r.AddRules(ctx, d.Congress, rules))
	}
	return d
}

// Filing is an opinion of one item for 甲局, of the day t0.
func (d District) Filing(number string, t0 time.Time) register.Filing {
	return register.Filing{Congress: d.Congress, Number: number, Kind: "deliberation", Source: "听取专项工作报告",
		Title: "关于老旧小区改造情况的审议意见", Committee: d.Committee, Owner: d.People["cmt"], Direct: true, T0: t0,
		Items:   []register.Item{{Problem: "改造进度滞后", Demand: "倒排工期，年内完成", Lead: d.Units[0]}},
		Parties: []register.Party{{Unit: d.Units[0], Capacity: "sole"}}}
}

// Suggestion is one in recess by 代表一, for 甲局.
func (d District) Suggestion() register.NewSuggestion {
	return register.NewSuggestion{Kind: "suggestion", Category: "城建环保", Title: "关于改善老旧小区排水的建议", Body: "每逢大雨小区积水，居民出行困难。",
		Demand: "改造排水管网，汛前完成。", Wish: d.Units[0], Consents: true, Leader: d.People["dpt1"]}
}

// Notice2027 is a plausible notice of the breaks of 2027, as a file to import: the real one is not out yet.
const Notice2027 = `date,kind,name
2027-01-01,rest,元旦
2027-02-05,rest,春节
2027-02-06,rest,春节
2027-02-07,rest,春节
2027-02-08,rest,春节
2027-02-09,rest,春节
2027-02-10,rest,春节
2027-02-11,rest,春节
2027-02-14,work,春节
2027-04-05,rest,清明节
2027-05-01,rest,劳动节
2027-05-02,rest,劳动节
2027-06-09,rest,端午节
2027-09-15,rest,中秋节
2027-10-01,rest,国庆节
2027-10-02,rest,国庆节
2027-10-03,rest,国庆节
`

// Suggestions are all suggestions and motions of a congress, ten thousand at the most, the newest first.
func Suggestions(t testing.TB, r *register.Register, congress string) []register.SuggestionRow {
	t.Helper()
	ctx := context.Background()
	all := register.Listing{Sights: map[string]register.Sight{"suggestion": {All: true}, "motion": {All: true}}}
	page, err := r.Listed(ctx, congress, all, []register.Tab{{Procedures: []string{"suggestion", "motion"}}}, 0, time.Time{}, nil, 10000)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.SuggestionRows(ctx, congress, page.IDs)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
