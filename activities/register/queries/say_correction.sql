with said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at)
	select distinct md5(c.id::text || '/' || $2 || '/' || $3::int || '/corrected/' || a.id)::uuid, c.congress, c.id, $2, $3::int, 'corrected', a.id, $4::timestamptz, $4::timestamptz
	from cases c join accounts a on a.congress = c.congress and a.active
	where c.id = $1 and a.id is distinct from $5::uuid
		and (a.id = $6::uuid or c.procedure in ('suggestion', 'motion') and a.id = c.owner
			or exists (select 1 from held p where p.congress = c.congress and p.account = a.id and p.from_at <= $4 and p.until > $4
				and (p.role in ('UNH', 'UNT') and p.unit = any ($7::uuid[]) or p.role = 'CMH' and p.unit = c.committee or p.role = 'CMT' and p.unit = c.committee and a.id = c.owner)))
	on conflict do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now()
from said
