delete from items where case_id = $1
