select id::text as id from rules where congress = $1 and procedure = $2 order by created_at desc, id desc limit 1
