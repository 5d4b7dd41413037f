select b.status from ballot_electorates e join ballots b on b.id = e.ballot where e.congress = $1 and e.id = $2 for no key update of e for key share of b
