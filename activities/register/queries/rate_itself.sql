update indicators set self_reading = $4, self_points = $5 where case_id = $1 and round = $2 and n = $3
