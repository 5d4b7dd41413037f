delete from ballot_roll r using ballot_electorates e where e.id = r.electorate and e.congress = $1 and e.ballot = $2
