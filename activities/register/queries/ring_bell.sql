with come as (
	select r.case_id, r.stage, r.rev, r.level from rungs r
	where r.congress = $1 and r.at <= $2 and r.rung_at is null and r.effect = ''
		and not exists (select 1 from intake i where i.case_id = r.case_id and i.stage = r.stage and i.outcome = '')
	order by r.at limit 500 for update skip locked),
rung as (
	update rungs r set rung_at = $2 from come
	where r.case_id = come.case_id and r.stage = come.stage and r.rev = come.rev and r.level = come.level
	returning r.congress, r.case_id, r.stage, r.rev, r.level, r.at, r.due),
owners as (
	select r.*, o.account, o.role
	from rung r cross join lateral (select x.account, x.role from rung_owners x
		where x.case_id = r.case_id and x.stage = r.stage and x.rev = r.rev and x.level = r.level offset 0) o), -- rung by rung: the view as a whole is every matter's
audience as (
	select congress, case_id, stage, rev, level, at, due, account from owners
	union
	select o.congress, o.case_id, o.stage, o.rev, o.level, o.at, o.due, x.account
	from owners o join stood x on x.owner = o.account and (x.role is null or x.role = o.role) and x.from_at <= o.at and x.until > o.at
	join accounts a on a.id = x.account and a.active
	where o.role not in ('DPT', 'ADM', 'SEC', 'AUD')),
said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, due, written_at)
	select md5(r.case_id::text || '/' || r.stage || '/' || r.rev || '/' || r.level || '/' || r.account)::uuid,
		r.congress, r.case_id, r.stage, r.rev, r.level, r.account, r.at, r.due, $2
	from audience r
	where not exists (select 1 from notices n where n.case_id = r.case_id and n.stage = r.stage and n.level = r.level and (n.account, n.at) is not distinct from (r.account, r.at))
	on conflict (case_id, stage, rev, level, account) do nothing
	returning id, congress),
posted as (
	insert into outbox (notice, channel, congress, after)
	select said.id, 'sort', said.congress, now()
	from said)
select count(*) from rung
