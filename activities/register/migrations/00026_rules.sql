-- +goose Up

-- Who made a version of the rules, when by the congress's clock, and why; a built-in version has no author.
alter table rules add column author uuid references accounts (id);
alter table rules add column reason text not null default '';
alter table rules add column made_at timestamptz;

-- A version is immutable.
-- +goose StatementBegin
create function rules_stay() returns trigger language plpgsql as $$
begin
	raise exception 'a version of the rules is never changed';
end $$;
-- +goose StatementEnd
create trigger rules_stay before update or delete on rules for each row execute function rules_stay();

-- What one person of the office is changing in a procedure's rules, until it is adopted or given up.
create table rule_drafts (
	congress uuid not null references congresses (id),
	procedure text not null,
	account uuid not null references accounts (id),
	base uuid not null references rules (id), -- the version that it began from
	body text not null, -- JSON
	changed_at timestamptz not null,
	primary key (congress, procedure, account)
);

-- Open cases that the office put on another version, one by one (改用新版规则): why, and the dates that it saw beforehand.
create table rule_moves (
	token text primary key, -- of the act
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	was uuid not null references rules (id),
	rules uuid not null references rules (id),
	reason text not null,
	shifts text not null -- JSON
);
create index rule_moves_case on rule_moves (case_id);

-- What a version would touch: open cases of a procedure.
create index cases_ruled on cases (congress, procedure, id) where outcome = '';

-- Days on which the congress's place does not work (停办日), besides the State Council's: entered, and withdrawn before they begin.
create table closings (
	id uuid primary key,
	congress uuid not null references congresses (id),
	first_day date not null,
	last_day date not null,
	name text not null, -- 台风停工
	source text not null, -- the notice that says so
	account uuid not null references accounts (id),
	entered_at timestamptz not null, -- the congress's clock
	edition text not null, -- of the calendar that it made
	withdrawn_by uuid references accounts (id),
	withdrawn_at timestamptz,
	withdrawn_for text not null default '',
	check (first_day <= last_day and (withdrawn_by is null) = (withdrawn_at is null))
);
create index closings_days on closings (congress, first_day desc);

-- +goose Down
drop table closings, rule_moves, rule_drafts;
drop index cases_ruled;
drop trigger rules_stay on rules;
drop function rules_stay;
alter table rules drop column made_at, drop column reason, drop column author;
