-- +goose Up

alter table accounts add column password_at timestamptz not null default now(); -- when it was set; real time
alter table accounts add column must_change boolean not null default false; -- somebody else knows it

-- The passwords an account had before, so that they are not used again.
create table past_passwords (
	id uuid primary key,
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	password text not null, -- PHC string
	set_at timestamptz not null
);
create index past_passwords_account on past_passwords (account, set_at);

-- Failures at the login page in a row. A login is typed before its congress is known, and logins that nobody has are counted
-- alike: so the row has no congress.
create table attempts (
	login text primary key, -- or code/ and an account, for the second factor
	failures integer not null,
	at timestamptz not null -- of the last; real time
);

-- Who is logged in from where. The session names its row: without it, it is over.
create table logins (
	id uuid primary key,
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	half boolean not null, -- the password was right, the second factor is still asked
	begun_at timestamptz not null, -- real time, as seen_at
	seen_at timestamptz not null, -- to five minutes
	address text not null,
	terminal text not null -- what the browser calls itself
);
create index logins_account on logins (account);

-- The second factor (动态口令, RFC 6238).
create table factors (
	account uuid primary key references accounts (id),
	congress uuid not null references congresses (id),
	secret text not null, -- base32
	step bigint not null, -- the last that was accepted: no code counts twice
	enrolled_at timestamptz not null
);

-- Codes for the day the telephone is lost, each good once.
create table recovery_codes (
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id),
	hash text not null, -- SHA-256, hexadecimal
	primary key (account, hash)
);

-- What a role asks of those who hold it.
create table role_demands (
	congress uuid not null references congresses (id),
	role text not null,
	second_factor boolean not null,
	primary key (congress, role)
);

-- Who stands in for whom: B岗 (substitute), or 代签 by a leader (delegate). Instants on the congress's clock.
create table substitutes (
	id uuid primary key,
	congress uuid not null references congresses (id),
	account uuid not null references accounts (id), -- who is absent
	stands_in uuid not null references accounts (id),
	role text, -- null: all that can be passed on
	from_at timestamptz not null,
	until timestamptz not null, -- exclusive
	kind text not null check (kind in ('substitute', 'delegate')),
	named_by uuid not null references accounts (id),
	revoked_at timestamptz,
	check (account <> stands_in and from_at < until)
);
create index substitutes_stands_in on substitutes (stands_in);
create index substitutes_account on substitutes (account);

-- An act that its author did in another's place, as it was when it was done.
create table acted_for (
	token text primary key, -- of the act
	congress uuid not null references congresses (id),
	case_id uuid not null references cases (id),
	absent uuid not null references accounts (id)
);
create index acted_for_case on acted_for (case_id);

create view stand_ins as
select s.congress, s.stands_in, s.account, s.role, s.from_at, least(s.until, coalesce(s.revoked_at, s.until)) as until
from substitutes s join accounts a on a.id = s.account and a.active;

-- Who acts in whose place: that of whom he stands in for, through two others at most. A deputy votes and judges himself, and the
-- three administrators stay three: their posts are not passed on.
create view stood as
select s.account as owner, s.stands_in as account, s.role, s.from_at, s.until from stand_ins s
union all
select t.account, s.stands_in, coalesce(s.role, t.role), greatest(s.from_at, t.from_at), least(s.until, t.until)
from stand_ins s join stand_ins t on t.stands_in = s.account
where (s.role is null or t.role is null or s.role = t.role) and t.account <> s.stands_in
union all
select v.account, s.stands_in, coalesce(s.role, t.role, v.role), greatest(s.from_at, t.from_at, v.from_at), least(s.until, t.until, v.until)
from stand_ins s join stand_ins t on t.stands_in = s.account join stand_ins v on v.stands_in = t.account
where (s.role is null or t.role is null or s.role = t.role) and (s.role is null or v.role is null or s.role = v.role)
	and (t.role is null or v.role is null or t.role = v.role) and v.account <> s.stands_in and v.account <> s.account;

-- Posts as they are held: one's own, and those of whom one stands in for.
create view held as
select p.congress, p.account, p.account as owner, p.role, p.unit,
	timestamptz '0001-01-01 00:00:00+00' as from_at, timestamptz '9999-12-31 00:00:00+00' as until
from posts p
union all
select p.congress, x.account, p.account, p.role, p.unit, x.from_at, x.until
from stood x join posts p on p.account = x.owner and (x.role is null or x.role = p.role)
where p.role not in ('DPT', 'ADM', 'SEC', 'AUD');

drop view rung_audience;
-- Who is told at a rung by his own post, as before. A handler, and a leader who has a stage alone, counts while he still holds that
-- post and his account is open: afterwards the matter is his unit's again. An account may come more than once: a view of distinct
-- rows would be worked out whole for every rung.
create view rung_owners as
select r.case_id, r.stage, r.rev, r.level, r.at, p.account, p.role
from rungs r
join cases c on c.id = r.case_id
join stages s on s.case_id = r.case_id and s.key = r.stage
left join units u on u.id = coalesce(s.for_unit, s.unit)
left join parties h on h.case_id = r.case_id and h.unit = s.unit
	and exists (select 1 from posts hp join accounts ha on ha.id = hp.account and ha.active
		where hp.account = h.handler and hp.role = 'UNT' and (hp.unit is null or hp.unit = h.unit))
left join accounts alone on alone.id = s.person and alone.active
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
	and (p.role not in ('VC', 'CH') or alone.id is null or s.person = p.account or r.level in ('N1', 'N2', 'N3'));

-- And with them who stands in for them at that instant; for the rungs of one case. The bell, which takes thousands, joins for itself.
create view rung_audience as
select case_id, stage, rev, level, account from rung_owners
union all
select o.case_id, o.stage, o.rev, o.level, x.account
from rung_owners o join stood x on x.owner = o.account and (x.role is null or x.role = o.role) and x.from_at <= o.at and x.until > o.at
join accounts a on a.id = x.account and a.active
where o.role not in ('DPT', 'ADM', 'SEC', 'AUD');

-- +goose Down
drop view rung_audience;
drop view rung_owners;
drop view held;
drop view stood;
drop view stand_ins;
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
drop table acted_for, substitutes, role_demands, recovery_codes, factors, logins, attempts, past_passwords;
alter table accounts drop column must_change;
alter table accounts drop column password_at;
