with come as (
	update rungs r set rung_at = $3 where r.case_id = $1 and r.at <= $2 and coalesce(r.rung_at, 'infinity') = 'infinity' and r.effect = ''
		and not exists (select 1 from intake i join unnest($4::text[], $5::int[]) as o (key, rev) on o.key = r.stage and o.rev = r.rev
			where i.case_id = r.case_id and i.stage = r.stage and i.outcome = '' and i.received_at < r.at)
	returning r.congress, r.case_id, r.stage, r.rev, r.level, r.at, r.due),
said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at)
	select distinct md5(r.case_id::text || '/' || r.stage || '/' || r.rev || '/' || r.level || '/' || a.account)::uuid,
		r.congress, r.case_id, r.stage, r.rev, r.level, a.account, r.at, r.due, $3::timestamptz
	from come r join rung_audience a on a.case_id = $1 and a.stage = r.stage and a.rev = r.rev and a.level = r.level
	where not exists (select 1 from notices n where n.case_id = r.case_id and n.stage = r.stage and n.level = r.level and (n.account, n.at) is not distinct from (a.account, r.at))
	on conflict (case_id, stage, rev, level, account) do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now()
from said
