select id from bulletins where congress = $1 and id = $2 for update
