update interpellations set meets = $2, place = $3 where case_id = $1
