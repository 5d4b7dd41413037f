update bulletins set rev = rev + 1, state = 'draft', approver = null, approved_at = null, title = $4, scope = $5, intro = $6, praise = $7, criticism = $8, demands = $9, recipient = $10, copies = $11
where congress = $1 and id = $2 and rev = $3 and state <> 'issued'
