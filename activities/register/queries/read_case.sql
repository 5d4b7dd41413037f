update notices set read_at = $3 where account = $1 and read_at is null and case_id = $2
