select id::text, name, reading from accounts where spelled is null order by id limit $1
