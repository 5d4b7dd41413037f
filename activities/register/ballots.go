package register

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Ballot is what is voted on (表决、测评), with its plan and how far it has come.
	Ballot struct {
		ID, Congress, Title        string
		Restricted                 bool   // 任命干部履职评价: never public
		Consent                    string // the party committee's, of a restricted one
		CaseID                     string // the matter whose evaluation it is
		CaseNumber, CaseTitle      string
		Unit, UnitName             string // whom it judges, where the matter asks about several; empty: the whole
		First, FirstTitle          string // of a second ballot, the first
		Scrutineer, ScrutineerName string // 监票人
		Plan                       schemas.BallotPlan
		Status                     string // one of schemas.BallotStates
		Published                  bool
		Result                     schemas.BallotResult // from the counting on
		MadeAt                     time.Time
		Mine                       bool // the one who asks is on its roll
	}
	// Electorate is one group of voters, by its place in the plan.
	Electorate struct {
		ID                     string
		N                      int
		PublicKey, PrivateKey  string // PEM; empty before the opening, the private one after the closing too
		Printed                string
		Voters, Present, Drawn int
	}
	// Urn is what a slip names: the electorate that it was signed for, and its ballot.
	Urn struct {
		ID               string // of the electorate
		N                int
		Congress, Ballot string
		PublicKey        string
		Title            string
		Plan             schemas.BallotPlan
		Status           string
		CongressName     string
		Rehearsal        bool
	}
	// Voter is one line of the roll.
	Voter struct {
		N                         int
		Account, Name, Delegation string
		Present, Drawn            bool
	}
	// BallotDeed is one thing done to a ballot, by whom. Drawing and voting are none.
	BallotDeed struct {
		Deed, Account, Name string
		At                  time.Time
		Reason              string
	}
	// PaperCount is what one person counted of an electorate's slips of paper.
	PaperCount struct {
		N             int
		Account, Name string
		Count         schemas.BallotCount
		At            time.Time
	}
	votingRow struct {
		ID                    string
		N                     int
		PublicKey, PrivateKey string
		Drawn                 bool
	}
	// ballotRow is the row of a ballot under a lock.
	ballotRow struct {
		Status, Plan string
		Restricted   bool
		Scrutineer   string
	}
)

// Ballots are all ballots of a congress, the newest first, as the account sees them.
func (r *Register) Ballots(ctx context.Context, congress, account string) ([]Ballot, error) {
	return r.ballots(ctx, congress, "", "", account)
}

// Ballot is one. Code: NotFound.
func (r *Register) Ballot(ctx context.Context, congress, id, account string) (Ballot, error) {
	bs, err := r.ballots(ctx, congress, id, "", account)
	if err == nil && len(bs) == 0 {
		err = schemas.Refuse("NotFound", "没有找到这次投票，或者您无权查看")
	}
	if err != nil {
		return Ballot{}, err
	}
	return bs[0], nil
}

func (r *Register) ballots(ctx context.Context, congress, id, caseID, account string) ([]Ballot, error) {
	rows, err := many[struct {
		ID, Congress, Title                           string
		Restricted                                    bool
		Consent, CaseID, CaseNumber, CaseTitle        string
		Unit, UnitName                                string
		First, FirstTitle, Scrutineer, ScrutineerName string
		Plan, Status                                  string
		Published                                     bool
		Result                                        string
		MadeAt                                        time.Time
		Mine                                          bool
	}](ctx, r.pool, "ballots", congress, null(id), null(account), null(caseID))
	bs := make([]Ballot, len(rows))
	for i, w := range rows {
		bs[i] = Ballot{ID: w.ID, Congress: w.Congress, Title: w.Title, Restricted: w.Restricted, Consent: w.Consent, CaseID: w.CaseID, CaseNumber: w.CaseNumber,
			CaseTitle: w.CaseTitle, Unit: w.Unit, UnitName: w.UnitName, First: w.First, FirstTitle: w.FirstTitle, Scrutineer: w.Scrutineer, ScrutineerName: w.ScrutineerName, Status: w.Status,
			Published: w.Published, MadeAt: w.MadeAt, Mine: w.Mine}
		if err == nil {
			err = json.Unmarshal([]byte(w.Plan), &bs[i].Plan)
		}
		if err == nil && w.Result != "" {
			err = json.Unmarshal([]byte(w.Result), &bs[i].Result)
		}
	}
	return bs, err
}

