select c.id::text as congress,
	(select count(*) from cases where congress = c.id and outcome = '')::int as open,
	rung.n as unsaid, coalesce(rung.first, '0001-01-01 00:00:00+00') as unsaid_since,
	slept.n as overslept, coalesce(slept.first, '0001-01-01 00:00:00+00') as overslept_since,
	act.n as intake, act.age as intake_age, mail.n + unsorted.n as outbox, greatest(mail.age, unsorted.age) as outbox_age,
	mail.mail as outbox_mail, mail.sms as outbox_sms, mail.wecom as outbox_wecom, mail.dingtalk as outbox_dingtalk,
	(c.morning is not null and not exists (select from digest_days where congress = c.id and day = c.morning))::int as digests,
	(select count(*) from audit a where a.congress = c.id and a.at < now() - interval '2 minutes'
		and a.at > coalesce((select last.at from audit_chain l join audit last on last.id = l.audit
			where l.congress = c.id order by l.day desc, l.n desc limit 1), '-infinity') - $4::interval
		and not exists (select 1 from audit_chain l where l.audit = a.id))::int as audit
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $5::timestamptz[], $6::date[]) as c (id, now, late, woken, morning)
cross join lateral (select count(*) filter (where at < c.late)::int as n, min(at) as first
	from rungs where congress = c.id and at <= c.now and rung_at is null and effect = '') as rung
cross join lateral (select count(*) filter (where next < c.woken)::int as n, min(next) as first
	from cases where congress = c.id and outcome = '' and started and next <= c.now) as slept
cross join lateral (select count(*) filter (where entered_at < now() - interval '1 minute')::int as n,
		coalesce(extract(epoch from now() - min(entered_at)), 0)::float8 as age
	from intake where congress = c.id and outcome = '') as act
cross join lateral (select count(*) filter (where entered_at < now() - interval '1 hour')::int as n,
		count(*) filter (where channel = 'mail' and entered_at < now() - interval '1 hour')::int as mail,
		count(*) filter (where channel = 'sms' and entered_at < now() - interval '1 hour')::int as sms,
		count(*) filter (where channel = 'wecom' and entered_at < now() - interval '1 hour')::int as wecom,
		count(*) filter (where channel = 'dingtalk' and entered_at < now() - interval '1 hour')::int as dingtalk,
		coalesce(extract(epoch from now() - min(entered_at)), 0)::float8 as age
	from dispatches where congress = c.id and sent_at is null) as mail
cross join lateral (select count(*) filter (where entered_at < now() - interval '1 hour')::int as n,
		coalesce(extract(epoch from now() - min(entered_at)), 0)::float8 as age
	from outbox where congress = c.id and sent_at is null and channel <> 'digest') as unsorted
