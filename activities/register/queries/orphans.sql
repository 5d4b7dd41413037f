select id::text as id from cases where outcome = '' and not started
