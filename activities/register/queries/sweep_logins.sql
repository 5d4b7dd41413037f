delete from logins where begun_at < $1
