select a.congress::text, a.id::text, a.at, coalesce(a.account::text, '') as account, a.name, a.role, a.unit, a.address, a.terminal, a.action, a.object,
	a.object_id, a.before_hash as before, a.after_hash as after, a.reason, a.result
from audit a
where a.congress = $1
	and ($2::timestamptz is null or a.at >= $2) and ($3::timestamptz is null or a.at < $3)
	and ($4 = '' or a.name = $4 or a.account in (select c.id from accounts c where c.congress = $1 and c.login = $4))
	and ($5::text[] is null or a.action = any ($5))
	and ($6 = '' or a.object_id = $6)
	and ($7 = '' or a.result = $7)
	and ($8::uuid is null or (a.at, a.id) < (select b.at, b.id from audit b where b.id = $8))
order by a.at desc, a.id desc
limit $9
