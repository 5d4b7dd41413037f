select d.id::text, d.channel, d.sink, d.at, d.entered_at, coalesce(d.sent_at, '0001-01-01 00:00:00+00') as sent_at, d.trouble, d.tries,
	coalesce(a.name, '') as account_name, coalesce(case d.channel when 'mail' then a.email when 'sms' then regexp_replace(coalesce(p.phone, ''), '^(.{3}).*(.{4})$', '\1****\2') end, '') as address,
	d.bot is not null as "group", coalesce(bu.name, '') as group_name, coalesce(n.case_id::text, '') as case_id, coalesce(n.stage, '') as stage, coalesce(n.level, '') as level,
	coalesce(fu.name, u.name, '') as unit_name, coalesce(n.due, '0001-01-01 00:00:00+00') as due, coalesce(c.title, '') as title, coalesce(g.content, '') as content
from dispatches d left join accounts a on a.id = d.account left join notice_settings p on p.account = d.account
left join bots b on b.id = d.bot left join units bu on bu.id = b.unit
left join notices n on n.id = d.notice left join cases c on c.id = n.case_id
left join stages s on s.case_id = n.case_id and s.key = n.stage
left join units u on u.id = s.unit left join units fu on fu.id = s.for_unit
left join digests g on g.id = d.digest
where d.congress = $1 and ($2 = '' or d.channel = $2) and (not $3 or d.sent_at is null)
	and ($4::timestamptz is null or (d.at, d.id) < ($4, $5::uuid))
order by d.at desc, d.id desc limit $6
