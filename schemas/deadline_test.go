package schemas_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/schemas"
)

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDeadlinesOfTheTable(t *testing.T) {
	f, err := os.Open("testdata/deadlines.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		d, err := schemas.BuiltinCalendar().Due(instant(t, row[1]), row[2], row[3])
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		if got := d.Shown().Format(time.RFC3339); got != row[4] {
			t.Errorf("%s %s %s: %s, want %s\n%s", row[0], row[2], row[3], got, row[4], strings.Join(d.Working, "\n"))
		}
	}
}

func TestDeadlinesOfTheContract(t *testing.T) {
	for _, tt := range []struct{ name, start, rule, mode, want string }{
		{"suffixes chain on clamped dates", "2024-11-30T09:00:00+08:00", "P3M+EXT3M", "natural_strict", "2025-05-28T23:59:59+08:00"},
		{"two extensions, one roll", "2025-06-26T09:00:00+08:00", "P1W+EXT1W+EXT12W", "natural_shift", "2025-10-09T23:59:59+08:00"},
		{"a pause then months", "2024-12-31T09:00:00+08:00", "P1M+SUSP1D+EXT1M", "natural_strict", "2025-03-01T23:59:59+08:00"},
		{"months then a pause", "2024-12-31T09:00:00+08:00", "P1M+EXT1M+SUSP1D", "natural_strict", "2025-03-01T23:59:59+08:00"},
		{"working days before the nominal end", "2026-07-01T09:00:00+08:00", "P3M-5WD", "natural_shift", "2026-09-23T23:59:59+08:00"},
		{"working days back, then a pause", "2026-07-01T09:00:00+08:00", "P3M-5WD+SUSP3D", "natural_shift", "2026-09-28T23:59:59+08:00"},
		{"a year from a leap day", "2024-02-29T09:00:00+08:00", "P1Y", "natural_strict", "2025-02-28T23:59:59+08:00"},
		{"a quarter is three months", "2025-11-30T09:00:00+08:00", "P1Q", "natural_strict", "2026-02-28T23:59:59+08:00"},
		{"strict stays on a rest day", "2023-04-26T10:00:00+08:00", "P1W", "natural_strict", "2023-05-03T23:59:59+08:00"},
		{"close of business after a late start", "2024-05-31T18:00:00+08:00", "P1W", "natural_shift_cob", "2024-06-07T17:30:00+08:00"},
		{"close of business rolls too", "2025-09-24T18:00:00+08:00", "P1W", "natural_shift_cob", "2025-10-09T17:30:00+08:00"},
		{"the start is a date in Shanghai", "2024-05-31T16:00:00Z", "P1D", "natural_shift", "2024-06-03T23:59:59+08:00"},
		{"working days with EXT", "2024-04-02T09:00:00+08:00", "P3WD+EXT2WD", "workday", "2024-04-10T23:59:59+08:00"},
		{"working days with a pause that ends on a rest day", "2024-04-02T09:00:00+08:00", "P1WD+SUSP2D", "workday", "2024-04-07T23:59:59+08:00"},
		{"the roll of a pause comes after the extension", "2024-04-02T09:00:00+08:00", "P1WD+SUSP1D+EXT1WD", "workday", "2024-04-07T23:59:59+08:00"},
		{"working days after a rest day", "2025-08-30T21:15:00+08:00", "P1WD", "workday", "2025-09-01T23:59:59+08:00"},
		{"hours keep seconds", "2026-02-13T16:30:07+08:00", "PT48H", "hours", "2026-02-15T16:30:07+08:00"},
		{"hours that end at midnight", "2026-02-13T16:00:00+08:00", "PT8H", "hours", "2026-02-14T00:00:00+08:00"},
		{"work hours to noon", "2026-03-02T09:00:00+08:00", "PT3H", "workhours", "2026-03-02T12:00:00+08:00"},
		{"work hours to close", "2026-03-02T15:30:00+08:00", "PT2H", "workhours", "2026-03-02T17:30:00+08:00"},
		{"work hours across noon keep seconds", "2026-03-02T11:30:05+08:00", "PT1H", "workhours", "2026-03-02T14:30:05+08:00"},
		{"work hours from noon", "2026-03-02T12:00:00+08:00", "PT1H", "workhours", "2026-03-02T15:00:00+08:00"},
		{"work hours from the pause at noon", "2026-03-02T13:15:00+08:00", "PT1H", "workhours", "2026-03-02T15:00:00+08:00"},
		{"work hours from before opening", "2026-03-02T06:00:00+08:00", "PT1H", "workhours", "2026-03-02T10:00:00+08:00"},
		{"work hours from close", "2026-03-02T17:30:00+08:00", "PT1H", "workhours", "2026-03-03T10:00:00+08:00"},
		{"work hours from a holiday", "2026-02-17T10:00:00+08:00", "PT1H", "workhours", "2026-02-24T10:00:00+08:00"},
		{"the same day, a rest day", "2026-02-17T10:00:00+08:00", "P0D", "same_day", "2026-02-17T23:59:59+08:00"},
		{"the third working day after", "2025-08-30T21:15:00+08:00", "P3D", "next_workday", "2025-09-03T23:59:59+08:00"},
		{"months back are clamped", "2025-03-31T09:00:00+08:00", "P1M", "backward", "2025-02-28T23:59:59+08:00"},
		{"weeks back", "2025-06-26T09:00:00+08:00", "P1W", "backward", "2025-06-19T23:59:59+08:00"},
		{"working days back", "2026-02-24T09:00:00+08:00", "P2WD", "backward", "2026-02-13T23:59:59+08:00"},
		{"bimonth, first of the pair", "2025-11-03T09:00:00+08:00", "P2M", "bimonth_end", "2025-12-31T23:59:59+08:00"},
		{"bimonth, second of the pair", "2024-02-29T09:00:00+08:00", "P2M", "bimonth_end", "2024-02-29T23:59:59+08:00"},
		{"a month ends on a rest day", "2025-08-31T09:00:00+08:00", "P1M", "month_end", "2025-08-31T23:59:59+08:00"},
		{"the last quarter", "2025-12-31T23:59:59+08:00", "P1Q", "quarter_end", "2025-12-31T23:59:59+08:00"},
		{"the next month of December", "2025-12-05T09:00:00+08:00", "P1WD", "next_month_nth_workday", "2026-01-04T23:59:59+08:00"},
		{"the last working day of the next month", "2026-01-31T09:00:00+08:00", "P16WD", "next_month_nth_workday", "2026-02-28T23:59:59+08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := schemas.BuiltinCalendar().Due(instant(t, tt.start), tt.rule, tt.mode)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Shown().Format(time.RFC3339); got != tt.want {
				t.Errorf("%s, want %s\n%s", got, tt.want, strings.Join(d.Working, "\n"))
			}
		})
	}
}

