update accounts set login = $3, name = $4, email = $5, active = $6 where congress = $1 and id = $2
