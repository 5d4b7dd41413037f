package schemas_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"bihuan/schemas"
)

func day(t *testing.T, date string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, date, schemas.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func code(err error) string {
	if refusal, ok := errors.AsType[*schemas.Error](err); ok {
		return refusal.Code
	}
	return ""
}

func TestDayOfIsTheDayInShanghai(t *testing.T) {
	got := schemas.DayOf(time.Date(2026, 3, 1, 16, 30, 0, 0, time.UTC))
	if want := day(t, "2026-03-02"); !got.Equal(want) {
		t.Errorf("16:30Z belongs to %v, want %v", got, want)
	}
	if got := schemas.ZhDay(got); got != "2026年3月2日（周一）" {
		t.Error(got)
	}
}

func TestBuiltinCalendarCountsTheWorkingDaysOfEachYear(t *testing.T) {
	c := schemas.BuiltinCalendar()
	// 2023 to 2026 were counted from three tables; the others follow from the notices.
	want := map[int]int{2004: 252, 2005: 251, 2006: 251, 2007: 249, 2008: 251, 2020: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
	for year, days := range want {
		n := 0
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, schemas.Shanghai); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if c.Works(d) {
				n++
			}
		}
		if n != days {
			t.Errorf("%d: %d working days, want %d", year, n, days)
		}
	}
}

func TestBuiltinCalendarFollowsTheNotices(t *testing.T) {
	c := schemas.BuiltinCalendar()
	for date, works := range map[string]bool{
		"2004-01-02": true,  // 元旦 was 1 January alone
		"2004-05-08": true,  // worked for 劳动节
		"2005-12-31": true,  // worked for 2006, by the notice of 2006
		"2006-12-31": true,  // worked for 2007
		"2007-12-29": true,  // worked for 2008
		"2007-12-31": false, // by the notice of 2008
		"2008-06-07": false,
		"2011-12-31": true, // worked for 2012
		"2015-09-04": false,
		"2015-09-06": true,
		"2016-04-02": false,
		"2018-06-16": false, // an ordinary Saturday; one public table has it worked
		"2018-09-22": false,
		"2018-12-29": true,
		"2020-01-31": false, // by the extension of 27 January 2020
		"2020-02-01": false,
		"2022-12-31": false,
		"2024-02-09": true, // the eve, before it became statutory
		"2025-01-28": false,
		"2026-02-14": true,
		"2026-10-10": true,
		"2027-02-05": false, // statutory, provisional
		"2027-05-02": false,
		"2027-05-03": true,
		"2032-09-20": true,
	} {
		if got := c.Works(day(t, date)); got != works {
			t.Errorf("%s works: %v, want %v", date, got, works)
		}
	}
	if !c.Published(day(t, "2026-12-31")) || c.Published(day(t, "2027-01-01")) {
		t.Error("the last published year is 2026")
	}
}

func TestReadCalendar(t *testing.T) {
	c, err := schemas.ReadCalendar(strings.NewReader("\ufeffname,kind,date,note\r\n三月三,rest,2026-04-20,x\r\n,work,2026-04-25\r\n"), "local")
	if err != nil {
		t.Fatal(err)
	}
	if c.Works(day(t, "2026-04-20")) || !c.Works(day(t, "2026-04-25")) || c.Works(day(t, "2026-04-26")) {
		t.Error("exceptions or weekends are not kept")
	}
	if !c.Works(day(t, "2027-10-01")) || !c.Published(day(t, "2040-01-01")) {
		t.Error("a calendar that is read has no statutory extension and nothing provisional")
	}
	if c.Days["2026-04-20"].Name != "三月三" {
		t.Error("the name is lost")
	}
}

func TestReadCalendarNamesTheLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                              "表头",
		"date,sort\n":                                   "kind",
		"date,kind\n2026-02-30,rest\n":                  "第2行",
		"date,kind\n2026-2-3,rest\n":                    "第2行",
		"date,kind\n2026-01-01,rest\n,work\n":           "第3行",
		"date,kind\n2026-01-01,holiday\n":               "第2行",
		"date,kind\n2026-01-01\n":                       "第2行",
		"date,kind\n2026-01-01,\"rest\n":                "不是合格的 CSV",
		"date,kind\n2026-01-01,rest\n2026-01-01,work\n": "第3行",
	} {
		_, err := schemas.ReadCalendar(strings.NewReader(in), "x")
		if code(err) != "BadCalendar" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want BadCalendar with %q", in, err, want)
		}
	}
}

