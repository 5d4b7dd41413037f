select state from cases where id = $1
