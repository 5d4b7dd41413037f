package register

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Digest is one person's digest of a day as it was written.
	Digest struct {
		ID, Account       string
		Day               time.Time
		Content           schemas.Digest
		WrittenAt, ReadAt time.Time
	}
	// Foreseen is a person's digest that was not written: of a morning to come.
	Foreseen struct {
		Reader
		Content schemas.Digest
		notices []string // that it takes up
	}
	// DigestCount is how many digests a person had on a day, and how many notices they took up.
	DigestCount struct {
		Day, AccountName, Account string
		N, Notices                int
	}
	// Reader is a person with how he wants his digest.
	Reader struct {
		Account, Name         string
		Active                bool
		Wants                 bool // a digest at all
		Mail, SMS             bool // there, if he can be reached
		QuietFrom, QuietUntil int
	}
	// told is one stage that concerns a person: it waits for him, climbed to him, or a notice spoke of it.
	told struct {
		Notice, Account, Case, Procedure, Number, Title, Stage, Unit, UnitID, Level string
		Due                                                                         time.Time
		For                                                                         string
		Open                                                                        bool
		At                                                                          time.Time
		Role                                                                        schemas.Role // of what waits: in which post
		Again                                                                       bool         // of what is foretold: a lower rung of the stage had reached him
	}
)

func (t told) line() schemas.DigestLine {
	l := schemas.DigestLine{Case: t.Case, Number: t.Number, Title: t.Title, Stage: t.Stage, Unit: t.Unit, UnitID: t.UnitID, Level: t.Level, For: t.For}
	if t.Due.Year() > 1 {
		l.Due = t.Due.UTC()
	}
	duty := schemas.Duties[schemas.Kind(t.Stage)]
	l.Attends = slices.Contains(duty.Attends, t.Role) && !slices.Contains(duty.By, t.Role)
	if t.Procedure == schemas.OfficialAppraisal { // which unit's head is appraised stands on the matter's page alone
		l.Unit, l.UnitID = "", ""
	}
	return l
}

// Morning is what the digests of a congress wait for at one moment.
type Morning struct {
	Congress string
	Nine     time.Time // the 09:00 whose digests are owed
}

// Mornings are the congresses whose clock is past 09:00 of a working day, until the evening. A clock that is held owes nothing.
func (r *Register) Mornings(ctx context.Context) (ms []Morning, err error) {
	at, err := r.clocks(ctx)
	if err != nil {
		return nil, err
	}
	for i, id := range at.ids {
		if at.now[i] == nil {
			continue
		}
		calendar, err := r.Calendar(ctx, id, at.congresses[id].Edition)
		if err != nil {
			return ms, err
		}
		if nine, due := calendar.LastMorning(*at.now[i]); due {
			ms = append(ms, Morning{id, nine})
		}
	}
	return ms, nil
}

// Unready reports whether notices of that morning, or older ones, are still to be written or decided about: its digests wait for them.
func (r *Register) Unready(ctx context.Context, m Morning) (bool, error) {
	row, err := one[struct{ Unready bool }](ctx, r.pool, "unready", m.Congress, m.Nine)
	return row.Unready, err
}

// Wrote reports whether the digests of a morning are all written.
func (r *Register) Wrote(ctx context.Context, m Morning) (bool, error) {
	done, err := many[struct{ N int }](ctx, r.pool, "digest_day", m.Congress, m.Nine.In(schemas.Shanghai).Format(time.DateOnly))
	return len(done) > 0, err
}

