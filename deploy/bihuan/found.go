package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"bihuan/activities/register"
	"bihuan/api"
	"bihuan/schemas"
)

// foundCommand enters a congress (本级人大) with the built-in rules and its three administrators (三员), who then enter everybody else
// on the pages.
type foundCommand struct {
	Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
	Name     string `arg:"" help:"人大常委会的名称，如 江汉新区人大常委会"`
	Admin    string `required:"" help:"系统管理员的姓名"`
	Security string `required:"" help:"安全管理员的姓名"`
	Auditor  string `required:"" help:"审计管理员的姓名"`
}

// Run prints the first passwords, this once.
func (c *foundCommand) Run(ctx context.Context) error {
	reg, err := register.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer reg.Close()
	if err := reg.Ready(ctx); err != nil {
		return err
	}
	return c.found(ctx, reg, os.Stdout)
}

func (c *foundCommand) found(ctx context.Context, reg *register.Register, out io.Writer) error {
	if c.Admin == c.Security || c.Admin == c.Auditor || c.Security == c.Auditor {
		return schemas.Refuse("Invalid", "三名管理员须是三个人")
	}
	if _, err := congressNamed(ctx, reg, c.Name); err == nil {
		return schemas.Refuse("Duplicate", "已有名为“%s”的人大", c.Name)
	}
	congress, err := reg.AddCongress(ctx, register.Congress{Name: c.Name})
	if err != nil {
		return err
	}
	if err := layDownRules(ctx, reg, congress); err != nil {
		return err
	}
	for _, one := range []struct {
		login, name string
		role        schemas.Role
	}{{"admin", c.Admin, schemas.Admin}, {"security", c.Security, schemas.Security}, {"audit", c.Auditor, schemas.Auditor}} {
		password := api.Initial()
		id, err := reg.AddAccount(ctx, register.Account{Congress: congress, Login: one.login, Name: one.name, Password: api.Hash(password), Active: true, MustChange: true})
		if err == nil {
			err = reg.AddPost(ctx, congress, id, register.Post{Role: one.role})
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s %s：账号 %s，初始密码 %s（第一次登录后须修改）\n", schemas.RoleNames[one.role], one.name, one.login, password)
	}
	return reg.Audit(ctx, operated(congress, "found", "congress", c.Name))
}

// layDownRules gives a congress the built-in rules of every procedure that it has none for: all of them when it is new, those of new
// procedures when the program is.
func layDownRules(ctx context.Context, reg *register.Register, congress string) error {
	for _, procedure := range schemas.Procedures {
		_, _, err := reg.CurrentRules(ctx, congress, procedure)
		var known *schemas.Error
		if errors.As(err, &known) && known.Code == "NotFound" {
			var rules schemas.Rules
			if rules, err = schemas.BuiltinRules(procedure); err == nil {
				_, err = reg.AddRules(ctx, congress, rules)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
