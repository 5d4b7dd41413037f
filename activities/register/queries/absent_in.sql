select token, absent::text from acted_for where case_id = $1
