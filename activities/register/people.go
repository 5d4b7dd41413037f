package register

import (
	"context"
	"slices"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
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
		PasswordAt                       time.Time // when it was set; real time
		MustChange                       bool      // somebody else knows the password: it was just issued
	}
	// Post is one role in one place (岗位).
	Post struct {
		Role           schemas.Role
		Unit, UnitName string    // empty: the whole congress
		For, ForName   string    // whose post it is while one stands in for him (代签、B岗); empty: one's own
		Guarded        bool      // the role asks for a second factor
		Until          time.Time // end of the term (任期), exclusive; zero: none
	}
	// Person is an account with the posts that say what it may do.
	Person struct {
		Account
		CongressName string
		Rehearsal    bool
		Now          time.Time // what the congress's clock showed when the person was read; UTC
		Posts        []Post
		Factor       bool   // has a second factor
		Entry        string // of the login that the request came with; empty: read otherwise
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

// HoldsAs reports whether the person holds that role as the one of that id, or stands in for him in it.
func (p Person) HoldsAs(role schemas.Role, account string) bool {
	return slices.ContainsFunc(p.Posts, func(o Post) bool {
		return o.Role == role && (o.For == account || o.For == "" && p.ID == account)
	})
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
	return r.withPosts(ctx, a)
}

// withPosts reads what an account holds now: its own posts and those of whom it stands in for.
func (r *Register) withPosts(ctx context.Context, a Account) (Person, error) {
	c, err := r.congress(ctx, r.pool, a.Congress)
	if err != nil {
		return Person{}, err
	}
	p := Person{Account: a, CongressName: c.Name, Rehearsal: c.Rehearsal, Now: c.Pace.At(r.now())}
	p.Posts, err = many[Post](ctx, r.pool, "posts_of_account", a.ID, p.Now)
	return p, err
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
	spelled, initials := Spell(u.Name, "", false)
	_, err := r.do(ctx, "add_unit", u.ID, congress, u.Name, u.Kind, u.Sort, spelled, initials)
	if violates(err, "units_congress_name_key") {
		return "", schemas.Refuse("Duplicate", "已经有名为“%s”的单位", u.Name)
	}
	return u.ID, err
}

// AddUnits enters units, all or none. Code: Duplicate.
func (r *Register) AddUnits(ctx context.Context, congress string, units []Unit) error {
	err := r.within(ctx, func(tx pgx.Tx) error {
		var b pgx.Batch
		for _, u := range units {
			spelled, initials := Spell(u.Name, "", false)
			b.Queue(statement("add_unit"), NewID(), congress, u.Name, u.Kind, u.Sort, spelled, initials)
		}
		return tx.SendBatch(ctx, &b).Close()
	})
	if violates(err, "units_congress_name_key") {
		return schemas.Refuse("Duplicate", "表中有单位刚刚被别人建立了，请重新检查")
	}
	return err
}

// AddAccount enters an account, its password set now, and returns its id, which is made where none is given. Code: Duplicate.
func (r *Register) AddAccount(ctx context.Context, a Account) (string, error) {
	a.ID = orNew(a.ID)
	spelled, initials := Spell(a.Name, "", true)
	_, err := r.do(ctx, "add_account", a.ID, a.Congress, a.Login, a.Name, a.Email, a.Password, a.Active, r.now(), a.MustChange, spelled, initials)
	return a.ID, taken(a.Login, err)
}

func taken(login string, err error) error {
	if violates(err, "accounts_congress_login_key") {
		return schemas.Refuse("Duplicate", "账号“%s”已被使用", login)
	}
	return err
}

// ChangeAccount enters a new login, name or address of an account, or shuts or opens it; shutting it ends its sessions. What it
// had to do stays with its unit. Codes: NotFound, Duplicate.
func (r *Register) ChangeAccount(ctx context.Context, a Account) error {
	err := r.within(ctx, func(tx pgx.Tx) error {
		spelled, initials := Spell(a.Name, "", true)
		tag, err := tx.Exec(ctx, statement("change_account"), a.Congress, a.ID, a.Login, a.Name, a.Email, a.Active, spelled, initials)
		if err == nil && tag.RowsAffected() == 0 {
			err = schemas.Refuse("NotFound", "没有找到这个账号")
		}
		if err == nil && !a.Active {
			_, err = tx.Exec(ctx, statement("end_logins"), a.Congress, a.ID, "", "")
		}
		return err
	})
	return taken(a.Login, err)
}

// AddPost gives an account a post. Codes: NotFound, when account or unit are not of that congress; Duplicate; Apart, when an
// administrator would hold anything else (三员分立).
func (r *Register) AddPost(ctx context.Context, congress, account string, p Post) error {
	posts, err := r.OwnPosts(ctx, account)
	if err != nil {
		return err
	}
	for _, o := range posts {
		if o.Role == p.Role && o.Unit == p.Unit {
			return schemas.Refuse("Duplicate", "已经有这个岗位")
		}
		if schemas.Apart(o.Role, p.Role) {
			return schemas.Refuse("Apart", "系统管理、安全管理与业务岗位要分开，不能由同一个人担任“%s”和“%s”", schemas.RoleNames[o.Role], schemas.RoleNames[p.Role])
		}
	}
	n, err := r.do(ctx, "add_post", NewID(), congress, account, p.Role, null(p.Unit), moment(p.Until))
	if err == nil && n == 0 {
		return schemas.Refuse("NotFound", "没有找到这个账号或单位")
	}
	return err
}

// EndPosts takes the posts whose terms are over from their holders; they stay on record.
func (r *Register) EndPosts(ctx context.Context) error {
	_, err := r.do(ctx, "end_posts", r.now())
	return err
}

// RemovePost takes a post from an account; it stays on record. Code: NotFound.
func (r *Register) RemovePost(ctx context.Context, congress, account string, p Post) error {
	n, err := r.do(ctx, "remove_post", congress, account, p.Role, p.Unit, r.now())
	if err == nil && n == 0 {
		return schemas.Refuse("NotFound", "这个岗位已经没有了")
	}
	return err
}

// OwnPosts are an account's posts without those it stands in for.
func (r *Register) OwnPosts(ctx context.Context, account string) ([]Post, error) {
	posts, err := many[Post](ctx, r.pool, "posts_of_account", account, r.now())
	return slices.DeleteFunc(posts, func(o Post) bool { return o.For != "" }), err
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

// NewPerson is an account to enter, or one that there is, with posts to add.
type NewPerson struct {
	Account
	Posts                  []Post
	Delegation, Occupation string // of a deputy
	Employer               string // the handling unit that he works in
}

// AddPeople enters people, all or none; an account whose ID is given is there already and gets the posts alone. Code: Duplicate.
func (r *Register) AddPeople(ctx context.Context, congress string, people []NewPerson) error {
	now := r.now()
	err := r.within(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		for _, p := range people {
			if p.ID == "" {
				p.ID = NewID()
				spelled, initials := Spell(p.Name, "", true)
				b.Queue(statement("add_account"), p.ID, congress, p.Login, p.Name, p.Email, p.Password, true, now, p.MustChange, spelled, initials)
			}
			for _, o := range p.Posts {
				b.Queue(statement("add_post"), NewID(), congress, p.ID, o.Role, null(o.Unit), moment(o.Until))
			}
			if p.Delegation != "" {
				b.Queue(statement("add_deputy"), congress, p.ID, p.Delegation, p.Occupation, null(p.Employer))
			}
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if violates(err, "accounts_congress_login_key") {
		return schemas.Refuse("Duplicate", "表中有账号刚刚被别人建立了，请重新检查")
	}
	return err
}
