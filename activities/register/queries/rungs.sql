select r.case_id::text, r.stage, r.level, coalesce(fu.name, u.name, '') as unit_name, r.at, coalesce(r.due, '0001-01-01 00:00:00+00') as due,
	coalesce(r.rung_at, '0001-01-01 00:00:00+00') as rung_at, r.effect, r.roles,
	coalesce((select string_agg(distinct a.name, '、' order by a.name) from rung_audience g join accounts a on a.id = g.account
		where g.case_id = r.case_id and g.stage = r.stage and g.rev = r.rev and g.level = r.level), '') as people
from rungs r join stages s on s.case_id = r.case_id and s.key = r.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
where r.case_id = $1 order by r.at, r.stage
