select count(*)::int as n from intake where congress = $1 and outcome = '' and passed
