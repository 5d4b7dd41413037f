select c.id::text, c.procedure, c.kind, c.number, c.title, c.phase, c.outcome, c.filed_at, g.session, g.category, a.name as leader, coalesce(d.delegation, '') as delegation,
	coalesce(g.proposed::text, '') as proposed, coalesce(pu.name, '') as proposed_name, g.key_leader is not null as key,
	coalesce((select string_agg(u.name, '、' order by x.capacity desc, u.sort) from parties x join units u on u.id = x.unit
		where x.case_id = c.id and not x.gone and x.capacity <> 'joint'), '') as unit_names,
	coalesce(n.key, '') as stage, coalesce(n.kind, '') as stage_kind, coalesce(n.unit_name, '') as stage_unit,
	coalesce(n.roles, '{}') as stage_roles,
	n.due, n.yellow, coalesce(n.level, '') as level, coalesce(n.npc, false) as npc, coalesce(n.held, false) as held, coalesce(n.paused, false) as paused
from cases c
join suggestions g on g.case_id = c.id
join accounts a on a.id = c.owner
left join deputies d on d.account = c.owner
left join units pu on pu.id = g.proposed
left join lateral (select s.key, s.kind, s.roles, coalesce(fu.name, u.name, '') as unit_name, s.due, s.yellow, s.level, s.npc, s.held, s.paused from stages s
	left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
	where s.case_id = c.id and s.closed_at is null and s.kind not in ('january', 'autumn', 'archive', 'publish') and c.outcome = ''
	order by s.due nulls last, s.opened_at limit 1) n on true
where c.congress = $1 and c.procedure in ('suggestion', 'motion')
	and ($2 = '' or c.title ilike '%' || $2 || '%' or c.number ilike '%' || $2 || '%')
	and ($3 = '' or g.category = $3)
	and ($4::uuid is null or exists (select 1 from parties x where x.case_id = c.id and x.unit = $4 and not x.gone))
	and ($5::boolean or exists (select 1 from proposers x where x.case_id = c.id and x.account = $6::uuid and x.word not in ('decline', 'silent'))
		or exists (select 1 from parties x where x.case_id = c.id and (x.unit = any ($7::uuid[]) or $8::boolean))
		or exists (select 1 from parties x join proposers y on y.case_id = x.case_id join deputies z on z.account = y.account, unnest($9::text[]) street
			where x.case_id = c.id and starts_with(z.delegation, street)))
order by c.filed_at desc, c.number
