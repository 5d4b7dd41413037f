delete from recovery_codes where account = $1 and hash = $2
