update proposers set word = $3 where case_id = $1 and account = $2
