insert into units (id, congress, name, kind, sort) values ($1, $2, $3, $4, $5)
