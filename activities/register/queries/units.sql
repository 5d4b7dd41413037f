select id, name, kind, sort from units where congress = $1 order by sort, name
