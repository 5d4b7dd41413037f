select id, congress, login, name, email, password, active from accounts where login = $1 and active order by congress
