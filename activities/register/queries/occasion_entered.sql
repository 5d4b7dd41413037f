select count(*)::int as n from occasions where congress = $1 and token = $2
