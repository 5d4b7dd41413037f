package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"
)

// dueCommand computes due dates for rows of CSV, as docs/deadlines.md has it.
type dueCommand struct {
	Calendar string `placeholder:"FILE" help:"用此文件（CSV，列 date,kind）代替内置的放假和调休日；周六、周日仍为休息日"`
	Explain  bool   `help:"不输出 CSV，逐行说明推算过程"`
	File     string `arg:"" optional:"" help:"CSV 文件，列 id,start,rule,calendar_mode；不写则读标准输入"`
}

// Run answers every row that can be answered; it returns an error, so that the command ends with status 1,
// if one could not.
func (c *dueCommand) Run() error {
	calendar, err := c.calendar()
	if err != nil {
		return err
	}
	if c.File == "" || c.File == "-" {
		return c.answer(calendar, os.Stdin, os.Stdout, os.Stderr)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("无法打开文件：%w", err)
	}
	defer f.Close()
	return c.answer(calendar, f, os.Stdout, os.Stderr)
}

func (c *dueCommand) calendar() (schemas.Calendar, error) {
	if c.Calendar == "" {
		return schemas.BuiltinCalendar(), nil
	}
	f, err := os.Open(c.Calendar)
	if err != nil {
		return schemas.Calendar{}, fmt.Errorf("无法打开日历：%w", err)
	}
	defer f.Close()
	return schemas.ReadCalendar(f, filepath.Base(c.Calendar))
}

func (c *dueCommand) answer(calendar schemas.Calendar, in io.Reader, out, complaints io.Writer) (err error) {
	rows, err := openDueRows(in)
	if err != nil {
		return err
	}
	var answers dueAnswers = newDueTable(out)
	if c.Explain {
		answers = &dueExplanations{out: bufio.NewWriter(out)}
	}
	failed := 0
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(answers.close(), fmt.Errorf("无法读取：%w", err))
		}
		deadline, err := row.due(calendar)
		if err != nil {
			failed++
			fmt.Fprintf(complaints, "第%d行 %s：%v\n", row.line, row.id, err)
		}
		answers.add(row.id, deadline, err)
	}
	if err := answers.close(); err != nil {
		return fmt.Errorf("无法写出结果：%w", err)
	}
	if failed > 0 {
		return fmt.Errorf("有%d行无法推算", failed)
	}
	return nil
}

// startForm is RFC 3339 with a zone; time.Parse also takes hours of one digit and impossible zones.
var startForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

type dueRow struct {
	line                  int
	id, start, rule, mode string
	broken                error // the line is no CSV; the fields before the fault are there
}

func (r dueRow) due(calendar schemas.Calendar) (schemas.Deadline, error) {
	if r.broken != nil {
		return schemas.Deadline{}, r.broken
	}
	start, err := time.Parse(time.RFC3339, r.start)
	if err != nil || !startForm.MatchString(r.start) {
		return schemas.Deadline{}, schemas.Refuse("BadStart", "起点“%s”须是带时区的时间，如 2026-03-02T09:00:00+08:00", r.start)
	}
	return calendar.Due(start, r.rule, r.mode)
}

// dueRows reads rows by the names of their columns.
type dueRows struct {
	table *csv.Reader
	at    []int // where id, start, rule and calendar_mode stand
}

func openDueRows(in io.Reader) (*dueRows, error) {
	buffered := bufio.NewReader(in)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		_, _ = buffered.Discard(3)
	}
	rows := &dueRows{table: csv.NewReader(buffered)}
	rows.table.FieldsPerRecord = -1
	header, err := rows.table.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("没有内容：第一行须是表头 id,start,rule,calendar_mode")
	}
	if err != nil {
		return nil, fmt.Errorf("无法读取表头：%w", err)
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	for _, column := range []string{"id", "start", "rule", "calendar_mode"} {
		i := slices.Index(header, column)
		if i < 0 {
			return nil, fmt.Errorf("表头缺少“%s”一列", column)
		}
		rows.at = append(rows.at, i)
	}
	return rows, nil
}

// next reads a row; its error is io.EOF or the input's own.
func (r *dueRows) next() (dueRow, error) {
	record, err := r.table.Read()
	fault, broken := errors.AsType[*csv.ParseError](err)
	if err != nil && !broken {
		return dueRow{}, err
	}
	field := func(column int) string {
		if at := r.at[column]; at < len(record) {
			return record[at]
		}
		return ""
	}
	row := dueRow{id: field(0), start: field(1), rule: field(2), mode: field(3)}
	if broken {
		row.line = fault.StartLine
		row.broken = &schemas.Error{Code: "BadRow", Text: "这一行不是合格的 CSV", Cause: fault.Err}
		return row, nil
	}
	row.line, _ = r.table.FieldPos(0)
	return row, nil
}

// dueAnswers takes the answers in the order of the rows; a write that fails is told by close.
type dueAnswers interface {
	add(id string, d schemas.Deadline, err error)
	close() error
}

type dueTable struct{ out *csv.Writer }

func newDueTable(out io.Writer) dueTable {
	t := dueTable{csv.NewWriter(out)}
	_ = t.out.Write([]string{"id", "due"})
	return t
}

func (t dueTable) add(id string, d schemas.Deadline, err error) {
	due := ""
	if err == nil {
		due = d.Shown().Format(time.RFC3339)
	}
	_ = t.out.Write([]string{id, due})
}

func (t dueTable) close() error {
	t.out.Flush()
	return t.out.Error()
}

type dueExplanations struct{ out *bufio.Writer }

func (e *dueExplanations) add(id string, d schemas.Deadline, err error) {
	if err != nil {
		fmt.Fprintf(e.out, "%s  无法推算：%v\n\n", id, err)
		return
	}
	fmt.Fprintf(e.out, "%s  %s\n", id, d.Shown().Format(time.RFC3339))
	for _, line := range d.Working {
		fmt.Fprintf(e.out, "    %s\n", line)
	}
	fmt.Fprintln(e.out)
}

func (e *dueExplanations) close() error { return e.out.Flush() }
