select id from congresses where id = $1 for no key update
