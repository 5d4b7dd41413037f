update occasions set void = $3 where congress = $1 and id = $2 and void = ''
