package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// RuleVersion is one version of a procedure's rules: who made it, when and why. A built-in one has no author.
	RuleVersion struct {
		ID, Version, Author, Reason string
		MadeAt                      time.Time
	}
	// RuleDraft is what one person of the office is changing, and the version that it began from.
	RuleDraft struct {
		Base      string // id
		Rules     schemas.Rules
		ChangedAt time.Time
		body      string // as it was read; empty: it is not from the register
	}
	// RuleMove is an open case that the office has put on another version, or is about to (改用新版规则).
	RuleMove struct {
		Token, CaseID string
		Was, Rules    string // versions; ids when it is entered
		Reason        string
		Shifts        []schemas.Shift // as they were seen beforehand
	}
)

// RuleVersions are the versions of a procedure's rules, the newest first.
func (r *Register) RuleVersions(ctx context.Context, congress, procedure string) ([]RuleVersion, error) {
	return many[RuleVersion](ctx, r.pool, "rule_versions", congress, procedure)
}

// RuleDraft is a person's draft for a procedure. Code: NotFound.
func (r *Register) RuleDraft(ctx context.Context, congress, procedure, account string) (RuleDraft, error) {
	row, err := one[struct {
		Base, Body string
		ChangedAt  time.Time
	}](ctx, r.pool, "rule_draft", congress, procedure, account)
	if err != nil {
		return RuleDraft{}, err
	}
	d := RuleDraft{Base: row.Base, ChangedAt: row.ChangedAt, body: row.Body}
	return d, json.Unmarshal([]byte(row.Body), &d.Rules)
}

// Mark stands for what the draft says: another draft has another mark.
func (d RuleDraft) Mark() string {
	sum := sha256.Sum256([]byte(d.Base + d.body))
	return hex.EncodeToString(sum[:16])
}

// KeepRuleDraft stores a person's draft; the later one wins.
func (r *Register) KeepRuleDraft(ctx context.Context, congress, account string, d RuleDraft) error {
	body, err := json.Marshal(d.Rules)
	if err != nil {
		return err
	}
	_, err = r.do(ctx, "write_rule_draft", congress, d.Rules.Procedure, account, d.Base, string(body), d.ChangedAt)
	return err
}

// DropRuleDraft gives a draft up.
func (r *Register) DropRuleDraft(ctx context.Context, congress, procedure, account string) error {
	_, err := r.do(ctx, "drop_rule_draft", congress, procedure, account)
	return err
}

// AdoptRules makes a person's draft, as it was read, the next version, for cases that begin from now on, and ends the draft. Codes:
// NoChange (there is no draft), Stale (somebody has made another version since the draft began, or the draft has been changed since it was
// read).
func (r *Register) AdoptRules(ctx context.Context, congress, procedure, account string, d RuleDraft, reason string) (version string, err error) {
	if d.body == "" {
		return "", schemas.Refuse("NoChange", "没有要保存的修改，可能已经保存过了")
	}
	now, err := r.Now(ctx, congress)
	if err != nil {
		return "", err
	}
	stale := schemas.Refuse("Stale", "规则刚刚由别人改过，您的修改稿还在：请把它移到新的一版上，核对后再保存")
	current, rules, err := r.CurrentRules(ctx, congress, procedure)
	if err != nil {
		return "", err
	}
	if current != d.Base {
		return "", stale
	}
	n, _ := strconv.Atoi(rules.Version) // a version that is no number is followed by the first
	d.Rules.Version = strconv.Itoa(n + 1)
	body, err := json.Marshal(d.Rules)
	if err != nil {
		return "", err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statement("add_rules"), NewID(), congress, procedure, d.Rules.Version, string(body), account, reason, now); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, statement("end_rule_draft"), congress, procedure, account, d.Base, d.body)
		if err == nil && tag.RowsAffected() == 0 {
			return schemas.Refuse("Stale", "修改稿刚刚又改过，还没有保存：请核对下面的修改，再保存")
		}
		return err
	})
	if violates(err, "rules_congress_procedure_version_key") {
		return "", stale
	}
	return d.Rules.Version, err
}

// Ruled are open cases of a procedure, in the order of their ids from after one on (empty: from the first), a limited number.
func (r *Register) Ruled(ctx context.Context, congress, procedure, after string, limit int) ([]Reckoned, error) {
	if after == "" {
		after = firstID
	}
	return many[Reckoned](ctx, r.pool, "ruled", congress, procedure, after, limit)
}

// OneReckoned is an open case of a procedure. Code: NotFound.
func (r *Register) OneReckoned(ctx context.Context, congress, procedure, id string) (Reckoned, error) {
	return one[Reckoned](ctx, r.pool, "one_ruled", congress, procedure, id)
}

// ReceiveMoves enters into the intake, in one transaction, that cases are put on another version; the same batch again changes nothing.
// The acts' ids are made from the batch's.
func (r *Register) ReceiveMoves(ctx context.Context, congress, batch, account string, moves []RuleMove, acts []schemas.Act) error {
	now, err := r.Now(ctx, congress)
	if err != nil {
		return err
	}
	now = now.Truncate(time.Microsecond)
	return r.within(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		b.Queue(statement("add_batch"), batch, congress, account, "rules", now)
		for i, m := range moves {
			a := acts[i]
			a.ID, a.Person, a.At = batch+"/"+m.CaseID, account, now
			act, err := json.Marshal(a)
			if err != nil {
				return err
			}
			shifts, err := json.Marshal(m.Shifts)
			if err != nil {
				return err
			}
			b.Queue(statement("receive_in_batch"), a.ID, congress, m.CaseID, a.Key, account, string(act), now, batch)
			b.Queue(statement("add_rule_move"), a.ID, congress, m.CaseID, m.Was, m.Rules, m.Reason, string(shifts))
		}
		return tx.SendBatch(ctx, b).Close()
	})
}

// RuleMovesOf are those of a case, in the order of their acts.
func (r *Register) RuleMovesOf(ctx context.Context, congress, caseID string) ([]RuleMove, error) {
	return r.ruleMoves(ctx, "rule_moves_of", congress, caseID)
}

// RuleMovesIn are those of a batch.
func (r *Register) RuleMovesIn(ctx context.Context, congress, batch string) ([]RuleMove, error) {
	return r.ruleMoves(ctx, "rule_moves_in", congress, batch)
}

func (r *Register) ruleMoves(ctx context.Context, query, congress, id string) (ms []RuleMove, err error) {
	rows, err := many[struct{ Token, CaseID, Was, Rules, Reason, Shifts string }](ctx, r.pool, query, congress, id)
	for _, row := range rows {
		m := RuleMove{Token: row.Token, CaseID: row.CaseID, Was: row.Was, Rules: row.Rules, Reason: row.Reason}
		if err := json.Unmarshal([]byte(row.Shifts), &m.Shifts); err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, err
}