// WriteDigests writes the digests of a morning, each person's in a transaction with the notices that it takes up, and returns how many
// it wrote. What is written stays, so that it may break off anywhere and begin again, and so that two at once write each but once.
func (r *Register) WriteDigests(ctx context.Context, m Morning) (n int, err error) {
	day := m.Nine.In(schemas.Shanghai).Format(time.DateOnly)
	_, err = r.Alone(ctx, "digests/"+m.Congress, func(ctx context.Context) error {
		if done, err := r.Wrote(ctx, m); err != nil || done {
			return err
		}
		now, err := r.Now(ctx, m.Congress)
		if err != nil {
			return err
		}
		all, stale, err := r.compose(ctx, m.Congress, m.Nine, now, "", false)
		if err != nil {
			return err
		}
		for _, f := range all {
			if !f.Wants || f.Content.Empty() {
				stale = append(stale, f.notices...)
				continue
			}
			wrote, err := r.writeDigest(ctx, m.Congress, day, now, f)
			if err != nil {
				return err
			}
			if wrote {
				n++
			}
		}
		if _, err := r.do(ctx, "page_notices", stale); err != nil {
			return err
		}
		if err := r.groupDigests(ctx, m, day, now, all); err != nil {
			return err
		}
		_, err = r.do(ctx, "write_digest_day", m.Congress, day, now)
		return err
	})
	return n, err
}

func (r *Register) writeDigest(ctx context.Context, congress, day string, now time.Time, f Foreseen) (wrote bool, err error) {
	content, err := json.Marshal(f.Content)
	if err != nil {
		return false, err
	}
	id := NewID()
	err = r.within(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, statement("write_digest"), id, congress, f.Account, day, string(content), now)
		if err != nil || tag.RowsAffected() == 0 { // another process has; what has come since waits for the next
			return err
		}
		wrote = true
		b := &pgx.Batch{}
		b.Queue(statement("fold_notices"), id, append([]string{}, f.notices...))
		var out parcels
		after := quietOver(f.QuietFrom, f.QuietUntil, r.now())
		switch {
		case f.Mail:
			out.add("digest/"+id+"/mail", congress, Mail, "", id, f.Account, "", "", now, after)
		case f.SMS: // a line of numbers, where there is no better way
			out.add("digest/"+id+"/sms", congress, SMS, "", id, f.Account, "", "", now, after)
		}
		out.queue(b)
		return tx.SendBatch(ctx, b).Close()
	})
	return wrote, err
}

// Foresee composes the digests of a congress for the first morning at or after an instant, as they would be if nothing happened until
// then, of one account or (empty) all; it writes nothing. Codes: as for schemas.Calendar.NextWorkday.
func (r *Register) Foresee(ctx context.Context, congress string, from time.Time, account string) (nine time.Time, all []Foreseen, err error) {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return nine, nil, err
	}
	calendar, err := r.CurrentCalendar(ctx, congress)
	if err != nil {
		return nine, nil, err
	}
	if from.Before(now) {
		from = now
	}
	if nine, err = calendar.NextMorning(from.Add(-time.Nanosecond)); err != nil {
		return nine, nil, err
	}
	all, _, err = r.compose(ctx, congress, nine, nine, account, true)
	all = slices.DeleteFunc(all, func(f Foreseen) bool { return f.Content.Empty() })
	return nine, all, err
}

