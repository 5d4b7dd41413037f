with come as (
	update rungs set rung_at = $4 where case_id = $1 and stage = $2 and at <= $3 and rung_at is null and effect = ''
	returning congress, case_id, stage, rev, level, at, due),
said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at)
	select distinct md5(r.case_id::text || '/' || r.stage || '/' || r.rev || '/' || r.level || '/' || a.account)::uuid,
		r.congress, r.case_id, r.stage, r.rev, r.level, a.account, r.at, r.due, $4::timestamptz
	from come r join rung_audience a on a.case_id = r.case_id and a.stage = r.stage and a.rev = r.rev and a.level = r.level
	on conflict (case_id, stage, rev, level, account) do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, case when c.rehearsal then 'sink' else 'mail' end, said.congress, now()
from said join congresses c on c.id = said.congress
