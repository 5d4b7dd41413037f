select id from letters where congress = $1 and id = $2 for update
