update suggestions set key_leader = $2, key_committee = $3 where case_id = $1
