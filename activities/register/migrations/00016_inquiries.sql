-- +goose Up

-- What is known of a special inquiry (专题询问) besides its case.
create table inquiries (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	token text unique, -- of the form that proposed it
	meets timestamptz, -- when the meeting is to be
	place text not null default '',
	given_at timestamptz, -- its problems went to the units
	questioned_at timestamptz, -- those still open became questions
	shown uuid references cases (id), -- the question that the hall sees
	shown_at timestamptz, -- since when
	opinion uuid references cases (id) -- the 整改意见书 that came of it
);

-- A place that a team of the survey went to (调研点位).
create table visits (
	id uuid primary key,
	congress uuid not null references congresses (id),
	inquiry uuid not null references cases (id),
	team integer not null, -- which team, from 1
	site text not null,
	kind text not null check (kind in ('talk', 'visit', 'sample', 'film')), -- 座谈问卷、明查暗访、抽样检测、视频取证
	day date not null,
	note text not null default '',
	account uuid not null references accounts (id),
	unique (inquiry, team, site, kind, day)
);

-- What is known of a problem that an inquiry found (问题清单的一条) besides its case: what the hall says of it too.
create table problems (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	inquiry uuid not null references cases (id),
	n integer not null, -- its place in the list
	class text not null,
	unit uuid not null references units (id),
	site text not null default '',
	basis text not null default '', -- the law or policy that it offends against
	question integer, -- its place among the questions; null: it is none
	asker text not null default '', -- who asked
	answerer text not null default '', -- who answered for the unit
	answer text not null default '' check (answer in ('', 'answered', 'written')),
	promise text not null default '', -- what the unit promised, and by when (承诺)
	follow_up text not null default '', -- 追问
	comment text not null default '', -- 点评
	asked_at timestamptz,
	unique (inquiry, n)
);
create index problems_unit on problems (congress, unit);

-- What a case passes on to another (an inquiry to its problems) nobody waits to send: the intake takes it at once.
alter table intake add column passed boolean not null default false;

-- +goose Down
alter table intake drop column passed;
drop table problems, visits, inquiries;
