update letters set title = $4, recipient = $5, body = $6, copies = $7, rev = rev + 1 where congress = $1 and id = $2 and rev = $3 and state = 'draft'
