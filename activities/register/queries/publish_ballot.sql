update ballots set published = $3 where congress = $1 and id = $2
