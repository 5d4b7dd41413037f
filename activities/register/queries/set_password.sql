update accounts set password = $3, password_at = $4, must_change = $5 where congress = $1 and id = $2
