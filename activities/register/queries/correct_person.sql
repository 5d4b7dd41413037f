update items set person = $3 where case_id = $1 and id = $4 and person = $2
