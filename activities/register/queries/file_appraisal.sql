insert into appraisals (case_id, congress, token, unit, criteria, official, post, judicial) values ($1, $2, $3, $4, $5, $6, $7, $8)
