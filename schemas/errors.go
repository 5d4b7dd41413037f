package schemas

import "fmt"

// Error is a refusal that a person reads: a code for programs and a plain Chinese sentence.
// Every refusal of this package is one.
type Error struct {
	Code  string // stable, for programs: StageClosed, BadRule …
	Text  string // one Chinese sentence without a full stop
	Cause error  // what went wrong below; nil for most
}

// Refuse makes a refusal; the text is formatted as by fmt.Sprintf.
func Refuse(code, format string, args ...any) *Error {
	return &Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

// Error gives the sentence, and the cause if there is one, without the code.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Text
	}
	return e.Text + "：" + e.Cause.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }
