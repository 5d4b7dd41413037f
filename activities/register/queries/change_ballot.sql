update ballots set title = $3, restricted = $4, consent = $5, case_id = $6, first = $7, scrutineer = $8, plan = $9, unit = $10, status = 'draft'
where congress = $1 and id = $2
