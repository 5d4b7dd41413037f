package schemas

import (
	"bufio"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Shanghai is the zone of every date. It is fixed: China has kept no summer time since 1991.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// DayOf returns the midnight, in Shanghai, that begins the day of t there.
func DayOf(t time.Time) time.Time {
	y, m, d := t.In(Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Shanghai)
}

// ZhDate prints the date of t in Shanghai as offices write it: 2026年3月2日.
func ZhDate(t time.Time) string { return t.In(Shanghai).Format("2006年1月2日") }

// ZhDay is ZhDate with the weekday: 2026年3月2日（周一）.
func ZhDay(t time.Time) string {
	weekdays := []string{"日", "一", "二", "三", "四", "五", "六"}
	return ZhDate(t) + "（周" + weekdays[t.In(Shanghai).Weekday()] + "）"
}

// DayKind says what an exception makes of a day.
type DayKind string

// The two kinds of exceptions to Saturday and Sunday.
const (
	Rest DayKind = "rest" // 放假
	Work DayKind = "work" // 调休上班
)

type (
	// Exception is a day that is not what its weekday says, or that a notice names.
	Exception struct {
		Kind DayKind `json:"kind"`
		Name string  `json:"name,omitempty"` // the holiday it belongs to: 国庆节; may be empty
		// Local: a closing day (停办日) of the congress's own place, not of the State Council's notice.
		Local bool `json:"local,omitempty"`
	}
	// Calendar tells working days from rest days: Saturday and Sunday rest, exceptions come first.
	// It is a value: its maps are never changed once it is in use. Dates are keyed "2006-01-02".
	Calendar struct {
		Edition string               `json:"edition"` // names the data, kept with every answer
		Days    map[string]Exception `json:"days"`
		// Through is the last year whose arrangement the State Council has published.
		// Zero: the data stands for every year, nothing is provisional.
		Through int `json:"through,omitempty"`
		// Statutory holds the holidays of the years after Through, by name, without make-up days.
		Statutory map[string]string `json:"statutory,omitempty"`
	}
)

//go:embed calendar/*.csv
var calendarFiles embed.FS

// BuiltinCalendar is the calendar of the State Council's yearly notices since 2004 (calendar/sources.csv)
// and, past the last of them, of the holidays of 《全国年节及纪念日放假办法》 as revised on 10 November 2024.
// It knows no holidays before 2004, and only weekends past the last year in calendar/statutory.csv.
func BuiltinCalendar() Calendar { return builtinCalendar() }

var builtinCalendar = sync.OnceValue(func() Calendar {
	c, err := readBuiltin()
	if err != nil {
		panic(err) // the files are part of the build and read in its tests
	}
	return c
})

func readBuiltin() (Calendar, error) {
	days, err := calendarFiles.Open("calendar/days.csv")
	if err != nil {
		return Calendar{}, err
	}
	c, err := ReadCalendar(days, "")
	if err != nil {
		return Calendar{}, err
	}
	statutory, err := builtinTable("statutory.csv", "date", "name")
	if err != nil {
		return Calendar{}, err
	}
	c.Statutory = map[string]string{}
	for _, row := range statutory {
		c.Statutory[row.fields[0]] = row.fields[1]
	}
	sources, err := builtinTable("sources.csv", "year", "number")
	if err != nil {
		return Calendar{}, err
	}
	last := sources[len(sources)-1]
	c.Through, err = strconv.Atoi(last.fields[0])
	c.Edition = fmt.Sprintf("放假安排至%s年（%s）", last.fields[0], last.fields[1])
	return c, err
}

func builtinTable(name string, columns ...string) ([]calendarRow, error) {
	f, err := calendarFiles.Open("calendar/" + name)
	if err != nil {
		return nil, err
	}
	return readRows(f, columns, nil)
}

// ReadCalendar reads exceptions as CSV: columns date (2006-01-02) and kind (rest or work), a name if there
// is one, in any order; others are ignored, lines that begin with # too. A byte order mark and CRLF are
// accepted. Such a calendar has no statutory extension, so none of its answers is provisional
// (docs/deadlines.md). An error has the code BadCalendar and names the line.
func ReadCalendar(r io.Reader, edition string) (Calendar, error) {
	rows, err := readRows(r, []string{"date", "kind"}, []string{"name"})
	if err != nil {
		return Calendar{}, err
	}
	c := Calendar{Edition: edition, Days: make(map[string]Exception, len(rows))}
	for _, row := range rows {
		date, day := row.fields[0], Exception{Kind: DayKind(row.fields[1]), Name: row.fields[2]}
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return Calendar{}, Refuse("BadCalendar", "日历第%d行：日期“%s”须写成 2026-03-02 的样子，并且确有其日", row.line, date)
		}
		if day.Kind != Rest && day.Kind != Work {
			return Calendar{}, Refuse("BadCalendar", "日历第%d行：类别“%s”须是 rest（放假）或 work（上班）", row.line, day.Kind)
		}
		if other, twice := c.Days[date]; twice && other.Kind != day.Kind {
			return Calendar{}, Refuse("BadCalendar", "日历第%d行：%s 既列为放假又列为上班", row.line, date)
		}
		c.Days[date] = day
	}
	return c, nil
}

type calendarRow struct {
	line   int
	fields []string // in the order of the columns asked for
}

