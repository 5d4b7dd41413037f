insert into units (id, congress, name, kind, sort, spelled, initials) values ($1, $2, $3, $4, $5, $6, $7)
