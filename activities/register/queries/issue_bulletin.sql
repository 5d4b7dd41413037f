update bulletins set state = 'issued', year = $2, n = $3, issuer = $4, issued_at = $5 where id = $1
