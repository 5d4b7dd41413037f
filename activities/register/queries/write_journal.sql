insert into journal (congress, case_id, seq, mark, at, acts, climbed, receipt, phase, written_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
