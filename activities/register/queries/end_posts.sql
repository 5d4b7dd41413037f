with gone as (delete from posts where until <= $1 returning id, congress, account, role, unit, until)
insert into past_posts (id, congress, account, role, unit, ended_at, why) select id, congress, account, role, unit, until, 'term' from gone
