update suggestions set demand = $3 where case_id = $1 and demand = $2
