select o.notice::text as notice, o.channel, n.congress::text, c.rehearsal, n.account::text, n.case_id::text, n.stage, n.rev, n.level, n.at,
	coalesce(n.due, '0001-01-01 00:00:00+00') as due, n.written_at,
	a.email <> '' and a.active and coalesce(p.mail, true) as mail, a.active and coalesce(p.sms and p.phone <> '', false) as sms,
	coalesce(p.quiet_from, -1) as quiet_from, coalesce(p.quiet_until, -1) as quiet_until,
	exists (select from notices m where m.case_id = n.case_id and m.stage = n.stage and m.rev = n.rev and m.account = n.account and m.level ~ '^[LNG][0-9]' and m.at < n.at) as again
from outbox o join notices n on n.id = o.notice join congresses c on c.id = n.congress join accounts a on a.id = n.account
left join notice_settings p on p.account = n.account
where o.sent_at is null and o.channel <> 'digest' and (o.channel <> 'mail' or o.after < now() - interval '5 minutes')
order by o.after limit 500 for update of o skip locked
