package register

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

type (
	// Letter (公文) is a paper that the congress sends under a number of its own, or the draft of one.
	Letter struct {
		ID, CaseID, CaseNumber, CaseTitle, Procedure string
		Bulletin                                     string // the bulletin whose letter it is; it has no matter then
		Kind                                         string // of schemas.LetterKinds
		State                                        string // draft, issued, void
		Rev                                          int    // how often the draft was changed
		Title, Recipient, Body, Copies               string
		Author, AuthorName                           string
		DrawnAt                                      time.Time
		Number                                       string // empty: a draft
		IssuerName                                   string
		IssuedAt                                     time.Time
		SHA256                                       string // of the .docx
		VoiderName                                   string
		VoidedAt                                     time.Time
		Reason                                       string // why it is void (作废)
	}
	// LetterHead is what stands over a congress's letters: the name of who issues them, and its word in their numbers (机关代字).
	LetterHead struct{ Name, Mark, Word string }
	// LetterTemplate is a template that the office put in place of a kind's built-in one. Without content it went back to that.
	LetterTemplate struct {
		ID, Kind, Name, SHA256 string
		Content                []byte
		At                     time.Time
		AccountName            string
	}
	// LetterFilter is a list of letters: what the person may see, and filters that leave out what they do not name.
	LetterFilter struct {
		Sights       map[string]Sight
		Kinds        []string
		AllDrafts    bool     // else of matters in charge of these committees
		Committees   []string // unit ids
		Year         int
		State, Words string
	}
	// Issuing is what a letter gets when it is issued.
	Issuing struct {
		Letter, Account, Series string
		Rev                     int       // of the draft that the person saw
		Word                    string    // 机关代字
		At                      time.Time // by the congress's clock
		Template                string    // id; empty: the built-in one
	}
)

// Is reports the state of a letter; for templates too.
func (l Letter) Is(state string) bool { return l.State == state }

// DrawLetter enters the draft of a letter, once for each form. Code: BadToken, when the token is another draft's.
func (r *Register) DrawLetter(ctx context.Context, congress, token string, l Letter) (string, error) {
	id := NewID()
	n, err := r.do(ctx, "draw_letter", id, congress, l.CaseID, l.Kind, token, l.Title, l.Recipient, l.Body, l.Copies, l.Author, l.DrawnAt, nil)
	if err != nil || n > 0 {
		return id, err
	}
	drawn, err := one[struct{ ID string }](ctx, r.pool, "letter_drawn", token, congress, l.CaseID, l.Author, l.Kind)
	var none *schemas.Error
	if errors.As(err, &none) && none.Code == "NotFound" {
		err = schemas.Refuse("BadToken", "表单凭据不符，请重新打开页面再提交")
	}
	return drawn.ID, err
}

// ChangeLetter changes a draft that is still as the person saw it. Code: StageClosed.
func (r *Register) ChangeLetter(ctx context.Context, congress string, l Letter) error {
	n, err := r.do(ctx, "change_letter", congress, l.ID, l.Rev, l.Title, l.Recipient, l.Body, l.Copies)
	if err == nil && n == 0 {
		err = errLetterMoved
	}
	return err
}

var errLetterMoved = schemas.Refuse("StageClosed", "文稿已经由别人修改或发出，请重新打开，看过最新的文稿再办理")

// DropLetter gives up a draft. Code: StageClosed.
func (r *Register) DropLetter(ctx context.Context, congress, id string) error {
	n, err := r.do(ctx, "drop_letter", congress, id)
	if err == nil && n == 0 {
		err = errLetterMoved
	}
	return err
}

// IssueLetter gives a draft the next number of its series and year and fixes its content, which write makes, in one transaction: where
// anything fails, the number is not used. One that is issued stays as it is. Codes: NotFound, StageClosed.
func (r *Register) IssueLetter(ctx context.Context, congress string, in Issuing, write func(Letter) ([]byte, error)) error {
	return r.within(ctx, func(tx pgx.Tx) error { return issueLetter(ctx, tx, congress, in, write) })
}

func issueLetter(ctx context.Context, tx pgx.Tx, congress string, in Issuing, write func(Letter) ([]byte, error)) error {
	if _, err := tx.Exec(ctx, statement("lock_letter"), congress, in.Letter); err != nil {
		return err
	}
	l, err := one[Letter](ctx, tx, "letter", congress, in.Letter)
	switch {
	case err != nil:
		return err
	case l.State == "issued":
		return nil
	case l.State != "draft" || l.Rev != in.Rev:
		return errLetterMoved
	}
	year := in.At.In(schemas.Shanghai).Year()
	next, err := one[struct{ N int }](ctx, tx, "number_letter", congress, in.Series, year)
	if err != nil {
		return err
	}
	l.Number, l.IssuedAt = fmt.Sprintf("%s%s〔%d〕%d号", in.Word, in.Series, year, next.N), in.At
	content, err := write(l)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	_, err = tx.Exec(ctx, statement("issue_letter"), l.ID, in.Series, year, next.N, l.Number, in.Account, in.At, null(in.Template), content, hex.EncodeToString(sum[:]))
	return err
}

