package register

import (
	"context"
	"slices"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// What 等保 2.0 asks of passwords (spec 7.5).
const (
	FailuresAllowed = 5
	LockedFor       = 15 * time.Minute
	PasswordAge     = 90 * 24 * time.Hour
	PasswordsKept   = 5 // the last ones, the present included, that may not be set again

	seenEvery = 5 * time.Minute // how coarsely the last request of a login is kept
)

type (
	// Login is one browser in which an account is logged in. Instants in real time.
	Login struct {
		ID                string
		BegunAt, SeenAt   time.Time
		Address, Terminal string
	}
	// AccountRow is an account as its administrators see it.
	AccountRow struct {
		ID, Login, Name, Email string
		Active, MustChange     bool
		PasswordAt             time.Time
		Factor, Locked         bool
	}
	// Factor is a second factor (动态口令).
	Factor struct {
		Secret     string // base32
		EnrolledAt time.Time
	}
)

// Owes is what a person must settle before anything else: password, factor, or nothing. The passwords of a rehearsal do not
// expire: its accounts are demonstrations, known to all who rehearse.
func (p Person) Owes() string {
	switch {
	case p.MustChange, !p.Rehearsal && p.Now.Sub(p.PasswordAt) > PasswordAge:
		return "password"
	case !p.Factor && slices.ContainsFunc(p.Posts, func(o Post) bool { return o.Guarded }):
		return "factor"
	}
	return ""
}

// Locked reports whether a login has failed so often of late that nobody is let in with it.
func (r *Register) Locked(ctx context.Context, login string) (bool, error) {
	row, err := one[struct{ N int }](ctx, r.pool, "locked", login, FailuresAllowed, r.now().Add(-LockedFor))
	return row.N > 0, err
}

// Fail counts a failure of a login, whether anybody has it or not, and returns which it was in a row.
func (r *Register) Fail(ctx context.Context, login string) (int, error) {
	now := r.now()
	row, err := one[struct{ N int }](ctx, r.pool, "fail_attempt", login, now, now.Add(-LockedFor))
	return row.N, err
}

// Forgive forgets the failures of logins.
func (r *Register) Forgive(ctx context.Context, logins ...string) error {
	_, err := r.do(ctx, "forgive", logins)
	return err
}

// Begin enters that an account is logged in, by half when its second factor is still asked, and returns the entry's id.
func (r *Register) Begin(ctx context.Context, account string, half bool, address, terminal string) (string, error) {
	id := NewID()
	n, err := r.do(ctx, "begin_login", id, account, half, r.now(), address, terminal)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有找到这个账号")
	}
	return id, err
}

type entered struct {
	Account
	SeenAt time.Time
	Factor bool
}

// Entered returns who is logged in by that entry. Code: NotFound, when it was ended or the account is shut.
func (r *Register) Entered(ctx context.Context, id string) (Person, error) {
	e, err := one[entered](ctx, r.pool, "entered", id, false)
	if err != nil {
		return Person{}, err
	}
	if now := r.now(); now.Sub(e.SeenAt) > seenEvery {
		if _, err := r.do(ctx, "seen_login", id, now); err != nil {
			return Person{}, err
		}
	}
	p, err := r.withPosts(ctx, e.Account)
	p.Factor, p.Entry = e.Factor, id
	return p, err
}

// Halfway returns whose second factor is asked at that entry. Code: NotFound.
func (r *Register) Halfway(ctx context.Context, id string) (Account, error) {
	e, err := one[entered](ctx, r.pool, "entered", id, true)
	return e.Account, err
}

// Prove makes a half entry a whole one. Code: NotFound.
func (r *Register) Prove(ctx context.Context, id string) error {
	n, err := r.do(ctx, "prove_login", id, r.now())
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "登录已经失效，请重新登录")
	}
	return err
}

// Logins are the browsers in which an account is logged in, those seen last first: not idle for longer than that, nor begun
// before so long.
func (r *Register) Logins(ctx context.Context, account string, idle, life time.Duration) ([]Login, error) {
	now := r.now()
	return many[Login](ctx, r.pool, "logins", account, now.Add(-idle), now.Add(-life))
}

// End ends one login.
func (r *Register) End(ctx context.Context, id string) error {
	_, err := r.do(ctx, "end_login", id)
	return err
}

// EndLogins ends one login of an account or, for an empty id, all of them but one.
func (r *Register) EndLogins(ctx context.Context, congress, account, id, but string) error {
	_, err := r.do(ctx, "end_logins", congress, account, id, but)
	return err
}

