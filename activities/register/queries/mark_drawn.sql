update ballot_roll set present = present or account = $2, drawn = case when account = $2 then $3 else drawn end where electorate = $1
