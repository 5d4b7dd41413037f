select b.id, b.account::text, a.name as account_name, b.kind, b.received_at from batches b join accounts a on a.id = b.account
where b.congress = $1 and b.id = $2
