select count(*) as n from ballot_votes where electorate = $1 and hash = $2
