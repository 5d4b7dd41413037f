package register

import (
	"context"
	"encoding/json"
	"errors"
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
	}
	// Attachment is a file that goes with a paper; its content lies in the store under its hash.
	Attachment struct {
		ID, CaseID, Paper, Name, Type, SHA256 string
		Size                                  int64
	}
)

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

// Papers are a matter's papers, oldest first.
func (r *Register) Papers(ctx context.Context, caseID string) ([]Paper, error) {
	return many[Paper](ctx, r.pool, "papers", caseID)
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

// Work lists what a person owes or may draft: the open duties of the posts held at an instant, the earliest due first.
func (r *Register) Work(ctx context.Context, congress, account string, at time.Time) ([]Stage, error) {
	return many[Stage](ctx, r.pool, "work", congress, account, at)
}
