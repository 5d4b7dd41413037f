select id::text from bulletins where token = $1 and congress = $2 and author = $3 and procedure = $4
