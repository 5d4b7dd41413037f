package register

import (
	"context"

	"bihuan/schemas"
)

// Member is one post with the account that holds it (名册); an account without a post has one line without a role.
type Member struct {
	ID, Name, Login, Email string
	Active                 bool
	Role                   schemas.Role
	Unit                   string // empty: the whole congress, or no post
}

// Roll lists all posts of a congress and the accounts without one, by unit in the customary order, those of the whole
// congress first.
func (r *Register) Roll(ctx context.Context, congress string) ([]Member, error) {
	return many[Member](ctx, r.pool, "roll", congress)
}