// Electorates are the groups of voters of a ballot, in the plan's order.
func (r *Register) Electorates(ctx context.Context, congress, ballot string) ([]Electorate, error) {
	return many[Electorate](ctx, r.pool, "electorates", congress, ballot)
}

// BallotRoll is the roll of a ballot (名册), group by group, by name.
func (r *Register) BallotRoll(ctx context.Context, congress, ballot string) ([]Voter, error) {
	return many[Voter](ctx, r.pool, "ballot_roll", congress, ballot)
}

// BallotDeeds are what was done to a ballot, in order.
func (r *Register) BallotDeeds(ctx context.Context, congress, ballot string) ([]BallotDeed, error) {
	return many[BallotDeed](ctx, r.pool, "ballot_deeds", congress, ballot)
}

// PaperCounts are the hand counts of a ballot, in the order in which they were entered.
func (r *Register) PaperCounts(ctx context.Context, congress, ballot string) ([]PaperCount, error) {
	return paperCounts(ctx, r.pool, congress, ballot)
}

func paperCounts(ctx context.Context, q querier, congress, ballot string) ([]PaperCount, error) {
	rows, err := many[struct {
		N                    int
		Account, Name, Count string
		At                   time.Time
	}](ctx, q, "paper_counts", congress, ballot)
	cs := make([]PaperCount, len(rows))
	for i, w := range rows {
		cs[i] = PaperCount{N: w.N, Account: w.Account, Name: w.Name, At: w.At}
		if err == nil {
			err = json.Unmarshal([]byte(w.Count), &cs[i].Count)
		}
	}
	return cs, err
}

// A deed is one act on a ballot: in which states it may be done, and what comes of it.
type ballotDeed struct {
	name   string
	from   []string
	to     string // empty: the state stays
	reason string
}

// settle does a deed in one transaction: the ballot is locked, so that of two at once one comes first; what is done leaves its line
// in the audit log. Codes: NotFound, BallotState.
func (r *Register) settle(ctx context.Context, congress, ballot, by string, d ballotDeed, what func(pgx.Tx, ballotRow) error) error {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return err
	}
	return r.within(ctx, func(tx pgx.Tx) error {
		row, err := one[ballotRow](ctx, tx, "ballot_lock", congress, ballot)
		if err != nil {
			return err
		}
		if !slices.Contains(d.from, row.Status) {
			return schemas.Refuse("BallotState", "这次投票%s，不能再办这一步", schemas.BallotState(row.Status))
		}
		to := d.to
		if to == "" {
			to = row.Status
		}
		if what != nil {
			if err := what(tx, row); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, statement("ballot_status"), congress, ballot, to); err != nil {
			return err
		}
		return noted(ctx, tx, congress, ballot, by, d, now, sm3Hex(row.Status+row.Plan), to)
	})
}

// noted enters a deed and its line in the audit log.
func noted(ctx context.Context, tx pgx.Tx, congress, ballot, by string, d ballotDeed, now time.Time, before, to string) error {
	if _, err := tx.Exec(ctx, statement("ballot_deed"), NewID(), congress, ballot, d.name, by, now, d.reason); err != nil {
		return err
	}
	after, err := one[ballotRow](ctx, tx, "ballot_lock", congress, ballot)
	if err != nil {
		return err
	}
	line := Line{Congress: congress, Account: by, Action: "ballot/" + d.name, Object: "ballot", ObjectID: ballot, Before: before,
		After: sm3Hex(to + after.Plan), Reason: d.reason, Result: "done"}
	_, err = tx.Exec(ctx, statement("write_audit"), columns([]Line{line})...)
	return err
}

// Configure enters a ballot, or changes one that is not open yet: then it must be approved anew. The roll is made of those who hold the
// posts now; a voter stands in one group only, the first. Codes: BadBallot, ConfiguresAndVotes, BallotState, NotFound.
func (r *Register) Configure(ctx context.Context, b Ballot, by string) (id string, err error) {
	if b.ID == "" {
		ids, err := r.ConfigureEach(ctx, []Ballot{b}, by)
		if err != nil {
			return "", err
		}
		return ids[0], nil
	}
	plan, err := planText(b)
	if err != nil {
		return "", err
	}
	now, err := r.Now(ctx, b.Congress)
	if err != nil {
		return "", err
	}
	return b.ID, r.settle(ctx, b.Congress, b.ID, by, configuring, func(tx pgx.Tx, _ ballotRow) error {
		if _, err := tx.Exec(ctx, statement("change_ballot"), b.Congress, b.ID, b.Title, b.Restricted, b.Consent, null(b.CaseID), null(b.First), b.Scrutineer, plan, null(b.Unit)); err != nil {
			return err
		}
		return r.enrol(ctx, tx, b, by, now)
	})
}

