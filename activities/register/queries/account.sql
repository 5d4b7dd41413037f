select id, congress, login, name, email, password, active, password_at, must_change from accounts where id = $1 and active
