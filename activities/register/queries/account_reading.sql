select id::text, name, reading, coalesce(spelled, '') as spelled, coalesce(initials, '') as initials from accounts where congress = $1 and id = $2
