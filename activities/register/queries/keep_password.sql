insert into past_passwords (id, congress, account, password, set_at) select $2, congress, id, password, password_at from accounts where id = $1
