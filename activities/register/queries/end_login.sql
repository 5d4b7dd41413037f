delete from logins where id = $1
