select a.id::text, a.at from audit a
where a.congress = $1 and a.at < now() - interval '2 minutes'
	and ($2::timestamptz is null or a.at >= $2) and ($3::timestamptz is null or a.at < $3)
	and not exists (select 1 from audit_chain l where l.audit = a.id)
order by a.at, a.id
limit $4
