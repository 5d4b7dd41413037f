package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bihuan/activities/register"

	"github.com/xuri/excelize/v2"
)

// ledgerFigures opens the exported ledgers as a spreadsheet does and counts in their columns what the specification counts.
func ledgerFigures(t *testing.T, reg *register.Register) {
	t.Helper()
	read := asOffice(t, reg)
	ledger := func(path string) []map[string]string {
		book, err := excelize.OpenReader(bytes.NewReader(read(path)))
		if err != nil {
			t.Fatal(path, err)
		}
		defer func() { _ = book.Close() }()
		rows, err := book.GetRows("表")
		if err != nil {
			t.Fatal(err)
		}
		var out []map[string]string
		for _, row := range rows[1:] {
			line := map[string]string{}
			for i, cell := range row {
				line[rows[0][i]] = cell
			}
			out = append(out, line)
		}
		return out
	}
	count := func(lines []map[string]string, heading string, fits func(string) bool) (n int) {
		for _, l := range lines {
			if fits(l[heading]) {
				n++
			}
		}
		return n
	}
	is := func(want string) func(string) bool { return func(got string) bool { return got == want } }
	known := func(got string) bool { return got != "—" }
	sum := func(lines []map[string]string, heading string) (n int) {
		for _, l := range lines {
			var v int
			_, _ = fmt.Sscan(l[heading], &v)
			n += v
		}
		return n
	}
	opinions := slices.DeleteFunc(ledger("/ledgers/opinions?export=1"), func(l map[string]string) bool { return strings.HasPrefix(l["编号"], "专询") })
	suggestions := slices.DeleteFunc(ledger("/ledgers/suggestions?export=1"), func(l map[string]string) bool { return l["大会/闭会"] != "大会" })
	problems := slices.DeleteFunc(ledger("/ledgers/problems?export=1&year=2022"), func(l map[string]string) bool { return !strings.HasPrefix(l["编号"], "专询〔2022〕1号") })
	bs := slices.DeleteFunc(slices.Clone(suggestions), func(l map[string]string) bool { return !strings.HasPrefix(l["类别ABC"], "B") }) // an A may have been lowered on the way
	first := func(letter string) func(string) bool {
		return func(got string) bool { return strings.HasPrefix(got, letter) }
	}
	for what, n := range map[string][2]int{
		"opinions":              {len(opinions), 17},
		"handed over in time":   {count(opinions, "交办是否及时", is("是")), 16},
		"handed over late":      {count(opinions, "交办是否及时", is("否")), 1},
		"plans handed in":       {count(opinions, "方案实报日", known), 17},
		"plans reworked":        {count(opinions, "备注", func(s string) bool { return strings.Contains(s, "方案退回重报") }), 1},
		"reports handed in":     {count(opinions, "回告实报日", known), 5},
		"late at L3":            {count(opinions, "灯色", first("红 · 逾期3级")), 1},
		"items":                 {sum(opinions, "条目数"), 68},
		"items closed":          {sum(opinions, "已销号数"), 23},
		"suggestions":           {len(suggestions), 200},
		"class A at first":      {count(suggestions, "类别ABC", first("A")), 112},
		"class B at first":      {count(suggestions, "类别ABC", first("B")), 68},
		"class C at first":      {count(suggestions, "类别ABC", first("C")), 20},
		"B turned A":            {count(bs, "是否转A", first("是")), 21},
		"answered":              {count(suggestions, "答复日", known), 200},
		"answered late":         {count(suggestions, "提前/逾期天数", first("逾期")), 3},
		"met":                   {count(suggestions, "见面", is("是")), 196},
		"satisfied at first":    {count(suggestions, "一次满意度", is("满意")), 183},
		"basically satisfied":   {count(suggestions, "一次满意度", is("基本满意")), 13},
		"dissatisfied":          {count(suggestions, "一次满意度", is("不满意")), 4},
		"finally satisfied":     {count(suggestions, "终评", is("满意")), 3},
		"finally dissatisfied":  {count(suggestions, "终评", is("不满意")), 1},
		"with co-handlers":      {count(suggestions, "会办", known), 58},
		"returns asked for":     {count(suggestions, "退办", known), 14},
		"returns granted":       {count(suggestions, "退办", func(s string) bool { return strings.Contains(s, "已退办") }), 9},
		"key ones":              {count(suggestions, "重点", is("是")), 7},
		"key ones with leaders": {count(suggestions, "督办领导", known), 7},
		"problems":              {len(problems), 89},
		"problems closed":       {count(problems, "状态", is("已销号")), 83},
		"problems with a day":   {count(problems, "销号日期", known), 83},
	} {
		if n[0] != n[1] {
			t.Errorf("%s in the ledgers: %d, want %d", what, n[0], n[1])
		}
	}
}
