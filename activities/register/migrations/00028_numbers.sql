-- +goose Up

-- The ledger has the parts of supervision opinions too (统计, spec 6). What an older program writes are suggestions'.
alter table parts
	add column procedure text not null default 'suggestion',
	add column plan_due timestamptz, -- of the plan (方案)
	add column plan_at timestamptz,
	add column reworked integer not null default 0, -- papers returned for rework (退回重报)
	add column refused integer not null default 0, -- requests for return that were refused (退办驳回)
	add column paused integer not null default 0, -- natural days that the clocks stood still (中止)
	add column stopped timestamptz, -- since when they stand still
	add column held boolean not null default false, -- the congress has the ball
	add column last_at timestamptz; -- the last instant of it
create index parts_last on parts (congress, procedure, last_at);

-- Who answers for an item of an opinion, as it stands.
alter table items add column unit uuid references units (id);

-- At which record the lines of the ledger were laid out; behind seq, an older program made the record.
alter table cases add column laid integer not null default 0;
create index cases_unlaid on cases (id) where laid <> seq and procedure in ('opinion', 'suggestion');

create index cases_opinions on cases (congress, anchor_day) where procedure = 'opinion';
create index inquiries_opinion on inquiries (opinion) where opinion is not null;
create index letters_issued on letters (congress, issued_at) where state = 'issued';
create index stages_held on stages (congress, closed_at) where kind in ('hold', 'inspection', 'motion-inspection');

-- A bulletin (通报): figures of a period as they stood on a day, with all lines behind them, and the words about them. A correction is a
-- version of its own beside the old one.
create table bulletins (
	id uuid primary key,
	congress uuid not null references congresses (id),
	token text not null unique, -- of the form that drew it
	procedure text not null check (procedure in ('opinion', 'suggestion')),
	state text not null default 'draft' check (state in ('draft', 'approved', 'issued')), -- 文稿、已签发、已印发
	rev integer not null default 0, -- how often the draft was changed
	title text not null,
	scope text not null, -- 范围
	period_from timestamptz, -- 统计期; null: open
	period_to timestamptz,
	intro text not null default '',
	praise text not null default '', -- 表扬
	criticism text not null default '', -- 批评
	demands text not null default '', -- 要求
	recipient text not null default '', -- 主送
	copies text not null default '', -- 抄送
	figures_at timestamptz not null, -- the day of the figures
	snapshot text not null, -- JSON: the figures and all lines behind them
	author uuid not null references accounts (id),
	drawn_at timestamptz not null,
	approver uuid references accounts (id),
	approved_at timestamptz,
	issuer uuid references accounts (id),
	issued_at timestamptz,
	year integer, -- 期号
	n integer,
	version integer not null default 1,
	corrects uuid references bulletins (id), -- the version that this one corrects
	reason text not null default '', -- and why
	check ((state = 'issued') = (issued_at is not null) and (state = 'issued') = (n is not null)),
	check ((corrects is null) = (version = 1)),
	unique (congress, procedure, year, n, version)
);
create index bulletins_drawn on bulletins (congress, drawn_at desc, id);
create unique index bulletins_corrects on bulletins (corrects) where corrects is not null;

-- What was issued stays as it is.
-- +goose StatementBegin
create function keep_bulletin() returns trigger language plpgsql as $$
begin
	if old.state = 'issued' then
		raise exception 'bulletin % is issued', old.id;
	end if;
	return case when tg_op = 'DELETE' then old else new end;
end $$;
-- +goose StatementEnd
create trigger keep_bulletin before update or delete on bulletins for each row execute function keep_bulletin();

-- A letter (公文) is of a matter or of a bulletin.
alter table letters alter column case_id drop not null, add column bulletin uuid unique references bulletins (id),
	add check ((case_id is null) = (bulletin is not null));

-- +goose Down
alter table letters disable trigger keep_letter;
delete from letters where bulletin is not null;
alter table letters enable trigger keep_letter;
alter table letters drop column bulletin, alter column case_id set not null;
drop table bulletins;
drop function keep_bulletin;
drop index stages_held, letters_issued, inquiries_opinion, cases_opinions, cases_unlaid;
alter table cases drop column laid;
alter table items drop column unit;
delete from parts where procedure <> 'suggestion';
drop index parts_last;
alter table parts drop column last_at, drop column held, drop column stopped, drop column paused, drop column refused, drop column reworked,
	drop column plan_at, drop column plan_due, drop column procedure;