func TestDeadlineRefuses(t *testing.T) {
	for _, tt := range []struct{ rule, mode, code string }{
		{"P1D", "", "BadMode"},
		{"P1D", "natural", "BadMode"},
		{"", "natural_shift", "BadRule"},
		{"P", "natural_shift", "BadRule"},
		{"3M", "natural_shift", "BadRule"},
		{"p3m", "natural_shift", "BadRule"},
		{" P3M", "natural_shift", "BadRule"},
		{"P3M ", "natural_shift", "BadRule"},
		{"P-3M", "natural_shift", "BadRule"},
		{"P1.5M", "natural_shift", "BadRule"},
		{"P３M", "natural_shift", "BadRule"},
		{"P1M2D", "natural_shift", "BadRule"},
		{"P8H", "hours", "BadRule"},
		{"PT1D", "natural_shift", "BadRule"},
		{"P0D", "natural_shift", "BadRule"},
		{"P0WD", "workday", "BadRule"},
		{"PT0H", "hours", "BadRule"},
		{"P3M+EXT0M", "natural_shift", "BadRule"},
		{"P3M+SUSP0D", "natural_shift", "BadRule"},
		{"P3M-0WD", "natural_shift", "BadRule"},
		{"P3M-5D", "natural_shift", "BadRule"},
		{"P3M+SUSP1M", "natural_shift", "BadRule"},
		{"P3M+EXT1Y", "natural_shift", "BadRule"},
		{"P3M+EXT2WD", "natural_shift", "BadRule"},
		{"P1000000D", "natural_shift", "BadRule"},
		{"P99999999999999999999D", "natural_shift", "BadRule"},
		{"P1D+EXT99999999999999999999D", "natural_shift", "BadRule"},
		{"P999999Y", "natural_shift", "OutOfRange"},
		{"P999999Y", "natural_strict", "OutOfRange"},
		{"P999999W", "backward", "OutOfRange"},
		{"P5WD", "natural_shift", "BadRule"},
		{"PT8H", "natural_shift", "BadRule"},
		{"P5D", "workday", "BadRule"},
		{"P5WD+EXT1D", "workday", "BadRule"},
		{"P5D", "hours", "BadRule"},
		{"PT8H+SUSP1D", "hours", "BadRule"},
		{"PT8H+EXT1D", "workhours", "BadRule"},
		{"PT8H-1WD", "workhours", "BadRule"},
		{"P1D", "same_day", "BadRule"},
		{"P0D+EXT1D", "same_day", "BadRule"},
		{"P0D", "next_workday", "BadRule"},
		{"P1WD", "next_workday", "BadRule"},
		{"P1Y", "backward", "BadRule"},
		{"P1Q", "backward", "BadRule"},
		{"P20D+EXT1D", "backward", "BadRule"},
		{"P20D+SUSP1D", "backward", "BadRule"},
		{"P2M", "month_end", "BadRule"},
		{"P1M", "bimonth_end", "BadRule"},
		{"P3M", "quarter_end", "BadRule"},
		{"P1M+EXT1D", "month_end", "BadRule"},
		{"P2M+SUSP1D", "bimonth_end", "BadRule"},
		{"P5D", "next_month_nth_workday", "BadRule"},
		{"P24WD", "next_month_nth_workday", "NoSuchWorkday"},
	} {
		_, err := schemas.BuiltinCalendar().Due(instant(t, "2026-01-31T09:00:00+08:00"), tt.rule, tt.mode)
		if code(err) != tt.code {
			t.Errorf("%q %q: %v, want %s", tt.rule, tt.mode, err, tt.code)
		}
	}
	for _, far := range []time.Time{time.Date(9999, 12, 31, 16, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if _, err := schemas.BuiltinCalendar().Due(far, "P0D", schemas.ModeSameDay); code(err) != "OutOfRange" {
			t.Errorf("%v: %v, want OutOfRange", far, err)
		}
	}
}

func TestProvisional(t *testing.T) {
	c := schemas.BuiltinCalendar()
	for _, tt := range []struct {
		start, rule, mode, due string
		provisional            bool
	}{
		{"2026-09-30T09:00:00+08:00", "P3M", "natural_shift", "2026-12-30", false},
		{"2026-10-05T09:00:00+08:00", "P3M", "natural_shift", "2027-01-05", true},
		{"2026-12-18T09:00:00+08:00", "P2W", "natural_shift", "2027-01-04", true},
		{"2026-11-05T09:00:00+08:00", "P3M", "natural_shift", "2027-02-09", true}, // off 除夕 … 初三, no make-up days
		{"2027-01-05T09:00:00+08:00", "P2WD", "backward", "2026-12-31", true},
		{"2033-09-30T09:00:00+08:00", "P1D", "natural_shift", "2033-10-03", true}, // past the statutory data: a Saturday
	} {
		d, err := c.Due(instant(t, tt.start), tt.rule, tt.mode)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Shown().Format(time.DateOnly); got != tt.due || d.Provisional != tt.provisional {
			t.Errorf("%s %s: %s %v, want %s %v", tt.start, tt.rule, got, d.Provisional, tt.due, tt.provisional)
		}
		if said := strings.Contains(d.Working[len(d.Working)-1], "暂定"); said != tt.provisional {
			t.Errorf("%s %s: the working ends %q", tt.start, tt.rule, d.Working[len(d.Working)-1])
		}
	}
}

func TestWorkingIsReadable(t *testing.T) {
	d, err := schemas.BuiltinCalendar().Due(instant(t, "2024-11-30T09:00:00+08:00"), "P3M+EXT3M+SUSP2D-1WD+SUSP3D", "natural_shift")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"起点2024年11月30日（周六），当日不计入，自次日2024年12月1日（周日）起算（民法典第201条）",
		"2025年2月没有30日，取该月最后一日2025年2月28日（周五）（民法典第202条）",
		"期限3个月，至2025年2月28日（周五）（民法典第202条）",
		"延长3个月，自未顺延的2025年2月28日（周五）起，至2025年5月28日（周三）",
		"暂停2日，届满日相应推后，至2025年5月30日（周五）",
		"提前1个工作日，至2025年5月29日（周四）",
		"暂停3日，届满日相应推后，至2025年6月1日（周日）",
		"2025年6月1日（周日）至2025年6月2日（周一）端午节放假",
		"最后一日是休息日，顺延至2025年6月3日（周二）（民法典第203条）",
		"截止：2025年6月3日（周二） 24:00",
		"日历：放假安排至2026年（国办发明电〔2025〕7号）",
	}
	if !slices.Equal(d.Working, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(d.Working, "\n"), strings.Join(want, "\n"))
	}
	if !d.Nominal.Equal(day(t, "2025-06-01")) || !d.Due.Equal(instant(t, "2025-06-03T16:00:00Z")) || d.Due.Location() != time.UTC {
		t.Error(d.Nominal, d.Due)
	}
}

