select account::text from feeds where hash = $1
