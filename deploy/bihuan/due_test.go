package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bihuan/schemas"
)

func runDue(t *testing.T, command dueCommand, in string) (out, complaints string, err error) {
	t.Helper()
	calendar, err := command.calendar()
	if err != nil {
		t.Fatal(err)
	}
	var o, c strings.Builder
	err = command.answer(calendar, strings.NewReader(in), &o, &c)
	return o.String(), c.String(), err
}

func TestDueAnswersByColumnName(t *testing.T) {
	out, complaints, err := runDue(t, dueCommand{}, "\ufeff\"why\",calendar_mode,rule,start,id\r\n"+
		"\"一, 二\",natural_shift,P3M,2024-11-30T09:00:00+08:00,a\r\n\r\n,workhours,PT8H,2026-02-13T08:30:00Z,b\r\n")
	if err != nil || complaints != "" {
		t.Fatal(err, complaints)
	}
	if want := "id,due\na,2025-02-28T23:59:59+08:00\nb,2026-02-24T09:30:00+08:00\n"; out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestDueAnswersTheOtherRows(t *testing.T) {
	in := `id,start,rule,calendar_mode
ok1,2024-03-15T09:00:00+08:00,P10D,natural_shift
nostart,,P10D,natural_shift
nozone,2024-03-15T09:00:00,P10D,natural_shift
noday,2024-02-30T09:00:00+08:00,P10D,natural_shift
onedigit,2024-03-15T9:00:00+08:00,P10D,natural_shift
norule,2024-03-15T09:00:00+08:00,,natural_shift
nomode,2024-03-15T09:00:00+08:00,P10D,
short,2024-03-15T09:00:00+08:00
huge,2024-03-15T09:00:00+08:00,P99999999999999999999D,natural_shift
quote,2024-03-15T09:00:00+08:00,P"10D,natural_shift
unit,2024-03-15T09:00:00+08:00,P5WD,natural_shift
ok2,2024-04-02T09:00:00+08:00,P5WD,workday
`
	out, complaints, err := runDue(t, dueCommand{}, in)
	if err == nil || err.Error() != "有10行无法推算" {
		t.Error(err)
	}
	want := "id,due\nok1,2024-03-25T23:59:59+08:00\n"
	for _, id := range []string{"nostart", "nozone", "noday", "onedigit", "norule", "nomode", "short", "huge", "quote", "unit"} {
		want += id + ",\n"
		if !strings.Contains(complaints, "行 "+id+"：") {
			t.Errorf("nothing is said of %s", id)
		}
	}
	if want += "ok2,2024-04-10T23:59:59+08:00\n"; out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	if !strings.HasPrefix(complaints, "第3行 nostart：起点“”须是带时区的时间") {
		t.Error(complaints)
	}
}

func TestDueRefusesATableItCannotRead(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "没有内容",
		"id,start,rule\n":     "calendar_mode",
		"id,\"start,rule\n\n": "无法读取表头",
	} {
		if _, _, err := runDue(t, dueCommand{}, in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func TestDueWithAGivenCalendar(t *testing.T) {
	file := filepath.Join(t.TempDir(), "local.csv")
	if err := os.WriteFile(file, []byte("\ufeffdate,kind\r\n2027-03-08,rest\r\n2027-03-13,work\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := dueCommand{Calendar: file, Explain: true}
	out, _, err := runDue(t, command, "id,start,rule,calendar_mode\n"+
		"a,2027-03-01T09:00:00+08:00,P7D,natural_shift\nb,2027-03-06T09:00:00+08:00,P7D,natural_shift\nc,2026-09-30T09:00:00+08:00,P1D,natural_shift\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a  2027-03-09", "b  2027-03-13", "c  2026-10-01", "日历：local.csv"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Contains(out, "暂定") {
		t.Error("a given calendar has nothing provisional")
	}
	command.Calendar = filepath.Join(t.TempDir(), "none.csv")
	if err := command.Run(); err == nil {
		t.Error("a calendar that is not there must be an error")
	}
}

func TestDueExplains(t *testing.T) {
	out, _, err := runDue(t, dueCommand{Explain: true}, "id,start,rule,calendar_mode\n"+
		"a,2026-11-30T09:00:00+08:00,P3M,natural_shift\nb,2026-11-30T09:00:00+08:00,P3M,never\n")
	if err == nil {
		t.Error("a row was bad")
	}
	want := `a  2027-03-01T23:59:59+08:00
    起点2026年11月30日（周一），当日不计入，自次日2026年12月1日（周二）起算（民法典第201条）
    2027年2月没有30日，取该月最后一日2027年2月28日（周日）（民法典第202条）
    期限3个月，至2027年2月28日（周日）（民法典第202条）
    2027年2月28日（周日）为周末
    最后一日是休息日，顺延至2027年3月1日（周一）（民法典第203条）
    截止：2027年3月1日（周一） 24:00
    日历：` + schemas.BuiltinCalendar().Edition + `
    暂定：2027年的放假安排尚未公布，暂按周末和法定节假日推算，公布后重新计算

b  无法推算：没有“never”这种计算方式

`
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}
