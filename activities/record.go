// Package activities is what a case does to the world.
package activities

import (
	"context"

	"bihuan/schemas"
)

// Register is what Record needs of the register (台账).
type Register interface {
	// Write puts one stimulus on record in one transaction; a repeat of it returns the same receipt.
	Write(ctx context.Context, e schemas.Entry) (schemas.Receipt, error)
}

// Writer is the one writer of cases.
type Writer struct{ Register Register }

// Record records one stimulus of a case, computes the dates it asks for and enters the notices it causes.
// Safe to repeat. Errors are passing ones: the register is away.
func (w *Writer) Record(ctx context.Context, e schemas.Entry) (schemas.Receipt, error) {
	return w.Register.Write(ctx, e)
}
