update suggestions set demand = $2 where case_id = $1
