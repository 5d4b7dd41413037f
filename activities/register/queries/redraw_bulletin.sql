update bulletins set rev = rev + 1, state = 'draft', approver = null, approved_at = null, figures_at = $4, snapshot = $5 where congress = $1 and id = $2 and rev = $3 and state <> 'issued'
