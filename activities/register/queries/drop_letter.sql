delete from letters where congress = $1 and id = $2 and state = 'draft'