func TestWorkdays(t *testing.T) {
	c := schemas.BuiltinCalendar()
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2024-04-02", 5, "2024-04-10"},
		{"2024-04-10", -5, "2024-04-02"},
		{"2026-02-15", 1, "2026-02-24"},
		{"2026-02-15", -1, "2026-02-14"},
		{"2026-02-15", 0, "2026-02-15"},
	} {
		if got, err := c.Workday(day(t, tt.from), tt.n); err != nil || !got.Equal(day(t, tt.want)) {
			t.Errorf("%s %+d: %v %v, want %s", tt.from, tt.n, got, err, tt.want)
		}
	}
	if got, _ := c.NextWorkday(day(t, "2025-10-01").Add(15 * time.Hour)); !got.Equal(day(t, "2025-10-09")) {
		t.Error(got)
	}
	if got, _ := c.PrevWorkday(day(t, "2025-10-08")); !got.Equal(day(t, "2025-09-30")) {
		t.Error(got)
	}
}

func TestNoWorkdayWithinAYear(t *testing.T) {
	rests := map[string]schemas.Exception{}
	for d := day(t, "2026-01-01"); d.Year() < 2028; d = d.AddDate(0, 0, 1) {
		rests[d.Format(time.DateOnly)] = schemas.Exception{Kind: schemas.Rest}
	}
	c := schemas.Calendar{Days: rests}
	if _, err := c.NextWorkday(day(t, "2026-01-05")); code(err) != "NoWorkday" {
		t.Error(err)
	}
	if _, err := c.PrevWorkday(day(t, "2027-12-01")); code(err) != "NoWorkday" {
		t.Error(err)
	}
	if _, err := c.Workday(day(t, "2025-12-31"), 1); code(err) != "NoWorkday" {
		t.Error(err)
	}
	delete(rests, "2027-01-06") // 366 days on
	if got, err := c.NextWorkday(day(t, "2026-01-05")); err != nil || !got.Equal(day(t, "2027-01-06")) {
		t.Error(got, err)
	}
}

func TestOverlayLeavesTheCalendarBelowAlone(t *testing.T) {
	c := schemas.BuiltinCalendar()
	flood := c.Overlay(map[string]schemas.Exception{"2026-07-06": {Kind: schemas.Rest, Name: "防汛停工"}}, "本地")
	if flood.Works(day(t, "2026-07-06")) || !c.Works(day(t, "2026-07-06")) {
		t.Error("the overlay is missing, or has changed what lies below")
	}
	if flood.Edition != "本地" || flood.Through != 2026 || flood.Works(day(t, "2026-10-01")) {
		t.Error("the rest of the calendar must stay")
	}
}

func TestPublishEndsTheAssumptions(t *testing.T) {
	c := schemas.BuiltinCalendar()
	notice := map[string]schemas.Exception{"2027-10-04": {Kind: schemas.Rest, Name: "国庆节"}}
	next, err := c.Publish(2027, notice, "2027年")
	if err != nil {
		t.Fatal(err)
	}
	if !next.Published(day(t, "2027-12-31")) || next.Published(day(t, "2028-01-01")) || next.Works(day(t, "2027-10-04")) {
		t.Error("2027 is not published")
	}
	if !next.Works(day(t, "2027-10-01")) {
		t.Error("what the notice does not name is no longer assumed")
	}
	if _, err := c.Publish(2028, notice, "2028年"); code(err) != "BadCalendar" {
		t.Error("2028 came before 2027:", err)
	}
	if fixed, err := c.Publish(2020, notice, "更正"); err != nil || fixed.Through != 2026 {
		t.Error("a correction of an earlier year must not move the last year:", fixed.Through, err)
	}
}

func TestCalendarIsData(t *testing.T) {
	c := schemas.BuiltinCalendar()
	stored, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var read schemas.Calendar
	if err := json.Unmarshal(stored, &read); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c, read) {
		t.Error("the calendar does not survive JSON")
	}
}
