package register

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// InvitationLife is how long a one-time link lives, in real time.
const InvitationLife = 72 * time.Hour

// Invitation is what a one-time link lets its holder do: act once on a stage in place of an account.
type Invitation struct {
	Congress, CaseID, Stage, Account string
	ExpiresAt                        time.Time
	Used                             bool
}

// Invite makes a link to act on a stage, for a mail to that account, and returns its token, which is kept nowhere.
func (r *Register) Invite(ctx context.Context, caseID, stage, account string) (token string, err error) {
	token = rand.Text() + rand.Text() // 260 bits
	_, err = r.do(ctx, "invite", hashOf(token), caseID, stage, account, r.now().Add(InvitationLife))
	return token, err
}

// Invitation is what a token stands for. Code: NotFound.
func (r *Register) Invitation(ctx context.Context, token string) (Invitation, error) {
	i, err := one[Invitation](ctx, r.pool, "invitation", hashOf(token))
	if err == nil && !r.now().Before(i.ExpiresAt) {
		i.Used = true
	}
	return i, err
}

// UseInvitation takes a token for its one use; false: it was used, or has expired.
func (r *Register) UseInvitation(ctx context.Context, token string) (bool, error) {
	n, err := r.do(ctx, "use_invitation", hashOf(token), r.now())
	return n == 1, err
}

// SpareInvitation gives a token back whose act was refused.
func (r *Register) SpareInvitation(ctx context.Context, token string) error {
	_, err := r.do(ctx, "spare_invitation", hashOf(token))
	return err
}

// SweepInvitations removes those that expired a month ago: until then their holders are told so.
func (r *Register) SweepInvitations(ctx context.Context) error {
	_, err := r.do(ctx, "sweep_invitations", r.now().AddDate(0, -1, 0))
	return err
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
