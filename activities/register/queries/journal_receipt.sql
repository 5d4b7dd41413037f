select mark, receipt from journal where case_id = $1 and seq = $2
