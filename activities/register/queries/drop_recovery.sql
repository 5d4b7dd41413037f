delete from recovery_codes where account = $1
