update suggestions set published = $2 where case_id = $1
