-- +goose Up

-- What is known of an interview (约见约谈) besides its case.
create table interviews (
	case_id uuid primary key references cases (id),
	congress uuid not null references congresses (id),
	unit uuid not null references units (id), -- 被约谈单位
	post text not null, -- 被约谈人的职务, e.g. 主要负责人
	about uuid references cases (id), -- the matter out of which it came (关联事项)
	token text unique, -- of the form that proposed it
	meets timestamptz, -- when it is to be, once it is notified
	place text not null default ''
);
create index interviews_about on interviews (about) where about is not null;

-- A promise (承诺事项) is an item of its interview: who answers for it, and by when; exclusive.
alter table items add column person text not null default '', add column promised timestamptz;

-- Units come to have to do with an interview when they get the notice of it.
create or replace view listing_now as
select c.congress, c.id as case_id, k.way, k.who, c.procedure, case when c.outcome <> '' then 'ended' else c.phase end as stand, c.filed_at,
	s.facts ?| '{handover,notify#1}' or coalesce(s.facts #>> '{motion-vote,verdict}' = 'passed', false) as handed,
	coalesce(s.facts #>> '{publish,verdict}' = 'public', false) as published,
	k.in_hand, c.committee, coalesce(g.category, '') as category, g.key_leader is not null as key,
	t.key as turn, case when t.due is null or t.paused then 'still' when t.held then 'held' else 'runs' end as clock, t.due, t.yellow
from cases c
cross join lateral (select coalesce(j.state -> 'facts', '{}') as facts, coalesce(j.state -> 'open', '[]') as open from (select c.state::jsonb as state offset 0) j) s
cross join lateral (
	select 'congress' as way, c.congress as who, true as in_hand
	union all
	select 'unit', p.unit, not p.gone and (p.capacity <> 'joint' or c.procedure <> 'opinion') from parties p where p.case_id = c.id
	union all
	select 'deputy', p.account, true from proposers p where p.case_id = c.id and p.word not in ('decline', 'silent')
	union all
	select distinct 'street', u.id, true from proposers p join deputies d on d.account = p.account
		join units u on u.congress = p.congress and u.kind = 'street' and starts_with(d.delegation, u.name) where p.case_id = c.id) k
left join suggestions g on g.case_id = c.id
left join lateral (
	select x.key, x.due, x.yellow, x.paused, x.held from stages x
	where c.outcome = '' and x.case_id = c.id and coalesce(x.closed_at, 'infinity') = 'infinity' -- not by the index of all that are open
		and case when c.procedure = 'opinion'
			then exists (select 1 from jsonb_array_elements(s.open) o
				where o ->> 'key' = x.key and (coalesce(o ->> 'after', '') = '' or s.facts ? (o ->> 'after')))
			else x.kind not in ('january', 'autumn', 'archive', 'publish') end
	order by x.due nulls last, x.opened_at limit 1) t on true;

-- +goose Down
create or replace view listing_now as
select c.congress, c.id as case_id, k.way, k.who, c.procedure, case when c.outcome <> '' then 'ended' else c.phase end as stand, c.filed_at,
	s.facts ? 'handover' or coalesce(s.facts #>> '{motion-vote,verdict}' = 'passed', false) as handed,
	coalesce(s.facts #>> '{publish,verdict}' = 'public', false) as published,
	k.in_hand, c.committee, coalesce(g.category, '') as category, g.key_leader is not null as key,
	t.key as turn, case when t.due is null or t.paused then 'still' when t.held then 'held' else 'runs' end as clock, t.due, t.yellow
from cases c
cross join lateral (select coalesce(j.state -> 'facts', '{}') as facts, coalesce(j.state -> 'open', '[]') as open from (select c.state::jsonb as state offset 0) j) s
cross join lateral (
	select 'congress' as way, c.congress as who, true as in_hand
	union all
	select 'unit', p.unit, not p.gone and (p.capacity <> 'joint' or c.procedure <> 'opinion') from parties p where p.case_id = c.id
	union all
	select 'deputy', p.account, true from proposers p where p.case_id = c.id and p.word not in ('decline', 'silent')
	union all
	select distinct 'street', u.id, true from proposers p join deputies d on d.account = p.account
		join units u on u.congress = p.congress and u.kind = 'street' and starts_with(d.delegation, u.name) where p.case_id = c.id) k
left join suggestions g on g.case_id = c.id
left join lateral (
	select x.key, x.due, x.yellow, x.paused, x.held from stages x
	where c.outcome = '' and x.case_id = c.id and coalesce(x.closed_at, 'infinity') = 'infinity' -- not by the index of all that are open
		and case when c.procedure = 'opinion'
			then exists (select 1 from jsonb_array_elements(s.open) o
				where o ->> 'key' = x.key and (coalesce(o ->> 'after', '') = '' or s.facts ? (o ->> 'after')))
			else x.kind not in ('january', 'autumn', 'archive', 'publish') end
	order by x.due nulls last, x.opened_at limit 1) t on true;
alter table items drop column promised, drop column person;
drop table interviews;
