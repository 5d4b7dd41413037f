update ballots set status = $3 where congress = $1 and id = $2
