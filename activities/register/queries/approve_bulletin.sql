update bulletins set state = 'approved', approver = $4, approved_at = $5 where congress = $1 and id = $2 and rev = $3 and state = 'draft'
