with said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at)
	select md5(s.case_id::text || '/' || s.key || '/' || s.rev || '/' || $4::text || '/' || o.account)::uuid, s.congress, s.case_id, s.key, s.rev, $4::text, o.account, $5::timestamptz, s.due, $5::timestamptz
	from stages s cross join lateral (
		select g.account from rung_owners g where g.case_id = s.case_id and g.stage = s.key and g.level = 'new' and (g.role <> 'DPT' or s.person is null or s.person = g.account)
		union
		select x.account from rung_owners g join stood x on x.owner = g.account and (x.role is null or x.role = g.role) and x.from_at <= $5 and x.until > $5
		join accounts a on a.id = x.account and a.active
		where g.case_id = s.case_id and g.stage = s.key and g.level = 'new' and g.role not in ('DPT', 'ADM', 'SEC', 'AUD')) o
	where s.congress = $1 and s.case_id = $2 and s.key = $3 and s.closed_at is null
	on conflict (case_id, stage, rev, level, account) do nothing
	returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now() from said
