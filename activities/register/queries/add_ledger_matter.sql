insert into ledger_matters (case_id, congress, import, line) values ($1, $2, $3, $4)