// ConfigureEach enters several ballots of one congress, one for each unit that is judged, or none of them. Codes: BadBallot, ConfiguresAndVotes.
func (r *Register) ConfigureEach(ctx context.Context, bs []Ballot, by string) (ids []string, err error) {
	now, err := r.Now(ctx, bs[0].Congress)
	if err != nil {
		return nil, err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		for _, b := range bs {
			plan, err := planText(b)
			if err != nil {
				return err
			}
			b.ID = NewID()
			if _, err := tx.Exec(ctx, statement("add_ballot"), b.ID, b.Congress, b.Title, b.Restricted, b.Consent, null(b.CaseID), null(b.First), b.Scrutineer, plan, now, null(b.Unit)); err != nil {
				return err
			}
			if err := r.enrol(ctx, tx, b, by, now); err != nil {
				return err
			}
			if err := noted(ctx, tx, b.Congress, b.ID, by, configuring, now, "", "draft"); err != nil {
				return err
			}
			ids = append(ids, b.ID)
		}
		return nil
	})
	return ids, err
}

// configuring puts a ballot together anew.
var configuring = ballotDeed{name: "configure", from: []string{"draft", "approved"}, to: "draft"}

// planText is a ballot's plan as it is kept. Code: BadBallot.
func planText(b Ballot) (string, error) {
	if refusal := b.Plan.Check(); refusal != nil {
		return "", refusal
	}
	plan, err := json.Marshal(b.Plan)
	return string(plan), err
}

// enrol makes a ballot's roll, on which who configures it must not stand. Code: ConfiguresAndVotes.
func (r *Register) enrol(ctx context.Context, tx pgx.Tx, b Ballot, by string, now time.Time) error {
	if err := r.makeRoll(ctx, tx, b, now); err != nil {
		return err
	}
	voter, err := many[votingRow](ctx, tx, "ballot_voter", b.Congress, b.ID, by)
	if err == nil && len(voter) > 0 {
		err = schemas.Refuse("ConfiguresAndVotes", "您在这次投票的名册上：配置投票的人不能投票，请由别的经办人配置")
	}
	return err
}

// electors are the roles whose holders vote in a group.
var electors = map[string]schemas.Role{"members": schemas.Member, "deputies": schemas.Deputy}

func (r *Register) makeRoll(ctx context.Context, tx pgx.Tx, b Ballot, now time.Time) error {
	for _, name := range []string{"drop_ballot_roll", "drop_electorates"} {
		if _, err := tx.Exec(ctx, statement(name), b.Congress, b.ID); err != nil {
			return err
		}
	}
	for n, e := range b.Plan.Electorates {
		id := NewID()
		if _, err := tx.Exec(ctx, statement("add_electorate"), id, b.Congress, b.ID, n); err != nil {
			return err
		}
		if electors[e.Who] == "" {
			continue
		}
		tag, err := tx.Exec(ctx, statement("enter_roll"), b.Congress, id, b.ID, electors[e.Who], now)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 || tag.RowsAffected() > schemas.BallotLimit {
			return schemas.Refuse("BadBallot", "%s现在有%d人，不能投票：请先在组织与人员里核对", e.Name, tag.RowsAffected())
		}
	}
	return nil
}

// Approve approves a configuration, by another than those who made it. Codes: BallotState, SelfCheck.
func (r *Register) Approve(ctx context.Context, congress, ballot, by string) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "approve", from: []string{"draft"}, to: "approved"}, func(tx pgx.Tx, _ ballotRow) error {
		return r.notConfigured(ctx, tx, congress, ballot, by, "SelfCheck", "配置投票的人不能核准自己的配置")
	})
}

func (r *Register) notConfigured(ctx context.Context, q querier, congress, ballot, account, code, text string) error {
	did, err := one[struct{ N int }](ctx, q, "configured", congress, ballot, account)
	if err == nil && did.N > 0 {
		err = schemas.Refuse(code, "%s", text)
	}
	return err
}

