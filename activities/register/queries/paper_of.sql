select id::text from papers where token = $1 and case_id = $2 and author = $3
