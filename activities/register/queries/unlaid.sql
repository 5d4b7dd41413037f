select id::text from cases where laid <> seq and procedure in ('opinion', 'suggestion') order by id limit $1
