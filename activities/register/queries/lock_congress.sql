select id from congresses where id = $1 for update
