update letters set state = 'issued', series = $2, year = $3, n = $4, number = $5, issuer = $6, issued_at = $7, template = $8, content = $9, sha256 = $10 where id = $1
