with said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at)
	select distinct on (a.account) md5(r.case_id::text || '/' || r.stage || '/' || r.rev || '/' || r.level || '/' || a.account)::uuid,
		r.congress, r.case_id, r.stage, r.rev, r.level, a.account, r.at, r.due, $5::timestamptz
	from unnest($2::text[], $3::int[], $4::text[]) as g (stage, rev, level)
	join rungs r on r.case_id = $1 and r.stage = g.stage and r.rev = g.rev and r.level = g.level
	join rung_audience a on a.case_id = $1 and a.stage = r.stage and a.rev = r.rev and a.level = r.level
	order by a.account, r.level ~ '^[LNG][0-9]' desc, substr(r.level, 2) desc, r.due nulls last, r.stage
	on conflict (case_id, stage, rev, level, account) do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now()
from said
