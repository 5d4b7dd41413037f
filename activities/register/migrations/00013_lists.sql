-- +goose Up

-- The lists of matters (列表): one row for the congress, and one for each unit that is named in the matter, each deputy who proposes
-- it and each street whose deputies do. It says where the matter stands, who may know of it and whose turn it is, so that every page
-- of every list is a stretch of one index.
create table listing (
	congress uuid not null,
	case_id uuid not null references cases (id),
	way text not null check (way in ('congress', 'unit', 'deputy', 'street')),
	who uuid not null, -- the congress, unit, account or unit
	procedure text not null,
	stand text not null, -- its phase; ended, once it has an outcome
	filed_at timestamptz not null,
	handed boolean not null, -- others than the congress take part
	published boolean not null, -- its publication was decided
	in_hand boolean not null, -- the unit answers for it
	committee uuid not null,
	category text not null, -- of a suggestion
	key boolean not null, -- 重点
	turn text, -- the stage that is due next and can be settled now
	clock text not null check (clock in ('runs', 'held', 'still')), -- of that stage; still: paused, or without a term
	due timestamptz,
	yellow timestamptz,
	primary key (case_id, way, who)
);
create index listing_stand on listing (congress, way, who, procedure, stand, filed_at desc, case_id)
	include (handed, published, in_hand, committee, category);
create index listing_clock on listing (congress, way, who, procedure, clock, due, case_id) where clock <> 'still';
create index listing_key on listing (congress, way, who, filed_at desc, case_id) where key;

-- What the rows must say.
create view listing_now as
select c.congress, c.id as case_id, k.way, k.who, c.procedure, case when c.outcome <> '' then 'ended' else c.phase end as stand, c.filed_at,
	s.facts ?| '{handover,notify#1,problem-distribute,given}' or coalesce(s.facts #>> '{motion-vote,verdict}' = 'passed', false) as handed,
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

-- Whatever the tables hold, the rows of one matter are found by their keys; to plan that anew each time would cost more than to do it.
-- The plan may have been made when the tables were empty, where it would have read them whole ever after.
-- +goose StatementBegin
create function list_again(matter uuid) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
	with now as materialized (select * from listing_now where case_id = matter),
	gone as (delete from listing l where l.case_id = matter and not exists (select 1 from now n where n.way = l.way and n.who = l.who))
	insert into listing (congress, case_id, way, who, procedure, stand, filed_at, handed, published, in_hand, committee, category, key, turn, clock, due, yellow)
	select congress, case_id, way, who, procedure, stand, filed_at, handed, published, in_hand, committee, category, key, turn, clock, due, yellow from now n
	where not exists (select 1 from listing l where l.case_id = n.case_id and l.way = n.way and l.who = n.who
		and (l.stand, l.handed, l.published, l.in_hand, l.category, l.key, l.turn, l.clock, l.due, l.yellow)
			is not distinct from (n.stand, n.handed, n.published, n.in_hand, n.category, n.key, n.turn, n.clock, n.due, n.yellow))
	on conflict (case_id, way, who) do update set
		stand = excluded.stand, handed = excluded.handed, published = excluded.published, in_hand = excluded.in_hand, category = excluded.category,
		key = excluded.key, turn = excluded.turn, clock = excluded.clock, due = excluded.due, yellow = excluded.yellow;
end $$;
-- +goose StatementEnd

-- When the transaction ends and all of the stimulus is there; so a program that knows nothing of the lists keeps them too.
-- +goose StatementBegin
create function list_case() returns trigger language plpgsql as $$
begin
	if tg_table_name = 'cases' then
		perform list_again(new.id);
	else
		perform list_again(new.case_id);
	end if;
	return null;
end $$;
-- +goose StatementEnd
create constraint trigger list_case after insert or update on cases deferrable initially deferred for each row execute function list_case();
-- Proposers of a merged suggestion come to another one, which has no stimulus of its own.
create constraint trigger list_case after insert on proposers deferrable initially deferred for each row when (new.position >= 100) execute function list_case();

-- A street learns of its deputies' suggestions whichever of the two is entered last.
-- +goose StatementBegin
create function list_street() returns trigger language plpgsql as $$
begin
	if tg_table_name = 'deputies' then
		perform list_again(p.case_id) from proposers p where p.congress = new.congress and p.account = new.account;
	elsif new.kind = 'street' then
		perform list_again(p.case_id) from deputies d join proposers p on p.congress = d.congress and p.account = d.account
			where d.congress = new.congress and starts_with(d.delegation, new.name);
	end if;
	return null;
end $$;
-- +goose StatementEnd
create trigger list_street after insert or update of delegation on deputies for each row execute function list_street();
create trigger list_street after insert or update of name, kind on units for each row execute function list_street();

insert into listing (congress, case_id, way, who, procedure, stand, filed_at, handed, published, in_hand, committee, category, key, turn, clock, due, yellow)
select congress, case_id, way, who, procedure, stand, filed_at, handed, published, in_hand, committee, category, key, turn, clock, due, yellow from listing_now;

-- Search by number and title (查找): pairs of neighbouring characters, for two Chinese characters are a word and no b-tree finds them.
-- Pairs need not be neighbours in the text: whoever asks compares the words as well.
-- +goose StatementBegin
create function bigrams(words text) returns text[] language plpgsql immutable strict parallel safe as $$
declare
	found text[] := '{}';
begin
	for i in 1 .. char_length(words) - 1 loop
		found := found || substr(words, i, 2);
	end loop;
	return found;
end $$;
-- +goose StatementEnd
create table case_words (
	case_id uuid primary key references cases (id),
	congress uuid not null,
	words text not null, -- number and title in lower case
	pairs text[] not null
);
create index case_words_pairs on case_words using gin (pairs);
-- +goose StatementBegin
create function word_case() returns trigger language plpgsql as $$
begin
	insert into case_words (case_id, congress, words, pairs)
	values (new.id, new.congress, lower(new.number || ' ' || new.title), bigrams(lower(new.number || ' ' || new.title)))
	on conflict (case_id) do update set words = excluded.words, pairs = excluded.pairs;
	return null;
end $$;
-- +goose StatementEnd
create trigger word_case after insert or update of number, title on cases for each row execute function word_case();
insert into case_words (case_id, congress, words, pairs)
select id, congress, lower(number || ' ' || title), bigrams(lower(number || ' ' || title)) from cases;

-- Open duties by kind, by person, and those overdue by level (工作台, 督办).
create index stages_kind on stages (congress, kind, due) where closed_at is null and person is null;
create index stages_person on stages (congress, person, due) where closed_at is null and person is not null;
create index stages_late on stages (congress, npc, level, due) where closed_at is null and not paused and not held;

-- Messages: a person's unread ones, what climbed to him, and all of a congress by time.
create index notices_unread on notices (account) where read_at is null;
create index notices_climbed on notices (account, at desc, id) where level ~ '^[LNG][1-9]';
create index notices_posted on notices (congress, at desc, id);

-- Cases whose workflow is not known to run.
create index cases_orphans on cases (id) where outcome = '' and not started;

-- +goose Down
drop index cases_orphans, notices_posted, notices_climbed, notices_unread, stages_late, stages_person, stages_kind;
drop trigger word_case on cases;
drop function word_case;
drop table case_words;
drop function bigrams;
drop trigger list_street on units;
drop trigger list_street on deputies;
drop function list_street;
drop trigger list_case on proposers;
drop trigger list_case on cases;
drop function list_case;
drop function list_again;
drop view listing_now;
drop table listing;
