update cases set seq = $2, laid = $2, outcome = $3, ended_at = coalesce(ended_at, $4), next = $5, phase = $6, state = $7, started = true,
	edition = case when $8::text is null or edition = $8 then edition when $9::boolean then $8 else '' end
where id = $1 and seq = $2 - 1
