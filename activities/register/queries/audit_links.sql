select l.day, l.n, l.audit::text as link, l.hash,
	coalesce(a.congress::text, '') as congress, coalesce(a.id::text, '') as id, a.at, coalesce(a.account::text, '') as account, coalesce(a.name, '') as name,
	coalesce(a.role, '') as role, coalesce(a.unit, '') as unit, coalesce(a.address, '') as address, coalesce(a.terminal, '') as terminal,
	coalesce(a.action, '') as action, coalesce(a.object, '') as object, coalesce(a.object_id, '') as object_id,
	coalesce(a.before_hash, '') as before, coalesce(a.after_hash, '') as after, coalesce(a.reason, '') as reason, coalesce(a.result, '') as result
from audit_chain l left join audit a on a.id = l.audit
where l.congress = $1 and l.day = $2
order by l.n