// VoidLetter has an issued letter not count any more; its number stays used. Code: StageClosed.
func (r *Register) VoidLetter(ctx context.Context, congress, id, account, reason string, at time.Time) error {
	n, err := r.do(ctx, "void_letter", congress, id, account, at, reason)
	if err == nil && n == 0 {
		err = schemas.Refuse("StageClosed", "这份公文还没有发出，或者已经作废")
	}
	return err
}

// Letter reads one of a congress. Code: NotFound.
func (r *Register) Letter(ctx context.Context, congress, id string) (Letter, error) {
	return one[Letter](ctx, r.pool, "letter", congress, id)
}

// LetterContent is the .docx of an issued letter. Code: NotFound.
func (r *Register) LetterContent(ctx context.Context, congress, id string) ([]byte, error) {
	row, err := one[struct{ Content []byte }](ctx, r.pool, "letter_content", congress, id)
	return row.Content, err
}

// LettersOf are a matter's letters and drafts, oldest first.
func (r *Register) LettersOf(ctx context.Context, congress, caseID string) ([]Letter, error) {
	return many[Letter](ctx, r.pool, "letters_of", congress, caseID)
}

// Letters is the page of a congress's letters after a place, that drawn last coming first; and where the next page begins.
func (r *Register) Letters(ctx context.Context, congress string, f LetterFilter, after *Place, limit int) ([]Letter, *Place, error) {
	var procedures, ways, whos []string
	var handed, published []bool
	for procedure := range f.Sights {
		for _, a := range (Listing{Sights: f.Sights}).lanes(congress, procedure, "") {
			procedures, ways, whos = append(procedures, a.procedure), append(ways, a.way), append(whos, a.who)
			handed, published = append(handed, a.handed), append(published, a.published)
		}
	}
	var at *time.Time
	var id *string
	if after != nil {
		at, id = &after.At, &after.ID
	}
	rows, err := many[Letter](ctx, r.pool, "letter_list", congress, procedures, ways, whos, handed, published, f.AllDrafts, append([]string{}, f.Committees...),
		append([]string{}, f.Kinds...), f.Year, f.State, strings.TrimSpace(f.Words), at, id, limit+1)
	if err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	last := rows[limit-1]
	return rows[:limit], &Place{last.DrawnAt, last.ID}, nil
}

// LetterHead is what stands over a congress's letters. Code: NotFound.
func (r *Register) LetterHead(ctx context.Context, congress string) (LetterHead, error) {
	h, err := one[LetterHead](ctx, r.pool, "letter_head", congress)
	h.Mark, h.Word = cmp.Or(h.Mark, h.Name), cmp.Or(h.Word, schemas.LetterWord(h.Name))
	return h, err
}

// SetLetterHead sets what stands over the letters that are issued from now on.
func (r *Register) SetLetterHead(ctx context.Context, congress, mark, word string) error {
	_, err := r.do(ctx, "set_letter_head", congress, mark, word)
	return err
}

// LetterTemplate is the office's own template of a kind; without content the built-in one counts.
func (r *Register) LetterTemplate(ctx context.Context, congress, kind string) (LetterTemplate, error) {
	ts, err := many[LetterTemplate](ctx, r.pool, "letter_template", congress, kind)
	if err != nil || len(ts) == 0 {
		return LetterTemplate{}, err
	}
	return ts[0], nil
}

// LetterTemplates are all that there have been, the latest first, without their contents.
func (r *Register) LetterTemplates(ctx context.Context, congress string) ([]LetterTemplate, error) {
	return many[LetterTemplate](ctx, r.pool, "letter_templates", congress)
}

// LetterTemplateContent is one version of a kind's template. Code: NotFound.
func (r *Register) LetterTemplateContent(ctx context.Context, congress, kind, id string) ([]byte, error) {
	row, err := one[struct{ Content []byte }](ctx, r.pool, "letter_template_content", congress, id, kind)
	return row.Content, err
}

// PutLetterTemplate has a template count for a kind; without content, the built-in one.
func (r *Register) PutLetterTemplate(ctx context.Context, congress, account string, t LetterTemplate) error {
	sum := ""
	if t.Content != nil {
		s := sha256.Sum256(t.Content)
		sum = hex.EncodeToString(s[:])
	}
	_, err := r.do(ctx, "write_letter_template", NewID(), congress, t.Kind, t.Name, sum, t.Content, account, t.At)
	return err
}
