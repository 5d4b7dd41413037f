update ballot_electorates set private_key = '' where congress = $1 and ballot = $2
