select number, title from cases where id = $1
