package register

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bihuan/schemas"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

type (
	// Dispatch (发件) is one message on its way through one channel.
	Dispatch struct {
		ID, Congress, Channel string
		Notice, Digest, Text  string // what it carries: the first that is not empty
		Account, Name         string // to a person
		Email, Phone          string
		Key, Secret           string // to a group: its bot
		Tries                 int
		EnteredAt             time.Time // real time
		QuietFrom, QuietUntil int       // of its person
	}
	// Posted is a dispatch as the office sees it.
	Posted struct {
		ID, Channel           string
		Sink                  bool // a rehearsal's: it did not leave
		At, EnteredAt, SentAt time.Time
		Trouble               string
		Tries                 int
		AccountName, Address  string
		Group                 bool
		GroupName             string // of a group's unit; empty: the office's
		CaseID, Stage, Level  string // of a notice
		UnitName, Title       string
		Due                   time.Time
		Content               string // of a digest: schemas.Digest as JSON
	}
	// unsorted is a notice nobody has decided about, with where its person can be reached.
	unsorted struct {
		Notice, Channel, Congress string
		Rehearsal                 bool
		Account, CaseID, Stage    string
		Rev                       int
		Level                     string
		At, Due, WrittenAt        time.Time
		Mail, SMS                 bool
		QuietFrom, QuietUntil     int
		Again                     bool // a lower rung of the stage had reached him
	}
	// parcels are dispatches to be entered, column by column.
	parcels struct {
		ids, congresses, channels        []string
		notices, digests, accounts, bots []*string
		texts                            []string
		ats, afters                      []time.Time
	}
)

// code reports whether it carries a code, which its person waits for.
func (d Dispatch) code() bool { return d.Account != "" && d.Notice == "" && d.Digest == "" }

// Expired reports whether it carries a code that nobody can use any more.
func (d Dispatch) Expired(now time.Time) bool {
	return d.code() && now.After(d.EnteredAt.Add(codeLife))
}

// The channels (渠道) by which messages leave.
const (
	Mail     = "mail"
	SMS      = "sms"
	WeCom    = "wecom"
	DingTalk = "dingtalk"
)

// Channels are all of them, in the order in which pages name them.
var Channels = []string{Mail, SMS, WeCom, DingTalk}

// sameID is an id made of what it stands for.
func sameID(what string) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte("bihuan/"+what)).String()
}

func (p *parcels) add(what, congress, channel, notice, digest, account, bot, text string, at, after time.Time) {
	p.ids, p.congresses, p.channels = append(p.ids, sameID(what)), append(p.congresses, congress), append(p.channels, channel)
	p.notices, p.digests = append(p.notices, null(notice)), append(p.digests, null(digest))
	p.accounts, p.bots = append(p.accounts, null(account)), append(p.bots, null(bot))
	p.texts, p.ats, p.afters = append(p.texts, text), append(p.ats, at), append(p.afters, after)
}

func (p *parcels) queue(b *pgx.Batch) {
	if len(p.ids) > 0 {
		b.Queue(statement("add_dispatches"), p.ids, p.congresses, p.channels, p.notices, p.digests, p.accounts, p.bots, p.texts, p.ats, p.afters)
	}
}

// Sort decides of the notices that were just written, in all congresses, which go out by themselves and which wait for the digest;
// it returns how many it took. Two at once take different ones.
func (r *Register) Sort(ctx context.Context) (n int, err error) {
	err = r.within(ctx, func(tx pgx.Tx) error {
		rows, err := many[unsorted](ctx, tx, "unsorted")
		if n = len(rows); err != nil || n == 0 {
			return err
		}
		var congresses, singles, ids, channels, ways []string
		for _, u := range rows {
			if !slices.Contains(congresses, u.Congress) {
				congresses = append(congresses, u.Congress)
			}
		}
		choices, err := r.carriageChoices(ctx, tx, congresses)
		if err != nil {
			return err
		}
		var out parcels
		known := map[string]unsorted{}
		for _, u := range rows {
			known[u.Notice] = u
			way := "digest"
			if choices.single(u.Congress, schemas.CarriageOf(u.Stage, u.Level, u.Due, u.WrittenAt, u.Again)) {
				way = "single"
				singles = append(singles, u.Notice)
				after := quietOver(u.QuietFrom, u.QuietUntil, r.now())
				if u.Mail {
					out.add("notice/"+u.Notice+"/mail", u.Congress, Mail, u.Notice, "", u.Account, "", "", u.WrittenAt, after)
				}
				if u.SMS {
					out.add("notice/"+u.Notice+"/sms", u.Congress, SMS, u.Notice, "", u.Account, "", "", u.WrittenAt, after)
				}
			}
			ids, channels, ways = append(ids, u.Notice), append(channels, u.Channel), append(ways, way)
		}
		if len(singles) > 0 {
			groups, err := many[struct{ Notice, Bot, Channel string }](ctx, tx, "bots_for", singles)
			if err != nil {
				return err
			}
			for _, g := range groups { // what several in the group are told is posted once
				u := known[g.Notice]
				out.add("group/"+g.Bot+"/"+u.CaseID+"/"+u.Stage+"/"+u.Level+"/"+u.At.UTC().Format(time.RFC3339Nano), u.Congress, g.Channel, u.Notice, "", "", g.Bot, "", u.WrittenAt, time.Time{})
			}
		}
		b := &pgx.Batch{}
		b.Queue(statement("sort_notices"), ids, channels, ways)
		out.queue(b)
		return tx.SendBatch(ctx, b).Close()
	})
	return n, err
}

