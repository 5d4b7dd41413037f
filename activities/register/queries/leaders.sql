select distinct account::text from held where congress = $1 and role = any ($3) and from_at <= $2 and until > $2
