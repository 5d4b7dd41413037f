update entered_for set sender = $3 where case_id = $1 and token = $4 and sender = $2
