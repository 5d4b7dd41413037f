select seq, at, acts, climbed from journal where case_id = $1 order by seq
