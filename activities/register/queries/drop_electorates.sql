delete from ballot_electorates where congress = $1 and ballot = $2