// compose makes the digests of a morning at an instant, by their persons' names. Foreseeing, it counts what the bell will have said by
// then. Stale are the waiting notices of those who have no account any more.
func (r *Register) compose(ctx context.Context, congress string, nine, now time.Time, account string, foreseeing bool) (all []Foreseen, stale []string, err error) {
	calendar, err := r.CurrentCalendar(ctx, congress)
	if err != nil {
		return nil, nil, err
	}
	horizon, err := calendar.Workday(nine, schemas.Near+1) // what is due on the days of rest after the last working day is near too
	if err != nil {
		return nil, nil, err
	}
	waiting, err := many[told](ctx, r.pool, "folding", planned, congress, account)
	if err != nil {
		return nil, nil, err
	}
	leaders, err := r.leaders(ctx, congress, now, account)
	if err != nil {
		return nil, nil, err
	}
	climbed, err := many[told](ctx, r.pool, "climbed_now", planned, congress, now, leaders)
	if err != nil {
		return nil, nil, err
	}
	if foreseeing {
		choices, err := r.carriageChoices(ctx, r.pool, []string{congress})
		if err != nil {
			return nil, nil, err
		}
		come, err := many[told](ctx, r.pool, "foretold", planned, congress, nine, account)
		if err != nil {
			return nil, nil, err
		}
		for _, t := range come {
			if slices.Contains(leaders, t.Account) && schemas.Climbs(t.Level) {
				climbed = append([]told{t}, climbed...) // above the rung that it had reached
			}
			if !choices.single(congress, schemas.CarriageOf(t.Stage, t.Level, t.Due, t.At, t.Again)) {
				waiting = append(waiting, t)
			}
		}
		slices.SortStableFunc(waiting, func(a, b told) int { return b.At.Compare(a.At) })
	}
	owed, err := many[told](ctx, r.pool, "owing", planned, congress, now, horizon, account)
	if err != nil {
		return nil, nil, err
	}
	if owed, err = r.possible(ctx, owed); err != nil {
		return nil, nil, err
	}
	before, err := r.before(ctx, congress, now, climbed)
	if err != nil {
		return nil, nil, err
	}
	type share struct {
		owed, climbed, told []schemas.DigestLine
		notices             []string
	}
	shares := map[string]*share{}
	of := func(id string) *share {
		if shares[id] == nil {
			shares[id] = &share{}
		}
		return shares[id]
	}
	for _, t := range waiting {
		s := of(t.Account)
		if t.Notice != "" {
			s.notices = append(s.notices, t.Notice)
		}
		if t.Open { // what has been done since is not worth a line
			s.told = append(s.told, t.line())
		}
	}
	for _, t := range owed {
		of(t.Account).owed = append(of(t.Account).owed, t.line())
	}
	for _, t := range climbed {
		l := t.line()
		l.Before = before[t.Case+"/"+t.Stage]
		of(t.Account).climbed = append(of(t.Account).climbed, l)
	}
	ids := make([]string, 0, len(shares))
	for id := range shares {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	readers, err := many[Reader](ctx, r.pool, "digest_readers", congress, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, who := range readers {
		s := shares[who.Account]
		if !who.Active {
			stale = append(stale, s.notices...)
			continue
		}
		all = append(all, Foreseen{who, schemas.Compose(calendar, nine, s.owed, s.climbed, s.told), s.notices})
	}
	slices.SortFunc(all, func(a, b Foreseen) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Account, b.Account))
	})
	return all, stale, nil
}

// possible leaves out the stages that cannot be done before another one.
func (r *Register) possible(ctx context.Context, all []told) ([]told, error) {
	var ids []string
	for _, t := range all {
		ids = append(ids, t.Case)
	}
	slices.Sort(ids)
	states, err := r.States(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t told) bool {
		st := states[t.Case]
		o := st.Find(t.Stage)
		if o == nil || o.After == "" {
			return false
		}
		_, done := st.Told(o.After)
		return !done
	}), nil
}

// leaders are the accounts to which what others did not do climbs.
func (r *Register) leaders(ctx context.Context, congress string, now time.Time, account string) (ids []string, err error) {
	var roles []string
	for role := range schemas.PermissionTo("read", "climbed").Grants {
		roles = append(roles, string(role))
	}
	slices.Sort(roles)
	rows, err := many[struct{ Account string }](ctx, r.pool, "leaders", congress, now, roles)
	for _, row := range rows {
		if account == "" || account == row.Account {
			ids = append(ids, row.Account)
		}
	}
	return ids, err
}

// before is what was said of stages that climbed, a line each: case/stage → lines.
func (r *Register) before(ctx context.Context, congress string, now time.Time, rows []told) (map[string][]string, error) {
	var cases, stages []string
	asked := map[string]bool{}
	for _, t := range rows {
		if key := t.Case + "/" + t.Stage; !asked[key] {
			asked[key] = true
			cases, stages = append(cases, t.Case), append(stages, t.Stage)
		}
	}
	lines, err := many[struct {
		Case, Stage      string
		At               time.Time
		Level, Who, Text string
	}](ctx, r.pool, "said_before", congress, cases, stages, now)
	if err != nil {
		return nil, err
	}
	said := map[string][]string{}
	for _, b := range lines {
		key := b.Case + "/" + b.Stage
		on := b.At.In(schemas.Shanghai).Format("1月2日")
		switch {
		case b.Level == "instruction":
			said[key] = append(said[key], on+"领导作出批示，要求报告办理情况")
		case strings.HasPrefix(b.Level, schemas.LevelUrge):
			said[key] = append(said[key], fmt.Sprintf("%s%s催办：%s", on, b.Who, b.Text))
		default:
			said[key] = append(said[key], fmt.Sprintf("%s%s，告知%s", on, schemas.LevelName(b.Level), b.Who))
		}
	}
	return said, nil
}

