package schemas_test

import (
	"errors"
	"io"
	"testing"

	"bihuan/schemas"
)

func TestError(t *testing.T) {
	err := schemas.Refuse("NotYet", "须先完成“%s”", "签收")
	if err.Error() != "须先完成“签收”" || errors.Unwrap(err) != nil {
		t.Error(err)
	}
	err.Cause = io.ErrUnexpectedEOF
	if err.Error() != "须先完成“签收”：unexpected EOF" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}
