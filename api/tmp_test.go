package api

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

func TestTmpSearch(t *testing.T) {
	owner := must(pgxpool.New(context.Background(), os.Getenv("TMP_URL")))
	defer owner.Close()
	_, err := owner.Exec(context.Background(), "update accounts set password = $1, password_at = now()", hashed)
	if err != nil {
		t.Fatal(err)
	}
	searchesQuickly(t, owner, os.Getenv("TMP_URL"), os.Getenv("TMP_M") != "")
}