// OpenBallot opens a ballot: its configuration stands from now on, and each group gets its key. Code: BallotState.
func (r *Register) OpenBallot(ctx context.Context, congress, ballot, by string, keys func() (public, private string, err error)) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "open", from: []string{"approved"}, to: "open"}, func(tx pgx.Tx, _ ballotRow) error {
		es, err := many[Electorate](ctx, tx, "electorates", congress, ballot)
		if err != nil {
			return err
		}
		for _, e := range es {
			public, private, err := keys()
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, statement("ballot_keys"), congress, e.ID, public, private); err != nil {
				return err
			}
		}
		return nil
	})
}

// MarkPresent says who of the roll is present (签到); those who have drawn are. Codes: BallotState, NotFound.
func (r *Register) MarkPresent(ctx context.Context, congress, ballot, by string, accounts []string) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "present", from: []string{"approved", "open", "closed"}}, func(tx pgx.Tx, _ ballotRow) error {
		_, err := tx.Exec(ctx, statement("mark_present"), congress, ballot, accounts)
		return err
	})
}

// Voting is the group of a ballot in which an account votes. Code: NotOnRoll.
func (r *Register) Voting(ctx context.Context, congress, ballot, account string) (e Electorate, drawn bool, err error) {
	rows, err := many[votingRow](ctx, r.pool, "ballot_voter", congress, ballot, account)
	if err == nil && len(rows) == 0 {
		err = schemas.Refuse("NotOnRoll", "您不在这次投票的名册上")
	}
	if err == nil {
		err = r.notConfigured(ctx, r.pool, congress, ballot, account, "ConfiguresAndVotes", "配置、开放投票的人不能投票")
	}
	if err != nil {
		return e, false, err
	}
	return Electorate{ID: rows[0].ID, N: rows[0].N, PublicKey: rows[0].PublicKey, PrivateKey: rows[0].PrivateKey}, rows[0].Drawn, nil
}

// Draw marks that an account has drawn the slip whose blinded form has that hash (领票); again for the same slip it does nothing. It
// leaves no instant, no number and no order. Codes: NotOpen, Drawn.
func (r *Register) Draw(ctx context.Context, congress, electorate, account, hash string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		b, err := one[struct{ Status string }](ctx, tx, "lock_electorate", congress, electorate)
		if err != nil {
			return err
		}
		if b.Status != "open" {
			return NotOpen(b.Status)
		}
		was, err := one[struct {
			Drawn bool
			Mark  string
		}](ctx, tx, "drawn", congress, electorate, account)
		switch {
		case err != nil || was.Drawn && was.Mark == hash:
			return err
		case was.Drawn:
			return schemas.Refuse("Drawn", "您已经领过票。领到的票还没有投出的，请在领票的那台手机或电脑上打开；一人只有一张票，不能补领")
		}
		_, err = tx.Exec(ctx, statement("mark_drawn"), electorate, account, hash)
		return err
	})
}

// NotOpen says why nobody can draw or vote.
func NotOpen(status string) error {
	switch status {
	case "draft", "approved":
		return schemas.Refuse("NotOpen", "投票还没有开始")
	case "void":
		return schemas.Refuse("NotOpen", "这次投票已经作废")
	}
	return schemas.Refuse("NotOpen", "投票已经截止")
}

// Printed marks that the slips whose blinded forms have that hash were printed. Codes: NotOpen, Drawn, NotFound.
func (r *Register) Printed(ctx context.Context, congress, electorate, hash string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		b, err := one[struct{ Status string }](ctx, tx, "lock_electorate", congress, electorate)
		if err != nil {
			return err
		}
		if b.Status != "open" {
			return NotOpen(b.Status)
		}
		tag, err := tx.Exec(ctx, statement("print_slips"), congress, electorate, hash)
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("Drawn", "这一组的票已经印过。票只生成一次，不保存；没有印好的，请在生成它的那台电脑上再打开")
		}
		return err
	})
}

// Urn is what the id of an electorate stands for. Code: NotFound.
func (r *Register) Urn(ctx context.Context, electorate string) (u Urn, err error) {
	row, err := one[struct {
		ID                                               string
		N                                                int
		Congress, Ballot, PublicKey, Title, Plan, Status string
		CongressName                                     string
		Rehearsal                                        bool
	}](ctx, r.pool, "electorate", electorate)
	if err != nil {
		return u, err
	}
	u = Urn{ID: row.ID, N: row.N, Congress: row.Congress, Ballot: row.Ballot, PublicKey: row.PublicKey, Title: row.Title, Status: row.Status,
		CongressName: row.CongressName, Rehearsal: row.Rehearsal}
	return u, json.Unmarshal([]byte(row.Plan), &u.Plan)
}

