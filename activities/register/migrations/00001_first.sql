-- +goose Up

-- A congress (本级人大): every row below carries it, and it is the first key of every query.
create table congresses (
	id uuid primary key,
	name text not null,
	rehearsal boolean not null default false, -- 演练: its own clock, outside all statistics, mail into a sink
	pace_real timestamptz,
	pace_virtual timestamptz,
	pace_rate double precision not null default 0, -- 0: the world's own clock
	pace_held boolean not null default false,
	pace_stop timestamptz, -- it runs up to here and stands
	check (rehearsal or pace_rate = 0)
);

-- An edition of the calendar: what a congress's imported years and local closing days say beyond the built-in ones.
create table calendars (
	congress uuid not null references congresses (id),
	edition text not null,
	days text not null, -- JSON
	source text not null,
	imported_at timestamptz not null,
	primary key (congress, edition)
);

create table units (
	id uuid primary key,
	congress uuid not null references congresses (id),
	name text not null,
	kind text not null check (kind in ('department', 'street', 'judicial', 'government', 'committee', 'office')),
	sort integer not null,
	unique (congress, name)
);

create table accounts (
	id uuid primary key,
	congress uuid not null references congresses (id),
	login text not null,
	name text not null,
	email text not null default '',
	password text not null, -- PHC string
	active boolean not null default true,
	unique (congress, login)
);

-- A post: one role in one place; no unit: the whole congress. A leader has one for each unit in his line (分管).
create table posts (
	id uuid primary key,
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	role text not null,
	unit uuid references units (id)
);
create index posts_account on posts (account);
create index posts_role on posts (congress, role, unit);

create table sessions (token text primary key, data bytea not null, expiry timestamptz not null);
create index sessions_expiry_idx on sessions (expiry);

-- Rules: immutable versions; an open case keeps the one it began under.
create table rules (
	id uuid primary key,
	congress uuid not null references congresses (id),
	procedure text not null,
	version text not null,
	body text not null, -- JSON
	created_at timestamptz not null,
	unique (congress, procedure, version)
);

create table cases (
	id uuid primary key,
	congress uuid not null references congresses (id),
	procedure text not null,
	number text not null, -- the office's own: 年份, 字号, 顺序
	kind text not null, -- deliberation, survey, rectification: 审议意见书 调研意见书 整改意见书
	source text not null,
	title text not null,
	body text not null default '',
	anchor_day timestamptz not null, -- T0
	committee uuid not null references units (id),
	owner uuid not null references accounts (id),
	rules uuid not null references rules (id),
	direct boolean not null,
	reopens uuid references cases (id),
	filed_at timestamptz not null,
	started boolean not null default false, -- its workflow is known to run
	seq integer not null default 0,
	phase text not null default 'A1',
	outcome text not null default '',
	ended_at timestamptz,
	next timestamptz, -- the instant its timer stands at
	state text not null, -- JSON: all that a new run of its workflow needs
	unique (congress, number)
);
create index cases_open on cases (congress, filed_at desc) where outcome = '';
create index cases_asleep on cases (congress, next) where outcome = '';
create index cases_list on cases (congress, filed_at desc);

create table items (
	id uuid primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	n integer not null,
	problem text not null,
	demand text not null,
	lead uuid references units (id),
	result text not null default '',
	closed_at timestamptz,
	unique (case_id, n)
);

-- The units that the opinion names; what was handed over stands in the facts.
create table parties (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	unit uuid not null references units (id),
	capacity text not null check (capacity in ('lead', 'joint', 'several', 'sole')),
	handler uuid references accounts (id), -- 经办人 whom the unit chose
	gone boolean not null default false,
	primary key (case_id, unit)
);
create index parties_unit on parties (congress, unit);

-- A duty that waits or waited for somebody. Overdue is never stored: due and closed_at say it.
create table stages (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	key text not null,
	kind text not null,
	unit uuid,
	for_unit uuid,
	roles text[] not null,
	npc boolean not null,
	rev integer not null,
	from_at timestamptz,
	due timestamptz,
	first_due timestamptz,
	yellow timestamptz,
	provisional boolean not null default false,
	edition text not null default '',
	working text not null default '', -- the working of the date, line by line
	paused boolean not null default false,
	held boolean not null default false, -- the congress has the ball: not said to be late
	level text not null default '', -- the last rung climbed
	opened_at timestamptz not null,
	closed_at timestamptz, -- the act's legal instant
	verdict text not null default '',
	actor uuid,
	paper uuid,
	primary key (case_id, key)
);
create index stages_owed on stages (congress, unit, due) where closed_at is null;
create index stages_due on stages (congress, due) where closed_at is null;

