-- +goose Up

-- The audit log (审计): who did, saw or was refused what. Only rows of it can be added; whoever adds them cannot set their instant.
create table audit (
	congress uuid not null references congresses (id),
	id uuid primary key,
	at timestamptz not null default clock_timestamp(), -- the server's own clock, never a rehearsal's
	account uuid references accounts (id), -- null: the system, or somebody who is not logged in
	name text not null, -- as it was
	role text not null, -- codes, by spaces
	unit text not null, -- names, as they were
	address text not null,
	terminal text not null,
	action text not null, -- kind of a stage, or method and route
	object text not null, -- kind of the object
	object_id text not null,
	before_hash text not null, -- SM3 of the case's state
	after_hash text not null,
	reason text not null,
	result text not null check (result in ('done', 'denied', 'failed', 'read'))
);
create index audit_at on audit (congress, at, id);
create index audit_object on audit (congress, object_id, at);

-- The links (哈希链): hash = SM3(hash before || row), n from 1 in each day; the first of a day follows the last of the day before.
create table audit_chain (
	congress uuid not null references congresses (id),
	day date not null, -- in Shanghai
	n integer not null,
	audit uuid not null unique, -- no foreign key: a row that is gone must show here
	hash text not null,
	primary key (congress, day, n)
);

-- +goose StatementBegin
create function only_grows() returns trigger language plpgsql as $$
begin
	raise exception '% only grows', tg_table_name;
end $$;
-- +goose StatementEnd
create trigger audit_only_grows before update or delete or truncate on audit for each statement execute function only_grows();
create trigger audit_chain_only_grows before update or delete or truncate on audit_chain for each statement execute function only_grows();
create trigger journal_never_emptied before truncate on journal for each statement execute function only_grows();

-- What the running service may do. It owns nothing: it can neither change what only grows nor take the triggers off. Roles belong
-- to the whole cluster: it may be there, another database may just be making it, or an administrator must.
-- +goose StatementBegin
do $$
begin
	if not exists (select from pg_roles where rolname = 'bihuan_service') then
		begin
			create role bihuan_service nologin;
		exception
			when duplicate_object or unique_violation then null;
			when insufficient_privilege then
				raise exception '没有权限建立角色，请数据库管理员先执行：create role bihuan_service nologin; grant bihuan_service to %', current_user;
		end;
	end if;
	begin
		execute format('grant bihuan_service to %I', current_user);
	exception when insufficient_privilege or unique_violation then null; -- whoever made the role has granted it, or the service says that he has not
	end;
	execute format('grant usage on schema %I to bihuan_service', current_schema());
	execute format('grant select, insert, update, delete on all tables in schema %I to bihuan_service', current_schema());
	execute format('grant usage, select on all sequences in schema %I to bihuan_service', current_schema());
	execute format('alter default privileges in schema %I grant select, insert, update, delete on tables to bihuan_service', current_schema());
	execute format('alter default privileges in schema %I grant usage, select on sequences to bihuan_service', current_schema());
end $$;
-- +goose StatementEnd
revoke update, delete on journal, audit_chain from bihuan_service;
revoke insert, update, delete on audit, goose_db_version from bihuan_service;
grant insert (congress, id, account, name, role, unit, address, terminal, action, object, object_id, before_hash, after_hash, reason, result)
	on audit to bihuan_service;

-- +goose Down
drop owned by bihuan_service;
drop trigger journal_never_emptied on journal;
drop table audit_chain, audit;
drop function only_grows;