// Cast puts a slip into the urn: one insert under the hash of its secret. Whoever sends it again, with this choice or another, is
// answered the same, and the first counts. Code: NotOpen, when it had not come before the closing.
func (r *Register) Cast(ctx context.Context, u Urn, hash string, choice schemas.Choice) error {
	n, err := r.do(ctx, "cast_vote", u.ID, hash, choice.Encode())
	if err != nil || n == 1 {
		return err
	}
	in, err := r.IsCast(ctx, u, hash)
	if err != nil || in {
		return err
	}
	if now, err := r.Urn(ctx, u.ID); err == nil {
		return NotOpen(now.Status)
	}
	return err
}

// IsCast reports whether the slip is in the urn.
func (r *Register) IsCast(ctx context.Context, u Urn, hash string) (bool, error) {
	row, err := one[struct{ N int }](ctx, r.pool, "cast_before", u.ID, hash)
	return row.N > 0, err
}

// CloseBallot ends the voting. The private keys go, and roll and urn are written anew, in an order that is nobody's, by one transaction:
// what the tables knew of who came when is gone. Code: BallotState.
func (r *Register) CloseBallot(ctx context.Context, congress, ballot, by string) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "close", from: []string{"open"}, to: "closed"}, func(tx pgx.Tx, _ ballotRow) error {
		return each(ctx, tx, congress, ballot, "drop_ballot_keys", "shuffle_roll", "shuffle_votes")
	})
}

func each(ctx context.Context, tx pgx.Tx, congress, ballot string, names ...string) error {
	for _, name := range names {
		if _, err := tx.Exec(ctx, statement(name), congress, ballot); err != nil {
			return err
		}
	}
	return nil
}

// EnterPaper enters what one person counted of the slips of paper of a group; his later entry replaces his earlier one. Codes: NotFound,
// BallotState, BallotMismatch.
func (r *Register) EnterPaper(ctx context.Context, congress, ballot, by string, n int, c schemas.BallotCount) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "paper", from: []string{"closed", "counted"}, to: "closed"}, func(tx pgx.Tx, row ballotRow) error {
		var plan schemas.BallotPlan
		if err := json.Unmarshal([]byte(row.Plan), &plan); err != nil {
			return err
		}
		if n < 0 || n >= len(plan.Electorates) {
			return schemas.Refuse("NotFound", "没有这一组投票人")
		}
		if refusal := plan.CheckSlips(c); refusal != nil {
			return refusal
		}
		text, err := json.Marshal(c)
		if err != nil {
			return err
		}
		now, err := r.Now(ctx, congress)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, statement("write_paper_count"), congress, ballot, n, by, string(text), now); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, statement("ballot_result"), congress, ballot, "") // it must be counted anew
		return err
	})
}

// Count counts the urn and adds the slips of paper, whose two counts must agree. Codes: BallotState, BallotMismatch, PaperOnce, PaperDiffers.
func (r *Register) Count(ctx context.Context, congress, ballot, by string) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "count", from: []string{"closed", "counted"}, to: "counted"}, func(tx pgx.Tx, row ballotRow) error {
		var plan schemas.BallotPlan
		if err := json.Unmarshal([]byte(row.Plan), &plan); err != nil {
			return err
		}
		counts, err := counted(ctx, tx, congress, ballot, plan)
		if err != nil {
			return err
		}
		result, refusal := plan.Result(counts)
		if refusal != nil {
			return refusal
		}
		text, err := json.Marshal(result)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, statement("ballot_result"), congress, ballot, string(text))
		return err
	})
}

