update parties set handler = $3 where case_id = $1 and unit = $2
