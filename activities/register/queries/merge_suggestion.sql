update suggestions set merged_into = $2 where case_id = $1