// groupDigests posts to each group how many of its unit's stages are late or due; no title and no name.
func (r *Register) groupDigests(ctx context.Context, m Morning, day string, now time.Time, all []Foreseen) error {
	members, err := many[struct{ Bot, Channel, Unit, UnitName, Account, Role string }](ctx, r.pool, "bot_members", m.Congress)
	if err != nil || len(members) == 0 {
		return err
	}
	digests := map[string]schemas.Digest{}
	for _, f := range all {
		digests[f.Account] = f.Content
	}
	var out parcels
	for i := 0; i < len(members); {
		bot := members[i]
		counts, seen := map[string]int{}, map[string]bool{}
		var order []schemas.DigestPart
		for ; i < len(members) && members[i].Bot == bot.Bot; i++ {
			for _, p := range digests[members[i].Account].Parts() {
				for _, l := range p.Lines {
					own := bot.Unit == "" || members[i].Role != string(schemas.Liaison) && members[i].Role != string(schemas.UnitHead) || l.UnitID == bot.Unit
					if key := l.Case + "/" + l.Stage; own && !seen[key] {
						seen[key] = true
						counts[p.Code]++
					}
				}
				if !slices.ContainsFunc(order, func(o schemas.DigestPart) bool { return o.Code == p.Code }) {
					order = append(order, schemas.DigestPart{Code: p.Code, Heading: p.Heading})
				}
			}
		}
		var said []string
		for _, p := range order {
			if counts[p.Code] > 0 {
				said = append(said, fmt.Sprintf("%s%d件", p.Heading, counts[p.Code]))
			}
		}
		if len(said) > 0 {
			text := "【晨报】" + schemas.ZhDay(m.Nine) + "，" + cmp.Or(bot.UnitName, "人大办公室") + "：" + strings.Join(said, "，")
			out.add("group-digest/"+bot.Bot+"/"+day, m.Congress, bot.Channel, "", "", "", bot.Bot, text, now, time.Time{})
		}
	}
	return r.within(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		out.queue(b)
		return tx.SendBatch(ctx, b).Close()
	})
}

// DigestOf is a person's digest of a day, or (zero) his latest. Code: NotFound.
func (r *Register) DigestOf(ctx context.Context, congress, account string, day time.Time) (d Digest, err error) {
	var on *string
	if !day.IsZero() {
		on = null(day.In(schemas.Shanghai).Format(time.DateOnly))
	}
	row, err := one[struct {
		ID, Account       string
		Day               time.Time
		Content           string
		WrittenAt, ReadAt time.Time
	}](ctx, r.pool, "digest", congress, account, on)
	if err != nil {
		return d, err
	}
	d = Digest{ID: row.ID, Account: row.Account, Day: row.Day, WrittenAt: row.WrittenAt, ReadAt: row.ReadAt}
	return d, json.Unmarshal([]byte(row.Content), &d.Content)
}

// ReadDigest marks a digest, and the notices in it, as read at an instant.
func (r *Register) ReadDigest(ctx context.Context, id string, at time.Time) error {
	_, err := r.do(ctx, "read_digest", id, at)
	return err
}

// DigestCounts are the digests of a congress by day and person, from one day up to another, exclusive.
func (r *Register) DigestCounts(ctx context.Context, congress string, from, to time.Time) ([]DigestCount, error) {
	return many[DigestCount](ctx, r.pool, "digest_counts", congress, from.In(schemas.Shanghai).Format(time.DateOnly), to.In(schemas.Shanghai).Format(time.DateOnly))
}
