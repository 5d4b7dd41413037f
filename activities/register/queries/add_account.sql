insert into accounts (id, congress, login, name, email, password, active) values ($1, $2, $3, $4, $5, $6, $7)
