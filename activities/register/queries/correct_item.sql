update items set result = $3, closed_at = case when $3 = 'closed' then coalesce(closed_at, $4) end where case_id = $1 and id = $2
