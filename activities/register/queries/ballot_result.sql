update ballots set result = $3 where congress = $1 and id = $2
