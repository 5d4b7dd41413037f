-- +goose Up

-- A stage that is one person's alone.
alter table stages add column person uuid;

-- What deputies say in a suggestion (代表建议) or a motion (议案) besides the case's title and body.
create table suggestions (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	session text not null default '', -- 届次, e.g. 四届二次会议; empty: in recess (闭会期间)
	category text not null,
	demand text not null, -- 具体建议; of a motion: 方案
	basis text not null default '', -- 案据, of a motion
	origin uuid references cases (id), -- the motion that it was turned from
	wish uuid references units (id), -- 希望承办单位
	token text unique, -- of the form that filed it
	consents boolean not null, -- the deputy agrees to publication
	surveyed boolean not null default false, -- 是否调研形成
	face boolean not null default false, -- 要求面商
	proposed uuid references units (id), -- 拟办: the unit that the office proposes
	answered_openly boolean not null default false, -- the unit agrees to the publication of its reply
	published boolean not null default false,
	merged_into uuid references cases (id),
	key_leader uuid references accounts (id), -- 重点: who leads it (领衔督办)
	key_committee uuid references units (id) -- and the committee office that supervises it (督办委室)
);

-- Who proposed it: the leader (领衔代表) and the co-signers; of merged suggestions too, for each is answered.
create table proposers (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	account uuid not null references accounts (id),
	position integer not null, -- 0: the leader
	word text not null default 'agree' check (word in ('', 'agree', 'decline', 'silent')), -- empty: asked
	primary key (case_id, account)
);
create index proposers_account on proposers (congress, account);

-- A deputy (代表) is an account with a delegation and a post in life.
create table deputies (
	account uuid primary key references accounts (id),
	congress uuid not null references congresses (id),
	delegation text not null, -- 代表团
	occupation text not null default ''
);

-- The ledger of suggestions (建议台账): one line for each unit's part, as the facts of the case make it. Due instants exclusive.
create table parts (
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	unit uuid not null references units (id),
	capacity text not null,
	gone boolean not null,
	handed_at timestamptz not null,
	signed_at timestamptz,
	sign_due timestamptz,
	signed_auto boolean not null,
	asked integer not null,
	complex boolean not null,
	extended boolean not null,
	due timestamptz,
	answered_at timestamptz,
	class text not null,
	class_now text not null,
	turned_a timestamptz,
	verified timestamptz,
	met boolean not null,
	first text not null,
	first_at timestamptz,
	attitude text not null,
	result text not null,
	reply_points integer not null,
	redo_due timestamptz,
	redone_at timestamptz,
	final text not null,
	score text not null,
	score_points integer not null,
	promised timestamptz,
	closed_at timestamptz,
	primary key (case_id, unit)
);
create index parts_congress on parts (congress, handed_at);
create index parts_unit on parts (congress, unit);

-- Acts of one hand on many matters (批量办理): received together, carried out one by one.
create table batches (
	id text primary key, -- the form's token
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	kind text not null, -- of the stages
	received_at timestamptz not null -- the congress's clock
);
alter table intake add column batch text references batches (id);
create index intake_batch on intake (batch) where batch is not null;

drop view rung_audience;
-- As before; a stage that is one person's tells that person alone in his role. Of a reply every proposer is told: the leader
-- judges it, the co-signers read it.
create view rung_audience as
select distinct r.case_id, r.stage, r.rev, r.level, p.account
from rungs r
join cases c on c.id = r.case_id
join stages s on s.case_id = r.case_id and s.key = r.stage
left join units u on u.id = coalesce(s.for_unit, s.unit)
left join parties h on h.case_id = r.case_id and h.unit = s.unit
left join suggestions g on g.case_id = r.case_id
join posts p on p.congress = r.congress and p.role = any (r.roles)
	and (p.unit is null or s.person = p.account or p.unit in (s.unit, s.for_unit, c.committee, g.key_committee))
join accounts a on a.id = p.account and a.active
where not (coalesce(u.kind, '') = 'judicial' and p.role in ('GOV', 'VM'))
	and (p.role <> 'UNT' or h.handler is null or h.handler = p.account)
	and (p.role <> 'CMT' or c.procedure <> 'opinion' or c.owner = p.account
		or not exists (select 1 from accounts o join posts op on op.account = o.id and op.role = 'CMT' where o.id = c.owner and o.active))
	and (p.role <> 'DPT' or s.person = p.account
		or (s.person is null or s.kind in ('feedback', 'refeedback') and r.level = 'new')
			and exists (select 1 from proposers x where x.case_id = r.case_id and x.account = p.account and x.word = 'agree'))
	and (p.role not in ('VC', 'CH') or s.person is null or s.person = p.account or r.level in ('N1', 'N2', 'N3'));

-- +goose Down
drop view rung_audience;
alter table intake drop column batch;
drop table batches, parts, deputies, proposers, suggestions;
alter table stages drop column person;
