select id, congress, login, name, email, password, active, password_at, must_change from accounts where login = $1 and active order by congress
