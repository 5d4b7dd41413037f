update cases set laid = seq where id = $1
