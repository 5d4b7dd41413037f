insert into disclosures (id, congress, case_id, at, account, deed, part, text, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
