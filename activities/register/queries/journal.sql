select seq, at, acts, climbed, receipt, phase from journal where case_id = $1 order by seq
