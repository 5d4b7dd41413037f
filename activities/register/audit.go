package register

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jackc/pgx/v5"
)

type (
	// Line is one row of the audit log (审计记录, spec 7.4): who did, saw or was refused what.
	Line struct {
		Congress, ID      string
		At                time.Time // UTC, of the database server; set by it
		Account, Name     string    // no account: the system, or somebody who is not logged in
		Role, Unit        string    // codes by spaces, names; as they were
		Address, Terminal string
		Action            string // kind of a stage, or method and route
		Object, ObjectID  string
		Before, After     string // SM3 of a case's state
		Reason            string
		Result            string // done, denied, failed, read

		unit string // id of the unit, where Unit is to be looked up
	}
	// LineFilter narrows the log; what is empty does not.
	LineFilter struct {
		From, To time.Time // UTC; To exclusive
		Who      string    // name as it was, or login
		Actions  []string
		ObjectID string
		Result   string
		Before   string // id: only what is older than this line
	}
	// Damage is one place where the log is not what was linked.
	Damage struct {
		Day  time.Time // of the link, midnight UTC by its Shanghai date; of an unlinked row the day it says
		N    int       // of the link; 0: the row has none
		Line string    // id; empty: unknown
		What string    // changed, link missing, row missing, row not linked
	}
	// Verification is what a look at the whole chain found.
	Verification struct {
		Days, Links int
		Last        string // hash of the last link: written down elsewhere it vouches for all before it
		Damage      []Damage
	}
)

// planned has a statement planned for the values it is asked with: a plan for any values would read the whole log.
const planned = pgx.QueryExecModeCacheDescribe

const (
	linkedAtOnce = 1000
	damageShown  = 100
	textCut      = 500 // runes of a text that comes from outside
	terminalCut  = 200
)

// Says is the damage in one Chinese sentence.
func (d Damage) Says() string {
	where := fmt.Sprintf("%s第%d环", schemas.ZhDate(d.Day), d.N)
	switch d.What {
	case "changed":
		if d.N == 1 {
			return where + "：与哈希不符，记录被改动，或前一日末尾的环节缺失"
		}
		return where + "：与哈希不符，记录被改动或次序被调换"
	case "link missing":
		return where + "：环节缺失"
	case "row missing":
		return where + "：记录缺失"
	}
	return schemas.ZhDate(d.Day) + "的一条记录没有入链，可能是事后补插，或者它的环节被删除"
}

// Audit writes lines into the log.
func (r *Register) Audit(ctx context.Context, ls ...Line) error {
	_, err := r.do(ctx, "write_audit", columns(ls)...)
	return err
}

// columns are the lines as arrays, for one insert of them all. Texts from outside are cut and cleaned, for the log takes any.
func columns(ls []Line) []any {
	var ids, congresses []string
	var accounts, units []*string
	texts := make([][]string, 12)
	for _, l := range ls {
		congresses, ids, accounts, units = append(congresses, l.Congress), append(ids, NewID()), append(accounts, null(l.Account)), append(units, null(l.unit))
		for i, s := range []string{l.Name, l.Role, l.Unit, l.Address, cut(l.Terminal, terminalCut), cut(l.Action, textCut), l.Object, cut(l.ObjectID, textCut),
			l.Before, l.After, cut(l.Reason, textCut), l.Result} {
			texts[i] = append(texts[i], s)
		}
	}
	args := []any{congresses, ids, accounts, texts[0], texts[1], units}
	for _, t := range texts[2:] {
		args = append(args, t)
	}
	return args
}

// cut leaves n runes that Postgres stores.
func cut(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?")
	if rs := []rune(s); len(rs) > n {
		return string(rs[:n])
	}
	return s
}

