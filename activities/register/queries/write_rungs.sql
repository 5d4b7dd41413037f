insert into rungs (congress, case_id, stage, rev, level, at, effect, roles, due)
select $1, $2, g.stage, g.rev, g.level, g.at, g.effect, string_to_array(g.roles, ','), g.due
from unnest($3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::timestamptz[]) as g (stage, rev, level, at, effect, roles, due)
on conflict (case_id, stage, rev, level) do nothing
