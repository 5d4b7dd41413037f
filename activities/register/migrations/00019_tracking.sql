-- +goose Up

-- An occasion (跟踪活动) on which the congress looked at a department that no matter in the register tells of (廉江市 G12).
create table occasions (
	id uuid primary key,
	congress uuid not null references congresses (id),
	unit uuid not null references units (id),
	kind text not null check (kind in ('visit', 'ask', 'report', 'appraisal')), -- 调研视察、询问约见、专题报告、工作评议
	day date not null,
	note text not null,
	account uuid not null references accounts (id),
	token text unique, -- of the form
	void text not null default '' -- why it does not count (作废)
);
create index occasions_year on occasions (congress, day);

-- Who follows a department through the year (点对点联系); the last word counts.
create table followers (
	id uuid primary key,
	congress uuid not null references congresses (id),
	unit uuid not null references units (id),
	year integer not null,
	account uuid not null references accounts (id),
	named_by uuid not null references accounts (id)
);
create index followers_unit on followers (congress, year, unit, id desc);

-- +goose Down
drop table followers, occasions;
