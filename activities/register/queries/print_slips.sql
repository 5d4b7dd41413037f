update ballot_electorates set printed = $3 where congress = $1 and id = $2 and printed in ('', $3)
