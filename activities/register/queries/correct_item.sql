update items set result = case when $3 = '' then result else $3 end,
	closed_at = case $4 when 'closed' then coalesce(closed_at, $5) when 'open' then null else closed_at end
where case_id = $1 and id = $2
