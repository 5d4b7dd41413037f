with claimed as (
	update dispatches set after = now() + $3::interval, tries = tries + 1
	where id in (select id from dispatches where channel = $1 and sent_at is null and not sink and after <= now()
		order by after limit $2 for update skip locked)
	returning id)
select d.id::text, d.congress::text, d.channel, coalesce(d.notice::text, '') as notice, coalesce(d.digest::text, '') as digest, d.text,
	coalesce(d.account::text, '') as account, coalesce(a.name, '') as name, case when a.active and coalesce(p.mail, true) then a.email else '' end as email,
	coalesce(case when d.text <> '' and d.digest is null and p.proving <> '' then p.proving when a.active and p.sms then p.phone end, '') as phone,
	coalesce(b.key, '') as key, coalesce(b.secret, '') as secret, d.tries + 1 as tries, d.entered_at,
	coalesce(p.quiet_from, -1) as quiet_from, coalesce(p.quiet_until, -1) as quiet_until
from claimed join dispatches d on d.id = claimed.id
left join accounts a on a.id = d.account left join notice_settings p on p.account = d.account left join bots b on b.id = d.bot
order by d.at, d.id
