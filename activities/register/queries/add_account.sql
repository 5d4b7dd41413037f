insert into accounts (id, congress, login, name, email, password, active, password_at, must_change, spelled, initials) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