// choices are what offices decided otherwise than the table: congress and code → by itself.
type choices map[[2]string]bool

func (c choices) single(congress string, k schemas.Carriage) bool {
	if chosen, has := c[[2]string{congress, k.Code}]; has {
		return chosen
	}
	return k.Single
}

func (r *Register) carriageChoices(ctx context.Context, q querier, congresses []string) (choices, error) {
	rows, err := many[struct {
		Congress, Code string
		Single         bool
	}](ctx, q, "carriage_choices", congresses)
	out := choices{}
	for _, row := range rows {
		out[[2]string{row.Congress, row.Code}] = row.Single
	}
	return out, err
}

// Carriages are the kinds of notices as a congress carries them.
func (r *Register) Carriages(ctx context.Context, congress string) ([]schemas.Carriage, error) {
	chosen, err := r.carriageChoices(ctx, r.pool, []string{congress})
	all := schemas.Carriages()
	for i, k := range all {
		all[i].Single = chosen.single(congress, k)
	}
	return all, err
}

// ChooseCarriage has a kind of notice go out by itself, or wait for the digest, from now on. Code: NotFound.
func (r *Register) ChooseCarriage(ctx context.Context, congress, account, code string, single bool) error {
	if !slices.ContainsFunc(schemas.Carriages(), func(k schemas.Carriage) bool { return k.Code == code }) {
		return schemas.Refuse("NotFound", "没有这一类消息")
	}
	now, err := r.Now(ctx, congress)
	if err == nil {
		_, err = r.do(ctx, "choose_carriage", congress, code, single, account, now)
	}
	return err
}

// quietOver is when a message may go out: at once, or at the end of the hours in which its person wants quiet (minutes of the day).
func quietOver(from, until int, at time.Time) time.Time {
	if from < 0 || until < 0 || from == until {
		return at
	}
	midnight := schemas.DayOf(at)
	minute := int(at.Sub(midnight) / time.Minute)
	end := midnight.Add(time.Duration(until) * time.Minute)
	switch {
	case from < until && minute >= from && minute < until, from > until && minute < until:
		return end
	case from > until && minute >= from:
		return end.AddDate(0, 0, 1)
	}
	return at
}

// Lease is how long nobody else takes what was claimed.
const Lease = 5 * time.Minute

// Claim takes what waits for a channel, for the time of the lease. What rehearsals send never leaves, and is not here; what comes into its
// person's quiet hours while it waits is put off to their end.
func (r *Register) Claim(ctx context.Context, channel string, limit int) (claimed []Dispatch, err error) {
	all, err := many[Dispatch](ctx, r.pool, "claim_dispatches", channel, limit, Lease)
	for _, d := range all {
		now := r.now()
		if after := quietOver(d.QuietFrom, d.QuietUntil, now); after.After(now) && !d.code() {
			if _, e := r.do(ctx, "keep_dispatch", d.ID, after); e != nil {
				err = errors.Join(err, e)
			}
			continue
		}
		claimed = append(claimed, d)
	}
	return claimed, err
}

// Dispatched enters that a message left, or why it did not; then it waits, longer each time, unless it is given up.
func (r *Register) Dispatched(ctx context.Context, id string, trouble error, givenUp bool) error {
	why := ""
	if trouble != nil {
		why = trouble.Error()
	}
	_, err := r.do(ctx, "dispatched", id, why, givenUp)
	return err
}

// NoticeToSend is what a dispatch carries, and in whose place its person is told of it (代).
func (r *Register) NoticeToSend(ctx context.Context, id string) (n Notice, absent string, err error) {
	if n, err = one[Notice](ctx, r.pool, "notice_to_send", id); err != nil {
		return n, "", err
	}
	row, err := one[struct{ Names string }](ctx, r.pool, "for_whom", id)
	return n, row.Names, err
}

// DigestToSend is the digest that a dispatch carries.
func (r *Register) DigestToSend(ctx context.Context, id string) (d schemas.Digest, err error) {
	row, err := one[struct{ Content string }](ctx, r.pool, "digest_to_send", id)
	if err == nil {
		err = json.Unmarshal([]byte(row.Content), &d)
	}
	return d, err
}

// Posted is the page of what left a congress, or would have, after a place, newest first; and where the next begins. Of one channel
// or (empty) all; with waiting, only what has not left.
func (r *Register) Posted(ctx context.Context, congress, channel string, waiting bool, after *Place, limit int) ([]Posted, *Place, error) {
	var place Place
	if after != nil {
		place = *after
	}
	rows, err := many[Posted](ctx, r.pool, "posted", planned, congress, channel, waiting, moment(place.At), null(place.ID), limit+1)
	if err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	last := rows[limit-1]
	return rows[:limit], &Place{last.At, last.ID}, nil
}