// everyStart calls f for many starts from 2004 on, the same in every run.
func everyStart(f func(start time.Time, n int)) {
	random := rand.New(rand.NewPCG(123, 2004)) //nolint:gosec // a fixed seed is the point
	for range 2000 {
		f(time.Date(2004, 1, 1, random.IntN(24), random.IntN(60), random.IntN(60), 0, schemas.Shanghai).AddDate(0, 0, random.IntN(29*365)), 1+random.IntN(200))
	}
}

func due(t *testing.T, start time.Time, rule, mode string) schemas.Deadline {
	t.Helper()
	d, err := schemas.BuiltinCalendar().Due(start, rule, mode)
	if err != nil {
		t.Fatalf("%v %s %s: %v", start, rule, mode, err)
	}
	return d
}

func TestAShiftedDueDayIsAWorkingDay(t *testing.T) {
	c := schemas.BuiltinCalendar()
	everyStart(func(start time.Time, n int) {
		for mode, form := range map[string]string{
			schemas.ModeNaturalShift: "P%dD", schemas.ModeNaturalShiftCob: "P%dD+EXT1M", schemas.ModeWorkday: "P%dWD+SUSP3D",
			schemas.ModeNextWorkday: "P%dD", schemas.ModeBackward: "P%dD", schemas.ModeWorkhours: "PT%dH",
		} {
			rule := fmt.Sprintf(form, n)
			if d := due(t, start, rule, mode); !c.Works(d.Shown()) {
				t.Errorf("%v %s %s is due on a rest day: %v", start, rule, mode, d.Shown())
			}
		}
	})
}

