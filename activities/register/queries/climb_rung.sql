update rungs set climbed = true, rung_at = coalesce(rung_at, $5) where case_id = $1 and stage = $2 and rev = $3 and level = $4
