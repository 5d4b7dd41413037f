insert into journal (congress, case_id, seq, mark, at, acts, climbed, receipt, written_at) values ($1, $2, $3, $4, $5, $6, $7, $8, now())
