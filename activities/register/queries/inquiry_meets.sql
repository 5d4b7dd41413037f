update inquiries set meets = $2, place = case when $3 = '' then place else $3 end where case_id = $1
