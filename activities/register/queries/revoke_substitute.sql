update substitutes set revoked_at = greatest($4, from_at) where congress = $1 and id = $2 and revoked_at is null and until > $4 and (account = $3 or named_by = $3)
