select count(*)::int as n from recovery_codes where account = $1