// SweepSessions removes the sessions that have expired, the logins begun before their longest life, and failures that no longer
// count.
func (r *Register) SweepSessions(ctx context.Context, life time.Duration) error {
	if _, err := r.do(ctx, "sweep_sessions"); err != nil {
		return err
	}
	if _, err := r.do(ctx, "sweep_logins", r.now().Add(-life)); err != nil {
		return err
	}
	_, err := r.do(ctx, "sweep_attempts", r.now().Add(-LockedFor))
	return err
}

// PastPasswords are the hashes that an account had before its present one, as far as they may not be set again.
func (r *Register) PastPasswords(ctx context.Context, account string) ([]string, error) {
	rows, err := many[struct{ Password string }](ctx, r.pool, "past_passwords", account, PasswordsKept-1)
	phcs := make([]string, len(rows))
	for i, row := range rows {
		phcs[i] = row.Password
	}
	return phcs, err
}

// SetPassword sets the password of an account and ends its logins but one. An issued one, which its owner did not choose, must be
// changed at the next login. Code: NotFound.
func (r *Register) SetPassword(ctx context.Context, congress, account, phc string, issued bool, but string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statement("keep_password"), account, NewID()); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, statement("set_password"), congress, account, phc, r.now(), issued)
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("NotFound", "没有找到这个账号")
		}
		if err == nil {
			_, err = tx.Exec(ctx, statement("end_logins"), congress, account, "", but)
		}
		return err
	})
}

// Accounts lists the accounts of a congress whose name, login, address or unit contains a text; all for none.
func (r *Register) Accounts(ctx context.Context, congress, text string) ([]AccountRow, error) {
	return many[AccountRow](ctx, r.pool, "accounts", congress, "", text, FailuresAllowed, r.now().Add(-LockedFor))
}

// AccountRow is one account of a congress, an open or a shut one. Code: NotFound.
func (r *Register) AccountRow(ctx context.Context, congress, id string) (AccountRow, error) {
	return one[AccountRow](ctx, r.pool, "accounts", congress, id, "", FailuresAllowed, r.now().Add(-LockedFor))
}

// Left are those of the accounts that are shut.
func (r *Register) Left(ctx context.Context, accounts []string) (left []string, err error) {
	rows, err := many[struct{ ID string }](ctx, r.pool, "left_accounts", accounts)
	for _, row := range rows {
		left = append(left, row.ID)
	}
	return left, err
}

// Factor is the second factor of an account. Code: NotFound, when it has none.
func (r *Register) Factor(ctx context.Context, account string) (Factor, error) {
	return one[Factor](ctx, r.pool, "factor", account)
}

// Enrol gives an account a second factor, whose code of that step was just shown, and the hashes of its recovery codes.
func (r *Register) Enrol(ctx context.Context, account, secret string, step int64, recovery []string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statement("enrol"), account, secret, step, r.now()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, statement("drop_recovery"), account); err != nil {
			return err
		}
		for _, hash := range recovery {
			if _, err := tx.Exec(ctx, statement("add_recovery"), account, hash); err != nil {
				return err
			}
		}
		return nil
	})
}

// Accept takes a step of an account's second factor; false: that one or a later one was taken before.
func (r *Register) Accept(ctx context.Context, account string, step int64) (bool, error) {
	n, err := r.do(ctx, "accept_step", account, step)
	return n > 0, err
}

// Recover uses up a recovery code; false: it is none, or was used.
func (r *Register) Recover(ctx context.Context, account, hash string) (bool, error) {
	n, err := r.do(ctx, "use_recovery", account, hash)
	return n > 0, err
}

// RecoveryLeft counts the recovery codes that an account has not used.
func (r *Register) RecoveryLeft(ctx context.Context, account string) (int, error) {
	row, err := one[struct{ N int }](ctx, r.pool, "count_recovery", account)
	return row.N, err
}

// DropFactor takes the second factor from an account. Code: NotFound.
func (r *Register) DropFactor(ctx context.Context, congress, account string) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, statement("drop_factor"), congress, account)
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("NotFound", "这个账号没有绑定动态口令")
		}
		if err == nil {
			_, err = tx.Exec(ctx, statement("drop_recovery"), account)
		}
		return err
	})
}

// Demands are the roles of a congress that ask for a second factor.
func (r *Register) Demands(ctx context.Context, congress string) ([]schemas.Role, error) {
	rows, err := many[struct{ Role schemas.Role }](ctx, r.pool, "demands", congress)
	roles := make([]schemas.Role, len(rows))
	for i, row := range rows {
		roles[i] = row.Role
	}
	return roles, err
}

// Demand sets whether a role asks for a second factor.
func (r *Register) Demand(ctx context.Context, congress string, role schemas.Role, factor bool) error {
	_, err := r.do(ctx, "set_demand", congress, role, factor)
	return err
}
