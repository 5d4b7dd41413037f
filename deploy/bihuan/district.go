package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"bihuan/activities/register"
	"bihuan/api"
	"bihuan/schemas"
)

//go:embed demo.json
var demoData []byte

//go:embed suggestions.json
var suggestionData []byte

type (
	// demo is the demonstration district (演示数据): every name in it is invented (spec part 8).
	demo struct {
		Congress   string          `json:"congress"`
		Committees []demoCommittee `json:"committees"`
		Chair      string          `json:"chair"`
		Vices      []string        `json:"vices"`
		Office     string          `json:"office"`
		Gov        string          `json:"gov"`
		Admin      string          `json:"admin"`
		Audit      string          `json:"audit"`
		Security   string          `json:"security"`
		Deputies   demoCommittee   `json:"deputies"` // 代表工委
		Mayors     []demoMayor     `json:"mayors"`

		Departments []demoUnit    `json:"departments"`
		Streets     []demoUnit    `json:"streets"`
		Judicial    []demoUnit    `json:"judicial"`
		Opinions    []demoOpinion `json:"opinions"`
	}
	demoCommittee struct{ Name, Short, Clerk, Head, Vice string }
	demoMayor     struct {
		Name string
		Line []string
	}
	demoUnit    struct{ Name, Liaison, Head string }
	demoOpinion struct {
		Number, Kind, Source, Title, Body string
		Committee                         int
		Direct                            bool
		Parties                           []struct{ Unit, Capacity string }
		Items                             []demoItem
	}
	demoItem struct{ Problem, Demand, Unit, Measure, Person, Process string }

	// district is the demo as founded in a register: ids by name, people by login.
	district struct {
		congress   string
		committees []string
		deputies   string // the unit that serves the deputies
		units      map[string]string
		people     map[string]register.Person
		liaison    map[string]string // unit id → login
		head       map[string]string
	}
)

// password of every demo account; a rehearsal congress holds nothing real.
const demoPassword = "Bihuan-2023"

func readDemo() (d demo, err error) { return d, json.Unmarshal(demoData, &d) }

type (
	// demoSession is the session of the congress whose suggestions the demo plays.
	demoSession struct {
		Groups      []string         `json:"groups"`
		Deputies    []demoDeputy     `json:"deputies"`
		Suggestions []demoSuggestion `json:"suggestions"`
	}
	demoDeputy struct {
		Name  string `json:"name"`
		Group int    `json:"group"`
		Post  string `json:"post"`
	}
	demoSuggestion struct {
		Title, Category, Body, Demand string
		Leader                        int
		Cosigners                     []int
		Unit                          string
		Joint                         []string
		Reply, Class, Promise, Reason string
	}
)

func readSession() (d demoSession, err error) { return d, json.Unmarshal(suggestionData, &d) }

// deputyLogin is the account of the i-th deputy of the roll.
func deputyLogin(i int) string { return fmt.Sprintf("p%03d", i+1) }

// roll enters the deputies.
func (f *founding) roll() {
	session, err := readSession()
	if f.err == nil {
		f.err = err
	}
	for i, d := range session.Deputies {
		posts := []register.Post{{Role: schemas.Deputy}}
		if memberOf(i) {
			posts = append(posts, register.Post{Role: schemas.Member})
		}
		f.person(deputyLogin(i), d.Name, posts...)
		if f.err == nil {
			f.err = f.reg.AddDeputy(f.ctx, f.d.congress, register.DeputyRow{Account: f.d.people[deputyLogin(i)].ID, Delegation: session.Groups[d.Group], Occupation: d.Post})
		}
	}
}

// founding enters a rehearsal congress with its units, people and rules.
type founding struct {
	ctx context.Context
	reg *register.Register
	d   district
	phc string
	n   int
	err error
}

