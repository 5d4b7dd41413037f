with passed as (update rungs set climbed = true, rung_at = coalesce(rung_at, $5) where case_id = $1 and stage = $2 and rev = $3 and level = $4)
update stages set level = $4 where case_id = $1 and key = $2 and $4 ~ '^[LNG][0-9]'