-- Rungs are rows: what will be said to whom and when, before it is said (the bell).
create table rungs (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	stage text not null,
	rev integer not null,
	level text not null,
	at timestamptz not null,
	effect text not null default '',
	roles text[] not null,
	due timestamptz,
	rung_at timestamptz, -- written by whoever was first: the bell or the case
	climbed boolean not null default false, -- the case itself has passed it
	primary key (case_id, stage, rev, level)
);
create index rungs_waiting on rungs (congress, at) where rung_at is null;

-- Who is told at a rung: the posts of its roles in the unit concerned, in the committee in charge, or in the
-- whole congress. A unit's chosen handler and the clerk who filed the matter stand for their colleagues. Courts,
-- procuratorate and supervision commission have no level of the government above them.
create view rung_audience as
select distinct r.case_id, r.stage, r.rev, r.level, p.account
from rungs r
join cases c on c.id = r.case_id
join stages s on s.case_id = r.case_id and s.key = r.stage
left join units u on u.id = coalesce(s.for_unit, s.unit)
left join parties h on h.case_id = r.case_id and h.unit = s.unit
join posts p on p.congress = r.congress and p.role = any (r.roles)
	and (p.unit is null or p.unit in (s.unit, s.for_unit, c.committee))
join accounts a on a.id = p.account and a.active
where not (coalesce(u.kind, '') = 'judicial' and p.role in ('GOV', 'VM'))
	and (p.role <> 'UNT' or h.handler is null or h.handler = p.account)
	and (p.role <> 'CMT' or c.owner = p.account
		or not exists (select 1 from accounts o join posts op on op.account = o.id and op.role = 'CMT' where o.id = c.owner and o.active));

create table notices (
	id uuid primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	stage text not null,
	rev integer not null,
	level text not null,
	account uuid not null references accounts (id),
	at timestamptz not null, -- the rung's own instant
	due timestamptz,
	written_at timestamptz not null,
	read_at timestamptz,
	unique (case_id, stage, rev, level, account)
);
create index notices_inbox on notices (account, at desc);

create table outbox (
	notice uuid not null references notices (id),
	channel text not null, -- mail, sink
	congress uuid not null references congresses (id),
	tries integer not null default 0,
	after timestamptz not null, -- real time of the next try
	sent_at timestamptz,
	trouble text not null default '',
	primary key (notice, channel)
);
create index outbox_waiting on outbox (after) where sent_at is null;

-- One row per stimulus of a case, append-only.
create table journal (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	seq integer not null,
	mark text not null,
	at timestamptz not null, -- the congress's clock
	acts text not null, -- JSON
	climbed text not null, -- JSON
	receipt text not null, -- JSON
	phase text not null, -- where the matter stood afterwards
	written_at timestamptz not null,
	primary key (case_id, seq)
);

-- Every act before it is sent: its receipt is the legal instant.
create table intake (
	token text primary key, -- the form's
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	stage text not null,
	account uuid not null references accounts (id),
	act text not null, -- JSON
	received_at timestamptz not null, -- the congress's clock
	entered_at timestamptz not null default now(),
	outcome text not null default '', -- accepted, refused
	code text not null default '',
	answer text not null default '',
	settled_at timestamptz
);
create index intake_waiting on intake (received_at) where outcome = '';
create index intake_case on intake (case_id);

-- A paper (文书): what a stage's act says in words. Drafted, proposed for signature, then signed by the act.
create table papers (
	id uuid primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	stage text not null,
	kind text not null,
	token text not null,
	unit uuid,
	author uuid not null references accounts (id),
	status text not null check (status in ('draft', 'proposed', 'signed', 'refused')),
	body text not null, -- JSON
	written_at timestamptz not null,
	unique (token)
);
create index papers_case on papers (case_id, stage);

create table attachments (
	id uuid primary key,
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	paper uuid not null references papers (id),
	name text not null,
	type text not null,
	size bigint not null,
	sha256 text not null,
	account uuid not null references accounts (id),
	stored_at timestamptz not null
);
create index attachments_paper on attachments (paper);

-- The journal only grows.
-- +goose StatementBegin
create function journal_only_grows() returns trigger language plpgsql as $$
begin
	raise exception 'the journal only grows';
end $$;
-- +goose StatementEnd
create trigger journal_only_grows before update or delete on journal for each row execute function journal_only_grows();

-- +goose Down
drop view rung_audience;
drop table attachments, papers, intake, journal, outbox, notices, rungs, stages, parties, items, cases, rules, sessions, posts, accounts, units, calendars, congresses;
drop function journal_only_grows;
