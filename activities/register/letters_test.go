package register_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// Numbers are taken when letters are issued, by many at once, and have no gaps, whatever fails in between.
func TestLettersAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := registertest.New(t)
	d := registertest.Found(t, r, schemas.Pace{}, "")
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	st, err := r.File(ctx, d.Filing("测审〔2026〕1号", at))
	if err != nil {
		t.Fatal(err)
	}
	draw := func(n int) string {
		t.Helper()
		id, err := r.DrawLetter(ctx, d.Congress, fmt.Sprintf("letter-token-%d", n), register.Letter{CaseID: st.Case, Kind: "handover", Title: "关于交办的函", Body: "请办理。", Author: d.People["cmt"], DrawnAt: at})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	issue := func(id string, at time.Time, err error) error {
		return r.IssueLetter(ctx, d.Congress, register.Issuing{Letter: id, Account: d.People["ofc"], Series: "办", Word: "测人常", At: at},
			func(l register.Letter) ([]byte, error) { return []byte(l.Number), err })
	}
	if once := draw(1); once != draw(1) {
		t.Error("the same form drew two letters")
	}
	if _, err := r.DrawLetter(ctx, d.Congress, "letter-token-1", register.Letter{CaseID: st.Case, Kind: "urge", Author: d.People["ofc"], DrawnAt: at}); !refusedWith(err, "BadToken") {
		t.Errorf("another's token: %v", err)
	}
	const many = 24
	var wait sync.WaitGroup
	broken := errors.New("the printer is away")
	for n := range many {
		id := draw(n)
		for range 2 { // each is sent twice
			wait.Go(func() {
				if n%4 == 0 {
					if err := issue(id, at, broken); err != nil && !strings.Contains(fmt.Sprint(errors.Unwrap(err)), broken.Error()) {
						t.Error(err)
					}
				}
				if err := issue(id, at, nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	ls, err := r.LettersOf(ctx, d.Congress, st.Case)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range ls {
		content, err := r.LetterContent(ctx, d.Congress, l.ID)
		if err != nil || string(content) != l.Number || len(l.SHA256) != 64 {
			t.Errorf("%s holds %q: %v", l.Number, content, err)
		}
		seen[l.Number] = true
	}
	for n := range many {
		if number := fmt.Sprintf("测人常办〔2026〕%d号", n+1); !seen[number] {
			t.Errorf("%s is missing", number)
		}
	}
	if len(seen) != many || len(ls) != many {
		t.Errorf("%d letters have %d numbers", len(ls), len(seen))
	}

	f := register.LetterFilter{Sights: map[string]register.Sight{"opinion": {All: true}}, Kinds: []string{"handover"}, Year: 2026, State: "issued", Words: "测人常办"}
	var after *register.Place
	listed := map[string]bool{}
	for pages := 0; pages < 3; pages++ {
		page, next, err := r.Letters(ctx, d.Congress, f, after, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page {
			listed[l.ID] = true
		}
		after = next
	}
	if len(listed) != many || after != nil {
		t.Errorf("three pages of ten hold %d of %d letters, and then comes %v", len(listed), many, after)
	}
	f.Sights = map[string]register.Sight{"opinion": {Units: []string{d.Units[1]}}}
	if page, _, err := r.Letters(ctx, d.Congress, f, nil, 10); err != nil || len(page) > 0 {
		t.Errorf("a unit that takes no part finds %d letters: %v", len(page), err)
	}

	id := ls[0].ID
	if err := r.VoidLetter(ctx, d.Congress, id, d.People["ofc"], "写错了单位", at); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"voided again":          r.VoidLetter(ctx, d.Congress, id, d.People["ofc"], "又一次", at),
		"issued again":          issue(id, at, nil),
		"changed":               r.ChangeLetter(ctx, d.Congress, register.Letter{ID: id, Title: "改"}),
		"given up":              r.DropLetter(ctx, d.Congress, id),
		"of another's congress": r.VoidLetter(ctx, registertest.Found(t, r, schemas.Pace{}, "").Congress, ls[1].ID, d.People["ofc"], "不是我的", at),
	} {
		if !refusedWith(err, "StageClosed") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Pool().Exec(ctx, "update letters set title = '改' where id = $1", ls[1].ID); err == nil {
		t.Error("an issued letter was changed behind the program's back")
	}
	next := draw(many)
	if err := r.ChangeLetter(ctx, d.Congress, register.Letter{ID: next, Title: "改过的标题", Body: "请办理。"}); err != nil {
		t.Fatal(err)
	}
	if err := issue(next, at, nil); !refusedWith(err, "StageClosed") {
		t.Errorf("a draft that the person has not seen was issued: %v", err)
	}
	if err := r.IssueLetter(ctx, d.Congress, register.Issuing{Letter: next, Account: d.People["ofc"], Series: "办", Word: "测人常", Rev: 1, At: at.AddDate(1, 0, 0)},
		func(l register.Letter) ([]byte, error) { return []byte("x"), nil }); err != nil {
		t.Fatal(err)
	}
	if l, err := r.Letter(ctx, d.Congress, next); err != nil || l.Number != "测人常办〔2027〕1号" || l.Title != "改过的标题" {
		t.Errorf("the first of the next year is %s %s: %v", l.Number, l.Title, err)
	}
}

func refusedWith(err error, code string) bool {
	var known *schemas.Error
	return errors.As(err, &known) && known.Code == code
}
