delete from posts where congress = $1 and account = $2 and role = $3 and coalesce(unit::text, '') = $4
