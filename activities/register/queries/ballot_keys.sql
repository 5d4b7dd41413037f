update ballot_electorates set public_key = $3, private_key = $4 where congress = $1 and id = $2
