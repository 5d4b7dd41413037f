package workflows

import (
	"time"

	"bihuan/schemas"

	"go.temporal.io/sdk/workflow"
)

// Interpellation (质询) is put by members of the standing committee to the government, a department, the supervisory commission, a court or a
// procuratorate: the chairpersons' meeting decides that and how it is answered; when more than half of those who put it are dissatisfied,
// the meeting may have it answered once more (spec 2b; 监督法51至54).
func Interpellation(ctx workflow.Context, s schemas.State) error {
	return conduct(ctx, s, func(ctx workflow.Context, d *docket) error {
		i := interpellation{d, d.Facts["filed"].Target}
		d.Beside(ctx, i.retraction)
		signers, err := i.signed(ctx)
		if err != nil {
			return err
		}
		if len(signers) < i.Policy.Signers {
			i.Close("insufficient")
			return nil
		}
		answer, err := i.answered(ctx, 1, "complete")
		if err != nil || i.Outcome != "" {
			return err
		}
		i.Drop(answer.At, "retract")
		dissatisfied, last, err := i.judged(ctx, signers, answer)
		if err != nil {
			return err
		}
		if 2*dissatisfied > len(signers) {
			i.Decree("demanded", last, nil)
			if _, err := i.answered(ctx, 2, "demanded"); err != nil {
				return err
			}
		}
		i.Close("answered")
		return nil
	})
}

// interpellation is the docket of one, and the organ that it is put to.
type interpellation struct {
	*docket
	unit string
}

// retraction is 撤回: as long as it has not been answered, by who leads it.
func (i interpellation) retraction(ctx workflow.Context) error {
	word, err := i.Await(ctx, schemas.Stage{Key: "retract", Person: i.Policy.Owner})
	if err == nil && word.Verdict != schemas.Lapsed {
		i.Close("withdrawn")
	}
	return err
}

// signed are those who put it, the leader first: silence is no signature.
func (i interpellation) signed(ctx workflow.Context) (signers []string, err error) {
	filed := i.Facts["filed"]
	signers, complete := []string{filed.Person}, filed.At
	for _, p := range filed.People {
		i.Open(schemas.Stage{Key: "join/" + p, Person: p, Clocks: clock("join", filed.Key)})
	}
	for _, p := range filed.People {
		word, err := i.Await(ctx, schemas.Stage{Key: "join/" + p, Person: p})
		if err != nil {
			return nil, err
		}
		complete = later(complete, word.At)
		if word.Verdict == "agree" {
			signers = append(signers, p)
		}
	}
	i.Decree("complete", complete, nil)
	return signers, nil
}

// answered is the decision of the chairpersons' meeting and the answer in the form that it chose; no answer, if it is not put.
func (i interpellation) answered(ctx workflow.Context, n int, after string) (answer schemas.Act, err error) {
	decided, err := i.Await(ctx, schemas.Stage{Key: round("put", n), For: i.unit, Clocks: clock("put", after)})
	if err != nil {
		return answer, err
	}
	if decided.Verdict == "decline" {
		if n == 1 {
			i.Close("unput")
		}
		return answer, nil
	}
	if n == 1 {
		i.Decree("given", decided.At, nil)
		i.Beside(ctx, i.instructions, i.raising)
	}
	if decided.Verdict == "written" {
		return i.Await(ctx, schemas.Stage{Key: round("signed-answer", n), Unit: i.unit, Clocks: clock("signed-answer", decided.Key)})
	}
	return i.Await(ctx, schemas.Stage{Key: round("oral-answer", n), For: i.unit, Until: decided.Until})
}

// judged is what those who put it say of the answer. Who says nothing is not counted as dissatisfied.
func (i interpellation) judged(ctx workflow.Context, signers []string, answer schemas.Act) (dissatisfied int, last time.Time, err error) {
	words := make([]func(workflow.Context) error, len(signers))
	for n, p := range signers {
		words[n] = func(ctx workflow.Context) error {
			word, err := i.Await(ctx, schemas.Stage{Key: "signer-word/" + p, Person: p, Clocks: clock("signer-word", answer.Key)})
			if word.At.After(last) {
				last = word.At
			}
			if word.Verdict == "dissatisfied" {
				dissatisfied++
			}
			return err
		}
	}
	err = i.together(ctx, words...)
	return dissatisfied, last, err
}
