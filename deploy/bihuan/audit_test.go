package main

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

func TestAuditCommands(t *testing.T) {
	ctx := t.Context()
	url := registertest.URL(t)
	reg, err := register.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reg.Close)
	for _, name := range []string{"甲区人大常委会", "乙区人大常委会"} {
		id, err := reg.AddCongress(ctx, register.Congress{Name: name})
		if err == nil {
			err = reg.Audit(ctx, register.Line{Congress: id, Name: "+1", Action: "POST /rules", Result: "done"}, register.Line{Congress: id, Name: "王敏", Action: "plan", Result: "done"})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	today := time.Now().In(schemas.Shanghai).Format(time.DateOnly)
	var out strings.Builder
	if err := (&auditExport{Congress: "甲区人大常委会", From: today, To: today}).export(ctx, reg, &out); err != nil {
		t.Fatal(err)
	}
	sheet, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	if err != nil || len(sheet) != 4 || sheet[1][6] != "bihuan audit export" || sheet[2][1] != "王敏" || sheet[3][1] != "'+1" {
		t.Errorf("%q %v", sheet, err)
	}
	if err := (&auditExport{Congress: "甲区人大常委会", From: "2026-13-01"}).export(ctx, reg, &out); err == nil {
		t.Error("a day that is none")
	}
	if _, err := reg.Link(ctx); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := (&auditVerify{}).verify(ctx, reg, &out); err != nil || !strings.Contains(out.String(), "甲区人大常委会：核对1天，3环") || !strings.Contains(out.String(), "乙区人大常委会：核对1天，2环") {
		t.Errorf("%s %v", &out, err)
	}
	owner, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close(context.Background()) }()
	if _, err := owner.Exec(ctx, "alter table audit disable trigger user; update audit set name = '李强' where name = '王敏' and congress = (select id from congresses where name = '甲区人大常委会')"); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := (&auditVerify{}).verify(ctx, reg, &out); err == nil || !strings.Contains(out.String(), "第一处损坏："+schemas.ZhDate(time.Now())+"第2环：与哈希不符") {
		t.Errorf("%s %v", &out, err)
	}
	if err := (&auditVerify{Congress: "乙区人大常委会"}).verify(ctx, reg, &out); err != nil {
		t.Error("a congress that is whole:", err)
	}
}
