update suggestions set answered_openly = $2 where case_id = $1