func counted(ctx context.Context, tx pgx.Tx, congress, ballot string, plan schemas.BallotPlan) ([]schemas.BallotCount, error) {
	es, err := many[Electorate](ctx, tx, "electorates", congress, ballot)
	if err != nil {
		return nil, err
	}
	votes, err := many[struct {
		N      int
		Choice string
	}](ctx, tx, "ballot_votes", congress, ballot)
	if err != nil {
		return nil, err
	}
	slips := make([][]schemas.Choice, len(es))
	for _, v := range votes {
		slips[v.N] = append(slips[v.N], schemas.ReadChoice(v.Choice))
	}
	papers, err := paperCounts(ctx, tx, congress, ballot)
	if err != nil {
		return nil, err
	}
	counts := make([]schemas.BallotCount, len(es))
	for i, e := range es {
		c := plan.Tally(slips[i])
		paper, err := agreed(plan.Electorates[i], i, papers)
		if err != nil {
			return nil, err
		}
		c.Expected, c.Present, c.Issued = e.Voters, e.Present, e.Drawn
		if plan.Electorates[i].Who == "public" { // whoever takes a slip is there
			c.Expected = plan.Electorates[i].Size
			if e.Printed != "" {
				c.Issued = c.Expected
			}
			c.Present = c.Issued + paper.Issued
		}
		counts[i] = c.WithPaper(paper)
	}
	return counts, nil
}

// agreed is the count of a group's slips of paper once two people have entered it alike; the zero value: none has.
func agreed(e schemas.Electorate, n int, all []PaperCount) (c schemas.BallotCount, err error) {
	var mine []PaperCount
	for _, p := range all {
		if p.N == n {
			mine = append(mine, p)
		}
	}
	switch {
	case len(mine) == 0:
		return c, nil
	case len(mine) == 1:
		return c, schemas.Refuse("PaperOnce", "%s的纸质票还要由另一人再录一遍", e.Name)
	}
	first, err := json.Marshal(mine[0].Count)
	if err != nil {
		return c, err
	}
	for _, p := range mine[1:] {
		if other, err := json.Marshal(p.Count); err != nil || string(other) != string(first) {
			return c, schemas.Refuse("PaperDiffers", "%s的纸质票，%s录入的不一致，请重新清点", e.Name, names(mine))
		}
	}
	return mine[0].Count, nil
}

func names(ps []PaperCount) string {
	var all []string
	for _, p := range ps {
		all = append(all, p.Name)
	}
	return strings.Join(all, "、")
}

// Confirm is the scrutineer's word that the count is right. Codes: BallotState, NotEntitled.
func (r *Register) Confirm(ctx context.Context, congress, ballot, by string) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "confirm", from: []string{"counted"}, to: "confirmed"}, func(_ pgx.Tx, row ballotRow) error {
		if row.Scrutineer != by {
			return schemas.Refuse("NotEntitled", "计票结果由监票人确认")
		}
		return nil
	})
}

// Announce announces a result (宣布); published: to everybody. Codes: BallotState, Restricted.
func (r *Register) Announce(ctx context.Context, congress, ballot, by string, published bool) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "announce", from: []string{"confirmed"}, to: "announced"}, func(tx pgx.Tx, row ballotRow) error {
		if published && row.Restricted {
			return schemas.Refuse("Restricted", "任命干部的履职评价不公开")
		}
		_, err := tx.Exec(ctx, statement("publish_ballot"), congress, ballot, published)
		return err
	})
}

// SealBallot seals a ballot (封存): the slips stay, their hashes go, and nobody can find his own any more. Code: BallotState.
func (r *Register) SealBallot(ctx context.Context, congress, ballot, by string) error {
	return r.settle(ctx, congress, ballot, by, ballotDeed{name: "seal", from: []string{"announced"}, to: "sealed"}, func(tx pgx.Tx, _ ballotRow) error {
		return each(ctx, tx, congress, ballot, "seal_votes")
	})
}

// VoidBallot ends a ballot without a result (作废). Code: BallotState.
func (r *Register) VoidBallot(ctx context.Context, congress, ballot, by, reason string) error {
	d := ballotDeed{name: "void", from: []string{"draft", "approved", "open", "closed", "counted", "confirmed"}, to: "void", reason: reason}
	return r.settle(ctx, congress, ballot, by, d, func(tx pgx.Tx, _ ballotRow) error {
		return each(ctx, tx, congress, ballot, "drop_ballot_keys", "shuffle_roll", "seal_votes")
	})
}

// BallotsOf are the ballots about a matter, the first first, as the account sees them.
func (r *Register) BallotsOf(ctx context.Context, congress, caseID, account string) ([]Ballot, error) {
	bs, err := r.ballots(ctx, congress, "", caseID, account)
	slices.Reverse(bs)
	return bs, err
}