// audit proves what a stimulus did to the case, in its own transaction: one line for each act, and one for each escalation or effect
// that time brought.
func (w writing) audit(ctx context.Context, tx pgx.Tx, b *pgx.Batch, state string) error {
	line := Line{Congress: w.s.Congress, Object: "case", ObjectID: w.s.Case, After: sm3Hex(state), Result: "done"}
	var ls []Line
	for _, a := range w.e.Acts {
		l := line
		l.Account, l.unit, l.Role, l.Action, l.Reason = a.Person, a.Unit, string(a.Role), schemas.Kind(a.Key), a.Key
		if a.Person == "" {
			l.Name = schemas.RoleNames[schemas.System]
		}
		if a.Verdict != "" {
			l.Reason += "：" + schemas.Duties[l.Action].Says(a.Verdict)
		}
		ls = append(ls, l)
	}
	for _, c := range w.passed() {
		if c.Effect == "" && !escalates(c.Level) {
			continue
		}
		l := line
		l.Name, l.Role, l.Action = schemas.RoleNames[schemas.System], string(schemas.System), schemas.Kind(c.Key)
		l.Reason = fmt.Sprintf("%s：%s，规则《%s》第%s版", c.Key, schemas.LevelName(c.Level), w.rules.Name, w.rules.Version)
		if c.Effect != "" {
			l.Reason += "，" + schemas.Duties[l.Action].Says(c.Effect)
		}
		ls = append(ls, l)
	}
	if len(ls) == 0 {
		return nil
	}
	var before string
	if err := tx.QueryRow(ctx, statement("case_state"), w.s.Case).Scan(&before); err != nil {
		return err
	}
	for i := range ls {
		ls[i].Before = sm3Hex(before)
	}
	b.Queue(statement("write_audit"), columns(ls)...)
	return nil
}

// escalates tells the rungs of the ladders from reminders.
func escalates(level string) bool {
	return len(level) > 1 && strings.Contains("LNG", level[:1]) && level[1] >= '0' && level[1] <= '9'
}

// Lines reads the log, newest first.
func (r *Register) Lines(ctx context.Context, congress string, f LineFilter, limit int) ([]Line, error) {
	return many[Line](ctx, r.pool, "audit_page", planned, congress, moment(f.From), moment(f.To), f.Who, f.Actions, f.ObjectID, f.Result, null(f.Before), limit)
}

// Link gives the lines that have no link yet their place in the chain, at most a thousand of each congress, and returns how many.
// While another process links it does nothing. A line counts for the day it was written on, or for the last linked day where that is
// later. Lines dated two minutes before the last linked one stay without a link: nothing that the service writes takes so long.
func (r *Register) Link(ctx context.Context) (linked int, err error) {
	cs, err := r.Congresses(ctx)
	if err != nil {
		return 0, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		var mine bool
		if err := tx.QueryRow(ctx, statement("audit_lock")).Scan(&mine); err != nil || !mine {
			return err
		}
		for _, c := range cs {
			n, err := link(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			linked += n
		}
		return nil
	})
	return linked, err
}

func link(ctx context.Context, tx pgx.Tx, congress string) (int, error) {
	last, err := lastLink(ctx, tx, congress, time.Time{})
	if err != nil {
		return 0, err
	}
	ls, err := many[Line](ctx, tx, "audit_unlinked", planned, congress, last.since(), linkedAtOnce)
	if err != nil || len(ls) == 0 {
		return 0, err
	}
	var days []time.Time
	var ns []int32
	var ids, hashes []string
	for _, l := range ls {
		if day := dayOf(l.At); day.After(last.Day) {
			last.Day, last.N = day, 0
		}
		last.N++
		last.Hash = l.follows(last.Hash)
		days, ns, ids, hashes = append(days, last.Day), append(ns, int32(last.N)), append(ids, l.ID), append(hashes, last.Hash)
	}
	_, err = tx.Exec(ctx, statement("audit_link"), congress, days, ns, ids, hashes)
	return len(ls), err
}

// chainLink is one link; the zero one is before the first.
type chainLink struct {
	Day  time.Time
	N    int
	Hash string
	At   *time.Time // of its line; nil: the line is gone
}

// since is the instant after which lines wait for their link.
func (k chainLink) since() time.Time {
	if k.At != nil {
		return *k.At
	}
	return k.Day.AddDate(0, 0, -1)
}

