package schemas_test

import (
	"slices"
	"strings"
	"testing"

	"bihuan/schemas"
)

// notice2027 is a plausible notice: the one for 2027 is not published yet.
const notice2027 = `date,kind,name
2027-01-01,rest,元旦
2027-01-02,rest,元旦
2027-01-03,rest,元旦
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
2027-05-03,rest,劳动节
2027-06-09,rest,端午节
2027-09-15,rest,中秋节
2027-10-01,rest,国庆节
2027-10-02,rest,国庆节
2027-10-03,rest,国庆节
2027-10-04,rest,国庆节
2027-10-05,rest,国庆节
2027-10-09,work,国庆节
`

func TestReadYear(t *testing.T) {
	y, err := schemas.ReadYear(strings.NewReader(notice2027))
	if err != nil || y.Year != 2027 || len(y.Days) != 23 || y.Days["2027-02-14"].Kind != schemas.Work {
		t.Errorf("%v, %v", y, err)
	}
	if !y.First().Equal(day(t, "2027-01-01")) {
		t.Error(y.First())
	}
	y, err = schemas.ReadYear(strings.NewReader("date,kind\n2022-12-31,rest\n2023-01-01,rest\n2023-01-02,rest\n"))
	if err != nil || y.Year != 2023 || !y.First().Equal(day(t, "2022-12-31")) {
		t.Errorf("the break of New Year 2023: %v, %v", y, err)
	}
}

func TestReadYearRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "表头",
		"date,kind\n":                       "没有一个日期",
		"date,kind\n2027-01-01,holiday\n":   "第2行",
		"date,kind\n2027-10-08,work\n":      "第2行：2027年10月8日（周五）本来就是工作日",
		"date,kind\n# 注\n2027-10-11,work\n": "第3行",
		"date,kind\n2022-12-24,rest\n2023-01-01,rest\n2023-01-02,rest\n": "第2行：2022-12-24 不在2023年",
		"date,kind\n2027-01-01,rest\n2027-01-02,rest\n2028-01-01,rest\n": "第4行：2028-01-01 不在2027年",
		"date,kind\n2072-10-01,rest\n2027-10-02,rest\n2027-10-03,rest\n": "第2行：2072-10-01 不在2027年",
	} {
		_, err := schemas.ReadYear(strings.NewReader(in))
		if code(err) != "BadCalendar" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want BadCalendar with %q", in, err, want)
		}
	}
}

func TestAddEndsWhatIsProvisional(t *testing.T) {
	c := schemas.BuiltinCalendar()
	y, err := schemas.ReadYear(strings.NewReader(notice2027))
	if err != nil {
		t.Fatal(err)
	}
	next, err := c.Add(y, "2027")
	if err != nil || next.Through != 2027 || next.Works(day(t, "2027-02-09")) || !next.Works(day(t, "2027-02-14")) {
		t.Errorf("%d, %v", next.Through, err)
	}
	delete(y.Days, "2027-06-09")
	if _, err := c.Add(y, "2027"); code(err) != "BadCalendar" || !strings.Contains(err.Error(), "2027年6月9日（周三）是法定假日（端午节）") {
		t.Error("a notice without a statutory holiday is taken:", err)
	}
	local := schemas.Year{Year: 2027, Days: map[string]schemas.Exception{"2027-07-05": {Kind: schemas.Rest, Name: "防汛停工"}}}
	if fixed, err := next.Add(local, "2027更正"); err != nil || fixed.Works(day(t, "2027-07-05")) || fixed.Works(day(t, "2027-02-09")) {
		t.Error("a published year cannot be corrected by one day:", err)
	}
	if _, err := c.Add(schemas.Year{Year: 2028, Days: local.Days}, "2028"); code(err) != "BadCalendar" {
		t.Error("2028 came before 2027:", err)
	}
}

func TestDay(t *testing.T) {
	c := schemas.BuiltinCalendar()
	for date, want := range map[string]schemas.Day{
		"2026-10-01": {Named: true, Name: "国庆节"},
		"2026-10-10": {Works: true, Named: true, Name: "国庆节"},
		"2026-10-11": {},
		"2026-10-12": {Works: true},
		"2027-06-09": {Named: true, Name: "端午节"},
	} {
		want.Date = day(t, date)
		if got := c.Day(want.Date.Add(20 * 3600e9)); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestArrangement(t *testing.T) {
	lines := schemas.BuiltinCalendar().Arrangement(2026)
	for _, want := range []string{"2026年10月1日（周四）至2026年10月7日（周三）国庆节，放假", "2026年10月10日（周六）国庆节，调休上班"} {
		if !slices.Contains(lines, want) {
			t.Errorf("%q is missing in %q", want, lines)
		}
	}
}
