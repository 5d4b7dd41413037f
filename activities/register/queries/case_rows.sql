select c.id::text, c.congress::text, c.procedure, c.number, c.kind, c.source, c.title, c.body, c.committee::text, u.name as committee_name,
	c.owner::text, a.name as owner_name, c.rules::text, c.direct, c.anchor_day, c.filed_at,
	coalesce(c.ended_at, '0001-01-01 00:00:00+00') as ended_at, coalesce(c.reopens::text, '') as reopens, c.started, c.phase, c.outcome, c.seq, '' as state,
	coalesce((select string_agg(x.name, '、' order by case p.capacity when 'lead' then 0 when 'sole' then 0 when 'several' then 1 else 2 end, x.sort)
		from parties p join units x on x.id = p.unit where p.case_id = c.id and not p.gone and p.capacity <> 'joint'), '') as unit_names,
	i.total as all_items, i.closed as closed_items,
	coalesce(s.kind, '') as stage_kind, coalesce(fu.name, su.name, '') as stage_unit, coalesce(s.roles, '{}') as stage_roles,
	s.due, s.yellow, coalesce(s.level, '') as level, coalesce(s.npc, false) as npc, coalesce(s.held, false) as held, coalesce(s.paused, false) as paused
from unnest($2::uuid[]) with ordinality w (id, place)
join cases c on c.id = w.id
join lateral (select t.turn from listing t where t.case_id = c.id and t.way = 'congress' limit 1) l on true
join units u on u.id = c.committee join accounts a on a.id = c.owner
cross join lateral (select count(*)::int as total, count(closed_at)::int as closed from items x where x.case_id = c.id) i
left join stages s on s.case_id = c.id and s.key = l.turn
left join units su on su.id = s.unit left join units fu on fu.id = s.for_unit
where c.congress = $1
order by w.place
