select id::text, name, reading from units where spelled is null order by id limit $1
