select id::text as id from cases where outcome = '' order by filed_at
