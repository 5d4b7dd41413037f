select seq from cases where id = $1
