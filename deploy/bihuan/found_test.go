package main

import (
	"bytes"
	"context"
	"regexp"
	"testing"

	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// A congress begins with its rules and three administrators, each a person and a password of his own; a second of its name is refused.
func TestFound(t *testing.T) {
	reg := registertest.New(t)
	ctx := context.Background()
	c := &foundCommand{Name: "新设区人大常委会", Admin: "甲某", Security: "乙某", Auditor: "丙某"}
	var out bytes.Buffer
	if err := c.found(ctx, reg, &out); err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`初始密码 [a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}`).FindAllString(out.String(), -1)); n != 3 {
		t.Errorf("%d passwords are told: %s", n, &out)
	}
	accounts, err := reg.AccountByLogin(ctx, "security")
	if err != nil || len(accounts) != 1 || !accounts[0].MustChange {
		t.Fatalf("%+v, %v", accounts, err)
	}
	if p, err := reg.Person(ctx, accounts[0].ID); err != nil || !p.Holds(schemas.Security) || len(p.Posts) != 1 {
		t.Errorf("%+v, %v", p.Posts, err)
	}
	for _, procedure := range []string{"opinion", "suggestion", "motion"} {
		if _, _, err := reg.CurrentRules(ctx, accounts[0].Congress, procedure); err != nil {
			t.Error(err)
		}
	}
	if err := c.found(ctx, reg, &out); err == nil {
		t.Error("two congresses of one name")
	}
	c.Name, c.Auditor = "另设区人大常委会", "甲某"
	if err := c.found(ctx, reg, &out); err == nil {
		t.Error("one person administers in two roles")
	}
}
