package register

import (
	"context"
	"time"

	"bihuan/schemas"
)

type (
	// Occasion (跟踪活动) is a day on which the congress looked at a department (G12): told by a matter, or entered by hand.
	Occasion struct {
		ID     string // empty: told by a matter
		Unit   string
		Kind   string    // visit, ask, report, appraisal
		Day    time.Time // midnight in Shanghai
		Note   string    // what it was about
		CaseID string    // the matter that tells of it
		By     string    // who entered it
		Void   string    // why it does not count (作废)
	}
	// Follower is who follows a department through a year (点对点联系).
	Follower struct{ Unit, Account, Name string }
)

// Occasions are those of a year, of all departments or one, in the order of their days.
func (r *Register) Occasions(ctx context.Context, congress string, year int, unit string) ([]Occasion, error) {
	first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	return many[Occasion](ctx, r.pool, "occasions", congress, first, first.AddDate(1, 0, 0), null(unit))
}

// AddOccasion enters one, once for each form. Code: NotFound (no such unit).
func (r *Register) AddOccasion(ctx context.Context, congress, token, account string, o Occasion) error {
	n, err := r.do(ctx, "write_occasion", NewID(), congress, o.Unit, o.Kind, o.Day, o.Note, account, token)
	if err == nil && n == 0 {
		var before struct{ N int }
		if before, err = one[struct{ N int }](ctx, r.pool, "occasion_entered", congress, token); err == nil && before.N == 0 {
			err = schemas.Refuse("NotFound", "没有找到这个单位")
		}
	}
	return err
}

// VoidOccasion has an occasion that was entered by hand not count any more. Code: NotFound.
func (r *Register) VoidOccasion(ctx context.Context, congress, id, reason string) error {
	n, err := r.do(ctx, "void_occasion", congress, id, reason)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有找到这次活动，或者已经作废")
	}
	return err
}

// Followers are who follows which department in a year.
func (r *Register) Followers(ctx context.Context, congress string, year int) ([]Follower, error) {
	return many[Follower](ctx, r.pool, "followers", congress, year)
}

// NameFollower names who follows a department in a year. Code: NotFound (no such unit or account).
func (r *Register) NameFollower(ctx context.Context, congress, unit, account, by string, year int) error {
	n, err := r.do(ctx, "name_follower", NewID(), congress, unit, year, account, by)
	if err == nil && n == 0 {
		err = schemas.Refuse("NotFound", "没有找到这个单位或者这个人")
	}
	return err
}
