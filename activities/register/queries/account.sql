select id, congress, login, name, email, password, active from accounts where id = $1 and active
