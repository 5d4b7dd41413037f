select c.number, r.congress::text, r.stage, r.level, r.at
from unnest($1::uuid[], $2::timestamptz[]) as k (id, late)
cross join lateral (select * from rungs where congress = k.id and at < k.late and rung_at is null and effect = '' order by at limit $3) as r
join cases c on c.id = r.case_id
