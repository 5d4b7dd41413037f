update items set problem = $3 where case_id = $1 and id = $4 and problem = $2
