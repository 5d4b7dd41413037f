package workflows

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"bihuan/activities/register"
	"bihuan/activities/register/registertest"
	"bihuan/schemas"
)

// newInterpellation is one that scm1 puts to 甲局 together with so many others, on Monday 2 March 2026 in skipped time.
func newInterpellation(t *testing.T, others int) *world {
	reg := registertest.New(t)
	d := registertest.Found(t, reg, schemas.Pace{}, "")
	ctx := context.Background()
	var signers []string
	for i := range 6 {
		login := fmt.Sprintf("scm%d", i+1)
		id, err := reg.AddAccount(ctx, register.Account{Congress: d.Congress, Login: login, Name: "委员" + login, Active: true})
		if err == nil {
			err = reg.AddPost(ctx, d.Congress, id, register.Post{Role: schemas.Member})
		}
		if err != nil {
			t.Fatal(err)
		}
		d.People[login] = id
		if i > 0 && i <= others {
			signers = append(signers, id)
		}
	}
	w := (&world{t: t, reg: reg, d: d}).fresh(t0)
	var err error
	if w.s, err = reg.FileInterpellation(ctx, register.NewInterpellation{Token: "a-form", Congress: d.Congress, Title: "关于供水水质的质询案", Body: "水质多次不达标，监测结果没有公布。",
		Unit: d.Units[0], Committee: d.Deputies, Leader: d.People["scm1"], Signers: signers}); err != nil {
		t.Fatal(err)
	}
	return w
}

// joined is the word of the others, from the second to the n-th.
func (w *world) joined(n int) (rs []*reply) {
	for i := 2; i <= n; i++ {
		login := fmt.Sprintf("scm%d", i)
		rs = append(rs, w.does(time.Duration(i)*time.Hour, login, "join/"+w.d.People[login], "agree")...)
	}
	return rs
}

// says is what members think of the answer.
func (w *world) says(after time.Duration, verdict string, members ...int) (rs []*reply) {
	for _, i := range members {
		login := fmt.Sprintf("scm%d", i)
		rs = append(rs, w.does(after+time.Duration(i)*time.Minute, login, "signer-word/"+w.d.People[login], verdict)...)
	}
	return rs
}

func TestInterpellationNeedsItsSigners(t *testing.T) {
	w := newInterpellation(t, 2)
	rs := w.joined(2) // the third says nothing for three working days
	w.endsAs("insufficient")
	w.ok(rs)
	f := register.NewInterpellation{Token: "b-form", Congress: w.d.Congress, Title: "两人的质询案", Body: "理由", Unit: w.d.Units[0], Committee: w.d.Deputies, Leader: w.d.People["scm1"], Signers: []string{w.d.People["scm2"]}}
	var refusal *schemas.Error
	if _, err := w.reg.FileInterpellation(context.Background(), f); !errors.As(err, &refusal) || refusal.Code != "TooFew" {
		t.Errorf("two put one: %v", err)
	}
	if err := w.reg.AddDeputy(context.Background(), w.d.Congress, register.DeputyRow{Account: w.d.People["scm2"], Delegation: "第一代表团", Employer: w.d.Units[0]}); err != nil {
		t.Fatal(err)
	}
	f.Signers = append(f.Signers, w.d.People["scm3"])
	if _, err := w.reg.FileInterpellation(context.Background(), f); !errors.As(err, &refusal) || refusal.Code != "Conflict" {
		t.Errorf("one works in the organ that is asked: %v", err)
	}
}

// Of four who put it two dissatisfied are half and bring no second answer; three are more than half. Who is silent counts among the four.
func TestInterpellationIsAnsweredAgain(t *testing.T) {
	for name, x := range map[string]struct {
		satisfied, dissatisfied []int
		again                   bool
	}{
		"half":                       {[]int{1, 2}, []int{3, 4}, false},
		"half, and nobody satisfied": {nil, []int{3, 4}, false},
		"more than half":             {[]int{1}, []int{2, 3, 4}, true},
		"all satisfied":              {[]int{1, 2, 3, 4}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newInterpellation(t, 3)
			rs := w.joined(4)
			var decide, answer, word, again string
			w.due(5*time.Hour, "put#1", &decide)
			rs = append(rs, w.does(day, "ofc", "put#1", "written")...)
			w.due(day+time.Hour, "signed-answer#1", &answer)
			rs = append(rs, w.does(3*day, "unh-jia", "signed-answer#1", "")...)
			w.due(3*day+time.Minute, "signer-word/"+w.d.People["scm1"], &word)
			rs = append(rs, w.says(4*day, "satisfied", x.satisfied...)...)
			rs = append(rs, w.says(4*day, "dissatisfied", x.dissatisfied...)...)
			late := w.does(5*day, "scm1", "retract", "")
			if x.again {
				w.due(5*day, "put#2", &again)
				rs = append(rs, w.does(6*day, "ofc", "put#2", "plenary", func(a *schemas.Act) { a.Until = t0.Add(9 * day) })...)
				rs = append(rs, w.does(9*day, "ofc", "oral-answer#2", "")...)
			}
			end := w.endsAs("answered")
			w.ok(rs)
			if late[0].done {
				t.Error("it was withdrawn after it had been answered")
			}
			if decide != "2026-03-16" || answer != "2026-03-17" || word != "2026-03-12" || (again != "") != x.again {
				t.Errorf("due: decision %s, answer %s, word %s, second decision %q", decide, answer, word, again)
			}
			if _, told := end.Told("oral-answer#2"); told != x.again {
				t.Errorf("answered again: %v", told)
			}
		})
	}
}

func TestInterpellationIsNotPut(t *testing.T) {
	w := newInterpellation(t, 2)
	rs := append(w.joined(3), w.does(day, "ofc", "put#1", "decline")...)
	end := w.endsAs("unput")
	w.ok(rs)
	if _, given := end.Told("given"); given {
		t.Error("the unit is told of what was not put to it")
	}
}

func TestInterpellationIsWithdrawn(t *testing.T) {
	w := newInterpellation(t, 2)
	rs := w.joined(3)
	other := w.does(4*time.Hour, "scm2", "retract", "", func(a *schemas.Act) { a.ID = "other" })
	rs = append(rs, w.does(day, "ofc", "put#1", "committee", func(a *schemas.Act) { a.Until = t0.Add(7 * day) })...)
	rs = append(rs, w.does(2*day, "scm1", "retract", "")...)
	w.endsAs("withdrawn")
	w.ok(rs)
	if other[0].refused == nil {
		t.Error("another than its leader withdrew it")
	}
}
