select (select count(*) from rungs where congress = $1 and at < $2 and rung_at is null and effect = '')::int as unsaid,
	(select count(*) from intake where congress = $1 and outcome = '' and entered_at < now() - interval '1 minute')::int as intake,
	(select count(*) from outbox where congress = $1 and sent_at is null and after < now() - interval '1 hour')::int as outbox,
	(select count(*) from audit a where congress = $1 and at < now() - interval '2 minutes'
		and not exists (select 1 from audit_chain l where l.audit = a.id))::int as audit
