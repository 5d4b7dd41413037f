-- Makes the roles and databases of an installation, what is missing of them: run by the superuser with psql, before
-- bihuan migrate and Temporal's schema. BIHUAN_SECRETS is the folder that deploy/secrets.sh has filled.
\set ON_ERROR_STOP on
\set owner `cat "$BIHUAN_SECRETS/owner"`
\set login `cat "$BIHUAN_SECRETS/login"`
\set temporal `cat "$BIHUAN_SECRETS/temporal"`

select format('create role %s', definition) from (values
	('bihuan_service', 'bihuan_service nologin'),
	('bihuan', format('bihuan login password %L', :'owner')),
	('bihuan_login', format('bihuan_login login password %L', :'login')),
	('temporal', format('temporal login password %L', :'temporal'))
) roles (name, definition) where not exists (select from pg_roles where rolname = name) \gexec

-- the owner migrates; the login is nothing but a member of the service
grant bihuan_service to bihuan, bihuan_login;

select format('create database %s owner %s', name, owner) from (values
	('bihuan', 'bihuan'), ('temporal', 'temporal'), ('temporal_visibility', 'temporal')
) databases (name, owner) where not exists (select from pg_database where datname = name) \gexec

revoke connect, temporary on database bihuan, temporal, temporal_visibility from public;
grant connect on database bihuan to bihuan_login;
