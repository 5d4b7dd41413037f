select count(*)::int as n from notices where account = $1 and read_at is null
