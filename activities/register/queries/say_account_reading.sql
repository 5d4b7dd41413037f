update accounts set reading = $3, spelled = $4, initials = $5 where congress = $1 and id = $2
