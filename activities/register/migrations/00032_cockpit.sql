-- +goose Up

-- The cockpit (驾驶舱) counts duties by unit, kind of matter and committee: a duty says of itself what its matter is, in which months it
-- was opened, settled and due, and how it ended, so that each count is a stretch of an index and no figure is kept that could go wrong.
-- Overdue itself is not among the marks of what is open.
alter table stages
	add column procedure text, -- of its matter
	add column committee uuid, -- in charge of its matter
	add column opened_month date,
	add column closed_month date,
	add column due_month date,
	add column mark text; -- open, timely, late; null: it counts nowhere

-- The month in Shanghai, by its first day.
create function month_of(at timestamptz) returns date language sql immutable parallel safe as $$ select date_trunc('month', at at time zone interval '8 hours')::date $$;
-- A due instant is exclusive: one at midnight belongs to the day before.
create function due_month_of(at timestamptz) returns date language sql immutable parallel safe as $$ select date_trunc('month', (at at time zone interval '8 hours') - interval '1 microsecond')::date $$;
create function mark_of(due timestamptz, closed_at timestamptz, verdict text, roles text[]) returns text language sql immutable parallel safe as $$
	select case when due is null or verdict = 'lapsed' or roles = '{SYS}' then null when closed_at is null then 'open' when closed_at >= due then 'late' else 'timely' end $$;

update stages s set procedure = c.procedure, committee = c.committee, opened_month = month_of(s.opened_at), closed_month = month_of(s.closed_at),
	due_month = due_month_of(s.due), mark = mark_of(s.due, s.closed_at, s.verdict, s.roles)
from cases c where c.id = s.case_id;

-- Whoever writes a duty, a program that knows nothing of the cockpit too.
-- +goose StatementBegin
create function place_stage() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' then
		select c.procedure, c.committee into new.procedure, new.committee from cases c where c.id = new.case_id;
	end if;
	new.opened_month := month_of(new.opened_at);
	new.closed_month := month_of(new.closed_at);
	new.due_month := due_month_of(new.due);
	new.mark := mark_of(new.due, new.closed_at, new.verdict, new.roles);
	return new;
end $$;
-- +goose StatementEnd
create trigger place_stage before insert or update on stages for each row execute function place_stage();

create index stages_running on stages (congress, npc, due, case_id, key)
	include (unit, procedure, committee, level, yellow, due_month, paused, held) where mark = 'open';
create index stages_due_month on stages (congress, due_month, unit, procedure, committee, mark) where not npc and mark is not null;
create index stages_opened_month on stages (congress, opened_month, unit, procedure, committee) where not npc and mark is not null;
create index stages_closed_month on stages (congress, closed_month, unit, procedure, committee) where not npc and mark in ('timely', 'late');

-- Matters that ended, by when.
create index cases_ended on cases (congress, ended_at desc, id) include (procedure, committee, outcome) where outcome <> '';

-- +goose Down
drop index cases_ended, stages_closed_month, stages_opened_month, stages_due_month, stages_running;
drop trigger place_stage on stages;
drop function place_stage;
drop function mark_of;
drop function due_month_of;
drop function month_of;
alter table stages drop column mark, drop column due_month, drop column closed_month, drop column opened_month, drop column committee, drop column procedure;