// lastLink is the last link before a day; zero: of all.
func lastLink(ctx context.Context, q querier, congress string, before time.Time) (chainLink, error) {
	k, err := one[chainLink](ctx, q, "audit_last_link", congress, moment(before))
	var none *schemas.Error
	if errors.As(err, &none) && none.Code == "NotFound" {
		return chainLink{}, nil
	}
	return k, err
}

// dayOf is the Shanghai date of an instant, as dates are stored.
func dayOf(t time.Time) time.Time {
	y, m, d := t.In(schemas.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// follows is the hash of the line's link after the one with the hash given: SM3 over that hash in hex and the line's columns in the
// order of the table, each as its length in bytes, a colon, the bytes, a comma; the instant as microseconds since 1970.
func (l Line) follows(hash string) string {
	var b strings.Builder
	b.WriteString(hash)
	for _, s := range []string{l.Congress, l.ID, strconv.FormatInt(l.At.UnixMicro(), 10), l.Account, l.Name, l.Role, l.Unit, l.Address, l.Terminal, l.Action,
		l.Object, l.ObjectID, l.Before, l.After, l.Reason, l.Result} {
		b.WriteString(strconv.Itoa(len(s)) + ":" + s + ",")
	}
	return sm3Hex(b.String())
}

func sm3Hex(s string) string {
	sum := sm3.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Verify reads the links of the days from through to, both in Shanghai, with their lines, and names every place that does not fit, a
// hundred at the most, those in the chain first; zero days: no bound.
func (r *Register) Verify(ctx context.Context, congress string, from, to time.Time) (v Verification, err error) {
	first, end, after := moment(from), moment(to), moment(to)
	if !from.IsZero() {
		day := dayOf(from)
		first = &day
	}
	if !to.IsZero() {
		day, next := dayOf(to).AddDate(0, 0, 1), schemas.DayOf(to).AddDate(0, 0, 1)
		end, after = &day, &next
	}
	days, err := many[struct {
		Day   time.Time
		Links int
	}](ctx, r.pool, "audit_days", congress, first, end)
	if err != nil {
		return v, err
	}
	var last chainLink
	if first != nil {
		if last, err = lastLink(ctx, r.pool, congress, *first); err != nil {
			return v, err
		}
	}
	v.Last = last.Hash
	for _, d := range days {
		if err := r.verifyDay(ctx, congress, d.Day, &v); err != nil {
			return v, err
		}
	}
	astray, err := many[struct {
		ID string
		At time.Time
	}](ctx, r.pool, "audit_astray", congress, moment(from), after, damageShown)
	for _, a := range astray {
		v.damaged(dayOf(a.At), 0, a.ID, "row not linked")
	}
	return v, err
}

type linkedLine struct {
	Link, Hash string
	Day        time.Time
	N          int
	At         *time.Time

	Congress, ID, Account, Name, Role, Unit, Address, Terminal, Action, Object, ObjectID, Before, After, Reason, Result string
}

func (k linkedLine) line() Line {
	return Line{Congress: k.Congress, ID: k.ID, At: when(k.At), Account: k.Account, Name: k.Name, Role: k.Role, Unit: k.Unit, Address: k.Address,
		Terminal: k.Terminal, Action: k.Action, Object: k.Object, ObjectID: k.ObjectID, Before: k.Before, After: k.After, Reason: k.Reason, Result: k.Result}
}

func (r *Register) verifyDay(ctx context.Context, congress string, day time.Time, v *Verification) error {
	links, err := many[linkedLine](ctx, r.pool, "audit_links", congress, day)
	v.Days++
	n := 1
	for _, k := range links {
		switch {
		case k.N != n:
			v.damaged(day, n, "", "link missing")
		case k.ID == "":
			v.damaged(day, n, k.Link, "row missing")
		case k.line().follows(v.Last) != k.Hash:
			v.damaged(day, n, k.ID, "changed")
		}
		v.Links++
		v.Last, n = k.Hash, k.N+1
	}
	return err
}

func (v *Verification) damaged(day time.Time, n int, line, what string) {
	if len(v.Damage) < damageShown {
		v.Damage = append(v.Damage, Damage{day, n, line, what})
	}
}
