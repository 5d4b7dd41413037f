update ballot_roll set present = present or account = $2, drawn = drawn or account = $2, mark = case when account = $2 then $3 else mark end where electorate = $1
