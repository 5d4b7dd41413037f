select case_id::text as id from case_words where congress = $1 and pairs @> $2::text[] and words like $3 limit $4
