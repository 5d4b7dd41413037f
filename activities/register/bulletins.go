package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Bulletin (通报) says how the units did in a period: figures that are frozen, and words about them.
	Bulletin struct {
		ID, Procedure, State                         string // draft, approved, issued
		Rev                                          int    // how often the draft was changed
		Title, Scope                                 string
		PeriodFrom, PeriodTo                         *time.Time
		Intro, Praise, Criticism, Demands            string
		Recipient, Copies                            string
		FiguresAt                                    time.Time
		Author, AuthorName, ApproverName, IssuerName string
		DrawnAt                                      time.Time
		ApprovedAt, IssuedAt                         *time.Time
		Year, N, Version                             int // 期号
		Corrects, CorrectedBy, Reason                string
		Letter, Number                               string // its letter, once issued, and the letter's number (字号)
	}
	// BulletinDraft is what a draft begins with.
	BulletinDraft struct {
		Congress, Token, Author string
		Bulletin
		Snapshot string // JSON
	}
)

// Is reports the state of a bulletin; for templates too.
func (b Bulletin) Is(state string) bool { return b.State == state }

// Issue is the number of the issue (期号); empty: a draft.
func (b Bulletin) Issue() string {
	if b.N == 0 {
		return ""
	}
	text := fmt.Sprintf("%d年第%d期", b.Year, b.N)
	if b.Version > 1 {
		text += fmt.Sprintf("（第%d次更正）", b.Version-1)
	}
	return text
}

// DrawBulletin enters the draft of a bulletin, once for each form. A correction takes the place beside the version that it corrects, of which
// there is one at the most. Codes: BadToken, StageClosed.
func (r *Register) DrawBulletin(ctx context.Context, d BulletinDraft) (string, error) {
	id := NewID()
	n, err := r.do(ctx, "draw_bulletin", id, d.Congress, d.Token, d.Procedure, d.Title, d.Scope, d.PeriodFrom, d.PeriodTo, d.Intro, d.Praise, d.Criticism, d.Demands,
		d.Recipient, d.Copies, d.FiguresAt, d.Snapshot, d.Author, d.DrawnAt, d.Version, null(d.Corrects), d.Reason)
	if violates(err, "bulletins_corrects") {
		return "", schemas.Refuse("StageClosed", "这期通报已经有一份更正，请打开那一份")
	}
	if err != nil || n > 0 {
		return id, err
	}
	drawn, err := one[struct{ ID string }](ctx, r.pool, "bulletin_drawn", d.Token, d.Congress, d.Author, d.Procedure)
	var none *schemas.Error
	if errors.As(err, &none) && none.Code == "NotFound" {
		err = schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	return drawn.ID, err
}

var errBulletinMoved = schemas.Refuse("StageClosed", "通报已经由别人修改、签发或印发，请重新打开，看过最新的再办理")

// ChangeBulletin changes the words of a draft that is still as the person saw it, and whoever approved it must see it again. Code: StageClosed.
func (r *Register) ChangeBulletin(ctx context.Context, congress string, b Bulletin) error {
	return moved(r.do(ctx, "change_bulletin", congress, b.ID, b.Rev, b.Title, b.Scope, b.Intro, b.Praise, b.Criticism, b.Demands, b.Recipient, b.Copies))
}

// RedrawBulletin takes a draft's figures anew. Code: StageClosed.
func (r *Register) RedrawBulletin(ctx context.Context, congress, id string, rev int, at time.Time, snapshot string) error {
	return moved(r.do(ctx, "redraw_bulletin", congress, id, rev, at, snapshot))
}

// DropBulletin gives up a draft. Code: StageClosed.
func (r *Register) DropBulletin(ctx context.Context, congress, id string) error {
	return moved(r.do(ctx, "drop_bulletin", congress, id))
}

// ApproveBulletin is a leader's word for the draft as he saw it (签发). Code: StageClosed.
func (r *Register) ApproveBulletin(ctx context.Context, congress, id string, rev int, account string, at time.Time) error {
	return moved(r.do(ctx, "approve_bulletin", congress, id, rev, account, at))
}

func moved(n int64, err error) error {
	if err == nil && n == 0 {
		err = errBulletinMoved
	}
	return err
}

// IssueBulletin gives an approved bulletin its issue's number, which a correction shares with what it corrects, and the number of its letter,
// and fixes both in one transaction. One that is issued stays as it is. Codes: NotFound, StageClosed.
func (r *Register) IssueBulletin(ctx context.Context, congress, id string, rev int, in Issuing, letter func(Bulletin) Letter, write func(Bulletin, Letter) ([]byte, error)) error {
	return r.within(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statement("lock_bulletin"), congress, id); err != nil {
			return err
		}
		b, err := one[Bulletin](ctx, tx, "bulletin", congress, id)
		switch {
		case err != nil:
			return err
		case b.Is("issued"):
			return nil
		case !b.Is("approved") || b.Rev != rev:
			return errBulletinMoved
		}
		if b.Corrects != "" {
			was, err := one[Bulletin](ctx, tx, "bulletin", congress, b.Corrects)
			if err != nil {
				return err
			}
			b.Year, b.N = was.Year, was.N
		} else {
			b.Year = in.At.In(schemas.Shanghai).Year()
			next, err := one[struct{ N int }](ctx, tx, "number_letter", congress, "期号/"+b.Procedure, b.Year)
			if err != nil {
				return err
			}
			b.N = next.N
		}
		b.IssuedAt = &in.At
		if _, err := tx.Exec(ctx, statement("issue_bulletin"), id, b.Year, b.N, in.Account, in.At); err != nil {
			return err
		}
		l := letter(b)
		in.Letter, in.Rev = NewID(), 0
		if _, err := tx.Exec(ctx, statement("draw_letter"), in.Letter, congress, nil, l.Kind, "bulletin/"+id, l.Title, l.Recipient, l.Body, l.Copies, in.Account, in.At, id); err != nil {
			return err
		}
		return issueLetter(ctx, tx, congress, in, func(l Letter) ([]byte, error) { return write(b, l) })
	})
}

// Bulletin reads one of a congress. Code: NotFound.
func (r *Register) Bulletin(ctx context.Context, congress, id string) (Bulletin, error) {
	return one[Bulletin](ctx, r.pool, "bulletin", congress, id)
}

// BulletinSnapshot is what a bulletin froze, as JSON. Code: NotFound.
func (r *Register) BulletinSnapshot(ctx context.Context, congress, id string) (string, error) {
	row, err := one[struct{ Snapshot string }](ctx, r.pool, "bulletin_snapshot", congress, id)
	return row.Snapshot, err
}

// Bulletins is the page of a congress's bulletins after a place, that drawn last coming first; and where the next page begins.
func (r *Register) Bulletins(ctx context.Context, congress string, drafts bool, after *Place, limit int) ([]Bulletin, *Place, error) {
	var at *time.Time
	var id *string
	if after != nil {
		at, id = &after.At, &after.ID
	}
	rows, err := many[Bulletin](ctx, r.pool, "bulletins", congress, drafts, at, id, limit+1)
	if err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	last := rows[limit-1]
	return rows[:limit], &Place{last.DrawnAt, last.ID}, nil
}
