update cases set title = $2, body = $3 where id = $1
