package main

import (
	"context"
	"errors"
	"os"
	"testing"

	"bihuan/activities/register/registertest"
	"bihuan/schemas"

	"github.com/jackc/pgx/v5"
)

// The new program is asked before its migration has run: whether it replays what is open decides whether the migration runs at all.
func TestReplayComesBeforeTheMigration(t *testing.T) {
	ctx := context.Background()
	url := registertest.URL(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`); err != nil {
		t.Fatal(err)
	}
	s := stack{Database: url, Temporal: os.Getenv("TEMPORAL_ADDRESS"), journal: journal{Log: "text", LogLevel: "warn"}}
	if err := (&replayCommand{s}).Run(ctx); err != nil {
		t.Errorf("replay: %v", err)
	}
	var refused *schemas.Error
	if err := (&doctorCommand{s}).Run(ctx); !errors.As(err, &refused) || refused.Code != "SchemaOld" {
		t.Errorf("doctor: %v", err)
	}
}
