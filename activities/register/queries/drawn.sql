select drawn, mark from ballot_roll where congress = $1 and electorate = $2 and account = $3
