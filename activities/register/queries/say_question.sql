update problems set asker = $4, answerer = $5, answer = $6, follow_up = $7, comment = $8, promise = $10, asked_at = case when $6 = '' then null else coalesce(asked_at, $9) end
where congress = $1 and inquiry = $2 and case_id = $3 and question is not null
