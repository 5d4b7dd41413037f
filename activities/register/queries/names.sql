select id::text, name from units where congress = $1
union all select id::text, name from accounts where congress = $1
