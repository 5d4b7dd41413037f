with claimed as (
	update dispatches set after = now() + interval '5 minutes', tries = tries + 1
	where id in (select d.id from dispatches d left join notice_settings p on p.account = d.account
		cross join lateral (select extract(hour from $3::timestamptz at time zone interval '8 hours') * 60 + extract(minute from $3::timestamptz) as minute) m
		where d.channel = $1 and d.sent_at is null and not d.sink and d.after <= now()
			and not ((d.notice is not null or d.digest is not null) and coalesce(p.quiet_from >= 0 and p.quiet_until >= 0 and case when p.quiet_from < p.quiet_until
				then m.minute >= p.quiet_from and m.minute < p.quiet_until else p.quiet_from <> p.quiet_until and (m.minute >= p.quiet_from or m.minute < p.quiet_until) end, false))
		order by d.after limit $2 for update of d skip locked)
	returning id)
select d.id::text, d.congress::text, d.channel, coalesce(d.notice::text, '') as notice, coalesce(d.digest::text, '') as digest, d.text,
	coalesce(d.account::text, '') as account, coalesce(a.name, '') as name, case when a.active and coalesce(p.mail, true) then a.email else '' end as email,
	coalesce(case when d.text <> '' and d.digest is null and p.proving <> '' then p.proving when a.active and p.sms then p.phone end, '') as phone,
	coalesce(b.key, '') as key, coalesce(b.secret, '') as secret, d.tries + 1 as tries, d.entered_at
from claimed join dispatches d on d.id = claimed.id
left join accounts a on a.id = d.account left join notice_settings p on p.account = d.account left join bots b on b.id = d.bot
order by d.at, d.id
