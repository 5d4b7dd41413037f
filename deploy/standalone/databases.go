package main

import (
	"context"
	_ "embed"
	"errors"
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

	// preparing is the advisory lock under which Temporal's databases are
	// made and migrated and a server enters itself in them: its services may
	// start at the same moment in processes of their own, and the first
	// entries of two servers collide.
	preparing = 0x74656d706f72616c // "temporal"
)

// temporalSchemas names the schemas of Temporal's databases among those that
// the server embeds.
var temporalSchemas = map[string]string{
	mainDatabase:       "postgresql/v12/temporal",
	visibilityDatabase: "postgresql/v12/visibility",
}

// unneededIndexes drops the visibility indexes that no list of ours asks for:
// each would cost a write at every start and close of a workflow.
//
//go:embed visibility-indexes.sql
var unneededIndexes string

// productURL is the connection string that is handed to the product.
func (p *postgres) productURL() string {
	return p.as(productRole).into(productDatabase).url()
}

// prepareProduct makes what is missing of the product's roles and its
// database. The product may create databases, since its tests and drills do;
// neither it nor Temporal can enter the other's.
func prepareProduct(ctx context.Context, admin login) error {
	c, err := pgx.Connect(ctx, admin.url())
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if err := createRole(ctx, c, admin.as(productRole), "login createdb"); err != nil {
		return err
	}
	if err := createRole(ctx, c, admin.as(serviceRole), "nologin"); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, fmt.Sprintf("grant %s to %s", serviceRole, productRole)); err != nil {
		return err
	}
	return createDatabase(ctx, c, productDatabase, productRole)
}

// prepareTemporal brings Temporal's databases to the server's schema, makes
// the namespace and returns the login that the server is to use. A superuser
// makes the role and the databases that are missing; another role must own
// databases that are there, and is used as it is. The connection holds the
// lock.
func prepareTemporal(ctx context.Context, c *pgx.Conn, given login) (login, error) {
	if _, err := c.Exec(ctx, "select pg_advisory_lock($1)", preparing); err != nil {
		return login{}, err
	}
	var isSuperuser bool
	if err := c.QueryRow(ctx, "select rolsuper from pg_roles where rolname = current_user").Scan(&isSuperuser); err != nil {
		return login{}, err
	}
	as := given
	if isSuperuser {
		as = given.as(temporalRole)
		if err := createRole(ctx, c, as, "login"); err != nil {
			return login{}, err
		}
	}
	var err error
	failures := make(chan error, len(temporalSchemas))
	for database := range temporalSchemas {
		go func() { failures <- prepareStore(ctx, given, as.into(database)) }()
	}
	for range temporalSchemas {
		err = errors.Join(err, <-failures)
	}
	if err != nil {
		return login{}, err
	}
	return as, createNamespace(as.into(mainDatabase))
}

// prepareStore makes one of Temporal's databases if it is missing and the
// given login may, and brings it to the schema. A new one takes its name at
// the end: Temporal's own set-up of a database cannot be continued halfway.
func prepareStore(ctx context.Context, given, as login) error {
	c, err := pgx.Connect(ctx, given.url())
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	var there bool
	if err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", as.database).Scan(&there); err != nil {
		return err
	}
	if !there && given.role == as.role {
		return fmt.Errorf("没有数据库 %s，用户 %s 也不是超级用户：请先建好它，归这个用户所有", as.database, given.role)
	}
	if there {
		return migrate(ctx, as, as.database)
	}
	half := as.into(as.database + "_new")
	if _, err := c.Exec(ctx, "drop database if exists "+half.database); err != nil {
		return err
	}
	if err := createDatabase(ctx, c, half.database, half.role); err != nil {
		return err
	}
	if err := migrate(ctx, half, as.database); err != nil {
		return err
	}
	_, err = c.Exec(ctx, fmt.Sprintf("alter database %s rename to %s", half.database, as.database))
	return err
}

// createRole makes the login's role if it is missing.
func createRole(ctx context.Context, c *pgx.Conn, as login, may string) error {
	var there bool
	if err := c.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", as.role).Scan(&there); err != nil || there {
		return err
	}
	_, err := c.Exec(ctx, fmt.Sprintf("create role %s %s password '%s'", as.role, may, as.password))
	return err
}

// createDatabase makes a database if it is missing, such that only its owner
// may enter.
func createDatabase(ctx context.Context, c *pgx.Conn, name, owner string) error {
	var there bool
	if err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := c.Exec(ctx, fmt.Sprintf("create database %s owner %s", name, owner)); err != nil {
			return err
		}
	}
	_, err := c.Exec(ctx, fmt.Sprintf("revoke connect, temporary on database %s from public", name))
	return err
}

// store describes one of Temporal's databases to it.
func (l login) store(connections int) *config.SQL {
	return &config.SQL{
		PluginName: postgresql.PluginNamePGX, ConnectProtocol: "tcp", ConnectAddr: l.address,
		User: l.role, Password: l.password, DatabaseName: l.database,
		MaxConns: connections, MaxIdleConns: connections, MaxConnLifetime: time.Hour,
	}
}

// migrate brings the database that the login enters to the schema of the one
// of Temporal's databases that it is, or will be, named after.
func migrate(ctx context.Context, at login, name string) error {
	silent := log.NewNoopLogger()
	store := at.store(1)
	c, err := toolsql.NewConnection(store, silent)
	if err != nil {
		return err
	}
	defer c.Close()
	tables, err := c.ListTables()
	if err == nil && len(tables) == 0 {
		// a new database: the version tables come first
		err = schema.NewSetupSchemaTask(c, &schema.SetupConfig{InitialVersion: "0.0"}, silent).Run()
	}
	if err == nil {
		err = schema.NewUpdateSchemaTask(c, &schema.UpdateConfig{SchemaName: temporalSchemas[name]}, silent).Run()
	}
	if err == nil {
		err = finish(ctx, at, name)
	}
	if err != nil {
		return fmt.Errorf("数据库 %s：%w", at.database, err)
	}
	return nil
}

// finish does what is left after Temporal's own migration, which may have
// added indexes and has noted the version under the database's name of now.
func finish(ctx context.Context, at login, name string) error {
	c, err := pgx.Connect(ctx, at.url())
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if at.database != name {
		if _, err := c.Exec(ctx, "update schema_version set db_name = $1 where db_name = $2", name, at.database); err != nil {
			return err
		}
	}
	if name == visibilityDatabase {
		_, err = c.Exec(ctx, unneededIndexes)
	}
	return err
}
