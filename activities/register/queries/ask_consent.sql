with said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at)
	select distinct md5('consent/' || $5 || '/' || a.id)::uuid, c.congress, c.id, $2,
		(select count(*) from corrections x where x.case_id = c.id)::int, 'consent', a.id, $3::timestamptz, $3::timestamptz
	from cases c join accounts a on a.congress = c.congress and a.active
	where c.id = $1 and (a.id = $4::uuid or exists (select 1 from held p where p.congress = c.congress and p.account = a.id and p.role = 'CMH' and p.unit = c.committee and p.from_at <= $3 and p.until > $3))
	on conflict do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now()
from said
