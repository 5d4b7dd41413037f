insert into ledger_imports (id, congress, account, file, sha256, at, matters) values ($1, $2, $3, $4, $5, $6, $7)
