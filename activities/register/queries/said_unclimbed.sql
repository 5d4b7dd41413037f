select r.stage as key, r.rev, r.level, r.at
from rungs r join stages s on s.case_id = r.case_id and s.key = r.stage and s.rev = r.rev and coalesce(s.closed_at, 'infinity') = 'infinity'
where r.case_id = $1 and not r.climbed and r.effect = '' and (r.at <= $2 or r.rung_at < 'infinity')
	and not exists (select 1 from unnest($3::text[], $4::int[]) as o (key, rev) where o.key = r.stage and o.rev = r.rev)
order by r.at, r.level
