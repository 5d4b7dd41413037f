insert into recovery_codes (congress, account, hash) select congress, id, $2 from accounts where id = $1
