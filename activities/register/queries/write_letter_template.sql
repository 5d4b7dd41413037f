insert into letter_templates (id, congress, kind, name, sha256, content, account, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
