with refused as (
	update intake set outcome = 'refused', code = $2, answer = $3, settled_at = now() where token = $1 and outcome = ''
	returning token, congress, case_id, stage, account, received_at),
said as (
	insert into notices (id, congress, case_id, stage, rev, level, account, at, written_at)
	select md5('refused/' || i.token)::uuid, i.congress, i.case_id, i.stage, 0, 'refused', i.account, i.received_at, i.received_at
	from refused i where $4
	on conflict do nothing returning id, congress)
insert into outbox (notice, channel, congress, after)
select said.id, 'sort', said.congress, now() from said
