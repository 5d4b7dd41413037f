select body from rules where id = $1
