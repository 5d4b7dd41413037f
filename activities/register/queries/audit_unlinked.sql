select a.congress::text, a.id::text, a.at, coalesce(a.account::text, '') as account, a.name, a.role, a.unit, a.address, a.terminal, a.action, a.object,
	a.object_id, a.before_hash as before, a.after_hash as after, a.reason, a.result
from audit a
where a.congress = $1 and a.at > least($2::timestamptz, now()) - interval '2 minutes'
	and not exists (select 1 from audit_chain l where l.audit = a.id)
order by a.at, a.id
limit $3
