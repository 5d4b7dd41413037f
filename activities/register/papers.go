package register

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Paper (文书) is what an act says in words. It is written before the act is sent.
	Paper struct {
		ID, CaseID, Stage, Kind, Token string
		Unit, UnitName                 string
		Author, AuthorName             string
		Status                         string // draft, proposed, signed, refused
		Body                           string // schemas.ActIn as JSON
		WrittenAt                      time.Time
		Corrected                      bool `db:"-"` // the body has words of a correction (更正); what it was stands in that
	}
	// Attachment is a file that goes with a paper; its content lies in the store under its hash.
	Attachment struct {
		ID, CaseID, Paper, Name, Type, SHA256 string
		Size                                  int64
	}
)

// Picture reports whether browsers show the attachment as an image.
func (a Attachment) Picture() bool { return strings.HasPrefix(a.Type, "image/") }

// Sound reports whether browsers play the attachment without a picture.
func (a Attachment) Sound() bool { return strings.HasPrefix(a.Type, "audio/") }

// Film reports whether browsers play the attachment.
func (a Attachment) Film() bool { return strings.HasPrefix(a.Type, "video/") }

// In is what the paper says.
func (p Paper) In() (in schemas.ActIn) {
	_ = json.Unmarshal([]byte(p.Body), &in) // written by Write from the same type
	return in
}

// WritePaper stores a paper with its attachments, those of the paper it was made from included. A repeat under
// the same token returns the id of the first. Code: BadToken, when the token is another paper's.
func (r *Register) WritePaper(ctx context.Context, congress string, p Paper, in schemas.ActIn, files []Attachment) (id string, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	err = r.within(ctx, func(tx pgx.Tx) error {
		id = NewID()
		tag, err := tx.Exec(ctx, statement("write_paper"), id, congress, p.CaseID, p.Stage, p.Kind, in.Token, null(p.Unit),
			p.Author, p.Status, string(body), p.WrittenAt)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 { // a statement of its own, which sees what the same form wrote a moment ago
			err := tx.QueryRow(ctx, statement("paper_of"), in.Token, p.CaseID, p.Author).Scan(&id)
			if errors.Is(err, pgx.ErrNoRows) {
				return schemas.Refuse("BadToken", "表单凭据与本环节不符，请重新打开页面再提交")
			}
			return err
		}
		for _, f := range files {
			if _, err := tx.Exec(ctx, statement("write_attachment"), NewID(), congress, p.CaseID, id, f.Name, f.Type, f.Size, f.SHA256, p.Author, p.WrittenAt); err != nil {
				return err
			}
		}
		if in.Paper != "" {
			_, err := tx.Exec(ctx, statement("inherit_attachments"), id, in.Paper, p.CaseID)
			return err
		}
		return nil
	})
	return id, err
}

// Papers are a matter's papers, oldest first, as they are read with the corrections of their words.
func (r *Register) Papers(ctx context.Context, caseID string) ([]Paper, error) {
	papers, err := many[Paper](ctx, r.pool, "papers", caseID)
	if err != nil || len(papers) == 0 {
		return papers, err
	}
	cs, err := r.Corrections(ctx, caseID)
	for i := range papers {
		papers[i].correct(cs)
	}
	return papers, err
}

// Attachments are the files of a matter's papers.
func (r *Register) Attachments(ctx context.Context, caseID string) ([]Attachment, error) {
	return many[Attachment](ctx, r.pool, "attachments", caseID)
}

// RefusePaper sends a proposed paper back to who drafted it.
func (r *Register) RefusePaper(ctx context.Context, caseID, id string) error {
	_, err := r.do(ctx, "refuse_paper", caseID, id)
	return err
}

// JournalLine is one stimulus of a case.
type JournalLine struct {
	Seq           int
	At            time.Time
	Acts, Climbed string // JSON: []schemas.Act, []schemas.Climbed
	Receipt       string // JSON: schemas.Receipt
	Phase         string // where the matter stood afterwards
}

// Journal is all that happened to a case, in its order.
func (r *Register) Journal(ctx context.Context, caseID string) ([]JournalLine, error) {
	return many[JournalLine](ctx, r.pool, "journal", caseID)
}

// Names are the names of a congress's people and units by id.
func (r *Register) Names(ctx context.Context, congress string) (map[string]string, error) {
	rows, err := many[struct{ ID, Name string }](ctx, r.pool, "names", congress)
	names := make(map[string]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, err
}

// Work is the page after a place of what a person owes or may draft: the open duties of the posts held at an instant, the earliest due
// first; and where the next page begins.
func (r *Register) Work(ctx context.Context, congress, account string, at time.Time, after *Place, limit int) ([]Stage, *Place, error) {
	args, err := r.workOf(ctx, congress, account, at)
	if err != nil {
		return nil, nil, err
	}
	due, id, key := after.parts()
	var from *string
	if after != nil {
		from = new(string)
		*from = "infinity" // without a term: those come last
		if !due.IsZero() {
			*from = due.Format(time.RFC3339Nano)
		}
	}
	rows, err := many[Stage](ctx, r.pool, "work", append(args, from, id, key, limit+1)...)
	return stagePage(rows, err, limit)
}

// WorkCount counts them, up to Counted+1.
func (r *Register) WorkCount(ctx context.Context, congress, account string, at time.Time) (int, error) {
	args, err := r.workOf(ctx, congress, account, at)
	if err != nil {
		return 0, err
	}
	row, err := one[struct{ N int }](ctx, r.pool, "work_count", append(args, Counted+1)...)
	return row.N, err
}

// workOf are the first arguments of the statements about a person's work: the posts held; and where to look for it, the kinds of duties
// that roles without a unit of their own settle, the units, and the persons.
func (r *Register) workOf(ctx context.Context, congress, account string, at time.Time) ([]any, error) {
	posts, err := many[Post](ctx, r.pool, "posts_of_account", account, at)
	if err != nil {
		return nil, err
	}
	var roles, kinds, owners []string
	var held []*string
	units, persons := []string{}, []string{account}
	for _, o := range posts {
		owner := cmp.Or(o.For, account)
		roles, held, owners = append(roles, string(o.Role)), append(held, null(o.Unit)), append(owners, owner)
		if !slices.Contains(persons, owner) {
			persons = append(persons, owner)
		}
		if o.Unit != "" && !slices.Contains(units, o.Unit) {
			units = append(units, o.Unit)
		}
		if o.Unit != "" && (o.Role == schemas.Liaison || o.Role == schemas.UnitHead) {
			continue // their duties are all their unit's
		}
		for kind, d := range schemas.Duties {
			if !d.Door && (slices.Contains(d.By, o.Role) || d.Drafter == o.Role) && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return []any{planned, congress, roles, held, owners, append([]string{}, kinds...), units, persons}, nil
}
