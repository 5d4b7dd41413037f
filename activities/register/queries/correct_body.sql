update cases set body = $3 where id = $1 and body = $2
