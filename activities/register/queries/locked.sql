select count(*)::int as n from attempts where login = $1 and failures >= $2 and at > $3
