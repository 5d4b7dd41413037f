update items set result = case when $3 = '' then result else $3 end,
	closed_at = case when $3 = 'closed' then coalesce(closed_at, $4) else closed_at end
where case_id = $1 and id = $2
