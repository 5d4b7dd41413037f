update cases set rules = $3 where congress = $1 and id = $2
