with new as (insert into papers (id, congress, case_id, stage, kind, token, unit, author, status, body, written_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (token) do nothing returning id::text)
select id from new union all select id::text from papers where token = $6 and case_id = $3 and author = $8 limit 1
