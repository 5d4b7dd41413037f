select a.id::text as account, a.name, a.active, coalesce(p.digest, true) as wants, a.email <> '' and coalesce(p.mail, true) as mail,
	coalesce(p.sms and p.phone <> '', false) as sms, coalesce(p.quiet_from, -1) as quiet_from, coalesce(p.quiet_until, -1) as quiet_until
from accounts a left join notice_settings p on p.account = a.id
where a.congress = $1 and a.id = any ($2)