func readRows(r io.Reader, required, optional []string) ([]calendarRow, error) {
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	table := csv.NewReader(in)
	table.Comment = '#'
	table.FieldsPerRecord = -1
	header, err := table.Read()
	if err != nil {
		return nil, badTable(err)
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	at := make([]int, 0, len(required)+len(optional))
	for i, column := range slices.Concat(required, optional) {
		at = append(at, slices.Index(header, column))
		if at[i] < 0 && i < len(required) {
			return nil, Refuse("BadCalendar", "日历的表头缺少“%s”一列", column)
		}
	}
	var rows []calendarRow
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, badTable(err)
		}
		row := calendarRow{fields: make([]string, len(at))}
		row.line, _ = table.FieldPos(0)
		for i, column := range at {
			if column >= 0 && column < len(record) {
				row.fields[i] = strings.TrimSpace(record[column])
			}
		}
		rows = append(rows, row)
	}
}

func badTable(err error) *Error {
	if errors.Is(err, io.EOF) {
		return Refuse("BadCalendar", "日历文件是空的，缺少表头 date,kind")
	}
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return &Error{Code: "BadCalendar", Text: fmt.Sprintf("日历第%d行不是合格的 CSV", broken.Line), Cause: broken.Err}
	}
	return &Error{Code: "BadCalendar", Text: "无法读取日历", Cause: err}
}

// Overlay lays days over the calendar, such as an office's closing days; they win. The edition names the
// calendar that results. The last published year stays what it is.
func (c Calendar) Overlay(days map[string]Exception, edition string) Calendar {
	laid := make(map[string]Exception, len(c.Days)+len(days))
	maps.Copy(laid, c.Days)
	maps.Copy(laid, days)
	c.Days, c.Edition = laid, edition
	return c
}

// Publish lays the State Council's notice for a year over the calendar, which ends the assumptions about
// that year; a notice may name days of the year before. A year that is published already is corrected.
// Years come one after the other: otherwise the code is BadCalendar.
func (c Calendar) Publish(year int, days map[string]Exception, edition string) (Calendar, error) {
	if year > c.Through+1 {
		return Calendar{}, Refuse("BadCalendar", "%d年的放假安排尚未导入，不能先导入%d年", c.Through+1, year)
	}
	c = c.Overlay(days, edition)
	c.Through = max(c.Through, year)
	return c, nil
}

// Published reports whether the arrangement of the day's year is known; answers past it are provisional (暂定).
func (c Calendar) Published(day time.Time) bool {
	return c.Through == 0 || day.In(Shanghai).Year() <= c.Through
}

// Works reports whether the day of that instant in Shanghai is a working day.
func (c Calendar) Works(day time.Time) bool {
	if e, ok := c.exception(day); ok {
		return e.Kind == Work
	}
	return !isWeekend(day)
}

func isWeekend(day time.Time) bool {
	w := day.In(Shanghai).Weekday()
	return w == time.Saturday || w == time.Sunday
}

// exception finds what is said of a day beyond its weekday; a statutory holiday counts where nothing
// has been published.
func (c Calendar) exception(day time.Time) (Exception, bool) {
	date := dateKey(day)
	if e, ok := c.Days[string(date[:])]; ok {
		return e, true
	}
	if name, ok := c.Statutory[string(date[:])]; ok && !c.Published(day) {
		return Exception{Kind: Rest, Name: name}, true
	}
	return Exception{}, false
}

// dateKey is the day as 2006-01-02. A preview over ten thousand cases asks for millions: it is not formatted by a layout.
func dateKey(day time.Time) (key [10]byte) {
	y, m, d := day.In(Shanghai).Date()
	for i, n := range [8]int{y / 1000, y / 100, y / 10, y, int(m) / 10, int(m), d / 10, d} {
		at := i
		if i >= 4 {
			at++
		}
		if i >= 6 {
			at++
		}
		key[at] = byte('0' + n%10)
	}
	key[4], key[7] = '-', '-'
	return key
}

// NextWorkday returns the first working day on or after that day, as its midnight in Shanghai.
// The code is NoWorkday if there is none within 366 days, OutOfRange past the year 9999.
func (c Calendar) NextWorkday(day time.Time) (time.Time, error) { return c.seek(day, 1) }

// PrevWorkday returns the last working day on or before that day; errors as for NextWorkday.
func (c Calendar) PrevWorkday(day time.Time) (time.Time, error) { return c.seek(day, -1) }

// Workday returns the n-th working day after that day, before it if n is negative, the day itself if n
// is 0; errors as for NextWorkday.
func (c Calendar) Workday(day time.Time, n int) (time.Time, error) {
	step := 1
	if n < 0 {
		n, step = -n, -1
	}
	day = DayOf(day)
	for range n {
		next, err := c.seek(day.AddDate(0, 0, step), step)
		if err != nil {
			return time.Time{}, err
		}
		day = next
	}
	return day, nil
}

func (c Calendar) seek(day time.Time, step int) (time.Time, error) {
	first := DayOf(day)
	day = first
	for range 367 { // the day itself and 366 more
		if err := inRange(day); err != nil {
			return time.Time{}, err
		}
		if c.Works(day) {
			return day, nil
		}
		day = day.AddDate(0, 0, step)
	}
	direction := "起"
	if step < 0 {
		direction = "往前"
	}
	return time.Time{}, Refuse("NoWorkday", "自%s%s的366日内没有一个工作日，请检查日历", ZhDate(first), direction)
}

// inRange keeps dates to those that RFC 3339 can write.
func inRange(day time.Time) error {
	if y := day.In(Shanghai).Year(); y < 1 || y > 9999 {
		return Refuse("OutOfRange", "推算的日期超出了公元1年至9999年")
	}
	return nil
}

// Between counts the working days after one day up to and with another.
func (c Calendar) Between(from, to time.Time) (n int) {
	last := DayOf(to)
	for day := DayOf(from).AddDate(0, 0, 1); !day.After(last); day = day.AddDate(0, 0, 1) {
		if c.Works(day) {
			n++
		}
	}
	return n
}
