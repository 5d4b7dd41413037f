update items set unit = $3 where case_id = $1 and id = $2 and unit is distinct from $3
