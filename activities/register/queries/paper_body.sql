select body from papers where id = $1
