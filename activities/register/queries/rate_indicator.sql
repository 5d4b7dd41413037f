update indicators set reading = $4, points = $5 where case_id = $1 and round = $2 and n = $3
