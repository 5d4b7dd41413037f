select made_at from feeds where congress = $1 and account = $2