// found enters the district under a name of its own, on its own clock.
func (d demo) found(ctx context.Context, reg *register.Register, name string, pace schemas.Pace) (district, error) {
	f := &founding{ctx: ctx, reg: reg, phc: api.Hash(demoPassword), d: district{units: map[string]string{}, people: map[string]register.Person{},
		liaison: map[string]string{}, head: map[string]string{}}}
	f.d.congress, f.err = reg.AddCongress(ctx, register.Congress{Name: name, Rehearsal: true, Pace: pace})
	for i, c := range d.Committees {
		id := f.unit(c.Name, "committee")
		f.d.committees = append(f.d.committees, id)
		f.person(fmt.Sprintf("cmt%d", i+1), c.Clerk, register.Post{Role: schemas.Clerk, Unit: id})
		f.person(fmt.Sprintf("cmh%d", i+1), c.Head, register.Post{Role: schemas.Head, Unit: id})
	}
	f.d.deputies = f.unit(d.Deputies.Name, "committee")
	f.person("dep", d.Deputies.Clerk, register.Post{Role: schemas.Deputies, Unit: f.d.deputies})
	f.person("deph", d.Deputies.Head, register.Post{Role: schemas.Head, Unit: f.d.deputies}, register.Post{Role: schemas.Deputies, Unit: f.d.deputies})
	for i, name := range d.inOrder() {
		line := []register.Post{{Role: schemas.Member}}
		if name == d.Deputies.Vice {
			line = append(line, register.Post{Role: schemas.ViceChair, Unit: f.d.deputies})
		}
		for n, c := range d.Committees {
			if c.Vice == name {
				line = append(line, register.Post{Role: schemas.ViceChair, Unit: f.d.committees[n]})
			}
		}
		f.person(fmt.Sprintf("vc%d", i+1), name, line...)
	}
	f.unit("区政府办公室", "government")
	f.person("chair", d.Chair, register.Post{Role: schemas.Chair}, register.Post{Role: schemas.Member})
	f.person("office", d.Office, register.Post{Role: schemas.Office})
	f.person("gov", d.Gov, register.Post{Role: schemas.GovOffice})
	f.person("admin", d.Admin, register.Post{Role: schemas.Admin})
	f.person("audit", d.Audit, register.Post{Role: schemas.Auditor})
	f.person("security", d.Security, register.Post{Role: schemas.Security})
	f.handlers("d", "department", d.Departments)
	f.handlers("s", "street", d.Streets)
	f.handlers("j", "judicial", d.Judicial)
	for i, m := range d.Mayors {
		var line []register.Post
		for _, u := range m.Line {
			line = append(line, register.Post{Role: schemas.ViceMayor, Unit: f.d.units[u]})
		}
		f.person(fmt.Sprintf("vm%d", i+1), m.Name, line...)
	}
	f.roll()
	if f.err == nil {
		f.err = layDownRules(ctx, reg, f.d.congress)
	}
	return f.d, f.err
}

// inOrder lists the vice-chairs, those with a committee in the committees' order first: vc1 leads the first.
func (d demo) inOrder() (vices []string) {
	for _, c := range d.Committees {
		if !slices.Contains(vices, c.Vice) {
			vices = append(vices, c.Vice)
		}
	}
	for _, v := range d.Vices {
		if !slices.Contains(vices, v) {
			vices = append(vices, v)
		}
	}
	return vices
}

func (f *founding) handlers(prefix, kind string, units []demoUnit) {
	for i, u := range units {
		id := f.unit(u.Name, kind)
		f.d.liaison[id], f.d.head[id] = fmt.Sprintf("%s%02d", prefix, i+1), fmt.Sprintf("%s%02dh", prefix, i+1)
		f.person(f.d.liaison[id], u.Liaison, register.Post{Role: schemas.Liaison, Unit: id})
		f.person(f.d.head[id], u.Head, register.Post{Role: schemas.UnitHead, Unit: id})
	}
}

func (f *founding) unit(name, kind string) (id string) {
	if f.err == nil {
		f.n++
		id, f.err = f.reg.AddUnit(f.ctx, f.d.congress, register.Unit{Name: name, Kind: kind, Sort: f.n})
		f.d.units[name] = id
	}
	return id
}

func (f *founding) person(login, name string, posts ...register.Post) {
	if f.err != nil {
		return
	}
	id, err := f.reg.AddAccount(f.ctx, register.Account{Congress: f.d.congress, Login: login, Name: name,
		Email: login + "@jianghan.example", Password: f.phc, Active: true})
	for _, p := range posts {
		if err == nil {
			err = f.reg.AddPost(f.ctx, f.d.congress, id, p)
		}
	}
	f.err = err
	f.d.people[login] = register.Person{Account: register.Account{ID: id, Congress: f.d.congress, Login: login, Name: name}, Posts: posts}
}
