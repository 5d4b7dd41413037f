delete from attempts where login = any ($1)
