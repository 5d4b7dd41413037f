select id::text as id, next from cases where congress = $1 and outcome = '' and started and next < $2 order by next limit 200
