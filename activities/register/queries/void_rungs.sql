delete from rungs r where r.case_id = $1 and coalesce(r.rung_at, 'infinity') = 'infinity' and not r.climbed
	and not exists (select 1 from unnest($2::text[], $3::int[]) as o (key, rev) where o.key = r.stage and o.rev = r.rev)
