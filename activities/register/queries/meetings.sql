select distinct on (s.case_id, s.key) s.case_id::text as "case", c.procedure, c.number, c.title, s.key as stage, coalesce(fu.name, u.name, '') as unit, s.due, s.opened_at
from notices n join stages s on s.case_id = n.case_id and s.key = n.stage and s.closed_at is null and s.kind = any ($2) and s.due is not null
join cases c on c.id = s.case_id left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
where n.account = $1
order by s.case_id, s.key limit 200
