select id::text from letters where token = $1 and congress = $2 and case_id = $3 and author = $4 and kind = $5
