with gone as (delete from posts where congress = $1 and account = $2 and role = $3 and coalesce(unit::text, '') = $4
	returning id, congress, account, role, unit)
insert into past_posts (id, congress, account, role, unit, ended_at, why) select id, congress, account, role, unit, $5, 'removed' from gone
