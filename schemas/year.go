package schemas

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

type (
	// Year is what one notice says of its year (放假安排): days off and make-up days, by date "2006-01-02". It may
	// name the last days of the year before, which belong to the break of New Year.
	Year struct {
		Year int
		Days map[string]Exception
	}
	// Day is one day as a calendar shows it.
	Day struct {
		Date  time.Time // midnight in Shanghai
		Works bool
		Named bool   // a notice or the law names it; otherwise its weekday alone decides
		Name  string // the holiday that it belongs to; may be empty
		Local bool   // a closing day of the place
	}
)

// newYearBreak is how many days before 1 January a notice may name: breaks and their make-up days have begun on 29
// December at the earliest, since 2004.
const newYearBreak = 7

// ReadYear reads the notice for one year as CSV, as ReadCalendar does. The year is the one of most dates. Refused, with
// the code BadCalendar and the line, are dates of other years besides the last week of the year before, and make-up
// days on what is a working day by its weekday.
func ReadYear(r io.Reader) (Year, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Year{}, badTable(err)
	}
	c, err := ReadCalendar(bytes.NewReader(text), "")
	if err != nil {
		return Year{}, err
	}
	rows, err := readRows(bytes.NewReader(text), []string{"date"}, nil)
	if err != nil {
		return Year{}, err
	}
	y := Year{Year: mostDates(c.Days), Days: c.Days}
	if len(y.Days) == 0 {
		return Year{}, Refuse("BadCalendar", "日历文件里没有一个日期")
	}
	newYear := time.Date(y.Year, 1, 1, 0, 0, 0, 0, Shanghai)
	for _, row := range rows {
		date := row.fields[0]
		day, err := time.ParseInLocation(time.DateOnly, date, Shanghai)
		if err != nil {
			return Year{}, err
		}
		if day.Year() != y.Year && (day.After(newYear) || day.Before(newYear.AddDate(0, 0, -newYearBreak))) {
			return Year{}, Refuse("BadCalendar", "日历第%d行：%s 不在%d年；一次只导入一年，只可以带上前一年12月25日以后与元旦相连的日期", row.line, date, y.Year)
		}
		if c.Days[date].Kind == Work && !isWeekend(day) {
			return Year{}, Refuse("BadCalendar", "日历第%d行：%s本来就是工作日，不能列为调休上班", row.line, ZhDay(day))
		}
	}
	return y, nil
}

// mostDates is the year to which most of the dates belong, the later one if two have as many.
func mostDates(days map[string]Exception) (year int) {
	count := map[int]int{}
	for date := range days {
		n, _ := strconv.Atoi(date[:4])
		count[n]++
	}
	for n, dates := range count {
		if dates > count[year] || dates == count[year] && n > year {
			year = n
		}
	}
	return year
}

// First is the first day of which the year may change what was assumed. Midnight in Shanghai.
func (y Year) First() time.Time {
	first := time.Date(y.Year, 1, 1, 0, 0, 0, 0, Shanghai)
	for date := range y.Days {
		if day, err := time.ParseInLocation(time.DateOnly, date, Shanghai); err == nil && day.Before(first) {
			first = day
		}
	}
	return first
}

// Add publishes a year: from then on nothing about it is provisional. A year that comes new must give every statutory
// holiday off, for a notice does; a published one may be corrected day by day. Code: BadCalendar.
func (c Calendar) Add(y Year, edition string) (Calendar, error) {
	next, err := c.Publish(y.Year, y.Days, edition)
	if err != nil || y.Year <= c.Through {
		return next, err
	}
	for _, date := range slices.Sorted(maps.Keys(c.Statutory)) {
		day, err := time.ParseInLocation(time.DateOnly, date, Shanghai)
		if err != nil || day.Year() != y.Year || !next.Works(day) {
			continue
		}
		return Calendar{}, Refuse("BadCalendar", "%s是法定假日（%s），日历里没有列为放假，请对照通知补全", ZhDay(day), c.Statutory[date])
	}
	return next, nil
}

// PublishedYear is Published for a whole year.
func (c Calendar) PublishedYear(year int) bool { return c.Through == 0 || year <= c.Through }

// Day tells what a day is and why.
func (c Calendar) Day(day time.Time) Day {
	e, named := c.exception(day)
	return Day{Date: DayOf(day), Works: c.Works(day), Named: named, Name: e.Name, Local: e.Local}
}

// Arrangement says a year's breaks and make-up days in order, one in each line: 2026年1月1日（周四）至2026年1月3日（周六）元旦，放假.
func (c Calendar) Arrangement(year int) (lines []string) {
	for _, s := range c.stretches(time.Date(year, 1, 1, 0, 0, 0, 0, Shanghai), time.Date(year, 12, 31, 0, 0, 0, 0, Shanghai)) {
		switch {
		case s.local:
			lines = append(lines, s.String()+"，本地停办")
		case s.kind == Work:
			lines = append(lines, s.String()+"，调休上班")
		case s.holiday:
			lines = append(lines, s.String()+"，放假")
		}
	}
	return lines
}
