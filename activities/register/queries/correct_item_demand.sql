update items set demand = $3 where case_id = $1 and id = $4 and demand = $2
