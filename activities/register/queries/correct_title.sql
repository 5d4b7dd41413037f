update cases set title = $3 where id = $1 and title = $2
