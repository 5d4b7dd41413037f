package main

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/tools/common/schema"
	toolsql "go.temporal.io/server/tools/sql"
)

const (
	productRole, productDatabase = "bihuan", "bihuan"
	serviceRole                  = "bihuan_service" // as which the product runs: its migrations give it less than the owner may

	temporalRole       = "temporal"
	mainDatabase       = "temporal"
	visibilityDatabase = "temporal_visibility"
)

// unneededIndexes drops the visibility indexes that no list of ours asks for:
// each would cost a write at every start and close of a workflow.
//
//go:embed visibility-indexes.sql
var unneededIndexes string

// productURL is the connection string that is handed to the product.
func (p *postgres) productURL() string {
	return p.url(productRole, rolePassword(p.password, productRole), productDatabase)
}

// createDatabases makes the roles and databases that are missing. The product
// may create databases, since its tests and drills do; neither it nor
// Temporal can enter the other's.
func (p *postgres) createDatabases(ctx context.Context) error {
	c, err := pgx.Connect(ctx, p.url(superuser, p.password, superuser))
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	for _, role := range []struct{ name, may string }{{productRole, "login createdb"}, {temporalRole, "login"}, {serviceRole, "nologin"}} {
		var there bool
		if err := c.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", role.name).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := c.Exec(ctx, fmt.Sprintf("create role %s %s password '%s'", role.name, role.may, rolePassword(p.password, role.name))); err != nil {
			return err
		}
	}
	if _, err := c.Exec(ctx, fmt.Sprintf("grant %s to %s", serviceRole, productRole)); err != nil {
		return err
	}
	for _, db := range []struct{ name, owner string }{
		{productDatabase, productRole}, {mainDatabase, temporalRole}, {visibilityDatabase, temporalRole},
	} {
		var there bool
		if err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", db.name).Scan(&there); err != nil {
			return err
		}
		if !there {
			if _, err := c.Exec(ctx, fmt.Sprintf("create database %s owner %s", db.name, db.owner)); err != nil {
				return err
			}
		}
		if _, err := c.Exec(ctx, fmt.Sprintf("revoke connect, temporary on database %s from public", db.name)); err != nil {
			return err
		}
	}
	return nil
}

// store describes one of Temporal's databases to it.
func (p *postgres) store(database string, connections int) *config.SQL {
	return &config.SQL{
		PluginName: postgresql.PluginNamePGX, ConnectProtocol: "tcp", ConnectAddr: address(p.port),
		User: temporalRole, Password: rolePassword(p.password, temporalRole), DatabaseName: database,
		MaxConns: connections, MaxIdleConns: connections, MaxConnLifetime: time.Hour,
	}
}

// migrate brings a Temporal database to the schema that this server embeds.
func migrate(store *config.SQL, schemaName string) error {
	silent := log.NewNoopLogger()
	c, err := toolsql.NewConnection(store, silent)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ReadSchemaVersion(); err != nil {
		// a new database: the version tables come first
		if err := schema.NewSetupSchemaTask(c, &schema.SetupConfig{InitialVersion: "0.0"}, silent).Run(); err != nil {
			return fmt.Errorf("数据库 %s：%w", store.DatabaseName, err)
		}
	}
	if err := schema.NewUpdateSchemaTask(c, &schema.UpdateConfig{SchemaName: schemaName}, silent).Run(); err != nil {
		return fmt.Errorf("数据库 %s：%w", store.DatabaseName, err)
	}
	return nil
}

// dropUnneededIndexes runs at every start, since a migration may add some.
func (p *postgres) dropUnneededIndexes(ctx context.Context) error {
	c, err := pgx.Connect(ctx, p.url(temporalRole, rolePassword(p.password, temporalRole), visibilityDatabase))
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	_, err = c.Exec(ctx, unneededIndexes)
	return err
}
