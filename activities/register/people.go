package register

import (
	"context"
	"slices"
	"time"

	"bihuan/schemas"
)

type (
	// Congress is one 本级人大: everything in the register belongs to one.
	Congress struct {
		ID, Name  string
		Rehearsal bool         // 演练: its own clock, outside all statistics, mail into a sink
		Pace      schemas.Pace // zero: the world's own clock; instants UTC
		Edition   string       // its newest calendar edition; empty: the built-in calendar alone
	}
	// Unit is a department, street, court, government, committee office or the congress's own office.
	Unit struct {
		ID, Name string
		Kind     string // department, street, judicial, government, committee, office
		Sort     int    // its place in the office's customary order
	}
	// Account is a person as the login knows him.
	Account struct {
		ID, Congress, Login, Name, Email string
		Password                         string // PHC string
		Active                           bool
	}
	// Post is one role in one place (岗位).
	Post struct {
		Role           schemas.Role
		Unit, UnitName string // empty: the whole congress
	}
	// Person is an account with the posts that say what it may do.
	Person struct {
		Account
		CongressName string
		Rehearsal    bool
		Now          time.Time // what the congress's clock showed when the person was read; UTC
		Posts        []Post
	}
)

// Holds reports whether one of the person's posts is of that role.
func (p Person) Holds(role schemas.Role) bool {
	return slices.ContainsFunc(p.Posts, func(o Post) bool { return o.Role == role })
}

// HoldsFor reports whether the person has that role for the unit; a post without a unit covers all.
func (p Person) HoldsFor(role schemas.Role, unit string) bool {
	return slices.ContainsFunc(p.Posts, func(o Post) bool { return o.Role == role && (o.Unit == "" || o.Unit == unit) })
}

// Units are the ids of the units that the person's posts name, each once, in the order of the posts.
func (p Person) Units() (ids []string) {
	for _, o := range p.Posts {
		if o.Unit != "" && !slices.Contains(ids, o.Unit) {
			ids = append(ids, o.Unit)
		}
	}
	return ids
}

// AccountByLogin returns the active accounts of that login, one for each congress that has it; none is no error.
func (r *Register) AccountByLogin(ctx context.Context, login string) ([]Account, error) {
	return many[Account](ctx, r.pool, "accounts_by_login", login)
}

// Person returns an active account with its posts. Code: NotFound, also when the account is shut.
func (r *Register) Person(ctx context.Context, account string) (Person, error) {
	a, err := one[Account](ctx, r.pool, "account", account)
	if err != nil {
		return Person{}, err
	}
	c, err := r.congress(ctx, r.pool, a.Congress)
	if err != nil {
		return Person{}, err
	}
	posts, err := many[Post](ctx, r.pool, "posts_of_account", account)
	return Person{a, c.Name, c.Rehearsal, c.Pace.At(r.now()), posts}, err
}

// Units returns the units of a congress in its customary order.
func (r *Register) Units(ctx context.Context, congress string) ([]Unit, error) {
	return many[Unit](ctx, r.pool, "units", congress)
}

// Congresses returns all congresses, by name.
func (r *Register) Congresses(ctx context.Context) ([]Congress, error) {
	rows, err := many[congressRow](ctx, r.pool, "congresses", nil)
	cs := make([]Congress, len(rows))
	for i, row := range rows {
		cs[i] = row.congress()
	}
	return cs, err
}

func (r *Register) congress(ctx context.Context, q querier, id string) (Congress, error) {
	row, err := one[congressRow](ctx, q, "congresses", id)
	return row.congress(), err
}

type congressRow struct {
	ID, Name  string
	Rehearsal bool
	Real      *time.Time
	Virtual   *time.Time
	Rate      float64
	Held      bool
	Stop      *time.Time
	Edition   string
}

func (c congressRow) congress() Congress {
	pace := schemas.Pace{Rate: c.Rate, Held: c.Held}
	if c.Real != nil {
		pace.Real = c.Real.UTC()
	}
	if c.Virtual != nil {
		pace.Virtual = c.Virtual.UTC()
	}
	if c.Stop != nil {
		pace.Stop = c.Stop.UTC()
	}
	return Congress{c.ID, c.Name, c.Rehearsal, pace, c.Edition}
}

// AddCongress enters a congress and returns its id, which is made where none is given. Code: NotRehearsal,
// for a clock of its own outside a rehearsal.
func (r *Register) AddCongress(ctx context.Context, c Congress) (string, error) {
	c.ID = orNew(c.ID)
	_, err := r.do(ctx, "add_congress", c.ID, c.Name, c.Rehearsal,
		moment(c.Pace.Real), moment(c.Pace.Virtual), c.Pace.Rate, c.Pace.Held, moment(c.Pace.Stop))
	return c.ID, admitPace(err)
}

// SetPace sets the clock of a congress. Codes: NotFound, NotRehearsal.
func (r *Register) SetPace(ctx context.Context, congress string, p schemas.Pace) error {
	n, err := r.do(ctx, "set_pace", congress, moment(p.Real), moment(p.Virtual), p.Rate, p.Held, moment(p.Stop))
	if err == nil && n == 0 {
		return schemas.Refuse("NotFound", "没有找到这个人大")
	}
	return admitPace(err)
}

func admitPace(err error) error {
	if violates(err, "congresses_check") {
		return schemas.Refuse("NotRehearsal", "只有演练用的人大可以另设时钟")
	}
	return err
}

// AddUnit enters a unit and returns its id, which is made where none is given. Code: Duplicate.
func (r *Register) AddUnit(ctx context.Context, congress string, u Unit) (string, error) {
	u.ID = orNew(u.ID)
	_, err := r.do(ctx, "add_unit", u.ID, congress, u.Name, u.Kind, u.Sort)
	if violates(err, "units_congress_name_key") {
		return "", schemas.Refuse("Duplicate", "已经有名为“%s”的单位", u.Name)
	}
	return u.ID, err
}

// AddAccount enters an account and returns its id, which is made where none is given. Code: Duplicate.
func (r *Register) AddAccount(ctx context.Context, a Account) (string, error) {
	a.ID = orNew(a.ID)
	_, err := r.do(ctx, "add_account", a.ID, a.Congress, a.Login, a.Name, a.Email, a.Password, a.Active)
	if violates(err, "accounts_congress_login_key") {
		return "", schemas.Refuse("Duplicate", "账号“%s”已被使用", a.Login)
	}
	return a.ID, err
}

// AddPost gives an account a post. Code: NotFound, when account or unit are not of that congress.
func (r *Register) AddPost(ctx context.Context, congress, account string, p Post) error {
	n, err := r.do(ctx, "add_post", NewID(), congress, account, p.Role, null(p.Unit))
	if err == nil && n == 0 {
		return schemas.Refuse("NotFound", "没有找到这个账号或单位")
	}
	return err
}

func orNew(id string) string {
	if id == "" {
		return NewID()
	}
	return id
}

// PeopleOf are the active holders of a role in a unit, without their passwords.
func (r *Register) PeopleOf(ctx context.Context, unit string, role schemas.Role) ([]Account, error) {
	return many[Account](ctx, r.pool, "people_of", unit, string(role))
}

// SweepSessions removes the sessions that have expired.
func (r *Register) SweepSessions(ctx context.Context) error {
	_, err := r.do(ctx, "sweep_sessions")
	return err
}
