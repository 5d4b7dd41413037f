with said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at)
	select distinct md5(r.case_id::text || '/' || r.stage || '/' || r.rev || '/' || r.level || '/' || a.account)::uuid,
		r.congress, r.case_id, r.stage, r.rev, r.level, a.account, r.at, r.due, $5::timestamptz
	from rungs r join rung_audience a on a.case_id = r.case_id and a.stage = r.stage and a.rev = r.rev and a.level = r.level
	where r.case_id = $1 and r.stage = $2 and r.rev = $3 and r.level = $4
		and not exists (select 1 from notices n where n.case_id = r.case_id and n.stage = r.stage and n.level = r.level and (n.account, n.at) is not distinct from (a.account, r.at))
	on conflict (case_id, stage, rev, level, account) do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now()
from said