func TestMoreIsNeverEarlier(t *testing.T) {
	everyStart(func(start time.Time, n int) {
		for _, tt := range []struct {
			mode, form string
			backward   bool
		}{
			{schemas.ModeNaturalShift, "P%dD", false},
			{schemas.ModeNaturalShift, "P%dM", false},
			{schemas.ModeNaturalStrict, "P%dW", false},
			{schemas.ModeNaturalShiftCob, "P%dQ", false},
			{schemas.ModeWorkday, "P%dWD", false},
			{schemas.ModeHours, "PT%dH", false},
			{schemas.ModeWorkhours, "PT%dH", false},
			{schemas.ModeBackward, "P%dD", true},
			{schemas.ModeBackward, "P%dM", true},
			{schemas.ModeBackward, "P%dWD", true},
		} {
			less := due(t, start, fmt.Sprintf(tt.form, n), tt.mode).Due
			more := due(t, start, fmt.Sprintf(tt.form, n+1), tt.mode).Due
			if tt.backward {
				less, more = more, less
			}
			if more.Before(less) {
				t.Errorf("%v %s %s: %d gives %v, %d gives %v", start, tt.form, tt.mode, n, less, n+1, more)
			}
		}
	})
}

func TestAPauseMovesTheNominalEndByItsDays(t *testing.T) {
	everyStart(func(start time.Time, n int) {
		for mode, rule := range map[string]string{schemas.ModeNaturalShift: "P3M+EXT1M", schemas.ModeWorkday: "P5WD"} {
			plain := due(t, start, rule, mode)
			paused := due(t, start, fmt.Sprintf("%s+SUSP%dD", rule, n), mode)
			if want := plain.Nominal.AddDate(0, 0, n); !paused.Nominal.Equal(want) {
				t.Errorf("%v %s %s paused %d days: %v, want %v", start, rule, mode, n, paused.Nominal, want)
			}
		}
	})
}
