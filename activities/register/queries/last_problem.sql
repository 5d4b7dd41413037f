select coalesce(max(n), 0) as n from problems where congress = $1 and inquiry = $2
