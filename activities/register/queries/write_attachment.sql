insert into attachments (id, congress, case_id, paper, name, type, size, sha256, account, stored_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
