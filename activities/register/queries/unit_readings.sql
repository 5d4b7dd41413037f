select id::text, name, reading, coalesce(spelled, '') as spelled, coalesce(initials, '') as initials from units where congress = $1 order by sort, name
