insert into audit (congress, id, account, name, role, unit, address, terminal, action, object, object_id, before_hash, after_hash, reason, result)
select x.congress, x.id, x.account, coalesce(a.name, x.name), x.role, coalesce(u.name, x.unit), x.address, x.terminal, x.action, x.object, x.object_id,
	x.before_hash, x.after_hash, x.reason, x.result
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
	$12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
	as x (congress, id, account, name, role, unit_id, unit, address, terminal, action, object, object_id, before_hash, after_hash, reason, result)
left join accounts a on a.id = x.account
left join units u on u.id = x.unit_id
